#include "base/human.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/limits.h"

/** Split @p ns into whole seconds, downwards, and the ns over them, never negative. */
static time_t split(int64_t ns, unsigned *rest)
{
	int64_t over = ns % NS_PER_S;
	int64_t seconds = ns / NS_PER_S - (over < 0);

	*rest = (unsigned)(over < 0 ? over + NS_PER_S : over);
	return (time_t)seconds;
}

char *human_time(int64_t ns, bool utc, char *out, size_t size)
{
	unsigned rest;
	time_t seconds = split(ns, &rest);
	struct tm tm;
	const struct tm *done =
	    utc ? gmtime_r(&seconds, &tm) : localtime_r(&seconds, &tm);

	if (size > 0 && (!done || strftime(out, size, "%Y-%m-%d %H:%M:%S", &tm) == 0))
		out[0] = '\0';
	return out;
}

char *rfc3339_time(int64_t ns, char *out, size_t size)
{
	unsigned rest;
	time_t seconds = split(ns, &rest);
	char text[HUMAN_SIZE];
	struct tm tm;

	if (size > 0)
		out[0] = '\0';
	if (!gmtime_r(&seconds, &tm) ||
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
	struct timespec now;

	if (fixed >= 0)
		return fixed;
	(void)clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * NS_PER_S + now.tv_nsec;
}
