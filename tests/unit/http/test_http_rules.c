/* The ten rules of what counts, each under its name. */
#include <stdio.h>
#include <string.h>

#include "support/run_suite.h"
#include "unit/http/player.h"

static struct player p;

#define GET(host, path) "GET " path " HTTP/1.1\r\nHost: " host "\r\n\r\n"

START_TEST(rule_1_counts_once_whatever_follows)
{
	const struct step steps[] = {
	    {CLIENT, GET("a.test", "/x"), 0},
	    {SERVER, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort", 0},
	    END_OF_STEPS,
	};

	check_dialogue(steps,
		       "response 200 GET a.test /x\n"
		       "done 200 GET a.test /x answered sent 33 got 45 body 5\n");
}
END_TEST

/* 2: the head is cut at every position, by a gap, a reset and the capture's end. */
static void cut_head(size_t at, int how, bool counts)
{
	const char *head = "HTTP/1.1 404 Not Found\r\nServer: x\r\n\r\n";

	player_begin(&p);
	player_say(&p, CLIENT, GET("a.test", "/"));
	player_send(&p, SERVER, head, at);
	if (how == 0)
		player_gap(&p, SERVER, 500);
	player_close(&p, how == 1 ? TCP_END_RESET : TCP_END_CAPTURE);
	player_end(&p);
	ck_assert_uint_eq(p.responses, counts);
	ck_assert_uint_eq(p.dones, 1);
	ck_assert_msg((strstr(p.log, "done 404") != NULL) == counts, "%s", p.log);
	ck_assert_msg(counts || how != 0 || strstr(p.log, "unseen"), "%s", p.log);
}

START_TEST(rule_1_cut_head_at_every_position)
{
	for (size_t at = 1; at <= 36; at++) {
		for (int how = 0; how < 3; how++)
			cut_head(at, how, at >= 12);
	}
}
END_TEST

START_TEST(rule_2_any_port_either_direction)
{
	player_begin(&p);
	player_say(&p, SERVER, GET("a.test", "/"));
	player_say(&p, CLIENT, "HTTP/1.1 204 No Content\r\n\r\n");
	player_close(&p, TCP_END_CLOSED);
	player_end(&p);
	player_expect(&p, "response 204 GET a.test /\n"
			  "done 204 GET a.test / answered sent 32 got 27 body 0\n");
	ck_assert_int_eq(p.c.bucket, COVERAGE_HTTP);
}
END_TEST

START_TEST(rule_2_bodies_are_not_searched)
{
	const struct step steps[] = {
	    {CLIENT, GET("a.test", "/1"), 0},
	    {SERVER, "HTTP/1.1 200 OK\r\nContent-Length: 38\r\n\r\n", 0},
	    {SERVER, "HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n", 0},
	    {CLIENT, GET("a.test", "/2"), 0},
	    {SERVER, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n13\r\n", 0},
	    {SERVER, "HTTP/1.1 500 No\r\n\r\n", 0},
	    {SERVER, "\r\n0\r\n\r\n", 0},
	    {CLIENT, GET("a.test", "/3"), 0},
	    {SERVER, "HTTP/1.1 200 OK\r\n\r\n", 0},
	    {SERVER, "HTTP/1.1 500 No\r\n\r\n", 0},
	    END_OF_STEPS,
	};

	check_dialogue(steps,
		       "response 200 GET a.test /1\n"
		       "done 200 GET a.test /1 answered sent 33 got 77 body 38\n"
		       "response 200 GET a.test /2\n"
		       "done 200 GET a.test /2 answered sent 33 got 77 body 30\n"
		       "response 200 GET a.test /3\n"
		       "done 200 GET a.test /3 answered sent 33 got 38 body 19\n");
}
END_TEST

START_TEST(rule_2_after_a_hole_only_segment_starts)
{
	player_begin(&p);
	player_gap(&p, CLIENT, 0);
	player_gap(&p, SERVER, 0);
	player_say(&p, SERVER, "tail of a body HTTP/1.1 500 No\r\n\r\n");
	player_say(&p, SERVER, "xHTTP/1.1 501 No\r\n\r\n");
	player_say(&p, SERVER, "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno");
	player_say(&p, SERVER,
		   "HTTP/1.1 304 Not Modified\r\n\r\nHTTP/1.1 204 x\r\n\r\n");
	player_close(&p, TCP_END_CLOSED);
	player_end(&p);
	player_expect(&p, "response 404 - 10.0.0.2:80 -\n"
			  "done 404 - 10.0.0.2:80 - answered got 47 body 2\n"
			  "response 304 - 10.0.0.2:80 -\n"
			  "done 304 - 10.0.0.2:80 - answered got 29 body 0\n"
			  "response 204 - 10.0.0.2:80 -\n"
			  "done 204 - 10.0.0.2:80 - answered got 18 body 0\n");
	ck_assert_uint_eq(p.coverage.unpaired_responses, 3);
}
END_TEST

START_TEST(rule_2_after_bytes_that_are_not_http)
{
	player_begin(&p);
	player_send(&p, CLIENT, "\5\1\0", 3);
	ck_assert_int_eq(p.c.bucket, COVERAGE_OTHER_TCP);
	player_send(&p, SERVER, "\5\0", 2);
	player_send(&p, CLIENT, "\5\1\0\1\12\0\0\11\0\120", 10);
	player_send(&p, SERVER, "\5\0\0\1\0\0\0\0\0\0", 10);
	player_say(&p, CLIENT, GET("a.test", "/s"));
	player_say(&p, SERVER, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
	ck_assert_int_eq(p.c.bucket, COVERAGE_HTTP);
	player_close(&p, TCP_END_CLOSED);
	player_end(&p);
	player_expect(&p, "response 200 GET a.test /s\n"
			  "done 200 GET a.test /s answered sent 33 got 38 body 0\n");
}
END_TEST

START_TEST(rule_3_tolerates_what_servers_send)
{
	const struct step steps[] = {
	    {CLIENT, "\r\n\r\nGET / HTTP/1.0\nHost:\n a.test\n\n", 0},
	    {SERVER, "HTTP/1.0 200\nContent-Length\t: 1\n\nx", 0},
	    {SERVER, "\r\n\n", 0},
	    {CLIENT, GET("a.test", "/2"), 0},
	    {SERVER,
	     "HTTP/1.17 404 \r\nX: a\r\n\tb\r\nContent-Length:\r\n  2\r\n\r\nno\r\n",
	     0},
	    {CLIENT, "GET /a b\001c HTTP/1.1\r\nHost: a.test\r\n\r\n", 0},
	    {SERVER, "HTTP/1 999\r\n\r\nno", 0},
	    END_OF_STEPS,
	};

	check_dialogue(
	    steps, "response 200 GET a.test /\n"
		   "done 200 GET a.test / answered sent 30 got 34 body 1\n"
		   "response 404 GET a.test /2\n"
		   "done 404 GET a.test /2 answered sent 33 got 52 body 2\n"
		   "response 999 GET a.test /a b\001c\n"
		   "done 999 GET a.test /a b\001c answered sent 37 got 16 body 2\n");
}
END_TEST

START_TEST(rule_3_other_protocols_do_not_count)
{
	static const char *const lines[] = {
	    "RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n",
	    "SIP/2.0 200 OK\r\n\r\n",
	    "ICY 200 OK\r\n\r\n",
	    "HTTP/1.1 20 OK\r\n\r\n",
	    "HTTP/1.1 2000 OK\r\n\r\n",
	    "HTTP/ 200 OK\r\n\r\n",
	    "HTTP/1.1-200 OK\r\n\r\n",
	    "HTTP/1.1 200OK\r\n\r\n",
	    "http/1.1 200 OK\r\n\r\n",
	    "ICAP/1.0 200 OK\r\n\r\n",
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		player_begin(&p);
		player_say(&p, CLIENT,
			   "DESCRIBE rtsp://a/ RTSP/1.0\r\nCSeq: 1\r\n\r\n");
		player_say(&p, SERVER, lines[i]);
		player_close(&p, TCP_END_CLOSED);
		player_end(&p);
		player_expect(&p, "");
		ck_assert_int_eq(p.c.bucket, COVERAGE_OTHER_TCP);
	}
}
END_TEST

START_TEST(rule_3_http_0_9_has_no_status)
{
	const struct step steps[] = {
	    {CLIENT, "GET /old\r\n", 0},
	    {SERVER, "<html>", 0},
	    {SERVER, "HTTP/1.1 200 OK\r\n\r\n", 0},
	    END_OF_STEPS,
	};
	const struct step refused[] = {
	    {CLIENT, "GET /old\r\n", 0},
	    {SERVER, "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n", 0},
	    END_OF_STEPS,
	};

	check_dialogue(steps, "");
	check_dialogue(refused, "response 400 - 10.0.0.2:80 -\n"
				"done 400 - 10.0.0.2:80 - answered got 47 body 0\n");
}
END_TEST

START_TEST(rule_4_interim_responses)
{
	const struct step steps[] = {
	    {CLIENT,
	     "PUT /f HTTP/1.1\r\nHost: a.test\r\nExpect: 100-continue\r\n"
	     "Content-Length: 4\r\n\r\n",
	     0},
	    {SERVER, "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n",
	     0},
	    {CLIENT, "data", 0},
	    {SERVER, "HTTP/1.1 102 Processing\r\nContent-Length: 9\r\n\r\n", 0},
	    {SERVER, "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n", 0},
	    END_OF_STEPS,
	};

	check_dialogue(steps,
		       "response 100 PUT a.test /f\n"
		       "response 103 PUT a.test /f\n"
		       "response 102 PUT a.test /f\n"
		       "response 201 PUT a.test /f\n"
		       "done 201 PUT a.test /f answered sent 78 got 43 body 0\n");
}
END_TEST

START_TEST(rule_4_101_ends_http)
{
	const struct step steps[] = {
	    {CLIENT, "GET /ws HTTP/1.1\r\nHost: a.test\r\nUpgrade: websocket\r\n\r\n",
	     0},
	    {SERVER, "HTTP/1.1 101 Switching Protocols\r\n\r\nHTTP/1.1 200 x\r\n\r\n",
	     0},
	    {CLIENT, GET("a.test", "/no"), 0},
	    {SERVER, "HTTP/1.1 500 No\r\n\r\n", 0},
	    END_OF_STEPS,
	};

	check_dialogue(steps,
		       "response 101 GET a.test /ws\n"
		       "done 101 GET a.test /ws answered sent 54 got 36 body 0\n");
}
END_TEST

START_TEST(rule_5_bodies_that_are_none)
{
	const struct step steps[] = {
	    {CLIENT, "HEAD /h HTTP/1.1\r\nHost: a.test\r\n\r\n", 0},
	    {SERVER, "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n", 0},
	    {CLIENT, GET("a.test", "/n"), 0},
	    {SERVER, "HTTP/1.1 304 Not Modified\r\nContent-Length: 500\r\n\r\n", 0},
	    {CLIENT, GET("a.test", "/d"), 0},
	    {SERVER, "HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n",
	     0},
	    {CLIENT, GET("a.test", "/e"), 0},
	    {SERVER, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 0},
	    END_OF_STEPS,
	};

	check_dialogue(steps,
		       "response 200 HEAD a.test /h\n"
		       "done 200 HEAD a.test /h answered sent 34 got 40 body 0\n"
		       "response 304 GET a.test /n\n"
		       "done 304 GET a.test /n answered sent 33 got 50 body 0\n"
		       "response 204 GET a.test /d\n"
		       "done 204 GET a.test /d answered sent 33 got 55 body 0\n"
		       "response 200 GET a.test /e\n"
		       "done 200 GET a.test /e answered sent 33 got 38 body 0\n");
}
END_TEST

START_TEST(rule_5_chunked)
{
	/* RFC 9112 section 7.1: sizes in either case, extensions, a trailer section. */
	const struct step steps[] = {
	    {CLIENT,
	     "POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: gzip, Chunked\r\n"
	     "Content-Length: 3\r\n\r\n4;a=\"b\"\r\nWiki\r\n0\r\nT: 1\r\n\r\n",
	     0},
	    {SERVER, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", 0},
	    {SERVER, "4\r\nWiki\r\n6 \r\npedia \r\nE\r\nin \r\n\r\nchunks.\r\n", 0},
	    {SERVER, "0\r\nExpires: 0\r\nX: y\r\n\r\n", 0},
	    {CLIENT, GET("a.test", "/2"), 0},
	    {SERVER, "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n1\nx\n00\n\n", 0},
	    {CLIENT, GET("a.test", "/3"), 0},
	    {SERVER, "HTTP/1.1 404 no\r\nContent-Length: 0\r\n\r\n", 0},
	    END_OF_STEPS,
	};

	check_dialogue(steps,
		       "response 200 POST a.test /\n"
		       "done 200 POST a.test / answered sent 112 got 110 body 63\n"
		       "response 200 GET a.test /2\n"
		       "done 200 GET a.test /2 answered sent 33 got 52 body 8\n"
		       "response 404 GET a.test /3\n"
		       "done 404 GET a.test /3 answered sent 33 got 38 body 0\n");
}
END_TEST

START_TEST(rule_5_chunked_goes_wrong)
{
	player_begin(&p);
	player_say(&p, CLIENT, GET("a.test", "/1"));
	player_say(&p, SERVER,
		   "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
		   "FFFFFFFFFFFFFFFFF\r\nHTTP/1.1 500 no\r\n\r\n");
	player_say(&p, CLIENT, GET("a.test", "/2"));
	player_say(&p, SERVER, "HTTP/1.1 404 no\r\nContent-Length: 0\r\n\r\n");
	player_close(&p, TCP_END_CLOSED);
	player_end(&p);
	player_expect(&p, "response 200 GET a.test /1\n"
			  "done 200 GET a.test /1 answered sent 33 got 62 body 15\n"
			  "response 404 GET a.test /2\n"
			  "done 404 GET a.test /2 answered sent 33 got 38 body 0\n");
}
END_TEST

START_TEST(rule_5_equal_lengths_are_one)
{
	const struct step steps[] = {
	    {CLIENT, GET("a.test", "/1"), 0},
	    {SERVER,
	     "HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\ncontent-length: 02\r\n\r\nok",
	     0},
	    {CLIENT, GET("a.test", "/2"), 0},
	    {SERVER, "HTTP/1.1 204 No\r\n\r\n", 0},
	    END_OF_STEPS,
	};

	check_dialogue(steps,
		       "response 200 GET a.test /1\n"
		       "done 200 GET a.test /1 answered sent 33 got 63 body 2\n"
		       "response 204 GET a.test /2\n"
		       "done 204 GET a.test /2 answered sent 33 got 19 body 0\n");
}
END_TEST

START_TEST(rule_5_conflicting_lengths)
{
	static const char *const bad[] = {
	    "Content-Length: 2\r\nContent-Length: 3",
	    "Content-Length: 2, 3",
	    "Content-Length: 99999999999999999999",
	    "Content-Length: -1",
	    "Content-Length: 0x10",
	};
	char head[200];

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		player_begin(&p);
		player_say(&p, CLIENT, GET("a.test", "/1"));
		(void)snprintf(head, sizeof(head), "HTTP/1.1 200 OK\r\n%s\r\n\r\nok",
			       bad[i]);
		player_say(&p, SERVER, head);
		player_say(&p, SERVER, "more");
		player_say(&p, CLIENT, GET("a.test", "/2"));
		player_say(&p, SERVER, "HTTP/1.1 404 no\r\nContent-Length: 0\r\n\r\n");
		player_close(&p, TCP_END_CLOSED);
		player_end(&p);
		ck_assert_uint_eq(p.coverage.conflicting_length, 1);
		ck_assert_uint_eq(p.responses, 2);
		ck_assert_msg(strstr(p.log, "body 6\nresponse 404 GET a.test /2\n") !=
				  NULL,
			      "%s", p.log);
	}
}
END_TEST

START_TEST(rule_5_until_close)
{
	const struct step steps[] = {
	    {CLIENT, GET("a.test", "/1"), 0},
	    {SERVER,
	     "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n"
	     "Content-Length: 1\r\n\r\nabc",
	     0},
	    {SERVER, "HTTP/1.1 404 no\r\n\r\n", 0},
	    END_OF_STEPS,
	};

	check_dialogue(steps,
		       "response 200 GET a.test /1\n"
		       "done 200 GET a.test /1 answered sent 33 got 85 body 22\n");
}
END_TEST

START_TEST(rule_5_connect_tunnel_is_examined_afresh)
{
	const struct step steps[] = {
	    {CLIENT, "CONNECT b.test:443 HTTP/1.1\r\nHost: proxy\r\n\r\n", 0},
	    {SERVER, "HTTP/1.1 407 Who\r\nContent-Length: 2\r\n\r\nno", 0},
	    {CLIENT, "CONNECT B.test:8080 HTTP/1.1\r\nHost: proxy\r\n\r\n", 0},
	    {SERVER, "HTTP/1.1 200 Connection established\r\nContent-Length: 7\r\n\r\n",
	     0},
	    {CLIENT, GET("c.test", "/in"), 0},
	    {SERVER, "HTTP/1.1 503 no\r\nContent-Length: 2\r\n\r\nno", 0},
	    END_OF_STEPS,
	};

	check_dialogue(
	    steps,
	    "response 407 CONNECT b.test b.test:443\n"
	    "done 407 CONNECT b.test b.test:443 answered sent 44 got 41 body 2\n"
	    "response 200 CONNECT b.test:8080 B.test:8080\n"
	    "done 200 CONNECT b.test:8080 B.test:8080 answered sent 45 got 58 body "
	    "0\n"
	    "response 503 GET c.test /in\n"
	    "done 503 GET c.test /in answered sent 34 got 40 body 2\n");
}
END_TEST

START_TEST(rule_5_connect_tunnel_of_tls_is_skipped)
{
	player_begin(&p);
	player_say(&p, CLIENT, "CONNECT b.test:443 HTTP/1.1\r\n\r\n");
	player_say(&p, SERVER, "HTTP/1.1 200 OK\r\n\r\n");
	player_send(&p, CLIENT, "\x16\x03\x01\x00\x05hello", 10);
	player_send(&p, SERVER, "\x16\x03\x03\x00\x05hello", 10);
	ck_assert_uint_eq(p.c.dir[0].asked, TCP_SKIP_ALL);
	ck_assert_uint_eq(p.c.dir[1].asked, TCP_SKIP_ALL);
	ck_assert_int_eq(p.c.bucket, COVERAGE_TLS);
	ck_assert_uint_eq(p.coverage.tunnels, 1);
	player_close(&p, TCP_END_CLOSED);
	player_end(&p);
	ck_assert_uint_eq(p.responses, 1);
}
END_TEST

START_TEST(rule_6_pipelined_in_order)
{
	const struct step steps[] = {
	    {CLIENT, GET("a.test", "/1") GET("b.test", "/2") GET("a.test", "/3"), 0},
	    {SERVER,
	     "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1"
	     "HTTP/1.1 404 OK\r\nContent-Length: 1\r\n\r\n2"
	     "HTTP/1.1 500 OK\r\nContent-Length: 1\r\n\r\n3",
	     0},
	    END_OF_STEPS,
	};

	check_dialogue(steps,
		       "response 200 GET a.test /1\n"
		       "done 200 GET a.test /1 answered sent 33 got 39 body 1\n"
		       "response 404 GET b.test /2\n"
		       "done 404 GET b.test /2 answered sent 33 got 39 body 1\n"
		       "response 500 GET a.test /3\n"
		       "done 500 GET a.test /3 answered sent 33 got 39 body 1\n");
}
END_TEST

START_TEST(rule_6_head_unknown_is_seen_by_what_follows)
{
	const struct step steps[] = {
	    {SERVER, "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n", 0},
	    {SERVER, "HTTP/1.1 404 no\r\nTransfer-Encoding: chunked\r\n\r\n", 0},
	    {SERVER, "HTTP/1.1 200 OK\r\n\r\n", 0},
	    {SERVER, "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nHTTP/x", 0},
	    {SERVER, "HTTP/1.1 403 no\r\nContent-Length: 4\r\n\r\nHTTP", 0},
	    {SERVER,
	     "HTTP/1.1 200 OK\r\nContent-Type: message/http; x=y\r\n"
	     "Content-Length: 19\r\n\r\n",
	     0},
	    {SERVER, "HTTP/1.1 500 no\r\n\r\n", 0},
	    {SERVER, "HTTP/1.1 410 Gone\r\n\r\nbody", 0},
	    END_OF_STEPS,
	};

	check_dialogue(steps, "response 200 - 10.0.0.2:80 -\n"
			      "done 200 - 10.0.0.2:80 - answered got 40 body 0\n"
			      "response 404 - 10.0.0.2:80 -\n"
			      "done 404 - 10.0.0.2:80 - answered got 47 body 0\n"
			      "response 200 - 10.0.0.2:80 -\n"
			      "done 200 - 10.0.0.2:80 - answered got 19 body 0\n"
			      "response 200 - 10.0.0.2:80 -\n"
			      "done 200 - 10.0.0.2:80 - answered got 44 body 6\n"
			      "response 403 - 10.0.0.2:80 -\n"
			      "done 403 - 10.0.0.2:80 - answered got 42 body 4\n"
			      "response 200 - 10.0.0.2:80 -\n"
			      "done 200 - 10.0.0.2:80 - answered got 91 body 19\n"
			      "response 410 - 10.0.0.2:80 -\n"
			      "done 410 - 10.0.0.2:80 - answered got 25 body 4\n");
}
END_TEST

START_TEST(rule_6_gap_after_a_head_of_unknown_request)
{
	player_begin(&p);
	player_say(&p, SERVER, "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nHTT");
	player_gap(&p, SERVER, 400);
	player_send(&p, SERVER, p.log, 97);
	player_say(&p, SERVER, "HTTP/1.1 204 no\r\n\r\n");
	player_close(&p, TCP_END_CLOSED);
	player_end(&p);
	player_expect(&p, "response 200 - 10.0.0.2:80 -\n"
			  "done 200 - 10.0.0.2:80 - answered got 540 body 500\n"
			  "response 204 - 10.0.0.2:80 -\n"
			  "done 204 - 10.0.0.2:80 - answered got 19 body 0\n");
}
END_TEST

START_TEST(rule_6_lost_request_does_not_shift_the_pairs)
{
	player_begin(&p);
	player_gap(&p, CLIENT, 100); /* the first request */
	p.acked[SERVER] = 100;       /* its response */
	player_say(&p, CLIENT, GET("a.test", "/2"));
	player_say(&p, SERVER, "HTTP/1.1 404 no\r\nContent-Length: 0\r\n\r\n");
	p.acked[SERVER] = ACKED_AUTO;
	player_say(&p, SERVER, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
	player_close(&p, TCP_END_CLOSED);
	player_end(&p);
	player_expect(&p, "response 404 - 10.0.0.2:80 -\n"
			  "done 404 - 10.0.0.2:80 - answered got 38 body 0\n"
			  "response 200 GET a.test /2\n"
			  "done 200 GET a.test /2 answered sent 33 got 38 body 0\n");
	ck_assert_uint_eq(p.coverage.unpaired_responses, 1);
}
END_TEST

START_TEST(rule_6_response_older_than_the_request)
{
	player_begin(&p);
	player_gap(&p, CLIENT, 50);
	p.acked[CLIENT] = 38; /* the client has had the response already */
	player_say(&p, CLIENT, GET("a.test", "/2"));
	p.acked[SERVER] = TCP_ACKED_UNKNOWN;
	player_say(&p, SERVER, "HTTP/1.1 404 no\r\nContent-Length: 0\r\n\r\n");
	player_say(&p, SERVER, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
	player_close(&p, TCP_END_CLOSED);
	player_end(&p);
	ck_assert_msg(strstr(p.log, "response 404 - 10.0.0.2:80 -\n") != NULL, "%s",
		      p.log);
	ck_assert_msg(strstr(p.log, "response 200 GET a.test /2\n") != NULL, "%s",
		      p.log);
}
END_TEST

START_TEST(rule_6_response_lost_in_a_hole)
{
	player_begin(&p);
	player_say(&p, CLIENT, GET("a.test", "/1"));
	player_gap(&p, SERVER, 200);
	player_say(&p, CLIENT, GET("a.test", "/2"));
	player_say(&p, SERVER, "HTTP/1.1 404 no\r\nContent-Length: 0\r\n\r\n");
	player_close(&p, TCP_END_CLOSED);
	player_end(&p);
	player_expect(&p, "done GET a.test /1 unseen sent 33\n"
			  "response 404 GET a.test /2\n"
			  "done 404 GET a.test /2 answered sent 33 got 38 body 0\n");
	ck_assert_uint_eq(p.coverage.unseen_responses, 1);
}
END_TEST

START_TEST(rule_6_pipeline_after_a_handshake_is_no_hole)
{
	player_begin(&p);
	player_send(&p, CLIENT, "\5\1\0", 3);
	player_send(&p, SERVER, "\5\0", 2);
	player_say(&p, CLIENT, GET("a.test", "/1") GET("a.test", "/2"));
	player_say(
	    &p, SERVER,
	    "HTTP/1.1 204 no\r\n\r\nHTTP/1.1 205 no\r\nContent-Length: 0\r\n\r\n");
	player_close(&p, TCP_END_CLOSED);
	player_end(&p);
	ck_assert_uint_eq(p.coverage.unseen_responses, 0);
	ck_assert_msg(strstr(p.log, "response 204 GET a.test /1\n") != NULL, "%s",
		      p.log);
	ck_assert_msg(strstr(p.log, "response 205 GET a.test /2\n") != NULL, "%s",
		      p.log);
}
END_TEST

START_TEST(rule_6_early_response)
{
	player_begin(&p);
	player_say(&p, CLIENT,
		   "POST /up HTTP/1.1\r\nHost: a.test\r\nContent-Length: 1000\r\n\r\n");
	player_say(&p, CLIENT, "0123456789");
	player_say(&p, SERVER,
		   "HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n");
	player_say(&p, CLIENT, "0123456789");
	player_close(&p, TCP_END_CLOSED);
	player_end(&p);
	player_expect(&p, "response 413 POST a.test /up\n"
			  "done 413 POST a.test /up answered sent 67 got 53 body 0\n");

	player_begin(&p);
	player_say(&p, CLIENT, "GET /slow HTTP/1.1\r\nHost: a.test\r\nX: ");
	player_say(&p, SERVER,
		   "HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n");
	player_close(&p, TCP_END_CLOSED);
	player_end(&p);
	player_expect(&p, "response 408 GET a.test /slow\n"
			  "done 408 GET a.test /slow answered sent 37 got 51 body 0\n");
}
END_TEST

START_TEST(rule_6_request_bodies)
{
	const struct step steps[] = {
	    {CLIENT, "POST /1 HTTP/1.1\r\nHost: a.test\r\nContent-Length: 33\r\n\r\n",
	     0},
	    {CLIENT, GET("a.test", "/x"), 0},
	    {CLIENT, GET("a.test", "/2"), 0},
	    {SERVER, "HTTP/1.1 204 no\r\n\r\n", 0},
	    {SERVER, "HTTP/1.1 204 no\r\n\r\n", 0},
	    END_OF_STEPS,
	};

	check_dialogue(steps,
		       "response 204 POST a.test /1\n"
		       "done 204 POST a.test /1 answered sent 87 got 19 body 0\n"
		       "response 204 GET a.test /2\n"
		       "done 204 GET a.test /2 answered sent 33 got 19 body 0\n");
}
END_TEST

START_TEST(rule_7_host_of_an_exchange)
{
	const struct step steps[] = {
	    {CLIENT, GET("A.Test.:80", "/1"), 0},
	    {SERVER, "HTTP/1.1 204 no\r\n\r\n", 0},
	    {CLIENT, "GET http://B.test/2 HTTP/1.1\r\nHost: a.test\r\n\r\n", 0},
	    {SERVER, "HTTP/1.1 204 no\r\n\r\n", 0},
	    {CLIENT, "GET /3 HTTP/1.1\r\n\r\n", 0},
	    {SERVER, "HTTP/1.1 204 no\r\n\r\n", 0},
	    {CLIENT, "GET /4 HTTP/1.1\r\nHost: a.test\r\nHost: b.test\r\n\r\n", 0},
	    {SERVER, "HTTP/1.1 400 no\r\nContent-Length: 0\r\n\r\n", 0},
	    END_OF_STEPS,
	};

	check_dialogue(
	    steps,
	    "response 204 GET a.test /1\n"
	    "done 204 GET a.test /1 answered sent 37 got 19 body 0\n"
	    "response 204 GET b.test http://B.test/2\n"
	    "done 204 GET b.test http://B.test/2 answered sent 46 got 19 body 0\n"
	    "response 204 GET 10.0.0.2:80 /3\n"
	    "done 204 GET 10.0.0.2:80 /3 answered sent 19 got 19 body 0\n"
	    "response 400 GET (invalid) /4\n"
	    "done 400 GET (invalid) /4 answered sent 47 got 38 body 0\n");
}
END_TEST

static void no_response(enum tcp_end why, int64_t after_ns, const char *outcome)
{
	char log[100];

	player_begin(&p);
	player_say(&p, CLIENT, GET("a.test", "/"));
	ck_assert(p.c.waiting);
	p.now_ns += after_ns;
	player_close(&p, why);
	player_end(&p);
	(void)snprintf(log, sizeof(log), "done GET a.test / %s sent 32\n", outcome);
	player_expect(&p, log);
}

START_TEST(rule_8_no_response_by_cause)
{
	no_response(TCP_END_CLOSED, 1, "closed");
	no_response(TCP_END_RESET, 1, "reset");
	no_response(TCP_END_IDLE, LIMIT_IDLE_WAITING_NS, "timeout");
	no_response(TCP_END_EVICTED, 1, "unseen");
	no_response(TCP_END_CAPTURE, 1, "pending");
	no_response(TCP_END_CAPTURE, LIMIT_UNANSWERED_NS - 1, "pending");
	no_response(TCP_END_CAPTURE, LIMIT_UNANSWERED_NS, "timeout");
	no_response(TCP_END_CLOSED, LIMIT_UNANSWERED_NS, "timeout");
}
END_TEST

START_TEST(rule_8_direction_not_captured)
{
	player_begin(&p);
	p.c.dir[SERVER].seen = false;
	player_say(&p, CLIENT, GET("a.test", "/"));
	p.now_ns += 2 * LIMIT_UNANSWERED_NS;
	player_idle(&p);
	player_expect(&p, "");
	player_close(&p, TCP_END_IDLE);
	player_end(&p);
	player_expect(&p, "done GET a.test / unseen sent 32\n");
}
END_TEST

START_TEST(rule_8_late_response_takes_it_back)
{
	player_begin(&p);
	player_say(&p, CLIENT, GET("a.test", "/"));
	p.now_ns += LIMIT_UNANSWERED_NS;
	player_idle(&p);
	player_idle(&p);
	player_expect(&p, "done GET a.test / timeout sent 32\n");
	p.now_ns += NS_PER_S;
	player_say(&p, SERVER, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
	player_close(&p, TCP_END_CLOSED);
	player_end(&p);
	player_expect(&p,
		      "done GET a.test / timeout sent 32\n"
		      "response 200 GET a.test /\n"
		      "done 200 GET a.test / answered sent 32 got 38 body 0 late\n");
	ck_assert_int_eq(p.latency_ns, LIMIT_UNANSWERED_NS + NS_PER_S);
}
END_TEST

START_TEST(rule_8_timed_out_is_not_told_twice)
{
	player_begin(&p);
	player_say(&p, CLIENT, GET("a.test", "/"));
	p.now_ns += LIMIT_UNANSWERED_NS;
	player_idle(&p);
	player_close(&p, TCP_END_IDLE);
	player_end(&p);
	player_expect(&p, "done GET a.test / timeout sent 32\n");
}
END_TEST

START_TEST(rule_9_gap_in_a_body_costs_nothing)
{
	player_begin(&p);
	player_say(&p, CLIENT, GET("a.test", "/1"));
	player_say(&p, SERVER, "HTTP/1.1 200 OK\r\nContent-Length: 3000\r\n\r\nabc");
	player_gap(&p, SERVER, 2997);
	player_say(&p, CLIENT, GET("a.test", "/2"));
	player_say(&p, SERVER,
		   "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\nab");
	player_gap(&p, SERVER, 14);
	player_say(&p, SERVER, "\r\n0\r\n\r\n");
	player_close(&p, TCP_END_CLOSED);
	player_end(&p);
	player_expect(&p, "response 200 GET a.test /1\n"
			  "done 200 GET a.test /1 answered sent 33 got 3041 body 3000\n"
			  "response 200 GET a.test /2\n"
			  "done 200 GET a.test /2 answered sent 33 got 74 body 27\n");
}
END_TEST

START_TEST(rule_9_gap_in_framing_seeks)
{
	player_begin(&p);
	player_say(&p, CLIENT, GET("a.test", "/1"));
	player_say(&p, SERVER,
		   "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1");
	player_gap(&p, SERVER, 100);
	player_say(&p, CLIENT, GET("a.test", "/2"));
	player_say(&p, SERVER, "rest\r\nHTTP/1.1 500 no\r\n\r\n");
	player_say(&p, SERVER, "HTTP/1.1 404 no\r\nContent-Length: 0\r\n\r\n");
	player_close(&p, TCP_END_CLOSED);
	player_end(&p);
	player_expect(&p, "response 200 GET a.test /1\n"
			  "done 200 GET a.test /1 answered sent 33 got 48 body 1\n"
			  "response 404 GET a.test /2\n"
			  "done 404 GET a.test /2 answered sent 33 got 38 body 0\n");
}
END_TEST

START_TEST(rule_9_cut_request_head_keeps_its_line)
{
	player_begin(&p);
	player_say(&p, CLIENT, "HEAD /1 HTTP/1.1\r\nUser-");
	player_gap(&p, CLIENT, 100);
	player_say(&p, SERVER, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n");
	player_say(&p, CLIENT, GET("a.test", "/2"));
	player_say(&p, SERVER, "HTTP/1.1 404 no\r\nContent-Length: 0\r\n\r\n");
	player_close(&p, TCP_END_CLOSED);
	player_end(&p);
	player_expect(&p,
		      "response 200 HEAD 10.0.0.2:80 /1\n"
		      "done 200 HEAD 10.0.0.2:80 /1 answered sent 23 got 39 body 0\n"
		      "response 404 GET a.test /2\n"
		      "done 404 GET a.test /2 answered sent 33 got 38 body 0\n");
}
END_TEST

static enum coverage_bucket bucket_of(const char *client, size_t client_len,
				      const char *server, size_t server_len)
{
	player_begin(&p);
	for (size_t i = 0; i < client_len; i++)
		player_send(&p, CLIENT, client + i, 1);
	if (server_len > 0)
		player_send(&p, SERVER, server, server_len);
	player_close(&p, TCP_END_CLOSED);
	player_end(&p);
	return p.c.bucket;
}

START_TEST(rule_10_protocols_of_coverage)
{
	static const char tls[] = "\x16\x03\x01\x00\x05hello";
	static const char tls_answer[] = "\x16\x03\x03\x00\x05world";
	static const char http2[] = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

	ck_assert_int_eq(bucket_of(tls, 10, tls_answer, 10), COVERAGE_TLS);
	ck_assert_int_eq(bucket_of(http2, 24, "\0\0\0\4\0\0\0\0\0", 9), COVERAGE_HTTP2);
	ck_assert_int_eq(bucket_of("EHLO a\r\n", 8, "220 x ESMTP\r\n", 13),
			 COVERAGE_OTHER_TCP);
	ck_assert_int_eq(bucket_of("", 0, "SSH-2.0-x\r\n", 11), COVERAGE_OTHER_TCP);
	ck_assert_int_eq(bucket_of("PING", 4, "", 0), COVERAGE_OTHER_TCP);
	ck_assert_int_eq(bucket_of("", 0, "", 0), COVERAGE_UNDETERMINED_TCP);
	/* TLS that is answered in the clear is HTTP. */
	ck_assert_int_eq(bucket_of(tls, 10, "HTTP/1.1 400 Bad Request\r\n\r\n", 28),
			 COVERAGE_HTTP);
	ck_assert_uint_eq(p.responses, 1);
	/* So is the preface where the server does not know it. */
	ck_assert_int_eq(bucket_of(http2, 24, "HTTP/1.1 400 Bad Request\r\n\r\n", 28),
			 COVERAGE_HTTP);
	ck_assert_uint_eq(p.responses, 1);
}
END_TEST

START_TEST(rule_10_unknown_from_the_middle_stays_undetermined)
{
	player_begin(&p);
	player_gap(&p, CLIENT, 0);
	player_send(&p, CLIENT, "\1\2\3\4", 4);
	player_say(&p, CLIENT, "some text that says nothing\r\n");
	ck_assert_int_eq(p.c.bucket, COVERAGE_UNDETERMINED_TCP);
	player_close(&p, TCP_END_CLOSED);
	player_end(&p);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("http: the rules of what counts");
	TCase *t = tcase_create("rules");

	tcase_add_test(t, rule_1_counts_once_whatever_follows);
	tcase_add_test(t, rule_1_cut_head_at_every_position);
	tcase_add_test(t, rule_2_any_port_either_direction);
	tcase_add_test(t, rule_2_bodies_are_not_searched);
	tcase_add_test(t, rule_2_after_a_hole_only_segment_starts);
	tcase_add_test(t, rule_2_after_bytes_that_are_not_http);
	tcase_add_test(t, rule_3_tolerates_what_servers_send);
	tcase_add_test(t, rule_3_other_protocols_do_not_count);
	tcase_add_test(t, rule_3_http_0_9_has_no_status);
	tcase_add_test(t, rule_4_interim_responses);
	tcase_add_test(t, rule_4_101_ends_http);
	tcase_add_test(t, rule_5_bodies_that_are_none);
	tcase_add_test(t, rule_5_chunked);
	tcase_add_test(t, rule_5_chunked_goes_wrong);
	tcase_add_test(t, rule_5_equal_lengths_are_one);
	tcase_add_test(t, rule_5_conflicting_lengths);
	tcase_add_test(t, rule_5_until_close);
	tcase_add_test(t, rule_5_connect_tunnel_is_examined_afresh);
	tcase_add_test(t, rule_5_connect_tunnel_of_tls_is_skipped);
	tcase_add_test(t, rule_6_pipelined_in_order);
	tcase_add_test(t, rule_6_head_unknown_is_seen_by_what_follows);
	tcase_add_test(t, rule_6_gap_after_a_head_of_unknown_request);
	tcase_add_test(t, rule_6_lost_request_does_not_shift_the_pairs);
	tcase_add_test(t, rule_6_response_older_than_the_request);
	tcase_add_test(t, rule_6_response_lost_in_a_hole);
	tcase_add_test(t, rule_6_pipeline_after_a_handshake_is_no_hole);
	tcase_add_test(t, rule_6_early_response);
	tcase_add_test(t, rule_6_request_bodies);
	tcase_add_test(t, rule_7_host_of_an_exchange);
	tcase_add_test(t, rule_8_no_response_by_cause);
	tcase_add_test(t, rule_8_direction_not_captured);
	tcase_add_test(t, rule_8_late_response_takes_it_back);
	tcase_add_test(t, rule_8_timed_out_is_not_told_twice);
	tcase_add_test(t, rule_9_gap_in_a_body_costs_nothing);
	tcase_add_test(t, rule_9_gap_in_framing_seeks);
	tcase_add_test(t, rule_9_cut_request_head_keeps_its_line);
	tcase_add_test(t, rule_10_protocols_of_coverage);
	tcase_add_test(t, rule_10_unknown_from_the_middle_stays_undetermined);
	suite_add_tcase(s, t);
	return run_suite(s);
}
