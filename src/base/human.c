#include "base/human.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define US_NS  UINT64_C(1000)
#define MS_NS  UINT64_C(1000000)
#define S_NS   UINT64_C(1000000000)
#define MIN_NS (60 * S_NS)

char *human_count(uint64_t n, bool grouped, char *out, size_t size)
{
	char digits[HUMAN_SIZE], text[HUMAN_SIZE];
	size_t len = (size_t)snprintf(digits, sizeof(digits), "%" PRIu64, n);
	size_t used = 0;

	for (size_t i = 0; i < len; i++) {
		if (grouped && i > 0 && (len - i) % 3 == 0)
			text[used++] = ',';
		text[used++] = digits[i];
	}
	text[used] = '\0';
	(void)snprintf(out, size, "%s", text);
	return out;
}

/** @p n in units of @p step, rounded to nearest. */
static uint64_t in_steps(uint64_t n, uint64_t step)
{
	return n / step + (n % step >= step - step / 2);
}

/** Write @p n tenths or hundredths of a unit, without zeros at the end. */
static void write_trimmed(uint64_t n, unsigned decimals, const char *unit, char *out,
			  size_t size)
{
	for (; decimals > 0 && n % 10 == 0; decimals--)
		n /= 10;
	if (decimals == 0)
		(void)snprintf(out, size, "%" PRIu64 " %s", n, unit);
	else if (decimals == 1)
		(void)snprintf(out, size, "%" PRIu64 ".%u %s", n / 10,
			       (unsigned)(n % 10), unit);
	else
		(void)snprintf(out, size, "%" PRIu64 ".%02u %s", n / 100,
			       (unsigned)(n % 100), unit);
}

char *human_bytes(uint64_t n, char *out, size_t size)
{
	static const char *const units[] = {"B", "KB", "MB", "GB", "TB", "PB", "EB"};
	uint64_t unit = 1;
	unsigned u = 0;

	/* The fewest decimals that three digits allow, after rounding: 999.6 KB is
	 * 1 MB. The largest unit always ends it: 2^64 bytes are 18.4 EB. */
	for (; u < sizeof(units) / sizeof(units[0]) - 1; u++, unit *= 1000)
		if (in_steps(n, unit) < 1000)
			break;
	if (u > 0 && in_steps(n, unit / 100) < 1000)
		write_trimmed(in_steps(n, unit / 100), 2, units[u], out, size);
	else if (u > 0 && in_steps(n, unit / 10) < 1000)
		write_trimmed(in_steps(n, unit / 10), 1, units[u], out, size);
	else
		write_trimmed(in_steps(n, unit), 0, units[u], out, size);
	return out;
}

char *human_latency(uint64_t ns, char *out, size_t size)
{
	static const struct {
		uint64_t step;  /* ns to round to */
		uint64_t below; /* steps, after rounding */
		bool tenths;    /* steps are tenths of the unit */
		const char *unit;
	} forms[] = {
	    {1, 1000, false, "ns"},     {US_NS / 10, 100, true, "us"},
	    {US_NS, 100, false, "us"},  {MS_NS / 10, 100, true, "ms"},
	    {MS_NS, 1000, false, "ms"}, {S_NS / 10, 100, true, "s"},
	    {S_NS, 1000, false, "s"},   {MIN_NS, UINT64_MAX, false, "min"},
	};
	size_t i = 0;
	uint64_t n;

	if (ns == 0) {
		(void)snprintf(out, size, "0 ms");
		return out;
	}
	while (in_steps(ns, forms[i].step) >= forms[i].below)
		i++;
	n = in_steps(ns, forms[i].step);
	if (forms[i].tenths)
		(void)snprintf(out, size, "%" PRIu64 ".%u %s", n / 10,
			       (unsigned)(n % 10), forms[i].unit);
	else
		(void)snprintf(out, size, "%" PRIu64 " %s", n, forms[i].unit);
	return out;
}

/** `59 min 47 s` from @p n of the small unit, @p ratio of which make the large one. */
static void write_two_units(uint64_t n, unsigned ratio, const char *large,
			    const char *small, char *out, size_t size)
{
	if (n % ratio == 0)
		(void)snprintf(out, size, "%" PRIu64 " %s", n / ratio, large);
	else
		(void)snprintf(out, size, "%" PRIu64 " %s %u %s", n / ratio, large,
			       (unsigned)(n % ratio), small);
}

char *human_span(int64_t ns, char *out, size_t size)
{
	uint64_t n = ns > 0 ? (uint64_t)ns : 0;

	if (n == 0)
		(void)snprintf(out, size, "0 s");
	else if (n < 10 * MS_NS)
		(void)human_latency(n, out, size);
	else if (in_steps(n, S_NS / 100) < 100)
		(void)snprintf(out, size, "0.%02u s",
			       (unsigned)in_steps(n, S_NS / 100));
	else if (in_steps(n, S_NS / 10) < 100)
		write_trimmed(in_steps(n, S_NS / 10), 1, "s", out, size);
	else if (in_steps(n, S_NS) < 60)
		write_trimmed(in_steps(n, S_NS), 0, "s", out, size);
	else if (in_steps(n, S_NS) < 3600)
		write_two_units(in_steps(n, S_NS), 60, "min", "s", out, size);
	else if (in_steps(n, MIN_NS) < UINT64_C(24) * 60)
		write_two_units(in_steps(n, MIN_NS), 60, "h", "min", out, size);
	else
		write_two_units(in_steps(n, 60 * MIN_NS), 24, "d", "h", out, size);
	return out;
}

char *human_share(uint64_t part, uint64_t of, char *out, size_t size)
{
	bool some = part > 0, all = part >= of;
	uint64_t mille;

	if (of == 0) {
		(void)snprintf(out, size, "-");
		return out;
	}
	/* A few lost bits of huge figures are far below a tenth of a per cent. */
	for (; part > UINT64_MAX / 1000; part /= 2)
		of = of > 1 ? of / 2 : 1;
	mille = in_steps(part * 1000, of);
	if (some && mille == 0)
		(void)snprintf(out, size, "<0.1 %%");
	else if (!all && mille >= 1000)
		(void)snprintf(out, size, ">99.9 %%");
	else
		(void)snprintf(out, size, "%" PRIu64 ".%u %%", mille / 10,
			       (unsigned)(mille % 10));
	return out;
}
