#include "base/json_read.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdlib.h>

#include "base/hash.h"

#define HASH_NONFATAL_OOM 1
#define uthash_nonfatal_oom(element) \
	do {                         \
	} while (0)
#define HASH_FUNCTION(key, len, hashed) ((hashed) = (unsigned)hash_bytes(key, len))
#include <uthash.h>

/** What jansson has taken since it began to read. */
struct block {
	void *memory;
	UT_hash_handle hh;
};

/* Of this thread. */
static _Thread_local bool reading;
static _Thread_local jmp_buf leave;
static _Thread_local struct block *blocks;

/* NOLINTBEGIN(clang-analyzer-unix.Malloc): what is in the table is not lost, and what
 * HASH_DEL() has taken out of it is not in it: the analyzer cannot follow. */

static bool note(void *memory)
{
	struct block *b = malloc(sizeof(*b));

	if (!b)
		return false;
	b->memory = memory;
	HASH_ADD_PTR(blocks, memory, b);
	if (b->hh.tbl)
		return true;
	free(b);
	return false;
}

static void *allocate(size_t size)
{
	void *memory = malloc(size);

	if (!reading || (memory && note(memory)))
		return memory;
	free(memory);
	longjmp(leave, 1);
}

static void release(void *memory)
{
	struct block *b = NULL;

	if (reading)
		HASH_FIND_PTR(blocks, &memory, b);
	if (b) {
		HASH_DEL(blocks, b);
		free(b);
	}
	free(memory);
}

/** Forget the blocks, and give their memory back when @p all. */
static void forget(bool all)
{
	struct block *b, *next;

	HASH_ITER(hh, blocks, b, next)
	{
		HASH_DEL(blocks, b);
		if (all)
			free(b->memory);
		free(b);
	}
}

json_t *json_read(json_t *(*read)(void *ctx), void *ctx, bool *refused)
{
	json_t *volatile tree = NULL;

	json_set_alloc_funcs(allocate, release);
	*refused = false;
	reading = true;
	if (setjmp(leave) == 0)
		tree = read(ctx);
	else
		*refused = true;
	reading = false;
	forget(*refused);
	return tree;
}

/* NOLINTEND(clang-analyzer-unix.Malloc) */
