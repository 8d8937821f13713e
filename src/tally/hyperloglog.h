/**
 * @file
 * @brief How many different things there were, in bounded memory.
 *
 * Up to LIMIT_DISTINCT_EXACT different hashes are kept as they are: exact but for
 * collisions of 32 bits. Then HyperLogLog takes over: Flajolet, Fusy, Gandouet and
 * Meunier 2007, "HyperLogLog: the analysis of a near-optimal cardinality estimation
 * algorithm", with its linear counting for small numbers; like Heule, Nunkesser and
 * Hall 2013, "HyperLogLog in Practice", a list stands in for the registers at first.
 * 1,024 registers: a standard error of 3.3 %. Merges exactly, in any order.
 *
 * The hash is public, so that estimates of different runs merge: somebody who knows
 * that can choose things that make an estimate wrong, and nothing else.
 */
#ifndef STATLINE_TALLY_HYPERLOGLOG_H
#define STATLINE_TALLY_HYPERLOGLOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tally/budget.h"

/** log2 of the registers. */
#define HLL_BITS      10U
#define HLL_REGISTERS (1U << HLL_BITS)

/** Zeros are an empty one. */
struct hll {
	union {
		uint32_t *hashes;   /**< in no order, owned */
		uint8_t *registers; /**< HLL_REGISTERS, owned; with `dense` */
	};
	uint16_t count; /**< of hashes */
	uint16_t room;
	bool dense;
	bool low; /**< something could not be counted: the estimate is too low */
};

/** Count something by its hash_public(). */
void hll_add(struct hll *h, uint64_t hash, struct budget *b);

void hll_merge(struct hll *into, const struct hll *from, struct budget *b);

/** @return how many different ones */
uint64_t hll_estimate(const struct hll *h);

/** @return whether hll_estimate() is the number and no estimate */
bool hll_exact(const struct hll *h);

/** Free what it owns and empty it. */
void hll_clear(struct hll *h, struct budget *b);

#endif
