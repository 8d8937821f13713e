#include "http/protocol.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "support/run_suite.h"

/* From a block of exactly that size, so that a read past its end is seen. */
static enum look look_exactly(const char *bytes, size_t len)
{
	char *block = malloc(len);
	enum look look;

	ck_assert_ptr_nonnull(block);
	memcpy(block, bytes, len);
	look = look_at(block, len);
	free(block);
	return look;
}

static const struct {
	const char *line;
	enum look look;
} lines[] = {
    {"HTTP/1.1 200 OK\r\n", LOOK_RESPONSE},
    {"HTTP/1.0 404\n", LOOK_RESPONSE},
    {"HTTP/1.1 000 \r\n", LOOK_RESPONSE},
    {"HTTP/1.1 999 \r\n", LOOK_RESPONSE},
    {"HTTP/2 200\r\n", LOOK_RESPONSE},
    {"HTTP/1.17 \t 200\tx\r\n", LOOK_RESPONSE},
    {"HTTP/1.1 20 OK\r\n", LOOK_OTHER},
    {"HTTP/1.1 2000\r\n", LOOK_OTHER},
    {"HTTP/1.1 200-OK\r\n", LOOK_OTHER},
    {"HTTP/1. 200 OK\r\n", LOOK_OTHER},
    {"HTTP/.1 200 OK\r\n", LOOK_OTHER},
    {"HTTP/1.1200 OK\r\n", LOOK_OTHER},
    {"HTTP/1.1\r\n200 OK\r\n", LOOK_OTHER},
    {"RTSP/1.0 200 OK\r\n", LOOK_OTHER},
    {"ICY 200 OK\r\n", LOOK_OTHER},
    {"SIP/2.0 200 OK\r\n", LOOK_OTHER},
    {"GET / HTTP/1.1\r\n", LOOK_REQUEST},
    {"GET / HTTP/1.1\n", LOOK_REQUEST},
    {"HEAD / HTTP/1.1\r\n", LOOK_REQUEST},
    {"HACK / HTTP/1.1\r\n", LOOK_REQUEST},
    {"get /a b c http/9.x \r\n", LOOK_REQUEST},
    {"GET /\1\2\377 HTTP/1.1\r\n", LOOK_REQUEST},
    {"GET  HTTP/1.1\r\n", LOOK_REQUEST},
    {"M-SEARCH * HTTP/1.1\r\n", LOOK_REQUEST},
    {"OPTIONS sip:a SIP/2.0\r\n", LOOK_OTHER},
    {"PLAY rtsp://a RTSP/1.0\r\n", LOOK_OTHER},
    {"GET HTTP/1.1\r\n", LOOK_OTHER},
    {"EHLO x\r\n", LOOK_OTHER},
    {"G(T / HTTP/1.1\r\n", LOOK_OTHER},
    {"GET / HTTP1.1\r\n", LOOK_SIMPLE_REQUEST},
    {"GET /\r\n", LOOK_SIMPLE_REQUEST},
    {"GET\r\n", LOOK_OTHER},
    {"GET \r\n", LOOK_OTHER},
    {"POST /\r\n", LOOK_OTHER},
    {"PRI * HTTP/2.0\r\n", LOOK_HTTP2},
    {"\x16\x03\x01\x02\x01", LOOK_TLS},
    {"\x15\x03\x03\x01\x02", LOOK_TLS},
    {"\x16\x03\x05\x02\x01", LOOK_OTHER},
    {"\x16\x02\x01\x02\x01", LOOK_OTHER},
    {"\x16\x03\x01\x48\x01", LOOK_OTHER},
    {"\x18\x03\x01\x02\x01", LOOK_OTHER},
    {"\xff", LOOK_OTHER},
    {" GET / HTTP/1.1\r\n", LOOK_OTHER},
};

START_TEST(decides_by_the_first_line)
{
	const char *line = lines[_i].line;
	enum look look = look_exactly(line, strlen(line));

	ck_assert_msg(look == lines[_i].look, "%s: %d", line, (int)look);
}
END_TEST

START_TEST(never_decides_otherwise_before)
{
	const char *line = lines[_i].line;

	for (size_t len = 1; len < strlen(line); len++) {
		enum look look = look_exactly(line, len);

		ck_assert_msg(look == LOOK_MORE || look == lines[_i].look,
			      "%zu of %s: %d", len, line, (int)look);
	}
}
END_TEST

START_TEST(a_code_at_the_very_end_is_complete)
{
	ck_assert_int_eq(look_at_status_line("HTTP/1.1 200", 12, true), LOOK_RESPONSE);
	ck_assert_int_eq(look_at_status_line("HTTP/1.1 200", 12, false), LOOK_MORE);
	ck_assert_int_eq(look_at_status_line("HTTP/1.1 20", 11, true), LOOK_OTHER);
	ck_assert_int_eq(look_at_status_line("HTTP/1.1 ", 9, true), LOOK_OTHER);
	ck_assert_int_eq(look_at_status_line("HTT", 3, true), LOOK_OTHER);
}
END_TEST

START_TEST(status_line_is_decided_within_its_bound)
{
	char longest[] = "HTTP/1234.1234                 123 ";

	ck_assert_uint_eq(strlen(longest) - 1, LOOK_STATUS_MAX);
	ck_assert_int_eq(look_at_status_line(longest, LOOK_STATUS_MAX, false),
			 LOOK_OTHER);
	ck_assert_int_eq(look_at_status_line("HTTP/1234.1234                123 ",
					     LOOK_STATUS_MAX, false),
			 LOOK_RESPONSE);
}
END_TEST

START_TEST(plausible_requests)
{
	static const struct {
		const char *bytes;
		bool plausible;
	} cases[] = {
	    {"G", true},           {"GET", true},
	    {"GET ", true},        {"GET /long", true},
	    {"OPTIONS *", true},   {"GET http://a", true},
	    {"CONNECT a:1", true}, {"VERSION-CONTROL /", true},
	    {"THE quick", false},  {"A /", false},
	    {"get /", false},      {"Get /", false},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		ck_assert_msg(
		    look_plausible_request(cases[i].bytes, strlen(cases[i].bytes)) ==
			cases[i].plausible,
		    "%s", cases[i].bytes);
}
END_TEST

START_TEST(past_the_header_of_the_proxy_protocol)
{
	static const char line[] =
	    "PROXY TCP6 2001:db8::1 2001:db8::2 1 80\r\nGET / HTTP/1.1\r\n";
	/* Behind CR LF CR LF. */
	static const char binary[] = "\0\r\nQUIT\n\x21\x11\0\x0c"
				     "123456789012GET / HTTP/1.1\r\n";
	static const char version_1[] = "\0\r\nQUIT\n\x11\x11\0\0";
	static const char large[] = "\0\r\nQUIT\n\x21\x11\xff\xff";
	char endless[200] = "PROXY UNKNOWN ";

	memset(endless + strlen(endless), 'x', sizeof(endless) - strlen(endless));
	endless[sizeof(endless) - 1] = '\n';
	ck_assert_uint_eq(look_past_proxy(endless, sizeof(endless), 0), 0);
	ck_assert_uint_eq(look_past_proxy("PROXY / HTTP/1.1\r\n", 18, 0), 0);
	ck_assert_uint_eq(look_past_proxy("POST / HTTP/1.1\r\n", 17, 0), 0);
	for (size_t len = 1; len < sizeof(line); len++)
		ck_assert_uint_eq(look_past_proxy(line, len, 0), len < 41 ? 0 : 41);
	ck_assert_uint_eq(look_past_proxy(line, sizeof(line), 4), 0);
	for (size_t len = 1; len < sizeof(binary); len++)
		ck_assert_uint_eq(look_past_proxy(binary, len, LOOK_PROXY_OFFSET),
				  len < 24 ? LOOK_PROXY_MORE : 24);
	ck_assert_uint_eq(look_past_proxy(binary, sizeof(binary), 0), 0);
	ck_assert_uint_eq(look_past_proxy(version_1, 12, LOOK_PROXY_OFFSET), 0);
	if (12 + 0xffff > LIMIT_HEAD)
		ck_assert_uint_eq(look_past_proxy(large, 12, LOOK_PROXY_OFFSET), 0);
}
END_TEST

/* What a start line leaves when its beginning is lost is none. */
START_TEST(after_a_loss_only_known_methods)
{
	static const struct {
		const char *bytes;
		enum look look;
	} cases[] = {
	    {"GET / HTTP/1.1\r\n", LOOK_REQUEST},
	    {"BASELINE-CONTROL / HTTP/1.1\r\n", LOOK_REQUEST},
	    {"M", LOOK_MORE},
	    {"MKCOL", LOOK_MORE},
	    {"VERSION-CONTROL /x", LOOK_MORE},
	    {"H", LOOK_MORE},
	    {"HTTP/1.", LOOK_MORE},
	    {"HTTP/1.1 200 ", LOOK_RESPONSE},
	    {"PRI * HTTP/2.0\r\n", LOOK_HTTP2},
	    {"AD /p HTTP/1.1\r\n", LOOK_OTHER},
	    {"HACK / HTTP/1.1\r\n", LOOK_OTHER},
	    {"GETS / HTTP/1.1\r\n", LOOK_OTHER},
	    {"GE / HTTP/1.1\r\n", LOOK_OTHER},
	    {"get / HTTP/1.1\r\n", LOOK_OTHER},
	    {"HH", LOOK_OTHER},
	    {"OST", LOOK_OTHER},
	    {"POST office", LOOK_OTHER},
	    {"GET /\r\n", LOOK_OTHER},
	    {"\x16\x03\x01\x02\x01", LOOK_OTHER},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *bytes = cases[i].bytes;

		ck_assert_msg(look_after_loss(bytes, strlen(bytes)) == cases[i].look,
			      "%s", bytes);
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("http/protocol");
	TCase *t = tcase_create("looks");
	int n = sizeof(lines) / sizeof(lines[0]);

	tcase_add_loop_test(t, decides_by_the_first_line, 0, n);
	tcase_add_loop_test(t, never_decides_otherwise_before, 0, n);
	tcase_add_test(t, a_code_at_the_very_end_is_complete);
	tcase_add_test(t, status_line_is_decided_within_its_bound);
	tcase_add_test(t, plausible_requests);
	tcase_add_test(t, past_the_header_of_the_proxy_protocol);
	tcase_add_test(t, after_a_loss_only_known_methods);
	suite_add_tcase(s, t);
	return run_suite(s);
}
