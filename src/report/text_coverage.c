/*
 * What was read, in sentences, and a line that begins with "!" for whatever makes
 * the figures less than the whole truth. What did not occur has no line.
 */
#include <stdlib.h>
#include <string.h>

#include "report/text_parts.h"

/** Columns by which the lines after the first of a warning are moved in. */
#define HANG 2

#define NOTE(l, ...) layout_paragraph((l), STYLE_PLAIN, HANG, __VA_ARGS__)
#define WARN(l, ...) layout_paragraph((l), STYLE_WARN, HANG, "! " __VA_ARGS__)
#define COUNT(n)     figure_count(l, (n)).text
#define OF(n, noun)  figure_of(l, (n), (noun)).text
#define BYTES(n)     figure_bytes(n).text
#define SHARE(a, b)  figure_share((a), (b)).text

/* ---- what was seen ---- */

static const char *bucket_words(enum coverage_bucket b)
{
	static const char *const words[COVERAGE_BUCKETS] = {
	    [COVERAGE_HTTP] = "HTTP",
	    [COVERAGE_HTTP2] = "HTTP/2",
	    [COVERAGE_TLS] = "TLS",
	    [COVERAGE_QUIC] = "QUIC",
	    [COVERAGE_OTHER_TCP] = "other TCP",
	    [COVERAGE_UNDETERMINED_TCP] = "TCP undetermined",
	    [COVERAGE_OTHER_IP] = "other IP",
	    [COVERAGE_NOT_IP] = "not IP",
	    [COVERAGE_UNDECODED] = "undecoded",
	    [COVERAGE_DUPLICATE] = "duplicates",
	    [COVERAGE_FILTERED] = "refused by the filter",
	};

	return words[b];
}

/* Where all packets went; counts when shares would hide how few they are. */
static void put_buckets(struct layout *l, const struct view *v, bool counts)
{
	const struct coverage *c = v->report->coverage;
	char text[COVERAGE_BUCKETS * 2 * HUMAN_SIZE] = "";
	size_t used = 0;

	for (int i = 0; i < COVERAGE_BUCKETS; i++) {
		const struct volume *b = &c->bucket[i];
		int n;

		if (b->packets == 0)
			continue;
		n = snprintf(text + used, sizeof(text) - used, "%s%s %s",
			     used ? "; " : "", bucket_words((enum coverage_bucket)i),
			     counts ? COUNT(b->packets)
				    : SHARE(b->bytes, c->total.bytes));
		if (n < 0 || used + (size_t)n >= sizeof(text))
			break;
		used += (size_t)n;
	}
	if (used > 0)
		NOTE(l, "%s: %s.", counts ? "Packets seen" : "Bytes seen", text);
}

/* Silence is not health: say what was there. */
static void put_nothing(struct layout *l, const struct view *v)
{
	const struct coverage *c = v->report->coverage;

	if (c->total.packets == 0) {
		WARN(l, "No packet was read: nothing can be said about any host.");
		return;
	}
	if (v->total->requests > 0)
		WARN(l, "No HTTP response was seen, though there were %s.",
		     OF(v->total->requests, "request"));
	else
		WARN(l, "No HTTP response was seen.");
	put_buckets(l, v, true);
}

/* Two decimals, cut and not rounded: only what was read whole is 100 %. */
static void put_read(struct layout *l, const struct view *v)
{
	const struct coverage *c = v->report->coverage;
	double all = (double)c->http_bytes + (double)c->http_bytes_lost;
	uint64_t hundredths;

	if (all <= 0)
		return;
	if (c->http_bytes_lost == 0 && c->gaps == 0) {
		NOTE(l, "HTTP read 100\xc2\xa0%%: no gap.");
		return;
	}
	hundredths = (uint64_t)((double)c->http_bytes / all * 10000.0);
	if (hundredths > 9999)
		hundredths = 9999;
	if (c->unseen_responses > 0)
		WARN(l,
		     "HTTP read %u.%02u\xc2\xa0%%: %s (%s); %s may have been lost in "
		     "them.",
		     (unsigned)(hundredths / 100), (unsigned)(hundredths % 100),
		     OF(c->gaps, "gap"), BYTES(c->http_bytes_lost),
		     OF(c->unseen_responses, "response"));
	else
		NOTE(l, "HTTP read %u.%02u\xc2\xa0%%: %s (%s), no response affected.",
		     (unsigned)(hundredths / 100), (unsigned)(hundredths % 100),
		     OF(c->gaps, "gap"), BYTES(c->http_bytes_lost));
}

static void put_no_answer(struct layout *l, const struct view *v)
{
	static const struct {
		enum exchange_outcome outcome;
		const char *words;
	} causes[] = {
	    {EXCHANGE_CLOSED, "when the connection closed"},
	    {EXCHANGE_RESET, "when it was reset"},
	    {EXCHANGE_TIMEOUT, "timed out"},
	};
	uint64_t all = counts_no_response(v->total);
	char list[256] = "";
	size_t len = 0;

	for (size_t i = 0; i < sizeof(causes) / sizeof(*causes); i++) {
		uint64_t n = v->total->no_response[causes[i].outcome];

		if (n > 0)
			len += (size_t)snprintf(list + len, sizeof(list) - len,
						"%s %s %s", len ? "," : ":", COUNT(n),
						causes[i].words);
	}
	if (all > 0)
		NOTE(l, "No answer to %s%s.", OF(all, "request"), list);
}

/* ---- what could not be read ---- */

static void warn_unread(struct layout *l, const struct view *v, enum coverage_bucket b,
			const char *what)
{
	const struct coverage *c = v->report->coverage;
	const struct volume *volume = &c->bucket[b];

	if (volume->packets > 0)
		WARN(l,
		     "%s: %s of all bytes (%s): responses in it are not in these "
		     "figures.",
		     what, SHARE(volume->bytes, c->total.bytes),
		     OF(volume->packets, "packet"));
}

static void warn_http2(struct layout *l, const struct view *v)
{
	const struct coverage *c = v->report->coverage;

	if (c->http2_over_bound > 0)
		WARN(l,
		     "%s of HTTP/2 not read for want of room: responses in them are "
		     "not in these figures.",
		     OF(c->http2_over_bound, "connection"));
	if (v->total->unknown_codes > 0)
		WARN(l,
		     "%s of unknown code, in no class: HTTP/2 that began before the "
		     "capture, or lost packets, names codes that were sent earlier. "
		     "The known codes are biased: 200, 204, 206, 304, 400, 404 and "
		     "500 can always be read, others (301, 401, 503) need not.",
		     OF(v->total->unknown_codes, "response"));
	if (c->http2_unclear > 0)
		WARN(l, "%s of HTTP/2 streams may be responses or trailers: left out.",
		     OF(c->http2_unclear, "header block"));
	if (c->http2_head_too_long > 0)
		WARN(l, "%s of HTTP/2 longer than %s: cut there.",
		     OF(c->http2_head_too_long, "head"), BYTES((uint64_t)LIMIT_HEAD));
	if (c->authority_differs > 0)
		WARN(l, "%s whose Host is not their :authority, which counts here.",
		     OF(c->authority_differs, "request"));
}

static void warn_undecoded(struct layout *l, const struct coverage *c)
{
	static const char *const words[UNDECODED_REASONS] = {
	    [UNDECODED_LINK_TYPE] = "of an unknown link type",
	    [UNDECODED_TRUNCATED] = "cut in a header by the snap length",
	    [UNDECODED_MALFORMED] = "malformed",
	    [UNDECODED_DEPTH] = "with too many layers",
	    [UNDECODED_ENCRYPTED] = "encrypted (Wi-Fi, ESP)",
	    [UNDECODED_FRAGMENT] = "fragments without the rest",
	    [UNDECODED_CHECKSUM] = "with a wrong checksum",
	};
	char text[UNDECODED_REASONS * 2 * HUMAN_SIZE] = "";
	size_t used = 0;

	if (c->bucket[COVERAGE_UNDECODED].packets == 0)
		return;
	for (int i = 0; i < UNDECODED_REASONS; i++) {
		int n;

		if (c->undecoded[i] == 0)
			continue;
		n = snprintf(text + used, sizeof(text) - used, "%s%s %s",
			     used ? "; " : "", COUNT(c->undecoded[i]), words[i]);
		if (n < 0 || used + (size_t)n >= sizeof(text))
			break;
		used += (size_t)n;
	}
	WARN(l, "Undecoded: %s%s%s.",
	     OF(c->bucket[COVERAGE_UNDECODED].packets, "packet"), used ? ": " : "",
	     text);
}

static void warn_drops(struct layout *l, const struct view *v)
{
	if (v->drops.by_kernel > 0)
		WARN(l, "Whoever captured dropped %s: too slow, or too small a buffer.",
		     OF(v->drops.by_kernel, "packet"));
	if (v->drops.by_interface > 0)
		WARN(l, "The network interface dropped %s while capturing.",
		     OF(v->drops.by_interface, "packet"));
}

/* ---- what is known in part ---- */

static void warn_connections(struct layout *l, const struct coverage *c)
{
	if (c->midstream > 0)
		WARN(l,
		     "%s of %s without their start: it was before the capture, was "
		     "lost, or they went on after long silence.",
		     COUNT(c->midstream), OF(c->connections, "connection"));
	if (c->one_sided > 0)
		WARN(l, "%s of %s: only one direction is in the capture.",
		     COUNT(c->one_sided), OF(c->connections, "connection"));
	if (c->truncated_packets > 0)
		WARN(l,
		     "%s cut by the snap length: heads may lack fields (capture with "
		     "-s 0).",
		     OF(c->truncated_packets, "packet"));
	if (c->evicted > 0)
		WARN(l, "%s given up for want of room in the tables.",
		     OF(c->evicted, "connection"));
	if (c->held_over_bound > 0)
		WARN(l, "%s given up early: too much was out of order.",
		     OF(c->held_over_bound, "gap"));
	if (c->peer_over_bound > 0)
		WARN(l,
		     "Which side spoke first was guessed %s: too much waited for the "
		     "other one.",
		     OF(c->peer_over_bound, "time"));
	if (c->nat_copies > 0)
		WARN(l,
		     "%s with the same first bytes as another one, as NAT rewrites "
		     "them: responses may count twice.",
		     OF(c->nat_copies, "connection"));
	if (c->overlaps_differ > 0)
		WARN(l,
		     "%s overlapped others with different bytes: the first were "
		     "kept.",
		     OF(c->overlaps_differ, "segment"));
	if (c->clock_backward > 0)
		WARN(l, "%s stamped earlier than the one before: latencies may be off.",
		     OF(c->clock_backward, "packet"));
}

static void warn_messages(struct layout *l, const struct view *v)
{
	const struct coverage *c = v->report->coverage;

	if (c->unpaired_responses > 0)
		WARN(l,
		     "%s without a request in the capture: under the server's "
		     "address, without latency.",
		     OF(c->unpaired_responses, "response"));
	if (v->total->unseen > 0)
		WARN(l,
		     "%s whose response the capture does not hold: in no error "
		     "share.",
		     OF(v->total->unseen, "request"));
	if (v->total->pending > 0)
		WARN(l, "%s still waiting when the capture ended: in no error share.",
		     OF(v->total->pending, "request"));
	if (c->conflicting_length > 0)
		WARN(l, "%s with a contradictory length: what follows may be misread.",
		     OF(c->conflicting_length, "message"));
	if (c->head_too_long > 0)
		WARN(l, "%s longer than %s: cut there.",
		     OF(c->head_too_long, "message head"), BYTES((uint64_t)LIMIT_HEAD));
	if (c->pipeline_over_bound > 0)
		WARN(l, "%s not followed: too many waited.",
		     OF(c->pipeline_over_bound, "request"));
	if (c->fields_over_bound > 0)
		WARN(l,
		     "%s without the forwarded address and the fields that were asked "
		     "for: too many waited.",
		     OF(c->fields_over_bound, "request"));
	if (c->swallowed_over_bound > 0)
		WARN(l,
		     "Too many requests waited at a gap to look at them all, %s: some "
		     "may have another one's response.",
		     OF(c->swallowed_over_bound, "time"));
	if (c->upgraded > 0)
		NOTE(l, "%s handed to another protocol (101).",
		     OF(c->upgraded, "connection"));
	if (c->tunnels > 0)
		NOTE(l, "%s opened by CONNECT.", OF(c->tunnels, "tunnel"));
}

static void warn_bounds(struct layout *l, const struct view *v)
{
	const struct view_unlisted sums = view_unlisted(v);

	if (sums.codes + sums.latencies > 0)
		WARN(l,
		     "Too many %ss for their details: %s and %s latencies are in sums "
		     "only.",
		     view_by_name(v), OF(sums.codes, "code"), COUNT(sums.latencies));
	if (sums.more > 0)
		WARN(l,
		     "Too many %ss for their details: %s of gRPC, HTTP/2 streams or "
		     "WebSocket in no list.",
		     view_by_name(v), OF(sums.more, "figure"));
	if (tally_overflow(v->report->tally) > 0)
		WARN(l, "More than %s %ss: %s in the row (other).",
		     COUNT(tally_rows_most(v->report->tally)), view_by_name(v),
		     OF(tally_overflow(v->report->tally), "response"));
}

/* ---- inputs, and the filter ---- */

static void warn_sources(struct layout *l, const struct report *r)
{
	char text[4 * ERRBUF_SIZE];

	for (size_t i = 0; i < r->source_count; i++) {
		const char *message = r->sources[i].message.text;

		if (*message)
			WARN(l, "%s",
			     human_text(message, strlen(message), text, sizeof(text)));
	}
}

static void note_outside(struct layout *l, const struct report *r)
{
	if (r->sources_outside > 0)
		NOTE(l, "%s outside the window not read.",
		     OF(r->sources_outside, "capture"));
}

static void warn_filter(struct layout *l, const struct view *v)
{
	const struct coverage *c = v->report->coverage;
	uint64_t refused = c->bucket[COVERAGE_FILTERED].packets;
	bool nothing = refused == c->total.packets;
	size_t size;
	char *filter;

	if (!v->report->filter || refused == 0)
		return;
	size = strlen(v->report->filter) * 4 + 1;
	filter = malloc(size);
	if (!filter) {
		l->error = SL_E_NOMEM;
		return;
	}
	human_text(v->report->filter, strlen(v->report->filter), filter, size);
	if (nothing)
		WARN(l, "Nothing matched `%s`.", filter);
	if (c->filtered_tagged > 0)
		WARN(l,
		     "%s of the %s that the filter refused carry VLAN, MPLS or PPPoE "
		     "tags, behind which it does not look: try `%s%svlan and (%s)%s`.",
		     COUNT(c->filtered_tagged), OF(refused, "packet"),
		     nothing ? "" : filter, nothing ? "" : " or (", filter,
		     nothing ? "" : ")");
	if (c->filtered_tunnelled > 0)
		WARN(l,
		     "%s of the %s that the filter refused are tunnelled: it does not "
		     "look inside; read without it.",
		     COUNT(c->filtered_tunnelled), OF(refused, "packet"));
	if (c->filtered_fragments > 0)
		WARN(l,
		     "%s refused by the filter: they carry no ports; responses in "
		     "them are lost.",
		     OF(c->filtered_fragments, "later IP fragment"));
	free(filter);
}

void text_coverage(struct layout *l, const struct view *v)
{
	const struct coverage *c = v->report->coverage;

	(void)fputc('\n', l->out);
	if (v->report->interrupted)
		WARN(l, "Interrupted: the figures cover what was read until then.");
	if (v->figures_low)
		WARN(l, "Memory ran out: the figures are too low.");
	if (v->total->responses == 0)
		put_nothing(l, v);
	put_read(l, v);
	put_no_answer(l, v);
	warn_unread(l, v, COVERAGE_TLS, "TLS without keys");
	warn_http2(l, v);
	warn_unread(l, v, COVERAGE_QUIC, "QUIC");
	warn_undecoded(l, c);
	warn_drops(l, v);
	warn_connections(l, c);
	warn_messages(l, v);
	warn_bounds(l, v);
	warn_sources(l, v->report);
	note_outside(l, v->report);
	warn_filter(l, v);
	if (c->bucket[COVERAGE_DUPLICATE].packets > 0)
		NOTE(l, "%s seen twice (a mirror port) and counted once.",
		     OF(c->bucket[COVERAGE_DUPLICATE].packets, "packet"));
	if (v->total->responses > 0)
		put_buckets(l, v, false);
}
