/**
 * @file
 * @brief One input: opened, recognised, decompressed, read, and accounted for.
 *
 * Regular files can be closed and opened again; pipes and standard input stay open.
 */
#ifndef STATLINE_CAPTURE_SOURCE_H
#define STATLINE_CAPTURE_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/limits.h"
#include "capture/access.h"
#include "capture/bytes.h"
#include "capture/capture.h"
#include "capture/decompress.h"
#include "capture/identity.h"
#include "capture/reader.h"

/** Open to capture.c and inputs.c, which order sources. */
struct source {
	struct capture_source facts;
	const struct access *access; /**< lent */
	char *name;                  /**< owned */
	size_t order;                /**< among the inputs, as named */
	bool regular;  /**< a regular file: it has a size, and can be opened again */
	bool done;     /**< nothing more will come of it */
	bool foreign;  /**< its content is not a capture at all */
	uint64_t size; /**< of a regular file, as stored */
	int64_t changed_ns; /**< when that was last written to */
	enum sl_err e;      /**< why it is unreadable, or SL_OK */
	int64_t starts;     /**< time of the first packet; only unless `done` */

	struct packet next; /**< read and not given yet; only while open */
	int64_t key;        /**< its place in the order of time, never backward */
	bool jumped;        /**< the last packet was far ahead of `key` */

	bool open;
	int fd;
	struct bytes bytes;
	struct decompressor *child;   /**< NULL when not compressed */
	struct channel_set *channels; /**< lent: for children */
	bool unread;                  /**< opened ahead: `next` was not read yet */
	struct reader *reader;
	struct identity identity; /**< of the packets that were given */
};

/** @param access    lent until source_free()
 *  @param channels  the same
 *  @param name  copied; "-" is standard input
 *  @return a source, closed, owned by the caller; NULL without memory */
struct source *source_new(const struct access *access, struct channel_set *channels,
			  const char *name, size_t order);

/** Closes it; NULL is allowed. */
void source_free(struct source *s);

/**
 * @brief Open, and read the header.
 *
 * @param block  bytes to read at once
 * @retval SL_OK       source_next() can be called
 * @retval SL_E_NOMEM
 * @return else it is unreadable and closed: `facts` says why, `e` is the same
 */
enum sl_err source_open(struct source *s, size_t block);

/** The rest of source_next(): everything was read that could be. */
int source_end(struct source *s, enum reader_result result);

/**
 * @brief Read the next packet to `next`.
 * @retval 1           there is one
 * @retval 0           the end, or damage: `facts` says so. It is done, and closed
 * @retval SL_E_NOMEM
 */
static inline int source_next(struct source *s)
{
	enum reader_result result = s->reader->ops->next(s->reader, &s->next);

	return result == READER_PACKET ? 1 : source_end(s, result);
}

/** The rest of source_count(). */
void source_count_odd(struct source *s);

/** Count `next` as given: figures, link types and identity. */
static inline void source_count(struct source *s)
{
	struct capture_source *f = &s->facts;
	const struct packet *p = &s->next;

	if (f->packets < LIMIT_ID_PACKETS || f->link_types[0] != p->link_type)
		source_count_odd(s);
	if (p->time_ns < f->first_ns)
		f->first_ns = p->time_ns;
	if (p->time_ns > f->last_ns)
		f->last_ns = p->time_ns;
	f->bytes += p->length;
	f->packets++;
}

/** Give up descriptors, memory and child process; the facts stay. */
void source_close(struct source *s);

/** @return bytes of the stored file that have been read; 0 unless a regular file */
uint64_t source_position(const struct source *s);

/** Set state, message and `e`; the message is "NAME: " and the text.
 *  @return @p e */
enum sl_err source_say(struct source *s, enum source_state state, enum sl_err e,
		       const char *format, ...) __attribute__((format(printf, 4, 5)));

#endif
