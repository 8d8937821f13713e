/**
 * @file
 * @brief The open streams of one connection, by their identifiers.
 *
 * At most LIMIT_HTTP2_STREAMS of them. Client streams open in the order of their
 * identifiers (RFC 9113 section 5.1.1), so a sorted list grows at its end.
 */
#ifndef STATLINE_HTTP2_STREAMS_H
#define STATLINE_HTTP2_STREAMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "http/record.h"
#include "http/websocket_talk.h"
#include "http2/memory.h"

/** A request and its response. */
struct stream {
	uint32_t id;
	bool pushed;       /**< promised by the server */
	bool websocket;    /**< extended CONNECT to it (RFC 8441 section 5) */
	bool upgraded;     /**< its request came in HTTP/1, answered by 101 */
	bool final;        /**< a final response has begun */
	bool code_unknown; /**< the code of the latest response is not known */
	bool grpc_status_set;
	uint32_t grpc_status;
	uint64_t request_body;       /**< bytes of it seen */
	uint64_t body_bytes;         /**< of the response */
	struct record *record;       /**< owned */
	struct websocket_talk *talk; /**< owned; NULL: no WebSocket is open on it */
};

struct streams {
	struct stream **list; /**< ascending by id, owned */
	uint32_t count;
	uint32_t room;
	uint32_t waiting; /**< of them: without a final response, and not pushed */
	uint32_t talks;   /**< of them: with an open WebSocket */
};

/** @return the stream, or NULL */
struct stream *streams_find(const struct streams *s, uint32_t id);

/**
 * @brief Open a stream; there is none of that id.
 * @param record  owned by the stream from here on, but only when there is one
 * @return NULL over a bound or without memory
 */
struct stream *streams_open(struct streams *s, struct memory_part *part, uint32_t id,
			    struct record *record);

/** A WebSocket opens on it: have `talk`, unless there is no room or memory. */
void streams_open_talk(struct streams *s, struct memory_part *part, struct stream *st);

/** Free `talk`, which there is. */
void streams_close_talk(struct streams *s, struct memory_part *part, struct stream *st);

/** Take @p st out of the list and free it with its record. */
void streams_close(struct streams *s, struct memory_part *part,
		   struct record_pool *records, struct stream *st);

/** Free all. */
void streams_free(struct streams *s, struct memory_part *part,
		  struct record_pool *records);

#endif
