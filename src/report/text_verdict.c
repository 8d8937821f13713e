/*
 * The last lines: what the coverage does to the figures, in a plain sentence, and what
 * to do about it.
 */
#include "report/text_parts.h"

#define OF(n, noun) figure_of(l, (n), (noun)).text
#define SHARE(a, b) figure_share((a), (b)).text

#define SAY(l, ...) layout_paragraph((l), STYLE_BOLD, 2, __VA_ARGS__)

/* What stands in for HTTP that nobody could read. */
static void say_unread(struct layout *l, const struct view *v)
{
	const struct coverage *c = v->report->coverage;
	uint64_t unread =
	    c->bucket[COVERAGE_TLS].bytes + c->bucket[COVERAGE_QUIC].bytes;
	uint64_t http =
	    c->bucket[COVERAGE_HTTP].bytes + c->bucket[COVERAGE_HTTP2].bytes;

	if (unread == 0)
		return;
	if (http == 0)
		SAY(l, "So: whatever HTTP there was is encrypted, and nothing can be "
		       "said about its responses. Capture where it is in the clear: "
		       "behind the server that ends TLS.");
	else
		SAY(l,
		    "So: these figures are about the %s of HTTP's bytes that could be "
		    "read; a service behind TLS or QUIC may fail without a trace here. "
		    "Capture behind the server that ends TLS for the rest.",
		    SHARE(http, http + unread));
}

static void say_drops(struct layout *l, const struct view *v)
{
	if (v->drops.all > 0)
		SAY(l,
		    "So: %s never reached the capture, and every count is a lower "
		    "bound. Capture with a larger buffer (tcpdump -B 65536), a "
		    "filter, or a faster disk.",
		    OF(v->drops.all, "packet"));
}

static void say_one_sided(struct layout *l, const struct view *v)
{
	const struct coverage *c = v->report->coverage;

	if (c->one_sided == 0 || 10 * c->one_sided < c->connections)
		return;
	SAY(l,
	    "So: of %s of the connections one direction is missing: their responses "
	    "stand under the server's address, without path and latency, or are "
	    "not there at all. Capture both directions: both ports of a tap, both "
	    "paths of an asymmetric route.",
	    SHARE(c->one_sided, c->connections));
}

static void say_gaps(struct layout *l, const struct view *v)
{
	const struct coverage *c = v->report->coverage;

	if (c->unseen_responses > 0 && c->one_sided == 0)
		SAY(l,
		    "So: up to %s may be missing from these figures, lost with packets "
		    "that the capture does not hold.",
		    OF(c->unseen_responses, "response"));
}

void text_verdict(struct layout *l, const struct view *v)
{
	say_drops(l, v);
	say_one_sided(l, v);
	say_gaps(l, v);
	say_unread(l, v);
}
