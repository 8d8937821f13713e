#include "jump.h"

#include <stdlib.h>
#include <string.h>

/* Within a jump's length of the last one that waits. */
static bool agrees(const struct jump *j, int64_t time_ns)
{
	int64_t last = j->held[j->count - 1].time_ns;
	uint64_t apart = time_ns > last ? (uint64_t)time_ns - (uint64_t)last
					: (uint64_t)last - (uint64_t)time_ns;

	return apart <= (uint64_t)LIMIT_CLOCK_JUMP_NS;
}

static bool hold(struct jump *j, const struct packet *p)
{
	struct packet *copy = &j->held[j->count];
	uint8_t *bytes = malloc(p->captured > 0 ? p->captured : 1);

	if (!bytes)
		return false;
	if (p->captured > 0)
		memcpy(bytes, p->bytes, p->captured);
	*copy = *p;
	copy->bytes = bytes;
	j->count++;
	return true;
}

enum jump_verdict jump_look_odd(struct jump *j, const struct packet *p)
{
	if (!j->started) {
		j->started = true;
		j->latest_ns = p->time_ns;
		return JUMP_NONE;
	}
	if (j->count > 0 && !(jump_is_far(j, p->time_ns) && agrees(j, p->time_ns)))
		return JUMP_REFUTED;
	if (j->count == LIMIT_CLOCK_CONFIRM) {
		j->latest_ns = p->time_ns;
		return JUMP_CONFIRMED;
	}
	/* Without memory it is taken as the clocks behind take a lone one. */
	if (hold(j, p))
		return JUMP_WAITS;
	return j->count > 0 ? JUMP_REFUTED : JUMP_NONE;
}

enum jump_verdict jump_advance(struct jump *j, int64_t now_ns)
{
	if (j->count == 0)
		return JUMP_NONE;
	if (!agrees(j, now_ns))
		return JUMP_REFUTED;
	j->latest_ns = j->held[j->count - 1].time_ns;
	return JUMP_CONFIRMED;
}

void jump_clear(struct jump *j)
{
	for (size_t i = 0; i < j->count; i++)
		free((void *)j->held[i].bytes);
	j->count = 0;
}
