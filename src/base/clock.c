#include "base/clock.h"

static int64_t clamp(int64_t stamp_ns)
{
	if (stamp_ns > PACKET_CLOCK_MAX)
		return PACKET_CLOCK_MAX;
	return stamp_ns < PACKET_CLOCK_MIN ? PACKET_CLOCK_MIN : stamp_ns;
}

/* Whether now_ns may move to a stamp that lies LIMIT_CLOCK_JUMP_NS or more ahead. */
static bool confirm(struct packet_clock *c, int64_t stamp_ns)
{
	int64_t apart = stamp_ns - c->jump_ns;

	if (c->confirmed > 0 && apart >= -LIMIT_CLOCK_JUMP_NS &&
	    apart <= LIMIT_CLOCK_JUMP_NS) {
		c->confirmed++;
	} else {
		c->confirmed = 1;
	}
	c->jump_ns = stamp_ns;
	/* The first of them is the jump itself. */
	return c->confirmed > LIMIT_CLOCK_CONFIRM;
}

/* Returns whether the stamp is believed. */
static bool move(struct packet_clock *c, int64_t stamp_ns)
{
	if (!c->started) {
		c->started = true;
		c->now_ns = stamp_ns;
		c->previous_ns = stamp_ns;
		return true;
	}
	if (stamp_ns - c->now_ns > LIMIT_CLOCK_JUMP_NS) {
		if (!confirm(c, stamp_ns))
			return false;
		c->jumped = true;
		c->stood_ns = c->now_ns;
		c->landed_ns = stamp_ns;
	}
	c->confirmed = 0;
	if (stamp_ns > c->now_ns)
		c->now_ns = stamp_ns;
	return true;
}

int64_t packet_clock_feed_odd(struct packet_clock *c, int64_t stamp_ns,
			      struct coverage *coverage)
{
	bool believed;

	stamp_ns = clamp(stamp_ns);
	believed = move(c, stamp_ns);
	if (coverage && stamp_ns < c->previous_ns)
		coverage->clock_backward++;
	c->previous_ns = stamp_ns;
	return believed ? stamp_ns : c->now_ns;
}

void packet_clock_jump(struct packet_clock *c, int64_t now_ns)
{
	now_ns = clamp(now_ns);
	if (!c->started || now_ns > c->now_ns)
		c->now_ns = now_ns;
	c->started = true;
	c->confirmed = 0;
}

void packet_clock_advance(struct packet_clock *c, int64_t now_ns)
{
	(void)move(c, clamp(now_ns));
}
