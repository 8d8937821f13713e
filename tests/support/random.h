/**
 * @file
 * @brief Random numbers from a seed, the same on every machine.
 *
 * SplitMix64 (Steele, Lea and Flood 2014, "Fast splittable pseudorandom number
 * generators"): one word of state, so a seed and an index name a test case.
 */
#ifndef STATLINE_TESTS_RANDOM_H
#define STATLINE_TESTS_RANDOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct random {
	uint64_t state;
};

static inline uint64_t random_next(struct random *r)
{
	uint64_t z = (r->state += 0x9e3779b97f4a7c15U);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
	return z ^ (z >> 31);
}

/** @return 0 to @p n - 1; 0 when @p n is 0 */
static inline size_t random_below(struct random *r, size_t n)
{
	return n == 0 ? 0 : (size_t)(random_next(r) % n);
}

/** @return @p low to @p high, both included */
static inline size_t random_between(struct random *r, size_t low, size_t high)
{
	return low + random_below(r, high - low + 1);
}

/** @return true in @p percent of 100 calls */
static inline bool random_chance(struct random *r, unsigned percent)
{
	return random_below(r, 100) < percent;
}

#endif
