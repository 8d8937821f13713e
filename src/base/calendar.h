/**
 * @file
 * @brief Between points in time and the calendar, local or UTC.
 */
#ifndef STATLINE_BASE_CALENDAR_H
#define STATLINE_BASE_CALENDAR_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

/** Split @p ns since 1970; a part of a second is dropped, downwards.
 *  @return whether its year fits; if not, @p out is all zero */
bool calendar_split(int64_t ns, bool utc, struct tm *out);

/**
 * @brief The point in time of @p tm, in ns since 1970; INT64_MIN or INT64_MAX where it
 *        does not fit.
 *
 * Days past the end of a month and months past the end of a year are taken, and whether
 * the clock was moved is found: tm_isdst, tm_wday and tm_yday are not looked at.
 * @return whether there is such a time
 */
bool calendar_join(struct tm tm, bool utc, int64_t *out);

#endif
