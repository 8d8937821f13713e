#include <stdio.h>
#include <string.h>

#include "support/fail_alloc.h"
#include "support/run_suite.h"
#include "tally/counts.h"
#include "tally/more.h"
#include "unit/tally/exchanges.h"

enum { HOSTS = 150, CODES = 9, TELLS = HOSTS * CODES };

/** Enough to let every table and array grow more than once. */
static void tell_much(struct tally *t)
{
	for (unsigned i = 0; i < TELLS; i++) {
		char host[32];
		struct http_exchange x;

		(void)snprintf(host, sizeof(host), "h%u.test", i % HOSTS);
		x = exchange_to(host, (uint16_t)(200 + i / HOSTS));
		x.response_start_ns += (int64_t)i * i * i;
		tell_answer(t, &x);
	}
}

static void ck_assert_all_there(const struct tally *t)
{
	const struct counts *c = tally_total(t);
	uint64_t rows_sum = 0, listed = c->unlisted_codes;
	size_t count;
	const struct tally_row *const *rows = tally_rows(t, &count);

	ck_assert_uint_eq(c->responses, TELLS);
	ck_assert_uint_eq(c->requests, TELLS);
	for (size_t i = 0; i < count; i++)
		rows_sum += rows[i]->counts.responses;
	for (size_t i = 0; i < c->code_count; i++)
		listed += c->codes[i].count;
	ck_assert_uint_eq(rows_sum, TELLS);
	ck_assert_uint_eq(listed, TELLS);
	ck_assert_uint_eq(histogram_count(c->latency) + c->unlisted_latencies, TELLS);
}

/* The sanitizers see to it that nothing leaks. */
START_TEST(a_failed_allocation_loses_no_response)
{
	unsigned n = 0;

	do {
		struct tally *t;

		fail_alloc_at(++n);
		t = tally_new(TALLY_BY_HOST);
		if (!t)
			continue;
		tell_much(t);
		if (fail_alloc_stop())
			ck_assert_int_eq(tally_failed(t), SL_E_NOMEM);
		else
			ck_assert_int_eq(tally_failed(t), SL_OK);
		ck_assert_all_there(t);
		if (tally_failed(t) == SL_OK)
			n = 0;
		tally_free(t);
	} while (n > 0);
}
END_TEST

START_TEST(a_failed_allocation_loses_nothing_in_a_merge)
{
	struct tally *from = tally_new(TALLY_BY_HOST);
	bool failed = true;

	tell_much(from);
	for (unsigned n = 1; failed; n++) {
		struct tally *into = tally_new(TALLY_BY_HOST);
		enum sl_err e;

		fail_alloc_at(n);
		e = tally_merge(into, from);
		failed = fail_alloc_stop();
		ck_assert_int_eq(e, failed ? SL_E_NOMEM : SL_OK);
		ck_assert_int_eq(tally_failed(into), e);
		ck_assert_all_there(into);
		tally_free(into);
	}
	tally_free(from);
}
END_TEST

START_TEST(failure_is_handed_on_by_a_merge)
{
	struct tally *from = tally_new(TALLY_BY_HOST), *into = tally_new(TALLY_BY_HOST);
	struct http_exchange x = exchange_to("a.test", 200);

	fail_alloc_at(1);
	tell_answer(from, &x);
	ck_assert(fail_alloc_stop());
	ck_assert_int_eq(tally_merge(into, from), SL_E_NOMEM);
	ck_assert_int_eq(tally_failed(into), SL_E_NOMEM);
	tally_free(from);
	tally_free(into);
}
END_TEST

START_TEST(a_failed_allocation_leaves_a_histogram_usable)
{
	bool failed = true;

	for (unsigned n = 1; failed; n++) {
		struct histogram *a = histogram_new(5), *b = histogram_new(5);
		uint64_t counted = 0;

		fail_alloc_at(n);
		for (uint64_t v = 0; v < 200; v++)
			counted += histogram_add(a, v * v) == SL_OK;
		(void)histogram_merge(b, a);
		failed = fail_alloc_stop();
		ck_assert_uint_eq(histogram_count(a), counted);
		ck_assert(counted == 200 || failed);
		ck_assert(histogram_count(b) == counted || failed);
		ck_assert_int_eq(histogram_add(a, 1), SL_OK);
		histogram_free(a);
		histogram_free(b);
	}
}
END_TEST

/* What a row takes is what its budget was charged: so much is free when it folds. */
START_TEST(a_row_gives_back_what_it_took)
{
	struct budget b = {.limit = SIZE_MAX, .bits = 5};
	struct counts c = {0}, sum = {0};
	static const char paths[] = "/a.B/C/d.E/F";

	for (unsigned i = 0; i < 900; i++) {
		struct http_exchange x =
		    exchange_to("h.test", (uint16_t)(200 + i % 400));
		struct http_websocket w = {.close_code = (uint16_t)(1000 + i % 20)};
		uint64_t ns = (uint64_t)i * i * i * 1000;

		x.protocol = i % 3 == 0 ? PROTOCOL_GRPC : PROTOCOL_HTTP_2;
		x.target = (struct text){paths, 1 + i % (sizeof(paths) - 1)};
		x.stream_error_set = i % 5 == 0;
		x.stream_error = i % 14;
		counts_response(&c, &x, &b);
		counts_done(&c, &x, &ns, &b);
		more_websocket(&c, &w, &b);
		ck_assert_uint_eq(b.used, counts_memory(&c));
	}
	ck_assert_ptr_nonnull(c.more);
	ck_assert_uint_eq(c.more->method_count, 4);
	b.used = 0;
	counts_merge(&sum, &c, &b);
	counts_merge(&sum, &c, &b);
	ck_assert_uint_eq(b.used, counts_memory(&sum));
	counts_clear(&c);
	counts_clear(&sum);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("tally/memory");
	TCase *t = tcase_create("memory");

	tcase_add_test(t, a_failed_allocation_loses_no_response);
	tcase_add_test(t, a_failed_allocation_loses_nothing_in_a_merge);
	tcase_add_test(t, failure_is_handed_on_by_a_merge);
	tcase_add_test(t, a_failed_allocation_leaves_a_histogram_usable);
	tcase_add_test(t, a_row_gives_back_what_it_took);
	suite_add_tcase(s, t);
	return run_suite(s);
}
