/**
 * @file
 * @brief The life of a decompressing child process. Only decompress.c includes this.
 */
#ifndef STATLINE_CAPTURE_DECOMPRESS_CHILD_H
#define STATLINE_CAPTURE_DECOMPRESS_CHILD_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "capture/sniff.h"

/** Exit statuses of the child. */
enum decompress_exit {
	DECOMPRESS_DONE = 0,
	DECOMPRESS_FAILED = 1,
	DECOMPRESS_NO_MEMORY = 2,
	DECOMPRESS_NO_CAGE = 3,
	DECOMPRESS_NO_SYSTEM =
	    4, /**< it gives no descriptors, or no memory to the channel */
};

struct decompress_job {
	enum file_kind kind;
	int input;         /**< the file */
	int filled;        /**< see struct channel */
	int emptied;       /**< see struct channel */
	int memory;        /**< the same */
	size_t prefix_len; /**< bytes of the file that were read already: they are in
			      the first slot of memory */
};

/** Runs after fork() and does not return.
 *  @param parent  the process that must be there still */
_Noreturn void decompress_child(const struct decompress_job *job, pid_t parent);

#endif
