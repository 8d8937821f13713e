#include "tcp/role.h"

#include "tcp/deliver.h"
#include "tcp/expiry.h"
#include "tcp/stream.h"
#include "tcp/usual.h"

static bool has_payload(const struct segment *s)
{
	return s->len > 0 || s->missing > 0;
}

/* Sequence number of what would be the first payload byte of the segment. */
static uint32_t data_seq(const struct segment *s)
{
	return s->seq + (s->flags & TCP_SYN ? 1U : 0U);
}

/* Far from everything a direction has sent, a reset is somebody else's. */
static bool near(uint32_t seq, uint32_t expected)
{
	return seq - expected + LIMIT_RESET_WINDOW <= 2 * LIMIT_RESET_WINDOW;
}

/* ---- counting ---- */

static void account_half_open(struct tcp *t, struct half_open_entry *e,
			      const struct segment *s)
{
	coverage_add(t->coverage, COVERAGE_UNDETERMINED_TCP, s->packets, s->bytes);
	e->packets += s->packets;
	e->bytes += s->bytes;
	e->side[s->dir].seen = true;
	e->last_ns = t->clock.now_ns;
}

/* ---- before the first payload ---- */

/* A segment without payload of a connection that has sent none yet. */
static void feed_half_open(struct tcp *t, const struct segment *s, uint64_t hash)
{
	int64_t now_ns = t->clock.now_ns;
	struct half_open_entry *e;

	/* Ends are remembered too: they may stand in the file before what they end. So
	 * may an acknowledgement, and it shows that its side was captured. */
	e = half_open_add(t->half_open, &s->key, hash, &t->clock);
	if (s->flags & TCP_SYN)
		half_open_syn(e, s, now_ns);
	if (s->flags & TCP_FIN) {
		e->side[s->dir].fin = data_seq(s);
		e->side[s->dir].fin_ack = s->ack;
		e->side[s->dir].fin_has_ack = (s->flags & TCP_ACK) != 0;
		e->side[s->dir].has_fin = true;
	}
	if ((s->flags & TCP_RST) &&
	    (!e->side[s->dir].has_first || near(s->seq, e->side[s->dir].first))) {
		e->reset = true;
		e->reset_dir = s->dir;
		e->reset_seq = s->seq;
		e->reset_ack = s->ack;
		e->reset_has_ack = (s->flags & TCP_ACK) != 0;
		e->reset_ns = now_ns;
	}
	account_half_open(t, e, s);
}

static void begin_reset(struct tcp *t, struct tcp_connection *c, unsigned dir,
			uint32_t seq, int64_t reset_ns)
{
	const struct tcp_side *side = &c->side[dir];
	struct tcp_extra *x = extra_get(t, c);

	if (!x || x->reset)
		return;
	x->reset = true;
	x->reset_ns = reset_ns;
	x->reset_dir = (uint8_t)dir;
	x->reset_end = seq;
	if ((c->side_flags[dir] & SIDE_ANCHORED) && seq_before(seq, side->next))
		x->reset_end = side->next;
	extra_list(t, x);
}

/* Who has reset a connection sends nothing more. When more comes, the reset was not
 * that side's own, or was not accepted (RFC 5961 section 3.2). */
static void doubt_reset(struct tcp_connection *c, const struct segment *s)
{
	struct tcp_extra *x = c->extra;

	if (x && x->reset && s->dir == x->reset_dir && has_payload(s) &&
	    seq_before(x->reset_end, data_seq(s) + s->len + s->missing))
		x->reset = false;
}

static void set_initiator(struct tcp_connection *c, int dir)
{
	if (dir < 0 || tcp_initiator(c) >= 0)
		return;
	c->flags |= dir == 0 ? CONNECTION_INITIATOR_0 : CONNECTION_INITIATOR_1;
}

/* Whether an end of direction `dir`, which has no SYN, may be of the connection that
 * segment `s` is of. The end stands at sequence number `seq` and acknowledges `*ack`,
 * unless that is NULL. */
static bool end_fits(const struct segment *s, unsigned dir, uint32_t seq,
		     const uint32_t *ack)
{
	if (dir == s->dir)
		return near(seq, data_seq(s));
	if (s->flags & TCP_ACK)
		return near(seq, s->ack);
	return ack && near(*ack, data_seq(s));
}

/* Forget the ends that are not of the connection that begins with `s`. */
static void drop_unfit_ends(struct half_open_entry *known, const struct segment *s)
{
	const uint32_t *reset_ack = known->reset_has_ack ? &known->reset_ack : NULL;

	for (unsigned dir = 0; dir < 2; dir++) {
		struct half_open_side *side = &known->side[dir];

		if (side->has_first)
			continue;
		side->has_fin = side->has_fin &&
				end_fits(s, dir, side->fin,
					 side->fin_has_ack ? &side->fin_ack : NULL);
		if (known->reset_dir == dir)
			known->reset = known->reset &&
				       end_fits(s, dir, known->reset_seq, reset_ack);
	}
}

/* Take over what the half-open cache knows, if it fits the segment that begins it. */
static void adopt(struct tcp *t, struct tcp_connection *c, const struct segment *s,
		  struct half_open_entry *e)
{
	const struct half_open_side *own = &e->side[s->dir];
	struct half_open_entry known = *e;

	if (own->has_first && data_seq(s) - own->first > LIMIT_SEQUENCE_AHEAD) {
		/* It is from before that SYN: a late packet of an earlier connection,
		 * or a SYN that nothing came of. */
		c->side_flags[0] |= SIDE_CANDIDATE;
		c->side_flags[1] |= SIDE_CANDIDATE;
		return;
	}
	half_open_remove(t->half_open, e);
	drop_unfit_ends(&known, s);
	connection_add_volume(c, known.packets, known.bytes);
	set_initiator(c, known.initiator);
	for (unsigned dir = 0; dir < 2; dir++) {
		if (known.side[dir].seen)
			c->side_flags[dir] |= SIDE_SEEN;
		if (known.side[dir].has_first && known.side[dir].guessed)
			stream_guess(c, dir, known.side[dir].first);
		else if (known.side[dir].has_first)
			stream_anchor(c, dir, known.side[dir].first);
	}
	for (unsigned dir = 0; dir < 2; dir++)
		if (known.side[dir].has_fin)
			stream_early_fin(t, c, dir, &known.side[dir], known.last_ns);
	if (known.reset && t->clock.now_ns - known.reset_ns <= LIMIT_RESET_NS)
		begin_reset(t, c, known.reset_dir, known.reset_seq, known.reset_ns);
}

static enum sl_err feed_live(struct tcp *t, struct tcp_connection *c,
			     const struct segment *s, uint64_t hash, int64_t time_ns);

/* Begin a connection with its first payload. */
static enum sl_err create(struct tcp *t, const struct segment *s, uint64_t hash,
			  int64_t time_ns)
{
	struct half_open_entry *e;
	struct tcp_connection *c;

	expiry_make_room(t);
	c = flow_table_add(t->flows, &s->key, hash);
	if (!c) {
		coverage_add(t->coverage, COVERAGE_UNDETERMINED_TCP, s->packets,
			     s->bytes);
		t->coverage->evicted++;
		return SL_E_NOMEM;
	}
	c->bucket = COVERAGE_UNDETERMINED_TCP;
	c->last_ns = t->clock.now_ns;
	expiry_add(t, c);
	t->coverage->connections++;
	if (recent_first_segment(t->recent, s, hash, t->clock.now_ns))
		t->coverage->nat_copies++;
	e = half_open_find(t->half_open, &s->key, hash, &t->clock);
	if (e)
		adopt(t, c, s, e);
	lately_set(t, c, hash);
	if (usual_segment(t, c, s, time_ns))
		return SL_OK;
	return feed_live(t, c, s, hash, time_ns);
}

/* Whether all that the segment carries is the octet of a keep-alive (RFC 9293 section
 * 3.8.4) that stands before the first one of its connection. */
static bool only_probes(struct tcp *t, const struct segment *s, uint64_t hash)
{
	const struct half_open_entry *e;

	if (!stream_may_probe(s))
		return false;
	e = half_open_find(t->half_open, &s->key, hash, &t->clock);
	return e && e->side[s->dir].has_first && s->seq + 1 == e->side[s->dir].first;
}

static enum sl_err feed_unknown(struct tcp *t, const struct segment *s, uint64_t hash,
				int64_t time_ns)
{
	struct half_open_entry *e;

	if (!has_payload(s) || (s->flags & TCP_RST) || only_probes(t, s, hash)) {
		feed_half_open(t, s, hash);
		return SL_OK;
	}
	if (s->flags & TCP_SYN) {
		/* Data in a SYN (RFC 7413): it begins right after it. */
		e = half_open_add(t->half_open, &s->key, hash, &t->clock);
		half_open_syn(e, s, t->clock.now_ns);
	}
	return create(t, s, hash, time_ns);
}

/* ---- a SYN on ports that have a connection ---- */

static bool own_syn(const struct tcp_connection *c, const struct segment *s)
{
	const struct tcp_side *side = &c->side[s->dir];

	return (c->side_flags[s->dir] & SIDE_ANCHORED) &&
	       s->seq + 1 == side->next - (uint32_t)side->offset;
}

/* Whether direction `dir`, whose start is still waited for, may begin at `first`:
 * nothing it holds stands before that. */
static bool may_begin(const struct tcp_connection *c, unsigned dir, uint32_t first)
{
	const struct held *held = c->extra ? c->extra->side[dir].store.first : NULL;

	if (c->side_flags[dir] & SIDE_ANCHORED)
		return false;
	if (!(c->side_flags[dir] & SIDE_PLACED))
		return true;
	if (stream_absurd(c, dir, first))
		return false;
	/* No more data than a SYN can carry stands before what was acknowledged. */
	if ((c->side_flags[dir] & SIDE_GUESSED) &&
	    guessed_first(c, dir) - first > UINT16_MAX)
		return false;
	return !held ||
	       held->at >= REASM_ORIGIN +
			       (uint64_t)(int64_t)(int32_t)(first - c->side[dir].next);
}

/* Where the SYN of a live connection comes late: it tells where it begins. */
static bool anchor_late(struct tcp_connection *c, const struct segment *s)
{
	unsigned other = 1U - s->dir;
	bool own = own_syn(c, s);

	if (!own && !may_begin(c, s->dir, s->seq + 1))
		return false;
	if (!own)
		stream_anchor(c, s->dir, s->seq + 1);
	if ((s->flags & TCP_ACK) && may_begin(c, other, s->ack))
		stream_guess(c, other, s->ack);
	set_initiator(c, s->flags & TCP_ACK ? (int)other : (int)s->dir);
	return true;
}

/* Another connection has its ports. What comes late of this one is known by the record,
 * until the other one has sent something. */
static void make_way(struct tcp *t, struct tcp_connection *c, int64_t time_ns)
{
	bool reset = c->extra && c->extra->reset;

	expiry_end(t, c, reset ? TCP_END_RESET : TCP_END_CLOSED, time_ns);
}

/* A segment without payload may be of another connection on the ports of @p c. */
static void feed_candidate(struct tcp *t, struct tcp_connection *c,
			   const struct segment *s, uint64_t hash)
{
	c->side_flags[0] |= SIDE_CANDIDATE;
	c->side_flags[1] |= SIDE_CANDIDATE;
	feed_half_open(t, s, hash);
}

/* A SYN that is not the connection's own. It does not end it: anybody could send that.
 * Only the answer that acknowledges it does, or data that follows it. */
static enum sl_err feed_stray_syn(struct tcp *t, struct tcp_connection *c,
				  const struct segment *s, uint64_t hash,
				  int64_t time_ns)
{
	const struct half_open_entry *e =
	    half_open_find(t->half_open, &s->key, hash, &t->clock);

	if (e && (s->flags & TCP_ACK) && e->side[1 - s->dir].has_first &&
	    !e->side[s->dir].has_first && e->side[1 - s->dir].first == s->ack) {
		make_way(t, c, time_ns);
		if (has_payload(s)) {
			expiry_remove(t, c);
			return feed_unknown(t, s, hash, time_ns);
		}
	}
	feed_candidate(t, c, s, hash);
	return SL_OK;
}

/* Data that follows the SYN remembered by feed_stray_syn(), and not what the live
 * connection has sent last. */
static bool begins_candidate(struct tcp *t, const struct tcp_connection *c,
			     const struct segment *s, uint64_t hash)
{
	const struct half_open_entry *e;

	if (!(c->side_flags[s->dir] & SIDE_CANDIDATE) || !has_payload(s) ||
	    ((c->side_flags[s->dir] & SIDE_ANCHORED) && s->seq == c->side[s->dir].next))
		return false;
	e = half_open_find(t->half_open, &s->key, hash, &t->clock);
	return e && e->side[s->dir].has_first && e->side[s->dir].first == s->seq;
}

/* ---- a live connection ---- */

static bool reset_plausible(const struct tcp_connection *c, const struct segment *s)
{
	if (c->side_flags[s->dir] & SIDE_PLACED)
		return near(s->seq, c->side[s->dir].next);
	if (c->side_flags[1 - s->dir] & SIDE_ACKED)
		return near(s->seq, c->side[1 - s->dir].ack);
	return true;
}

static void feed_reset(struct tcp *t, struct tcp_connection *c, const struct segment *s,
		       int64_t time_ns)
{
	if (c->extra)
		c->extra->segments++;
	if (!reset_plausible(c, s))
		return;
	begin_reset(t, c, s->dir, s->seq, t->clock.now_ns);
	/* Without memory for the grace it ends now. */
	if (!c->extra)
		expiry_end(t, c, TCP_END_RESET, time_ns);
}

/* Whether it is a keep-alive whose octet stands before all that its side sends: where a
 * SYN-ACK tells that, and the SYN, which could have carried more, is not there. */
static bool probes_before_start(const struct tcp_connection *c, const struct segment *s)
{
	return stream_may_probe(s) &&
	       (c->side_flags[s->dir] & (SIDE_GUESSED | SIDE_ANCHORED)) ==
		   SIDE_GUESSED &&
	       s->seq + 1 == guessed_first(c, s->dir);
}

static enum sl_err feed_live(struct tcp *t, struct tcp_connection *c,
			     const struct segment *s, uint64_t hash, int64_t time_ns)
{
	struct segment bare;
	enum sl_err e;

	if ((s->flags & TCP_SYN) && !anchor_late(c, s))
		return feed_stray_syn(t, c, s, hash, time_ns);
	if (probes_before_start(c, s)) {
		bare = *s;
		bare.len = 0;
		bare.missing = 0;
		t->coverage->retransmitted++;
		s = &bare;
	}
	if (begins_candidate(t, c, s, hash)) {
		make_way(t, c, time_ns);
		expiry_remove(t, c);
		return feed_unknown(t, s, hash, time_ns);
	}
	if (has_payload(s) && stream_absurd(c, s->dir, data_seq(s))) {
		coverage_undecoded(t->coverage, UNDECODED_MALFORMED, s->packets,
				   s->bytes);
		return SL_OK;
	}
	connection_account(t, c, s);
	c->side_flags[s->dir] |= SIDE_SEEN;
	expiry_touch(t, c);
	if (s->flags & TCP_RST) {
		feed_reset(t, c, s, time_ns);
		return SL_OK;
	}
	doubt_reset(c, s);
	e = stream_segment(t, c, s, time_ns);
	if (stream_ended(c))
		expiry_end(t, c, TCP_END_CLOSED, time_ns);
	return e;
}

/* ---- a connection that is over ---- */

/* Whether data of these ports is a late copy and not a new connection: it holds nothing
 * that the old one has not passed. */
static bool late_copy(const struct tcp_connection *c, const struct segment *s)
{
	const struct tcp_side *side = &c->side[s->dir];
	int64_t ahead = (int32_t)(data_seq(s) - side->next);
	uint64_t behind =
	    side->offset < LIMIT_SEQUENCE_AHEAD ? side->offset : LIMIT_SEQUENCE_AHEAD;

	if (!(c->side_flags[s->dir] & SIDE_ANCHORED))
		return reset_plausible(c, s);
	return ahead + s->len + s->missing <= 0 &&
	       ahead >= -(int64_t)(behind + LIMIT_RESET_WINDOW);
}

/* Whether data on the ports of a connection that is over is of another one: behind the
 * SYN of that if it is known, as its sequence numbers are the later ones (RFC 9293
 * section 3.4.1), else what is no late copy. */
static bool begins_other(struct tcp *t, const struct tcp_connection *c,
			 const struct segment *s, uint64_t hash)
{
	const struct half_open_entry *e = NULL;

	if (c->side_flags[s->dir] & SIDE_CANDIDATE)
		e = half_open_find(t->half_open, &s->key, hash, &t->clock);
	if (e && e->side[s->dir].has_first)
		return data_seq(s) - e->side[s->dir].first <= LIMIT_SEQUENCE_AHEAD;
	return !late_copy(c, s);
}

static enum sl_err feed_lingering(struct tcp *t, struct tcp_connection *c,
				  const struct segment *s, uint64_t hash,
				  int64_t time_ns)
{
	bool candidate = (c->side_flags[s->dir] & SIDE_CANDIDATE) != 0;
	bool other_syn = (s->flags & TCP_SYN) && !own_syn(c, s);

	if (has_payload(s) && (other_syn || begins_other(t, c, s, hash))) {
		expiry_remove(t, c);
		return feed_unknown(t, s, hash, time_ns);
	}
	if (!has_payload(s) && (other_syn || candidate)) {
		feed_candidate(t, c, s, hash);
		return SL_OK;
	}
	connection_account(t, c, s);
	return SL_OK;
}

enum sl_err role_segment(struct tcp *t, struct tcp_connection *c,
			 const struct segment *s, uint64_t hash, int64_t time_ns)
{
	if (!c)
		return feed_unknown(t, s, hash, time_ns);
	if (c->flags & CONNECTION_LINGERING)
		return feed_lingering(t, c, s, hash, time_ns);
	return feed_live(t, c, s, hash, time_ns);
}
