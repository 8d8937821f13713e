#include "config.h"

#include "capture/tap.h"

#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if_arp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/system_clock.h"
#include "capture/linktype.h"

/** Bytes of an IEEE 802.1Q tag, and of the two addresses before it. */
#define TAG_SIZE       4U
#define ADDRESSES_SIZE 12U
/** Bytes of the header that stands in for a link header (LINKTYPE_LINUX_SLL2). */
#define SLL2_SIZE 20U
/** Where, after a packet's header, its link-level address stands. */
#define ADDRESS_OFFSET                                           \
	((sizeof(struct tpacket3_hdr) + TPACKET_ALIGNMENT - 1) & \
	 ~((size_t)TPACKET_ALIGNMENT - 1))

struct tap {
	struct tap_grant grant;
	uint8_t *ring;
	uint32_t block; /* the one that is read */
	uint32_t left;  /* packets of it not given yet */
	uint8_t *next;  /* the first of them; only with `left` */
	struct tap_losses losses;
	int64_t gone_ns;        /* monotonic, when the interface went; 0: it is there */
	uint64_t missed_before; /* what the interface had missed when we came */
};

static struct tpacket_block_desc *current(const struct tap *t)
{
	return (struct tpacket_block_desc *)(void *)(t->ring + (size_t)t->block *
								   t->grant.block_size);
}

static bool read_missed(const struct tap *t, uint64_t *out)
{
	char text[32];
	ssize_t n = t->grant.missed < 0
			? -1
			: pread(t->grant.missed, text, sizeof(text) - 1, 0);

	if (n <= 0)
		return false;
	text[n] = '\0';
	*out = strtoull(text, NULL, 10);
	return true;
}

enum sl_err tap_attach(struct tap **out, const struct tap_grant *grant,
		       struct errbuf *eb)
{
	size_t size = (size_t)grant->block_size * grant->block_count;
	struct tap *t = calloc(1, sizeof(*t));
	void *ring;

	*out = NULL;
	if (!t)
		return errbuf_set(eb, SL_E_NOMEM, "%s", sl_err_text(SL_E_NOMEM));
	/* Written to as well: blocks are given back, tags put back. */
	ring = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, grant->socket, 0);
	if (ring == MAP_FAILED) {
		free(t);
		return errbuf_set(eb, SL_E_SYSTEM, "the ring cannot be mapped: %s",
				  strerror(errno));
	}
	t->grant = *grant;
	t->ring = ring;
	t->losses.interface_known = read_missed(t, &t->missed_before);
	*out = t;
	return SL_OK;
}

int tap_fd(const struct tap *t)
{
	return t->grant.socket;
}

/* ---- packets ---- */

/** Whether the next block is ours; takes it if so. */
static bool take_block(struct tap *t)
{
	struct tpacket_block_desc *b = current(t);

	/* What the kernel wrote before the status is seen after it. */
	if (!(__atomic_load_n(&b->hdr.bh1.block_status, __ATOMIC_ACQUIRE) &
	      TP_STATUS_USER))
		return false;
	t->left = b->hdr.bh1.num_pkts;
	t->next = (uint8_t *)b + b->hdr.bh1.offset_to_first_pkt;
	return true;
}

static void give_back_block(struct tap *t)
{
	struct tpacket_block_desc *b = current(t);

	__atomic_store_n(&b->hdr.bh1.block_status, TP_STATUS_KERNEL, __ATOMIC_RELEASE);
	t->block = (t->block + 1) % t->grant.block_count;
}

static void put_be16(uint8_t *at, unsigned value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

/** Put the tag that the kernel took off back behind the addresses: there is room before
 *  the packet, by PACKET_RESERVE. */
static void restore_tag(const struct tpacket3_hdr *h, struct packet *p)
{
	unsigned type = h->tp_status & TP_STATUS_VLAN_TPID_VALID ? h->hv1.tp_vlan_tpid
								 : ETH_P_8021Q;
	uint8_t *at = (uint8_t *)(uintptr_t)p->bytes - TAG_SIZE;

	memmove(at, p->bytes, ADDRESSES_SIZE);
	put_be16(at + ADDRESSES_SIZE, type);
	put_be16(at + ADDRESSES_SIZE + 2, h->hv1.tp_vlan_tci);
	p->bytes = at;
	p->captured += TAG_SIZE;
	p->length += TAG_SIZE;
}

/** Write the header that stands in for the link's own. */
static void put_cooked(const struct sockaddr_ll *from, struct packet *p)
{
	uint8_t *at = (uint8_t *)(uintptr_t)p->bytes - SLL2_SIZE;

	memset(at, 0, SLL2_SIZE);
	memcpy(at, &from->sll_protocol, 2); /* in network order already */
	put_be16(at + 4, (unsigned)from->sll_ifindex >> 16);
	put_be16(at + 6, (unsigned)from->sll_ifindex & 0xffff);
	put_be16(at + 8, from->sll_hatype);
	at[10] = from->sll_pkttype;
	at[11] = from->sll_halen;
	memcpy(at + 12, from->sll_addr, sizeof(from->sll_addr));
	p->bytes = at;
	p->captured += SLL2_SIZE;
	p->length += SLL2_SIZE;
}

/** Make @p p of the packet at @p h. @return whether it is wanted */
static bool make_packet(const struct tap *t, struct tpacket3_hdr *h, struct packet *p)
{
	const struct sockaddr_ll *from =
	    (const struct sockaddr_ll *)(const void *)((uint8_t *)h + ADDRESS_OFFSET);
	/* On the loopback, whatever its member of TAP_ANY, all is sent and received. */
	bool loopback = t->grant.loopback || from->sll_hatype == ARPHRD_LOOPBACK;

	if (loopback && from->sll_pkttype == PACKET_OUTGOING)
		return false;
	*p = (struct packet){
	    .time_ns = (int64_t)h->tp_sec * NS_PER_S + h->tp_nsec,
	    .bytes = (uint8_t *)h + h->tp_mac,
	    .captured = h->tp_snaplen,
	    .length = h->tp_len,
	    .link_type = t->grant.link_type,
	};
	if (t->grant.cooked)
		put_cooked(from, p);
	else if ((h->tp_status & TP_STATUS_VLAN_VALID) &&
		 p->link_type == LINKTYPE_ETHERNET && p->captured >= ADDRESSES_SIZE)
		restore_tag(h, p);
	return true;
}

/** Whether the kernel says that the interface has gone: it says so once. */
static bool is_gone(const struct tap *t)
{
	struct pollfd p = {.fd = t->grant.socket, .events = POLLIN};
	int error = 0;
	socklen_t size = sizeof(error);

	if (poll(&p, 1, 0) <= 0 || !(p.revents & (POLLERR | POLLHUP | POLLNVAL)))
		return false;
	if (getsockopt(t->grant.socket, SOL_SOCKET, SO_ERROR, &error, &size) != 0)
		return true;
	return error == ENETDOWN || error == ENODEV || error == ENXIO;
}

/** Nothing is there. @return 0, or SL_E_IO where nothing will come any more: what came
 *  last may stand in a block that the kernel has not handed over yet */
static int nothing(struct tap *t)
{
	if (t->gone_ns == 0 && is_gone(t))
		t->gone_ns = system_clock_ns(CLOCK_MONOTONIC);
	if (t->gone_ns == 0)
		return 0;
	return system_clock_ns(CLOCK_MONOTONIC) - t->gone_ns >
		       3 * TAP_BLOCK_MS * NS_PER_MS
		   ? SL_E_IO
		   : 0;
}

int tap_next(struct tap *t, struct packet *out)
{
	for (;;) {
		struct tpacket3_hdr *h;

		if (t->left == 0) {
			if (t->next) {
				give_back_block(t);
				t->next = NULL;
			}
			if (!take_block(t))
				return nothing(t);
			if (t->left == 0)
				continue; /* retired without a packet */
		}
		h = (struct tpacket3_hdr *)(void *)t->next;
		t->left--;
		if (t->left > 0)
			t->next += h->tp_next_offset;
		if (make_packet(t, h, out))
			return 1;
	}
}

/* ---- losses ---- */

void tap_losses(struct tap *t, struct tap_losses *out)
{
	struct tpacket_stats_v3 stats;
	socklen_t size = sizeof(stats);
	uint64_t missed;

	/* Reading sets them to zero: they are 32 bits, and would wrap. */
	if (getsockopt(t->grant.socket, SOL_PACKET, PACKET_STATISTICS, &stats, &size) ==
	    0)
		t->losses.kernel += stats.tp_drops;
	if (read_missed(t, &missed) && missed >= t->missed_before) {
		t->losses.interface += missed - t->missed_before;
		t->missed_before = missed;
	}
	*out = t->losses;
}

void tap_free(struct tap *t)
{
	if (!t)
		return;
	(void)munmap(t->ring, (size_t)t->grant.block_size * t->grant.block_count);
	tap_grant_close(&t->grant);
	free(t);
}
