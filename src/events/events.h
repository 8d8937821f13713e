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

struct events;        /* a file of lines; defined in events.c only */
struct events_writer; /* whoever writes them; defined in events.c only */

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

/** The same with a file that is open.
 *  @param fd    owned by the events from here on, also when that fails; standard output
 *               is never closed
 *  @param name  copied: for messages */
enum sl_err events_new(struct events **out, int fd, const char *name,
		       enum events_format format, int64_t now_ns, struct errbuf *eb);

/** Go on in another file, which begins with the header; the one before is closed. What
 *  went wrong with that one is forgotten.
 *  @param fd  owned by the events from here on
 *  @retval SL_OK, SL_E_NOMEM (they go on where they were) */
enum sl_err events_reopen(struct events *e, int fd, int64_t now_ns);

/** Each thread that tells exchanges has a writer of its own.
 *  @param alone  it is the only one, and events_reopen() is not called: what has been
 *                written may end within a line until it is freed
 *  @return free it before @p e; NULL without memory */
struct events_writer *events_writer_new(struct events *e, bool alone);

/** @return a sink; valid as long as @p w */
struct http_sink events_writer_sink(struct events_writer *w);

/** Hand over the lines that are gathered: of all but the last piece this is done as
 *  they come. */
void events_writer_flush(struct events_writer *w);

/** Flushes it; NULL is allowed. */
void events_writer_free(struct events_writer *w);

/** @return errno of the first write that failed since the file was opened, or 0 */
int events_error(struct events *e);

/** Free it; NULL is allowed. Its writers are gone.
 *  @retval SL_OK
 *  @retval SL_E_IO  something could not be written: @p eb says why, and is empty when
 *                   whoever read standard output has gone */
enum sl_err events_close(struct events *e, struct errbuf *eb);

#endif
