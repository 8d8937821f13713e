/* Heads, fields and the chunked coding. */
#include "http/message.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http/chunked.h"
#include "http/fields.h"
#include "support/run_suite.h"

static void check_text(struct text t, const char *expected)
{
	ck_assert_msg(t.len == strlen(expected) && memcmp(t.at, expected, t.len) == 0,
		      "\"%.*s\" and not \"%s\"", (int)t.len, t.at, expected);
}

START_TEST(request_head)
{
	const char *bytes =
	    "POST /a%20b?c HTTP/1.1\r\nUser-Agent: x\r\nHost: a.test \r\n"
	    "content-LENGTH: 12\r\n\r\nbody";
	struct head h;

	ck_assert_uint_eq(head_read(&h, true, bytes, strlen(bytes)), strlen(bytes) - 4);
	check_text(h.method, "POST");
	check_text(h.target, "/a%20b?c");
	check_text(h.host, "a.test");
	ck_assert_int_eq(h.length, LENGTH_ONE);
	ck_assert_uint_eq(h.content_length, 12);
	ck_assert(h.complete);
	ck_assert_int_eq(head_request_body(&h), BODY_LENGTH);
}
END_TEST

START_TEST(response_head)
{
	const char *bytes = "HTTP/1.1 404  Not  here \r\nA: b\r\n\r\n";
	struct head h;

	ck_assert_uint_eq(head_read(&h, false, bytes, strlen(bytes)), strlen(bytes));
	ck_assert_uint_eq(h.status, 404);
	check_text(h.fields, "A: b\r\n\r\n");
	ck_assert_int_eq(head_response_body(&h), BODY_CLOSE);
}
END_TEST

/* Every prefix of a head is read without looking past it, and is not complete. */
START_TEST(every_prefix_of_a_head)
{
	const char *bytes =
	    "HTTP/1.1 200 OK\nHost:\r\n a\r\nTransfer-Encoding: gzip,\r\n\t"
	    "chunked\nContent-Length : 5\r\n\r\n";
	size_t whole = strlen(bytes);

	for (size_t len = 12; len <= whole; len++) {
		char *block = malloc(len);
		size_t scanned = 0;
		struct head h;

		ck_assert_ptr_nonnull(block);
		memcpy(block, bytes, len);
		ck_assert_uint_eq(head_read(&h, false, block, len), len);
		ck_assert_uint_eq(h.complete, len == whole);
		ck_assert_uint_eq(head_end(block, len, &scanned),
				  len == whole ? len : 0);
		ck_assert_uint_eq(h.status, 200);
		free(block);
	}
}
END_TEST

START_TEST(head_end_in_pieces)
{
	static const char *const heads[] = {"a\r\nb: c\r\n\r\n", "a\n\n", "a\n\r\n",
					    "a\r\nb\rc\r\n\n"};

	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
		size_t whole = strlen(heads[i]);
		size_t scanned = 0;

		for (size_t len = 1; len < whole; len++)
			ck_assert_uint_eq(head_end(heads[i], len, &scanned), 0);
		ck_assert_uint_eq(head_end(heads[i], whole, &scanned), whole);
	}
}
END_TEST

static const struct {
	const char *fields;
	enum body request, response;
	uint64_t length;
} bodies[] = {
    {"", BODY_NONE, BODY_CLOSE, 0},
    {"Content-Length: 0\r\n", BODY_NONE, BODY_NONE, 0},
    {"Content-Length: 7\r\n", BODY_LENGTH, BODY_LENGTH, 7},
    {"Content-Length: 7, 7\r\nContent-Length: 7\r\n", BODY_LENGTH, BODY_LENGTH, 7},
    {"Content-Length:\r\n 7\r\n", BODY_LENGTH, BODY_LENGTH, 7},
    {"Content-Length: 7\r\nContent-Length: 8\r\n", BODY_UNKNOWN, BODY_UNKNOWN, 0},
    {"Content-Length: +7\r\n", BODY_UNKNOWN, BODY_UNKNOWN, 0},
    {"Content-Length: 7 7\r\n", BODY_UNKNOWN, BODY_UNKNOWN, 0},
    {"Content-Length:\r\n", BODY_UNKNOWN, BODY_UNKNOWN, 0},
    {"Content-Length: 9223372036854775807\r\n", BODY_LENGTH, BODY_LENGTH,
     9223372036854775807U},
    {"Content-Length: 9223372036854775808\r\n", BODY_UNKNOWN, BODY_UNKNOWN, 0},
    {"Content-Length: 92233720368547758070\r\n", BODY_UNKNOWN, BODY_UNKNOWN, 0},
    {"Content-Lengths: 7\r\n", BODY_NONE, BODY_CLOSE, 0},
    {"X: 1\r\n Content-Length: 7\r\n", BODY_NONE, BODY_CLOSE, 0},
    {"Transfer-Encoding: chunked\r\n", BODY_CHUNKED, BODY_CHUNKED, 0},
    {"TRANSFER-ENCODING: gzip, CHUNKED\r\n", BODY_CHUNKED, BODY_CHUNKED, 0},
    {"Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n", BODY_CHUNKED,
     BODY_CHUNKED, 0},
    {"Transfer-Encoding: chunked, gzip\r\n", BODY_UNKNOWN, BODY_CLOSE, 0},
    {"Transfer-Encoding: xchunked\r\n", BODY_UNKNOWN, BODY_CLOSE, 0},
    {"Transfer-Encoding: identity\r\nContent-Length: 3\r\n", BODY_LENGTH, BODY_LENGTH,
     3},
    {"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", BODY_CHUNKED, BODY_CHUNKED,
     3},
    {"Content-Length: x\r\nTransfer-Encoding: chunked\r\n", BODY_CHUNKED, BODY_CHUNKED,
     0},
};

START_TEST(body_by_rfc_9112_section_6_3)
{
	char bytes[256];
	struct head h;

	(void)snprintf(bytes, sizeof(bytes), "HTTP/1.1 200 OK\r\n%s\r\n",
		       bodies[_i].fields);
	(void)head_read(&h, false, bytes, strlen(bytes));
	ck_assert_msg(head_response_body(&h) == bodies[_i].response, "%s",
		      bodies[_i].fields);
	ck_assert_msg(head_request_body(&h) == bodies[_i].request, "%s",
		      bodies[_i].fields);
	if (bodies[_i].length > 0)
		ck_assert_uint_eq(h.content_length, bodies[_i].length);
}
END_TEST

/* A name ends before a colon, or before white space and a colon; not before a NUL. */
START_TEST(fields_that_are_present)
{
	static const struct {
		const char *line;
		size_t len;
		uint16_t fact;
	} cases[] = {
	    {"If-None-Match: x\r\n\r\n", 20, REQUEST_IF_NONE_MATCH},
	    {"if-modified-since:x\r\n\r\n", 23, REQUEST_IF_MODIFIED_SINCE},
	    {"Authorization : x\r\n\r\n", 21, REQUEST_CREDENTIALS},
	    {"PROXY-AUTHORIZATION: x\r\n\r\n", 26, REQUEST_CREDENTIALS},
	    {"If-Range: x\r\n\r\n", 15, REQUEST_CONDITIONAL_OTHER},
	    {"If-None-Match\0: x\r\n\r\n", 21, 0},
	    {"If-None-Matches: x\r\n\r\n", 22, 0},
	    {"Accept: x\r\n\r\n", 13, 0},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct head h = {.facts = 0};

		head_read_fields(&h, (struct text){cases[i].line, cases[i].len});
		ck_assert_msg(h.complete && h.facts == cases[i].fact, "case %zu: %x", i,
			      h.facts);
	}
}
END_TEST

START_TEST(repeated_host)
{
	const char *same = "GET / HTTP/1.1\r\nHost: a\r\nhost: A\r\n\r\n";
	const char *differing = "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n";
	struct head h;

	(void)head_read(&h, true, same, strlen(same));
	ck_assert_int_eq(h.host_fields, HOST_FIELD_ONE);
	(void)head_read(&h, true, differing, strlen(differing));
	ck_assert_int_eq(h.host_fields, HOST_FIELD_DIFFERING);
}
END_TEST

START_TEST(content_that_is_http)
{
	static const struct {
		const char *field;
		bool http;
	} cases[] = {
	    {"Content-Type: message/http\r\n", true},
	    {"content-type:Application/HTTP; msgtype=response\r\n", true},
	    {"Content-Type: message/httpx\r\n", false},
	    {"Content-Type:\r\n", false},
	    {"X: message/http\r\n", false},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct head h = {.fields = {cases[i].field, strlen(cases[i].field)}};

		ck_assert_msg(head_content_is_http(&h) == cases[i].http, "%s",
			      cases[i].field);
	}
}
END_TEST

START_TEST(fields_on_demand)
{
	const char *section =
	    "Allow: GET,  HEAD\r\nno colon\r\n: no name\r\nX-A:\r\n"
	    "WWW-Authenticate : Basic\r\n  realm=\"x\"\nwww-authenticate: "
	    "Bearer\r\nLocation:/a:b\r\n\r\n";
	struct text rest = {section, strlen(section)};
	struct text fields = rest;
	struct text value;
	struct text element;

	ck_assert(field_find(fields, "location", &value));
	check_text(value, "/a:b");
	ck_assert(field_find(fields, "X-a", &value));
	ck_assert_uint_eq(value.len, 0);
	ck_assert(!field_find(fields, "Retry-After", &value));
	ck_assert(field_find_next(&rest, "WWW-Authenticate", &value));
	check_text(value, "Basic\r\n  realm=\"x\"");
	ck_assert(field_find_next(&rest, "WWW-Authenticate", &value));
	check_text(value, "Bearer");
	ck_assert(!field_find_next(&rest, "WWW-Authenticate", &value));
	ck_assert(field_find(fields, "allow", &value));
	ck_assert(text_list_next(&value, &element));
	check_text(element, "GET");
	ck_assert(text_list_next(&value, &element));
	check_text(element, "HEAD");
	ck_assert(!text_list_next(&value, &element));
}
END_TEST

/* How many bytes a chunked body takes, fed in pieces of @p piece bytes. */
static size_t chunked(const char *bytes, size_t piece, enum chunk_state *end)
{
	enum chunk_state state = CHUNK_FIRST;
	uint64_t size = 0;
	size_t len = strlen(bytes);
	size_t done = 0;

	while (done < len && state != CHUNK_DONE && state != CHUNK_BAD) {
		size_t n = len - done < piece ? len - done : piece;
		size_t taken = chunk_feed(&state, &size, bytes + done, n);

		done += taken;
		ck_assert(taken == n || state == CHUNK_DONE || state == CHUNK_BAD);
	}
	*end = state;
	return done;
}

START_TEST(chunked_coding)
{
	static const struct {
		const char *bytes;
		size_t len;
		enum chunk_state end;
	} cases[] = {
	    {"0\r\n\r\nHTTP", 5, CHUNK_DONE},
	    {"5;x=\"y\";z\r\nabcde\r\n000\r\n\r\nX", 25, CHUNK_DONE},
	    {"a\r\n0123456789\r\n0\r\nA: b\r\nC: d\r\n\r\n", 32, CHUNK_DONE},
	    {"1\nx\n0\n\n", 7, CHUNK_DONE},
	    {" 1 \r\nx\r\n0\r\n\r\n", 13, CHUNK_DONE},
	    {"\r\n", 0, CHUNK_BAD},
	    {"g\r\n", 0, CHUNK_BAD},
	    {"-1\r\n", 0, CHUNK_BAD},
	    {"1x\r\n", 1, CHUNK_BAD},
	    {"1\r\nxy\r\n", 4, CHUNK_BAD},
	    {"7fffffffffffffff\r\nx", 19, CHUNK_DATA},
	    {"8000000000000000\r\nx", 19, CHUNK_DATA},
	    {"8000000000000001\r\n", 15, CHUNK_BAD},
	    {"00000000000000000000000001\r\nx\r\n0\r\n\r\n", 36, CHUNK_DONE},
	    {"10000000000000000\r\n", 16, CHUNK_BAD},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		for (size_t piece = 1; piece <= strlen(cases[i].bytes); piece++) {
			enum chunk_state end;
			size_t len = chunked(cases[i].bytes, piece, &end);

			ck_assert_msg(len == cases[i].len && end == cases[i].end,
				      "case %zu by %zu: %zu bytes, state %d", i, piece,
				      len, (int)end);
		}
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("http/message");
	TCase *t = tcase_create("heads and bodies");

	tcase_add_test(t, request_head);
	tcase_add_test(t, response_head);
	tcase_add_test(t, every_prefix_of_a_head);
	tcase_add_test(t, head_end_in_pieces);
	tcase_add_loop_test(t, body_by_rfc_9112_section_6_3, 0,
			    sizeof(bodies) / sizeof(bodies[0]));
	tcase_add_test(t, fields_that_are_present);
	tcase_add_test(t, repeated_host);
	tcase_add_test(t, content_that_is_http);
	tcase_add_test(t, fields_on_demand);
	tcase_add_test(t, chunked_coding);
	suite_add_tcase(s, t);
	return run_suite(s);
}
