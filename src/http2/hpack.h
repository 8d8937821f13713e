/**
 * @file
 * @brief Decodes header blocks (RFC 7541), also where the beginning of their stream is
 *        not in the capture.
 *
 * libnghttp2's inflater does the work. It stops at a reference into its dynamic table
 * that it does not know. Where the table is lost, a new one is therefore filled with
 * entries of a name that no header can have: references to what the capture does not
 * hold come out as HPACK_UNKNOWN, and entries that were inserted after the loss, being
 * the newest, are referred to by the indexes that they really have. So what comes out
 * as known is certain.
 */
#ifndef STATLINE_HTTP2_HPACK_H
#define STATLINE_HTTP2_HPACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "http/exchange.h"
#include "http2/memory.h"

struct hpack; /* of one direction; defined in hpack.c only */

/** Told for each field. The texts are lent for the call. @p name has no byte when the
 *  field is not known; its value is empty or right then. */
typedef void hpack_field(void *ctx, struct text name, struct text value);

/**
 * @param part  of the memory that it may take; must outlive it
 * @param lost  the block that comes first is not the connection's first one
 * @return NULL without memory or over a bound
 */
struct hpack *hpack_new(struct memory_part *part, bool lost);

/**
 * @brief Decode a piece of a header block.
 * @param last  the block ends with it
 * @param tell  NULL: only the table is to have it
 * @retval true   all went well
 * @retval false  it is none, or over a bound: the rest of this block cannot be read,
 *                and the table is lost. Call hpack_lose() before the next block.
 */
bool hpack_feed(struct hpack *h, const uint8_t *bytes, size_t len, bool last,
		hpack_field *tell, void *ctx);

/**
 * @brief Let the table have a block later: when something needs it, if ever.
 *
 * Servers put fields into the table again and again, and many never refer to them. A
 * table is bounded, so of such blocks only the last ones leave a trace in it.
 *
 * @param bytes    a whole block that was decoded before, with survey_block() that says
 *                 neither `refers` nor `resizes`; lent
 * @param inserts  what that says
 * @retval false   no room: hpack_feed() it
 */
bool hpack_defer(struct hpack *h, const uint8_t *bytes, size_t len, size_t inserts);

/** A header block, or a part of one, is not in the capture.
 *  @retval false  no memory: @p h can only be freed */
bool hpack_lose(struct hpack *h);

/** NULL is allowed. */
void hpack_free(struct hpack *h);

#endif
