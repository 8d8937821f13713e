/**
 * @file
 * @brief The open sources, the one whose packet is next on top.
 *
 * By key, and by the order in which they were named where keys are equal.
 */
#ifndef STATLINE_CAPTURE_HEAP_H
#define STATLINE_CAPTURE_HEAP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/limits.h"
#include "capture/source.h"

struct heap {
	size_t count;
	struct source *items[LIMIT_OPEN_INPUTS]; /**< lent */
};

/** @return false when the heap is full */
bool heap_push(struct heap *h, struct source *s);

/** The key of the top has grown: put it where it belongs. */
void heap_sink_top(struct heap *h);

void heap_drop_top(struct heap *h);

#endif
