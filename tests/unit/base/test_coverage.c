#include <stdbool.h>
#include <string.h>

#include "base/coverage.h"
#include "support/run_suite.h"

/* Names are keys of a report: lower case, digits, underscores. */
static bool is_key(const char *name)
{
	return name && *name &&
	       name[strspn(name, "abcdefghijklmnopqrstuvwxyz_0123456789")] == '\0';
}

START_TEST(every_bucket_has_a_name_of_its_own)
{
	for (int i = 0; i < COVERAGE_BUCKETS; i++) {
		ck_assert(is_key(coverage_bucket_name((enum coverage_bucket)i)));
		for (int j = 0; j < i; j++)
			ck_assert_str_ne(coverage_bucket_name((enum coverage_bucket)i),
					 coverage_bucket_name((enum coverage_bucket)j));
	}
	ck_assert_str_eq(coverage_bucket_name(COVERAGE_UNDETERMINED_TCP),
			 "undetermined_tcp");
	ck_assert_str_eq(coverage_bucket_name(COVERAGE_FILTERED), "filtered");
}
END_TEST

START_TEST(every_reason_has_a_name_of_its_own)
{
	for (int i = 0; i < UNDECODED_REASONS; i++) {
		ck_assert(is_key(undecoded_reason_name((enum undecoded_reason)i)));
		for (int j = 0; j < i; j++)
			ck_assert_str_ne(
			    undecoded_reason_name((enum undecoded_reason)i),
			    undecoded_reason_name((enum undecoded_reason)j));
	}
	ck_assert_str_eq(undecoded_reason_name(UNDECODED_CHECKSUM), "checksum");
}
END_TEST

START_TEST(undecoded_counts_bucket_and_reason)
{
	struct coverage c = {0};

	coverage_undecoded(&c, UNDECODED_TRUNCATED, 1, 60);
	coverage_undecoded(&c, UNDECODED_FRAGMENT, 3, 4000);
	ck_assert_uint_eq(c.bucket[COVERAGE_UNDECODED].packets, 4);
	ck_assert_uint_eq(c.bucket[COVERAGE_UNDECODED].bytes, 4060);
	ck_assert_uint_eq(c.undecoded[UNDECODED_TRUNCATED], 1);
	ck_assert_uint_eq(c.undecoded[UNDECODED_FRAGMENT], 3);
	ck_assert_uint_eq(c.total.packets, 0);
}
END_TEST

/* Every member is a uint64_t: fill them all with different numbers, by memory, and see
 * that none is left out. */
START_TEST(merge_adds_every_figure)
{
	enum { N = sizeof(struct coverage) / sizeof(uint64_t) };
	uint64_t a[N] = {0}, b[N] = {0}, sum[N];
	struct coverage into, from;

	for (size_t i = 0; i < N; i++) {
		a[i] = 3 * i + 1;
		b[i] = 1000000 * i + 5;
		sum[i] = 1000003 * i + 6;
	}
	memcpy(&into, a, sizeof(into));
	memcpy(&from, b, sizeof(from));
	coverage_merge(&into, &from);
	ck_assert_mem_eq(&into, sum, sizeof(into));
	ck_assert_mem_eq(&from, b, sizeof(from));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("base/coverage");
	TCase *t = tcase_create("coverage");

	tcase_add_test(t, every_bucket_has_a_name_of_its_own);
	tcase_add_test(t, every_reason_has_a_name_of_its_own);
	tcase_add_test(t, undecoded_counts_bucket_and_reason);
	tcase_add_test(t, merge_adds_every_figure);
	suite_add_tcase(s, t);
	return run_suite(s);
}
