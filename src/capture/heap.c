#include "capture/heap.h"

static bool before(const struct source *a, const struct source *b)
{
	return a->key != b->key ? a->key < b->key : a->order < b->order;
}

static void swap(struct heap *h, size_t a, size_t b)
{
	struct source *s = h->items[a];

	h->items[a] = h->items[b];
	h->items[b] = s;
}

bool heap_push(struct heap *h, struct source *s)
{
	size_t at = h->count;

	if (at == LIMIT_OPEN_INPUTS)
		return false;
	h->items[h->count++] = s;
	while (at > 0 && before(h->items[at], h->items[(at - 1) / 2])) {
		swap(h, at, (at - 1) / 2);
		at = (at - 1) / 2;
	}
	return true;
}

void heap_sink_top(struct heap *h)
{
	size_t at = 0;

	for (;;) {
		size_t child = 2 * at + 1;

		if (child >= h->count)
			return;
		if (child + 1 < h->count &&
		    before(h->items[child + 1], h->items[child]))
			child++;
		if (!before(h->items[child], h->items[at]))
			return;
		swap(h, at, child);
		at = child;
	}
}

void heap_drop_top(struct heap *h)
{
	h->items[0] = h->items[--h->count];
	heap_sink_top(h);
}
