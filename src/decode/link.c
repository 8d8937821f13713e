#include <string.h>

#include "decode/ethertype.h"
#include "decode/layer.h"

/* IEEE 802.3 section 3.2.6: up to this the field is a length, not a type. */
#define ETHERNET_LENGTH_MAX 1500

/* Protocols of the Linux cooked header that are no EtherTypes (linux/if_ether.h). */
#define LINUX_802_2 0x0004

/* ARP hardware types that change what the cooked header's protocol means. */
#define ARPHRD_FRAD      770
#define ARPHRD_RADIOTAP  803
#define ARPHRD_NETLINK   824
#define ARPHRD_IEEE80211 801
#define ARPHRD_PRISM     802

enum layer link_ethertype(struct walk *w, uint16_t type)
{
	switch (type) {
	case ETHERTYPE_IPV4:
		return LAYER_IPV4;
	case ETHERTYPE_IPV6:
		return LAYER_IPV6;
	case ETHERTYPE_VLAN:
	case ETHERTYPE_QINQ:
	case ETHERTYPE_QINQ_9100:
	case ETHERTYPE_QINQ_9200:
	case ETHERTYPE_QINQ_9300:
		return LAYER_VLAN;
	case ETHERTYPE_MPLS:
	case ETHERTYPE_MPLS_UP:
		return LAYER_MPLS;
	case ETHERTYPE_PPPOE:
		return LAYER_PPPOE;
	case ETHERTYPE_PPP:
		return LAYER_PPP;
	case ETHERTYPE_BRIDGING:
		return LAYER_ETHERNET;
	case ETHERTYPE_JUMBO:
		return LAYER_LLC;
	default:
		return shim_by_ethertype(w, type);
	}
}

/* A field that is a length or a type: IEEE 802.3, also after a tag. */
static enum layer link_length_or_type(struct walk *w, uint16_t type)
{
	if (type > ETHERNET_LENGTH_MAX)
		return link_ethertype(w, type);
	walk_limit(w, type);
	return LAYER_LLC;
}

enum layer link_type_field(struct walk *w)
{
	uint16_t type = cursor_be16(&w->c);

	return w->c.failed ? walk_short(w) : link_length_or_type(w, type);
}

/* Cisco's Inter-Switch Link: a group address of 40 bits, type and user (4 bits each),
 * source, length of what follows, SNAP, the upper half of the source's maker, VLAN (15
 * bits), a bit for bridges, index, reserved; then the frame ("Inter-Switch Link and
 * IEEE 802.1Q Frame Format", Cisco, document 17056). */
#define ISL_SIZE      26U
#define ISL_UNCOUNTED 14U  /* bytes before those that its length counts */
#define ISL_TYPE      0xf0 /* 0: Ethernet */

static bool is_isl(const uint8_t *ethernet, const struct cursor *rest)
{
	static const uint8_t group[] = {0x01, 0x00, 0x0c, 0x00, 0x00};
	static const uint8_t snap[] = {0xaa, 0xaa, 0x03, 0x00, 0x00, 0x0c};
	struct cursor c = *rest;
	const uint8_t *h = cursor_take(&c, sizeof(snap));

	return h && (ethernet[0] & ~0x02U) == group[0] &&
	       memcmp(ethernet + 1, group + 1, sizeof(group) - 1) == 0 &&
	       !(ethernet[5] & ISL_TYPE) && memcmp(h, snap, sizeof(snap)) == 0;
}

/* What is inside begins with addresses, too, and its tag is this one's. */
static enum layer link_isl(struct walk *w, uint16_t len)
{
	const uint8_t *h, *inner;

	walk_limit(w, len);
	h = cursor_take(&w->c, ISL_SIZE - ISL_UNCOUNTED);
	inner = cursor_take(&w->c, 14);
	if (!h || !inner)
		return walk_short(w);
	w->vlan = (uint32_t)(h[6] << 8 | h[7]) >> 1 & 0x0fff; /* of 15, 12 are used */
	w->tunnelled = true;                                  /* no filter knows it */
	return link_length_or_type(w, (uint16_t)(inner[12] << 8 | inner[13]));
}

enum layer link_ethernet(struct walk *w)
{
	const uint8_t *h = cursor_take(&w->c, 14);

	if (!h)
		return walk_short(w);
	if (is_isl(h, &w->c))
		return link_isl(w, (uint16_t)(h[12] << 8 | h[13]));
	/* Tags tell connections apart in the frame that carries them, not in one that
	 * carries this frame through a tunnel. */
	w->vlan = 0;
	return link_length_or_type(w, (uint16_t)(h[12] << 8 | h[13]));
}

enum layer link_vlan(struct walk *w)
{
	uint16_t tag = cursor_be16(&w->c);
	uint16_t type = cursor_be16(&w->c);
	uint16_t id = tag & 0x0fff; /* without priority: directions may differ in it */

	if (w->c.failed)
		return walk_short(w);
	if (w->vlan == 0)
		w->vlan = id;
	else if (w->vlan <= 0x0fff)
		w->vlan |= (uint32_t)id << 16;
	w->tagged |= !w->ip_seen;
	return link_length_or_type(w, type);
}

enum layer link_snap(struct walk *w)
{
	uint32_t oui = (uint32_t)cursor_be16(&w->c) << 8;

	oui |= cursor_u8(&w->c);
	uint16_t type = cursor_be16(&w->c);

	if (w->c.failed)
		return walk_short(w);
	/* RFC 1042, and the bridge-tunnel encapsulation of IEEE 802.1H. */
	if (oui == 0x000000 || oui == 0x0000f8)
		return link_ethertype(w, type);
	/* RFC 2427 section 4.2, RFC 2684 section 5.2: bridged 802.3 frames with and
	 * without FCS. */
	if (oui == 0x0080c2 && (type == 0x0001 || type == 0x0007))
		return LAYER_ETHERNET;
	return walk_end(w, COVERAGE_NOT_IP);
}

enum layer link_llc(struct walk *w)
{
	uint8_t dsap = cursor_u8(&w->c);
	uint8_t ssap = cursor_u8(&w->c);
	uint8_t control = cursor_u8(&w->c);

	if (w->c.failed)
		return walk_short(w);
	if (control != 0x03) /* unnumbered information (IEEE 802.2) */
		return walk_end(w, COVERAGE_NOT_IP);
	if (dsap == 0xaa && ssap == 0xaa)
		return link_snap(w);
	if (dsap == 0x06 && ssap == 0x06) /* the SAP of IP (RFC 1042) */
		return LAYER_IPV4;
	return walk_end(w, COVERAGE_NOT_IP);
}

/* LINKTYPE_NULL is in the byte order of the host that captured, LINKTYPE_LOOP in
 * network order; address families are small, so the order shows. AF_INET6 is 10 on
 * Linux, 23 on Windows, 24 on NetBSD and OpenBSD, 28 on FreeBSD, 30 on Darwin. */
enum layer link_null(struct walk *w)
{
	struct cursor swapped = w->c;
	uint32_t family = cursor_be32(&w->c);

	if (w->c.failed)
		return walk_short(w);
	if (family > 0xffff)
		family = cursor_le32(&swapped);
	switch (family) {
	case 2:
		return LAYER_IPV4;
	case 10:
	case 23:
	case 24:
	case 28:
	case 30:
		return LAYER_IPV6;
	default:
		/* Some programs write the EtherType. */
		return family > ETHERNET_LENGTH_MAX && family <= 0xffff
			   ? link_ethertype(w, (uint16_t)family)
			   : walk_end(w, COVERAGE_NOT_IP);
	}
}

enum layer link_raw(struct walk *w)
{
	return ip_by_version(w);
}

static enum layer link_cooked(struct walk *w, uint16_t hardware, uint16_t protocol)
{
	switch (hardware) {
	case ARPHRD_NETLINK:
		return walk_end(w, COVERAGE_NOT_IP);
	case ARPHRD_IEEE80211:
		return LAYER_WLAN;
	case ARPHRD_PRISM:
		return LAYER_PRISM;
	case ARPHRD_RADIOTAP:
		return LAYER_RADIOTAP;
	case ARPHRD_FRAD:
		return LAYER_FRAME_RELAY;
	default:
		break;
	}
	return protocol == LINUX_802_2 ? LAYER_LLC : link_ethertype(w, protocol);
}

enum layer link_sll(struct walk *w)
{
	cursor_skip(&w->c, 2);
	uint16_t hardware = cursor_be16(&w->c);
	cursor_skip(&w->c, 10);
	uint16_t protocol = cursor_be16(&w->c);

	if (w->c.failed)
		return walk_short(w);
	return link_cooked(w, hardware, protocol);
}

enum layer link_sll2(struct walk *w)
{
	uint16_t protocol = cursor_be16(&w->c);
	cursor_skip(&w->c, 6);
	uint16_t hardware = cursor_be16(&w->c);
	cursor_skip(&w->c, 10);

	if (w->c.failed)
		return walk_short(w);
	return link_cooked(w, hardware, protocol);
}

#define NFLOG_TLV_PAYLOAD 9 /* NFULA_PAYLOAD */

/* tcpdump.org/linktypes/LINKTYPE_NFLOG.html: TLVs in the byte order of the host that
 * captured, padded to four bytes. Types are small, so the order shows in the first. */
static bool nflog_find_payload(struct walk *w)
{
	struct cursor peek = w->c;
	bool little;

	cursor_skip(&peek, 2);
	little = cursor_le16(&peek) < 0x100;
	while (!w->c.failed) {
		uint16_t len = little ? cursor_le16(&w->c) : cursor_be16(&w->c);
		uint16_t type = little ? cursor_le16(&w->c) : cursor_be16(&w->c);

		if (w->c.failed)
			break;
		if (len < 4) {
			w->missing = 0; /* it contradicts itself: not the snap length */
			w->c.failed = true;
			break;
		}
		/* The high bits of the type are flags of netlink. */
		if ((type & 0x7fff) == NFLOG_TLV_PAYLOAD) {
			walk_limit(w, len - 4U);
			return true;
		}
		cursor_skip(&w->c, (len + 3U) / 4 * 4 - 4);
	}
	return false;
}

enum layer link_nflog(struct walk *w)
{
	uint8_t family = cursor_u8(&w->c);
	uint8_t version = cursor_u8(&w->c);

	cursor_skip(&w->c, 2);
	if (w->c.failed)
		return walk_short(w);
	if (version != 0)
		return walk_undecoded(w, UNDECODED_MALFORMED);
	if (family != 2 && family != 10) /* AF_INET, AF_INET6 of Linux */
		return walk_end(w, COVERAGE_NOT_IP);
	if (!nflog_find_payload(w))
		return walk_short(w);
	return family == 2 ? LAYER_IPV4 : LAYER_IPV6;
}
