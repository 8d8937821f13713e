/**
 * @file
 * @brief The table of rows; inside tally/ only.
 */
#ifndef STATLINE_TALLY_ROWS_H
#define STATLINE_TALLY_ROWS_H

#include "http/exchange.h"
#include "tally/budget.h"
#include "tally/tally.h"

struct rows; /* defined in rows.c only */

/** @return NULL without memory */
struct rows *rows_new(enum tally_by by);

/** Rows besides `(other)`; LIMIT_HOSTS unless set. */
void rows_set_most(struct rows *r, size_t most);
size_t rows_most(const struct rows *r);

/**
 * @brief The row of an exchange, made if need be.
 * @param failed  set to SL_E_NOMEM when memory ran out; else left alone
 * @return never NULL: `(other)` when there is no room or memory for a row of its own
 */
struct tally_row *rows_of_exchange(struct rows *r, const struct http_exchange *x,
				   enum sl_err *failed);

/** The row of @p r with the key of @p like, a row of another table with the same `by`;
 *  as rows_of_exchange(). */
struct tally_row *rows_like(struct rows *r, const struct tally_row *like,
			    enum sl_err *failed);

/** The row that @p like names, which need not be of a table: found by its name and
 *  source; where `by` is an address, by @p address. `(other)` is that of @p r. As
 *  rows_of_exchange(). */
struct tally_row *rows_named(struct rows *r, const struct tally_row *like,
			     const struct endpoint *address, enum sl_err *failed);

/** @return the rows, `(other)` among them once it was given, their number in @p count
 */
const struct tally_row *const *rows_all(const struct rows *r, size_t *count);

/** @return the row `(other)`, used or not */
const struct tally_row *rows_other(const struct rows *r);

/** Name @p server with @p row. */
void row_add_server(struct tally_row *row, const struct endpoint *server);

/** Rows are touched at @p now from here on. */
void rows_mark(struct rows *r, uint64_t now);

/**
 * @brief Take the rows out that were not touched since @p since.
 * @param b     what their evidence is freed out of
 * @param fold  told each of them before it is freed, with the row `(forgotten)`
 * @return their number; 0 also when `(forgotten)` could not be had
 */
size_t rows_forget(struct rows *r, uint64_t since, struct budget *b,
		   void (*fold)(void *ctx, struct tally_row *into,
				const struct tally_row *row),
		   void *ctx);

/** Frees the rows and what they own, evidence out of budget @p b; NULL is allowed. */
void rows_free(struct rows *r, struct budget *b);

#endif
