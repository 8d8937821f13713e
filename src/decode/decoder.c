#include "decode/decoder.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "capture/linktype.h"
#include "decode/checksum.h"
#include "decode/fragments.h"
#include "decode/layer.h"
#include "decode/usual.h"

struct decoder {
	struct decoder_options options;
	struct coverage *coverage; /* lent */
	struct fragments *fragments;
	/* What decoder_more() goes on with. */
	bool more_frames;
	struct cursor rest;
	size_t rest_missing;
	int64_t rest_time_ns;
};

static layer_parser *const parsers[LAYERS] = {
    [LAYER_ETHERNET] = link_ethernet,
    [LAYER_VLAN] = link_vlan,
    [LAYER_LLC] = link_llc,
    [LAYER_NULL] = link_null,
    [LAYER_RAW] = link_raw,
    [LAYER_SLL] = link_sll,
    [LAYER_SLL2] = link_sll2,
    [LAYER_NFLOG] = link_nflog,
    [LAYER_ETHERTYPE] = link_type_field,
    [LAYER_PPI] = device_ppi,
    [LAYER_PKTAP] = device_pktap,
    [LAYER_PFLOG] = device_pflog,
    [LAYER_JUNIPER] = device_juniper,
    [LAYER_ERF] = device_erf,
    [LAYER_TOKEN_RING] = device_token_ring,
    [LAYER_RADIOTAP] = wlan_radiotap,
    [LAYER_PRISM] = wlan_prism,
    [LAYER_AVS] = wlan_avs,
    [LAYER_WLAN] = wlan_frame,
    [LAYER_AMSDU] = wlan_amsdu,
    [LAYER_PPP] = ppp_frame,
    [LAYER_PPP_HDLC] = ppp_hdlc,
    [LAYER_PPPOE] = ppp_pppoe,
    [LAYER_CISCO_HDLC] = ppp_cisco_hdlc,
    [LAYER_FRAME_RELAY] = ppp_frame_relay,
    [LAYER_MPLS] = tunnel_mpls,
    [LAYER_NSH] = shim_nsh,
    [LAYER_ETHERIP] = tunnel_etherip,
    [LAYER_GRE] = tunnel_gre,
    [LAYER_ERSPAN_II] = tunnel_erspan_ii,
    [LAYER_ERSPAN_III] = tunnel_erspan_iii,
    [LAYER_L2TPV3] = tunnel_l2tpv3,
    [LAYER_CAPWAP] = tunnel_capwap,
    [LAYER_IPV4] = ip_v4,
    [LAYER_IPV6] = ip_v6,
    [LAYER_IPV6_OPTIONS] = ip_v6_options,
    [LAYER_IPV6_ROUTING] = ip_v6_routing,
    [LAYER_IPV6_FRAGMENT] = ip_v6_fragment,
    [LAYER_AH] = ip_ah,
    [LAYER_UDP] = udp_datagram,
    [LAYER_UDP_LITE] = udp_lite,
    [LAYER_TCP] = decoder_tcp,
};

enum layer walk_end(struct walk *w, enum coverage_bucket b)
{
	w->result = DECODED_COUNTED;
	w->bucket = b == COVERAGE_NOT_IP && w->ip_seen ? COVERAGE_OTHER_IP : b;
	return LAYER_END;
}

enum layer walk_undecoded(struct walk *w, enum undecoded_reason r)
{
	if (w->strict && (r == UNDECODED_MALFORMED || r == UNDECODED_LINK_TYPE))
		return walk_end(w, COVERAGE_OTHER_IP);
	w->result = DECODED_COUNTED;
	w->bucket = COVERAGE_UNDECODED;
	w->reason = r;
	return LAYER_END;
}

enum layer walk_short(struct walk *w)
{
	return walk_undecoded(w, w->missing > 0 ? UNDECODED_TRUNCATED
						: UNDECODED_MALFORMED);
}

static void walk_run(struct walk *w, enum layer layer)
{
	unsigned left = LIMIT_LAYERS;

	for (; layer != LAYER_END; left--) {
		if (left == 0 && layer != LAYER_TCP) {
			(void)walk_undecoded(w, UNDECODED_DEPTH);
			return;
		}
		layer = parsers[layer](w);
	}
}

/* The parts of an endpoint, compared as the wire has them. */
static int compare_addr(const struct ip_addr *a, const struct ip_addr *b)
{
	for (size_t i = 0; i < sizeof(a->bytes); i += 8) {
		uint64_t x;
		uint64_t y;

		memcpy(&x, a->bytes + i, 8);
		memcpy(&y, b->bytes + i, 8);
		if (x != y)
			return be64toh(x) < be64toh(y) ? -1 : 1;
	}
	return 0;
}

static void fill_key(const struct walk *w, uint16_t source, uint16_t destination,
		     struct segment *out)
{
	int order = compare_addr(&w->source, &w->destination);
	bool swap = order > 0 || (order == 0 && source > destination);

	out->key.addr[swap] = w->source;
	out->key.addr[!swap] = w->destination;
	out->key.port[swap] = source;
	out->key.port[!swap] = destination;
	out->key.vlan = w->options->distinct_vlan ? w->vlan : 0;
	out->key.vni = w->options->distinct_vni ? w->vni : 0;
	out->dir = swap;
}

/* RFC 9293 section 3.1, RFC 8200 section 8.1; an IPv4 pseudo header sums up alike. */
static bool tcp_sum_is_right(const struct walk *w, const uint8_t *h, size_t len)
{
	size_t skip = ip_addr_is_v4(&w->source) ? 12 : 0;
	uint64_t sum = 6 + len;

	sum = checksum_add(sum, w->source.bytes + skip, 16 - skip);
	sum = checksum_add(sum, w->destination.bytes + skip, 16 - skip);
	return checksum_fold(checksum_add(sum, h, len)) == 0;
}

enum layer decoder_tcp(struct walk *w)
{
	struct segment *out = w->out;
	size_t have = cursor_left(&w->c);
	size_t wire = have + w->missing;
	const uint8_t *h = cursor_take(&w->c, 20);

	if (!h)
		return walk_short(w);
	size_t size = (size_t)(h[12] >> 4) * 4;

	if (size < 20 || size > wire)
		return walk_undecoded(w, UNDECODED_MALFORMED);
	if (w->options->verify_checksums && w->missing == 0 &&
	    !tcp_sum_is_right(w, h, have))
		return walk_undecoded(w, UNDECODED_CHECKSUM);
	fill_key(w, (uint16_t)(h[0] << 8 | h[1]), (uint16_t)(h[2] << 8 | h[3]), out);
	out->time_ns = w->time_ns;
	out->flags = h[13];
	out->window = (uint16_t)(h[14] << 8 | h[15]);
	out->ip_id = w->ip_id;
	out->checksum = (uint16_t)(h[16] << 8 | h[17]);
	out->seq =
	    (uint32_t)h[4] << 24 | (uint32_t)h[5] << 16 | (uint32_t)h[6] << 8 | h[7];
	out->ack =
	    (uint32_t)h[8] << 24 | (uint32_t)h[9] << 16 | (uint32_t)h[10] << 8 | h[11];
	/* Options that the snap length cut leave nothing of the payload. */
	out->len = size < have ? (uint32_t)(have - size) : 0;
	out->payload = out->len > 0 ? h + size : NULL;
	out->missing = (uint32_t)(wire - size - out->len);
	out->packets = w->packets;
	out->bytes = w->bytes;
	w->result = DECODED_SEGMENT;
	return LAYER_END;
}

struct decoder *decoder_new(const struct decoder_options *options,
			    struct coverage *coverage)
{
	struct decoder *d = calloc(1, sizeof(*d));

	if (!d)
		return NULL;
	d->options = *options;
	d->coverage = coverage;
	d->fragments = fragments_new(coverage);
	if (!d->fragments) {
		free(d);
		return NULL;
	}
	return d;
}

void decoder_set_memory(struct decoder *d, const struct memory_plan *plan)
{
	fragments_set_memory(d->fragments, plan->fragments);
}

static void count(struct decoder *d, const struct walk *w)
{
	if (w->result != DECODED_COUNTED || w->is_counted)
		return;
	if (w->bucket == COVERAGE_UNDECODED)
		coverage_undecoded(d->coverage, w->reason, w->packets, w->bytes);
	else
		coverage_add(d->coverage, w->bucket, w->packets, w->bytes);
}

static void run_packet(struct walk *w, uint32_t link_type)
{
	walk_run(w, device_frame(w, link_type));
}

/* Field by field: zeroing all of it takes longer than a header. What is left out is
 * written before it is read: the addresses by IP, the result by the end of the walk. */
static void walk_begin(struct walk *w, struct cursor c, size_t missing,
		       const struct decoder_options *options)
{
	w->c = c;
	w->missing = missing;
	w->options = options;
	w->fragments = NULL;
	w->out = NULL;
	w->time_ns = 0;
	w->packets = 0;
	w->bytes = 0;
	w->ip_id = 0;
	w->udp_ports = 0;
	w->vlan = 0;
	w->vni = 0;
	w->ip_seen = false;
	w->ipv6 = false;
	w->tagged = false;
	w->tunnelled = false;
	w->fragment = false;
	w->strict = false;
	w->has_fcs = false;
	w->is_padded = false;
	w->is_swapped = false;
	w->more_frames = false;
	w->is_counted = false;
}

/* Apart, so that the usual packet needs no room for a walk. */
static __attribute__((noinline)) enum decoded
feed_walk(struct decoder *d, const struct packet *p, struct segment *out)
{
	struct walk w;

	walk_begin(&w, cursor_over(p->bytes, p->captured), p->length - p->captured,
		   &d->options);
	w.fragments = d->fragments;
	w.out = out;
	w.time_ns = p->time_ns;
	w.packets = 1;
	w.bytes = p->length;
	run_packet(&w, p->link_type);
	count(d, &w);
	if (w.more_frames) {
		d->more_frames = true;
		d->rest = w.rest;
		d->rest_missing = w.rest_missing;
		d->rest_time_ns = p->time_ns;
	}
	return w.result;
}

enum decoded decoder_feed(struct decoder *d, const struct packet *p,
			  struct segment *out)
{
	d->more_frames = false;
	if (p->length > p->captured)
		d->coverage->truncated_packets++;
	if (p->link_type == LINKTYPE_ETHERNET && !d->options.verify_checksums &&
	    usual_frame(p, out))
		return DECODED_SEGMENT;
	return feed_walk(d, p, out);
}

/* Apart for the same reason. */
static __attribute__((noinline)) bool take_more(struct decoder *d, struct segment *out)
{
	while (d->more_frames) {
		struct walk w;

		walk_begin(&w, d->rest, d->rest_missing, &d->options);
		w.fragments = d->fragments;
		w.out = out;
		w.time_ns = d->rest_time_ns;
		walk_run(&w, LAYER_AMSDU);
		count(d, &w); /* of earlier packets, when it completed a datagram */
		d->more_frames = w.more_frames;
		if (w.more_frames) {
			d->rest = w.rest;
			d->rest_missing = w.rest_missing;
		}
		if (w.result == DECODED_SEGMENT)
			return true;
	}
	return false;
}

bool decoder_more(struct decoder *d, struct segment *out)
{
	return d->more_frames && take_more(d, out);
}

struct fragment_trace decoder_take_trace(struct decoder *d)
{
	return fragments_take_trace(d->fragments);
}

struct decoder_peek decoder_peek_at(const struct packet *p)
{
	static const struct decoder_options plain;
	struct segment ignored;
	struct walk w;

	walk_begin(&w, cursor_over(p->bytes, p->captured), p->length - p->captured,
		   &plain);
	w.out = &ignored;
	run_packet(&w, p->link_type);
	return (struct decoder_peek){
	    .tagged = w.tagged, .tunnelled = w.tunnelled, .fragment = w.fragment};
}

enum sl_err decoder_failed(const struct decoder *d)
{
	return fragments_failed(d->fragments) ? SL_E_NOMEM : SL_OK;
}

size_t decoder_memory(const struct decoder *d)
{
	return fragments_memory(d->fragments);
}

void decoder_flush(struct decoder *d)
{
	fragments_flush(d->fragments);
}

void decoder_free(struct decoder *d)
{
	if (!d)
		return;
	fragments_free(d->fragments);
	free(d);
}
