#include "base/window.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/calendar.h"
#include "base/limits.h"

/** Longest point in time: `2026-11-22T02:00:30Z`. */
#define POINT_MAX 24U

/** A point in time, or the beginning of a day. */
struct point {
	int64_t at_ns;
	int64_t next_ns; /* of a day: the next one's beginning; else at_ns */
};

static bool whole_day(struct tm tm, bool utc, struct point *p)
{
	struct tm next;

	tm.tm_hour = tm.tm_min = tm.tm_sec = 0;
	next = tm;
	next.tm_mday++;
	return calendar_join(tm, utc, &p->at_ns) &&
	       calendar_join(next, utc, &p->next_ns);
}

static bool relative_day(int days, int64_t now_ns, bool utc, struct point *p)
{
	struct tm tm;

	if (!calendar_split(now_ns, utc, &tm))
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
	if (!text || *text != '\0' || !calendar_join(tm, utc, &p->at_ns))
		return false;
	p->next_ns = p->at_ns;
	return true;
}

bool window_span(const char *text, uint64_t *seconds)
{
	static const struct {
		const char *unit;
		uint64_t seconds;
	} units[] = {{"", 1},     {"s", 1},     {"m", 60},    {"min", 60},
		     {"h", 3600}, {"d", 86400}, {"w", 604800}};
	char *unit;

	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	*seconds = strtoull(text, &unit, 10);
	for (size_t i = 0; errno == 0 && i < sizeof(units) / sizeof(units[0]); i++)
		if (strcmp(unit, units[i].unit) == 0 &&
		    *seconds <= LIMIT_SPAN_S / units[i].seconds) {
			*seconds *= units[i].seconds;
			return true;
		}
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
	} else if (parse_point(text, now_ns, utc, &p) && p.at_ns < p.next_ns) {
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
	uint64_t ago;

	*out = (struct window){.set = true, .to_ns = INT64_MAX};
	/* Digits alone may be meant as a date or a time. */
	if (window_span(text, &ago) && text[strspn(text, "0123456789")] != '\0') {
		out->from_ns = now_ns - (int64_t)ago * NS_PER_S;
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
