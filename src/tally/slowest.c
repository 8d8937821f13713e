#include "tally/slowest.h"

#include <string.h>

#include "http/path.h"

/* Ties by everything that is kept, so that no order of merging shows. */
static int compare(const struct slow_exchange *a, const struct slow_exchange *b)
{
	int order;

	if (a->latency_ns != b->latency_ns)
		return a->latency_ns > b->latency_ns ? -1 : 1;
	if (a->time_ns != b->time_ns)
		return a->time_ns < b->time_ns ? -1 : 1;
	order = memcmp(&a->client, &b->client, sizeof(a->client));
	if (order == 0)
		order = memcmp(a->host, b->host, sizeof(a->host));
	if (order == 0)
		order = memcmp(a->path, b->path, sizeof(a->path));
	if (order == 0)
		order = memcmp(a->method, b->method, sizeof(a->method));
	return order != 0 ? order : (int)a->status - (int)b->status;
}

static void insert(struct slowest *s, const struct slow_exchange *e)
{
	size_t place = s->count;

	while (place > 0 && compare(e, &s->entries[place - 1]) < 0)
		place--;
	if (place == LIMIT_SLOWEST)
		return;
	if (s->count < LIMIT_SLOWEST)
		s->count++;
	memmove(&s->entries[place + 1], &s->entries[place],
		(s->count - place - 1) * sizeof(*e));
	s->entries[place] = *e;
}

static size_t keep(char *out, size_t size, const char *at, size_t len)
{
	if (len > size)
		len = size;
	if (len > 0)
		memcpy(out, at, len);
	return len;
}

void slowest_add(struct slowest *s, const struct http_exchange *x, uint64_t latency_ns)
{
	struct slow_exchange e;

	/* Nearly always. */
	if (s->count == LIMIT_SLOWEST &&
	    latency_ns < s->entries[LIMIT_SLOWEST - 1].latency_ns)
		return;
	memset(&e, 0, sizeof(e));
	e.latency_ns = latency_ns;
	e.time_ns = x->request_start_ns;
	e.client = x->client.addr;
	e.status = x->status;
	e.method_len =
	    (uint8_t)keep(e.method, sizeof(e.method), x->method.at, x->method.len);
	e.path_len = (uint16_t)path_write(x->target, false, e.path, sizeof(e.path));
	e.host_len = (uint8_t)keep(e.host, sizeof(e.host), x->host.at, x->host.len);
	insert(s, &e);
}

void slowest_merge(struct slowest *into, const struct slowest *from)
{
	for (size_t i = 0; i < from->count; i++)
		insert(into, &from->entries[i]);
}
