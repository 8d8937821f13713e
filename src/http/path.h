/**
 * @file
 * @brief Brings paths of targets and of Location into a form for grouping.
 *
 * RFC 3986 section 3.3. The query, the fragment, parameters after ';' and user
 * information go: they are where tokens and credentials stand. Segments that name one
 * of many things become what they are: `/users/4711/a.png` is `/users/{n}/a.png`.
 *
 *     {n}      digits only
 *     {uuid}   RFC 9562 section 4
 *     {hex}    16 or more hexadecimal digits, one of them 0 to 9
 *     {token}  20 or more of letters of both cases and digits, with '-', '_', '='
 */
#ifndef STATLINE_HTTP_PATH_H
#define STATLINE_HTTP_PATH_H

#include <stdbool.h>
#include <stddef.h>

#include "http/exchange.h"

/** What a segment is folded to, and all that stands for it. */
enum segment_kind {
	SEGMENT_PLAIN,
	SEGMENT_NUMBER,
	SEGMENT_UUID,
	SEGMENT_HEX,
	SEGMENT_TOKEN,
};

/** @return what @p segment is, which holds no '/' */
enum segment_kind path_segment_kind(struct text segment);

/** @return the path of a target or URI reference without query, fragment, scheme and
 *  authority, lent; "/" for a URI without path, the whole of any other form */
struct text path_of_target(struct text target);

/**
 * @brief Write the path of a target.
 * @param fold  whether segments become what they are
 * @param out   receives at most @p size bytes, not terminated; the middle is never
 *              missing: what does not fit is cut off the end
 * @return bytes written
 */
size_t path_write(struct text target, bool fold, char *out, size_t size);

/** Where a Location leads, seen from the request that it answers. */
struct location {
	bool to_itself; /**< to the very target that was asked for: a loop */
	bool to_https;  /**< from http to the same host by https */
	bool elsewhere; /**< to another host; its name stands in the text then */
};

/**
 * @brief Write a Location for grouping: the path alone when it stays on the host.
 * @param value  of the field, lent
 * @param x      the exchange
 * @param to     receives where it leads
 * @return bytes written, at most @p size
 */
size_t location_write(struct text value, const struct http_exchange *x, bool fold,
		      struct location *to, char *out, size_t size);

#endif
