#include "config.h"

#include "cli/night.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "base/calendar.h"
#include "base/human.h"
#include "base/limits.h"
#include "cli/commands.h"
#include "cli/outputs.h"
#include "cli/say.h"
#include "report/restore.h"
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

/** The outputs with the names that strftime(3) makes, owned: names_free() them. */
static enum sl_err name_outputs(const struct options *o, int64_t ref_ns,
				struct output **out, struct errbuf *eb)
{
	struct tm tm;
	enum sl_err e = SL_OK;
	char *name;

	(void)calendar_split(ref_ns, o->report.utc, &tm);
	*out = calloc(o->output_count + 1, sizeof(**out));
	if (!*out)
		return errbuf_set(eb, SL_E_NOMEM, "%s", sl_err_text(SL_E_NOMEM));
	for (size_t i = 0; i < o->output_count && e == SL_OK; i++) {
		const char *path = o->outputs[i].path;

		(*out)[i].writer = o->outputs[i].writer;
		name = NULL;
		if (o->night.dated_outputs && strchr(path, '%'))
			e = dated_name(path, &tm, &name, eb);
		else
			name = strdup(path);
		if (e == SL_OK && !name)
			e = errbuf_set(eb, SL_E_NOMEM, "%s", sl_err_text(SL_E_NOMEM));
		(*out)[i].path = name;
	}
	return e;
}

static void names_free(struct output *outputs, size_t count)
{
	for (size_t i = 0; outputs && i < count; i++)
		free((char *)outputs[i].path);
	free(outputs);
}

bool night_wanted(const struct options *o)
{
	if (o->night.db || o->night.check)
		return true;
	for (size_t i = 0; o->night.dated_outputs && i < o->output_count; i++)
		if (strchr(o->outputs[i].path, '%'))
			return true;
	return false;
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

static void begin(struct night *n, const struct options *o, struct report *r)
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

static void keep(struct night *n, const struct options *o, const struct report *r)
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

static void end(struct night *n)
{
	changes_clear(&n->changes);
	store_close(n->store);
	n->store = NULL;
}

/* ---- the command ---- */

/** With the names that are known before anything is read. */
static bool writable(const struct options *o)
{
	struct errbuf eb = {""};
	struct output *outputs;
	bool ok;

	ok = name_outputs(o, o->night.span.set ? o->night.span.from_ns : human_now_ns(),
			  &outputs, &eb) == SL_OK;
	for (size_t i = 0; ok && i < o->output_count; i++) {
		const char *path = outputs[i].path;

		ok = path &&
		     (strcmp(path, "-") == 0 || report_check_file(path, &eb) == SL_OK);
	}
	if (!ok)
		say("%s", eb.text);
	names_free(outputs, o->output_count);
	return ok;
}

/** Read the captures to a report in the memory of @p fd. */
static enum cli_status read_to(const struct options *o, int fd)
{
	struct options reading = *o;
	char path[32];
	struct output output = {.path = path, .writer = report_writer_named("json")};

	(void)snprintf(path, sizeof(path), "/dev/fd/%d", fd);
	reading.outputs = &output;
	reading.output_count = 1;
	/* What is shown of it is for the reports that people see. */
	reading.report.top = 0;
	reading.report.selection = NULL;
	return command_read(&reading);
}

static enum cli_status write_outputs(const struct options *o, const struct report *r)
{
	struct options writing = *o;
	struct outputs out = {.options = &writing};
	enum cli_status status = CLI_FAILED;
	struct output *outputs;
	struct errbuf eb = {""};

	if (name_outputs(o, night_time(o, r), &outputs, &eb) == SL_OK) {
		writing.outputs = outputs;
		status = outputs_write(&out, r);
	} else {
		say("%s", eb.text);
	}
	names_free(outputs, o->output_count);
	return status;
}

/** @return whether a check was made: then @p status is its */
static bool use_report(const struct options *o, const struct restored *read,
		       enum cli_status *status)
{
	struct report r = *restored_report(read);
	struct night night = {0};
	bool checked;

	/* As it was given, and not as JSON has it. */
	r.filter = o->filter;
	begin(&night, o, &r);
	if (write_outputs(o, &r) != CLI_DONE)
		*status = CLI_FAILED;
	keep(&night, o, &r);
	if (night.failed)
		*status = CLI_FAILED;
	checked = night_check(&night, o, &r, status);
	end(&night);
	return checked;
}

enum cli_status command_night(const struct options *o)
{
	struct restored *read = NULL;
	struct errbuf eb = {""};
	enum cli_status status;
	bool checked = false;
	char path[32];
	int fd;

	if (!night_ready(o))
		return night_failed(o, CLI_USAGE);
	if (!writable(o))
		return night_failed(o, CLI_FAILED);
	fd = memfd_create("report", MFD_CLOEXEC);
	if (fd < 0) {
		say("no memory for the report: %s", strerror(errno));
		return night_failed(o, CLI_FAILED);
	}
	status = read_to(o, fd);
	if (status == CLI_DONE || status == CLI_PARTIAL) {
		(void)snprintf(path, sizeof(path), "/dev/fd/%d", fd);
		if (restored_read(path, &read, &eb) == SL_OK) {
			checked = use_report(o, read, &status);
		} else {
			say("%s", eb.text);
			status = CLI_FAILED;
		}
	}
	restored_free(read);
	(void)close(fd);
	/* A check that was made has said what it found. */
	return checked ? status : night_failed(o, status);
}
