/**
 * @file
 * @brief Counts by time, in a bounded number of buckets that coarsen with the span.
 *
 * Widths are those that a person reads: 0.1 s, 1 s, 5 s, 10 s, 30 s, 1 min, 5 min,
 * 10 min, 30 min, 1 h, 3 h, 6 h, 12 h, 1 d, then doubling. Each divides the next, and
 * buckets begin at multiples of their width since 1970: coarsening loses nothing, and
 * two timelines merge exactly, in any order.
 */
#ifndef STATLINE_TALLY_TIMELINE_H
#define STATLINE_TALLY_TIMELINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tally/budget.h"

struct timeline; /* defined in timeline.c only */

/**
 * @param slots    buckets at most, at least 2
 * @param columns  counts in each
 * @return owned; NULL over the budget or without memory
 */
struct timeline *timeline_new(unsigned slots, unsigned columns, struct budget *b);

/** @return whether @p time_ns has a bucket, or can have one without coarsening */
bool timeline_fits(const struct timeline *t, int64_t time_ns);

/** @return buckets at most */
unsigned timeline_slots(const struct timeline *t);

/**
 * @brief Make room for more buckets: twice as many, or @p most.
 * @return false over the budget or without memory: @p t is as it was
 */
bool timeline_grow(struct timeline **t, unsigned most, struct budget *b);

/** As timeline_add(), if @p time_ns lies in the bucket that was added to last, as it
 *  mostly does. @return whether it does */
bool timeline_bump(struct timeline *t, int64_t time_ns, unsigned column, uint64_t n);

/** Add @p n to a column of the bucket in which @p time_ns lies. */
void timeline_add(struct timeline *t, int64_t time_ns, unsigned column, uint64_t n);

/** Coarsen until a bucket has at least @p width_ns: that of a timeline written down. */
void timeline_widen(struct timeline *t, int64_t width_ns);

/** Both have as many columns; NULL adds nothing. */
void timeline_merge(struct timeline *into, const struct timeline *from);

/** @return ns of a bucket; 0 for NULL */
int64_t timeline_width(const struct timeline *t);

/** @return buckets from the first used one to the last, empty ones between them too;
 *          0 for NULL */
size_t timeline_count(const struct timeline *t);

/** @return when bucket @p i begins, ns; saturates */
int64_t timeline_start(const struct timeline *t, size_t i);

/** @return the counts of bucket @p i, lent */
const uint64_t *timeline_bucket(const struct timeline *t, size_t i);

/** @return the sum of @p column, 0 without */
uint64_t timeline_sum(const struct timeline *t, unsigned column);

/** @return the largest of @p column, 0 without */
uint64_t timeline_peak(const struct timeline *t, unsigned column);

/** NULL is allowed. */
void timeline_free(struct timeline *t, struct budget *b);

#endif
