#include "tcp/half_open.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"

#define BUCKETS (2U * LIMIT_HALF_OPEN)
#define NONE    UINT32_MAX
_Static_assert((BUCKETS & (BUCKETS - 1)) == 0, "masked");

/* Entries in use stand in a ring by age (`older`, `newer`) and in the chain of their
 * bucket; free ones are chained by `chain`. */
struct slot {
	struct half_open_entry entry;
	uint64_t hash;
	uint32_t chain;
	uint32_t older;
	uint32_t newer;
};

struct half_open {
	uint32_t bucket[BUCKETS];
	uint32_t oldest;
	uint32_t newest;
	uint32_t free;
	uint32_t touched; /* slots from here on were never used: no page of them is */
	struct slot slot[LIMIT_HALF_OPEN];
};

struct half_open *half_open_new(void)
{
	struct half_open *h = calloc(1, sizeof(*h));

	if (!h)
		return NULL;
	memset(h->bucket, 0xff, sizeof(h->bucket));
	h->oldest = NONE;
	h->newest = NONE;
	h->free = NONE;
	return h;
}

static void unlink_age(struct half_open *h, uint32_t i)
{
	struct slot *s = &h->slot[i];

	if (s->older == NONE)
		h->oldest = s->newer;
	else
		h->slot[s->older].newer = s->newer;
	if (s->newer == NONE)
		h->newest = s->older;
	else
		h->slot[s->newer].older = s->older;
}

static void link_newest(struct half_open *h, uint32_t i)
{
	struct slot *s = &h->slot[i];

	s->older = h->newest;
	s->newer = NONE;
	if (h->newest == NONE)
		h->oldest = i;
	else
		h->slot[h->newest].newer = i;
	h->newest = i;
}

static void remove_slot(struct half_open *h, uint32_t i)
{
	uint32_t *at = &h->bucket[h->slot[i].hash & (BUCKETS - 1)];

	while (*at != i)
		at = &h->slot[*at].chain;
	*at = h->slot[i].chain;
	unlink_age(h, i);
	h->slot[i].chain = h->free;
	h->free = i;
}

static uint32_t find_slot(const struct half_open *h, const struct flow_key *key,
			  uint64_t hash)
{
	uint32_t i = h->bucket[hash & (BUCKETS - 1)];

	while (i != NONE &&
	       (h->slot[i].hash != hash || !flow_key_equal(&h->slot[i].entry.key, key)))
		i = h->slot[i].chain;
	return i;
}

struct half_open_entry *half_open_find(struct half_open *h, const struct flow_key *key,
				       uint64_t hash, const struct packet_clock *clock)
{
	uint32_t i = find_slot(h, key, hash);

	if (i == NONE)
		return NULL;
	if (clock->now_ns - packet_clock_then(clock, h->slot[i].entry.last_ns) >
	    LIMIT_IDLE_NS) {
		remove_slot(h, i);
		return NULL;
	}
	return &h->slot[i].entry;
}

static uint32_t take_slot(struct half_open *h)
{
	uint32_t i;

	if (h->free == NONE && h->touched < LIMIT_HALF_OPEN)
		return h->touched++;
	if (h->free == NONE)
		remove_slot(h, h->oldest);
	i = h->free;
	h->free = h->slot[i].chain;
	return i;
}

struct half_open_entry *half_open_add(struct half_open *h, const struct flow_key *key,
				      uint64_t hash, const struct packet_clock *clock)
{
	struct half_open_entry *e = half_open_find(h, key, hash, clock);
	uint32_t i;

	if (e)
		return e;
	i = take_slot(h);
	h->slot[i].hash = hash;
	h->slot[i].entry = (struct half_open_entry){
	    .key = *key,
	    .initiator = -1,
	    .last_ns = clock->now_ns,
	};
	h->slot[i].chain = h->bucket[hash & (BUCKETS - 1)];
	h->bucket[hash & (BUCKETS - 1)] = i;
	link_newest(h, i);
	return &h->slot[i].entry;
}

/* Another attempt on the same ports: what is known belongs to the earlier one. Its
 * packets stay where they are counted. */
static void start_anew(struct half_open_entry *e)
{
	*e = (struct half_open_entry){
	    .key = e->key,
	    .initiator = -1,
	    .last_ns = e->last_ns,
	};
}

/* An end that was there before the SYN is of this connection only when it stands near
 * behind it. */
static void drop_unfit_ends(struct half_open_entry *e, unsigned dir)
{
	struct half_open_side *side = &e->side[dir];

	if (!side->has_first)
		return;
	if (side->fin - side->first > LIMIT_RESET_WINDOW)
		side->has_fin = false;
	if (e->reset_dir == dir && e->reset_seq - side->first > LIMIT_RESET_WINDOW)
		e->reset = false;
}

void half_open_syn(struct half_open_entry *e, const struct segment *s, int64_t now_ns)
{
	struct half_open_side *own = &e->side[s->dir];
	struct half_open_side *other = &e->side[1 - s->dir];
	bool has_ack = (s->flags & TCP_ACK) != 0;

	if (own->has_first && own->first != s->seq + 1 &&
	    !(own->guessed && own->first == s->seq + 1 + s->len + s->missing))
		start_anew(e);
	else if (!has_ack && e->reset && now_ns - e->reset_ns > LIMIT_RESET_NS)
		e->reset = false;
	own->first = s->seq + 1;
	own->has_first = true;
	own->guessed = false;
	if (has_ack && !other->has_first) {
		other->first = s->ack;
		other->has_first = true;
		other->guessed = true;
	}
	drop_unfit_ends(e, 0);
	drop_unfit_ends(e, 1);
	if (has_ack)
		e->initiator = (int8_t)(1 - s->dir);
	else if (e->initiator < 0)
		e->initiator = (int8_t)s->dir;
}

void half_open_remove(struct half_open *h, struct half_open_entry *e)
{
	/* The entry is the first member of its slot. */
	remove_slot(h, (uint32_t)((struct slot *)(void *)e - h->slot));
}

size_t half_open_memory(void)
{
	return sizeof(struct half_open);
}

void half_open_free(struct half_open *h)
{
	free(h);
}
