/**
 * @file
 * @brief Lines of text, put together in a buffer and written in large pieces. Only for
 *        src/events/.
 *
 * One line an exchange, at the speed of the capture: a tree of jansson's for each would
 * take several times as long as finding the exchange. Only flat objects of known keys
 * are written here, and wire text is escaped in one place.
 */
#ifndef STATLINE_EVENTS_LINE_H
#define STATLINE_EVENTS_LINE_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/addr.h"
#include "http/exchange.h"

/** Bytes gathered before they are written. */
#define LINE_BUFFER (256U * 1024U)
/** The longest line: method, target, host, agent and referer, each byte as six. */
#define LINE_MAX_BYTES (32U * 1024U)

/** Pairs of endpoints that are remembered as they are written: two to the power of so
 *  many. */
#define LINE_ENDS_BITS 6U

struct line_ends {
	struct endpoint client, server;
	uint8_t len; /**< 0: none */
	char text[183];
};

/** Where lines go. Several threads may write to it, each through a line of its own. */
struct line_file {
	pthread_mutex_t lock; /**< taken for a piece of whole lines, never for one */
	int fd;
	int error; /**< errno of the first write that failed; sticks */
};

struct line {
	struct line_file *file; /**< lent */
	size_t used;
	char *buffer; /**< LINE_BUFFER bytes, owned by whoever made it */
	struct line_ends ends[1U << LINE_ENDS_BITS];
};

/** There will be room for LINE_MAX_BYTES: write what is there if need be. */
void line_begin(struct line *l);

/** Write all of it; nothing once a write has failed. */
void line_flush(struct line *l);

/** Put text of our own: never from the wire. */
static inline void line_put(struct line *l, const char *text, size_t len)
{
	if (len > LINE_BUFFER - l->used)
		len = LINE_BUFFER - l->used;
	memcpy(l->buffer + l->used, text, len);
	l->used += len;
}
#define line_literal(l, text) line_put((l), (text), sizeof(text) - 1)

void line_number(struct line *l, uint64_t n);

/** Seconds since 1970 with @p digits (6 or 9) after the point. */
void line_seconds(struct line *l, int64_t ns, unsigned digits);

/** RFC 3339 in UTC with nanoseconds. */
void line_time(struct line *l, int64_t ns);

void line_address(struct line *l, const struct ip_addr *a);

/** Wire text inside quotes of JSON: ASCII; what is no valid UTF-8 becomes a visible
 *  \xNN, as in the report. At most LIMIT_TARGET bytes of it. */
void line_json(struct line *l, struct text t);

/** Wire text as a column of Zeek's: tabs, control bytes, backslashes and all that is
 * not ASCII as \xNN; `-` when it is empty. */
void line_zeek(struct line *l, struct text t);

#endif
