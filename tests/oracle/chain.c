#include "oracle/chain.h"

#include <stdlib.h>
#include <string.h>

#include "base/coverage.h"
#include "http/http.h"
#include "tcp/tcp.h"

struct listener {
	struct verdict *v;
	size_t finals;   /* final responses told by `response` */
	size_t answered; /* and by `done` */
	const char *broken;
};

static void on_response(void *ctx, const struct http_exchange *x)
{
	struct listener *l = ctx;

	verdict_add_response(l->v, x->status, x->has_request, x->host.at, x->host.len);
	if (!status_is_interim(x->status))
		l->finals++;
	if (!x->has_request && x->host_source != HOST_FROM_SERVER)
		l->broken = "a response without a request has a host from one";
}

static void on_done(void *ctx, const struct http_exchange *x)
{
	struct listener *l = ctx;

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

static enum sl_err feed(struct tcp *tcp, const struct segment *s)
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
	e = tcp_feed(tcp, &copy);
	free(bytes);
	return e;
}

/** Every packet and byte is in exactly one bucket (rule 10). */
static const char *check_coverage(const struct coverage *c, const struct trace *t)
{
	uint64_t packets = 0;
	uint64_t bytes = 0;

	for (size_t i = 0; i < t->count; i++) {
		packets += t->segments[i].packets;
		bytes += t->segments[i].bytes;
	}
	for (unsigned b = 0; b < COVERAGE_BUCKETS; b++) {
		packets -= c->bucket[b].packets;
		bytes -= c->bucket[b].bytes;
	}
	return packets == 0 && bytes == 0 ? NULL : "the buckets do not add up";
}

const char *chain_run(const struct trace *t, struct verdict *v)
{
	struct listener l = {.v = v};
	const struct http_sink sink = {
	    .response = on_response, .done = on_done, .ctx = &l};
	struct coverage coverage = {0};
	struct http *http = http_new(&sink, &coverage);
	struct tcp *tcp = NULL;

	verdict_clear(v);
	if (http != NULL) {
		const struct tcp_sink tcp_sink = http_tcp_sink(http);

		tcp = tcp_new(&tcp_sink, &coverage);
	}
	if (tcp == NULL) {
		http_free(http);
		return "out of memory";
	}
	for (size_t i = 0; i < t->count; i++)
		if (feed(tcp, &t->segments[i]) != SL_OK)
			l.broken = "a segment was not taken";
	if (t->advance_ns > 0)
		tcp_advance(tcp, t->segments[t->count - 1].time_ns + t->advance_ns);
	tcp_flush(tcp);
	tcp_free(tcp);
	if (http_failed(http) != SL_OK)
		l.broken = "memory ran out";
	http_free(http);
	if (l.broken == NULL && l.finals != l.answered)
		l.broken = "final responses and their ends differ in number";
	if (l.broken == NULL)
		l.broken = check_coverage(&coverage, t);
	return l.broken;
}
