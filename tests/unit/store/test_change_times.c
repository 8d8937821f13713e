/* When a share had risen: nights laid out by hand, from 22:00 to 06:00. */
#include <stdio.h>

#include "store/candidates.h"
#include "support/run_suite.h"

#define MINUTE (60 * NS_PER_S)
#define START  (1768514400 * NS_PER_S) /* 2026-01-15 22:00 UTC */

static int64_t at(int minutes)
{
	return START + minutes * MINUTE;
}

/** A minute of the night: so many 200s and so many of @p code. */
static void fill(struct code_times *times, struct code_count codes[2], int minute,
		 uint64_t ok, uint64_t bad)
{
	struct budget b = {.limit = SIZE_MAX};
	uint64_t n[2] = {ok, bad};

	for (int i = 0; i < 2; i++) {
		if (n[i] == 0)
			continue;
		code_times_add(times, codes[i].code, at(minute), n[i], &b);
		codes[i].count += n[i];
		if (at(minute) < codes[i].first_ns)
			codes[i].first_ns = at(minute);
		if (at(minute) > codes[i].last_ns)
			codes[i].last_ns = at(minute);
	}
}

/** Per minute 100 responses, 1 % of them bad; 30 % from @p from to before @p to. */
static struct change judge(uint16_t code, const char *what, int from, int to, int from2,
			   int to2)
{
	struct budget b = {.limit = SIZE_MAX};
	struct row_evidence evidence = {.errors = NULL};
	struct code_count codes[2] = {
	    {.code = 200, .first_ns = INT64_MAX, .last_ns = INT64_MIN},
	    {.code = code, .first_ns = INT64_MAX, .last_ns = INT64_MIN}};
	struct tally_row row = {.name = "h", .evidence = &evidence};
	struct change c = {.kind = CHANGE_SHARE, .before = 0.01, .worse = true};

	for (int i = 0; i < 480; i++) {
		bool out = (i >= from && i < to) || (i >= from2 && i < to2);

		fill(&evidence.times, codes, i, out ? 70 : 99, out ? 30 : 1);
	}
	row.counts.codes = codes;
	row.counts.code_count = 2;
	c.now = (double)codes[1].count / (double)(codes[0].count + codes[1].count);
	(void)snprintf(c.what, sizeof(c.what), "%s", what);
	change_when(&c, &row);
	code_times_clear(&evidence.times, &b);
	return c;
}

/* Eight hours are buckets of ten minutes: 02:10 to 02:50 is exact. */
START_TEST(an_outage_in_what_is_always_there)
{
	struct change c = judge(503, "503", 250, 290, 0, 0);

	ck_assert_int_eq(c.from_ns, at(250));
	ck_assert_int_eq(c.to_ns, at(290));
	ck_assert(c.mostly);
	c = judge(503, "5xx", 250, 290, 0, 0);
	ck_assert_int_eq(c.from_ns, at(250));
	ck_assert_int_eq(c.to_ns, at(290));
}
END_TEST

START_TEST(all_night)
{
	struct change c = judge(404, "404", 0, 480, 0, 0);

	ck_assert_int_eq(c.from_ns, at(0));
	ck_assert_int_eq(c.to_ns, at(479));
	ck_assert(!c.mostly);
}
END_TEST

START_TEST(of_two_the_larger)
{
	struct change c = judge(500, "500", 60, 80, 300, 400);

	ck_assert_int_eq(c.from_ns, at(300));
	ck_assert_int_eq(c.to_ns, at(400));
	ck_assert(c.mostly);
}
END_TEST

START_TEST(from_a_time_on)
{
	struct change c = judge(500, "500", 245, 480, 0, 0);

	ck_assert_int_ge(c.from_ns, at(240));
	ck_assert_int_le(c.from_ns, at(250));
	ck_assert_int_eq(c.to_ns, at(479));
}
END_TEST

/* Without times, as in reports of earlier versions: from the first to the last. */
START_TEST(without_times)
{
	struct code_count code = {.code = 503, .count = 2, .first_ns = 5, .last_ns = 8};
	struct tally_row row = {.name = "h",
				.counts = {.codes = &code, .code_count = 1}};
	struct change c = {.kind = CHANGE_SHARE, .now = 1, .what = "503"};

	change_when(&c, &row);
	ck_assert_int_eq(c.from_ns, 5);
	ck_assert_int_eq(c.to_ns, 8);
	(void)snprintf(c.what, sizeof(c.what), "404");
	change_when(&c, &row);
	ck_assert_int_gt(c.from_ns, c.to_ns);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("store/change_times");
	TCase *t = tcase_create("change_times");

	tcase_add_test(t, an_outage_in_what_is_always_there);
	tcase_add_test(t, all_night);
	tcase_add_test(t, of_two_the_larger);
	tcase_add_test(t, from_a_time_on);
	tcase_add_test(t, without_times);
	suite_add_tcase(s, t);
	return run_suite(s);
}
