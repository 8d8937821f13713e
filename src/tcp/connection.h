/**
 * @file
 * @brief The records inside the room: a connection, what it holds, and the table.
 *
 * Only files of src/tcp include this.
 *
 * A million connections may be open at once, so the record holds what every one
 * of them needs, and everything that most never need stands in tcp_extra.
 */
#ifndef STATLINE_TCP_CONNECTION_H
#define STATLINE_TCP_CONNECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/coverage.h"
#include "base/limits.h"
#include "base/memory_share.h"
#include "decode/segment.h"
#include "tcp/flow_table.h"
#include "tcp/half_open.h"
#include "tcp/reassembler.h"
#include "tcp/recent.h"
#include "tcp/tcp.h"

/** Flags of a direction. */
enum side_flag {
	SIDE_SEEN = 0x01,      /**< a packet of it is in the capture */
	SIDE_PLACED = 0x02,    /**< tcp_side.next means something */
	SIDE_ANCHORED = 0x04,  /**< offset 0 is known, and so tcp_side.next is exact */
	SIDE_ACKED = 0x08,     /**< tcp_side.ack means something */
	SIDE_FIN = 0x10,       /**< its FIN has been told */
	SIDE_MIDSTREAM = 0x20, /**< offset 0 is not known to be the first byte */
	SIDE_CANDIDATE = 0x40, /**< the half-open cache may hold a SYN of a new
				    connection on the same ports */
	SIDE_GUESSED = 0x80,   /**< a SYN-ACK tells where it begins, if its SYN carried
				    no data; at REASM_ORIGIN unless tcp_wait.guess says
				    otherwise */
};

/** Flags of a connection. */
enum connection_flag {
	CONNECTION_INITIATOR_0 = 0x01, /**< direction 0 sent the SYN */
	CONNECTION_INITIATOR_1 = 0x02,
	CONNECTION_WAITING = 0x04,   /**< tcp_set_waiting() */
	CONNECTION_SILENT = 0x08,    /**< `idle` was told, nothing came since */
	CONNECTION_LINGERING = 0x10, /**< over; only remembered */
	CONNECTION_TOLD = 0x20,      /**< the sink knows of it */
	CONNECTION_ONE_HOLD = 0x40,  /**< one direction has waited for the other that
					  never came: it does so once */
};

/** One direction. */
struct tcp_side {
	uint64_t offset;    /**< of the next byte to be told or passed */
	uint64_t skip_left; /**< of the running tcp_skip() */
	uint32_t next; /**< sequence number at `offset`. Before the anchor is known:
			    that of position REASM_ORIGIN of the store */
	uint32_t ack;  /**< highest acknowledgement number it has sent */
};

/** Position in the store of offset 0, and before the anchor is known, of the
 *  first segment that came. Half of the sequence space fits below it. */
#define REASM_ORIGIN ((uint64_t)1 << 32)

/** A FIN that is not in order yet. */
struct held_fin {
	struct held_segment segment;
	uint64_t at; /**< position of the sequence number it takes */
	bool held;
};

/** What one direction holds, and what it lost. */
struct tcp_wait {
	struct reasm store;
	uint64_t origin; /**< position in the store of offset 0 */
	uint64_t guess;  /**< position where SIDE_GUESSED says that it begins */
	struct held_fin fin;
	int64_t hole_ns;       /**< when the hole before `store.first` was noticed */
	uint32_t hole_segment; /**< segments of the connection before that */
	uint32_t gaps;         /**< holes given up */
	uint64_t given_up;     /**< the other direction waits no longer for this one to
				  reach     this offset */
	uint64_t lost;         /**< bytes given up */
	uint64_t skip_lost;    /**< of them: in the running tcp_skip() */
};

/** What a connection needs that is not all in order. Counted in tcp.held. */
struct tcp_extra {
	struct tcp_connection *owner;
	struct tcp_extra *prev; /**< among those that wait for something */
	struct tcp_extra *next;
	size_t held;        /**< bytes of memory of both stores */
	int64_t reset_ns;   /**< when a RST came */
	uint32_t segments;  /**< of the connection since this exists */
	uint32_t reset_end; /**< sequence number of all that its sender had sent */
	uint8_t reset_dir;  /**< direction of the RST */
	bool reset;
	bool listed;
	struct tcp_wait side[2];
};

struct tcp_connection {
	struct flow_key key;
	uint8_t side_flags[2]; /**< enum side_flag */
	uint8_t flags;         /**< enum connection_flag */
	uint8_t bucket;        /**< enum coverage_bucket */
	int64_t last_ns;       /**< the clock at its last packet */
	struct tcp_extra *extra;
	void *user;
	uint64_t bytes;   /**< counted in its bucket so far */
	uint32_t packets; /**< the same; stays at UINT32_MAX: what comes after that is
			       not moved when the bucket changes, and sums still hold */
	uint32_t queued;  /**< when it came to the end of its list, in 2^30 ns */
	uint32_t older;   /**< id of its neighbours there */
	uint32_t newer;
	struct tcp_side side[2];
};
_Static_assert(sizeof(struct tcp_connection) <= 144, "a million of them may be open");

/** Connections by the time of their last packet. */
enum tcp_list {
	LIST_OTHER,  /**< not known to carry HTTP: first to go under pressure */
	LIST_HTTP,   /**< carries HTTP */
	LIST_SILENT, /**< `idle` was told */
	LIST_LINGER, /**< over */
	TCP_LISTS
};

struct tcp_list_ends {
	uint32_t oldest; /**< id, or FLOW_NONE */
	uint32_t newest;
	uint32_t count;
};

/** Connections that are found without a hash: two to the power of so many. */
#define LATELY_BITS 8U

/** One of them. Its ports say mostly that it is another one, without a look at its
 *  record, which may not be in the cache. */
struct lately {
	struct tcp_connection *c; /**< NULL: none */
	uint64_t hash;            /**< of its key */
	uint32_t ports;
};

struct tcp {
	struct tcp_sink sink;
	struct coverage *coverage;
	struct packet_clock clock;
	int64_t next_sweep_ns;
	struct flow_table *flows;
	struct half_open *half_open;
	struct recent *recent;
	struct tcp_list_ends list[TCP_LISTS];
	struct tcp_extra *waiting; /**< first of those that wait for something */
	struct tcp_extra *waiting_last;
	struct memory_share held; /**< all tcp_extra with what they hold */
	struct memory_share room; /**< for connections; never given back */
	/** Those of the last segments, each in lately_place(): the next segment is
	 *  mostly of one of them. */
	struct lately lately[1U << LATELY_BITS];
	uint32_t random; /**< seeds the stores; not 0 */
	bool started;
	bool failed; /**< memory ran out at some time, where nobody was told */
};

static inline uint32_t lately_ports(const struct flow_key *key)
{
	return (uint32_t)key->port[0] << 16 | key->port[1];
}

/** @return where the connection of @p key is remembered, if it is. Needs no secret: who
 *  makes connections collide only makes his own be looked up. */
static inline struct lately *lately_place(struct tcp *t, const struct flow_key *key)
{
	uint32_t ports = (uint32_t)(key->port[0] ^ key->port[1]);

	return &t->lately[ports * 0x9e3779b1U >> (32U - LATELY_BITS)];
}

/** Remember @p c, whose key has the hash @p hash. */
static inline void lately_set(struct tcp *t, struct tcp_connection *c, uint64_t hash)
{
	*lately_place(t, &c->key) = (struct lately){c, hash, lately_ports(&c->key)};
}

/** @return the connection of @p key, and the hash of that; NULL when it is not
 *          remembered */
static inline struct tcp_connection *
lately_find(struct tcp *t, const struct flow_key *key, uint64_t *hash)
{
	const struct lately *l = lately_place(t, key);

	if (!l->c || l->ports != lately_ports(key) || !flow_key_equal(&l->c->key, key))
		return NULL;
	*hash = l->hash;
	return l->c;
}

/** Add packets and bytes to what a connection has had; past the range of its counter it
 *  is left alone. */
static inline void connection_add_volume(struct tcp_connection *c, uint64_t packets,
					 uint64_t bytes)
{
	if (packets > UINT32_MAX - c->packets)
		return;
	c->packets += (uint32_t)packets;
	c->bytes += bytes;
}

/** Count a segment of @p c. */
static inline void connection_account(struct tcp *t, struct tcp_connection *c,
				      const struct segment *s)
{
	coverage_add(t->coverage, (enum coverage_bucket)c->bucket, s->packets,
		     s->bytes);
	connection_add_volume(c, s->packets, s->bytes);
}

/** @return the sequence number at which SIDE_GUESSED says that @p dir begins */
static inline uint32_t guessed_first(const struct tcp_connection *c, unsigned dir)
{
	uint64_t guess = c->extra ? c->extra->side[dir].guess : REASM_ORIGIN;

	return c->side[dir].next + (uint32_t)(guess - REASM_ORIGIN);
}

static inline bool connection_http(const struct tcp_connection *c)
{
	return c->bucket == COVERAGE_HTTP || c->bucket == COVERAGE_HTTP2;
}

/** @return whether sequence number @p a stands before @p b (RFC 9293 section 3.4) */
static inline bool seq_before(uint32_t a, uint32_t b)
{
	return (int32_t)(a - b) < 0;
}

#endif
