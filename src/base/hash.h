/**
 * @file
 * @brief The keyed hash of every table whose keys come from the wire.
 *
 * SipHash-1-3 (Aumasson and Bernstein 2012, "SipHash: a fast short-input PRF") under a
 * key drawn at random when the program starts, so that a stranger cannot choose keys
 * that collide. Never written out: nothing a report says may depend on it.
 */
#ifndef STATLINE_BASE_HASH_H
#define STATLINE_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

/** @return the hash of @p len bytes */
uint64_t hash_bytes(const void *bytes, size_t len);

/** Words of hash_words(). */
#define HASH_WORDS 6U

/**
 * @brief The hash of keys that are HASH_WORDS words, for a table that is asked for each
 *        packet: a fifth of the work.
 *
 * Two keys that a stranger has chosen without knowing the secret have the same sum with
 * a probability of 2^-64: it is NH (Black, Halevi, Krawczyk, Krovetz and Rogaway 1999,
 * "UMAC: fast and secure message authentication"), in words of 64 bits. A product under
 * two more secret words brings the 128 bits of the sum into 64.
 */
uint64_t hash_words(const uint64_t words[HASH_WORDS]);

/** @return the product of two words that a secret was added to, its halves laid over
 *          each other: a quick hash of the two */
static inline uint64_t hash_pair(uint64_t a, uint64_t b)
{
#ifdef __SIZEOF_INT128__
	__extension__ unsigned __int128 product = a;

	product *= b;
	return (uint64_t)product ^ (uint64_t)(product >> 64);
#else
	a *= b | 1U;
	return (a ^ a >> 32) * (b | 1U);
#endif
}

/** @return the hash of @p len bytes under a known key, the same in every run: for
 *          estimates that merge between runs, never for a table. A stranger can choose
 *          bytes that collide, and so make an estimate wrong. */
uint64_t hash_public(const void *bytes, size_t len);

#endif
