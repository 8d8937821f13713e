#include "unit/http/player.h"

#include <check.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool player_in_http;

/* ---- tcp/, as far as http/ uses it ---- */

void **tcp_user(struct tcp_connection *c)
{
	return &c->user;
}

void tcp_skip(struct tcp_connection *c, unsigned dir, uint64_t n)
{
	c->dir[dir].asked = n;
	c->dir[dir].left = n;
	c->dir[dir].lost = 0;
}

uint64_t tcp_skip_left(const struct tcp_connection *c, unsigned dir)
{
	return c->dir[dir].left;
}

void tcp_classify(struct tcp_connection *c, enum coverage_bucket b)
{
	c->bucket = b;
}

void tcp_follow(struct tcp_connection *c, enum coverage_bucket b)
{
	c->bucket = b;
}

void tcp_set_waiting(struct tcp_connection *c, bool waiting)
{
	c->waiting = waiting;
}

struct endpoint tcp_endpoint(const struct tcp_connection *c, unsigned dir)
{
	const uint8_t addr[4] = {10, 0, 0, (uint8_t)(dir + 1)};

	(void)c;
	return (struct endpoint){ip_addr_from_v4(addr),
				 dir == CLIENT ? (uint16_t)40000 : (uint16_t)80};
}

int tcp_initiator(const struct tcp_connection *c)
{
	(void)c;
	return 0;
}

bool tcp_seen(const struct tcp_connection *c, unsigned dir)
{
	return c->dir[dir].seen;
}

/* ---- the sink ---- */

static void put(struct player *p, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void put(struct player *p, const char *format, ...)
{
	va_list args;
	int n;

	if (p->quiet)
		return;
	va_start(args, format);
	n = vsnprintf(p->log + p->log_len, sizeof(p->log) - p->log_len, format, args);
	va_end(args);
	ck_assert(n >= 0 && (size_t)n < sizeof(p->log) - p->log_len);
	p->log_len += (size_t)n;
}

static void put_text(struct player *p, struct text t)
{
	if (t.len == 0)
		put(p, " -");
	else
		put(p, " %.*s", (int)t.len, t.at);
}

static void put_exchange(struct player *p, const struct http_exchange *x)
{
	put_text(p, x->method);
	put_text(p, x->host);
	put_text(p, x->target);
}

static void on_response(void *ctx, const struct http_exchange *x)
{
	struct player *p = ctx;

	player_in_http = false;
	p->responses++;
	put(p, "response %03u", x->status);
	put_exchange(p, x);
	put(p, "\n");
	player_in_http = true;
}

static void on_done(void *ctx, const struct http_exchange *x)
{
	static const char *const names[] = {
	    [EXCHANGE_ANSWERED] = "answered", [EXCHANGE_CLOSED] = "closed",
	    [EXCHANGE_RESET] = "reset",       [EXCHANGE_TIMEOUT] = "timeout",
	    [EXCHANGE_UNSEEN] = "unseen",     [EXCHANGE_PENDING] = "pending",
	};
	struct player *p = ctx;

	player_in_http = false;
	p->dones++;
	if (x->status != 0) {
		put(p, "done %03u", x->status);
		p->latency_ns = x->response_start_ns - x->request_end_ns;
		ck_assert(!x->has_request || x->request_end_ns >= x->request_start_ns);
		ck_assert(x->response_end_ns >= x->response_start_ns);
	} else {
		put(p, "done");
	}
	put_exchange(p, x);
	put(p, " %s", names[x->outcome]);
	if (x->has_request)
		put(p, " sent %llu", (unsigned long long)x->request_bytes);
	if (x->status != 0)
		put(p, " got %llu body %llu", (unsigned long long)x->response_bytes,
		    (unsigned long long)x->body_bytes);
	put(p, "%s\n", x->late ? " late" : "");
	player_in_http = true;
}

/* Both at once look as one after the other. */
static void on_answered(void *ctx, const struct http_exchange *x)
{
	on_response(ctx, x);
	on_done(ctx, x);
}

/* ---- the player ---- */

void player_begin(struct player *p)
{
	struct http_sink sink = {.response = on_response,
				 .done = on_done,
				 .answered = on_answered,
				 .ctx = p};

	memset(p, 0, sizeof(*p));
	p->acked[0] = p->acked[1] = ACKED_AUTO;
	p->c.bucket = COVERAGE_UNDETERMINED_TCP;
	p->c.dir[0].seen = p->c.dir[1].seen = true;
	p->now_ns = 1000 * NS_PER_S;
	p->told = sink;
	p->http = http_new(&sink, &p->coverage);
	ck_assert_ptr_nonnull(p->http);
	p->sink = http_tcp_sink(p->http);
}

/* Bytes that pass in an open skip, captured or not. Returns their number. */
static uint64_t pass(struct player *p, unsigned dir, uint64_t len, bool lost)
{
	struct tcp_connection *c = &p->c;
	uint64_t n = c->dir[dir].left < len ? c->dir[dir].left : len;

	if (c->dir[dir].left != TCP_SKIP_ALL)
		c->dir[dir].left -= n;
	c->dir[dir].offset += n;
	if (lost)
		c->dir[dir].lost += n;
	if (n > 0 && c->dir[dir].left == 0) {
		player_in_http = true;
		p->sink.skipped(p->sink.ctx, c, dir, c->dir[dir].lost, p->now_ns);
		player_in_http = false;
	}
	return n;
}

void player_send(struct player *p, unsigned dir, const char *bytes, size_t len)
{
	size_t skipped = (size_t)pass(p, dir, len, false);
	char *block;
	struct tcp_data d = {
	    .time_ns = p->now_ns,
	    .offset = p->c.dir[dir].offset,
	    .acked =
		p->acked[dir] == ACKED_AUTO ? p->c.dir[!dir].offset : p->acked[dir],
	    .len = len - skipped,
	    .segment_start = skipped == 0,
	};

	if (d.len == 0)
		return;
	block = malloc(d.len);
	ck_assert_ptr_nonnull(block);
	memcpy(block, bytes + skipped, d.len);
	d.bytes = (const uint8_t *)block;
	p->c.dir[dir].offset += d.len;
	player_in_http = true;
	p->sink.data(p->sink.ctx, &p->c, dir, &d);
	player_in_http = false;
	free(block);
}

void player_say(struct player *p, unsigned dir, const char *text)
{
	player_send(p, dir, text, strlen(text));
}

void player_gap(struct player *p, unsigned dir, uint64_t len)
{
	uint64_t rest = len - pass(p, dir, len, true);
	uint64_t offset = p->c.dir[dir].offset;

	if (len > 0 && rest == 0)
		return;
	p->c.dir[dir].offset += rest;
	player_in_http = true;
	p->sink.gap(p->sink.ctx, &p->c, dir, offset, rest, p->now_ns);
	player_in_http = false;
}

void player_fin(struct player *p, unsigned dir)
{
	player_in_http = true;
	p->sink.fin(p->sink.ctx, &p->c, dir, p->now_ns);
	player_in_http = false;
}

void player_idle(struct player *p)
{
	player_in_http = true;
	p->sink.idle(p->sink.ctx, &p->c, p->now_ns);
	player_in_http = false;
}

void player_close(struct player *p, enum tcp_end why)
{
	player_in_http = true;
	p->sink.closed(p->sink.ctx, &p->c, why, p->now_ns);
	player_in_http = false;
	ck_assert_ptr_null(p->c.user);
	ck_assert(!p->c.waiting);
}

void player_end(struct player *p)
{
	http_free(p->http);
	p->http = NULL;
}

void player_expect(const struct player *p, const char *log)
{
	ck_assert_str_eq(p->log, log);
}

/* How a step is cut: 0 whole, -1 byte by byte, else after that many bytes. */
static void play_step(struct player *p, const struct step *s, long cut)
{
	size_t len = s->bytes ? strlen(s->bytes) : 0;
	size_t first = len;

	if (!s->bytes) {
		player_gap(p, s->dir, s->gap);
		return;
	}
	if (cut > 0 && (size_t)cut < len)
		first = (size_t)cut;
	if (cut < 0)
		first = 1;
	for (size_t at = 0; at < len;) {
		size_t n = cut < 0 || at == 0 ? first : len - at;

		player_send(p, s->dir, s->bytes + at, n);
		at += n;
	}
}

static void play(const struct step *steps, size_t which, long cut, const char *log)
{
	static struct player p;

	player_begin(&p);
	for (size_t i = 0; steps[i].dir < 2; i++) {
		p.now_ns += 1000;
		play_step(&p, &steps[i], cut < 0 || i == which ? cut : 0);
	}
	player_fin(&p, CLIENT);
	player_fin(&p, SERVER);
	player_close(&p, TCP_END_CLOSED);
	player_end(&p);
	if (strcmp(p.log, log) != 0 && cut != 0)
		ck_abort_msg("step %zu cut at %ld:\n%s\nand not:\n%s", which, cut,
			     p.log, log);
	player_expect(&p, log);
}

void check_dialogue(const struct step *steps, const char *log)
{
	play(steps, 0, 0, log);
	play(steps, 0, -1, log);
	for (size_t i = 0; steps[i].dir < 2; i++) {
		long len = steps[i].bytes ? (long)strlen(steps[i].bytes) : 0;

		for (long cut = 1; cut < len; cut++)
			play(steps, i, cut, log);
	}
}
