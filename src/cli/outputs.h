/**
 * @file
 * @brief Writes a report to every output that the command line names.
 */
#ifndef STATLINE_CLI_OUTPUTS_H
#define STATLINE_CLI_OUTPUTS_H

#include "cli/cli.h"
#include "cli/errands.h"
#include "cli/options.h"
#include "report/report.h"

/** How outputs are reached. */
struct outputs {
	const struct options *options; /**< lent */
	struct errands *errands; /**< lent; NULL: with the rights of this process */
	bool one_line;           /**< JSON on standard output, one line
				      like those before it */
	bool no_stdout;          /**< it shows something else */
	bool reader_gone; /**< set when whoever read standard output has closed it */
};

/** @return CLI_DONE, or CLI_FAILED when one of them failed; it has been said which,
 *  unless the reader of standard output has gone away */
enum cli_status outputs_write(struct outputs *out, const struct report *r);

#endif
