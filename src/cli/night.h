/**
 * @file
 * @brief What a night has beside its report: dated names, the history, the check.
 *
 * Captures are read by command_read(), which may do so as another user in a cage; what
 * comes out is a report as JSON, in memory, which is read back and checked like one of
 * another machine. Only that is compared, kept and judged with the rights of the job.
 */
#ifndef STATLINE_CLI_NIGHT_H
#define STATLINE_CLI_NIGHT_H

#include "cli/cli.h"
#include "cli/options.h"
#include "report/changes.h"
#include "report/report.h"

struct store;

/** The history that a report is compared with and added to. Zero it before use. */
struct night {
	struct store *store; /**< NULL without --db, or when it cannot be used */
	struct changes changes;
	bool failed; /**< it was said */
};

/** @return whether any of it is asked for */
bool night_wanted(const struct options *o);

/** @return the time that a report is of: the beginning of its window or packets, else
 *          when it was made */
int64_t night_time(const struct options *o, const struct report *r);

/** Look, before hours of reading, whether the conditions of --check can be understood;
 *  says what is wrong. check.c */
bool night_ready(const struct options *o);

/**
 * @brief With --check: judge the report and print the line of a monitoring plug-in.
 *        check.c
 * @param status  how it went so far; receives the plug-in's status
 * @return whether that was done; false: --check was not given, or something failed
 */
bool night_check(const struct night *n, const struct options *o, const struct report *r,
		 enum cli_status *status);

/** With --check: whatever failed is UNKNOWN, and said on standard output too. check.c
 *  @return the status of the program; @p status without --check */
enum cli_status night_failed(const struct options *o, enum cli_status status);

#endif
