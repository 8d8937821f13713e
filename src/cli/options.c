#include "config.h"

#include "cli/options.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/human.h"
#include "base/limits.h"
#include "cli/options_live.h"

/** Values of long options without a letter. */
enum {
	OPT_FORMAT = 256,
	OPT_BY,
	OPT_TOP,
	OPT_SORT,
	OPT_UTC,
	OPT_DISTINCT,
	OPT_VERIFY_CHECKSUMS,
	OPT_SINCE,
	OPT_WINDOW,
	OPT_DB,
	OPT_REPLACE,
	OPT_CHECK,
	OPT_WARN,
	OPT_CRIT,
	OPT_HELP_MORE,
	OPT_MAX_MEMORY,
};

/* The colon: a missing argument is told from an unknown option. */
static const char short_options[] = ":r:f:no:hV" OPTIONS_LIVE_SHORT;

static const struct option long_options[] = {
    {"read", required_argument, NULL, 'r'},
    OPTIONS_LIVE_LONG{"filter", required_argument, NULL, 'f'},
    {"output", required_argument, NULL, 'o'},
    {"format", required_argument, NULL, OPT_FORMAT},
    {"by", required_argument, NULL, OPT_BY},
    {"top", required_argument, NULL, OPT_TOP},
    {"sort", required_argument, NULL, OPT_SORT},
    {"utc", no_argument, NULL, OPT_UTC},
    {"distinct", required_argument, NULL, OPT_DISTINCT},
    {"verify-checksums", no_argument, NULL, OPT_VERIFY_CHECKSUMS},
    {"since", required_argument, NULL, OPT_SINCE},
    {"window", required_argument, NULL, OPT_WINDOW},
    {"db", required_argument, NULL, OPT_DB},
    {"replace", no_argument, NULL, OPT_REPLACE},
    {"check", no_argument, NULL, OPT_CHECK},
    {"warn", required_argument, NULL, OPT_WARN},
    {"crit", required_argument, NULL, OPT_CRIT},
    BEHIND_LONG_OPTIONS,
    {"max-memory", required_argument, NULL, OPT_MAX_MEMORY},
    {"help", no_argument, NULL, 'h'},
    {"help-more", no_argument, NULL, OPT_HELP_MORE},
    {"version", no_argument, NULL, 'V'},
    {NULL, 0, NULL, 0},
};

const struct option *options_table(void)
{
	return long_options;
}

/** What the options said, before the words are looked at. */
struct parsing {
	struct options *o;
	const char *filter; /* of -f, lent */
	const struct report_writer *format;
	bool read; /* -r was there: words are a filter */
	struct errbuf *eb;
};

/* ---- values of options ---- */

static enum sl_err parse_by(struct parsing *p, const char *value)
{
	static const char *const names[] = {
	    [TALLY_BY_HOST] = "host",
	    [TALLY_BY_SERVER] = "server",
	    [TALLY_BY_CLIENT] = "client",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(value, names[i]) == 0) {
			p->o->by = (enum tally_by)i;
			return SL_OK;
		}
	return errbuf_set(p->eb, SL_E_USAGE,
			  "--by: `%s` is unknown: host, server or client", value);
}

static enum sl_err parse_top(struct parsing *p, const char *value)
{
	char *end;
	unsigned long long n;

	errno = 0;
	n = strtoull(value, &end, 10);
	if (value[0] < '0' || value[0] > '9' || *end != '\0' || errno != 0 ||
	    n > SIZE_MAX)
		return errbuf_set(p->eb, SL_E_USAGE,
				  "--top: `%s` is no number of rows: 0 means all",
				  value);
	p->o->report.top = (size_t)n;
	return SL_OK;
}

static enum sl_err parse_distinct(struct parsing *p, const char *value)
{
	const char *at = value;

	for (;;) {
		size_t len = strcspn(at, ",");

		if (len == 4 && memcmp(at, "vlan", 4) == 0)
			p->o->decode.distinct_vlan = true;
		else if (len == 3 && memcmp(at, "vni", 3) == 0)
			p->o->decode.distinct_vni = true;
		else
			return errbuf_set(p->eb, SL_E_USAGE,
					  "--distinct: `%.*s` is unknown: vlan, vni or "
					  "vlan,vni",
					  (int)len, at);
		if (at[len] == '\0')
			return SL_OK;
		at += len + 1;
	}
}

static enum sl_err parse_format(struct parsing *p, const char *value)
{
	p->format = report_writer_named(value);
	if (p->format)
		return SL_OK;
	return errbuf_set(p->eb, SL_E_USAGE,
			  "--format: `%s` is unknown: text, json, csv or html", value);
}

static enum sl_err parse_sort(struct parsing *p, const char *value)
{
	if (report_sort_named(value, &p->o->report.sort))
		return SL_OK;
	return errbuf_set(p->eb, SL_E_USAGE,
			  "--sort: `%s` is unknown: responses, errors, error-share, "
			  "no-response, latency, bytes or host",
			  value);
}

/* As `head -c` and others have it: K, M and G are powers of 1024. */
static enum sl_err parse_memory(struct parsing *p, const char *value)
{
	static const char units[] = "KMG";
	char *end;
	const char *unit;
	unsigned long long n;

	errno = 0;
	n = strtoull(value, &end, 10);
	unit = *end ? strchr(units, *end) : NULL;
	if (unit && n <= LIMIT_MEMORY_MOST)
		n <<= 10 * (unit - units + 1);
	if (errno || end == value || *value == '-' || (*end && (!unit || end[1])) ||
	    n < LIMIT_MEMORY_LEAST || n > LIMIT_MEMORY_MOST)
		return errbuf_set(
		    p->eb, SL_E_USAGE, "--max-memory: `%s` is not %uM to %lluG", value,
		    LIMIT_MEMORY_LEAST / MIB, LIMIT_MEMORY_MOST / MIB / KIB);
	p->o->max_memory = n;
	return SL_OK;
}

/* ---- options ---- */

static enum sl_err unknown_option(struct parsing *p, char **argv)
{
	const char *word = argv[optind - 1];
	char name[64];
	const char *nearest;

	/* optopt is a letter, or 0 for a long option, or the value of a long option
	 * that takes no argument and was given one. */
	if (optopt > 0 && optopt < 256 && strncmp(word, "--", 2) != 0)
		return errbuf_set(p->eb, SL_E_USAGE,
				  "unknown option `-%c`: see statline --help", optopt);
	(void)snprintf(name, sizeof(name), "%.*s", (int)strcspn(word + 2, "="),
		       word + 2);
	for (size_t i = 0; optopt != 0 && long_options[i].name; i++)
		if (long_options[i].val == optopt)
			return errbuf_set(p->eb, SL_E_USAGE,
					  "--%s takes no argument: see statline --help",
					  long_options[i].name);
	nearest = options_nearest(name);
	if (nearest)
		return errbuf_set(p->eb, SL_E_USAGE,
				  "unknown option `--%s`: did you mean --%s?", name,
				  nearest);
	return errbuf_set(p->eb, SL_E_USAGE,
			  "unknown option `--%s`: see statline --help", name);
}

static enum sl_err missing_argument(struct parsing *p, char **argv)
{
	return errbuf_set(p->eb, SL_E_USAGE,
			  "%s needs an argument: see statline --help",
			  argv[optind - 1]);
}

static enum sl_err take_filter(struct parsing *p, const char *value)
{
	if (p->filter)
		return errbuf_set(p->eb, SL_E_USAGE,
				  "-f: given twice: join the expressions with `and`");
	p->filter = value;
	return SL_OK;
}

/* Options of the nightly report. @return whether it was one */
static bool take_night_option(struct night_options *n, int option, const char *value)
{
	switch (option) {
	case OPT_SINCE:
		n->since = value;
		return true;
	case OPT_WINDOW:
		n->window = value;
		return true;
	case OPT_DB:
		n->db = value;
		return true;
	case OPT_REPLACE:
		n->replace = true;
		return true;
	case OPT_CHECK:
		n->check = true;
		return true;
	case OPT_WARN:
		n->warn = value;
		return true;
	case OPT_CRIT:
		n->critical = value;
		return true;
	default:
		return false;
	}
}

static enum sl_err take_option(struct parsing *p, int option, char **argv)
{
	struct options *o = p->o;

	if (take_night_option(&o->night, option, optarg))
		return SL_OK;
	if (options_live_has(option))
		return options_live_take(o, option, optarg, p->eb);
	if (option >= OPT_EVENTS && option < OPT_BEHIND_END)
		return behind_take(&o->behind, option, optarg, p->eb);
	switch (option) {
	case 'r':
		p->read = true;
		o->inputs[o->input_count++] = optarg;
		return SL_OK;
	case 'f':
		return take_filter(p, optarg);
	case 'n': /* names are never resolved */
		return SL_OK;
	case 'o':
		o->outputs[o->output_count++].path = optarg;
		return SL_OK;
	case OPT_FORMAT:
		return parse_format(p, optarg);
	case OPT_BY:
		return parse_by(p, optarg);
	case OPT_TOP:
		return parse_top(p, optarg);
	case OPT_SORT:
		return parse_sort(p, optarg);
	case OPT_UTC:
		o->report.utc = true;
		return SL_OK;
	case OPT_DISTINCT:
		return parse_distinct(p, optarg);
	case OPT_VERIFY_CHECKSUMS:
		o->decode.verify_checksums = true;
		return SL_OK;
	case OPT_MAX_MEMORY:
		return parse_memory(p, optarg);
	case 'h':
		o->command = COMMAND_HELP;
		return SL_OK;
	case OPT_HELP_MORE:
		o->command = COMMAND_HELP_MORE;
		return SL_OK;
	case 'V':
		if (o->command != COMMAND_HELP && o->command != COMMAND_HELP_MORE)
			o->command = COMMAND_VERSION;
		return SL_OK;
	case ':':
		return missing_argument(p, argv);
	default:
		return unknown_option(p, argv);
	}
}

/* ---- words ---- */

static char *join(const char *const *words, size_t count)
{
	size_t size = 1;
	size_t used = 0;
	char *joined;

	for (size_t i = 0; i < count; i++)
		size += strlen(words[i]) + 1;
	joined = malloc(size);
	if (!joined)
		return NULL;
	joined[0] = '\0';
	for (size_t i = 0; i < count; i++) {
		int n = snprintf(joined + used, size - used, "%s%s", i ? " " : "",
				 words[i]);

		used += n > 0 ? (size_t)n : 0;
	}
	return joined;
}

/* After -r, and -i, the words are a filter, else files. */
static enum sl_err take_words(struct parsing *p)
{
	struct options *o = p->o;

	if (p->read || o->live.interface_count > 0) {
		if (p->filter && o->word_count > 0)
			return errbuf_set(p->eb, SL_E_USAGE,
					  "-f and the words `%s ...` after %s are both "
					  "filters: give one",
					  o->words[0], p->read ? "-r" : "-i");
		if (o->word_count > 0)
			o->filter = join(o->words, o->word_count);
		else if (p->filter)
			o->filter = strdup(p->filter);
		return (o->word_count || p->filter) && !o->filter ? SL_E_NOMEM : SL_OK;
	}
	for (size_t i = 0; i < o->word_count; i++)
		o->inputs[o->input_count++] = o->words[i];
	o->word_count = 0;
	if (p->filter) {
		o->filter = strdup(p->filter);
		return o->filter ? SL_OK : SL_E_NOMEM;
	}
	return SL_OK;
}

static bool has_suffix(const char *path, const char *suffix)
{
	size_t len = strlen(path), suffix_len = strlen(suffix);

	return len > suffix_len && strcmp(path + len - suffix_len, suffix) == 0;
}

static bool stdout_is_taken(const struct behind_options *b)
{
	return behind_to_stdout(b) ||
	       (b->write_matching && strcmp(b->write_matching, "-") == 0);
}

static void choose_writers(struct parsing *p)
{
	struct options *o = p->o;
	const struct report_writer *format = p->format;
	bool lines = o->live.interval_s > 0 && !o->live.plain;

	size_t line_outputs = 0;

	for (size_t i = 0; lines && i < o->output_count; i++)
		line_outputs += has_suffix(o->outputs[i].path, ".jsonl");
	lines = lines && line_outputs == 0;
	if (line_outputs > 0 && line_outputs == o->output_count &&
	    !stdout_is_taken(&o->behind))
		o->outputs[o->output_count++].path = "-";
	/* Lines of JSON on standard output are followed by JSON. */
	if (!format)
		format = report_writer_named(lines ? "json" : "text");
	/* Standard output is taken: reports go where -o says. */
	if (o->output_count == 0 && !o->night.check && !stdout_is_taken(&o->behind))
		o->outputs[o->output_count++].path = "-";
	for (size_t i = 0; i < o->output_count; i++) {
		struct output *out = &o->outputs[i];

		if (line_outputs > 0 && has_suffix(out->path, ".jsonl"))
			continue;
		out->writer = report_writer_for_file(out->path);
		if (!out->writer)
			out->writer = format;
	}
}

static bool wants_night(const struct night_options *n)
{
	return n->since || n->window || n->db || n->check || n->warn || n->critical ||
	       n->replace;
}

static enum sl_err finish_night(struct parsing *p)
{
	struct night_options *n = &p->o->night;
	bool utc = p->o->report.utc;

	if (n->since && n->window)
		return errbuf_set(p->eb, SL_E_USAGE,
				  "--since and --window both say what to read: give "
				  "one");
	if ((n->warn || n->critical) && !n->check)
		return errbuf_set(p->eb, SL_E_USAGE,
				  "--warn and --crit are for --check: add it");
	if (n->replace && !n->db)
		return errbuf_set(p->eb, SL_E_USAGE, "--replace is for --db: add it");
	if (n->since)
		return window_since(n->since, human_now_ns(), utc, &n->span, p->eb);
	if (n->window)
		return window_parse(n->window, human_now_ns(), utc, &n->span, p->eb);
	return SL_OK;
}

static enum sl_err finish(struct parsing *p)
{
	struct options *o = p->o;
	enum sl_err e;

	if (o->word_count > 0 && strcmp(o->words[0], "report") == 0) {
		o->night.dated_outputs = true;
		o->words++;
		o->word_count--;
	}
	if (o->command != COMMAND_REPORT)
		return SL_OK;
	if (!p->read && o->live.interface_count == 0 && o->word_count > 0 &&
	    strcmp(o->words[0], "explain") == 0) {
		o->command = COMMAND_EXPLAIN;
		o->words++;
		o->word_count--;
		return SL_OK;
	}
	e = take_words(p);
	if (e)
		return e;
	e = options_live_check(o, p->eb);
	if (e)
		return e;
	if (o->live.interface_count > 0 || (o->live.replay && o->input_count > 0)) {
		if (wants_night(&o->night))
			return errbuf_set(p->eb, SL_E_USAGE,
					  "--since, --window, --db and --check are for "
					  "saved captures: write them with tcpdump -G "
					  "3600 -w, or keep intervals and merge them");
		o->command = COMMAND_LIVE;
		choose_writers(p);
		o->report.selection = &o->behind.selection;
		return options_live_check_outputs(o, p->eb);
	}
	if (o->input_count == 0) {
		o->command = COMMAND_SHORT_USAGE;
		if (p->filter || o->output_count > 0)
			return errbuf_set(
			    p->eb, SL_E_USAGE,
			    "no capture named: statline FILE..., or - for "
			    "standard input");
		return SL_OK;
	}
	choose_writers(p);
	o->report.selection = &o->behind.selection;
	e = behind_check(&o->behind, o->inputs, o->input_count, p->eb);
	return e ? e : finish_night(p);
}

enum sl_err options_parse(int argc, char **argv, struct options *out, struct errbuf *eb)
{
	struct parsing p = {.o = out, .eb = eb};
	size_t slots = (size_t)(argc > 0 ? argc : 0) + 1;
	int option;
	enum sl_err e;

	*out = (struct options){.command = COMMAND_REPORT};
	out->inputs = calloc(slots, sizeof(*out->inputs));
	out->outputs = calloc(slots, sizeof(*out->outputs));
	out->live.interfaces = calloc(slots, sizeof(*out->live.interfaces));
	out->live.lanes = 1;
	out->live.forget_s = LIMIT_FORGET_S;
	if (!out->inputs || !out->outputs || !out->live.interfaces)
		return errbuf_set(eb, SL_E_NOMEM, "%s", sl_err_text(SL_E_NOMEM));
	opterr = 0;
	optind = 0; /* glibc and musl: begin anew, whatever was parsed before */
	while ((option = getopt_long(argc, argv, short_options, long_options, NULL)) !=
	       -1) {
		e = take_option(&p, option, argv);
		if (e)
			return e;
	}
	if (optind < argc) {
		out->words = (const char *const *)(argv + optind);
		out->word_count = (size_t)(argc - optind);
	}
	e = finish(&p);
	if (e == SL_E_NOMEM)
		return errbuf_set(eb, e, "%s", sl_err_text(e));
	return e;
}

void options_free(struct options *o)
{
	free(o->inputs);
	free(o->outputs);
	free(o->live.interfaces);
	free(o->filter);
	*o = (struct options){.command = COMMAND_REPORT};
}
