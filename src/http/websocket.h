/**
 * @file
 * @brief The guest of a connection that 101 handed to WebSocket; see guest.h.
 */
#ifndef STATLINE_HTTP_WEBSOCKET_H
#define STATLINE_HTTP_WEBSOCKET_H

#include "http/guest.h"
#include "http/server_name.h"
#include "http/websocket_talk.h"

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
struct http_guest *websocket_open(struct websockets *all, struct tcp_connection *c,
				  const struct http_guest_start *start);

#endif
