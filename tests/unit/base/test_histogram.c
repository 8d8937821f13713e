#include <stdlib.h>

#include "base/histogram.h"
#include "support/run_suite.h"

/** A sequence of numbers that is the same everywhere (Knuth's MMIX generator). */
static uint64_t next_random(uint64_t *state)
{
	*state = *state * 6364136223846793005U + 1442695040888963407U;
	return *state;
}

/** A number whose size is spread evenly over the powers of two. */
static uint64_t any_size(uint64_t *state)
{
	uint64_t value = next_random(state);

	return value >> ((next_random(state) >> 40) % 64);
}

static int compare_u64(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static void ck_assert_same(const struct histogram *a, const struct histogram *b)
{
	uint32_t i = 0, j = 0;
	uint64_t n;

	ck_assert_uint_eq(histogram_count(a), histogram_count(b));
	ck_assert_uint_eq(histogram_min(a), histogram_min(b));
	ck_assert_uint_eq(histogram_max(a), histogram_max(b));
	for (size_t at = 0;
	     (n = histogram_bucket(a, at, &i)) > 0 || histogram_bucket(b, at, &j) > 0;
	     at++) {
		ck_assert_uint_eq(histogram_bucket(b, at, &j), n);
		ck_assert_uint_eq(i, j);
	}
}

START_TEST(empty_and_null_hold_nothing)
{
	struct histogram *h = histogram_new(5);
	uint32_t index;

	ck_assert_ptr_nonnull(h);
	ck_assert_uint_eq(histogram_bits(h), 5);
	ck_assert_uint_eq(histogram_count(h), 0);
	ck_assert_uint_eq(histogram_min(h), 0);
	ck_assert_uint_eq(histogram_max(h), 0);
	ck_assert_uint_eq(histogram_quantile(h, 0.5), 0);
	ck_assert_uint_eq(histogram_bucket(h, 0, &index), 0);
	ck_assert_int_eq(histogram_merge(h, NULL), SL_OK);
	ck_assert_uint_eq(histogram_count(h), 0);
	histogram_free(h);

	ck_assert_uint_eq(histogram_count(NULL), 0);
	ck_assert_uint_eq(histogram_min(NULL), 0);
	ck_assert_uint_eq(histogram_max(NULL), 0);
	ck_assert_uint_eq(histogram_quantile(NULL, 0.5), 0);
	ck_assert_uint_eq(histogram_bucket(NULL, 0, &index), 0);
	ck_assert_uint_eq(histogram_memory(NULL), 0);
	histogram_free(NULL);
}
END_TEST

START_TEST(refuses_bits_out_of_range)
{
	ck_assert_ptr_null(histogram_new(0));
	ck_assert_ptr_null(histogram_new(9));
}
END_TEST

/* By hand, with S = 32: below 64 each value alone; 64 and 65 share bucket 64; the top
 * bucket of 64 bits is octave 59, sub-bucket 31: 59 * 32 + 31. */
START_TEST(buckets_are_where_the_header_says)
{
	static const struct {
		uint64_t value;
		uint32_t index;
	} cases[] = {
	    {0, 0},
	    {1, 1},
	    {31, 31},
	    {32, 32},
	    {63, 63},
	    {64, 64},
	    {65, 64},
	    {66, 65},
	    {127, 95},
	    {128, 96},
	    {131, 96},
	    {132, 97},
	    {UINT64_C(1) << 63, 59 * 32},
	    {UINT64_MAX, 59 * 32 + 31},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct histogram *h = histogram_new(5);
		uint32_t index = UINT32_MAX;

		ck_assert_int_eq(histogram_add(h, cases[i].value), SL_OK);
		ck_assert_uint_eq(histogram_bucket(h, 0, &index), 1);
		ck_assert_uint_eq(index, cases[i].index);
		ck_assert_uint_eq(histogram_quantile(h, 0.5), cases[i].value);
		histogram_free(h);
	}
}
END_TEST

/* Nearest rank, by hand: of 1 to 10 the median is the 5th, p90 the 9th. */
START_TEST(quantiles_are_nearest_rank)
{
	struct histogram *h = histogram_new(6);

	for (uint64_t v = 10; v > 0; v--)
		ck_assert_int_eq(histogram_add(h, v), SL_OK);
	ck_assert_uint_eq(histogram_quantile(h, 0), 1);
	ck_assert_uint_eq(histogram_quantile(h, 0.05), 1);
	ck_assert_uint_eq(histogram_quantile(h, 0.1), 1);
	ck_assert_uint_eq(histogram_quantile(h, 0.11), 2);
	ck_assert_uint_eq(histogram_quantile(h, 0.5), 5);
	ck_assert_uint_eq(histogram_quantile(h, 0.9), 9);
	ck_assert_uint_eq(histogram_quantile(h, 0.91), 10);
	ck_assert_uint_eq(histogram_quantile(h, 1), 10);
	ck_assert_uint_eq(histogram_quantile(h, 7), 10);
	ck_assert_uint_eq(histogram_quantile(h, -1), 1);
	histogram_free(h);
}
END_TEST

/* p of 100 values is the value numbered so, though 0.07 * 100 is over 7 in binary. */
START_TEST(a_hundred_values_have_exact_percentiles)
{
	struct histogram *h = histogram_new(6);

	for (uint64_t v = 1; v <= 100; v++)
		ck_assert_int_eq(histogram_add(h, v), SL_OK);
	for (unsigned p = 1; p <= 100; p++)
		ck_assert_uint_eq(histogram_quantile(h, (double)p / 100), p);
	histogram_free(h);
}
END_TEST

/* Against the sorted values themselves. */
START_TEST(quantiles_keep_the_stated_error)
{
	static const double bounds[] = {[5] = 0.025, [6] = 0.01};
	enum { N = 20000 };
	uint64_t *values = malloc(N * sizeof(*values));
	unsigned bits = (unsigned)_i;
	struct histogram *h = histogram_new(bits);
	uint64_t state = 1;

	for (size_t i = 0; i < N; i++) {
		values[i] = any_size(&state);
		ck_assert_int_eq(histogram_add(h, values[i]), SL_OK);
	}
	qsort(values, N, sizeof(*values), compare_u64);
	for (size_t rank = 1; rank <= N; rank++) {
		double truth = (double)values[rank - 1];
		double said = (double)histogram_quantile(h, (double)rank / N);

		ck_assert_double_le(said, truth * (1 + bounds[bits]));
		ck_assert_double_ge(said, truth * (1 - bounds[bits]));
	}
	ck_assert_uint_eq(histogram_min(h), values[0]);
	ck_assert_uint_eq(histogram_max(h), values[N - 1]);
	ck_assert_uint_eq(histogram_count(h), N);
	histogram_free(h);
	free(values);
}
END_TEST

START_TEST(quantiles_stay_within_min_and_max)
{
	struct histogram *h = histogram_new(1);

	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(histogram_add(h, 1000001), SL_OK);
	ck_assert_uint_eq(histogram_quantile(h, 0.5), 1000001);
	histogram_free(h);
}
END_TEST

START_TEST(merge_equals_adding_in_any_order)
{
	struct histogram *part[3], *all = histogram_new(5);
	struct histogram *forward = histogram_new(5), *backward = histogram_new(5);
	uint64_t state = 7;

	for (int p = 0; p < 3; p++)
		part[p] = histogram_new(5);
	for (int i = 0; i < 3000; i++) {
		/* Parts that share some buckets and have some alone. */
		uint64_t value = any_size(&state) >> (20 * (i % 3));

		ck_assert_int_eq(histogram_add(all, value), SL_OK);
		ck_assert_int_eq(histogram_add(part[i % 3], value), SL_OK);
	}
	for (int p = 0; p < 3; p++) {
		ck_assert_int_eq(histogram_merge(forward, part[p]), SL_OK);
		ck_assert_int_eq(histogram_merge(backward, part[2 - p]), SL_OK);
	}
	ck_assert_same(forward, all);
	ck_assert_same(backward, all);
	/* What was merged can be added to. */
	ck_assert_int_eq(histogram_add(forward, UINT64_MAX), SL_OK);
	ck_assert_uint_eq(histogram_max(forward), UINT64_MAX);
	ck_assert_uint_eq(histogram_count(forward), 3001);
	for (int p = 0; p < 3; p++)
		histogram_free(part[p]);
	histogram_free(all);
	histogram_free(forward);
	histogram_free(backward);
}
END_TEST

START_TEST(merge_with_itself_doubles)
{
	struct histogram *h = histogram_new(5);
	uint32_t index;

	ck_assert_int_eq(histogram_add(h, 5), SL_OK);
	ck_assert_int_eq(histogram_add(h, 500), SL_OK);
	ck_assert_int_eq(histogram_merge(h, h), SL_OK);
	ck_assert_uint_eq(histogram_count(h), 4);
	ck_assert_uint_eq(histogram_bucket(h, 0, &index), 2);
	ck_assert_uint_eq(histogram_bucket(h, 1, &index), 2);
	ck_assert_uint_eq(histogram_bucket(h, 2, &index), 0);
	histogram_free(h);
}
END_TEST

START_TEST(merge_refuses_other_bits)
{
	struct histogram *a = histogram_new(5), *b = histogram_new(6);

	ck_assert_int_eq(histogram_add(b, 1), SL_OK);
	ck_assert_int_eq(histogram_merge(a, b), SL_E_USAGE);
	ck_assert_uint_eq(histogram_count(a), 0);
	histogram_free(a);
	histogram_free(b);
}
END_TEST

START_TEST(buckets_ascend_and_add_up)
{
	struct histogram *h = histogram_new(8);
	uint64_t state = 3, sum = 0, n;
	uint32_t index, before = 0;
	size_t i;

	for (int k = 0; k < 100000; k++)
		ck_assert_int_eq(histogram_add(h, any_size(&state)), SL_OK);
	for (i = 0; (n = histogram_bucket(h, i, &index)) > 0; i++) {
		ck_assert(i == 0 || index > before);
		before = index;
		sum += n;
	}
	ck_assert_uint_eq(sum, 100000);
	histogram_free(h);
}
END_TEST

START_TEST(memory_follows_the_buckets_in_use)
{
	struct histogram *h = histogram_new(5);
	size_t before;

	ck_assert(histogram_grows(h, 1));
	ck_assert_int_eq(histogram_add(h, 1000), SL_OK);
	before = histogram_memory(h);
	ck_assert_uint_lt(before, 256);
	for (int i = 0; i < 100000; i++) {
		ck_assert(!histogram_grows(h, 1000));
		ck_assert_int_eq(histogram_add(h, 1000), SL_OK);
	}
	ck_assert_uint_eq(histogram_memory(h), before);
	for (uint64_t v = 0; v < 64; v++) {
		bool grows = histogram_grows(h, v);

		before = histogram_memory(h);
		ck_assert_int_eq(histogram_add(h, v), SL_OK);
		ck_assert(grows == (histogram_memory(h) > before));
	}
	histogram_free(h);
}
END_TEST

/* Every octave and sub-bucket: 60 octaves of 32. */
START_TEST(worst_case_is_what_the_architecture_says)
{
	struct histogram *h = histogram_new(HISTOGRAM_ROW_BITS);
	size_t n = 0;
	uint32_t index;

	for (unsigned shift = 0; shift < 59; shift++)
		for (uint64_t sub = 0; sub < 64; sub++)
			ck_assert_int_eq(histogram_add(h, sub << shift), SL_OK);
	while (histogram_bucket(h, n, &index) > 0)
		n++;
	ck_assert_uint_eq(n, 60 * 32);
	ck_assert_uint_le(histogram_memory(h), 20 * 1024 + 512);
	histogram_free(h);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("base/histogram");
	TCase *t = tcase_create("histogram");

	tcase_add_test(t, empty_and_null_hold_nothing);
	tcase_add_test(t, refuses_bits_out_of_range);
	tcase_add_test(t, buckets_are_where_the_header_says);
	tcase_add_test(t, quantiles_are_nearest_rank);
	tcase_add_test(t, a_hundred_values_have_exact_percentiles);
	tcase_add_loop_test(t, quantiles_keep_the_stated_error, 5, 7);
	tcase_add_test(t, quantiles_stay_within_min_and_max);
	tcase_add_test(t, merge_equals_adding_in_any_order);
	tcase_add_test(t, merge_with_itself_doubles);
	tcase_add_test(t, merge_refuses_other_bits);
	tcase_add_test(t, buckets_ascend_and_add_up);
	tcase_add_test(t, memory_follows_the_buckets_in_use);
	tcase_add_test(t, worst_case_is_what_the_architecture_says);
	suite_add_tcase(s, t);
	return run_suite(s);
}
