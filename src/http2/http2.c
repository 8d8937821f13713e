/* Hears what tcp/ tells of connections that carry HTTP/2, and keeps them. */
#include "http2/http2.h"

#include <stdlib.h>

#include "http2/connection.h"

static struct connection2 *of(struct http_guest *g)
{
	return (struct connection2 *)g;
}

static struct call2 call_of(struct http_guest *g, struct tcp_connection *c,
			    unsigned dir, int64_t time_ns)
{
	return (struct call2){of(g)->all, of(g), c, time_ns, dir};
}

static void free_connection(struct connection2 *conn)
{
	struct http2 *h = conn->all;
	struct memory_part part = conn->memory;

	if (conn->prev)
		conn->prev->next = conn->next;
	else
		h->first = conn->next;
	if (conn->next)
		conn->next->prev = conn->prev;
	streams_free(&conn->streams, &conn->memory, h->records);
	for (unsigned dir = 0; dir < 2; dir++) {
		hpack_free(conn->side[dir].hpack);
		memory_free(&conn->memory, conn->side[dir].block.text);
	}
	part = conn->memory;
	memory_free(&part, conn);
}

static void on_closed(struct http_guest *g, struct tcp_connection *c, enum tcp_end why,
		      int64_t now_ns)
{
	struct call2 call = call_of(g, c, 0, now_ns);

	for (call.dir = 0; call.dir < 2; call.dir++)
		side_end(&call);
	call.dir = 0;
	exchange2_closed(&call, why);
	free_connection(of(g));
}

static bool on_data(struct http_guest *g, struct tcp_connection *c, unsigned dir,
		    const struct tcp_data *d)
{
	struct call2 call = call_of(g, c, dir, d->time_ns);

	if (side_data(&call, d))
		return true;
	/* The server does not speak HTTP/2: nothing that was asked in it counts on. */
	exchange2_closed(&call, TCP_END_CLOSED);
	free_connection(of(g));
	return false;
}

static void on_gap(struct http_guest *g, struct tcp_connection *c, unsigned dir,
		   uint64_t len, int64_t time_ns)
{
	struct call2 call = call_of(g, c, dir, time_ns);

	side_gap(&call, len);
}

static void on_skipped(struct http_guest *g, struct tcp_connection *c, unsigned dir,
		       int64_t time_ns)
{
	struct call2 call = call_of(g, c, dir, time_ns);

	side_skipped(&call);
}

static void on_fin(struct http_guest *g, struct tcp_connection *c, unsigned dir,
		   int64_t time_ns)
{
	struct call2 call = call_of(g, c, dir, time_ns);

	side_end(&call);
}

static void on_idle(struct http_guest *g, struct tcp_connection *c, int64_t now_ns)
{
	struct call2 call = call_of(g, c, 0, now_ns);

	exchange2_idle(&call);
}

/* ---- connections ---- */

static struct connection2 *connection_new(struct http2 *h)
{
	static const struct http_guest_class class = {
	    .data = on_data,
	    .gap = on_gap,
	    .skipped = on_skipped,
	    .fin = on_fin,
	    .idle = on_idle,
	    .closed = on_closed,
	};
	struct memory_part part = {.all = &h->memory};
	struct connection2 *conn = memory_new(&part, sizeof(*conn));

	if (!conn)
		return NULL;
	conn->guest.class = &class;
	conn->memory = part;
	conn->all = h;
	conn->client = -1;
	conn->next = h->first;
	if (conn->next)
		conn->next->prev = conn;
	h->first = conn;
	return conn;
}

static void begin(struct connection2 *conn, const struct http_guest_start *start)
{
	unsigned client = start->dir;

	/* Frames first is the server: a client would send its preface. */
	if (start->cause != GUEST_BY_PREFACE)
		client = !start->dir;
	if (start->cause != GUEST_BY_FRAMES || !start->midstream[start->dir])
		conn->client = (int8_t)client;
	for (unsigned dir = 0; dir < 2; dir++) {
		struct side *s = &conn->side[dir];
		bool known = !start->midstream[dir];

		s->first = known;
		s->lost = !known;
		s->state = known ? SIDE_HEAD : SIDE_SEEK;
		if (dir == client && (known || start->cause == GUEST_BY_PREFACE) &&
		    conn->client >= 0) {
			s->state = SIDE_PREFACE;
			s->lost = false;
		}
	}
}

static struct http_guest *open_connection(void *ctx, struct tcp_connection *c,
					  const struct http_guest_start *start)
{
	struct http2 *h = ctx;
	struct connection2 *conn = connection_new(h);
	struct call2 call = {h, conn, c, start->time_ns, start->dir};

	tcp_classify(c, COVERAGE_HTTP2);
	if (!conn) {
		h->coverage->http2_over_bound++;
		record_free(h->records, start->request);
		return NULL;
	}
	h->coverage->http2_connections++;
	conn->serial = start->connection;
	conn->keep = (uint8_t)start->keep;
	begin(conn, start);
	if (start->cause == GUEST_BY_UPGRADE)
		exchange2_upgraded(&call, start->request);
	return &conn->guest;
}

struct http2 *http2_new(const struct http_sink *sink, struct coverage *coverage,
			struct record_pool *records)
{
	struct http2 *h = calloc(1, sizeof(*h));

	if (!h)
		return NULL;
	h->memo = memo_new();
	if (!h->memo) {
		free(h);
		return NULL;
	}
	h->sink = *sink;
	h->coverage = coverage;
	h->records = records;
	h->memory.share.own = LIMIT_HTTP2;
	return h;
}

void http2_set_memory(struct http2 *h, const struct memory_plan *plan,
		      struct memory_commons *commons)
{
	h->memory.share.own = plan->http2;
	h->memory.share.commons = commons;
}

struct http_opener http2_opener(struct http2 *h)
{
	return (struct http_opener){frames_probe, open_connection, h};
}

enum sl_err http2_failed(const struct http2 *h)
{
	return h->memory.failed ? SL_E_NOMEM : SL_OK;
}

void http2_free(struct http2 *h)
{
	if (!h)
		return;
	while (h->first)
		free_connection(h->first);
	memory_clear(&h->memory);
	memo_free(h->memo);
	free(h);
}
