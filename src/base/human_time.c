#include "base/human.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/calendar.h"
#include "base/system_clock.h"

char *human_time(int64_t ns, bool utc, char *out, size_t size)
{
	struct tm tm;

	if (size > 0 && (!calendar_split(ns, utc, &tm) ||
			 strftime(out, size, "%Y-%m-%d %H:%M:%S", &tm) == 0))
		out[0] = '\0';
	return out;
}

char *rfc3339_time(int64_t ns, char *out, size_t size)
{
	int64_t over = ns % NS_PER_S;
	unsigned rest = (unsigned)(over < 0 ? over + NS_PER_S : over);
	char text[HUMAN_SIZE];
	struct tm tm;

	if (size > 0)
		out[0] = '\0';
	if (!calendar_split(ns, true, &tm) ||
	    strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm) == 0)
		return out;
	if (rest == 0)
		(void)snprintf(out, size, "%sZ", text);
	else if (rest % 1000000 == 0)
		(void)snprintf(out, size, "%s.%03uZ", text, rest / 1000000);
	else if (rest % 1000 == 0)
		(void)snprintf(out, size, "%s.%06uZ", text, rest / 1000);
	else
		(void)snprintf(out, size, "%s.%09uZ", text, rest);
	return out;
}

/** @return SOURCE_DATE_EPOCH in ns, or -1 (reproducible-builds.org/specs) */
static int64_t source_date_epoch(void)
{
	const char *text = getenv("SOURCE_DATE_EPOCH");
	char *end;
	long long seconds;

	if (!text || text[0] < '0' || text[0] > '9')
		return -1;
	errno = 0;
	seconds = strtoll(text, &end, 10);
	if (errno != 0 || *end != '\0' || seconds > INT64_MAX / NS_PER_S)
		return -1;
	return seconds * NS_PER_S;
}

int64_t human_now_ns(void)
{
	int64_t fixed = source_date_epoch();

	return fixed >= 0 ? fixed : system_clock_ns(CLOCK_REALTIME);
}
