#include <stdio.h>
#include <string.h>

#include "support/run_suite.h"
#include "unit/tally/exchanges.h"

static void answer(struct tally *t, const char *host, uint16_t status, int64_t latency)
{
	struct http_exchange x = exchange_to(host, status);

	x.response_start_ns = x.request_end_ns + latency;
	tell_answer(t, &x);
}

static void answer_numbered(struct tally *t, unsigned i, uint16_t status,
			    int64_t latency)
{
	char name[32];

	(void)snprintf(name, sizeof(name), "h%u.test", i);
	answer(t, name, status, latency);
}

START_TEST(hosts_over_the_bound_go_to_other)
{
	struct tally *t = tally_new(TALLY_BY_HOST);
	const struct tally_row *other;
	size_t count;

	for (unsigned i = 0; i < LIMIT_HOSTS + 500; i++)
		answer_numbered(t, i, 404, 1000);
	(void)tally_rows(t, &count);
	ck_assert_uint_eq(count, LIMIT_HOSTS + 1);
	other = row_named(t, TALLY_OTHER);
	ck_assert_ptr_nonnull(other);
	ck_assert_int_eq(other->source, HOST_INVALID);
	ck_assert_uint_eq(other->counts.responses, 500);
	ck_assert_uint_eq(counts_code(&other->counts, 404), 500);
	ck_assert_uint_eq(other->counts.requests, 500);
	ck_assert_uint_eq(tally_overflow(t), 500);
	/* Those who have a row keep it, those in `(other)` stay there. */
	answer_numbered(t, 0, 404, 1000);
	answer_numbered(t, LIMIT_HOSTS, 404, 1000);
	ck_assert_uint_eq(row_named(t, "h0.test")->counts.responses, 2);
	ck_assert_uint_eq(tally_overflow(t), 501);
	ck_assert_uint_eq(tally_total(t)->responses, LIMIT_HOSTS + 502);
	ck_assert_int_eq(tally_failed(t), SL_OK);
	ck_assert_rows_add_up(t);
	tally_free(t);
}
END_TEST

START_TEST(a_late_response_takes_back_in_other_too)
{
	struct tally *t = tally_new(TALLY_BY_HOST);
	struct http_exchange x = exchange_to("late.test", 0);

	for (unsigned i = 0; i < LIMIT_HOSTS; i++)
		answer_numbered(t, i, 200, 1000);
	x.outcome = EXCHANGE_TIMEOUT;
	tell_done(t, &x);
	ck_assert_uint_eq(counts_no_response(&row_named(t, TALLY_OTHER)->counts), 1);
	x = exchange_to("late.test", 200);
	x.late = true;
	tell_answer(t, &x);
	ck_assert_uint_eq(counts_no_response(&row_named(t, TALLY_OTHER)->counts), 0);
	ck_assert_uint_eq(counts_no_response(tally_total(t)), 0);
	ck_assert_rows_add_up(t);
	tally_free(t);
}
END_TEST

/* A stranger who gives each of many hosts all codes and all latencies: what the rows
 * cannot list any more is counted as such, and the total has everything. */
START_TEST(codes_and_latencies_over_the_bound_are_counted)
{
	enum { HOSTS = 2400, CODES = 1000 };
	struct tally *t = tally_new(TALLY_BY_HOST);
	uint64_t unlisted_codes = 0, unlisted_latencies = 0;
	size_t count;
	const struct tally_row *const *rows;

	for (unsigned host = 0; host < HOSTS; host++)
		for (unsigned code = 0; code < CODES; code++)
			answer_numbered(
			    t, host, (uint16_t)code,
			    (int64_t)((UINT64_C(33) + code % 32) << code / 20));
	rows = tally_rows(t, &count);
	ck_assert_uint_eq(count, HOSTS);
	for (size_t i = 0; i < count; i++) {
		unlisted_codes += rows[i]->counts.unlisted_codes;
		unlisted_latencies += rows[i]->counts.unlisted_latencies;
	}
	ck_assert_uint_gt(unlisted_codes, 0);
	ck_assert_uint_gt(unlisted_latencies, 0);
	/* The first hosts came before the bound. */
	ck_assert_uint_eq(row_named(t, "h0.test")->counts.unlisted_codes, 0);
	ck_assert_uint_eq(row_named(t, "h0.test")->counts.code_count, CODES);
	ck_assert_uint_eq(tally_total(t)->code_count, CODES);
	ck_assert_uint_eq(tally_total(t)->unlisted_codes, 0);
	ck_assert_uint_eq(tally_total(t)->unlisted_latencies, 0);
	ck_assert_uint_eq(counts_code(tally_total(t), 777), HOSTS);
	ck_assert_int_eq(tally_failed(t), SL_OK);
	ck_assert_rows_add_up(t);
	tally_free(t);
}
END_TEST

START_TEST(a_code_that_cannot_be_is_counted_all_the_same)
{
	struct tally *t = tally_new(TALLY_BY_HOST);

	for (unsigned code = 0; code < 2 * LIMIT_CODES; code++)
		answer(t, "a.test", (uint16_t)code, 1);
	ck_assert_uint_eq(tally_total(t)->code_count, LIMIT_CODES);
	ck_assert_uint_eq(tally_total(t)->unlisted_codes, LIMIT_CODES);
	ck_assert_uint_eq(tally_total(t)->responses, 2 * LIMIT_CODES);
	tally_free(t);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("tally/bounds");
	TCase *t = tcase_create("bounds");

	tcase_add_test(t, hosts_over_the_bound_go_to_other);
	tcase_add_test(t, a_late_response_takes_back_in_other_too);
	tcase_add_test(t, codes_and_latencies_over_the_bound_are_counted);
	tcase_add_test(t, a_code_that_cannot_be_is_counted_all_the_same);
	suite_add_tcase(s, t);
	return run_suite(s);
}
