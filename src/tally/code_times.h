/**
 * @file
 * @brief When a row's responses came, by code: for the history's hours, and for the
 *        times of a change.
 *
 * From 1 min up, in at most LIMIT_TIMELINE_ROW buckets a code, which take 2 slots at
 * first and more as they are needed. Past half of LIMIT_EVIDENCE they take no more and
 * coarsen instead, so that what codes were about has the other half.
 */
#ifndef STATLINE_TALLY_CODE_TIMES_H
#define STATLINE_TALLY_CODE_TIMES_H

#include <stdint.h>

#include "tally/timeline.h"

struct code_time {
	uint16_t code;
	struct timeline *times; /**< one column; owned */
};

/** Zero it before use; code_times_clear() it. Read-only outside tally/. */
struct code_times {
	struct code_time *list; /**< ascending by code; owned */
	uint32_t count;
	uint32_t room;
};

/** Count @p n responses with @p code. What finds no room is counted in b->refused. */
void code_times_add(struct code_times *c, uint16_t code, int64_t time_ns, uint64_t n,
		    struct budget *b);

/** Add buckets of another: exact, in any order, while there is room. */
void code_times_merge(struct code_times *into, const struct code_times *from,
		      struct budget *b);

/** Coarsen the times of a code: before those of a timeline that was written down.
 *  @param width_ns  of its buckets */
void code_times_widen(struct code_times *c, uint16_t code, int64_t width_ns,
		      struct budget *b);

/** @return the times of a code, lent; NULL without, also for @p c NULL */
const struct timeline *code_times_of(const struct code_times *c, uint16_t code);

void code_times_clear(struct code_times *c, struct budget *b);

#endif
