#include "decode/layer.h"

/* IANA "Point-to-Point (PPP) Protocol Field Assignments". */
#define PPP_IPV4            0x0021
#define PPP_VJ_COMPRESSED   0x002d /* RFC 1144 */
#define PPP_VJ_UNCOMPRESSED 0x002f
#define PPP_MULTILINK       0x003d /* RFC 1990: pieces of packets */
#define PPP_ECP             0x0053 /* RFC 1968 */
#define PPP_ECP_LINK        0x0055
#define PPP_IPV6            0x0057
#define PPP_CCP_LINK        0x00fb /* RFC 1962 */
#define PPP_CCP             0x00fd /* ... and MPPE (RFC 3078) */
#define PPP_MPLS            0x0281
#define PPP_MPLS_MULTICAST  0x0283

#define MULTILINK_WHOLE 0xc0 /* it begins a packet, and ends it */
#define MULTILINK_LOOK  26U  /* bytes that tell: its header, PPP's, some of IP's */

#define HDLC_ALL_STATIONS    0xff /* RFC 1662 section 3.1 */
#define HDLC_UNNUMBERED_INFO 0x03
#define CISCO_UNICAST        0x0f /* RFC 1547 section 4.3.1 */
#define CISCO_MULTICAST      0x8f

/* ISO/IEC TR 9577 network layer protocol identifiers, as in RFC 2427. */
#define NLPID_SNAP 0x80
#define NLPID_IPV6 0x8e
#define NLPID_IPV4 0xcc
#define NLPID_PPP  0xcf

/* RFC 1990 section 3: whether this piece is a whole packet, of which the sequence
 * number takes 12 bits or 24, as the peers agreed: where IP follows that has its
 * length, it is that. */
static bool multilink_is_whole(struct walk *w)
{
	struct cursor first = w->c;

	if ((cursor_u8(&first) & MULTILINK_WHOLE) != MULTILINK_WHOLE)
		return false;
	for (size_t size = 2; size <= 4; size += 2) {
		struct walk inner = {.c = w->c, .missing = w->missing};
		struct cursor frame;
		uint8_t protocol;

		cursor_skip(&inner.c, size);
		frame = inner.c;
		protocol = cursor_u8(&inner.c);
		if (protocol == 0)
			protocol = cursor_u8(&inner.c);
		if ((protocol == PPP_IPV4 || protocol == PPP_IPV6) &&
		    tunnel_is_ip(&inner)) {
			w->c = frame;
			return true;
		}
	}
	return false;
}

static enum layer ppp_multilink(struct walk *w)
{
	if (multilink_is_whole(w))
		return LAYER_PPP;
	if (w->missing > 0 && cursor_left(&w->c) < MULTILINK_LOOK)
		return walk_undecoded(w, UNDECODED_TRUNCATED);
	return walk_undecoded(w, UNDECODED_FRAGMENT);
}

static enum layer ppp_protocol(struct walk *w, uint16_t protocol)
{
	switch (protocol) {
	case PPP_IPV4:
		return LAYER_IPV4;
	case PPP_IPV6:
		return LAYER_IPV6;
	case PPP_MPLS:
	case PPP_MPLS_MULTICAST:
		return LAYER_MPLS;
	case PPP_VJ_COMPRESSED:
	case PPP_VJ_UNCOMPRESSED:
		/* TCP, but the header is a difference to one before it. */
		return walk_undecoded(w, UNDECODED_LINK_TYPE);
	case PPP_MULTILINK:
		return ppp_multilink(w);
	case PPP_ECP:
	case PPP_ECP_LINK:
	case PPP_CCP:
	case PPP_CCP_LINK:
		return walk_undecoded(w, UNDECODED_ENCRYPTED);
	default:
		return walk_end(w, COVERAGE_NOT_IP);
	}
}

/* With or without address and control (RFC 1662 section 3.1; they may be compressed
 * away), the protocol in two bytes or in one (RFC 1661 section 6.5: the last is odd).
 * 0xff alone is never a protocol (RFC 1662 section 3.1 again). */
enum layer ppp_frame(struct walk *w)
{
	struct cursor framed = w->c;
	uint16_t protocol;

	if (cursor_u8(&framed) == HDLC_ALL_STATIONS) {
		cursor_skip(&framed, 1);
		w->c = framed;
	}
	protocol = cursor_u8(&w->c);
	if (!(protocol & 1))
		protocol = (uint16_t)(protocol << 8 | cursor_u8(&w->c));
	return w->c.failed ? walk_short(w) : ppp_protocol(w, protocol);
}

enum layer ppp_hdlc(struct walk *w)
{
	struct cursor first = w->c;
	uint8_t address = cursor_u8(&first);

	if (address == CISCO_UNICAST || address == CISCO_MULTICAST)
		return LAYER_CISCO_HDLC;
	return LAYER_PPP;
}

/* RFC 2516 section 4. */
enum layer ppp_pppoe(struct walk *w)
{
	uint8_t version_type = cursor_u8(&w->c);
	uint8_t code = cursor_u8(&w->c);

	cursor_skip(&w->c, 2);
	uint16_t len = cursor_be16(&w->c);

	if (w->c.failed)
		return walk_short(w);
	if (version_type != 0x11)
		return walk_undecoded(w, UNDECODED_MALFORMED);
	w->tagged |= !w->ip_seen;
	if (code != 0) /* discovery */
		return walk_end(w, COVERAGE_NOT_IP);
	walk_limit(w, len);
	return LAYER_PPP;
}

enum layer ppp_cisco_hdlc(struct walk *w)
{
	cursor_skip(&w->c, 2);
	uint16_t type = cursor_be16(&w->c);

	return w->c.failed ? walk_short(w) : link_ethertype(w, type);
}

static enum layer frame_relay_nlpid(struct walk *w)
{
	uint8_t id = cursor_u8(&w->c);

	if (id == 0) /* pad, so that what follows is aligned */
		id = cursor_u8(&w->c);
	if (w->c.failed)
		return walk_short(w);
	switch (id) {
	case NLPID_IPV4:
		return LAYER_IPV4;
	case NLPID_IPV6:
		return LAYER_IPV6;
	case NLPID_PPP:
		return LAYER_PPP;
	case NLPID_SNAP:
		return link_snap(w);
	default:
		return walk_end(w, COVERAGE_NOT_IP);
	}
}

/* RFC 2427 section 3. The address (Q.922 section 3.2) is two to four bytes, of which
 * the last has its lowest bit set. Cisco's own encapsulation has an EtherType where
 * this has the control field. */
enum layer ppp_frame_relay(struct walk *w)
{
	struct cursor control;
	uint8_t address = cursor_u8(&w->c);

	if (!w->c.failed && (address & 1))
		return walk_undecoded(w, UNDECODED_MALFORMED);
	for (unsigned i = 1; i < 4 && !(address & 1) && !w->c.failed; i++)
		address = cursor_u8(&w->c);
	if (!w->c.failed && !(address & 1))
		return walk_undecoded(w, UNDECODED_MALFORMED);
	control = w->c;
	if (cursor_u8(&control) == HDLC_UNNUMBERED_INFO) {
		w->c = control;
		return frame_relay_nlpid(w);
	}
	uint16_t type = cursor_be16(&w->c);

	return w->c.failed ? walk_short(w) : link_ethertype(w, type);
}
