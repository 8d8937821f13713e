/**
 * @file
 * @brief What http2/ keeps of a connection. Private to http2/.
 *
 * side.c follows the frames of one direction, exchange.c joins what the two find,
 * tell.c tells it, http2.c hears tcp/ and keeps the connections.
 */
#ifndef STATLINE_HTTP2_CONNECTION_H
#define STATLINE_HTTP2_CONNECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/coverage.h"
#include "http/exchange.h"
#include "http/guest.h"
#include "http/server_name.h"
#include "http2/block.h"
#include "http2/frames.h"
#include "http2/memo.h"
#include "http2/streams.h"
#include "http2/survey.h"

/** What a direction is doing. */
enum side_state {
	SIDE_PREFACE, /**< `head` has so many bytes of the client's preface */
	SIDE_HEAD,    /**< collecting a frame header and its prefix */
	SIDE_PAYLOAD, /**< `left` bytes of payload and `pad` of padding are to come */
	SIDE_SEEK,    /**< looking for a frame */
};

struct side {
	uint8_t state; /**< enum side_state */
	uint8_t have;  /**< bytes in `head` */
	uint8_t head[FRAME_HEAD + FRAME_PREFIX];
	bool first;   /**< nothing has been read of this direction yet */
	bool lost;    /**< header blocks may have been lost: see hpack_lose() */
	bool watched; /**< what the DATA frame carries is a WebSocket's */
	struct frame frame;
	uint32_t left;
	uint32_t pad;
	uint32_t data; /**< bytes of the DATA frame without padding */
	struct hpack
	    *hpack;     /**< decodes what this direction sends; made on first use */
	uint64_t table; /**< the state of its table, as memo.h numbers them */
	struct block block;
};

struct connection2 {
	struct http_guest guest; /**< first member: http/ knows the connection by it */
	struct http2 *all;
	struct connection2 *prev, *next;
	struct memory_part memory;
	struct streams streams;
	struct side side[2];
	uint32_t serial;   /**< http_exchange.connection */
	uint32_t max_id;   /**< the highest stream of which anything was seen */
	uint16_t requests; /**< so far; stays at UINT16_MAX */
	uint8_t keep;      /**< enum http_keep */
	int8_t client;     /**< direction in which requests go; -1: not known yet */
};

struct http2 {
	struct http_sink sink;
	struct coverage *coverage;
	struct record_pool *records; /**< lent by http/ */
	struct memory memory;
	struct connection2 *first;
	struct memo *memo;
	uint64_t tables; /**< states of tables so far */
	struct server_name server_name;
};

/** The call that is going on. */
struct call2 {
	struct http2 *h;
	struct connection2 *conn;
	struct tcp_connection *c;
	int64_t time_ns;
	unsigned dir;
};

/** @return the block of direction `dir` */
static inline struct block *connection2_block(const struct call2 *call)
{
	return &call->conn->side[call->dir].block;
}

/* ---- side.c ---- */

/** Bytes of direction `dir`.
 *  @retval false  they are the first, and HTTP/1 */
bool side_data(const struct call2 *call, const struct tcp_data *d);

/** A hole of @p len bytes; 0: of unknown size. */
void side_gap(const struct call2 *call, uint64_t len);

/** What tcp_skip() was asked for has passed. */
void side_skipped(const struct call2 *call);

/** Nothing follows in this direction: tell what is there of a head. */
void side_end(const struct call2 *call);

/* ---- tell.c ---- */

/** A status that is not known, as long as it is on its way to the sink: 000 is one that
 *  may be sent. */
#define STATUS_UNKNOWN UINT16_MAX

/** The block of direction `dir` is a response on @p st.
 *  @param status  or STATUS_UNKNOWN */
void tell2_response(const struct call2 *call, const struct stream *st, uint16_t status);

/** The stream is over.
 *  @param error  of the frame that ended it; NULL: none did
 *  @param b      the block that ended it; NULL: none did */
void tell2_done(const struct call2 *call, const struct stream *st,
		enum exchange_outcome outcome, const uint32_t *error,
		const struct block *b);

/** The WebSocket on the stream is over; @p why is how the stream has ended. */
void tell2_websocket(const struct call2 *call, const struct stream *st,
		     enum tcp_end why);

/* ---- exchange.c ---- */

/** The block of direction `dir` has ended or was cut. */
void exchange2_block(const struct call2 *call);

/** A DATA frame has passed whole, or as far as it ever will: @p data bytes of it
 *  without padding, @p wire with everything. */
void exchange2_data(const struct call2 *call, uint32_t id, uint64_t data, uint64_t wire,
		    bool end_stream);

/** @return whether what DATA frames of stream @p id carry is to be told with
 *  exchange2_payload(), and what is missing of it with exchange2_hole() */
bool exchange2_watches(const struct call2 *call, uint32_t id);
void exchange2_payload(const struct call2 *call, uint32_t id, const uint8_t *bytes,
		       size_t len);
void exchange2_hole(const struct call2 *call, uint32_t id, uint64_t len);

/** RST_STREAM. */
void exchange2_reset(const struct call2 *call, uint32_t id, uint32_t error);

/** GOAWAY: streams over @p last, opened by the other side, will not be processed. */
void exchange2_goaway(const struct call2 *call, uint32_t last, uint32_t error);

/** Frames of direction `dir` may have been lost: what waits for that direction may have
 *  been answered there. */
void exchange2_lost(const struct call2 *call);

/** Tell the requests that have waited too long. */
void exchange2_idle(const struct call2 *call);

/** Tell what is open, and free it. */
void exchange2_closed(const struct call2 *call, enum tcp_end why);

/** Stream 1 after an upgrade: answers @p request (owned; NULL: unknown). */
void exchange2_upgraded(const struct call2 *call, struct record *request);

#endif
