/* Two reports. */
#include "store/compare.h"

#include <stdlib.h>

#include "store/judging.h"
#include "store/row_names.h"

static void judge_pair(struct judging *j, const struct tally_row *old,
		       const struct tally_row *now)
{
	j->row = now;
	if (!old) {
		judging_new_host(j);
	} else if (!now) {
		if (old->counts.responses >= COMPARE_MIN_RESPONSES &&
		    judging_is_host(old->name))
			judging_add_host(j, CHANGE_LOST_HOST, old->name, NULL,
					 (double)old->counts.responses);
	} else {
		(void)judging_keep(j, &old->counts, 0);
		judging_row(j);
		judging_forget(j);
	}
}

enum sl_err compare_reports(const struct report *old, const struct report *now,
			    bool utc, struct changes *out, struct errbuf *eb)
{
	struct candidates found = {0};
	struct judging j = {.r = now, .found = &found, .utc = utc};
	struct row_names before = {0}, after = {0};
	enum sl_err e;

	*out = (struct changes){.nights = 1};
	if (tally_by(old->tally) != tally_by(now->tally))
		return errbuf_set(eb, SL_E_USAGE,
				  "one report is by host, the other by another key");
	e = row_names_sort(old->tally, &before);
	if (e == SL_OK)
		e = row_names_sort(now->tally, &after);
	j.nights = calloc(LIMIT_PAST_NIGHTS, sizeof(*j.nights));
	if (!j.nights)
		e = SL_E_NOMEM;
	for (size_t i = 0; e == SL_OK && i < after.count; i++) {
		const struct tally_row *row = after.rows[i];

		judge_pair(&j, row_names_find(&before, row->name, row->source), row);
	}
	for (size_t i = 0; e == SL_OK && i < before.count; i++) {
		const struct tally_row *row = before.rows[i];

		if (!row_names_find(&after, row->name, row->source))
			judge_pair(&j, row, NULL);
	}
	if (e == SL_OK)
		e = candidates_choose(&found, out);
	free(found.list);
	free(j.nights);
	free(before.rows);
	free(after.rows);
	return e;
}
