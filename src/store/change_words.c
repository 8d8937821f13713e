#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/human.h"
#include "store/candidates.h"

/** Two significant digits, and one behind the dot from 10 % on: 0.02 %, 1.9 %, 45.3 %.
 */
static char *share_words(double share, char *out, size_t size)
{
	double percent = 100 * share;

	if (percent <= 0)
		(void)snprintf(out, size, "0 %%");
	else if (percent >= 10)
		(void)snprintf(out, size, "%.1f %%", percent);
	else if (percent < 0.001)
		(void)snprintf(out, size, "under 0.001 %%");
	else
		(void)snprintf(out, size, "%.*f %%",
			       percent >= 1 ? 1 : (int)ceil(-log10(percent)) + 1,
			       percent);
	return out;
}

static void append(struct change *c, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void append(struct change *c, const char *format, ...)
{
	size_t used = strlen(c->words);
	va_list ap;

	va_start(ap, format);
	(void)vsnprintf(c->words + used, sizeof(c->words) - used, format, ap);
	va_end(ap);
}

static void say_share(struct change *c, const char *what)
{
	char before[HUMAN_SIZE], now[HUMAN_SIZE], count[HUMAN_SIZE], of[HUMAN_SIZE];

	append(c, "%s %s from %s to %s (%s of %s)", what,
	       c->now > c->before ? "rose" : "fell",
	       share_words(c->before, before, sizeof(before)),
	       share_words(c->now, now, sizeof(now)),
	       human_count(c->count, true, count, sizeof(count)),
	       human_count(c->of, true, of, sizeof(of)));
}

static void say_figures(struct change *c)
{
	char before[HUMAN_SIZE], now[HUMAN_SIZE], count[HUMAN_SIZE], of[HUMAN_SIZE];

	switch (c->kind) {
	case CHANGE_SHARE:
		say_share(c, c->what);
		break;
	case CHANGE_SILENCE:
		say_share(c, "requests without an answer");
		break;
	case CHANGE_P99:
		append(c, "p99 %s from %s to %s (%s responses)",
		       c->now > c->before ? "rose" : "fell",
		       human_latency((uint64_t)c->before, before, sizeof(before)),
		       human_latency((uint64_t)c->now, now, sizeof(now)),
		       human_count(c->of, true, count, sizeof(count)));
		break;
	case CHANGE_NEW_CODE:
		append(c, "%s was never seen before: %s, %s of %s", c->what,
		       share_words(c->now, now, sizeof(now)),
		       human_count(c->count, true, count, sizeof(count)),
		       human_count(c->of, true, of, sizeof(of)));
		break;
	case CHANGE_NEW_HOST:
		append(c, "new host, %s responses",
		       human_count(c->count, true, count, sizeof(count)));
		break;
	case CHANGE_LOST_HOST:
		append(c, "no response any more; before, %s a night",
		       human_count((uint64_t)c->before, true, count, sizeof(count)));
		break;
	}
}

void change_say(struct change *c, const struct tally_row *row, bool utc)
{
	char shown[HUMAN_TEXT_SIZE(LIMIT_HOST)];

	(void)row;
	(void)utc;
	(void)snprintf(c->words, sizeof(c->words), "%.*s: ", 300,
		       human_text(c->host, strlen(c->host), shown, sizeof(shown)));
	say_figures(c);
}
