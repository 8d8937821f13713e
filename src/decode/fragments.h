/**
 * @file
 * @brief Puts IP datagrams back together (RFC 791 section 3.2, RFC 8200 section 4.5),
 *        and what CAPWAP has cut the same way.
 *
 * Private to decode/. Bounded in datagrams, in fragments of each, in bytes and in
 * packet time, all in limits.h. What is given up is counted as undecoded with all its
 * packets, so that no packet is lost to the sums.
 */
#ifndef STATLINE_DECODE_FRAGMENTS_H
#define STATLINE_DECODE_FRAGMENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/coverage.h"
#include "decode/fragment_trace.h"

struct fragments; /* defined in fragments.c only */

/** What the fragments of one datagram have in common. All bytes are defined: compared
 *  as memory. */
struct fragment_key {
	struct ip_addr source;
	struct ip_addr destination;
	uint32_t id;
	/** In IPv6 0: the first fragment says it. Above 255 what is no IP. */
	uint32_t protocol;
	uint32_t vlan; /**< as in struct flow_key */
	uint32_t vni;
};
_Static_assert(sizeof(struct fragment_key) == 48, "no padding: compared as memory");

struct fragment {
	struct fragment_key key;
	bool ipv6;        /**< overlaps are an attack: the datagram is given up */
	bool more;        /**< more fragments follow */
	uint8_t protocol; /**< next header */
	int64_t time_ns;
	uint32_t offset;      /**< of its first byte in the datagram's payload */
	uint32_t len;         /**< payload bytes on the wire */
	const uint8_t *bytes; /**< the captured ones of them; lent, copied */
	uint32_t captured;    /**< at most @p len */
	uint32_t packets;     /**< that it came in */
	uint64_t packet_bytes;
};

/** A whole datagram. */
struct datagram {
	const uint8_t *bytes; /**< lent until the next fragments_add(), or as
				   fragments_keep() says */
	uint32_t captured;    /**< bytes from its beginning to the first that the snap
				   length cut */
	uint32_t missing;     /**< bytes after them */
	uint8_t protocol;
	uint32_t packets;
	uint64_t packet_bytes;
};

enum fragment_result {
	FRAGMENT_HELD,    /**< waits */
	FRAGMENT_WHOLE,   /**< the datagram is complete and no longer held */
	FRAGMENT_COUNTED, /**< refused, and counted in its bucket */
};

/** @param coverage  lent; must outlive it
 *  @return NULL without memory */
struct fragments *fragments_new(struct coverage *coverage);

/** Bound what waits: LIMIT_FRAGMENT_BYTES unless set. */
void fragments_set_memory(struct fragments *f, size_t bytes);

/** Take one fragment; @p out is written on FRAGMENT_WHOLE only. Without memory it is
 *  counted as given up. */
enum fragment_result fragments_add(struct fragments *f, const struct fragment *in,
				   struct datagram *out);

/** Lend the datagram that @p at is in, if any, until the next call of this that names
 *  another one. */
void fragments_keep(struct fragments *f, const uint8_t *at);

/** @return what fragments_add() found since the last call of this, which is forgotten
 */
struct fragment_trace fragments_take_trace(struct fragments *f);

/** Give up everything that waits. */
void fragments_flush(struct fragments *f);

/** @return whether memory ran out at some time: a datagram was given up for it */
bool fragments_failed(const struct fragments *f);

/** @return bytes of memory that waiting fragments take now */
size_t fragments_memory(const struct fragments *f);

/** Frees it, without counting; NULL is allowed. */
void fragments_free(struct fragments *f);

#endif
