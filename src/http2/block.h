/**
 * @file
 * @brief A header block of HTTP/2 while it arrives: what its fields say, and their text
 *        in the form of HTTP/1's header section.
 *
 * RFC 9113 section 8.3. A block is bounded by LIMIT_HEAD, and all blocks of a side by
 * LIMIT_HTTP2_EXPANSION: fields past that are decoded, since they change the table, but
 * left out. So are cookies and policies.
 */
#ifndef STATLINE_HTTP2_BLOCK_H
#define STATLINE_HTTP2_BLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "http/exchange.h"
#include "http/message.h"
#include "http2/hpack.h"
#include "http2/memory.h"

enum block_kind {
	BLOCK_PLAIN, /**< no pseudo-header that is known: trailers, or see `unknown` */
	BLOCK_REQUEST,  /**< :method, :path, ... */
	BLOCK_RESPONSE, /**< :status */
};

/** Where a text stands in block.text. */
struct block_span {
	uint32_t at;
	uint32_t len;
};

struct block {
	bool open; /**< begun and not ended */
	bool fed;  /**< a piece of it was given to the decoder */
	bool push; /**< of PUSH_PROMISE */
	/** The stream's identifier is higher than any that was seen before. */
	bool fresh;
	bool end_stream;
	bool bad; /**< what follows cannot be decoded */
	/** The first field is not known: it may be a pseudo-header. */
	bool unknown;
	bool truncated; /**< some fields are left out */
	bool any;       /**< at least one field was seen */
	bool grpc;      /**< its content type says so */
	bool grpc_status_set;
	enum block_kind kind;
	uint16_t status;
	uint32_t grpc_status;
	uint32_t stream;
	uint32_t promised; /**< the stream that PUSH_PROMISE reserves */
	int64_t start_ns;
	uint64_t wire; /**< bytes of its frames with their headers */
	struct block_span method, path, authority, protocol, grpc_message;
	uint32_t fields_at; /**< where the header section begins */
	uint32_t len;
	uint32_t size;
	uint32_t
	    spent;  /**< of LIMIT_HEAD that texts may take beyond what arrives; kept */
	char *text; /**< owned; kept from block to block */
};

/** Begin a new one; `text` is kept. */
void block_begin(struct block *b, uint32_t stream, int64_t time_ns);

/** Decode more of it; once it is bad nothing more is done. @p last: it ends here. */
void block_feed(struct block *b, struct memory_part *part, struct hpack *h,
		const uint8_t *bytes, size_t len, bool last);

/** It says what @p known said, whose text is @p text; both are lent. @p wire: bytes of
 * it on the wire, as block_feed() would have been given them.
 *  @retval false  no room: @p b has not changed */
bool block_recall(struct block *b, struct memory_part *part, const struct block *known,
		  const char *text, size_t wire);

/** @return a text in it, lent until the next block begins */
struct text block_text(const struct block *b, struct block_span span);

/** @return the header section, with the empty line at its end; lent as block_text() */
struct text block_fields(struct block *b, struct memory_part *part);

/**
 * @brief What the request is, for record_new(); texts are lent as block_text().
 * @retval true  Host is there too, and says something else than :authority
 */
bool block_request(struct block *b, struct memory_part *part, struct head *head);

/** The block is over: free what is larger than most blocks need. */
void block_end(struct block *b, struct memory_part *part);

#endif
