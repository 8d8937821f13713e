/* Reports that were read back, added up. */
#include <stdlib.h>
#include <string.h>

#include "report/restore_parts.h"

void restored_refer(struct restored *r)
{
	r->report.tally = r->tally;
	r->report.coverage = &r->coverage;
	r->report.sources = r->sources;
	r->report.source_count = r->source_count;
}

static bool windows_meet(const struct window *a, const struct window *b)
{
	return !a->set || !b->set || (a->from_ns < b->to_ns && b->from_ns < a->to_ns);
}

/* Live sources have none. */
static bool has_identity(const struct capture_source *s)
{
	static const uint8_t none[sizeof(s->id)];

	return s->packets > 0 && memcmp(s->id, none, sizeof(none)) != 0;
}

static bool is_live(const struct capture_source *s)
{
	return s->format && strcmp(s->format, "live") == 0;
}

static void add_live(struct capture_source *into, const struct capture_source *from)
{
	if (from->packets == 0)
		return;
	if (into->packets == 0 || from->first_ns < into->first_ns)
		into->first_ns = from->first_ns;
	if (into->packets == 0 || from->last_ns > into->last_ns)
		into->last_ns = from->last_ns;
	into->packets += from->packets;
	into->bytes += from->bytes;
	if (into->link_type_count == 0) {
		memcpy(into->link_types, from->link_types, sizeof(into->link_types));
		into->link_type_count = from->link_type_count;
	}
}

const char *restored_overlap(const struct restored *a, const struct restored *b)
{
	if (!windows_meet(&a->report.window, &b->report.window))
		return NULL;
	for (size_t i = 0; i < b->source_count; i++)
		for (size_t j = 0; has_identity(&b->sources[i]) && j < a->source_count;
		     j++)
			if (a->sources[j].packets > 0 &&
			    memcmp(a->sources[j].id, b->sources[i].id,
				   sizeof(a->sources[j].id)) == 0)
				return b->sources[i].name;
	return NULL;
}

/* By time, name and identity: the same order whichever report came first. */
static int compare_sources(const void *va, const void *vb)
{
	const struct capture_source *a = va;
	const struct capture_source *b = vb;
	int order;

	if ((a->packets == 0) != (b->packets == 0))
		return a->packets == 0 ? 1 : -1;
	if (a->first_ns != b->first_ns)
		return a->first_ns < b->first_ns ? -1 : 1;
	order = strcmp(a->name, b->name);
	return order != 0 ? order : memcmp(a->id, b->id, sizeof(a->id));
}

/* An interface is one source, in however many intervals. */
static size_t join_live(struct capture_source *s, size_t count)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++) {
		size_t j = is_live(&s[i]) ? 0 : kept;

		while (j < kept &&
		       !(is_live(&s[j]) && strcmp(s[j].name, s[i].name) == 0))
			j++;
		if (j == kept)
			s[kept++] = s[i];
		else
			add_live(&s[j], &s[i]);
	}
	return kept;
}

static enum sl_err merge_sources(struct restored *into, const struct restored *from)
{
	size_t count = into->source_count + from->source_count;
	size_t trees = into->tree_count + from->tree_count;
	struct capture_source *sources = calloc(count + 1, sizeof(*sources));
	json_t **all = calloc(trees, sizeof(json_t *));

	if (!sources || !all) {
		free(sources);
		free(all);
		return SL_E_NOMEM;
	}
	memcpy(sources, into->sources, into->source_count * sizeof(*sources));
	memcpy(sources + into->source_count, from->sources,
	       from->source_count * sizeof(*sources));
	qsort(sources, count, sizeof(*sources), compare_sources);
	count = join_live(sources, count);
	memcpy(all, into->trees, into->tree_count * sizeof(json_t *));
	for (size_t i = 0; i < from->tree_count; i++)
		all[into->tree_count + i] = json_incref(from->trees[i]);
	free(into->sources);
	free(into->trees);
	into->sources = sources;
	into->source_count = count;
	into->trees = all;
	into->tree_count = trees;
	return SL_OK;
}

static void merge_window(struct window *into, const struct window *from)
{
	into->set = into->set && from->set;
	if (from->from_ns < into->from_ns)
		into->from_ns = from->from_ns;
	if (from->to_ns > into->to_ns)
		into->to_ns = from->to_ns;
}

/* Intervals merge into one; with a report of something else they mean nothing. */
static void merge_interval(struct report *into, const struct report *from)
{
	if (into->interval_end_ns == 0 || from->interval_end_ns == 0) {
		into->interval_start_ns = into->interval_end_ns = 0;
		return;
	}
	if (from->interval_start_ns < into->interval_start_ns)
		into->interval_start_ns = from->interval_start_ns;
	if (from->interval_end_ns > into->interval_end_ns)
		into->interval_end_ns = from->interval_end_ns;
}

enum sl_err restored_merge(struct restored *into, const struct restored *from)
{
	const char *a = into->report.filter;
	const char *b = from->report.filter;
	enum sl_err e;

	if (tally_by(into->tally) != tally_by(from->tally))
		return SL_E_USAGE;
	e = merge_sources(into, from);
	if (e)
		return e;
	e = tally_merge(into->tally, from->tally);
	coverage_merge(&into->coverage, &from->coverage);
	merge_window(&into->report.window, &from->report.window);
	merge_interval(&into->report, &from->report);
	if (from->report.generated_ns > into->report.generated_ns)
		into->report.generated_ns = from->report.generated_ns;
	into->report.interrupted |= from->report.interrupted;
	into->report.figures_low |= from->report.figures_low;
	if (!a || !b || strcmp(a, b) != 0)
		into->report.filter = NULL;
	into->report.sources_outside += from->report.sources_outside;
	into->report.rows_forgotten += from->report.rows_forgotten;
	into->missing += from->missing;
	restored_refer(into);
	return e;
}
