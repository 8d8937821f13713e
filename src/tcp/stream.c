#include "tcp/stream.h"

#include "tcp/deliver.h"
#include "tcp/wait.h"

/* A segment on its way to its place. */
struct arrival {
	uint32_t seq; /* of what is left of it */
	uint32_t len;
	uint32_t missing;
	const uint8_t *bytes;
	struct held_segment segment;
	bool start; /* bytes[0] is the first of the segment */
	bool fresh; /* it had a byte that was new */
};

void stream_anchor(struct tcp_connection *c, unsigned dir, uint32_t first)
{
	struct tcp_side *side = &c->side[dir];

	if (c->extra && (c->side_flags[dir] & SIDE_PLACED))
		c->extra->side[dir].origin =
		    REASM_ORIGIN + (uint64_t)(int64_t)(int32_t)(first - side->next);
	side->next = first;
	c->side_flags[dir] |= SIDE_PLACED | SIDE_ANCHORED;
}

void stream_guess(struct tcp_connection *c, unsigned dir, uint32_t first)
{
	struct tcp_side *side = &c->side[dir];

	if (!(c->side_flags[dir] & SIDE_PLACED))
		side->next = first;
	else if (c->extra)
		c->extra->side[dir].guess =
		    REASM_ORIGIN + (uint64_t)(int64_t)(int32_t)(first - side->next);
	c->side_flags[dir] |= SIDE_PLACED | SIDE_GUESSED;
}

/* Without its SYN: the sink is to know. */
static void anchor_midstream(struct tcp *t, struct tcp_connection *c, unsigned dir,
			     uint32_t first, int64_t time_ns)
{
	stream_anchor(c, dir, first);
	deliver_midstream(t, c, dir, time_ns);
}

/* Where sequence number `seq` stands in the store. */
static uint64_t position(const struct tcp_connection *c, unsigned dir, uint32_t seq)
{
	const struct tcp_side *side = &c->side[dir];
	uint64_t origin = c->extra ? c->extra->side[dir].origin : REASM_ORIGIN;

	return origin + side->offset + (uint64_t)(int64_t)(int32_t)(seq - side->next);
}

/* The first that comes of a direction whose SYN is not known. */
static void begin(struct tcp_connection *c, unsigned dir, uint32_t seq)
{
	if (c->side_flags[dir] & SIDE_PLACED)
		return;
	c->side[dir].next = seq;
	c->side_flags[dir] |= SIDE_PLACED;
}

static void trim(struct arrival *a, uint32_t n)
{
	uint32_t front = n < a->len ? n : a->len;

	if (n == 0)
		return;
	a->bytes = front < a->len ? a->bytes + front : NULL;
	a->len -= front;
	a->missing -= n - front;
	a->seq += n;
	a->start = false;
}

/* Drop what is old; returns how far what is left stands from the next byte. */
static uint32_t trim_old(const struct tcp_connection *c, unsigned dir,
			 struct arrival *a)
{
	uint32_t total = a->len + a->missing;
	int32_t ahead = (int32_t)(a->seq - c->side[dir].next);

	if (ahead >= 0)
		return (uint32_t)ahead;
	trim(a, -(int64_t)ahead < total ? (uint32_t) - (int64_t)ahead : total);
	return 0;
}

static size_t budget(const struct tcp *t, const struct tcp_extra *x)
{
	size_t own =
	    x->held < LIMIT_HELD_CONNECTION ? LIMIT_HELD_CONNECTION - x->held : 0;
	size_t all = memory_left(&t->held);

	return own < all ? own : all;
}

/* Hold one range of the arrival: `len` bytes from `front` on. */
static enum sl_err hold_range(struct tcp *t, struct tcp_connection *c, unsigned dir,
			      struct arrival *a, uint32_t front, uint32_t len,
			      enum held_kind kind)
{
	struct tcp_extra *x = c->extra;
	struct tcp_wait *w = &x->side[dir];
	struct reasm_range range = {
	    .at = position(c, dir, a->seq + front),
	    .len = len,
	    .kind = kind,
	    .start = a->start && front == 0,
	    .bytes = kind == HELD_BYTES && len > 0 ? a->bytes + front : NULL,
	};
	struct reasm_outcome out = {.budget = budget(t, x)};
	bool empty = !w->store.first;
	enum sl_err e;

	if (len == 0)
		return SL_OK;
	e = reasm_hold(&w->store, &range, &a->segment, &out);
	x->held += out.used;
	(void)memory_take(&t->held, out.used); /* there is room: budget() looked */
	a->fresh |= out.fresh;
	if (out.differs)
		t->coverage->overlaps_differ++;
	if (empty && w->store.first) {
		w->hole_ns = a->segment.arrived_ns;
		w->hole_segment = a->segment.arrived;
	}
	return e;
}

/* Hold the arrival. Where a skip will pass over it, its bytes are not kept. */
static enum sl_err hold(struct tcp *t, struct tcp_connection *c, unsigned dir,
			struct arrival *a)
{
	const struct tcp_side *side = &c->side[dir];
	struct tcp_extra *x = extra_get(t, c);
	uint32_t skipped = 0;
	enum sl_err e;

	if (!x)
		return SL_E_LIMIT;
	a->segment.arrived = x->segments;
	extra_list(t, x);
	if (c->side_flags[dir] & SIDE_ANCHORED) {
		uint32_t ahead = a->seq - side->next;

		if (side->skip_left > ahead)
			skipped = side->skip_left - ahead < a->len
				      ? (uint32_t)(side->skip_left - ahead)
				      : a->len;
	}
	e = hold_range(t, c, dir, a, 0, skipped, HELD_RANGE);
	if (e == SL_OK)
		e = hold_range(t, c, dir, a, skipped, a->len - skipped, HELD_BYTES);
	if (e == SL_OK)
		e = hold_range(t, c, dir, a, a->len, a->missing, HELD_LOST);
	return e;
}

/* There is no room to hold the arrival: give up what it or what stands before it waits
 * for. Each call brings its turn nearer. */
static void make_room(struct tcp *t, struct tcp_connection *c, unsigned dir,
		      const struct arrival *a)
{
	struct tcp_wait *w = c->extra ? &c->extra->side[dir] : NULL;

	t->coverage->held_over_bound++;
	if (w && w->store.first && w->store.first->at <= position(c, dir, a->seq)) {
		wait_give_up(t, c, dir, a->segment.arrived_ns);
		return;
	}
	if (!(c->side_flags[dir] & SIDE_ANCHORED)) {
		anchor_midstream(t, c, dir, a->seq, a->segment.time_ns);
		return;
	}
	if (seq_before(c->side[dir].next, a->seq))
		deliver_gap(t, c, dir, a->seq - c->side[dir].next, a->segment.time_ns);
	else
		wait_unblock(t, c, dir, &a->segment);
}

/* Tell the part of an arrival in order that nothing held stands in the way of. */
static void tell(struct tcp *t, struct tcp_connection *c, unsigned dir,
		 struct arrival *a)
{
	const struct held *first = c->extra ? c->extra->side[dir].store.first : NULL;
	uint64_t room = first ? first->at - position(c, dir, a->seq) : UINT64_MAX;
	uint32_t n = a->len < room ? a->len : (uint32_t)room;
	uint32_t lost = a->missing < room - n ? a->missing : (uint32_t)(room - n);
	struct tcp_data d = {
	    .time_ns = a->segment.time_ns,
	    .acked = wait_acked_offset(c, dir, &a->segment),
	    .bytes = a->bytes,
	    .len = n,
	    .segment_start = a->start,
	};

	a->fresh = true;
	trim(a, n + lost);
	if (n > 0)
		deliver_bytes(t, c, dir, &d);
	if (lost > 0)
		deliver_gap(t, c, dir, lost, a->segment.time_ns);
}

/* Bring an arrival to its place: told when in order, held else. */
static enum sl_err place(struct tcp *t, struct tcp_connection *c, unsigned dir,
			 struct arrival *a)
{
	enum sl_err result = SL_OK;
	bool forced = false;

	/* Each round tells, holds, or gives up something. */
	while (!(c->side_flags[dir] & SIDE_FIN)) {
		bool anchored = (c->side_flags[dir] & SIDE_ANCHORED) != 0;
		enum sl_err e;

		if (anchored && trim_old(c, dir, a) == 0) {
			const struct held *first =
			    c->extra ? c->extra->side[dir].store.first : NULL;

			if (a->len + a->missing == 0)
				break;
			if ((!first || first->at > position(c, dir, a->seq)) &&
			    (forced ||
			     !wait_blocked(c, dir, a->len + a->missing, &a->segment))) {
				tell(t, c, dir, a);
				continue;
			}
		}
		e = hold(t, c, dir, a);
		if (e == SL_OK)
			break;
		if (e == SL_E_NOMEM)
			result = e;
		make_room(t, c, dir, a);
		/* Not even a note that it need not wait could be made. */
		forced = !c->extra;
	}
	return result;
}

/* The FIN stands at sequence number `seq`. */
static void place_fin(struct tcp *t, struct tcp_connection *c, unsigned dir,
		      uint32_t seq, const struct held_segment *segment)
{
	const struct held *first = c->extra ? c->extra->side[dir].store.first : NULL;
	struct tcp_extra *x;
	struct held_fin *fin;

	if (c->side_flags[dir] & SIDE_FIN)
		return;
	if ((c->side_flags[dir] & SIDE_ANCHORED) && seq == c->side[dir].next &&
	    !first && !wait_blocked(c, dir, 0, segment)) {
		deliver_fin(t, c, dir, segment->time_ns);
		return;
	}
	x = extra_get(t, c);
	/* Without memory the connection ends by silence instead. */
	if (!x || x->side[dir].fin.held)
		return;
	fin = &x->side[dir].fin;
	*fin = (struct held_fin){
	    .segment = *segment,
	    .at = position(c, dir, seq),
	    .held = true,
	};
	fin->segment.arrived = x->segments;
	extra_list(t, x);
}

void stream_early_fin(struct tcp *t, struct tcp_connection *c, unsigned dir,
		      const struct half_open_side *known, int64_t time_ns)
{
	struct held_segment segment = {
	    .time_ns = time_ns,
	    .arrived_ns = t->clock.now_ns,
	    .ack = known->fin_ack,
	    .has_ack = known->fin_has_ack,
	};

	begin(c, dir, known->fin);
	if (!stream_absurd(c, dir, known->fin))
		place_fin(t, c, dir, known->fin, &segment);
}

/* The common case: nothing waits, and here is what comes next. */
static bool in_order(const struct tcp_connection *c, const struct segment *s)
{
	return !stream_waits(c) && s->len > 0 && s->seq == c->side[s->dir].next &&
	       (c->side_flags[s->dir] & (SIDE_ANCHORED | SIDE_FIN)) == SIDE_ANCHORED &&
	       !(s->flags & (TCP_SYN | TCP_FIN));
}

enum sl_err stream_segment(struct tcp *t, struct tcp_connection *c,
			   const struct segment *s, int64_t time_ns)
{
	unsigned dir = s->dir;
	struct arrival a = {
	    .seq = s->seq + (s->flags & TCP_SYN ? 1 : 0),
	    .len = s->len,
	    .missing = s->missing,
	    .bytes = s->payload,
	    .segment = {.time_ns = time_ns,
			.arrived_ns = t->clock.now_ns,
			.ack = s->ack,
			.has_ack = (s->flags & TCP_ACK) != 0},
	    .start = true,
	};
	uint32_t end = a.seq + a.len + a.missing;
	bool payload = a.len + a.missing > 0;
	bool fin = (s->flags & TCP_FIN) != 0;
	enum sl_err e = SL_OK;

	stream_note_ack(c, s);
	if (c->extra)
		c->extra->segments++;
	if (in_order(c, s) && !wait_blocked(c, dir, s->len, &a.segment)) {
		tell(t, c, dir, &a);
		return SL_OK;
	}
	if (payload || fin)
		begin(c, dir, a.seq);
	if (payload && !(c->side_flags[dir] & SIDE_FIN))
		e = place(t, c, dir, &a);
	if (payload && !a.fresh)
		t->coverage->retransmitted++;
	if (fin)
		place_fin(t, c, dir, end, &a.segment);
	if (stream_waits(c))
		stream_settle(t, c, t->clock.now_ns);
	return e;
}
