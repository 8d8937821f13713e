/**
 * @file
 * @brief HTTP on connections: finds messages by their content, pairs responses with
 *        requests, and tells one exchange after the other.
 *
 * From tcp/, to every sink of exchanges. The protocol of a connection is chosen by
 * what its bytes are, in either direction, on any port; 101 and CONNECT change it on
 * the way.
 */
#ifndef STATLINE_HTTP_HTTP_H
#define STATLINE_HTTP_HTTP_H

#include "base/coverage.h"
#include "base/err.h"
#include "base/memory_plan.h"
#include "base/memory_share.h"
#include "http/exchange.h"
#include "tcp/tcp.h"

struct http; /* defined in http.c only */

/**
 * @param sink      copied
 * @param coverage  lent; receives what makes the figures less than the whole truth
 * @return NULL without memory
 */
struct http *http_new(const struct http_sink *sink, struct coverage *coverage);

/** Bound heads and waiting requests by @p plan, copied, and by what @p commons, lent as
 *  long as @p h, has left; not by the defaults of limits.h. Before the first event. */
void http_set_memory(struct http *h, const struct memory_plan *plan,
		     struct memory_commons *commons);

/** @return the sink that tcp/ has to tell; valid as long as @p h */
struct tcp_sink http_tcp_sink(struct http *h);

/** Keep more of each request from now on.
 *  @param keep  bits of enum http_keep */
void http_keep(struct http *h, unsigned keep);

/** @return SL_E_NOMEM when memory ran out at some time, so that figures are too low */
enum sl_err http_failed(const struct http *h);

/** Call after tcp_flush(): what is still open then is freed untold. NULL is allowed. */
void http_free(struct http *h);

#endif
