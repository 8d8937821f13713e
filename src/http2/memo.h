/**
 * @file
 * @brief Header blocks that were decoded lately, so that the same one need not be
 *        decoded again.
 *
 * Peers repeat themselves: a block whose fields all stand in the table, or are literals
 * that do not enter it (RFC 7541 sections 6.1, 6.2.2 and 6.2.3), leaves the table as it
 * is; so the same bytes say the same as long as nothing else changes that table.
 *
 * LIMIT_HTTP2_MEMO blocks for all connections together, each in the place that its hash
 * gives; a newer one takes the place of an older.
 */
#ifndef STATLINE_HTTP2_MEMO_H
#define STATLINE_HTTP2_MEMO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "http2/block.h"

struct memo; /* defined in memo.c only */

/** A table without an entry: it is the same in all connections. */
#define MEMO_EMPTY_TABLE 0U

/** @return owned; NULL without memory */
struct memo *memo_new(void);

/**
 * @brief Have a block decoded without its decoder, if it is known.
 * @param table  number of the table's state: another one each time that it has changed
 * @param bytes  the whole block, which does not change the table; lent
 * @param b      begun, and not fed
 * @retval true  @p b is as block_feed() would have left it
 */
bool memo_recall(const struct memo *m, uint64_t table, const uint8_t *bytes, size_t len,
		 struct block *b, struct memory_part *part);

/** Remember what @p b has become of the same; not when it is larger than what has
 *  room. */
void memo_keep(struct memo *m, uint64_t table, const uint8_t *bytes, size_t len,
	       const struct block *b);

/** NULL is allowed. */
void memo_free(struct memo *m);

#endif
