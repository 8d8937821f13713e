/**
 * @file
 * @brief How this room gets at files and processes: by itself, or through somebody who
 *        has the rights for it.
 */
#ifndef STATLINE_CAPTURE_ACCESS_H
#define STATLINE_CAPTURE_ACCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "base/err.h"
#include "capture/sniff.h"

/** A child process that decompresses. Its descriptors are owned by who asked for it. */
struct access_child {
	pid_t pid;
	int filled;  /**< see struct channel */
	int emptied; /**< the same */
};

struct access {
	/** As stat(2): 0 or a negative errno. */
	int (*stat)(void *ctx, const char *path, struct stat *out);
	/** As open(2) for reading: a descriptor, owned by the caller, or a negative
	 *  errno. */
	int (*open)(void *ctx, const char *path);
	/** The visible names in a directory, in their order, each ended by a zero.
	 *  @p names receives them, to be freed; @p count their number.
	 *  @return 0 or a negative errno */
	int (*list)(void *ctx, const char *path, char **names, size_t *count);
	/** Start a child that decompresses @p fd into the channel of @p memory.
	 *  @param prefix_len  bytes of the file that were read already, and are there
	 * by channel_put_input()
	 *  @return 0 or a negative errno */
	int (*spawn)(void *ctx, enum file_kind kind, int fd, int memory,
		     size_t prefix_len, struct access_child *out);
	/** Wait for a child; @p end: kill it first. @return as waitpid() gave it; 0
	 *  when it gave none */
	int (*reap)(void *ctx, pid_t pid, bool end);
	void *ctx;
};

/** With the rights of this process; static. */
const struct access *access_direct(void);

#endif
