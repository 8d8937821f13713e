/* Link types: what the packets of each begin with, and the headers that capturing
 * devices and programs put before the frame. */
#include "capture/linktype.h"
#include "decode/layer.h"

struct beginning {
	uint8_t layer; /* enum layer; LAYER_END: unknown */
	uint8_t skip;  /* bytes before it, of a header that says nothing of use here */
};

/* https://www.tcpdump.org/linktypes.html */
static const struct beginning beginnings[LINKTYPE_MAX + 1] = {
    [LINKTYPE_NULL] = {LAYER_NULL, 0},
    [LINKTYPE_ETHERNET] = {LAYER_ETHERNET, 0},
    [LINKTYPE_IEEE802_5] = {LAYER_TOKEN_RING, 0},
    [LINKTYPE_PPP] = {LAYER_PPP, 0},
    [LINKTYPE_FDDI] = {LAYER_LLC, 13}, /* frame control, two addresses */
    [LINKTYPE_RAW_BSD] = {LAYER_RAW, 0},
    [LINKTYPE_RAW_OPENBSD] = {LAYER_RAW, 0},
    [LINKTYPE_PPP_HDLC] = {LAYER_PPP_HDLC, 0},
    [LINKTYPE_PPP_ETHER] = {LAYER_PPPOE, 0},
    [LINKTYPE_ATM_RFC1483] = {LAYER_LLC, 0},
    [LINKTYPE_RAW] = {LAYER_RAW, 0},
    [LINKTYPE_C_HDLC] = {LAYER_CISCO_HDLC, 0},
    [LINKTYPE_IEEE802_11] = {LAYER_WLAN, 0},
    [LINKTYPE_FRELAY] = {LAYER_FRAME_RELAY, 0},
    [LINKTYPE_LOOP] = {LAYER_NULL, 0},
    [LINKTYPE_ENC] = {LAYER_RAW, 12}, /* family, security parameters, flags */
    [LINKTYPE_LINUX_SLL] = {LAYER_SLL, 0},
    [LINKTYPE_PFLOG] = {LAYER_PFLOG, 0},
    [LINKTYPE_IEEE802_11_PRISM] = {LAYER_PRISM, 0},
    [LINKTYPE_IP_OVER_FC] = {LAYER_LLC, 16}, /* two addresses (RFC 4338) */
    [LINKTYPE_IEEE802_11_RADIOTAP] = {LAYER_RADIOTAP, 0},
    [LINKTYPE_APPLE_IP_OVER_IEEE1394] = {LAYER_ETHERTYPE, 16}, /* two addresses */
    [LINKTYPE_IEEE802_11_AVS] = {LAYER_AVS, 0},
    [LINKTYPE_PPP_PPPD] = {LAYER_PPP, 2}, /* direction in the address's place */
    [LINKTYPE_JUNIPER_ETHER] = {LAYER_JUNIPER, 0},
    [LINKTYPE_PPI] = {LAYER_PPI, 0},
    [LINKTYPE_ERF] = {LAYER_ERF, 0},
    [LINKTYPE_PPP_WITH_DIR] = {LAYER_PPP_HDLC, 1},
    [LINKTYPE_C_HDLC_WITH_DIR] = {LAYER_CISCO_HDLC, 1},
    [LINKTYPE_FRELAY_WITH_DIR] = {LAYER_FRAME_RELAY, 1},
    [LINKTYPE_IPNET] = {LAYER_RAW, 24}, /* zones and interfaces of Solaris */
    [LINKTYPE_IPV4] = {LAYER_IPV4, 0},
    [LINKTYPE_IPV6] = {LAYER_IPV6, 0},
    [LINKTYPE_NFLOG] = {LAYER_NFLOG, 0},
    [LINKTYPE_NETANALYZER] = {LAYER_ETHERNET, 4},
    [LINKTYPE_PKTAP] = {LAYER_PKTAP, 0},
    [LINKTYPE_EPON] = {LAYER_ETHERNET, 8}, /* preamble */
    [LINKTYPE_LINUX_SLL2] = {LAYER_SLL2, 0},
    /* Tags of switches: before the frame, or between addresses and EtherType. */
    [LINKTYPE_DSA_TAG_BRCM] = {LAYER_ETHERTYPE, 16},
    [LINKTYPE_DSA_TAG_BRCM_PREPEND] = {LAYER_ETHERNET, 4},
    [LINKTYPE_DSA_TAG_DSA] = {LAYER_ETHERTYPE, 16},
    [LINKTYPE_DSA_TAG_EDSA] = {LAYER_ETHERTYPE, 20},
};

enum layer device_frame(struct walk *w, uint32_t link_type)
{
	const struct beginning *b;

	if (link_type > LINKTYPE_MAX || beginnings[link_type].layer == LAYER_END)
		return walk_undecoded(w, UNDECODED_LINK_TYPE);
	b = &beginnings[link_type];
	cursor_skip(&w->c, b->skip);
	return w->c.failed ? walk_short(w) : (enum layer)b->layer;
}

/* Per-Packet Information, of AirPcap and Kismet: version, flags, length, link type. */
enum layer device_ppi(struct walk *w)
{
	struct cursor header = w->c;

	cursor_skip(&header, 2);
	uint16_t len = cursor_le16(&header);
	uint32_t link_type = cursor_le32(&header);

	if (!header.failed && len < 8)
		return walk_undecoded(w, UNDECODED_MALFORMED);
	cursor_skip(&w->c, header.failed ? 8 : len);
	return w->c.failed ? walk_short(w) : device_frame(w, link_type);
}

/* Apple's header, little-endian as its machines are: length, kind, link type; then the
 * interface and the process, of which iPhones have much to say. */
enum layer device_pktap(struct walk *w)
{
	struct cursor header = w->c;
	uint32_t len = cursor_le32(&header);

	cursor_skip(&header, 4);
	uint32_t link_type = cursor_le32(&header);

	if (!header.failed && len < 12)
		return walk_undecoded(w, UNDECODED_MALFORMED);
	cursor_skip(&w->c, header.failed ? 12 : len);
	return w->c.failed ? walk_short(w) : device_frame(w, link_type);
}

/* pf of the BSDs: the length, without padding, and the address family come first. */
enum layer device_pflog(struct walk *w)
{
	struct cursor header = w->c;
	size_t len = cursor_u8(&header);

	cursor_skip(&w->c, header.failed ? 1 : (len + 3) / 4 * 4);
	return w->c.failed ? walk_short(w) : LAYER_RAW;
}

#define JUNIPER_MAGIC      0x4d4743U /* "MGC" */
#define JUNIPER_EXTENSIONS 0x80
#define JUNIPER_NO_LINK    0x02

enum layer device_juniper(struct walk *w)
{
	uint32_t first = cursor_be32(&w->c);

	if (!w->c.failed && first >> 8 != JUNIPER_MAGIC)
		return walk_undecoded(w, UNDECODED_MALFORMED);
	if (first & JUNIPER_EXTENSIONS)
		cursor_skip(&w->c, cursor_be16(&w->c));
	/* In the place of the frame's header the number of the protocol's family. */
	if (first & JUNIPER_NO_LINK)
		cursor_skip(&w->c, 4);
	if (w->c.failed)
		return walk_short(w);
	return first & JUNIPER_NO_LINK ? LAYER_RAW : LAYER_ETHERNET;
}

#define ERF_MORE 0x80 /* extension headers, 8 bytes each, which begin with this bit */
#define ERF_TYPE 0x7f

/* Endace's Extensible Record Format; types by the frame that they hold. */
static enum layer erf_frame(uint8_t type)
{
	switch (type) {
	case 1:
	case 10:
	case 15:
		return LAYER_PPP_HDLC;
	case 2:
	case 11:
	case 16:
	case 20:
		return LAYER_ETHERNET;
	case 22:
		return LAYER_IPV4;
	case 23:
		return LAYER_IPV6;
	default:
		return LAYER_END;
	}
}

enum layer device_erf(struct walk *w)
{
	cursor_skip(&w->c, 8); /* time stamp */
	uint8_t type = cursor_u8(&w->c);
	enum layer frame = erf_frame(type & ERF_TYPE);

	cursor_skip(&w->c, 7); /* flags, length, losses, length on the wire */
	for (uint8_t more = type; (more & ERF_MORE) && !w->c.failed;) {
		more = cursor_u8(&w->c);
		cursor_skip(&w->c, 7);
	}
	if (frame == LAYER_ETHERNET)
		cursor_skip(&w->c, 2); /* aligns the payload */
	if (w->c.failed)
		return walk_short(w);
	return frame == LAYER_END ? walk_undecoded(w, UNDECODED_LINK_TYPE) : frame;
}

/* IEEE 802.5: access and frame control, addresses, and a source route where the first
 * bit of the source says so; its length is in the low bits of its first byte. */
enum layer device_token_ring(struct walk *w)
{
	const uint8_t *h = cursor_take(&w->c, 14);

	if (!h)
		return walk_short(w);
	if (h[8] & 0x80) {
		struct cursor route = w->c;
		uint8_t len = cursor_u8(&route) & 0x1f;

		cursor_skip(&w->c, route.failed ? 1 : len);
	}
	return w->c.failed ? walk_short(w) : LAYER_LLC;
}
