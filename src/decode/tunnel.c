#include "decode/ethertype.h"
#include "decode/fragments.h"
#include "decode/layer.h"

/* RFC 2784, RFC 2890, RFC 1701 (routing), RFC 2637 (version 1). */
#define GRE_CHECKSUM       0x8000
#define GRE_ROUTING        0x4000
#define GRE_KEY            0x2000
#define GRE_SEQUENCE       0x1000
#define GRE_ACKNOWLEDGMENT 0x0080
#define GRE_VERSION        0x0007

#define GRE_PROTOCOL_WCCP       0x883e
#define GRE_PROTOCOL_ERSPAN     0x88be /* types I and II */
#define GRE_PROTOCOL_ERSPAN_III 0x22eb

/* RFC 3032 section 2.1. */
#define MPLS_IPV4_NULL 0
#define MPLS_IPV6_NULL 2
#define MPLS_BOTTOM    0x00000100U

/* RFC 5415 section 4.3: the first 32 bits. */
#define CAPWAP_PREAMBLE   0xff000000U           /* version 0 and type 0: not in DTLS */
#define CAPWAP_HLEN(word) ((word) >> 19 & 0x1f) /* in units of four bytes */
#define CAPWAP_WBID(word) ((word) >> 9 & 0x1f)
#define CAPWAP_NATIVE     0x100U /* a frame of the radio's kind, else Ethernet */
#define CAPWAP_FRAGMENT   0x080U
#define CAPWAP_LAST       0x040U
#define CAPWAP_KEEP_ALIVE 0x008U
#define CAPWAP_RESERVED   0x007U

#define CAPWAP_SIZE      8U
#define CAPWAP_WBID_WLAN 1 /* Cisco's have 0, which is reserved */
/* Of its fragments in the table of those of IP. */
#define CAPWAP_FRAGMENTS 0x100U

bool tunnel_is_ip(const struct walk *w)
{
	struct cursor c = w->c;
	size_t wire = walk_wire(w);
	const uint8_t *h = cursor_take(&c, 20);

	if (!h)
		return false;
	if (h[0] >> 4 == 4) {
		size_t size = (size_t)(h[0] & 0x0f) * 4;
		size_t total = (size_t)h[2] << 8 | h[3];

		return size >= 20 && total >= size && total <= wire;
	}
	return h[0] >> 4 == 6 && ((size_t)h[4] << 8 | h[5]) + 40 <= wire;
}

bool tunnel_is_ethernet(const struct walk *w, size_t skip)
{
	struct walk inner = {.c = w->c, .missing = w->missing};
	uint16_t type;

	cursor_skip(&inner.c, skip + 12);
	type = cursor_be16(&inner.c);
	for (unsigned tags = 0;
	     tags < 2 && (type == ETHERTYPE_VLAN || type == ETHERTYPE_QINQ); tags++) {
		cursor_skip(&inner.c, 2);
		type = cursor_be16(&inner.c);
	}
	if (type == ETHERTYPE_PPPOE) /* version and type 1, a session's frame */
		return cursor_be16(&inner.c) == 0x1100;
	if (inner.c.failed || (type != ETHERTYPE_IPV4 && type != ETHERTYPE_IPV6))
		return false;
	return tunnel_is_ip(&inner) &&
	       inner.c.at[0] >> 4 == (type == ETHERTYPE_IPV4 ? 4 : 6);
}

/* What stands below the last label is agreed between the routers and not written
 * anywhere: an IP packet (RFC 4928 keeps others from looking like one), or Ethernet,
 * with a control word (RFC 4385) or without. */
static enum layer mpls_payload(struct walk *w)
{
	if (tunnel_is_ethernet(w, 4) && w->c.at[0] >> 4 == 0) {
		cursor_skip(&w->c, 4);
		return LAYER_ETHERNET;
	}
	if (tunnel_is_ethernet(w, 0))
		return LAYER_ETHERNET;
	return ip_by_version(w);
}

enum layer tunnel_mpls(struct walk *w)
{
	uint32_t entry = cursor_be32(&w->c);
	uint32_t label = entry >> 12;

	if (w->c.failed)
		return walk_short(w);
	w->tagged |= !w->ip_seen;
	if (!(entry & MPLS_BOTTOM))
		return LAYER_MPLS;
	if (label == MPLS_IPV4_NULL)
		return LAYER_IPV4;
	if (label == MPLS_IPV6_NULL)
		return LAYER_IPV6;
	if (w->missing > 0 && cursor_left(&w->c) < 20)
		return walk_undecoded(w, UNDECODED_TRUNCATED);
	return mpls_payload(w);
}

/* RFC 1701: source route entries up to an empty one. */
static void gre_skip_routing(struct cursor *c)
{
	uint16_t family;
	uint8_t len;

	do {
		family = cursor_be16(c);
		cursor_skip(c, 1);
		len = cursor_u8(c);
		cursor_skip(c, len);
	} while (!c->failed && (family != 0 || len != 0));
}

/* PPTP: the key is payload length and call. */
static enum layer gre_enhanced(struct walk *w, uint16_t flags, uint16_t protocol)
{
	uint16_t len = cursor_be16(&w->c);

	cursor_skip(&w->c, 2);
	if (flags & GRE_SEQUENCE)
		cursor_skip(&w->c, 4);
	if (flags & GRE_ACKNOWLEDGMENT)
		cursor_skip(&w->c, 4);
	if (w->c.failed)
		return walk_short(w);
	if (!(flags & GRE_KEY) || protocol != ETHERTYPE_PPP)
		return walk_undecoded(w, UNDECODED_MALFORMED);
	if (!(flags & GRE_SEQUENCE) || len == 0) /* an acknowledgment alone */
		return walk_end(w, COVERAGE_OTHER_IP);
	walk_limit(w, len);
	return LAYER_PPP;
}

static enum layer gre_payload(struct walk *w, uint16_t flags, uint16_t protocol,
			      uint32_t key)
{
	switch (protocol) {
	case ETHERTYPE_BRIDGING:
		/* NVGRE (RFC 7637): the low byte tells flows apart, not networks. */
		if (flags & GRE_KEY)
			w->vni = key >> 8;
		return LAYER_ETHERNET;
	case GRE_PROTOCOL_ERSPAN:
		/* Type I has neither a sequence number nor a header of its own. */
		return flags & GRE_SEQUENCE ? LAYER_ERSPAN_II : LAYER_ETHERNET;
	case GRE_PROTOCOL_ERSPAN_III:
		return LAYER_ERSPAN_III;
	case GRE_PROTOCOL_WCCP:
		/* Version 2 puts four bytes before the IP header, version 1 none
		 * (draft-mclaggan-wccp-v2rev1 section 4.12). */
		if (!tunnel_is_ip(w))
			cursor_skip(&w->c, 4);
		return ip_by_version(w);
	default:
		return link_ethertype(w, protocol);
	}
}

/* RFC 3378: version 3, and nothing else. */
enum layer tunnel_etherip(struct walk *w)
{
	uint16_t header = cursor_be16(&w->c);

	if (w->c.failed)
		return walk_short(w);
	if (header >> 12 != 3)
		return walk_undecoded(w, UNDECODED_MALFORMED);
	return LAYER_ETHERNET;
}

enum layer tunnel_gre(struct walk *w)
{
	uint16_t flags = cursor_be16(&w->c);
	uint16_t protocol = cursor_be16(&w->c);
	uint32_t key = 0;

	if (!w->c.failed && (flags & GRE_VERSION) == 1)
		return gre_enhanced(w, flags, protocol);
	if (flags & (GRE_CHECKSUM | GRE_ROUTING))
		cursor_skip(&w->c, 4);
	if (flags & GRE_KEY)
		key = cursor_be32(&w->c);
	if (flags & GRE_SEQUENCE)
		cursor_skip(&w->c, 4);
	if (flags & GRE_ROUTING)
		gre_skip_routing(&w->c);
	if (w->c.failed)
		return walk_short(w);
	if ((flags & GRE_VERSION) != 0)
		return walk_undecoded(w, UNDECODED_MALFORMED);
	return gre_payload(w, flags, protocol, key);
}

/* draft-foschiano-erspan-03 section 4.2. */
enum layer tunnel_erspan_ii(struct walk *w)
{
	uint16_t version = cursor_be16(&w->c) >> 12;

	cursor_skip(&w->c, 6);
	if (w->c.failed)
		return walk_short(w);
	if (version != 1)
		return walk_undecoded(w, UNDECODED_MALFORMED);
	return LAYER_ETHERNET;
}

/* Section 4.3: the last bit says whether a platform header of 8 bytes follows, the
 * frame type whether the frame is Ethernet (0) or IP (2). */
enum layer tunnel_erspan_iii(struct walk *w)
{
	uint16_t version = cursor_be16(&w->c) >> 12;

	cursor_skip(&w->c, 8);
	uint16_t last = cursor_be16(&w->c);

	if (last & 1)
		cursor_skip(&w->c, 8);
	if (w->c.failed)
		return walk_short(w);
	if (version != 2)
		return walk_undecoded(w, UNDECODED_MALFORMED);
	switch (last >> 10 & 0x1f) {
	case 0:
		return LAYER_ETHERNET;
	case 2:
		return ip_by_version(w);
	default:
		return walk_end(w, COVERAGE_OTHER_IP);
	}
}

/* RFC 3931 section 4.1: session, then a cookie of 0, 4 or 8 bytes and a sublayer of 0
 * or 4, as agreed between the ends; so the frame is looked for behind each. */
enum layer tunnel_l2tpv3(struct walk *w)
{
	uint32_t session = cursor_be32(&w->c);

	if (w->c.failed)
		return walk_short(w);
	if (session == 0) /* control */
		return walk_end(w, COVERAGE_OTHER_IP);
	for (size_t skip = 0; skip <= 12; skip += 4) {
		if (!tunnel_is_ethernet(w, skip))
			continue;
		cursor_skip(&w->c, skip);
		w->strict = true;
		return LAYER_ETHERNET;
	}
	return walk_end(w, COVERAGE_OTHER_IP);
}

/* Whether a fragment can be one: what does not end the data is a multiple of eight
 * bytes, in which offsets count. */
static bool capwap_is_piece(uint32_t word, size_t len)
{
	return len > 0 && ((word & CAPWAP_LAST) || len % 8 == 0);
}

bool tunnel_is_capwap(struct walk *w)
{
	struct cursor c = w->c;
	uint32_t word = cursor_be32(&c);
	size_t size = CAPWAP_HLEN(word) * 4U;

	w->c.failed |= c.failed;
	return !c.failed &&
	       !(word & (CAPWAP_PREAMBLE | CAPWAP_KEEP_ALIVE | CAPWAP_RESERVED)) &&
	       size >= CAPWAP_SIZE && size <= walk_wire(w) &&
	       (!(word & CAPWAP_NATIVE) || CAPWAP_WBID(word) <= CAPWAP_WBID_WLAN) &&
	       (!(word & CAPWAP_FRAGMENT) ||
		capwap_is_piece(word, walk_wire(w) - size));
}

/* Some access points and their controllers swap the two bytes of Frame Control. The
 * flags, which come first then, say of all data to or from an access point which of
 * both; where they are not swapped the same bits are a version, which is 0. */
static bool capwap_is_swapped(const struct walk *w)
{
	struct cursor c = w->c;
	uint16_t control = cursor_be16(&c);

	return !c.failed && (control & 0x0300) != 0 && (control & 0x000f) == 0x0008;
}

enum layer tunnel_capwap(struct walk *w)
{
	uint32_t word = cursor_be32(&w->c);
	uint16_t id = cursor_be16(&w->c);
	/* 13 bits, in units of eight bytes. */
	uint32_t offset = cursor_be16(&w->c) & 0xfff8U;
	/* Access points behind one address differ in their port. */
	struct fragment in = {.key.id = (uint32_t)w->udp_ports << 16 | id,
			      .key.protocol = CAPWAP_FRAGMENTS,
			      .protocol = (word & CAPWAP_NATIVE) != 0,
			      .offset = offset,
			      .more = !(word & CAPWAP_LAST)};
	bool whole = !(word & CAPWAP_FRAGMENT) || (offset == 0 && !in.more);

	cursor_skip(&w->c, CAPWAP_HLEN(word) * 4U - CAPWAP_SIZE);
	if (w->c.failed)
		return walk_short(w);
	w->tunnelled |= !whole && !w->fragments; /* whoever only looks sees no more */
	if (!whole && !ip_defragment(w, &in))
		return LAYER_END;
	if (!in.protocol)
		return LAYER_ETHERNET;
	w->has_fcs = false;
	w->is_padded = false;
	w->is_swapped = capwap_is_swapped(w);
	return LAYER_WLAN;
}
