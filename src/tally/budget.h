/**
 * @file
 * @brief What the growing parts of a tally may take, all together.
 */
#ifndef STATLINE_TALLY_BUDGET_H
#define STATLINE_TALLY_BUDGET_H

#include <stdint.h>
#include <stdlib.h>

#include "base/err.h"

/** What growing takes and may take. */
struct budget {
	size_t used;        /**< bytes */
	size_t limit;       /**< bytes; passed by one allocation at most */
	unsigned bits;      /**< of the latency histograms */
	enum sl_err failed; /**< SL_E_NOMEM when memory ran out; sticks */
	uint64_t refused;   /**< times that something could not grow for the limit */
};

/** Bytes that malloc keeps for itself beside an allocation. */
#define BUDGET_OVERHEAD 16U

/**
 * @brief Grow, shrink or make an allocation within the budget.
 * @param old       NULL or one of @p old_size bytes, replaced
 * @return NULL: over the limit (counted) or without memory (noted); @p old is still
 *         there then
 */
void *budget_realloc(struct budget *b, void *old, size_t old_size, size_t size);

/** Free an allocation of @p size bytes; NULL is allowed. */
void budget_free(struct budget *b, void *p, size_t size);

#endif
