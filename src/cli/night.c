#include "cli/night.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/limits.h"
#include "cli/say.h"
#include "store/compare.h"
#include "store/store.h"

/** Bytes of a file's name after strftime(3): Linux takes no longer path. */
#define NAME_MAX_BYTES 4096U

/* strftime() gives 0 for an empty result and for one that does not fit: names are not
 * empty. */
static enum sl_err dated_name(const char *format, const struct tm *tm, char **out,
			      struct errbuf *eb)
{
	char name[NAME_MAX_BYTES];

	/* The format is the user's own: what -o names is theirs to choose. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	if (strftime(name, sizeof(name), format, tm) == 0)
		return errbuf_set(eb, SL_E_USAGE,
				  "-o %.200s: no name comes of it, or a too long one",
				  format);
#pragma GCC diagnostic pop
	*out = strdup(name);
	return *out ? SL_OK : errbuf_set(eb, SL_E_NOMEM, "%s", sl_err_text(SL_E_NOMEM));
}

enum sl_err night_name_outputs(const struct options *o, int64_t ref_ns, char **names,
			       struct errbuf *eb)
{
	time_t seconds = (time_t)(ref_ns / NS_PER_S - (ref_ns % NS_PER_S < 0));
	struct tm tm = {0};
	enum sl_err e = SL_OK;

	if (!o->night.dated_outputs)
		return SL_OK;
	(void)(o->report.utc ? gmtime_r(&seconds, &tm) : localtime_r(&seconds, &tm));
	for (size_t i = 0; i < o->output_count && e == SL_OK; i++) {
		if (!strchr(o->outputs[i].path, '%'))
			continue;
		e = dated_name(o->outputs[i].path, &tm, &names[i], eb);
		if (e == SL_OK)
			o->outputs[i].path = names[i];
	}
	return e;
}

int64_t night_time(const struct options *o, const struct report *r)
{
	int64_t first = INT64_MAX;

	if (o->night.span.set)
		return o->night.span.from_ns;
	for (size_t i = 0; i < r->source_count; i++)
		if (r->sources[i].packets > 0 && r->sources[i].first_ns < first)
			first = r->sources[i].first_ns;
	return first < INT64_MAX ? first : r->generated_ns;
}

static void failed(struct night *n, enum sl_err e, const struct errbuf *eb)
{
	say("%s", eb->text[0] ? eb->text : sl_err_text(e));
	n->failed = true;
}

/* Nothing to compare, nor to keep. */
static bool is_empty(const struct report *r)
{
	return r->coverage->total.packets ==
	       r->coverage->bucket[COVERAGE_FILTERED].packets;
}

void night_begin(struct night *n, const struct options *o, struct report *r)
{
	struct errbuf eb = {""};
	enum sl_err e;

	if (!o->night.db)
		return;
	e = store_open(o->night.db, STORE_WRITE, LIMIT_STORE_WAIT_MS, &n->store, &eb);
	if (e == SL_OK && !is_empty(r) && tally_by(r->tally) == TALLY_BY_HOST) {
		e = compare_history(n->store, r, o->report.utc, &n->changes, &eb);
		if (e == SL_OK)
			r->changes = &n->changes;
	}
	if (e == SL_OK)
		return;
	failed(n, e, &eb);
	store_close(n->store);
	n->store = NULL;
}

void night_store(struct night *n, const struct options *o, const struct report *r)
{
	const char *db = o->night.db;
	struct store_added added;
	struct errbuf eb = {""};
	enum sl_err e;

	if (!n->store)
		return;
	if (is_empty(r)) {
		say("no packets%s: nothing was added to %s",
		    r->window.set ? " in the window" : "", db);
		return;
	}
	e = store_add(n->store, r, o->night.replace, &added, &eb);
	if (e != SL_OK) {
		failed(n, e, &eb);
		return;
	}
	if (added.waited)
		say("%s: waited for another job that was writing it", db);
	if (added.replaced > 0)
		say("%s: replaced %" PRIu64 " earlier run%s of the same captures", db,
		    added.replaced, added.replaced == 1 ? "" : "s");
}

void night_end(struct night *n)
{
	changes_clear(&n->changes);
	store_close(n->store);
	n->store = NULL;
}
