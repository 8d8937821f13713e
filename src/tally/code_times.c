#include "tally/code_times.h"

#include <string.h>

#include "base/limits.h"

/** Slots of a timeline at first, and the width of its buckets. */
#define SLOTS_FIRST 2U
#define WIDTH_FIRST (60 * NS_PER_S)

static uint32_t place_of(const struct code_times *c, uint16_t code)
{
	uint32_t i = 0;

	/* A row has a handful. */
	while (i < c->count && c->list[i].code < code)
		i++;
	return i;
}

/** @return whether there may be more of this; if not it is counted */
static bool may_grow(struct budget *b)
{
	if (b->used < b->limit / 2)
		return true;
	b->refused++;
	return false;
}

static bool make_room(struct code_times *c, struct budget *b)
{
	uint32_t room = c->room ? 2 * c->room : 2;
	struct code_time *list;

	if (c->count < c->room)
		return true;
	list =
	    budget_realloc(b, c->list, c->room * sizeof(*list), room * sizeof(*list));
	if (!list)
		return false;
	c->list = list;
	c->room = room;
	return true;
}

/** A timeline for @p code, at @p at. @return where it is; NULL without room */
static __attribute__((noinline)) struct timeline **
insert(struct code_times *c, uint32_t at, uint16_t code, struct budget *b)
{
	struct timeline *t;

	if (!may_grow(b) || !make_room(c, b))
		return NULL;
	t = timeline_new(SLOTS_FIRST, 1, b);
	if (!t)
		return NULL;
	timeline_widen(t, WIDTH_FIRST);
	memmove(c->list + at + 1, c->list + at, (c->count - at) * sizeof(*c->list));
	c->list[at] = (struct code_time){.code = code, .times = t};
	c->count++;
	return &c->list[at].times;
}

/** @return where the timeline of @p code is, made if need be; NULL without room */
static struct timeline **times_of(struct code_times *c, uint16_t code, struct budget *b)
{
	uint32_t at = place_of(c, code);

	if (at < c->count && c->list[at].code == code)
		return &c->list[at].times;
	return insert(c, at, code, b);
}

/* The width depends on the span alone, as if all slots had been there from the start.
 */
static void add(struct timeline **t, int64_t time_ns, uint64_t n, struct budget *b)
{
	if (timeline_bump(*t, time_ns, 0, n))
		return;
	while (!timeline_fits(*t, time_ns) && timeline_slots(*t) < LIMIT_TIMELINE_ROW &&
	       may_grow(b))
		if (!timeline_grow(t, LIMIT_TIMELINE_ROW, b))
			break;
	timeline_add(*t, time_ns, 0, n);
}

void code_times_add(struct code_times *c, uint16_t code, int64_t time_ns, uint64_t n,
		    struct budget *b)
{
	struct timeline **t = times_of(c, code, b);

	if (t)
		add(t, time_ns, n, b);
}

void code_times_merge(struct code_times *into, const struct code_times *from,
		      struct budget *b)
{
	for (uint32_t i = 0; i < from->count; i++) {
		const struct timeline *f = from->list[i].times;
		struct timeline **t = times_of(into, from->list[i].code, b);

		if (!t)
			continue;
		timeline_widen(*t, timeline_width(f));
		for (size_t k = 0; k < timeline_count(f); k++)
			if (timeline_bucket(f, k)[0] > 0)
				add(t, timeline_start(f, k), timeline_bucket(f, k)[0],
				    b);
	}
}

void code_times_widen(struct code_times *c, uint16_t code, int64_t width_ns,
		      struct budget *b)
{
	struct timeline **t = times_of(c, code, b);

	if (t)
		timeline_widen(*t, width_ns);
}

const struct timeline *code_times_of(const struct code_times *c, uint16_t code)
{
	uint32_t at = c ? place_of(c, code) : 0;

	return c && at < c->count && c->list[at].code == code ? c->list[at].times
							      : NULL;
}

void code_times_clear(struct code_times *c, struct budget *b)
{
	for (uint32_t i = 0; i < c->count; i++)
		timeline_free(c->list[i].times, b);
	budget_free(b, c->list, c->room * sizeof(*c->list));
	*c = (struct code_times){0};
}
