#include "http2/memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"

/* Before each block stands its size: what malloc aligns for stays aligned. */
#define HEAD sizeof(max_align_t)
/* What malloc keeps for itself beside that. */
#define MALLOC_OVERHEAD 16U

static size_t size_of(const void *p)
{
	size_t size;

	memcpy(&size, (const char *)p - HEAD, sizeof(size));
	return size;
}

void *memory_resize(struct memory_part *part, void *p, size_t size)
{
	size_t old = p ? size_of(p) : 0;
	size_t all = size + HEAD + MALLOC_OVERHEAD;
	char *block;

	if (size > LIMIT_HTTP2_CONNECTION ||
	    (all > old && (all - old > LIMIT_HTTP2_CONNECTION - part->bytes ||
			   all - old > LIMIT_HTTP2 - part->all->bytes)))
		return NULL;
	block = realloc(p ? (char *)p - HEAD : NULL, size + HEAD);
	if (!block) {
		part->all->failed = true;
		return NULL;
	}
	part->bytes += all - old;
	part->all->bytes += all - old;
	memcpy(block, &all, sizeof(all));
	return block + HEAD;
}

void *memory_new(struct memory_part *part, size_t size)
{
	void *p = memory_resize(part, NULL, size);

	if (p)
		memset(p, 0, size);
	return p;
}

void memory_free(struct memory_part *part, void *p)
{
	if (!p)
		return;
	part->bytes -= size_of(p);
	part->all->bytes -= size_of(p);
	free((char *)p - HEAD);
}
