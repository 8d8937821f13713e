/**
 * @file
 * @brief Reads a report back from its JSON, schema statline.report/1, so that reports
 * of nights, sensors and files merge and compare like tallies.
 *
 * Members that it does not know are stepped over; missing ones count as nothing.
 */
#ifndef STATLINE_REPORT_RESTORE_H
#define STATLINE_REPORT_RESTORE_H

#include "report/report.h"

struct restored; /* defined in restore.c only */

/**
 * @brief Read a report, or the sum of several in one file, as --interval writes them.
 * @param path  "-" is standard input
 * @param out   receives it, owned by the caller; NULL unless SL_OK
 * @retval SL_OK
 * @retval SL_E_IO      it cannot be read
 * @retval SL_E_FORMAT  it is no report, or not of this schema, or contradicts itself
 * @retval SL_E_NOMEM   each with path and cause in @p eb
 */
enum sl_err restored_read(const char *path, struct restored **out, struct errbuf *eb);

/** @return what was read, lent; valid until it is merged or freed */
const struct report *restored_report(const struct restored *r);

/** @return hosts that the file does not list, since it was made with --top */
size_t restored_missing(const struct restored *r);

/**
 * @brief Whether two reports count the same packets: a source of the same identity, and
 *        windows that meet.
 * @return the name of such a source in @p b, lent; NULL without
 */
const char *restored_overlap(const struct restored *a, const struct restored *b);

/**
 * @brief Add everything of @p from to @p into.
 *
 * Exact, and the same in whatever order reports are merged. Sources that are in both
 * count twice: ask restored_overlap() before.
 * @retval SL_OK
 * @retval SL_E_NOMEM
 * @retval SL_E_USAGE  one is by host and the other is not: nothing was added
 */
enum sl_err restored_merge(struct restored *into, const struct restored *from);

/** NULL is allowed. */
void restored_free(struct restored *r);

#endif
