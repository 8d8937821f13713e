/**
 * @file
 * @brief Packets that stand far ahead of all before them wait until the next ones tell
 *        whether time has jumped, or their stamps are damaged.
 *
 * So the first packets after a pause of more than LIMIT_CLOCK_JUMP_NS count as of the
 * time after it: a connection that uses the ports of an old one begins there. At most
 * LIMIT_CLOCK_CONFIRM packets wait, so stamps of a stranger cost a copy each.
 */
#ifndef STATLINE_JUMP_H
#define STATLINE_JUMP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/limits.h"
#include "capture/packet.h"

/** All zero before the first packet. */
struct jump {
	int64_t latest_ns; /**< largest stamp believed */
	bool started;
	size_t count;
	struct packet held[LIMIT_CLOCK_CONFIRM]; /**< their bytes are copies, owned */
};

/** What to do with a packet, or at a time. */
enum jump_verdict {
	JUMP_NONE,      /**< nothing waits, and this need not wait either */
	JUMP_WAITS,     /**< the packet was copied and waits */
	JUMP_CONFIRMED, /**< time has come to that of the held ones: take them, then it
			 */
	JUMP_REFUTED,   /**< the held ones stand alone: take them, then ask for it again
			 */
};

/** The rest of jump_look(). */
enum jump_verdict jump_look_odd(struct jump *j, const struct packet *p);

/** @return whether @p time_ns is more than LIMIT_CLOCK_JUMP_NS ahead */
static inline bool jump_is_far(const struct jump *j, int64_t time_ns)
{
	/* As unsigned numbers: stamps are 64 bits of a stranger's choice. */
	return time_ns > j->latest_ns && (uint64_t)time_ns - (uint64_t)j->latest_ns >
					     (uint64_t)LIMIT_CLOCK_JUMP_NS;
}

/** Look at the next packet. @param p  lent for the call */
static inline enum jump_verdict jump_look(struct jump *j, const struct packet *p)
{
	if (j->count > 0 || !j->started || jump_is_far(j, p->time_ns))
		return jump_look_odd(j, p);
	if (p->time_ns > j->latest_ns)
		j->latest_ns = p->time_ns;
	return JUMP_NONE;
}

/** Time has come to @p now_ns without a packet. @return never JUMP_WAITS */
enum jump_verdict jump_advance(struct jump *j, int64_t now_ns);

/** No packet waits any more; their bytes are freed. */
void jump_clear(struct jump *j);

#endif
