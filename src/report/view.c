#include "report/view.h"

#include <stdlib.h>
#include <string.h>

uint64_t view_finals(const struct counts *c)
{
	uint64_t interim = c->classes[CLASS_1XX] - counts_code(c, 101);

	return c->responses - interim;
}

uint64_t view_errors(const struct counts *c)
{
	return c->classes[CLASS_4XX] + c->classes[CLASS_5XX];
}

uint64_t view_quantile(const struct counts *c, double share)
{
	if (!c->latency || histogram_count(c->latency) == 0)
		return 0;
	return histogram_quantile(c->latency, share);
}

bool view_notable(uint16_t code)
{
	const struct status_code *s = status_code_find(code);

	return s && s->notable;
}

struct view_unlisted view_unlisted(const struct view *v)
{
	struct view_unlisted sum = {.codes = 0};
	size_t count;
	const struct tally_row *const *rows = tally_rows(v->report->tally, &count);

	for (size_t i = 0; i < count; i++) {
		sum.codes += rows[i]->counts.unlisted_codes;
		sum.latencies += rows[i]->counts.unlisted_latencies;
		sum.more += rows[i]->counts.unlisted_more;
	}
	return sum;
}

const char *view_by_name(const struct view *v)
{
	switch (tally_by(v->report->tally)) {
	case TALLY_BY_HOST:
		return "host";
	case TALLY_BY_SERVER:
		return "server";
	case TALLY_BY_CLIENT:
		return "client";
	}
	return "host";
}

const char *view_source_name(enum host_source s)
{
	switch (s) {
	case HOST_FROM_REQUEST:
		return "request";
	case HOST_FROM_SERVER:
		return "server";
	case HOST_INVALID: /* it was named, if badly: the row is "(invalid)" */
		return "request";
	}
	return "request";
}

int64_t view_span(int64_t first_ns, int64_t last_ns)
{
	uint64_t span;

	if (last_ns <= first_ns)
		return 0;
	span = (uint64_t)last_ns - (uint64_t)first_ns;
	return span > INT64_MAX ? INT64_MAX : (int64_t)span;
}

/* ---- order ---- */

/* A row with what it is sorted by, so that a percentile is made once a row. */
struct ranked {
	const struct tally_row *row;
	double key;
};

static double sort_key(const struct tally_row *row, enum report_sort sort)
{
	const struct counts *c = &row->counts;
	uint64_t finals;

	switch (sort) {
	case SORT_RESPONSES:
		return (double)c->responses;
	case SORT_ERRORS:
		return (double)view_errors(c);
	case SORT_ERROR_SHARE:
		finals = view_finals(c);
		return finals ? (double)view_errors(c) / (double)finals : -1.0;
	case SORT_NO_RESPONSE:
		return (double)counts_no_response(c);
	case SORT_LATENCY:
		return (double)view_quantile(c, 0.99);
	case SORT_BYTES:
		return (double)c->request_bytes + (double)c->response_bytes;
	case SORT_HOST:
		return 0.0;
	}
	return 0.0;
}

static int compare_ranked(const void *va, const void *vb)
{
	const struct ranked *a = va;
	const struct ranked *b = vb;
	int by_name;

	if (a->key > b->key)
		return -1;
	if (a->key < b->key)
		return 1;
	by_name = strcmp(a->row->name, b->row->name);
	if (by_name != 0)
		return by_name;
	return (int)a->row->source - (int)b->row->source;
}

static enum sl_err rank_rows(struct view *v, enum report_sort sort)
{
	const struct tally_row *const *rows =
	    tally_rows(v->report->tally, &v->row_count);
	struct ranked *ranked;

	/* One element more: malloc(0) may be NULL. */
	ranked = calloc(v->row_count + 1, sizeof(*ranked));
	v->rows = calloc(v->row_count + 1, sizeof(const struct tally_row *));
	if (!ranked || !v->rows) {
		free(ranked);
		free(v->rows);
		return SL_E_NOMEM;
	}
	for (size_t i = 0; i < v->row_count; i++)
		ranked[i] = (struct ranked){rows[i], sort_key(rows[i], sort)};
	qsort(ranked, v->row_count, sizeof(*ranked), compare_ranked);
	for (size_t i = 0; i < v->row_count; i++)
		v->rows[i] = ranked[i].row;
	free(ranked);
	return SL_OK;
}

static bool row_selected(const struct view *v, const struct tally_row *row)
{
	const struct selection *s = v->options->selection;

	if (!selection_has_host(s, row->name))
		return false;
	if (!s->by_code)
		return true;
	for (size_t i = 0; i < row->counts.code_count; i++)
		if (row->counts.codes[i].count > 0 &&
		    selection_has_code(s, row->counts.codes[i].code))
			return true;
	return false;
}

/* Selected rows first, in their order; the others stay, for the sums.
 * @return how many are selected */
static size_t select_rows(struct view *v)
{
	size_t kept = 0;

	if (!v->options->selection || !selection_is_any(v->options->selection))
		return v->row_count;
	v->selected = true;
	for (size_t i = 0; i < v->row_count; i++) {
		const struct tally_row *row = v->rows[i];

		if (!row_selected(v, row))
			continue;
		memmove(v->rows + kept + 1, v->rows + kept,
			(i - kept) * sizeof(const struct tally_row *));
		v->rows[kept++] = row;
	}
	return kept;
}

struct view_drops view_drops(const struct report *r)
{
	/* A report that was read back has the sums of its sources there. */
	struct view_drops d = {
	    .known = r->coverage->drops_known != 0,
	    .interface_known = r->coverage->interface_drops_known != 0,
	    .by_kernel = r->coverage->dropped_by_kernel,
	    .by_interface = r->coverage->dropped_by_interface,
	};

	for (size_t i = 0; i < r->source_count; i++) {
		const struct capture_source *s = &r->sources[i];

		if (!s->drops_known)
			continue;
		d.known = true;
		if (!s->interface_drops_unknown)
			d.interface_known = true;
		d.by_kernel += s->dropped_by_kernel;
		d.by_interface += s->dropped_by_interface;
	}
	d.all = d.by_kernel + d.by_interface;
	return d;
}

static void find_times(struct view *v)
{
	const struct report *r = v->report;

	for (size_t i = 0; i < r->source_count; i++) {
		const struct capture_source *s = &r->sources[i];

		if (s->packets == 0)
			continue;
		if (!v->has_times || s->first_ns < v->first_ns)
			v->first_ns = s->first_ns;
		if (!v->has_times || s->last_ns > v->last_ns)
			v->last_ns = s->last_ns;
		v->has_times = true;
	}
}

enum sl_err view_make(struct view *v, const struct report *r,
		      const struct report_options *o)
{
	enum sl_err e;

	*v = (struct view){.report = r, .options = o};
	v->total = tally_total(r->tally);
	v->by_host = tally_by(r->tally) == TALLY_BY_HOST;
	e = rank_rows(v, o->sort);
	if (e)
		return e;
	v->shown = select_rows(v);
	if (o->top > 0 && o->top < v->shown)
		v->shown = o->top;
	v->drops = view_drops(r);
	find_times(v);
	v->figures_low = r->figures_low || tally_failed(r->tally) != SL_OK;
	return SL_OK;
}

void view_free(struct view *v)
{
	free(v->rows);
	v->rows = NULL;
}
