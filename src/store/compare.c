#include "config.h"

#include "store/compare.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "report/view.h"
#include "store/candidates.h"
#include "store/norm.h"

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
/** A host is missed that had so many responses on each of the nights. */
#define MISSED_RESPONSES 20U

/** One earlier night of one host. */
struct night {
	unsigned weekday;
	struct counts counts; /* owned: codes; without latency */
	struct norm_value p99;
	bool has_p99;
};

/** A host and its nights. */
struct judging {
	const struct report *r;
	struct candidates *found;
	bool utc;
	bool strict;
	unsigned weekday; /* of this night */
	const struct tally_row *row;
	struct night *nights; /* room for LIMIT_PAST_NIGHTS; owned */
	size_t count;
};

/** Weekday of the middle of a span: a night that begins at 22:00 is the next day's. */
static unsigned weekday_of(int64_t from_ns, int64_t to_ns, bool utc)
{
	int64_t middle = from_ns + view_span(from_ns, to_ns) / 2;
	time_t seconds = (time_t)(middle / NS_PER_S - (middle % NS_PER_S < 0));
	struct tm tm = {0};

	(void)(utc ? gmtime_r(&seconds, &tm) : localtime_r(&seconds, &tm));
	return (unsigned)tm.tm_wday % 7U;
}

/* ---- nights ---- */

static bool keep_night(struct judging *j, const struct counts *c, unsigned weekday)
{
	struct night *n = &j->nights[j->count];

	if (j->count == LIMIT_PAST_NIGHTS)
		return false;
	*n = (struct night){.weekday = weekday, .counts = *c};
	n->counts.latency = NULL;
	n->counts.codes = calloc(c->code_count + 1, sizeof(*c->codes));
	if (!n->counts.codes) {
		j->found->error = SL_E_NOMEM;
		return false;
	}
	if (c->code_count > 0)
		memcpy(n->counts.codes, c->codes, c->code_count * sizeof(*c->codes));
	n->has_p99 = histogram_count(c->latency) >= COMPARE_MIN_LATENCIES;
	if (n->has_p99)
		n->p99 = norm_quantile(c->latency, 0.99, weekday);
	j->count++;
	return true;
}

static void forget_nights(struct judging *j)
{
	for (size_t i = 0; i < j->count; i++)
		counts_clear(&j->nights[i].counts);
	j->count = 0;
}

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
	if (code >= 100 && code < 200 && code != 101)
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

/* ---- latency ---- */

static void judge_p99(struct judging *j)
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

/* ---- hosts ---- */

static void judge_row(struct judging *j)
{
	struct subject silence = {.kind = CHANGE_SILENCE, .class = CLASSES};

	judge_classes(j);
	judge_codes(j);
	judge_share(j, &silence);
	judge_p99(j);
}

static void add_host_change(struct judging *j, enum change_kind kind, const char *name,
			    const struct tally_row *row, double before)
{
	struct candidate c = {.sure = true};
	struct change *out = &c.change;

	out->kind = kind;
	(void)snprintf(out->host, sizeof(out->host), "%s", name);
	out->before = before;
	out->count = out->of = row ? row->counts.responses : 0;
	out->now = (double)out->count;
	out->worse = kind == CHANGE_LOST_HOST;
	out->size = row ? (double)out->count : before;
	change_say(out, row, j->utc);
	candidates_add(j->found, &c);
}

/* A row of our own, such as "(other)", is no host. */
static bool is_host(const char *name)
{
	return name[0] != '(';
}

static void judge_new_host(struct judging *j)
{
	const struct tally_row *row = j->row;

	if (row && row->counts.responses >= COMPARE_MIN_RESPONSES && is_host(row->name))
		add_host_change(j, CHANGE_NEW_HOST, row->name, row, 0);
}

/* ---- against a history ---- */

/** Runs before this one. */
struct past_runs {
	int64_t before_ns;
	unsigned weekday;
	bool utc;
	size_t nights; /* single ones, at most LIMIT_PAST_NIGHTS */
	size_t like;   /* of them on the same weekday */
	int64_t oldest_ns;
};

static int count_run(void *ctx, const struct store_run *run)
{
	struct past_runs *p = ctx;

	if (run->from_ns >= p->before_ns || run->month)
		return 0;
	p->nights++;
	p->like += weekday_of(run->from_ns, run->to_ns, p->utc) == p->weekday;
	p->oldest_ns = run->from_ns;
	return p->nights == LIMIT_PAST_NIGHTS;
}

static int take_night(void *ctx, const struct store_host *host)
{
	struct judging *j = ctx;

	if (host->run->month)
		return 0;
	return !keep_night(j, &host->counts,
			   weekday_of(host->run->from_ns, host->run->to_ns, j->utc));
}

/** Names of this report's hosts, sorted, to look others up in. */
struct names {
	const struct tally_row **rows;
	size_t count;
};

static int compare_names(const void *va, const void *vb)
{
	const struct tally_row *a = *(const struct tally_row *const *)va;
	const struct tally_row *b = *(const struct tally_row *const *)vb;
	int order = strcmp(a->name, b->name);

	return order != 0 ? order : (int)a->source - (int)b->source;
}

static enum sl_err sort_names(const struct tally *t, struct names *names)
{
	const struct tally_row *const *rows = tally_rows(t, &names->count);

	names->rows = calloc(names->count + 1, sizeof(*names->rows));
	if (!names->rows)
		return SL_E_NOMEM;
	memcpy(names->rows, rows, names->count * sizeof(*names->rows));
	qsort(names->rows, names->count, sizeof(*names->rows), compare_names);
	return SL_OK;
}

static bool has_name(const struct names *names, const char *name,
		     enum host_source source)
{
	struct tally_row like = {.name = name, .source = source};
	const struct tally_row *key = &like;

	return names->count > 0 && bsearch(&key, names->rows, names->count,
					   sizeof(*names->rows), compare_names) != NULL;
}

/** Hosts that were there and are gone. */
struct missing {
	struct names names;
	char **gone; /* owned, with their source in front */
	size_t count;
	size_t room;
	size_t nights;
	bool failed;
};

static int take_seen(void *ctx, const struct store_seen *seen)
{
	struct missing *m = ctx;
	char **grown;

	/* On most nights: what comes now and then is not missed. */
	if (seen->runs * 10 < m->nights * 9 || !is_host(seen->name) ||
	    has_name(&m->names, seen->name, seen->source))
		return 0;
	if (m->count == m->room) {
		m->room = m->room ? 2 * m->room : 16;
		grown = realloc(m->gone, m->room * sizeof(char *));
		if (!grown) {
			m->failed = true;
			return 1;
		}
		m->gone = grown;
	}
	if (asprintf(&m->gone[m->count], "%c%s", '0' + (char)seen->source, seen->name) <
	    0) {
		m->failed = true;
		return 1;
	}
	m->count++;
	return 0;
}

static void judge_gone(struct judging *j, const char *name)
{
	double responses[LIMIT_PAST_NIGHTS];
	bool weekday = false;
	size_t count = 0, like = 0;

	for (size_t i = 0; i < j->count; i++)
		like += j->nights[i].weekday == j->weekday;
	weekday = like >= NORM_WEEKDAYS;
	for (size_t i = 0; i < j->count; i++) {
		const struct night *n = &j->nights[i];

		if (weekday && n->weekday != j->weekday)
			continue;
		if (n->counts.responses < MISSED_RESPONSES)
			return;
		responses[count++] = (double)n->counts.responses;
	}
	if (count >= NORM_NIGHTS &&
	    norm_median(responses, count) >= COMPARE_MIN_RESPONSES)
		add_host_change(j, CHANGE_LOST_HOST, name, NULL,
				norm_median(responses, count));
}

static enum sl_err find_gone(struct judging *j, struct store *s,
			     const struct past_runs *past, struct errbuf *eb)
{
	struct missing m = {.nights = past->nights};
	enum sl_err e = sort_names(j->r->tally, &m.names);

	if (e == SL_OK)
		e = store_hosts(s, past->before_ns, past->nights, take_seen, &m, eb);
	for (size_t i = 0; i < m.count && e == SL_OK; i++) {
		e = store_host_nights(
		    s, m.gone[i] + 1, (enum host_source)(m.gone[i][0] - '0'),
		    past->before_ns, LIMIT_PAST_NIGHTS, take_night, j, eb);
		if (e == SL_OK)
			judge_gone(j, m.gone[i] + 1);
		forget_nights(j);
	}
	for (size_t i = 0; i < m.count; i++)
		free(m.gone[i]);
	free(m.gone);
	free(m.names.rows);
	return e == SL_OK && m.failed ? SL_E_NOMEM : e;
}

static enum sl_err judge_hosts(struct judging *j, struct store *s,
			       const struct past_runs *past, struct errbuf *eb)
{
	size_t count;
	const struct tally_row *const *rows = tally_rows(j->r->tally, &count);
	enum sl_err e = SL_OK;

	for (size_t i = 0; i < count && e == SL_OK; i++) {
		j->row = rows[i];
		e = store_host_nights(s, rows[i]->name, rows[i]->source,
				      past->before_ns, LIMIT_PAST_NIGHTS, take_night, j,
				      eb);
		if (e == SL_OK && j->count > 0)
			judge_row(j);
		else if (e == SL_OK && !store_had(s, rows[i]->name, rows[i]->source,
						  CLASSES, 0, past->before_ns))
			judge_new_host(j);
		forget_nights(j);
	}
	return e == SL_OK ? find_gone(j, s, past, eb) : e;
}

static void span_of(const struct report *r, int64_t *from, int64_t *to)
{
	*from = INT64_MAX;
	*to = INT64_MIN;
	for (size_t i = 0; i < r->source_count; i++) {
		const struct capture_source *c = &r->sources[i];

		if (c->packets == 0)
			continue;
		*from = c->first_ns < *from ? c->first_ns : *from;
		*to = c->last_ns > *to ? c->last_ns : *to;
	}
	if (r->window.set) {
		*from = r->window.from_ns;
		*to = r->window.to_ns < INT64_MAX ? r->window.to_ns : *to;
	}
}

enum sl_err compare_history(struct store *s, const struct report *r, bool utc,
			    struct changes *out, struct errbuf *eb)
{
	struct candidates found = {0};
	struct judging j = {.r = r, .found = &found, .utc = utc, .strict = true};
	struct past_runs past = {.utc = utc};
	int64_t to;
	enum sl_err e;

	*out = (struct changes){0};
	span_of(r, &past.before_ns, &to);
	past.weekday = j.weekday = weekday_of(past.before_ns, to, utc);
	e = store_runs(s, 0, count_run, &past, eb);
	if (e)
		return e;
	out->nights = past.nights;
	out->like = past.like;
	out->weekday = past.like >= NORM_WEEKDAYS;
	if (past.nights < NORM_NIGHTS)
		return SL_OK;
	j.nights = calloc(LIMIT_PAST_NIGHTS, sizeof(*j.nights));
	e = j.nights ? judge_hosts(&j, s, &past, eb) : SL_E_NOMEM;
	free(j.nights);
	if (e == SL_OK)
		e = candidates_choose(&found, out);
	free(found.list);
	return e;
}

/* ---- two reports ---- */

static const struct tally_row *row_like(const struct names *names,
					const struct tally_row *like)
{
	const struct tally_row *const *at =
	    names->count > 0 ? bsearch(&like, names->rows, names->count,
				       sizeof(*names->rows), compare_names)
			     : NULL;

	return at ? *at : NULL;
}

static void judge_pair(struct judging *j, const struct tally_row *old,
		       const struct tally_row *now)
{
	j->row = now;
	if (!old) {
		judge_new_host(j);
	} else if (!now) {
		if (old->counts.responses >= COMPARE_MIN_RESPONSES &&
		    is_host(old->name))
			add_host_change(j, CHANGE_LOST_HOST, old->name, NULL,
					(double)old->counts.responses);
	} else {
		(void)keep_night(j, &old->counts, 0);
		judge_row(j);
		forget_nights(j);
	}
}

enum sl_err compare_reports(const struct report *old, const struct report *now,
			    struct changes *out, struct errbuf *eb)
{
	struct candidates found = {0};
	struct judging j = {.r = now, .found = &found};
	struct names before = {0}, after = {0};
	enum sl_err e;

	*out = (struct changes){.nights = 1};
	if (tally_by(old->tally) != tally_by(now->tally))
		return errbuf_set(eb, SL_E_USAGE,
				  "one report is by host, the other by another key");
	e = sort_names(old->tally, &before);
	if (e == SL_OK)
		e = sort_names(now->tally, &after);
	j.nights = calloc(LIMIT_PAST_NIGHTS, sizeof(*j.nights));
	if (!j.nights)
		e = SL_E_NOMEM;
	for (size_t i = 0; e == SL_OK && i < after.count; i++)
		judge_pair(&j, row_like(&before, after.rows[i]), after.rows[i]);
	for (size_t i = 0; e == SL_OK && i < before.count; i++)
		if (!row_like(&after, before.rows[i]))
			judge_pair(&j, before.rows[i], NULL);
	if (e == SL_OK)
		e = candidates_choose(&found, out);
	free(found.list);
	free(j.nights);
	free(before.rows);
	free(after.rows);
	return e;
}
