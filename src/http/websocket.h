/**
 * @file
 * @brief Reads the frames of WebSocket (RFC 6455 section 5) as far as to count
 *        messages and to learn how a connection was closed.
 *
 * The guest of a connection that 101 handed to WebSocket; see guest.h. Payload is
 * stepped over, but for the two bytes of a Close frame's code. A hole in payload costs
 * nothing; after any other the direction is read no more, since frames have no mark by
 * which they could be found again.
 */
#ifndef STATLINE_HTTP_WEBSOCKET_H
#define STATLINE_HTTP_WEBSOCKET_H

#include "http/guest.h"
#include "http/server_name.h"

/** All that are open. */
struct websockets {
	const struct http_sink *sink;
	struct record_pool *records; /**< their states count in its bound too */
	struct websocket *first;
	struct server_name server_name;
};

/** Both are lent and must outlive @p w. */
void websockets_init(struct websockets *w, const struct http_sink *sink,
		     struct record_pool *records);

/** Free those that nobody closed, untold. */
void websockets_free(struct websockets *w);

/** As http_opener.open(). */
struct http_guest *websocket_open(struct websockets *w, struct tcp_connection *c,
				  const struct http_guest_start *start);

/** What one direction of frames is at; all zero at first. */
struct websocket_frames {
	uint64_t left; /**< payload bytes to come */
	uint64_t messages;
	uint64_t bytes;   /**< of payload, as far as frames have begun */
	uint8_t head[16]; /**< frame header, and the first two bytes of a Close frame */
	uint8_t have;     /**< bytes of it */
	bool lost;
	bool closed;    /**< a Close frame has passed */
	uint16_t close; /**< its code; 1005 when it held none */
};

/** Take the next bytes. @return those taken: the rest is payload to be stepped over */
size_t websocket_feed(struct websocket_frames *f, const uint8_t *bytes, size_t len);

#endif
