/**
 * @file
 * @brief The real chain tcp → http, fed with a trace.
 */
#ifndef STATLINE_TESTS_CHAIN_H
#define STATLINE_TESTS_CHAIN_H

#include "support/trace.h"
#include "support/verdict.h"

/**
 * @brief Feed every segment of @p t, and what follows them.
 * @param v  receives what came of it
 * @return NULL, or what was broken besides the figures: a contract of a header
 */
const char *chain_run(const struct trace *t, struct verdict *v);

#endif
