#include <stdio.h>
#include <string.h>

#include "support/run_suite.h"
#include "unit/tally/exchanges.h"

static struct tally *tally;

static void set_up(void)
{
	tally = tally_new(TALLY_BY_HOST);
	ck_assert_ptr_nonnull(tally);
}

static void tear_down(void)
{
	ck_assert_int_eq(tally_failed(tally), SL_OK);
	tally_free(tally);
}

START_TEST(a_new_tally_is_empty)
{
	size_t count = 1;

	(void)tally_rows(tally, &count);
	ck_assert_uint_eq(count, 0);
	ck_assert_uint_eq(tally_total(tally)->responses, 0);
	ck_assert_ptr_null(tally_total(tally)->latency);
	ck_assert_uint_eq(tally_overflow(tally), 0);
	ck_assert_int_eq(tally_by(tally), TALLY_BY_HOST);
	tally_free(NULL);
}
END_TEST

START_TEST(an_answer_counts_once_everywhere)
{
	struct http_exchange x = exchange_to("a.test", 404);
	const struct tally_row *row;

	tell_answer(tally, &x);
	row = row_named(tally, "a.test");
	ck_assert_ptr_nonnull(row);
	ck_assert_int_eq(row->source, HOST_FROM_REQUEST);
	ck_assert_uint_eq(row->counts.requests, 1);
	ck_assert_uint_eq(row->counts.responses, 1);
	ck_assert_uint_eq(row->counts.exchanges, 1);
	ck_assert_uint_eq(row->counts.classes[CLASS_4XX], 1);
	ck_assert_uint_eq(counts_code(&row->counts, 404), 1);
	ck_assert_uint_eq(counts_code(&row->counts, 403), 0);
	ck_assert_uint_eq(counts_no_response(&row->counts), 0);
	ck_assert_uint_eq(row->counts.request_bytes, 100);
	ck_assert_uint_eq(row->counts.response_bytes, 500);
	ck_assert_uint_eq(row->counts.body_bytes, 300);
	ck_assert_uint_eq(histogram_count(row->counts.latency), 1);
	ck_assert_uint_eq(histogram_max(row->counts.latency), 1000);
	ck_assert_uint_eq(histogram_bits(row->counts.latency), HISTOGRAM_ROW_BITS);
	ck_assert_uint_eq(histogram_bits(tally_total(tally)->latency),
			  HISTOGRAM_TOTAL_BITS);
	ck_assert_uint_eq(row->server_count, 1);
	ck_assert_int_eq(row->first_ns, 3000);
	ck_assert_int_eq(row->last_ns, 3000);
	ck_assert_rows_add_up(tally);
}
END_TEST

/* RFC 9110 section 15.2: interim responses stand beside the final one. */
START_TEST(interim_responses_are_no_exchange)
{
	struct http_exchange x = exchange_to("a.test", 100);
	const struct counts *c = tally_total(tally);

	tell_response(tally, &x);
	x.status = 103;
	tell_response(tally, &x);
	x.status = 200;
	tell_answer(tally, &x);
	ck_assert_uint_eq(c->responses, 3);
	ck_assert_uint_eq(c->exchanges, 1);
	ck_assert_uint_eq(c->requests, 1);
	ck_assert_uint_eq(c->classes[CLASS_1XX], 2);
	ck_assert_uint_eq(c->classes[CLASS_2XX], 1);
	ck_assert_uint_eq(histogram_count(c->latency), 1);
	ck_assert_rows_add_up(tally);
}
END_TEST

START_TEST(a_switch_of_protocols_is_an_exchange)
{
	struct http_exchange x = exchange_to("a.test", 101);

	tell_answer(tally, &x);
	ck_assert_uint_eq(tally_total(tally)->exchanges, 1);
	ck_assert_uint_eq(tally_total(tally)->classes[CLASS_1XX], 1);
}
END_TEST

/* It is counted, so there is something to say of it, whatever becomes of its end. */
START_TEST(a_notable_code_has_evidence_before_its_end)
{
	for (size_t i = 0; i < EVIDENCE_CODES; i++) {
		uint16_t code = evidence_shape_at(i)->code;
		struct http_exchange x = exchange_to("a", code);

		tell_response(tally, &x);
		ck_assert_msg(row_named(tally, "a")->evidence->codes[i] != NULL, "%u",
			      code);
	}
}
END_TEST

/* Three digits like any others (RFC 9112 section 4): not the absence of a response. */
START_TEST(the_code_000_is_an_answer)
{
	struct http_exchange x = exchange_to("a.test", 0);
	const struct counts *c = tally_total(tally);

	tell_answer(tally, &x);
	ck_assert_uint_eq(c->responses, 1);
	ck_assert_uint_eq(c->exchanges, 1);
	ck_assert_uint_eq(c->classes[CLASS_OTHER], 1);
	ck_assert_uint_eq(counts_no_response(c), 0);
	ck_assert_uint_eq(histogram_count(c->latency), 1);
}
END_TEST

START_TEST(codes_ascend_and_odd_ones_are_other)
{
	static const uint16_t codes[] = {503, 200, 999, 404, 0, 200, 600, 301, 99, 599};
	static const uint16_t order[] = {0, 99, 200, 301, 404, 503, 599, 600, 999};
	struct http_exchange x = exchange_to("a.test", 200);
	const struct counts *c = tally_total(tally);

	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		x.status = codes[i];
		tell_response(tally, &x);
	}
	ck_assert_uint_eq(c->code_count, 9);
	for (size_t i = 0; i < 9; i++) {
		ck_assert_uint_eq(c->codes[i].code, order[i]);
		ck_assert_uint_eq(c->codes[i].count, order[i] == 200 ? 2 : 1);
	}
	ck_assert_uint_eq(c->classes[CLASS_5XX], 2);
	ck_assert_uint_eq(c->classes[CLASS_OTHER], 4);
	ck_assert_rows_add_up(tally);
}
END_TEST

START_TEST(each_way_to_end_has_its_own_count)
{
	struct http_exchange x = exchange_to("a.test", 0);
	const struct counts *c = tally_total(tally);

	x.response_bytes = x.body_bytes = 0;
	for (int o = EXCHANGE_CLOSED; o <= EXCHANGE_PENDING; o++)
		for (int times = 0; times < o; times++) {
			x.outcome = (enum exchange_outcome)o;
			tell_done(tally, &x);
		}
	ck_assert_uint_eq(c->no_response[EXCHANGE_CLOSED], EXCHANGE_CLOSED);
	ck_assert_uint_eq(c->no_response[EXCHANGE_RESET], EXCHANGE_RESET);
	ck_assert_uint_eq(c->no_response[EXCHANGE_TIMEOUT], EXCHANGE_TIMEOUT);
	ck_assert_uint_eq(c->unseen, EXCHANGE_UNSEEN);
	ck_assert_uint_eq(c->pending, EXCHANGE_PENDING);
	/* Unseen and pending are no fault of the server. */
	ck_assert_uint_eq(counts_no_response(c), 1 + 2 + 3);
	ck_assert_uint_eq(c->requests, 15);
	ck_assert_uint_eq(c->exchanges, 0);
	ck_assert_uint_eq(c->responses, 0);
	ck_assert_ptr_null(c->latency);
	ck_assert_rows_add_up(tally);
}
END_TEST

START_TEST(a_late_response_takes_the_timeout_back)
{
	struct http_exchange x = exchange_to("a.test", 0);
	const struct counts *c;

	x.response_bytes = x.body_bytes = 0;
	x.outcome = EXCHANGE_TIMEOUT;
	tell_done(tally, &x);
	x = exchange_to("a.test", 504);
	x.late = true;
	x.response_start_ns = x.request_end_ns + 400000000000;
	tell_answer(tally, &x);
	c = &row_named(tally, "a.test")->counts;
	ck_assert_uint_eq(counts_no_response(c), 0);
	ck_assert_uint_eq(c->requests, 1);
	ck_assert_uint_eq(c->request_bytes, 100);
	ck_assert_uint_eq(c->exchanges, 1);
	ck_assert_uint_eq(counts_code(c, 504), 1);
	ck_assert_uint_eq(histogram_max(c->latency), 400000000000);
	ck_assert_uint_eq(counts_no_response(tally_total(tally)), 0);
	ck_assert_rows_add_up(tally);
}
END_TEST

START_TEST(a_response_without_request_has_no_latency)
{
	struct http_exchange x = exchange_to("10.0.0.1:80", 200);

	x.host_source = HOST_FROM_SERVER;
	x.has_request = false;
	tell_answer(tally, &x);
	ck_assert_uint_eq(tally_total(tally)->requests, 0);
	ck_assert_uint_eq(tally_total(tally)->request_bytes, 0);
	ck_assert_uint_eq(tally_total(tally)->exchanges, 1);
	ck_assert_ptr_null(tally_total(tally)->latency);
	ck_assert_int_eq(row_named(tally, "10.0.0.1:80")->source, HOST_FROM_SERVER);
}
END_TEST

START_TEST(odd_stamps_give_odd_latencies_and_no_harm)
{
	struct http_exchange x = exchange_to("a.test", 413);
	const struct counts *c = tally_total(tally);

	/* Refused before the body was sent. */
	x.response_start_ns = x.request_end_ns - 500;
	tell_answer(tally, &x);
	ck_assert_uint_eq(histogram_count(c->latency), 1);
	ck_assert_uint_eq(histogram_max(c->latency), 0);
	x.request_end_ns = INT64_MIN;
	x.response_start_ns = INT64_MAX;
	tell_answer(tally, &x);
	ck_assert_uint_eq(histogram_max(c->latency), UINT64_MAX);
	x.request_end_ns = INT64_MAX;
	x.response_start_ns = INT64_MIN;
	tell_answer(tally, &x);
	ck_assert_uint_eq(histogram_count(c->latency), 3);
	ck_assert_rows_add_up(tally);
}
END_TEST

START_TEST(first_and_last_do_not_need_order)
{
	struct http_exchange x = exchange_to("a.test", 200);
	const struct tally_row *row;

	x.response_start_ns = 50;
	tell_response(tally, &x);
	x.response_start_ns = 10;
	tell_response(tally, &x);
	x.response_start_ns = 30;
	tell_response(tally, &x);
	row = row_named(tally, "a.test");
	ck_assert_int_eq(row->first_ns, 10);
	ck_assert_int_eq(row->last_ns, 50);
	x = exchange_to("b.test", 0);
	x.outcome = EXCHANGE_CLOSED;
	tell_done(tally, &x);
	row = row_named(tally, "b.test");
	ck_assert_int_eq(row->first_ns, INT64_MAX);
	ck_assert_int_eq(row->last_ns, INT64_MIN);
}
END_TEST

/* A stranger who writes `Host: 10.0.0.1:80` is not the server without a Host. */
START_TEST(the_source_of_a_host_tells_rows_apart)
{
	struct http_exchange x = exchange_to("10.0.0.1:80", 200);
	size_t count;

	tell_answer(tally, &x);
	x.host_source = HOST_FROM_SERVER;
	tell_answer(tally, &x);
	tell_answer(tally, &x);
	x = exchange_to("(invalid)", 400);
	x.host_source = HOST_INVALID;
	tell_answer(tally, &x);
	(void)tally_rows(tally, &count);
	ck_assert_uint_eq(count, 3);
	ck_assert_int_eq(row_named(tally, "(invalid)")->source, HOST_INVALID);
	ck_assert_rows_add_up(tally);
}
END_TEST

START_TEST(names_that_begin_alike_are_different)
{
	struct http_exchange x = exchange_to("a.test", 200);

	tell_answer(tally, &x);
	x = exchange_to("a.tes", 200);
	tell_answer(tally, &x);
	x = exchange_to("a.test.b", 200);
	tell_answer(tally, &x);
	/* Not terminated where the name ends. */
	x = exchange_to("a.testing", 200);
	x.host.len = strlen("a.test");
	tell_answer(tally, &x);
	ck_assert_uint_eq(row_named(tally, "a.test")->counts.responses, 2);
	ck_assert_uint_eq(row_named(tally, "a.tes")->counts.responses, 1);
	ck_assert_uint_eq(row_named(tally, "a.test.b")->counts.responses, 1);
	ck_assert_ptr_null(row_named(tally, "a.testing"));
}
END_TEST

START_TEST(a_missing_host_is_the_server)
{
	struct http_exchange x = exchange_to("", 200);

	tell_answer(tally, &x);
	x.host.at = NULL;
	tell_answer(tally, &x);
	ck_assert_uint_eq(row_named(tally, "10.0.0.1:80")->counts.responses, 2);
}
END_TEST

START_TEST(a_name_that_is_too_long_is_invalid)
{
	char name[LIMIT_HOST + 2];
	struct http_exchange x;

	memset(name, 'a', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	x = exchange_to(name, 200);
	tell_answer(tally, &x);
	ck_assert_ptr_nonnull(row_named(tally, "(invalid)"));
	x.host.len--;
	tell_answer(tally, &x);
	name[LIMIT_HOST] = '\0';
	ck_assert_uint_eq(row_named(tally, name)->counts.responses, 1);
}
END_TEST

START_TEST(servers_are_ascending_and_bounded)
{
	static const uint8_t last[] = {7, 3, 7, 9, 1, 3, 250, 5, 4, 2, 6, 8};
	struct http_exchange x = exchange_to("a.test", 200);
	const struct tally_row *row;

	for (size_t i = 0; i < sizeof(last); i++) {
		x.server = endpoint_v4(last[i], 80);
		tell_answer(tally, &x);
	}
	row = row_named(tally, "a.test");
	ck_assert_uint_eq(row->server_count, LIMIT_SERVERS);
	for (uint8_t i = 0; i < LIMIT_SERVERS; i++) {
		struct endpoint want = endpoint_v4((uint8_t)(i + 1), 80);

		ck_assert_mem_eq(&row->servers[i], &want, sizeof(want));
	}
	ck_assert(row->more_servers);
}
END_TEST

START_TEST(ports_are_servers_of_their_own)
{
	struct http_exchange x = exchange_to("a.test", 200);
	const struct tally_row *row;

	for (uint16_t i = 0; i < LIMIT_SERVERS; i++) {
		x.server = endpoint_v4(1, (uint16_t)(8080 - 256 * i));
		tell_answer(tally, &x);
		tell_answer(tally, &x);
	}
	row = row_named(tally, "a.test");
	ck_assert_uint_eq(row->server_count, LIMIT_SERVERS);
	for (size_t i = 1; i < LIMIT_SERVERS; i++)
		ck_assert_uint_lt(row->servers[i - 1].port, row->servers[i].port);
	ck_assert(!row->more_servers);
}
END_TEST

START_TEST(rows_may_be_servers_or_clients)
{
	struct tally *by_server = tally_new(TALLY_BY_SERVER);
	struct tally *by_client = tally_new(TALLY_BY_CLIENT);
	const uint8_t v6[16] = {0x20, 0x01, 0x0d, 0xb8, [15] = 1};
	struct http_exchange x = exchange_to("a.test", 200);
	size_t count;

	for (uint16_t i = 0; i < 6; i++) {
		x.server.port = (uint16_t)(80 + i % 2);
		x.client.port = (uint16_t)(40000 + i);
		tell_answer(by_server, &x);
		tell_answer(by_client, &x);
	}
	x.client.addr = x.server.addr = ip_addr_from_v6(v6);
	x.host.at = "b.test";
	tell_answer(by_server, &x);
	tell_answer(by_client, &x);
	(void)tally_rows(by_server, &count);
	ck_assert_uint_eq(count, 3);
	ck_assert_uint_eq(row_named(by_server, "10.0.0.1:80")->counts.responses, 3);
	ck_assert_uint_eq(row_named(by_server, "10.0.0.1:81")->counts.responses, 3);
	ck_assert_uint_eq(row_named(by_server, "[2001:db8::1]:81")->counts.responses,
			  1);
	(void)tally_rows(by_client, &count);
	ck_assert_uint_eq(count, 2);
	ck_assert_uint_eq(row_named(by_client, "10.0.0.9")->counts.responses, 6);
	ck_assert_uint_eq(row_named(by_client, "2001:db8::1")->counts.responses, 1);
	ck_assert_int_eq(tally_by(by_client), TALLY_BY_CLIENT);
	ck_assert_rows_add_up(by_server);
	ck_assert_rows_add_up(by_client);
	tally_free(by_server);
	tally_free(by_client);
}
END_TEST

START_TEST(rows_survive_the_growth_of_the_table)
{
	char name[32];
	size_t count;

	for (unsigned round = 0; round < 2; round++)
		for (unsigned i = 0; i < 1000; i++) {
			struct http_exchange x;

			(void)snprintf(name, sizeof(name), "host-%u.test", i);
			x = exchange_to(name, 200);
			tell_answer(tally, &x);
		}
	(void)tally_rows(tally, &count);
	ck_assert_uint_eq(count, 1000);
	ck_assert_uint_eq(row_named(tally, "host-0.test")->counts.responses, 2);
	ck_assert_uint_eq(row_named(tally, "host-999.test")->counts.responses, 2);
	ck_assert_ptr_null(row_named(tally, TALLY_OTHER));
	ck_assert_rows_add_up(tally);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("tally");
	TCase *t = tcase_create("tally");

	tcase_add_checked_fixture(t, set_up, tear_down);
	tcase_add_test(t, a_new_tally_is_empty);
	tcase_add_test(t, an_answer_counts_once_everywhere);
	tcase_add_test(t, interim_responses_are_no_exchange);
	tcase_add_test(t, a_switch_of_protocols_is_an_exchange);
	tcase_add_test(t, a_notable_code_has_evidence_before_its_end);
	tcase_add_test(t, the_code_000_is_an_answer);
	tcase_add_test(t, codes_ascend_and_odd_ones_are_other);
	tcase_add_test(t, each_way_to_end_has_its_own_count);
	tcase_add_test(t, a_late_response_takes_the_timeout_back);
	tcase_add_test(t, a_response_without_request_has_no_latency);
	tcase_add_test(t, odd_stamps_give_odd_latencies_and_no_harm);
	tcase_add_test(t, first_and_last_do_not_need_order);
	tcase_add_test(t, the_source_of_a_host_tells_rows_apart);
	tcase_add_test(t, names_that_begin_alike_are_different);
	tcase_add_test(t, a_missing_host_is_the_server);
	tcase_add_test(t, a_name_that_is_too_long_is_invalid);
	tcase_add_test(t, servers_are_ascending_and_bounded);
	tcase_add_test(t, ports_are_servers_of_their_own);
	tcase_add_test(t, rows_may_be_servers_or_clients);
	tcase_add_test(t, rows_survive_the_growth_of_the_table);
	suite_add_tcase(s, t);
	return run_suite(s);
}
