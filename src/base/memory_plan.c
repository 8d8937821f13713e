#include "base/memory_plan.h"

#include "base/limits.h"

/* The share of @p bound, from what is left to what is left at LIMIT_MEMORY. */
static uint64_t share(uint64_t bound, uint64_t left)
{
	return bound * (left / KIB) / ((LIMIT_MEMORY - LIMIT_MEMORY_FIXED) / KIB);
}

struct memory_plan memory_plan_for(uint64_t ceiling)
{
	struct memory_plan p = {.ceiling = ceiling ? ceiling : LIMIT_MEMORY};
	uint64_t left;

	if (p.ceiling < LIMIT_MEMORY_LEAST)
		p.ceiling = LIMIT_MEMORY_LEAST;
	if (p.ceiling > LIMIT_MEMORY_MOST)
		p.ceiling = LIMIT_MEMORY_MOST;
	left = p.ceiling - LIMIT_MEMORY_FIXED;
	p.connections =
	    (size_t)share((uint64_t)LIMIT_CONNECTIONS * LIMIT_CONNECTION_COST, left);
	p.hosts = (uint32_t)share(LIMIT_HOSTS, left);
	p.held = (size_t)share(LIMIT_HELD, left);
	p.lines = (size_t)share(LIMIT_LINES, left);
	p.requests = (size_t)share(LIMIT_REQUESTS, left);
	p.http2 = (size_t)share(LIMIT_HTTP2, left);
	p.commons = (size_t)share(LIMIT_COMMONS, left);
	p.flows = (size_t)share(LIMIT_FLOW_BYTES, left);
	p.evidence = (size_t)share(LIMIT_EVIDENCE, left);
	p.client_paths = (size_t)share(LIMIT_CLIENT_PATHS, left);
	p.tally_growth = (size_t)share(LIMIT_TALLY_GROWTH, left);
	return p;
}

uint64_t memory_plan_sum(const struct memory_plan *p)
{
	return LIMIT_MEMORY_FIXED + p->connections + p->held + p->lines + p->requests +
	       p->http2 + p->commons + (uint64_t)p->hosts * LIMIT_ROW_COST +
	       p->tally_growth + p->evidence + p->client_paths;
}
