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

/* As host_of_request(): the form of a Host that is the last one's is known. */
static void find_host(struct record_pool *pool, const struct head *head,
		      struct host_name *out)
{
	bool plain = head->host_fields == HOST_FIELD_ONE && head->host.len > 0 &&
		     head->target.len > 0 && head->target.at[0] == '/' &&
		     head->method.len < 7; /* not CONNECT */

	if (plain && head->host.len == pool->last_host_len &&
	    memcmp(head->host.at, pool->last_host, pool->last_host_len) == 0) {
		out->source = pool->last_name.source;
		out->len = pool->last_name.len;
		memcpy(out->text, pool->last_name.text, out->len);
		return;
	}
	host_of_request(head->method, head->target, head->host_fields, head->host, out);
	if (!plain || head->host.len > RECORD_LAST_HOST)
		return;
	pool->last_host_len = head->host.len;
	memcpy(pool->last_host, head->host.at, head->host.len);
	pool->last_name = *out;
}

struct record *record_new(struct record_pool *pool, const struct head *head)
{
	struct record shape = {.host_source = HOST_FROM_SERVER};
	struct host_name host;
	struct record *r;
	size_t size;

	if (head) {
		find_host(pool, head, &host);
		shape.has_request = true;
		shape.method_len = bounded(head->method.len);
		shape.target_len = bounded(head->target.len);
		shape.host_len = (uint8_t)host.len;
		shape.host_source = (uint8_t)host.source;
	}
	size = record_size(&shape);
	if (size > LIMIT_REQUESTS - pool->bytes)
		return NULL;
	r = malloc(size - MALLOC_OVERHEAD);
	if (!r) {
		pool->failed = true;
		return NULL;
	}
	pool->bytes += size;
	memcpy(r, &shape, sizeof(shape));
	if (head) {
		copy(r->texts, head->method.at, r->method_len);
		copy(r->texts + r->method_len, head->target.at, r->target_len);
		copy(r->texts + r->method_len + r->target_len, host.text, r->host_len);
	}
	return r;
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
