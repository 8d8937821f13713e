#include <string.h>

#include "decode/fragments.h"
#include "decode/layer.h"

/* IEEE 802.11-2020 section 9.2.4.1, first and second byte of Frame Control. */
#define FC0_VERSION   0x03
#define FC0_TYPE      0x0c
#define FC0_TYPE_DATA 0x08
#define FC0_NO_DATA   0x40 /* of the subtypes of data: Null and its relatives */
#define FC0_QOS       0x80
#define FC1_TO_DS     0x01
#define FC1_FROM_DS   0x02
#define FC1_MORE_FRAG 0x04
#define FC1_PROTECTED 0x40
#define FC1_HTC       0x80 /* with QoS data: an HT Control field follows */

#define QOS0_AMSDU 0x80
#define QOS1_MESH  0x01 /* Mesh Control present (section 9.2.4.5.7) */

/* radiotap.org: bits of the first present word, and of the field Flags. */
#define RADIOTAP_TSFT     0x00000001U
#define RADIOTAP_FLAGS    0x00000002U
#define RADIOTAP_MORE     0x80000000U
#define RADIOTAP_HAS_FCS  0x10
#define RADIOTAP_PADDED   0x20
#define RADIOTAP_BAD_FCS  0x40
#define RADIOTAP_FCS_SIZE 4U

#define PRISM_HEADER_SIZE 144U

/* Only the second field of all that may be there is of interest, so the first word of
 * presence bits is enough; fields are aligned to their size from the header's start. */
static uint8_t radiotap_flags(struct cursor *c)
{
	size_t at = 4;
	uint32_t present = cursor_le32(c);
	uint32_t word = present;

	for (at += 4; word & RADIOTAP_MORE; at += 4)
		word = cursor_le32(c);
	if (!(present & RADIOTAP_FLAGS))
		return 0;
	if (present & RADIOTAP_TSFT)
		cursor_skip(c, (8 - at % 8) % 8 + 8);
	return cursor_u8(c);
}

enum layer wlan_radiotap(struct walk *w)
{
	struct cursor header = w->c;
	uint8_t version = cursor_u8(&header);
	uint8_t flags;

	cursor_skip(&header, 1);
	uint16_t len = cursor_le16(&header);

	if (header.failed || !cursor_take(&w->c, len)) {
		w->c.failed = true;
		return walk_short(w);
	}
	if (version != 0 || len < 8)
		return walk_undecoded(w, UNDECODED_MALFORMED);
	cursor_limit(&header, len - 4U);
	flags = radiotap_flags(&header);
	if (header.failed)
		return walk_undecoded(w, UNDECODED_MALFORMED);
	/* Its bytes are not what was sent; the sender repeats the frame. */
	if (flags & RADIOTAP_BAD_FCS)
		return walk_undecoded(w, UNDECODED_CHECKSUM);
	w->has_fcs = flags & RADIOTAP_HAS_FCS;
	w->is_padded = flags & RADIOTAP_PADDED;
	return LAYER_WLAN;
}

enum layer wlan_avs(struct walk *w)
{
	struct cursor header = w->c;

	cursor_skip(&header, 4);
	uint32_t len = cursor_be32(&header);

	if (!header.failed && len < 8)
		return walk_undecoded(w, UNDECODED_MALFORMED);
	if (header.failed || !cursor_take(&w->c, len)) {
		w->c.failed = true;
		return walk_short(w);
	}
	return LAYER_WLAN;
}

/* The Prism header is in the byte order of the host; drivers put the AVS header, which
 * begins with its version in network order, under the same link type. */
enum layer wlan_prism(struct walk *w)
{
	struct cursor big = w->c;
	struct cursor little = w->c;
	uint32_t code = cursor_be32(&big);

	if (big.failed) {
		w->c.failed = true;
		return walk_short(w);
	}
	if ((code & 0xfffff000U) == 0x80211000U)
		return wlan_avs(w);
	cursor_skip(&little, 4);
	uint32_t len = code > 0xffff ? cursor_le32(&little) : cursor_be32(&big);

	/* Some drivers leave the length out. */
	cursor_skip(&w->c, len < 24 || len > 4096 ? PRISM_HEADER_SIZE : len);
	return w->c.failed ? walk_short(w) : LAYER_WLAN;
}

/* Mesh Control field (section 9.2.4.7.3): flags, TTL, sequence number, addresses. The
 * bit that announces it means other things outside of a mesh, so the SNAP header that
 * follows decides. */
static void wlan_skip_mesh_control(struct cursor *c)
{
	struct cursor llc = *c;
	uint8_t flags;

	if (cursor_be16(&llc) == 0xaaaa)
		return;
	flags = cursor_u8(c);
	cursor_skip(c, 5 + 6U * (flags & 0x03U));
}

/* Drivers and tools that decrypt may leave the Protected bit as it was, and the header
 * of WEP (4 bytes) or of TKIP and CCMP (8): a SNAP header in the clear is no cipher
 * text. */
static bool wlan_is_decrypted(struct cursor *c)
{
	static const uint8_t snap[] = {0xaa, 0xaa, 0x03, 0x00, 0x00, 0x00};

	for (size_t skip = 0; skip <= 8; skip += 4) {
		struct cursor clear = *c;
		struct cursor found;
		const uint8_t *at;

		cursor_skip(&clear, skip);
		found = clear;
		at = cursor_take(&clear, sizeof(snap));
		if (at && memcmp(at, snap, sizeof(snap)) == 0) {
			*c = found;
			return true;
		}
	}
	return false;
}

enum layer wlan_frame(struct walk *w)
{
	struct cursor first = w->c;
	uint16_t control = w->is_swapped ? cursor_be16(&first) : cursor_le16(&first);
	unsigned fc0 = control & 0xffU, fc1 = (unsigned)control >> 8;
	const uint8_t *h = cursor_take(&w->c, 24);
	size_t size = 24;
	uint8_t qos[2] = {0, 0};

	w->is_swapped = false; /* of this frame only */
	if (!h)                /* control frames are shorter */
		return (fc0 & FC0_TYPE) == FC0_TYPE_DATA || first.failed
			   ? walk_short(w)
			   : walk_end(w, COVERAGE_NOT_IP);
	if (fc0 & FC0_VERSION)
		return walk_undecoded(w, UNDECODED_MALFORMED);
	if ((fc0 & FC0_TYPE) != FC0_TYPE_DATA || (fc0 & FC0_NO_DATA))
		return walk_end(w, COVERAGE_NOT_IP);
	if ((fc1 & FC1_MORE_FRAG) || (h[22] & 0x0f) != 0)
		return walk_undecoded(w, UNDECODED_FRAGMENT);
	if ((fc1 & FC1_TO_DS) && (fc1 & FC1_FROM_DS)) {
		cursor_skip(&w->c, 6);
		size += 6;
	}
	if (fc0 & FC0_QOS) {
		qos[0] = cursor_u8(&w->c);
		qos[1] = cursor_u8(&w->c);
		size += 2;
		if (fc1 & FC1_HTC) {
			cursor_skip(&w->c, 4);
			size += 4;
		}
	}
	if (w->is_padded)
		cursor_skip(&w->c, (4 - size % 4) % 4);
	if (w->has_fcs && walk_wire(w) >= RADIOTAP_FCS_SIZE)
		walk_limit(w, walk_wire(w) - RADIOTAP_FCS_SIZE);
	if ((fc1 & FC1_PROTECTED) && !wlan_is_decrypted(&w->c))
		return walk_undecoded(w, w->missing > 0 && cursor_left(&w->c) < 14
					     ? UNDECODED_TRUNCATED
					     : UNDECODED_ENCRYPTED);
	if (qos[0] & QOS0_AMSDU)
		return w->c.failed ? walk_short(w) : LAYER_AMSDU;
	if ((qos[1] & QOS1_MESH) && (fc1 & FC1_FROM_DS))
		wlan_skip_mesh_control(&w->c);
	return w->c.failed ? walk_short(w) : LAYER_LLC;
}

/* IEEE 802.11-2020 section 9.3.2.2.2: destination, source, length, MSDU, and padding
 * to four bytes in all subframes but the last. */
enum layer wlan_amsdu(struct walk *w)
{
	cursor_skip(&w->c, 12);
	uint16_t len = cursor_be16(&w->c);
	size_t step = len + (4 - (14U + len) % 4) % 4;

	if (w->c.failed)
		return walk_short(w);
	w->more_frames = cursor_left(&w->c) > step;
	if (w->more_frames) {
		w->rest = w->c;
		w->rest_missing = w->missing;
		cursor_skip(&w->rest, step);
		if (w->fragments)
			fragments_keep(w->fragments, w->rest.at);
	}
	walk_limit(w, len);
	return LAYER_LLC;
}
