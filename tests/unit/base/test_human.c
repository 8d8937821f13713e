#include <stdlib.h>
#include <time.h>

#include "base/human.h"
#include "support/run_suite.h"

#define MS INT64_C(1000000)
#define S  INT64_C(1000000000)

START_TEST(counts_are_grouped_in_threes)
{
	char out[HUMAN_SIZE];

	ck_assert_str_eq(human_count(0, true, out, sizeof(out)), "0");
	ck_assert_str_eq(human_count(999, true, out, sizeof(out)), "999");
	ck_assert_str_eq(human_count(1000, true, out, sizeof(out)), "1,000");
	ck_assert_str_eq(human_count(96410, true, out, sizeof(out)), "96,410");
	ck_assert_str_eq(human_count(1873715, true, out, sizeof(out)), "1,873,715");
	ck_assert_str_eq(human_count(1873715, false, out, sizeof(out)), "1873715");
	ck_assert_str_eq(human_count(UINT64_MAX, true, out, sizeof(out)),
			 "18,446,744,073,709,551,615");
}
END_TEST

START_TEST(bytes_have_three_digits)
{
	static const struct {
		uint64_t n;
		const char *text;
	} cases[] = {
	    {0, "0 B"},
	    {812, "812 B"},
	    {999, "999 B"},
	    {1000, "1 KB"},
	    {1004, "1 KB"},
	    {1005, "1.01 KB"},
	    {1500, "1.5 KB"},
	    {9994, "9.99 KB"},
	    {9995, "10 KB"},
	    {20000, "20 KB"},
	    {20480, "20.5 KB"},
	    {999499, "999 KB"},
	    {999500, "1 MB"},
	    {1690000000, "1.69 GB"},
	    {UINT64_C(1500000000000), "1.5 TB"},
	    {UINT64_MAX, "18.4 EB"},
	};
	char out[HUMAN_SIZE];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		ck_assert_str_eq(human_bytes(cases[i].n, out, sizeof(out)),
				 cases[i].text);
}
END_TEST

START_TEST(latencies_have_two_or_three_digits)
{
	static const struct {
		uint64_t ns;
		const char *text;
	} cases[] = {
	    {0, "0 ms"},
	    {1, "1 ns"},
	    {999, "999 ns"},
	    {1000, "1.0 us"},
	    {9949, "9.9 us"},
	    {9950, "10 us"},
	    {84000, "84 us"},
	    {99499, "99 us"},
	    {99500, "0.1 ms"},
	    {800000, "0.8 ms"},
	    {4100000, "4.1 ms"},
	    {9950000, "10 ms"},
	    {22000000, "22 ms"},
	    {999499999, "999 ms"},
	    {999500000, "1.0 s"},
	    {1900000000, "1.9 s"},
	    {9949999999, "9.9 s"},
	    {9950000000, "10 s"},
	    {75000000000, "75 s"},
	    {300000000000, "300 s"},
	    {3600000000000, "60 min"},
	    {UINT64_MAX, "307445735 min"},
	};
	char out[HUMAN_SIZE];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		ck_assert_str_eq(human_latency(cases[i].ns, out, sizeof(out)),
				 cases[i].text);
}
END_TEST

START_TEST(spans_have_two_units)
{
	static const struct {
		int64_t ns;
		const char *text;
	} cases[] = {
	    {INT64_MIN, "0 s"},
	    {-1, "0 s"},
	    {0, "0 s"},
	    {4100000, "4.1 ms"},
	    {10 * MS, "0.01 s"},
	    {420 * MS, "0.42 s"},
	    {500 * MS, "0.50 s"},
	    {994 * MS, "0.99 s"},
	    {995 * MS, "1 s"},
	    {7300 * MS, "7.3 s"},
	    {42 * S, "42 s"},
	    {59 * S + 499 * MS, "59 s"},
	    {59 * S + 500 * MS, "1 min"},
	    {61 * S, "1 min 1 s"},
	    {59 * 60 * S + 47 * S, "59 min 47 s"},
	    {59 * 60 * S + 59 * S + 500 * MS, "1 h"},
	    {3 * 3600 * S + 12 * 60 * S, "3 h 12 min"},
	    {23 * 3600 * S + 59 * 60 * S + 30 * S, "1 d"},
	    {12 * 86400 * S + 4 * 3600 * S, "12 d 4 h"},
	    /* 106,751 d 23 h 47 min, rounded to the hour */
	    {INT64_MAX, "106752 d"},
	};
	char out[HUMAN_SIZE];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		ck_assert_str_eq(human_span(cases[i].ns, out, sizeof(out)),
				 cases[i].text);
}
END_TEST

START_TEST(shares_never_round_to_all_or_nothing)
{
	static const struct {
		uint64_t part, of;
		const char *text;
	} cases[] = {
	    {0, 0, "-"},
	    {5, 0, "-"},
	    {0, 7, "0.0 %"},
	    {7, 7, "100.0 %"},
	    {1, 1000000, "<0.1 %"},
	    {1, 2001, "<0.1 %"},
	    {1, 2000, "0.1 %"},
	    {999999, 1000000, ">99.9 %"},
	    {9, 1000, "0.9 %"},
	    {1, 3, "33.3 %"},
	    {2, 3, "66.7 %"},
	    {3, 2, "150.0 %"},
	    {1, UINT64_MAX, "<0.1 %"},
	    {UINT64_MAX - 1, UINT64_MAX, ">99.9 %"},
	    {UINT64_MAX, UINT64_MAX, "100.0 %"},
	    {UINT64_MAX / 2, UINT64_MAX, "50.0 %"},
	};
	char out[HUMAN_SIZE];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		ck_assert_str_eq(
		    human_share(cases[i].part, cases[i].of, out, sizeof(out)),
		    cases[i].text);
}
END_TEST

/* `date -u -d @1795312811 '+%F %T'` says the first one. */
START_TEST(times_are_local_or_utc)
{
	char out[HUMAN_SIZE];

	ck_assert_int_eq(setenv("TZ", "CET-1", 1), 0);
	tzset();
	ck_assert_str_eq(human_time(1795312811 * S + 999 * MS, true, out, sizeof(out)),
			 "2026-11-22 02:00:11");
	ck_assert_str_eq(human_time(1795312811 * S, false, out, sizeof(out)),
			 "2026-11-22 03:00:11");
	ck_assert_str_eq(human_time(0, true, out, sizeof(out)), "1970-01-01 00:00:00");
	ck_assert_str_eq(human_time(-1, true, out, sizeof(out)), "1969-12-31 23:59:59");
}
END_TEST

START_TEST(rfc3339_has_the_fraction_in_threes)
{
	const int64_t t = 1795312811 * S;
	char out[HUMAN_SIZE];

	ck_assert_str_eq(rfc3339_time(t, out, sizeof(out)), "2026-11-22T02:00:11Z");
	ck_assert_str_eq(rfc3339_time(t + 250 * MS, out, sizeof(out)),
			 "2026-11-22T02:00:11.250Z");
	ck_assert_str_eq(rfc3339_time(t + 1000, out, sizeof(out)),
			 "2026-11-22T02:00:11.000001Z");
	ck_assert_str_eq(rfc3339_time(t + 1, out, sizeof(out)),
			 "2026-11-22T02:00:11.000000001Z");
	ck_assert_str_eq(rfc3339_time(-1, out, sizeof(out)),
			 "1969-12-31T23:59:59.999999999Z");
	/* The two ends of the range, by python3's datetime. */
	ck_assert_str_eq(rfc3339_time(INT64_MAX, out, sizeof(out)),
			 "2262-04-11T23:47:16.854775807Z");
	ck_assert_str_eq(rfc3339_time(INT64_MIN, out, sizeof(out)),
			 "1677-09-21T00:12:43.145224192Z");
}
END_TEST

START_TEST(now_obeys_source_date_epoch)
{
	int64_t before, now;

	ck_assert_int_eq(setenv("SOURCE_DATE_EPOCH", "1795312811", 1), 0);
	ck_assert_int_eq(human_now_ns(), 1795312811 * S);
	ck_assert_int_eq(setenv("SOURCE_DATE_EPOCH", "0", 1), 0);
	ck_assert_int_eq(human_now_ns(), 0);
	ck_assert_int_eq(unsetenv("SOURCE_DATE_EPOCH"), 0);
	before = (int64_t)time(NULL) * S;
	now = human_now_ns();
	ck_assert_int_ge(now, before - S);
	ck_assert_int_le(now, before + 60 * S);
}
END_TEST

START_TEST(now_ignores_what_is_no_epoch)
{
	static const char *const bad[] = {"",    "x",          "12x",
					  "-5",  " 5",         "+5",
					  "1.5", "9223372037", "99999999999999999999"};

	ck_assert_int_eq(setenv("SOURCE_DATE_EPOCH", bad[_i], 1), 0);
	ck_assert_int_ge(human_now_ns(), ((int64_t)time(NULL) - 1) * S);
	ck_assert_int_le(human_now_ns(), ((int64_t)time(NULL) + 60) * S);
}
END_TEST

START_TEST(short_buffers_cut_and_terminate)
{
	char out[4] = "zzz";

	ck_assert_str_eq(human_count(1234567, true, out, 4), "1,2");
	ck_assert_str_eq(human_bytes(1690000000, out, 4), "1.6");
	ck_assert_str_eq(human_latency(22 * MS, out, 3), "22");
	ck_assert_str_eq(human_span(61 * S, out, 2), "1");
	ck_assert_str_eq(human_share(1, 3, out, 1), "");
	out[0] = 'z';
	(void)human_count(5, true, out, 0);
	(void)human_time(0, true, out, 0);
	(void)rfc3339_time(0, out, 0);
	ck_assert_int_eq(out[0], 'z');
}
END_TEST

int main(void)
{
	Suite *s = suite_create("base/human");
	TCase *t = tcase_create("human");

	tcase_add_test(t, counts_are_grouped_in_threes);
	tcase_add_test(t, bytes_have_three_digits);
	tcase_add_test(t, latencies_have_two_or_three_digits);
	tcase_add_test(t, spans_have_two_units);
	tcase_add_test(t, shares_never_round_to_all_or_nothing);
	tcase_add_test(t, times_are_local_or_utc);
	tcase_add_test(t, rfc3339_has_the_fraction_in_threes);
	tcase_add_test(t, now_obeys_source_date_epoch);
	tcase_add_loop_test(t, now_ignores_what_is_no_epoch, 0, 9);
	tcase_add_test(t, short_buffers_cut_and_terminate);
	suite_add_tcase(s, t);
	return run_suite(s);
}
