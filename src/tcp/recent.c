#include "tcp/recent.h"

#include <stdlib.h>

#include "base/hash.h"
#include "base/limits.h"

#define FIRST_BYTES 64U
_Static_assert((LIMIT_RECENT_PACKETS & (LIMIT_RECENT_PACKETS - 1)) == 0, "masked");
_Static_assert((LIMIT_FIRST_SEGMENTS & (LIMIT_FIRST_SEGMENTS - 1)) == 0, "masked");

/* Everything that makes a packet what it is, in 64 bits under the secret key of the
 * flow's hash: two that differ have the same once in 2^64. */
struct packet_entry {
	uint64_t print; /* 0: never used */
	uint32_t time;  /* in 2^16 ns: wraps after 78 hours, which a copy never takes */
	uint32_t unused;
};
_Static_assert(sizeof(struct packet_entry) == 16, "four to a cache line");

struct first_entry {
	uint64_t hash;
	uint64_t bytes_hash;
	int64_t time_ns;
	uint32_t seq;
	uint32_t ack;
	uint32_t len;
	bool used;
};

struct recent {
	/** One byte of each print in `packet`: mostly it says already that this is no
	 *  copy, and 8 KiB stay in the cache where 128 KiB do not. */
	uint8_t tag[LIMIT_RECENT_PACKETS];
	struct packet_entry packet[LIMIT_RECENT_PACKETS];
	struct first_entry first[LIMIT_FIRST_SEGMENTS];
};

struct recent *recent_new(void)
{
	return calloc(1, sizeof(struct recent));
}

/* Spreads well enough (multiplication by a prime near 2^64 / golden ratio); needs no
 * secret: who makes places collide only hides his own copies. */
static uint64_t spread(uint64_t x)
{
	x ^= x >> 32;
	x *= 0x9e3779b97f4a7c15U;
	return x >> 32;
}

static uint32_t packet_time(int64_t now_ns)
{
	return (uint32_t)((uint64_t)now_ns >> 16);
}

/* Does not depend on the flow's hash, see recent.h. */
static uint32_t place_of(const struct segment *s)
{
	uint64_t ports = (uint64_t)s->key.port[0] << 16 | s->key.port[1];
	uint64_t mix = ((uint64_t)s->seq << 32 | s->ack) ^ ports << 20 ^
		       (uint64_t)s->ip_id << 8 ^ (uint64_t)s->checksum << 36 ^ s->dir;

	return (uint32_t)spread(mix) & (LIMIT_RECENT_PACKETS - 1);
}

/* Multiplying and folding loses no bit of @p word; the multiplier is secret, so that
 * nobody can choose packets that look like each other. */
static uint64_t fold(uint64_t print, uint64_t word, uint64_t secret)
{
	print ^= word;
	print ^= print >> 32;
	print *= secret | 1U;
	return print ^ print >> 29;
}

static uint64_t print_of(const struct segment *s, uint64_t hash)
{
	uint64_t print = fold(hash, (uint64_t)s->seq << 32 | s->ack, hash);

	print = fold(print,
		     (uint64_t)(s->len + s->missing) << 32 | (uint64_t)s->ip_id << 16 |
			 s->checksum,
		     hash);
	print = fold(print, (uint64_t)s->flags << 8 | s->dir, hash);
	return print != 0 ? print : 1;
}

bool recent_packet(struct recent *r, const struct segment *s, uint64_t hash,
		   int64_t now_ns)
{
	uint32_t place = place_of(s);
	struct packet_entry *e = &r->packet[place];
	uint64_t print = print_of(s, hash);
	uint8_t tag = (uint8_t)print;
	uint32_t time = packet_time(now_ns);

	/* The stamp of the first copy stays: a third one is measured from it. */
	if (r->tag[place] == tag && e->print == print &&
	    time - e->time <= (uint32_t)(LIMIT_DUPLICATE_NS >> 16))
		return true;
	r->tag[place] = tag;
	e->print = print;
	e->time = time;
	return false;
}

bool recent_first_segment(struct recent *r, const struct segment *s, uint64_t hash,
			  int64_t now_ns)
{
	uint64_t mix = ((uint64_t)s->seq << 32 | s->ack) ^ s->len;
	struct first_entry *e = &r->first[spread(mix) & (LIMIT_FIRST_SEGMENTS - 1)];
	const struct first_entry now = {
	    .hash = hash,
	    .bytes_hash =
		hash_bytes(s->payload, s->len < FIRST_BYTES ? s->len : FIRST_BYTES),
	    .time_ns = now_ns,
	    .seq = s->seq,
	    .ack = s->ack,
	    .len = s->len,
	    .used = true,
	};
	bool copy = e->used && e->hash != hash && e->bytes_hash == now.bytes_hash &&
		    e->seq == now.seq && e->ack == now.ack && e->len == now.len &&
		    now_ns - e->time_ns <= LIMIT_FIRST_SEGMENTS_NS;

	*e = now;
	return copy;
}

size_t recent_memory(void)
{
	return sizeof(struct recent);
}

void recent_free(struct recent *r)
{
	free(r);
}
