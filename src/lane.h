/**
 * @file
 * @brief A pipeline in a thread of its own, fed from live interfaces or from a file at
 *        the speed of its packets.
 *
 * Lanes share nothing, and take no lock for a packet. What they have tallied is asked
 * for at a tick: lane_collect() waits until the lane has put a fresh tally in place of
 * the one that it hands over.
 */
#ifndef STATLINE_LANE_H
#define STATLINE_LANE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/coverage.h"
#include "base/err.h"
#include "base/limits.h"
#include "capture/capture.h"
#include "capture/tap.h"
#include "events/events.h"
#include "pipeline.h"
#include "tally/tally.h"

struct lane; /* defined in lane.c only */

struct lane_options {
	/** Its anonymizer is copied, since it serves one thread. */
	struct pipeline_options pipeline;
	/** Receives a line for each selected exchange, at lane_collect() at the latest;
	 * lent for the lane's life, or NULL. */
	struct events *events;
	size_t taps; /**< interfaces that it may be given: at most LIMIT_TAPS */
	uint64_t packet_limit; /**< it ends after so many packets; 0: none */
	bool watch_tunnels;    /**< look out for tunnels: lane_state.tunnels */
	/** Written to, one byte, when lane_collect() has something to tell that
	 * does not wait for the tick: a tap is lost, or the lane has ended. Lent. */
	int bell;
	/** A file instead of taps; lent to the lane until it has ended. */
	struct capture *capture;
	double speed; /**< of a file: packet time in wall time; 0: as fast as it goes */
};

/** What was read from one interface. */
struct lane_source {
	uint64_t
	    packets; /**< since lane_collect() was called before; so are the next */
	uint64_t bytes;
	int64_t first_ns; /**< only with packets, as last_ns */
	int64_t last_ns;
	uint32_t link_type;       /**< of its latest packet */
	struct tap_losses losses; /**< since the lane's beginning */
	bool lost;                /**< the tap went: give another one */
};

/** What a lane says about itself. Figures are sums since its beginning, but for
 * those of `sources`. */
struct lane_state {
	struct coverage coverage;
	struct lane_source sources[LIMIT_TAPS];
	int64_t now_ns;   /**< time of its latest packet; 0 before the first */
	bool figures_low; /**< memory ran out at some time */
	bool tunnels;     /**< a tunnel was seen */
	bool ended;       /**< it takes no packet any more */
	enum sl_err e;    /**< with `ended`: why a file's reading broke off, or SL_OK */
};

/** Make a lane and start its thread.
 *  @param options  copied
 *  @param out      receives the lane, owned by the caller
 *  @retval SL_OK, SL_E_NOMEM, SL_E_SYSTEM */
enum sl_err lane_start(struct lane **out, const struct lane_options *options);

/** Hand over a tap, owned by the lane from here on, for interface @p index. */
void lane_give(struct lane *l, size_t index, struct tap *tap);

/**
 * @brief What happened since the last call.
 * @param into   the tally is merged into it
 * @param state  filled in
 * @retval SL_OK
 * @retval SL_E_NOMEM   some of it is in no row of its own
 * @retval SL_E_SYSTEM  the lane does not answer for seconds: nothing was collected
 */
enum sl_err lane_collect(struct lane *l, struct tally *into, struct lane_state *state);

/** End the reading: what the rings hold is read still, everything open is settled.
 *  Waits for the thread; lane_collect() then gives the rest. */
void lane_stop(struct lane *l);

/** Stops it too; NULL is allowed. */
void lane_free(struct lane *l);

#endif
