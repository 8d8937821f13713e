/**
 * @file
 * @brief Memory of HTTP/2 connections, counted to the byte: header tables of the
 *        decoder, streams, header blocks.
 *
 * All together it stays within their share of the memory, a connection's under
 * LIMIT_HTTP2_CONNECTION. Over a bound an allocation fails as if memory had run out,
 * but `failed` is set only when it really has.
 */
#ifndef STATLINE_HTTP2_MEMORY_H
#define STATLINE_HTTP2_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/memory_share.h"

/** Sizes of small blocks that are kept when they are freed, for the next one: the
 *  decoder takes and gives back some for every field. */
#define MEMORY_CLASSES 3U
#define MEMORY_SMALLEST \
	64U             /**< bytes of the first class; each is twice the one before */
#define MEMORY_KEPT 64U /**< blocks of each class at most: 28 KiB, not counted */

/** A block that waits for its next use. */
struct memory_kept {
	struct memory_kept *next;
};

struct memory {
	struct memory_share share;
	struct memory_kept *kept[MEMORY_CLASSES];
	unsigned kept_count[MEMORY_CLASSES];
	bool failed; /**< memory ran out at some time */
};

/** Free what is kept; nothing else may be left. */
void memory_clear(struct memory *m);

/** One connection's part of it. */
struct memory_part {
	struct memory *all;
	size_t bytes;
};

/** Zeroed, owned by the caller. @return NULL over a bound or without memory */
void *memory_new(struct memory_part *part, size_t size);

/** As realloc(). @p p may be NULL. @return NULL: @p p is unchanged */
void *memory_resize(struct memory_part *part, void *p, size_t size);

/** NULL is allowed. */
void memory_free(struct memory_part *part, void *p);

#endif
