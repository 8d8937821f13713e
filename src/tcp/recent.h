/**
 * @file
 * @brief Two small caches of what was seen just now: packets, to notice the second
 *        copy that a mirror port makes, and first segments of connections, to notice
 *        the copy on the other side of an address translator.
 *
 * Direct mapped: what falls out is at worst not noticed. Places do not depend on the
 * random key of base/hash.h, so that what is noticed is the same at each run.
 */
#ifndef STATLINE_TCP_RECENT_H
#define STATLINE_TCP_RECENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "decode/segment.h"

struct recent; /* defined in recent.c only */

/** @return NULL without memory */
struct recent *recent_new(void);

/** Look for a copy of @p s and remember it.
 *  @param hash  of its key; stands for the key in the comparison
 *  @return whether the same packet was seen within LIMIT_DUPLICATE_NS */
bool recent_packet(struct recent *r, const struct segment *s, uint64_t hash,
		   int64_t now_ns);

/** The same for the first payload segment of a connection.
 *  @return whether that of another connection was equal, within
 *          LIMIT_FIRST_SEGMENTS_NS */
bool recent_first_segment(struct recent *r, const struct segment *s, uint64_t hash,
			  int64_t now_ns);

/** @return bytes of memory it takes */
size_t recent_memory(void);

void recent_free(struct recent *r);

#endif
