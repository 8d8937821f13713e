/**
 * @file
 * @brief A file that is written beside its place and put there when it is whole.
 *
 * Apart from report.h, so that one process may open and rename, and another one write.
 */
#ifndef STATLINE_REPORT_TARGET_H
#define STATLINE_REPORT_TARGET_H

#include <stdbool.h>
#include <sys/stat.h>

#include "base/err.h"

/** Zero it before use. */
struct target {
	int fd;          /**< to write to; owned until target_finish() */
	char *temporary; /**< its name; NULL: it is written directly. Owned */
	char *real;      /**< where it goes, links followed. Owned; NULL with that */
};

/** @return whether the file at @p path, whose stat() is @p st, is written directly:
 *          /dev/stdout may be a regular file, but it is not ours to replace */
bool target_is_direct(const char *path, const struct stat *st);

/**
 * @brief Open a file beside @p path; what is no regular file (/dev/stdout, a pipe, a
 *        terminal) is opened itself.
 * @retval SL_OK
 * @retval SL_E_IO, SL_E_NOMEM  nothing is left behind; @p eb names path and cause
 */
enum sl_err target_open(struct target *t, const char *path, struct errbuf *eb);

/**
 * @brief Close it and put it in its place; or remove it, when it is not @p whole.
 * @retval SL_OK
 * @retval SL_E_IO  it is not there; @p eb names @p path and cause. Never without
 * @p whole
 */
enum sl_err target_finish(struct target *t, const char *path, bool whole,
			  struct errbuf *eb);

#endif
