/**
 * @file
 * @brief Prepared statements whose first error sticks. Only for src/store/.
 */
#ifndef STATLINE_STORE_STATEMENT_H
#define STATLINE_STORE_STATEMENT_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "store/store.h"

struct store {
	sqlite3 *db;
	char *path;        /* owned */
	int wait_ms;       /* for another job */
	bool waited;       /* there was one */
	struct errbuf *eb; /* of the call that is running; may be NULL */
	enum sl_err error; /* of it; sticks until the next call */
};

/** Note what SQLite says about the last call.
 *  @return the error, which sticks */
enum sl_err store_failed(struct store *s);

/** Begin a call: forget errors of the one before. */
void store_begin_call(struct store *s, struct errbuf *eb);

/** Run statements that give no rows.
 *  @return s->error */
enum sl_err store_exec(struct store *s, const char *sql);

/** @return the statement, to be given to sqlite3_finalize(); NULL on failure */
sqlite3_stmt *store_prepare(struct store *s, const char *sql);

/** Bind the @p n-th parameter, from 1. Counts over INT64_MAX stay there. */
void bind_int(struct store *s, sqlite3_stmt *st, int n, int64_t value);
void bind_count(struct store *s, sqlite3_stmt *st, int n, uint64_t value);
void bind_text(struct store *s, sqlite3_stmt *st, int n, const char *text);

/** Next row. @return whether there is one */
bool store_step(struct store *s, sqlite3_stmt *st);

/** Step a statement that gives no rows, and make it ready for the next use. */
void store_run_once(struct store *s, sqlite3_stmt *st);

/** @return column @p n, from 0, of a row; negative counts read as 0 */
uint64_t column_count(sqlite3_stmt *st, int n);

/** @return the first column of the only row; 0 without */
int64_t store_number(struct store *s, const char *sql);

/** BEGIN IMMEDIATE: waits for another job. */
enum sl_err store_begin(struct store *s);

/** COMMIT, or after an error ROLLBACK.
 *  @return s->error */
enum sl_err store_end(struct store *s);

#endif
