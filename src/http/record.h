/**
 * @file
 * @brief What is kept of an exchange while it lasts, and the queue of requests that
 *        wait for their responses.
 *
 * Private to http/. A record is one allocation with room for its texts, and a few that
 * were freed are kept for the next ones. All records together are bounded by
 * LIMIT_REQUESTS, a queue by LIMIT_PIPELINE.
 */
#ifndef STATLINE_HTTP_RECORD_H
#define STATLINE_HTTP_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/memory_share.h"
#include "http/host.h"
#include "http/message.h"

struct record {
	struct record *next; /**< in its queue */

	uint64_t request_offset; /**< of its first byte, in its direction */
	uint64_t acked; /**< how far its sender had received the other direction */
	uint64_t request_bytes;
	int64_t request_start_ns;
	int64_t request_end_ns;

	uint64_t response_bytes;
	int64_t response_start_ns;
	int64_t response_end_ns;

	struct request_facts facts;
	/** Forwarded, User-Agent, Referer, as long as `extra_len` says; owned. It stays
	 *  with a record that is kept when it is freed. */
	char *extra;

	uint32_t request_head;  /**< bytes of the request's head; 0: not known */
	uint32_t response_head; /**< bytes of the response's head, up to LIMIT_HEAD */
	uint32_t overtaken;     /**< requests dropped just before this one */
	uint16_t status;        /**< of the final response, once there is one */
	uint16_t method_len;
	uint16_t target_len;
	uint16_t depth; /**< in its connection, from 1 */
	uint16_t extra_len[3];
	uint16_t extra_room;
	uint8_t host_len;
	uint8_t host_source; /**< enum host_source */
	uint8_t protocol;    /**< enum exchange_protocol */
	bool has_request;
	uint16_t interim; /**< the first interim status */
	bool continued;   /**< a 100 came */
	bool told;        /**< as EXCHANGE_TIMEOUT */
	bool lost;        /**< the response's direction lost its framing after it */
	uint16_t room;    /**< of texts[] */
	char texts[];     /**< method, target, host; not terminated */
};

/** Bytes of a Host whose normal form is remembered. */
#define RECORD_LAST_HOST 64U

/** The allocator of records, and its count. */
struct record_pool {
	/** The last Host as it was sent, and its normal form: mostly the next one's
	 * too. Length 0: none, and `last_name` is of another kind. */
	size_t last_host_len;
	char last_host[RECORD_LAST_HOST];
	struct host_name last_name;
	struct record *spare; /**< freed ones, linked by `next` */
	unsigned spares;
	struct memory_share
	    memory;  /**< all records, with an estimate of malloc's own */
	bool failed; /**< memory ran out at some time */
};

/**
 * @brief A record of a request, or, with @p head NULL, of a response without one.
 * @param head  lent: method, target and Host are copied, within LIMIT_TARGET
 * @return owned; NULL without memory (noted in @p pool) or over the bound
 */
struct record *record_new(struct record_pool *pool, const struct head *head);

/** @return a copy of @p r, in no queue; NULL as record_new(), or when @p r is NULL */
struct record *record_copy(struct record_pool *pool, const struct record *r);

/** Read anew what @p head says, of which there was less before.
 *  @param keep  enum http_keep: fields to copy beside
 *  @return false: there is no room for those */
bool record_set_facts(struct record_pool *pool, struct record *r,
		      const struct head *head, unsigned keep);

void record_free(struct record_pool *pool, struct record *r);

/** Note that interim response @p status came before the final one. */
static inline void record_note_interim(struct record *r, uint16_t status)
{
	r->continued = r->continued || status == 100;
	if (r->interim == 0)
		r->interim = status;
}

/** Free what is kept of freed records. */
void record_pool_clear(struct record_pool *pool);

/** Which text of `extra`. */
enum record_extra { EXTRA_FORWARDED, EXTRA_AGENT, EXTRA_REFERER, EXTRAS };

/** @return it, lent; empty when it is not kept */
struct text record_extra(const struct record *r, enum record_extra which);

/** @return a text of the record, lent */
struct text record_method(const struct record *r);
struct text record_target(const struct record *r);
struct text record_host(const struct record *r);

/** A queue is the pointer to its last record, whose `next` is the first; NULL when
 *  empty. */
static inline struct record *queue_first(const struct record *last)
{
	return last ? last->next : NULL;
}

void queue_append(struct record **last, struct record *r);

/** @return the first, taken out; the queue must not be empty */
struct record *queue_pop(struct record **last);

#endif
