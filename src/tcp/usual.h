/**
 * @file
 * @brief Takes segments as most are, at once: what role_segment() comes to for them.
 *
 * Inside src/tcp only. An acknowledgement, bytes that a skip passes over without
 * ending, bytes that can be told at once, or a FIN in order. Of each packet a call
 * would be a tenth of the room's time.
 */
#ifndef STATLINE_TCP_USUAL_H
#define STATLINE_TCP_USUAL_H

#include "tcp/deliver.h"
#include "tcp/expiry.h"
#include "tcp/stream.h"

/** Whether nothing but its payload, its FIN and its acknowledgement can matter of the
 * segment, on a live connection that holds nothing. */
static inline bool usual_is_quiet(const struct tcp *t, const struct tcp_connection *c,
				  const struct segment *s)
{
	return !(s->flags & (TCP_SYN | TCP_RST)) && s->missing == 0 && !c->extra &&
	       !(c->flags & (CONNECTION_LINGERING | CONNECTION_SILENT)) &&
	       !((c->side_flags[0] | c->side_flags[1]) & SIDE_CANDIDATE) &&
	       t->clock.now_ns - c->last_ns <= LIMIT_IDLE_NS;
}

/** Of a quiet one: whether it is next in order. */
static inline bool usual_is_next(const struct tcp_connection *c,
				 const struct segment *s)
{
	return s->seq == c->side[s->dir].next &&
	       (c->side_flags[s->dir] & (SIDE_ANCHORED | SIDE_FIN)) == SIDE_ANCHORED;
}

/** Of a quiet one: whether it acknowledges bytes that were all told or passed, so that
 * it waits for none. Their end is @p offset then. */
static inline bool usual_acks_told(const struct tcp_connection *c,
				   const struct segment *s, uint64_t *offset)
{
	const struct tcp_side *other = &c->side[1 - s->dir];
	uint32_t behind = other->next - s->ack;

	*offset = other->offset - behind;
	return (s->flags & TCP_ACK) && (c->side_flags[1 - s->dir] & SIDE_ANCHORED) &&
	       behind <= INT32_MAX && behind <= other->offset;
}

/** Of a quiet one: whether it acknowledges the FIN of the other direction, which was
 * told. That takes a sequence number behind the last byte. */
static inline bool usual_acks_fin(const struct tcp_connection *c,
				  const struct segment *s)
{
	return (s->flags & TCP_ACK) && s->ack == c->side[1 - s->dir].next + 1 &&
	       (c->side_flags[1 - s->dir] & (SIDE_ANCHORED | SIDE_FIN)) ==
		   (SIDE_ANCHORED | SIDE_FIN);
}

/** What role_segment() comes to, for a quiet segment, before its payload. */
static inline void usual_account(struct tcp *t, struct tcp_connection *c,
				 const struct segment *s)
{
	connection_account(t, c, s);
	c->side_flags[s->dir] |= SIDE_SEEN;
	expiry_touch(t, c);
}

/** A quiet FIN without payload. */
static inline bool usual_fin(struct tcp *t, struct tcp_connection *c,
			     const struct segment *s, int64_t time_ns)
{
	uint64_t offset;

	if (!usual_is_next(c, s) ||
	    (!usual_acks_told(c, s, &offset) && !usual_acks_fin(c, s)))
		return false;
	usual_account(t, c, s);
	stream_take_ack(c, s);
	deliver_fin(t, c, s->dir, time_ns);
	if (stream_ended(c))
		expiry_end(t, c, TCP_END_CLOSED, time_ns);
	return true;
}

/** @param c        the record of its key
 *  @param time_ns  of its packet, as the sink is to hear it
 *  @return whether it is one of these; else nothing was done */
static inline __attribute__((always_inline)) bool
usual_segment(struct tcp *t, struct tcp_connection *c, const struct segment *s,
	      int64_t time_ns)
{
	struct tcp_data d;

	if (!usual_is_quiet(t, c, s))
		return false;
	if (s->flags & TCP_FIN)
		return s->len == 0 && usual_fin(t, c, s, time_ns);
	if (s->len == 0) {
		usual_account(t, c, s);
		stream_note_ack(c, s);
		return true;
	}
	if (!usual_is_next(c, s))
		return false;
	if (s->len < c->side[s->dir].skip_left) {
		usual_account(t, c, s);
		stream_note_ack(c, s);
		deliver_skipped(t, c, s->dir, s->len);
		return true;
	}
	if (!usual_acks_told(c, s, &d.acked))
		return false;
	usual_account(t, c, s);
	stream_take_ack(c, s);
	d.time_ns = time_ns;
	d.bytes = s->payload;
	d.len = s->len;
	d.segment_start = true;
	if (c->side[s->dir].skip_left == 0)
		deliver_told(t, c, s->dir, &d);
	else
		deliver_bytes(t, c, s->dir, &d);
	return true;
}

#endif
