#include "oracle/chain.h"

#include <stdlib.h>
#include <string.h>

#include "base/coverage.h"
#include "base/limits.h"
#include "http/http.h"
#include "tcp/tcp.h"

/* From the end of one trace to the start of the next: nothing of the last one matters
 * any more, and what is over is forgotten (LIMIT_LINGER_NS). */
#define APART_NS (100 * NS_PER_S)
_Static_assert(APART_NS > LIMIT_LINGER_NS, "see above");

struct chain {
	struct http *http;
	struct tcp *tcp;
	struct coverage coverage;
	uint32_t runs;  /* so far; tells the traces' connections apart */
	int64_t end_ns; /* of the last one */
	struct verdict *v;
	size_t finals;   /* final responses told by `response` */
	size_t answered; /* and by `done` */
	const char *broken;
};

static void on_response(void *ctx, const struct http_exchange *x)
{
	struct chain *l = ctx;

	verdict_add_response(l->v, x->status, x->has_request, x->host.at, x->host.len);
	if (!status_is_interim(x->status))
		l->finals++;
	if (!x->has_request && x->host_source != HOST_FROM_SERVER)
		l->broken = "a response without a request has a host from one";
}

static void on_done(void *ctx, const struct http_exchange *x)
{
	struct chain *l = ctx;

	if (x->late)
		verdict_take_back(l->v, 1U << EXCHANGE_TIMEOUT, x->host.at,
				  x->host.len);
	if (x->outcome == EXCHANGE_ANSWERED) {
		l->answered++;
		if (x->body_bytes > x->response_bytes)
			l->broken = "a body is longer than its response";
		return;
	}
	if (x->status != 0 || !x->has_request)
		l->broken = "an unanswered exchange has a status, or no request";
	verdict_add_silence(l->v, 1U << x->outcome, x->host.at, x->host.len);
}

/* Both at once. */
static void on_answered(void *ctx, const struct http_exchange *x)
{
	on_response(ctx, x);
	on_done(ctx, x);
}

struct chain *chain_new(void)
{
	struct chain *l = calloc(1, sizeof(*l));
	const struct http_sink sink = {.response = on_response,
				       .done = on_done,
				       .answered = on_answered,
				       .ctx = l};

	if (l == NULL)
		return NULL;
	l->http = http_new(&sink, &l->coverage);
	if (l->http != NULL) {
		const struct tcp_sink tcp_sink = http_tcp_sink(l->http);

		l->tcp = tcp_new(&tcp_sink, &l->coverage);
	}
	if (l->tcp == NULL) {
		chain_free(l);
		return NULL;
	}
	return l;
}

void chain_free(struct chain *l)
{
	if (l == NULL)
		return;
	tcp_free(l->tcp);
	http_free(l->http);
	free(l);
}

static enum sl_err feed(struct chain *l, const struct segment *s, int64_t later_ns)
{
	struct segment copy = *s;
	uint8_t *bytes = NULL;
	enum sl_err e;

	/* A block of its own size that is gone afterwards: with AddressSanitizer,
	 * reading past the payload or keeping it shows. */
	if (s->len > 0) {
		bytes = malloc(s->len);
		if (bytes == NULL)
			return SL_E_NOMEM;
		memcpy(bytes, s->payload, s->len);
	}
	copy.payload = bytes;
	copy.time_ns += later_ns;
	copy.key.vni = l->runs;
	e = tcp_feed(l->tcp, &copy);
	free(bytes);
	return e;
}

static struct volume all_buckets(const struct coverage *c)
{
	struct volume sum = {0};

	for (unsigned b = 0; b < COVERAGE_BUCKETS; b++) {
		sum.packets += c->bucket[b].packets;
		sum.bytes += c->bucket[b].bytes;
	}
	return sum;
}

/** Every packet and byte is in exactly one bucket (rule 10). */
static const char *check_coverage(const struct chain *l, struct volume before,
				  const struct trace *t)
{
	struct volume now = all_buckets(&l->coverage);

	for (size_t i = 0; i < t->count; i++) {
		before.packets += t->segments[i].packets;
		before.bytes += t->segments[i].bytes;
	}
	return now.packets == before.packets && now.bytes == before.bytes
		   ? NULL
		   : "the buckets do not add up";
}

/* Feed it all; it begins some time after the last trace has ended. */
static void feed_all(struct chain *l, const struct trace *t)
{
	int64_t start_ns = t->segments[0].time_ns;
	int64_t later_ns = 0;

	if (l->runs++ > 0)
		later_ns = l->end_ns + APART_NS - start_ns;
	tcp_jump(l->tcp, start_ns + later_ns);
	for (size_t i = 0; i < t->count; i++)
		if (feed(l, &t->segments[i], later_ns) != SL_OK)
			l->broken = "a segment was not taken";
	l->end_ns = t->segments[t->count - 1].time_ns + later_ns + t->advance_ns;
	if (t->advance_ns > 0)
		tcp_advance(l->tcp, l->end_ns);
	tcp_flush(l->tcp);
}

const char *chain_run(struct chain *l, const struct trace *t, struct verdict *v)
{
	struct volume before = all_buckets(&l->coverage);

	verdict_clear(v);
	l->v = v;
	l->finals = l->answered = 0;
	l->broken = NULL;
	feed_all(l, t);
	if (http_failed(l->http) != SL_OK)
		l->broken = "memory ran out";
	if (l->broken == NULL && l->finals != l->answered)
		l->broken = "final responses and their ends differ in number";
	if (l->broken == NULL)
		l->broken = check_coverage(l, before, t);
	return l->broken;
}
