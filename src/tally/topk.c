#include "tally/topk.h"

#include <string.h>

#include "base/hash.h"
#include "base/limits.h"

/** Entries and bytes of the first allocations. */
#define ROOM_MIN 4U
#define KEY_MIN  16U

static uint32_t limit_of(const struct topk *t)
{
	return t->limit ? t->limit : LIMIT_TOPK;
}

static struct text bounded(struct text key)
{
	if (key.len > LIMIT_TOPK_KEY)
		key.len = LIMIT_TOPK_KEY;
	return key;
}

static bool key_is(const struct topk_entry *e, struct text key, uint64_t hash)
{
	return e->hash == hash && e->len == key.len &&
	       (key.len == 0 || memcmp(e->key, key.at, key.len) == 0);
}

static struct topk_entry *find(const struct topk *t, struct text key, uint64_t hash)
{
	for (uint32_t i = 0; i < t->count; i++)
		if (key_is(&t->entries[i], key, hash))
			return &t->entries[i];
	return NULL;
}

/* Room for one more entry, which is not counted yet; NULL without. */
static struct topk_entry *fresh(struct topk *t, struct budget *b)
{
	struct topk_entry *entries;
	uint32_t room;

	if (t->count < t->room)
		return &t->entries[t->count];
	if (t->count >= limit_of(t))
		return NULL;
	room = t->room ? 2 * t->room : ROOM_MIN;
	if (room > limit_of(t))
		room = limit_of(t);
	entries = budget_realloc(b, t->entries, t->room * sizeof(*entries),
				 room * sizeof(*entries));
	if (!entries) {
		t->unlisted = 1;
		return NULL;
	}
	memset(entries + t->room, 0, (room - t->room) * sizeof(*entries));
	t->entries = entries;
	t->room = room;
	return &t->entries[t->count];
}

static struct topk_entry *smallest(const struct topk *t)
{
	struct topk_entry *least = NULL;

	for (uint32_t i = 0; i < t->count; i++)
		if (!least || t->entries[i].count < least->count)
			least = &t->entries[i];
	return least;
}

static bool set_key(struct topk_entry *e, struct text key, uint64_t hash,
		    struct budget *b)
{
	size_t size = e->size ? e->size : KEY_MIN;
	char *at = e->key;

	while (size < key.len)
		size *= 2;
	if (!at || size > e->size) {
		at = budget_realloc(b, e->key, e->size, size);
		if (!at)
			return false;
		e->key = at;
		e->size = (uint16_t)size;
	}
	if (key.len > 0)
		memcpy(at, key.at, key.len);
	e->len = (uint16_t)key.len;
	e->hash = hash;
	return true;
}

/* A new key takes a free place, or that of the least frequent one with its count. */
static struct topk_entry *take_place(struct topk *t, struct text key, uint64_t hash,
				     struct budget *b)
{
	struct topk_entry *e = fresh(t, b);
	bool is_fresh = e != NULL;

	if (!e)
		e = smallest(t);
	if (!e)
		return NULL;
	if (!set_key(e, key, hash, b)) {
		t->unlisted = 1;
		return NULL;
	}
	if (is_fresh)
		t->count++;
	else if (e->count > t->floor)
		t->floor = e->count;
	hll_clear(&e->distinct, b);
	e->count = t->floor;
	e->error = t->floor;
	return e;
}

struct topk_entry *topk_add(struct topk *t, struct text key, uint64_t n,
			    struct budget *b)
{
	uint64_t hash;
	struct topk_entry *e;

	key = bounded(key);
	hash = hash_bytes(key.at ? key.at : "", key.len);
	t->total += n;
	e = find(t, key, hash);
	if (!e)
		e = take_place(t, key, hash, b);
	if (e)
		e->count += n;
	else
		t->floor += n;
	return e;
}

/* ---- order ---- */

static int compare(const struct topk_entry *a, const struct topk_entry *b)
{
	size_t len = a->len < b->len ? a->len : b->len;
	int order;

	if (a->count != b->count)
		return a->count > b->count ? -1 : 1;
	order = len ? memcmp(a->key, b->key, len) : 0;
	return order != 0 ? order : (int)a->len - (int)b->len;
}

static int compare_pointers(const void *va, const void *vb)
{
	return compare(*(const struct topk_entry *const *)va,
		       *(const struct topk_entry *const *)vb);
}

size_t topk_sorted(const struct topk *t, const struct topk_entry **out, size_t size)
{
	const struct topk_entry *all[LIMIT_TOPK_MAX] = {NULL};
	size_t n = t->count < LIMIT_TOPK_MAX ? t->count : LIMIT_TOPK_MAX;

	for (size_t i = 0; i < n; i++)
		all[i] = &t->entries[i];
	qsort(all, n, sizeof(const struct topk_entry *), compare_pointers);
	if (n > size)
		n = size;
	memcpy(out, all, n * sizeof(const struct topk_entry *));
	return n;
}

/* ---- merging ---- */

/* What the other one does not know occurred there at most `floor` times. */
static void raise_unknown(struct topk *into, const struct topk *from)
{
	for (uint32_t i = 0; i < into->count; i++) {
		struct topk_entry *e = &into->entries[i];

		if (!find(from, (struct text){e->key, e->len}, e->hash)) {
			e->count += from->floor;
			e->error += from->floor;
		}
	}
}

static void merge_entry(struct topk *into, const struct topk_entry *e,
			uint64_t own_floor, struct budget *b)
{
	struct text key = {e->key, e->len};
	struct topk_entry *mine = find(into, key, e->hash);
	struct topk_entry *least;

	if (mine) {
		mine->count += e->count;
		mine->error += e->error;
		hll_merge(&mine->distinct, &e->distinct, b);
		return;
	}
	mine = fresh(into, b);
	if (!mine) {
		/* The larger one stays; what goes raises the floor. */
		least = smallest(into);
		if (!least || least->count >= e->count + own_floor) {
			if (into->floor < e->count + own_floor)
				into->floor = e->count + own_floor;
			return;
		}
		if (into->floor < least->count)
			into->floor = least->count;
		mine = least;
	} else {
		into->count++;
	}
	if (!set_key(mine, key, e->hash, b)) {
		if (into->floor < e->count + own_floor)
			into->floor = e->count + own_floor;
		/* A place without a key would be found by nobody: drop it. */
		budget_free(b, mine->key, mine->size);
		hll_clear(&mine->distinct, b);
		*mine = into->entries[--into->count];
		into->entries[into->count] = (struct topk_entry){0};
		return;
	}
	mine->count = e->count + own_floor;
	mine->error = e->error + own_floor;
	hll_clear(&mine->distinct, b);
	hll_merge(&mine->distinct, &e->distinct, b);
}

void topk_merge(struct topk *into, const struct topk *from, struct budget *b)
{
	const struct topk_entry *sorted[LIMIT_TOPK_MAX];
	uint64_t own_floor = into->floor;
	size_t n;

	if (from->total == 0)
		return;
	raise_unknown(into, from);
	into->floor += from->floor;
	into->total += from->total;
	n = topk_sorted(from, sorted, LIMIT_TOPK_MAX);
	for (size_t i = 0; i < n; i++)
		merge_entry(into, sorted[i], own_floor, b);
	if (from->unlisted)
		into->unlisted = 1;
}

void topk_clear(struct topk *t, struct budget *b)
{
	uint32_t limit = t->limit;

	for (uint32_t i = 0; i < t->room; i++) {
		budget_free(b, t->entries[i].key, t->entries[i].size);
		hll_clear(&t->entries[i].distinct, b);
	}
	budget_free(b, t->entries, t->room * sizeof(*t->entries));
	*t = (struct topk){.limit = limit};
}
