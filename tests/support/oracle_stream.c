#include "support/oracle_stream.h"

#include <stdlib.h>
#include <string.h>

bool oracle_stream_init(struct oracle_stream *s)
{
	memset(s, 0, sizeof(*s));
	s->bytes = calloc(ORACLE_STREAM_MAX, sizeof(*s->bytes));
	s->owner = calloc(ORACLE_STREAM_MAX, sizeof(*s->owner));
	s->start = calloc(ORACLE_STREAM_MAX, sizeof(*s->start));
	return s->bytes && s->owner && s->start;
}

void oracle_stream_free(struct oracle_stream *s)
{
	free(s->bytes);
	free(s->owner);
	free(s->start);
}

static uint32_t payload_seq(const struct segment *g)
{
	return g->seq + (g->flags & TCP_SYN ? 1 : 0);
}

/** @return the first segment of @p dir with all of @p flags, or NULL */
static const struct segment *first_with(const struct trace *t, uint8_t dir,
					uint8_t flags)
{
	for (size_t i = 0; i < t->count; i++)
		if (t->segments[i].dir == dir &&
		    (t->segments[i].flags & flags) == flags)
			return &t->segments[i];
	return NULL;
}

static void lower_base(struct oracle_stream *s, uint32_t seq)
{
	if (!s->based || (int32_t)(seq - s->base) < 0)
		s->base = seq;
	s->based = true;
}

/** @return whether a segment acknowledges something at all */
static bool acknowledges(const struct segment *g)
{
	return (g->flags & TCP_ACK) != 0 && (g->flags & TCP_RST) == 0;
}

/** Without a SYN or a SYN-ACK: the lowest sequence number of data or of a FIN, or the
 *  lowest one that the other side has acknowledged. */
static void guess_base(struct oracle_stream *s, const struct trace *t, uint8_t dir,
		       bool by_acks)
{
	bool has_any = false;

	for (size_t i = 0; i < t->count; i++) {
		const struct segment *g = &t->segments[i];

		if (g->dir == dir &&
		    (g->len + g->missing > 0 || (g->flags & TCP_FIN))) {
			lower_base(s, g->seq);
			has_any = true;
		}
	}
	if (!has_any || !by_acks)
		return;
	for (size_t i = 0; i < t->count; i++)
		if (t->segments[i].dir != dir && acknowledges(&t->segments[i]))
			lower_base(s, t->segments[i].ack);
}

/** Where the stream begins: behind the SYN, or where the SYN-ACK says it does. */
static void find_base(struct oracle_stream *s, const struct trace *t, uint8_t dir,
		      bool by_acks)
{
	const struct segment *syn = first_with(t, dir, TCP_SYN);
	const struct segment *syn_ack = first_with(t, !dir, TCP_SYN | TCP_ACK);

	s->anchored = s->based = syn != NULL || syn_ack != NULL;
	s->assumed = syn == NULL && syn_ack != NULL;
	if (syn != NULL)
		s->base = syn->seq + 1;
	else if (syn_ack != NULL)
		s->base = syn_ack->ack;
	else
		guess_base(s, t, dir, by_acks);
}

/** Behind everything that is there: what fill_in() comes to, faster. */
static void append(struct oracle_stream *s, const struct segment *g, size_t first,
		   uint32_t number)
{
	if (g->len == 0)
		return;
	memcpy(s->bytes + first, g->payload, g->len);
	for (size_t at = first; at < first + g->len; at++)
		s->owner[at] = number + 1;
	s->start[first] = true;
	s->len = first + g->len;
}

/** The first copy of a byte stays. */
static void fill_in(struct oracle_stream *s, const struct segment *g, int32_t first,
		    uint32_t number)
{
	for (uint32_t k = 0; k < g->len; k++) {
		int32_t at = first + (int32_t)k;

		if (at < 0 || s->owner[at] != 0)
			continue;
		s->bytes[at] = g->payload[k];
		s->owner[at] = number + 1;
		s->start[at] = k == 0;
		if ((size_t)at >= s->len)
			s->len = (size_t)at + 1;
	}
}

static void lay_down(struct oracle_stream *s, const struct segment *g, uint32_t number)
{
	int32_t first = (int32_t)(payload_seq(g) - s->base);
	int32_t end = first + (int32_t)(g->len + g->missing);

	if (end > (int32_t)ORACLE_STREAM_MAX)
		return;
	if (first >= 0 && (size_t)first >= s->len)
		append(s, g, (size_t)first, number);
	else
		fill_in(s, g, first, number);
	if (end > 0 && (size_t)end > s->told)
		s->told = (size_t)end;
	if (g->flags & TCP_FIN && end >= 0) {
		s->fin = true;
		s->fin_at = (size_t)end;
	}
}

void oracle_stream_fill(struct oracle_stream *s, const struct trace *t, uint8_t dir,
			bool by_acks)
{
	memset(s->owner, 0, s->told * sizeof(*s->owner));
	memset(s->start, 0, s->told * sizeof(*s->start));
	s->len = s->told = 0;
	s->seen = s->anchored = s->based = s->fin = false;
	find_base(s, t, dir, by_acks);
	for (size_t i = 0; i < t->count; i++) {
		const struct segment *g = &t->segments[i];

		if (g->dir == dir) {
			s->seen = true;
			if (s->based)
				lay_down(s, g, (uint32_t)i);
		} else if (s->based && acknowledges(g)) {
			/* Counts a FIN as a byte; corrected where that matters. */
			int32_t ack = (int32_t)(g->ack - s->base);

			if (ack > 0 && ack < (int32_t)ORACLE_STREAM_MAX &&
			    (size_t)ack > s->told)
				s->told = (size_t)ack;
		}
	}
	if (s->fin && s->told > s->fin_at)
		s->told = s->fin_at;
}

size_t oracle_run_end(const struct oracle_stream *s, size_t at)
{
	while (oracle_has(s, at))
		at++;
	return at;
}

size_t oracle_gap_end(const struct oracle_stream *s, size_t at)
{
	while (at < s->len && s->owner[at] == 0)
		at++;
	return at;
}

size_t oracle_acked(const struct oracle_stream *s, const struct oracle_stream *other,
		    const struct trace *t, size_t at)
{
	const struct segment *g = &t->segments[s->owner[at] - 1];
	int32_t ack = (int32_t)(g->ack - other->base);

	if ((g->flags & TCP_ACK) == 0) /* a SYN: nothing was received yet */
		return 0;
	if (!other->based)
		return ORACLE_UNKNOWN;
	/* Less than the first byte in the capture: nothing of it was received. */
	return ack < 0 ? 0 : (size_t)ack;
}
