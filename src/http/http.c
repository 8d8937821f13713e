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
	h->partial_most = LIMIT_LINES;
	h->records.most = LIMIT_REQUESTS;
	return h;
}

void http_set_memory(struct http *h, const struct memory_plan *plan)
{
	h->partial_most = plan->lines;
	h->records.most = plan->requests;
}

void http_free(struct http *h)
{
	if (!h)
		return;
	connections_free_all(h);
	free(h);
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

static void on_data(void *ctx, struct tcp_connection *c, unsigned dir,
		    const struct tcp_data *d)
{
	struct connection lean;
	struct call call = call_begin(ctx, c, dir, d->time_ns, &lean);

	if (!direction_data(&call, d, call.conn == &lean)) {
		struct connection *conn = connection_new(call.h, &lean);

		if (conn) {
			*tcp_user(c) = conn;
			call.conn = conn;
			(void)direction_data(&call, d, false);
		} else {
			lean.dir[dir].phase = PHASE_SEEK;
		}
	}
	call_end(&call, &lean);
}

static void on_gap(void *ctx, struct tcp_connection *c, unsigned dir, uint64_t offset,
		   uint64_t len, int64_t time_ns)
{
	struct connection lean;
	struct call call = call_begin(ctx, c, dir, time_ns, &lean);

	direction_gap(&call, offset, len);
	call_end(&call, &lean);
}

static void on_skipped(void *ctx, struct tcp_connection *c, unsigned dir, uint64_t lost,
		       int64_t time_ns)
{
	struct connection lean;
	struct call call = call_begin(ctx, c, dir, time_ns, &lean);

	(void)lost; /* a body's bytes count, in the capture or not */
	direction_skipped(&call);
	call_end(&call, &lean);
}

static void on_fin(void *ctx, struct tcp_connection *c, unsigned dir, int64_t time_ns)
{
	struct connection lean;
	struct call call = call_begin(ctx, c, dir, time_ns, &lean);

	direction_end(&call);
	call_end(&call, &lean);
}

static void on_idle(void *ctx, struct tcp_connection *c, int64_t now_ns)
{
	struct connection lean;
	struct call call = call_begin(ctx, c, 0, now_ns, &lean);

	exchange_idle(&call);
}

static void on_closed(void *ctx, struct tcp_connection *c, enum tcp_end why,
		      int64_t now_ns)
{
	struct connection lean;
	struct call call = call_begin(ctx, c, 0, now_ns, &lean);

	for (call.dir = 0; call.dir < 2; call.dir++)
		direction_end(&call);
	call.dir = 0;
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
