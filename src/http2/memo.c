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

struct memo {
	struct kept kept[LIMIT_HTTP2_MEMO];
};

struct memo *memo_new(void)
{
	return calloc(1, sizeof(struct memo));
}

static size_t place_of(uint64_t table, const uint8_t *bytes, size_t len)
{
	return (size_t)((hash_bytes(bytes, len) + table) % LIMIT_HTTP2_MEMO);
}

bool memo_recall(const struct memo *m, uint64_t table, const uint8_t *bytes, size_t len,
		 struct block *b, struct memory_part *part)
{
	const struct kept *k = &m->kept[place_of(table, bytes, len)];

	if (len == 0 || k->len != len || k->table != table ||
	    memcmp(k->bytes, bytes, len) != 0)
		return false;
	return block_recall(b, part, &k->shape, (const char *)k->bytes + len);
}

void memo_keep(struct memo *m, uint64_t table, const uint8_t *bytes, size_t len,
	       const struct block *b)
{
	struct kept *k;

	if (len == 0 || len + b->len > sizeof(k->bytes) || b->bad || b->truncated)
		return;
	k = &m->kept[place_of(table, bytes, len)];
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
