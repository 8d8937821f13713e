/**
 * @file
 * @brief From a packet to the TCP segment inside it, through any tunnels.
 *
 * From capture/, to tcp/. Knows nothing of connections. Its only memory is that
 * of IP fragments that wait for the rest (RFC 791 section 3.2, RFC 8200 section
 * 4.5), bounded by limits.h.
 */
#ifndef STATLINE_DECODE_DECODER_H
#define STATLINE_DECODE_DECODER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/coverage.h"
#include "base/err.h"
#include "base/memory_plan.h"
#include "capture/packet.h"
#include "decode/fragment_trace.h"
#include "decode/segment.h"

struct decoder; /* defined in decoder.c only */

struct decoder_options {
	bool distinct_vlan;    /**< VLAN tags are part of the connection's key */
	bool distinct_vni;     /**< so are tunnel identifiers */
	bool verify_checksums; /**< segments with a wrong TCP or IPv4 checksum are
				  undecoded */
};

/** What a packet turned out to be. */
enum decoded {
	DECODED_SEGMENT, /**< the segment is filled in; tcp/ accounts for its bytes */
	DECODED_COUNTED, /**< something else: already in its coverage bucket */
	DECODED_HELD,    /**< a fragment that waits: accounted for when it is complete
			      (in segment.packets and .bytes) or given up */
};

/**
 * @param options   copied
 * @param coverage  lent; must outlive the decoder. Packets that hold no TCP are
 *                  counted there, in exactly one bucket each; so are packets that
 *                  the snap length cut (truncated_packets)
 * @return NULL without memory
 */
struct decoder *decoder_new(const struct decoder_options *options,
			    struct coverage *coverage);

/** Bound what waits by @p plan, copied, and not by the default of limits.h. */
void decoder_set_memory(struct decoder *d, const struct memory_plan *plan);

/** Take one packet; @p out is written on DECODED_SEGMENT only, its payload is lent
 *  until the next call. Packets with `filtered` set must not come here. */
enum decoded decoder_feed(struct decoder *d, const struct packet *p,
			  struct segment *out);

/** Take further segments out of the packet that decoder_feed() has just returned from,
 *  whatever that returned: an aggregate of 802.11 (A-MSDU) holds several. To be called
 *  until it returns false; the first call costs nothing where there is none.
 *  @return whether @p out was written; its `packets` and `bytes` do not count this
 *          packet, which is accounted for already */
bool decoder_more(struct decoder *d, struct segment *out);

/** @return of which datagrams that consist of fragments the packets since the last call
 *  of this were a part; call it after each packet, or never */
struct fragment_trace decoder_take_trace(struct decoder *d);

/** What a filtered packet could have been, for a hint to the user. */
struct decoder_peek {
	bool tagged;    /**< VLAN, QinQ, MPLS or PPPoE around the IP header */
	bool tunnelled; /**< another IP header inside the first */
	bool fragment;  /**< not the first fragment: it has no ports to match */
};

/** Look at a packet without touching any state or counter. */
struct decoder_peek decoder_peek_at(const struct packet *p);

/** @return bytes of memory that waiting fragments take now */
size_t decoder_memory(const struct decoder *d);

/** @return SL_E_NOMEM when memory ran out at some time, so that figures are too low */
enum sl_err decoder_failed(const struct decoder *d);

/** Give up the fragments that still wait: they are counted as undecoded. */
void decoder_flush(struct decoder *d);

/** Frees it; NULL is allowed. */
void decoder_free(struct decoder *d);

#endif
