/**
 * @file
 * @brief A file descriptor as a window of contiguous bytes, read in large blocks.
 *
 * Readers take records in place; only a record that straddles the end of a block is
 * moved to the front. No mmap: a file that shrinks while it is read must not be a
 * SIGBUS, and pipes are read the same way.
 */
#ifndef STATLINE_CAPTURE_BYTES_H
#define STATLINE_CAPTURE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"

/** Open to the readers of this room, so that the common case is two loads. */
struct bytes {
	const uint8_t *at;  /**< the first byte not taken yet */
	const uint8_t *end; /**< past the last byte read */
	uint8_t *buffer;    /**< owned */
	size_t size;        /**< of @p buffer */
	uint64_t read;      /**< bytes read from the descriptor: the offset of @p end */
	int fd;             /**< lent */
	/** What reads instead of read(2), with the same results; may be NULL. */
	ssize_t (*from)(void *ctx, void *bytes, size_t n);
	void *from_ctx;
	int error; /**< errno of what stopped reading, or 0 */
	bool ended;
	void (*refilled)(void *ctx); /**< called after each read; may be NULL */
	void *refilled_ctx;
};

/** @param fd     lent
 *  @param block  bytes to read at once
 *  @retval SL_OK, SL_E_NOMEM */
enum sl_err bytes_init(struct bytes *b, int fd, size_t block);

/** Frees the buffer; does not close the descriptor. */
void bytes_free(struct bytes *b);

/** The slow half of bytes_need(). */
const uint8_t *bytes_refill(struct bytes *b, size_t n);

/** @return @p n contiguous bytes, lent until the next call, and not taken by this one;
 *  NULL when the input ends before that, or `error` is set */
static inline const uint8_t *bytes_need(struct bytes *b, size_t n)
{
	return (size_t)(b->end - b->at) >= n ? b->at : bytes_refill(b, n);
}

/** @return bytes read and not taken */
static inline size_t bytes_left(const struct bytes *b)
{
	return (size_t)(b->end - b->at);
}

/** @return the offset of the first byte not taken */
static inline uint64_t bytes_offset(const struct bytes *b)
{
	return b->read - bytes_left(b);
}

/** Take @p n bytes that bytes_need() gave. */
static inline void bytes_take(struct bytes *b, size_t n)
{
	b->at += n;
}

/** Take @p n bytes, however many.
 *  @return false when the input ends before that, or `error` is set */
bool bytes_skip(struct bytes *b, uint64_t n);

#endif
