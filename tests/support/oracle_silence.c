/* What became of requests without a response. */
#include <string.h>

#include "base/limits.h"
#include "support/oracle_state.h"

static bool fin_behind_hole(const struct oracle_stream *s)
{
	return s->fin && oracle_run_end(s, 0) < s->fin_at;
}

/** @return whether nothing tells if the reset @p g is of this connection: it
 * acknowledges nothing, and nothing else says which numbers its sender uses. A TCP
 * drops such a one (RFC 9293 section 3.10.7.3, second) */
static bool is_strange(const struct oracle *o, const struct segment *g)
{
	const struct trace *t = o->trace;

	if ((g->flags & TCP_ACK) != 0 || o->stream[g->dir].based)
		return false;
	for (size_t i = 0; i < t->count; i++)
		if (t->segments[i].dir != g->dir && (t->segments[i].flags & TCP_ACK))
			return false;
	return true;
}

/** Rule 8: what became of the connection. */
static unsigned end_causes(const struct oracle *o, const struct oracle_request *q)
{
	const struct trace *t = o->trace;
	bool fin[2] = {o->stream[0].fin, o->stream[1].fin};
	unsigned server_dir = !o->client_dir;
	unsigned causes = 0;
	int64_t last = t->advance_ns + t->segments[t->count - 1].time_ns;

	if (last - q->time_ns > LIMIT_UNANSWERED_NS)
		return 1U << EXCHANGE_TIMEOUT;
	for (size_t i = 0; i < t->count; i++)
		if (t->segments[i].flags & TCP_RST)
			causes |= 1U << EXCHANGE_RESET |
				  (unsigned)is_strange(o, &t->segments[i])
				      << EXCHANGE_PENDING;
	if (fin[0] && fin[1])
		causes |= 1U << EXCHANGE_CLOSED;
	/* A FIN behind a hole that is still open when the capture ends: what came
	 * first, the end of the connection or of the capture? */
	if (causes != 0)
		return fin_behind_hole(&o->stream[0]) || fin_behind_hole(&o->stream[1])
			   ? causes | 1U << EXCHANGE_PENDING
			   : causes;
	/* The server has said its last, but the connection is open. */
	if (fin[server_dir])
		causes |= 1U << EXCHANGE_CLOSED;
	return causes | 1U << EXCHANGE_PENDING;
}

static unsigned causes_of(const struct oracle *o, const struct oracle_request *q)
{
	const unsigned unseen = 1U << EXCHANGE_UNSEEN;
	unsigned causes;

	if (q->in_hole || !o->stream[!o->client_dir].seen)
		return unseen;
	causes = end_causes(o, q);
	for (size_t i = 0; i < o->loss_count; i++) {
		const struct oracle_loss *l = &o->losses[i];

		if (!l->open && q->acked != ORACLE_UNKNOWN && l->from >= q->acked &&
		    l->acked > q->start && (causes & 1U << EXCHANGE_TIMEOUT) == 0)
			return unseen;
		/* Even if it was over before the request, or before its receiver had
		 * any of that: it may have held one response more, so that all later
		 * ones stand one request too early. */
		causes |= unseen;
	}
	return causes;
}

void oracle_read_silences(struct oracle *o)
{
	for (size_t i = 0; i < o->request_count; i++) {
		const struct oracle_request *q = &o->requests[i];

		if (!q->answered)
			verdict_add_silence(o->v, causes_of(o, q), q->host,
					    strlen(q->host));
	}
}
