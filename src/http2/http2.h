/**
 * @file
 * @brief HTTP/2 in the clear (RFC 9113), gRPC with it: the guest that reads a
 *        connection when http/ has found that it carries HTTP/2.
 *
 * Beside http/, and below tally/: the same exchanges are told to the same sink.
 * Streams pair requests and responses; header blocks are decoded by libnghttp2. What a
 * hole or a bound takes away makes responses of unknown code, never guessed ones.
 */
#ifndef STATLINE_HTTP2_HTTP2_H
#define STATLINE_HTTP2_HTTP2_H

#include "base/coverage.h"
#include "base/err.h"
#include "base/memory_plan.h"
#include "base/memory_share.h"
#include "http/exchange.h"
#include "http/guest.h"

struct http2; /* defined in connection.h */

/**
 * @param sink      copied
 * @param coverage  lent; receives what makes the figures less than the whole truth
 * @param records   lent: http_records(); waiting requests count in its bound
 * @return NULL without memory
 */
struct http2 *http2_new(const struct http_sink *sink, struct coverage *coverage,
			struct record_pool *records);

/** Take no more than @p plan says and @p commons, lent as long as @p h, has left; to be
 *  called before the first connection. */
void http2_set_memory(struct http2 *h, const struct memory_plan *plan,
		      struct memory_commons *commons);

/** @return what http_set_http2() wants; valid as long as @p h */
struct http_opener http2_opener(struct http2 *h);

/** @return SL_E_NOMEM when memory ran out at some time, so that figures are too low */
enum sl_err http2_failed(const struct http2 *h);

/** Call before http_free(): what is still open is freed untold. NULL is allowed. */
void http2_free(struct http2 *h);

#endif
