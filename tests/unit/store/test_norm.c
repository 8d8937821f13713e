/*
 * What is expected here was worked out without statline: by hand where a closed form
 * exists, else with Python's statistics.median() and math.
 */
#include <math.h>

#include "base/limits.h"
#include "store/norm.h"
#include "support/run_suite.h"

#define PI 3.14159265358979323846

/** Both-sided probability of Student's t with four degrees of freedom: the closed form.
 */
static double student_4(double t)
{
	double q = 1 + t * t / 4;

	return 1 - 0.75 * t / sqrt(q) * (1 - t * t / q / 12);
}

START_TEST(medians)
{
	double odd[] = {5, 1, 9}, even[] = {4, 1, 3, 2}, one[] = {7};

	ck_assert_double_eq(norm_median(odd, 3), 5);
	ck_assert_double_eq(norm_median(even, 4), 2.5);
	ck_assert_double_eq(norm_median(one, 1), 7);
	ck_assert_double_eq(norm_median(one, 0), 0);
}
END_TEST

START_TEST(shares_are_anscombes)
{
	static const struct {
		uint64_t x, n;
		double y;
	} known[] = {
	    {0, 50, 0.0860664541830257},
	    {412, 21690, 0.13832308836372292},
	    {50, 50, 1.4847298726118712},
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		struct norm_value v = norm_share(known[i].x, known[i].n, 3);

		ck_assert_double_eq_tol(v.y, known[i].y, 1e-12);
		ck_assert_double_eq_tol(v.floor, 1 / (4.0 * (double)known[i].n + 2),
					1e-15);
		ck_assert_double_eq_tol(v.raw, (double)known[i].x / (double)known[i].n,
					1e-15);
		ck_assert_uint_eq(v.weekday, 3);
	}
}
END_TEST

/* Nights that are all alike: their spread is 0, and what is left is the binomial. */
START_TEST(binomial_noise_is_the_floor)
{
	struct norm_value past[10], now = norm_share(150, 1000, 0);
	struct norm_result is;
	double floor = 1 / 4002.0;
	double t, p;

	for (unsigned i = 0; i < 10; i++)
		past[i] = norm_share(100, 1000, i % 7);
	ck_assert(norm_judge(&now, past, 10, true, &is));
	ck_assert(!is.by_weekday);
	ck_assert_uint_eq(is.nights, 10);
	ck_assert_double_eq_tol(is.raw, 0.1, 1e-12);
	/* A median of ten has pi / 20 of the variance of one. */
	t = (asin(sqrt(150.375 / 1000.75)) - asin(sqrt(100.375 / 1000.75))) /
	    sqrt(floor * (1 + PI / 20));
	p = student_4(t);
	/* The normal that stands for t is within a percent. */
	ck_assert_double_eq_tol(log(is.p), log(p), 0.05 * fabs(log(p)));
	now = norm_share(60, 1000, 0);
	ck_assert(norm_judge(&now, past, 10, true, &is));
	ck_assert_double_lt(is.z, 0);
}
END_TEST

/* Eight nights that differ by more: median 0.22616278, 2.94529735e-05 for the square of
 * 1.4826 MAD sqrt(8 / 7), t = 4.3043897 with four degrees of freedom. */
START_TEST(the_spread_is_the_mad)
{
	static const uint64_t x[] = {500, 520, 480, 510, 490, 530, 470, 505};
	struct norm_value past[8], now = norm_share(620, 10000, 0);
	struct norm_result is;
	double p = 0.012601789921148576;

	for (unsigned i = 0; i < 8; i++)
		past[i] = norm_share(x[i], 10000, i % 7);
	ck_assert(norm_judge(&now, past, 8, true, &is));
	ck_assert_double_eq_tol(is.centre, 0.22616277869825285, 1e-9);
	ck_assert_double_eq_tol(log(is.p), log(p), 0.05 * fabs(log(p)));
	/* One night out of all measure moves neither median nor spread much. */
	past[3] = norm_share(9000, 10000, 3);
	ck_assert(norm_judge(&now, past, 8, true, &is));
	ck_assert_double_eq_tol(is.centre, 0.22616277869825285, 0.004);
	ck_assert_double_lt(is.p, 0.1);
}
END_TEST

/* Sundays have a tenth, other days three tenths: a Sunday with three is odd, though
 * most nights are so. */
START_TEST(weekdays_are_judged_by_their_own)
{
	struct norm_value past[28], now = norm_share(300, 1000, 0);
	struct norm_result is;

	for (unsigned i = 0; i < 28; i++)
		past[i] =
		    norm_share(i % 7 == 0 ? 100 + i % 5 : 300 + i % 5, 1000, i % 7);
	ck_assert(norm_judge(&now, past, 28, true, &is));
	ck_assert(is.by_weekday);
	ck_assert_uint_eq(is.nights, 4);
	ck_assert_double_lt(is.raw, 0.11);
	ck_assert_double_lt(is.p, 1e-6);
	now = norm_share(101, 1000, 0);
	ck_assert(norm_judge(&now, past, 28, true, &is));
	ck_assert_double_gt(is.p, 0.5);
	/* With three Sundays all nights are the norm, and a tenth is what is odd. */
	ck_assert(norm_judge(&now, past + 1, 26, true, &is));
	ck_assert(!is.by_weekday);
	ck_assert_double_gt(is.raw, 0.29);
}
END_TEST

START_TEST(too_few_nights)
{
	struct norm_value past[3], now = norm_share(9, 100, 0);
	struct norm_result is;

	for (unsigned i = 0; i < 3; i++)
		past[i] = norm_share(10, 100, i);
	ck_assert(!norm_judge(&now, past, 3, true, &is));
	ck_assert(!norm_judge(&now, past, 0, false, &is));
	ck_assert(norm_judge(&now, past, 1, false, &is));
	ck_assert_double_gt(is.p, 0.5);
}
END_TEST

static double next_uniform(uint64_t *state)
{
	*state = *state * 6364136223846793005U + 1442695040888963407U;
	return (double)(*state >> 11) / 9007199254740992.0;
}

static uint64_t binomial(uint64_t *state, unsigned n, double p)
{
	uint64_t x = 0;

	for (unsigned i = 0; i < n; i++)
		x += next_uniform(state) < p;
	return x;
}

/* Nothing but binomial noise: as often as it says is called significant, or less. */
START_TEST(chance_is_called_chance)
{
	static const double shares[] = {0.02, 0.2, 0.9};
	double p = shares[_i];
	uint64_t state = 7 + (uint64_t)_i;
	unsigned low = 0, trials = 1500;

	for (unsigned i = 0; i < trials; i++) {
		struct norm_value past[14], now;
		struct norm_result is;

		for (unsigned k = 0; k < 14; k++)
			past[k] = norm_share(binomial(&state, 300, p), 300, k % 7);
		now = norm_share(binomial(&state, 300, p), 300, 0);
		ck_assert(norm_judge(&now, past, 14, true, &is));
		low += is.p < 0.05;
	}
	/* 75 are expected of an exact test, with a standard deviation of 8.4. */
	ck_assert_uint_le(low, 75 + 3 * 9);
}
END_TEST

START_TEST(quantiles_have_the_error_of_their_ranks)
{
	struct histogram *h = histogram_new(HISTOGRAM_ROW_BITS);
	struct norm_value v;

	/* 1 ms to 1 s, evenly: the 99th is at 990 ms, give or take 3.1 of the 1,000
	 * ranks. */
	for (uint64_t i = 1; i <= 1000; i++)
		ck_assert_int_eq(histogram_add(h, i * 1000000), SL_OK);
	v = norm_quantile(h, 0.99, 2);
	ck_assert_double_eq_tol(v.raw, 990e6, 0.025 * 990e6);
	ck_assert_double_eq_tol(v.y, log(990e6), 0.025);
	/* The ranks differ by 0.3 %: what buckets cannot show. */
	ck_assert_double_le(v.floor, 0.02 * 0.02);
	histogram_free(h);
	/* A thin tail: nine in ten take 1 ms, one in a hundred up to 10 s. */
	h = histogram_new(HISTOGRAM_ROW_BITS);
	for (uint64_t i = 0; i < 300; i++)
		ck_assert_int_eq(
		    histogram_add(h, i < 297 ? 1000000 : (i - 296) * 3000000000),
		    SL_OK);
	v = norm_quantile(h, 0.99, 2);
	ck_assert_double_gt(v.floor_above, 100 * v.floor_below);
	histogram_free(h);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("store/norm");
	TCase *t = tcase_create("norm");

	tcase_add_test(t, medians);
	tcase_add_test(t, shares_are_anscombes);
	tcase_add_test(t, binomial_noise_is_the_floor);
	tcase_add_test(t, the_spread_is_the_mad);
	tcase_add_test(t, weekdays_are_judged_by_their_own);
	tcase_add_test(t, too_few_nights);
	tcase_add_loop_test(t, chance_is_called_chance, 0, 3);
	tcase_add_test(t, quantiles_have_the_error_of_their_ranks);
	suite_add_tcase(s, t);
	return run_suite(s);
}
