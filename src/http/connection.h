/**
 * @file
 * @brief What http/ keeps of a connection. Private to http/.
 *
 * Each direction is a machine of its own (direction.c); exchange.c joins what the two
 * find. Which side is the client follows from what it sends.
 *
 * A connection that has shown no HTTP costs nothing but tcp/'s pointer: the phases of
 * both directions fit into it (connection_load(), connection_store()).
 */
#ifndef STATLINE_HTTP_CONNECTION_H
#define STATLINE_HTTP_CONNECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/coverage.h"
#include "base/err.h"
#include "base/memory_share.h"
#include "http/chunked.h"
#include "http/exchange.h"
#include "http/guest.h"
#include "http/message.h"
#include "http/protocol.h"
#include "http/record.h"
#include "http/server_name.h"
#include "http/usual.h"
#include "http/websocket.h"
#include "tcp/tcp.h"

/** What a direction is doing. */
enum phase {
	PHASE_START,   /**< a message may begin right here */
	PHASE_SEEK,    /**< one may begin at the start of a segment */
	PHASE_SKIP,    /**< nothing here is ours any more */
	PHASE_HEAD,    /**< the beginning of a message is in `partial` */
	PHASE_DRAIN,   /**< the rest of a head that is over the bound */
	PHASE_PEEK,    /**< after the head of a response whose request is unknown: a
			    body, or (it was a HEAD) the next status line? */
	PHASE_BODY,    /**< `size` bytes of body are left */
	PHASE_CHUNKED, /**< in a chunked body */
	PHASE_GUEST,   /**< a guest is to have what follows; only within a call */
};
#define PHASES_IN_POINTER 3 /* the first three */
_Static_assert(PHASE_HEAD == PHASES_IN_POINTER, "connection_store() has two bits");

/** The size of a body that lasts until its direction ends: more than will ever pass,
 *  but a number, so that tcp_skip_left() says how much did. */
#define BODY_ENDLESS ((uint64_t)INT64_MAX)

/** What is known of the protocol, the stronger the later. */
enum carries {
	CARRIES_UNKNOWN,
	CARRIES_OTHER,
	CARRIES_TLS,
	CARRIES_HTTP2,
	CARRIES_HTTP,
};

/** Where a message begins. */
struct start {
	uint64_t offset;
	uint64_t acked;
	int64_t time_ns; /**< of the first byte */
	bool lost;       /**< the other direction has lost its framing since then */
};

/** The beginning of a message that spans segments. Owned by its direction. */
struct partial {
	struct start start;
	uint32_t len;
	uint32_t size;  /**< of bytes[] */
	size_t scanned; /**< see head_end() */
	int64_t end_ns; /**< of the last byte */
	enum look look; /**< LOOK_MORE, LOOK_REQUEST or LOOK_RESPONSE */
	bool tentative; /**< begun in PHASE_SEEK */
	/** With LOOK_MORE: where in bytes[] a later segment begins that may be the
	 *  beginning of a message if what is before it is not; 0: none. */
	uint32_t later;
	struct start later_start;
	char bytes[];
};

struct direction {
	struct record *waiting; /**< queue of requests that this direction has sent */
	/** The exchange whose message passes here now. A response owns its record; a
	 *  request's stands in `waiting` and may be gone before the request ends. */
	struct record *current;
	struct partial *partial;
	union {
		/** PHASE_BODY: bytes left; PHASE_CHUNKED: see chunk_feed();
		 *  PHASE_PEEK, PHASE_DRAIN: the body's length to come. */
		uint64_t size;
		/** Other phases, with `hole_set`: where framing was lost. */
		uint64_t hole;
	};
	uint16_t waiting_count;
	uint16_t overtaken;  /**< requests dropped after the last one in `waiting` */
	uint8_t phase;       /**< enum phase */
	uint8_t chunk;       /**< enum chunk_state, in PHASE_CHUNKED and PHASE_DRAIN */
	uint8_t body;        /**< enum body to come, in PHASE_PEEK and PHASE_DRAIN */
	bool is_request : 1; /**< the message that passes now is a request */
	bool hole_set : 1;
	bool hole_lost : 1; /**< bytes from `hole` on are missing */
	bool queued : 1;    /**< the request in `partial` waits already */
	bool peek : 1;      /**< PHASE_PEEK is to follow the head */
	/** The request that passes was answered before its body began, for which it
	 *  wanted to be asked: instead of the body the next request may follow. */
	bool body_optional : 1;
};

struct connection {
	struct direction dir[2];
	uint8_t protocol;     /**< enum carries */
	bool simple_sent : 1; /**< an HTTP/0.9 request was sent */
	bool used : 1;        /**< not in the list of free ones */
	uint16_t requests;    /**< so far; stays at UINT16_MAX */
	uint32_t serial;      /**< http_exchange.connection */
};
_Static_assert(sizeof(struct connection) <= 88, "ARCHITECTURE.md counts with 88");

/** A guest is to have the connection when what runs now returns to http.c. */
struct handover {
	bool set;
	bool websocket; /**< else HTTP/2 */
	struct http_guest_start start;
};

struct slab; /* of connections; defined in connection.c only */

struct http {
	struct http_sink sink;
	struct slab *slabs;
	struct connection *unused; /**< linked through dir[0].waiting */
	struct coverage *coverage;
	struct record_pool records;
	unsigned keep;    /**< enum http_keep */
	uint32_t serials; /**< connections so far */
	struct memory_share partials;
	struct server_name server_name;
	struct http_opener http2; /**< `open` is NULL without it */
	struct websockets websockets;
	struct usual_heads usual_heads;
	struct handover handover;
};

/** The call that is going on. */
struct call {
	struct http *h;
	struct tcp_connection *c;
	struct connection *conn;
	int64_t time_ns;
	unsigned dir;
};

/** What exchange_response() finds out for the framing. */
struct response_framing {
	enum body body;
	bool request_known;
	bool whole;   /**< its body has come with it, and its exchange is over */
	bool upgrade; /**< the final response is 101: another protocol follows */
	/** With `upgrade`: to which, of those that are read. */
	enum { UPGRADE_TO_OTHER, UPGRADE_TO_HTTP2, UPGRADE_TO_WEBSOCKET } to;
	struct record *request; /**< with `to`: a copy of the request; owned; or NULL */
	bool tunnel;            /**< 2xx to CONNECT: a tunnel follows */
};

/* ---- connection.c ---- */

/** @return a connection as @p lean says, owned; NULL without memory (noted) */
struct connection *connection_new(struct http *h, const struct connection *lean);

/** What waits in it must have been told or discarded. */
void connection_free(struct http *h, struct connection *conn);

/** Free every connection, untold. */
void connections_free_all(struct http *h);

/** @return whether tcp/'s pointer holds the phases and not a connection */
bool connection_is_lean(const void *user);

/** Take the phases out of tcp/'s pointer. */
void connection_load(struct connection *lean, const void *user);

/** @return tcp/'s pointer for a connection in the first PHASES_IN_POINTER phases */
void *connection_store(const struct connection *lean);

/* ---- direction.c ---- */

/**
 * @brief Bytes of a direction.
 * @param d     in PHASE_GUEST it holds afterwards what is left for the guest
 * @param lean  the connection does not outlive the call, but for its phases
 * @retval false  only when @p lean: there is something to keep, so a connection is
 *                needed first; nothing was done yet
 */
bool direction_data(const struct call *call, struct tcp_data *d, bool lean);

/** The same of a message as most are, which begins with @p d.
 *  @param call  its `conn` may be NULL, before anything was heard of it: it is made
 *  @return how many of the bytes are done with: none when there is no such message */
size_t direction_usual(struct call *call, const struct tcp_data *d);

/** A hole of @p len bytes at @p offset; 0: of unknown size. */
void direction_gap(const struct call *call, uint64_t offset, uint64_t len);

/** What tcp_skip() was asked for has passed. */
void direction_skipped(const struct call *call);

/** Nothing follows in this direction. */
void direction_end(const struct call *call);

/**
 * @brief Let a guest have the connection when the running call is over: both directions
 *        are in PHASE_GUEST then.
 * @param start  its `request` is given away, in every case
 * @return whether that can be; else nothing has changed
 */
bool connection_hand_over(const struct call *call, bool websocket,
			  const struct http_guest_start *start);

/** Look no more at direction @p dir. */
void direction_ignore(const struct call *call, unsigned dir);

/** @return what has arrived in @p d of a message that does not wait yet and may be a
 *  request; NULL if there is none */
static inline struct partial *direction_arriving(const struct direction *d)
{
	struct partial *p = d->phase == PHASE_HEAD ? d->partial : NULL;

	return p && p->look != LOOK_RESPONSE && !d->queued ? p : NULL;
}

/** @return the same, if its line is there: it is a request */
static inline struct partial *direction_request(const struct direction *d)
{
	struct partial *p = direction_arriving(d);

	return p && p->look == LOOK_REQUEST ? p : NULL;
}

/** The direction_request() of direction @p dir waits from now on, with its line and
 * what its head says before offset @p acked; TCP_ACKED_UNKNOWN: all that is there. If
 * the line is not there yet, it does not wait. */
void direction_queue_early(const struct call *call, unsigned dir, uint64_t acked);

/** Set the protocol if it says more than what is known. */
void connection_is(const struct call *call, enum carries protocol);

/* ---- partial.c ---- */

/**
 * @brief Keep bytes of a message's beginning.
 * @param p      NULL at first; replaced when it grows
 * @param start  of the message, for a new one
 * @return whether they are kept: not over LIMIT_HEAD, LIMIT_LINES, or without memory
 */
bool partial_append(struct http *h, struct partial **p, const struct start *start,
		    const char *bytes, size_t len);

/** Free it and set it to NULL; NULL is allowed. */
void partial_free(struct http *h, struct partial **p);

/* ---- tell.c ---- */

/** @return bytes of a body that have passed since direction @p dir was last told any */
uint64_t tell_skip_passed(const struct call *call, unsigned dir);

/** The exchange of @p r is over. Its client is direction @p client. */
void tell_done(const struct call *call, unsigned client, const struct record *r,
	       enum exchange_outcome outcome);

/** The answer to @p r was in a hole: also where it was told as a time-out before. */
void tell_lost(const struct call *call, unsigned client, const struct record *r);

/** As tell_done(), once: what was told as a time-out stays one, unless it is answered,
 *  or tell_lost(). */
void tell_unanswered(const struct call *call, unsigned client, const struct record *r,
		     enum exchange_outcome outcome);

/** A response to @p r (NULL: to an unknown request), sent by direction `dir`. */
void tell_response(const struct call *call, const struct record *r,
		   const struct head *head, const struct start *start);

/** The response to @p r, which has its figures, and the end of their exchange at once.
 *  Only where the sink wants that. */
void tell_answered(const struct call *call, const struct record *r,
		   const struct head *head);

/* ---- exchange.c ---- */

/** The head of the request that waits already, and passes now, is there. */
void exchange_request_head(const struct call *call, const struct head *head,
			   size_t size);

/** A request's head has ended or was cut: it waits. */
void exchange_request(const struct call *call, const struct head *head,
		      const struct start *start);

/**
 * @brief A response's head has ended or was cut: it counts. A final one becomes
 *        `current`, unless it is told to be over at once.
 * @param size  bytes of the head
 * @param rest  bytes that have come behind it in the same piece
 * @param f     set
 */
void exchange_response(const struct call *call, const struct head *head,
		       const struct start *start, size_t size, size_t rest,
		       struct response_framing *f);

/** @p n more bytes of the message that passes in this direction. */
void exchange_bytes(const struct call *call, uint64_t n);

/** The rest of exchange_message_end(). */
void exchange_end_current(const struct call *call);

/** The message that passes in this direction is over, or given up. */
static inline void exchange_message_end(const struct call *call)
{
	if (call->conn->dir[call->dir].current)
		exchange_end_current(call);
}

/** Tell the requests that have waited too long. */
void exchange_idle(const struct call *call);

/** Tell what waits, and free it. */
void exchange_closed(const struct call *call, enum tcp_end why);

/** Free what waits, untold. */
void exchange_discard(struct http *h, struct connection *conn);

#endif
