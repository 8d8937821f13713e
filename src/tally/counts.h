/**
 * @file
 * @brief How struct counts grows; inside tally/ only.
 */
#ifndef STATLINE_TALLY_COUNTS_H
#define STATLINE_TALLY_COUNTS_H

#include "http/exchange.h"
#include "tally/budget.h"
#include "tally/tally.h"

/** Add @p add to the list, ascending by code, in which @p used entries are.
 *  @return false when it has no room: @p add is in no entry */
bool codes_add(struct code_count **list, size_t *used, const struct code_count *add,
	       struct budget *b);

/** @return bytes that a list of @p count entries takes of its budget */
size_t codes_memory(size_t count);

/** Count a response by class, code and protocol. */
void counts_response(struct counts *c, const struct http_exchange *x, struct budget *b);

/** Count an exchange that is over, @p latency of it when not NULL. */
void counts_done(struct counts *c, const struct http_exchange *x,
		 const uint64_t *latency, struct budget *b);

/** Both at once. */
void counts_answered(struct counts *c, const struct http_exchange *x,
		     const uint64_t *latency, struct budget *b);

/** Add every figure of @p from to @p into, whose histograms have the same bits. */
void counts_merge(struct counts *into, const struct counts *from, struct budget *b);

/** @return bytes that @p c takes of its budget */
size_t counts_memory(const struct counts *c);

#endif
