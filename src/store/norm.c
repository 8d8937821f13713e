#include "store/norm.h"

#include <math.h>
#include <stdlib.h>

#include "base/limits.h"

/** Makes the median absolute deviation of a normal its standard deviation. */
#define MAD_SCALE 1.4826
/** What a night is worth for the spread, in degrees of freedom. */
#define MAD_EFFICIENCY 0.37
/** Degrees of freedom at least: with fewer nothing but a catastrophe would be told in
 * the first two weeks. */
#define LEAST_FREEDOM 4.0
/** Variance of a median of k over the variance of one, times k: pi / 2. */
#define MEDIAN_VARIANCE 1.5708
/** Sampling error of a logarithm that a histogram's buckets of 2.5 % cannot go below.
 */
#define BUCKET_ERROR 0.0125
#define WEEKDAYS     7U

struct norm_value norm_share(uint64_t x, uint64_t n, unsigned weekday)
{
	double share = ((double)x + 0.375) / ((double)n + 0.75);
	double floor = 1 / (4 * (double)n + 2);

	return (struct norm_value){
	    .y = asin(sqrt(share > 1 ? 1 : share)),
	    .raw = n > 0 ? (double)x / (double)n : 0,
	    .floor = floor,
	    .floor_below = floor,
	    .floor_above = floor,
	    .weekday = weekday,
	};
}

static double log_quantile(const struct histogram *h, double share)
{
	return log((double)histogram_quantile(h, share > 1 ? 1 : share) + 1);
}

static double square_over(double error, double least)
{
	return error > least ? error * error : least * least;
}

struct norm_value norm_quantile(const struct histogram *h, double share,
				unsigned weekday)
{
	double step = sqrt(share * (1 - share) / (double)histogram_count(h));
	double y = log_quantile(h, share);
	double low = log_quantile(h, share - step);
	double high = log_quantile(h, share + step);

	return (struct norm_value){
	    .y = y,
	    .raw = (double)histogram_quantile(h, share),
	    .floor = square_over((high - low) / 2, BUCKET_ERROR),
	    .floor_below = square_over(y - low, BUCKET_ERROR),
	    .floor_above = square_over(high - y, BUCKET_ERROR),
	    .weekday = weekday,
	};
}

static int compare_doubles(const void *va, const void *vb)
{
	double a = *(const double *)va;
	double b = *(const double *)vb;

	return (a > b) - (a < b);
}

double norm_median(double *values, size_t count)
{
	if (count == 0)
		return 0;
	qsort(values, count, sizeof(*values), compare_doubles);
	if (count % 2 == 1)
		return values[count / 2];
	return (values[count / 2 - 1] + values[count / 2]) / 2;
}

/** Medians by weekday, [WEEKDAYS] over all of them. */
struct centres {
	double median[WEEKDAYS + 1];
	size_t count[WEEKDAYS + 1];
};

static void find_centres(const struct norm_value *past, size_t count, struct centres *c)
{
	double values[LIMIT_PAST_NIGHTS];

	for (unsigned day = 0; day <= WEEKDAYS; day++) {
		size_t n = 0;

		for (size_t i = 0; i < count; i++)
			if (day == WEEKDAYS || past[i].weekday == day)
				values[n++] = past[i].y;
		c->count[day] = n;
		c->median[day] = norm_median(values, n);
	}
}

/** Variance of nights around their centres, robustly; the nights it is made from in
 *  @p used. */
static double spread(const struct norm_value *past, size_t count,
		     const struct centres *c, bool by_weekday, size_t *used)
{
	double values[LIMIT_PAST_NIGHTS];
	double mad;
	size_t n = 0;

	for (size_t i = 0; i < count; i++) {
		unsigned day = by_weekday ? past[i].weekday % WEEKDAYS : WEEKDAYS;
		double k = (double)c->count[day];

		/* Of two nights none is far from its median. */
		if (c->count[day] < NORM_WEEKDAYS - 1)
			continue;
		/* A median is nearer to those it is made of than to others. */
		values[n++] = fabs(past[i].y - c->median[day]) * sqrt(k / (k - 1));
	}
	*used = n;
	mad = MAD_SCALE * norm_median(values, n);
	return mad * mad;
}

static double median_floor(const struct norm_value *past, size_t count)
{
	double values[LIMIT_PAST_NIGHTS];

	for (size_t i = 0; i < count; i++)
		values[i] = past[i].floor;
	return norm_median(values, count);
}

static double median_raw(const struct norm_value *past, size_t count, unsigned day)
{
	double values[LIMIT_PAST_NIGHTS];
	size_t n = 0;

	for (size_t i = 0; i < count; i++)
		if (day == WEEKDAYS || past[i].weekday == day)
			values[n++] = past[i].raw;
	return norm_median(values, n);
}

/* Wallace 1959, "Bounds on Normal Approximations to Student's and the Chi-Square
 * Distributions": within a percent, far out in the tails too. */
static double normal_of_t(double t, double freedom)
{
	return (8 * freedom + 1) / (8 * freedom + 3) *
	       sqrt(freedom * log1p(t * t / freedom));
}

bool norm_judge(const struct norm_value *now, const struct norm_value *past,
		size_t count, bool strict, struct norm_result *out)
{
	struct centres c;
	unsigned day = now->weekday % WEEKDAYS;
	double excess, variance, floor_past, t;
	size_t used;

	if (count > LIMIT_PAST_NIGHTS)
		count = LIMIT_PAST_NIGHTS;
	if (count == 0 || (strict && count < NIGHTS_TO_COMPARE))
		return false;
	find_centres(past, count, &c);
	out->by_weekday = c.count[day] >= NORM_WEEKDAYS;
	if (!out->by_weekday)
		day = WEEKDAYS;
	out->nights = c.count[day];
	out->centre = c.median[day];
	out->raw = median_raw(past, count, day);
	floor_past = median_floor(past, count);
	variance = spread(past, count, &c, out->by_weekday, &used);
	/* What nights differ by over their sampling error, and the error of this one.
	 */
	excess = variance > floor_past ? variance - floor_past : 0;
	if (count < NIGHTS_TO_COMPARE)
		excess = 0;
	variance = (now->y > out->centre ? now->floor_below : now->floor_above) +
		   excess +
		   MEDIAN_VARIANCE / (double)out->nights * (floor_past + excess);
	t = fabs(now->y - out->centre) / sqrt(variance);
	out->z =
	    count < NIGHTS_TO_COMPARE
		? t
		: normal_of_t(t, fmax(LEAST_FREEDOM, MAD_EFFICIENCY * (double)used));
	out->p = erfc(out->z / sqrt(2));
	if (now->y < out->centre)
		out->z = -out->z;
	return true;
}
