/**
 * @file
 * @brief Goes from message to message along one direction.
 *
 * For oracle.c. It is synced where a message may begin right at its place; else the
 * next message begins with a segment (What counts, 6).
 */
#ifndef STATLINE_TESTS_ORACLE_READER_H
#define STATLINE_TESTS_ORACLE_READER_H

#include "support/oracle_stream.h"
#include "support/oracle_text.h"

/** Where the rules leave freedom: what is chosen, and where it was a question. */
struct oracle_choice {
	unsigned freedom; /**< second readings asked for, enum oracle_freedom */
	unsigned touched; /**< where the second reading could differ */
};

/** @return whether the second reading of @p freedom is asked for; notes the question */
bool oracle_second(struct oracle_choice *choice, unsigned freedom);

/** @return whether @p x, a code without a delimiter behind it, counts as a status line,
 *  which it then is; @p kinds as in oracle_find_message() */
bool oracle_accept_bare(struct oracle_choice *choice, struct oracle_start *x,
			unsigned kinds);

struct oracle_reader {
	const struct oracle_stream *s; /**< lent */
	size_t at;
	bool synced;
	size_t lost_from; /**< where the framing was lost since the last message, or
			     ORACLE_UNKNOWN */
};

struct oracle_reader oracle_reader_over(const struct oracle_stream *s);

/** The byte at @p cut is missing: the framing is lost from @p from on, unless that was
 *  the end of what was captured. */
void oracle_lose_at_gap(struct oracle_reader *r, size_t from, size_t cut);

/** @return whether a message of @p kinds (bits 1 << enum oracle_kind) follows; the
 *  reader stands at its first byte then */
bool oracle_find_message(struct oracle_choice *choice, struct oracle_reader *r,
			 unsigned kinds, struct oracle_start *x);

/** Go behind the message whose head is @p h (RFC 9112 section 6.3). */
void oracle_skip_body(struct oracle_choice *choice, struct oracle_reader *r,
		      const struct oracle_head *h, bool request);

#endif
