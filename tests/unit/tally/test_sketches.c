/* Sketches against exact counts, on streams that are kind and streams that are not. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/limits.h"
#include "support/random.h"
#include "support/run_suite.h"
#include "tally/outage.h"
#include "tally/timeline.h"
#include "tally/topk.h"

enum { KEYS = 5000 };

static struct budget budget;
static uint64_t exact[KEYS];

static void set_up(void)
{
	budget = (struct budget){.limit = SIZE_MAX};
	memset(exact, 0, sizeof(exact));
}

static void count(struct topk *t, unsigned key)
{
	char text[16];
	int len = snprintf(text, sizeof(text), "/%u", key);

	exact[key]++;
	(void)topk_add(t, (struct text){text, (size_t)len}, 1, &budget);
}

static unsigned key_of(const struct topk_entry *e)
{
	char text[16] = "";

	memcpy(text, e->key, e->len);
	return (unsigned)strtoul(text + 1, NULL, 10);
}

/* The guarantees of the papers, against the exact counts. */
static void ck_assert_guarantees(const struct topk *t)
{
	uint64_t total = 0;
	bool there[KEYS] = {false};

	for (unsigned i = 0; i < KEYS; i++)
		total += exact[i];
	ck_assert_uint_eq(t->total, total);
	ck_assert_uint_le(t->floor, total / LIMIT_TOPK);
	for (uint32_t i = 0; i < t->count; i++) {
		const struct topk_entry *e = &t->entries[i];
		uint64_t n = exact[key_of(e)];

		ck_assert_uint_ge(e->count, n);
		ck_assert_uint_le(e->count - e->error, n);
		ck_assert_uint_le(e->error, total / LIMIT_TOPK);
		there[key_of(e)] = true;
	}
	for (unsigned i = 0; i < KEYS; i++) {
		if (!there[i])
			ck_assert_uint_le(exact[i], t->floor);
		if (exact[i] > total / LIMIT_TOPK)
			ck_assert(there[i]);
	}
}

/* The more often the smaller the number: about as 1/n. */
static unsigned skewed(struct random *state)
{
	uint64_t r = random_next(state) % 1000003;

	return (unsigned)(KEYS * r / 1000003 * r / 1000003 * r / 1000003);
}

START_TEST(few_keys_are_exact)
{
	struct topk t = {.limit = 0};

	for (unsigned i = 0; i < 1000; i++)
		count(&t, i % LIMIT_TOPK);
	for (uint32_t i = 0; i < t.count; i++) {
		ck_assert_uint_eq(t.entries[i].count, exact[key_of(&t.entries[i])]);
		ck_assert_uint_eq(t.entries[i].error, 0);
	}
	ck_assert_uint_eq(t.floor, 0);
	topk_clear(&t, &budget);
	ck_assert_uint_eq(budget.used, 0);
}
END_TEST

START_TEST(a_skewed_stream)
{
	struct topk t = {.limit = 0};
	struct random state = {20260115};

	for (unsigned i = 0; i < 100000; i++)
		count(&t, skewed(&state));
	ck_assert_guarantees(&t);
	topk_clear(&t, &budget);
}
END_TEST

/* Each key once, the frequent one between them, then new ones again and again. */
START_TEST(an_adversarial_stream)
{
	struct topk t = {.limit = 0};

	for (unsigned i = 0; i < 60000; i++)
		count(&t, i % 10 == 0 ? 7 : 8 + i % (KEYS - 8));
	ck_assert_guarantees(&t);
	topk_clear(&t, &budget);
}
END_TEST

START_TEST(merging_keeps_the_guarantees)
{
	struct random state = {4};

	for (int round = 0; round < 20; round++) {
		struct topk a = {.limit = 0}, b = {.limit = 0};

		memset(exact, 0, sizeof(exact));
		for (unsigned i = 0; i < 5000; i++) {
			count(&a, skewed(&state));
			/* Other keys on the other side. */
			count(&b, KEYS - 1 - skewed(&state));
		}
		for (unsigned i = 0; i < 500; i++)
			count(i % 2 ? &a : &b, 2500);
		topk_merge(&a, &b, &budget);
		/* Errors add up: two halves, each within its own N / k. */
		ck_assert_guarantees(&a);
		topk_clear(&a, &budget);
		topk_clear(&b, &budget);
	}
	ck_assert_uint_eq(budget.used, 0);
}
END_TEST

START_TEST(without_memory_a_list_is_honest)
{
	struct topk t = {.limit = 0};
	uint64_t total = 0;

	budget.limit = 300; /* four entries, and some keys */
	for (unsigned i = 0; i < 3000; i++)
		count(&t, i % 100);
	for (unsigned i = 0; i < KEYS; i++)
		total += exact[i];
	ck_assert_uint_eq(t.total, total);
	ck_assert_uint_gt(budget.refused, 0);
	for (uint32_t i = 0; i < t.count; i++) {
		ck_assert_uint_ge(t.entries[i].count, exact[key_of(&t.entries[i])]);
		ck_assert_uint_le(t.entries[i].count - t.entries[i].error,
				  exact[key_of(&t.entries[i])]);
	}
	topk_clear(&t, &budget);
}
END_TEST

/* ---- distinct ---- */

static void add_numbers(struct hll *h, uint64_t from, uint64_t to)
{
	for (uint64_t i = from; i < to; i++)
		hll_add(h, hash_public(&i, sizeof(i)), &budget);
}

START_TEST(distinct_things_are_counted_within_the_error)
{
	static const uint64_t sizes[] = {0, 1, 64, 65, 100, 500, 3000, 50000, 1000000};

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct hll h = {.count = 0};
		double got;

		add_numbers(&h, 0, sizes[i]);
		add_numbers(&h, 0, sizes[i] < 1000 ? sizes[i] : 1000);
		got = (double)hll_estimate(&h);
		if (sizes[i] <= LIMIT_DISTINCT_EXACT) {
			ck_assert(hll_exact(&h));
			ck_assert_uint_eq(hll_estimate(&h), sizes[i]);
		} else {
			/* Three standard errors of 3.3 %. */
			ck_assert_double_le(got, (double)sizes[i] * 1.1);
			ck_assert_double_ge(got, (double)sizes[i] * 0.9);
		}
		hll_clear(&h, &budget);
	}
	ck_assert_uint_eq(budget.used, 0);
}
END_TEST

START_TEST(merged_estimates_are_those_of_the_union)
{
	static const uint64_t sizes[] = {10, 60, 200, 5000};

	for (size_t i = 0; i < 4; i++)
		for (size_t k = 0; k < 4; k++) {
			struct hll a = {.count = 0}, b = {.count = 0},
				   both = {.count = 0};

			add_numbers(&a, 0, sizes[i]);
			add_numbers(&b, 5, 5 + sizes[k]);
			add_numbers(&both, 0, sizes[i]);
			add_numbers(&both, 5, 5 + sizes[k]);
			hll_merge(&a, &b, &budget);
			ck_assert_uint_eq(hll_estimate(&a), hll_estimate(&both));
			hll_clear(&a, &budget);
			hll_clear(&b, &budget);
			hll_clear(&both, &budget);
		}
}
END_TEST

/* ---- time ---- */

static uint64_t sum_of(const struct timeline *t)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < timeline_count(t); i++)
		sum += timeline_bucket(t, i)[0];
	return sum;
}

/* Each count lies in the bucket that its time says. */
START_TEST(a_timeline_coarsens_without_loss)
{
	struct timeline *t = timeline_new(20, 1, &budget);
	struct random state = {1};
	int64_t times[400];

	for (size_t i = 0; i < 400; i++) {
		times[i] = 1700000000 * NS_PER_S +
			   (int64_t)(random_next(&state) % 90000) * NS_PER_S / 2;
		timeline_add(t, times[i], 0, 1);
		ck_assert_uint_eq(sum_of(t), i + 1);
		ck_assert_uint_le(timeline_count(t), 20);
	}
	for (size_t b = 0; b < timeline_count(t); b++) {
		uint64_t n = 0;
		int64_t start = timeline_start(t, b);

		for (size_t i = 0; i < 400; i++)
			n += times[i] >= start && times[i] - start < timeline_width(t);
		ck_assert_uint_eq(timeline_bucket(t, b)[0], n);
	}
	/* 12 h 30 min in at most 20 buckets: hours, or three. */
	ck_assert_int_eq(timeline_width(t), 3600 * NS_PER_S);
	timeline_free(t, &budget);
	ck_assert_uint_eq(budget.used, 0);
}
END_TEST

START_TEST(stamps_of_a_stranger_fit)
{
	static const int64_t stamps[] = {0, INT64_MAX, INT64_MIN, -1, 1, INT64_MAX - 1};
	struct timeline *t = timeline_new(2, 1, &budget);

	for (size_t i = 0; i < sizeof(stamps) / sizeof(stamps[0]); i++)
		timeline_add(t, stamps[i], 0, 1);
	ck_assert_uint_eq(sum_of(t), 6);
	for (size_t i = 0; i < timeline_count(t); i++)
		(void)timeline_start(t, i);
	timeline_free(t, &budget);
}
END_TEST

START_TEST(timelines_merge_in_any_order)
{
	struct timeline *a = timeline_new(20, 1, &budget);
	struct timeline *b = timeline_new(20, 1, &budget);
	struct timeline *all = timeline_new(20, 1, &budget);
	struct timeline *ab = timeline_new(20, 1, &budget);
	struct timeline *ba = timeline_new(20, 1, &budget);
	struct random state = {9};

	for (int i = 0; i < 300; i++) {
		int64_t time = (int64_t)(random_next(&state) % 5000) * NS_PER_S;

		timeline_add(all, time, 0, 1);
		timeline_add(i % 3 ? a : b, time, 0, 1);
	}
	timeline_merge(ab, a);
	timeline_merge(ab, b);
	timeline_merge(ba, b);
	timeline_merge(ba, a);
	ck_assert_int_eq(timeline_width(ab), timeline_width(all));
	ck_assert_uint_eq(timeline_count(ab), timeline_count(all));
	for (size_t i = 0; i < timeline_count(all); i++) {
		ck_assert_uint_eq(timeline_bucket(ab, i)[0],
				  timeline_bucket(all, i)[0]);
		ck_assert_uint_eq(timeline_bucket(ba, i)[0],
				  timeline_bucket(all, i)[0]);
	}
	timeline_free(a, &budget);
	timeline_free(b, &budget);
	timeline_free(all, &budget);
	timeline_free(ab, &budget);
	timeline_free(ba, &budget);
}
END_TEST

static void tell(struct outage *o, int64_t second, bool is_503)
{
	outage_add(o, (1700000000 + second) * NS_PER_S, is_503, &budget);
}

/* 1,700,000,000 s is the beginning of a bucket of 10 s. */
START_TEST(the_longest_stretch_of_503)
{
	struct outage o = {.count = 0}, later = {.count = 0};

	tell(&o, 0, true);
	tell(&o, 5, false); /* mixed */
	tell(&o, 12, true);
	tell(&o, 25, true);
	tell(&o, 31, true);
	ck_assert_uint_eq(outage_longest(&o).buckets, 3);
	ck_assert_int_eq(outage_longest(&o).first_ns, 1700000010 * NS_PER_S);
	tell(&o, 42, false); /* ends it */
	tell(&o, 50, true);
	ck_assert_uint_eq(outage_longest(&o).buckets, 3);
	/* Silence of a minute does not end a stretch, a longer one does. */
	tell(&o, 120, true);
	ck_assert_uint_eq(outage_longest(&o).buckets, 8);
	tell(&o, 200, true);
	ck_assert_uint_eq(outage_longest(&o).buckets, 8);
	tell(&later, 190, true);
	tell(&later, 180, true);
	outage_merge(&o, &later, &budget);
	ck_assert_uint_eq(outage_longest(&o).buckets, 16);
	outage_clear(&o, &budget);
	outage_clear(&later, &budget);
	ck_assert_uint_eq(budget.used, 0);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("sketches");
	TCase *tc = tcase_create("sketches");

	tcase_add_checked_fixture(tc, set_up, NULL);
	tcase_add_test(tc, few_keys_are_exact);
	tcase_add_test(tc, a_skewed_stream);
	tcase_add_test(tc, an_adversarial_stream);
	tcase_add_test(tc, merging_keeps_the_guarantees);
	tcase_add_test(tc, without_memory_a_list_is_honest);
	tcase_add_test(tc, distinct_things_are_counted_within_the_error);
	tcase_add_test(tc, merged_estimates_are_those_of_the_union);
	tcase_add_test(tc, a_timeline_coarsens_without_loss);
	tcase_add_test(tc, stamps_of_a_stranger_fit);
	tcase_add_test(tc, timelines_merge_in_any_order);
	tcase_add_test(tc, the_longest_stretch_of_503);
	suite_add_tcase(s, tc);
	return run_suite(s);
}
