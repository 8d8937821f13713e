/**
 * @file
 * @brief The seam by which a connection passes from HTTP/1 to another protocol.
 *
 * http/ finds out what a connection's bytes are: HTTP/1, which it reads itself, TLS, a
 * tunnel, something unknown, or a protocol that a guest reads from then on: HTTP/2 by
 * its preface, by its frames or by 101, and WebSocket by 101. http/ knows a guest by
 * its class only; pipeline.c brings the two together.
 */
#ifndef STATLINE_HTTP_GUEST_H
#define STATLINE_HTTP_GUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "http/record.h"
#include "tcp/tcp.h"

struct http; /* see http.h */
struct http_guest;

/** What tcp/ tells of a connection (struct tcp_sink) goes to its guest instead. */
struct http_guest_class {
	/** @retval false  These bytes, the first of direction @p dir, are HTTP/1 after
	 *                 all: the guest is freed, http/ reads them, and ignores the
	 *                 other direction from here on. */
	bool (*data)(struct http_guest *g, struct tcp_connection *c, unsigned dir,
		     const struct tcp_data *d);
	void (*gap)(struct http_guest *g, struct tcp_connection *c, unsigned dir,
		    uint64_t len, int64_t time_ns);
	void (*skipped)(struct http_guest *g, struct tcp_connection *c, unsigned dir,
			int64_t time_ns);
	void (*fin)(struct http_guest *g, struct tcp_connection *c, unsigned dir,
		    int64_t time_ns);
	void (*idle)(struct http_guest *g, struct tcp_connection *c, int64_t now_ns);
	/** Tells what is open, and frees the guest. */
	void (*closed)(struct http_guest *g, struct tcp_connection *c, enum tcp_end why,
		       int64_t now_ns);
};

/** One connection's guest begins with this. Owned by its room, which also frees it
 *  where nobody closed the connection. */
struct http_guest {
	const struct http_guest_class *class;
};

/** How a connection comes to its guest. */
enum http_guest_cause {
	GUEST_BY_PREFACE, /**< the client's preface follows in direction `dir` */
	GUEST_BY_FRAMES,  /**< frames follow in direction `dir`; its peer unknown */
	GUEST_BY_UPGRADE, /**< 101 passed in direction `dir` */
};

struct http_guest_start {
	enum http_guest_cause cause;
	unsigned dir;
	/** By direction: its beginning, or something of it since, is not known. */
	bool midstream[2];
	/** GUEST_BY_UPGRADE: a copy of the request, owned by the guest from here on, in
	 *  every case. NULL when there was none to copy. */
	struct record *request;
	int64_t time_ns;
	uint32_t connection; /**< http_exchange.connection */
	unsigned keep;       /**< enum http_keep */
};

struct http_opener {
	/** @return whether the first @p len bytes of a segment are frames of the
	 *  protocol with such certainty that nothing else needs to say so. */
	bool (*probe)(const uint8_t *bytes, size_t len);
	/** @return the guest of @p c; NULL when there is no room or memory (counted) */
	struct http_guest *(*open)(void *ctx, struct tcp_connection *c,
				   const struct http_guest_start *start);
	void *ctx; /**< caller's; must outlive the connections */
};

/** Let HTTP/2 be read by @p o, which is copied. Without it, HTTP/2 is named only. */
void http_set_http2(struct http *h, const struct http_opener *o);

/** @return the records of requests, whose bound guests share; lent by @p h */
struct record_pool *http_records(struct http *h);

/** Whether tcp/'s pointer holds a guest: bit 0 says that it holds the phases of a
 *  connection, bit 1 a guest; both are free in a pointer to either. */
static inline struct http_guest *http_guest_of(void *user)
{
	if (((uintptr_t)user & 3) != 2)
		return NULL;
	return (struct http_guest *)((char *)user - 2);
}

static inline void *http_guest_user(struct http_guest *g)
{
	return (char *)g + 2;
}

#endif
