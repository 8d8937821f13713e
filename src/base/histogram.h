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

struct histogram; /* defined in histogram.c only */

/** Sub-buckets of an octave: a row's histogram, and the one over all rows. */
#define HISTOGRAM_ROW_BITS   5U
#define HISTOGRAM_TOTAL_BITS 6U

/** @param bits  log2 of the sub-buckets of an octave, 1 to 8
 *  @return owned by the caller; NULL without memory or with other @p bits */
struct histogram *histogram_new(unsigned bits);

/** @retval SL_OK, SL_E_NOMEM (not counted; still usable) */
enum sl_err histogram_add(struct histogram *h, uint64_t value);

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

unsigned histogram_bits(const struct histogram *h);

/** @return bytes that @p h takes; NULL takes none */
size_t histogram_memory(const struct histogram *h);

/** NULL is allowed. */
void histogram_free(struct histogram *h);

#endif
