#include "tcp/recent.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/limits.h"

#define FIRST_BYTES 64U
_Static_assert(FIRST_BYTES <= 2 * HASH_WORDS * sizeof(uint64_t), "hashed in two steps");
_Static_assert((LIMIT_RECENT_PACKETS & (LIMIT_RECENT_PACKETS - 1)) == 0, "masked");
_Static_assert((LIMIT_FIRST_SEGMENTS & (LIMIT_FIRST_SEGMENTS - 1)) == 0, "masked");

/* Everything that makes a packet what it is, in 64 bits under the secret key of the
 * flow's hash: two that differ have the same once in 2^64. */
struct packet_entry {
	uint64_t print; /* 0: never used */
	uint32_t time;  /* in 2^16 ns: wraps after 78 hours, which a copy never takes */
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

static uint32_t packet_time(int64_t now_ns)
{
	return (uint32_t)((uint64_t)now_ns >> 16);
}

/* What tells packets of one connection apart. */
struct marks {
	uint64_t numbers;
	uint64_t rest; /* lengths stay below 2^23, the flags and the direction above */
};

static inline struct marks marks_of(const struct segment *s)
{
	return (struct marks){
	    .numbers = (uint64_t)s->seq << 32 | s->ack,
	    .rest = ((uint64_t)(s->len + s->missing) << 32 | (uint64_t)s->ip_id << 16 |
		     s->checksum) ^
		    (uint64_t)s->flags << 56 ^ (uint64_t)s->dir << 55,
	};
}

/* Spreads well enough (multiplication by a prime near 2^64 / golden ratio); needs no
 * secret: who makes places collide only hides his own copies. */
static inline uint32_t spread(uint64_t x)
{
	return (uint32_t)(x * 0x9e3779b97f4a7c15U >> 32);
}

/* Does not depend on the flow's hash, see recent.h; the checksum is of the ports too.
 */
static inline uint32_t place_of(const struct marks *m)
{
	return spread(m->numbers ^ m->rest * 0xff51afd7ed558ccdU) &
	       (LIMIT_RECENT_PACKETS - 1);
}

/* A product of two words that are each under a part of the flow's secret hash, so that
 * nobody can choose packets that look like each other. */
static inline uint64_t print_of(const struct marks *m, uint64_t hash)
{
	uint64_t print =
	    hash_pair(m->numbers ^ hash, m->rest ^ (hash << 32 | hash >> 32));

	return print != 0 ? print : 1;
}

bool recent_packet(struct recent *r, const struct segment *s, uint64_t hash,
		   int64_t now_ns)
{
	struct marks marks = marks_of(s);
	uint32_t place = place_of(&marks);
	struct packet_entry *e = &r->packet[place];
	uint64_t print = print_of(&marks, hash);
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

static uint64_t first_bytes_hash(const struct segment *s)
{
	uint64_t words[2 * HASH_WORDS] = {0};

	if (s->len > 0)
		memcpy(words, s->payload, s->len < FIRST_BYTES ? s->len : FIRST_BYTES);
	return hash_words(words) + 3 * hash_words(words + HASH_WORDS);
}

bool recent_first_segment(struct recent *r, const struct segment *s, uint64_t hash,
			  int64_t now_ns)
{
	uint64_t mix = ((uint64_t)s->seq << 32 | s->ack) ^ s->len;
	struct first_entry *e = &r->first[spread(mix) & (LIMIT_FIRST_SEGMENTS - 1)];
	const struct first_entry now = {
	    .hash = hash,
	    .bytes_hash = first_bytes_hash(s),
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
