/**
 * @file
 * @brief A request and its response, as the sinks after http/ see them.
 *
 * Terms of RFC 9110. One sink type for everything that wants single responses:
 * the tally, an event stream, a matching filter.
 */
#ifndef STATLINE_HTTP_EXCHANGE_H
#define STATLINE_HTTP_EXCHANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"

/** Bytes from the wire, lent for the call, not terminated; NULL and 0 when absent. */
struct text {
	const char *at;
	size_t len;
};

/** How an exchange ended. */
enum exchange_outcome {
	EXCHANGE_ANSWERED, /**< a final response came */
	EXCHANGE_CLOSED,   /**< the connection ended without one */
	EXCHANGE_RESET,    /**< the connection was reset without one */
	EXCHANGE_TIMEOUT,  /**< nothing came for LIMIT_UNANSWERED_NS */
	EXCHANGE_UNSEEN,   /**< there may have been one: the capture lost that part, or
				does not hold that direction */
	EXCHANGE_PENDING,  /**< the capture ended while it waited */
	EXCHANGE_OUTCOMES
};

/** What a response was sent in; of a request without one, what that was sent in. */
enum exchange_protocol {
	PROTOCOL_HTTP_1_1, /**< HTTP/1.1, and any other minor version but 0 */
	PROTOCOL_HTTP_1_0,
	PROTOCOL_HTTP_2, /**< HTTP/2 that is not gRPC */
	PROTOCOL_GRPC,   /**< gRPC on HTTP/2, by its content type */
	EXCHANGE_PROTOCOLS
};

/** Where the host of an exchange is from. */
enum host_source {
	HOST_FROM_REQUEST, /**< authority of the target, or Host (RFC 9112 section 3.2)
			    */
	HOST_FROM_SERVER,  /**< none, or no request seen: the server's address and port
			    */
	HOST_INVALID,      /**< the request named something that is no host */
};

/** What stood in a request that explains its answer; bits of request_facts.flags. */
enum request_flag {
	REQUEST_IF_MODIFIED_SINCE = 0x0001,
	REQUEST_IF_NONE_MATCH = 0x0002,
	REQUEST_CONDITIONAL_OTHER = 0x0004, /**< If-Match, If-Range, If-Unmodified-Since
					     */
	REQUEST_CREDENTIALS = 0x0008, /**< Authorization or Proxy-Authorization; what
					   they hold is never kept */
	REQUEST_EXPECT_CONTINUE = 0x0010,
	REQUEST_RAW_SPACE = 0x0020,    /**< in the target */
	REQUEST_CONTROL_BYTE = 0x0040, /**< in the request line */
	REQUEST_BAD_VERSION = 0x0080,  /**< none of HTTP/1.0 to HTTP/1.9 */
	REQUEST_NO_HOST = 0x0100,      /**< HTTP/1.1 without Host, or with several */
	REQUEST_HTTP_1_0 = 0x0200,     /**< the version that was asked for */
};

/** Of a request's head. */
struct request_facts {
	uint64_t declared_body; /**< Content-Length; UINT64_MAX when there is none */
	uint32_t target_len;    /**< bytes sent, also of what LIMIT_TARGET cuts */
	uint16_t flags;         /**< enum request_flag */
};

/** Fields of a request that are kept only when somebody wants them: bits for
 *  http_keep(). */
enum http_keep {
	HTTP_KEEP_FORWARDED = 0x01, /**< Forwarded, else X-Forwarded-For */
	HTTP_KEEP_AGENT = 0x02,     /**< User-Agent and Referer */
};

struct http_exchange {
	struct endpoint client;
	struct endpoint server;
	/** Of the connection: counts up from 1 in the order in which connections are
	 *  found to carry HTTP. 0 when nothing of it had to be kept. */
	uint32_t connection;
	uint16_t depth; /**< of the request in its connection, from 1; 0 unknown, and
			     it stays at UINT16_MAX */

	bool has_request;
	struct text method; /**< as sent; bounded by LIMIT_TARGET */
	struct text target; /**< as sent; bounded by LIMIT_TARGET */
	/** Normalised: lower case, no default port, no trailing dot, IPv6 in brackets;
	 *  `10.0.0.1:80` from the server; `(invalid)`. At most LIMIT_HOST bytes. */
	struct text host;
	enum host_source host_source;
	int64_t request_start_ns; /**< first byte of the request */
	/** Last byte of the request seen; while its body is being skipped, the last one
	 *  before that: a response may come before its request is complete. */
	int64_t request_end_ns;
	uint64_t
	    request_bytes; /**< head and body on the wire, as far as seen or skipped */

	struct request_facts
	    facts;             /**< zeros, but no declared body, without a request */
	uint64_t request_body; /**< declared, else bytes of body seen */
	/** Values of all Forwarded fields, else of all X-Forwarded-For, joined by
	 * commas; the last LIMIT_FORWARDED bytes. Empty unless HTTP_KEEP_FORWARDED. */
	struct text forwarded;
	struct text user_agent; /**< at most LIMIT_AGENT bytes; see HTTP_KEEP_AGENT */
	struct text referer;    /**< the same */
	bool continued;         /**< a 100 came before the final response */
	uint16_t interim;       /**< the first interim status before it; 0: none */

	uint16_t status; /**< any three digits, 000 too; 0 without a response */
	/** Header section of the response after its status line, as far as it was seen,
	 * up to and with the empty line; not in `done`, unless that stands for
	 * `answered`. */
	struct text response_fields;
	int64_t response_start_ns; /**< first byte of the response */
	int64_t response_end_ns;   /**< its last byte; not in `response` */
	uint64_t response_bytes;   /**< head and body on the wire; not in `response` */
	uint64_t body_bytes; /**< of the response, without head; not in `response` */

	enum exchange_outcome outcome; /**< not in `response` */
	/** The request was told as EXCHANGE_TIMEOUT before: take that back. In `done`
	 * only. */
	bool late;

	enum exchange_protocol protocol;
	/** There is a response, but its code is not known (`status` is 0): its field is
	 *  a reference into a table of HPACK whose content the capture does not hold.
	 */
	bool code_unknown;
	/** The server promised it (RFC 9113 section 8.4): no client asked. */
	bool pushed;
	/** The request was told before: answered by 101, which handed the connection to
	 *  HTTP/2, where this is its answer. */
	bool upgraded;
	/** A RST_STREAM ended it (RFC 9113 section 6.4), or GOAWAY said that it will
	 *  not be processed. In `done` only. */
	bool stream_error_set;
	uint32_t stream_error; /**< the error code of that frame (section 7) */
	/** The trailers, or a response of trailers only, carried grpc-status. In `done`
	 *  only. */
	bool grpc_status_set;
	uint32_t grpc_status;     /**< 0 to 16 are registered; larger is odd */
	struct text grpc_message; /**< as sent: percent-encoded */
};

/** A connection that was upgraded to WebSocket is over (RFC 6455). */
struct http_websocket {
	/** Its request, and the 101: client, server, host, target, times. */
	struct http_exchange upgrade;
	int64_t end_ns;
	/** That of the first Close frame. 1005: it held none. 1006: there was no Close
	 *  frame. 0: unknown, for the capture does not hold the connection's end. */
	uint16_t close_code;
	bool closed_by_client; /**< the first Close frame came from there */
	bool open;             /**< the connection was open when the capture ended */
	uint64_t messages[2];  /**< by the client, by the server */
	uint64_t bytes[2];     /**< of their payload */
};

/** Told by http/ while it is fed. Everything in the exchange is lent for the call. */
struct http_sink {
	/** A response's head has ended or was cut: it counts now. Interim ones (1xx but
	 *  101) too: they are not followed by a `done` of their own. */
	void (*response)(void *ctx, const struct http_exchange *x);
	/** The exchange is over: answered, or it will not be. Each final response and
	 * each unanswered request comes here once; one told as EXCHANGE_TIMEOUT may
	 * come again with `late` set when its response turns up after all, or turns out
	 * to have been in a hole (EXCHANGE_UNSEEN). */
	void (*done)(void *ctx, const struct http_exchange *x);
	/** A response, and its exchange is over: as `response` and `done` right after
	 * it, with what is set in either. NULL: these are called, both with all. */
	void (*answered)(void *ctx, const struct http_exchange *x);
	void *ctx; /**< caller's; must outlive the user of the sink */
	/** A WebSocket is over. NULL: not of interest. */
	void (*websocket)(void *ctx, const struct http_websocket *w);
};

/** @return whether @p status is interim: 1xx but 101 (RFC 9110 section 15.2) */
static inline bool status_is_interim(uint16_t status)
{
	return status >= 100 && status < 200 && status != 101;
}

/** @return whether `status` of @p x is a code that was sent. 000 may be one. */
static inline bool exchange_has_code(const struct http_exchange *x)
{
	return x->outcome == EXCHANGE_ANSWERED && !x->code_unknown;
}

/** @return whether @p x has a latency, and then it in @p ns: from the request's last
 *  byte to the response's first one. A server that answers before the request has ended
 *  has taken no time. */
static inline bool exchange_latency(const struct http_exchange *x, uint64_t *ns)
{
	if (!x->has_request || x->pushed || x->outcome != EXCHANGE_ANSWERED)
		return false;
	*ns = 0;
	/* Unsigned: the stamps of a hostile file may be 584 years apart. */
	if (x->response_start_ns > x->request_end_ns)
		*ns = (uint64_t)x->response_start_ns - (uint64_t)x->request_end_ns;
	return true;
}

#endif
