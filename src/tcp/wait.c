#include "tcp/wait.h"

#include <stdlib.h>

#include "tcp/deliver.h"
#include "tcp/stream.h"

/* What the first that a direction holds waits for. */
enum wait_kind {
	WAIT_NONE,  /* it holds nothing */
	WAIT_START, /* for what may stand before it */
	WAIT_HOLE,  /* for the bytes before it */
	WAIT_PEER,  /* for the other direction */
};

struct waiting {
	enum wait_kind kind;
	int64_t due_ns;   /* after this it has waited long enough */
	uint32_t since;   /* segments of the connection before it began to wait */
	bool by_segments; /* LIMIT_HOLE_SEGMENTS are enough too */
	size_t most;      /* bytes held are enough too */
	bool data;        /* it holds payload, not only a FIN */
	const struct held_segment *segment;
	uint64_t at;
};

uint64_t wait_acked_offset(const struct tcp_connection *c, unsigned dir,
			   const struct held_segment *s)
{
	const struct tcp_side *other = &c->side[1 - dir];
	const struct held_fin *fin = c->extra ? &c->extra->side[1 - dir].fin : NULL;
	uint8_t flags = c->side_flags[1 - dir];
	int64_t ahead;
	uint64_t offset;

	/* Only what begins a connection acknowledges nothing (RFC 9293
	 * section 3.10.7.4, fifth). */
	if (!s->has_ack)
		return 0;
	if (!(flags & SIDE_ANCHORED))
		return TCP_ACKED_UNKNOWN;
	ahead = (int32_t)(s->ack - other->next);
	if (ahead > (int64_t)LIMIT_SEQUENCE_AHEAD)
		return TCP_ACKED_UNKNOWN;
	if (ahead < 0 && (uint64_t)-ahead > other->offset)
		/* Before the first byte known there may be others. */
		return flags & SIDE_MIDSTREAM ? 0 : TCP_ACKED_UNKNOWN;
	offset = other->offset + (uint64_t)ahead;
	if ((flags & SIDE_FIN) && ahead == 1)
		return other->offset;
	if (fin && fin->held && offset == fin->at - c->extra->side[1 - dir].origin + 1)
		return offset - 1;
	return offset;
}

static bool holds(const struct tcp_wait *w)
{
	return w->store.first || w->fin.held;
}

bool wait_blocked(const struct tcp_connection *c, unsigned dir, uint64_t len,
		  const struct held_segment *s)
{
	unsigned other = 1 - dir;
	uint64_t acked;

	if (!s->has_ack || (len > 0 && len < c->side[dir].skip_left))
		return false;
	if (!(c->side_flags[other] & SIDE_ANCHORED))
		return (c->extra && holds(&c->extra->side[other])) ||
		       !(c->flags & CONNECTION_ONE_HOLD);
	acked = wait_acked_offset(c, dir, s);
	if (acked == TCP_ACKED_UNKNOWN || acked <= c->side[other].offset)
		return false;
	if (c->extra && acked <= c->extra->side[other].given_up)
		return false;
	return (c->side_flags[other] & SIDE_SEEN) || !(c->flags & CONNECTION_ONE_HOLD);
}

/* Whether the receiver of direction `dir` has acknowledged everything before `at`. */
static bool acknowledged(const struct tcp_connection *c, unsigned dir, uint64_t at)
{
	const struct tcp_side *side = &c->side[dir];
	uint64_t hole = at - c->extra->side[dir].origin - side->offset;
	int64_t acked = (int32_t)(c->side[1 - dir].ack - side->next);

	return (c->side_flags[1 - dir] & SIDE_ACKED) && acked > 0 &&
	       acked <= (int64_t)LIMIT_SEQUENCE_AHEAD && (uint64_t)acked >= hole;
}

/* It waits for the other direction. If that does not know its start yet, the grace is
 * not over before that of what it holds is: else a late first segment would find the
 * start decided without it. */
static void wait_for_peer(const struct tcp_connection *c, unsigned dir,
			  struct waiting *is)
{
	const struct tcp_wait *other = &c->extra->side[1 - dir];
	uint8_t flags = c->side_flags[1 - dir];
	int64_t since_ns = is->segment->arrived_ns;

	is->kind = WAIT_PEER;
	is->since = is->segment->arrived;
	is->by_segments = false;
	is->most = flags & SIDE_SEEN ? LIMIT_PEER_HELD : LIMIT_PEER_HELD_UNSEEN;
	if (!(flags & SIDE_ANCHORED) && other->store.first && other->hole_ns > since_ns)
		since_ns = other->hole_ns;
	if (!(flags & SIDE_ANCHORED) && other->fin.held &&
	    other->fin.segment.arrived_ns > since_ns)
		since_ns = other->fin.segment.arrived_ns;
	is->due_ns = since_ns + LIMIT_HOLE_NS;
}

static struct waiting waits_for(const struct tcp_connection *c, unsigned dir)
{
	const struct tcp_wait *w = &c->extra->side[dir];
	const struct held *first = w->store.first;
	const struct held_fin *fin = &w->fin;
	struct waiting is = {.kind = WAIT_NONE, .by_segments = true, .most = SIZE_MAX};
	int64_t since_ns;

	if (!first && !fin->held)
		return is;
	is.data = first && (!fin->held || first->at <= fin->at);
	is.segment = is.data ? &first->segment : &fin->segment;
	is.at = is.data ? first->at : fin->at;
	since_ns = is.data ? w->hole_ns : fin->segment.arrived_ns;
	is.since = is.data ? w->hole_segment : fin->segment.arrived;
	is.due_ns = since_ns + LIMIT_HOLE_NS;
	if (!(c->side_flags[dir] & SIDE_ANCHORED)) {
		is.kind = WAIT_START;
	} else if (is.at > w->origin + c->side[dir].offset) {
		is.kind = WAIT_HOLE;
		is.by_segments = acknowledged(c, dir, is.at);
		if (!is.by_segments)
			is.due_ns = since_ns + LIMIT_HOLE_UNACKED_NS;
	} else {
		wait_for_peer(c, dir, &is);
	}
	return is;
}

/* Tell the first range that is held, from the next byte on, and free it. */
static void tell_first(struct tcp *t, struct tcp_connection *c, unsigned dir)
{
	struct tcp_wait *w = &c->extra->side[dir];
	struct held *h = reasm_take(&w->store);
	uint64_t here = w->origin + c->side[dir].offset;
	uint64_t old = here - h->at < h->len ? here - h->at : h->len;
	struct tcp_data d = {
	    .time_ns = h->segment.time_ns,
	    .acked = wait_acked_offset(c, dir, &h->segment),
	    .bytes = h->kind == HELD_BYTES ? h->bytes + old : NULL,
	    .len = (size_t)(h->len - old),
	    .segment_start = h->start && old == 0,
	};

	c->extra->held -= held_cost(h);
	memory_give(&t->held, held_cost(h));
	if (w->store.first) {
		/* A hole that may be before it was noticed when it came. */
		w->hole_ns = w->store.first->segment.arrived_ns;
		w->hole_segment = w->store.first->segment.arrived;
	}
	if (d.len > 0 && h->kind == HELD_LOST)
		deliver_gap(t, c, dir, d.len, d.time_ns);
	else if (d.len > 0)
		deliver_bytes(t, c, dir, &d);
	free(h);
}

static bool tell_fin(struct tcp *t, struct tcp_connection *c, unsigned dir)
{
	struct tcp_extra *x = c->extra;
	struct tcp_wait *w = &x->side[dir];
	uint64_t here = w->origin + c->side[dir].offset;
	size_t freed;

	if (!w->fin.held || w->fin.at > here)
		return false;
	if (w->fin.at < here) {
		/* There were bytes after it: it was not the end. */
		w->fin.held = false;
		return true;
	}
	if (wait_blocked(c, dir, 0, &w->fin.segment))
		return false;
	w->fin.held = false;
	freed = reasm_clear(&w->store);
	x->held -= freed;
	memory_give(&t->held, freed);
	deliver_fin(t, c, dir, w->fin.segment.time_ns);
	return true;
}

/* Tell what a direction holds in order; returns whether there was any. */
static bool tell_ready(struct tcp *t, struct tcp_connection *c, unsigned dir)
{
	struct tcp_wait *w = &c->extra->side[dir];
	bool any = false;

	if (!(c->side_flags[dir] & SIDE_ANCHORED))
		return false;
	while (w->store.first) {
		const struct held *first = w->store.first;
		uint64_t here = w->origin + c->side[dir].offset;

		if (first->at > here)
			break;
		if (first->at + first->len > here &&
		    wait_blocked(c, dir, first->at + first->len - here,
				 &first->segment))
			break;
		tell_first(t, c, dir);
		any = true;
	}
	return tell_fin(t, c, dir) || any;
}

/* The SYN has not come: what the SYN-ACK acknowledged was the start, unless the
 * direction holds something before that, at position `at`. Returns whether it was. */
static bool guess_holds(struct tcp_connection *c, unsigned dir, uint64_t at)
{
	uint64_t guess = c->extra ? c->extra->side[dir].guess : REASM_ORIGIN;

	if (!(c->side_flags[dir] & SIDE_GUESSED) || at < guess)
		return false;
	stream_anchor(c, dir, guessed_first(c, dir));
	return true;
}

/* A direction has waited for the other one, of which there is nothing: captures of one
 * side must not wait each time. */
static void note_wait(struct tcp_connection *c, unsigned other)
{
	if ((c->side_flags[other] & (SIDE_SEEN | SIDE_ANCHORED)) !=
	    (SIDE_SEEN | SIDE_ANCHORED))
		c->flags |= CONNECTION_ONE_HOLD;
	if (!(c->side_flags[other] & SIDE_ANCHORED) &&
	    !(c->extra && holds(&c->extra->side[other])))
		(void)guess_holds(c, other, UINT64_MAX);
}

static bool tell_both(struct tcp *t, struct tcp_connection *c)
{
	bool first = tell_ready(t, c, 0);

	return tell_ready(t, c, 1) || first;
}

/* The other direction waits no longer for the bytes of `dir` before position `end`.
 * What is held of them is told first, so the holes before it are lost. A hole that ends
 * at nothing of that stays open. */
static void give_up_holes(struct tcp *t, struct tcp_connection *c, unsigned dir,
			  uint64_t end, int64_t time_ns)
{
	struct waiting is = waits_for(c, dir);

	/* Each round tells bytes of `dir`. */
	while (is.kind == WAIT_HOLE && is.data && is.at < end) {
		wait_give_up(t, c, dir, time_ns);
		is = waits_for(c, dir);
	}
}

void wait_unblock(struct tcp *t, struct tcp_connection *c, unsigned dir,
		  const struct held_segment *s)
{
	unsigned other = 1 - dir;
	uint64_t acked;

	note_wait(c, other);
	if (!(c->side_flags[other] & SIDE_ANCHORED)) {
		/* It waits for the start of the other, which so begins here. */
		if (c->extra && holds(&c->extra->side[other]))
			wait_give_up(t, c, other, s->time_ns);
		return;
	}
	acked = wait_acked_offset(c, dir, s);
	if (acked == TCP_ACKED_UNKNOWN || !extra_get(t, c))
		return;
	give_up_holes(t, c, other, c->extra->side[other].origin + acked, s->time_ns);
	if (acked > c->extra->side[other].given_up)
		c->extra->side[other].given_up = acked;
}

static void give_up(struct tcp *t, struct tcp_connection *c, unsigned dir,
		    const struct waiting *is, int64_t time_ns)
{
	struct tcp_wait *w = &c->extra->side[dir];

	switch (is->kind) {
	case WAIT_NONE:
		return;
	case WAIT_START:
		note_wait(c, 1 - dir);
		if (guess_holds(c, dir, is->at))
			break;
		stream_anchor(c, dir,
			      c->side[dir].next + (uint32_t)(is->at - REASM_ORIGIN));
		deliver_midstream(t, c, dir, time_ns);
		break;
	case WAIT_HOLE:
		deliver_gap(t, c, dir, is->at - w->origin - c->side[dir].offset,
			    time_ns);
		break;
	case WAIT_PEER:
		wait_unblock(t, c, dir, is->segment);
		break;
	}
	(void)tell_ready(t, c, dir);
}

void wait_give_up(struct tcp *t, struct tcp_connection *c, unsigned dir,
		  int64_t time_ns)
{
	struct waiting is = waits_for(c, dir);

	give_up(t, c, dir, &is, time_ns);
}

/* When it has waited long enough: the time of that; INT64_MAX when not yet. */
static int64_t over_at(const struct tcp_extra *x, const struct waiting *is,
		       int64_t now_ns)
{
	if (is->kind == WAIT_NONE)
		return INT64_MAX;
	if (is->due_ns < now_ns)
		return is->due_ns;
	if (is->by_segments && x->segments - is->since >= LIMIT_HOLE_SEGMENTS)
		return now_ns;
	if (x->held >= is->most)
		return now_ns;
	return INT64_MAX;
}

/* Nothing waits any more; is there anything to remember? */
static void rest(struct tcp *t, struct tcp_connection *c)
{
	struct tcp_extra *x = c->extra;

	if (x->reset || holds(&x->side[0]) || holds(&x->side[1]))
		return;
	extra_unlist(t, x);
	x->side[0].origin = REASM_ORIGIN;
	x->side[1].origin = REASM_ORIGIN;
	for (unsigned dir = 0; dir < 2; dir++)
		if (x->side[dir].gaps > 0 ||
		    x->side[dir].given_up > c->side[dir].offset)
			return;
	extra_free(t, c);
}

void stream_settle(struct tcp *t, struct tcp_connection *c, int64_t now_ns)
{
	for (;;) {
		struct waiting is[2];
		int64_t over[2];
		unsigned dir;

		if (tell_both(t, c))
			continue;
		for (dir = 0; dir < 2; dir++) {
			is[dir] = waits_for(c, dir);
			over[dir] = over_at(c->extra, &is[dir], now_ns);
		}
		if (over[0] == over[1])
			dir = is[1].since < is[0].since;
		else
			dir = over[1] < over[0];
		if (over[dir] == INT64_MAX)
			break;
		/* Of a side that was never there nothing is missed by waiting less. */
		if (is[dir].due_ns >= now_ns && c->extra->held >= is[dir].most &&
		    (c->side_flags[1 - dir] & SIDE_SEEN))
			t->coverage->peer_over_bound++;
		give_up(t, c, dir, &is[dir], over[dir]);
	}
	rest(t, c);
}

void stream_flush(struct tcp *t, struct tcp_connection *c, int64_t time_ns)
{
	while (c->extra) {
		struct waiting is[2];
		unsigned dir;

		if (tell_both(t, c))
			continue;
		for (dir = 0; dir < 2; dir++) {
			/* A hole with nothing but a FIN after it is no gap. */
			is[dir] = waits_for(c, dir);
			if (is[dir].data || is[dir].kind != WAIT_HOLE)
				continue;
			c->extra->side[dir].fin.held = false;
			is[dir] = waits_for(c, dir);
		}
		if (is[0].kind != WAIT_NONE && is[1].kind != WAIT_NONE)
			dir = is[1].since < is[0].since;
		else
			dir = is[0].kind == WAIT_NONE;
		if (is[dir].kind == WAIT_NONE)
			return;
		give_up(t, c, dir, &is[dir], time_ns);
	}
}
