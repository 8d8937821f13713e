/**
 * @file
 * @brief Bytes from a decompressing child, through a file in memory.
 *
 * The file (memfd_create(2)) is cut into slots, which are used in turn. The child fills
 * one and says through a pipe how much; we empty it and say so through an eventfd,
 * which is where the child waits when all are full. Neither maps the file: pages that
 * are written again and again cost one copy on each side, where a pipe takes new ones
 * and a mapping faults each of them in. A child that has died is a pipe that ends.
 *
 * Pages that are there already are the cheapest, so a set keeps files for the next
 * child.
 */
#ifndef STATLINE_CAPTURE_CHANNEL_H
#define STATLINE_CAPTURE_CHANNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/limits.h"

/** Bytes of a slot. */
#define CHANNEL_SLOT ((size_t)LIMIT_READ_BLOCK)

/** Bytes of the text that a child leaves when it fails, zero included. */
#define CHANNEL_TEXT 256U

/** A file in memory: a text, a slot for what was read of the child's input already, and
 *  those for its output. It cannot be made longer or shorter. */
struct channel_memory {
	int fd;         /**< owned */
	uint32_t slots; /**< for output */
	struct channel_memory *next;
};

/** @return slots for output in the file @p fd; 0 when it is none that channel_take()
 *  made */
uint32_t channel_slots(int fd);

/** Put @p n bytes, at most CHANNEL_SLOT, there for the child. @return whether they are
 */
bool channel_put_input(int memory, const void *bytes, size_t n);

/** Take the @p n bytes that were put there. @return whether they were */
bool channel_take_input(int memory, void *bytes, size_t n);

/** Leave a text; what is too long is cut. */
void channel_put_text(int memory, const char *text);

/** @param text  receives CHANNEL_TEXT bytes, the last of them zero
 *  @return the length of the text; 0: none was left */
size_t channel_text(int memory, char *text);

/** One end of a channel. All that it has is lent. */
struct channel {
	int memory;     /**< the file */
	uint32_t slots; /**< of it, for output */
	int filled;     /**< the pipe with the length of each slot that was filled */
	int emptied;    /**< the eventfd that counts the slots that may be filled */
	uint32_t slot;  /**< the one whose turn it is */
	size_t at;      /**< bytes of it that were taken */
	size_t len;     /**< bytes in it; 0: none that we know of */
	bool ended;     /**< the child is gone, and all that it wrote was read */
};

/** Our end: as read(2) of a pipe that blocks.
 *  @param channel  a struct channel
 *  @return bytes read, 0 at the end, -1 with errno set: EBADMSG, the child says what
 *          cannot be */
ssize_t channel_read(void *channel, void *bytes, size_t n);

/** The child's end: hand over @p n bytes, at most CHANNEL_SLOT. Waits for a slot.
 *  @return false with errno: nobody wants more, or there is no memory */
bool channel_write(struct channel *c, const void *bytes, size_t n);

/** Files that are not in use; defined in channel.c only. */
struct channel_set;

/** @param ahead  how many of the files are to be large: LIMIT_AHEAD together. The
 * others let a child be a little ahead
 *  @return NULL without memory */
struct channel_set *channel_set_new(unsigned ahead);

/** @return a file without a text, a large one while there is one; give it back. NULL
 *  with errno */
struct channel_memory *channel_take(struct channel_set *set);

/** Nobody else may use it any more; NULL is allowed. */
void channel_give_back(struct channel_set *set, struct channel_memory *m);

/** All of them must have been given back; NULL is allowed. */
void channel_set_free(struct channel_set *set);

#endif
