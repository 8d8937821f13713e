/**
 * @file
 * @brief Reads the head of a message: its start line, and of its fields those that
 *        framing and attribution need. Says how its body ends.
 *
 * RFC 9112 sections 3 to 6. Nothing is copied or kept.
 */
#ifndef STATLINE_HTTP_MESSAGE_H
#define STATLINE_HTTP_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "http/exchange.h"
#include "http/host.h"

/** What Content-Length says (RFC 9110 section 8.6). */
enum head_length {
	LENGTH_NONE,
	LENGTH_ONE, /**< one value, perhaps several times */
	LENGTH_BAD, /**< differing ones, or none that is a number */
};

/** What Transfer-Encoding says; `identity` alone says nothing. */
enum head_coding {
	CODING_NONE,
	CODING_CHUNKED, /**< chunked is the last one */
	CODING_OTHER,   /**< it is not: RFC 9112 section 6.3, item 4 */
};

/** All texts are lent from the bytes that were read. */
struct head {
	struct text method; /**< of a request */
	struct text target;
	uint16_t status;    /**< of a response */
	struct text fields; /**< after the start line, up to and with the empty line */
	struct text host;   /**< the value of Host */
	enum host_fields host_fields;
	enum head_length length;
	uint64_t content_length; /**< with LENGTH_ONE; at most INT64_MAX */
	enum head_coding coding;
	struct text user_agent; /**< of a request; empty when it has none */
	struct text referer;
	enum exchange_protocol protocol; /**< HTTP/1.0 or HTTP/1.1 */
	bool extended_connect; /**< HTTP/2: CONNECT with a path (RFC 8441 section 4) */
	uint16_t facts;        /**< enum request_flag, of a request */
	bool complete;         /**< the empty line is there */
};

/**
 * @brief Read a head that look_at() found to begin at @p bytes.
 * @param h        receives what is there, complete or not; a line without its end is
 *                 read only where it is the start line
 * @param request  whether it is one; else it is a response
 * @param bytes    lent, @p len of them; what follows the head is not looked at
 * @return bytes of the head with its empty line, or @p len when it is not complete
 */
size_t head_read(struct head *h, bool request, const char *bytes, size_t len);

/** A request of HTTP/1.1, whose fields are read, has to name one host (RFC 9112
 *  section 3.2): note it when it does not. */
static inline void head_check_host(struct head *h)
{
	if (!(h->facts & REQUEST_HTTP_1_0) && h->host_fields != HOST_FIELD_ONE)
		h->facts |= REQUEST_NO_HOST;
}

/** Read a header section into @p h, whose start line is known already, and set
 *  `fields`: for protocols that write their start line otherwise. Lent. */
void head_read_fields(struct head *h, struct text section);

/**
 * @brief Look for the end of a head that arrives in pieces.
 * @param scanned  in: bytes that earlier calls have done with, at first 0; out: the
 *                 same for the next call, so that no byte is looked at again and again
 * @return bytes of the head with its empty line, or 0 when that is not there
 */
size_t head_end(const char *bytes, size_t len, size_t *scanned);

/** How a body ends. */
enum body {
	BODY_NONE,
	BODY_LENGTH,  /**< after content_length bytes, at least 1 */
	BODY_CHUNKED, /**< by its own framing */
	BODY_CLOSE,   /**< at the end of the direction */
	BODY_UNKNOWN, /**< nobody can say: where the next message begins */
};

/** The body of a request (RFC 9112 section 6.3, items 3 to 7). */
enum body head_request_body(const struct head *h);

/** The body of a response to a GET (section 6.3, items 1 and 3 to 8): a HEAD or
 *  CONNECT request is the caller's business (items 1 and 2). */
enum body head_response_body(const struct head *h);

/** @return whether the content is HTTP itself, so that a body may well begin with a
 *  status line: message/http or application/http (RFC 9112 section 10) */
bool head_content_is_http(const struct head *h);

#endif
