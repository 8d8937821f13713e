#include "base/coverage.h"

#include <stddef.h>

void coverage_undecoded(struct coverage *c, enum undecoded_reason r, uint64_t packets,
			uint64_t bytes)
{
	coverage_add(c, COVERAGE_UNDECODED, packets, bytes);
	c->undecoded[r] += packets;
}

const char *coverage_bucket_name(enum coverage_bucket b)
{
	static const char *const names[COVERAGE_BUCKETS] = {
	    [COVERAGE_HTTP] = "http",
	    [COVERAGE_HTTP2] = "http2",
	    [COVERAGE_TLS] = "tls",
	    [COVERAGE_QUIC] = "quic",
	    [COVERAGE_OTHER_TCP] = "other_tcp",
	    [COVERAGE_UNDETERMINED_TCP] = "undetermined_tcp",
	    [COVERAGE_OTHER_IP] = "other_ip",
	    [COVERAGE_NOT_IP] = "not_ip",
	    [COVERAGE_UNDECODED] = "undecoded",
	    [COVERAGE_DUPLICATE] = "duplicate",
	    [COVERAGE_FILTERED] = "filtered",
	};

	return names[b];
}

const char *undecoded_reason_name(enum undecoded_reason r)
{
	static const char *const names[UNDECODED_REASONS] = {
	    [UNDECODED_LINK_TYPE] = "link_type", [UNDECODED_TRUNCATED] = "truncated",
	    [UNDECODED_MALFORMED] = "malformed", [UNDECODED_DEPTH] = "depth",
	    [UNDECODED_ENCRYPTED] = "encrypted", [UNDECODED_FRAGMENT] = "fragment",
	    [UNDECODED_CHECKSUM] = "checksum",
	};

	return names[r];
}

/* Every member is a 64-bit sum, so that a new one cannot be forgotten here. */
_Static_assert(sizeof(struct coverage) % sizeof(uint64_t) == 0, "only counters");

void coverage_merge(struct coverage *into, const struct coverage *from)
{
	uint64_t *to = (uint64_t *)into;
	const uint64_t *add = (const uint64_t *)from;

	for (size_t i = 0; i < sizeof(*into) / sizeof(*to); i++)
		to[i] += add[i];
}
