/* Asserts nothing but that all was heard. With BENCH=1 in the environment it plays more
 * and prints ns a packet to standard error. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/limits.h"
#include "support/run_suite.h"
#include "tcp/tcp.h"

static uint64_t heard;

static void on_data(void *ctx, struct tcp_connection *c, unsigned dir,
		    const struct tcp_data *d)
{
	(void)ctx;
	heard += d->len;
	/* As a response with a body of known length would: skip two of three. */
	if (dir == 1)
		tcp_skip(c, dir, 2920);
}

static void on_skipped(void *ctx, struct tcp_connection *c, unsigned dir, uint64_t lost,
		       int64_t time_ns)
{
	(void)ctx;
	(void)c;
	(void)dir;
	(void)lost;
	(void)time_ns;
}

static void on_closed(void *ctx, struct tcp_connection *c, enum tcp_end why,
		      int64_t now_ns)
{
	(void)ctx;
	(void)c;
	(void)why;
	(void)now_ns;
}

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void choose(struct segment *s, uint32_t connection)
{
	s->key.port[0] = (uint16_t)connection;
	s->key.addr[0].bytes[0] = (uint8_t)(connection >> 16);
}

static void begin(struct tcp *t, struct segment *s)
{
	s->flags = TCP_SYN;
	s->seq = UINT32_MAX;
	s->ack = 0;
	s->len = 0;
	s->dir = 0;
	tcp_feed(t, s);
	s->dir = 1;
	s->flags = TCP_SYN | TCP_ACK;
	tcp_feed(t, s);
	s->flags = TCP_ACK;
}

/* Request, three segments of response, ACK. */
static void exchange(struct tcp *t, struct segment *s, uint32_t round)
{
	for (uint32_t i = 0; i < 5; i++) {
		uint32_t after = round + (i == 4);

		s->dir = i >= 1 && i <= 3;
		s->len = i == 0 ? 100 : s->dir ? 1460 : 0;
		s->seq = s->dir ? round * 4380 + (i - 1) * 1460 : after * 100;
		s->ack = s->dir ? (round + 1) * 100 : after * 4380;
		s->ip_id++;
		s->time_ns += 1000;
		tcp_feed(t, s);
	}
}

/* Rounds over `connections` that are open at once; the packets of an exchange follow
 * each other. */
static void load(uint32_t connections, uint32_t rounds)
{
	static const uint8_t payload[1460];
	struct coverage *coverage = calloc(1, sizeof(*coverage));
	const struct tcp_sink sink = {
	    .data = on_data, .skipped = on_skipped, .closed = on_closed};
	struct tcp *t = tcp_new(&sink, coverage);
	struct segment s = {.packets = 1, .bytes = 1514, .payload = payload};
	double began = seconds();

	ck_assert(coverage && t);
	heard = 0;
	for (uint32_t round = 0; round < rounds; round++)
		for (uint32_t n = 0; n < connections; n++) {
			choose(&s, n);
			if (round == 0)
				begin(t, &s);
			exchange(t, &s, round);
		}
	if (getenv("BENCH"))
		fprintf(stderr, "%u connections: %.1f ns a packet\n", connections,
			(seconds() - began) * 1e9 / (5.0 * connections * rounds));
	ck_assert_uint_eq(heard, (uint64_t)connections * rounds * 1560);
	ck_assert_uint_eq(coverage->all_gaps, 0);
	ck_assert_uint_eq(coverage->midstream, 0);
	tcp_free(t);
	free(coverage);
}

START_TEST(few)
{
	load(100, getenv("BENCH") ? 20000 : 200);
}
END_TEST

START_TEST(many)
{
	load(getenv("BENCH") ? 500000 : 5000, 4);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("tcp speed");
	TCase *tc = tcase_create("speed");

	tcase_add_test(tc, few);
	tcase_add_test(tc, many);
	suite_add_tcase(s, tc);
	return run_suite(s);
}
