#include "config.h"

#include "ui/history.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

#define HASH_NONFATAL_OOM 1
#define uthash_nonfatal_oom(element) \
	do {                         \
	} while (0)
#define HASH_FUNCTION(key, len, hashed) ((hashed) = (unsigned)hash_bytes(key, len))
#include <uthash.h>

/** Weight of the last second in a rate: it follows within some seconds, and does not
 *  jump. */
#define FRESH 0.3
/** Longest key: a name, a zero, and its source. */
#define KEY_MAX (LIMIT_HOST + 2)

struct entry {
	struct track track;
	UT_hash_handle hh;
	size_t len;
	char key[];
};

struct history {
	struct entry *table;
	struct track total;
	double slot_s; /* seconds in the newest slot so far */
	size_t newest; /* where it stands in the ring */
};

/* That HASH_DEL() takes an entry out of the table is more than the analyzer can follow
 * through its macros: it sees entries freed that it believes are still listed.
 * NOLINTBEGIN(clang-analyzer-unix.Malloc,clang-analyzer-core.NullDereference) */

struct history *history_new(void)
{
	return calloc(1, sizeof(struct history));
}

void history_free(struct history *h)
{
	struct entry *e, *next;

	if (!h)
		return;
	HASH_ITER(hh, h->table, e, next)
	{
		HASH_DEL(h->table, e);
		free(e);
	}
	free(h);
}

static size_t make_key(const struct tally_row *row, char *key)
{
	size_t len = strnlen(row->name, LIMIT_HOST);

	memcpy(key, row->name, len);
	key[len] = '\0';
	key[len + 1] = (char)row->source;
	return len + 2;
}

static struct entry *find(const struct history *h, const struct tally_row *row)
{
	char key[KEY_MAX];
	size_t len = make_key(row, key);
	struct entry *e;

	HASH_FIND(hh, h->table, key, len, e);
	return e;
}

static struct entry *add(struct history *h, const struct tally_row *row,
			 enum sl_err *error)
{
	char key[KEY_MAX];
	size_t len = make_key(row, key);
	struct entry *e;

	if (HASH_COUNT(h->table) >= LIMIT_HISTORY_HOSTS)
		return NULL;
	e = calloc(1, sizeof(*e) + len);
	if (!e) {
		*error = SL_E_NOMEM;
		return NULL;
	}
	e->len = len;
	memcpy(e->key, key, len);
	HASH_ADD_KEYPTR(hh, h->table, e->key, len, e);
	if (!e->hh.tbl) {
		free(e);
		*error = SL_E_NOMEM;
		return NULL;
	}
	return e;
}

static void put(const struct history *h, struct track *t, uint64_t responses,
		double seconds)
{
	uint32_t *slot = &t->slots[h->newest];
	/* A short first tick must not look like a burst. */
	double fresh = (double)responses / (seconds > 1 ? seconds : 1);

	*slot +=
	    responses > UINT32_MAX - *slot ? UINT32_MAX - *slot : (uint32_t)responses;
	t->rate += FRESH * (fresh - t->rate);
	if (t->rate < 0.005)
		t->rate = 0;
	if (responses > 0)
		t->age = 0;
}

/** Begin the next slot when this one is full; drop who has shown nothing for all of
 *  them. */
static void turn(struct history *h, double seconds)
{
	struct entry *e, *next;

	h->slot_s += seconds;
	if (h->slot_s < LIMIT_HISTORY_SLOT_S)
		return;
	h->slot_s = 0;
	h->newest = (h->newest + 1) % LIMIT_HISTORY_SLOTS;
	h->total.slots[h->newest] = 0;
	HASH_ITER(hh, h->table, e, next)
	{
		e->track.slots[h->newest] = 0;
		if (++e->track.age > LIMIT_HISTORY_SLOTS) {
			HASH_DEL(h->table, e);
			free(e);
		}
	}
}

enum sl_err history_add(struct history *h, const struct tally *tick, double seconds)
{
	size_t count;
	const struct tally_row *const *rows = tally_rows(tick, &count);
	enum sl_err error = SL_OK;
	struct entry *e, *next;

	turn(h, seconds);
	put(h, &h->total, tally_total(tick)->responses, seconds);
	HASH_ITER(hh, h->table, e, next)
	{
		// cppcheck-suppress uninitvar; as above
		e->track.rate -= FRESH * e->track.rate;
	}
	for (size_t i = 0; i < count; i++) {
		double before;

		e = find(h, rows[i]);
		if (!e)
			e = add(h, rows[i], &error);
		if (!e)
			continue;
		/* All rates have faded already: take that back for those with news. */
		before = e->track.rate / (1 - FRESH);
		e->track.rate = before;
		put(h, &e->track, rows[i]->counts.responses, seconds);
	}
	return error;
}

const struct track *history_of(const struct history *h, const struct tally_row *row)
{
	const struct entry *e = find(h, row);

	return e ? &e->track : NULL;
}

const struct track *history_total(const struct history *h)
{
	return &h->total;
}

uint32_t history_slot(const struct history *h, const struct track *t, size_t i)
{
	return t->slots[(h->newest + 1 + i) % LIMIT_HISTORY_SLOTS];
}

/* NOLINTEND(clang-analyzer-unix.Malloc,clang-analyzer-core.NullDereference) */
