/**
 * @file
 * @brief Memory of HTTP/2 connections, counted to the byte: header tables of the
 *        decoder, streams, header blocks.
 *
 * All together it stays under LIMIT_HTTP2, a connection's under
 * LIMIT_HTTP2_CONNECTION. Over a bound an allocation fails as if memory had run out,
 * but `failed` is set only when it really has.
 */
#ifndef STATLINE_HTTP2_MEMORY_H
#define STATLINE_HTTP2_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

struct memory {
	size_t bytes;
	bool failed; /**< memory ran out at some time */
};

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
