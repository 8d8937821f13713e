/**
 * @file
 * @brief Writes every exchange as a line: JSON with ECS names, or the columns of Zeek's
 *        http.log.
 *
 * From http/, beside the tally. An exchange is written when it is over, its first
 * interim code with it; further ones, and those that no request was seen for, at once.
 * Queries, credentials and cookies are left out, user information in a Referer too.
 */
#ifndef STATLINE_EVENTS_EVENTS_H
#define STATLINE_EVENTS_EVENTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "http/exchange.h"

struct events; /* defined in events.c only */

enum events_format {
	EVENTS_ECS,  /**< Elastic Common Schema 8, one JSON object a line */
	EVENTS_ZEEK, /**< tab-separated, with Zeek's header lines */
};

/** @return whether there is a format of that name ("ecs", "zeek") */
bool events_format_named(const char *name, enum events_format *out);

/**
 * @param path    lent for the call; "-" is standard output. A file is written over.
 * @param now_ns  for the header
 * @retval SL_OK       @p out is to be closed by events_close()
 * @retval SL_E_IO, SL_E_NOMEM  @p eb says why
 */
enum sl_err events_open(struct events **out, const char *path,
			enum events_format format, int64_t now_ns, struct errbuf *eb);

/** @return a sink; valid as long as @p e */
struct http_sink events_sink(struct events *e);

/** @return lines written, those of headers not counted */
uint64_t events_count(const struct events *e);

/** Write what is left, and free it; NULL is allowed.
 *  @retval SL_OK
 *  @retval SL_E_IO  something could not be written: @p eb says why, and is empty when
 *                   whoever read standard output has gone */
enum sl_err events_close(struct events *e, struct errbuf *eb);

#endif
