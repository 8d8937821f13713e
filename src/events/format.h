/**
 * @file
 * @brief The formats of events, one a file. Only for src/events/.
 */
#ifndef STATLINE_EVENTS_FORMAT_H
#define STATLINE_EVENTS_FORMAT_H

#include "events/put.h"

/** Connections that are remembered as they are written: two to the power of so many. */
#define EVENT_CONNECTION_BITS 6U
/** Bytes of a connection in any format: two addresses, three numbers, names of keys. */
#define EVENT_CONNECTION_MAX 247U

/** A connection as it is written: its other exchanges are mostly near. */
struct event_connection {
	struct endpoint client, server;
	uint32_t number;
	uint8_t len; /**< 0: none */
	char text[EVENT_CONNECTION_MAX];
};

/** What a writer has written and may write again. Zeros: nothing. */
struct event_memory {
	struct put_second second;
	struct event_connection connections[1U << EVENT_CONNECTION_BITS];
};

/** Both functions put at @p at, where there is room for LINE_MAX_BYTES, and return
 * where they ended. */
struct event_format {
	const char *name;
	char *(*head)(char *at, int64_t now_ns); /**< NULL: none */
	char *(*exchange)(char *at, struct event_memory *m,
			  const struct http_exchange *x);
};

extern const struct event_format event_ecs;  /**< ecs.c */
extern const struct event_format event_zeek; /**< zeek.c */

/** Put what @p put puts of the connection of @p x: at most EVENT_CONNECTION_MAX bytes,
 *  which depend on its endpoints and number alone. */
char *event_put_connection(char *at, struct event_memory *m,
			   const struct http_exchange *x,
			   char *(*put)(char *at, const struct http_exchange *x));

/** @return when @p x began: with its request, or its response if that was not seen */
static inline int64_t event_time_ns(const struct http_exchange *x)
{
	return x->has_request ? x->request_start_ns : x->response_start_ns;
}

/** @return "1.0" or "1.1" of a request, "2"; empty when that is not known */
struct text event_version(const struct http_exchange *x);

/** @return a Referer without user information, query and fragment, in two pieces */
void event_referer(struct text referer, struct text *origin, struct text *path);

#endif
