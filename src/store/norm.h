/**
 * @file
 * @brief Whether a figure is what earlier nights let expect: pure statistics.
 *
 * Shares are judged as y = asin sqrt((x + 3/8) / (n + 3/4)) (Anscombe 1948, "The
 * transformation of Poisson, binomial and negative-binomial data"), whose variance is
 * 1 / (4 n + 2) whatever the share is, and which makes noise that multiplies a share
 * the same on every night. Latencies are judged by their logarithm.
 *
 * The centre is the median of nights of the same weekday, of all nights while there are
 * fewer than NORM_WEEKDAYS of those. The spread is 1.4826 times the median absolute
 * deviation of nights from the centre of their own weekday, with the sampling error of
 * the figure itself as floor. What the spread is estimated from is a sample too: the
 * deviation counts as Student's t with 0.37 degrees of freedom a night, which is the
 * efficiency of that estimate (Rousseeuw and Croux 1993, "Alternatives to the Median
 * Absolute Deviation").
 */
#ifndef STATLINE_STORE_NORM_H
#define STATLINE_STORE_NORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/histogram.h"
#include "report/changes.h"

/** Nights of one weekday from which on they alone are the norm. */
#define NORM_WEEKDAYS 4U

/** A figure of one night, transformed. */
struct norm_value {
	double y;
	double raw;   /**< as it was: a share, or ns */
	double floor; /**< variance that its own sample gives it */
	/** The same on either side. A quantile in a thin tail is known well downwards
	 *  and badly upwards: whether it rose depends on what lies below it. */
	double floor_below, floor_above;
	unsigned weekday; /**< 0 to 6 */
};

struct norm_result {
	double centre;   /**< median, transformed */
	double raw;      /**< median of the same nights as they were */
	double z;        /**< deviation in standard deviations of a normal */
	double p;        /**< probability of one at least as large, either way */
	size_t nights;   /**< that the centre is the median of */
	bool by_weekday; /**< they are of the same weekday */
};

/** @return the transformed share of @p x in @p n, both sides of it */
struct norm_value norm_share(uint64_t x, uint64_t n, unsigned weekday);

/** @return the transformed quantile of @p h, not empty, with its sampling error from
 * the ranks beside it */
struct norm_value norm_quantile(const struct histogram *h, double share,
				unsigned weekday);

/**
 * @brief Judge a night by earlier ones.
 * @param past     at most LIMIT_PAST_NIGHTS
 * @param strict   with fewer than NIGHTS_TO_COMPARE nights nothing can be said; else
 * the sampling errors alone are taken: of two reports nothing else is known
 * @return whether something can be said, in @p out
 */
bool norm_judge(const struct norm_value *now, const struct norm_value *past,
		size_t count, bool strict, struct norm_result *out);

/** Sort @p values, and return their median; 0 of none. */
double norm_median(double *values, size_t count);

#endif
