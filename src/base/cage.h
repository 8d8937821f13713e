/**
 * @file
 * @brief Shuts the calling process in: what it computes from hostile bytes can go wrong
 *        without harm.
 *
 * For child processes that read hostile bytes and do nothing else. seccomp (seccomp(2))
 * ends the process at any system call but those of its profile; memory is bounded by
 * setrlimit(2). There is no way out.
 */
#ifndef STATLINE_BASE_CAGE_H
#define STATLINE_BASE_CAGE_H

#include <stddef.h>

#include "base/err.h"

/** The descriptor of a file that a process in CAGE_PIPE may change. */
#define CAGE_FILE 3

/** What the caged process may do. */
enum cage_profile {
	/** Read descriptors that are open, write(2) standard output, pwrite(2)
	 *  CAGE_FILE, have memory that is of no file, and end. */
	CAGE_PIPE,
	/** For the process that parses and reports, with all its threads: what it has
	 * open it may read, write, wait for and map; descriptors come by messages. It
	 * opens nothing, connects to nobody, starts nothing. What would be an attack is
	 * the end of the process, anything else unknown is EPERM. */
	CAGE_WORKER,
};

/**
 * @brief Enter the cage.
 *
 * Also sets no_new_privs, and no core dump is written. Builds with sanitizers do not
 * bound memory, since those reserve terabytes of address space.
 *
 * @param memory  bytes of address space beyond what is mapped now; 0: no bound
 * @retval SL_OK        inside, for good
 * @retval SL_E_SYSTEM  the kernel offers no such cage; @p eb says why. Do not go on.
 */
enum sl_err cage_enter(enum cage_profile profile, size_t memory, struct errbuf *eb);

#endif
