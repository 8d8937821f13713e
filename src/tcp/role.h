/**
 * @file
 * @brief What a segment is to its connection: part of it, its beginning, its end, or
 *        the beginning of another one on the same ports.
 *
 * Inside src/tcp only. Connections are made by their first payload; until then the
 * half-open cache knows what there is to know.
 */
#ifndef STATLINE_TCP_ROLE_H
#define STATLINE_TCP_ROLE_H

#include "tcp/connection.h"

/**
 * @brief Take a segment that is no duplicate and count it in its bucket.
 * @param c        the record of its key, whose time has been looked after; or NULL
 * @param hash     of its key
 * @param time_ns  of its packet, as the sink is to hear it
 * @retval SL_OK, SL_E_NOMEM as tcp_feed()
 */
enum sl_err role_segment(struct tcp *t, struct tcp_connection *c,
			 const struct segment *s, uint64_t hash, int64_t time_ns);

#endif
