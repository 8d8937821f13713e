#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/human.h"
#include "report/view.h"
#include "store/candidates.h"

/** Bytes of a host's name, and of a key of evidence, after human_text(): both fit into
 *  CHANGE_WORDS with the figures. */
#define HOST_BYTES 300U
#define KEY_BYTES  200U

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

/* ---- what stands behind it ---- */

/** "02:10", or with the date and seconds. */
static const char *clock_of(int64_t ns, bool utc, bool with_date, char *out,
			    size_t size)
{
	static const size_t date_len = sizeof("2026-11-22 ") - 1;

	human_time(ns, utc, out, size);
	if (strlen(out) <= date_len)
		return out;
	out[strlen(out) - 3] = '\0';
	return with_date ? out : out + date_len;
}

static void say_times(struct change *c, bool utc)
{
	char from[HUMAN_SIZE], to[HUMAN_SIZE];
	bool days = view_span(c->from_ns, c->to_ns) >= 86400 * NS_PER_S;
	const char *mostly = c->mostly ? "mostly " : "";
	const char *first, *last;

	if (c->from_ns > c->to_ns)
		return;
	first = clock_of(c->from_ns, utc, days, from, sizeof(from));
	last = clock_of(c->to_ns, utc, days, to, sizeof(to));
	if (strcmp(first, last) == 0)
		append(c, ", %sat %s", mostly, first);
	else
		append(c, ", %sfrom %s to %s", mostly, first, last);
}

/** A key that makes up at least half of a list. */
static const struct topk_entry *most_of(const struct topk *t)
{
	const struct topk_entry *top = NULL;

	for (uint32_t i = 0; i < t->count; i++)
		if (!top || t->entries[i].count > top->count)
			top = &t->entries[i];
	return top && 2 * (top->count - top->error) >= t->total ? top : NULL;
}

static void say_key(struct change *c, const struct evidence_list *list,
		    const struct topk_entry *e)
{
	char key[LIMIT_TOPK_KEY + 1];
	char shown[KEY_BYTES + 1];
	size_t len = e->len < LIMIT_TOPK_KEY ? e->len : LIMIT_TOPK_KEY;

	if (list->key == KEY_ADDRESS) {
		struct ip_addr a = ip_addr_from_v6((const uint8_t *)e->key);

		append(c, ", mostly from %s", ip_addr_text(&a, key, sizeof(key)));
		return;
	}
	/* A pair is two texts with a zero between: "POST /orders". */
	for (size_t i = 0; i < len; i++)
		key[i] = (char)(e->key[i] ? e->key[i] : ' ');
	append(c, ", mostly %s", human_text(key, len, shown, sizeof(shown)));
}

static void say_evidence(struct change *c, const struct tally_row *row)
{
	size_t index = evidence_index((uint16_t)strtoul(c->what, NULL, 10));
	const struct evidence_shape *shape = evidence_shape_at(index);
	const struct evidence *e;

	if (!row->evidence || index >= EVIDENCE_CODES || !row->evidence->codes[index])
		return;
	e = row->evidence->codes[index];
	for (size_t i = 0; shape && i < EVIDENCE_LISTS; i++) {
		const struct topk_entry *top = most_of(&e->lists[i]);

		if (shape->lists[i].key == KEY_NONE || !top)
			continue;
		say_key(c, &shape->lists[i], top);
		return;
	}
}

void change_say(struct change *c, const struct tally_row *row, bool utc)
{
	char shown[HOST_BYTES + 1];

	c->from_ns = INT64_MAX;
	c->to_ns = INT64_MIN;
	(void)snprintf(c->words, sizeof(c->words), "%s: ",
		       human_text(c->host, strlen(c->host), shown, sizeof(shown)));
	say_figures(c);
	if (!row || !c->worse ||
	    (c->kind != CHANGE_SHARE && c->kind != CHANGE_NEW_CODE))
		return;
	change_when(c, row);
	say_times(c, utc);
	say_evidence(c, row);
}
