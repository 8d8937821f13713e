/* The shares and the p99 of a host: significant by the norm, and large. */
#include <math.h>
#include <stdlib.h>

#include "report/view.h"
#include "store/compare.h"
#include "store/judging.h"

/* A change of a share is large when it is at least so many points; or so many times,
 * and points. The smaller side counts: 99 % to 98 % is twice the other side. */
#define LARGE_POINTS       0.10
#define LARGE_TIMES        2.0
#define LARGE_TIMES_POINTS 0.005
#define HUGE_TIMES         5.0
#define HUGE_TIMES_POINTS  0.0005
/** And that many responses. */
#define LARGE_RESPONSES 10.0
/** A latency: so many times, and ns. */
#define LARGE_LATENCY_TIMES 1.5
#define LARGE_LATENCY_NS    5e6

/* ---- shares ---- */

/** What of a night's counts is judged. */
struct subject {
	enum change_kind kind;
	char name[8];
	uint16_t code;           /* 0: not a code */
	enum status_class class; /* CLASSES: not a class */
};

static void figures_of(const struct subject *s, const struct counts *c, uint64_t *x,
		       uint64_t *n)
{
	*n = view_finals(c);
	if (s->kind == CHANGE_SILENCE) {
		*n = c->requests;
		*x = counts_no_response(c);
	} else if (s->code != 0) {
		*x = counts_code(c, s->code);
	} else {
		*x = c->classes[s->class];
	}
	*x = *x > *n ? *n : *x;
}

static bool is_large(double before, double now, double n)
{
	double points = fabs(now - before);
	double a = fmin(before, 1 - before) * n + 0.5;
	double b = fmin(now, 1 - now) * n + 0.5;
	double times = a > b ? a / b : b / a;

	if (points * n < LARGE_RESPONSES)
		return false;
	return points >= LARGE_POINTS ||
	       (times >= LARGE_TIMES && points >= LARGE_TIMES_POINTS) ||
	       (times >= HUGE_TIMES && points >= HUGE_TIMES_POINTS);
}

static bool is_error(const struct subject *s)
{
	if (s->kind == CHANGE_SILENCE)
		return true;
	if (s->code != 0)
		return s->code < 100 || s->code >= 400;
	return s->class == CLASS_4XX || s->class == CLASS_5XX ||
	       s->class == CLASS_OTHER;
}

static void fill_share(const struct subject *s, const struct norm_result *is,
		       uint64_t x, uint64_t n, uint64_t ever, struct candidate *c)
{
	struct change *out = &c->change;

	out->kind = ever == 0 && s->code != 0 ? CHANGE_NEW_CODE : s->kind;
	(void)snprintf(out->what, sizeof(out->what), "%s", s->name);
	out->before = is->raw;
	out->now = (double)x / (double)n;
	out->count = x;
	out->of = n;
	out->worse = is_error(s) && out->now > out->before;
	out->score = fabs(is->z);
	out->size = fabs(out->now - out->before) * (double)n;
	c->large = is_large(out->before, out->now, (double)n);
	c->p = is->p;
}

static void judge_share(struct judging *j, const struct subject *s)
{
	struct norm_value past[LIMIT_PAST_NIGHTS];
	struct candidate c = {.p = 1};
	struct norm_value now;
	struct norm_result is;
	uint64_t x, n, ever = 0;
	size_t count = 0;

	for (size_t i = 0; i < j->count; i++) {
		figures_of(s, &j->nights[i].counts, &x, &n);
		ever += x;
		if (n >= COMPARE_MIN_RESPONSES)
			past[count++] = norm_share(x, n, j->nights[i].weekday);
	}
	figures_of(s, &j->row->counts, &x, &n);
	if (n < COMPARE_MIN_RESPONSES)
		return;
	now = norm_share(x, n, j->weekday);
	if (!norm_judge(&now, past, count, j->strict, &is))
		return;
	j->found->tests++;
	(void)snprintf(c.change.host, sizeof(c.change.host), "%s", j->row->name);
	fill_share(s, &is, x, n, ever, &c);
	if (!c.large)
		return;
	change_say(&c.change, j->row, j->utc);
	candidates_add(j->found, &c);
}

static void judge_code(struct judging *j, uint16_t code)
{
	struct subject s = {.kind = CHANGE_SHARE, .code = code, .class = CLASSES};

	/* Interim responses are not part of what shares are of. */
	if (status_is_interim(code))
		return;
	(void)snprintf(s.name, sizeof(s.name), "%03u", (unsigned)(code % 1000));
	judge_share(j, &s);
}

static void judge_codes(struct judging *j)
{
	bool seen[LIMIT_CODES] = {false};
	const struct counts *c = &j->row->counts;

	for (size_t i = 0; i < c->code_count; i++)
		seen[c->codes[i].code % LIMIT_CODES] = true;
	for (size_t i = 0; i < j->count; i++) {
		c = &j->nights[i].counts;
		for (size_t k = 0; k < c->code_count; k++)
			seen[c->codes[k].code % LIMIT_CODES] = true;
	}
	for (unsigned code = 0; code < LIMIT_CODES; code++)
		if (seen[code])
			judge_code(j, (uint16_t)code);
}

static void judge_classes(struct judging *j)
{
	for (int i = CLASS_2XX; i < CLASSES; i++) {
		struct subject s = {.kind = CHANGE_SHARE,
				    .class = (enum status_class)i};

		(void)snprintf(s.name, sizeof(s.name), "%s",
			       status_class_name((enum status_class)i));
		judge_share(j, &s);
	}
}

void judging_shares(struct judging *j)
{
	struct subject silence = {.kind = CHANGE_SILENCE, .class = CLASSES};

	judge_classes(j);
	judge_codes(j);
	judge_share(j, &silence);
}

/* ---- latency ---- */

void judging_p99(struct judging *j)
{
	const struct histogram *h = j->row->counts.latency;
	struct norm_value past[LIMIT_PAST_NIGHTS];
	struct candidate c = {.p = 1};
	struct change *out = &c.change;
	struct norm_value now;
	struct norm_result is;
	size_t count = 0;

	if (histogram_count(h) < COMPARE_MIN_LATENCIES)
		return;
	for (size_t i = 0; i < j->count; i++)
		if (j->nights[i].has_p99)
			past[count++] = j->nights[i].p99;
	now = norm_quantile(h, 0.99, j->weekday);
	if (!norm_judge(&now, past, count, j->strict, &is))
		return;
	j->found->tests++;
	out->kind = CHANGE_P99;
	(void)snprintf(out->host, sizeof(out->host), "%s", j->row->name);
	(void)snprintf(out->what, sizeof(out->what), "p99");
	out->before = is.raw;
	out->now = now.raw;
	out->count = out->of = histogram_count(h);
	out->worse = out->now > out->before;
	out->score = fabs(is.z);
	out->size = (double)out->of / 100 * fabs(now.y - is.centre);
	c.large = fabs(now.y - is.centre) >= log(LARGE_LATENCY_TIMES) &&
		  fabs(out->now - out->before) >= LARGE_LATENCY_NS;
	c.p = is.p;
	change_say(out, j->row, j->utc);
	candidates_add(j->found, &c);
}
