/**
 * @file
 * @brief The line on a terminal that says how far a long input has been read.
 */
#ifndef STATLINE_CLI_PROGRESS_H
#define STATLINE_CLI_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct progress {
	FILE *out; /**< lent; NULL: says nothing */
	int64_t started_ns;
	bool shown;
};

/** @param out  a terminal, lent; or NULL */
void progress_start(struct progress *p, FILE *out);

/** For struct capture_progress: show @p done of @p total bytes, from the first second
 *  on. @p ctx is the struct progress. */
void progress_tell(void *ctx, uint64_t done, uint64_t total);

/** Erase the line. */
void progress_end(struct progress *p);

/** Make the line of @p done and @p total bytes after @p elapsed_ns; @p total 0 is
 *  unknown.
 *  @return @p out of @p size bytes */
char *progress_line(uint64_t done, uint64_t total, int64_t elapsed_ns, char *out,
		    size_t size);

#endif
