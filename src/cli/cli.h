/**
 * @file
 * @brief The command line: what main() is.
 *
 * The only room that prints and decides the exit status. Everything under it is
 * library code.
 */
#ifndef STATLINE_CLI_CLI_H
#define STATLINE_CLI_CLI_H

/** Exit statuses. */
enum cli_status {
	CLI_DONE = 0,    /**< done; a valid capture without packets too */
	CLI_FAILED = 1,  /**< no input could be read, or the output not written */
	CLI_PARTIAL = 2, /**< done, but some input was damaged or cut short */
	/** With --check, as monitoring plug-ins have it. */
	CLI_WARNING = 1,
	CLI_CRITICAL = 2,
	CLI_UNKNOWN = 3,
	CLI_USAGE = 64, /**< wrong usage (EX_USAGE of sysexits.h) */
};

/** Run the command that @p argv names, print what it has to say.
 *  @return the exit status of the program: an enum cli_status */
int cli_main(int argc, char **argv);

/** Write out what standard output still holds. @return @p status, or CLI_FAILED when
 *  that fails: it has been said */
enum cli_status cli_flushed(enum cli_status status);

#endif
