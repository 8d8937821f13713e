/**
 * @file
 * @brief Header blocks that were decoded lately, so that the same one need not be
 *        decoded again.
 *
 * Peers repeat themselves, and the same bytes say the same as long as the table that
 * they refer to has not changed (RFC 7541 section 2.2).
 *
 * LIMIT_HTTP2_MEMO blocks for all connections together, each in one of the places that
 * its hash gives; a newer one takes the place of the oldest there.
 */
#ifndef STATLINE_HTTP2_MEMO_H
#define STATLINE_HTTP2_MEMO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "http2/block.h"

struct memo; /* defined in memo.c only */

/** In place of a table's number, for blocks that refer to no entry of it: they say the
 *  same under every table, in all connections. */
#define MEMO_ANY_TABLE 0U

/** @return owned; NULL without memory */
struct memo *memo_new(void);

/**
 * @brief Have a block decoded without its decoder, if it is known.
 * @param table  number of the table's state: another one each time that it has changed;
 *               or MEMO_ANY_TABLE
 * @param bytes  the whole block; lent
 * @param b      begun, and not fed
 * @retval true  @p b is as block_feed() would have left it
 */
bool memo_recall(struct memo *m, uint64_t table, const uint8_t *bytes, size_t len,
		 struct block *b, struct memory_part *part);

/** After memo_recall() did not know it: remember what @p b has become of the same; not
 * when it is larger than what has room. */
void memo_keep(struct memo *m, uint64_t table, const uint8_t *bytes, size_t len,
	       const struct block *b);

/** NULL is allowed. */
void memo_free(struct memo *m);

#endif
