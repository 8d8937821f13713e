#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/run_suite.h"
#include "unit/tally/exchanges.h"

/** A sequence of numbers that is the same everywhere (Knuth's MMIX generator). */
static uint64_t next_random(uint64_t *state)
{
	*state = *state * 6364136223846793005U + 1442695040888963407U;
	return *state >> 33;
}

/** Tell one exchange out of many kinds, chosen by @p i, to each of @p n tallies. */
static void tell_kind(struct tally *const *tallies, size_t n, uint64_t i)
{
	static const uint16_t codes[] = {200, 204, 301, 304, 404,
					 500, 503, 0,   999, 101};
	uint64_t state = i;
	char host[32];
	struct http_exchange x;

	(void)snprintf(host, sizeof(host), "h%u.test",
		       (unsigned)next_random(&state) % 9);
	x = exchange_to(host, codes[next_random(&state) % 10]);
	x.host_source = (enum host_source)(next_random(&state) % 2);
	x.server = endpoint_v4((uint8_t)(next_random(&state) % 12), 80);
	x.client = endpoint_v4((uint8_t)(next_random(&state) % 5), 50000);
	x.response_start_ns = (int64_t)next_random(&state) << next_random(&state) % 12;
	x.body_bytes = next_random(&state) % 100000;
	if (x.status == 0)
		x.outcome =
		    (enum exchange_outcome)(EXCHANGE_CLOSED + next_random(&state) % 5);
	for (size_t k = 0; k < n; k++) {
		if (x.status != 0)
			tell_response(tallies[k], &x);
		tell_done(tallies[k], &x);
	}
}

/* An idle host's figures go to one row; nothing is lost, and new hosts have room. */
START_TEST(idle_rows_fold)
{
	struct tally *t = tally_new(TALLY_BY_HOST);
	struct http_exchange old = exchange_to("old.test", 404);
	struct http_exchange fresh = exchange_to("new.test", 200);

	tally_mark(t, 100);
	tell_answer(t, &old);
	tell_answer(t, &old);
	tally_mark(t, 200);
	tell_answer(t, &fresh);
	ck_assert_uint_eq(tally_forget(t, 100), 0);
	ck_assert_uint_eq(tally_forget(t, 150), 1);
	ck_assert_ptr_null(row_named(t, "old.test"));
	ck_assert_ptr_nonnull(row_named(t, "new.test"));
	ck_assert_uint_eq(counts_code(&row_named(t, TALLY_FORGOTTEN)->counts, 404), 2);
	ck_assert_uint_eq(tally_total(t)->responses, 3);
	ck_assert_rows_add_up(t);
	/* It folds again, comes again, and the row itself is never forgotten. */
	tally_mark(t, 300);
	tell_answer(t, &old);
	ck_assert_uint_eq(tally_forget(t, 1000), 2);
	ck_assert_uint_eq(tally_forget(t, 2000), 0);
	ck_assert_uint_eq(row_named(t, TALLY_FORGOTTEN)->counts.responses, 4);
	ck_assert_rows_add_up(t);
	tally_free(t);
}
END_TEST

/* A time-out in one interval, its late response in the next: together, an answer. */
START_TEST(late_answers_are_settled_by_merging)
{
	struct tally *first = tally_new(TALLY_BY_HOST);
	struct tally *second = tally_new(TALLY_BY_HOST);
	struct tally *all = tally_new(TALLY_BY_HOST);
	struct http_exchange x = exchange_to("a.test", 0);

	x.outcome = EXCHANGE_TIMEOUT;
	tell_done(first, &x);
	x = exchange_to("a.test", 200);
	x.late = true;
	tell_answer(second, &x);
	ck_assert_uint_eq(counts_no_response(tally_total(first)), 1);
	ck_assert_int_eq(tally_merge(all, first), SL_OK);
	ck_assert_int_eq(tally_merge(all, second), SL_OK);
	ck_assert_uint_eq(counts_no_response(tally_total(all)), 0);
	ck_assert_uint_eq(tally_total(all)->requests, 1);
	ck_assert_uint_eq(counts_no_response(&row_named(all, "a.test")->counts), 0);
	tally_free(first);
	tally_free(second);
	tally_free(all);
}
END_TEST

/* Parts merged in each of the six orders, and by halves, are the whole. */
START_TEST(merge_equals_telling_all_in_any_order)
{
	static const unsigned orders[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2},
					      {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
	enum tally_by by = (enum tally_by)_i;
	struct tally *whole = tally_new(by), *part[3], *half;

	for (size_t p = 0; p < 3; p++)
		part[p] = tally_new(by);
	for (uint64_t i = 0; i < 3000; i++)
		tell_kind((struct tally *[]){whole, part[i * 7 / 5 % 3]}, 2, i);
	for (size_t o = 0; o < 6; o++) {
		struct tally *sum = tally_new(by);

		for (size_t p = 0; p < 3; p++)
			ck_assert_int_eq(tally_merge(sum, part[orders[o][p]]), SL_OK);
		ck_assert_tallies_same(sum, whole);
		ck_assert_rows_add_up(sum);
		tally_free(sum);
	}
	half = tally_new(by);
	ck_assert_int_eq(tally_merge(half, part[2]), SL_OK);
	ck_assert_int_eq(tally_merge(part[1], half), SL_OK);
	ck_assert_int_eq(tally_merge(part[0], part[1]), SL_OK);
	ck_assert_tallies_same(part[0], whole);
	tally_free(half);
	for (size_t p = 0; p < 3; p++)
		tally_free(part[p]);
	tally_free(whole);
}
END_TEST

START_TEST(merge_of_an_empty_one_changes_nothing)
{
	struct tally *a = tally_new(TALLY_BY_HOST), *b = tally_new(TALLY_BY_HOST);
	struct tally *same = tally_new(TALLY_BY_HOST);

	tell_kind((struct tally *[]){a, same}, 2, 1);
	ck_assert_int_eq(tally_merge(a, b), SL_OK);
	ck_assert_tallies_same(a, same);
	tally_free(a);
	tally_free(b);
	tally_free(same);
}
END_TEST

START_TEST(what_was_merged_goes_on_counting)
{
	struct tally *a = tally_new(TALLY_BY_HOST), *b = tally_new(TALLY_BY_HOST);
	struct tally *whole = tally_new(TALLY_BY_HOST);

	for (uint64_t i = 0; i < 50; i++)
		tell_kind((struct tally *[]){b, whole}, 2, i);
	ck_assert_int_eq(tally_merge(a, b), SL_OK);
	tally_free(b); /* nothing of it is lent */
	for (uint64_t i = 50; i < 100; i++)
		tell_kind((struct tally *[]){a, whole}, 2, i);
	ck_assert_tallies_same(a, whole);
	tally_free(a);
	tally_free(whole);
}
END_TEST

START_TEST(merge_refuses_another_key)
{
	struct tally *a = tally_new(TALLY_BY_HOST), *b = tally_new(TALLY_BY_CLIENT);
	size_t count;

	tell_kind((struct tally *[]){b}, 1, 1);
	ck_assert_int_eq(tally_merge(a, b), SL_E_USAGE);
	(void)tally_rows(a, &count);
	ck_assert_uint_eq(count, 0);
	ck_assert_uint_eq(tally_total(a)->responses, 0);
	tally_free(a);
	tally_free(b);
}
END_TEST

static void tell_numbered(struct tally *t, unsigned first, unsigned end, int step)
{
	for (unsigned i = first; i < end; i++) {
		char host[32];
		struct http_exchange x;
		unsigned n = step > 0 ? i : first + end - 1 - i;

		(void)snprintf(host, sizeof(host), "h%06u.test", n);
		x = exchange_to(host, 200);
		tell_answer(t, &x);
	}
}

/* Two tallies that hold the same rows, told in opposite order, merge alike: the rows
 * that find room are the first by name, not by place in a table. */
START_TEST(rows_over_the_bound_are_chosen_by_name)
{
	struct tally *into[2], *from[2];
	char last[32];

	for (int i = 0; i < 2; i++) {
		into[i] = tally_new(TALLY_BY_HOST);
		from[i] = tally_new(TALLY_BY_HOST);
		tell_numbered(into[i], 0, LIMIT_HOSTS - 10, 1);
		tell_numbered(from[i], LIMIT_HOSTS, LIMIT_HOSTS + 100, i == 0 ? 1 : -1);
		ck_assert_int_eq(tally_merge(into[i], from[i]), SL_OK);
	}
	ck_assert_tallies_same(into[0], into[1]);
	ck_assert_uint_eq(tally_overflow(into[0]), 90);
	(void)snprintf(last, sizeof(last), "h%06u.test", LIMIT_HOSTS + 9);
	ck_assert_ptr_nonnull(row_named(into[0], last));
	(void)snprintf(last, sizeof(last), "h%06u.test", LIMIT_HOSTS + 10);
	ck_assert_ptr_null(row_named(into[0], last));
	ck_assert_rows_add_up(into[0]);
	/* `(other)` of one goes to `(other)` of the next. */
	ck_assert_int_eq(tally_merge(into[0], into[1]), SL_OK);
	ck_assert_uint_eq(tally_overflow(into[0]), 180);
	ck_assert_rows_add_up(into[0]);
	for (int i = 0; i < 2; i++) {
		tally_free(into[i]);
		tally_free(from[i]);
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("tally/merge");
	TCase *t = tcase_create("merge");

	tcase_add_test(t, idle_rows_fold);
	tcase_add_test(t, late_answers_are_settled_by_merging);
	tcase_add_loop_test(t, merge_equals_telling_all_in_any_order, TALLY_BY_HOST,
			    TALLY_BY_CLIENT + 1);
	tcase_add_test(t, merge_of_an_empty_one_changes_nothing);
	tcase_add_test(t, what_was_merged_goes_on_counting);
	tcase_add_test(t, merge_refuses_another_key);
	tcase_add_test(t, rows_over_the_bound_are_chosen_by_name);
	suite_add_tcase(s, t);
	return run_suite(s);
}
