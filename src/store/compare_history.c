/* A report against the nights before it. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "report/view.h"
#include "store/compare.h"
#include "store/judging.h"
#include "store/row_names.h"

/** A host is missed that had so many responses on each of the nights. */
#define MISSED_RESPONSES 20U

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
	p->like += judging_weekday(run->from_ns, run->to_ns, p->utc) == p->weekday;
	p->oldest_ns = run->from_ns;
	return p->nights == LIMIT_PAST_NIGHTS;
}

static int take_night(void *ctx, const struct store_host *host)
{
	struct judging *j = ctx;

	if (host->run->month)
		return 0;
	return !judging_keep(
	    j, &host->counts,
	    judging_weekday(host->run->from_ns, host->run->to_ns, j->utc));
}

/** Hosts that were there and are gone. */
struct missing {
	struct row_names names;
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
	if (seen->runs * 10 < m->nights * 9 || !judging_is_host(seen->name) ||
	    row_names_find(&m->names, seen->name, seen->source))
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
	if (count >= NIGHTS_TO_COMPARE &&
	    norm_median(responses, count) >= COMPARE_MIN_RESPONSES)
		judging_add_host(j, CHANGE_LOST_HOST, name, NULL,
				 norm_median(responses, count));
}

static enum sl_err find_gone(struct judging *j, struct store *s,
			     const struct past_runs *past, struct errbuf *eb)
{
	struct missing m = {.nights = past->nights};
	enum sl_err e = row_names_sort(j->r->tally, &m.names);

	if (e == SL_OK)
		e = store_hosts(s, past->before_ns, past->nights, take_seen, &m, eb);
	for (size_t i = 0; i < m.count && e == SL_OK; i++) {
		e = store_host_nights(
		    s, m.gone[i] + 1, (enum host_source)(m.gone[i][0] - '0'),
		    past->before_ns, LIMIT_PAST_NIGHTS, take_night, j, eb);
		if (e == SL_OK)
			judge_gone(j, m.gone[i] + 1);
		judging_forget(j);
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
			judging_row(j);
		else if (e == SL_OK && !store_had(s, rows[i]->name, rows[i]->source,
						  CLASSES, 0, past->before_ns))
			judging_new_host(j);
		judging_forget(j);
	}
	return e == SL_OK ? find_gone(j, s, past, eb) : e;
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
	if (!store_span(r, &past.before_ns, &to))
		return SL_OK;
	past.weekday = j.weekday = judging_weekday(past.before_ns, to, utc);
	e = store_runs(s, 0, count_run, &past, eb);
	if (e)
		return e;
	out->nights = past.nights;
	out->like = past.like;
	out->weekday = past.like >= NORM_WEEKDAYS;
	if (past.nights < NIGHTS_TO_COMPARE)
		return SL_OK;
	j.nights = calloc(LIMIT_PAST_NIGHTS, sizeof(*j.nights));
	e = j.nights ? judge_hosts(&j, s, &past, eb) : SL_E_NOMEM;
	free(j.nights);
	if (e == SL_OK)
		e = candidates_choose(&found, out);
	free(found.list);
	return e;
}
