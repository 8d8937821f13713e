#include "decode/usual.h"

#include <endian.h>
#include <string.h>

#include "base/cursor.h"
#include "decode/ethertype.h"

/* Ethernet II (14 bytes), IPv4 (20; RFC 791 section 3.1), TCP (20; RFC 9293 section
 * 3.1): where each begins. */
#define IP_AT        14U
#define TCP_AT       34U
#define HEADERS_SIZE 54U

#define VERSION_4_NO_OPTIONS   0x45
#define MORE_FRAGMENTS_OR_LATE 0x3fff
#define PROTOCOL_TCP           6

static inline uint16_t be16(const uint8_t *h)
{
	return (uint16_t)(h[0] << 8 | h[1]);
}

static inline uint32_t be32(const uint8_t *h)
{
	return (uint32_t)h[0] << 24 | (uint32_t)h[1] << 16 | (uint32_t)h[2] << 8 | h[3];
}

/* In two stores, as the key is read again right after this. */
static inline void set_addr(struct ip_addr *a, uint32_t v4)
{
	uint64_t low = htobe64(0xffff00000000U | v4);

	memset(a->bytes, 0, 8);
	memcpy(a->bytes + 8, &low, 8);
}

static inline void set_key(struct segment *out, const uint8_t *ip, const uint8_t *tcp)
{
	uint32_t source = be32(ip + 12);
	uint32_t destination = be32(ip + 16);
	uint16_t from = be16(tcp);
	uint16_t to = be16(tcp + 2);
	bool swap = source > destination || (source == destination && from > to);

	set_addr(&out->key.addr[0], swap ? destination : source);
	set_addr(&out->key.addr[1], swap ? source : destination);
	out->key.port[0] = swap ? to : from;
	out->key.port[1] = swap ? from : to;
	out->key.vlan = 0;
	out->key.vni = 0;
	out->dir = swap;
}

bool usual_frame(const struct packet *p, struct segment *out)
{
	struct cursor c = cursor_over(p->bytes, p->captured);
	const uint8_t *h = cursor_take(&c, HEADERS_SIZE);
	uint32_t have, missing, total, size;

	if (!h || be16(h + 12) != ETHERTYPE_IPV4 || h[IP_AT] != VERSION_4_NO_OPTIONS ||
	    be16(h + IP_AT + 6) & MORE_FRAGMENTS_OR_LATE ||
	    h[IP_AT + 9] != PROTOCOL_TCP)
		return false;
	/* Of the segment: captured, and cut by the snap length. What is longer than IP
	 * says is padding of the frame. */
	have = p->captured - TCP_AT;
	missing = p->length - p->captured;
	total = be16(h + IP_AT + 2);
	size = (uint32_t)(h[TCP_AT + 12] >> 4) * 4;
	if (total < HEADERS_SIZE - IP_AT || size < HEADERS_SIZE - TCP_AT)
		return false;
	total -= TCP_AT - IP_AT;
	if (total <= have) {
		have = total;
		missing = 0;
	} else if (total - have < missing) {
		missing = total - have;
	}
	if (size > have + missing)
		return false;
	out->len = size < have ? have - size : 0;
	out->missing = have + missing - size - out->len;
	out->payload = out->len > 0 ? h + TCP_AT + size : NULL;
	out->time_ns = p->time_ns;
	out->flags = h[TCP_AT + 13];
	out->window = be16(h + TCP_AT + 14);
	out->ip_id = be16(h + IP_AT + 4);
	out->checksum = be16(h + TCP_AT + 16);
	out->seq = be32(h + TCP_AT + 4);
	out->ack = be32(h + TCP_AT + 8);
	out->packets = 1;
	out->bytes = p->length;
	/* Last: it needs the registers that the others are done with. */
	set_key(out, h + IP_AT, h + TCP_AT);
	return true;
}
