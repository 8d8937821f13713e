/**
 * @file
 * @brief Reads heads as most are, at once. Private to http/.
 *
 * A whole head whose start line has nothing odd: what look_at() and head_read() would
 * find, found in one pass. Of the header sections read just now the outcome is
 * remembered: clients and servers send the same one again and again, in which only the
 * start line differs. Who sends different ones has them read.
 */
#ifndef STATLINE_HTTP_USUAL_H
#define STATLINE_HTTP_USUAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "http/message.h"

/** Sections remembered, and the bits of their number. */
#define USUAL_BITS     6U
#define USUAL_SECTIONS (1U << USUAL_BITS)
/** Bytes of the longest of them. */
#define USUAL_SECTION 1024U

struct usual_section {
	uint32_t len; /**< 0: none */
	/** What it says; its texts stand in `bytes`. */
	struct head head;
	char bytes[USUAL_SECTION];
};

/** All zero at first. */
struct usual_heads {
	struct usual_section sections[USUAL_SECTIONS];
};

/**
 * @brief Read a head where a message may begin.
 * @param h        as head_read() sets it; its texts are lent from @p bytes, or from @p
 * u until the next call
 * @param request  set: whether it is a request
 * @param bytes    lent, @p len of them, at least one
 * @return bytes of the head, or 0 when it is not whole or not as most are: nothing is
 *         said of it then
 */
size_t usual_head(struct usual_heads *u, struct head *h, bool *request,
		  const char *bytes, size_t len);

#endif
