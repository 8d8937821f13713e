/* Messages whose beginning comes in pieces, and what comes between the pieces. */
#include <string.h>

#include "support/run_suite.h"
#include "unit/http/player.h"

static struct player p;

#define GET(host, path) "GET " path " HTTP/1.1\r\nHost: " host "\r\n\r\n"
#define NOTHING         "Content-Length: 0\r\n\r\n"

/* 6: it answers an earlier request, so it says nothing of the one that is arriving. */
START_TEST(head_goes_on_after_an_older_response)
{
	player_begin(&p);
	p.acked[SERVER] = 0;
	player_say(&p, CLIENT, "GET /1 HTTP/1.1\r\nHost: plain.");
	player_say(&p, SERVER, "HTTP/1.1 200 OK\r\n" NOTHING);
	player_say(&p, CLIENT, "test\r\n\r\n");
	p.acked[SERVER] = ACKED_AUTO;
	player_say(&p, SERVER, "HTTP/1.1 404 no\r\n" NOTHING);
	player_close(&p, TCP_END_CLOSED);
	player_end(&p);
	player_expect(&p,
		      "response 200 - 10.0.0.2:80 -\n"
		      "done 200 - 10.0.0.2:80 - answered got 38 body 0\n"
		      "response 404 GET plain.test /1\n"
		      "done 404 GET plain.test /1 answered sent 37 got 38 body 0\n");
}
END_TEST

/* 6: the client had received bytes from the hole when it began the second request. */
START_TEST(incomplete_request_proves_an_answer_in_the_hole)
{
	player_begin(&p);
	player_say(&p, CLIENT, GET("a.test", "/1"));
	player_gap(&p, SERVER, 100);
	player_say(&p, CLIENT, "GET /2 HTTP/1.1\r\nHost: b.test\r\nAccept: ");
	player_say(&p, SERVER, "HTTP/1.1 204 no\r\n\r\n");
	player_close(&p, TCP_END_CLOSED);
	player_end(&p);
	player_expect(&p, "done GET a.test /1 unseen sent 33\n"
			  "response 204 GET b.test /2\n"
			  "done 204 GET b.test /2 answered sent 39 got 19 body 0\n");
}
END_TEST

/* 8: whether it was answered in the hole nobody can say, whole or not. */
START_TEST(incomplete_request_may_be_answered_in_a_hole)
{
	static const char *const rests[] = {"", "\r\n\r\n"};

	for (size_t i = 0; i < 2; i++) {
		player_begin(&p);
		player_say(&p, CLIENT, "GET /1 HTTP/1.1\r\nHost: a.test\r\nA: b");
		player_gap(&p, SERVER, 100);
		player_say(&p, SERVER, "llo world");
		player_say(&p, CLIENT, rests[i]);
		player_close(&p, TCP_END_CAPTURE);
		player_end(&p);
		ck_assert_msg(strncmp(p.log, "done GET a.test /1 unseen", 25) == 0,
			      "%s", p.log);
		ck_assert_uint_eq(p.dones, 1);
	}
}
END_TEST

/* 8: the last byte that came is what counts, at a silence and at the end. */
START_TEST(incomplete_request_times_out)
{
	for (int idle = 0; idle < 2; idle++) {
		player_begin(&p);
		player_say(&p, CLIENT, "GET /1 HTTP/1.1\r\nHost: a.test\r\nAcc");
		p.now_ns += LIMIT_UNANSWERED_NS;
		if (idle)
			player_idle(&p);
		player_close(&p, TCP_END_CAPTURE);
		player_end(&p);
		player_expect(&p, "done GET a.test /1 timeout sent 34\n");
	}
}
END_TEST

/* What is taken back later is the same row: the host is not read again. */
START_TEST(incomplete_request_times_out_and_goes_on)
{
	player_begin(&p);
	player_say(&p, CLIENT, "GET /1 HTTP/1.1\r\nHost: a.");
	p.now_ns += LIMIT_UNANSWERED_NS;
	player_idle(&p);
	player_say(&p, CLIENT, "test\r\n\r\n");
	player_say(&p, SERVER, "HTTP/1.1 204 no\r\n\r\n");
	player_close(&p, TCP_END_CLOSED);
	player_end(&p);
	player_expect(&p, "done GET 10.0.0.2:80 /1 timeout sent 25\n"
			  "response 204 GET 10.0.0.2:80 /1\n"
			  "done 204 GET 10.0.0.2:80 /1 answered sent 33 got 19 body 0 "
			  "late\n");
}
END_TEST

/* 6: the bytes that were held are the body's, and not the next message's, whose own
 * segment says what its sender had received. */
START_TEST(undecided_body_ends_before_the_next_segment)
{
	static const char *const bodies[] = {"H", "HTT", "HTTP/1.1 20"};
	static const char *const heads[] = {
	    "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n",
	    "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n",
	    "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n"};

	for (size_t i = 0; i < 3; i++) {
		player_begin(&p);
		player_say(&p, SERVER, heads[i]);
		player_say(&p, SERVER, bodies[i]);
		player_say(&p, CLIENT, GET("a.test", "/"));
		player_say(&p, SERVER, "HTTP/1.1 204 no\r\n\r\n");
		player_close(&p, TCP_END_CLOSED);
		player_end(&p);
		ck_assert_msg(strstr(p.log, "response 204 GET a.test /\n") != NULL,
			      "%s", p.log);
	}
}
END_TEST

/* What counts, 6: what is held may be the beginning of nothing, and a message begin
 * with a later segment of it, in pieces of any size. */
START_TEST(false_start_hides_no_message)
{
	static const char *const false_starts[] = {"xxxx", "H", "HTTP/1.1 20", "GE",
						   "POST"};
	static const char *const messages[] = {"HTTP/1.1 204 no\r\n\r\n",
					       GET("a.test", "/")};
	static const char *const logs[] = {
	    "response 204 - 10.0.0.2:80 -\n"
	    "done 204 - 10.0.0.2:80 - answered got 19 body 0\n",
	    "done GET a.test / closed sent 32\n"};

	for (size_t i = 0; i < 10; i++) {
		const char *message = messages[i % 2];
		size_t len = strlen(message);

		for (size_t cut = 1; cut < len; cut++) {
			player_begin(&p);
			player_say(&p, SERVER, "not HTTP\n");
			player_say(&p, CLIENT, "not HTTP\n");
			player_say(&p, !(i % 2), "H");
			player_say(&p, !(i % 2), false_starts[i / 2]);
			player_send(&p, !(i % 2), message, cut);
			player_send(&p, !(i % 2), message + cut, len - cut);
			player_close(&p, TCP_END_CLOSED);
			player_end(&p);
			ck_assert_msg(strcmp(p.log, logs[i % 2]) == 0,
				      "%s, cut at %zu: %s", false_starts[i / 2], cut,
				      p.log);
		}
	}
}
END_TEST

/* The same where the stream begins: any token may be a method there. */
START_TEST(false_start_of_a_stream_hides_no_message)
{
	const char *message = "HTTP/1.1 204 no\r\n\r\n";

	for (size_t cut = 1; cut < strlen(message); cut++) {
		player_begin(&p);
		player_say(&p, SERVER, "xxxx");
		player_say(&p, SERVER, "H");
		player_send(&p, SERVER, message, cut);
		player_say(&p, SERVER, message + cut);
		player_close(&p, TCP_END_CLOSED);
		player_end(&p);
		player_expect(&p, "response 204 - 10.0.0.2:80 -\n"
				  "done 204 - 10.0.0.2:80 - answered got 19 body 0\n");
	}
}
END_TEST

/* Nothing may be told once the connection is another protocol's: the response is over
 * where its head is cut, by a hole or by its size. */
START_TEST(upgrade_with_a_cut_head)
{
	static char filler[LIMIT_HEAD];

	memset(filler, 'a', sizeof(filler));
	for (int whole = 0; whole < 2; whole++) {
		player_begin(&p);
		player_say(&p, CLIENT, GET("a.test", "/"));
		player_say(&p, SERVER, "HTTP/1.1 101 yes\r\nUpgrade: websocket\r\nX: ");
		if (whole)
			player_send(&p, SERVER, filler, sizeof(filler));
		else
			player_gap(&p, SERVER, 100);
		player_close(&p, TCP_END_CLOSED);
		player_end(&p);
		ck_assert_uint_eq(p.responses, 1);
		ck_assert_msg(strstr(p.log, "done 101 GET a.test / answered") != NULL,
			      "%s", p.log);
	}
}
END_TEST

/* ---- the header of the PROXY protocol, in pieces ---- */

#define REQUEST "GET /p HTTP/1.1\r\nHost: a.test\r\n\r\n"

struct bytes {
	const char *at;
	size_t len;
};
#define BYTES(text)                    \
	{                              \
		text, sizeof(text) - 1 \
	}

/* What a client sends up to its request, cut in two at @p cut, which may be its end, or
 * (0) into bytes; then an answer. */
static void play_proxied(const struct bytes *sent, size_t cut)
{
	player_begin(&p);
	if (cut > 0) {
		player_send(&p, CLIENT, sent->at, cut);
		if (cut < sent->len)
			player_send(&p, CLIENT, sent->at + cut, sent->len - cut);
	} else {
		for (size_t i = 0; i < sent->len; i++)
			player_send(&p, CLIENT, sent->at + i, 1);
	}
	player_say(&p, SERVER, "HTTP/1.1 204 no\r\n\r\n");
	player_close(&p, TCP_END_CLOSED);
	player_end(&p);
}

START_TEST(request_behind_a_header_in_pieces)
{
	static const struct bytes sent[] = {
	    BYTES("PROXY TCP4 192.0.2.1 198.51.100.1 56324 80\r\n" REQUEST),
	    BYTES("PROXY TCP6 2001:db8::1 2001:db8::2 1 80\r\n" REQUEST),
	    BYTES("PROXY UNKNOWN\r\n" REQUEST),
	    /* The rest of such a line says nothing, whatever it looks like. */
	    BYTES("PROXY UNKNOWN HTTP/1.1\r\n" REQUEST),
	    BYTES("\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c"
		  "123456789012" REQUEST),
	    BYTES("\r\n\r\n\0\r\nQUIT\n\x20\0\0\0" REQUEST),
	    /* What is longer than it has to be (TLVs), and like a message. */
	    BYTES("\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x20"
		  "123456789012HTTP/1.1 299 No\r\n\r\n!" REQUEST),
	    /* None of it. */
	    BYTES("\r\n\r\n" REQUEST),
	    BYTES("\n\n\n\n" REQUEST),
	};

	for (size_t i = 0; i < sizeof(sent) / sizeof(sent[0]); i++)
		for (size_t cut = 0; cut <= sent[i].len; cut++) {
			play_proxied(&sent[i], cut);
			ck_assert_msg(strstr(p.log, "done 204 GET a.test /p answered"),
				      "%zu cut at %zu: %s", i, cut, p.log);
			ck_assert_uint_eq(p.dones, 1);
		}
}
END_TEST

START_TEST(request_that_begins_as_such_a_header)
{
	static const struct bytes sent =
	    BYTES("PROXY / HTTP/1.1\r\nHost: a.test\r\n\r\n");

	for (size_t cut = 0; cut <= sent.len; cut++) {
		play_proxied(&sent, cut);
		ck_assert_msg(strstr(p.log, "done 204 PROXY a.test / answered"), "%s",
			      p.log);
	}
}
END_TEST

/* The rest of the header is lost, or there is none: what follows is found by itself. */
START_TEST(header_without_its_end)
{
	static const char binary[] = "\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c"
				     "1234";

	for (size_t len = 5; len < sizeof(binary); len++) {
		player_begin(&p);
		player_send(&p, CLIENT, binary, len);
		player_gap(&p, CLIENT, 28 - len);
		player_say(&p, CLIENT, REQUEST);
		player_say(&p, SERVER, "HTTP/1.1 204 no\r\n\r\n");
		player_close(&p, TCP_END_CLOSED);
		player_end(&p);
		ck_assert_msg(strstr(p.log, "done 204 GET a.test /p answered"), "%s",
			      p.log);
		player_begin(&p);
		player_send(&p, CLIENT, binary, len);
		player_close(&p, TCP_END_CLOSED);
		player_end(&p);
		player_expect(&p, "");
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("http/pieces");
	TCase *t = tcase_create("heads");

	tcase_add_test(t, head_goes_on_after_an_older_response);
	tcase_add_test(t, incomplete_request_proves_an_answer_in_the_hole);
	tcase_add_test(t, incomplete_request_may_be_answered_in_a_hole);
	tcase_add_test(t, incomplete_request_times_out);
	tcase_add_test(t, incomplete_request_times_out_and_goes_on);
	tcase_add_test(t, undecided_body_ends_before_the_next_segment);
	tcase_add_test(t, false_start_hides_no_message);
	tcase_add_test(t, false_start_of_a_stream_hides_no_message);
	tcase_add_test(t, upgrade_with_a_cut_head);
	tcase_add_test(t, request_behind_a_header_in_pieces);
	tcase_add_test(t, request_that_begins_as_such_a_header);
	tcase_add_test(t, header_without_its_end);
	suite_add_tcase(s, t);
	return run_suite(s);
}
