#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "store/schema.h"
#include "store/store.h"

/** ms between two looks whether the other job is done. */
#define WAIT_STEP_MS 50

/* SQLite's own time-out would not tell that we waited. */
static int on_busy(void *ctx, int calls)
{
	struct store *s = ctx;

	if (calls >= s->wait_ms / WAIT_STEP_MS)
		return 0;
	s->waited = true;
	(void)sqlite3_sleep(WAIT_STEP_MS);
	return 1;
}

static enum sl_err prepare_file(struct store *s, enum store_mode mode)
{
	bool empty = false;

	/* DELETE: no -wal and -shm beside it, which a reader would have to write. */
	if (mode == STORE_WRITE)
		(void)store_exec(s, "PRAGMA foreign_keys = ON;"
				    "PRAGMA journal_mode = DELETE;"
				    "PRAGMA synchronous = FULL");
	else
		(void)store_exec(s, "PRAGMA query_only = ON");
	/* A hostile file must not call functions or write through its schema. */
	(void)store_exec(s, "PRAGMA trusted_schema = OFF;"
			    "PRAGMA cell_size_check = ON");
	if (schema_look(s, &empty))
		return s->error;
	if (mode == STORE_READ) {
		if (empty || store_number(s, "PRAGMA user_version") != SCHEMA_VERSION)
			return s->error = errbuf_set(
				   s->eb, SL_E_FORMAT, "%s: %s", s->path,
				   empty
				       ? "is an empty file and no history"
				       : "was written by an earlier statline: the next "
					 "statline report --db brings it up to date");
		return s->error;
	}
	if (!empty && store_number(s, "PRAGMA user_version") == SCHEMA_VERSION)
		return s->error;
	(void)store_begin(s);
	(void)schema_migrate(s);
	return store_end(s);
}

enum sl_err store_open(const char *path, enum store_mode mode, int wait_ms,
		       struct store **out, struct errbuf *eb)
{
	/* Readers too: what an interrupted job left is brought back by whoever may.
	 * Where the file is not ours to write SQLite opens it for reading. */
	int flags =
	    SQLITE_OPEN_READWRITE | (mode == STORE_WRITE ? SQLITE_OPEN_CREATE : 0);
	struct store *s = calloc(1, sizeof(*s));
	enum sl_err e;

	*out = NULL;
	if (s)
		s->path = strdup(path);
	if (!s || !s->path) {
		store_close(s);
		return errbuf_set(eb, SL_E_NOMEM, "%s: %s", path,
				  sl_err_text(SL_E_NOMEM));
	}
	s->wait_ms = wait_ms;
	store_begin_call(s, eb);
	if (sqlite3_open_v2(path, &s->db, flags, NULL) != SQLITE_OK) {
		e = store_failed(s);
	} else {
		(void)sqlite3_busy_handler(s->db, on_busy, s);
		e = prepare_file(s, mode);
	}
	if (e == SL_OK) {
		*out = s;
		return SL_OK;
	}
	store_close(s);
	return e;
}

void store_close(struct store *s)
{
	if (!s)
		return;
	(void)sqlite3_close(s->db);
	free(s->path);
	free(s);
}
