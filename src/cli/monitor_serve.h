/**
 * @file
 * @brief What the monitor does for its worker: the answering end of errands.h. Only for
 *        monitor*.c.
 */
#ifndef STATLINE_CLI_MONITOR_SERVE_H
#define STATLINE_CLI_MONITOR_SERVE_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/courier.h"
#include "cli/errands.h"
#include "cli/options.h"
#include "report/target.h"

struct monitor {
	const struct options *options;
	bool live;
	pid_t worker;
	int errands; /* our end */
	int events;  /* our end */
	int signals; /* signalfd */
	sigset_t mask_before;
	bool interrupted; /* the worker was told to end */
	bool had_terminal;
	struct target *targets; /* one for each output; owned */
	bool *open_targets;
	pid_t children[LIMIT_DECOMPRESSORS + 1]; /* 0: none */
	struct errand errand;
	struct errand_answer answer;
	int fds[COURIER_FDS]; /* that go with the answer; closed once they are gone */
	size_t fd_count;
};

/** @return where output @p index goes, the one after the last being that of
 *  --write-matching; NULL: there is none, or it is standard output */
const char *monitor_output_path(const struct monitor *m, size_t index);

/** Answer one errand of the worker. @return whether the worker is there still */
bool monitor_serve(struct monitor *m);

#endif
