/**
 * @file
 * @brief Pipes that are emptied ahead of their turn, so that whoever fills them goes
 * on.
 *
 * A decompressing child stops when its pipe is full. Whoever waits for one pipe here
 * empties the others meanwhile, into memory: LIMIT_AHEAD bytes of all together. One
 * thread, poll(2), no locks; what is read from each is the same as without.
 */
#ifndef STATLINE_CAPTURE_AHEAD_H
#define STATLINE_CAPTURE_AHEAD_H

#include <stddef.h>
#include <sys/types.h>

struct ahead;      /* a set of pipes; defined in ahead.c only */
struct ahead_pipe; /* one of them */

/** @return NULL without memory */
struct ahead *ahead_new(void);

/** @param fd  lent until ahead_remove(), which must come first
 *  @return the pipe, owned by the set; NULL without memory or when there are as many
 *          as decompressors can be */
struct ahead_pipe *ahead_add(struct ahead *a, int fd);

/** As read(2) of a pipe that blocks.
 *  @param pipe  a struct ahead_pipe
 *  @return bytes read, 0 at the end, -1 with errno set */
ssize_t ahead_read(void *pipe, void *bytes, size_t n);

/** Frees it with what it holds; NULL is allowed. */
void ahead_remove(struct ahead_pipe *p);

/** All pipes must have been removed; NULL is allowed. */
void ahead_free(struct ahead *a);

#endif
