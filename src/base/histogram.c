#include "base/histogram.h"

#include <stdlib.h>
#include <string.h>

#define BITS_MAX 8U
/** Buckets of the first allocation: most rows see a handful of latencies. */
#define ROOM_MIN 8U

#define BUCKET_BYTES (sizeof(uint64_t) + sizeof(uint16_t))

struct histogram *histogram_new(unsigned bits)
{
	struct histogram *h;

	if (bits < 1 || bits > BITS_MAX)
		return NULL;
	h = calloc(1, sizeof(*h));
	if (!h)
		return NULL;
	h->bits = (uint8_t)bits;
	h->min = UINT64_MAX;
	return h;
}

static uint16_t bucket_of(const struct histogram *h, uint64_t value)
{
	return histogram_index(h->bits, value);
}

/** The value in the middle of bucket @p index. */
static uint64_t middle_of(const struct histogram *h, uint16_t index)
{
	unsigned octave = (unsigned)index >> h->bits;
	uint64_t sub = index & ((1U << h->bits) - 1U);

	if (octave < 2)
		return index;
	return (((UINT64_C(1) << h->bits) + sub) << (octave - 1)) +
	       (UINT64_C(1) << (octave - 1)) / 2;
}

/** The place of the first bucket not below @p index. The mask keeps the compiler from a
 *  branch on the data: latencies are noise to a branch predictor. */
static __attribute__((noinline)) unsigned place_of(const struct histogram *h,
						   uint16_t index)
{
	const uint16_t *base = h->index;
	unsigned n = h->len;

	if (n == 0)
		return 0;
	while (n > 1) {
		unsigned half = n / 2;

		base += half & (0U - (unsigned)(base[half - 1] < index));
		n -= half;
	}
	return (unsigned)(base - h->index) + (*base < index);
}

static bool has_bucket(const struct histogram *h, unsigned place, uint16_t index)
{
	return place < h->len && h->index[place] == index;
}

/** Move the buckets to arrays with room for @p room of them. */
static enum sl_err make_room(struct histogram *h, unsigned room)
{
	uint64_t *counts = malloc(room * BUCKET_BYTES);
	uint16_t *index;

	if (!counts)
		return SL_E_NOMEM;
	index = (uint16_t *)(counts + room);
	if (h->len > 0) {
		memcpy(counts, h->counts, h->len * sizeof(*counts));
		memcpy(index, h->index, h->len * sizeof(*index));
	}
	free(h->counts);
	h->counts = counts;
	h->index = index;
	h->room = (uint16_t)room;
	return SL_OK;
}

static enum sl_err insert_bucket(struct histogram *h, unsigned place, uint16_t index)
{
	size_t after = h->len - place;

	if (h->len == h->room &&
	    make_room(h, h->room == 0 ? ROOM_MIN : 2U * h->room) != SL_OK)
		return SL_E_NOMEM;
	memmove(h->counts + place + 1, h->counts + place, after * sizeof(*h->counts));
	memmove(h->index + place + 1, h->index + place, after * sizeof(*h->index));
	h->counts[place] = 0;
	h->index[place] = index;
	h->len++;
	return SL_OK;
}

enum sl_err histogram_add(struct histogram *h, uint64_t value)
{
	uint16_t index = bucket_of(h, value);
	unsigned place;

	if (histogram_bump(h, index, value))
		return SL_OK;
	place = place_of(h, index);
	if (insert_bucket(h, place, index) != SL_OK)
		return SL_E_NOMEM;
	histogram_count_in(h, place, value);
	return SL_OK;
}

bool histogram_bump_other(struct histogram *h, uint16_t index, uint64_t value)
{
	unsigned place = place_of(h, index);

	if (!has_bucket(h, place, index))
		return false;
	h->lag = (uint16_t)(index - place);
	histogram_count_in(h, place, value);
	return true;
}

bool histogram_grows(const struct histogram *h, uint64_t value)
{
	uint16_t index = bucket_of(h, value);

	return h->len == h->room && !has_bucket(h, place_of(h, index), index);
}

/** Buckets that @p into or @p from has. */
static unsigned count_union(const struct histogram *into, const struct histogram *from)
{
	unsigned n = into->len;
	unsigned i = 0;

	for (unsigned j = 0; j < from->len; j++) {
		while (i < into->len && into->index[i] < from->index[j])
			i++;
		n += !has_bucket(into, i, from->index[j]);
	}
	return n;
}

/** Merge from the top down, within the arrays of @p into, which have room for
 *  @p total buckets: nothing is overwritten before it has been moved. */
static void merge_down(struct histogram *into, const struct histogram *from,
		       unsigned total)
{
	unsigned i = into->len;
	unsigned j = from->len;

	into->len = (uint16_t)total;
	while (j > 0) {
		uint16_t index = from->index[j - 1];
		uint64_t count = 0;

		if (i > 0 && into->index[i - 1] >= index) {
			index = into->index[i - 1];
			count = into->counts[--i];
		}
		if (from->index[j - 1] == index)
			count += from->counts[--j];
		into->index[--total] = index;
		into->counts[total] = count;
	}
}

enum sl_err histogram_merge(struct histogram *into, const struct histogram *from)
{
	unsigned total;

	if (!from)
		return SL_OK;
	if (into->bits != from->bits)
		return SL_E_USAGE;
	total = count_union(into, from);
	if (total > into->room && make_room(into, total) != SL_OK)
		return SL_E_NOMEM;
	merge_down(into, from, total);
	into->count += from->count;
	if (from->min < into->min)
		into->min = from->min;
	if (from->max > into->max)
		into->max = from->max;
	return SL_OK;
}

uint64_t histogram_count(const struct histogram *h)
{
	return h ? h->count : 0;
}

uint64_t histogram_min(const struct histogram *h)
{
	return histogram_count(h) > 0 ? h->min : 0;
}

uint64_t histogram_max(const struct histogram *h)
{
	return h ? h->max : 0;
}

/** The nearest rank: the least whole number not below @p share of @p count, from 1. */
static uint64_t rank_of(double share, uint64_t count)
{
	double exact = share * (double)count;
	uint64_t rank;

	if (!(share > 0))
		return 1;
	if (exact >= (double)count)
		return count;
	rank = (uint64_t)exact;
	/* 0.07 of 100 is a little over 7 in binary: that is rank 7 all the same. */
	if (exact - (double)rank > exact * 0x1p-51)
		rank++;
	return rank > 0 ? rank : 1;
}

uint64_t histogram_quantile(const struct histogram *h, double share)
{
	uint64_t rank, below = 0, value;
	unsigned i;

	if (histogram_count(h) == 0)
		return 0;
	rank = rank_of(share, h->count);
	if (rank == 1)
		return h->min;
	if (rank >= h->count)
		return h->max;
	for (i = 0; i + 1U < h->len; i++) {
		below += h->counts[i];
		if (below >= rank)
			break;
	}
	value = middle_of(h, h->index[i]);
	if (value < h->min)
		return h->min;
	return value > h->max ? h->max : value;
}

enum sl_err histogram_put_bucket(struct histogram *h, uint32_t index, uint64_t count)
{
	uint32_t last = (uint32_t)bucket_of(h, UINT64_MAX);
	unsigned place;

	if (index > last || count == 0 || count > UINT64_MAX - h->count)
		return SL_E_FORMAT;
	place = place_of(h, (uint16_t)index);
	if (!has_bucket(h, place, (uint16_t)index) &&
	    insert_bucket(h, place, (uint16_t)index) != SL_OK)
		return SL_E_NOMEM;
	h->counts[place] += count;
	h->count += count;
	return SL_OK;
}

enum sl_err histogram_put_extremes(struct histogram *h, uint64_t min, uint64_t max)
{
	if (h->len == 0)
		return SL_OK;
	if (min > max || bucket_of(h, min) != h->index[0] ||
	    bucket_of(h, max) != h->index[h->len - 1])
		return SL_E_FORMAT;
	h->min = min;
	h->max = max;
	return SL_OK;
}

uint64_t histogram_bucket(const struct histogram *h, size_t i, uint32_t *index)
{
	if (!h || i >= h->len)
		return 0;
	*index = h->index[i];
	return h->counts[i];
}

unsigned histogram_bits(const struct histogram *h)
{
	return h->bits;
}

size_t histogram_memory(const struct histogram *h)
{
	return h ? sizeof(*h) + h->room * BUCKET_BYTES : 0;
}

void histogram_free(struct histogram *h)
{
	if (!h)
		return;
	free(h->counts);
	free(h);
}
