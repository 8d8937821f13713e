/* Segments made of nothing but chance, in a space so small that they meet: whatever
 * comes, what is told of a direction is in sequence, ends once, and adds up. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "player.h"
#include "support/run_suite.h"

/* Kept by the sink for each connection. */
struct heard {
	uint64_t to[2];
	uint64_t skip[2];
	bool fin[2];
	bool started[2];
};

static uint32_t random_state;
static uint64_t alive;
static uint64_t wrong;
static uint64_t bytes_told;
static uint64_t bytes_lost;

static uint32_t draw(uint32_t below)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 17;
	random_state ^= random_state << 5;
	return random_state % below;
}

static struct heard *heard_of(struct tcp_connection *c)
{
	void **user = tcp_user(c);

	if (!*user) {
		*user = calloc(1, sizeof(struct heard));
		alive++;
	}
	return *user;
}

static void meddle(struct tcp_connection *c, struct heard *h)
{
	static const uint64_t sizes[] = {0, 1, 3, 10, 100, TCP_SKIP_ALL};
	unsigned dir = draw(2);

	switch (draw(8)) {
	case 0:
		/* How much of this one has passed is not told. */
		if (h->skip[dir] == TCP_SKIP_ALL)
			break;
		h->to[dir] += h->skip[dir] - tcp_skip_left(c, dir);
		h->skip[dir] = sizes[draw(6)];
		tcp_skip(c, dir, h->skip[dir]);
		break;
	case 1:
		tcp_classify(c,
			     (enum coverage_bucket)draw(COVERAGE_UNDETERMINED_TCP + 1));
		break;
	case 2:
		tcp_set_waiting(c, draw(2));
		break;
	default:
		break;
	}
}

/* What a skip has passed without a word. */
static void catch_up(struct tcp_connection *c, struct heard *h, unsigned dir)
{
	h->to[dir] += h->skip[dir] - tcp_skip_left(c, dir);
	h->skip[dir] = tcp_skip_left(c, dir);
}

static void on_data(void *ctx, struct tcp_connection *c, unsigned dir,
		    const struct tcp_data *d)
{
	struct heard *h = heard_of(c);

	(void)ctx;
	catch_up(c, h, dir);
	wrong += d->len == 0 || d->offset != h->to[dir] || h->fin[dir];
	h->to[dir] += d->len;
	bytes_told += d->len;
	meddle(c, h);
}

static void on_gap(void *ctx, struct tcp_connection *c, unsigned dir, uint64_t offset,
		   uint64_t len, int64_t time_ns)
{
	struct heard *h = heard_of(c);

	(void)ctx;
	(void)time_ns;
	catch_up(c, h, dir);
	wrong += offset != h->to[dir] || h->fin[dir] || (len == 0 && h->started[dir]);
	h->started[dir] = true;
	h->to[dir] += len;
	bytes_lost += len;
	meddle(c, h);
}

static void on_skipped(void *ctx, struct tcp_connection *c, unsigned dir, uint64_t lost,
		       int64_t time_ns)
{
	struct heard *h = heard_of(c);

	(void)ctx;
	(void)time_ns;
	wrong += tcp_skip_left(c, dir) != 0 || lost > h->skip[dir] || h->skip[dir] == 0;
	catch_up(c, h, dir);
	meddle(c, h);
}

static void on_fin(void *ctx, struct tcp_connection *c, unsigned dir, int64_t time_ns)
{
	struct heard *h = heard_of(c);

	(void)ctx;
	(void)time_ns;
	wrong += h->fin[dir];
	h->fin[dir] = true;
	meddle(c, h);
}

static void on_idle(void *ctx, struct tcp_connection *c, int64_t now_ns)
{
	(void)ctx;
	(void)now_ns;
	meddle(c, heard_of(c));
}

static void on_closed(void *ctx, struct tcp_connection *c, enum tcp_end why,
		      int64_t now_ns)
{
	void **user = tcp_user(c);

	(void)ctx;
	(void)why;
	(void)now_ns;
	wrong += !*user;
	alive -= *user != NULL;
	free(*user);
	*user = NULL;
}

static struct segment chance(int64_t now_ns)
{
	static const uint8_t payload[64] = "abcdefghijklmnopqrstuvwxyz";
	static const uint32_t far[] = {0, 1U << 20, 1U << 30, 1U << 31, 3U << 30};
	struct segment s = {
	    .time_ns = now_ns,
	    .dir = (uint8_t)draw(2),
	    .flags = TCP_ACK,
	    .ip_id = (uint16_t)draw(50),
	    .seq = UINT32_MAX - 100 + draw(300),
	    .ack = UINT32_MAX - 100 + draw(300),
	    .payload = payload + draw(26),
	    .len = draw(3) ? draw(30) : 0,
	    .missing = draw(20) ? 0 : draw(10),
	    .packets = 1 + draw(2),
	    .bytes = 100,
	};

	s.key.port[0] = (uint16_t)draw(6);
	if (draw(12) == 0)
		s.flags |= (uint8_t)(1U << draw(3)); /* FIN, SYN, RST */
	if (draw(10) == 0)
		s.flags &= (uint8_t)~TCP_ACK;
	if (draw(40) == 0)
		s.seq += far[draw(5)];
	if (draw(40) == 0)
		s.ack += far[draw(5)];
	return s;
}

START_TEST(chance_alone)
{
	const struct tcp_sink sink = {.data = on_data,
				      .gap = on_gap,
				      .skipped = on_skipped,
				      .fin = on_fin,
				      .idle = on_idle,
				      .closed = on_closed};
	static const int64_t pauses[] = {
	    1, MS, 20 * MS, NS_PER_S, 31 * NS_PER_S, 301 * NS_PER_S};
	struct coverage cov = {.total = {0, 0}};
	struct volume fed = {0, 0};
	struct volume counted = {0, 0};
	struct tcp *t = tcp_new(&sink, &cov);
	size_t empty = tcp_memory(t);
	int64_t now_ns = 0;

	random_state = (uint32_t)_i * 2654435761U + 1;
	alive = wrong = bytes_told = bytes_lost = 0;
	for (int i = 0; i < 100000; i++) {
		struct segment s = chance(now_ns);

		fed.packets += s.packets;
		fed.bytes += s.bytes;
		tcp_feed(t, &s);
		now_ns += pauses[draw(50) ? draw(3) : draw(100) ? 3 : 4 + draw(2)];
		if (draw(4) == 0)
			now_ns -= MS;
		if (draw(50) == 0)
			tcp_advance(t, now_ns);
	}
	tcp_flush(t);
	for (int i = 0; i < COVERAGE_BUCKETS; i++) {
		counted.packets += cov.bucket[i].packets;
		counted.bytes += cov.bucket[i].bytes;
	}
	ck_assert_uint_eq(wrong, 0);
	ck_assert_uint_eq(alive, 0);
	ck_assert_uint_eq(counted.packets, fed.packets);
	ck_assert_uint_eq(counted.bytes, fed.bytes);
	ck_assert_uint_gt(bytes_told, 10000);
	ck_assert_uint_ge(cov.all_gap_bytes, bytes_lost);
	ck_assert_uint_le(cov.gap_bytes, cov.all_gap_bytes);
	ck_assert_uint_le(cov.gaps, cov.all_gaps);
	ck_assert_uint_eq(cov.gap_bytes, cov.http_bytes_lost);
	/* Nothing stays but tables and the first slab. */
	ck_assert_uint_le(tcp_memory(t), empty + 64 * KIB);
	tcp_free(t);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("tcp hostile");
	TCase *tc = tcase_create("hostile");

	tcase_add_loop_test(tc, chance_alone, 0, 20);
	suite_add_tcase(s, tc);
	return run_suite(s);
}
