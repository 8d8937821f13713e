/**
 * @file
 * @brief Makes a trace smaller while something stays true of it.
 */
#ifndef STATLINE_TESTS_MINIMISE_H
#define STATLINE_TESTS_MINIMISE_H

#include <stdbool.h>

#include "support/trace.h"

/** @param holds  whether what is to be shown still shows
 *  @param work   room for a copy */
void minimise(struct trace *t, struct trace *work,
	      bool (*holds)(void *ctx, const struct trace *t), void *ctx);

#endif
