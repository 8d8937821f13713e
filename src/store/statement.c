#include "store/statement.h"

#include <string.h>

static enum sl_err kind_of(int code)
{
	switch (code & 0xff) {
	case SQLITE_NOMEM:
		return SL_E_NOMEM;
	case SQLITE_CORRUPT:
		return SL_E_DAMAGED;
	case SQLITE_NOTADB:
		return SL_E_FORMAT;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return SL_E_LIMIT;
	default:
		return SL_E_IO;
	}
}

enum sl_err store_failed(struct store *s)
{
	int code = sqlite3_extended_errcode(s->db);

	if (s->error)
		return s->error;
	s->error = kind_of(code);
	switch (s->error) {
	case SL_E_LIMIT:
		return errbuf_set(s->eb, s->error,
				  "%s: another job has been writing it for over %d s: "
				  "nothing was changed; try again when it is done",
				  s->path, s->wait_ms / 1000);
	case SL_E_DAMAGED:
		return errbuf_set(
		    s->eb, s->error,
		    "%s: the history is damaged (%s): move it away and begin "
		    "a new one, or save what is left with sqlite3's .recover",
		    s->path, sqlite3_errmsg(s->db));
	case SL_E_FORMAT:
		return errbuf_set(s->eb, s->error,
				  "%s: is no history of statline: choose another file",
				  s->path);
	default:
		if (code == SQLITE_READONLY_ROLLBACK)
			return errbuf_set(
			    s->eb, s->error,
			    "%s: a job that wrote it was interrupted: the "
			    "next one, or any command of who may write it, "
			    "brings it back to how it was",
			    s->path);
		return errbuf_set(s->eb, s->error, "%s: history: %s", s->path,
				  sqlite3_errmsg(s->db));
	}
}

void store_begin_call(struct store *s, struct errbuf *eb)
{
	s->eb = eb;
	s->error = SL_OK;
	if (eb)
		eb->text[0] = '\0';
}

enum sl_err store_exec(struct store *s, const char *sql)
{
	if (!s->error && sqlite3_exec(s->db, sql, NULL, NULL, NULL) != SQLITE_OK)
		(void)store_failed(s);
	return s->error;
}

sqlite3_stmt *store_prepare(struct store *s, const char *sql)
{
	sqlite3_stmt *st = NULL;

	if (s->error)
		return NULL;
	if (sqlite3_prepare_v2(s->db, sql, -1, &st, NULL) != SQLITE_OK)
		(void)store_failed(s);
	return st;
}

void bind_int(struct store *s, sqlite3_stmt *st, int n, int64_t value)
{
	if (!s->error && sqlite3_bind_int64(st, n, value) != SQLITE_OK)
		(void)store_failed(s);
}

void bind_count(struct store *s, sqlite3_stmt *st, int n, uint64_t value)
{
	bind_int(s, st, n, value > INT64_MAX ? INT64_MAX : (int64_t)value);
}

void bind_text(struct store *s, sqlite3_stmt *st, int n, const char *text)
{
	if (!s->error &&
	    sqlite3_bind_text(st, n, text, -1, SQLITE_TRANSIENT) != SQLITE_OK)
		(void)store_failed(s);
}

bool store_step(struct store *s, sqlite3_stmt *st)
{
	int code;

	if (s->error || !st)
		return false;
	code = sqlite3_step(st);
	if (code == SQLITE_ROW)
		return true;
	if (code != SQLITE_DONE)
		(void)store_failed(s);
	return false;
}

void store_run_once(struct store *s, sqlite3_stmt *st)
{
	while (store_step(s, st))
		;
	(void)sqlite3_reset(st);
}

uint64_t column_count(sqlite3_stmt *st, int n)
{
	int64_t value = sqlite3_column_int64(st, n);

	return value > 0 ? (uint64_t)value : 0;
}

int64_t store_number(struct store *s, const char *sql)
{
	sqlite3_stmt *st = store_prepare(s, sql);
	int64_t n = store_step(s, st) ? sqlite3_column_int64(st, 0) : 0;

	(void)sqlite3_finalize(st);
	return n;
}

enum sl_err store_begin(struct store *s)
{
	s->waited = false;
	return store_exec(s, "BEGIN IMMEDIATE");
}

enum sl_err store_end(struct store *s)
{
	/* SQLite rolls back by itself after some errors: then this one fails, and the
	 * first error is what counts. */
	if (!s->error)
		(void)store_exec(s, "COMMIT");
	if (s->error && !sqlite3_get_autocommit(s->db))
		(void)sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
	/* After a COMMIT that failed half-way the journal is played back by whoever
	 * reads next: that may be someone who must not write. */
	if (s->error)
		(void)sqlite3_exec(s->db, "SELECT count(*) FROM sqlite_schema", NULL,
				   NULL, NULL);
	return s->error;
}
