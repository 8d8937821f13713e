/**
 * @file
 * @brief Connections that had a selected response, so that their packets can be found
 * in a second pass over the files.
 *
 * The first pass gives times of responses by addresses and ports. Ports are used again:
 * so a pass over the packets in between (flows_scan()) learns when connections with
 * those addresses and ports begin, by their SYNs, and the last one asks for each packet
 * whether it lies in a stretch that holds such a response.
 */
#ifndef STATLINE_EVENTS_FLOWS_H
#define STATLINE_EVENTS_FLOWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "decode/segment.h"
#include "http/exchange.h"

struct flows; /* defined in flows.c only */

/** @param most  bytes that it takes at most: LIMIT_FLOW_BYTES, or a share of that
 *  @return NULL without memory */
struct flows *flows_new(size_t most);

/** A selected response. Where there is no room for its addresses and ports, or for its
 *  time, it is counted only. */
void flows_add(struct flows *f, const struct http_exchange *x);

/** Look at a segment of the pass in between. */
void flows_scan(struct flows *f, const struct segment *s);

/** @return whether the packet of @p s is of a connection that had a selected response
 */
bool flows_have(const struct flows *f, const struct segment *s);

/** @return how many addresses and ports there are */
size_t flows_count(const struct flows *f);

/** @return responses whose connection is not there because of the bound, or memory */
uint64_t flows_refused(const struct flows *f);

/** NULL is allowed. */
void flows_free(struct flows *f);

#endif
