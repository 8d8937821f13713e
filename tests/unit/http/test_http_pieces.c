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
	suite_add_tcase(s, t);
	return run_suite(s);
}
