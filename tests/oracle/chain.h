/**
 * @file
 * @brief The real chain tcp → http, fed with a trace.
 */
#ifndef STATLINE_TESTS_CHAIN_H
#define STATLINE_TESTS_CHAIN_H

#include "support/trace.h"
#include "support/verdict.h"

struct chain; /* defined in chain.c only */

/** @return NULL without memory */
struct chain *chain_new(void);
void chain_free(struct chain *l);

/**
 * @brief Feed every segment of @p t, and what follows them.
 *
 * Traces share the tables of the chain, as connections of one capture do, but nothing
 * else: each has a network of its own, and begins after the one before has ended. So
 * its outcome is that of a chain of its own, which costs more than most traces.
 * @param v  receives what came of it
 * @return NULL, or what was broken besides the figures: a contract of a header
 */
const char *chain_run(struct chain *l, const struct trace *t, struct verdict *v);

#endif
