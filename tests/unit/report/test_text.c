/* The text report, against reports written by hand. */
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "base/human.h"
#include "fake_tally.h"
#include "support/run_suite.h"

static void expect(const struct sketch *s, const char *want)
{
	char *got = fake_write("text", &s->report, &s->options);

	ck_assert_str_eq(got, want);
	free(got);
}

static void expect_in(const struct sketch *s, const char *part)
{
	char *got = fake_write("text", &s->report, &s->options);

	ck_assert_msg(strstr(got, part) != NULL, "no `%s` in:\n%s", part, got);
	free(got);
}

static void expect_not_in(const struct sketch *s, const char *part)
{
	char *got = fake_write("text", &s->report, &s->options);

	ck_assert_msg(strstr(got, part) == NULL, "`%s` in:\n%s", part, got);
	free(got);
}

START_TEST(as_wide_as_needed)
{
	struct sketch s;

	sketch_make(&s);
	expect(
	    &s,
	    "incident.pcapng.gz   2026-11-22 02:00:11 to 02:59:58 UTC (59 min 47 s)   "
	    "1873715 packets   192093 responses   3 hosts\n"
	    "\n"
	    "HOST                      RESPONSES  1xx     2xx    3xx   4xx   5xx   "
	    "ERROR  NO ANSWER     p50     p99  NOTABLE\n"
	    "api.example.test              96410    -   84117   2904  7391  1998   9.7 "
	    "%        212  4.1 ms   1.9 s  503 1640  500 358  404 5102  422 1331  401 "
	    "958\n"
	    "www.example.test              61022   12   48310  12688    12     -  <0.1 "
	    "%          -  1.2 ms  1.2 ms  404 12  304 9918  301 2770  100 12\n"
	    "10.77.0.9:8080 (no Host)      34661    -   34661      -     -     -   0.0 "
	    "%          3  0.8 ms  0.8 ms\n"
	    "all 3 hosts                  192093   12  167088  15592  7403  1998   4.9 "
	    "%        215       -       -\n"
	    "\n"
	    "503 Service Unavailable      1640   0.9 %  api.example.test 1640\n"
	    "500 Internal Server Error     358   0.2 %  api.example.test 358\n"
	    "404 Not Found                5114   2.7 %  api.example.test 5102; "
	    "www.example.test 12\n"
	    "401 Unauthorized              958   0.5 %  api.example.test 958\n"
	    "304 Not Modified             9918   5.2 %  www.example.test 9918\n"
	    "301 Moved Permanently        2770   1.4 %  www.example.test 2770\n"
	    "200 OK                     167088  87.0 %  api.example.test 84117; "
	    "www.example.test 48310; 10.77.0.9:8080 (no Host) 34661\n"
	    "100 Continue                   12  <0.1 %  www.example.test 12\n"
	    "Other codes: 303 2904; 422 1331\n"
	    "\n"
	    "HTTP read 99.99 %: 14 gaps (20 KB), no response affected.\n"
	    "No answer to 215 requests: 200 when the connection closed, 12 when it was "
	    "reset, 3 timed out.\n"
	    "! TLS without keys: 2.6 % of all bytes (73715 packets): responses in it "
	    "are not in these figures.\n"
	    "Bytes seen: HTTP 97.4 %; TLS 2.6 %.\n"
	    "So: these figures are about the 97.4 % of HTTP's bytes that could be "
	    "read; a service "
	    "behind TLS or QUIC may fail without a trace here. Capture behind the "
	    "server that "
	    "ends TLS for the rest.\n");
	sketch_free(&s);
}
END_TEST

START_TEST(eighty_columns)
{
	struct sketch s;

	sketch_make(&s);
	s.options.width = 80;
	s.options.terminal = true;
	expect(
	    &s,
	    "incident.pcapng.gz   2026-11-22 02:00:11 to 02:59:58 UTC (59 min 47 s)\n"
	    "1,873,715 packets   192,093 responses   3 hosts\n"
	    "\n"
	    "HOST                    RESP 1xx     2xx    3xx   4xx   5xx  ERROR NO ANS "
	    "   "
	    "p99\n"
	    "api.example.test      96,410   -  84,117  2,904 7,391 1,998  9.7 %    212 "
	    " "
	    "1.9 s\n"
	    "www.example.test      61,022  12  48,310 12,688    12     - <0.1 %      - "
	    "1.2 ms\n"
	    "10.77.0.9:…(no Host)  34,661   -  34,661      -     -     -  0.0 %      3 "
	    "0.8 ms\n"
	    "all 3 hosts          192,093  12 167,088 15,592 7,403 1,998  4.9 %    215 "
	    "    "
	    " -\n"
	    "\n"
	    "503 Service Unavailable      1,640   0.9 %  ▇       api.example.test "
	    "1,640\n"
	    "500 Internal Server Error      358   0.2 %  ▇       api.example.test 358\n"
	    "404 Not Found                5,114   2.7 %  ▇▇▇     api.exa…e.test 5,102; "
	    "1 "
	    "more\n"
	    "401 Unauthorized               958   0.5 %  ▇       api.example.test 958\n"
	    "304 Not Modified             9,918   5.2 %  ▇▇▇▇▇▇  www.example.test "
	    "9,918\n"
	    "301 Moved Permanently        2,770   1.4 %  ▇▇      www.example.test "
	    "2,770\n"
	    "200 OK                     167,088  87.0 %          api.ex…e.test 84,117; "
	    "2 "
	    "more\n"
	    "100 Continue                    12  <0.1 %  ▇       www.example.test 12\n"
	    "Other codes: 303 2,904; 422 1,331\n"
	    "\n"
	    "HTTP read 99.99 %: 14 gaps (20 KB), no response affected.\n"
	    "No answer to 215 requests: 200 when the connection closed, 12 when it was "
	    "reset,\n"
	    "  3 timed out.\n"
	    "! TLS without keys: 2.6 % of all bytes (73,715 packets): responses in it "
	    "are not\n"
	    "  in these figures.\n"
	    "Bytes seen: HTTP 97.4 %; TLS 2.6 %.\n"
	    "So: these figures are about the 97.4 % of HTTP's bytes that could be "
	    "read; a\n"
	    "  service behind TLS or QUIC may fail without a trace here. Capture "
	    "behind the\n"
	    "  server that ends TLS for the rest.\n");
	sketch_free(&s);
}
END_TEST

START_TEST(long_names_leave_room_for_codes)
{
	struct sketch s;

	sketch_make(&s);
	s.options.width = 130;
	fake_row(s.tally,
		 "a-name-of-a-service.in-a-cluster.that-is-long.example.test:8443",
		 HOST_FROM_REQUEST, "502 7, 404 3");
	expect_in(&s, " 502 7  404 3\n");
	expect_in(&s, "10.77.0.9:8080 (no Host)  "); /* and is not cut for it */
	sketch_free(&s);
}
END_TEST

/* However many others there are, and however often. */
START_TEST(errors_of_the_server_are_not_pushed_out)
{
	struct sketch s;

	sketch_make(&s);
	s.options.width = 100;
	fake_row(s.tally, "many.example.test", HOST_FROM_REQUEST,
		 "100 1, 204 9, 206 9, 301 9, 302 9, 304 9, 307 9, 308 9, 400 9, 401 "
		 "9, 403 9, 404 25, 405 9, 408 9, 409 9, 410 9, 429 9, 500 2, 502 1, "
		 "503 8, 999 7");
	expect_in(&s, " - 503 8\n");
	s.options.width = 0;
	expect_in(&s, " 503 8  500 2  502 1  404 25  400 9  401 9  403 9  405 9  408 9 "
		      " 409 9  410 9  429 9  999 7  301 9  302 9  304 9\n");
	sketch_free(&s);
}
END_TEST

/* ---- widths ---- */

static void check_lines(const char *text, unsigned width)
{
	char line[4096];

	while (*text) {
		size_t len = strcspn(text, "\n");

		ck_assert_uint_lt(len, sizeof(line));
		memcpy(line, text, len);
		line[len] = '\0';
		ck_assert_msg(human_width(line) <= width, "%zu columns, not %u: %s",
			      human_width(line), width, line);
		text += len + (text[len] == '\n');
	}
}

/* Every control byte but the line feed, and what else does harm on a terminal. */
static void check_inert(const char *text)
{
	for (const char *p = text; *p; p++)
		ck_assert_msg((unsigned char)*p >= 0x20 || *p == '\n',
			      "control byte 0x%02x", (unsigned)*p);
	ck_assert_ptr_null(strchr(text, 0x7f));
	ck_assert_ptr_null(strstr(text, "\xc2\x9b"));     /* CSI */
	ck_assert_ptr_null(strstr(text, "\xe2\x80\xae")); /* right-to-left override */
}

static void fill_hostile(struct sketch *s)
{
	static char longest[LIMIT_HOST + 1];
	static char controls[LIMIT_HOST + 1];
	struct tally_row *row;

	tally_free(s->tally);
	s->tally = fake_tally(TALLY_BY_HOST);
	memset(longest, 'w', LIMIT_HOST);
	memset(controls, '\033', LIMIT_HOST);
	row = fake_row(s->tally, longest, HOST_FROM_REQUEST,
		       "100 1, 101 2, 200 18446744073709, 301 3, 302 4, 400 5, 403 6");
	row->counts.no_response[EXCHANGE_CLOSED] = 18446744073709;
	fake_row(s->tally, controls, HOST_FROM_REQUEST, "503 99999, 599 1, 601 7");
	fake_row(s->tally, "\033]0;title\007\r\nx", HOST_FROM_SERVER, "404 3");
	fake_row(s->tally,
		 "\xe5\xae\xbd\xe5\xad\x97\xe5\xae\xbd\xe5\xad\x97"
		 "\xe5\xae\xbd\xe5\xad\x97\xe5\xae\xbd\xe5\xad\x97"
		 "\xe5\xae\xbd\xe5\xad\x97\xe5\xae\xbd\xe5\xad\x97.test",
		 HOST_FROM_REQUEST, "404 2");
	fake_row(s->tally, "a\xe2\x80\xae\xc2\x9bz\xff\x7f", HOST_INVALID, "404 1");
	fake_sum(s->tally, 5, SL_E_NOMEM);
	s->report.tally = s->tally;
	s->source.name = "a\033[31m/very/long/name/of/a/capture/that/no/screen/holds/"
			 "and/more/of/it/and/more/of/it/and/more/of/it.pcap";
	s->source.state = SOURCE_DAMAGED;
	(void)errbuf_set(&s->source.message, SL_OK, "%s: \xc2\x9b broke off",
			 s->source.name);
	s->report.filter =
	    "tcp port 80 and host 2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff";
	s->report.interrupted = true;
}

/* Every counter of the coverage is something, so that every line is there. */
static void fill_coverage(struct coverage *c)
{
	uint64_t *at = (uint64_t *)c;

	for (size_t i = 0; i < sizeof(*c) / sizeof(*at); i++)
		at[i] = 1234567 + i;
}

START_TEST(no_line_is_wider_than_asked)
{
	struct sketch s;

	sketch_make(&s);
	if (_i % 2) {
		fill_hostile(&s);
		fill_coverage(&s.coverage);
	}
	for (unsigned width = 50; width <= 220; width++) {
		char *got;

		s.options.width = width;
		s.options.terminal = width % 3 != 0;
		got = fake_write("text", &s.report, &s.options);
		check_lines(got, width);
		check_inert(got);
		free(got);
	}
	sketch_free(&s);
}
END_TEST

START_TEST(colour_only_when_asked)
{
	struct sketch s;
	char *got;

	sketch_make(&s);
	s.options.color = true;
	expect_in(&s, "\033[31m1998\033[0m");
	s.options.color = false;
	got = fake_write("text", &s.report, &s.options);
	check_inert(got);
	free(got);
	sketch_free(&s);
}
END_TEST

/* ---- rows ---- */

START_TEST(top_says_what_it_leaves_out)
{
	struct sketch s;

	sketch_make(&s);
	s.options.top = 1;
	expect_in(&s, "and 2 more hosts with 95683 responses (--top 1)\n");
	expect_not_in(&s, "\nwww.example.test ");
	expect_in(&s, "\nall 3 hosts ");
	s.options.top = 3;
	expect_not_in(&s, "--top");
	sketch_free(&s);
}
END_TEST

/* The first row for each order. */
START_TEST(orders)
{
	static const struct {
		enum report_sort sort;
		const char *first;
	} cases[] = {
	    {SORT_RESPONSES, "api.example.test"},
	    {SORT_ERRORS, "api.example.test"},
	    {SORT_ERROR_SHARE, "b.test"},
	    {SORT_NO_RESPONSE, "c.test"},
	    {SORT_LATENCY, "c.test"},
	    {SORT_BYTES, "b.test"},
	    {SORT_HOST, "(other)"},
	};
	struct sketch s;
	struct tally_row *row;
	char head[64];

	sketch_make(&s);
	row = fake_row(s.tally, "b.test", HOST_FROM_REQUEST, "500 1");
	row->counts.response_bytes = 1;
	row = fake_row(s.tally, "c.test", HOST_FROM_REQUEST, "200 1");
	fake_latency(row, 3000000000, 1);
	row->counts.no_response[EXCHANGE_RESET] = 900;
	fake_row(s.tally, "(other)", HOST_FROM_SERVER, "200 2");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		s.options.sort = cases[i].sort;
		(void)snprintf(head, sizeof(head), "NOTABLE\n%s ", cases[i].first);
		expect_in(&s, head);
	}
	sketch_free(&s);
}
END_TEST

START_TEST(ties_are_broken_by_name)
{
	struct sketch s;

	sketch_make(&s);
	fake_row(s.tally, "b.test", HOST_FROM_REQUEST, "404 1");
	fake_row(s.tally, "a.test", HOST_FROM_REQUEST, "404 1");
	s.options.sort = SORT_RESPONSES;
	expect_in(&s, "404 1\nb.test "); /* a.test stands before */
	sketch_free(&s);
}
END_TEST

/* ---- coverage ---- */

START_TEST(silence_is_not_health)
{
	struct sketch s;

	sketch_make(&s);
	tally_free(s.tally);
	s.tally = fake_tally(TALLY_BY_HOST);
	s.report.tally = s.tally;
	expect_in(&s, "! No HTTP response was seen.\n");
	expect_in(&s, "Packets seen: HTTP 1800000; TLS 73715.\n");
	expect_in(&s, "! TLS without keys: 2.6 % of all bytes");
	expect_not_in(&s, "0.0 %");
	memset(&s.coverage, 0, sizeof(s.coverage));
	s.source.packets = 0;
	expect(&s, "incident.pcapng.gz   0 packets   0 responses   0 hosts\n"
		   "\n"
		   "! No packet was read: nothing can be said about any host.\n");
	sketch_free(&s);
}
END_TEST

START_TEST(everything_less_than_the_truth_has_a_line)
{
	static const char *const lines[] = {
	    "! Interrupted: ",
	    "! Memory ran out: ",
	    "! HTTP read ",
	    "! TLS without keys: ",
	    " of HTTP/2 not read for want of room",
	    "! 32 responses of unknown code, in no class",
	    " of HTTP/2 streams may be responses or trailers",
	    " of HTTP/2 longer than 65.5 KB: cut there",
	    " whose Host is not their :authority",
	    "! QUIC: ",
	    "! Undecoded: ",
	    " of an unknown link type; ",
	    " with a wrong checksum.",
	    "! Whoever captured dropped ",
	    "! The network interface dropped ",
	    " without their start: it was before the capture",
	    ": only one direction is in the capture",
	    " cut by the snap length: heads",
	    " given up for want of room",
	    " given up early: ",
	    "! Which side spoke first was guessed ",
	    " as NAT rewrites them: ",
	    " with different bytes",
	    " stamped earlier than the one before",
	    " without a request in the capture",
	    " whose response the capture does not hold",
	    " still waiting when the capture ended",
	    " with a contradictory length",
	    " longer than 65.5 KB: cut there",
	    " not followed: too many waited",
	    " without the forwarded address ",
	    " handed to another protocol (101)",
	    " opened by CONNECT",
	    "! More than 32768 hosts: 5 responses in the row (other).",
	    " broke off",
	    " that the filter refused carry VLAN, MPLS or PPPoE tags",
	    " that the filter refused are tunnelled",
	    "later IP fragments refused by the filter",
	    " seen twice (a mirror port) and counted once",
	};
	struct sketch s;
	struct tally_row *row;

	sketch_make(&s);
	fill_hostile(&s);
	fill_coverage(&s.coverage);
	row = fake_row(s.tally, "x", HOST_FROM_REQUEST, "");
	row->counts.pending = 2;
	row->counts.unseen = 3;
	row->counts.unknown_codes = 32;
	fake_sum(s.tally, 5, SL_E_NOMEM);
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		expect_in(&s, lines[i]);
	sketch_free(&s);
}
END_TEST

START_TEST(what_is_whole_has_no_warning)
{
	struct sketch s;

	sketch_make(&s);
	s.coverage = (struct coverage){.total = {10, 1000},
				       .bucket = {[COVERAGE_HTTP] = {10, 1000}}};
	s.coverage.http_bytes = 800;
	expect_in(&s, "\nHTTP read 100 %: no gap.\n");
	expect_not_in(&s, "\n! ");
	sketch_free(&s);
}
END_TEST

START_TEST(a_filter_that_matched_nothing)
{
	struct sketch s;

	sketch_make(&s);
	tally_free(s.tally);
	s.tally = fake_tally(TALLY_BY_HOST);
	s.report.tally = s.tally;
	s.report.filter = "tcp port 80";
	s.coverage = (struct coverage){.total = {28, 2800},
				       .bucket = {[COVERAGE_FILTERED] = {28, 2800}}};
	s.coverage.filtered_tagged = 20;
	expect_in(&s, "! Nothing matched `tcp port 80`.\n");
	expect_in(&s,
		  "! 20 of the 28 packets that the filter refused carry VLAN, MPLS or "
		  "PPPoE tags, behind which it does not look: try `vlan and (tcp "
		  "port 80)`.\n");
	/* Some matched: they must not be lost by following the advice. */
	s.coverage.total.packets = 30;
	expect_not_in(&s, "Nothing matched");
	expect_in(&s, "try `tcp port 80 or (vlan and (tcp port 80))`.\n");
	sketch_free(&s);
}
END_TEST

START_TEST(several_sources)
{
	struct sketch s;
	struct capture_source sources[12];

	sketch_make(&s);
	for (size_t i = 0; i < 12; i++)
		sources[i] = s.source;
	sources[7].last_ns += 86400 * NS_PER_S;
	s.report.sources = sources;
	s.report.source_count = 12;
	expect_in(&s, "12 files   2026-11-22 02:00:11 to 2026-11-23 02:59:58 UTC (");
	sketch_free(&s);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("report/text");
	TCase *tc = tcase_create("text");

	(void)setlocale(LC_CTYPE, "C.UTF-8");
	tcase_add_test(tc, as_wide_as_needed);
	tcase_add_test(tc, eighty_columns);
	tcase_add_test(tc, long_names_leave_room_for_codes);
	tcase_add_test(tc, errors_of_the_server_are_not_pushed_out);
	tcase_add_loop_test(tc, no_line_is_wider_than_asked, 0, 2);
	tcase_add_test(tc, colour_only_when_asked);
	tcase_add_test(tc, top_says_what_it_leaves_out);
	tcase_add_test(tc, orders);
	tcase_add_test(tc, ties_are_broken_by_name);
	tcase_add_test(tc, silence_is_not_health);
	tcase_add_test(tc, everything_less_than_the_truth_has_a_line);
	tcase_add_test(tc, what_is_whole_has_no_warning);
	tcase_add_test(tc, a_filter_that_matched_nothing);
	tcase_add_test(tc, several_sources);
	suite_add_tcase(suite, tc);
	return run_suite(suite);
}
