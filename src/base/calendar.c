#include "base/calendar.h"

#include <errno.h>

#include "base/limits.h"

bool calendar_split(int64_t ns, bool utc, struct tm *out)
{
	time_t seconds = (time_t)(ns / NS_PER_S - (ns % NS_PER_S < 0));

	if (utc ? gmtime_r(&seconds, out) : localtime_r(&seconds, out))
		return true;
	*out = (struct tm){0};
	return false;
}

static int64_t in_ns(time_t seconds)
{
	if (seconds > INT64_MAX / NS_PER_S)
		return INT64_MAX;
	return seconds < INT64_MIN / NS_PER_S ? INT64_MIN : (int64_t)seconds * NS_PER_S;
}

bool calendar_join(struct tm tm, bool utc, int64_t *out)
{
	time_t seconds;

	tm.tm_isdst = -1;
	errno = 0;
	seconds = utc ? timegm(&tm) : mktime(&tm);
	*out = in_ns(seconds);
	return seconds != (time_t)-1 || errno == 0;
}
