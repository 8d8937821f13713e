#include "http/websocket.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"

struct websocket {
	struct http_guest guest; /* the first member: a guest points to this */
	struct websockets *all;
	struct websocket *prev, *next;
	struct record *request; /* owned; NULL when it was not seen */
	struct websocket_talk talk;
	int64_t last_ns;
	unsigned client; /* direction */
};

static struct websocket *of(struct http_guest *g)
{
	return (struct websocket *)g;
}

/* Let tcp/ pass what need not be looked at. */
static void skip(struct websocket *w, struct tcp_connection *c, unsigned dir)
{
	if (w->talk.dir[dir].lost)
		tcp_skip(c, dir, TCP_SKIP_ALL);
	else if (w->talk.dir[dir].left > 0)
		tcp_skip(c, dir, w->talk.dir[dir].left);
}

static bool on_data(struct http_guest *g, struct tcp_connection *c, unsigned dir,
		    const struct tcp_data *d)
{
	struct websocket *w = of(g);

	w->last_ns = d->time_ns;
	websocket_talk_feed(&w->talk, dir, d->bytes, d->len);
	skip(w, c, dir);
	return true;
}

static void on_gap(struct http_guest *g, struct tcp_connection *c, unsigned dir,
		   uint64_t len, int64_t time_ns)
{
	of(g)->last_ns = time_ns;
	websocket_talk_gap(&of(g)->talk, dir, len);
	skip(of(g), c, dir);
}

static void on_skipped(struct http_guest *g, struct tcp_connection *c, unsigned dir,
		       int64_t time_ns)
{
	(void)c;
	of(g)->last_ns = time_ns;
	of(g)->talk.dir[dir].left = 0;
}

static void on_fin(struct http_guest *g, struct tcp_connection *c, unsigned dir,
		   int64_t time_ns)
{
	(void)c;
	(void)dir;
	of(g)->last_ns = time_ns;
}

static void on_idle(struct http_guest *g, struct tcp_connection *c, int64_t now_ns)
{
	(void)g;
	(void)c;
	(void)now_ns;
}

static void fill_upgrade(struct websocket *w, const struct tcp_connection *c,
			 struct http_exchange *x)
{
	const struct record *r = w->request;

	memset(x, 0, sizeof(*x));
	x->client = tcp_endpoint(c, w->client);
	x->server = tcp_endpoint(c, !w->client);
	server_name_fill(&w->all->server_name, r, x);
	x->status = 101;
	if (!r)
		return;
	x->has_request = r->has_request;
	x->method = record_method(r);
	x->target = record_target(r);
	x->request_start_ns = r->request_start_ns;
	x->request_end_ns = r->request_end_ns;
	x->response_start_ns = r->response_start_ns;
}

static void unlink_and_free(struct websocket *w)
{
	if (w->prev)
		w->prev->next = w->next;
	else
		w->all->first = w->next;
	if (w->next)
		w->next->prev = w->prev;
	memory_give(&w->all->records->memory, sizeof(*w));
	record_free(w->all->records, w->request);
	free(w);
}

static void on_closed(struct http_guest *g, struct tcp_connection *c, enum tcp_end why,
		      int64_t now_ns)
{
	struct websocket *w = of(g);
	struct http_websocket told;

	(void)now_ns;
	memset(&told, 0, sizeof(told));
	fill_upgrade(w, c, &told.upgrade);
	told.end_ns = w->last_ns;
	websocket_talk_fill(&w->talk, w->client, why, &told);
	if (w->all->sink->websocket)
		w->all->sink->websocket(w->all->sink->ctx, &told);
	unlink_and_free(w);
}

void websockets_init(struct websockets *w, const struct http_sink *sink,
		     struct record_pool *records)
{
	*w = (struct websockets){.sink = sink, .records = records};
}

void websockets_free(struct websockets *w)
{
	/* Unlinking moves w->first on. */
	while (w->first)
		unlink_and_free(w->first); /* NOLINT(clang-analyzer-unix.Malloc) */
}

struct http_guest *websocket_open(struct websockets *all, struct tcp_connection *c,
				  const struct http_guest_start *start)
{
	static const struct http_guest_class class = {
	    .data = on_data,
	    .gap = on_gap,
	    .skipped = on_skipped,
	    .fin = on_fin,
	    .idle = on_idle,
	    .closed = on_closed,
	};
	struct websocket *w = NULL;

	(void)c;
	if (memory_take(&all->records->memory, sizeof(*w))) {
		w = calloc(1, sizeof(*w));
		if (!w) {
			memory_give(&all->records->memory, sizeof(*w));
			all->records->failed = true;
		}
	}
	if (!w) {
		record_free(all->records, start->request);
		return NULL;
	}
	w->guest.class = &class;
	w->all = all;
	w->next = all->first;
	if (w->next)
		w->next->prev = w;
	all->first = w;
	w->request = start->request;
	w->client = !start->dir;
	w->last_ns = start->time_ns;
	return &w->guest;
}
