/**
 * @file
 * @brief What is different from earlier nights, or from another report.
 *
 * Every class, code, share of silence and p99 of every host with enough responses is
 * judged (norm.h), and Holm's correction (1979, "A Simple Sequentially Rejective
 * Multiple Test Procedure") keeps the chance of a single false change in a night at
 * COMPARE_ALPHA, however many hosts there are. Of what is significant only what is
 * large is told, the largest first, and each thing once: not the fall of 200 that the
 * rise of 503 is.
 */
#ifndef STATLINE_STORE_COMPARE_H
#define STATLINE_STORE_COMPARE_H

#include "report/changes.h"
#include "report/report.h"
#include "store/store.h"

/** Chance of any false change in a night. */
#define COMPARE_ALPHA 0.002
/** Responses below which a host is not judged, and latencies below which its p99. */
#define COMPARE_MIN_RESPONSES 50U
#define COMPARE_MIN_LATENCIES 200U

/**
 * @brief Compare a report with the nights in a history before it.
 * @param s    lent
 * @param out  filled in; changes_clear() it in any case
 * @retval SL_OK  also when there are too few nights: out->nights says how many
 * @return else as store_open()
 */
enum sl_err compare_history(struct store *s, const struct report *r, bool utc,
			    struct changes *out, struct errbuf *eb);

/** Compare two reports. @retval SL_OK, SL_E_NOMEM, SL_E_USAGE (keyed differently) */
enum sl_err compare_reports(const struct report *old, const struct report *now,
			    bool utc, struct changes *out, struct errbuf *eb);

/** Free what it owns. */
void changes_clear(struct changes *c);

#endif
