/**
 * @file
 * @brief The chunked transfer coding (RFC 9112 section 7.1), byte by byte or at once.
 *
 * Tolerated: bare LF, white space around a size, any chunk extension, any trailer.
 */
#ifndef STATLINE_HTTP_CHUNKED_H
#define STATLINE_HTTP_CHUNKED_H

#include <stddef.h>
#include <stdint.h>

enum chunk_state {
	CHUNK_FIRST,        /**< before the first digit of a size */
	CHUNK_SIZE,         /**< in its digits */
	CHUNK_EXTENSION,    /**< after them, before the line end */
	CHUNK_DATA,         /**< @p size bytes of data are left */
	CHUNK_DATA_END,     /**< before the line end after the data */
	CHUNK_TRAILER,      /**< at the start of a line of the trailer section */
	CHUNK_TRAILER_CR,   /**< at the start of one, after a CR */
	CHUNK_TRAILER_LINE, /**< within one */
	CHUNK_DONE,         /**< the body has ended */
	CHUNK_BAD,          /**< that was no chunked coding: framing is lost */
};

/** Sizes above this are no sizes: an octet count of 63 bits. */
#define CHUNK_SIZE_MOST (UINT64_C(1) << 63)

/**
 * @brief Take bytes of a chunked body.
 * @param state  in and out; begins as CHUNK_FIRST. CHUNK_TRAILER and those after it
 *               also find the end of a header section that is not kept
 * @param size   in and out: the size that is read; data not passed yet
 * @param bytes  lent, @p len of them
 * @return bytes taken: all, but for those after CHUNK_DONE and from CHUNK_BAD on
 */
size_t chunk_feed(enum chunk_state *state, uint64_t *size, const char *bytes,
		  size_t len);

#endif
