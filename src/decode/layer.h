/**
 * @file
 * @brief The walk through the headers of one packet: what the parsers of single layers
 *        share. Private to decode/.
 *
 * A parser gets the walk with its cursor at its own header, steps over that, narrows
 * the walk to the payload that the header announces, and names the layer that follows.
 * The walk ends in LAYER_END: with a segment, a held fragment, or a coverage bucket.
 */
#ifndef STATLINE_DECODE_LAYER_H
#define STATLINE_DECODE_LAYER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/coverage.h"
#include "base/cursor.h"
#include "decode/decoder.h"

enum layer {
	LAYER_END, /**< the walk is over: its result is in the walk */

	LAYER_ETHERNET,
	LAYER_VLAN,
	LAYER_LLC,
	LAYER_NULL,
	LAYER_RAW,
	LAYER_SLL,
	LAYER_SLL2,
	LAYER_NFLOG,
	LAYER_ETHERTYPE, /**< the EtherType and what it announces */

	LAYER_PPI,
	LAYER_PKTAP,
	LAYER_PFLOG,
	LAYER_JUNIPER,
	LAYER_ERF,
	LAYER_TOKEN_RING,

	LAYER_RADIOTAP,
	LAYER_PRISM,
	LAYER_AVS,
	LAYER_WLAN,
	LAYER_AMSDU,

	LAYER_PPP,
	LAYER_PPP_HDLC,
	LAYER_PPPOE,
	LAYER_CISCO_HDLC,
	LAYER_FRAME_RELAY,

	LAYER_MPLS,
	LAYER_NSH,
	LAYER_ETHERIP,
	LAYER_GRE,
	LAYER_ERSPAN_II,
	LAYER_ERSPAN_III,
	LAYER_L2TPV3,
	LAYER_CAPWAP,

	LAYER_IPV4,
	LAYER_IPV6,
	LAYER_IPV6_OPTIONS, /**< hop-by-hop or destination options */
	LAYER_IPV6_ROUTING,
	LAYER_IPV6_FRAGMENT,
	LAYER_AH,
	LAYER_UDP,
	LAYER_UDP_LITE,
	LAYER_TCP,

	LAYERS
};

struct fragments;
struct fragment;

struct walk {
	struct cursor c; /**< the payload of the layers so far, as captured */
	size_t missing;  /**< bytes of that payload that the snap length cut off */
	const struct decoder_options *options; /**< lent */
	struct fragments *fragments; /**< lent; NULL: look only, touch nothing */
	struct segment *out;         /**< lent; written when the result is a segment */
	int64_t time_ns;
	uint32_t packets; /**< that this payload came in */
	uint64_t bytes;   /**< their lengths on the wire */

	struct ip_addr source; /**< of the innermost IP header so far */
	struct ip_addr destination;
	uint16_t ip_id;
	uint16_t udp_ports; /**< of the innermost UDP header: one XOR the other */
	uint32_t vlan;      /**< as in struct flow_key */
	uint32_t vni;

	bool ip_seen;     /**< one IP header has been passed */
	bool ipv6;        /**< the innermost IP header is of version 6 */
	bool tagged;      /**< as in struct decoder_peek */
	bool tunnelled;   /**< as in struct decoder_peek */
	bool fragment;    /**< as in struct decoder_peek */
	bool strict;      /**< inside a tunnel known by its port or content only: where
			       lengths do not agree it was none */
	bool has_fcs;     /**< 802.11: a frame check sequence follows the frame */
	bool is_padded;   /**< 802.11: the header is padded to four bytes */
	bool is_swapped;  /**< 802.11: so are the bytes of Frame Control */
	bool more_frames; /**< `rest` holds more frames of an aggregate (A-MSDU) */
	struct cursor rest;
	size_t rest_missing;

	bool is_counted; /**< the packets are in their bucket already */
	enum decoded result;
	enum coverage_bucket bucket;  /**< with DECODED_COUNTED */
	enum undecoded_reason reason; /**< with COVERAGE_UNDECODED */
};

/** @return bytes of the payload on the wire: captured and missing */
static inline size_t walk_wire(const struct walk *w)
{
	return cursor_left(&w->c) + w->missing;
}

/** The payload is @p n bytes, if it is not shorter: what follows is padding, a
 *  trailer, or a frame check sequence. */
static inline void walk_limit(struct walk *w, size_t n)
{
	size_t have = cursor_left(&w->c);

	if (n <= have) {
		cursor_limit(&w->c, n);
		w->missing = 0;
	} else if (n - have < w->missing) {
		w->missing = n - have;
	}
}

/** End the walk in bucket @p b; within IP nothing is COVERAGE_NOT_IP any more. */
enum layer walk_end(struct walk *w, enum coverage_bucket b);

/** End the walk as undecoded. What contradicts itself in a guessed tunnel was no
 *  tunnel: COVERAGE_OTHER_IP. */
enum layer walk_undecoded(struct walk *w, enum undecoded_reason r);

/** End the walk because the cursor has failed: the snap length cut this header, or
 *  the packet ended in its middle. */
enum layer walk_short(struct walk *w);

/* ---- parsers, by file ---- */

typedef enum layer layer_parser(struct walk *w);

/* link.c */
layer_parser link_ethernet, link_vlan, link_llc, link_null, link_raw, link_sll,
    link_sll2, link_nflog, link_type_field;
/** @return the layer that EtherType @p type announces, or LAYER_END: not IP */
enum layer link_ethertype(struct walk *w, uint16_t type);
/** @return the layer after a SNAP header (RFC 1042), which is read here */
enum layer link_snap(struct walk *w);

/* device.c */
layer_parser device_ppi, device_pktap, device_pflog, device_juniper, device_erf,
    device_token_ring;
/** Begin with a packet of link type @p link_type.
 *  @return its first layer, or LAYER_END: an unknown type, or cut within its header */
enum layer device_frame(struct walk *w, uint32_t link_type);

/* shim.c */
layer_parser shim_nsh;
/** @return the layer behind the header that EtherType @p type announces, which is read
 *  here; or LAYER_END: none that is known */
enum layer shim_by_ethertype(struct walk *w, uint16_t type);
/** @return the layer that @p number announces in NSH (RFC 8300 section 2.2) and in
 * VXLAN's Generic Protocol Extension, which numbers alike; or LAYER_END: none that is
 * known */
enum layer shim_next_protocol(uint8_t number);

/* wlan.c */
layer_parser wlan_radiotap, wlan_prism, wlan_avs, wlan_frame, wlan_amsdu;

/* ppp.c */
layer_parser ppp_frame, ppp_hdlc, ppp_pppoe, ppp_cisco_hdlc, ppp_frame_relay;

/* tunnel.c */
layer_parser tunnel_mpls, tunnel_etherip, tunnel_gre, tunnel_erspan_ii,
    tunnel_erspan_iii, tunnel_l2tpv3, tunnel_capwap;
/** @return whether the header of CAPWAP with data behind it may stand at the cursor,
 *  which fails when that is cut */
bool tunnel_is_capwap(struct walk *w);
/** @return whether an Ethernet frame that carries IP, with lengths that agree, or PPPoE
 *  begins @p skip bytes after the cursor */
bool tunnel_is_ethernet(const struct walk *w, size_t skip);
/** @return whether an IP packet whose length agrees stands at the cursor */
bool tunnel_is_ip(const struct walk *w);

/* ip.c */
layer_parser ip_v4, ip_v6, ip_v6_options, ip_v6_routing, ip_v6_fragment, ip_ah;
/** @return the layer that IP protocol number @p protocol announces */
enum layer ip_protocol(struct walk *w, uint8_t protocol);
/** @return the layer of the IP header at the cursor, by its version field, or
 *  LAYER_END: neither */
enum layer ip_by_version(struct walk *w);

/** Give one fragment to the table.
 *  @param in  holds offset, more, protocol, and of its key id and protocol
 *  @return whether it completes a datagram, which is the rest of the walk then, and its
 *          protocol that of @p in; else the walk has ended */
bool ip_defragment(struct walk *w, struct fragment *in);

/* udp.c */
layer_parser udp_datagram, udp_lite;

/* decoder.c */
layer_parser decoder_tcp;

#endif
