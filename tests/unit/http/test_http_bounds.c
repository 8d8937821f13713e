/* What a stranger can make http/ hold, and what happens when memory runs out. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http/connection.h"
#include "http/record.h"
#include "support/run_suite.h"
#include "unit/http/player.h"

static struct player p;
static char big[LIMIT_HEAD * 2];

/* ---- malloc that fails on demand; the linker wraps them ---- */

static long fail_at = -1; /* that many succeed, then one or all fail */
static bool fail_once;

/* The names are the linker's. NOLINTBEGIN(bugprone-reserved-identifier) */
void *__real_malloc(size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_realloc(void *old, size_t size);
/* NOLINTEND(bugprone-reserved-identifier) */

static bool fails(void)
{
	if (fail_at < 0 || !player_in_http)
		return false;
	if (fail_at > 0) {
		fail_at--;
		return false;
	}
	if (fail_once)
		fail_at = -1;
	return true;
}

void *__wrap_malloc(size_t size)
{
	return fails() ? NULL : __real_malloc(size);
}

void *__wrap_realloc(void *old, size_t size)
{
	return fails() ? NULL : __real_realloc(old, size);
}

/* ---- */

static void say_filler(unsigned dir, size_t len)
{
	memset(big, 'a', sizeof(big));
	while (len > 0) {
		size_t n = len < 1400 ? len : 1400;

		player_send(&p, dir, big, n);
		len -= n;
	}
}

static void expect_nothing_held(void)
{
	ck_assert_uint_eq(p.http->partials.used, 0);
	ck_assert_uint_eq(p.http->records.memory.used, 0);
}

START_TEST(response_head_over_the_bound)
{
	player_begin(&p);
	player_say(&p, CLIENT, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
	player_say(&p, SERVER, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX: ");
	say_filler(SERVER, LIMIT_HEAD * 3);
	player_say(&p, SERVER,
		   "\r\nY: z\r\n\r\nokHTTP/1.1 404 x\r\nContent-Length: 0\r\n\r\n");
	ck_assert_uint_eq(p.coverage.head_too_long, 1);
	ck_assert_uint_eq(p.http->partials.used, 0);
	player_close(&p, TCP_END_CLOSED);
	expect_nothing_held();
	player_end(&p);
	ck_assert_uint_eq(p.responses, 2);
	ck_assert_ptr_nonnull(strstr(p.log, "response 200 GET a /\n"));
	ck_assert_ptr_nonnull(strstr(p.log, "response 404 - 10.0.0.2:80 -\n"));
}
END_TEST

START_TEST(request_target_over_the_bound)
{
	player_begin(&p);
	player_say(&p, CLIENT, "GET /");
	say_filler(CLIENT, LIMIT_HEAD * 2);
	player_say(&p, CLIENT,
		   " HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: b\r\n\r\n");
	player_say(&p, SERVER,
		   "HTTP/1.1 414 URI Too Long\r\nContent-Length: 0\r\n\r\n"
		   "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
	player_close(&p, TCP_END_CLOSED);
	player_end(&p);
	ck_assert_uint_eq(p.coverage.head_too_long, 1);
	ck_assert_ptr_nonnull(strstr(p.log, "response 414 GET 10.0.0.2:80 /aaaa"));
	ck_assert_ptr_nonnull(strstr(p.log, "response 200 GET b /2\n"));
}
END_TEST

START_TEST(line_without_end_that_is_no_request)
{
	player_begin(&p);
	player_say(&p, CLIENT, "some ");
	say_filler(CLIENT, LIMIT_HEAD * 2);
	ck_assert_uint_eq(p.http->partials.used, 0);
	player_say(&p, CLIENT, "GET /2 HTTP/1.1\r\nHost: b\r\n\r\n");
	player_close(&p, TCP_END_CLOSED);
	player_end(&p);
	ck_assert_ptr_nonnull(strstr(p.log, "done GET b /2 closed"));
}
END_TEST

START_TEST(long_target_is_kept_in_part)
{
	player_begin(&p);
	memset(big, 'a', sizeof(big));
	memcpy(big, "GET /", 5);
	memcpy(big + 5000, " HTTP/1.1\r\n\r\n", 13);
	player_send(&p, CLIENT, big, 5013);
	ck_assert_uint_lt(p.http->records.memory.used, LIMIT_TARGET + 256);
	player_close(&p, TCP_END_CLOSED);
	player_end(&p);
	/* "done GET 10.0.0.2:80 ", the target, " closed sent 5013\n" */
	ck_assert_uint_eq(p.log_len, 21 + LIMIT_TARGET + 18);
}
END_TEST

START_TEST(partial_lines_are_bounded_all_together)
{
	player_begin(&p);
	p.http->partials.used = LIMIT_LINES - 100; /* as if others held it */
	player_say(&p, CLIENT, "GET / HTTP/1.1\r\nHo");
	player_say(&p, CLIENT, "st: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: b\r\n\r\n");
	player_say(&p, SERVER, "HTTP/1.1 204 no\r\n\r\nHTTP/1.1 204 no\r\n\r\n");
	player_close(&p, TCP_END_CLOSED);
	ck_assert_uint_eq(p.http->partials.used, LIMIT_LINES - 100);
	player_end(&p);
	ck_assert_ptr_nonnull(strstr(p.log, "response 204 GET 10.0.0.2:80 /\n"));
	ck_assert_ptr_nonnull(strstr(p.log, "response 204 GET b /2\n"));
}
END_TEST

START_TEST(pipeline_over_the_bound_keeps_its_order)
{
	char line[64];

	player_begin(&p);
	p.quiet = true;
	for (unsigned i = 0; i < LIMIT_PIPELINE + 3; i++) {
		(void)snprintf(line, sizeof(line), "GET /%u HTTP/1.1\r\n\r\n", i);
		player_say(&p, CLIENT, line);
	}
	ck_assert_uint_eq(p.coverage.pipeline_over_bound, 3);
	/* One is answered, so one more fits: behind the three that were dropped. */
	player_say(&p, SERVER, "HTTP/1.1 204 no\r\n\r\n");
	player_say(&p, CLIENT, "HEAD /last HTTP/1.1\r\n\r\n");
	for (unsigned i = 1; i < LIMIT_PIPELINE; i++)
		player_say(&p, SERVER, "HTTP/1.1 204 no\r\n\r\n");
	ck_assert_uint_eq(p.coverage.unpaired_responses, 0);
	for (unsigned i = 0; i < 3; i++)
		player_say(&p, SERVER, "HTTP/1.1 204 no\r\n\r\n");
	ck_assert_uint_eq(p.coverage.unpaired_responses, 3);
	p.quiet = false;
	player_say(&p, SERVER, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n");
	player_close(&p, TCP_END_CLOSED);
	expect_nothing_held();
	player_end(&p);
	ck_assert_ptr_nonnull(strstr(p.log, "response 200 HEAD 10.0.0.2:80 /last\n"));
	ck_assert_uint_eq(p.responses, LIMIT_PIPELINE + 4);
	ck_assert_uint_eq(p.dones, LIMIT_PIPELINE + 4);
}
END_TEST

START_TEST(requests_are_bounded_all_together)
{
	player_begin(&p);
	p.http->records.memory.used = LIMIT_REQUESTS - 100; /* as if others held it */
	player_say(&p, CLIENT, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
	ck_assert_uint_eq(p.coverage.pipeline_over_bound, 1);
	player_say(&p, SERVER, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
	player_say(&p, SERVER, "HTTP/1.1 204 no\r\n\r\n");
	player_close(&p, TCP_END_CLOSED);
	player_end(&p);
	ck_assert_uint_eq(p.responses, 2);
	ck_assert_uint_eq(p.dones, 2);
	ck_assert_int_eq(http_failed(&(struct http){0}), SL_OK);
}
END_TEST

START_TEST(fields_without_room_are_counted)
{
	char agent[LIMIT_AGENT + 1];

	memset(agent, 'a', sizeof(agent) - 1);
	agent[sizeof(agent) - 1] = '\0';
	player_begin(&p);
	http_keep(p.http, HTTP_KEEP_AGENT);
	/* There is room for the record, but not for LIMIT_AGENT besides. */
	p.http->records.memory.used = LIMIT_REQUESTS - sizeof(struct record) - 200;
	player_say(&p, CLIENT, "GET / HTTP/1.1\r\nHost: a\r\nUser-Agent: ");
	player_say(&p, CLIENT, agent);
	player_say(&p, CLIENT, "\r\n\r\n");
	player_say(&p, SERVER, "HTTP/1.1 204 no\r\n\r\n");
	ck_assert_uint_eq(p.coverage.fields_over_bound, 1);
	ck_assert_uint_eq(p.coverage.pipeline_over_bound, 0);
	player_say(&p, CLIENT, "GET / HTTP/1.1\r\nHost: a\r\nUser-Agent: a\r\n\r\n");
	ck_assert_uint_eq(p.coverage.fields_over_bound, 1);
	player_end(&p);
}
END_TEST

/** At a hole, and at the response behind it. */
START_TEST(many_wait_at_a_hole)
{
	static const struct {
		unsigned requests;
		uint64_t at_hole, in_all;
	} cases[] = {{LIMIT_SETTLED, 0, 0},
		     {LIMIT_SETTLED + 1, 0, 1},
		     {LIMIT_SWALLOWED, 0, 1},
		     {LIMIT_SWALLOWED + 1, 1, 2}};

	player_begin(&p);
	for (unsigned i = 0; i < cases[_i].requests; i++)
		player_say(&p, CLIENT, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
	player_gap(&p, SERVER, 10);
	ck_assert_uint_eq(p.coverage.swallowed_over_bound, cases[_i].at_hole);
	player_say(&p, SERVER, "HTTP/1.1 204 no\r\n\r\n");
	ck_assert_uint_eq(p.coverage.swallowed_over_bound, cases[_i].in_all);
	player_end(&p);
}
END_TEST

START_TEST(connections_without_http_hold_nothing)
{
	player_begin(&p);
	player_send(&p, CLIENT, "\x16\x03\x01\x00\x05hello", 10);
	player_send(&p, SERVER, "\x16\x03\x03\x00\x05hello", 10);
	ck_assert(connection_is_lean(p.c.user));
	player_close(&p, TCP_END_CLOSED);
	ck_assert_ptr_null(p.http->slabs);
	player_end(&p);
}
END_TEST

START_TEST(free_without_closing_frees_all)
{
	player_begin(&p);
	player_say(&p, CLIENT, "POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\n");
	player_say(&p, SERVER, "HTTP/1.1 413 x\r\nContent-Length: 5\r\n\r\n");
	player_end(&p); /* the leak checker looks on */

	player_begin(&p);
	player_say(&p, CLIENT, "GET / HTTP/1.1\r\n\r\nGET /2 HT");
	player_say(&p, SERVER, "HTTP/1.1 204 x\r\n\r\nHTTP/1.1 2");
	player_end(&p);
}
END_TEST

static void whole_life(void)
{
	player_say(&p, CLIENT, "GET / HTTP/1.1\r\nHo");
	player_say(&p, CLIENT,
		   "st: a\r\n\r\nPOST /2 HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc");
	player_say(&p, SERVER, "HTTP/1.1 200 OK\r\nTransfer-Enc");
	player_say(&p, SERVER, "oding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
	player_say(&p, SERVER, "HTTP/1.1 500 no\r\nContent-Length: 3\r\n\r\nabc");
	player_say(&p, SERVER, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nHTT");
	player_say(&p, SERVER, "P/HTTP/1.1 ");
	player_gap(&p, SERVER, 10);
	player_say(&p, CLIENT, "GET /3 HTTP/1.1\r\n\r\n");
	player_say(&p, SERVER, "HTTP/1.1 404 no\r\nContent-Length: 0\r\n\r\n");
	player_close(&p, TCP_END_RESET);
}

START_TEST(memory_fails_in_turn)
{
	for (long n = 0; n < 40; n++) {
		for (unsigned once = 0; once < 2; once++) {
			player_begin(&p);
			fail_at = n;
			fail_once = once != 0;
			whole_life();
			fail_at = -1;
			expect_nothing_held();
			/* Still usable. */
			p.log_len = 0;
			player_say(&p, CLIENT, "GET /ok HTTP/1.1\r\nHost: a\r\n\r\n");
			player_say(&p, SERVER, "HTTP/1.1 204 no\r\n\r\n");
			player_close(&p, TCP_END_CLOSED);
			ck_assert_ptr_nonnull(
			    strstr(p.log, "response 204 GET a /ok\n"));
			player_end(&p);
		}
	}
}
END_TEST

START_TEST(failed_memory_is_said)
{
	player_begin(&p);
	ck_assert_int_eq(http_failed(p.http), SL_OK);
	fail_once = false;
	fail_at = 0;
	player_say(&p, CLIENT, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
	fail_at = -1;
	ck_assert_int_eq(http_failed(p.http), SL_E_NOMEM);
	player_close(&p, TCP_END_CLOSED);
	player_end(&p);
}
END_TEST

/* Any bytes, in any order, with holes: nothing leaks, nothing is told twice. */
START_TEST(noise)
{
	static const char *const pieces[] = {
	    "GET / HTTP/1.1\r\n",
	    "Host: a\r\n",
	    "\r\n",
	    "HTTP/1.1 200 OK\r\n",
	    "Content-Length: 5\r\n",
	    "Transfer-Encoding: chunked\r\n",
	    "5\r\nabcde\r\n",
	    "0\r\n\r\n",
	    "HTT",
	    "P/1.1 101 x\r\n\r\n",
	    "CONNECT a:1 HTTP/1.1\r\n\r\n",
	    "HEAD / HTTP/1.1\r\n\r\n",
	    "HTTP/1.1 200 OK\r\n\r\n",
	    "GET /x\r\n",
	    "\x16\x03\x01",
	    "\x01\x05zzzz",
	    "PRI * HTTP/2.0\r\n\r\n",
	    "Content-Length: 6\r\n",
	    "HTTP/1.1 100 Continue\r\n\r\n",
	    "Content-Type: message/http\r\n",
	    "x",
	};
	unsigned seed = 1;

	for (unsigned run = 0; run < 20000; run++) {
		player_begin(&p);
		p.quiet = true;
		for (unsigned i = 0; i < 24; i++) {
			unsigned dir, what;

			seed = seed * 1103515245U + 12345U;
			dir = seed >> 16 & 1;
			what = seed >> 17 & 31;
			p.now_ns += (int64_t)(seed >> 22 & 1) * 200 * NS_PER_S;
			p.acked[dir] =
			    (seed >> 23 & 7) == 0 ? TCP_ACKED_UNKNOWN : ACKED_AUTO;
			if (what < sizeof(pieces) / sizeof(pieces[0]))
				player_say(&p, dir, pieces[what]);
			else if (what < 24)
				player_gap(&p, dir, seed >> 24 & 15);
			else if (what == 24)
				player_idle(&p);
			else
				player_say(&p, dir, pieces[what - 25]);
		}
		player_close(&p, (enum tcp_end)(seed >> 16 & 3));
		expect_nothing_held();
		player_end(&p);
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("http: bounds");
	TCase *t = tcase_create("bounds");

	tcase_add_test(t, response_head_over_the_bound);
	tcase_add_test(t, request_target_over_the_bound);
	tcase_add_test(t, line_without_end_that_is_no_request);
	tcase_add_test(t, long_target_is_kept_in_part);
	tcase_add_test(t, partial_lines_are_bounded_all_together);
	tcase_add_test(t, pipeline_over_the_bound_keeps_its_order);
	tcase_add_test(t, requests_are_bounded_all_together);
	tcase_add_test(t, fields_without_room_are_counted);
	tcase_add_loop_test(t, many_wait_at_a_hole, 0, 4);
	tcase_add_test(t, connections_without_http_hold_nothing);
	tcase_add_test(t, free_without_closing_frees_all);
	tcase_add_test(t, memory_fails_in_turn);
	tcase_add_test(t, failed_memory_is_said);
	tcase_add_test(t, noise);
	suite_add_tcase(s, t);
	return run_suite(s);
}
