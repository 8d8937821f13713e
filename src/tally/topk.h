/**
 * @file
 * @brief The most frequent keys of a stream, in bounded memory.
 *
 * Space-Saving: Metwally, Agrawal and El Abbadi 2005, "Efficient Computation of
 * Frequent and Top-k Elements in Data Streams". With room for k keys and N counted,
 * a key's true number lies between count - error and count, error is at most N / k, and
 * every key that occurred more than N / k times is there. Merging adds what both know
 * and bounds what one does not know by its floor: Agarwal et al. 2012, "Mergeable
 * Summaries"; the errors add up, and the bound N / k holds for the sum.
 *
 * Until a key had to go all counts are exact, in any order of the stream and of merges.
 * After that the keys kept depend on the order, which is that of the packets.
 */
#ifndef STATLINE_TALLY_TOPK_H
#define STATLINE_TALLY_TOPK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "http/exchange.h"
#include "tally/budget.h"
#include "tally/hyperloglog.h"

struct topk_entry {
	uint64_t hash;  /**< keyed: nothing that is reported may depend on it */
	uint64_t count; /**< at most `error` too high */
	uint64_t error;
	char *key; /**< owned, not terminated: text from the wire */
	uint16_t len;
	uint16_t size;       /**< of the allocation */
	struct hll distinct; /**< of whatever the caller adds; merges too */
};

/** Zeros are an empty one that keeps LIMIT_TOPK keys. Read-only outside topk.c. */
struct topk {
	struct topk_entry *entries; /**< in no particular order; owned */
	uint32_t count;
	uint32_t room;
	uint32_t limit;    /**< keys at most; 0: LIMIT_TOPK */
	uint32_t unlisted; /**< bounded by memory before that: see budget */
	uint64_t floor;    /**< a key that is not there occurred at most that often */
	uint64_t total;    /**< everything counted */
};

/**
 * @brief Count a key @p n times.
 * @param key  copied, at most LIMIT_TOPK_KEY bytes of it
 * @return the entry; NULL when there is no memory for one (counted in `total`, and in
 *         the floor)
 */
struct topk_entry *topk_add(struct topk *t, struct text key, uint64_t n,
			    struct budget *b);

/** Add @p from, whose keys are taken in their canonical order: that of topk_sorted().
 */
void topk_merge(struct topk *into, const struct topk *from, struct budget *b);

/** The entries, the most frequent first, then by key.
 *  @param out   receives at most @p size pointers, lent by @p t
 *  @return how many */
size_t topk_sorted(const struct topk *t, const struct topk_entry **out, size_t size);

/** Free what it owns and empty it. */
void topk_clear(struct topk *t, struct budget *b);

#endif
