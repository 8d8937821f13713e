#include "tcp/flow_table.h"

#include <stdlib.h>
#include <string.h>

#include "tcp/connection.h"

/* Slabs are aligned to their size, so that a record's address says which slab it is
 * in; a little shorter than that, so that malloc() can lay them side by side. */
#define SLAB_ALIGN 65536U
#define SLAB_BYTES (SLAB_ALIGN - 64U)
#define SLAB_SHIFT 9U

struct slab {
	struct tcp *owner;
	uint32_t number;
	struct tcp_connection record[];
};

#define SLAB_RECORDS \
	((SLAB_BYTES - sizeof(struct slab)) / sizeof(struct tcp_connection))
#define MAX_SLABS (LIMIT_CONNECTIONS_MOST / SLAB_RECORDS + 1)
_Static_assert(SLAB_RECORDS <= 1U << SLAB_SHIFT, "ids are slab << shift | record");

/* The low half of the hash: its low bits say where the search begins, so that growing
 * needs no record, and the others tell most other keys apart. */
struct index_entry {
	uint32_t hash;
	uint32_t id; /* FLOW_NONE: free */
};

#define FIRST_INDEX 4096U

struct flow_table {
	struct tcp *owner;
	struct index_entry *index;
	uint32_t mask;
	uint32_t count;
	uint32_t slabs;
	uint32_t unused; /* records of the last slab that were never handed out */
	uint32_t free;   /* id of the last record given back; chained by `older` */
	struct slab *slab[MAX_SLABS];
};

static struct index_entry *index_new(uint32_t entries)
{
	struct index_entry *index = malloc(entries * sizeof(*index));

	if (index)
		memset(index, 0xff, entries * sizeof(*index));
	return index;
}

struct flow_table *flow_table_new(struct tcp *owner)
{
	struct flow_table *f = calloc(1, sizeof(*f));

	if (!f)
		return NULL;
	f->owner = owner;
	f->free = FLOW_NONE;
	f->mask = FIRST_INDEX - 1;
	f->index = index_new(FIRST_INDEX);
	if (!f->index) {
		free(f);
		return NULL;
	}
	return f;
}

static const struct slab *slab_of(const struct tcp_connection *c)
{
	return (const struct slab *)((uintptr_t)c & ~(uintptr_t)(SLAB_ALIGN - 1));
}

uint32_t flow_id(const struct tcp_connection *c)
{
	const struct slab *s = slab_of(c);

	return s->number << SLAB_SHIFT | (uint32_t)(c - s->record);
}

struct tcp_connection *flow_at(const struct flow_table *f, uint32_t id)
{
	return &f->slab[id >> SLAB_SHIFT]->record[id & ((1U << SLAB_SHIFT) - 1)];
}

struct tcp *flow_owner(const struct tcp_connection *c)
{
	return slab_of(c)->owner;
}

void flow_table_prefetch(const struct flow_table *f, uint64_t hash)
{
	__builtin_prefetch(&f->index[(uint32_t)hash & f->mask]);
}

struct tcp_connection *flow_table_find(const struct flow_table *f,
				       const struct flow_key *key, uint64_t hash)
{
	for (uint32_t i = (uint32_t)hash & f->mask; f->index[i].id != FLOW_NONE;
	     i = (i + 1) & f->mask) {
		struct tcp_connection *c;

		if (f->index[i].hash != (uint32_t)hash)
			continue;
		c = flow_at(f, f->index[i].id);
		if (flow_key_equal(&c->key, key))
			return c;
	}
	return NULL;
}

static void index_put(struct index_entry *index, uint32_t mask, struct index_entry e)
{
	uint32_t i = e.hash & mask;

	while (index[i].id != FLOW_NONE)
		i = (i + 1) & mask;
	index[i] = e;
}

/* Three quarters full at most: a look for a key that is not there stays short. */
static int grow(struct flow_table *f)
{
	uint32_t entries = (f->mask + 1) * 2;
	struct index_entry *index;

	if ((f->count + 1) * 4ULL <= (f->mask + 1) * 3ULL)
		return 0;
	index = index_new(entries);
	if (!index)
		return -1;
	for (uint32_t i = 0; i <= f->mask; i++)
		if (f->index[i].id != FLOW_NONE)
			index_put(index, entries - 1, f->index[i]);
	free(f->index);
	f->index = index;
	f->mask = entries - 1;
	return 0;
}

static int add_slab(struct flow_table *f)
{
	void *bytes;
	struct slab *s;

	if (f->slabs == MAX_SLABS ||
	    posix_memalign(&bytes, SLAB_ALIGN, SLAB_BYTES) != 0)
		return -1;
	s = bytes;
	s->owner = f->owner;
	s->number = f->slabs;
	f->slab[f->slabs++] = s;
	f->unused = SLAB_RECORDS;
	return 0;
}

static struct tcp_connection *take_record(struct flow_table *f)
{
	struct tcp_connection *c;

	if (f->free != FLOW_NONE) {
		c = flow_at(f, f->free);
		f->free = c->older;
		return c;
	}
	if (f->unused == 0 && add_slab(f) != 0)
		return NULL;
	return &f->slab[f->slabs - 1]->record[--f->unused];
}

struct tcp_connection *flow_table_add(struct flow_table *f, const struct flow_key *key,
				      uint64_t hash)
{
	struct tcp_connection *c;

	if (grow(f) != 0)
		return NULL;
	c = take_record(f);
	if (!c)
		return NULL;
	memset(c, 0, sizeof(*c));
	c->key = *key;
	index_put(f->index, f->mask,
		  (struct index_entry){.hash = (uint32_t)hash, .id = flow_id(c)});
	f->count++;
	return c;
}

/* Close the hole at `i`: entries after it that may stand there move up. */
static void index_remove(struct flow_table *f, uint32_t i)
{
	for (uint32_t j = (i + 1) & f->mask; f->index[j].id != FLOW_NONE;
	     j = (j + 1) & f->mask) {
		uint32_t wants = f->index[j].hash & f->mask;

		if (((j - wants) & f->mask) < ((j - i) & f->mask))
			continue;
		f->index[i] = f->index[j];
		i = j;
	}
	f->index[i].id = FLOW_NONE;
}

void flow_table_remove(struct flow_table *f, struct tcp_connection *c)
{
	uint32_t id = flow_id(c);
	uint32_t i = (uint32_t)flow_key_hash(&c->key) & f->mask;

	while (f->index[i].id != id)
		i = (i + 1) & f->mask;
	index_remove(f, i);
	f->count--;
	c->older = f->free;
	f->free = id;
}

size_t flow_table_count(const struct flow_table *f)
{
	return f->count;
}

size_t flow_table_memory(const struct flow_table *f)
{
	return sizeof(*f) + (size_t)f->slabs * SLAB_ALIGN +
	       ((size_t)f->mask + 1) * sizeof(*f->index);
}

void flow_table_free(struct flow_table *f)
{
	if (!f)
		return;
	for (uint32_t i = 0; i < f->slabs; i++)
		free(f->slab[i]);
	free(f->index);
	free(f);
}
