#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_read.h"
#include "report/json_parts.h"
#include "store/statement.h"

#define RUN_COLUMNS                                                               \
	"runs.id, from_ns, to_ns, generated_ns, nights, packets, bytes,"          \
	" runs.requests, runs.responses, c1, c2, c3, c4, c5, other, no_response," \
	" hosts, partial, (SELECT count(*) FROM sources WHERE run = runs.id),"    \
	" month"
#define RUN_COLUMN_COUNT 20

static struct store_run run_of(sqlite3_stmt *st)
{
	struct store_run r = {
	    .id = sqlite3_column_int64(st, 0),
	    .from_ns = sqlite3_column_int64(st, 1),
	    .to_ns = sqlite3_column_int64(st, 2),
	    .generated_ns = sqlite3_column_int64(st, 3),
	    .nights = column_count(st, 4),
	    .packets = column_count(st, 5),
	    .bytes = column_count(st, 6),
	    .requests = column_count(st, 7),
	    .responses = column_count(st, 8),
	    .no_response = column_count(st, 15),
	    .hosts = column_count(st, 16),
	    .partial = sqlite3_column_int(st, 17) != 0,
	    .sources = column_count(st, 18),
	    .month = sqlite3_column_int(st, 19) != 0,
	};

	for (int i = 0; i < CLASSES; i++)
		r.classes[i] = column_count(st, 9 + i);
	return r;
}

/** 0 rows is no limit: SQL has -1 for that. */
static int64_t sql_limit(size_t limit)
{
	return limit == 0 || limit > INT64_MAX ? -1 : (int64_t)limit;
}

enum sl_err store_runs(struct store *s, size_t limit, store_run_fn *tell, void *ctx,
		       struct errbuf *eb)
{
	sqlite3_stmt *st;

	store_begin_call(s, eb);
	st = store_prepare(s, "SELECT " RUN_COLUMNS " FROM runs"
			      " ORDER BY from_ns DESC, runs.id DESC LIMIT ?");
	bind_int(s, st, 1, sql_limit(limit));
	while (store_step(s, st)) {
		struct store_run run = run_of(st);

		if (tell(ctx, &run) != 0)
			break;
	}
	(void)sqlite3_finalize(st);
	return s->error;
}

/* ---- a host's nights ---- */

static void read_codes(struct store *s, sqlite3_stmt *codes, int64_t host, int64_t run,
		       struct counts *c)
{
	size_t room = 0;

	bind_int(s, codes, 1, host);
	bind_int(s, codes, 2, run);
	while (store_step(s, codes)) {
		struct code_count code = {
		    .code = (uint16_t)(sqlite3_column_int(codes, 0) % 1000),
		    .count = column_count(codes, 1)};

		if (c->code_count == room) {
			size_t more = room ? 2 * room : 16;
			struct code_count *grown =
			    realloc(c->codes, more * sizeof(*grown));

			if (!grown) {
				s->error = SL_E_NOMEM;
				break;
			}
			c->codes = grown;
			room = more;
		}
		c->codes[c->code_count++] = code;
		c->classes[status_class_of(code.code)] += code.count;
	}
	(void)sqlite3_reset(codes);
}

static void read_figures(sqlite3_stmt *st, struct store_host *h)
{
	struct counts *c = &h->counts;
	const int at = RUN_COLUMN_COUNT + 1;

	c->requests = column_count(st, at);
	c->responses = column_count(st, at + 1);
	c->exchanges = column_count(st, at + 2);
	c->no_response[EXCHANGE_CLOSED] = column_count(st, at + 3);
	c->no_response[EXCHANGE_RESET] = column_count(st, at + 4);
	c->no_response[EXCHANGE_TIMEOUT] = column_count(st, at + 5);
	c->unseen = column_count(st, at + 6);
	c->pending = column_count(st, at + 7);
	c->request_bytes = column_count(st, at + 8);
	c->response_bytes = column_count(st, at + 9);
	c->body_bytes = column_count(st, at + 10);
	if (sqlite3_column_bytes(st, at + 11) > 0)
		c->latency =
		    histogram_unpack(sqlite3_column_blob(st, at + 11),
				     (size_t)sqlite3_column_bytes(st, at + 11));
}

static const char host_nights[] =
    "SELECT " RUN_COLUMNS
    ", host, host_runs.requests, host_runs.responses, exchanges, closed, reset,"
    " timeout, unseen, pending, request_bytes, response_bytes, body_bytes,"
    " latency FROM host_runs JOIN runs ON run = runs.id"
    " WHERE host = (SELECT id FROM hosts WHERE name = ? AND source = ?)"
    " AND from_ns < ? ORDER BY from_ns DESC, runs.id DESC LIMIT ?";

enum sl_err store_host_nights(struct store *s, const char *name,
			      enum host_source source, int64_t before_ns, size_t limit,
			      store_host_fn *tell, void *ctx, struct errbuf *eb)
{
	sqlite3_stmt *st, *codes;
	int stop = 0;

	store_begin_call(s, eb);
	st = store_prepare(s, host_nights);
	codes = store_prepare(s, "SELECT code, sum(count) FROM counts WHERE host = ?"
				 " AND run = ? GROUP BY code ORDER BY code");
	bind_text(s, st, 1, name);
	bind_int(s, st, 2, source);
	bind_int(s, st, 3, before_ns);
	bind_int(s, st, 4, sql_limit(limit));
	while (!stop && store_step(s, st)) {
		struct store_run run = run_of(st);
		struct store_host host = {.run = &run};

		read_figures(st, &host);
		read_codes(s, codes, sqlite3_column_int64(st, RUN_COLUMN_COUNT), run.id,
			   &host.counts);
		if (!s->error)
			stop = tell(ctx, &host);
		counts_clear(&host.counts);
	}
	(void)sqlite3_finalize(st);
	(void)sqlite3_finalize(codes);
	return s->error;
}

enum sl_err store_hosts(struct store *s, int64_t before_ns, size_t nights,
			store_seen_fn *tell, void *ctx, struct errbuf *eb)
{
	sqlite3_stmt *st;

	store_begin_call(s, eb);
	st = store_prepare(
	    s, "SELECT name, source, count(*) FROM host_runs JOIN hosts"
	       " ON host = hosts.id WHERE run IN (SELECT id FROM runs WHERE from_ns < ?"
	       " ORDER BY from_ns DESC, id DESC LIMIT ?) GROUP BY host");
	bind_int(s, st, 1, before_ns);
	bind_int(s, st, 2, sql_limit(nights));
	while (store_step(s, st)) {
		struct store_seen seen = {
		    .name = (const char *)sqlite3_column_text(st, 0),
		    .source = (enum host_source)sqlite3_column_int(st, 1),
		    .runs = column_count(st, 2)};

		if (seen.name && tell(ctx, &seen) != 0)
			break;
	}
	(void)sqlite3_finalize(st);
	return s->error;
}

bool store_had(struct store *s, const char *name, enum host_source source, int class,
	       uint16_t code, int64_t before_ns)
{
	sqlite3_stmt *st;
	bool had;
	int low = class < CLASS_OTHER ? (class + 1) * 100 : 0;
	int high = class < CLASS_OTHER ? low + 99 : 999;

	store_begin_call(s, NULL);
	st = store_prepare(
	    s, "SELECT 1 FROM counts JOIN runs ON run = runs.id WHERE host ="
	       " (SELECT id FROM hosts WHERE name = ? AND source = ?) AND code BETWEEN"
	       " ? AND ? AND from_ns < ? LIMIT 1");
	bind_text(s, st, 1, name);
	bind_int(s, st, 2, source);
	bind_int(s, st, 3, code ? code : low);
	bind_int(s, st, 4, code ? code : high);
	bind_int(s, st, 5, before_ns);
	had = store_step(s, st);
	(void)sqlite3_finalize(st);
	return had;
}

/* ---- export ---- */

static json_t *read_text(void *ctx)
{
	return json_loads(*(const char **)ctx, 0, NULL);
}

/* Columns that hold JSON of our own: what is no JSON is damaged, and shown as nothing.
 * NULL without memory. */
static json_t *json_of(const char *text)
{
	json_t *parsed;
	bool refused;

	if (!text)
		return NULL;
	parsed = json_read(read_text, &text, &refused);
	return parsed || refused ? parsed : json_object();
}

static json_t *cell(sqlite3_stmt *st, int n)
{
	const char *name = sqlite3_column_name(st, n);
	size_t len = strlen(name);

	if (sqlite3_column_type(st, n) == SQLITE_NULL)
		return json_null();
	if (sqlite3_column_type(st, n) == SQLITE_TEXT) {
		const char *value = (const char *)sqlite3_column_text(st, n);

		if (strcmp(name, "coverage") == 0 || strcmp(name, "evidence") == 0)
			return json_of(value);
		return value ? json_text(value) : NULL;
	}
	if (len > 3 && strcmp(name + len - 3, "_ns") == 0)
		return json_time(sqlite3_column_int64(st, n));
	return json_count(column_count(st, n));
}

/** "from_ns" is a time as text: "from". */
static const char *key_of(sqlite3_stmt *st, int n, char *out, size_t size)
{
	const char *name = sqlite3_column_name(st, n);
	size_t len = strlen(name);

	(void)snprintf(out, size, "%s", name);
	if (len > 3 && len < size && strcmp(name + len - 3, "_ns") == 0)
		out[len - 3] = '\0';
	return out;
}

static json_t *quantiles(sqlite3_stmt *st, int n)
{
	struct histogram *h;
	json_t *o;

	errno = 0;
	h = histogram_unpack(sqlite3_column_blob(st, n),
			     (size_t)sqlite3_column_bytes(st, n));
	if (!h && errno == ENOMEM)
		return NULL;
	o = json_latency(h);

	histogram_free(h);
	return o;
}

static enum sl_err export_row(struct store *s, sqlite3_stmt *st, FILE *out)
{
	json_t *o = json_object();
	bool ok = o != NULL;
	char key[64];

	for (int i = 0; i < sqlite3_column_count(st); i++)
		ok = json_put(o, key_of(st, i, key, sizeof(key)),
			      sqlite3_column_type(st, i) == SQLITE_BLOB
				  ? quantiles(st, i)
				  : cell(st, i),
			      ok);
	if (!ok)
		s->error = errbuf_set(s->eb, SL_E_NOMEM, "%s", sl_err_text(SL_E_NOMEM));
	else if (json_dumpf(o, out,
			    JSON_COMPACT | JSON_ENSURE_ASCII |
				JSON_REAL_PRECISION(15)) != 0 ||
		 fputc('\n', out) == EOF)
		s->error =
		    errbuf_set(s->eb, SL_E_IO, "the export cannot be written: %s",
			       strerror(errno));
	json_decref(o);
	return s->error;
}

static void export_query(struct store *s, const char *sql, FILE *out)
{
	sqlite3_stmt *st = store_prepare(s, sql);

	while (store_step(s, st) && export_row(s, st, out) == SL_OK)
		;
	(void)sqlite3_finalize(st);
}

enum sl_err store_export(struct store *s, FILE *out, struct errbuf *eb)
{
	store_begin_call(s, eb);
	/* One state of the history, whatever a job writes meanwhile. */
	(void)store_exec(s, "BEGIN");
	export_query(
	    s,
	    "SELECT 'run' AS type, id AS run, from_ns, to_ns, month, nights,"
	    " generated_ns, version, packets, bytes, requests, responses,"
	    " c1 AS '1xx', c2 AS '2xx', c3 AS '3xx', c4 AS '4xx', c5 AS '5xx',"
	    " other, no_response, hosts, partial, bucket_seconds, coverage FROM runs"
	    " ORDER BY from_ns, id",
	    out);
	export_query(s,
		     "SELECT 'source' AS type, run, id, name, packets, bytes, first_ns,"
		     " last_ns FROM sources ORDER BY run, first_ns, id",
		     out);
	export_query(s,
		     "SELECT 'host' AS type, run, name AS host, requests, responses,"
		     " exchanges, closed, reset, timeout, unseen, pending,"
		     " request_bytes, response_bytes, body_bytes, first_ns, last_ns,"
		     " latency FROM host_runs JOIN hosts ON host = hosts.id"
		     " ORDER BY run, name, source",
		     out);
	export_query(s,
		     "SELECT 'count' AS type, run, name AS host, code, bucket_ns, count"
		     " FROM counts JOIN hosts ON host = hosts.id"
		     " ORDER BY run, name, source, code, bucket_ns",
		     out);
	export_query(s,
		     "SELECT 'evidence' AS type, run, name AS host, code,"
		     " json AS evidence FROM evidence JOIN hosts ON host = hosts.id"
		     " ORDER BY run, name, source, code",
		     out);
	return store_end(s);
}
