/**
 * @file
 * @brief Adds up exchanges by host (or server, or client).
 *
 * From http/, to report/. Everything in it merges: counters and histograms
 * exactly, in any order. Rows are bounded by LIMIT_HOSTS; what comes after the
 * bound goes to the row `(other)` and is never lost.
 */
#ifndef STATLINE_TALLY_TALLY_H
#define STATLINE_TALLY_TALLY_H

#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/err.h"
#include "base/histogram.h"
#include "base/limits.h"
#include "http/catalogue.h"
#include "http/exchange.h"

struct tally; /* defined in tally.c only */

enum tally_by {
	TALLY_BY_HOST,
	TALLY_BY_SERVER, /**< the server's address and port */
	TALLY_BY_CLIENT, /**< the client's address */
};

struct code_count {
	uint16_t code;
	uint64_t count;
};

/** Everything counted: of one row, or of all. Read-only outside tally/. */
struct counts {
	uint64_t requests;
	uint64_t responses; /**< interim and final */
	uint64_t exchanges; /**< final responses, with or without a request */
	uint64_t classes[CLASSES];
	struct code_count *codes; /**< ascending by code, owned by the row */
	size_t code_count;
	uint64_t
	    no_response[EXCHANGE_OUTCOMES]; /**< by cause: CLOSED, RESET, TIMEOUT */
	uint64_t pending;
	uint64_t unseen; /**< requests whose response the capture lost */
	uint64_t request_bytes;
	uint64_t response_bytes;
	uint64_t body_bytes;
	struct histogram *latency; /**< ns; NULL before the first; owned by the row */
};

struct tally_row {
	const char *name; /**< terminated; not escaped: text from the wire */
	enum host_source source;
	struct counts counts;
	struct endpoint servers[LIMIT_SERVERS]; /**< in order of appearance */
	size_t server_count;
	uint64_t
	    more_servers; /**< times that another one was seen: 0 or "at least one" */
	int64_t first_ns; /**< of its responses; INT64_MAX without */
	int64_t last_ns;  /**< INT64_MIN without */
};

/** @return NULL without memory */
struct tally *tally_new(enum tally_by by);

/** @return a sink that feeds @p t; valid as long as @p t */
struct http_sink tally_sink(struct tally *t);

/** @return what @p t is keyed by */
enum tally_by tally_by(const struct tally *t);

/** @return the sums over all rows, owned by the tally */
const struct counts *tally_total(const struct tally *t);

/** @return the rows in no particular order, owned by the tally; their number in
 *  @p count. The row `(other)` is among them once it is used. */
const struct tally_row *const *tally_rows(const struct tally *t, size_t *count);

/** @return final and interim responses folded into `(other)` */
uint64_t tally_overflow(const struct tally *t);

/** @return the count of code @p code in @p c */
uint64_t counts_code(const struct counts *c, uint16_t code);

/** @return the sum of no_response over its causes */
uint64_t counts_no_response(const struct counts *c);

/** Add everything of @p from (keyed alike) to @p into.
 *  @retval SL_OK, SL_E_NOMEM (some of it is missing then) */
enum sl_err tally_merge(struct tally *into, const struct tally *from);

/** @return whether memory ran out at some time, so that figures are too low */
enum sl_err tally_failed(const struct tally *t);

void tally_free(struct tally *t);

#endif
