/**
 * @file
 * @brief Values of a JSON report read back. Only for restore*.c.
 *
 * An error sticks in the reading, with the name of the member; all later calls then
 * give nothing.
 */
#ifndef STATLINE_REPORT_RESTORE_PARTS_H
#define STATLINE_REPORT_RESTORE_PARTS_H

#include <jansson.h>

#include "report/restore.h"

struct restored {
	struct report report;
	struct tally *tally;
	struct coverage coverage;
	struct capture_source *sources; /* owned; their texts are of the trees */
	size_t source_count;
	json_t **trees; /* without their hosts: what the texts are lent by */
	size_t tree_count;
	size_t missing;
};

/** What the report lends is its own, wherever that has moved: after each change. */
void restored_refer(struct restored *r);

struct reading {
	enum sl_err error;
	/** Where it went wrong; copied, since a key of the tree may be gone when it is
	 *  told. Longer ones are cut. */
	char member[48];
};

/** Note that @p member is wrong, or that memory ran out. */
void reading_fail(struct reading *r, enum sl_err e, const char *member);

/** @return a count; 0 where it is missing or null */
uint64_t read_count(struct reading *r, const json_t *o, const char *key);

/** @return a text lent by @p o, or NULL */
const char *read_text(struct reading *r, const json_t *o, const char *key);

/** @return whether there is a time, in @p ns */
bool read_time(struct reading *r, const json_t *o, const char *key, int64_t *ns);

/** @return whether member @p key is a span in seconds, in @p ns; at most 9e9 s */
bool read_ns(const json_t *o, const char *key, uint64_t *ns);

/** @return whether member `seconds` is the width of a bucket, in @p ns: not 0, at most
 *          1e9 s */
bool read_width(const json_t *o, int64_t *ns);

/** @return the member, or NULL where it is missing or null; lent */
const json_t *read_member(const json_t *o, const char *key);

/** Read the figures that rows and totals share: classes, codes, latency, requests.
 *  counts_clear() @p c in any case. */
void read_counts(struct reading *r, const json_t *o, struct counts *c, unsigned bits);

/** Read the requests without a response in member `no_response`. */
void read_no_response(struct reading *r, const json_t *o, struct counts *c);

/** Put codes in ascending order, as tallies have them. */
void sort_codes(struct code_count *list, size_t count);

/** Read what json_put_settling() writes: of a row, or of all with `coverage`. */
void read_settling(struct reading *r, const json_t *o, struct counts *c);

/** Read `coverage`. */
void read_coverage(struct reading *r, const json_t *o, struct coverage *c);

/** Read one of `capture.sources`; its texts are lent by @p o. */
void read_source(struct reading *r, const json_t *o, struct capture_source *s);

/** Read protocols, gRPC, stream errors and WebSocket; restore_more.c. */
void read_more(struct reading *r, const json_t *o, struct counts *c);

/** Read `evidence` and `errors_5xx` of a host; restore_evidence.c.
 *  @return owned, for evidence_free(); NULL where there is none */
struct row_evidence *read_evidence(struct reading *r, const json_t *o,
				   struct budget *b);

/** Read `clients`, `timeline` and `slowest`, and add them; restore_behind.c. */
void read_behind(struct reading *r, const json_t *o, struct tally *t);

/** Add a number of different things to @p h. */
void read_distinct(struct reading *r, const json_t *o, const char *key, struct hll *h,
		   struct budget *b);

#endif
