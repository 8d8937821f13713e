#include "tally/timeline.h"

#include <string.h>

#include "base/limits.h"

struct timeline {
	unsigned slots;
	unsigned columns;
	unsigned count; /* buckets from `first` on that are in use */
	unsigned step;  /* of widths[], or past its end by so many doublings */
	int64_t first;  /* start of bucket 0, in widths since 1970 */
	int64_t width;  /* ns */
	/* Times from `from_ns` to before `to_ns` are those of bucket `last`. */
	int64_t from_ns;
	int64_t to_ns;
	size_t last;
	uint64_t cell[]; /* slots × columns */
};

/* ns */
static const int64_t widths[] = {
    NS_PER_S / 10,    NS_PER_S,         5 * NS_PER_S,     10 * NS_PER_S,
    30 * NS_PER_S,    60 * NS_PER_S,    300 * NS_PER_S,   600 * NS_PER_S,
    1800 * NS_PER_S,  3600 * NS_PER_S,  10800 * NS_PER_S, 21600 * NS_PER_S,
    43200 * NS_PER_S, 86400 * NS_PER_S,
};
#define WIDTHS (sizeof(widths) / sizeof(widths[0]))

static size_t size_of(unsigned slots, unsigned columns)
{
	return sizeof(struct timeline) + (size_t)slots * columns * sizeof(uint64_t);
}

struct timeline *timeline_new(unsigned slots, unsigned columns, struct budget *b)
{
	size_t size = size_of(slots, columns);
	struct timeline *t = budget_realloc(b, NULL, 0, size);

	if (!t)
		return NULL;
	memset(t, 0, size);
	t->slots = slots;
	t->columns = columns;
	t->width = widths[0];
	return t;
}

/* Toward minus infinity: times before 1970 are a stranger's, but possible. */
static int64_t floor_div(int64_t a, int64_t b)
{
	int64_t q = a / b;

	return a % b < 0 ? q - 1 : q;
}

static uint64_t *cells(struct timeline *t, size_t bucket)
{
	return t->cell + bucket * t->columns;
}

static int64_t next_width(const struct timeline *t)
{
	return t->step + 1 < WIDTHS ? widths[t->step + 1] : 2 * t->width;
}

/* Over 146 years a bucket nothing is left to coarsen: all stamps fit in two. */
static bool coarsen(struct timeline *t)
{
	int64_t width;
	int64_t first;
	unsigned count = 0;

	if (t->width > INT64_MAX / 4)
		return false;
	width = next_width(t);
	first = floor_div(t->first, width / t->width);
	for (unsigned i = 0; i < t->count; i++) {
		int64_t at = floor_div(t->first + i, width / t->width) - first;
		uint64_t *from = cells(t, i);
		uint64_t *to = cells(t, (size_t)at);

		/* `at` is at most i: what stands there was moved already. */
		if ((unsigned)at >= count) {
			count = (unsigned)at + 1;
			memmove(to, from, t->columns * sizeof(*to));
		} else {
			for (unsigned c = 0; c < t->columns; c++)
				to[c] += from[c];
		}
		if (to != from)
			memset(from, 0, t->columns * sizeof(*from));
	}
	t->first = first;
	t->count = count;
	t->to_ns = t->from_ns;
	t->width = width;
	t->step++;
	return true;
}

/* Make bucket @p at, in widths since 1970, one of ours. @return whether it fits */
static bool reach(struct timeline *t, int64_t at)
{
	uint64_t distance;

	if (t->count == 0) {
		t->first = at;
		t->count = 1;
		return true;
	}
	if (at >= t->first) {
		distance = (uint64_t)at - (uint64_t)t->first;
		if (distance >= t->slots)
			return false;
		if (distance >= t->count)
			t->count = (unsigned)distance + 1;
		return true;
	}
	distance = (uint64_t)t->first - (uint64_t)at;
	if (distance >= t->slots || distance + t->count > t->slots)
		return false;
	memmove(cells(t, distance), cells(t, 0),
		(size_t)t->count * t->columns * sizeof(uint64_t));
	memset(cells(t, 0), 0, distance * t->columns * sizeof(uint64_t));
	t->first = at;
	t->count += (unsigned)distance;
	return true;
}

/* The bucket found last is found again without a division; at the ends of time, where
 * its limits are no numbers, it is not. */
static void remember(struct timeline *t, int64_t at)
{
	if (__builtin_mul_overflow(at, t->width, &t->from_ns) ||
	    __builtin_add_overflow(t->from_ns, t->width, &t->to_ns))
		t->to_ns = t->from_ns;
	t->last = (size_t)(at - t->first);
}

static __attribute__((noinline)) uint64_t *bucket_of(struct timeline *t,
						     int64_t time_ns)
{
	int64_t at = floor_div(time_ns, t->width);

	while (!reach(t, at)) {
		if (!coarsen(t))
			return cells(t, 0);
		at = floor_div(time_ns, t->width);
	}
	remember(t, at);
	return cells(t, (size_t)(at - t->first));
}

bool timeline_fits(const struct timeline *t, int64_t time_ns)
{
	int64_t at = floor_div(time_ns, t->width);
	uint64_t before, after;

	if (t->count == 0)
		return true;
	if (at >= t->first)
		return (uint64_t)at - (uint64_t)t->first < t->slots;
	before = (uint64_t)t->first - (uint64_t)at;
	after = t->count;
	return before < t->slots && before + after <= t->slots;
}

unsigned timeline_slots(const struct timeline *t)
{
	return t->slots;
}

bool timeline_grow(struct timeline **t, unsigned most, struct budget *b)
{
	unsigned slots = (*t)->slots < most / 2 ? 2 * (*t)->slots : most;
	size_t before = size_of((*t)->slots, (*t)->columns);
	size_t after = size_of(slots, (*t)->columns);
	struct timeline *grown = budget_realloc(b, *t, before, after);

	if (!grown)
		return false;
	memset((char *)grown + before, 0, after - before);
	grown->slots = slots;
	*t = grown;
	return true;
}

bool timeline_bump(struct timeline *t, int64_t time_ns, unsigned column, uint64_t n)
{
	if (time_ns < t->from_ns || time_ns >= t->to_ns)
		return false;
	cells(t, t->last)[column] += n;
	return true;
}

void timeline_add(struct timeline *t, int64_t time_ns, unsigned column, uint64_t n)
{
	if (!timeline_bump(t, time_ns, column, n))
		bucket_of(t, time_ns)[column] += n;
}

void timeline_widen(struct timeline *t, int64_t width_ns)
{
	while (t->width < width_ns && coarsen(t))
		;
}

void timeline_merge(struct timeline *into, const struct timeline *from)
{
	if (!from || from->count == 0)
		return;
	while (into->width < from->width && coarsen(into))
		;
	for (size_t i = 0; i < from->count; i++) {
		const uint64_t *cell = timeline_bucket(from, i);
		uint64_t *to = bucket_of(into, timeline_start(from, i));

		for (unsigned c = 0; c < into->columns; c++)
			to[c] += cell[c];
	}
}

int64_t timeline_width(const struct timeline *t)
{
	return t ? t->width : 0;
}

size_t timeline_count(const struct timeline *t)
{
	return t ? t->count : 0;
}

int64_t timeline_start(const struct timeline *t, size_t i)
{
	int64_t at = t->first + (int64_t)i;

	/* The first bucket may begin before the first stamp that there can be. */
	if (at < INT64_MIN / t->width)
		return INT64_MIN;
	return at * t->width;
}

const uint64_t *timeline_bucket(const struct timeline *t, size_t i)
{
	return t->cell + i * t->columns;
}

uint64_t timeline_sum(const struct timeline *t, unsigned column)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < timeline_count(t); i++)
		sum += timeline_bucket(t, i)[column];
	return sum;
}

uint64_t timeline_peak(const struct timeline *t, unsigned column)
{
	uint64_t peak = 0;

	for (size_t i = 0; i < timeline_count(t); i++)
		if (timeline_bucket(t, i)[column] > peak)
			peak = timeline_bucket(t, i)[column];
	return peak;
}

void timeline_free(struct timeline *t, struct budget *b)
{
	if (t)
		budget_free(b, t, size_of(t->slots, t->columns));
}
