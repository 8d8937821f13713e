/**
 * @file
 * @brief The longest stretch in which every final response was a 503.
 *
 * Time is cut into buckets of LIMIT_OUTAGE_NS. A bucket with a 503 and no other final
 * response belongs to a stretch; one with any other ends it; silent buckets do not, up
 * to LIMIT_OUTAGE_SILENCE of them in a row. Buckets with a 503 are kept, at most
 * LIMIT_OUTAGE_BUCKETS; merging joins them. Where two tallies hold responses of the
 * same bucket and only one of them a 503 in it, the other's are not known here.
 */
#ifndef STATLINE_TALLY_OUTAGE_H
#define STATLINE_TALLY_OUTAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tally/budget.h"

/** Zeros are an empty one. */
struct outage {
	uint32_t *buckets; /**< ascending: number << 1 | 1 when mixed; owned */
	uint32_t count;
	uint32_t room;
	uint32_t other; /**< bucket + 1 of the last other response; 0: none */
	bool cut;       /**< there were more buckets than are kept */
};

struct outage_stretch {
	int64_t first_ns; /**< of its first bucket */
	uint32_t buckets; /**< silent ones in it too; 0: there was none */
};

/** A final response came. @param is_503  whether it is one */
void outage_add(struct outage *o, int64_t time_ns, bool is_503, struct budget *b);

void outage_merge(struct outage *into, const struct outage *from, struct budget *b);

/** @return the longest one, the first of equals */
struct outage_stretch outage_longest(const struct outage *o);

/** Free what it owns and empty it. */
void outage_clear(struct outage *o, struct budget *b);

#endif
