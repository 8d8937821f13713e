/*
 * statline merge and statline diff: reports that were written as JSON, read back.
 */
#include <errno.h>
#include <getopt.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/human.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "cli/outputs.h"
#include "cli/say.h"
#include "cli/screen.h"
#include "report/json_parts.h"
#include "report/restore.h"
#include "report/text_parts.h"
#include "store/compare.h"

/** What both commands take. */
struct asked {
	struct options to; /* outputs, and how a report is written; owned: outputs */
	const struct report_writer *format;
	bool overlap;
};

enum {
	OPT_FORMAT = 256,
	OPT_TOP,
	OPT_SORT,
	OPT_UTC,
	OPT_OVERLAP,
};

static const struct option merge_options[] = {
    {"output", required_argument, NULL, 'o'},
    {"format", required_argument, NULL, OPT_FORMAT},
    {"top", required_argument, NULL, OPT_TOP},
    {"sort", required_argument, NULL, OPT_SORT},
    {"utc", no_argument, NULL, OPT_UTC},
    {"overlap", no_argument, NULL, OPT_OVERLAP},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

static const struct option diff_options[] = {
    {"format", required_argument, NULL, OPT_FORMAT},
    {"utc", no_argument, NULL, OPT_UTC},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

/** A command by its words. */
struct combining {
	const char *short_options;
	const struct option *options;
	const char *usage;
};

static bool take_option(struct asked *a, int option)
{
	char *end;

	switch (option) {
	case 'o':
		a->to.outputs[a->to.output_count++].path = optarg;
		return true;
	case OPT_FORMAT:
		a->format = report_writer_named(optarg);
		return a->format != NULL;
	case OPT_TOP:
		a->to.report.top = strtoul(optarg, &end, 10);
		return *optarg >= '0' && *optarg <= '9' && *end == '\0';
	case OPT_SORT:
		return report_sort_named(optarg, &a->to.report.sort);
	case OPT_UTC:
		a->to.report.utc = true;
		return true;
	case OPT_OVERLAP:
		a->overlap = true;
		return true;
	default:
		return false;
	}
}

/** @return CLI_DONE to go on; else the status to end with, the usage being shown */
static enum cli_status take_options(struct asked *a, int argc, char **argv,
				    const struct combining *command, bool *shown)
{
	int option;

	*shown = false;
	a->to.outputs = calloc((size_t)argc + 1, sizeof(*a->to.outputs));
	if (!a->to.outputs) {
		say("%s", sl_err_text(SL_E_NOMEM));
		return CLI_FAILED;
	}
	opterr = 0;
	optind = 0;
	while ((option = getopt_long(argc, argv, command->short_options,
				     command->options, NULL)) != -1) {
		if (option == 'h') {
			(void)fputs(command->usage, stdout);
			*shown = true;
			return CLI_DONE;
		}
		if (take_option(a, option))
			continue;
		say("%s: `%s` is not understood: see statline %s --help", argv[0],
		    argv[optind - 1], argv[0]);
		return CLI_USAGE;
	}
	return CLI_DONE;
}

/* ---- merge ---- */

/* Standard output unless told; JSON unless told or the name says it. */
static void choose_writers(struct asked *a)
{
	struct options *to = &a->to;

	if (to->output_count == 0)
		to->outputs[to->output_count++].path = "-";
	for (size_t i = 0; i < to->output_count; i++) {
		struct output *o = &to->outputs[i];

		o->writer = report_writer_for_file(o->path);
		if (!o->writer)
			o->writer = a->format ? a->format : report_writer_named("json");
	}
}

static enum cli_status write_merged(struct asked *a, const struct restored *merged)
{
	struct report r = *restored_report(merged);
	struct outputs out = {.options = &a->to};

	if (restored_missing(merged) > 0)
		say("merge: %zu hosts are in sums only: reports were made with --top",
		    restored_missing(merged));
	r.generated_ns = human_now_ns();
	choose_writers(a);
	return outputs_write(&out, &r);
}

/* Add one file. Those before it are compared with it as one: their sources are there.
 */
static enum cli_status add_file(const struct asked *a, struct restored **merged,
				const char *path)
{
	struct errbuf eb = {""};
	struct restored *next;
	const char *twice;
	enum sl_err e = restored_read(path, &next, &eb);

	if (e) {
		say("%s", eb.text);
		return CLI_FAILED;
	}
	if (!*merged) {
		*merged = next;
		return CLI_DONE;
	}
	twice = a->overlap ? NULL : restored_overlap(*merged, next);
	if (twice) {
		say("%s: holds the capture `%s`, which another report holds too: it "
		    "would "
		    "count twice (--overlap adds it all the same)",
		    path, twice);
		e = SL_E_USAGE;
	} else {
		e = restored_merge(*merged, next);
		if (e == SL_E_USAGE)
			say("%s: is by another key than the reports before it", path);
		else if (e)
			say("%s: %s", path, sl_err_text(e));
	}
	restored_free(next);
	return e == SL_OK ? CLI_DONE : CLI_FAILED;
}

enum cli_status command_merge(int argc, char **argv)
{
	static const struct combining merge = {
	    ":o:h", merge_options,
	    "usage: statline merge [-o FILE]... [--format NAME] [--top N] [--sort "
	    "NAME]\n"
	    "                      [--utc] [--overlap] A.json B.json...\n"};
	struct restored *merged = NULL;
	struct asked a = {0};
	bool shown;
	enum cli_status status = take_options(&a, argc, argv, &merge, &shown);

	if (status == CLI_DONE && !shown && optind == argc) {
		say("merge: no report named: statline merge A.json B.json");
		status = CLI_USAGE;
	}
	for (int i = optind; i < argc && status == CLI_DONE && !shown; i++)
		status = add_file(&a, &merged, argv[i]);
	if (status == CLI_DONE && merged)
		status = write_merged(&a, merged);
	restored_free(merged);
	free(a.to.outputs);
	return status;
}

/* ---- diff ---- */

static bool is_json(const struct report_writer *w)
{
	return strcmp(w->name, "json") == 0;
}

static enum cli_status write_diff(const struct asked *a, const struct changes *c,
				  const char *old, const char *now)
{
	struct screen screen = screen_of(STDOUT_FILENO);
	struct layout l = {.out = stdout,
			   .width = screen.width,
			   .color = screen.color,
			   .grouped = screen.terminal};
	json_t *o;

	if (!a->format || !is_json(a->format)) {
		text_diff(&l, c, old, now);
		return l.error ? CLI_FAILED : CLI_DONE;
	}
	o = json_changes(c);
	if (!o ||
	    json_object_set_new(o, "schema", json_string("statline.diff/1")) != 0 ||
	    json_dumpf(o, stdout, JSON_INDENT(1) | JSON_ENSURE_ASCII) != 0 ||
	    fputc('\n', stdout) == EOF) {
		say("standard output: cannot be written: %s", strerror(errno));
		json_decref(o);
		return CLI_FAILED;
	}
	json_decref(o);
	return CLI_DONE;
}

static enum cli_status diff_files(const struct asked *a, const char *old_path,
				  const char *now_path)
{
	struct restored *old = NULL, *now = NULL;
	struct changes changes = {0};
	struct errbuf eb = {""};
	enum cli_status status = CLI_FAILED;
	enum sl_err e = restored_read(old_path, &old, &eb);

	if (e == SL_OK)
		e = restored_read(now_path, &now, &eb);
	if (e == SL_OK)
		e = compare_reports(restored_report(old), restored_report(now),
				    a->to.report.utc, &changes, &eb);
	if (e == SL_OK)
		status = write_diff(a, &changes, old_path, now_path);
	else
		say("%s", eb.text[0] ? eb.text : sl_err_text(e));
	changes_clear(&changes);
	restored_free(old);
	restored_free(now);
	return status;
}

enum cli_status command_diff(int argc, char **argv)
{
	static const struct combining diff = {
	    ":h", diff_options,
	    "usage: statline diff [--format text|json] [--utc] OLD.json NEW.json\n"};
	struct asked a = {0};
	bool shown;
	enum cli_status status = take_options(&a, argc, argv, &diff, &shown);

	if (status == CLI_DONE && !shown && a.format && !is_json(a.format) &&
	    strcmp(a.format->name, "text") != 0) {
		say("diff: writes text and json, not %s", a.format->name);
		status = CLI_USAGE;
	}
	if (status == CLI_DONE && !shown) {
		if (optind + 2 == argc) {
			status = diff_files(&a, argv[optind], argv[optind + 1]);
		} else {
			say("diff: two reports are compared: statline diff OLD.json "
			    "NEW.json");
			status = CLI_USAGE;
		}
	}
	free(a.to.outputs);
	return status;
}
