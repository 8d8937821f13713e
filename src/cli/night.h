/**
 * @file
 * @brief What a night's report does beside writing it: dated names and the history.
 */
#ifndef STATLINE_CLI_NIGHT_H
#define STATLINE_CLI_NIGHT_H

#include "cli/cli.h"
#include "cli/options.h"
#include "report/changes.h"
#include "report/report.h"

struct store;

/**
 * @brief Replace the names of outputs by what strftime(3) makes of them, where the
 *        command is `report`.
 * @param ref_ns  the time that is meant
 * @param names   receives the names that are owned, output_count of them, to be freed
 * @retval SL_OK, SL_E_NOMEM
 * @retval SL_E_USAGE  a name is too long or empty; @p eb says so
 */
enum sl_err night_name_outputs(const struct options *o, int64_t ref_ns, char **names,
			       struct errbuf *eb);

/** @return the time that a report is of: the beginning of its window or packets, else
 *          when it was made */
int64_t night_time(const struct options *o, const struct report *r);

/** The history that a report is compared with and added to. Zero it before use. */
struct night {
	struct store *store; /**< NULL without --db, or when it cannot be used */
	struct changes changes;
	bool failed; /**< it was said */
};

/** Open the history, where --db is given, and compare @p r with it: r->changes is lent
 * by
 *  @p n until night_end(). What fails is said. */
void night_begin(struct night *n, const struct options *o, struct report *r);

/** Add the report to the history, and say what that did. */
void night_store(struct night *n, const struct options *o, const struct report *r);

/** Close the history, and free what it lent. */
void night_end(struct night *n);

/**
 * @brief With --check: judge the report and print the line of a monitoring plug-in.
 * @param status  how it went so far; receives the plug-in's status
 * @return whether that was done; false: --check was not given, or something failed
 */
bool night_check(const struct night *n, const struct options *o, const struct report *r,
		 enum cli_status *status);

/** With --check: whatever failed is UNKNOWN, and said on standard output too.
 *  @return the status of the program; @p status without --check */
enum cli_status night_failed(const struct options *o, enum cli_status status);

/** Look, before hours of reading, whether the conditions of --check can be understood;
 *  says what is wrong. */
bool night_ready(const struct options *o);

#endif
