/**
 * @file
 * @brief A sparse log-linear histogram: bounded relative error, exact merge.
 *
 * Each power of two is divided into equal sub-buckets (as in HdrHistogram, Tene
 * 2012): a percentile is wrong by at most half a sub-bucket, which is under 1 % of
 * the value with 64 of them and under 2.5 % with 32. Only buckets in use take memory:
 * 10 bytes each, in arrays that double.
 *
 * With S = 2^bits, bucket i below 2 S holds the value i alone. From there on bucket
 * i = k S + j (0 <= j < S) holds the values from (S + j) 2^(k - 1), 2^(k - 1) of them.
 */
#ifndef STATLINE_BASE_HISTOGRAM_H
#define STATLINE_BASE_HISTOGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/** Open to the inline functions below only. Two arrays and not one of pairs: a search
 *  reads the numbers only, 32 to a line of cache, and no padding is paid for. One
 *  allocation holds both, counts first. */
struct histogram {
	uint64_t *counts;
	uint16_t *index; /**< ascending; the last bucket of 8 bits is 14,591 */
	uint16_t len;
	uint16_t room;
	uint8_t bits;
	/** Of the bucket found last: its index less its place. Where values are dense
	 *  the buckets in use stand side by side, and it is mostly that of the next one
	 *  too. */
	uint16_t lag;
	uint64_t count;
	uint64_t min; /**< UINT64_MAX when empty */
	uint64_t max;
};

/** Sub-buckets of an octave: a row's histogram, and the one over all rows. */
#define HISTOGRAM_ROW_BITS   5U
#define HISTOGRAM_TOTAL_BITS 6U

/** @param bits  log2 of the sub-buckets of an octave, 1 to 8
 *  @return owned by the caller; NULL without memory or with other @p bits */
struct histogram *histogram_new(unsigned bits);

/** @retval SL_OK, SL_E_NOMEM (not counted; still usable) */
enum sl_err histogram_add(struct histogram *h, uint64_t value);

/** @return the number of the bucket that @p value is in, with @p bits */
static inline uint16_t histogram_index(unsigned bits, uint64_t value)
{
	unsigned shift;

	if (value >> bits == 0)
		return (uint16_t)value;
	shift = 63U - (unsigned)__builtin_clzll(value) - bits;
	/* The leading one of value >> shift makes this (shift + 1) S + j. */
	return (uint16_t)(((uint64_t)shift << bits) + (value >> shift));
}

/** Count @p value in the bucket that stands at @p place. */
static inline void histogram_count_in(struct histogram *h, unsigned place,
				      uint64_t value)
{
	h->counts[place]++;
	h->count++;
	if (value < h->min)
		h->min = value;
	if (value > h->max)
		h->max = value;
}

/** The rest of histogram_bump(): its bucket is not where it was expected. */
bool histogram_bump_other(struct histogram *h, uint16_t index, uint64_t value);

/** As histogram_add(), where its bucket, which has number @p index, is in use already.
 *  @return whether it is; else nothing was counted */
static inline bool histogram_bump(struct histogram *h, uint16_t index, uint64_t value)
{
	unsigned guess = (uint16_t)(index - h->lag);

	if (guess >= h->len || h->index[guess] != index)
		return histogram_bump_other(h, index, value);
	histogram_count_in(h, guess, value);
	return true;
}

/** @return whether histogram_add() of @p value would take more memory */
bool histogram_grows(const struct histogram *h, uint64_t value);

/** Add every count of @p from, made with the same @p bits. Exact, in any order.
 *  @param from  NULL adds nothing
 *  @retval SL_OK, SL_E_NOMEM (nothing added), SL_E_USAGE (different bits) */
enum sl_err histogram_merge(struct histogram *into, const struct histogram *from);

/** @return values counted; NULL counts none */
uint64_t histogram_count(const struct histogram *h);

/** @return the smallest and largest value, exactly; 0 when empty or NULL */
uint64_t histogram_min(const struct histogram *h);
uint64_t histogram_max(const struct histogram *h);

/** @param share  0 to 1
 *  @return the value below or at which that share of the values lies (nearest rank),
 *          within the stated error and never outside min..max; 0 when empty or NULL */
uint64_t histogram_quantile(const struct histogram *h, double share);

/** Walk the buckets in use, ascending.
 *  @param i  from 0
 *  @param index  receives the bucket's number, which merging readers keep
 *  @return its count, or 0 past the last */
uint64_t histogram_bucket(const struct histogram *h, size_t i, uint32_t *index);

/**
 * @brief Put a bucket back that histogram_bucket() gave.
 * @retval SL_OK
 * @retval SL_E_NOMEM   not counted; still usable
 * @retval SL_E_FORMAT  there is no such bucket, or the sum leaves 64 bits
 */
enum sl_err histogram_put_bucket(struct histogram *h, uint32_t index, uint64_t count);

/** Put back the extremes, after all buckets.
 *  @retval SL_OK
 *  @retval SL_E_FORMAT  they are not in the outermost buckets */
enum sl_err histogram_put_extremes(struct histogram *h, uint64_t min, uint64_t max);

/** @return bytes that histogram_pack() needs for @p h, not NULL */
size_t histogram_pack_size(const struct histogram *h);

/**
 * @brief Write it as bytes that mean the same on every machine.
 *
 * A version (1), the bits, then as LEB128: min, max, the number of buckets, and for
 * each its distance from the one before and its count.
 * @param out  histogram_pack_size() bytes
 * @return bytes written
 */
size_t histogram_pack(const struct histogram *h, uint8_t *out);

/**
 * @brief Read what histogram_pack() wrote.
 * @param bytes  lent; may be anything
 * @return owned by the caller; NULL without memory, or when it is damaged
 */
struct histogram *histogram_unpack(const uint8_t *bytes, size_t len);

unsigned histogram_bits(const struct histogram *h);

/** @return bytes that @p h takes; NULL takes none */
size_t histogram_memory(const struct histogram *h);

/** NULL is allowed. */
void histogram_free(struct histogram *h);

#endif
