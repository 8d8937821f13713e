/**
 * @file
 * @brief From names on the command line to sources whose first packet is known.
 */
#ifndef STATLINE_CAPTURE_INPUTS_H
#define STATLINE_CAPTURE_INPUTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "capture/source.h"

struct file_key; /* defined in inputs.c only */

/** Open to capture.c; zero it before use. */
struct inputs {
	const struct access *access;  /**< lent; set it before use */
	struct channel_set *channels; /**< the same */
	struct source **sources; /**< as named; the array and its items are owned */
	size_t count;
	size_t room;
	struct file_key *keys; /**< of regular files: which are named twice */
	size_t key_count;
	size_t key_room;
	struct errbuf *notes; /**< owned */
	size_t note_count;
};

/**
 * @brief Add what @p name stands for, and look at the first packet of each.
 *
 * A source with a packet has it in `next` if it stays open (pipes; everything when it
 * is the @p only input), else it is closed and to be opened again.
 *
 * @retval SL_OK       also when it is unreadable: its source says so
 * @retval SL_E_LIMIT, SL_E_NOMEM  @p eb says so
 */
enum sl_err inputs_add(struct inputs *in, const char *name, bool only,
		       struct errbuf *eb);

/** Keep @p note, copied. @retval SL_OK, SL_E_NOMEM */
enum sl_err inputs_note(struct inputs *in, const struct errbuf *note);

/** Frees everything in @p in. */
void inputs_free(struct inputs *in);

#endif
