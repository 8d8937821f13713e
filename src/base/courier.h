/**
 * @file
 * @brief Messages between two processes, with open descriptors in them.
 *
 * Over a pair of SOCK_SEQPACKET sockets (unix(7)): a message comes whole or not at all.
 */
#ifndef STATLINE_BASE_COURIER_H
#define STATLINE_BASE_COURIER_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/** Descriptors of one message: two for each of LIMIT_LANES rings. The kernel takes 253
 *  (SCM_MAX_FD). */
#define COURIER_FDS 128U

/** Make a pair of connected sockets, closed on exec. @return whether there is one */
bool courier_pair(int ends[2]);

/** Send @p len bytes and the descriptors, which stay the caller's.
 *  @return 0 or a negative errno */
int courier_send(int socket, const void *bytes, size_t len, const int *fds,
		 size_t fd_count);

/**
 * @brief Receive one message; waits for it.
 * @param fds       receives the descriptors, owned by the caller, closed on exec
 * @param fd_count  room in @p fds, at most COURIER_FDS; receives their number
 * @return bytes of the message; 0 when the other end is gone; a negative errno
 */
ssize_t courier_receive(int socket, void *bytes, size_t size, int *fds,
			size_t *fd_count);

#endif
