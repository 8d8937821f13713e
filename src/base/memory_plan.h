/**
 * @file
 * @brief Shares the memory that statline may take out among the pools that strangers
 *        can fill.
 *
 * At LIMIT_MEMORY each pool has the bound that limits.h names; at another figure all of
 * them have the same part of what is left after LIMIT_MEMORY_FIXED. Bounds of time,
 * of one message and of one connection stay as they are. What connections take, and
 * what waits in them, may grow past its own part into `commons`: base/memory_share.h.
 */
#ifndef STATLINE_BASE_MEMORY_PLAN_H
#define STATLINE_BASE_MEMORY_PLAN_H

#include <stddef.h>
#include <stdint.h>

struct memory_plan {
	uint64_t ceiling;    /**< bytes, as asked for */
	uint32_t hosts;      /**< LIMIT_HOSTS */
	size_t connections;  /**< bytes: LIMIT_CONNECTIONS of LIMIT_CONNECTION_COST */
	size_t held;         /**< bytes: LIMIT_HELD */
	size_t lines;        /**< bytes: LIMIT_LINES */
	size_t requests;     /**< bytes: LIMIT_REQUESTS */
	size_t http2;        /**< bytes: LIMIT_HTTP2 */
	size_t commons;      /**< bytes: LIMIT_COMMONS, of those five together */
	size_t flows;        /**< bytes: LIMIT_FLOW_BYTES, taken from the commons */
	size_t tally_growth; /**< bytes: LIMIT_TALLY_GROWTH */
	size_t evidence;     /**< bytes: LIMIT_EVIDENCE */
	size_t client_paths; /**< bytes: LIMIT_CLIENT_PATHS */
	/** Bytes: LIMIT_FRAGMENT_BYTES, shared out among pipelines only. */
	size_t fragments;
};

/** @param ceiling  bytes, LIMIT_MEMORY_LEAST to LIMIT_MEMORY_MOST; what lies outside
 *                  counts as the nearer of the two, and 0 as LIMIT_MEMORY */
struct memory_plan memory_plan_for(uint64_t ceiling);

/** @return bytes that everything takes with each pool full: never over the ceiling */
uint64_t memory_plan_sum(const struct memory_plan *p);

/**
 * @brief The same for live captures: pipelines side by side, each with a tally of what
 *        it has seen since it was last asked; the one that they are gathered in, and
 *        the one that comes from a pipeline; and two that are kept, since the start and
 *        since the interval began. No files are read, and what that would take is
 *        shared out, too.
 * @param lanes  pipelines, 1 to memory_plan_lanes()
 * @param lane   receives what each of them may take, with its tally
 * @param kept   receives what each of the two may take: its other figures are 0
 */
void memory_plan_live(uint64_t ceiling, unsigned lanes, struct memory_plan *lane,
		      struct memory_plan *kept);

/** @return the most pipelines that memory_plan_live() can share @p ceiling among so
 * that half of it is left for what they find: at least 1 */
unsigned memory_plan_lanes(uint64_t ceiling);

/** @return bytes that all of it takes with each pool full: never over the ceiling */
uint64_t memory_plan_live_sum(const struct memory_plan *lane,
			      const struct memory_plan *kept, unsigned lanes);

#endif
