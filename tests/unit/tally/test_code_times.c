/* Against a plain list of all that was told. */
#include <stdlib.h>

#include "base/limits.h"
#include "support/run_suite.h"
#include "tally/code_times.h"

#define TOLD 3000

struct told {
	uint16_t code;
	int64_t time_ns;
	uint64_t n;
};

static struct told told[TOLD];
static uint64_t state = 5;

static uint64_t next_random(void)
{
	state = state * 6364136223846793005U + 1442695040888963407U;
	return state >> 20;
}

/** @param span_ns  over which they are spread */
static void make(int64_t span_ns)
{
	for (size_t i = 0; i < TOLD; i++)
		told[i] =
		    (struct told){(uint16_t)(200 + 101 * (next_random() % 4)),
				  1768514400 * NS_PER_S +
				      (int64_t)(next_random() % (uint64_t)span_ns),
				  1 + next_random() % 3};
}

/** Every bucket holds what the list has for it, and together all. */
static void ck_assert_right(const struct code_times *c)
{
	for (uint16_t code = 200; code <= 503; code = (uint16_t)(code + 101)) {
		const struct timeline *t = code_times_of(c, code);
		uint64_t all = 0;

		ck_assert_ptr_nonnull(t);
		ck_assert_uint_le(timeline_count(t), LIMIT_TIMELINE_ROW);
		for (size_t b = 0; b < timeline_count(t); b++) {
			int64_t from = timeline_start(t, b);
			uint64_t n = 0;

			for (size_t i = 0; i < TOLD; i++)
				if (told[i].code == code && told[i].time_ns >= from &&
				    told[i].time_ns < from + timeline_width(t))
					n += told[i].n;
			ck_assert_uint_eq(timeline_bucket(t, b)[0], n);
			all += n;
		}
		for (size_t i = 0; i < TOLD; i++)
			if (told[i].code == code)
				all -= told[i].n;
		ck_assert_uint_eq(all, 0);
	}
}

static const int64_t spans[] = {30 * NS_PER_S, 3000 * NS_PER_S, 28800 * NS_PER_S,
				86400 * NS_PER_S, 8640000 * NS_PER_S};

START_TEST(every_span)
{
	struct budget b = {.limit = SIZE_MAX};
	struct code_times c = {.count = 0};

	make(spans[_i]);
	for (size_t i = 0; i < TOLD; i++)
		code_times_add(&c, told[i].code, told[i].time_ns, told[i].n, &b);
	ck_assert_right(&c);
	/* As fine as 48 buckets allow: an eight hours' night by ten minutes. */
	if (spans[_i] == 28800 * NS_PER_S)
		ck_assert_int_eq(timeline_width(code_times_of(&c, 200)),
				 600 * NS_PER_S);
	ck_assert_ptr_null(code_times_of(&c, 404));
	code_times_clear(&c, &b);
	ck_assert_uint_eq(b.used, 0);
}
END_TEST

/* Three parts merge to the whole, in whichever order. */
START_TEST(parts_merge)
{
	static const int orders[][3] = {{0, 1, 2}, {2, 0, 1}, {1, 2, 0}};
	struct budget b = {.limit = SIZE_MAX};
	struct code_times parts[3] = {{.count = 0}};

	make(spans[_i]);
	for (size_t i = 0; i < TOLD; i++)
		code_times_add(&parts[(i / 7) % 3], told[i].code, told[i].time_ns,
			       told[i].n, &b);
	for (size_t o = 0; o < 3; o++) {
		struct code_times all = {.count = 0};

		for (size_t i = 0; i < 3; i++)
			code_times_merge(&all, &parts[orders[o][i]], &b);
		ck_assert_right(&all);
		code_times_clear(&all, &b);
	}
	for (size_t i = 0; i < 3; i++)
		code_times_clear(&parts[i], &b);
	ck_assert_uint_eq(b.used, 0);
}
END_TEST

/* Past half of the budget: coarser, not lost, and counted. */
START_TEST(a_bound_makes_it_coarse)
{
	struct budget b = {.limit = 600};
	struct code_times c = {.count = 0};
	uint64_t sum = 0, all = 0;

	make(28800 * NS_PER_S);
	for (size_t i = 0; i < TOLD; i++) {
		code_times_add(&c, 200, told[i].time_ns, told[i].n, &b);
		all += told[i].n;
	}
	sum = timeline_sum(code_times_of(&c, 200), 0);
	ck_assert_uint_eq(sum, all);
	ck_assert_uint_lt(timeline_slots(code_times_of(&c, 200)), LIMIT_TIMELINE_ROW);
	ck_assert_uint_gt(b.refused, 0);
	ck_assert_uint_le(b.used, 600);
	code_times_clear(&c, &b);
	ck_assert_uint_eq(b.used, 0);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("tally/code_times");
	TCase *t = tcase_create("code_times");

	tcase_add_loop_test(t, every_span, 0, 5);
	tcase_add_loop_test(t, parts_merge, 0, 5);
	tcase_add_test(t, a_bound_makes_it_coarse);
	suite_add_tcase(s, t);
	return run_suite(s);
}
