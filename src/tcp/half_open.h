/**
 * @file
 * @brief What is known of connections that have not sent payload yet.
 *
 * A flood of segments without payload turns over only this: LIMIT_HALF_OPEN entries,
 * the oldest goes first. Entries are small and allocated at once.
 */
#ifndef STATLINE_TCP_HALF_OPEN_H
#define STATLINE_TCP_HALF_OPEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "decode/segment.h"

struct half_open; /* the cache; defined in half_open.c only */

struct half_open_side {
	uint32_t first;   /**< sequence number of the first payload byte: ISN + 1 */
	uint32_t fin;     /**< sequence number of the FIN */
	uint32_t fin_ack; /**< what it acknowledged */
	bool has_first;
	bool guessed; /**< `first` is what a SYN-ACK acknowledges: the SYN may have
			   carried data before it (RFC 7413) */
	bool has_fin;
	bool fin_has_ack;
	bool seen; /**< a packet of this direction is in the capture */
};

struct half_open_entry {
	struct flow_key key;
	struct half_open_side side[2];
	int8_t initiator; /**< direction of the SYN without ACK, or -1 */
	bool reset;
	uint8_t reset_dir; /**< direction of the RST */
	bool reset_has_ack;
	uint32_t reset_seq; /**< its sequence number */
	uint32_t reset_ack; /**< what it acknowledged */
	int64_t reset_ns;   /**< its time */
	int64_t last_ns;    /**< of the last packet */
	uint64_t packets;   /**< counted in COVERAGE_UNDETERMINED_TCP so far */
	uint64_t bytes;
};

/** @return NULL without memory */
struct half_open *half_open_new(void);

/** @param hash  of @p key
 *  @return the entry, lent until the next half_open_add() or _remove(); NULL when
 *          there is none that is younger than LIMIT_IDLE_NS */
struct half_open_entry *half_open_find(struct half_open *h, const struct flow_key *key,
				       uint64_t hash, const struct packet_clock *clock);

/** Find the entry, or make an empty one. Never fails: the oldest one makes room. */
struct half_open_entry *half_open_add(struct half_open *h, const struct flow_key *key,
				      uint64_t hash, const struct packet_clock *clock);

/** Take SYN or SYN-ACK @p s into @p e: it anchors its direction, and a SYN-ACK guesses
 *  the start of the other one, until its SYN comes. A SYN of another ISN starts the
 *  entry anew, and an end that is not near behind it is forgotten. */
void half_open_syn(struct half_open_entry *e, const struct segment *s, int64_t now_ns);

/** Forget @p e, which half_open_find() or _add() has given. */
void half_open_remove(struct half_open *h, struct half_open_entry *e);

/** @return bytes of memory it takes */
size_t half_open_memory(void);

void half_open_free(struct half_open *h);

#endif
