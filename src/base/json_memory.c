#include "base/json_memory.h"

#include <jansson.h>
#include <stdlib.h>

static _Thread_local bool refused;

static void *allocate(size_t size)
{
	void *p = malloc(size);

	if (!p)
		refused = true;
	return p;
}

void json_memory_begin(void)
{
	json_set_alloc_funcs(allocate, free);
	refused = false;
}

bool json_memory_failed(void)
{
	return refused;
}
