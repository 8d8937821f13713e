#include "http2/memo.h"

#include <stdlib.h>
#include <string.h>

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
	size_t asked;         /* the set of the last memo_recall() */
};

struct memo *memo_new(void)
{
	return calloc(1, sizeof(struct memo));
}

/* Without a key: whoever knows that can make blocks drive each other out, so that they
 * are decoded as if there were no memory of them. There is no chain to make long. */
static size_t set_of(uint64_t table, const uint8_t *bytes, size_t len)
{
	uint64_t sum = table + len;
	uint64_t word;

	for (; len >= sizeof(word); bytes += sizeof(word), len -= sizeof(word)) {
		memcpy(&word, bytes, sizeof(word));
		sum = (sum ^ word) * 0x9e3779b97f4a7c15U;
		sum ^= sum >> 32;
	}
	for (; len > 0; bytes++, len--)
		sum = (sum ^ *bytes) * 0x9e3779b97f4a7c15U;
	return (size_t)(sum >> 40) % SETS;
}

bool memo_recall(struct memo *m, uint64_t table, const uint8_t *bytes, size_t len,
		 struct block *b, struct memory_part *part)
{
	const struct kept *set;

	m->asked = set_of(table, bytes, len);
	set = m->kept[m->asked];
	for (size_t i = 0; len > 0 && i < PLACES; i++) {
		const struct kept *k = &set[i];

		if (k->len == len && k->table == table &&
		    memcmp(k->bytes, bytes, len) == 0)
			return block_recall(b, part, &k->shape,
					    (const char *)k->bytes + len, len);
	}
	return false;
}

void memo_keep(struct memo *m, uint64_t table, const uint8_t *bytes, size_t len,
	       const struct block *b)
{
	struct kept *k;
	size_t set = m->asked;

	if (len == 0 || len + b->len > sizeof(k->bytes) || b->bad || b->truncated)
		return;
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
