/* Heads read at once come to what look_at() and head_read() find. */
#include "http/usual.h"

#include <stdlib.h>
#include <string.h>

#include "http/protocol.h"
#include "support/random.h"
#include "support/run_suite.h"

static bool same(struct text a, struct text b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.at, b.at, a.len) == 0);
}

static void check_same(const struct head *got, const struct head *want)
{
	ck_assert(same(got->method, want->method));
	ck_assert(same(got->target, want->target));
	ck_assert_uint_eq(got->status, want->status);
	ck_assert(same(got->fields, want->fields));
	ck_assert_ptr_eq(got->fields.at, want->fields.at);
	ck_assert(same(got->host, want->host));
	ck_assert_int_eq(got->host_fields, want->host_fields);
	ck_assert_int_eq(got->length, want->length);
	ck_assert_uint_eq(got->content_length, want->content_length);
	ck_assert_int_eq(got->coding, want->coding);
	ck_assert(same(got->user_agent, want->user_agent));
	ck_assert(same(got->referer, want->referer));
	ck_assert_int_eq(got->protocol, want->protocol);
	ck_assert_uint_eq(got->facts, want->facts);
	ck_assert(got->complete && want->complete);
}

/* Whether it is read at once; then it is the same. */
static bool read_at_once(struct usual_heads *u, const char *bytes, size_t len)
{
	struct head got, want;
	bool request;
	size_t size = usual_head(u, &got, &request, bytes, len);

	if (size == 0)
		return false;
	ck_assert_int_eq(look_at(bytes, len), request ? LOOK_REQUEST : LOOK_RESPONSE);
	ck_assert_uint_eq(head_read(&want, request, bytes, len), size);
	check_same(&got, &want);
	return true;
}

static const char *const heads[] = {
    "GET / HTTP/1.1\r\nHost: a.test\r\nUser-Agent: x\r\nReferer: "
    "http://b.test/\r\n\r\n",
    "GET /a/long/path?with=a&query HTTP/1.0\r\n\r\n",
    "POST /p HTTP/1.1\r\nHost: a.test\r\nContent-Length: 4\r\nExpect: "
    "100-continue\r\n\r\nbody",
    "PUT /p HTTP/1.1\nHost: a.test\nTransfer-Encoding: chunked\n\n0\r\n\r\n",
    "GET /x HTTP/1.1\r\nHost: a.test\r\nHost: b.test\r\nAuthorization: x\r\n\r\n",
    "GET http://c.test/x HTTP/1.1\r\nIf-None-Match: x\r\n folded\r\n\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nServer: x\r\n\r\nhello",
    "HTTP/1.0 404 Not  found \r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
    "HTTP/1.1 204\r\n\r\nHTTP/1.1 200 OK\r\n",
};
#define HEADS (sizeof(heads) / sizeof(heads[0]))

static struct usual_heads memory;

START_TEST(usual_ones_are_read_at_once)
{
	/* The second time what the sections say is remembered. */
	for (unsigned round = 0; round < 2; round++)
		for (size_t i = 0; i < HEADS; i++)
			ck_assert_msg(read_at_once(&memory, heads[i], strlen(heads[i])),
				      "%s", heads[i]);
}
END_TEST

START_TEST(others_are_not)
{
	static const char *const odd[] = {
	    "GET / HTTP/1.1\r\nHost: a.test\r\n", /* not whole */
	    "GET / HTTP/1.1",
	    "GET /a b HTTP/1.1\r\n\r\n",
	    "GET /\x01 HTTP/1.1\r\n\r\n",
	    "GET /\x7f HTTP/1.1\r\n\r\n",
	    "GET  / HTTP/1.1\r\n\r\n",
	    "GET / HTTP/1.2\r\n\r\n",
	    "GET / http/1.1\r\n\r\n",
	    "GET /\r\n\r\n",
	    "HTTP/1.1 20\r\n\r\n",
	    "HTTP/1.1 2000 OK\r\n\r\n",
	    "HTTP/2.0 200 OK\r\n\r\n",
	    "\n\n",
	};

	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++)
		ck_assert_msg(!read_at_once(&memory, odd[i], strlen(odd[i])), "%s",
			      odd[i]);
}
END_TEST

/* Heads joined and spoilt at random: what is read at once is read the same. */
START_TEST(spoilt_ones_are_the_same_or_not_read)
{
	static const char spoil[] = " \t\r\n:\x01\x7f\xff/Ha0";
	struct random random = {1};
	unsigned read = 0;

	for (unsigned n = 0; n < 200000; n++) {
		const char *head = heads[random_below(&random, HEADS)];
		size_t len = strlen(head);
		char bytes[256];

		memcpy(bytes, head, len);
		for (size_t k = random_below(&random, 3); k > 0; k--)
			bytes[random_below(&random, len)] =
			    spoil[random_below(&random, sizeof(spoil) - 1)];
		if (random_below(&random, 4) == 0)
			len = 1 + random_below(&random, len);
		read += read_at_once(&memory, bytes, len);
	}
	ck_assert_uint_gt(read, 20000);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("http/usual");
	TCase *t = tcase_create("usual");

	tcase_add_test(t, usual_ones_are_read_at_once);
	tcase_add_test(t, others_are_not);
	tcase_add_test(t, spoilt_ones_are_the_same_or_not_read);
	suite_add_tcase(s, t);
	return run_suite(s);
}
