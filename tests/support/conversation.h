/**
 * @file
 * @brief A random dialogue on the wire: the segments a capture holds of it.
 *
 * Everything follows from a seed and an index. Without loss each byte of the dialogue
 * is in the capture, first in a true copy, and nothing is displaced by as much as the
 * grace of a hole (LIMIT_HOLE_SEGMENTS, LIMIT_HOLE_NS): so what the dialogue comes to
 * is what has to be counted.
 */
#ifndef STATLINE_TESTS_CONVERSATION_H
#define STATLINE_TESTS_CONVERSATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "support/dialogue.h"
#include "support/random.h"
#include "support/trace.h"

/** What the capture lost. */
enum conversation_loss {
	LOSS_NONE,
	LOSS_FEW,       /**< one to three segments */
	LOSS_MANY,      /**< each segment with a chance of 3 to 30 % */
	LOSS_RUN,       /**< a run of neighbours */
	LOSS_SNAP,      /**< the end of each long payload */
	LOSS_DIRECTION, /**< everything that one side sent */
	LOSS_START,     /**< the capture begins in the middle */
	LOSS_TAIL,      /**< the capture ends early */
	LOSS_SYN,       /**< every SYN */
	CONVERSATION_LOSSES
};

struct conversation {
	struct trace trace;
	struct dialogue dialogue;
	enum conversation_loss loss;
	uint8_t *scratch; /**< owned: payload that differs from what was sent */
	size_t scratch_len;
};

/** @return false without memory */
bool conversation_init(struct conversation *c);
void conversation_free(struct conversation *c);

/** Make number @p index of those that @p seed names. */
void conversation_make(struct conversation *c, uint64_t seed, uint64_t index,
		       bool lossy);

/** @return a few words for @p loss */
const char *conversation_loss_name(enum conversation_loss loss);

#endif
