/**
 * @file
 * @brief One TCP segment, taken out of its packet.
 */
#ifndef STATLINE_DECODE_SEGMENT_H
#define STATLINE_DECODE_SEGMENT_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/addr.h"
#include "base/hash.h"

/**
 * Names a connection, the same for both directions: the endpoint that is lower
 * (bytes of the address, then the port) stands first. All bytes are defined, so
 * keys may be compared as memory.
 */
struct flow_key {
	struct ip_addr addr[2];
	uint16_t port[2]; /**< host order */
	uint32_t vlan;    /**< 0 unless told apart: outer tag | inner tag << 16 */
	/** 0 unless told apart: network of VXLAN, Geneve or NVGRE. Not the TEID of GTP,
	 *  which differs between the directions of one connection. */
	uint32_t vni;
};
_Static_assert(sizeof(struct flow_key) == 44, "no padding: compared as memory");

static inline uint64_t flow_key_word(const struct ip_addr *a, size_t at)
{
	uint64_t word;

	memcpy(&word, a->bytes + at, sizeof(word));
	return word;
}

/** As memcmp() == 0, in the steps in which keys are written: a wider load than the
 *  store before it waits for that (15 ns of each packet). */
static inline bool flow_key_equal(const struct flow_key *a, const struct flow_key *b)
{
	uint64_t differ = flow_key_word(&a->addr[0], 0) ^ flow_key_word(&b->addr[0], 0);

	differ |= flow_key_word(&a->addr[0], 8) ^ flow_key_word(&b->addr[0], 8);
	differ |= flow_key_word(&a->addr[1], 0) ^ flow_key_word(&b->addr[1], 0);
	differ |= flow_key_word(&a->addr[1], 8) ^ flow_key_word(&b->addr[1], 8);
	differ |= (uint64_t)(a->port[0] ^ b->port[0]) | (a->port[1] ^ b->port[1]);
	return (differ | (a->vlan ^ b->vlan) | (a->vni ^ b->vni)) == 0;
}

/** @return the keyed hash of @p key, which is read as flow_key_equal() does */
static inline uint64_t flow_key_hash(const struct flow_key *key)
{
	const uint64_t words[HASH_WORDS] = {
	    flow_key_word(&key->addr[0], 0),
	    flow_key_word(&key->addr[0], 8),
	    flow_key_word(&key->addr[1], 0),
	    flow_key_word(&key->addr[1], 8),
	    (uint64_t)key->port[0] << 48 | (uint64_t)key->port[1] << 32 | key->vlan,
	    key->vni,
	};

	return hash_words(words);
}

/** RFC 9293 section 3.1, in the order of the wire's bits. */
enum tcp_flag {
	TCP_FIN = 0x01,
	TCP_SYN = 0x02,
	TCP_RST = 0x04,
	TCP_PSH = 0x08,
	TCP_ACK = 0x10,
};

/** Two that are read together do not stand side by side: a load that joins what two
 *  stores have just written waits for both. */
struct segment {
	int64_t time_ns; /**< of the packet, or of the one that completed it */
	struct flow_key key;
	uint8_t dir;       /**< 0: sent by key.addr[0]; 1: by key.addr[1] */
	uint8_t flags;     /**< enum tcp_flag */
	uint16_t ip_id;    /**< IPv4 identification; 0 for IPv6 */
	uint16_t window;   /**< unscaled */
	uint16_t checksum; /**< of TCP, as on the wire */
	uint32_t seq;      /**< host order */
	uint32_t len;      /**< payload bytes captured */
	uint32_t ack;      /**< host order; means something with TCP_ACK only */
	uint32_t missing;  /**< payload bytes after them that the snap length cut */
	const uint8_t *payload; /**< @p len bytes, lent until the next packet */
	uint32_t packets; /**< packets it came in: 1, or the number of fragments */
	uint64_t bytes;   /**< their lengths on the wire, for coverage */
};

#endif
