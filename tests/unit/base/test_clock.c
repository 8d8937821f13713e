#include <check.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/limits.h"
#include "support/run_suite.h"

#define DAY (86400 * NS_PER_S)

START_TEST(follows_the_stamps)
{
	struct packet_clock c = {0};
	struct coverage cov = {0};

	ck_assert_int_eq(packet_clock_feed(&c, 5 * DAY, &cov), 5 * DAY);
	ck_assert_int_eq(c.now_ns, 5 * DAY);
	/* Not more than an hour: at once. */
	ck_assert_int_eq(packet_clock_feed(&c, 5 * DAY + 3600 * NS_PER_S, &cov),
			 5 * DAY + 3600 * NS_PER_S);
	ck_assert_int_eq(c.now_ns, 5 * DAY + 3600 * NS_PER_S);
	ck_assert_uint_eq(cov.clock_backward, 0);
}
END_TEST

START_TEST(never_runs_backward)
{
	struct packet_clock c = {0};
	struct coverage cov = {0};

	packet_clock_feed(&c, 1000, &cov);
	ck_assert_int_eq(packet_clock_feed(&c, 900, &cov), 900);
	ck_assert_int_eq(c.now_ns, 1000);
	ck_assert_uint_eq(cov.clock_backward, 1);
	/* After its predecessor, though not after the latest. */
	ck_assert_int_eq(packet_clock_feed(&c, 950, &cov), 950);
	ck_assert_int_eq(c.now_ns, 1000);
	ck_assert_uint_eq(cov.clock_backward, 1);
	packet_clock_feed(&c, 950, &cov);
	ck_assert_uint_eq(cov.clock_backward, 1);
}
END_TEST

START_TEST(one_damaged_stamp_changes_nothing)
{
	struct packet_clock c = {0};

	packet_clock_feed(&c, DAY, NULL);
	ck_assert_int_eq(packet_clock_feed(&c, 1000 * DAY, NULL), DAY);
	ck_assert_int_eq(c.now_ns, DAY);
	/* Nor do many that are not in a row, or do not agree. */
	for (int i = 0; i < 10; i++) {
		packet_clock_feed(&c, 1000 * DAY, NULL);
		packet_clock_feed(&c, DAY + i, NULL);
		packet_clock_feed(&c, 1000 * DAY * (i + 2), NULL);
		packet_clock_feed(&c, 3000 * DAY, NULL);
	}
	ck_assert_int_eq(c.now_ns, DAY + 9);
}
END_TEST

START_TEST(a_pause_is_confirmed)
{
	struct packet_clock c = {0};

	packet_clock_feed(&c, DAY, NULL);
	for (unsigned i = 0; i < LIMIT_CLOCK_CONFIRM; i++)
		ck_assert_int_eq(packet_clock_feed(&c, 2 * DAY + i, NULL), DAY);
	ck_assert_int_eq(packet_clock_feed(&c, 2 * DAY + 60 * NS_PER_S, NULL),
			 2 * DAY + 60 * NS_PER_S);
	ck_assert_int_eq(c.now_ns, 2 * DAY + 60 * NS_PER_S);
}
END_TEST

START_TEST(what_came_while_it_stood_is_of_the_jump)
{
	struct packet_clock c = {0};
	int64_t before;

	before = packet_clock_feed(&c, DAY, NULL);
	for (unsigned i = 0; i < LIMIT_CLOCK_CONFIRM; i++)
		packet_clock_feed(&c, 2 * DAY + i, NULL);
	ck_assert_int_eq(packet_clock_then(&c, c.now_ns), before);
	packet_clock_feed(&c, 2 * DAY + 60, NULL);
	ck_assert_int_eq(packet_clock_then(&c, before), 2 * DAY + 60);
	ck_assert_int_eq(packet_clock_then(&c, before - 1), before - 1);
}
END_TEST

START_TEST(extreme_stamps)
{
	static const int64_t stamps[] = {INT64_MIN, INT64_MAX, 0, INT64_MAX,
					 INT64_MIN, -1,        1};
	struct packet_clock c = {0};
	int64_t last = INT64_MIN;

	for (int i = 0; i < 70; i++) {
		packet_clock_feed(&c, stamps[i % 7], NULL);
		ck_assert_int_ge(c.now_ns, last);
		last = c.now_ns;
	}
}
END_TEST

START_TEST(advance_is_no_packet)
{
	struct packet_clock c = {0};
	struct coverage cov = {0};

	packet_clock_feed(&c, 100, &cov);
	packet_clock_advance(&c, 200);
	ck_assert_int_eq(c.now_ns, 200);
	packet_clock_feed(&c, 150, &cov);
	ck_assert_uint_eq(cov.clock_backward, 0);
	ck_assert_int_eq(c.now_ns, 200);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("clock");
	TCase *tc = tcase_create("clock");

	tcase_add_test(tc, follows_the_stamps);
	tcase_add_test(tc, never_runs_backward);
	tcase_add_test(tc, one_damaged_stamp_changes_nothing);
	tcase_add_test(tc, a_pause_is_confirmed);
	tcase_add_test(tc, what_came_while_it_stood_is_of_the_jump);
	tcase_add_test(tc, extreme_stamps);
	tcase_add_test(tc, advance_is_no_packet);
	suite_add_tcase(s, tc);
	return run_suite(s);
}
