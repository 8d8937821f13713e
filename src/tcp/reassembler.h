/**
 * @file
 * @brief What one direction of one TCP connection holds out of order.
 *
 * No I/O, clock, libpcap or globals: arrays drive it. Ranges never overlap: of
 * two segments that do, the bytes that came first stay. Segments keep their
 * boundaries.
 *
 * Units: positions count payload bytes in 64 bits and never wrap. The caller chooses
 * what position 0 is. Insertion and removal take O(log n) steps however the segments
 * are ordered: a treap (Seidel and Aragon 1996) under priorities that a stranger does
 * not know.
 */
#ifndef STATLINE_TCP_REASSEMBLER_H
#define STATLINE_TCP_REASSEMBLER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/** What is known of a range of payload. */
enum held_kind {
	HELD_BYTES, /**< its bytes, copied */
	HELD_RANGE, /**< it was in the capture; nobody wants its bytes */
	HELD_LOST,  /**< it was sent, and the snap length cut it off */
};

/** What all ranges of one segment have in common. */
struct held_segment {
	int64_t time_ns;    /**< of the packet */
	int64_t arrived_ns; /**< the clock when it was held; never runs backward */
	uint32_t arrived;   /**< segments of the connection before it */
	uint32_t ack;       /**< as on the wire */
	bool has_ack;
};

/** One range. Owned by the store until reasm_take(). */
struct held {
	struct held *left;
	struct held *right;
	uint64_t at; /**< position of its first byte */
	uint32_t len;
	uint32_t priority;
	struct held_segment segment;
	uint8_t kind; /**< enum held_kind */
	bool start;   /**< its first byte is the first of its segment */
	uint8_t bytes[];
};

/** All zero but for the seed when empty. */
struct reasm {
	struct held *root;
	struct held *first; /**< the lowest position */
	uint32_t random;    /**< not 0; seeded by the caller, secret */
};

/** A range to hold. */
struct reasm_range {
	uint64_t at;
	uint32_t len;
	enum held_kind kind;
	bool start;
	const uint8_t *bytes; /**< lent; NULL unless HELD_BYTES */
};

/** What became of it. The caller sets `budget` and zeroes the rest. */
struct reasm_outcome {
	size_t budget; /**< bytes of memory that may be used yet */
	size_t used;   /**< bytes of memory taken */
	bool fresh;    /**< at least one byte was not held before */
	bool differs;  /**< at least one byte held before was another one */
};

/**
 * @brief Hold what is not held yet of @p range.
 * @retval SL_OK       all of it is held
 * @retval SL_E_LIMIT  the budget did not suffice: the first part of it may be held
 * @retval SL_E_NOMEM  the same, for lack of memory
 */
enum sl_err reasm_hold(struct reasm *r, const struct reasm_range *range,
		       const struct held_segment *segment, struct reasm_outcome *out);

/** Take out the range with the lowest position; NULL when empty.
 *  @return owned by the caller, who gives it to free() */
struct held *reasm_take(struct reasm *r);

/** @return bytes of memory that @p h takes, its overhead included */
size_t held_cost(const struct held *h);

/** Free all of it.
 *  @return the bytes of memory it took */
size_t reasm_clear(struct reasm *r);

#endif
