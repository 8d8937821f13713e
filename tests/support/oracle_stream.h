/**
 * @file
 * @brief One direction of one connection, every byte of it in an array.
 *
 * For oracle.c: offsets count from the first byte known.
 */
#ifndef STATLINE_TESTS_ORACLE_STREAM_H
#define STATLINE_TESTS_ORACLE_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "support/trace.h"

#define ORACLE_STREAM_MAX (1U << 20)
#define ORACLE_UNKNOWN    SIZE_MAX

struct oracle_stream {
	uint8_t *bytes;  /**< owned, as the arrays below: ORACLE_STREAM_MAX entries */
	uint32_t *owner; /**< 1 + number of the segment a byte came in; 0: missing */
	uint8_t *start;  /**< whether the byte was the first of its segment */
	size_t len;      /**< behind the last byte captured */
	size_t told;     /**< behind the last byte that is known to have been sent */
	bool seen;       /**< any segment at all */
	bool anchored;   /**< begins at its first byte: SYN or SYN-ACK told it */
	bool assumed;    /**< anchored, but by a SYN-ACK alone: what its SYN carried, if
			    anything, stands before the first byte known */
	bool based;      /**< `base` is known */
	uint32_t base;   /**< sequence number of offset 0 */
	bool fin;
	size_t fin_at; /**< offset behind the last byte, by FIN */
};

/** @return false without memory */
bool oracle_stream_init(struct oracle_stream *s);
void oracle_stream_free(struct oracle_stream *s);

/** Lay down direction @p dir of @p t.
 *  @param by_acks  if its beginning is not in the capture, it begins no later than what
 *                  the other side has acknowledged first */
void oracle_stream_fill(struct oracle_stream *s, const struct trace *t, uint8_t dir,
			bool by_acks);

/** @return whether the byte at @p at is in the capture */
static inline bool oracle_has(const struct oracle_stream *s, size_t at)
{
	return at < s->len && s->owner[at] != 0;
}

/** @return the first offset from @p at on whose byte is missing */
size_t oracle_run_end(const struct oracle_stream *s, size_t at);

/** @return the first offset from @p at on whose byte is there; s->len if none is */
size_t oracle_gap_end(const struct oracle_stream *s, size_t at);

/** @return the offset of the other direction up to which the sender of the byte at
 *  @p at had received everything when it sent that; ORACLE_UNKNOWN */
size_t oracle_acked(const struct oracle_stream *s, const struct oracle_stream *other,
		    const struct trace *t, size_t at);

#endif
