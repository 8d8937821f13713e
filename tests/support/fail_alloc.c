#include "support/fail_alloc.h"

#include <errno.h>
#include <stddef.h>

/* By the linker's --wrap; the names are its own. */
void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t size);

static unsigned left; /* calls until one fails; 0: none will */
static bool failed;

void fail_alloc_at(unsigned n)
{
	left = n;
	failed = false;
}

bool fail_alloc_stop(void)
{
	left = 0;
	return failed;
}

static bool fails(void)
{
	if (left == 0 || --left > 0)
		return false;
	failed = true;
	errno = ENOMEM;
	return true;
}

void *__wrap_malloc(size_t size)
{
	return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
	return fails() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *p, size_t size)
{
	return fails() ? NULL : __real_realloc(p, size);
}
