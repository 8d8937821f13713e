#include "http/websocket.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"

/* Opcodes (RFC 6455 section 5.2), and codes that never pass on a wire (7.4.1). */
#define OPCODE_CONTINUATION 0U
#define OPCODE_CONTROL      8U
#define OPCODE_CLOSE        8U
#define CLOSE_NO_CODE       1005U
#define CLOSE_ABNORMAL      1006U

struct websocket {
	struct http_guest guest; /* the first member: a guest points to this */
	struct websockets *all;
	struct websocket *prev, *next;
	struct record *request; /* owned; NULL when it was not seen */
	struct websocket_frames dir[2];
	int64_t last_ns;
	unsigned client;     /* direction */
	bool close_seen;     /* in either direction, and then: */
	uint8_t close_first; /* in which one first */
};

/* ---- frames ---- */

/* Bytes of header that follow from its first two. */
static size_t head_size(const uint8_t *head)
{
	size_t size = 2;

	if ((head[1] & 0x7f) == 126)
		size += 2;
	else if ((head[1] & 0x7f) == 127)
		size += 8;
	return size + ((head[1] & 0x80) ? 4 : 0);
}

static uint64_t payload_size(const uint8_t *head)
{
	uint64_t n = head[1] & 0x7f;
	size_t bytes = n == 126 ? 2 : n == 127 ? 8 : 0;

	if (bytes > 0)
		n = 0;
	for (size_t i = 0; i < bytes; i++)
		n = n << 8 | head[2 + i];
	return n;
}

/* Bytes of head[] that a frame needs, of which the first two are there. */
static size_t wanted(const uint8_t *head)
{
	size_t size = head_size(head);

	/* A control frame is short (section 5.5), so its header is too. */
	if ((head[0] & 0x0f) == OPCODE_CLOSE && payload_size(head) >= 2 && size <= 6)
		size += 2;
	return size;
}

static void read_close(struct websocket_frames *f, size_t size)
{
	const uint8_t *mask = f->head + size - 4;
	const uint8_t *code = f->head + size;
	bool masked = (f->head[1] & 0x80) != 0;

	if (f->closed)
		return;
	f->closed = true;
	f->close = CLOSE_NO_CODE;
	if (f->have >= size + 2)
		f->close = (uint16_t)((code[0] ^ (masked ? mask[0] : 0)) << 8 |
				      (code[1] ^ (masked ? mask[1] : 0)));
}

static void begin_frame(struct websocket_frames *f)
{
	size_t size = head_size(f->head);
	unsigned opcode = f->head[0] & 0x0f;
	uint64_t payload = payload_size(f->head);

	/* Reserved opcodes, and lengths with the sign bit: not in step any more. */
	if ((opcode > 2 && opcode < OPCODE_CONTROL) || opcode > 10 ||
	    payload > INT64_MAX) {
		f->lost = true;
		return;
	}
	if (opcode < OPCODE_CONTROL) {
		f->messages += opcode != OPCODE_CONTINUATION;
		f->bytes += payload;
	} else if (opcode == OPCODE_CLOSE) {
		read_close(f, size);
	}
	f->left = payload - (f->have - size);
	f->have = 0;
}

size_t websocket_feed(struct websocket_frames *f, const uint8_t *bytes, size_t len)
{
	size_t at = 0;

	while (at < len && !f->lost) {
		if (f->left > 0) {
			uint64_t n = len - at < f->left ? len - at : f->left;

			f->left -= n;
			at += (size_t)n;
			continue;
		}
		f->head[f->have++] = bytes[at++];
		if (f->have >= 2 && f->have == wanted(f->head))
			begin_frame(f);
	}
	return at;
}

/* ---- the guest ---- */

static struct websocket *of(struct http_guest *g)
{
	return (struct websocket *)g;
}

/* Let tcp/ pass what need not be looked at. */
static void skip(struct websocket *w, struct tcp_connection *c, unsigned dir)
{
	if (w->dir[dir].lost)
		tcp_skip(c, dir, TCP_SKIP_ALL);
	else if (w->dir[dir].left > 0)
		tcp_skip(c, dir, w->dir[dir].left);
}

static bool on_data(struct http_guest *g, struct tcp_connection *c, unsigned dir,
		    const struct tcp_data *d)
{
	struct websocket *w = of(g);

	w->last_ns = d->time_ns;
	(void)websocket_feed(&w->dir[dir], d->bytes, d->len);
	if (w->dir[dir].closed && !w->close_seen) {
		w->close_seen = true;
		w->close_first = (uint8_t)dir;
	}
	skip(w, c, dir);
	return true;
}

static void on_gap(struct http_guest *g, struct tcp_connection *c, unsigned dir,
		   uint64_t len, int64_t time_ns)
{
	struct websocket_frames *f = &of(g)->dir[dir];

	of(g)->last_ns = time_ns;
	if (len > 0 && len <= f->left)
		f->left -= len;
	else
		f->lost = true;
	skip(of(g), c, dir);
}

static void on_skipped(struct http_guest *g, struct tcp_connection *c, unsigned dir,
		       int64_t time_ns)
{
	(void)c;
	of(g)->last_ns = time_ns;
	of(g)->dir[dir].left = 0;
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

static uint16_t close_code(const struct websocket *w, enum tcp_end why)
{
	if (w->close_seen)
		return w->dir[w->close_first].close;
	if (w->dir[0].lost || w->dir[1].lost || why == TCP_END_CAPTURE ||
	    why == TCP_END_EVICTED)
		return 0;
	return CLOSE_ABNORMAL;
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
	told.close_code = close_code(w, why);
	told.closed_by_client = w->close_seen && w->close_first == w->client;
	told.open = why == TCP_END_CAPTURE && !w->close_seen;
	for (unsigned side = 0; side < 2; side++) {
		const struct websocket_frames *f = &w->dir[side ^ w->client];

		told.messages[side] = f->messages;
		told.bytes[side] = f->bytes;
	}
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
