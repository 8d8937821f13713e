/* Floods: every table has its bound, and what was given up is counted. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "player.h"
#include "support/run_suite.h"

static struct player p;
static uint64_t closed;
static uint64_t told;

static void start(void)
{
	player_start(&p);
	p.quiet = true;
	closed = 0;
	told = 0;
}

static void stop(void)
{
	player_stop(&p);
}

static void connection_number(uint32_t n)
{
	memcpy(p.key.addr[0].bytes + 4, &n, sizeof(n));
}

/* A SYN flood turns over only the half-open cache: the memory stays, and the newest
 * handshake is known. */
START_TEST(syn_flood)
{
	size_t before = tcp_memory(p.tcp);

	for (uint32_t i = 0; i < 10 * LIMIT_HALF_OPEN; i++) {
		connection_number(i);
		play(&p, 0, TCP_SYN, -1, NO_ACK, NULL);
	}
	ck_assert_uint_eq(tcp_memory(p.tcp), before);
	ck_assert_uint_eq(p.coverage.connections, 0);
	p.quiet = false;
	/* The oldest that is still there, and the one before it. */
	connection_number(9 * LIMIT_HALF_OPEN);
	play(&p, 0, 0, 0, NO_ACK, "known");
	EXPECT(&p, "a0:known");
	connection_number(9 * LIMIT_HALF_OPEN - 1);
	play(&p, 0, 0, 0, NO_ACK, "evicted");
	tcp_flush(p.tcp);
	EXPECT(&p, "END a? a0:evicted END");
}
END_TEST

static void http_if_even(struct player *q, struct tcp_connection *c, unsigned dir,
			 const struct tcp_data *d)
{
	(void)q;
	(void)dir;
	told++;
	if (d->bytes[0] == 'H')
		tcp_classify(c, COVERAGE_HTTP);
}

/* One more than there may be: what is not HTTP goes first, then the longest silent. */
START_TEST(connection_flood)
{
	p.on_data = http_if_even;
	for (uint32_t i = 0; i < LIMIT_CONNECTIONS; i++) {
		connection_number(i);
		p.now_ns += i % 8192 == 0 ? NS_PER_S : 0;
		play(&p, 0, TCP_SYN, -1, NO_ACK, NULL);
		play(&p, 0, 0, 0, NO_ACK, i == 7 ? "x" : "H");
	}
	ck_assert_uint_eq(p.coverage.evicted, 0);
	ck_assert_uint_eq(told, LIMIT_CONNECTIONS);
	/* 144 bytes a record, 16 of index, and what rounding costs. */
	/* A record and its part of the index; and the caches, which do not grow. */
	ck_assert_uint_lt(tcp_memory(p.tcp), LIMIT_CONNECTIONS * 161ULL + 4 * MIB);
	p.quiet = false;
	for (uint32_t i = 0; i < 2; i++) {
		connection_number(LIMIT_CONNECTIONS + i);
		play(&p, 0, TCP_SYN, -1, NO_ACK, NULL);
		play(&p, 0, 0, 0, NO_ACK, "H");
		EXPECT(&p, "EVICTED a0:H");
	}
	ck_assert_uint_eq(p.coverage.evicted, 2);
	/* Number 7 and then number 0 have gone. */
	connection_number(1);
	play(&p, 0, 0, 1, NO_ACK, "H");
	EXPECT(&p, "a1:H");
	connection_number(7);
	play(&p, 0, 0, 1, NO_ACK, "x");
	EXPECT(&p, "EVICTED");
	ck_assert_uint_eq(p.coverage.evicted, 3);
	p.quiet = true;
}
END_TEST

/* Closed ones that linger are fewer, and go first. */
START_TEST(lingering_bound)
{
	size_t most = 0;

	for (uint32_t i = 0; i < 3 * LIMIT_LINGERING; i++) {
		connection_number(i);
		play_handshake(&p);
		play(&p, 0, TCP_FIN, 0, 0, "x");
		play(&p, 1, TCP_FIN, 0, 2, NULL);
		if (i == LIMIT_LINGERING)
			most = tcp_memory(p.tcp);
	}
	ck_assert_uint_eq(tcp_memory(p.tcp), most);
	ck_assert_uint_eq(p.coverage.evicted, 0);
	/* The last one is remembered, the first is not. */
	play(&p, 0, 0, 0, 0, "x");
	ck_assert_uint_eq(p.coverage.connections, 3 * LIMIT_LINGERING);
	connection_number(0);
	play(&p, 0, 0, 0, 0, "x");
	ck_assert_uint_eq(p.coverage.connections, 3 * LIMIT_LINGERING + 1);
}
END_TEST

static uint64_t heard_to;

static void in_sequence(struct player *q, struct tcp_connection *c, unsigned dir,
			const struct tcp_data *d)
{
	(void)q;
	(void)c;
	(void)dir;
	ck_assert_uint_eq(d->offset, heard_to);
	heard_to += d->len;
}

static void gap_in_sequence(struct player *q, struct tcp_connection *c, unsigned dir,
			    uint64_t offset, uint64_t len)
{
	(void)q;
	(void)c;
	(void)dir;
	ck_assert_uint_eq(offset, heard_to);
	heard_to += len;
}

/* A hole that nobody fills: the connection holds so much and no more. */
START_TEST(held_by_a_connection)
{
	static char payload[1460];
	size_t before = tcp_memory(p.tcp);
	int64_t at = 10;

	heard_to = 0;
	p.on_data = in_sequence;
	p.on_gap = gap_in_sequence;
	play_handshake(&p);
	play_bytes(&p, 0, 0, 0, 0, payload, 1, 0);
	for (; at < 3 * (int64_t)LIMIT_HELD_CONNECTION;
	     at += (int64_t)sizeof(payload)) {
		play_bytes(&p, 0, 0, at, 0, payload, sizeof(payload), 0);
		ck_assert_uint_lt(tcp_memory(p.tcp) - before,
				  LIMIT_HELD_CONNECTION + 200 * KIB);
	}
	/* Given up once: what came after it was in order. */
	ck_assert_uint_eq(p.coverage.held_over_bound, 1);
	ck_assert_uint_eq(p.coverage.all_gap_bytes, 9);
	ck_assert_uint_eq(heard_to, (uint64_t)at);
}
END_TEST

/* One byte in two, backward: holes and records, hardly any payload. */
START_TEST(hole_flood)
{
	size_t before = tcp_memory(p.tcp);

	p.on_data = in_sequence;
	p.on_gap = gap_in_sequence;
	heard_to = 0;
	play_handshake(&p);
	for (int64_t at = 200000; at > 0; at -= 2) {
		play(&p, 0, 0, at, 0, "x");
		ck_assert_uint_lt(tcp_memory(p.tcp) - before,
				  LIMIT_HELD_CONNECTION + 200 * KIB);
	}
	tcp_flush(p.tcp);
	ck_assert_uint_gt(p.coverage.held_over_bound, 0);
	ck_assert_uint_eq(heard_to, 200001);
}
END_TEST

/* Many connections with holes share one bound; none loses what it has been sent. */
START_TEST(held_by_all)
{
	static char payload[65000];
	size_t before = tcp_memory(p.tcp);

	p.on_data = http_if_even;
	for (uint32_t i = 0; i < 3000; i++) {
		connection_number(i);
		play_handshake(&p);
		play_bytes(&p, 0, 0, 10, 0, payload, sizeof(payload), 0);
		ck_assert_uint_lt(tcp_memory(p.tcp) - before, LIMIT_HELD + 600 * KIB);
	}
	ck_assert_uint_gt(p.coverage.held_over_bound, 0);
	tcp_flush(p.tcp);
	ck_assert_uint_eq(told, 3000);
	ck_assert_uint_eq(p.coverage.all_gap_bytes, 3000 * 10);
}
END_TEST

/* A response whose request is not there: it is told once so much waits, and whole. */
START_TEST(held_for_the_other_side)
{
	static char payload[1460];
	int64_t at = 0;

	heard_to = 0;
	p.on_data = in_sequence;
	p.on_gap = gap_in_sequence;
	play_handshake(&p);
	while (at < LIMIT_PEER_HELD / 2) {
		play_bytes(&p, 1, 0, at, 100, payload, sizeof(payload), 0);
		at += (int64_t)sizeof(payload);
	}
	ck_assert_uint_eq(p.coverage.peer_over_bound, 0);
	ck_assert_uint_eq(heard_to, 0);
	while (at < 2 * (int64_t)LIMIT_PEER_HELD) {
		play_bytes(&p, 1, 0, at, 100, payload, sizeof(payload), 0);
		at += (int64_t)sizeof(payload);
	}
	ck_assert_uint_eq(p.coverage.peer_over_bound, 1);
	ck_assert_uint_eq(p.coverage.held_over_bound, 0);
	ck_assert_uint_eq(p.coverage.all_gap_bytes, 0);
	ck_assert_uint_eq(heard_to, (uint64_t)at);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("tcp bounds");
	TCase *tc = tcase_create("bounds");

	tcase_add_checked_fixture(tc, start, stop);
	tcase_add_test(tc, syn_flood);
	tcase_add_test(tc, connection_flood);
	tcase_add_test(tc, lingering_bound);
	tcase_add_test(tc, held_by_a_connection);
	tcase_add_test(tc, hole_flood);
	tcase_add_test(tc, held_by_all);
	tcase_add_test(tc, held_for_the_other_side);
	suite_add_tcase(s, tc);
	return run_suite(s);
}
