/* Headers between the addresses of a frame and what it carries, other than VLAN tags
 * and MPLS labels. */
#include "decode/ethertype.h"
#include "decode/layer.h"

/* Of fixed length, and nothing in them of use here. */
static const struct {
	uint16_t type;
	uint8_t size;
	uint8_t next; /* enum layer */
} fixed[] = {
    {ETHERTYPE_I_TAG, 4, LAYER_ETHERNET},
    {ETHERTYPE_FABRICPATH, 2, LAYER_ETHERNET},
    {ETHERTYPE_CISCO_META, 6, LAYER_ETHERTYPE},
    {ETHERTYPE_VN_TAG, 4, LAYER_ETHERTYPE},
    {ETHERTYPE_E_TAG, 6, LAYER_ETHERTYPE},
};

/* RFC 6325 section 3.1: the number of words of options is five bits, across the first
 * two bytes. */
static enum layer shim_trill(struct walk *w)
{
	uint16_t first = cursor_be16(&w->c);

	cursor_skip(&w->c, 4 + (first >> 6 & 0x1fU) * 4);
	return w->c.failed ? walk_short(w) : LAYER_ETHERNET;
}

#define MACSEC_SCI       0x20
#define MACSEC_ENCRYPTED 0x08
#define MACSEC_CHANGED   0x04

/* Integrity without confidentiality leaves the frame as it was; the check value behind
 * it passes for padding. */
static enum layer shim_macsec(struct walk *w)
{
	uint8_t control = cursor_u8(&w->c);

	if (!w->c.failed && (control & (MACSEC_ENCRYPTED | MACSEC_CHANGED)))
		return walk_undecoded(w, UNDECODED_ENCRYPTED);
	cursor_skip(&w->c, control & MACSEC_SCI ? 13 : 5);
	return w->c.failed ? walk_short(w) : LAYER_ETHERTYPE;
}

enum layer shim_by_ethertype(struct walk *w, uint16_t type)
{
	if (type == ETHERTYPE_NSH)
		return LAYER_NSH;
	if (type == ETHERTYPE_TRILL)
		return shim_trill(w);
	if (type == ETHERTYPE_MACSEC)
		return shim_macsec(w);
	for (size_t i = 0; i < sizeof(fixed) / sizeof(fixed[0]); i++) {
		if (fixed[i].type != type)
			continue;
		cursor_skip(&w->c, fixed[i].size);
		return w->c.failed ? walk_short(w) : (enum layer)fixed[i].next;
	}
	return walk_end(w, COVERAGE_NOT_IP);
}

enum layer shim_next_protocol(uint8_t number)
{
	switch (number) {
	case 1:
		return LAYER_IPV4;
	case 2:
		return LAYER_IPV6;
	case 3:
		return LAYER_ETHERNET;
	case 4:
		return LAYER_NSH;
	case 5:
		return LAYER_MPLS;
	default:
		return LAYER_END;
	}
}

/* RFC 8300 section 2.2: the length in words is the low six bits of the first two bytes,
 * the protocol the fourth byte. */
enum layer shim_nsh(struct walk *w)
{
	size_t words = cursor_be16(&w->c) & 0x3fU;
	enum layer inside;

	cursor_skip(&w->c, 1);
	uint8_t next = cursor_u8(&w->c);

	if (!w->c.failed && words < 2)
		return walk_undecoded(w, UNDECODED_MALFORMED);
	cursor_skip(&w->c, words * 4 - 4);
	if (w->c.failed)
		return walk_short(w);
	inside = shim_next_protocol(next);
	return inside == LAYER_END ? walk_end(w, COVERAGE_NOT_IP) : inside;
}
