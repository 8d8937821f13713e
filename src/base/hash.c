#include "base/hash.h"

#include <string.h>
#include <sys/random.h>
#include <time.h>

static uint64_t hash_key[2];
static uint64_t words_key[HASH_WORDS + 2];

static inline uint64_t rotate(uint64_t x, unsigned n)
{
	return x << n | x >> (64 - n);
}

static inline void sip_round(uint64_t v[4])
{
	v[0] += v[1];
	v[1] = rotate(v[1], 13) ^ v[0];
	v[0] = rotate(v[0], 32);
	v[2] += v[3];
	v[3] = rotate(v[3], 16) ^ v[2];
	v[0] += v[3];
	v[3] = rotate(v[3], 21) ^ v[0];
	v[2] += v[1];
	v[1] = rotate(v[1], 17) ^ v[2];
	v[2] = rotate(v[2], 32);
}

static inline void sip_absorb(uint64_t v[4], uint64_t word)
{
	v[3] ^= word;
	sip_round(v);
	v[0] ^= word;
}

static inline uint64_t sip_hash(const uint64_t key[2], const void *bytes, size_t len)
{
	/* The initial state is the paper's: "somepseudorandomlygeneratedbytes". */
	uint64_t v[4] = {key[0] ^ 0x736f6d6570736575U, key[1] ^ 0x646f72616e646f6dU,
			 key[0] ^ 0x6c7967656e657261U, key[1] ^ 0x7465646279746573U};
	const uint8_t *p = bytes;
	uint64_t word;
	size_t left = len;

	for (; left >= 8; left -= 8, p += 8) {
		memcpy(&word, p, 8);
		sip_absorb(v, word);
	}
	word = 0;
	if (left > 0)
		memcpy(&word, p, left);
	sip_absorb(v, word | (uint64_t)len << 56);
	v[2] ^= 0xff;
	for (int i = 0; i < 3; i++)
		sip_round(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

uint64_t hash_bytes(const void *bytes, size_t len)
{
	return sip_hash(hash_key, bytes, len);
}

/* Before main() and before any thread: read only from then on. */
__attribute__((constructor)) static void hash_draw_key(void)
{
	struct timespec now;

	if (getrandom(hash_key, sizeof(hash_key), GRND_NONBLOCK) !=
	    (ssize_t)sizeof(hash_key)) {
		/* Early at boot only. Weaker, but never a known key. */
		(void)clock_gettime(CLOCK_REALTIME, &now);
		hash_key[0] ^= (uint64_t)now.tv_nsec << 32 ^ (uint64_t)now.tv_sec;
		hash_key[1] ^= (uint64_t)(uintptr_t)&now * 0x9e3779b97f4a7c15U;
	}
	for (uint64_t i = 0; i < HASH_WORDS + 2; i++)
		words_key[i] = hash_bytes(&i, sizeof(i));
}

#ifdef __SIZEOF_INT128__
__extension__ typedef unsigned __int128 u128;

uint64_t hash_words(const uint64_t words[HASH_WORDS])
{
	const uint64_t *key = words_key;
	u128 sum = 0;

	for (size_t i = 0; i < HASH_WORDS; i += 2)
		sum += (u128)(words[i] + key[i]) * (words[i + 1] + key[i + 1]);
	return hash_pair((uint64_t)sum + key[HASH_WORDS],
			 (uint64_t)(sum >> 64) + key[HASH_WORDS + 1]);
}
#else
uint64_t hash_words(const uint64_t words[HASH_WORDS])
{
	return hash_bytes(words, HASH_WORDS * sizeof(*words));
}
#endif

uint64_t hash_public(const void *bytes, size_t len)
{
	static const uint64_t key[2] = {0x0706050403020100U, 0x0f0e0d0c0b0a0908U};

	return sip_hash(key, bytes, len);
}
