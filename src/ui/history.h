/**
 * @file
 * @brief How many responses each host gave lately: for rates and sparklines.
 */
#ifndef STATLINE_UI_HISTORY_H
#define STATLINE_UI_HISTORY_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/limits.h"
#include "tally/tally.h"

struct history; /* defined in history.c only */

/** Of one host, or of all. Slots go round: the newest is LIMIT_HISTORY_SLOTS - 1 of
 * what history_slot() gives. */
struct track {
	uint32_t slots[LIMIT_HISTORY_SLOTS];
	double rate;  /**< responses a second, over the last ticks */
	uint64_t age; /**< slots begun since it gave a response */
};

/** @return NULL without memory */
struct history *history_new(void);

/** Count a tick of @p seconds. Hosts over the bound get no track of their own.
 *  @retval SL_OK, SL_E_NOMEM */
enum sl_err history_add(struct history *h, const struct tally *tick, double seconds);

/** @return the track of a host, or NULL */
const struct track *history_of(const struct history *h, const struct tally_row *row);

/** @return that of all hosts */
const struct track *history_total(const struct history *h);

/** @return slot @p i of a track, the oldest first */
uint32_t history_slot(const struct history *h, const struct track *t, size_t i);

/** NULL is allowed. */
void history_free(struct history *h);

#endif
