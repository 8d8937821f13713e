#include "tally/more.h"

#include <stdlib.h>
#include <string.h>

/** @return `more` of @p c, made if need be; NULL when it cannot be had */
static struct more *more_of(struct counts *c, struct budget *b)
{
	if (c->more || b->used >= b->limit)
		return c->more;
	c->more = calloc(1, sizeof(*c->more));
	if (!c->more)
		b->failed = SL_E_NOMEM;
	else
		b->used += sizeof(*c->more);
	return c->more;
}

/* ---- gRPC methods ---- */

static void add_calls(uint64_t to[GRPC_STATUSES], const uint64_t from[GRPC_STATUSES])
{
	for (unsigned i = 0; i < GRPC_STATUSES; i++)
		to[i] += from[i];
}

/* Where @p path stands in the list, or would; whether it does. */
static bool find_method(const struct more *m, const char *path, size_t len, size_t *at)
{
	size_t low = 0, high = m->method_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const char *other = m->methods[middle].path;
		size_t other_len = strlen(other);
		int order = memcmp(other, path, other_len < len ? other_len : len);

		if (order == 0 && other_len == len) {
			*at = middle;
			return true;
		}
		if (order < 0 || (order == 0 && other_len < len))
			low = middle + 1;
		else
			high = middle;
	}
	*at = low;
	return false;
}

/* Insert an entry without calls before @p at; false when it has no room. */
static bool insert_method(struct more *m, size_t at, const char *path, size_t len,
			  struct budget *b)
{
	struct grpc_method *list;
	char *copy;

	if (b->used >= b->limit)
		return false;
	copy = malloc(len + 1);
	list = realloc(m->methods, (m->method_count + 1) * sizeof(*list));
	if (list)
		m->methods = list;
	if (!copy || !list) {
		free(copy);
		b->failed = SL_E_NOMEM;
		return false;
	}
	memcpy(copy, path, len);
	copy[len] = '\0';
	b->used += sizeof(*list) + len + 1;
	memmove(list + at + 1, list + at, (m->method_count - at) * sizeof(*list));
	list[at] = (struct grpc_method){.path = copy};
	m->method_count++;
	return true;
}

/* The last one goes to the others, and never comes back: so many stand before it. */
static void drop_last_method(struct more *m, struct budget *b)
{
	struct grpc_method *last = &m->methods[--m->method_count];

	add_calls(m->grpc_others, last->calls);
	b->used -= sizeof(*last) + strlen(last->path) + 1;
	free(last->path);
}

static void add_method(struct more *m, const char *path, size_t len,
		       const uint64_t calls[GRPC_STATUSES], struct budget *b)
{
	size_t at;

	if (!find_method(m, path, len, &at)) {
		if (at >= LIMIT_GRPC_METHODS || !insert_method(m, at, path, len, b)) {
			add_calls(m->grpc_others, calls);
			return;
		}
		if (m->method_count > LIMIT_GRPC_METHODS)
			drop_last_method(m, b);
	}
	add_calls(m->methods[at].calls, calls);
}

/* The path without a query, up to the first byte that would end a text. */
static size_t method_length(struct text target)
{
	size_t len = target.len < LIMIT_GRPC_PATH ? target.len : LIMIT_GRPC_PATH;

	for (size_t i = 0; i < len; i++) {
		if (target.at[i] == '?' || target.at[i] == '\0')
			return i;
	}
	return len;
}

static void count_call(struct more *m, const struct http_exchange *x, struct budget *b)
{
	uint64_t calls[GRPC_STATUSES] = {0};
	unsigned status = GRPC_NONE;

	if (x->grpc_status_set)
		status = x->grpc_status < GRPC_OTHER ? x->grpc_status : GRPC_OTHER;
	m->grpc[status]++;
	calls[status] = 1;
	if (x->target.len > 0)
		add_method(m, x->target.at, method_length(x->target), calls, b);
	else
		m->grpc_others[status]++;
}

/* ---- all ---- */

static void add_to_list(struct counts *c, struct code_count **list, size_t *used,
			struct code_count add, struct budget *b)
{
	if (!codes_add(list, used, &add, b))
		c->unlisted_more += add.count;
}

void more_done(struct counts *c, const struct http_exchange *x, struct budget *b)
{
	bool call = x->protocol == PROTOCOL_GRPC && x->outcome == EXCHANGE_ANSWERED;
	struct more *m;

	if (!call && !x->stream_error_set)
		return;
	m = more_of(c, b);
	if (!m) {
		c->unlisted_more++;
		return;
	}
	if (call)
		count_call(m, x, b);
	if (x->stream_error_set) {
		struct code_count add = {.code = x->stream_error < UINT16_MAX
						     ? (uint16_t)x->stream_error
						     : UINT16_MAX,
					 .count = 1};

		add_to_list(c, &m->stream_errors, &m->stream_error_count, add, b);
	}
}

void more_websocket(struct counts *c, const struct http_websocket *w, struct budget *b)
{
	struct code_count add = {.code = w->close_code, .count = 1};
	struct more *m = more_of(c, b);

	if (!m) {
		c->unlisted_more++;
		return;
	}
	m->websockets++;
	m->websockets_open += w->open;
	m->websocket_unknown += !w->open && w->close_code == 0;
	m->websocket_by_client += w->closed_by_client;
	m->websocket_messages[0] += w->messages[0];
	m->websocket_messages[1] += w->messages[1];
	if (w->close_code != 0)
		add_to_list(c, &m->closes, &m->close_count, add, b);
}

void more_merge(struct counts *into, const struct counts *from, struct budget *b)
{
	const struct more *f = from->more;
	struct more *m;

	into->unlisted_more += from->unlisted_more;
	if (!f)
		return;
	m = more_of(into, b);
	if (!m) {
		into->unlisted_more++;
		return;
	}
	add_calls(m->grpc, f->grpc);
	add_calls(m->grpc_others, f->grpc_others);
	for (size_t i = 0; i < f->method_count; i++)
		add_method(m, f->methods[i].path, strlen(f->methods[i].path),
			   f->methods[i].calls, b);
	for (size_t i = 0; i < f->stream_error_count; i++)
		add_to_list(into, &m->stream_errors, &m->stream_error_count,
			    f->stream_errors[i], b);
	m->websockets += f->websockets;
	m->websockets_open += f->websockets_open;
	m->websocket_unknown += f->websocket_unknown;
	m->websocket_by_client += f->websocket_by_client;
	m->websocket_messages[0] += f->websocket_messages[0];
	m->websocket_messages[1] += f->websocket_messages[1];
	for (size_t i = 0; i < f->close_count; i++)
		add_to_list(into, &m->closes, &m->close_count, f->closes[i], b);
}

size_t more_memory(const struct more *m)
{
	size_t sum;

	if (!m)
		return 0;
	sum = sizeof(*m) + codes_memory(m->stream_error_count) +
	      codes_memory(m->close_count);
	for (size_t i = 0; i < m->method_count; i++)
		sum += sizeof(m->methods[i]) + strlen(m->methods[i].path) + 1;
	return sum;
}

void more_free(struct more *m)
{
	if (!m)
		return;
	for (size_t i = 0; i < m->method_count; i++)
		free(m->methods[i].path);
	free(m->methods);
	free(m->stream_errors);
	free(m->closes);
	free(m);
}
