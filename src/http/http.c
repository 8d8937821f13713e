/* Hears what tcp/ tells, and hands it to the direction that it is about. */
#include "http/http.h"

#include <stdlib.h>

#include "base/limits.h"
#include "http/connection.h"

struct http *http_new(const struct http_sink *sink, struct coverage *coverage)
{
	struct http *h = calloc(1, sizeof(*h));

	if (!h)
		return NULL;
	h->sink = *sink;
	h->coverage = coverage;
	websockets_init(&h->websockets, &h->sink, &h->records);
	h->partials.own = LIMIT_LINES;
	h->records.memory.own = LIMIT_REQUESTS;
	return h;
}

void http_set_memory(struct http *h, const struct memory_plan *plan,
		     struct memory_commons *commons)
{
	h->partials.own = plan->lines;
	h->partials.commons = commons;
	h->records.memory.own = plan->requests;
	h->records.memory.commons = commons;
}

void http_free(struct http *h)
{
	if (!h)
		return;
	connections_free_all(h);
	websockets_free(&h->websockets);
	record_pool_clear(&h->records);
	free(h);
}

void http_set_http2(struct http *h, const struct http_opener *o)
{
	h->http2 = *o;
}

struct record_pool *http_records(struct http *h)
{
	return &h->records;
}

void http_keep(struct http *h, unsigned keep)
{
	h->keep = keep;
}

enum sl_err http_failed(const struct http *h)
{
	return h->records.failed ? SL_E_NOMEM : SL_OK;
}

/* Run one event; a connection without HTTP stays in tcp/'s pointer. */
static struct call call_begin(void *ctx, struct tcp_connection *c, unsigned dir,
			      int64_t time_ns, struct connection *lean)
{
	struct call call = {.h = ctx, .c = c, .time_ns = time_ns, .dir = dir};
	void *user = *tcp_user(c);

	if (connection_is_lean(user)) {
		connection_load(lean, user);
		call.conn = lean;
	} else {
		call.conn = user;
	}
	return call;
}

static void call_end(const struct call *call, const struct connection *lean)
{
	if (call->conn == lean)
		*tcp_user(call->c) = connection_store(lean);
}

/* ---- guests ---- */

/* Nobody takes the connection over: it is no longer looked at. */
static void ignore_both(const struct call *call)
{
	direction_ignore(call, 0);
	direction_ignore(call, 1);
}

/* What was held of a direction is the guest's. */
static void pass_partial(struct http_guest *g, const struct call *call, unsigned dir,
			 struct partial *p)
{
	struct tcp_data d = {.time_ns = p->start.time_ns,
			     .offset = p->start.offset,
			     .acked = p->start.acked,
			     .bytes = (const uint8_t *)p->bytes,
			     .len = p->len,
			     .segment_start = true};

	/* Nothing held looks like an answer in HTTP/1: see connection_hand_over(). */
	(void)g->class->data(g, call->c, dir, &d);
}

/* Returns the guest that has the connection now, or NULL: then it is ignored. */
static struct http_guest *take_over(struct call *call, const struct connection *lean)
{
	struct http *h = call->h;
	struct handover handover = h->handover;
	struct partial *held[2];
	struct http_guest *g;

	h->handover.set = false;
	handover.start.keep = h->keep;
	handover.start.connection = call->conn->serial;
	if (handover.start.connection == 0)
		handover.start.connection = ++h->serials;
	for (unsigned dir = 0; dir < 2; dir++) {
		held[dir] = call->conn->dir[dir].partial;
		call->conn->dir[dir].partial = NULL;
	}
	if (handover.websocket)
		g = websocket_open(&h->websockets, call->c, &handover.start);
	else
		g = h->http2.open(h->http2.ctx, call->c, &handover.start);
	if (!g && !handover.websocket)
		connection_is(call, CARRIES_HTTP2);
	if (g && call->conn != lean)
		connection_free(h, call->conn);
	if (g)
		*tcp_user(call->c) = http_guest_user(g);
	for (unsigned dir = 0; dir < 2; dir++) {
		if (g && held[dir])
			pass_partial(g, call, dir, held[dir]);
		partial_free(h, &held[dir]);
	}
	if (!g)
		ignore_both(call);
	// cppcheck-suppress returnDanglingLifetime; a guest copies how it is started
	return g;
}

/* The connection is ending: no guest would find anything in it. */
static void drop_handover(const struct call *call)
{
	struct http *h = call->h;

	if (!h->handover.set)
		return;
	h->handover.set = false;
	record_free(&h->records, h->handover.start.request);
	ignore_both(call);
}

/* A guest gave the connection back, and the bytes of @p dir with it. */
static void take_back(struct tcp_connection *c, unsigned dir)
{
	struct connection lean = {.protocol = CARRIES_HTTP2};

	lean.dir[!dir].phase = PHASE_SKIP;
	tcp_skip(c, !dir, TCP_SKIP_ALL);
	*tcp_user(c) = connection_store(&lean);
}

/* ---- what tcp/ tells ---- */

/* on_data(), after @p done bytes of it. */
static __attribute__((noinline)) void on_other_data(void *ctx, struct tcp_connection *c,
						    unsigned dir,
						    const struct tcp_data *data,
						    size_t done)
{
	struct http_guest *g = http_guest_of(*tcp_user(c));
	struct tcp_data d;
	struct connection lean;
	struct call call;

	if (g && g->class->data(g, c, dir, data))
		return;
	if (g)
		take_back(c, dir);
	/* Field by field, as it was written just now: a copy of it would wait. */
	d.time_ns = data->time_ns;
	d.offset = data->offset + done;
	d.acked = data->acked;
	d.bytes = data->bytes + done;
	d.len = data->len - done;
	d.segment_start = data->segment_start && done == 0;
	call = call_begin(ctx, c, dir, d.time_ns, &lean);
	if (d.len > 0 && !direction_data(&call, &d, call.conn == &lean)) {
		struct connection *conn = connection_new(call.h, &lean);

		if (conn) {
			*tcp_user(c) = conn;
			call.conn = conn;
			(void)direction_data(&call, &d, false);
		} else {
			lean.dir[dir].phase = PHASE_SEEK;
		}
	}
	g = call.h->handover.set ? take_over(&call, &lean) : NULL;
	if (!g)
		call_end(&call, &lean);
	else if (d.len > 0)
		(void)g->class->data(g, c, dir, &d);
}

static void on_data(void *ctx, struct tcp_connection *c, unsigned dir,
		    const struct tcp_data *data)
{
	struct call call = {ctx, c, *tcp_user(c), data->time_ns, dir};
	size_t done = 0;

	if (!call.conn || (!connection_is_lean(call.conn) && !http_guest_of(call.conn)))
		done = direction_usual(&call, data);
	if (done < data->len || call.h->handover.set)
		on_other_data(ctx, c, dir, data, done);
}

static void on_gap(void *ctx, struct tcp_connection *c, unsigned dir, uint64_t offset,
		   uint64_t len, int64_t time_ns)
{
	struct http_guest *g = http_guest_of(*tcp_user(c));
	struct connection lean;
	struct call call;

	if (!g) {
		call = call_begin(ctx, c, dir, time_ns, &lean);
		direction_gap(&call, offset, len);
		g = call.h->handover.set ? take_over(&call, &lean) : NULL;
		if (!g)
			call_end(&call, &lean);
	}
	if (g)
		g->class->gap(g, c, dir, len, time_ns);
}

static void on_skipped(void *ctx, struct tcp_connection *c, unsigned dir, uint64_t lost,
		       int64_t time_ns)
{
	struct http_guest *g = http_guest_of(*tcp_user(c));
	struct connection lean;
	struct call call;

	(void)lost; /* a body's bytes count, in the capture or not */
	if (g) {
		g->class->skipped(g, c, dir, time_ns);
		return;
	}
	call = call_begin(ctx, c, dir, time_ns, &lean);
	direction_skipped(&call);
	call_end(&call, &lean);
}

static void on_fin(void *ctx, struct tcp_connection *c, unsigned dir, int64_t time_ns)
{
	struct http_guest *g = http_guest_of(*tcp_user(c));
	struct connection lean;
	struct call call;

	if (g) {
		g->class->fin(g, c, dir, time_ns);
		return;
	}
	call = call_begin(ctx, c, dir, time_ns, &lean);
	direction_end(&call);
	drop_handover(&call);
	call_end(&call, &lean);
}

static void on_idle(void *ctx, struct tcp_connection *c, int64_t now_ns)
{
	struct http_guest *g = http_guest_of(*tcp_user(c));
	struct connection lean;
	struct call call;

	if (g) {
		g->class->idle(g, c, now_ns);
		return;
	}
	call = call_begin(ctx, c, 0, now_ns, &lean);
	exchange_idle(&call);
}

static void on_closed(void *ctx, struct tcp_connection *c, enum tcp_end why,
		      int64_t now_ns)
{
	struct http_guest *g = http_guest_of(*tcp_user(c));
	struct connection lean;
	struct call call;

	if (g) {
		*tcp_user(c) = NULL;
		g->class->closed(g, c, why, now_ns);
		return;
	}
	call = call_begin(ctx, c, 0, now_ns, &lean);
	for (call.dir = 0; call.dir < 2; call.dir++)
		direction_end(&call);
	call.dir = 0;
	drop_handover(&call);
	exchange_closed(&call, why);
	if (call.conn != &lean)
		connection_free(call.h, call.conn);
	*tcp_user(c) = NULL;
}

struct tcp_sink http_tcp_sink(struct http *h)
{
	return (struct tcp_sink){.data = on_data,
				 .gap = on_gap,
				 .skipped = on_skipped,
				 .fin = on_fin,
				 .idle = on_idle,
				 .closed = on_closed,
				 .ctx = h};
}
