#include "base/json_read.h"

#include <jansson.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

/** Stands before all that jansson takes. While it reads, what it has taken since it
 *  began is a list; all else is in none. */
struct block {
	_Alignas(max_align_t) struct block *next;
	struct block **link; /**< what points to it; NULL: it is in no list */
};

/* Of this thread. */
static _Thread_local bool reading;
static _Thread_local jmp_buf leave;
static _Thread_local struct block *taken;

static void *allocate(size_t size)
{
	struct block *b =
	    size <= SIZE_MAX - sizeof(*b) ? malloc(sizeof(*b) + size) : NULL;

	if (!b && reading)
		longjmp(leave, 1);
	if (!b)
		return NULL;
	*b = (struct block){.next = NULL};
	if (reading) {
		b->next = taken;
		b->link = &taken;
		if (taken)
			taken->link = &b->next;
		taken = b;
	}
	return b + 1;
}

static void release(void *memory)
{
	struct block *b = memory;

	if (!b)
		return;
	b--;
	if (b->link)
		*b->link = b->next;
	if (b->link && b->next)
		b->next->link = b->link;
	free(b);
}

/* Before anything of jansson's is taken: it must not be given back to another one. */
static __attribute__((constructor)) void use_blocks(void)
{
	json_set_alloc_funcs(allocate, release);
}

/** The list is over; its blocks are free when @p all, and else in none. */
static void forget(bool all)
{
	struct block *next;

	for (struct block *b = taken; b; b = next) {
		next = b->next;
		b->link = NULL;
		if (all)
			free(b);
	}
	taken = NULL;
}

json_t *json_read(json_t *(*read)(void *ctx), void *ctx, bool *refused)
{
	json_t *volatile tree = NULL;

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

void json_text_free(char *text)
{
	release(text);
}
