/**
 * @file
 * @brief What networks and captures do to the segments of a conversation.
 */
#ifndef STATLINE_TESTS_DISORDER_H
#define STATLINE_TESTS_DISORDER_H

#include "support/conversation.h"
#include "support/random.h"

/** Bytes of conversation.scratch. */
#define DISORDER_SCRATCH (128U * 1024U)

/** Retransmit, duplicate, displace, and lose what conversation.loss says. */
void disorder(struct conversation *c, struct random *r);

#endif
