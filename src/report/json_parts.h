/**
 * @file
 * @brief Parts of the JSON report that are values of their own. Only for json*.c.
 *
 * Each function returns a new reference, or NULL without memory. Unknown is null,
 * never 0.
 */
#ifndef STATLINE_REPORT_JSON_PARTS_H
#define STATLINE_REPORT_JSON_PARTS_H

#include <jansson.h>

#include "report/view.h"

/** Put @p value (stolen, NULL allowed) under @p key.
 *  @return whether all went well so far: @p ok handed through */
bool json_put(json_t *object, const char *key, json_t *value, bool ok);

/** A count; over INT64_MAX it stays there. */
json_t *json_count(uint64_t n);

/** @return @p o if all went @p ok; else it is given back, and NULL */
json_t *json_done(json_t *o, bool ok);

/** ns as seconds. */
json_t *json_seconds(int64_t ns);

/** Text of a stranger: as it is when it is valid UTF-8, else escaped as \xNN. */
json_t *json_text(const char *text);

/** As json_text(), for @p len bytes: control bytes are escaped as \xNN too. */
json_t *json_textn(const char *text, size_t len);

/** An address of 16 bytes, and a time as RFC 3339 has it. */
json_t *json_address(const void *bytes);
json_t *json_time(int64_t ns);

/** A number of different things, with what merging needs. */
json_t *json_distinct(const struct hll *h);

/** Parts of one member of `hosts`; json_evidence.c. */
json_t *json_evidence(const struct tally_row *row);
json_t *json_code_times(const struct tally_row *row);
json_t *json_error_times(const struct row_evidence *e);

/** Elements of `clients`, `timeline` and `slowest`; json_clients.c. */
json_t *json_client(const struct client *c);
json_t *json_bucket(const struct timeline *t, size_t i);
json_t *json_slow(const struct slow_exchange *s);

/** `{"1xx": n, …}`, `{"200": n, …}`, `{"closed": n, …}`. */
json_t *json_classes(const uint64_t classes[CLASSES]);
json_t *json_codes(const struct counts *c);
json_t *json_no_response(const struct counts *c);

/** The latency with the buckets that merging needs; null without any. */
json_t *json_latency(const struct histogram *h);

/** Responses by protocol; json_more.c, as the next three. */
json_t *json_protocols(const struct counts *c);
/** Calls by status and method; null without any. */
json_t *json_grpc(const struct counts *c);
/** `{"CANCEL": n, …}`. */
json_t *json_stream_errors(const struct counts *c);
/** Connections by close code; null without any. */
json_t *json_websocket(const struct counts *c);

/** A counter of struct coverage: an uint64_t. */
struct json_counter {
	const char *key;
	size_t offset;
};

/** @return the plain counters in `coverage`, static, and their number in @p count */
const struct json_counter *json_counters(size_t *count);

/** The members `capture` and `coverage`; json_coverage.c. */
json_t *json_capture(const struct view *v);
json_t *json_coverage(const struct view *v);

/** The member `changes`; json_changes.c. */
json_t *json_changes(const struct changes *c);

/** Put what a bound, or another report, has to do with the figures of @p c, if
 * anything.
 *  @return as json_put() */
bool json_put_settling(json_t *o, const struct counts *c, bool ok);

/** `{"2xx": …}`: a latency for each class that has one. */
json_t *json_latency_by_class(const struct counts *c);

/** One member of `hosts`. */
json_t *json_row(const struct view *v, const struct tally_row *row);

#endif
