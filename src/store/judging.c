#include "store/judging.h"

#include <stdlib.h>
#include <string.h>

#include "base/calendar.h"
#include "report/view.h"
#include "store/compare.h"

unsigned judging_weekday(int64_t from_ns, int64_t to_ns, bool utc)
{
	int64_t middle = from_ns + view_span(from_ns, to_ns) / 2;
	struct tm tm;

	(void)calendar_split(middle, utc, &tm);
	return (unsigned)tm.tm_wday % 7U;
}

bool judging_keep(struct judging *j, const struct counts *c, unsigned weekday)
{
	struct night *n = &j->nights[j->count];

	if (j->count == LIMIT_PAST_NIGHTS)
		return false;
	*n = (struct night){.weekday = weekday, .counts = *c};
	/* What is judged is kept; the rest stays the row's. */
	n->counts.latency = NULL;
	n->counts.more = NULL;
	memset(n->counts.class_latency, 0, sizeof(n->counts.class_latency));
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

void judging_forget(struct judging *j)
{
	for (size_t i = 0; i < j->count; i++)
		counts_clear(&j->nights[i].counts);
	j->count = 0;
}

void judging_row(struct judging *j)
{
	judging_shares(j);
	judging_p99(j);
}

void judging_add_host(struct judging *j, enum change_kind kind, const char *name,
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

bool judging_is_host(const char *name)
{
	return name[0] != '(';
}

void judging_new_host(struct judging *j)
{
	const struct tally_row *row = j->row;

	if (row && row->counts.responses >= COMPARE_MIN_RESPONSES &&
	    judging_is_host(row->name))
		judging_add_host(j, CHANGE_NEW_HOST, row->name, row, 0);
}
