/* Order within a direction and between the two: starts, holes, overlaps, skips. */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "player.h"
#include "support/run_suite.h"

static struct player p;

static void start(void)
{
	player_start(&p);
}

static void stop(void)
{
	player_stop(&p);
}

START_TEST(in_order)
{
	play_handshake(&p);
	EXPECT(&p, "");
	play(&p, 0, 0, 0, 0, "GET");
	EXPECT(&p, "a0:GET");
	ck_assert_uint_eq(p.acked, 0);
	play(&p, 1, 0, 0, 3, "HTTP");
	ck_assert_uint_eq(p.acked, 3);
	play(&p, 1, 0, 4, 3, "/1.1");
	EXPECT(&p, "b0:HTTP b4:/1.1");
	play(&p, 1, TCP_FIN, 8, 3, NULL);
	play(&p, 0, TCP_FIN, 3, 9, NULL);
	EXPECT(&p, "b. a. CLOSED");
	ck_assert_uint_eq(p.coverage.connections, 1);
	ck_assert_uint_eq(p.coverage.midstream, 0);
	ck_assert_uint_eq(p.coverage.one_sided, 0);
	ck_assert_uint_eq(p.coverage.retransmitted, 0);
	ck_assert_uint_eq(player_bucket(&p, COVERAGE_UNDETERMINED_TCP), 8);
}
END_TEST

/* RFC 9293 section 3.4: sequence numbers wrap; here at every place of the stream. */
START_TEST(sequence_wraps)
{
	for (uint32_t before = 0; before < 16; before++) {
		player_stop(&p);
		player_start(&p);
		p.first[0] = 0U - before;
		p.first[1] = 7U - before;
		play_handshake(&p);
		play(&p, 0, 0, 4, 0, "efgh");
		play(&p, 0, 0, 0, 0, "abcd");
		play(&p, 1, 0, 3, 8, "DE");
		play(&p, 1, 0, 0, 8, "ABC");
		play(&p, 0, TCP_FIN, 8, 5, NULL);
		play(&p, 1, TCP_FIN, 5, 9, NULL);
		EXPECT(&p, "a0:abcd a4:efgh b0:ABC b3:DE a. b. CLOSED");
	}
}
END_TEST

/* Every order of four segments of one direction; the FIN is in the last. */
START_TEST(permuted)
{
	static const char *const text[4] = {"ab", "cde", "f", "ghij"};
	static const int64_t at[4] = {0, 2, 5, 6};

	for (int n = 0; n < 256; n++) {
		int order[4] = {n & 3, n >> 2 & 3, n >> 4 & 3, n >> 6 & 3};
		unsigned all = 0;

		for (int i = 0; i < 4; i++)
			all |= 1U << order[i];
		if (all != 15)
			continue;
		player_stop(&p);
		player_start(&p);
		play_handshake(&p);
		for (int i = 0; i < 4; i++)
			play(&p, 0, order[i] == 3 ? TCP_FIN : 0, at[order[i]], 0,
			     text[order[i]]);
		EXPECT(&p, "a0:ab a2:cde a5:f a6:ghij a.");
	}
}
END_TEST

START_TEST(syn_moved_behind_data)
{
	play(&p, 0, 0, 3, 0, "def");
	play(&p, 1, 0, 0, 6, "XY");
	play(&p, 0, 0, 0, 0, "abc");
	EXPECT(&p, "");
	/* The SYN may have carried data that this acknowledges (RFC 7413). */
	play(&p, 1, TCP_SYN, -1, 0, NULL);
	EXPECT(&p, "");
	play(&p, 0, TCP_SYN, -1, NO_ACK, NULL);
	EXPECT(&p, "a0:abc a3:def b0:XY");
}
END_TEST

START_TEST(syn_with_data_moved_behind_its_answer)
{
	play(&p, 1, TCP_SYN, -1, 3, "XY");
	play(&p, 0, 0, 3, 2, "def");
	EXPECT(&p, "");
	play(&p, 0, TCP_SYN, -1, NO_ACK, "abc");
	EXPECT(&p, "a0:abc b0:XY a3:def");
	ck_assert_uint_eq(p.coverage.midstream, 0);
}
END_TEST

START_TEST(syn_never_comes)
{
	play(&p, 1, TCP_SYN, -1, 0, NULL);
	play(&p, 0, 0, 0, 0, "abc");
	EXPECT(&p, "");
	p.now_ns += 2 * LIMIT_HOLE_NS;
	play(&p, 0, 0, 3, 0, "def");
	EXPECT(&p, "a0:abc a3:def");
	ck_assert_uint_eq(p.coverage.midstream, 0);
}
END_TEST

START_TEST(midstream_waits_for_what_stands_before)
{
	play(&p, 0, 0, 103, 7, "def");
	play(&p, 0, 0, 100, 7, "abc");
	EXPECT(&p, "");
	p.now_ns += LIMIT_HOLE_NS + 1;
	tcp_advance(p.tcp, p.now_ns);
	EXPECT(&p, "a? a0:abc a3:def");
	ck_assert_uint_eq(p.coverage.midstream, 1);
	/* So does the other one, even where it was acknowledged: that may have
	 * overtaken what stands before. */
	play(&p, 1, 0, 7, 106, "XY");
	play(&p, 1, 0, 5, 103, "VW");
	EXPECT(&p, "");
	p.now_ns += LIMIT_HOLE_NS + 1;
	tcp_advance(p.tcp, p.now_ns);
	EXPECT(&p, "b? b0:VW b2:XY");
	ck_assert_uint_eq(p.acked, 6);
	ck_assert_uint_eq(p.coverage.midstream, 1);
	ck_assert_uint_eq(p.coverage.all_gaps, 0);
}
END_TEST

START_TEST(midstream_after_segments)
{
	play(&p, 0, 0, 0, NO_ACK, "x");
	for (int i = 1; i < (int)LIMIT_HOLE_SEGMENTS; i++)
		play(&p, 0, 0, i, NO_ACK, "x");
	EXPECT(&p, "");
	p.quiet = true;
	play(&p, 0, 0, LIMIT_HOLE_SEGMENTS, NO_ACK, "x");
	ck_assert_uint_eq(p.coverage.midstream, 1);
}
END_TEST

/* RFC: the receiver's ACK says that it has the bytes, so they were sent: lost, once
 * the grace is over. */
START_TEST(hole_acknowledged)
{
	play_handshake(&p);
	play(&p, 0, 0, 0, 0, "ab");
	play(&p, 0, 0, 5, 0, "fg");
	play(&p, 1, 0, 0, 7, NULL);
	EXPECT(&p, "a0:ab");
	p.now_ns += LIMIT_HOLE_NS;
	play(&p, 1, 0, 0, 7, NULL);
	EXPECT(&p, "");
	p.now_ns += 1;
	play(&p, 1, 0, 0, 7, NULL);
	EXPECT(&p, "a2-3 a5:fg");
	ck_assert_uint_eq(p.coverage.all_gaps, 1);
	ck_assert_uint_eq(p.coverage.all_gap_bytes, 3);
	ck_assert_uint_eq(p.coverage.gaps, 0);
}
END_TEST

START_TEST(hole_filled_within_grace)
{
	play_handshake(&p);
	play(&p, 0, 0, 2, 0, "cd");
	play(&p, 1, 0, 0, 4, NULL);
	p.now_ns += LIMIT_HOLE_NS;
	play(&p, 0, 0, 0, 0, "ab");
	EXPECT(&p, "a0:ab a2:cd");
	ck_assert_uint_eq(p.coverage.all_gaps, 0);
	ck_assert_uint_eq(p.coverage.retransmitted, 0);
}
END_TEST

START_TEST(hole_after_segments)
{
	play_handshake(&p);
	play(&p, 0, 0, 2, 0, "c");
	for (unsigned i = 0; i < LIMIT_HOLE_SEGMENTS - 1; i++)
		play(&p, 1, 0, 0, 3, NULL);
	EXPECT(&p, "");
	play(&p, 1, 0, 0, 3, NULL);
	EXPECT(&p, "a0-2 a2:c");
}
END_TEST

START_TEST(hole_without_acknowledgement)
{
	play_handshake(&p);
	play(&p, 0, 0, 2, 0, "c");
	p.now_ns += LIMIT_HOLE_UNACKED_NS;
	tcp_advance(p.tcp, p.now_ns);
	EXPECT(&p, "");
	tcp_advance(p.tcp, p.now_ns + LIMIT_SWEEP_NS);
	EXPECT(&p, "a0-2 a2:c");
	ck_assert_uint_eq(p.coverage.all_gaps, 1);
}
END_TEST

/* What is told does not depend on who looks when. */
START_TEST(sweeps_change_nothing)
{
	char once[256] = "";

	for (int sweeps = 0; sweeps < 2; sweeps++) {
		player_stop(&p);
		player_start(&p);
		play_handshake(&p);
		play(&p, 0, 0, 2, 0, "c");
		play(&p, 0, 0, 5, 0, "f");
		play(&p, 1, 0, 0, 3, NULL);
		for (int i = 0; sweeps && i < 50; i++)
			tcp_advance(p.tcp, p.now_ns + i * 100 * MS);
		p.now_ns += 5 * NS_PER_S;
		play(&p, 0, 0, 0, 0, "ab");
		play(&p, 0, 0, 3, 0, "de");
		p.log[p.log_len] = '\0';
		if (!sweeps)
			memcpy(once, p.log, p.log_len + 1);
		EXPECT(&p, once);
	}
	ck_assert_str_eq(once, "a0-2 a2:c a3:de a5:f");
}
END_TEST

START_TEST(causal_order)
{
	play_handshake(&p);
	play(&p, 1, 0, 0, 3, "answer");
	EXPECT(&p, "");
	play(&p, 0, 0, 0, 0, "ask");
	EXPECT(&p, "a0:ask b0:answer");
	/* Two rounds, all in the wrong order. */
	play(&p, 1, 0, 8, 9, "4");
	play(&p, 0, 0, 6, 8, "333");
	play(&p, 1, 0, 6, 6, "22");
	EXPECT(&p, "");
	play(&p, 0, 0, 3, 6, "111");
	EXPECT(&p, "a3:111 b6:22 a6:333 b8:4");
}
END_TEST

/* A request that the capture lost: its answer is told after the grace, and the next
 * one at its right place. */
START_TEST(tail_hole_only_unblocks)
{
	play_handshake(&p);
	play(&p, 1, 0, 0, 3, "answer");
	p.now_ns += LIMIT_HOLE_NS + 1;
	tcp_advance(p.tcp, p.now_ns);
	EXPECT(&p, "b0:answer");
	ck_assert_uint_eq(p.acked, 3);
	play(&p, 1, 0, 6, 3, "more");
	EXPECT(&p, "b6:more");
	play(&p, 0, 0, 0, 0, "ask");
	EXPECT(&p, "a0:ask");
	ck_assert_uint_eq(p.coverage.all_gaps, 0);
}
END_TEST

/* An answer stands before its question, of which the beginning was lost. Its grace is
 * the question's too: what is held of that is told first, and nothing behind it. */
static void answer_before_hole(void)
{
	play_handshake(&p);
	play(&p, 1, 0, 0, 9, "answer");
	p.now_ns += LIMIT_HOLE_NS / 2;
	play(&p, 0, 0, 6, 0, "sk?");
	play(&p, 0, 0, 3, 0, "a");
	play(&p, 0, 0, 12, 6, "next");
	EXPECT(&p, "");
}

START_TEST(hole_below_what_is_acknowledged)
{
	answer_before_hole();
	p.now_ns += LIMIT_HOLE_NS / 2 + 1;
	tcp_advance(p.tcp, p.now_ns);
	EXPECT(&p, "a0-3 a3:a a4-2 a6:sk? b0:answer");
	ck_assert_uint_eq(p.acked, 9);
	play(&p, 0, 0, 9, 6, "the");
	EXPECT(&p, "a9:the a12:next");
}
END_TEST

START_TEST(hole_below_what_is_acknowledged_at_the_end)
{
	answer_before_hole();
	tcp_flush(p.tcp);
	EXPECT(&p, "a0-3 a3:a a4-2 a6:sk? b0:answer a9-3 a12:next END");
}
END_TEST

/* Acknowledging what was never sent must not hide what is sent later. */
START_TEST(forged_acknowledgements)
{
	play_handshake(&p);
	play(&p, 1, 0, 0, 1000000, NULL);
	play(&p, 1, 0, 0, 2000000000, "x");
	EXPECT(&p, "b0:x");
	ck_assert_uint_eq(p.acked, TCP_ACKED_UNKNOWN);
	play(&p, 1, 0, 1, -5, "y");
	EXPECT(&p, "b1:y");
	ck_assert_uint_eq(p.acked, TCP_ACKED_UNKNOWN);
	play(&p, 1, 0, 2, 500000, "z");
	p.now_ns += 2 * NS_PER_S;
	play(&p, 0, 0, 0, 3, "all of this");
	EXPECT(&p, "b2:z a0:all of this");
}
END_TEST

/* Begun in its middle, a direction has bytes before the first one known. */
START_TEST(acknowledged_before_the_middle)
{
	play(&p, 0, 0, 100, 0, "abc");
	play(&p, 1, 0, 0, 50, "x");
	p.now_ns += LIMIT_HOLE_NS + 1;
	tcp_advance(p.tcp, p.now_ns);
	play(&p, 1, 0, 1, 103, "y");
	ck_assert_uint_eq(p.acked, 3);
	play(&p, 1, 0, 2, 49, "z");
	ck_assert_uint_eq(p.acked, 0);
}
END_TEST

START_TEST(each_waits_for_the_other)
{
	play_handshake(&p);
	play(&p, 0, 0, 0, 5, "abc");
	play(&p, 1, 0, 0, 3, "ABCDE");
	EXPECT(&p, "");
	p.now_ns += LIMIT_HOLE_NS + 1;
	tcp_advance(p.tcp, p.now_ns);
	EXPECT(&p, "a0:abc b0:ABCDE");
}
END_TEST

/* Only the server's side is in the capture: it waits once, not each time. */
START_TEST(one_sided)
{
	play(&p, 1, TCP_SYN, -1, 0, NULL);
	play(&p, 1, 0, 0, 10, "one");
	EXPECT(&p, "");
	p.now_ns += LIMIT_HOLE_NS + 1;
	play(&p, 1, 0, 3, 20, "two");
	EXPECT(&p, "b0:one b3:two");
	play(&p, 1, 0, 6, 30, "three");
	EXPECT(&p, "b6:three");
	ck_assert_uint_eq(p.acked, 30);
	tcp_flush(p.tcp);
	EXPECT(&p, "END");
	ck_assert_uint_eq(p.coverage.one_sided, 1);
	ck_assert_uint_eq(p.coverage.midstream, 0);
}
END_TEST

START_TEST(overlap_first_copy_wins)
{
	play_handshake(&p);
	play(&p, 0, 0, 2, 0, "CDE");
	play(&p, 0, 0, 7, 0, "H");
	play(&p, 0, 0, 1, 0, "bcxefgy_");
	EXPECT(&p, "");
	ck_assert_uint_eq(p.coverage.overlaps_differ, 1);
	play(&p, 0, 0, 0, 0, "a");
	EXPECT(&p, "a0:a a1:b a2:CDE *a5:fg a7:H *a8:_");
}
END_TEST

START_TEST(retransmissions)
{
	play_handshake(&p);
	play(&p, 0, 0, 0, 0, "abc");
	play(&p, 0, 0, 0, 0, "abc");
	play(&p, 0, 0, 1, 0, "bc");
	ck_assert_uint_eq(p.coverage.retransmitted, 2);
	/* Longer than the first one: its new part counts. */
	play(&p, 0, 0, 0, 0, "abcde");
	EXPECT(&p, "a0:abc *a3:de");
	ck_assert_uint_eq(p.coverage.retransmitted, 2);
	/* Held twice. */
	play(&p, 0, 0, 8, 0, "ij");
	play(&p, 0, 0, 8, 0, "ij");
	ck_assert_uint_eq(p.coverage.retransmitted, 3);
	play(&p, 0, 0, 5, 0, "fgh");
	EXPECT(&p, "a5:fgh a8:ij");
	ck_assert_uint_eq(p.coverage.overlaps_differ, 0);
}
END_TEST

/* RFC 9293 section 3.8.4: with and without a garbage byte. */
START_TEST(keep_alives)
{
	play_handshake(&p);
	play(&p, 0, 0, 0, 0, "abc");
	play(&p, 0, 0, 2, 0, NULL);
	play(&p, 0, 0, 2, 0, "\xff");
	play(&p, 0, 0, -1, 0, "\xff");
	play(&p, 0, 0, 3, 0, "d");
	EXPECT(&p, "a0:abc a3:d");
}
END_TEST

START_TEST(absurdly_ahead)
{
	play_handshake(&p);
	play(&p, 0, 0, 0, 0, "abc");
	play(&p, 0, 0, 1100000000, 0, "zzz");
	play(&p, 0, 0, -900, 0, "old");
	EXPECT(&p, "a0:abc");
	ck_assert_uint_eq(p.coverage.undecoded[UNDECODED_MALFORMED], 1);
	ck_assert_uint_eq(player_bucket(&p, COVERAGE_UNDECODED), 1);
}
END_TEST

START_TEST(snap_length)
{
	play_handshake(&p);
	play_bytes(&p, 0, 0, 0, 0, "abc", 3, 7);
	EXPECT(&p, "a0:abc a3-7");
	play_bytes(&p, 0, 0, 14, 0, "op", 2, 2);
	play_bytes(&p, 0, 0, 10, 0, NULL, 0, 4);
	EXPECT(&p, "a10-4 a14:op a16-2");
	ck_assert_uint_eq(p.coverage.all_gap_bytes, 13);
}
END_TEST

/* ---- tcp_skip() ---- */

static void skip_four(struct player *q, struct tcp_connection *c, unsigned dir,
		      const struct tcp_data *d)
{
	(void)q;
	if (memchr(d->bytes, '!', d->len))
		tcp_skip(c, dir, 4);
}

START_TEST(skip_in_order)
{
	p.on_data = skip_four;
	play_handshake(&p);
	play(&p, 0, 0, 0, 0, "h!");
	play(&p, 0, 0, 2, 0, "12");
	EXPECT(&p, "a0:h!");
	play(&p, 0, 0, 4, 0, "34next");
	EXPECT(&p, "a|0 *a6:next");
}
END_TEST

START_TEST(skip_with_hole)
{
	p.on_data = skip_four;
	play_handshake(&p);
	play(&p, 0, 0, 0, 0, "h!");
	play(&p, 0, 0, 4, 0, "34ne");
	play(&p, 0, 0, 8, 0, "xt");
	play(&p, 1, 0, 0, 10, NULL);
	EXPECT(&p, "a0:h!");
	tcp_flush(p.tcp);
	EXPECT(&p, "a|2 *a6:ne a8:xt END");
	ck_assert_uint_eq(p.coverage.all_gap_bytes, 2);
}
END_TEST

/* Nobody is told of what a skip passes over: it need not wait for the other side. */
START_TEST(skip_does_not_wait)
{
	p.on_data = skip_four;
	play_handshake(&p);
	play(&p, 1, 0, 0, 0, "h!");
	play(&p, 1, 0, 2, 50, "123");
	EXPECT(&p, "b0:h!");
	/* Its last byte does. */
	play(&p, 1, 0, 5, 50, "4");
	EXPECT(&p, "");
	tcp_flush(p.tcp);
	EXPECT(&p, "b|0 END");
}
END_TEST

static void skip_all(struct player *q, struct tcp_connection *c, unsigned dir,
		     const struct tcp_data *d)
{
	(void)q;
	(void)d;
	tcp_skip(c, dir, TCP_SKIP_ALL);
}

START_TEST(skip_everything)
{
	p.on_data = skip_all;
	play_handshake(&p);
	play(&p, 0, 0, 0, 0, "x");
	play(&p, 0, 0, 2, 0, "yyyy");
	play(&p, 0, 0, 1, 0, "y");
	play(&p, 0, TCP_FIN, 6, 0, NULL);
	EXPECT(&p, "a0:x a.");
}
END_TEST

static void skip_again(struct player *q, struct tcp_connection *c, unsigned dir)
{
	(void)q;
	tcp_skip(c, dir, 4);
}

START_TEST(skip_from_skipped)
{
	p.on_data = skip_four;
	p.on_skipped = skip_again;
	play_handshake(&p);
	play(&p, 0, 0, 0, 0, "!");
	play(&p, 0, 0, 1, 0, "1234123412");
	EXPECT(&p, "a0:! a|0 a|0");
	p.on_skipped = NULL;
	play(&p, 0, 0, 11, 0, "34n");
	EXPECT(&p, "a|0 *a13:n");
}
END_TEST

/* ---- what is counted for HTTP ---- */

static void classify(struct player *q, struct tcp_connection *c, unsigned dir,
		     const struct tcp_data *d)
{
	(void)q;
	(void)dir;
	if (memchr(d->bytes, 'H', d->len))
		tcp_classify(c, COVERAGE_HTTP);
	if (memchr(d->bytes, 'T', d->len))
		tcp_classify(c, COVERAGE_TLS);
}

START_TEST(classified_late)
{
	p.on_data = classify;
	play_handshake(&p);
	play_bytes(&p, 0, 0, 0, 0, "abc", 3, 2);
	ck_assert_uint_eq(p.coverage.http_bytes, 0);
	play(&p, 0, 0, 5, 0, "H");
	ck_assert_uint_eq(p.coverage.http_bytes, 4);
	ck_assert_uint_eq(p.coverage.http_bytes_lost, 2);
	ck_assert_uint_eq(p.coverage.gaps, 1);
	ck_assert_uint_eq(p.coverage.gap_bytes, 2);
	ck_assert_uint_eq(player_bucket(&p, COVERAGE_HTTP), 5);
	play_bytes(&p, 0, 0, 6, 0, "xy", 2, 1);
	ck_assert_uint_eq(p.coverage.http_bytes, 6);
	ck_assert_uint_eq(p.coverage.http_bytes_lost, 3);
	ck_assert_uint_eq(p.coverage.gaps, 2);
	play(&p, 0, 0, 9, 0, "T");
	ck_assert_uint_eq(p.coverage.http_bytes, 0);
	ck_assert_uint_eq(p.coverage.http_bytes_lost, 0);
	ck_assert_uint_eq(p.coverage.gaps, 0);
	ck_assert_uint_eq(p.coverage.gap_bytes, 0);
	ck_assert_uint_eq(player_bucket(&p, COVERAGE_TLS), 7);
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("tcp order");
	TCase *tc = tcase_create("order");

	tcase_add_checked_fixture(tc, start, stop);
	tcase_add_test(tc, in_order);
	tcase_add_test(tc, sequence_wraps);
	tcase_add_test(tc, permuted);
	tcase_add_test(tc, syn_moved_behind_data);
	tcase_add_test(tc, syn_with_data_moved_behind_its_answer);
	tcase_add_test(tc, syn_never_comes);
	tcase_add_test(tc, midstream_waits_for_what_stands_before);
	tcase_add_test(tc, midstream_after_segments);
	tcase_add_test(tc, hole_acknowledged);
	tcase_add_test(tc, hole_filled_within_grace);
	tcase_add_test(tc, hole_after_segments);
	tcase_add_test(tc, hole_without_acknowledgement);
	tcase_add_test(tc, sweeps_change_nothing);
	tcase_add_test(tc, causal_order);
	tcase_add_test(tc, tail_hole_only_unblocks);
	tcase_add_test(tc, hole_below_what_is_acknowledged);
	tcase_add_test(tc, hole_below_what_is_acknowledged_at_the_end);
	tcase_add_test(tc, forged_acknowledgements);
	tcase_add_test(tc, acknowledged_before_the_middle);
	tcase_add_test(tc, each_waits_for_the_other);
	tcase_add_test(tc, one_sided);
	tcase_add_test(tc, overlap_first_copy_wins);
	tcase_add_test(tc, retransmissions);
	tcase_add_test(tc, keep_alives);
	tcase_add_test(tc, absurdly_ahead);
	tcase_add_test(tc, snap_length);
	tcase_add_test(tc, skip_in_order);
	tcase_add_test(tc, skip_with_hole);
	tcase_add_test(tc, skip_does_not_wait);
	tcase_add_test(tc, skip_everything);
	tcase_add_test(tc, skip_from_skipped);
	tcase_add_test(tc, classified_late);
	suite_add_tcase(s, tc);
	return s;
}

int main(void)
{
	return run_suite(suite());
}
