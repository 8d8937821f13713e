#include "tally/outage.h"

#include <string.h>

#include "base/limits.h"

#define ROOM_MIN 8U
#define MIXED    1U

static uint32_t bucket_at(int64_t time_ns)
{
	int64_t bucket = time_ns < 0 ? 0 : time_ns / LIMIT_OUTAGE_NS;

	/* Stamps past the year 2650 are a stranger's. */
	return bucket > INT32_MAX ? INT32_MAX : (uint32_t)bucket;
}

/* Where bucket @p n is, or would be. */
static uint32_t place_of(const struct outage *o, uint32_t n)
{
	uint32_t low = 0;
	uint32_t high = o->count;

	/* The last one, nearly always. */
	if (o->count > 0 && o->buckets[o->count - 1] >> 1 == n)
		return o->count - 1;
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (o->buckets[middle] >> 1 < n)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool is_there(const struct outage *o, uint32_t place, uint32_t n)
{
	return place < o->count && o->buckets[place] >> 1 == n;
}

static bool grow(struct outage *o, struct budget *b)
{
	uint32_t room = o->room ? 2 * o->room : ROOM_MIN;
	uint32_t *buckets;

	if (o->count < o->room)
		return true;
	if (o->count >= LIMIT_OUTAGE_BUCKETS) {
		o->cut = true;
		return false;
	}
	buckets = budget_realloc(b, o->buckets, o->room * sizeof(*buckets),
				 room * sizeof(*buckets));
	if (!buckets) {
		o->cut = true;
		return false;
	}
	o->buckets = buckets;
	o->room = room;
	return true;
}

static void insert(struct outage *o, uint32_t n, uint32_t mixed, struct budget *b)
{
	uint32_t place = place_of(o, n);

	if (is_there(o, place, n)) {
		o->buckets[place] |= mixed;
		return;
	}
	if (!grow(o, b))
		return;
	memmove(o->buckets + place + 1, o->buckets + place,
		(o->count - place) * sizeof(*o->buckets));
	o->buckets[place] = n << 1 | mixed;
	o->count++;
}

void outage_add(struct outage *o, int64_t time_ns, bool is_503, struct budget *b)
{
	uint32_t n = bucket_at(time_ns);
	uint32_t place;

	if (is_503) {
		insert(o, n, o->other == n + 1 ? MIXED : 0, b);
		return;
	}
	o->other = n + 1;
	place = place_of(o, n);
	if (is_there(o, place, n)) {
		o->buckets[place] |= MIXED;
		return;
	}
	/* A bucket of others alone between two of 503s ends a stretch too. */
	if (place > 0 && !(o->buckets[place - 1] & MIXED))
		insert(o, n, MIXED, b);
}

void outage_merge(struct outage *into, const struct outage *from, struct budget *b)
{
	for (uint32_t i = 0; i < from->count; i++)
		insert(into, from->buckets[i] >> 1, from->buckets[i] & MIXED, b);
	if (from->cut)
		into->cut = true;
	if (from->other > into->other)
		into->other = from->other;
}

struct outage_stretch outage_longest(const struct outage *o)
{
	struct outage_stretch best = {0};
	uint32_t first = 0;
	uint32_t last = 0;
	bool running = false;

	for (uint32_t i = 0; i < o->count; i++) {
		uint32_t n = o->buckets[i] >> 1;

		if (o->buckets[i] & MIXED) {
			running = false;
			continue;
		}
		if (!running || n - last > LIMIT_OUTAGE_SILENCE + 1)
			first = n;
		running = true;
		last = n;
		if (n - first + 1 > best.buckets)
			best = (struct outage_stretch){
			    .first_ns = (int64_t)first * LIMIT_OUTAGE_NS,
			    .buckets = n - first + 1,
			};
	}
	return best;
}

void outage_clear(struct outage *o, struct budget *b)
{
	budget_free(b, o->buckets, o->room * sizeof(*o->buckets));
	*o = (struct outage){0};
}
