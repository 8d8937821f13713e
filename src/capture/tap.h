/**
 * @file
 * @brief Packets of a live interface, in two halves: who may open it, and who reads it.
 *
 * tap_open() needs CAP_NET_RAW and gives descriptors, which can be handed to another
 * process; tap_attach() needs no right at all. libpcap cannot take over a descriptor
 * that somebody else has opened, nor join a fanout group: so the ring is read here.
 * libpcap compiles the filters and knows the names.
 *
 * The kernel writes packets to a ring of blocks that both sides map (packet(7),
 * TPACKET_V3); they are lent in place. A VLAN tag that the kernel took off is put back
 * where it was.
 */
#ifndef STATLINE_CAPTURE_TAP_H
#define STATLINE_CAPTURE_TAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/limits.h"
#include "capture/packet.h"

struct tap; /* defined in tap.c only */

/** ms after which the kernel hands over a block of a ring that is not full. */
#define TAP_BLOCK_MS 20U

/** The interface that stands for all of them. */
#define TAP_ANY "any"

struct tap_options {
	const char *interface; /**< lent */
	const char *filter;    /**< BPF expression, lent; NULL or "": every packet */
	const char *link_type; /**< name of the link type wanted, lent; NULL: its own */
	uint32_t snap_length;  /**< bytes kept of a packet; 0: LIMIT_PACKET */
	size_t buffer;         /**< bytes of each ring; 0: LIMIT_RING */
	bool promiscuous;      /**< has no effect on TAP_ANY */
};

/** What the reading half needs. Plain data, but for the two descriptors: it may pass
 *  between processes together with them. */
struct tap_grant {
	int socket;         /**< owned by who holds the grant */
	int missed;         /**< file with the packets that the interface missed; owned;
				 -1: the system does not say */
	uint32_t link_type; /**< LINKTYPE_ number of its packets */
	uint32_t block_size;
	uint32_t block_count;
	bool cooked;   /**< packets come without their link header */
	bool loopback; /**< what it sends comes back: count it once */
};

/**
 * @brief Open an interface @p count times; more than once as one fanout group by flow.
 *
 * Both directions of a connection come to the same member, fragments are put together
 * for that by the kernel. Nothing passes before the last member has joined.
 *
 * @param grants  receives @p count grants, owned by the caller
 * @retval SL_OK
 * @retval SL_E_USAGE   no such interface, or a wrong filter or link type
 * @retval SL_E_LIMIT   not permitted: @p eb says what to do
 * @retval SL_E_IO      it is there, and is down
 * @retval SL_E_SYSTEM, SL_E_NOMEM
 */
enum sl_err tap_open(const struct tap_options *options, struct tap_grant *grants,
		     size_t count, struct errbuf *eb);

/** Close the descriptors of a grant that no tap has taken. */
void tap_grant_close(struct tap_grant *grant);

/** @param grant  its descriptors are owned by the tap once SL_OK is returned
 *  @param out    receives the tap, owned by the caller
 *  @retval SL_OK, SL_E_NOMEM, SL_E_SYSTEM (the ring cannot be mapped) */
enum sl_err tap_attach(struct tap **out, const struct tap_grant *grant,
		       struct errbuf *eb);

/**
 * @brief The next packet that is there; never waits.
 * @param out  its bytes are lent until the next call
 * @retval 1          a packet
 * @retval 0          none yet: poll() tap_fd()
 * @retval SL_E_IO    the interface is down or gone: close the tap
 */
int tap_next(struct tap *t, struct packet *out);

/** @return the descriptor to poll() for POLLIN */
int tap_fd(const struct tap *t);

/** Losses since the tap was attached; they never run backward. */
struct tap_losses {
	uint64_t kernel;    /**< no room in the ring */
	uint64_t interface; /**< missed by the interface itself */
	bool interface_known;
};

/** @param out  the sums so far */
void tap_losses(struct tap *t, struct tap_losses *out);

/** Unmaps and closes; NULL is allowed. */
void tap_free(struct tap *t);

#endif
