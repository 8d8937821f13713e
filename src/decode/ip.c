#include <endian.h>
#include <string.h>

#include "decode/checksum.h"
#include "decode/fragments.h"
#include "decode/layer.h"

/* IANA "Assigned Internet Protocol Numbers". */
#define PROTOCOL_HOP_BY_HOP  0
#define PROTOCOL_IPV4        4
#define PROTOCOL_TCP         6
#define PROTOCOL_UDP         17
#define PROTOCOL_IPV6        41
#define PROTOCOL_ROUTING     43
#define PROTOCOL_FRAGMENT    44
#define PROTOCOL_GRE         47
#define PROTOCOL_ESP         50
#define PROTOCOL_AH          51
#define PROTOCOL_DESTINATION 60
#define PROTOCOL_ETHERIP     97
#define PROTOCOL_IPCOMP      108
#define PROTOCOL_L2TP        115 /* version 3 */
#define PROTOCOL_MOBILITY    135
#define PROTOCOL_UDP_LITE    136
#define PROTOCOL_MPLS        137 /* RFC 4023 */
#define PROTOCOL_HIP         139
#define PROTOCOL_SHIM6       140
#define PROTOCOL_ETHERNET    143 /* RFC 8986 */

#define IPV4_MORE   0x2000
#define IPV4_OFFSET 0x1fff

enum layer ip_protocol(struct walk *w, uint8_t protocol)
{
	switch (protocol) {
	case PROTOCOL_TCP:
		return LAYER_TCP;
	case PROTOCOL_UDP:
		return LAYER_UDP;
	case PROTOCOL_UDP_LITE:
		return LAYER_UDP_LITE;
	case PROTOCOL_IPV4:
		return LAYER_IPV4;
	case PROTOCOL_IPV6:
		return LAYER_IPV6;
	case PROTOCOL_GRE:
		return LAYER_GRE;
	case PROTOCOL_AH:
		return LAYER_AH;
	case PROTOCOL_L2TP:
		return LAYER_L2TPV3;
	case PROTOCOL_MPLS:
		return LAYER_MPLS;
	case PROTOCOL_ETHERNET:
		return LAYER_ETHERNET;
	case PROTOCOL_ETHERIP:
		return LAYER_ETHERIP;
	case PROTOCOL_ESP:
	case PROTOCOL_IPCOMP: /* compressed, but as unreadable */
		return walk_undecoded(w, UNDECODED_ENCRYPTED);
	case PROTOCOL_HOP_BY_HOP:
	case PROTOCOL_DESTINATION:
	case PROTOCOL_MOBILITY:
	case PROTOCOL_HIP:
	case PROTOCOL_SHIM6:
		return w->ipv6 ? LAYER_IPV6_OPTIONS : walk_end(w, COVERAGE_OTHER_IP);
	case PROTOCOL_ROUTING:
		return w->ipv6 ? LAYER_IPV6_ROUTING : walk_end(w, COVERAGE_OTHER_IP);
	case PROTOCOL_FRAGMENT:
		return w->ipv6 ? LAYER_IPV6_FRAGMENT : walk_end(w, COVERAGE_OTHER_IP);
	default:
		return walk_end(w, COVERAGE_OTHER_IP);
	}
}

enum layer ip_by_version(struct walk *w)
{
	struct cursor first = w->c;
	uint8_t version = cursor_u8(&first) >> 4;

	if (first.failed) {
		w->c.failed = true;
		return walk_short(w);
	}
	if (version == 4)
		return LAYER_IPV4;
	if (version == 6)
		return LAYER_IPV6;
	return walk_end(w, COVERAGE_NOT_IP);
}

/* Note that an IP header has been passed, and that the next one is inside a tunnel. */
static void ip_enter(struct walk *w, bool ipv6)
{
	w->tunnelled |= w->ip_seen;
	w->ip_seen = true;
	w->ipv6 = ipv6;
}

bool ip_defragment(struct walk *w, struct fragment *in)
{
	struct datagram whole;

	if (!w->fragments) {
		(void)walk_end(w, COVERAGE_OTHER_IP);
		return false;
	}
	in->key.source = w->source;
	in->key.destination = w->destination;
	in->key.vlan = w->options->distinct_vlan ? w->vlan : 0;
	in->key.vni = w->options->distinct_vni ? w->vni : 0;
	in->ipv6 = w->ipv6;
	in->time_ns = w->time_ns;
	in->captured = (uint32_t)cursor_left(&w->c);
	in->len = (uint32_t)walk_wire(w);
	in->bytes = w->c.at;
	in->packets = w->packets;
	in->packet_bytes = w->bytes;
	switch (fragments_add(w->fragments, in, &whole)) {
	case FRAGMENT_HELD:
		w->result = DECODED_HELD;
		return false;
	case FRAGMENT_COUNTED:
		w->result = DECODED_COUNTED;
		w->is_counted = true;
		return false;
	case FRAGMENT_WHOLE:
		break;
	}
	w->c = cursor_over(whole.bytes, whole.captured);
	w->missing = whole.missing;
	w->packets = whole.packets;
	w->bytes = whole.packet_bytes;
	in->protocol = whole.protocol;
	return true;
}

static enum layer ip_fragment(struct walk *w, struct fragment *in)
{
	w->fragment = w->fragment || in->offset > 0;
	return ip_defragment(w, in) ? ip_protocol(w, in->protocol) : LAYER_END;
}

/* As ip_addr_from_v4(), but in two stores: the key is compared eight bytes at a time
 * right after this, and a load from smaller stores waits for them (5 ns of 40). */
static void set_v4(struct ip_addr *a, const uint8_t *bytes)
{
	uint64_t low =
	    htobe64(0xffff00000000U | (uint64_t)bytes[0] << 24 |
		    (uint64_t)bytes[1] << 16 | (uint64_t)bytes[2] << 8 | bytes[3]);

	memset(a->bytes, 0, 8);
	memcpy(a->bytes + 8, &low, 8);
}

/* RFC 791 section 3.1. */
enum layer ip_v4(struct walk *w)
{
	size_t wire = walk_wire(w);
	const uint8_t *h = cursor_take(&w->c, 20);

	if (!h)
		return walk_short(w);
	size_t size = (size_t)(h[0] & 0x0f) * 4;
	size_t total = (size_t)h[2] << 8 | h[3];

	if (h[0] >> 4 != 4 || size < 20)
		return walk_undecoded(w, UNDECODED_MALFORMED);
	if (w->strict && (total == 0 || total > wire))
		return walk_end(w, COVERAGE_OTHER_IP);
	/* 0: the network card was to cut this into packets and fill that in. */
	if (total == 0)
		total = wire;
	if (total < size)
		return walk_undecoded(w, UNDECODED_MALFORMED);
	walk_limit(w, total - 20);
	if (size > 20) {
		cursor_skip(&w->c, size - 20);
		if (w->c.failed)
			return walk_short(w);
	}
	if (w->options->verify_checksums &&
	    checksum_fold(checksum_add(0, h, size)) != 0)
		return walk_undecoded(w, UNDECODED_CHECKSUM);
	ip_enter(w, false);
	set_v4(&w->source, h + 12);
	set_v4(&w->destination, h + 16);
	w->ip_id = (uint16_t)(h[4] << 8 | h[5]);
	uint16_t fragment = (uint16_t)(h[6] << 8 | h[7]);

	if (fragment & (IPV4_MORE | IPV4_OFFSET)) {
		struct fragment in = {
		    .key = {.id = w->ip_id, .protocol = h[9]},
		    .more = fragment & IPV4_MORE,
		    .protocol = h[9],
		    .offset = (fragment & IPV4_OFFSET) * 8U,
		};

		return ip_fragment(w, &in);
	}
	return ip_protocol(w, h[9]);
}

/* RFC 8200 section 3. */
enum layer ip_v6(struct walk *w)
{
	const uint8_t *h = cursor_take(&w->c, 40);

	if (!h)
		return walk_short(w);
	size_t len = (size_t)h[4] << 8 | h[5];

	if (h[0] >> 4 != 6)
		return walk_undecoded(w, UNDECODED_MALFORMED);
	if (w->strict && (len == 0 || len > walk_wire(w)))
		return walk_end(w, COVERAGE_OTHER_IP);
	/* 0 with a next header is a jumbogram (RFC 2675), or was for the network card
	 * to fill in: what is there counts. */
	if (len > 0)
		walk_limit(w, len);
	ip_enter(w, true);
	w->source = ip_addr_from_v6(h + 8);
	w->destination = ip_addr_from_v6(h + 24);
	w->ip_id = 0;
	return ip_protocol(w, h[6]);
}

/* Options, and all headers of their form (RFC 6564). */
enum layer ip_v6_options(struct walk *w)
{
	uint8_t next = cursor_u8(&w->c);
	uint8_t len = cursor_u8(&w->c);

	cursor_skip(&w->c, 6 + len * 8U);
	return w->c.failed ? walk_short(w) : ip_protocol(w, next);
}

/* Types 0 and 2 (RFC 2460 section 4.4, RFC 6275 section 6.4) and the segment routing
 * header (RFC 8754 section 2) carry addresses to visit. While some are left, the last
 * one is the destination that the other side answers from. */
enum layer ip_v6_routing(struct walk *w)
{
	uint8_t next = cursor_u8(&w->c);
	size_t len = cursor_u8(&w->c);
	uint8_t type = cursor_u8(&w->c);
	uint8_t left = cursor_u8(&w->c);

	cursor_skip(&w->c, 4);
	const uint8_t *addresses = cursor_take(&w->c, len * 8);

	if (!addresses)
		return walk_short(w);
	if (left > 0 && len >= 2) {
		if (type == 0 || type == 2)
			w->destination =
			    ip_addr_from_v6(addresses + (len / 2 - 1) * 16);
		else if (type == 4) /* in reverse order */
			w->destination = ip_addr_from_v6(addresses);
	}
	return ip_protocol(w, next);
}

enum layer ip_v6_fragment(struct walk *w)
{
	struct fragment in = {.protocol = cursor_u8(&w->c)};

	cursor_skip(&w->c, 1);
	uint16_t offset = cursor_be16(&w->c);

	in.key.id = cursor_be32(&w->c);
	if (w->c.failed)
		return walk_short(w);
	in.offset = offset & 0xfff8U;
	in.more = offset & 1;
	/* An atomic fragment stands for itself (RFC 6946). */
	if (in.offset == 0 && !in.more)
		return ip_protocol(w, in.protocol);
	return ip_fragment(w, &in);
}

/* RFC 4302 section 2: the length is in words of four bytes, less two. */
enum layer ip_ah(struct walk *w)
{
	uint8_t next = cursor_u8(&w->c);
	uint8_t len = cursor_u8(&w->c);

	cursor_skip(&w->c, (len + 2U) * 4 - 2);
	return w->c.failed ? walk_short(w) : ip_protocol(w, next);
}
