/**
 * @file
 * @brief Adds up what the lanes of a live capture hand over: for the tick, for the
 *        interval, and for good.
 */
#ifndef STATLINE_CLI_GATHER_H
#define STATLINE_CLI_GATHER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/coverage.h"
#include "capture/capture.h"
#include "cli/options.h"
#include "lane.h"
#include "report/report.h"
#include "tally/tally.h"

/** One span of time, with what is reported of it. */
struct gather_span {
	struct tally *tally;
	struct coverage coverage;
	struct capture_source sources[LIMIT_TAPS];
	int64_t start_ns; /**< of the clock */
};

/** Open to the live command; gather_init() it. */
struct gather {
	const struct options *options; /**< lent */
	struct memory_plan brief, kept;
	size_t source_count;
	struct gather_span all;      /**< since the start */
	struct gather_span interval; /**< since gather_next_interval() */
	struct tally *tick;          /**< of the last gather_tick() alone */
	struct coverage reported;    /**< what all intervals before have told */
	struct lane_source losses[LIMIT_TAPS]; /**< told by them likewise */
	size_t states_count;
	struct lane_state *states; /**< of each lane, as it said last; owned */
	struct lane_source sums[LIMIT_TAPS]; /**< over all lanes */
	bool figures_low;
	bool stuck;         /**< a lane does not answer */
	uint64_t forgotten; /**< rows that were folded into `(forgotten)` */
	int64_t now_ns;     /**< time of the latest packet; 0 before the first */
};

/** @param names  of the sources, lent
 *  @param brief  what a tick's tally may take; copied
 *  @param kept   what the other two may take each; copied
 *  @retval SL_OK, SL_E_NOMEM (gather_free() it all the same) */
enum sl_err gather_init(struct gather *g, const struct options *o,
			const char *const *names, size_t count, size_t lanes,
			const struct memory_plan *brief,
			const struct memory_plan *kept);

/** Ask every lane, and add up.
 *  @retval SL_OK, SL_E_NOMEM, SL_E_SYSTEM (a lane does not answer) */
enum sl_err gather_tick(struct gather *g, struct lane *const *lanes, size_t count);

/** Fold rows that were idle for long: live captures call it at each tick. */
void gather_forget(struct gather *g);

/** @return a report of everything so far; lent by @p g */
struct report gather_report(const struct gather *g);

/** @return a report of the interval since the last gather_next_interval(), which ends
 *  at @p end_ns; lent by @p g. Reports of all intervals add up to gather_report() */
struct report gather_interval_report(struct gather *g, int64_t end_ns);

/** The interval has been told: begin the next one, at @p start_ns.
 *  @retval SL_OK, SL_E_NOMEM (the last one goes on) */
enum sl_err gather_next_interval(struct gather *g, int64_t start_ns);

void gather_free(struct gather *g);

#endif
