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

/** ns as seconds. */
json_t *json_seconds(int64_t ns);

/** Text of a stranger: as it is when it is valid UTF-8, else escaped as \xNN. */
json_t *json_text(const char *text);

/** `{"1xx": n, …}`, `{"200": n, …}`, `{"closed": n, …}`. */
json_t *json_classes(const struct counts *c);
json_t *json_codes(const struct counts *c);
json_t *json_no_response(const struct counts *c);

/** The latency with the buckets that merging needs; null without any. */
json_t *json_latency(const struct counts *c);

/** The members `capture` and `coverage`; json_coverage.c. */
json_t *json_capture(const struct view *v);
json_t *json_coverage(const struct view *v);

/** The member `changes`; json_changes.c. */
json_t *json_changes(const struct changes *c);

/** One member of `hosts`. */
json_t *json_row(const struct view *v, const struct tally_row *row);

#endif
