/**
 * @file
 * @brief What a header block has to do with the table (RFC 7541 section 6), without
 *        decoding it.
 */
#ifndef STATLINE_HTTP2_SURVEY_H
#define STATLINE_HTTP2_SURVEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct survey {
	bool odd;     /**< it is no block, or ends early: nothing else is set */
	bool refers;  /**< to entries of the dynamic table */
	bool resizes; /**< changes the size of the table */
	/** Bytes of the table that its fields take at least (section 4.1); 0: none
	 * enters it */
	size_t inserts;
};

/** @param bytes  a whole block, lent */
struct survey survey_block(const uint8_t *bytes, size_t len);

#endif
