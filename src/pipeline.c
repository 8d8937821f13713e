#include "pipeline.h"

#include <stdlib.h>

#include "http/http.h"
#include "http2/http2.h"
#include "jump.h"
#include "tcp/tcp.h"

/** Packet time between two calls of tcp_advance() for packets that are no TCP: a
 *  millisecond is far below every time-out, and keeps the call off their path. */
#define ADVANCE_NS (NS_PER_S / 1000)

struct pipeline {
	struct coverage coverage;
	struct memory_commons commons;
	struct pipeline_options options;
	struct http_sink to_tally;
	struct tally *tally;
	struct http *http;
	struct http2 *http2;
	struct tcp *tcp;
	struct decoder *decoder;
	struct segment segment; /* of the packet that is fed */
	struct jump jump;
	int64_t advanced_ns; /* time last told to tcp/ */
	bool advanced;       /* whether any was told */
};

/* ---- from http to those who want exchanges ---- */

static bool selected(const struct pipeline *p, const struct http_exchange *x)
{
	return !p->options.selection || selection_has(p->options.selection, x);
}

static __attribute__((noinline)) const struct http_exchange *
edit(struct pipeline *p, const struct http_exchange *x, struct http_exchange *copy)
{
	*copy = *x;
	if (p->options.trusted)
		copy->client.addr = forwarded_client(p->options.trusted, x);
	if (p->options.anonymizer)
		anonymizer_apply(p->options.anonymizer, copy);
	return copy;
}

/* What the tally and the events are told of @p x. */
static inline const struct http_exchange *
edited(struct pipeline *p, const struct http_exchange *x, struct http_exchange *copy)
{
	if (!p->options.trusted && !p->options.anonymizer)
		return x;
	return edit(p, x, copy);
}

/* Tell the tally by @p tell, and others what they want: of both events what is set in
 * either. */
static void fan(struct pipeline *p, const struct http_exchange *x,
		void (*tell)(void *ctx, const struct http_exchange *x), bool response,
		bool done)
{
	const struct pipeline_options *o = &p->options;
	struct http_exchange copy;
	const struct http_exchange *told = edited(p, x, &copy);

	tell(p->to_tally.ctx, told);
	if (!selected(p, x))
		return;
	if (response && o->events.response)
		o->events.response(o->events.ctx, told);
	/* Packets are found by the addresses that they have. */
	if (response && o->flows)
		flows_add(o->flows, x);
	if (done && o->events.done)
		o->events.done(o->events.ctx, told);
}

static void fan_response(void *ctx, const struct http_exchange *x)
{
	struct pipeline *p = ctx;

	fan(p, x, p->to_tally.response, true, false);
}

static void fan_done(void *ctx, const struct http_exchange *x)
{
	struct pipeline *p = ctx;

	fan(p, x, p->to_tally.done, false, true);
}

static void fan_answered(void *ctx, const struct http_exchange *x)
{
	struct pipeline *p = ctx;

	fan(p, x, p->to_tally.answered, true, true);
}

static void fan_websocket(void *ctx, const struct http_websocket *w)
{
	struct pipeline *p = ctx;
	struct http_exchange copy;
	struct http_websocket told = *w;

	told.upgrade = *edited(p, &w->upgrade, &copy);
	p->to_tally.websocket(p->to_tally.ctx, &told);
}

static bool tally_alone(const struct pipeline_options *o)
{
	return !o->trusted && !o->anonymizer && !o->flows && !o->events.done;
}

static struct memory_plan plan_of(const struct pipeline_options *o)
{
	return o->memory.ceiling > 0 ? o->memory : memory_plan_for(0);
}

struct tally *pipeline_tally_new(const struct pipeline_options *options)
{
	struct memory_plan plan = plan_of(options);
	struct tally *t = tally_new(options->by);

	if (!t)
		return NULL;
	tally_set_memory(t, &plan);
	if (options->raw_paths)
		tally_set_raw_paths(t);
	return t;
}

struct pipeline *pipeline_new(const struct pipeline_options *options)
{
	struct pipeline *p = calloc(1, sizeof(*p));
	struct memory_plan plan = plan_of(options);
	struct http_sink exchanges;
	struct tcp_sink streams;
	struct http_opener http2;

	if (!p)
		return NULL;
	p->tally = pipeline_tally_new(options);
	if (!p->tally)
		goto fail;
	p->options = *options;
	p->commons.left = plan.commons - (options->flows ? plan.flows : 0);
	p->to_tally = tally_sink(p->tally);
	exchanges = p->to_tally;
	if (!tally_alone(options))
		exchanges = (struct http_sink){.response = fan_response,
					       .done = fan_done,
					       .answered = fan_answered,
					       .websocket = fan_websocket,
					       .ctx = p};
	p->http = http_new(&exchanges, &p->coverage);
	if (!p->http)
		goto fail;
	http_set_memory(p->http, &plan, &p->commons);
	http_keep(p->http, options->keep);
	p->http2 = http2_new(&exchanges, &p->coverage, http_records(p->http));
	if (!p->http2)
		goto fail;
	http2_set_memory(p->http2, &plan, &p->commons);
	http2 = http2_opener(p->http2);
	http_set_http2(p->http, &http2);
	streams = http_tcp_sink(p->http);
	p->tcp = tcp_new(&streams, &p->coverage);
	p->decoder = decoder_new(&options->decode, &p->coverage);
	if (!p->tcp || !p->decoder)
		goto fail;
	tcp_set_memory(p->tcp, &plan, &p->commons);
	decoder_set_memory(p->decoder, &plan);
	return p;
fail:
	pipeline_free(p);
	return NULL;
}

/* What the filter refused is looked at just so far that the report can say what
 * the filter may have missed. */
static __attribute__((noinline)) void feed_filtered(struct pipeline *p,
						    const struct packet *packet)
{
	struct decoder_peek peek = decoder_peek_at(packet);

	coverage_add(&p->coverage, COVERAGE_FILTERED, 1, packet->length);
	p->coverage.filtered_tagged += peek.tagged;
	p->coverage.filtered_tunnelled += peek.tunnelled;
	p->coverage.filtered_fragments += peek.fragment;
}

static __attribute__((noinline)) void advance(struct pipeline *p, int64_t now_ns)
{
	/* A clock that runs backward is for tcp/ to judge: it must not stop the
	 * calls until it has caught up. Hostile stamps must not overflow. */
	if (p->advanced && now_ns >= p->advanced_ns &&
	    (uint64_t)now_ns - (uint64_t)p->advanced_ns < (uint64_t)ADVANCE_NS)
		return;
	p->advanced = true;
	p->advanced_ns = now_ns;
	tcp_advance(p->tcp, now_ns);
}

static __attribute__((noinline)) enum sl_err feed_refused(struct pipeline *p,
							  const struct packet *packet)
{
	feed_filtered(p, packet);
	advance(p, packet->time_ns);
	return SL_OK;
}

/* An 802.11 aggregate holds several frames: the second one is here. @p e is how the
 * first one went. */
static __attribute__((noinline)) enum sl_err feed_more(struct pipeline *p,
						       enum sl_err e)
{
	do
		e = tcp_feed(p->tcp, &p->segment) ? SL_E_NOMEM : e;
	while (decoder_more(p->decoder, &p->segment));
	return e;
}

static inline enum sl_err feed_now(struct pipeline *p, const struct packet *packet)
{
	enum sl_err e = SL_OK;

	p->coverage.total.packets++;
	p->coverage.total.bytes += packet->length;
	if (packet->filtered)
		return feed_refused(p, packet);
	if (decoder_feed(p->decoder, packet, &p->segment) == DECODED_SEGMENT)
		e = tcp_feed(p->tcp, &p->segment);
	else
		advance(p, packet->time_ns);
	return decoder_more(p->decoder, &p->segment) ? feed_more(p, e) : e;
}

/* Take the packets that waited: their time has come, or never will. */
static __attribute__((cold)) enum sl_err feed_held(struct pipeline *p, bool confirmed)
{
	enum sl_err e = SL_OK;

	if (confirmed)
		tcp_jump(p->tcp, p->jump.held[0].time_ns);
	for (size_t i = 0; i < p->jump.count; i++)
		e = feed_now(p, &p->jump.held[i]) ? SL_E_NOMEM : e;
	jump_clear(&p->jump);
	return e;
}

/* Apart, so that the usual packet passes one function. */
static __attribute__((noinline, cold)) enum sl_err
feed_around_jump(struct pipeline *p, const struct packet *packet,
		 enum jump_verdict verdict)
{
	enum sl_err held = SL_OK;
	enum sl_err e;

	if (verdict == JUMP_CONFIRMED || verdict == JUMP_REFUTED)
		held = feed_held(p, verdict == JUMP_CONFIRMED);
	if (verdict == JUMP_REFUTED)
		verdict = jump_look(&p->jump, packet);
	e = verdict == JUMP_WAITS ? SL_OK : feed_now(p, packet);
	return e ? e : held;
}

enum sl_err pipeline_feed(struct pipeline *p, const struct packet *packet)
{
	enum jump_verdict verdict = jump_look(&p->jump, packet);

	if (verdict != JUMP_NONE)
		return feed_around_jump(p, packet, verdict);
	return feed_now(p, packet);
}

void pipeline_advance(struct pipeline *p, int64_t now_ns)
{
	enum jump_verdict verdict = jump_advance(&p->jump, now_ns);

	if (verdict != JUMP_NONE)
		(void)feed_held(p, verdict == JUMP_CONFIRMED);
	advance(p, now_ns);
}

void pipeline_take(struct pipeline *p, struct tally *fresh)
{
	tally_swap(p->tally, fresh);
}

enum sl_err pipeline_finish(struct pipeline *p)
{
	enum sl_err e;

	(void)feed_held(p, false);
	decoder_flush(p->decoder);
	tcp_flush(p->tcp);
	e = decoder_failed(p->decoder);
	if (e == SL_OK)
		e = tcp_failed(p->tcp);
	if (e == SL_OK)
		e = http_failed(p->http);
	if (e == SL_OK)
		e = http2_failed(p->http2);
	/* A report can take much memory too: what only reading needs makes room. */
	decoder_free(p->decoder);
	tcp_free(p->tcp);
	http2_free(p->http2);
	http_free(p->http);
	p->decoder = NULL;
	p->tcp = NULL;
	p->http2 = NULL;
	p->http = NULL;
	return e ? e : tally_failed(p->tally);
}

const struct tally *pipeline_tally(const struct pipeline *p)
{
	return p->tally;
}

const struct coverage *pipeline_coverage(const struct pipeline *p)
{
	return &p->coverage;
}

void pipeline_free(struct pipeline *p)
{
	if (!p)
		return;
	jump_clear(&p->jump);
	decoder_free(p->decoder);
	tcp_free(p->tcp);
	http2_free(p->http2);
	http_free(p->http);
	tally_free(p->tally);
	free(p);
}
