/**
 * @file
 * @brief Reads the frames of WebSocket (RFC 6455 section 5) as far as to count
 *        messages and to learn how the talk was closed.
 *
 * The same on a connection of its own (websocket.h) and on a stream of HTTP/2. Payload
 * is stepped over, but for the two bytes of a Close frame's code. A hole in payload
 * costs nothing; after any other the direction is read no more, since frames have no
 * mark by which they could be found again.
 */
#ifndef STATLINE_HTTP_WEBSOCKET_TALK_H
#define STATLINE_HTTP_WEBSOCKET_TALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "http/exchange.h"
#include "tcp/tcp.h"

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

/** Both directions; all zero at first. */
struct websocket_talk {
	struct websocket_frames dir[2];
	bool close_seen;     /**< in either direction, and then: */
	uint8_t close_first; /**< in which one first */
};

/** Take the next bytes of direction @p dir, lent. */
void websocket_talk_feed(struct websocket_talk *t, unsigned dir, const uint8_t *bytes,
			 size_t len);

/** A hole of @p len bytes; 0: of unknown size. */
void websocket_talk_gap(struct websocket_talk *t, unsigned dir, uint64_t len);

/** It is over: set how it was closed, messages and bytes of @p out.
 *  @param client  direction that the client sends
 *  @param why     how what carried it has ended */
void websocket_talk_fill(const struct websocket_talk *t, unsigned client,
			 enum tcp_end why, struct http_websocket *out);

#endif
