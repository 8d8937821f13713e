/**
 * @file
 * @brief What a direction waits for, and when it has waited long enough.
 *
 * Inside src/tcp only; see stream.h for the rules. stream_settle() and stream_flush()
 * stand in wait.c too.
 */
#ifndef STATLINE_TCP_WAIT_H
#define STATLINE_TCP_WAIT_H

#include "tcp/connection.h"

/** @return the offset of the other direction that @p s acknowledges, or
 *          TCP_ACKED_UNKNOWN; the sequence number of a FIN is no byte */
uint64_t wait_acked_offset(const struct tcp_connection *c, unsigned dir,
			   const struct held_segment *s);

/** @return whether the next @p len bytes of @p dir, sent in @p s, have to wait for the
 *          other direction. What a skip passes over without ending does not: nobody
 *          is told of it. */
bool wait_blocked(const struct tcp_connection *c, unsigned dir, uint64_t len,
		  const struct held_segment *s);

/** Let @p s of @p dir wait for the other direction no longer. What that one holds of
 * the bytes that @p s acknowledges is told, and the holes before it are given up. */
void wait_unblock(struct tcp *t, struct tcp_connection *c, unsigned dir,
		  const struct held_segment *s);

/** Give up what the first that @p dir holds waits for, and tell it: there is some. */
void wait_give_up(struct tcp *t, struct tcp_connection *c, unsigned dir,
		  int64_t time_ns);

#endif
