#include "tally/rows.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/limits.h"
#include "tally/counts.h"

#define HASH_NONFATAL_OOM 1
/* A row whose insertion failed has no table: that is looked at where it is added. */
#define uthash_nonfatal_oom(element) \
	do {                         \
	} while (0)
#define HASH_FUNCTION(key, len, hashed) ((hashed) = (unsigned)hash_bytes(key, len))
#include <uthash.h>
/* Shorter chains than its default of 10: each link is a miss of the cache, and a bucket
 * is small beside a row. */
#undef HASH_BKT_CAPACITY_THRESH
#define HASH_BKT_CAPACITY_THRESH 4U

/** Longest key: a host's text, a zero, and where it is from. */
#define KEY_MAX (LIMIT_HOST + 2)
/** Slots of the first array of pointers. */
#define SLOTS_MIN 64U
/** Rows that are found without the table. */
#define RECENT_BITS 6U

/* What a row is found by, in one piece: for a host its text, a zero and its source, so
 * that the name is the key's beginning; else the bytes of an address, with the port. */
struct key {
	size_t len; /* 0: `(other)`, which is not in the table */
	unsigned char bytes[KEY_MAX];
};

struct row {
	struct tally_row row; /* first: the caller's pointer is ours */
	uint64_t touched;     /* as rows_mark() said */
	UT_hash_handle hh;
	char text[]; /* the key, and the name after it if it is not in it */
};

struct rows {
	enum tally_by by;
	struct row *table;
	/* Those of the exchanges before, each in recent_slot(): mostly the next one's
	 * is among them. */
	struct row *recent[1U << RECENT_BITS];
	struct row *other;
	uint64_t now; /* what rows are touched with */
	bool other_listed;
	struct tally_row **all; /* room for one more always, for `(other)` */
	size_t count;
	size_t slots;
	size_t most; /* rows besides `(other)` */
};

/** @param name  NULL when it is the beginning of @p key */
static struct row *row_new(const struct key *key, const char *name,
			   enum host_source source)
{
	size_t name_size = name ? strlen(name) + 1 : 0;
	struct row *row = calloc(1, sizeof(*row) + key->len + name_size);

	if (!row)
		return NULL;
	memcpy(row->text, key->bytes, key->len);
	if (name)
		memcpy(row->text + key->len, name, name_size);
	row->row.name = name ? row->text + key->len : row->text;
	row->row.source = source;
	row->row.first_ns = INT64_MAX;
	row->row.last_ns = INT64_MIN;
	row->row.other_ns = INT64_MIN;
	return row;
}

static void row_free(struct row *row, struct budget *b)
{
	if (!row)
		return;
	evidence_free(row->row.evidence, b);
	counts_clear(&row->row.counts);
	free(row);
}

struct rows *rows_new(enum tally_by by)
{
	struct key none = {.len = 0};
	struct rows *r = calloc(1, sizeof(*r));

	if (!r)
		return NULL;
	r->by = by;
	r->slots = SLOTS_MIN;
	r->most = LIMIT_HOSTS;
	r->all = malloc(SLOTS_MIN * sizeof(*r->all));
	r->other = row_new(&none, TALLY_OTHER, HOST_INVALID);
	if (r->all && r->other)
		return r;
	free(r->all);
	free(r->other);
	free(r);
	return NULL;
}

void rows_set_most(struct rows *r, size_t most)
{
	r->most = most;
}

size_t rows_most(const struct rows *r)
{
	return r->most;
}

static struct tally_row *give_other(struct rows *r)
{
	if (!r->other_listed)
		r->all[r->count++] = &r->other->row;
	r->other_listed = true;
	return &r->other->row;
}

static bool has_slots(struct rows *r)
{
	struct tally_row **all;

	if (r->count + 2 <= r->slots)
		return true;
	all = realloc(r->all, 2 * r->slots * sizeof(struct tally_row *));
	if (!all)
		return false;
	r->all = all;
	r->slots *= 2;
	return true;
}

/* Needs no secret: who makes places collide only makes his own rows be looked up. The
 * ends of a key differ the most. */
static inline struct row **recent_slot(struct rows *r, const void *key, size_t len)
{
	uint32_t first = 0, last = 0;

	if (len >= sizeof(last)) {
		memcpy(&first, key, sizeof(first));
		memcpy(&last, (const char *)key + len - sizeof(last), sizeof(last));
	}
	first ^= last * 5U ^ (uint32_t)len;
	return &r->recent[first * 0x9e3779b1U >> (32U - RECENT_BITS)];
}

static struct row *find(const struct rows *r, const struct key *key, unsigned *hashed)
{
	struct row *row;

	*hashed = 0;
	HASH_VALUE(key->bytes, key->len, *hashed);
	HASH_FIND_BYHASHVALUE(hh, r->table, key->bytes, key->len, *hashed, row);
	return row;
}

/** Add a row for @p key, which has none: NULL without memory. */
static struct row *insert(struct rows *r, const struct key *key, unsigned hashed,
			  const char *name, enum host_source source)
{
	struct row *row = has_slots(r) ? row_new(key, name, source) : NULL;

	if (!row)
		return NULL;
	HASH_ADD_KEYPTR_BYHASHVALUE(hh, r->table, row->text, key->len, hashed, row);
	if (!row->hh.tbl) {
		free(row);
		return NULL;
	}
	r->all[r->count++] = &row->row;
	return row;
}

static inline struct tally_row *touch(const struct rows *r, struct row *row)
{
	row->touched = r->now;
	return &row->row;
}

static struct tally_row *find_or_insert(struct rows *r, const struct key *key,
					const char *name, enum host_source source,
					enum sl_err *failed)
{
	unsigned hashed;
	struct row *row = find(r, key, &hashed);

	if (!row) {
		if (HASH_COUNT(r->table) >= r->most)
			return give_other(r);
		row = insert(r, key, hashed, name, source);
	}
	if (!row) {
		*failed = SL_E_NOMEM;
		return give_other(r);
	}
	return touch(r, row);
}

static void host_key(struct key *key, const char *host, size_t len,
		     enum host_source source)
{
	memcpy(key->bytes, host, len);
	key->bytes[len] = '\0';
	key->bytes[len + 1] = (unsigned char)source;
	key->len = len + 2;
}

static struct tally_row *look_up_host(struct rows *r, const struct http_exchange *x,
				      enum sl_err *failed)
{
	static const char invalid[] = "(invalid)";
	enum host_source source = x->host_source;
	char server[ENDPOINT_TEXT_SIZE];
	struct key key;

	if (!x->host.at || x->host.len == 0) {
		source = HOST_FROM_SERVER;
		(void)endpoint_text(&x->server, server, sizeof(server));
		host_key(&key, server, strlen(server), source);
	} else if (x->host.len > LIMIT_HOST) {
		source = HOST_INVALID;
		host_key(&key, invalid, strlen(invalid), source);
	} else {
		host_key(&key, x->host.at, x->host.len, source);
	}
	return find_or_insert(r, &key, NULL, source, failed);
}

static struct tally_row *row_of_host(struct rows *r, const struct http_exchange *x,
				     enum sl_err *failed)
{
	struct row **slot = recent_slot(r, x->host.at, x->host.len);
	struct row *row = *slot;

	/* As look_up_host() makes its key. */
	if (row && row->hh.keylen == x->host.len + 2 && x->host.len > 0 &&
	    row->row.source == x->host_source &&
	    memcmp(row->text, x->host.at, x->host.len) == 0)
		return touch(r, row);
	*slot = (struct row *)look_up_host(r, x, failed);
	return &(*slot)->row;
}

/** @param with_port  whether the port is part of the key and the name */
static struct tally_row *row_of_endpoint(struct rows *r, const struct endpoint *e,
					 bool with_port, enum host_source source,
					 enum sl_err *failed)
{
	char name[ENDPOINT_TEXT_SIZE];
	struct key key = {.len = sizeof(e->addr)};
	struct row **slot;
	unsigned hashed;
	struct row *row;

	memcpy(key.bytes, &e->addr, sizeof(e->addr));
	if (with_port) {
		memcpy(key.bytes + key.len, &e->port, sizeof(e->port));
		key.len += sizeof(e->port);
	}
	slot = recent_slot(r, key.bytes, key.len);
	if (*slot && (*slot)->hh.keylen == key.len &&
	    memcmp((*slot)->text, key.bytes, key.len) == 0)
		return touch(r, *slot);
	/* Before the name is made, which costs more than everything else here. */
	row = find(r, &key, &hashed);
	if (row) {
		*slot = row;
		return touch(r, row);
	}
	if (with_port)
		(void)endpoint_text(e, name, sizeof(name));
	else
		(void)ip_addr_text(&e->addr, name, sizeof(name));
	return find_or_insert(r, &key, name, source, failed);
}

struct tally_row *rows_of_exchange(struct rows *r, const struct http_exchange *x,
				   enum sl_err *failed)
{
	switch (r->by) {
	case TALLY_BY_HOST:
		break;
	case TALLY_BY_SERVER:
		return row_of_endpoint(r, &x->server, true, HOST_FROM_SERVER, failed);
	case TALLY_BY_CLIENT:
		return row_of_endpoint(r, &x->client, false, HOST_FROM_REQUEST, failed);
	}
	return row_of_host(r, x, failed);
}

struct tally_row *rows_like(struct rows *r, const struct tally_row *like,
			    enum sl_err *failed)
{
	const struct row *row = (const struct row *)like;
	struct key key = {.len = row->hh.keylen};

	if (key.len == 0)
		return give_other(r);
	memcpy(key.bytes, row->hh.key, key.len);
	return find_or_insert(r, &key, r->by == TALLY_BY_HOST ? NULL : like->name,
			      like->source, failed);
}

struct tally_row *rows_named(struct rows *r, const struct tally_row *like,
			     const struct endpoint *address, enum sl_err *failed)
{
	struct key key;

	if (like->source == HOST_INVALID && strcmp(like->name, TALLY_OTHER) == 0)
		return give_other(r);
	/* Our own names are no endpoints, whatever the others are. */
	if (r->by != TALLY_BY_HOST && like->source != HOST_INVALID)
		return row_of_endpoint(r, address, r->by == TALLY_BY_SERVER,
				       like->source, failed);
	host_key(&key, like->name, strnlen(like->name, LIMIT_HOST), like->source);
	return find_or_insert(r, &key, NULL, like->source, failed);
}

void rows_mark(struct rows *r, uint64_t now)
{
	r->now = now;
}

/** @return whether there are rows to forget; `(forgotten)` alone is none */
static bool any_idle(const struct rows *r, uint64_t since)
{
	for (size_t i = 0; i < r->count; i++)
		if (r->all[i] != &r->other->row &&
		    strcmp(r->all[i]->name, TALLY_FORGOTTEN) != 0 &&
		    ((const struct row *)r->all[i])->touched < since)
			return true;
	return false;
}

size_t rows_forget(struct rows *r, uint64_t since, struct budget *b,
		   void (*fold)(void *ctx, struct tally_row *into,
				const struct tally_row *row),
		   void *ctx)
{
	struct row *into;
	struct key key;
	size_t kept = 0, count;
	unsigned hashed;

	if (!any_idle(r, since))
		return 0;
	/* The one row that may be over the bound: it is what makes room. */
	host_key(&key, TALLY_FORGOTTEN, strlen(TALLY_FORGOTTEN), HOST_INVALID);
	into = find(r, &key, &hashed);
	if (!into)
		into = insert(r, &key, hashed, NULL, HOST_INVALID);
	if (!into)
		return 0;
	count = r->count;
	for (size_t i = 0; i < count; i++) {
		struct row *row = (struct row *)r->all[i];

		if (row == r->other || row == into || row->touched >= since) {
			r->all[kept++] = r->all[i];
			continue;
		}
		fold(ctx, &into->row, &row->row);
		/* The table holds this row: it is there. */
		HASH_DEL(r->table, row); /* NOLINT(clang-analyzer-core.*) */
		row_free(row, b);
	}
	r->count = kept;
	memset(r->recent, 0, sizeof(r->recent));
	return count - kept;
}

const struct tally_row *const *rows_all(const struct rows *r, size_t *count)
{
	*count = r->count;
	return (const struct tally_row *const *)r->all;
}

const struct tally_row *rows_other(const struct rows *r)
{
	return &r->other->row;
}

static int compare_endpoints(const struct endpoint *a, const struct endpoint *b)
{
	int order = memcmp(&a->addr, &b->addr, sizeof(a->addr));

	return order != 0 ? order : (a->port > b->port) - (a->port < b->port);
}

void row_add_server(struct tally_row *row, const struct endpoint *server)
{
	size_t place = 0;

	for (size_t i = 0; i < row->server_count; i++)
		if (endpoint_equal(&row->servers[i], server))
			return;
	while (place < row->server_count &&
	       compare_endpoints(&row->servers[place], server) < 0)
		place++;
	if (row->server_count == LIMIT_SERVERS)
		row->more_servers = true;
	else
		row->server_count++;
	for (size_t i = row->server_count; i-- > place + 1;)
		row->servers[i] = row->servers[i - 1];
	if (place < row->server_count)
		row->servers[place] = *server;
}

void rows_free(struct rows *r, struct budget *b)
{
	if (!r)
		return;
	HASH_CLEAR(hh, r->table);
	for (size_t i = 0; i < r->count; i++)
		if (r->all[i] != &r->other->row)
			row_free((struct row *)r->all[i], b);
	row_free(r->other, b);
	free(r->all);
	free(r);
}
