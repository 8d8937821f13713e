/**
 * @file
 * @brief Connections by the time of their last packet, and their ends.
 *
 * Inside src/tcp only. Whether a connection is over is decided from its own stamps;
 * the lists only find those that are without looking at all.
 */
#ifndef STATLINE_TCP_EXPIRY_H
#define STATLINE_TCP_EXPIRY_H

#include "tcp/connection.h"

/** Put a new connection into its list. */
void expiry_add(struct tcp *t, struct tcp_connection *c);

/** The unit of tcp_connection.queued. */
static inline uint32_t expiry_coarse(int64_t now_ns)
{
	return (uint32_t)((uint64_t)now_ns >> 30);
}

/** Put it at the end of its list. */
void expiry_requeue(struct tcp *t, struct tcp_connection *c);

/** A packet of the connection has come: it is the youngest, and no longer silent.
 *  Lists are exact to 2^30 ns, so that most packets touch no neighbour. */
static inline void expiry_touch(struct tcp *t, struct tcp_connection *c)
{
	int64_t now_ns = t->clock.now_ns;

	c->last_ns = now_ns;
	if (c->queued != expiry_coarse(now_ns) || (c->flags & CONNECTION_SILENT))
		expiry_requeue(t, c);
}

/** Change what decides the list that it stands in. */
void expiry_set_bucket(struct tcp *t, struct tcp_connection *c, enum coverage_bucket b);

/** Tell what it holds and that it is over. It lingers after TCP_END_CLOSED and
 *  TCP_END_RESET; after other ends its record is gone. */
void expiry_end(struct tcp *t, struct tcp_connection *c, enum tcp_end why,
		int64_t when_ns);

/** The capture has ended at @p now_ns: tell what it holds, and that it is over.
 *  TCP_END_CLOSED when both FINs were among that, else TCP_END_RESET after a RST, else
 *  TCP_END_CAPTURE. */
void expiry_flush(struct tcp *t, struct tcp_connection *c, int64_t now_ns);

/** Forget the record, untold. */
void expiry_remove(struct tcp *t, struct tcp_connection *c);

/** Do for one connection what is due at @p now_ns by its own stamps.
 *  @return false when its record is gone */
bool expiry_wake(struct tcp *t, struct tcp_connection *c, int64_t now_ns);

/** Make room for one more connection, out of those that there are when memory is short.
 */
void expiry_make_room(struct tcp *t);

/** Look at the oldest of each list, at most @p steps of each.
 *  @return whether there may be more that are due */
bool expiry_sweep(struct tcp *t, int64_t now_ns, uint32_t steps);

#endif
