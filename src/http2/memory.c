#include "http2/memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/sanitize.h"

/* Before each block stands what it takes: what malloc aligns for stays aligned. */
#define HEAD sizeof(max_align_t)
/* What malloc keeps for itself beside that. */
#define MALLOC_OVERHEAD 16U

/* The class of a block of @p size bytes with its head; MEMORY_CLASSES: none. */
static inline unsigned class_of(size_t size)
{
	if (size <= MEMORY_SMALLEST)
		return 0;
	if (size <= MEMORY_SMALLEST << 1)
		return 1;
	return size <= MEMORY_SMALLEST << 2 ? 2 : MEMORY_CLASSES;
}
_Static_assert(MEMORY_CLASSES == 3, "class_of() knows three");

static size_t taken_by(const void *p)
{
	size_t size;

	memcpy(&size, (const char *)p - HEAD, sizeof(size));
	return size;
}

static bool take(struct memory_part *part, size_t more)
{
	if (more > LIMIT_HTTP2_CONNECTION - part->bytes ||
	    !memory_take(&part->all->share, more))
		return false;
	part->bytes += more;
	return true;
}

static void give(struct memory_part *part, size_t bytes)
{
	part->bytes -= bytes;
	memory_give(&part->all->share, bytes);
}

/* A block of a class: one that is kept, or a new one. */
static char *take_small(struct memory *m, unsigned class)
{
	struct memory_kept *block = m->kept[class];

	if (!block)
		return malloc((size_t)MEMORY_SMALLEST << class);
	m->kept[class] = block->next;
	m->kept_count[class]--;
	return (char *)block;
}

static void *new_block(struct memory_part *part, size_t size)
{
	unsigned class = class_of(size + HEAD);
	size_t full =
	    class < MEMORY_CLASSES ? (size_t)MEMORY_SMALLEST << class : size + HEAD;
	char *block;

	full += MALLOC_OVERHEAD;
	if (size > LIMIT_HTTP2_CONNECTION || !take(part, full))
		return NULL;
	block =
	    class < MEMORY_CLASSES ? take_small(part->all, class) : malloc(size + HEAD);
	if (!block) {
		give(part, full);
		part->all->failed = true;
		return NULL;
	}
	memcpy(block, &full, sizeof(full));
	return block + HEAD;
}

void *memory_resize(struct memory_part *part, void *p, size_t size)
{
	size_t old;
	void *grown;

	if (!p)
		return new_block(part, size);
	old = taken_by(p) - HEAD - MALLOC_OVERHEAD;
	if (size <= old)
		return p;
	grown = new_block(part, size);
	if (!grown)
		return NULL;
	memcpy(grown, p, old);
	memory_free(part, p);
	return grown;
}

void *memory_new(struct memory_part *part, size_t size)
{
	void *p = new_block(part, size);

	if (p)
		memset(p, 0, size);
	return p;
}

void memory_free(struct memory_part *part, void *p)
{
	struct memory *m = part->all;
	size_t full;
	struct memory_kept *kept;
	unsigned class;
	void *block;

	if (!p)
		return;
	full = taken_by(p);
	block = (char *)p - HEAD;
	give(part, full);
	class = class_of(full - MALLOC_OVERHEAD);
	if (!KEEP_FREED || class == MEMORY_CLASSES ||
	    m->kept_count[class] == MEMORY_KEPT) {
		free(block);
		return;
	}
	kept = (struct memory_kept *)block;
	kept->next = m->kept[class];
	m->kept[class] = kept;
	m->kept_count[class]++;
}

void memory_clear(struct memory *m)
{
	for (unsigned class = 0; class < MEMORY_CLASSES; class ++) {
		while (m->kept[class])
			free(take_small(m, class));
	}
}
