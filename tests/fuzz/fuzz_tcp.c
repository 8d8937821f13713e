/*
 * Segments as a script: connection, direction, flags, and numbers near or far from
 * those that make sense. A byte of payload is its sequence number modulo 256, so each
 * byte that is told can be held against its offset, unless the script has lied.
 */
#include "fuzz/fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "tcp/tcp.h"

/** As timestamp.h gives them: below 2^62. */
#define TIME_MOST   (INT64_C(1) << 61)
#define CONNECTIONS 4U
#define SEGMENT_MAX 256U

/** What the sink has been told of one connection. */
struct told {
	uint64_t next[2]; /**< offset of the next byte */
	uint8_t base[2];  /**< byte of offset 0 */
	bool has_base[2];
	bool fin[2];
};

struct script {
	struct cursor in;
	struct tcp *tcp;
	struct coverage coverage;
	unsigned live; /**< connections told of and not closed */
	bool lied;     /**< a segment's bytes were others than its numbers say */
	uint32_t isn[CONNECTIONS][2];
	int64_t now;
};

static struct told *told_of(struct script *s, struct tcp_connection *c)
{
	struct told **user = (struct told **)tcp_user(c);

	if (!*user) {
		*user = calloc(1, sizeof(**user));
		if (!*user)
			abort();
		s->live++;
	}
	return *user;
}

/* The sink does what the script says: skips, waits, sorts into a bucket. */
static void act(struct script *s, struct tcp_connection *c, unsigned dir)
{
	uint8_t what = cursor_u8(&s->in);

	if (what & 0x80)
		return;
	if (what & 0x01)
		tcp_skip(c, dir, what & 0x40 ? TCP_SKIP_ALL : (what & 0x3fU) * 37U);
	if (what & 0x02)
		tcp_set_waiting(c, what & 0x04);
	if (what & 0x08)
		tcp_classify(c, what & 0x10 ? COVERAGE_HTTP : COVERAGE_TLS);
	if (what & 0x20)
		tcp_skip(c, 1 - dir, what);
}

/* Bytes in the right order and at the right offsets. */
static void check_bytes(struct told *t, unsigned dir, const struct tcp_data *d)
{
	for (size_t i = 0; i < d->len; i++) {
		uint8_t base = (uint8_t)(d->bytes[i] - (uint8_t)(d->offset + i));

		if (!t->has_base[dir])
			t->base[dir] = base;
		t->has_base[dir] = true;
		FUZZ_HOLDS(t->base[dir] == base);
	}
}

static void on_data(void *ctx, struct tcp_connection *c, unsigned dir,
		    const struct tcp_data *d)
{
	struct script *s = ctx;
	struct told *t = told_of(s, c);

	FUZZ_HOLDS(!t->fin[dir] && d->len > 0);
	FUZZ_HOLDS(d->offset >= t->next[dir]);
	t->next[dir] = d->offset + d->len;
	if (!s->lied)
		check_bytes(t, dir, d);
	act(s, c, dir);
}

static void on_gap(void *ctx, struct tcp_connection *c, unsigned dir, uint64_t offset,
		   uint64_t len, int64_t time_ns)
{
	struct told *t = told_of(ctx, c);

	(void)time_ns;
	FUZZ_HOLDS(!t->fin[dir] && offset >= t->next[dir]);
	t->next[dir] = offset + len;
	act(ctx, c, dir);
}

static void on_skipped(void *ctx, struct tcp_connection *c, unsigned dir, uint64_t lost,
		       int64_t time_ns)
{
	(void)lost;
	(void)time_ns;
	(void)told_of(ctx, c);
	FUZZ_HOLDS(tcp_skip_left(c, dir) == 0);
	act(ctx, c, dir);
}

static void on_fin(void *ctx, struct tcp_connection *c, unsigned dir, int64_t time_ns)
{
	struct told *t = told_of(ctx, c);

	(void)time_ns;
	FUZZ_HOLDS(!t->fin[dir]);
	t->fin[dir] = true;
}

static void on_idle(void *ctx, struct tcp_connection *c, int64_t now_ns)
{
	(void)now_ns;
	(void)told_of(ctx, c);
}

static void on_closed(void *ctx, struct tcp_connection *c, enum tcp_end why,
		      int64_t now_ns)
{
	struct script *s = ctx;
	struct told *t = *tcp_user(c);

	(void)why;
	(void)now_ns;
	if (!t)
		return;
	free(t);
	*tcp_user(c) = NULL;
	s->live--;
}

static void feed_one(struct script *s)
{
	uint8_t *payload;
	uint8_t what = cursor_u8(&s->in);
	uint8_t flags = cursor_u8(&s->in);
	unsigned number = what & 3;
	struct segment g = {.dir = what >> 2 & 1, .flags = flags & 0x1f};
	int64_t seq = fuzz_number(&s->in);
	int64_t step = fuzz_number(&s->in);

	s->now += what & 0x10 ? step * NS_PER_S : step * 1000000;
	if (s->now > TIME_MOST || s->now < -TIME_MOST)
		s->now = 0;
	g.time_ns = s->now;
	memset(&g.key, 0, sizeof(g.key));
	g.key.addr[0].bytes[15] = 1;
	g.key.addr[1].bytes[15] = 2;
	g.key.port[0] = (uint16_t)(1000 + number);
	g.key.port[1] = 80;
	g.seq = s->isn[number][g.dir] + (uint32_t)(seq * (what & 0x20 ? 100000 : 1));
	g.ack = s->isn[number][1 - g.dir] + (uint32_t)fuzz_number(&s->in);
	g.len = (uint32_t)fuzz_number(&s->in) % SEGMENT_MAX;
	g.missing = what & 0x40 ? cursor_u8(&s->in) : 0;
	s->lied = s->lied || (what & 0x80);
	/* A block of its own size: a read beyond it shows. */
	payload = malloc(g.len + !g.len);
	for (uint32_t i = 0; payload && i < g.len; i++)
		payload[i] = (uint8_t)((g.seq + !!(flags & TCP_SYN) + i) ^
				       (what & 0x80 ? i * 7 + 1 : 0));
	g.payload = payload;
	g.packets = 1;
	g.bytes = g.len + g.missing + 40;
	g.ip_id = (uint16_t)(flags & 0x20 ? 7 : (uint16_t)s->coverage.total.packets);
	if (flags & 0x40)
		s->isn[number][g.dir] = g.seq + g.len;
	s->coverage.total.packets++;
	s->coverage.total.bytes += g.bytes;
	FUZZ_HOLDS(tcp_feed(s->tcp, &g) == SL_OK);
	free(payload);
	if (flags & 0x80)
		tcp_advance(s->tcp, s->now);
	fuzz_sums_hold(&s->coverage);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct script s = {.in = cursor_over(data, size), .now = 1700000000 * NS_PER_S};
	struct tcp_sink sink = {.data = on_data,
				.gap = on_gap,
				.skipped = on_skipped,
				.fin = on_fin,
				.idle = on_idle,
				.closed = on_closed,
				.ctx = &s};

	for (unsigned i = 0; i < CONNECTIONS; i++)
		s.isn[i][0] = s.isn[i][1] = i & 1 ? 0xffffff00U : 5000;
	s.tcp = tcp_new(&sink, &s.coverage);
	FUZZ_HOLDS(s.tcp);
	while (cursor_left(&s.in) > 0)
		feed_one(&s);
	tcp_flush(s.tcp);
	FUZZ_HOLDS(s.live == 0);
	fuzz_sums_hold(&s.coverage);
	tcp_free(s.tcp);
	return 0;
}
