#include "http/record.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/sanitize.h"
#include "http/fields.h"

/* Bytes that malloc keeps for itself beside an allocation. */
#define MALLOC_OVERHEAD 16U

_Static_assert(LIMIT_HOST <= UINT8_MAX, "host_len holds it");
_Static_assert(LIMIT_TARGET <= UINT16_MAX, "target_len and method_len hold it");

/** Bytes of texts: the least that a record has room for, and what it grows by. */
#define ROOM_MIN  96U
#define ROOM_STEP 32U
/** Largest room of a record that is kept when it is freed. */
#define SPARE_ROOM 512U

/* Records that are kept. */
static const unsigned spares_most = KEEP_FREED ? 32 : 0;

_Static_assert(2 * LIMIT_TARGET + LIMIT_HOST + ROOM_STEP <= UINT16_MAX,
	       "room holds it");

static size_t record_size(const struct record *r)
{
	return sizeof(*r) + r->room + MALLOC_OVERHEAD;
}

static size_t texts_size(const struct record *r)
{
	return (size_t)r->method_len + r->target_len + r->host_len;
}

/* What of `extra` is in use is counted. */
static size_t extra_size(const struct record *r)
{
	bool used = (r->extra_len[0] | r->extra_len[1] | r->extra_len[2]) != 0;

	return used ? r->extra_room + MALLOC_OVERHEAD : 0;
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

/* As host_of_request(): the form of a Host that is the last one's is known. Lent until
 * the next call. */
static const struct host_name *find_host(struct record_pool *pool,
					 const struct head *head, struct text method)
{
	bool plain = head->host_fields == HOST_FIELD_ONE && head->host.len > 0 &&
		     head->target.len > 0 && head->target.at[0] == '/' &&
		     method.len < 7; /* not CONNECT */

	if (plain && head->host.len == pool->last_host_len &&
	    memcmp(head->host.at, pool->last_host, pool->last_host_len) == 0)
		return &pool->last_name;
	host_of_request(method, head->target, head->host_fields, head->host,
			&pool->last_name);
	pool->last_host_len = 0;
	if (plain && head->host.len <= RECORD_LAST_HOST) {
		pool->last_host_len = head->host.len;
		memcpy(pool->last_host, head->host.at, head->host.len);
	}
	return &pool->last_name;
}

/* Nothing in it is set but its room, for @p texts bytes at least, and that of `extra`.
 * The last record that was freed is taken if it has that. */
static struct record *record_alloc(struct record_pool *pool, size_t texts)
{
	struct record *r =
	    pool->spare && pool->spare->room >= texts ? pool->spare : NULL;
	size_t room = (texts + ROOM_STEP - 1) / ROOM_STEP * ROOM_STEP;

	if (r)
		room = r->room;
	else if (room < ROOM_MIN)
		room = ROOM_MIN;
	if (!memory_take(&pool->memory, sizeof(*r) + room + MALLOC_OVERHEAD))
		return NULL;
	if (r) {
		pool->spare = r->next;
		pool->spares--;
	} else {
		r = malloc(sizeof(*r) + room);
		if (!r) {
			memory_give(&pool->memory, sizeof(*r) + room + MALLOC_OVERHEAD);
			pool->failed = true;
			return NULL;
		}
		r->room = (uint16_t)room;
		r->extra = NULL;
		r->extra_room = 0;
	}
	return r;
}

static struct record *record_bare(struct record_pool *pool)
{
	struct record *r = record_alloc(pool, 0);

	if (r)
		*r = (struct record){.host_source = HOST_FROM_SERVER,
				     .facts = {.declared_body = UINT64_MAX},
				     .extra = r->extra,
				     .extra_room = r->extra_room,
				     .room = r->room};
	return r;
}

struct record *record_new(struct record_pool *pool, const struct head *head)
{
	const struct text none = {NULL, 0};
	const struct host_name *host;
	uint16_t method_len, target_len;
	struct record *r;

	if (!head)
		return record_bare(pool);
	host = find_host(pool, head, head->extended_connect ? none : head->method);
	method_len = bounded(head->method.len);
	target_len = bounded(head->target.len);
	r = record_alloc(pool, (size_t)method_len + target_len + host->len);
	if (!r)
		return NULL;
	*r = (struct record){.protocol = (uint8_t)head->protocol,
			     .has_request = true,
			     .method_len = method_len,
			     .target_len = target_len,
			     .host_len = (uint8_t)host->len,
			     .host_source = (uint8_t)host->source,
			     .extra = r->extra,
			     .extra_room = r->extra_room,
			     .room = r->room};
	record_set_facts(pool, r, head, 0);
	copy(r->texts, head->method.at, method_len);
	copy(r->texts + method_len, head->target.at, target_len);
	copy(r->texts + method_len + target_len, host->text, host->len);
	return r;
}

struct record *record_copy(struct record_pool *pool, const struct record *r)
{
	struct record *twin = r ? record_alloc(pool, texts_size(r)) : NULL;
	struct record own;

	if (!twin)
		return NULL;
	own = *twin;
	memcpy(twin, r, sizeof(*r) + texts_size(r));
	twin->room = own.room;
	twin->extra = own.extra;
	twin->extra_room = own.extra_room;
	twin->next = NULL;
	memset(twin->extra_len, 0, sizeof(twin->extra_len));
	return twin;
}

void record_free(struct record_pool *pool, struct record *r)
{
	if (!r)
		return;
	memory_give(&pool->memory, record_size(r) + extra_size(r));
	if (pool->spares >= spares_most || r->room > SPARE_ROOM ||
	    r->extra_room > SPARE_ROOM) {
		free(r->extra);
		free(r);
		return;
	}
	r->next = pool->spare;
	pool->spare = r;
	pool->spares++;
}

void record_pool_clear(struct record_pool *pool)
{
	while (pool->spare) {
		struct record *r = pool->spare;

		pool->spare = r->next;
		free(r->extra);
		free(r);
	}
	pool->spares = 0;
}

/* Of a list, the end was written by the nearest proxy: of too long a one it stays. */
static size_t gather_list(struct text fields, const char *name, char *out)
{
	struct text value;
	size_t len = 0;

	while (field_find_next(&fields, name, &value)) {
		size_t n =
		    value.len < LIMIT_FORWARDED - 1 ? value.len : LIMIT_FORWARDED - 1;

		if (len > 0)
			out[len++] = ',';
		if (len + n > LIMIT_FORWARDED) {
			size_t drop = len + n - LIMIT_FORWARDED;

			memmove(out, out + drop, len - drop);
			len -= drop;
		}
		copy(out + len, value.at + value.len - n, n);
		len += n;
		if (len == LIMIT_FORWARDED) {
			memmove(out, out + 1, --len);
		}
	}
	return len;
}

static size_t gather_forwarded(struct text fields, char *out)
{
	size_t len = gather_list(fields, "forwarded", out);

	return len > 0 ? len : gather_list(fields, "x-forwarded-for", out);
}

/* Room for @p size bytes of extra, of which nothing is in use. Whether there is. */
static bool extra_alloc(struct record_pool *pool, struct record *r, size_t size)
{
	size_t room = (size + ROOM_STEP - 1) / ROOM_STEP * ROOM_STEP;

	if (r->extra_room >= size)
		room = r->extra_room;
	if (!memory_take(&pool->memory, room + MALLOC_OVERHEAD))
		return false;
	if (room == r->extra_room)
		return true;
	free(r->extra);
	r->extra = malloc(room);
	r->extra_room = (uint16_t)(r->extra ? room : 0);
	if (r->extra)
		return true;
	memory_give(&pool->memory, room + MALLOC_OVERHEAD);
	pool->failed = true;
	return false;
}

/* Whether there was room. */
static bool set_extra(struct record_pool *pool, struct record *r,
		      const struct text texts[EXTRAS])
{
	char *at;

	memory_give(&pool->memory, extra_size(r));
	memset(r->extra_len, 0, sizeof(r->extra_len));
	if (texts[0].len + texts[1].len + texts[2].len == 0)
		return true;
	if (!extra_alloc(pool, r, texts[0].len + texts[1].len + texts[2].len))
		return false;
	at = r->extra;
	for (int i = 0; i < EXTRAS; i++) {
		r->extra_len[i] = (uint16_t)texts[i].len;
		copy(at, texts[i].at, texts[i].len);
		at += texts[i].len;
	}
	return true;
}

static struct text agent_text(struct text value)
{
	if (value.len > LIMIT_AGENT)
		value.len = LIMIT_AGENT;
	return value;
}

/* Apart, as it needs a large frame. */
static __attribute__((noinline)) bool keep_extra(struct record_pool *pool,
						 struct record *r,
						 const struct head *head, unsigned keep)
{
	char forwarded[LIMIT_FORWARDED];
	struct text texts[EXTRAS] = {{NULL, 0}};

	if (keep & HTTP_KEEP_FORWARDED)
		texts[EXTRA_FORWARDED] =
		    (struct text){forwarded, gather_forwarded(head->fields, forwarded)};
	if (keep & HTTP_KEEP_AGENT) {
		texts[EXTRA_AGENT] = agent_text(head->user_agent);
		texts[EXTRA_REFERER] = agent_text(head->referer);
	}
	return set_extra(pool, r, texts);
}

bool record_set_facts(struct record_pool *pool, struct record *r,
		      const struct head *head, unsigned keep)
{
	r->facts = (struct request_facts){
	    .declared_body =
		head->length == LENGTH_ONE ? head->content_length : UINT64_MAX,
	    .target_len = (uint32_t)head->target.len,
	    .flags = head->facts,
	};
	return !keep || keep_extra(pool, r, head, keep);
}

struct text record_extra(const struct record *r, enum record_extra which)
{
	size_t at = 0;

	if (!r->extra)
		return (struct text){NULL, 0};
	for (int i = 0; i < (int)which; i++)
		at += r->extra_len[i];
	return (struct text){r->extra + at, r->extra_len[which]};
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
