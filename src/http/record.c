#include "http/record.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"

/* Bytes that malloc keeps for itself beside an allocation. */
#define MALLOC_OVERHEAD 16U

_Static_assert(LIMIT_HOST <= UINT8_MAX, "host_len holds it");
_Static_assert(LIMIT_TARGET <= UINT16_MAX, "target_len and method_len hold it");

static size_t record_size(const struct record *r)
{
	return sizeof(*r) + r->method_len + r->target_len + r->host_len +
	       MALLOC_OVERHEAD;
}

static uint16_t bounded(size_t len)
{
	return (uint16_t)(len < LIMIT_TARGET ? len : LIMIT_TARGET);
}

static void copy(char *to, const char *from, size_t len)
{
	if (len > 0)
		memcpy(to, from, len);
}

/* A record like @p shape, with room for its texts. */
static struct record *record_alloc(struct record_pool *pool, const struct record *shape)
{
	size_t size = record_size(shape);
	struct record *r;

	if (size > LIMIT_REQUESTS - pool->bytes)
		return NULL;
	r = malloc(size - MALLOC_OVERHEAD);
	if (!r) {
		pool->failed = true;
		return NULL;
	}
	pool->bytes += size;
	memcpy(r, shape, sizeof(*shape));
	return r;
}

struct record *record_new(struct record_pool *pool, const struct head *head)
{
	struct record shape = {.host_source = HOST_FROM_SERVER};
	const struct text none = {NULL, 0};
	struct host_name host = {.source = HOST_FROM_SERVER};
	struct record *r;

	if (head) {
		shape.protocol = (uint8_t)head->protocol;
		host_of_request(head->extended_connect ? none : head->method,
				head->target, head->host_fields, head->host, &host);
		shape.has_request = true;
		shape.method_len = bounded(head->method.len);
		shape.target_len = bounded(head->target.len);
		shape.host_len = (uint8_t)host.len;
		shape.host_source = (uint8_t)host.source;
	}
	r = record_alloc(pool, &shape);
	if (r && head) {
		copy(r->texts, head->method.at, r->method_len);
		copy(r->texts + r->method_len, head->target.at, r->target_len);
		copy(r->texts + r->method_len + r->target_len, host.text, r->host_len);
	}
	return r;
}

struct record *record_copy(struct record_pool *pool, const struct record *r)
{
	struct record *twin = r ? record_alloc(pool, r) : NULL;

	if (!twin)
		return NULL;
	memcpy(twin->texts, r->texts,
	       (size_t)r->method_len + r->target_len + r->host_len);
	twin->next = NULL;
	return twin;
}

void record_free(struct record_pool *pool, struct record *r)
{
	if (!r)
		return;
	pool->bytes -= record_size(r);
	free(r);
}

struct text record_method(const struct record *r)
{
	return (struct text){r->texts, r->method_len};
}

struct text record_target(const struct record *r)
{
	return (struct text){r->texts + r->method_len, r->target_len};
}

struct text record_host(const struct record *r)
{
	return (struct text){r->texts + r->method_len + r->target_len, r->host_len};
}

void queue_append(struct record **last, struct record *r)
{
	if (*last) {
		r->next = (*last)->next;
		(*last)->next = r;
	} else {
		r->next = r;
	}
	*last = r;
}

struct record *queue_pop(struct record **last)
{
	struct record *first = (*last)->next;

	if (first == *last)
		*last = NULL;
	else
		(*last)->next = first->next;
	first->next = NULL;
	return first;
}
