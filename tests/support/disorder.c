#include "support/disorder.h"

#include <string.h>

#define US 1000LL
/** A copy and a displacement together stay below half of LIMIT_HOLE_SEGMENTS and
 *  LIMIT_HOLE_NS: other insertions in between cannot bring them over. */
#define REACH       16U
#define REACH_NS    400000000LL
#define SEGMENT_MAX 1460U
#define CHANGES_MAX 6U

/** @return the last position up to REACH behind @p i to which something of i may go */
static size_t reach(const struct trace *t, size_t i)
{
	size_t j = i;

	while (j + 1 < t->count && j < i + REACH &&
	       t->segments[j + 1].time_ns - t->segments[i].time_ns < REACH_NS)
		j++;
	return j;
}

static size_t any_position(const struct trace *t, struct random *r)
{
	return random_below(r, t->count);
}

/** @return how many bytes from the first of @p s on its sender has sent before @p to,
 *  having received no more than when it sent @p s: a range that spans what came later
 *  would carry a later acknowledgement, and so prove something else. */
static uint32_t sent_before(const struct trace *t, const struct segment *s, size_t to)
{
	int32_t most = 0;

	for (size_t i = 0; i < to; i++) {
		const struct segment *g = &t->segments[i];
		int32_t n = (int32_t)(g->seq + g->len - s->seq);

		if (g->dir == s->dir && g->ack == s->ack && g->len > 0 &&
		    (g->flags & TCP_SYN) == 0 && n > most)
			most = n;
	}
	return (uint32_t)most;
}

/** The sender sends a range once more, with boundaries of its own. */
static void retransmit(struct conversation *c, struct random *r)
{
	struct trace *t = &c->trace;
	size_t i = any_position(t, r);
	struct segment s = t->segments[i];
	size_t at = random_between(r, i, reach(t, i)) + 1;
	uint32_t skip;
	uint32_t most;

	/* A keep-alive's byte is not the stream's: its pointer leads elsewhere. */
	if (s.len < 2 || (s.flags & (TCP_SYN | TCP_FIN)) != 0)
		return;
	skip = (uint32_t)random_below(r, s.len);
	s.seq += skip;
	s.payload += skip;
	most = sent_before(t, &s, at);
	s.len = (uint32_t)random_between(r, 1, most < SEGMENT_MAX ? most : SEGMENT_MAX);
	s.bytes = 54 + s.len;
	s.ip_id = (uint16_t)(s.ip_id + 1000);
	s.checksum = (uint16_t)random_next(r);
	s.time_ns = t->segments[at - 1].time_ns;
	trace_insert(t, at, &s);
}

/** The same packet twice, as a mirror port gives it; or sent twice as it is. */
static void duplicate(struct conversation *c, struct random *r)
{
	struct trace *t = &c->trace;
	size_t i = any_position(t, r);
	struct segment s = t->segments[i];
	size_t at = i + 1;

	if (random_chance(r, 50)) {
		at = random_between(r, i, reach(t, i)) + 1;
		s.ip_id = (uint16_t)(s.ip_id + 2000);
	}
	s.time_ns = t->segments[at - 1].time_ns;
	trace_insert(t, at, &s);
}

/** @return whether the segment at @p i may be captured behind the one at @p to. Two
 *  things are not asked for: payload of a SYN (RFC 7413) behind the SYN-ACK that
 *  acknowledges it, and an end of the connection before all of its payload, which
 *  begins no connection. */
static bool may_go_behind(const struct trace *t, size_t i, size_t to)
{
	const struct segment *s = &t->segments[i];
	bool first_payload = s->len > 0;
	bool passes_end = false;

	if (s->len > 0 && (s->flags & TCP_SYN) != 0)
		return false;
	for (size_t k = 0; k < i; k++)
		first_payload = first_payload && t->segments[k].len == 0;
	for (size_t k = i + 1; k <= to; k++)
		passes_end =
		    passes_end || (t->segments[k].flags & (TCP_FIN | TCP_RST)) != 0;
	return to > i && !(first_payload && passes_end);
}

static void displace(struct conversation *c, struct random *r)
{
	struct trace *t = &c->trace;
	size_t i = any_position(t, r);
	size_t to = random_between(r, i, reach(t, i));

	if (may_go_behind(t, i, to))
		trace_move(t, i, to);
}

/** A later copy with other bytes: the first one counts (rule: What counts, 5). */
static void contradict(struct conversation *c, struct random *r)
{
	struct trace *t = &c->trace;
	size_t i = any_position(t, r);
	struct segment s = t->segments[i];
	size_t at = random_between(r, i, reach(t, i)) + 1;
	uint8_t *bytes = c->scratch + c->scratch_len;

	if (s.len == 0 || (s.flags & TCP_SYN) != 0 ||
	    s.len > DISORDER_SCRATCH - c->scratch_len)
		return;
	for (uint32_t k = 0; k < s.len; k++)
		bytes[k] = s.payload[k] ^ 0x20;
	c->scratch_len += s.len;
	s.payload = bytes;
	s.ip_id = (uint16_t)(s.ip_id + 3000);
	s.checksum = (uint16_t)random_next(r);
	s.time_ns = t->segments[at - 1].time_ns;
	trace_insert(t, at, &s);
}

/* ---- loss ---- */

static void lose_where(struct trace *t, bool (*lost)(const struct segment *, void *),
		       void *ctx)
{
	size_t kept = 0;

	for (size_t i = 0; i < t->count; i++)
		if (!lost(&t->segments[i], ctx))
			t->segments[kept++] = t->segments[i];
	t->count = kept;
}

struct chance {
	struct random *r;
	unsigned percent;
};

static bool lost_by_chance(const struct segment *s, void *ctx)
{
	struct chance *c = ctx;

	(void)s;
	return random_chance(c->r, c->percent);
}

static bool lost_by_dir(const struct segment *s, void *ctx)
{
	return s->dir == *(uint8_t *)ctx;
}

static bool lost_syn(const struct segment *s, void *ctx)
{
	(void)ctx;
	return (s->flags & TCP_SYN) != 0;
}

static void snap(struct trace *t, uint32_t most)
{
	for (size_t i = 0; i < t->count; i++) {
		struct segment *s = &t->segments[i];

		if (s->len <= most)
			continue;
		s->missing = s->len - most;
		s->len = most;
	}
}

static void lose_run(struct trace *t, size_t from, size_t n)
{
	if (n > t->count - from)
		n = t->count - from;
	trace_remove(t, from, n);
}

static void lose(struct conversation *c, struct random *r)
{
	struct trace *t = &c->trace;
	struct chance chance = {.r = r, .percent = (unsigned)random_between(r, 3, 30)};
	uint8_t dir = (uint8_t)random_below(r, 2);

	switch (c->loss) {
	case LOSS_NONE:
	case CONVERSATION_LOSSES:
		break;
	case LOSS_FEW:
		for (size_t n = random_between(r, 1, 3); n > 0 && t->count > 1; n--)
			trace_remove(t, any_position(t, r), 1);
		break;
	case LOSS_MANY:
		lose_where(t, lost_by_chance, &chance);
		break;
	case LOSS_RUN:
		lose_run(t, any_position(t, r), random_between(r, 2, 40));
		break;
	case LOSS_SNAP:
		snap(t, (uint32_t)random_between(r, 1, 400));
		break;
	case LOSS_DIRECTION:
		lose_where(t, lost_by_dir, &dir);
		break;
	case LOSS_START:
		lose_run(t, 0, random_between(r, 1, t->count));
		break;
	case LOSS_TAIL: {
		size_t from = any_position(t, r);

		lose_run(t, from, t->count - from);
		break;
	}
	case LOSS_SYN:
		lose_where(t, lost_syn, NULL);
		break;
	}
}

void disorder(struct conversation *c, struct random *r)
{
	/* Copies with boundaries of their own would hide that a segment begins where
	 * a message does; and where the snap length cut one copy and not the other,
	 * it is open which of them came first. */
	bool exact_only = c->dialogue.boundaries || c->loss == LOSS_SNAP;

	if (random_chance(r, 50))
		for (size_t n = random_below(r, CHANGES_MAX); n > 0; n--) {
			if (!exact_only)
				retransmit(c, r);
			duplicate(c, r);
		}
	if (random_chance(r, 60))
		for (size_t n = random_below(r, CHANGES_MAX * 2); n > 0; n--)
			displace(c, r);
	lose(c, r);
	if (random_chance(r, 20) && c->loss != LOSS_SNAP && c->trace.count > 0)
		for (size_t n = random_below(r, CHANGES_MAX); n > 0; n--)
			contradict(c, r);
}
