/**
 * @file
 * @brief Writes what a tally holds: text for a person, JSON for a program, CSV for
 *        a spreadsheet.
 *
 * From tally/, to cli/. All faces are written from the same view, so they cannot
 * disagree. Knows nothing of packets.
 */
#ifndef STATLINE_REPORT_REPORT_H
#define STATLINE_REPORT_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/coverage.h"
#include "base/err.h"
#include "base/window.h"
#include "capture/capture.h"
#include "events/selection.h"
#include "report/changes.h"
#include "tally/tally.h"

enum report_sort {
	SORT_RESPONSES, /**< most first; the default, ties by name */
	SORT_ERRORS,    /**< most 4xx and 5xx */
	SORT_ERROR_SHARE,
	SORT_NO_RESPONSE,
	SORT_LATENCY, /**< largest p99 */
	SORT_BYTES,
	SORT_HOST, /**< by name */
};

/** What to report: all lent. */
struct report {
	const struct tally *tally;
	const struct coverage *coverage;
	const struct capture_source *sources;
	size_t source_count;
	size_t sources_outside; /**< files that lie outside the window: not read */
	const char *filter;     /**< the filter expression, for hints; or NULL */
	int64_t generated_ns;
	struct window window; /**< packets outside it count as filtered */
	/** Compared with earlier nights; or NULL. */
	const struct changes *changes;
	int64_t interval_start_ns; /**< both 0 but in reports of one interval */
	int64_t interval_end_ns;
	uint64_t rows_forgotten; /**< idle rows that are in `(forgotten)` */
	bool interrupted; /**< a signal ended the reading before the input ended */
	bool figures_low; /**< memory ran out somewhere, so that something is missing */
};

/** How to show it. */
struct report_options {
	size_t top; /**< rows at most; 0: all. In JSON too: the rest goes in no row */
	enum report_sort sort;
	bool one_line; /**< JSON: without a line break, but at its end */
	const struct selection *selection; /**< rows shown have a response of it; lent,
						or NULL */
	bool utc;       /**< times of the text in UTC and not local */
	bool terminal;  /**< text: bars and grouped digits */
	bool color;     /**< text: colour */
	unsigned width; /**< text: columns; 0: as wide as needed */
};

/** One face. */
struct report_writer {
	const char *name;   /**< "text", "json", "csv" */
	const char *suffix; /**< of file names: ".txt", ".json", ".csv" */
	/** @retval SL_OK, SL_E_NOMEM, SL_E_IO (errno says why) */
	enum sl_err (*write)(const struct report *r, const struct report_options *o,
			     FILE *out);
};

/** @return the writer of that name, or NULL; static */
const struct report_writer *report_writer_named(const char *name);

/** @return the writer for that file name's suffix, or NULL; static */
const struct report_writer *report_writer_for_file(const char *path);

/** @return the @p i-th writer, or NULL past the last; static */
const struct report_writer *report_writer_at(size_t i);

/** Find the order of that name ("responses", "errors", "error-share",
 *  "no-response", "latency", "bytes", "host").
 *  @return whether there is one */
bool report_sort_named(const char *name, enum report_sort *out);

/** Ask, before hours of reading, whether report_write_file() can make @p path.
 *  @retval SL_OK    as far as can be told now
 *  @retval SL_E_IO  it cannot; @p eb names path and cause */
enum sl_err report_check_file(const char *path, struct errbuf *eb);

/**
 * @brief Write a report to a file: beside it first, then renamed over it, so that
 *        nobody ever reads half of one.
 *
 * Standard files that are no regular ones (/dev/stdout, a pipe) are written directly.
 * @retval SL_OK
 * @retval SL_E_IO, SL_E_NOMEM  nothing is left behind; @p eb names path and cause
 */
enum sl_err report_write_file(const struct report *r, const struct report_options *o,
			      const struct report_writer *w, const char *path,
			      struct errbuf *eb);

/** Write a report to @p fd, which stays open; @p path is its name for messages.
 *  @retval SL_OK
 *  @retval SL_E_IO, SL_E_NOMEM  @p eb names path and cause */
enum sl_err report_write_fd(const struct report *r, const struct report_options *o,
			    const struct report_writer *w, const char *path, int fd,
			    struct errbuf *eb);

#endif
