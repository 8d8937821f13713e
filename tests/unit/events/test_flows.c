#include <check.h>
#include <stdlib.h>

#include "events/flows.h"
#include "support/run_suite.h"

static struct http_exchange exchange_number(unsigned i)
{
	struct http_exchange x = {.response_start_ns = i};

	x.client.addr.bytes[15] = (uint8_t)i;
	x.client.addr.bytes[14] = (uint8_t)(i >> 8);
	x.client.addr.bytes[13] = (uint8_t)(i >> 16);
	x.server.port = 80;
	return x;
}

/* Neither many connections nor many responses of one take more than was allowed. */
START_TEST(memory_is_bounded)
{
	const size_t most = (size_t)1 << 20;
	struct flows *f = flows_new(most);

	ck_assert_ptr_nonnull(f);
	for (unsigned i = 0; i < 20000; i++) {
		struct http_exchange x = exchange_number(i);

		flows_add(f, &x);
	}
	/* 36 bytes of addresses and ports and 8 of a time are the least of each. */
	ck_assert_uint_lt(flows_count(f), most / 44);
	ck_assert_uint_gt(flows_count(f), most / 400);
	ck_assert_uint_eq(flows_refused(f), 20000 - flows_count(f));
	flows_free(f);
}
END_TEST

START_TEST(times_are_bounded)
{
	const size_t most = (size_t)64 << 10;
	struct flows *f = flows_new(most);
	struct http_exchange x = exchange_number(1);

	ck_assert_ptr_nonnull(f);
	for (unsigned i = 0; i < 20000; i++) {
		x.response_start_ns = i;
		flows_add(f, &x);
	}
	ck_assert_uint_eq(flows_count(f), 1);
	ck_assert_uint_ge(flows_refused(f), 20000 - most / 8);
	flows_free(f);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("flows");
	TCase *t = tcase_create("bounds");

	tcase_add_test(t, memory_is_bounded);
	tcase_add_test(t, times_are_bounded);
	suite_add_tcase(s, t);
	return run_suite(s);
}
