#include "report/restore.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_read.h"
#include "report/restore_parts.h"

/* ---- hosts ---- */

static enum host_source source_named(const char *name, const char *host)
{
	/* A row of our own names: "(invalid)", "(other)". */
	if (host[0] == '(')
		return HOST_INVALID;
	return name && strcmp(name, "server") == 0 ? HOST_FROM_SERVER
						   : HOST_FROM_REQUEST;
}

static void read_servers(struct reading *r, const json_t *o, struct tally_row *row)
{
	const json_t *servers = json_object_get(o, "servers");

	for (size_t i = 0; i < json_array_size(servers) && i < LIMIT_SERVERS; i++) {
		const char *text = json_string_value(json_array_get(servers, i));

		if (!text || !endpoint_parse(text, &row->servers[i])) {
			reading_fail(r, SL_E_FORMAT, "servers");
			return;
		}
		row->server_count++;
	}
	row->more_servers = json_is_true(json_object_get(o, "more_servers"));
}

static void read_host(struct reading *r, const json_t *o, struct tally *t)
{
	struct tally_row row = {.name = read_text(r, o, "host"),
				.first_ns = INT64_MAX,
				.last_ns = INT64_MIN};
	struct endpoint address = {.port = 0};
	struct budget budget = {.limit = SIZE_MAX};

	if (!row.name || row.name[0] == '\0') {
		reading_fail(r, SL_E_FORMAT, "host");
		return;
	}
	row.source = source_named(read_text(r, o, "host_source"), row.name);
	if (tally_by(t) == TALLY_BY_SERVER && row.source != HOST_INVALID)
		row.source = HOST_FROM_SERVER;
	if (tally_by(t) != TALLY_BY_HOST && row.name[0] != '(' &&
	    !endpoint_parse(row.name, &address))
		reading_fail(r, SL_E_FORMAT, "host");
	(void)read_time(r, o, "first", &row.first_ns);
	(void)read_time(r, o, "last", &row.last_ns);
	read_servers(r, o, &row);
	read_counts(r, o, &row.counts, HISTOGRAM_ROW_BITS);
	row.evidence = read_evidence(r, o, &budget);
	if (budget.failed)
		reading_fail(r, SL_E_NOMEM, "evidence");
	row.other_ns = INT64_MIN;
	if (r->error == SL_OK)
		tally_add_row(t, &row, &address);
	counts_clear(&row.counts);
	evidence_free(row.evidence, &budget);
}

/* The total stands on its own but for what only rows say. */
static void read_total(struct reading *r, const json_t *o, struct tally *t)
{
	const json_t *coverage = read_member(o, "coverage");
	const struct tally_row *const *rows;
	struct counts c;
	size_t count;

	read_counts(r, o, &c, HISTOGRAM_TOTAL_BITS);
	read_no_response(r, coverage, &c);
	c.pending = read_count(r, coverage, "pending");
	read_settling(r, coverage, &c);
	rows = tally_rows(t, &count);
	for (size_t i = 0; i < count; i++) {
		c.unseen += rows[i]->counts.unseen;
		c.request_bytes += rows[i]->counts.request_bytes;
		c.response_bytes += rows[i]->counts.response_bytes;
		c.body_bytes += rows[i]->counts.body_bytes;
	}
	if (r->error == SL_OK)
		tally_add_total(t, &c);
	counts_clear(&c);
}

static enum tally_by by_named(const char *name)
{
	if (name && strcmp(name, "server") == 0)
		return TALLY_BY_SERVER;
	return name && strcmp(name, "client") == 0 ? TALLY_BY_CLIENT : TALLY_BY_HOST;
}

static void read_tally(struct reading *r, struct restored *out, json_t *tree)
{
	const json_t *hosts = json_object_get(tree, "hosts");
	uint64_t all = read_count(r, tree, "hosts_total");

	out->tally = tally_new(by_named(read_text(r, tree, "by")));
	if (!out->tally) {
		reading_fail(r, SL_E_NOMEM, "hosts");
		return;
	}
	for (size_t i = 0; i < json_array_size(hosts) && r->error == SL_OK; i++)
		read_host(r, json_array_get(hosts, i), out->tally);
	if (all > json_array_size(hosts))
		out->missing = (size_t)all - json_array_size(hosts);
	read_total(r, tree, out->tally);
	read_behind(r, tree, out->tally);
	if (tally_failed(out->tally) != SL_OK)
		reading_fail(r, SL_E_NOMEM, "hosts");
	/* They are most of the tree. */
	(void)json_object_del(tree, "hosts");
	(void)json_object_del(tree, "clients");
}

/* ---- the report ---- */

static void read_capture(struct reading *r, struct restored *out, const json_t *o)
{
	const json_t *sources = json_object_get(o, "sources");
	const json_t *window = read_member(o, "window");
	size_t count = json_array_size(sources);

	if (count > LIMIT_INPUTS) {
		reading_fail(r, SL_E_LIMIT, "sources");
		return;
	}
	out->sources = calloc(count + 1, sizeof(*out->sources));
	if (!out->sources) {
		reading_fail(r, SL_E_NOMEM, "sources");
		return;
	}
	for (size_t i = 0; i < count; i++)
		read_source(r, json_array_get(sources, i), &out->sources[i]);
	out->source_count = count;
	out->report.filter = read_text(r, o, "filter");
	out->report.sources_outside = (size_t)read_count(r, o, "sources_outside");
	out->report.interrupted = json_is_true(json_object_get(o, "interrupted"));
	(void)read_time(r, o, "interval_start", &out->report.interval_start_ns);
	(void)read_time(r, o, "interval_end", &out->report.interval_end_ns);
	if (!window)
		return;
	out->report.window.set =
	    read_time(r, window, "from", &out->report.window.from_ns);
	if (!read_time(r, window, "to", &out->report.window.to_ns))
		out->report.window.to_ns = INT64_MAX;
}

static void read_report(struct reading *r, struct restored *out, json_t *tree)
{
	const json_t *coverage = read_member(tree, "coverage");
	const char *schema = read_text(r, tree, "schema");

	if (!schema || strcmp(schema, "statline.report/1") != 0) {
		reading_fail(r, SL_E_FORMAT, "schema");
		return;
	}
	(void)read_time(r, tree, "generated", &out->report.generated_ns);
	read_capture(r, out, read_member(tree, "capture"));
	read_coverage(r, coverage, &out->coverage);
	out->report.figures_low =
	    json_is_true(json_object_get(coverage, "memory_exhausted"));
	out->report.rows_forgotten =
	    read_count(r, read_member(tree, "overflow"), "rows_forgotten");
	read_tally(r, out, tree);
}

/** One of objects that follow each other. */
struct file {
	FILE *in;
	json_error_t error;
};

static json_t *read_file(void *ctx)
{
	struct file *file = ctx;

	return json_loadf(file->in, JSON_REJECT_DUPLICATES | JSON_DISABLE_EOF_CHECK,
			  &file->error);
}

/** The next object of @p in. @return owned; NULL with the error in @p e */
static json_t *load(FILE *in, const char *path, struct errbuf *eb, enum sl_err *e)
{
	struct file file = {.in = in};
	bool refused;
	json_t *tree = json_read(read_file, &file, &refused);

	if (refused)
		*e =
		    errbuf_set(eb, SL_E_NOMEM, "%s: %s", path, sl_err_text(SL_E_NOMEM));
	else if (ferror(in))
		*e = errbuf_set(eb, SL_E_IO, "%s: cannot be read: %s", path,
				strerror(errno));
	else if (!json_is_object(tree))
		*e = errbuf_set(
		    eb, SL_E_FORMAT, "%s: no JSON report: %s at line %d, column %d",
		    path, tree ? "not an object" : file.error.text,
		    tree ? 1 : file.error.line, tree ? 1 : file.error.column);
	if (*e == SL_OK)
		return tree;
	json_decref(tree);
	return NULL;
}

static enum sl_err told(const struct reading *r, const char *path, struct errbuf *eb)
{
	if (r->error == SL_E_FORMAT)
		return errbuf_set(eb, r->error,
				  "%s: no report of schema statline.report/1: `%s` is "
				  "missing or wrong",
				  path, r->member);
	return errbuf_set(eb, r->error, "%s: %s: %s", path, r->member,
			  sl_err_text(r->error));
}

static enum sl_err read_one(FILE *in, const char *path, struct restored **out,
			    struct errbuf *eb)
{
	struct reading reading = {.error = SL_OK};
	struct restored *r = calloc(1, sizeof(*r));
	enum sl_err e = SL_OK;

	*out = NULL;
	if (r)
		r->trees = calloc(1, sizeof(json_t *));
	if (!r || !r->trees) {
		restored_free(r);
		return errbuf_set(eb, SL_E_NOMEM, "%s: %s", path,
				  sl_err_text(SL_E_NOMEM));
	}
	r->trees[0] = load(in, path, eb, &e);
	if (!r->trees[0]) {
		restored_free(r);
		return e;
	}
	r->tree_count = 1;
	read_report(&reading, r, r->trees[0]);
	restored_refer(r);
	if (reading.error == SL_OK) {
		*out = r;
		return SL_OK;
	}
	e = told(&reading, path, eb);
	restored_free(r);
	return e;
}

static bool is_more(FILE *in)
{
	int c;

	do
		c = getc(in);
	while (c == ' ' || c == '\t' || c == '\r' || c == '\n');
	return c != EOF && ungetc(c, in) == c;
}

/* The lines of --interval are one report each. */
static enum sl_err read_all(FILE *in, const char *path, struct restored **out,
			    struct errbuf *eb)
{
	enum sl_err e = read_one(in, path, out, eb);

	while (e == SL_OK && is_more(in)) {
		struct restored *next;

		e = read_one(in, path, &next, eb);
		if (e)
			break;
		if (restored_overlap(*out, next))
			e = errbuf_set(eb, SL_E_FORMAT,
				       "%s: counts the packets of `%s` twice", path,
				       restored_overlap(*out, next));
		else if (restored_merge(*out, next) != SL_OK)
			e = errbuf_set(eb, SL_E_FORMAT,
				       "%s: its reports are of different keys, or "
				       "memory ran out",
				       path);
		restored_free(next);
	}
	return e;
}

enum sl_err restored_read(const char *path, struct restored **out, struct errbuf *eb)
{
	bool standard = strcmp(path, "-") == 0;
	FILE *in = standard ? stdin : fopen(path, "re");
	enum sl_err e;

	*out = NULL;
	if (!in)
		return errbuf_set(eb, SL_E_IO, "%s: cannot be read: %s", path,
				  strerror(errno));
	e = read_all(in, path, out, eb);
	if (e) {
		restored_free(*out);
		*out = NULL;
	}
	if (!standard)
		(void)fclose(in);
	return e;
}

const struct report *restored_report(const struct restored *r)
{
	return &r->report;
}

size_t restored_missing(const struct restored *r)
{
	return r->missing;
}

void restored_free(struct restored *r)
{
	if (!r)
		return;
	tally_free(r->tally);
	for (size_t i = 0; i < r->tree_count; i++)
		json_decref(r->trees[i]);
	free(r->trees);
	free(r->sources);
	free(r);
}
