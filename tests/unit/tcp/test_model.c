/* Random conversations, cut, moved, doubled and thinned out at random, held against
 * what was sent. Each run has its own seed, which a failure names. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "player.h"
#include "support/run_suite.h"

#define STREAM  4096
#define PACKETS 1024
#define WINDOW  32

struct packet_plan {
	unsigned dir;
	unsigned flags;
	int64_t seq;
	int64_t ack;
	size_t len;
	bool lost;
};

/* The truth, and what has been heard of it. */
struct model {
	uint32_t random;
	uint8_t bytes[2][STREAM];
	size_t sent[2];
	/* For each byte: how much of the other stream its sender had received. */
	size_t knew[2][STREAM];
	bool lost[2][STREAM]; /* in no packet of the capture */
	uint64_t heard[2];    /* next offset */
	bool ordered;         /* nothing is lost: the causal order is exact */
	uint64_t gap_bytes;
	struct packet_plan plan[PACKETS];
	size_t packets;
};

static struct player p;
static struct model m;

static uint32_t draw(uint32_t below)
{
	m.random ^= m.random << 13;
	m.random ^= m.random >> 17;
	m.random ^= m.random << 5;
	return m.random % below;
}

static void hear_gap(struct player *q, struct tcp_connection *c, unsigned dir,
		     uint64_t offset, uint64_t len)
{
	(void)q;
	(void)c;
	ck_assert_uint_gt(len, 0);
	ck_assert_uint_eq(offset, m.heard[dir]);
	for (uint64_t i = offset; i < offset + len; i++)
		if (!m.lost[dir][i])
			ck_abort_msg("byte %d was in the capture", (int)i);
	m.heard[dir] += len;
	m.gap_bytes += len;
}

static void hear_data(struct player *q, struct tcp_connection *c, unsigned dir,
		      const struct tcp_data *d)
{
	(void)c;
	(void)q;
	ck_assert_uint_eq(d->offset, m.heard[dir]);
	ck_assert_uint_le(d->offset + d->len, m.sent[dir]);
	ck_assert_mem_eq(d->bytes, m.bytes[dir] + d->offset, d->len);
	if (m.ordered)
		ck_assert_uint_le(m.knew[dir][d->offset], m.heard[1 - dir]);
	m.heard[dir] += d->len;
}

/* The skip that runs: the model learns of its bytes when it is over. */
static uint64_t skipping[2];

static void hear_data_skip(struct player *q, struct tcp_connection *c, unsigned dir,
			   const struct tcp_data *d)
{
	hear_data(q, c, dir, d);
	skipping[dir] = draw(2) == 0 ? 1 + draw(200) : 0;
	tcp_skip(c, dir, skipping[dir]);
}

static void hear_skipped(struct player *q, struct tcp_connection *c, unsigned dir)
{
	(void)q;
	(void)c;
	m.heard[dir] += skipping[dir];
	skipping[dir] = 0;
}

static void add(unsigned dir, unsigned flags, int64_t seq, int64_t ack, size_t len)
{
	ck_assert_uint_lt(m.packets, PACKETS);
	m.plan[m.packets++] = (struct packet_plan){
	    .dir = dir, .flags = flags, .seq = seq, .ack = ack, .len = len};
}

/* Turns of one side after the other, each cut into segments of its own sizes. */
static void converse(void)
{
	size_t got[2] = {0, 0};

	memset(m.sent, 0, sizeof(m.sent));
	m.packets = 0;
	add(0, TCP_SYN, -1, NO_ACK, 0);
	add(1, TCP_SYN, -1, 0, 0);
	for (unsigned turn = 0; turn < 12; turn++) {
		unsigned dir = turn & 1;

		for (unsigned n = 1 + draw(12); n > 0; n--) {
			size_t len = 1 + draw(draw(4) == 0 ? 20 : 3);
			size_t at = m.sent[dir];

			for (size_t i = at; i < at + len; i++) {
				m.bytes[dir][i] = (uint8_t)draw(256);
				m.knew[dir][i] = got[dir];
			}
			add(dir, 0, (int64_t)at, (int64_t)got[dir], len);
			m.sent[dir] += len;
			if (draw(4) == 0)
				add(1 - dir, 0, (int64_t)m.sent[1 - dir],
				    (int64_t)m.sent[dir], 0);
		}
		got[1 - dir] = m.sent[dir];
	}
	add(0, TCP_FIN, (int64_t)m.sent[0], (int64_t)m.sent[1], 0);
	add(1, TCP_FIN, (int64_t)m.sent[1], (int64_t)m.sent[0] + 1, 0);
	add(0, 0, (int64_t)m.sent[0] + 1, (int64_t)m.sent[1] + 1, 0);
}

static int by_place(const void *a, const void *b)
{
	const uint64_t *x = a;
	const uint64_t *y = b;

	return x[0] < y[0] ? -1 : x[0] > y[0];
}

/* Copies and moves: no packet ends up more than WINDOW places from its own. */
static void disturb(bool lose)
{
	static uint64_t order[2 * PACKETS][2];
	static struct packet_plan moved[2 * PACKETS];
	size_t n = 0;
	uint32_t copies = draw(10);
	uint32_t window = 1 + draw(WINDOW);

	memset(m.lost, lose, sizeof(m.lost));
	for (size_t i = 0; i < m.packets; i++) {
		struct packet_plan *plan = &m.plan[i];

		plan->lost = lose && plan->len > 0 && draw(10) == 0;
		for (size_t b = 0; !plan->lost && b < plan->len; b++)
			m.lost[plan->dir][(size_t)plan->seq + b] = false;
		for (int copy = 0; copy < (draw(20) < copies ? 2 : 1); copy++) {
			order[n][0] = (uint64_t)(i + draw(window)) << 16 | n;
			order[n++][1] = i;
		}
	}
	qsort(order, n, sizeof(order[0]), by_place);
	for (size_t i = 0; i < n; i++)
		moved[i] = m.plan[order[i][1]];
	m.packets = n < PACKETS ? n : PACKETS;
	memcpy(m.plan, moved, m.packets * sizeof(moved[0]));
}

static void play_plan(void)
{
	for (size_t i = 0; i < m.packets; i++) {
		const struct packet_plan *plan = &m.plan[i];

		if (plan->lost)
			continue;
		p.now_ns += draw(5) * MS;
		play_bytes(&p, plan->dir, plan->flags, plan->seq, plan->ack,
			   plan->len ? m.bytes[plan->dir] + plan->seq : NULL, plan->len,
			   0);
	}
}

static void run_model(uint32_t seed, bool lose, bool skip)
{
	memset(&m, 0, sizeof(m));
	memset(skipping, 0, sizeof(skipping));
	m.random = seed;
	m.ordered = !lose && !skip;
	player_start(&p);
	p.quiet = true;
	p.on_data = skip ? hear_data_skip : hear_data;
	p.on_gap = hear_gap;
	p.on_skipped = hear_skipped;
	p.first[0] = draw(2) ? 0U - draw(200) : draw(1U << 31);
	p.first[1] = draw(2) ? 0U - draw(200) : draw(1U << 31);
	converse();
	disturb(lose);
	play_plan();
	tcp_flush(p.tcp);
}

static void check_complete(bool skip)
{
	for (unsigned dir = 0; dir < 2; dir++) {
		if (skip && skipping[dir])
			ck_assert_uint_gt(m.heard[dir] + skipping[dir], m.sent[dir]);
		else
			ck_assert_uint_eq(m.heard[dir], m.sent[dir]);
	}
	ck_assert_uint_eq(p.coverage.midstream, 0);
	ck_assert_uint_eq(p.coverage.connections, 1);
}

START_TEST(nothing_lost)
{
	for (uint32_t i = 0; i < 150; i++) {
		run_model((uint32_t)_i * 1000 + i + 1, false, false);
		check_complete(false);
		ck_assert_uint_eq(p.coverage.all_gaps, 0);
		ck_assert_uint_eq(p.coverage.overlaps_differ, 0);
		player_stop(&p);
	}
}
END_TEST

START_TEST(nothing_lost_with_skips)
{
	for (uint32_t i = 0; i < 150; i++) {
		run_model((uint32_t)_i * 1000 + i + 1, false, true);
		check_complete(true);
		ck_assert_uint_eq(p.coverage.all_gaps, 0);
		player_stop(&p);
	}
}
END_TEST

/* Every byte of the capture is told at its place, and every gap was lost. */
START_TEST(some_lost)
{
	for (uint32_t i = 0; i < 150; i++) {
		run_model((uint32_t)_i * 1000 + i + 1, true, false);
		for (unsigned dir = 0; dir < 2; dir++) {
			size_t end = m.sent[dir];

			while (end > 0 && m.lost[dir][end - 1])
				end--;
			ck_assert_uint_ge(m.heard[dir], end);
		}
		ck_assert_uint_eq(p.coverage.all_gap_bytes, m.gap_bytes);
		player_stop(&p);
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("tcp model");
	TCase *tc = tcase_create("model");

	tcase_add_loop_test(tc, nothing_lost, 0, 4);
	tcase_add_loop_test(tc, nothing_lost_with_skips, 0, 4);
	tcase_add_loop_test(tc, some_lost, 0, 4);
	suite_add_tcase(s, tc);
	return run_suite(s);
}
