/**
 * @file
 * @brief Takes segments as most are, at once: what role_segment() comes to for them.
 *
 * Inside src/tcp only. An acknowledgement, bytes that a skip passes over without
 * ending, bytes that can be told at once, or a FIN in order.
 */
#ifndef STATLINE_TCP_USUAL_H
#define STATLINE_TCP_USUAL_H

#include "tcp/connection.h"

/** @param c        the record of its key
 *  @param time_ns  of its packet, as the sink is to hear it
 *  @return whether it is one of these; else nothing was done */
bool usual_segment(struct tcp *t, struct tcp_connection *c, const struct segment *s,
		   int64_t time_ns);

#endif
