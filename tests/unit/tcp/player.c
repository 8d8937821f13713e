#include "player.h"

#include <check.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/limits.h"

__attribute__((format(printf, 2, 3))) static void note(struct player *p,
						       const char *format, ...)
{
	va_list ap;
	int n;

	if (p->quiet)
		return;
	va_start(ap, format);
	n = vsnprintf(p->log + p->log_len, sizeof(p->log) - p->log_len, format, ap);
	va_end(ap);
	ck_assert_int_ge(n, 0);
	p->log_len += (size_t)n;
	ck_assert_uint_lt(p->log_len, sizeof(p->log));
}

static const char *space(const struct player *p)
{
	return p->log_len > 0 ? " " : "";
}

static char name(unsigned dir)
{
	return dir == 0 ? 'a' : 'b';
}

static void on_data(void *ctx, struct tcp_connection *c, unsigned dir,
		    const struct tcp_data *d)
{
	struct player *p = ctx;

	if (d->len == 0)
		ck_abort_msg("data without bytes");
	note(p, "%s%s%c%llu:%.*s", space(p), d->segment_start ? "" : "*", name(dir),
	     (unsigned long long)d->offset, (int)d->len, (const char *)d->bytes);
	p->told_ns = d->time_ns;
	p->acked = d->acked;
	if (p->on_data)
		p->on_data(p, c, dir, d);
}

static void on_gap(void *ctx, struct tcp_connection *c, unsigned dir, uint64_t offset,
		   uint64_t len, int64_t time_ns)
{
	struct player *p = ctx;

	if (len == 0)
		note(p, "%s%c?", space(p), name(dir));
	else
		note(p, "%s%c%llu-%llu", space(p), name(dir),
		     (unsigned long long)offset, (unsigned long long)len);
	p->told_ns = time_ns;
	if (p->on_gap)
		p->on_gap(p, c, dir, offset, len);
}

static void on_skipped(void *ctx, struct tcp_connection *c, unsigned dir, uint64_t lost,
		       int64_t time_ns)
{
	struct player *p = ctx;

	(void)time_ns;
	note(p, "%s%c|%llu", space(p), name(dir), (unsigned long long)lost);
	if (p->on_skipped)
		p->on_skipped(p, c, dir);
}

static void on_fin(void *ctx, struct tcp_connection *c, unsigned dir, int64_t time_ns)
{
	struct player *p = ctx;

	(void)c;
	note(p, "%s%c.", space(p), name(dir));
	p->told_ns = time_ns;
}

static void on_idle(void *ctx, struct tcp_connection *c, int64_t now_ns)
{
	struct player *p = ctx;

	note(p, "%sidle", space(p));
	p->told_ns = now_ns;
	if (p->on_idle)
		p->on_idle(p, c);
}

static void on_closed(void *ctx, struct tcp_connection *c, enum tcp_end why,
		      int64_t now_ns)
{
	static const char *const ends[] = {"CLOSED", "RESET", "IDLE", "EVICTED", "END"};
	struct player *p = ctx;

	(void)c;
	note(p, "%s%s", space(p), ends[why]);
	p->closed_ns = now_ns;
}

void player_start(struct player *p)
{
	const struct tcp_sink sink = {
	    .data = on_data,
	    .gap = on_gap,
	    .skipped = on_skipped,
	    .fin = on_fin,
	    .idle = on_idle,
	    .closed = on_closed,
	    .ctx = p,
	};
	const uint8_t a[4] = {10, 0, 0, 1};
	const uint8_t b[4] = {10, 0, 0, 2};

	memset(p, 0, sizeof(*p));
	p->tcp = tcp_new(&sink, &p->coverage);
	ck_assert_ptr_nonnull(p->tcp);
	p->key.addr[0] = ip_addr_from_v4(a);
	p->key.addr[1] = ip_addr_from_v4(b);
	p->key.port[0] = 40000;
	p->key.port[1] = 80;
	p->now_ns = 1000 * NS_PER_S;
	p->first[0] = 1000;
	p->first[1] = 500000;
}

void player_stop(struct player *p)
{
	(void)player_bucket(p, COVERAGE_HTTP);
	tcp_free(p->tcp);
	p->tcp = NULL;
}

enum sl_err play_bytes(struct player *p, unsigned dir, unsigned flags, int64_t seq,
		       int64_t ack, const void *payload, size_t len, size_t missing)
{
	struct segment s = {
	    .time_ns = p->now_ns,
	    .key = p->key,
	    .dir = (uint8_t)dir,
	    .flags = (uint8_t)flags,
	    .window = 65535,
	    .ip_id = p->ip_id++,
	    .seq = p->first[dir] + (uint32_t)seq,
	    .payload = payload,
	    .len = (uint32_t)len,
	    .missing = (uint32_t)missing,
	    .packets = 1,
	    .bytes = 54 + len + missing,
	};

	if (ack != NO_ACK) {
		s.flags |= TCP_ACK;
		s.ack = p->first[1 - dir] + (uint32_t)ack;
	}
	p->packets += s.packets;
	p->bytes += s.bytes;
	return tcp_feed(p->tcp, &s);
}

enum sl_err play(struct player *p, unsigned dir, unsigned flags, int64_t seq,
		 int64_t ack, const char *payload)
{
	size_t len = payload ? strlen(payload) : 0;

	return play_bytes(p, dir, flags, seq, ack, payload, len, 0);
}

void play_handshake(struct player *p)
{
	play(p, 0, TCP_SYN, -1, NO_ACK, NULL);
	play(p, 1, TCP_SYN, -1, 0, NULL);
	play(p, 0, 0, 0, 0, NULL);
}

void player_expect(struct player *p, const char *expected, const char *file, int line)
{
	p->log[p->log_len] = '\0';
	if (strcmp(p->log, expected) != 0)
		ck_abort_msg("%s:%d: told `%s`, expected `%s`", file, line, p->log,
			     expected);
	p->log_len = 0;
	p->log[0] = '\0';
}

uint64_t player_bucket(struct player *p, enum coverage_bucket b)
{
	uint64_t packets = 0;
	uint64_t bytes = 0;

	for (int i = 0; i < COVERAGE_BUCKETS; i++) {
		packets += p->coverage.bucket[i].packets;
		bytes += p->coverage.bucket[i].bytes;
	}
	ck_assert_uint_eq(packets, p->packets);
	ck_assert_uint_eq(bytes, p->bytes);
	return p->coverage.bucket[b].packets;
}
