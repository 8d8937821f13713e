/**
 * @file
 * @brief The commands, one a file. Each returns an enum cli_status.
 */
#ifndef STATLINE_CLI_COMMANDS_H
#define STATLINE_CLI_COMMANDS_H

#include <stdio.h>

#include "cli/cli.h"
#include "cli/options.h"

struct filter; /* see capture/filter.h */

/** Read the captures, write the reports: run.c. */
enum cli_status command_report(const struct options *o);

/** The same without what a night has beside its report: a history, dated names and a
 *  check are of no interest to it. run.c. */
enum cli_status command_read(const struct options *o);

/** All that a night has: reads with command_read(), in its cage, and does the rest with
 *  the report that came out of there. night.c. */
enum cli_status command_night(const struct options *o);

/** Compile the filter and do what the cage forbids, before it is entered: run.c.
 *  @param filter  receives it, owned by the caller, or NULL
 *  @return CLI_DONE, or what it has said is wrong */
enum cli_status command_prepare_files(const struct options *o, struct filter **filter);

/** Capture interfaces, or replay captures: live.c. */
enum cli_status command_live(const struct options *o);

/** List the interfaces: interfaces.c. */
enum cli_status command_list(FILE *out);

/**
 * @brief Say what status codes mean: explain.c.
 * @param words  codes ("413") or classes ("4xx"); with none, the table of all
 * @param width  columns; 0: 80
 */
enum cli_status command_explain(const char *const *words, size_t count, unsigned width,
				FILE *out);

/** The commands with options of their own; @p argv [0] is the command's name. */
enum cli_status command_history(int argc, char **argv); /**< history.c */
enum cli_status command_merge(int argc, char **argv);   /**< combine.c */
enum cli_status command_diff(int argc, char **argv);    /**< combine.c */

/** help.c */
void help_print(FILE *out);
void help_print_night(FILE *out);
void help_print_more(FILE *out);
void help_print_short(FILE *out);
void help_print_version(FILE *out);

#endif
