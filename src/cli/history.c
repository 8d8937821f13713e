/*
 * statline history: lists what the history holds, exports and prunes it.
 */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/human.h"
#include "base/window.h"
#include "cli/commands.h"
#include "cli/say.h"
#include "cli/screen.h"
#include "report/json_parts.h"
#include "report/view.h"
#include "store/store.h"

/** Columns of a time without its seconds. */
#define TIME_WIDTH 16

struct asked {
	const char *db;
	const char *host;
	const char *keep;
	const char *keep_months;
	bool json;
	bool export;
	bool utc;
	size_t limit;
	bool has_limit;
};

enum {
	OPT_DB = 256,
	OPT_FORMAT,
	OPT_LIMIT,
	OPT_KEEP,
	OPT_KEEP_MONTHS,
	OPT_EXPORT,
	OPT_UTC,
};

static const struct option history_options[] = {
    {"db", required_argument, NULL, OPT_DB},
    {"format", required_argument, NULL, OPT_FORMAT},
    {"limit", required_argument, NULL, OPT_LIMIT},
    {"keep", required_argument, NULL, OPT_KEEP},
    {"keep-months", required_argument, NULL, OPT_KEEP_MONTHS},
    {"export", no_argument, NULL, OPT_EXPORT},
    {"utc", no_argument, NULL, OPT_UTC},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

static const char usage[] =
    "usage: statline history --db FILE [HOST] [--format text|json] [--limit N] "
    "[--utc]\n"
    "       statline history --db FILE --export\n"
    "       statline history --db FILE --keep 400d [--keep-months 3650d]\n";

static bool take_option(struct asked *a, int option)
{
	char *end;

	switch (option) {
	case OPT_DB:
		a->db = optarg;
		return true;
	case OPT_FORMAT:
		a->json = strcmp(optarg, "json") == 0;
		return a->json || strcmp(optarg, "text") == 0;
	case OPT_LIMIT:
		a->has_limit = true;
		a->limit = strtoul(optarg, &end, 10);
		return *optarg >= '0' && *optarg <= '9' && *end == '\0';
	case OPT_KEEP:
		a->keep = optarg;
		return true;
	case OPT_KEEP_MONTHS:
		a->keep_months = optarg;
		return true;
	case OPT_EXPORT:
		a->export = true;
		return true;
	case OPT_UTC:
		a->utc = true;
		return true;
	default:
		return false;
	}
}

/* ---- runs ---- */

/** What telling writes to. */
struct listing {
	const struct asked *asked;
	FILE *out;
	bool any;
	bool failed;
};

/** What runs and the nights of a host have alike. */
static json_t *run_head(const struct store_run *run)
{
	json_t *o = json_object();
	bool ok = o != NULL;

	ok = json_put(o, "run", json_integer(run->id), ok);
	ok = json_put(o, "from", json_time(run->from_ns), ok);
	ok = json_put(o, "to", json_time(run->to_ns), ok);
	ok = json_put(o, "generated", json_time(run->generated_ns), ok);
	ok = json_put(o, "nights", json_count(run->nights), ok);
	ok = json_put(o, "sources", json_count(run->sources), ok);
	ok = json_put(o, "partial", json_boolean(run->partial), ok);
	return json_done(o, ok);
}

static json_t *run_json(const struct store_run *run)
{
	json_t *o = run_head(run);
	bool ok = o != NULL;

	ok = json_put(o, "packets", json_count(run->packets), ok);
	ok = json_put(o, "bytes", json_count(run->bytes), ok);
	ok = json_put(o, "hosts", json_count(run->hosts), ok);
	ok = json_put(o, "requests", json_count(run->requests), ok);
	ok = json_put(o, "responses", json_count(run->responses), ok);
	ok = json_put(o, "classes", json_classes(run->classes), ok);
	ok = json_put(o, "no_response", json_count(run->no_response), ok);
	return json_done(o, ok);
}

static void dump(struct listing *l, json_t *o)
{
	(void)fputs(l->any ? ",\n" : "\n", l->out);
	if (!o ||
	    json_dumpf(o, l->out,
		       JSON_COMPACT | JSON_ENSURE_ASCII | JSON_REAL_PRECISION(15)) != 0)
		l->failed = true;
	json_decref(o);
	l->any = true;
}

static int list_json(void *ctx, const struct store_run *run)
{
	struct listing *l = ctx;

	dump(l, run_json(run));
	return l->failed;
}

/** "2026-11-22 02:00" */
static const char *short_time(int64_t ns, bool utc, char *out, size_t size)
{
	human_time(ns, utc, out, size);
	if (size > TIME_WIDTH)
		out[TIME_WIDTH] = '\0';
	return out;
}

static int list_text(void *ctx, const struct store_run *run)
{
	struct listing *l = ctx;
	char from[HUMAN_SIZE], to[HUMAN_SIZE], share[HUMAN_SIZE], count[HUMAN_SIZE];
	uint64_t errors = run->classes[CLASS_5XX];

	if (!l->any)
		(void)fprintf(l->out, "%-16s  %-16s  %5s %14s %10s %7s %10s  %s\n",
			      "FROM", "TO", "HOSTS", "RESPONSES", "5XX", "SHARE",
			      "NO ANSWER", "");
	l->any = true;
	(void)fprintf(l->out,
		      "%-16s  %-16s  %5" PRIu64 " %14s %10" PRIu64 " %7s %10" PRIu64,
		      short_time(run->from_ns, l->asked->utc, from, sizeof(from)),
		      short_time(run->to_ns, l->asked->utc, to, sizeof(to)), run->hosts,
		      human_count(run->responses, true, count, sizeof(count)), errors,
		      human_share(errors, run->responses, share, sizeof(share)),
		      run->no_response);
	if (run->nights > 1)
		(void)fprintf(l->out, "  month of %" PRIu64 " nights", run->nights);
	if (run->partial)
		(void)fputs("  partial", l->out);
	(void)fputc('\n', l->out);
	return ferror(l->out) != 0;
}

/* ---- a host ---- */

static json_t *host_json(const struct store_host *h)
{
	json_t *o = run_head(h->run);
	bool ok = o != NULL;

	ok = json_put(o, "requests", json_count(h->counts.requests), ok);
	ok = json_put(o, "responses", json_count(h->counts.responses), ok);
	ok = json_put(o, "classes", json_classes(h->counts.classes), ok);
	ok = json_put(o, "codes", json_codes(&h->counts), ok);
	ok = json_put(o, "no_response", json_no_response(&h->counts), ok);
	ok = json_put(o, "latency", json_latency(h->counts.latency), ok);
	return json_done(o, ok);
}

static int host_night_json(void *ctx, const struct store_host *h)
{
	struct listing *l = ctx;

	dump(l, host_json(h));
	return l->failed;
}

static int host_night_text(void *ctx, const struct store_host *h)
{
	struct listing *l = ctx;
	const struct counts *c = &h->counts;
	char from[HUMAN_SIZE], count[HUMAN_SIZE], share[HUMAN_SIZE], p99[HUMAN_SIZE];

	if (!l->any)
		(void)fprintf(l->out, "%-16s %12s %10s %10s %10s %7s %9s %8s  %s\n",
			      "FROM", "RESPONSES", "3XX", "4XX", "5XX", "SHARE",
			      "NO ANSWER", "P99", "");
	l->any = true;
	(void)fprintf(
	    l->out,
	    "%-16s %12s %10" PRIu64 " %10" PRIu64 " %10" PRIu64 " %7s %9" PRIu64 " %8s",
	    short_time(h->run->from_ns, l->asked->utc, from, sizeof(from)),
	    human_count(c->responses, true, count, sizeof(count)),
	    c->classes[CLASS_3XX], c->classes[CLASS_4XX], c->classes[CLASS_5XX],
	    human_share(c->classes[CLASS_5XX], view_finals(c), share, sizeof(share)),
	    counts_no_response(c),
	    c->latency ? human_latency(view_quantile(c, 0.99), p99, sizeof(p99)) : "-");
	for (size_t i = 0; i < c->code_count; i++)
		if (c->codes[i].code >= 500 && c->codes[i].code < 600)
			(void)fprintf(l->out, "  %u %" PRIu64, c->codes[i].code,
				      c->codes[i].count);
	(void)fputc('\n', l->out);
	return ferror(l->out) != 0;
}

/* A host by either of its kinds: a name that requests gave, or an address. */
static enum sl_err tell_host(struct store *s, struct listing *l, struct errbuf *eb)
{
	const struct asked *a = l->asked;
	store_host_fn *tell = a->json ? host_night_json : host_night_text;
	size_t limit = a->has_limit ? a->limit : LIMIT_HOST_NIGHTS;
	enum sl_err e = SL_OK;

	for (int i = HOST_FROM_REQUEST; i <= HOST_INVALID && e == SL_OK && !l->any; i++)
		e = store_host_nights(s, a->host, (enum host_source)i, INT64_MAX, limit,
				      tell, l, eb);
	if (e == SL_OK && !l->any && !a->json)
		return errbuf_set(eb, SL_E_USAGE, "%s: there is no host `%s` in it",
				  a->db, a->host);
	return e;
}

/* ---- the command ---- */

static enum sl_err prune(struct store *s, const struct asked *a, struct errbuf *eb)
{
	struct window nights = {.from_ns = INT64_MIN};
	struct window months = {.from_ns = INT64_MIN};
	struct store_pruned done;
	enum sl_err e;

	if (a->keep && window_since(a->keep, human_now_ns(), a->utc, &nights, eb))
		return errbuf_set(eb, SL_E_USAGE,
				  "--keep: `%s` is no span: 400d keeps 400 days of "
				  "nights, older ones go into months",
				  a->keep);
	if (a->keep_months &&
	    window_since(a->keep_months, human_now_ns(), a->utc, &months, eb))
		return errbuf_set(eb, SL_E_USAGE,
				  "--keep-months: `%s` is no span: 3650d",
				  a->keep_months);
	e = store_prune(s, nights.from_ns, months.from_ns, a->utc, &done, eb);
	if (e == SL_OK && (done.nights > 0 || done.removed > 0))
		(void)printf("%" PRIu64 " nights rolled into months (%" PRIu64
			     " new), %" PRIu64 " months removed\n",
			     done.nights, done.months, done.removed);
	return e;
}

static enum sl_err list(struct store *s, struct listing *l, struct errbuf *eb)
{
	const struct asked *a = l->asked;
	enum sl_err e;

	if (a->json)
		(void)fputs(a->host
				? "{\"schema\": \"statline.history/1\",\n\"nights\": ["
				: "{\"schema\": \"statline.history/1\",\n\"runs\": [",
			    l->out);
	if (a->host)
		e = tell_host(s, l, eb);
	else
		e = store_runs(s, a->has_limit ? a->limit : 0,
			       a->json ? list_json : list_text, l, eb);
	if (a->json)
		(void)fputs("\n]}\n", l->out);
	if (e == SL_OK && l->failed)
		return errbuf_set(eb, SL_E_IO, "standard output: cannot be written");
	return e;
}

static enum cli_status do_history(const struct asked *a)
{
	bool pruning = a->keep || a->keep_months;
	struct listing l = {.asked = a, .out = stdout};
	struct errbuf eb = {""};
	struct store *s;
	enum sl_err e;

	e = store_open(a->db, pruning ? STORE_WRITE : STORE_READ, LIMIT_STORE_WAIT_MS,
		       &s, &eb);
	if (e == SL_OK && pruning)
		e = prune(s, a, &eb);
	else if (e == SL_OK && a->export)
		e = store_export(s, stdout, &eb);
	else if (e == SL_OK)
		e = list(s, &l, &eb);
	store_close(s);
	if (e == SL_OK)
		return CLI_DONE;
	say("%s", eb.text[0] ? eb.text : sl_err_text(e));
	return e == SL_E_USAGE && pruning ? CLI_USAGE : CLI_FAILED;
}

enum cli_status command_history(int argc, char **argv)
{
	struct asked a = {0};
	int option;

	opterr = 0;
	optind = 0;
	while ((option = getopt_long(argc, argv, ":h", history_options, NULL)) != -1) {
		if (option == 'h') {
			(void)fputs(usage, stdout);
			return CLI_DONE;
		}
		if (!take_option(&a, option)) {
			say("history: `%s` is not understood: see statline history "
			    "--help",
			    argv[optind - 1]);
			return CLI_USAGE;
		}
	}
	if (optind < argc)
		a.host = argv[optind++];
	if (!a.db || optind < argc ||
	    a.export + (a.keep || a.keep_months) + (a.host != NULL) > 1) {
		say("history: %s: statline history --db FILE [HOST]",
		    !a.db ? "--db names the history"
			  : "a host, --export and --keep are asked for one at a time");
		return CLI_USAGE;
	}
	return do_history(&a);
}
