/**
 * @file
 * @brief Both directions of one connection: in order, and in causal order.
 *
 * Inside src/tcp only. What a direction may wait for, and how long, all of packet time
 * and decided from the segments' own stamps, never from when anybody looks:
 *
 * - its start: data without a SYN waits the grace of a hole for what stands before it;
 * - a hole: lost when the receiver has acknowledged it and the grace is over, or
 *   after LIMIT_HOLE_UNACKED_NS;
 * - the other direction: bytes wait until those that their segment acknowledges have
 *   been told, or the grace is over. Then what is held of these is told first, and the
 *   holes before it are lost: the acknowledgement was the first sign of them. What lies
 *   behind all that is held is not given up, only waited for no longer: an
 *   acknowledgement of what was never sent must not hide what is sent later.
 */
#ifndef STATLINE_TCP_STREAM_H
#define STATLINE_TCP_STREAM_H

#include "tcp/connection.h"

/** @return whether anything is held or due */
static inline bool stream_waits(const struct tcp_connection *c)
{
	return c->extra && c->extra->listed;
}

/** @return whether both directions have ended in order */
static inline bool stream_ended(const struct tcp_connection *c)
{
	return (c->side_flags[0] & c->side_flags[1] & SIDE_FIN) != 0;
}

/** @return whether @p seq is so far from what @p dir sent that it makes no sense */
static inline bool stream_absurd(const struct tcp_connection *c, unsigned dir,
				 uint32_t seq)
{
	int64_t ahead = (int32_t)(seq - c->side[dir].next);

	if (!(c->side_flags[dir] & SIDE_PLACED))
		return false;
	if (!(c->side_flags[dir] & SIDE_ANCHORED) &&
	    ahead < -(int64_t)LIMIT_SEQUENCE_AHEAD)
		return true;
	return ahead > (int64_t)LIMIT_SEQUENCE_AHEAD;
}

/** @return whether @p s is of the form of a keep-alive with an octet, which stands
 * before the next byte that its sender has to send (RFC 9293 section 3.8.4) */
static inline bool stream_may_probe(const struct segment *s)
{
	return s->len + s->missing == 1 && !(s->flags & (TCP_SYN | TCP_FIN));
}

/** Take what @p s acknowledges, which is not absurd. */
static inline void stream_take_ack(struct tcp_connection *c, const struct segment *s)
{
	struct tcp_side *side = &c->side[s->dir];

	if ((c->side_flags[s->dir] & SIDE_ACKED) && !seq_before(side->ack, s->ack))
		return;
	side->ack = s->ack;
	c->side_flags[s->dir] |= SIDE_ACKED;
}

/** Take what @p s acknowledges, if that makes sense. */
static inline void stream_note_ack(struct tcp_connection *c, const struct segment *s)
{
	if ((s->flags & TCP_ACK) && !stream_absurd(c, 1U - s->dir, s->ack))
		stream_take_ack(c, s);
}

/**
 * @brief Take a segment's acknowledgement, payload and FIN; tells what is in order.
 * @param time_ns  of the packet, as the sink is to hear it; the clock has it too
 * @retval SL_OK, SL_E_NOMEM (nothing is lost but the order)
 */
enum sl_err stream_segment(struct tcp *t, struct tcp_connection *c,
			   const struct segment *s, int64_t time_ns);

/** Direction @p dir begins with sequence number @p first, known from a SYN. */
void stream_anchor(struct tcp_connection *c, unsigned dir, uint32_t first);

/** Direction @p dir, of which nothing has been told yet, begins at sequence number @p
 * first, or before it if its SYN turns up and carries data. */
void stream_guess(struct tcp_connection *c, unsigned dir, uint32_t first);

/** The FIN of @p known came before the connection was made. */
void stream_early_fin(struct tcp *t, struct tcp_connection *c, unsigned dir,
		      const struct half_open_side *known, int64_t time_ns);

/** Tell what is in order, and give up what was due before @p now_ns. */
void stream_settle(struct tcp *t, struct tcp_connection *c, int64_t now_ns);

/** The connection is over: tell all that is held, with the holes before it. */
void stream_flush(struct tcp *t, struct tcp_connection *c, int64_t time_ns);

#endif
