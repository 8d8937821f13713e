/**
 * @file
 * @brief Where every packet and every byte went, and what makes a figure less
 *        than the whole truth.
 *
 * Each packet ends in exactly one bucket, with its length on the wire, so the
 * buckets add up to the total. Everything here is a sum: two coverages merge by
 * addition, in any order.
 */
#ifndef STATLINE_BASE_COVERAGE_H
#define STATLINE_BASE_COVERAGE_H

#include <stdint.h>

enum coverage_bucket {
	COVERAGE_HTTP,             /**< TCP that carried HTTP/1 */
	COVERAGE_HTTP2,            /**< TCP that carried HTTP/2 in the clear */
	COVERAGE_TLS,              /**< TCP that carried TLS: not readable */
	COVERAGE_QUIC,             /**< UDP that looks like QUIC: not readable */
	COVERAGE_OTHER_TCP,        /**< TCP with payload that is none of these */
	COVERAGE_UNDETERMINED_TCP, /**< TCP without payload, or begun in the middle */
	COVERAGE_OTHER_IP,         /**< IP that is not TCP */
	COVERAGE_NOT_IP,           /**< ARP, STP, ... */
	COVERAGE_UNDECODED,        /**< cut short, malformed or unknown: see reasons */
	COVERAGE_DUPLICATE,        /**< the same packet a second time */
	COVERAGE_FILTERED,         /**< refused by the filter expression */
	COVERAGE_BUCKETS
};

/** Why packets are in COVERAGE_UNDECODED. */
enum undecoded_reason {
	UNDECODED_LINK_TYPE, /**< a link type that statline does not know */
	UNDECODED_TRUNCATED, /**< the snap length cut a header */
	UNDECODED_MALFORMED, /**< a header contradicts itself */
	UNDECODED_DEPTH,     /**< more layers than limits.h allows */
	UNDECODED_ENCRYPTED, /**< 802.11 protected frames, ESP */
	UNDECODED_FRAGMENT,  /**< a fragment whose rest never came, or over the bound */
	UNDECODED_CHECKSUM,  /**< a wrong checksum, where asked to verify */
	UNDECODED_REASONS
};

/** Packets and their bytes on the wire. */
struct volume {
	uint64_t packets;
	uint64_t bytes;
};

struct coverage {
	struct volume total; /**< every packet read; the sum of the buckets */
	struct volume bucket[COVERAGE_BUCKETS];
	uint64_t undecoded[UNDECODED_REASONS]; /**< packets by reason */

	/** Unknown when `drops_known` is 0, as for files that do not say. */
	uint64_t drops_known;
	uint64_t interface_drops_known; /**< the same of `dropped_by_interface` */
	uint64_t dropped_by_kernel;
	uint64_t dropped_by_interface;

	uint64_t http_bytes; /**< payload delivered on connections that carry HTTP */
	uint64_t http_bytes_lost; /**< payload lost on them */
	uint64_t gaps;            /**< holes given up, on connections that carry HTTP */
	uint64_t gap_bytes;       /**< their payload bytes */
	uint64_t all_gaps;        /**< holes given up on any connection */
	uint64_t all_gap_bytes;
	uint64_t truncated_packets; /**< cut by the snap length */
	uint64_t retransmitted;     /**< segments that held no new byte */
	uint64_t overlaps_differ;   /**< overlapping segments with different bytes */
	uint64_t connections;       /**< TCP connections seen with payload */
	uint64_t midstream;         /**< of them: begun without their SYN */
	uint64_t one_sided;         /**< of them: only one direction in the capture */
	uint64_t evicted; /**< connections given up because a bound was reached */
	uint64_t held_over_bound; /**< holes given up because a bound was reached */
	/** Times that a direction waited no longer for what the other one, which is in
	 * the capture, had sent before, because a bound was reached. */
	uint64_t peer_over_bound;
	uint64_t
	    nat_copies; /**< connections that look like another one rewritten by NAT */
	uint64_t clock_backward; /**< packets stamped before their predecessor */

	uint64_t unpaired_responses;  /**< final responses without a request */
	uint64_t unseen_responses;    /**< requests whose response the capture lost */
	uint64_t conflicting_length;  /**< messages with differing Content-Length */
	uint64_t head_too_long;       /**< message heads over the bound, cut there */
	uint64_t pipeline_over_bound; /**< requests dropped because too many waited */
	/** Requests whose Forwarded, User-Agent and Referer were not kept: no room. */
	uint64_t fields_over_bound;
	/** Times that at a hole more requests waited than are looked at. */
	uint64_t swallowed_over_bound;
	uint64_t upgraded; /**< connections handed to another protocol by 101 */
	uint64_t tunnels;  /**< CONNECT tunnels opened */

	uint64_t http2_connections; /**< connections read as HTTP/2 */
	uint64_t http2_over_bound;  /**< of HTTP/2, but not read: no room */
	uint64_t http2_tables_lost; /**< header tables lost, in a hole or by a bound */
	uint64_t http2_unclear;     /**< heads or trailers of streams begun earlier */
	uint64_t http2_resets;      /**< RST_STREAM frames */
	uint64_t http2_goaways;     /**< GOAWAY frames */
	uint64_t http2_pushes;      /**< responses promised */
	uint64_t http2_head_too_long; /**< heads over LIMIT_HEAD: fields left out */
	uint64_t authority_differs; /**< requests whose Host is not their :authority */

	uint64_t filtered_tagged;    /**< refused packets with VLAN, MPLS or PPPoE */
	uint64_t filtered_tunnelled; /**< refused packets with IP inside IP */
	uint64_t filtered_fragments; /**< refused later fragments */
};

/** Add a packet of @p bytes on the wire to bucket @p b (not to the total). */
static inline void coverage_add(struct coverage *c, enum coverage_bucket b,
				uint64_t packets, uint64_t bytes)
{
	c->bucket[b].packets += packets;
	c->bucket[b].bytes += bytes;
}

/** Count one packet as undecoded for reason @p r. */
void coverage_undecoded(struct coverage *c, enum undecoded_reason r, uint64_t packets,
			uint64_t bytes);

/** @return the key of bucket @p b in reports: "http", "undetermined_tcp", ... */
const char *coverage_bucket_name(enum coverage_bucket b);

/** @return the key of reason @p r in reports: "link_type", "truncated", ... */
const char *undecoded_reason_name(enum undecoded_reason r);

/** Add every figure of @p from to @p into. */
void coverage_merge(struct coverage *into, const struct coverage *from);

#endif
