/*
 * When it was that a share had risen: the stretch of the night in which it lies above
 * the middle between what it used to be and what it was tonight, and by most responses.
 * Outside it the host was as ever; a share that is up all night has all of it.
 */
#include <stdlib.h>
#include <string.h>

#include "store/candidates.h"

/* Columns of a night: responses that the change is of, and all final ones. */
enum { COLUMN_OF, COLUMN_ALL, COLUMNS };

static bool is_of(const struct change *c, uint16_t code)
{
	if (strspn(c->what, "0123456789") == 3)
		return code == (uint16_t)strtoul(c->what, NULL, 10);
	return strcmp(c->what, status_class_name(status_class_of(code))) == 0;
}

static void add_code(struct timeline *night, const struct code_time *code, bool of)
{
	timeline_widen(night, timeline_width(code->times));
	for (size_t i = 0; i < timeline_count(code->times); i++) {
		uint64_t n = timeline_bucket(code->times, i)[0];
		int64_t at = timeline_start(code->times, i);

		if (n == 0)
			continue;
		timeline_add(night, at, COLUMN_ALL, n);
		if (of)
			timeline_add(night, at, COLUMN_OF, n);
	}
}

static struct timeline *night_of(const struct change *c, const struct code_times *times,
				 struct budget *b)
{
	struct timeline *night = timeline_new(LIMIT_TIMELINE_ROW, COLUMNS, b);

	for (uint32_t i = 0; night && i < times->count; i++) {
		const struct code_time *code = &times->list[i];

		if (!status_is_interim(code->code))
			add_code(night, code, is_of(c, code->code));
	}
	return night;
}

struct stretch {
	size_t from, to; /* buckets, both in it */
	double sum;
};

/* The stretch with the largest sum (Bentley 1984, "Programming Pearls: Algorithm Design
 * Techniques"). */
static struct stretch largest(const struct timeline *night, double middle)
{
	struct stretch best = {.sum = 0}, now = {.sum = 0};

	for (size_t i = 0; i < timeline_count(night); i++) {
		const uint64_t *n = timeline_bucket(night, i);

		if (now.sum <= 0)
			now = (struct stretch){.from = i};
		now.to = i;
		now.sum += (double)n[COLUMN_OF] - middle * (double)n[COLUMN_ALL];
		if (now.sum > best.sum)
			best = now;
	}
	return best;
}

/* The first and last of the codes themselves are more exact than buckets. */
static void clip(struct change *c, const struct counts *counts, int64_t from_ns,
		 int64_t to_ns)
{
	for (size_t i = 0; i < counts->code_count; i++) {
		const struct code_count *code = &counts->codes[i];

		if (!is_of(c, code->code) || code->first_ns > code->last_ns)
			continue;
		if (code->first_ns < c->from_ns)
			c->from_ns = code->first_ns;
		if (code->last_ns > c->to_ns)
			c->to_ns = code->last_ns;
	}
	if (from_ns > c->from_ns)
		c->from_ns = from_ns;
	if (to_ns < c->to_ns)
		c->to_ns = to_ns;
}

void change_when(struct change *c, const struct tally_row *row)
{
	struct budget b = {.limit = SIZE_MAX};
	struct timeline *night =
	    row->evidence ? night_of(c, &row->evidence->times, &b) : NULL;
	struct stretch s = largest(night, (c->before + c->now) / 2);
	uint64_t in = 0;
	int64_t to_ns;

	c->from_ns = INT64_MAX;
	c->to_ns = INT64_MIN;
	if (s.sum <= 0) {
		clip(c, &row->counts, INT64_MIN, INT64_MAX);
	} else {
		for (size_t i = s.from; i <= s.to; i++)
			in += timeline_bucket(night, i)[COLUMN_OF];
		if (__builtin_add_overflow(timeline_start(night, s.to),
					   timeline_width(night), &to_ns))
			to_ns = INT64_MAX;
		clip(c, &row->counts, timeline_start(night, s.from), to_ns);
	}
	c->mostly = s.sum > 0 && in * 10 < timeline_sum(night, COLUMN_OF) * 9;
	timeline_free(night, &b);
}
