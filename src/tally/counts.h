/**
 * @file
 * @brief How struct counts grows; inside tally/ only.
 */
#ifndef STATLINE_TALLY_COUNTS_H
#define STATLINE_TALLY_COUNTS_H

#include "http/exchange.h"
#include "tally/tally.h"

/** What growing takes and may take. */
struct budget {
	size_t used;        /**< bytes */
	size_t limit;       /**< bytes; passed by one allocation at most */
	unsigned bits;      /**< of the latency histograms */
	enum sl_err failed; /**< SL_E_NOMEM when memory ran out; sticks */
};

/** Count a response by class and code. */
void counts_response(struct counts *c, uint16_t status, struct budget *b);

/** Count an exchange that is over, @p latency of it when not NULL. */
void counts_done(struct counts *c, const struct http_exchange *x,
		 const uint64_t *latency, struct budget *b);

/** Add every figure of @p from to @p into, whose histograms have the same bits. */
void counts_merge(struct counts *into, const struct counts *from, struct budget *b);

#endif
