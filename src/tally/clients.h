/**
 * @file
 * @brief What each client asked for, and what it got.
 *
 * A Space-Saving table (Metwally et al. 2005; see topk.h) of LIMIT_CLIENTS clients. A
 * response weighs 1, a refusal (401, 403, 404, 405) CLIENT_REFUSAL_WEIGHT, so that a
 * scanner is not pushed out by the many who ask once. Of a client that came after the
 * table was full, up to `error` of its weight, and all that others of its figures would
 * say about that time, is not known: its counts are exact since it is in the table.
 */
#ifndef STATLINE_TALLY_CLIENTS_H
#define STATLINE_TALLY_CLIENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/err.h"
#include "http/catalogue.h"
#include "http/exchange.h"
#include "tally/hyperloglog.h"

struct clients; /* defined in clients.c only */

/** Weight of a refusal. */
#define CLIENT_REFUSAL_WEIGHT 4U

/** Codes by which servers refuse. */
enum client_refusal { REFUSED_401, REFUSED_403, REFUSED_404, REFUSED_405, REFUSALS };

/** Read-only outside clients.c. */
struct client {
	struct ip_addr addr;
	uint64_t weight; /**< at most `error` too high */
	uint64_t error;
	uint64_t requests;  /**< answered or not */
	uint64_t responses; /**< final ones */
	uint64_t classes[CLASSES];
	uint64_t refusals[REFUSALS];
	uint64_t with_credentials; /**< 401s to requests that carried credentials */
	uint64_t logins;           /**< 401 and 403 to POST */
	uint64_t burst;            /**< refusals in its busiest minute */
	int64_t burst_ns;          /**< when that began; means something with `burst` */
	int64_t first_ns;
	int64_t last_ns;
	struct hll paths;   /**< without query, not folded */
	struct hll missing; /**< of them: answered with 404 */
	int64_t minute;     /**< the running burst's */
	uint64_t minute_refusals;
};

/** @return NULL without memory */
struct clients *clients_new(void);

/** Bytes that paths may take: LIMIT_CLIENT_PATHS unless set. */
void clients_set_memory(struct clients *c, size_t paths);

/** A response's head has come. @param failed  set to SL_E_NOMEM if memory ran out */
void clients_response(struct clients *c, const struct http_exchange *x,
		      enum sl_err *failed);

/** An exchange is over. */
void clients_done(struct clients *c, const struct http_exchange *x,
		  enum sl_err *failed);

/** Put back a client that was written down, and is not there yet. Copied, its estimates
 *  too. @retval SL_OK, SL_E_NOMEM, SL_E_LIMIT (the table is full) */
enum sl_err clients_put(struct clients *c, const struct client *client);

/** What of a table was not written down, or did not fit into it. */
struct clients_rest {
	uint64_t floor;    /**< what a client that is not there may weigh */
	uint64_t left_out; /**< clients that were there and were not written down */
	uint64_t refused;  /**< as clients_refused() */
};

/** Put that back. */
void clients_put_rest(struct clients *c, const struct clients_rest *rest);

/** Clients of @p from are taken in canonical order: the weightiest first, then by
 *  address. */
void clients_merge(struct clients *into, const struct clients *from,
		   enum sl_err *failed);

/** @return the clients (of NULL none) in no particular order, lent, and their number in
 * @p count */
const struct client *const *clients_all(const struct clients *c, size_t *count);

/** @return a client that is not in the table weighed at most that much; 0: all are
 *          there */
uint64_t clients_floor(const struct clients *c);

/** @return clients left out of what was put back: after merging at most that many */
uint64_t clients_left_out(const struct clients *c);

/** @return times that distinct paths could not be counted because of a bound */
uint64_t clients_refused(const struct clients *c);

/** NULL is allowed. */
void clients_free(struct clients *c);

#endif
