/**
 * @file
 * @brief Lines of text, put together in a buffer and written in large pieces. Only for
 *        src/events/.
 *
 * One line an exchange, at the speed of the capture: a tree of jansson's for each would
 * take several times as long as finding the exchange.
 */
#ifndef STATLINE_EVENTS_LINE_H
#define STATLINE_EVENTS_LINE_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "events/put.h"

/** Bytes that are gathered before they are written. A piece of so many, at a multiple
 * of so many in the file, costs the page cache a fifth less. */
#define LINE_BLOCK (256U * 1024U)
/** The longest line: ten wire texts, and what is ours. */
#define LINE_MAX_BYTES (10U * PUT_WIRE_MAX + 4096U)

/** Where lines go. Several threads may write to it, each through a line of its own. */
struct line_file {
	pthread_mutex_t lock; /**< taken for a piece, never for a line */
	int fd;
	int error;        /**< errno of the first write that failed; sticks */
	uint64_t written; /**< bytes so far */
};

struct line {
	struct line_file *file; /**< lent */
	/** Nobody else writes there, so that a piece may end within a line. */
	bool alone;
	size_t used;
	char *buffer; /**< owned */
};

/** @return whether there was memory; line_free() it then */
bool line_open(struct line *l, struct line_file *file, bool alone);

/** What was not flushed is lost. */
void line_free(struct line *l);

/** @return where the next line goes: there is room for LINE_MAX_BYTES */
static inline char *line_begin(struct line *l)
{
	return l->buffer + l->used;
}

/** The line that was begun ends at @p end: write what there is if it is enough. */
void line_end(struct line *l, const char *end);

/** Write all of it; nothing once a write has failed. */
void line_flush(struct line *l);

#endif
