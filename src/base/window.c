#include "base/window.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/limits.h"

/** Longest point in time: `2026-11-22T02:00:30Z`. */
#define POINT_MAX 24U

/** A point in time, and the day after it when it is a whole day. */
struct point {
	int64_t at_ns;
	int64_t next_ns; /* of a day: the next one's beginning; else at_ns */
	bool day;
};

static int64_t in_ns(time_t seconds)
{
	if (seconds > INT64_MAX / NS_PER_S)
		return INT64_MAX;
	return seconds < INT64_MIN / NS_PER_S ? INT64_MIN : (int64_t)seconds * NS_PER_S;
}

/* mktime() takes days past the end of a month, and finds whether the clock was moved.
 */
static bool moment(struct tm tm, bool utc, int64_t *out)
{
	time_t seconds;

	tm.tm_isdst = -1;
	errno = 0;
	seconds = utc ? timegm(&tm) : mktime(&tm);
	*out = in_ns(seconds);
	return seconds != (time_t)-1 || errno == 0;
}

static bool whole_day(struct tm tm, bool utc, struct point *p)
{
	struct tm next;

	tm.tm_hour = tm.tm_min = tm.tm_sec = 0;
	next = tm;
	next.tm_mday++;
	p->day = true;
	return moment(tm, utc, &p->at_ns) && moment(next, utc, &p->next_ns);
}

static bool relative_day(int days, int64_t now_ns, bool utc, struct point *p)
{
	time_t now = (time_t)(now_ns / NS_PER_S);
	struct tm tm;

	if (!(utc ? gmtime_r(&now, &tm) : localtime_r(&now, &tm)))
		return false;
	tm.tm_mday += days;
	return whole_day(tm, utc, p);
}

/** @return what is behind @p n digits, their number in @p out; NULL without them */
static const char *digits(const char *text, int n, int *out)
{
	*out = 0;
	for (; n > 0; n--, text++) {
		if (*text < '0' || *text > '9')
			return NULL;
		*out = *out * 10 + (*text - '0');
	}
	return text;
}

static const char *expect(const char *text, char c)
{
	return text && *text == c ? text + 1 : NULL;
}

/* YYYY-MM-DD */
static const char *parse_date(const char *text, struct tm *tm)
{
	static const int days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	*tm = (struct tm){0};
	text = expect(digits(text, 4, &tm->tm_year), '-');
	text = text ? expect(digits(text, 2, &tm->tm_mon), '-') : NULL;
	text = text ? digits(text, 2, &tm->tm_mday) : NULL;
	tm->tm_year -= 1900;
	tm->tm_mon--;
	if (!text || tm->tm_mon < 0 || tm->tm_mon > 11 || tm->tm_mday < 1 ||
	    tm->tm_mday > days[tm->tm_mon])
		return NULL;
	return text;
}

/* HH:MM[:SS][Z] */
static const char *parse_clock(const char *text, struct tm *tm, bool *utc)
{
	text = expect(digits(text, 2, &tm->tm_hour), ':');
	text = text ? digits(text, 2, &tm->tm_min) : NULL;
	if (text && *text == ':')
		text = digits(text + 1, 2, &tm->tm_sec);
	if (!text || tm->tm_hour > 24 || tm->tm_min > 59 || tm->tm_sec > 60)
		return NULL;
	if (*text == 'Z') {
		*utc = true;
		text++;
	}
	return text;
}

static bool parse_point(const char *text, int64_t now_ns, bool utc, struct point *p)
{
	struct tm tm;

	*p = (struct point){0};
	if (strcmp(text, "today") == 0)
		return relative_day(0, now_ns, utc, p);
	if (strcmp(text, "yesterday") == 0)
		return relative_day(-1, now_ns, utc, p);
	if (strcmp(text, "now") == 0) {
		p->at_ns = p->next_ns = now_ns;
		return true;
	}
	text = parse_date(text, &tm);
	if (text && *text == '\0')
		return whole_day(tm, utc, p);
	if (!text || (*text != 'T' && *text != ' '))
		return false;
	text = parse_clock(text + 1, &tm, &utc);
	if (!text || *text != '\0' || !moment(tm, utc, &p->at_ns))
		return false;
	p->next_ns = p->at_ns;
	return true;
}

static bool parse_duration(const char *text, int64_t *ns)
{
	static const struct {
		char unit;
		int64_t seconds;
	} units[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}, {'w', 604800}};
	char *end;
	long long n;

	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	n = strtoll(text, &end, 10);
	if (errno != 0 || end[0] == '\0' || end[1] != '\0')
		return false;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (end[0] == units[i].unit)
			return !__builtin_mul_overflow(n, units[i].seconds * NS_PER_S,
						       ns);
	return false;
}

static enum sl_err parse_span(const char *text, const char *slash, int64_t now_ns,
			      bool utc, struct window *out)
{
	char from[POINT_MAX];
	struct point a, b;

	if ((size_t)(slash - text) >= sizeof(from))
		return SL_E_USAGE;
	memcpy(from, text, (size_t)(slash - text));
	from[slash - text] = '\0';
	if (!parse_point(from, now_ns, utc, &a) ||
	    !parse_point(slash + 1, now_ns, utc, &b))
		return SL_E_USAGE;
	*out = (struct window){.set = true, .from_ns = a.at_ns, .to_ns = b.next_ns};
	return SL_OK;
}

enum sl_err window_parse(const char *text, int64_t now_ns, bool utc, struct window *out,
			 struct errbuf *eb)
{
	const char *slash = strchr(text, '/');
	struct point p;

	if (slash) {
		if (parse_span(text, slash, now_ns, utc, out) == SL_OK) {
			if (out->from_ns < out->to_ns)
				return SL_OK;
			return errbuf_set(eb, SL_E_USAGE,
					  "--window: `%s` ends before it begins", text);
		}
	} else if (parse_point(text, now_ns, utc, &p) && p.day) {
		*out = (struct window){
		    .set = true, .from_ns = p.at_ns, .to_ns = p.next_ns};
		return SL_OK;
	}
	return errbuf_set(eb, SL_E_USAGE,
			  "--window: `%s` is neither a day (2026-11-22, yesterday) nor "
			  "FROM/TO (2026-11-22T02:00/2026-11-22T06:00)",
			  text);
}

enum sl_err window_since(const char *text, int64_t now_ns, bool utc, struct window *out,
			 struct errbuf *eb)
{
	struct point p;
	int64_t ns;

	*out = (struct window){.set = true, .to_ns = INT64_MAX};
	if (parse_duration(text, &ns)) {
		out->from_ns = now_ns - ns;
		return SL_OK;
	}
	if (parse_point(text, now_ns, utc, &p)) {
		out->from_ns = p.at_ns;
		return SL_OK;
	}
	return errbuf_set(eb, SL_E_USAGE,
			  "--since: `%s` is no point in time: yesterday, 2026-11-22, "
			  "2026-11-22T02:00, or a duration before now such as 6h",
			  text);
}
