/**
 * @file
 * @brief What bytes are, where a message can begin: decided by content alone.
 *
 * A status line is `HTTP/` digits [`.` digits], white space, three digits, and then
 * white space or a line end (RFC 9112 section 4). A request line is a method, a space,
 * anything, a space and `HTTP/...` before the line end (section 3): raw spaces,
 * control bytes and odd versions happen, and the server answers them.
 */
#ifndef STATLINE_HTTP_PROTOCOL_H
#define STATLINE_HTTP_PROTOCOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum look {
	LOOK_MORE,           /**< a prefix of several of these: not decided yet */
	LOOK_REQUEST,        /**< an HTTP/1 request line */
	LOOK_RESPONSE,       /**< an HTTP/1 status line, its code complete */
	LOOK_SIMPLE_REQUEST, /**< HTTP/0.9: no status will come (RFC 1945 section 4.1)
			      */
	LOOK_HTTP2,          /**< the client's preface (RFC 9113 section 3.4) */
	LOOK_HTTP2_SERVER,   /**< the server's preface, SETTINGS (the same section) */
	LOOK_TLS,            /**< a TLS record (RFC 8446 section 5.1) */
	LOOK_OTHER,          /**< none of these */
};

/** Bytes after which look_at_status_line() has always decided: 5 of `HTTP/`, two
 *  numbers of at most 4 digits, a dot, 16 white spaces, 3 digits, 1 byte. */
#define LOOK_STATUS_MAX 34U

/** @param bytes  lent, @p len of them, at least 1 */
enum look look_at(const char *bytes, size_t len);

/**
 * @brief Only: is this a status line?
 * @param cut  nothing can follow: a code that ends there is complete
 * @return LOOK_RESPONSE, LOOK_OTHER, or LOOK_MORE (never when @p cut)
 */
enum look look_at_status_line(const char *bytes, size_t len, bool cut);

/** @return whether LOOK_MORE bytes are so much like a request line, without its end,
 *  that they may be taken for one where nothing says that a message begins here:
 *  a method in capitals and the start of a target. */
bool look_plausible_request(const char *bytes, size_t len);

/**
 * @brief As look_at(), where nothing says that a message begins here.
 *
 * The rest of a start line whose beginning is lost has the form of a request line too.
 * So a request counts only with a known method, and while its line is incomplete only
 * if look_plausible_request().
 *
 * @return LOOK_REQUEST, LOOK_RESPONSE, LOOK_HTTP2, LOOK_MORE or LOOK_OTHER
 */
enum look look_after_loss(const char *bytes, size_t len);

/** Offset in a direction up to which a header of the PROXY protocol may begin: the
 * binary one's first four bytes are empty lines to who does not know it. */
#define LOOK_PROXY_OFFSET 4U
/** look_past_proxy(): a header begins there, but not the whole of it is there. */
#define LOOK_PROXY_MORE SIZE_MAX

/**
 * @brief The header of the PROXY protocol, versions 1 and 2, which a load balancer puts
 *        before the first bytes of a connection.
 * @param offset  of @p bytes: 0, where a line may begin (of which LOOK_PROXY_MORE is
 * not said: it is LOOK_MORE to look_at()), or LOOK_PROXY_OFFSET, where the binary
 * header goes on behind its empty lines
 * @return its bytes from there on; 0: there is none, or one that is larger than
 *         LIMIT_HEAD; LOOK_PROXY_MORE
 */
size_t look_past_proxy(const char *bytes, size_t len, uint64_t offset);

#endif
