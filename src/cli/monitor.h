/**
 * @file
 * @brief Two processes: one keeps the rights and does little, the other one reads what
 *        strangers sent and can do little.
 *
 * As tcpdump of OpenBSD has it. The monitor opens interfaces, inputs and outputs, waits
 * for signals, and starts what decompresses; it never looks at a packet. The worker has
 * become another user, without capabilities, and is caged by seccomp.
 */
#ifndef STATLINE_CLI_MONITOR_H
#define STATLINE_CLI_MONITOR_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/privileges.h"
#include "cli/cli.h"
#include "cli/errands.h"
#include "cli/options.h"

/** What the worker is given. */
struct worker {
	const struct options *options;
	struct errands *errands;
	int events; /**< a descriptor: the number of each signal, one byte. At its end
		       the monitor is gone */
	struct privileges_user user; /**< whom to become */
	pid_t parent;                /**< the monitor */
};

/** Sent to the worker when reading files is to end: signals themselves are for the
 *  monitor. */
#define MONITOR_INTERRUPT SIGUSR2

/**
 * @brief Start the worker and serve it until it has ended.
 * @param work  runs in the other process, with all rights still: it calls
 *              monitor_drop() before a stranger's byte is looked at, and
 *              monitor_cage() once it has all that it needs to open by itself
 * @return its status; CLI_FAILED when it could not be started, or was stopped
 */
enum cli_status monitor_run(const struct options *o,
			    enum cli_status (*work)(const struct worker *w));

/** Become the other user, without any right, unless --no-sandbox was given. @return
 *  false, and it has been said why, when that fails: do not go on */
bool monitor_drop(const struct worker *w);

/** Enter the cage, unless --no-sandbox was given. @return false, and it has been said
 *  why, when there is none to be had */
bool monitor_cage(const struct worker *w);

#endif
