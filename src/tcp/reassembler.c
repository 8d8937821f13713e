#include "tcp/reassembler.h"

#include <stdlib.h>
#include <string.h>

/* What malloc() itself takes, about. */
#define ALLOCATION_OVERHEAD 16U

static uint64_t held_end(const struct held *h)
{
	return h->at + h->len;
}

static size_t cost(enum held_kind kind, uint32_t len)
{
	return sizeof(struct held) + ALLOCATION_OVERHEAD +
	       (kind == HELD_BYTES ? len : 0);
}

size_t held_cost(const struct held *h)
{
	return cost((enum held_kind)h->kind, h->len);
}

/* xorshift32 (Marsaglia 2003): the priorities need to be unknown, not strong. */
static uint32_t next_random(struct reasm *r)
{
	uint32_t x = r->random;

	x ^= x << 13;
	x ^= x >> 17;
	x ^= x << 5;
	r->random = x;
	return x;
}

/* The lowest range that ends after position `at`. */
static struct held *first_after(const struct reasm *r, uint64_t at)
{
	struct held *found = NULL;

	for (struct held *h = r->root; h;) {
		if (held_end(h) > at) {
			found = h;
			h = h->left;
		} else {
			h = h->right;
		}
	}
	return found;
}

static void insert(struct reasm *r, struct held *n)
{
	struct held **at = &r->root;
	struct held **left = &n->left;
	struct held **right = &n->right;
	struct held *rest;

	while (*at && (*at)->priority >= n->priority)
		at = n->at < (*at)->at ? &(*at)->left : &(*at)->right;
	rest = *at;
	*at = n;
	/* Split what stood there into what is below and above the new one. */
	while (rest) {
		if (rest->at < n->at) {
			*left = rest;
			left = &rest->right;
			rest = rest->right;
		} else {
			*right = rest;
			right = &rest->left;
			rest = rest->left;
		}
	}
	*left = NULL;
	*right = NULL;
	if (!r->first || n->at < r->first->at)
		r->first = n;
}

/* Hold `len` bytes of the range from `offset` on, none of which is held. */
static enum sl_err hold_piece(struct reasm *r, const struct reasm_range *range,
			      uint32_t offset, uint32_t len,
			      const struct held_segment *segment,
			      struct reasm_outcome *out)
{
	size_t size = cost(range->kind, len);
	struct held *h;

	if (out->used + size > out->budget)
		return SL_E_LIMIT;
	h = malloc(size);
	if (!h)
		return SL_E_NOMEM;
	*h = (struct held){
	    .at = range->at + offset,
	    .len = len,
	    .priority = next_random(r),
	    .segment = *segment,
	    .kind = (uint8_t)range->kind,
	    .start = range->start && offset == 0,
	};
	if (range->kind == HELD_BYTES)
		memcpy(h->bytes, range->bytes + offset, len);
	insert(r, h);
	out->used += size;
	out->fresh = true;
	return SL_OK;
}

enum sl_err reasm_hold(struct reasm *r, const struct reasm_range *range,
		       const struct held_segment *segment, struct reasm_outcome *out)
{
	uint32_t done = 0;

	while (done < range->len) {
		uint64_t at = range->at + done;
		uint32_t left = range->len - done;
		const struct held *over = first_after(r, at);
		uint64_t shared;

		if (!over || over->at > at) {
			uint32_t free_len = over && over->at - at < left
						? (uint32_t)(over->at - at)
						: left;
			enum sl_err e =
			    hold_piece(r, range, done, free_len, segment, out);

			if (e != SL_OK)
				return e;
			done += free_len;
			continue;
		}
		shared = held_end(over) - at < left ? held_end(over) - at : left;
		if (range->kind == HELD_BYTES && over->kind == HELD_BYTES &&
		    memcmp(over->bytes + (at - over->at), range->bytes + done,
			   shared) != 0)
			out->differs = true;
		done += (uint32_t)shared;
	}
	return SL_OK;
}

struct held *reasm_take(struct reasm *r)
{
	struct held **at = &r->root;
	struct held *h;

	if (!r->root)
		return NULL;
	while ((*at)->left)
		at = &(*at)->left;
	h = *at;
	*at = h->right;
	/* The next one is the lowest of what stood to its right, or its parent. */
	r->first = r->root;
	while (r->first && r->first->left)
		r->first = r->first->left;
	return h;
}

size_t reasm_clear(struct reasm *r)
{
	size_t freed = 0;
	struct held *h;

	while ((h = reasm_take(r)) != NULL) {
		freed += held_cost(h);
		free(h);
	}
	return freed;
}
