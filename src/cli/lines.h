/**
 * @file
 * @brief A line for each interval of a live capture: words for a person, or JSON.
 */
#ifndef STATLINE_CLI_LINES_H
#define STATLINE_CLI_LINES_H

#include <stdbool.h>
#include <stdio.h>

#include "cli/errands.h"
#include "cli/options.h"
#include "report/report.h"

enum lines_kind {
	LINES_NONE,
	LINES_TEXT, /**< on standard output */
	LINES_JSON, /**< on standard output, or appended to the outputs named *.jsonl */
};

/** Zero it, and set the first three. */
struct lines {
	const struct options *options; /**< lent */
	struct errands *errands;       /**< lent */
	enum lines_kind kind;
	FILE **files; /**< one for each output, NULL where it is none; owned */
	bool to_stdout;
	bool headed;      /**< the line with the names of the columns is there */
	bool reader_gone; /**< whoever read standard output has closed it */
};

/** Open the outputs, or open them anew. @return false, and it has been said why, when
 *  one of them cannot be opened */
bool lines_open(struct lines *l);

/** Write the line of @p r, the report of one interval.
 *  @return false when it could not be written: said, unless the reader has gone */
bool lines_write(struct lines *l, const struct report *r);

void lines_close(struct lines *l);

#endif
