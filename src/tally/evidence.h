/**
 * @file
 * @brief What the notable codes of a row were about.
 *
 * The catalogue says for each code what is kept; here every code has the same parts and
 * a shape that names those it uses, so that merging and writing know no codes. Lists
 * are Space-Saving (topk.h), the rest are sums, extremes and estimates: all of it
 * merges.
 *
 * Memory is taken as it is needed, within LIMIT_EVIDENCE over all rows together. Past
 * that a list keeps fewer keys, with a larger error, and budget.refused counts.
 * Credentials, cookies and queries are never kept.
 */
#ifndef STATLINE_TALLY_EVIDENCE_H
#define STATLINE_TALLY_EVIDENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "http/exchange.h"
#include "tally/code_times.h"
#include "tally/hyperloglog.h"
#include "tally/outage.h"
#include "tally/timeline.h"
#include "tally/topk.h"

#define EVIDENCE_CODES  15U
#define EVIDENCE_LISTS  3U
#define EVIDENCE_COUNTS 6U

/** How the key of a list reads. */
enum evidence_key {
	KEY_NONE, /**< there is no such list */
	KEY_TEXT,
	KEY_ADDRESS, /**< 16 bytes of a struct ip_addr */
	KEY_PAIR,    /**< two texts with a zero between them */
};

struct evidence_list {
	const char *name;  /**< "paths", "clients": the key in JSON */
	const char *part;  /**< of an entry: "path"; of a pair the first: "method" */
	const char *other; /**< of a pair the second: "path", "location" */
	enum evidence_key key;
	uint8_t limit;      /**< keys at most */
	bool with_distinct; /**< each key has a number of distinct paths */
};

/** What the parts of one code's evidence are called; NULL: not used. */
struct evidence_shape {
	uint16_t code;
	struct evidence_list lists[EVIDENCE_LISTS];
	const char *counts[EVIDENCE_COUNTS];
	const char *range;    /**< "request_body": with a minimum and a maximum */
	const char *distinct; /**< "distinct_paths" */
	bool outage;
};

/** Counts, by the order of their names in the shapes. */
enum {
	COUNT_100_NONE = 0,
	COUNT_200_EMPTY = 0,
	COUNT_200_HEAD,
	COUNT_200_BODY_BYTES,
	COUNT_201_NO_LOCATION = 0,
	COUNT_30X_HTTPS = 0,
	COUNT_30X_ITSELF,
	COUNT_30X_ELSEWHERE,
	COUNT_30X_NO_LOCATION,
	COUNT_304_SINCE = 0,
	COUNT_304_MATCH,
	COUNT_304_BOTH,
	COUNT_304_OTHER,
	COUNT_304_NONE,
	COUNT_400_SPACE = 0,
	COUNT_400_CONTROL,
	COUNT_400_VERSION,
	COUNT_400_HOST,
	COUNT_400_NOTHING,
	COUNT_400_UNSEEN,
	COUNT_401_WITH = 0,
	COUNT_401_WITHOUT,
	COUNT_413_UNKNOWN = 0,
};

/** One code of one row. Read-only outside tally/. */
struct evidence {
	struct topk lists[EVIDENCE_LISTS];
	uint64_t counts[EVIDENCE_COUNTS];
	uint64_t low; /**< UINT64_MAX before the first */
	uint64_t high;
	struct hll distinct;
	struct outage outage;
};

/** All codes of one row. */
struct row_evidence {
	struct evidence *codes[EVIDENCE_CODES]; /**< as in evidence_shape_at() */
	struct timeline *errors;                /**< 5xx, one column; NULL before one */
	struct code_times times;                /**< of every code, notable or not */
};

/** @return the shape of the @p i-th notable code, ascending; NULL past the last */
const struct evidence_shape *evidence_shape_at(size_t i);

/** @return the index of @p code, or EVIDENCE_CODES when it is not notable */
size_t evidence_index(uint16_t code);

/** Look at a response whose head has come.
 *  @param e         its row's, made if need be; NULL at first
 *  @param fold      whether paths are folded
 *  @param other_ns  of the row's last final response before that was no 503 */
void evidence_response(struct row_evidence **e, const struct http_exchange *x,
		       bool fold, int64_t other_ns, struct budget *b);

/** Look at an exchange that is over; as evidence_response(). */
void evidence_done(struct row_evidence **e, const struct http_exchange *x,
		   struct budget *b);

/** Add @p from, NULL allowed. */
void evidence_merge(struct row_evidence **into, const struct row_evidence *from,
		    struct budget *b);

/** NULL is allowed. */
void evidence_free(struct row_evidence *e, struct budget *b);

#endif
