#include "config.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_read.h"
#include "report/json_parts.h"
#include "store/schema.h"

/** Text of an identity: two digits a byte. */
#define ID_TEXT (2 * sizeof(((struct capture_source *)NULL)->id) + 1)

/** Buckets of counts: hours of UTC, which every night has alike. */
#define BUCKET_NS (3600 * NS_PER_S)

/* ---- what a report covers ---- */

/** Whether packets of @p c are in the report: an older file of the ring may be gone
 * when the night is read again. */
static bool takes_part(const struct report *r, const struct capture_source *c)
{
	return c->packets > 0 && (!r->window.set || (c->first_ns < r->window.to_ns &&
						     c->last_ns >= r->window.from_ns));
}

bool store_span(const struct report *r, int64_t *from, int64_t *to)
{
	bool any = false;

	*from = INT64_MAX;
	*to = INT64_MIN;
	for (size_t i = 0; i < r->source_count; i++) {
		const struct capture_source *c = &r->sources[i];

		if (!takes_part(r, c))
			continue;
		any = true;
		*from = c->first_ns < *from ? c->first_ns : *from;
		*to = c->last_ns > *to ? c->last_ns : *to;
	}
	if (!any)
		return false;
	*to += *to < INT64_MAX;
	if (r->window.set) {
		*from = r->window.from_ns;
		*to = r->window.to_ns < INT64_MAX ? r->window.to_ns : *to;
	}
	return *from < *to;
}

static bool is_partial(const struct report *r)
{
	if (r->interrupted || r->figures_low)
		return true;
	for (size_t i = 0; i < r->source_count; i++)
		if (r->sources[i].state == SOURCE_DAMAGED ||
		    r->sources[i].state == SOURCE_UNREADABLE)
			return true;
	return false;
}

static char *id_text(const struct capture_source *c, char out[ID_TEXT])
{
	for (size_t i = 0; i < sizeof(c->id); i++)
		(void)snprintf(out + 2 * i, 3, "%02x", c->id[i]);
	return out;
}

/* ---- replacing ---- */

/* Ids of @p r in a temporary table, so that SQL can compare sets. */
static void list_ids(struct store *s, const struct report *r)
{
	sqlite3_stmt *st;
	char id[ID_TEXT];

	(void)store_exec(s, "CREATE TEMP TABLE IF NOT EXISTS incoming(id TEXT PRIMARY "
			    "KEY); DELETE FROM temp.incoming");
	st = store_prepare(s, "INSERT OR IGNORE INTO temp.incoming VALUES (?)");
	for (size_t i = 0; i < r->source_count && !s->error; i++) {
		if (!takes_part(r, &r->sources[i]))
			continue;
		bind_text(s, st, 1, id_text(&r->sources[i], id));
		store_run_once(s, st);
	}
	(void)sqlite3_finalize(st);
}

/* What stands in for the same packets: they meet in time and share a source. */
#define MEETING                                                                  \
	" FROM runs WHERE from_ns < ?2 AND to_ns > ?1 AND EXISTS (SELECT 1 FROM" \
	" sources JOIN temp.incoming USING (id) WHERE run = runs.id)"

static sqlite3_stmt *meeting(struct store *s, const char *sql, int64_t from, int64_t to)
{
	sqlite3_stmt *st = store_prepare(s, sql);

	bind_int(s, st, 1, from);
	bind_int(s, st, 2, to);
	return st;
}

/* A run that would go, though it holds what the new one does not. */
static enum sl_err refuse_loss(struct store *s, int64_t from, int64_t to)
{
	sqlite3_stmt *st = meeting(
	    s,
	    "SELECT runs.id, name FROM sources JOIN runs ON run = runs.id WHERE "
	    "sources.id NOT IN (SELECT id FROM temp.incoming) AND runs.id IN"
	    " (SELECT id" MEETING ") LIMIT 1",
	    from, to);

	if (store_step(s, st)) {
		const char *name = (const char *)sqlite3_column_text(st, 1);

		s->error = errbuf_set(
		    s->eb, SL_E_USAGE,
		    "%s: run %lld holds some of these captures, and `%.200s` besides: "
		    "name that too, or give --replace to lose it",
		    s->path, (long long)sqlite3_column_int64(st, 0), name ? name : "");
	}
	(void)sqlite3_finalize(st);
	return s->error;
}

/* Months are sums: what went into one cannot be taken out. */
static enum sl_err refuse_month(struct store *s, int64_t from, int64_t to)
{
	sqlite3_stmt *st = meeting(s, "SELECT count(*)" MEETING " AND month", from, to);

	if (store_step(s, st) && sqlite3_column_int64(st, 0) > 0)
		s->error = errbuf_set(s->eb, SL_E_USAGE,
				      "%s: these captures were rolled into a month "
				      "already: they would count twice",
				      s->path);
	(void)sqlite3_finalize(st);
	return s->error;
}

static uint64_t remove_meeting(struct store *s, int64_t from, int64_t to)
{
	sqlite3_stmt *st =
	    meeting(s, "DELETE FROM runs WHERE id IN (SELECT id" MEETING ")", from, to);

	store_run_once(s, st);
	(void)sqlite3_finalize(st);
	return s->error ? 0 : (uint64_t)sqlite3_changes(s->db);
}

/* A night without a part of it would look like another night: it is not written. */
static void no_memory(struct store *s)
{
	if (!s->error)
		s->error = errbuf_set(s->eb, SL_E_NOMEM, "%s", sl_err_text(SL_E_NOMEM));
}

/* ---- one run ---- */

/** @return owned; NULL without memory: of a key that it has no room for jansson says
 *  nothing, and goes on without it */
static char *text_of(const json_t *value)
{
	char *text;

	errno = 0;
	text = json_dumps(value, JSON_COMPACT | JSON_ENSURE_ASCII);
	if (text && errno != ENOMEM)
		return text;
	json_text_free(text);
	return NULL;
}

static char *coverage_text(const struct report *r)
{
	static const struct report_options options = {.top = 0};
	struct view v;
	json_t *o;
	char *text;

	if (view_make(&v, r, &options) != SL_OK)
		return NULL;
	o = json_coverage(&v);
	text = o ? text_of(o) : NULL;
	json_decref(o);
	view_free(&v);
	return text;
}

static int64_t insert_run(struct store *s, const struct report *r, int64_t from,
			  int64_t to)
{
	sqlite3_stmt *st = store_prepare(
	    s, "INSERT INTO runs (from_ns, to_ns, month, generated_ns, version, "
	       "nights, packets,"
	       " bytes, requests, responses, c1, c2, c3, c4, c5, other, no_response,"
	       " hosts, partial, coverage, bucket_seconds)"
	       " VALUES (?,?,0,?,?,1,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)");
	const struct counts *c = tally_total(r->tally);
	char *coverage = coverage_text(r);
	size_t hosts;

	(void)tally_rows(r->tally, &hosts);
	bind_int(s, st, 1, from);
	bind_int(s, st, 2, to);
	bind_int(s, st, 3, r->generated_ns);
	bind_text(s, st, 4, PACKAGE_VERSION);
	bind_count(s, st, 5, r->coverage->total.packets);
	bind_count(s, st, 6, r->coverage->total.bytes);
	bind_count(s, st, 7, c->requests);
	bind_count(s, st, 8, c->responses);
	for (int i = 0; i < CLASSES; i++)
		bind_count(s, st, 9 + i, c->classes[i]);
	bind_count(s, st, 15, counts_no_response(c));
	bind_count(s, st, 16, hosts);
	bind_int(s, st, 17, is_partial(r));
	if (coverage)
		bind_text(s, st, 18, coverage);
	else
		no_memory(s);
	bind_int(s, st, 19, BUCKET_NS / NS_PER_S);
	json_text_free(coverage);
	store_run_once(s, st);
	(void)sqlite3_finalize(st);
	return s->error ? 0 : sqlite3_last_insert_rowid(s->db);
}

static void insert_sources(struct store *s, const struct report *r, int64_t run)
{
	sqlite3_stmt *st =
	    store_prepare(s, "INSERT INTO sources VALUES (?,?,?,?,?,?,?)");
	char id[ID_TEXT];

	for (size_t i = 0; i < r->source_count && !s->error; i++) {
		const struct capture_source *c = &r->sources[i];

		if (!takes_part(r, c))
			continue;
		bind_int(s, st, 1, run);
		bind_text(s, st, 2, id_text(c, id));
		bind_text(s, st, 3, c->name);
		bind_count(s, st, 4, c->packets);
		bind_count(s, st, 5, c->bytes);
		bind_int(s, st, 6, c->first_ns);
		bind_int(s, st, 7, c->last_ns);
		store_run_once(s, st);
	}
	(void)sqlite3_finalize(st);
}

/* ---- hosts ---- */

/** Statements of one store_add(), prepared once. */
struct writer {
	struct store *s;
	int64_t run;
	int64_t from_ns;
	sqlite3_stmt *add_host, *find_host, *host_run, *count, *evidence;
};

static void writer_open(struct writer *w)
{
	w->add_host =
	    store_prepare(w->s, "INSERT INTO hosts (name, source) VALUES (?, ?)"
				" ON CONFLICT DO NOTHING");
	w->find_host =
	    store_prepare(w->s, "SELECT id FROM hosts WHERE name = ? AND source = ?");
	w->host_run = store_prepare(
	    w->s, "INSERT INTO host_runs VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)");
	w->count = store_prepare(
	    w->s, "INSERT INTO counts VALUES (?,?,?,?,?)"
		  " ON CONFLICT DO UPDATE SET count = count + excluded.count");
	w->evidence = store_prepare(w->s, "INSERT INTO evidence VALUES (?,?,?,?)");
}

static void writer_close(struct writer *w)
{
	(void)sqlite3_finalize(w->add_host);
	(void)sqlite3_finalize(w->find_host);
	(void)sqlite3_finalize(w->host_run);
	(void)sqlite3_finalize(w->count);
	(void)sqlite3_finalize(w->evidence);
}

static int64_t host_id(struct writer *w, const struct tally_row *row)
{
	int64_t id = 0;

	bind_text(w->s, w->add_host, 1, row->name);
	bind_int(w->s, w->add_host, 2, row->source);
	store_run_once(w->s, w->add_host);
	bind_text(w->s, w->find_host, 1, row->name);
	bind_int(w->s, w->find_host, 2, row->source);
	if (store_step(w->s, w->find_host))
		id = sqlite3_column_int64(w->find_host, 0);
	(void)sqlite3_reset(w->find_host);
	return id;
}

static void bind_latency(struct writer *w, int n, const struct histogram *h)
{
	uint8_t *packed;
	size_t len;

	if (histogram_count(h) == 0) {
		(void)sqlite3_bind_null(w->host_run, n);
		return;
	}
	packed = malloc(histogram_pack_size(h));
	if (!packed) {
		w->s->error =
		    errbuf_set(w->s->eb, SL_E_NOMEM, "%s", sl_err_text(SL_E_NOMEM));
		return;
	}
	len = histogram_pack(h, packed);
	if (sqlite3_bind_blob64(w->host_run, n, packed, len, SQLITE_TRANSIENT) !=
	    SQLITE_OK)
		(void)store_failed(w->s);
	free(packed);
}

static void write_host_run(struct writer *w, int64_t host, const struct tally_row *row)
{
	const struct counts *c = &row->counts;
	const uint64_t figures[] = {
	    c->requests,
	    c->responses,
	    c->exchanges,
	    c->no_response[EXCHANGE_CLOSED],
	    c->no_response[EXCHANGE_RESET],
	    c->no_response[EXCHANGE_TIMEOUT],
	    c->unseen,
	    c->pending,
	    c->request_bytes,
	    c->response_bytes,
	    c->body_bytes,
	};
	int n = 3;

	bind_int(w->s, w->host_run, 1, host);
	bind_int(w->s, w->host_run, 2, w->run);
	for (size_t i = 0; i < sizeof(figures) / sizeof(figures[0]); i++)
		bind_count(w->s, w->host_run, n++, figures[i]);
	if (row->first_ns <= row->last_ns) {
		bind_int(w->s, w->host_run, n, row->first_ns);
		bind_int(w->s, w->host_run, n + 1, row->last_ns);
	} else {
		(void)sqlite3_bind_null(w->host_run, n);
		(void)sqlite3_bind_null(w->host_run, n + 1);
	}
	bind_latency(w, n + 2, c->latency);
	store_run_once(w->s, w->host_run);
}

static int64_t hour_of(int64_t ns)
{
	int64_t into = ns % BUCKET_NS;

	return ns - into - (into < 0 ? BUCKET_NS : 0);
}

static void write_count(struct writer *w, int64_t host, uint16_t code, int64_t hour_ns,
			uint64_t n)
{
	if (n == 0)
		return;
	bind_int(w->s, w->count, 1, host);
	bind_int(w->s, w->count, 2, w->run);
	bind_int(w->s, w->count, 3, code);
	bind_int(w->s, w->count, 4, hour_ns);
	bind_count(w->s, w->count, 5, n);
	store_run_once(w->s, w->count);
}

/* What has no time, since a bound was met, stands in the hour of the code's first. */
static void write_code(struct writer *w, int64_t host, const struct code_count *code,
		       const struct timeline *times)
{
	bool dated = code->first_ns <= code->last_ns;
	int64_t hour_ns = hour_of(dated ? code->first_ns : w->from_ns);
	uint64_t timed = timeline_sum(times, 0);
	uint64_t n = timed < code->count ? code->count - timed : 0;

	for (size_t i = 0; i < timeline_count(times); i++) {
		int64_t at = hour_of(timeline_start(times, i));

		if (at != hour_ns) {
			write_count(w, host, code->code, hour_ns, n);
			hour_ns = at;
			n = 0;
		}
		n += timeline_bucket(times, i)[0];
	}
	write_count(w, host, code->code, hour_ns, n);
}

static void write_codes(struct writer *w, int64_t host, const struct tally_row *row)
{
	const struct code_times *times = row->evidence ? &row->evidence->times : NULL;

	for (size_t i = 0; i < row->counts.code_count && !w->s->error; i++) {
		const struct code_count *code = &row->counts.codes[i];

		write_code(w, host, code, code_times_of(times, code->code));
	}
}

static void write_evidence(struct writer *w, int64_t host, const struct tally_row *row)
{
	json_t *evidence = json_evidence(row);
	const char *code;
	json_t *value;

	if (!evidence)
		no_memory(w->s);
	json_object_foreach(evidence, code, value)
	{
		char *text = text_of(value);

		bind_int(w->s, w->evidence, 1, host);
		bind_int(w->s, w->evidence, 2, w->run);
		bind_int(w->s, w->evidence, 3, (int64_t)strtol(code, NULL, 10));
		if (text)
			bind_text(w->s, w->evidence, 4, text);
		else
			no_memory(w->s);
		json_text_free(text);
		store_run_once(w->s, w->evidence);
	}
	json_decref(evidence);
}

static void write_hosts(struct store *s, const struct report *r, int64_t run,
			int64_t from_ns)
{
	struct writer w = {.s = s, .run = run, .from_ns = from_ns};
	size_t count;
	const struct tally_row *const *rows = tally_rows(r->tally, &count);

	writer_open(&w);
	for (size_t i = 0; i < count && !s->error; i++) {
		int64_t host = host_id(&w, rows[i]);

		write_host_run(&w, host, rows[i]);
		write_codes(&w, host, rows[i]);
		write_evidence(&w, host, rows[i]);
	}
	writer_close(&w);
}

enum sl_err store_add(struct store *s, const struct report *r, bool replace,
		      struct store_added *out, struct errbuf *eb)
{
	int64_t from, to, run = 0;

	*out = (struct store_added){0};
	store_begin_call(s, eb);
	if (tally_by(r->tally) != TALLY_BY_HOST)
		return errbuf_set(eb, SL_E_USAGE,
				  "--db: the history is by host: leave --by out");
	if (!store_span(r, &from, &to))
		return errbuf_set(eb, SL_E_USAGE, "%s: no packets: nothing was added",
				  s->path);
	(void)store_begin(s);
	out->waited = s->waited;
	list_ids(s, r);
	(void)refuse_month(s, from, to);
	if (!replace && !s->error)
		(void)refuse_loss(s, from, to);
	if (!s->error)
		out->replaced = remove_meeting(s, from, to);
	if (!s->error)
		run = insert_run(s, r, from, to);
	insert_sources(s, r, run);
	write_hosts(s, r, run, from);
	return store_end(s);
}
