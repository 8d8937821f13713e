#include <stdlib.h>
#include <time.h>

#include "base/calendar.h"
#include "base/limits.h"
#include "base/window.h"
#include "support/run_suite.h"

/* 2026-11-22T12:00:00Z, as date(1) has it. */
#define NOON (1795348800LL * NS_PER_S)

START_TEST(spans)
{
	static const struct {
		const char *text;
		uint64_t seconds;
	} good[] = {
	    {"0", 0},
	    {"90", 90},
	    {"90s", 90},
	    {"10m", 600},
	    {"10min", 600},
	    {"6h", 21600},
	    {"7d", 604800},
	    {"2w", 1209600},
	    {"1000000000", 1000000000},
	    {"11574d", 999993600},
	};
	static const char *const bad[] = {
	    "",   "s",   "-1", "+1",         " 1",     "1 h",   "1.5h",
	    "6H", "6hh", "1y", "1000000001", "11575d", "1654w", "18446744073709551616"};
	uint64_t seconds;

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		ck_assert_msg(window_span(good[i].text, &seconds), "%s", good[i].text);
		ck_assert_uint_eq(seconds, good[i].seconds);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ck_assert_msg(!window_span(bad[i], &seconds), "%s", bad[i]);
}
END_TEST

START_TEST(since_takes_spans_and_points)
{
	struct errbuf eb;
	struct window w;

	ck_assert_int_eq(window_since("90min", NOON, true, &w, &eb), SL_OK);
	ck_assert_int_eq(w.from_ns, NOON - 5400 * NS_PER_S);
	ck_assert_int_eq(w.to_ns, INT64_MAX);
	ck_assert_int_eq(window_since("2026-11-22T10:00", NOON, true, &w, &eb), SL_OK);
	ck_assert_int_eq(w.from_ns, NOON - 7200 * NS_PER_S);
	/* A date without its dashes, not 640 years before now. */
	ck_assert_int_eq(window_since("20261122", NOON, true, &w, &eb), SL_E_USAGE);
}
END_TEST

START_TEST(days_have_their_hours)
{
	struct errbuf eb;
	struct window w;

	/* Summer time ended on 2026-10-25, and began on 2026-03-29. */
	ck_assert_int_eq(setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1), 0);
	tzset();
	ck_assert_int_eq(window_parse("2026-10-25", NOON, false, &w, &eb), SL_OK);
	ck_assert_int_eq(w.to_ns - w.from_ns, 25 * 3600 * NS_PER_S);
	ck_assert_int_eq(window_parse("2026-03-29", NOON, false, &w, &eb), SL_OK);
	ck_assert_int_eq(w.to_ns - w.from_ns, 23 * 3600 * NS_PER_S);
	ck_assert_int_eq(window_parse("2026-10-25", NOON, true, &w, &eb), SL_OK);
	ck_assert_int_eq(w.to_ns - w.from_ns, 24 * 3600 * NS_PER_S);
	/* A moment is no window. */
	ck_assert_int_eq(window_parse("2026-11-22T02:00", NOON, true, &w, &eb),
			 SL_E_USAGE);
	ck_assert_int_eq(window_parse("now", NOON, true, &w, &eb), SL_E_USAGE);
}
END_TEST

START_TEST(calendar_splits_downwards_and_joins)
{
	struct tm tm;
	int64_t ns;

	ck_assert(calendar_split(-1, true, &tm));
	ck_assert_int_eq(tm.tm_year, 69);
	ck_assert_int_eq(tm.tm_sec, 59);
	ck_assert(calendar_split(NOON + 1, true, &tm));
	ck_assert_int_eq(tm.tm_wday, 0); /* a Sunday */
	ck_assert(calendar_join(tm, true, &ns));
	ck_assert_int_eq(ns, NOON);
	/* The 13th month is the next year's first. */
	tm = (struct tm){.tm_year = 126, .tm_mon = 12, .tm_mday = 1};
	ck_assert(calendar_join(tm, true, &ns));
	ck_assert(calendar_split(ns, true, &tm));
	ck_assert_int_eq(tm.tm_year, 127);
	ck_assert_int_eq(tm.tm_mon, 0);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("base/window");
	TCase *t = tcase_create("window");

	tcase_add_test(t, spans);
	tcase_add_test(t, since_takes_spans_and_points);
	tcase_add_test(t, days_have_their_hours);
	tcase_add_test(t, calendar_splits_downwards_and_joins);
	suite_add_tcase(s, t);
	return run_suite(s);
}
