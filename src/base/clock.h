/**
 * @file
 * @brief Packet time: never runs backward, and believes no single stamp from far
 *        ahead.
 *
 * Captures hold stamps that step back (several queues of a card, a clock set anew)
 * and single damaged ones. A jump forward of more than LIMIT_CLOCK_JUMP_NS is taken
 * only after LIMIT_CLOCK_CONFIRM packets in a row that stand with it; until then the
 * packets count as being of the time before it.
 */
#ifndef STATLINE_BASE_CLOCK_H
#define STATLINE_BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/coverage.h"
#include "base/limits.h"

/** Stamps are 64 bits of a stranger's choice: within these a difference of two of them
 *  cannot overflow. 2^62 ns is the year 2116; pcap's own 32-bit seconds end in 2106. */
#define PACKET_CLOCK_MAX ((int64_t)1 << 62)
#define PACKET_CLOCK_MIN (-PACKET_CLOCK_MAX + 1)

/** All zero before the first stamp. Read `now_ns` only. */
struct packet_clock {
	int64_t now_ns;      /**< the latest stamp believed */
	int64_t previous_ns; /**< stamp of the last packet, believed or not */
	int64_t jump_ns;     /**< latest stamp of a jump that waits to be confirmed */
	int64_t stood_ns;    /**< now_ns before the last jump that was confirmed */
	int64_t landed_ns;   /**< now_ns after it */
	uint32_t confirmed;  /**< packets that stood with it so far */
	bool started;
	bool jumped; /**< stood_ns and landed_ns mean something */
};

/** The rest of packet_clock_feed(). */
int64_t packet_clock_feed_odd(struct packet_clock *c, int64_t stamp_ns,
			      struct coverage *coverage);

/**
 * @brief Take the stamp of the next packet.
 * @param stamp_ns  as the capture has it, any value
 * @param coverage  clock_backward is counted there; may be NULL
 * @return the stamp to use for this packet's own times: @p stamp_ns (which may lie
 *         before now_ns), or now_ns where it is not believed
 */
static inline int64_t packet_clock_feed(struct packet_clock *c, int64_t stamp_ns,
					struct coverage *coverage)
{
	/* In order and of believable size, after one that was. The difference is taken
	 * unsigned: it holds for any two stamps of which the first is the greater. */
	if (c->started && c->confirmed == 0 && stamp_ns >= c->now_ns &&
	    c->previous_ns <= stamp_ns &&
	    (uint64_t)stamp_ns - (uint64_t)c->now_ns <= LIMIT_CLOCK_JUMP_NS &&
	    stamp_ns <= PACKET_CLOCK_MAX) {
		c->now_ns = stamp_ns;
		c->previous_ns = stamp_ns;
		return stamp_ns;
	}
	return packet_clock_feed_odd(c, stamp_ns, coverage);
}

/**
 * @brief When what was touched at @p then_ns, a now_ns of this clock, really was.
 *
 * While a jump waited to be confirmed the clock stood still, and what came after the
 * jump was stamped with the time before it.
 * @return @p then_ns, or the end of the last jump where it began at @p then_ns
 */
static inline int64_t packet_clock_then(const struct packet_clock *c, int64_t then_ns)
{
	return c->jumped && then_ns == c->stood_ns ? c->landed_ns : then_ns;
}

/** Time has jumped to @p now_ns: the caller knows. */
void packet_clock_jump(struct packet_clock *c, int64_t now_ns);

/** Time has come to @p now_ns without a packet of interest; confirmed as above, never
 *  counted as backward. */
void packet_clock_advance(struct packet_clock *c, int64_t now_ns);

#endif
