/**
 * @file
 * @brief Adds up exchanges by host (or server, or client).
 *
 * From http/, to report/. Everything in it merges: counters and histograms
 * exactly, in any order. Rows are bounded by LIMIT_HOSTS; what comes after the
 * bound goes to the row `(other)` and is never lost.
 *
 * A row takes at most 1 KiB, its name included. What grows with what its host does
 * (32 bytes a code, 10 a bucket of its histogram) is bounded over all rows together by
 * LIMIT_TALLY_GROWTH: past that a row counts a new code in its classes and in
 * `unlisted_codes` only, a new latency in `unlisted_latencies`. Classes, and
 * everything in tally_total(), stay exact.
 */
#ifndef STATLINE_TALLY_TALLY_H
#define STATLINE_TALLY_TALLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/err.h"
#include "base/histogram.h"
#include "base/limits.h"
#include "base/memory_plan.h"
#include "http/catalogue.h"
#include "http/exchange.h"
#include "tally/clients.h"
#include "tally/evidence.h"
#include "tally/slowest.h"
#include "tally/timeline.h"

struct tally; /* defined in tally.c only */

/** The name of the row that takes what comes after LIMIT_HOSTS rows. No valid host has
 *  it, and its source is HOST_INVALID. */
#define TALLY_OTHER "(other)"

enum tally_by {
	TALLY_BY_HOST,
	TALLY_BY_SERVER, /**< the server's address and port */
	TALLY_BY_CLIENT, /**< the client's address */
};

/** Statuses of gRPC that have an entry of their own: 0 to 16 (gRPC core, "Status codes
 *  and their use in gRPC"), then any other number, then none sent. */
enum { GRPC_OTHER = 17, GRPC_NONE, GRPC_STATUSES };

struct code_count {
	uint16_t code;
	uint64_t count;
	int64_t first_ns; /**< of its responses */
	int64_t last_ns;
};

/** What became of the calls of one gRPC method. */
struct grpc_method {
	char *path; /**< terminated, cut at LIMIT_GRPC_PATH; text from the wire */
	uint64_t calls[GRPC_STATUSES];
};

/** Counts of gRPC, of HTTP/2 streams and of WebSocket. */
struct more {
	uint64_t grpc[GRPC_STATUSES];
	/** Ascending by path. Of more than LIMIT_GRPC_METHODS the first in that order
	 *  are kept, whatever the order in which they came; the others are in
	 *  `grpc_others`. */
	struct grpc_method *methods;
	size_t method_count;
	uint64_t grpc_others[GRPC_STATUSES];
	/** RST_STREAM and GOAWAY that ended a request, by error code. */
	struct code_count *stream_errors;
	size_t stream_error_count;
	uint64_t websockets;          /**< connections upgraded that are over, or: */
	uint64_t websockets_open;     /**< of them: open when the capture ended */
	uint64_t websocket_unknown;   /**< of them: how they were closed is not known */
	uint64_t websocket_by_client; /**< of them: closed by the client */
	uint64_t websocket_messages[2]; /**< by clients, by servers */
	struct code_count *closes;      /**< by code of the Close frame; 1005, 1006 */
	size_t close_count;
};

/** Everything counted: of one row, or of all. Read-only outside tally/. */
struct counts {
	uint64_t requests;
	uint64_t responses; /**< interim and final */
	uint64_t exchanges; /**< final responses, with or without a request */
	uint64_t classes[CLASSES];
	struct code_count *codes; /**< ascending by code, owned by the row */
	size_t code_count;
	uint32_t last_code; /**< where in `codes` the last response was counted */
	/** Responses of which the code is not known (http_exchange.code_unknown): in
	 *  `responses` and in no class. */
	uint64_t unknown_codes;
	uint64_t protocols[EXCHANGE_PROTOCOLS]; /**< responses by protocol */
	uint64_t unlisted_codes; /**< responses whose code is in no entry: a bound */
	uint64_t
	    no_response[EXCHANGE_OUTCOMES]; /**< by cause: CLOSED, RESET, TIMEOUT */
	/** Time-outs told to another tally whose responses came to this one: merging
	 * the two takes them back. */
	uint64_t taken_back;
	uint64_t pending;
	uint64_t unseen; /**< requests whose response the capture lost */
	uint64_t request_bytes;
	uint64_t response_bytes;
	uint64_t body_bytes;
	/** ns from the end of the request to the start of its final response, where
	 * both were seen; NULL before the first; owned by the row. */
	struct histogram *latency;
	uint64_t unlisted_latencies; /**< those not in it: a bound */
	/** The same by class of the final response; NULL before the first. */
	struct histogram *class_latency[CLASSES];
	/** What only some rows have; NULL before the first; owned by the row. */
	struct more *more;
	uint64_t unlisted_more; /**< what is not in it: a bound */
};

struct tally_row {
	const char *name; /**< terminated; not escaped: text from the wire */
	enum host_source source;
	struct counts counts;
	/** Ascending by address and port. Of more than fit the lowest are kept: that
	 * does not depend on the order in which they came, so it merges. */
	struct endpoint servers[LIMIT_SERVERS];
	size_t server_count;
	bool more_servers; /**< there was at least one that is not among them */
	int64_t first_ns;  /**< of its responses; INT64_MAX without */
	int64_t last_ns;   /**< INT64_MIN without */
	/** Of its last final response that was no 503; INT64_MIN without. */
	int64_t other_ns;
	struct row_evidence *evidence; /**< NULL before there is any; owned */
};

/** Counts of a bucket of the timeline: a class each, then requests without answer. */
#define TIMELINE_NO_RESPONSE CLASSES
#define TIMELINE_COLUMNS     (CLASSES + 1)

/** @return NULL without memory */
struct tally *tally_new(enum tally_by by);

/** Bound rows and what grows with them by @p plan, copied, and not by the defaults of
 *  limits.h. Before the first exchange. */
void tally_set_memory(struct tally *t, const struct memory_plan *plan);

/** @return rows of their own that hosts can have: LIMIT_HOSTS, or what
 *  tally_set_memory() says */
size_t tally_rows_most(const struct tally *t);

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

/** Leave the paths in the evidence as they are, without query. Before the first event.
 */
void tally_set_raw_paths(struct tally *t);

/** @return what each client did, owned by the tally */
const struct clients *tally_clients(const struct tally *t);

/** @return TIMELINE_COLUMNS by time, owned by the tally; NULL before the first */
const struct timeline *tally_timeline(const struct tally *t);

/** @return owned by the tally */
const struct slowest *tally_slowest(const struct tally *t);

/** @return times that evidence could not grow because of LIMIT_EVIDENCE */
uint64_t tally_evidence_refused(const struct tally *t);

/** @return times that latencies by class could not grow because of LIMIT_TALLY_GROWTH;
 *  what else rows do not list is in their `unlisted_` sums */
uint64_t tally_details_refused(const struct tally *t);

/** @return the count of code @p code in @p c */
uint64_t counts_code(const struct counts *c, uint16_t code);

/** @return the name of a status of gRPC: "OK", "UNAVAILABLE"; "other" for GRPC_OTHER,
 *  "none" for GRPC_NONE; static */
const char *grpc_status_name(unsigned status);

/** @return the name of an error code of HTTP/2 (RFC 9113 section 7): "CANCEL"; NULL
 *  when it has none; static */
const char *http2_error_name(uint16_t code);

/** @return the key of a protocol in reports: "http/1.1", "h2", ...; static */
const char *exchange_protocol_name(enum exchange_protocol p);

/** @return the sum of no_response over its causes: closed, reset, timed out */
uint64_t counts_no_response(const struct counts *c);

/**
 * @brief Add everything of @p from to @p into; the two are not the same.
 *
 * Rows come in the order of their names: which ones reach `(other)` when the bound
 * is met depends on what the tallies hold and on the order of merges, on nothing else.
 * @retval SL_OK
 * @retval SL_E_NOMEM  some of it is in no row, list or histogram of its own
 * @retval SL_E_USAGE  they are keyed differently: nothing was added
 */
enum sl_err tally_merge(struct tally *into, const struct tally *from);

/**
 * @brief Add a row that was written down before: to the row of its name, and not to the
 *        total.
 * @param row      lent, a row of no table
 * @param address  what its name means where @p t is not by host; else may be NULL
 */
void tally_add_row(struct tally *t, const struct tally_row *row,
		   const struct endpoint *address);

/** Add what stands behind the rows: each may be NULL. Lent. */
void tally_add_behind(struct tally *t, const struct clients *clients,
		      const struct timeline *timeline, const struct slowest *slowest);

/** Add what tally_evidence_refused() and tally_details_refused() said. */
void tally_add_refused(struct tally *t, uint64_t evidence, uint64_t details);

/** Add to the total what no row holds any more. @param counts  lent */
void tally_add_total(struct tally *t, const struct counts *counts);

/** Free what @p c owns: of counts that were filled in by hand. */
void counts_clear(struct counts *c);
/** The name of the row that takes rows which were idle for long. */
#define TALLY_FORGOTTEN "(forgotten)"

/** Exchange what @p a and @p b hold; they are keyed alike. Costs nothing. */
void tally_swap(struct tally *a, struct tally *b);

/** From here on rows are touched at @p now, in any unit that grows. */
void tally_mark(struct tally *t, uint64_t now);

/** Fold the rows that were not touched since @p since into `(forgotten)`: totals stay.
 *  @return rows that left */
size_t tally_forget(struct tally *t, uint64_t since);

/** @return SL_E_NOMEM when memory ran out at some time. No response is lost then: it
 *  is in `(other)` where a row could not be had, in `unlisted_codes` and
 *  `unlisted_latencies` where an entry could not; in tally_total() too */
enum sl_err tally_failed(const struct tally *t);

/** NULL is allowed. */
void tally_free(struct tally *t);

#endif
