#include "tally/budget.h"

void *budget_realloc(struct budget *b, void *old, size_t old_size, size_t size)
{
	size_t overhead = old ? 0 : BUDGET_OVERHEAD;
	void *p;

	if (size > old_size && b->used >= b->limit) {
		b->refused++;
		return NULL;
	}
	p = realloc(old, size);
	if (!p) {
		b->failed = SL_E_NOMEM;
		return NULL;
	}
	b->used += size + overhead - old_size;
	return p;
}

void budget_free(struct budget *b, void *p, size_t size)
{
	if (!p)
		return;
	b->used -= size + BUDGET_OVERHEAD;
	free(p);
}
