#include "http2/memo.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/limits.h"

struct kept {
	uint64_t table;
	uint32_t len;       /* of the block; 0: nothing is kept here */
	struct block shape; /* without its text, which follows the block */
	uint8_t bytes[LIMIT_HTTP2_MEMO_BYTES];
};

/* Places that one hash gives: few enough to look at all of them, and enough that two
 * blocks that come again and again seldom drive each other out. */
#define PLACES 4U
#define SETS   (LIMIT_HTTP2_MEMO / PLACES)

struct memo {
	struct kept kept[SETS][PLACES];
	uint8_t oldest[SETS]; /* the place that is written next */
};

struct memo *memo_new(void)
{
	return calloc(1, sizeof(struct memo));
}

static size_t set_of(uint64_t table, const uint8_t *bytes, size_t len)
{
	return (size_t)((hash_bytes(bytes, len) + table) % SETS);
}

bool memo_recall(const struct memo *m, uint64_t table, const uint8_t *bytes, size_t len,
		 struct block *b, struct memory_part *part)
{
	const struct kept *set = m->kept[set_of(table, bytes, len)];

	for (size_t i = 0; len > 0 && i < PLACES; i++) {
		const struct kept *k = &set[i];

		if (k->len == len && k->table == table &&
		    memcmp(k->bytes, bytes, len) == 0)
			return block_recall(b, part, &k->shape,
					    (const char *)k->bytes + len);
	}
	return false;
}

void memo_keep(struct memo *m, uint64_t table, const uint8_t *bytes, size_t len,
	       const struct block *b)
{
	struct kept *k;
	size_t set;

	if (len == 0 || len + b->len > sizeof(k->bytes) || b->bad || b->truncated)
		return;
	set = set_of(table, bytes, len);
	k = &m->kept[set][m->oldest[set]];
	m->oldest[set] = (uint8_t)((m->oldest[set] + 1) % PLACES);
	k->table = table;
	k->len = (uint32_t)len;
	k->shape = *b;
	k->shape.text = NULL;
	memcpy(k->bytes, bytes, len);
	if (b->len > 0)
		memcpy(k->bytes + len, b->text, b->len);
}

void memo_free(struct memo *m)
{
	free(m);
}
