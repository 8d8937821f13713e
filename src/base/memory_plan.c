#include "base/memory_plan.h"

#include "base/limits.h"

/* The share of @p bound, from what is left to what is left at LIMIT_MEMORY. */
static uint64_t share(uint64_t bound, uint64_t left)
{
	return bound * (left / KIB) / ((LIMIT_MEMORY - LIMIT_MEMORY_FIXED) / KIB);
}

static uint64_t within_limits(uint64_t ceiling)
{
	if (ceiling == 0)
		return LIMIT_MEMORY;
	if (ceiling < LIMIT_MEMORY_LEAST)
		return LIMIT_MEMORY_LEAST;
	return ceiling < LIMIT_MEMORY_MOST ? ceiling : LIMIT_MEMORY_MOST;
}

/** Of what @p left has room for. */
static struct memory_plan plan_of(uint64_t ceiling, uint64_t left)
{
	return (struct memory_plan){
	    .ceiling = ceiling,
	    .connections = (size_t)share(
		(uint64_t)LIMIT_CONNECTIONS * LIMIT_CONNECTION_COST, left),
	    .hosts = (uint32_t)share(LIMIT_HOSTS, left),
	    .held = (size_t)share(LIMIT_HELD, left),
	    .lines = (size_t)share(LIMIT_LINES, left),
	    .requests = (size_t)share(LIMIT_REQUESTS, left),
	    .http2 = (size_t)share(LIMIT_HTTP2, left),
	    .commons = (size_t)share(LIMIT_COMMONS, left),
	    .flows = (size_t)share(LIMIT_FLOW_BYTES, left),
	    .tally_growth = (size_t)share(LIMIT_TALLY_GROWTH, left),
	    .evidence = (size_t)share(LIMIT_EVIDENCE, left),
	    .client_paths = (size_t)share(LIMIT_CLIENT_PATHS, left),
	    .fragments = LIMIT_FRAGMENT_BYTES,
	};
}

struct memory_plan memory_plan_for(uint64_t ceiling)
{
	uint64_t most = within_limits(ceiling);

	return plan_of(most, most - LIMIT_MEMORY_FIXED);
}

/* What the pools of a tally take. */
static uint64_t tally_sum(const struct memory_plan *p)
{
	return (uint64_t)p->hosts * LIMIT_ROW_COST + p->tally_growth + p->evidence +
	       p->client_paths;
}

/* What the pools of a pipeline take without its tally. */
static uint64_t pipeline_sum(const struct memory_plan *p)
{
	return p->connections + p->held + p->lines + p->requests + p->http2 +
	       p->commons;
}

uint64_t memory_plan_sum(const struct memory_plan *p)
{
	return LIMIT_MEMORY_FIXED + pipeline_sum(p) + tally_sum(p);
}

/* ---- live ---- */

/* Tallies that do not last: one of each pipeline, and those between them and the two
 * that are kept. */
static unsigned brief_tallies(unsigned lanes)
{
	return lanes + 2;
}

static uint64_t live_fixed(unsigned lanes)
{
	return LIMIT_LIVE_FIXED + (uint64_t)lanes * LIMIT_LANE_FIXED;
}

static struct memory_plan tally_part(const struct memory_plan *all, unsigned parts,
				     unsigned of)
{
	return (struct memory_plan){.ceiling = all->ceiling,
				    .hosts = all->hosts / of * parts,
				    .tally_growth = all->tally_growth / of * parts,
				    .evidence = all->evidence / of * parts,
				    .client_paths = all->client_paths / of * parts};
}

void memory_plan_live(uint64_t ceiling, unsigned lanes, struct memory_plan *lane,
		      struct memory_plan *kept)
{
	uint64_t most = within_limits(ceiling);
	struct memory_plan all = plan_of(most, most - live_fixed(lanes));

	/* Three quarters for the two that last, and one for the others. */
	*kept = tally_part(&all, 3, 4 * 2);
	*lane = tally_part(&all, 1, 4 * brief_tallies(lanes));
	lane->connections = all.connections / lanes;
	lane->held = all.held / lanes;
	lane->lines = all.lines / lanes;
	lane->requests = all.requests / lanes;
	lane->http2 = all.http2 / lanes;
	lane->commons = all.commons / lanes;
	lane->fragments = all.fragments / lanes;
}

unsigned memory_plan_lanes(uint64_t ceiling)
{
	unsigned n = LIMIT_LANES;

	while (n > 1 && live_fixed(n) > within_limits(ceiling) / 2)
		n--;
	return n;
}

uint64_t memory_plan_live_sum(const struct memory_plan *lane,
			      const struct memory_plan *kept, unsigned lanes)
{
	return live_fixed(lanes) + lanes * pipeline_sum(lane) +
	       brief_tallies(lanes) * tally_sum(lane) + 2 * tally_sum(kept);
}
