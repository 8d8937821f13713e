/* Beginnings, ends, other connections on the same ports, silence, copies. */
#include <check.h>
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

/* A handshake and one byte each way. */
static void play_round(void)
{
	play_handshake(&p);
	play(&p, 0, 0, 0, 0, "q");
	play(&p, 1, 0, 0, 1, "r");
	EXPECT(&p, "a0:q b0:r");
}

static void play_fins(void)
{
	play(&p, 0, TCP_FIN, 1, 1, NULL);
	play(&p, 1, TCP_FIN, 1, 2, NULL);
	EXPECT(&p, "a. b. CLOSED");
}

/* ---- beginnings ---- */

START_TEST(no_payload_no_connection)
{
	play_handshake(&p);
	play(&p, 0, TCP_FIN, 0, 0, NULL);
	play(&p, 1, TCP_FIN, 0, 1, NULL);
	tcp_flush(p.tcp);
	EXPECT(&p, "");
	ck_assert_uint_eq(p.coverage.connections, 0);
	ck_assert_uint_eq(player_bucket(&p, COVERAGE_UNDETERMINED_TCP), 5);
}
END_TEST

static int initiator;

static void ask_initiator(struct player *q, struct tcp_connection *c, unsigned dir,
			  const struct tcp_data *d)
{
	(void)q;
	(void)dir;
	(void)d;
	initiator = tcp_initiator(c);
	ck_assert(tcp_seen(c, 0));
	ck_assert_uint_eq(tcp_endpoint(c, 1).port, 80);
}

START_TEST(initiator_is_who_sent_the_syn)
{
	p.on_data = ask_initiator;
	play_round();
	ck_assert_int_eq(initiator, 0);
	/* From the SYN-ACK alone, the other way round. */
	p.key.port[0]++;
	play(&p, 0, TCP_SYN, -1, 0, NULL);
	play(&p, 0, 0, 0, 0, "x");
	p.now_ns += 2 * LIMIT_HOLE_NS;
	tcp_advance(p.tcp, p.now_ns);
	EXPECT(&p, "a0:x");
	ck_assert_int_eq(initiator, 1);
	p.key.port[0]++;
	play(&p, 0, 0, 0, 0, "x");
	tcp_flush(p.tcp);
	ck_assert_int_eq(initiator, -1);
}
END_TEST

/* RFC 9293 figure 8. */
START_TEST(simultaneous_open)
{
	play(&p, 0, TCP_SYN, -1, NO_ACK, NULL);
	play(&p, 1, TCP_SYN, -1, NO_ACK, NULL);
	play(&p, 0, TCP_SYN, -1, 0, NULL);
	play(&p, 1, TCP_SYN, -1, 0, NULL);
	play(&p, 1, 0, 0, 0, "b");
	play(&p, 0, 0, 0, 1, "a");
	EXPECT(&p, "b0:b a0:a");
	ck_assert_uint_eq(p.coverage.midstream, 0);
}
END_TEST

/* RFC 7413: the server acknowledges SYN and data. */
START_TEST(data_in_syn)
{
	play(&p, 0, TCP_SYN, -1, NO_ACK, "GET");
	play(&p, 1, TCP_SYN, -1, 3, NULL);
	play(&p, 1, 0, 0, 3, "OK");
	EXPECT(&p, "a0:GET b0:OK");
	/* Not acknowledged, sent again. */
	play(&p, 0, 0, 0, 0, "GET x");
	EXPECT(&p, "*a3: x");
	ck_assert_uint_eq(p.coverage.midstream, 0);
}
END_TEST

START_TEST(fin_overtakes_first_data)
{
	play_handshake(&p);
	play(&p, 0, TCP_FIN, 2, 0, NULL);
	play(&p, 1, TCP_FIN, 0, 3, NULL);
	play(&p, 0, 0, 0, 0, "ab");
	EXPECT(&p, "a0:ab a. b. CLOSED");
}
END_TEST

/* The same without a SYN. */
START_TEST(ends_overtake_first_data_midstream)
{
	play(&p, 1, TCP_FIN, 0, 2, NULL);
	play(&p, 0, 0, 0, 0, "ab");
	play(&p, 0, TCP_FIN, 2, 1, NULL);
	tcp_flush(p.tcp);
	EXPECT(&p, "b? a? a0:ab a. b. CLOSED");
	p.key.port[0]++;
	play(&p, 1, TCP_RST, 0, 2, NULL);
	play(&p, 0, 0, 0, 0, "ab");
	tcp_flush(p.tcp);
	EXPECT(&p, "a? a0:ab RESET");
}
END_TEST

/* Ends that stand far from where the connection begins are of an earlier one. */
START_TEST(ends_of_earlier_connection)
{
	int64_t far = 1 << 23;

	play(&p, 0, TCP_FIN, -far, 0, NULL);
	play(&p, 1, TCP_FIN, far, 0, NULL);
	play(&p, 1, TCP_RST, far + 1, 0, NULL);
	play_handshake(&p);
	play(&p, 0, 0, 0, 0, "ab");
	play(&p, 1, 0, 0, 2, "cd");
	tcp_flush(p.tcp);
	EXPECT(&p, "a0:ab b0:cd END");
	p.key.port[0]++;
	play(&p, 0, TCP_FIN, -far, 0, NULL);
	play(&p, 1, TCP_FIN, far, 0, NULL);
	play(&p, 1, TCP_RST, far + 1, 0, NULL);
	play(&p, 0, 0, 0, 0, "ab");
	tcp_flush(p.tcp);
	EXPECT(&p, "a? a0:ab END");
}
END_TEST

/* ---- ends ---- */

START_TEST(fin_waits_for_hole)
{
	play_round();
	play(&p, 0, TCP_FIN, 4, 1, NULL);
	play(&p, 1, TCP_FIN, 1, 1, NULL);
	EXPECT(&p, "b.");
	play(&p, 0, 0, 1, 1, "234");
	EXPECT(&p, "a1:234 a. CLOSED");
}
END_TEST

/* The bytes before the FIN were lost, and acknowledged. */
START_TEST(fin_after_lost_bytes)
{
	play_round();
	play(&p, 0, TCP_FIN, 4, 1, NULL);
	play(&p, 1, TCP_FIN, 1, 5, NULL);
	p.now_ns += LIMIT_HOLE_NS + 1;
	tcp_advance(p.tcp, p.now_ns);
	EXPECT(&p, "a1-3 a. b. CLOSED");
}
END_TEST

/* A hole with nothing but a FIN after it, and the capture ends: no gap. */
START_TEST(hole_at_the_end_is_no_gap)
{
	play_round();
	play(&p, 0, TCP_FIN, 4, 1, NULL);
	tcp_flush(p.tcp);
	EXPECT(&p, "END");
	ck_assert_uint_eq(p.coverage.all_gaps, 0);
}
END_TEST

/* Both have said that it is over; that their beginnings are waited for when the capture
 * ends does not make it open. */
START_TEST(fins_held_at_the_end)
{
	play(&p, 0, 0, 0, 0, "ab");
	play(&p, 0, TCP_FIN, 2, 0, NULL);
	play(&p, 1, 0, 0, 2, "cd");
	play(&p, 1, TCP_FIN, 2, 3, NULL);
	p.now_ns += MS;
	tcp_advance(p.tcp, p.now_ns);
	EXPECT(&p, "");
	tcp_flush(p.tcp);
	EXPECT(&p, "a? b? a0:ab a. b0:cd b. CLOSED");
	ck_assert_int_eq(p.closed_ns, p.now_ns - MS);
}
END_TEST

/* A direction of which there is only the FIN waits for its beginning too. */
START_TEST(fin_alone_at_the_end)
{
	play(&p, 0, 0, 0, 0, "ab");
	play(&p, 0, TCP_FIN, 2, 0, NULL);
	play(&p, 1, TCP_FIN, 0, 3, NULL);
	EXPECT(&p, "");
	tcp_flush(p.tcp);
	EXPECT(&p, "a? b? a0:ab a. b. CLOSED");
	ck_assert_uint_eq(p.coverage.all_gaps, 0);
}
END_TEST

START_TEST(data_after_fin_is_harmless)
{
	play_round();
	play(&p, 0, TCP_FIN, 1, 1, NULL);
	play(&p, 0, 0, 1, 1, "zz");
	play(&p, 0, 0, 2, 1, "zz");
	play(&p, 1, 0, 1, 2, "more");
	EXPECT(&p, "a. b1:more");
	play(&p, 1, TCP_FIN, 5, 2, NULL);
	EXPECT(&p, "b. CLOSED");
}
END_TEST

/* Two that contradict each other: the first that is in order is the end. */
START_TEST(two_fins)
{
	play_round();
	play(&p, 0, TCP_FIN, 5, 1, NULL);
	play(&p, 0, TCP_FIN, 1, 1, NULL);
	play(&p, 1, 0, 1, 6, "r");
	p.now_ns += LIMIT_HOLE_NS + 1;
	tcp_advance(p.tcp, p.now_ns);
	p.now_ns += LIMIT_HOLE_NS + 1;
	tcp_advance(p.tcp, p.now_ns);
	EXPECT(&p, "a. b1:r");
}
END_TEST

START_TEST(reset_with_stragglers)
{
	play_round();
	play(&p, 0, TCP_RST, 1, NO_ACK, NULL);
	p.now_ns += LIMIT_RESET_NS;
	play(&p, 1, 0, 1, 1, "late");
	EXPECT(&p, "b1:late");
	p.now_ns += 1;
	tcp_advance(p.tcp, p.now_ns + LIMIT_SWEEP_NS);
	EXPECT(&p, "RESET");
	ck_assert_int_eq(p.closed_ns, p.now_ns - 1 - LIMIT_RESET_NS);
	play(&p, 1, 0, 1, 1, "late");
	EXPECT(&p, "");
	ck_assert_uint_eq(p.coverage.connections, 1);
}
END_TEST

/* Somebody else's reset, at the right place: the connection goes on. */
START_TEST(reset_that_nobody_heeds)
{
	play_round();
	play(&p, 0, TCP_RST, 1, NO_ACK, NULL);
	play(&p, 0, 0, 1, 1, "ask");
	p.now_ns += LIMIT_RESET_NS + 1;
	play(&p, 1, 0, 1, 4, "answer");
	EXPECT(&p, "a1:ask b1:answer");
	/* In the handshake, too: nobody can know what is right there but the ISN. */
	p.key.port[0]++;
	play_handshake(&p);
	play(&p, 1, TCP_RST, 900000000, 0, NULL);
	play(&p, 0, 0, 0, 0, "ask");
	p.now_ns += LIMIT_RESET_NS + 1;
	play(&p, 1, 0, 0, 3, "answer");
	EXPECT(&p, "a0:ask b0:answer");
}
END_TEST

/* More than the grace later there is still new data: it is read. */
START_TEST(data_long_after_reset)
{
	play_round();
	play(&p, 0, TCP_RST, 1, NO_ACK, NULL);
	p.now_ns += LIMIT_RESET_NS + 1;
	play(&p, 1, 0, 1, 1, "more");
	EXPECT(&p, "RESET");
	tcp_flush(p.tcp);
	EXPECT(&p, "b? b0:more END");
}
END_TEST

/* Moved in front of the first payload. */
START_TEST(reset_overtakes_first_data)
{
	play_handshake(&p);
	play(&p, 0, TCP_RST, 3, 0, NULL);
	play(&p, 0, 0, 0, 0, "ask");
	tcp_flush(p.tcp);
	EXPECT(&p, "a0:ask RESET");
}
END_TEST

START_TEST(reset_before_the_end_of_the_capture)
{
	play_round();
	play(&p, 1, TCP_RST, 1, 1, NULL);
	tcp_flush(p.tcp);
	EXPECT(&p, "RESET");
}
END_TEST

/* RFC 5961 section 3: a blind reset is not believed. */
START_TEST(reset_out_of_window)
{
	play_round();
	play(&p, 0, TCP_RST, 500000000, NO_ACK, NULL);
	play(&p, 1, TCP_RST, -500000000, NO_ACK, NULL);
	p.now_ns += 2 * NS_PER_S;
	play(&p, 0, 0, 1, 1, "on");
	EXPECT(&p, "a1:on");
}
END_TEST

START_TEST(late_copies_begin_nothing)
{
	play_round();
	play_fins();
	p.now_ns += NS_PER_S;
	play(&p, 0, 0, 0, 0, "q");
	play(&p, 1, 0, 0, 1, "r");
	play(&p, 1, 0, 2, 2, NULL);
	play(&p, 0, TCP_SYN, -1, NO_ACK, NULL);
	tcp_flush(p.tcp);
	EXPECT(&p, "");
	ck_assert_uint_eq(p.coverage.connections, 1);
	ck_assert_uint_eq(player_bucket(&p, COVERAGE_UNDETERMINED_TCP), 11);
}
END_TEST

/* ---- the same ports again ---- */

START_TEST(reuse_after_close)
{
	play_round();
	play_fins();
	p.first[0] += 70000000;
	p.first[1] += 90000000;
	play_round();
	tcp_flush(p.tcp);
	EXPECT(&p, "END");
	ck_assert_uint_eq(p.coverage.connections, 2);
	ck_assert_uint_eq(p.coverage.midstream, 0);
}
END_TEST

START_TEST(reuse_without_syn)
{
	play_round();
	play_fins();
	p.first[0] += 70000000;
	play(&p, 0, 0, 0, NO_ACK, "new");
	tcp_flush(p.tcp);
	EXPECT(&p, "a? a0:new END");
}
END_TEST

START_TEST(stray_syn_kills_nothing)
{
	play_round();
	p.first[0] += 70000000;
	play(&p, 0, TCP_SYN, -1, NO_ACK, NULL);
	p.first[0] -= 70000000;
	play(&p, 0, 0, 1, 1, "still");
	EXPECT(&p, "a1:still");
	/* Nor does an answer that does not acknowledge it. */
	p.first[1] += 5000;
	play(&p, 1, TCP_SYN, -1, 77, NULL);
	p.first[1] -= 5000;
	play(&p, 1, 0, 1, 6, "here");
	EXPECT(&p, "b1:here");
	ck_assert_uint_eq(p.coverage.connections, 1);
}
END_TEST

START_TEST(reuse_of_a_live_connection)
{
	play_round();
	p.first[0] += 70000000;
	p.first[1] += 90000000;
	play(&p, 0, TCP_SYN, -1, NO_ACK, NULL);
	EXPECT(&p, "");
	play(&p, 1, TCP_SYN, -1, 0, NULL);
	EXPECT(&p, "CLOSED");
	play(&p, 0, 0, 0, 0, "new");
	play(&p, 1, 0, 0, 3, "NEW");
	EXPECT(&p, "a0:new b0:NEW");
	ck_assert_uint_eq(p.coverage.connections, 2);
	ck_assert_uint_eq(p.coverage.midstream, 0);
}
END_TEST

/* Its SYN-ACK is not in the capture. */
START_TEST(reuse_of_a_live_connection_by_data)
{
	play_round();
	p.first[0] += 70000000;
	play(&p, 0, TCP_SYN, -1, NO_ACK, NULL);
	play(&p, 0, 0, 0, NO_ACK, "new");
	EXPECT(&p, "CLOSED a0:new");
}
END_TEST

/* The connection before (-1) or the one after on the same ports. ISNs grow with time
 * (RFC 9293 section 3.4.1). */
static void other_connection(int step)
{
	p.first[0] += (uint32_t)(step * 70000000);
	p.first[1] += (uint32_t)(step * 90000000);
}

/* What play_round() has sent, once more, on the ports of a later connection. */
static void play_late_copies(void)
{
	other_connection(-1);
	play(&p, 0, 0, 0, 0, "q");
	play(&p, 1, 0, 0, 1, "r");
	play(&p, 1, 0, 1, 1, NULL);
	other_connection(1);
	EXPECT(&p, "");
}

START_TEST(late_copies_on_ports_that_begin_again)
{
	play_round();
	play_fins();
	other_connection(1);
	play(&p, 0, TCP_SYN, -1, NO_ACK, NULL);
	play_late_copies();
	play(&p, 1, TCP_SYN, -1, 0, NULL);
	play(&p, 0, 0, 0, 0, NULL);
	play_late_copies();
	play(&p, 0, 0, 3, 0, "er");
	play(&p, 0, 0, 0, 0, "new");
	EXPECT(&p, "a0:new a3:er");
	play_late_copies();
	play(&p, 1, 0, 0, 5, "NEW");
	EXPECT(&p, "b0:NEW");
	play_late_copies();
	ck_assert_uint_eq(p.coverage.connections, 2);
	ck_assert_uint_eq(p.coverage.midstream, 0);
	ck_assert_uint_eq(player_bucket(&p, COVERAGE_UNDETERMINED_TCP), p.packets);
}
END_TEST

START_TEST(late_copies_on_ports_that_were_taken_over)
{
	play_round();
	other_connection(1);
	play(&p, 0, TCP_SYN, -1, NO_ACK, NULL);
	play(&p, 1, TCP_SYN, -1, 0, NULL);
	EXPECT(&p, "CLOSED");
	play_late_copies();
	play(&p, 0, 0, 0, 0, "new");
	play(&p, 1, 0, 0, 3, "NEW");
	EXPECT(&p, "a0:new b0:NEW");
	play_late_copies();
	ck_assert_uint_eq(p.coverage.connections, 2);
	ck_assert_uint_eq(p.coverage.midstream, 0);
}
END_TEST

/* A SYN that nobody sent hides no connection whose own SYN is not in the capture. */
START_TEST(stray_syn_on_the_ports_of_an_old_connection)
{
	play_round();
	play_fins();
	other_connection(1);
	play(&p, 0, TCP_SYN, -1, NO_ACK, NULL);
	other_connection(1);
	play(&p, 0, 0, 0, 0, "new");
	tcp_flush(p.tcp);
	ck_assert_uint_eq(p.coverage.connections, 2);
}
END_TEST

/* ---- silence ---- */

START_TEST(idle)
{
	int64_t last;

	play_round();
	last = p.now_ns;
	p.now_ns += LIMIT_IDLE_NS;
	tcp_advance(p.tcp, p.now_ns);
	EXPECT(&p, "");
	tcp_advance(p.tcp, p.now_ns + LIMIT_SWEEP_NS);
	EXPECT(&p, "IDLE");
	ck_assert_int_eq(p.closed_ns, last + LIMIT_IDLE_NS);
}
END_TEST

/* Nobody looked until its own next packet: all the same. */
START_TEST(idle_noticed_by_its_own_packet)
{
	int64_t last;

	play_round();
	last = p.now_ns;
	p.now_ns += LIMIT_IDLE_NS + NS_PER_S;
	play(&p, 0, 0, 1, 1, "again");
	EXPECT(&p, "IDLE");
	ck_assert_int_eq(p.closed_ns, last + LIMIT_IDLE_NS);
	tcp_flush(p.tcp);
	EXPECT(&p, "a? a0:again END");
	ck_assert_uint_eq(p.coverage.midstream, 1);
}
END_TEST

START_TEST(a_capture_appended_a_day_later)
{
	p.key.port[0]++;
	play_bytes(&p, 0, TCP_ACK, 7777, NO_ACK, "x", 1, 0);
	p.key.port[0]--;
	p.now_ns += 24 * 3600 * NS_PER_S;
	play_handshake(&p);
	play(&p, 0, TCP_ACK, 0, 0, "ask");
	p.now_ns += MS;
	play(&p, 1, TCP_ACK, 0, 3, "ans");
	p.now_ns += MS;
	play(&p, 1, TCP_ACK, 3, 3, "wer");
	ck_assert_uint_eq(p.coverage.connections, 2);
	ck_assert_ptr_nonnull(strstr(p.log, "a0:ask b0:ans b3:wer"));
}
END_TEST

START_TEST(idle_at_the_end_of_the_capture)
{
	play_round();
	p.key.port[0]++;
	p.now_ns += LIMIT_IDLE_NS + 1;
	play_handshake(&p);
	play(&p, 0, 0, 0, 0, "x");
	p.log_len = 0;
	tcp_flush(p.tcp);
	EXPECT(&p, "END");
}
END_TEST

static void wait_for_it(struct player *q, struct tcp_connection *c, unsigned dir,
			const struct tcp_data *d)
{
	(void)q;
	tcp_set_waiting(c, dir == 0 && d->len > 0);
}

START_TEST(idle_while_waiting)
{
	int64_t last;

	p.on_data = wait_for_it;
	play_round();
	play(&p, 0, 0, 1, 1, "ask");
	last = p.now_ns;
	p.now_ns += LIMIT_IDLE_NS + 1;
	tcp_advance(p.tcp, p.now_ns);
	EXPECT(&p, "a1:ask idle");
	ck_assert_int_eq(p.told_ns, last + LIMIT_IDLE_NS);
	tcp_advance(p.tcp, p.now_ns + NS_PER_S);
	EXPECT(&p, "");
	p.now_ns += NS_PER_S;
	play(&p, 1, TCP_PSH, 1, 4, NULL);
	p.now_ns += LIMIT_IDLE_NS + 1;
	tcp_advance(p.tcp, p.now_ns);
	EXPECT(&p, "idle");
	/* An hour after its last packet, in steps: one jump would not be believed. */
	p.now_ns += 1800 * NS_PER_S;
	tcp_advance(p.tcp, p.now_ns);
	EXPECT(&p, "");
	p.now_ns += 1800 * NS_PER_S;
	tcp_advance(p.tcp, p.now_ns);
	EXPECT(&p, "IDLE");
}
END_TEST

static void wait_no_more(struct player *q, struct tcp_connection *c)
{
	(void)q;
	tcp_set_waiting(c, false);
}

START_TEST(idle_gives_up_waiting)
{
	p.on_data = wait_for_it;
	p.on_idle = wait_no_more;
	play_handshake(&p);
	play(&p, 0, 0, 0, 0, "ask");
	p.now_ns += LIMIT_IDLE_NS + 1;
	tcp_advance(p.tcp, p.now_ns);
	EXPECT(&p, "a0:ask idle IDLE");
}
END_TEST

START_TEST(answer_after_idle)
{
	p.on_data = wait_for_it;
	play_handshake(&p);
	play(&p, 0, 0, 0, 0, "ask");
	p.now_ns += LIMIT_IDLE_NS + 100 * NS_PER_S;
	play(&p, 1, 0, 0, 3, "sorry");
	EXPECT(&p, "a0:ask idle b0:sorry");
	tcp_flush(p.tcp);
	EXPECT(&p, "END");
}
END_TEST

/* ---- copies ---- */

START_TEST(mirror_port)
{
	for (int copy = 0; copy < 2; copy++) {
		p.ip_id = 7;
		play(&p, 0, TCP_SYN, -1, NO_ACK, NULL);
	}
	play(&p, 1, TCP_SYN, -1, 0, NULL);
	for (int copy = 0; copy < 2; copy++) {
		p.ip_id = 8;
		play(&p, 0, 0, 0, 0, "data");
	}
	EXPECT(&p, "a0:data");
	ck_assert_uint_eq(player_bucket(&p, COVERAGE_DUPLICATE), 2);
	ck_assert_uint_eq(p.coverage.retransmitted, 0);
	/* Too late for a copy: sent again. */
	p.now_ns += LIMIT_DUPLICATE_NS + MS;
	p.ip_id = 8;
	play(&p, 0, 0, 0, 0, "data");
	ck_assert_uint_eq(player_bucket(&p, COVERAGE_DUPLICATE), 2);
	ck_assert_uint_eq(p.coverage.retransmitted, 1);
}
END_TEST

START_TEST(address_translation)
{
	play_handshake(&p);
	play(&p, 0, 0, 0, 0, "GET / HTTP/1.1");
	p.key.addr[0].bytes[15] = 77;
	p.key.port[0] = 1234;
	play_handshake(&p);
	play(&p, 0, 0, 0, 0, "GET / HTTP/1.1");
	ck_assert_uint_eq(p.coverage.nat_copies, 1);
	p.key.port[0] = 1235;
	play(&p, 0, 0, 0, 0, "GET /2 HTTP/1.");
	ck_assert_uint_eq(p.coverage.nat_copies, 1);
	ck_assert_uint_eq(p.coverage.connections, 3);
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("tcp roles");
	TCase *tc = tcase_create("roles");

	tcase_add_checked_fixture(tc, start, stop);
	tcase_add_test(tc, no_payload_no_connection);
	tcase_add_test(tc, initiator_is_who_sent_the_syn);
	tcase_add_test(tc, simultaneous_open);
	tcase_add_test(tc, data_in_syn);
	tcase_add_test(tc, fin_overtakes_first_data);
	tcase_add_test(tc, ends_overtake_first_data_midstream);
	tcase_add_test(tc, ends_of_earlier_connection);
	tcase_add_test(tc, fin_waits_for_hole);
	tcase_add_test(tc, fin_after_lost_bytes);
	tcase_add_test(tc, hole_at_the_end_is_no_gap);
	tcase_add_test(tc, fins_held_at_the_end);
	tcase_add_test(tc, fin_alone_at_the_end);
	tcase_add_test(tc, data_after_fin_is_harmless);
	tcase_add_test(tc, two_fins);
	tcase_add_test(tc, reset_with_stragglers);
	tcase_add_test(tc, reset_that_nobody_heeds);
	tcase_add_test(tc, data_long_after_reset);
	tcase_add_test(tc, reset_overtakes_first_data);
	tcase_add_test(tc, reset_before_the_end_of_the_capture);
	tcase_add_test(tc, reset_out_of_window);
	tcase_add_test(tc, late_copies_begin_nothing);
	tcase_add_test(tc, reuse_after_close);
	tcase_add_test(tc, reuse_without_syn);
	tcase_add_test(tc, stray_syn_kills_nothing);
	tcase_add_test(tc, reuse_of_a_live_connection);
	tcase_add_test(tc, reuse_of_a_live_connection_by_data);
	tcase_add_test(tc, late_copies_on_ports_that_begin_again);
	tcase_add_test(tc, late_copies_on_ports_that_were_taken_over);
	tcase_add_test(tc, stray_syn_on_the_ports_of_an_old_connection);
	tcase_add_test(tc, idle);
	tcase_add_test(tc, idle_noticed_by_its_own_packet);
	tcase_add_test(tc, a_capture_appended_a_day_later);
	tcase_add_test(tc, idle_at_the_end_of_the_capture);
	tcase_add_test(tc, idle_while_waiting);
	tcase_add_test(tc, idle_gives_up_waiting);
	tcase_add_test(tc, answer_after_idle);
	tcase_add_test(tc, mirror_port);
	tcase_add_test(tc, address_translation);
	suite_add_tcase(s, tc);
	return s;
}

int main(void)
{
	return run_suite(suite());
}
