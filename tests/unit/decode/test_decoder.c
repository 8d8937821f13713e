/* What the decoder makes of headers: lengths, keys, checksums, buckets, hints. */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "capture/linktype.h"
#include "decode/decoder.h"
#include "support/packet.h"
#include "support/run_suite.h"

#define TEXT     "HTTP/1.1 404 Not Found\r\n\r\n"
#define TEXT_LEN ((uint32_t)sizeof(TEXT) - 1)

static struct packet_build build;
static struct coverage coverage;
static struct decoder *decoder;
static struct segment got;

static const struct packet_tcp_header plain = {
    .source = 80, .destination = 40000, .seq = 1, .flags = TCP_ACK};

static void set_up(void)
{
	memset(&coverage, 0, sizeof(coverage));
	decoder = decoder_new(&(struct decoder_options){0}, &coverage);
	ck_assert_ptr_nonnull(decoder);
}

static void tear_down(void)
{
	decoder_free(decoder);
}

static void use_options(struct decoder_options options)
{
	decoder_free(decoder);
	decoder = decoder_new(&options, &coverage);
	ck_assert_ptr_nonnull(decoder);
}

static void build_tcp(const struct packet_tcp_header *h, const char *source,
		      const char *destination)
{
	packet_payload(&build, TEXT, TEXT_LEN);
	packet_tcp(&build, h);
	if (strchr(source, ':'))
		packet_ipv6(&build, 6, source, destination);
	else
		packet_ipv4(&build, 6, source, destination);
}

static enum decoded feed_as(uint32_t link_type)
{
	struct packet p = packet_of(&build, link_type, 0);

	return decoder_feed(decoder, &p, &got);
}

static enum decoded feed(void)
{
	return feed_as(LINKTYPE_RAW);
}

/* The built packet, to be spoilt. */
static uint8_t *bytes(void)
{
	return build.room + build.at;
}

static void check_bucket(enum coverage_bucket b)
{
	ck_assert_int_eq(feed_as(LINKTYPE_ETHERNET), DECODED_COUNTED);
	ck_assert_uint_eq(coverage.bucket[b].packets, 1);
	ck_assert_uint_eq(coverage.bucket[b].bytes, packet_size(&build));
}

static void check_reason(uint32_t link_type, enum undecoded_reason r)
{
	ck_assert_int_eq(feed_as(link_type), DECODED_COUNTED);
	ck_assert_uint_eq(coverage.bucket[COVERAGE_UNDECODED].packets, 1);
	ck_assert_uint_eq(coverage.undecoded[r], 1);
}

START_TEST(test_key_is_one_for_both_directions)
{
	static const char *const ends[][2] = {{"10.0.0.1", "10.0.0.2"},
					      {"10.0.1.0", "10.0.0.255"},
					      {"2001:db8::1", "2001:db8::2"},
					      {"2001:db8:ffff::", "2001:db8::ffff"}};
	struct packet_tcp_header back = plain;
	struct segment there;

	back.source = plain.destination;
	back.destination = plain.source;
	build_tcp(&plain, ends[_i][0], ends[_i][1]);
	ck_assert_int_eq(feed(), DECODED_SEGMENT);
	there = got;
	ck_assert_int_lt(memcmp(&got.key.addr[0], &got.key.addr[1], 16), 0);
	build_tcp(&back, ends[_i][1], ends[_i][0]);
	ck_assert_int_eq(feed(), DECODED_SEGMENT);
	ck_assert_mem_eq(&got.key, &there.key, sizeof(got.key));
	ck_assert_uint_ne(got.dir, there.dir);
	ck_assert_uint_eq(there.key.port[there.dir], 80);
	ck_assert_uint_eq(got.key.port[got.dir], 40000);
}
END_TEST

START_TEST(test_key_on_one_host)
{
	build_tcp(&plain, "127.0.0.1", "127.0.0.1");
	ck_assert_int_eq(feed(), DECODED_SEGMENT);
	ck_assert_uint_eq(got.key.port[0], 80);
	ck_assert_uint_eq(got.key.port[1], 40000);
	ck_assert_uint_eq(got.dir, 0);
	ck_assert(ip_addr_is_v4(&got.key.addr[0]));
}
END_TEST

START_TEST(test_vlan_and_vni_only_when_asked)
{
	for (unsigned asked = 0; asked < 2; asked++) {
		use_options((struct decoder_options){.distinct_vlan = asked,
						     .distinct_vni = asked});
		build_tcp(&plain, "10.0.0.1", "10.0.0.2");
		packet_prepend_hex(&build, "e0 0a 81 00 20 14 08 00");
		packet_ethernet(&build, 0x88a8);
		packet_prepend_hex(&build, "08 00 00 00 00 12 34 00");
		packet_udp(&build, 50000, 4789);
		packet_ipv4(&build, 17, "192.0.2.1", "192.0.2.2");
		packet_prepend_hex(&build, "00 63 08 00");
		packet_ethernet(&build, 0x8100);
		ck_assert_int_eq(feed_as(LINKTYPE_ETHERNET), DECODED_SEGMENT);
		ck_assert_uint_eq(got.key.vlan, asked ? 20U << 16 | 10U : 0);
		ck_assert_uint_eq(got.key.vni, asked ? 0x1234 : 0);
	}
}
END_TEST

START_TEST(test_options_and_flags)
{
	struct packet_tcp_header h = plain;

	h.options = 40;
	h.flags = TCP_SYN | TCP_FIN | TCP_RST;
	build_tcp(&h, "10.0.0.1", "10.0.0.2");
	ck_assert_int_eq(feed(), DECODED_SEGMENT);
	ck_assert_uint_eq(got.len, TEXT_LEN);
	ck_assert_mem_eq(got.payload, TEXT, TEXT_LEN);
	ck_assert_uint_eq(got.flags, TCP_SYN | TCP_FIN | TCP_RST);
}
END_TEST

START_TEST(test_ipv4_options)
{
	packet_payload(&build, TEXT, TEXT_LEN);
	packet_tcp(&build, &plain);
	packet_prepend_hex(&build, "94 04 00 00"); /* router alert (RFC 2113) */
	packet_ipv4(&build, 0, "10.0.0.1", "10.0.0.2");
	bytes()[0] = 0x46;
	bytes()[9] = 6;
	ck_assert_int_eq(feed(), DECODED_SEGMENT);
	ck_assert_uint_eq(got.len, TEXT_LEN);
	ck_assert_mem_eq(got.payload, TEXT, TEXT_LEN);
}
END_TEST

/* Left to the network card: what is there counts. */
START_TEST(test_length_of_zero)
{
	build_tcp(&plain, "10.0.0.1", "10.0.0.2");
	bytes()[2] = bytes()[3] = 0;
	ck_assert_int_eq(feed(), DECODED_SEGMENT);
	ck_assert_uint_eq(got.len, TEXT_LEN);
	build_tcp(&plain, "2001:db8::1", "2001:db8::2");
	bytes()[4] = bytes()[5] = 0;
	ck_assert_int_eq(feed(), DECODED_SEGMENT);
	ck_assert_uint_eq(got.len, TEXT_LEN);
}
END_TEST

START_TEST(test_padding_is_no_payload)
{
	packet_payload(&build, "", 0);
	packet_tcp(&build, &plain);
	packet_ipv4(&build, 6, "10.0.0.1", "10.0.0.2");
	packet_pad(&build, 6);
	packet_ethernet(&build, 0x0800);
	ck_assert_int_eq(feed_as(LINKTYPE_ETHERNET), DECODED_SEGMENT);
	ck_assert_uint_eq(got.len, 0);
	ck_assert_uint_eq(got.missing, 0);
}
END_TEST

/* The snap length leaves payload missing, and padding on the wire is none of it. */
START_TEST(test_missing)
{
	struct packet_tcp_header h = plain;

	h.options = 12;
	build_tcp(&h, "10.0.0.1", "10.0.0.2");
	packet_pad(&build, 9);
	struct packet p = packet_of(&build, LINKTYPE_RAW, 0);

	p.captured = 20 + 32 + 5;
	ck_assert_int_eq(decoder_feed(decoder, &p, &got), DECODED_SEGMENT);
	ck_assert_uint_eq(got.len, 5);
	ck_assert_uint_eq(got.missing, TEXT_LEN - 5);
	/* Options cut: the payload is missing, not the segment. */
	p.captured = 20 + 24;
	ck_assert_int_eq(decoder_feed(decoder, &p, &got), DECODED_SEGMENT);
	ck_assert_uint_eq(got.len, 0);
	ck_assert_uint_eq(got.missing, TEXT_LEN);
	p.captured = 20 + 19;
	ck_assert_int_eq(decoder_feed(decoder, &p, &got), DECODED_COUNTED);
	ck_assert_uint_eq(coverage.undecoded[UNDECODED_TRUNCATED], 1);
	ck_assert_uint_eq(coverage.truncated_packets, 3);
}
END_TEST

/* A length that claims more than was on the wire makes nothing missing. */
START_TEST(test_length_beyond_the_wire)
{
	build_tcp(&plain, "10.0.0.1", "10.0.0.2");
	bytes()[2] = 0xff;
	ck_assert_int_eq(feed(), DECODED_SEGMENT);
	ck_assert_uint_eq(got.len, TEXT_LEN);
	ck_assert_uint_eq(got.missing, 0);
}
END_TEST

START_TEST(test_checksums)
{
	const char *ends[2][2] = {{"10.0.0.1", "10.0.0.2"},
				  {"2001:db8::1", "2001:db8::2"}};

	use_options((struct decoder_options){.verify_checksums = true});
	build_tcp(&plain, ends[_i][0], ends[_i][1]);
	ck_assert_int_eq(feed(), DECODED_SEGMENT);
	struct packet p = packet_of(&build, LINKTYPE_RAW, 0);

	p.captured--; /* not whole: there is nothing to verify */
	bytes()[p.captured - 1] ^= 1;
	ck_assert_int_eq(decoder_feed(decoder, &p, &got), DECODED_SEGMENT);
	check_reason(LINKTYPE_RAW, UNDECODED_CHECKSUM);
	use_options((struct decoder_options){0});
	ck_assert_int_eq(feed(), DECODED_SEGMENT);
}
END_TEST

START_TEST(test_checksum_of_ipv4_header)
{
	use_options((struct decoder_options){.verify_checksums = true});
	build_tcp(&plain, "10.0.0.1", "10.0.0.2");
	bytes()[8] = 63;
	check_reason(LINKTYPE_RAW, UNDECODED_CHECKSUM);
}
END_TEST

/* The destination is where the route ends, as the answers come from there. */
START_TEST(test_routing_header)
{
	static const char *const routes[] = {
	    /* type 0, two addresses, one left */
	    "06 04 00 01 00 00 00 00 20 01 0d b8 00 0f 00 00 00 00 00 00 00 00 00 01"
	    " 20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 09",
	    /* segment routing: the last segment stands first */
	    "06 04 04 01 01 00 00 00 20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 09"
	    " 20 01 0d b8 00 0f 00 00 00 00 00 00 00 00 00 01"};

	packet_payload(&build, TEXT, TEXT_LEN);
	packet_tcp(&build, &plain);
	packet_prepend_hex(&build, routes[_i]);
	packet_ipv6(&build, 43, "2001:db8::1", "2001:db8:f::1");
	ck_assert_int_eq(feed(), DECODED_SEGMENT);
	ck_assert_uint_eq(got.key.addr[1].bytes[5], 0);
	ck_assert_uint_eq(got.key.addr[1].bytes[15], 9);
}
END_TEST

START_TEST(test_malformed)
{
	static const struct {
		unsigned at;
		uint8_t value;
	} spoils[] = {
	    {0, 0x44},  /* IP header shorter than 20 */
	    {0, 0x55},  /* IP version 5 */
	    {3, 19},    /* total length below the header's */
	    {32, 0x40}, /* TCP header shorter than 20 */
	    {32, 0xf0}, /* ... longer than the packet */
	};

	build_tcp(&plain, "10.0.0.1", "10.0.0.2");
	bytes()[spoils[_i].at] = spoils[_i].value;
	check_reason(LINKTYPE_IPV4, UNDECODED_MALFORMED);
}
END_TEST

START_TEST(test_depth)
{
	/* Inner IPv4 and TCP stand on LIMIT_LAYERS - 1 IPv4 headers, or one more. */
	for (unsigned more = 0; more < 2; more++) {
		build_tcp(&plain, "10.0.0.1", "10.0.0.2");
		for (unsigned i = 0; i < LIMIT_LAYERS - 1 + more; i++)
			packet_ipv4(&build, 4, "192.0.2.1", "192.0.2.2");
		ck_assert_int_eq(feed_as(LINKTYPE_IPV4),
				 more ? DECODED_COUNTED : DECODED_SEGMENT);
		ck_assert_uint_eq(coverage.undecoded[UNDECODED_DEPTH], more);
	}
}
END_TEST

START_TEST(test_unknown_link_type)
{
	build_tcp(&plain, "10.0.0.1", "10.0.0.2");
	check_reason(147, UNDECODED_LINK_TYPE);
}
END_TEST

START_TEST(test_esp_is_encrypted)
{
	packet_payload(&build, TEXT, TEXT_LEN);
	packet_ipv4(&build, 50, "10.0.0.1", "10.0.0.2");
	check_reason(LINKTYPE_RAW, UNDECODED_ENCRYPTED);
}
END_TEST

#define WLAN_ADDRESSES "00 00 02 00 00 00 00 01 02 00 00 00 00 02 02 00 00 00 00 03"

START_TEST(test_wlan_frames_that_cannot_be_read)
{
	static const struct {
		const char *header;
		enum undecoded_reason reason;
	} frames[] = {
	    {"08 41 " WLAN_ADDRESSES " 10 00 01 00 00 20 00 00 00 00 c3 5a 17 88",
	     UNDECODED_ENCRYPTED},
	    {"08 05 " WLAN_ADDRESSES " 10 00", UNDECODED_FRAGMENT},
	    {"08 01 " WLAN_ADDRESSES " 11 00", UNDECODED_FRAGMENT},
	    {"09 01 " WLAN_ADDRESSES " 10 00", UNDECODED_MALFORMED},
	};

	build_tcp(&plain, "10.0.0.1", "10.0.0.2");
	packet_prepend_hex(&build, "aa aa 03 00 00 00 08 00");
	packet_prepend_hex(&build, frames[_i].header);
	check_reason(LINKTYPE_IEEE802_11, frames[_i].reason);
}
END_TEST

START_TEST(test_wlan_frame_with_bad_fcs)
{
	build_tcp(&plain, "10.0.0.1", "10.0.0.2");
	packet_prepend_hex(&build, "aa aa 03 00 00 00 08 00");
	packet_prepend_hex(&build, "08 01 " WLAN_ADDRESSES " 10 00");
	packet_prepend_hex(&build, "00 00 09 00 02 00 00 00 50");
	check_reason(LINKTYPE_IEEE802_11_RADIOTAP, UNDECODED_CHECKSUM);
}
END_TEST

START_TEST(test_wlan_frames_without_data)
{
	static const char *const frames[] = {
	    "80 00 " WLAN_ADDRESSES " 10 00", /* beacon */
	    "d4 00 00 00 02 00 00 00 00 01",  /* acknowledgment */
	    "48 01 " WLAN_ADDRESSES " 10 00", /* null function */
	};

	packet_payload(&build, "", 0);
	packet_prepend_hex(&build, frames[_i]);
	ck_assert_int_eq(feed_as(LINKTYPE_IEEE802_11), DECODED_COUNTED);
	ck_assert_uint_eq(coverage.bucket[COVERAGE_NOT_IP].packets, 1);
}
END_TEST

/* Three subframes: TCP, ARP, TCP. One packet, two segments. */
START_TEST(test_wlan_aggregate)
{
	static uint8_t frames[3][128];
	size_t sizes[3];
	struct packet_tcp_header second = plain;

	second.seq += TEXT_LEN;
	for (unsigned i = 0; i < 3; i++) {
		build_tcp(i == 2 ? &second : &plain, "10.0.0.1", "10.0.0.2");
		packet_prepend_hex(&build, i == 1 ? "aa aa 03 00 00 00 08 06"
						  : "aa aa 03 00 00 00 08 00");
		packet_ethernet(&build, (uint16_t)packet_size(&build));
		packet_pad(&build, (4 - packet_size(&build) % 4) % 4);
		sizes[i] = packet_size(&build);
		memcpy(frames[i], packet_bytes(&build), sizes[i]);
	}
	packet_payload(&build, "", 0);
	for (unsigned i = 3; i-- > 0;)
		packet_prepend(&build, frames[i], sizes[i]);
	packet_prepend_hex(&build, "88 02 " WLAN_ADDRESSES " 10 00 80 00");
	ck_assert_int_eq(feed_as(LINKTYPE_IEEE802_11), DECODED_SEGMENT);
	ck_assert_uint_eq(got.seq, 1);
	ck_assert_uint_eq(got.packets, 1);
	ck_assert(decoder_more(decoder, &got));
	ck_assert_uint_eq(got.seq, 1 + TEXT_LEN);
	ck_assert_uint_eq(got.len, TEXT_LEN);
	ck_assert_mem_eq(got.payload, TEXT, TEXT_LEN);
	ck_assert_uint_eq(got.packets, 0);
	ck_assert_uint_eq(got.bytes, 0);
	ck_assert(!decoder_more(decoder, &got));
	for (unsigned b = 0; b < COVERAGE_BUCKETS; b++)
		ck_assert_uint_eq(coverage.bucket[b].packets, 0);
}
END_TEST

START_TEST(test_not_ip)
{
	static const uint16_t types[] = {0x0806, 0x88cc, 0x8863, 0x0026};

	packet_payload(&build, TEXT TEXT, 40);
	packet_ethernet(&build, types[_i]);
	check_bucket(COVERAGE_NOT_IP);
}
END_TEST

/* A packet quoted in an ICMP error, one sampled by sFlow: not the connection's own. */
START_TEST(test_quoted_packets_do_not_count)
{
	build_tcp(&plain, "10.0.0.1", "10.0.0.2");
	if (_i == 0) {
		packet_prepend_hex(&build, "03 01 00 00 00 00 00 00");
		packet_ipv4(&build, 1, "10.0.0.2", "10.0.0.1");
	} else if (_i == 1) {
		packet_prepend_hex(&build, "01 03 00 00 00 00 00 00");
		packet_ipv6(&build, 58, "2001:db8::2", "2001:db8::1");
	} else {
		packet_ethernet(&build, 0x0800);
		packet_prepend_hex(&build, "00 00 00 05 00 00 00 01 0a 00 00 01");
		packet_udp(&build, 50000, 6343);
		packet_ipv4(&build, 17, "10.0.0.2", "10.0.0.1");
	}
	packet_ethernet(&build, _i == 1 ? 0x86dd : 0x0800);
	check_bucket(COVERAGE_OTHER_IP);
}
END_TEST

START_TEST(test_quic)
{
	static const struct {
		uint16_t port;
		bool is_quic;
		const char *bytes;
	} datagrams[] = {
	    /* RFC 9001 appendix A.2: the client's Initial */
	    {4433, true, "c0 00 00 00 01 08 83 94 c8 f0 3e 51 57 08 00 00 44 9e"},
	    /* RFC 9369 appendix A.2 */
	    {4433, true, "d7 6b 33 43 cf 08 83 94 c8 f0 3e 51 57 08 00 00 44 9e"},
	    {443, true, "4c fe 41 89 65 5e 5c d5 5c 41 f6 90 80 57 5d 79"}, /* short */
	    {4433, false, "4c fe 41 89 65 5e 5c d5 5c 41 f6 90 80 57 5d 79"},
	    {443, false, "16 fe ff 00 00 00 00 00 00 00 00 00 40 01 00 00"}, /* DTLS */
	    {4433, false, "c0 00 00 00 01 15 83 94 c8 f0 3e 51 57 08 00 00 44 9e"},
	    {4433, false, "c0 12 34 56 78 08 83 94 c8 f0 3e 51 57 08 00 00 44 9e"},
	};

	packet_payload(&build, "", 0);
	packet_prepend_hex(&build, datagrams[_i].bytes);
	packet_udp(&build, 50000, datagrams[_i].port);
	packet_ipv4(&build, 17, "10.0.0.1", "10.0.0.2");
	packet_ethernet(&build, 0x0800);
	check_bucket(datagrams[_i].is_quic ? COVERAGE_QUIC : COVERAGE_OTHER_IP);
}
END_TEST

/* Where a tunnel's lengths do not agree with the datagram's, it is plain UDP. */
START_TEST(test_tunnels_that_are_none)
{
	build_tcp(&plain, "2001:0:1::1", "2001:db8::2");
	switch (_i) {
	case 0: /* Teredo on any port: the length is one too small */
		packet_pad(&build, 1);
		packet_udp(&build, 50000, 40000);
		break;
	case 1: /* ... no Teredo address */
		build_tcp(&plain, "2001:db8::1", "2001:db8::2");
		packet_udp(&build, 50000, 40000);
		break;
	case 2: /* Teredo's port: the length is too large */
		bytes()[5]++;
		packet_udp(&build, 50000, 3544);
		break;
	case 3: /* VXLAN without the flag for its identifier */
		packet_ethernet(&build, 0x86dd);
		packet_prepend_hex(&build, "00 00 00 00 00 00 07 00");
		packet_udp(&build, 50000, 4789);
		break;
	case 4: /* the inner packet is longer than the datagram */
		bytes()[5]++;
		packet_ethernet(&build, 0x86dd);
		packet_prepend_hex(&build, "08 00 00 00 00 00 07 00");
		packet_udp(&build, 50000, 4789);
		break;
	case 5: /* GTP: an echo request */
		packet_prepend_hex(&build, "30 01 00 57 00 00 00 01");
		packet_udp(&build, 50000, 2152);
		break;
	case 6: /* GTP: its length is larger than the datagram's */
		packet_prepend_hex(&build, "30 ff 01 57 00 00 00 01");
		packet_udp(&build, 50000, 2152);
		break;
	case 7: /* L2TP: control */
		packet_prepend_hex(&build, "c8 02 00 61 00 01 00 00 00 00 00 00");
		packet_udp(&build, 50000, 1701);
		break;
	default: /* Geneve: control */
		packet_prepend_hex(&build, "00 80 86 dd 00 00 07 00");
		packet_udp(&build, 50000, 6081);
		break;
	}
	packet_ipv4(&build, 17, "10.0.0.1", "10.0.0.2");
	packet_ethernet(&build, 0x0800);
	check_bucket(COVERAGE_OTHER_IP);
}
END_TEST

START_TEST(test_peek)
{
	struct decoder_peek k;
	struct packet p;

	build_tcp(&plain, "10.0.0.1", "10.0.0.2");
	p = packet_of(&build, LINKTYPE_RAW, 0);
	k = decoder_peek_at(&p);
	ck_assert(!k.tagged && !k.tunnelled && !k.fragment);
	packet_ipv4(&build, 4, "192.0.2.1", "192.0.2.2");
	p = packet_of(&build, LINKTYPE_RAW, 0);
	k = decoder_peek_at(&p);
	ck_assert(!k.tagged && k.tunnelled && !k.fragment);
	packet_prepend_hex(&build, "00 0a 08 00");
	packet_ethernet(&build, 0x8100);
	p = packet_of(&build, LINKTYPE_ETHERNET, 0);
	k = decoder_peek_at(&p);
	ck_assert(k.tagged && k.tunnelled && !k.fragment);
	for (unsigned later = 0; later < 2; later++) {
		packet_payload(&build, TEXT, 24);
		packet_ipv4_fragment(&build, 6, "10.0.0.1", "10.0.0.2", 7,
				     later ? 3 : 0x2000);
		p = packet_of(&build, LINKTYPE_RAW, 0);
		k = decoder_peek_at(&p);
		ck_assert(!k.tagged && !k.tunnelled && k.fragment == later);
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("decoder");
	TCase *t = tcase_create("all");

	tcase_add_checked_fixture(t, set_up, tear_down);
	tcase_add_loop_test(t, test_key_is_one_for_both_directions, 0, 4);
	tcase_add_test(t, test_key_on_one_host);
	tcase_add_test(t, test_vlan_and_vni_only_when_asked);
	tcase_add_test(t, test_options_and_flags);
	tcase_add_test(t, test_ipv4_options);
	tcase_add_test(t, test_length_of_zero);
	tcase_add_test(t, test_padding_is_no_payload);
	tcase_add_test(t, test_missing);
	tcase_add_test(t, test_length_beyond_the_wire);
	tcase_add_loop_test(t, test_checksums, 0, 2);
	tcase_add_test(t, test_checksum_of_ipv4_header);
	tcase_add_loop_test(t, test_routing_header, 0, 2);
	tcase_add_loop_test(t, test_malformed, 0, 5);
	tcase_add_test(t, test_depth);
	tcase_add_test(t, test_unknown_link_type);
	tcase_add_test(t, test_esp_is_encrypted);
	tcase_add_loop_test(t, test_wlan_frames_that_cannot_be_read, 0, 4);
	tcase_add_test(t, test_wlan_frame_with_bad_fcs);
	tcase_add_loop_test(t, test_wlan_frames_without_data, 0, 3);
	tcase_add_test(t, test_wlan_aggregate);
	tcase_add_loop_test(t, test_not_ip, 0, 4);
	tcase_add_loop_test(t, test_quoted_packets_do_not_count, 0, 3);
	tcase_add_loop_test(t, test_quic, 0, 7);
	tcase_add_loop_test(t, test_tunnels_that_are_none, 0, 9);
	tcase_add_test(t, test_peek);
	suite_add_tcase(s, t);
	return run_suite(s);
}
