#include "capture/timestamp.h"

#include "support/run_suite.h"

#define S INT64_C(1000000000)

static int64_t at(uint8_t resolution, int64_t offset_s, uint64_t ticks)
{
	struct timestamp_unit unit = timestamp_unit_make(resolution, offset_s);

	return timestamp_ns(&unit, ticks);
}

START_TEST(powers_of_ten)
{
	ck_assert_int_eq(at(0, 0, 1700000000), 1700000000 * S);
	ck_assert_int_eq(at(3, 0, 1700000000123), 1700000000123 * 1000000);
	ck_assert_int_eq(at(6, 0, 1700000000123456), 1700000000123456 * 1000);
	ck_assert_int_eq(at(9, 0, 1700000000123456789), 1700000000123456789);
	/* 12: picoseconds since 1970 fit until July 1970 only. */
	ck_assert_int_eq(at(12, 0, 1500), 1);
	ck_assert_int_eq(at(19, 0, UINT64_C(10000000000)), 1);
	ck_assert_int_eq(at(28, 0, UINT64_MAX), 1);
	ck_assert_int_eq(at(29, 0, UINT64_MAX), 0);
	ck_assert_int_eq(at(127, 0, UINT64_MAX), 0);
}
END_TEST

START_TEST(powers_of_two)
{
	ck_assert_int_eq(at(0x80, 0, 7), 7 * S);
	/* 2^-10: 1536 ticks are 1.5 s. */
	ck_assert_int_eq(at(0x8a, 0, 1536), 3 * S / 2);
	/* 2^-32, as NTP has it: the largest is just below 2^32 s, past 2106. */
	ck_assert_int_eq(at(0xa0, 0, UINT64_C(1) << 63), (INT64_C(1) << 31) * S);
	ck_assert_int_eq(at(0xa0, 0, UINT64_MAX), (INT64_C(1) << 32) * S - 1);
	ck_assert_int_eq(at(0xc0, 0, UINT64_C(1) << 63), S / 2);
	ck_assert_int_eq(at(0xff, 0, UINT64_MAX), 0);
}
END_TEST

START_TEST(offsets)
{
	ck_assert_int_eq(at(6, 1000, 500000), 1000 * S + S / 2);
	ck_assert_int_eq(at(6, -1000, 500000), -1000 * S + S / 2);
}
END_TEST

START_TEST(hostile_values_are_clamped)
{
	ck_assert_int_eq(at(0, 0, UINT64_C(1) << 62), TIMESTAMP_MAX);
	ck_assert_int_eq(at(0, INT64_MAX, UINT64_C(1) << 62), TIMESTAMP_MAX);
	ck_assert_int_eq(at(0, INT64_MIN, 0), -TIMESTAMP_MAX);
	ck_assert_int_eq(at(6, INT64_MAX, INT64_MAX), TIMESTAMP_MAX);
	ck_assert_int_eq(at(0, 0, UINT64_C(1) << 63), -TIMESTAMP_MAX);
}
END_TEST

/** tshark shows such a stamp of a real capture as 18446744073204.276938 s: 2^64 µs less
 *  505.274678 s. */
START_TEST(negative_stamps)
{
	ck_assert_int_eq(at(6, 0, UINT64_C(18446744073204276938)),
			 INT64_C(-505274678) * 1000);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("timestamp");
	TCase *tc = tcase_create("timestamp");

	tcase_add_test(tc, powers_of_ten);
	tcase_add_test(tc, powers_of_two);
	tcase_add_test(tc, offsets);
	tcase_add_test(tc, hostile_values_are_clamped);
	tcase_add_test(tc, negative_stamps);
	suite_add_tcase(suite, tc);
	return run_suite(suite);
}
