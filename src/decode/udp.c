#include "decode/layer.h"

/* IANA "Service Name and Transport Protocol Port Number Registry". */
#define PORT_HTTPS       443
#define PORT_L2TP        1701
#define PORT_GTP_U       2152
#define PORT_TEREDO      3544
#define PORT_LISP        4341
#define PORT_ESP         4500 /* RFC 3948 */
#define PORT_GRE         4754
#define PORT_VXLAN       4789
#define PORT_VXLAN_GPE   4790
#define PORT_AYIYA       5072
#define PORT_CAPWAP      5247 /* the data channel (RFC 5415 section 3.1) */
#define PORT_GENEVE      6081
#define PORT_MPLS        6635
#define PORT_TZSP        37008
#define PORT_VXLAN_LINUX 8472 /* before VXLAN had a port of its own */

#define VXLAN_HAS_VNI      0x08
#define VXLAN_HAS_PROTOCOL 0x04

#define GENEVE_CONTROL 0x80

#define GTP_VERSION_1 0x30 /* version 1, protocol type GTP; mask 0xf0 */
#define GTP_EXTENSION 0x04
#define GTP_OPTIONAL  0x07 /* E, S or PN: four more bytes */
#define GTP_G_PDU     255

#define L2TP_CONTROL  0x8000
#define L2TP_LENGTH   0x4000
#define L2TP_SEQUENCE 0x0800
#define L2TP_OFFSET   0x0200
#define L2TP_VERSION  0x000f

#define AYIYA_FORWARD 1

#define TZSP_PADDING 0
#define TZSP_END     1

#define QUIC_LONG          0x80
#define QUIC_FIXED         0x40
#define QUIC_VERSION_1     0x00000001U
#define QUIC_VERSION_2     0x6b3343cfU /* RFC 9369 */
#define QUIC_CONNECTION_ID 20U         /* bytes at most (RFC 9000 section 17.2) */

/* A guess of what a datagram carries: the layer, or LAYER_END when it is not that. The
 * caller puts the cursor back then. */
typedef enum layer guess(struct walk *w);

/* RFC 7348 section 5, and the Generic Protocol Extension: draft-ietf-nvo3-vxlan-gpe. */
static enum layer guess_vxlan(struct walk *w)
{
	uint8_t flags = cursor_u8(&w->c);

	cursor_skip(&w->c, 2);
	uint8_t protocol = cursor_u8(&w->c);
	uint32_t vni = cursor_be32(&w->c);

	/* What is reserved is to be ignored. */
	if (w->c.failed || !(flags & VXLAN_HAS_VNI))
		return LAYER_END;
	w->vni = vni >> 8;
	if (!(flags & VXLAN_HAS_PROTOCOL))
		return LAYER_ETHERNET;
	return shim_next_protocol(protocol);
}

/* RFC 8926 section 3.4. */
static enum layer guess_geneve(struct walk *w)
{
	uint8_t version_len = cursor_u8(&w->c);
	uint8_t flags = cursor_u8(&w->c);
	uint16_t protocol = cursor_be16(&w->c);
	uint32_t vni = cursor_be32(&w->c);

	cursor_skip(&w->c, (size_t)(version_len & 0x3f) * 4);
	if (w->c.failed || version_len >> 6 != 0 || (flags & GENEVE_CONTROL))
		return LAYER_END;
	w->vni = vni >> 8;
	return link_ethertype(w, protocol);
}

static enum layer guess_gre(struct walk *w)
{
	struct cursor c = w->c;
	uint16_t flags = cursor_be16(&c);

	/* RFC 8086 section 3: version 0, without the fields of RFC 1701. */
	return c.failed || (flags & 0x4fff) != 0 ? LAYER_END : LAYER_GRE;
}

static enum layer guess_capwap(struct walk *w)
{
	return tunnel_is_capwap(w) ? LAYER_CAPWAP : LAYER_END;
}

static enum layer guess_mpls(struct walk *w)
{
	(void)w;
	return LAYER_MPLS;
}

/* 3GPP TS 29.281 section 5.1. The TEID names one direction only: no use as a key. */
static enum layer guess_gtp(struct walk *w)
{
	uint8_t flags = cursor_u8(&w->c);
	uint8_t type = cursor_u8(&w->c);
	uint16_t len = cursor_be16(&w->c);

	cursor_skip(&w->c, 4);
	if (w->c.failed || (flags & 0xf0) != GTP_VERSION_1 || type != GTP_G_PDU ||
	    len > walk_wire(w))
		return LAYER_END;
	walk_limit(w, len);
	if (flags & GTP_OPTIONAL) {
		cursor_skip(&w->c, 3);
		uint8_t next = cursor_u8(&w->c);

		while ((flags & GTP_EXTENSION) && next != 0 && !w->c.failed) {
			size_t size = (size_t)cursor_u8(&w->c) * 4;

			if (size == 0)
				return LAYER_END;
			cursor_skip(&w->c, size - 2);
			next = cursor_u8(&w->c);
		}
	}
	return w->c.failed ? LAYER_END : ip_by_version(w);
}

/* RFC 2661 section 3.1; version 3: RFC 3931 section 4.1.2.1. */
static enum layer guess_l2tp(struct walk *w)
{
	size_t wire = walk_wire(w);
	uint16_t flags = cursor_be16(&w->c);

	if (w->c.failed || (flags & L2TP_CONTROL))
		return LAYER_END;
	if ((flags & L2TP_VERSION) == 3) {
		cursor_skip(&w->c, 2);
		return w->c.failed ? LAYER_END : LAYER_L2TPV3;
	}
	if ((flags & L2TP_VERSION) != 2)
		return LAYER_END;
	if (flags & L2TP_LENGTH) {
		uint16_t len = cursor_be16(&w->c);

		if (len < 8 || len > wire)
			return LAYER_END;
		walk_limit(w, len - 4U);
	}
	cursor_skip(&w->c, 4); /* tunnel and session */
	if (flags & L2TP_SEQUENCE)
		cursor_skip(&w->c, 4);
	if (flags & L2TP_OFFSET)
		cursor_skip(&w->c, cursor_be16(&w->c));
	return w->c.failed ? LAYER_END : LAYER_PPP;
}

/* draft-massar-v6ops-ayiya-02 section 3. */
static enum layer guess_ayiya(struct walk *w)
{
	uint8_t identity = cursor_u8(&w->c);
	uint8_t signature = cursor_u8(&w->c);
	uint8_t opcode = cursor_u8(&w->c) & 0x0f;
	uint8_t next = cursor_u8(&w->c);

	cursor_skip(&w->c, 4 + (1U << (identity >> 4)) + (signature >> 4) * 4U);
	if (w->c.failed || opcode != AYIYA_FORWARD || !tunnel_is_ip(w))
		return LAYER_END;
	return next == 4 || next == 41 ? ip_by_version(w) : LAYER_END;
}

/* RFC 9300 section 5.1: eight bytes, then the packet. */
static enum layer guess_lisp(struct walk *w)
{
	cursor_skip(&w->c, 8);
	return !w->c.failed && tunnel_is_ip(w) ? ip_by_version(w) : LAYER_END;
}

/* TaZmen Sniffer Protocol, in which routers and access points send what they capture:
 * version, type, link type, then tags with lengths up to the tag 1. */
static enum layer guess_tzsp(struct walk *w)
{
	uint8_t version = cursor_u8(&w->c);
	uint8_t type = cursor_u8(&w->c);
	uint16_t frame = cursor_be16(&w->c);
	uint8_t tag = TZSP_PADDING;

	if (version != 1 || type > 1)
		return LAYER_END;
	while (!w->c.failed && (tag = cursor_u8(&w->c)) != TZSP_END)
		if (tag != TZSP_PADDING)
			cursor_skip(&w->c, cursor_u8(&w->c));
	if (w->c.failed)
		return LAYER_END;
	switch (frame) {
	case 0x01:
		return LAYER_ETHERNET;
	case 0x12:
		return LAYER_WLAN;
	case 0x77:
		return LAYER_PRISM;
	case 0x7f:
		return LAYER_AVS;
	default:
		return LAYER_END;
	}
}

/* RFC 4380 section 5.1.1: authentication, origin indication, then IPv6. */
static void teredo_skip_indications(struct cursor *c)
{
	struct cursor ahead = *c;

	if (cursor_be16(&ahead) == 0x0001 && !ahead.failed) {
		size_t client = cursor_u8(&ahead);
		size_t value = cursor_u8(&ahead);

		cursor_skip(&ahead, client + value + 8 + 1);
		*c = ahead;
	}
	ahead = *c;
	if (cursor_be16(&ahead) == 0x0000 && !ahead.failed) {
		cursor_skip(&ahead, 6);
		*c = ahead;
	}
}

static bool teredo_is_address(const uint8_t *a)
{
	return a[0] == 0x20 && a[1] == 0x01 && a[2] == 0 && a[3] == 0;
}

/* On its port a packet may be followed by trailers (RFC 6081 section 4). */
static enum layer guess_teredo(struct walk *w)
{
	struct cursor c;

	teredo_skip_indications(&w->c);
	c = w->c;
	return cursor_u8(&c) >> 4 == 6 && tunnel_is_ip(w) ? LAYER_IPV6 : LAYER_END;
}

/* IPv6, or one of the indications. */
static bool teredo_may_begin(const struct cursor *c)
{
	struct cursor first = *c;
	uint8_t byte = cursor_u8(&first);

	return cursor_left(c) >= 40 && (byte >> 4 == 6 || byte == 0);
}

/* On any port: the length is exact, and one end has a Teredo address. */
static enum layer guess_teredo_by_content(struct walk *w)
{
	struct cursor c;
	const uint8_t *h;

	teredo_skip_indications(&w->c);
	c = w->c;
	h = cursor_take(&c, 40);
	if (!h || h[0] >> 4 != 6 || ((size_t)h[4] << 8 | h[5]) + 40 != walk_wire(w))
		return LAYER_END;
	return teredo_is_address(h + 8) || teredo_is_address(h + 24) ? LAYER_IPV6
								     : LAYER_END;
}

/* Tunnels whose source port only spreads load are known by the destination's. */
static guess *guess_by_port(uint16_t source, uint16_t destination)
{
	switch (destination) {
	case PORT_VXLAN:
	case PORT_VXLAN_LINUX:
	case PORT_VXLAN_GPE:
		return guess_vxlan;
	case PORT_GENEVE:
		return guess_geneve;
	case PORT_GRE:
		return guess_gre;
	case PORT_MPLS:
		return guess_mpls;
	case PORT_LISP:
		return guess_lisp;
	case PORT_TZSP:
		return guess_tzsp;
	default:
		break;
	}
	if (source == PORT_GTP_U || destination == PORT_GTP_U)
		return guess_gtp;
	if (source == PORT_L2TP || destination == PORT_L2TP)
		return guess_l2tp;
	if (source == PORT_CAPWAP || destination == PORT_CAPWAP)
		return guess_capwap;
	if (source == PORT_AYIYA || destination == PORT_AYIYA)
		return guess_ayiya;
	if (source == PORT_TEREDO || destination == PORT_TEREDO)
		return guess_teredo;
	return NULL;
}

/* RFC 9000 section 17.2, and section 17.3 for what only the port can tell. */
static bool udp_is_quic(const struct walk *w, bool on_port)
{
	struct cursor c = w->c;
	uint8_t first = cursor_u8(&c);
	uint32_t version;
	size_t len;

	if (!(first & QUIC_LONG))
		return on_port && (first & QUIC_FIXED);
	version = cursor_be32(&c);
	/* Drafts, and versions that exercise negotiation (section 15). */
	if (version != QUIC_VERSION_1 && version != QUIC_VERSION_2 &&
	    version >> 8 != 0xff0000 && (version & 0x0f0f0f0f) != 0x0a0a0a0a &&
	    !(version == 0 && on_port))
		return false;
	if (version != 0 && !(first & QUIC_FIXED))
		return false;
	for (unsigned ids = 0; ids < 2; ids++) {
		len = cursor_u8(&c);
		cursor_skip(&c, len);
		if (c.failed || len > QUIC_CONNECTION_ID)
			return false;
	}
	return true;
}

/* RFC 3948 section 2: ESP begins with an index that is not 0, as the key exchange on
 * the same port does; a keepalive is one byte. */
static bool udp_is_esp(const struct walk *w)
{
	struct cursor c = w->c;

	return cursor_be32(&c) != 0;
}

/* Type 1 in the preamble, and what is reserved: DTLS follows (RFC 5415 section 4.2). */
static bool udp_is_capwap_dtls(const struct walk *w)
{
	struct cursor c = w->c;

	return cursor_be32(&c) == 0x01000000U;
}

/* Try one guess; when it is wrong, the walk stands where it stood.
 * @return LAYERS when the snap length cut off what would have told */
static enum layer udp_try(struct walk *w, guess *g)
{
	struct cursor c = w->c;
	size_t missing = w->missing;
	uint32_t vni = w->vni;
	enum layer next = g(w);

	if (next != LAYER_END) {
		w->strict = true;
		return next;
	}
	if (w->c.failed && missing > 0)
		return LAYERS;
	w->c = c;
	w->missing = missing;
	w->vni = vni;
	return LAYER_END;
}

/* What follows the header of either. */
static enum layer udp_payload(struct walk *w, uint16_t source, uint16_t destination)
{
	enum layer next = LAYER_END;
	guess *by_port;

	w->udp_ports = source ^ destination;
	by_port = guess_by_port(source, destination);
	if (by_port)
		next = udp_try(w, by_port);
	else if (teredo_may_begin(&w->c))
		next = udp_try(w, guess_teredo_by_content);
	if (next == LAYERS)
		return walk_undecoded(w, UNDECODED_TRUNCATED);
	if (next != LAYER_END)
		return next;
	if ((source == PORT_ESP || destination == PORT_ESP) && udp_is_esp(w))
		return walk_undecoded(w, UNDECODED_ENCRYPTED);
	if (by_port == guess_capwap && udp_is_capwap_dtls(w))
		return walk_undecoded(w, UNDECODED_ENCRYPTED);
	return walk_end(
	    w, udp_is_quic(w, source == PORT_HTTPS || destination == PORT_HTTPS)
		   ? COVERAGE_QUIC
		   : COVERAGE_OTHER_IP);
}

enum layer udp_datagram(struct walk *w)
{
	uint16_t source = cursor_be16(&w->c);
	uint16_t destination = cursor_be16(&w->c);
	uint16_t len = cursor_be16(&w->c);

	cursor_skip(&w->c, 2);
	if (w->c.failed)
		return walk_short(w);
	if (len >= 8) /* 0: left to the network card, or a jumbogram (RFC 2675) */
		walk_limit(w, len - 8U);
	return udp_payload(w, source, destination);
}

/* RFC 3828 section 3.1: it says how much its checksum covers, and no length. */
enum layer udp_lite(struct walk *w)
{
	uint16_t source = cursor_be16(&w->c);
	uint16_t destination = cursor_be16(&w->c);

	cursor_skip(&w->c, 4);
	return w->c.failed ? walk_short(w) : udp_payload(w, source, destination);
}
