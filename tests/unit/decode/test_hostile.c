/* Bytes nobody meant: no crash, no read past the end, and each packet in one bucket. */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "capture/linktype.h"
#include "decode/decoder.h"
#include "support/packet.h"
#include "support/run_suite.h"

static const uint32_t link_types[] = {
    LINKTYPE_NULL,
    LINKTYPE_ETHERNET,
    LINKTYPE_PPP,
    LINKTYPE_RAW_BSD,
    LINKTYPE_RAW_OPENBSD,
    LINKTYPE_PPP_HDLC,
    LINKTYPE_PPP_ETHER,
    LINKTYPE_RAW,
    LINKTYPE_C_HDLC,
    LINKTYPE_IEEE802_11,
    LINKTYPE_FRELAY,
    LINKTYPE_LOOP,
    LINKTYPE_LINUX_SLL,
    LINKTYPE_IEEE802_11_PRISM,
    LINKTYPE_IEEE802_11_RADIOTAP,
    LINKTYPE_IEEE802_11_AVS,
    LINKTYPE_PPP_WITH_DIR,
    LINKTYPE_IPV4,
    LINKTYPE_IPV6,
    LINKTYPE_NFLOG,
    LINKTYPE_LINUX_SLL2,
    147, /* for private use: unknown */
};

#define LINK_TYPES (sizeof(link_types) / sizeof(link_types[0]))
#define ROUNDS     20000

/* xorshift (Marsaglia 2003): the same bytes in every run. */
static uint64_t state;

static uint32_t next_random(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (uint32_t)(state >> 16);
}

struct bench {
	struct coverage coverage;
	struct decoder *decoder;
	uint64_t fed;
	uint64_t segments; /* packets that came as segments */
};

static void bench_begin(struct bench *b)
{
	memset(b, 0, sizeof(*b));
	b->decoder = decoder_new(&(struct decoder_options){.distinct_vlan = true,
							   .distinct_vni = true,
							   .verify_checksums = false},
				 &b->coverage);
	ck_assert_ptr_nonnull(b->decoder);
}

static void bench_feed(struct bench *b, const struct packet *p)
{
	struct segment s;
	enum decoded result = decoder_feed(b->decoder, p, &s);
	volatile uint8_t last;

	b->fed++;
	if (result != DECODED_SEGMENT && !decoder_more(b->decoder, &s))
		return;
	if (result != DECODED_SEGMENT)
		s.packets = 0;
	do {
		b->segments += s.packets;
		if (s.len > 0)
			last = s.payload[s.len - 1];
	} while (decoder_more(b->decoder, &s));
	(void)last;
}

static void bench_end(struct bench *b)
{
	uint64_t sum = b->segments;

	decoder_flush(b->decoder);
	ck_assert_uint_eq(decoder_memory(b->decoder), 0);
	for (unsigned i = 0; i < COVERAGE_BUCKETS; i++)
		sum += b->coverage.bucket[i].packets;
	ck_assert_uint_eq(sum, b->fed);
	decoder_free(b->decoder);
}

/* Random bytes in a block of exactly their size. */
START_TEST(test_random_bytes)
{
	struct bench b;

	state = 0x9e3779b97f4a7c15U + (uint64_t)_i;
	bench_begin(&b);
	for (unsigned round = 0; round < ROUNDS; round++) {
		uint32_t len = next_random() % 120;
		uint8_t *bytes = malloc(len ? len : 1);
		struct packet p = {.time_ns = (int64_t)round * NS_PER_S / 100,
				   .bytes = bytes,
				   .captured = len,
				   .length = len + (next_random() % 4 ? 0 : 40U),
				   .link_type = link_types[_i]};

		ck_assert_ptr_nonnull(bytes);
		for (uint32_t i = 0; i < len; i++)
			bytes[i] = (uint8_t)next_random();
		bench_feed(&b, &p);
		(void)decoder_peek_at(&p);
		free(bytes);
	}
	bench_end(&b);
}
END_TEST

/* Bytes that lean towards what headers hold, so that the walk goes deep. */
START_TEST(test_likely_bytes)
{
	static const uint8_t likely[] = {
	    0x08, 0x00, 0x45, 0x60, 0x06, 0x11, 0x2f, 0x29, 0x04, 0x86, 0xdd, 0x81,
	    0x88, 0xbe, 0x64, 0x47, 0x21, 0xaa, 0x03, 0x12, 0xb5, 0x2c, 0x33, 0x01};
	struct bench b;

	state = 0x2545f4914f6cdd1dU + (uint64_t)_i;
	bench_begin(&b);
	for (unsigned round = 0; round < ROUNDS; round++) {
		uint8_t bytes[96];
		struct packet p = {.time_ns = (int64_t)round,
				   .bytes = bytes,
				   .captured = sizeof(bytes),
				   .length = sizeof(bytes),
				   .link_type = link_types[_i]};

		for (size_t i = 0; i < sizeof(bytes); i++)
			bytes[i] = likely[next_random() % sizeof(likely)];
		bench_feed(&b, &p);
	}
	bench_end(&b);
}
END_TEST

/* Good packets with a few bits turned over. */
START_TEST(test_flipped_bits)
{
	static struct packet_build build;
	struct packet_tcp_header h = {.source = 80, .destination = 4000, .options = 12};
	struct bench b;

	state = 88172645463325252U;
	bench_begin(&b);
	for (unsigned round = 0; round < 10 * ROUNDS; round++) {
		uint8_t bytes[256];
		struct packet p;

		packet_payload(&build, "HTTP/1.1 200 OK\r\n\r\n", 19);
		packet_tcp(&build, &h);
		packet_ipv4_fragment(&build, 6, "10.0.0.1", "10.0.0.2", 7, 0);
		packet_ethernet(&build, 0x0800);
		packet_prepend_hex(&build, "08 00 00 00 00 00 07 00");
		packet_udp(&build, 50000, 4789);
		packet_ipv6(&build, 17, "2001:db8::1", "2001:db8::2");
		packet_prepend_hex(&build, "00 0a 86 dd");
		packet_ethernet(&build, 0x8100);
		p = packet_of(&build, LINKTYPE_ETHERNET, round);
		memcpy(bytes, p.bytes, p.captured);
		for (unsigned flips = next_random() % 4; flips > 0; flips--)
			bytes[next_random() % p.captured] ^=
			    (uint8_t)(1U << next_random() % 8);
		p.bytes = bytes;
		bench_feed(&b, &p);
	}
	ck_assert_uint_gt(b.segments, ROUNDS);
	bench_end(&b);
}
END_TEST

/* Ordinary UDP on the ports of tunnels never becomes TCP. */
START_TEST(test_random_datagrams)
{
	static const uint16_t ports[] = {443,  1701, 2152, 3544, 4754, 4789,
					 4790, 5072, 6081, 6635, 8472, 40000};
	static struct packet_build build;
	struct bench b;

	state = 362436069U + (uint64_t)_i;
	bench_begin(&b);
	for (unsigned round = 0; round < ROUNDS; round++) {
		uint8_t bytes[100];
		struct packet p;

		for (size_t i = 0; i < sizeof(bytes); i++)
			bytes[i] = (uint8_t)next_random();
		packet_payload(&build, bytes, sizeof(bytes));
		packet_udp(&build, 50000, ports[_i]);
		packet_ipv4(&build, 17, "10.0.0.1", "10.0.0.2");
		p = packet_of(&build, LINKTYPE_RAW, round);
		bench_feed(&b, &p);
	}
	ck_assert_uint_eq(b.segments, 0);
	ck_assert_uint_eq(b.coverage.undecoded[UNDECODED_MALFORMED], 0);
	bench_end(&b);
}
END_TEST

/* Fragments of random shape under few keys: all paths of the table. */
START_TEST(test_random_fragments)
{
	static struct packet_build build;
	struct bench b;

	state = 521288629U;
	bench_begin(&b);
	for (unsigned round = 0; round < 2 * ROUNDS; round++) {
		uint8_t bytes[64];
		uint16_t field =
		    (uint16_t)(next_random() % 8 | (next_random() % 4 ? 0x2000 : 0));
		struct packet p;

		memset(bytes, (int)(next_random() & 0xff), sizeof(bytes));
		packet_payload(&build, bytes,
			       next_random() % 3 ? 8 * (next_random() % 8)
						 : next_random() % 64);
		if (next_random() % 2) {
			packet_ipv4_fragment(&build, 6, "10.0.0.1", "10.0.0.2",
					     (uint16_t)(next_random() % 8), field);
		} else {
			uint8_t header[8] = {6, 0, 0, 0, 0, 0, 0, 0};

			header[3] = (uint8_t)((field & 7) << 3 | field >> 13);
			header[7] = (uint8_t)(next_random() % 8);
			packet_prepend(&build, header, sizeof(header));
			packet_ipv6(&build, 44, "2001:db8::1", "2001:db8::2");
		}
		p = packet_of(&build, LINKTYPE_RAW,
			      (int64_t)(next_random() % 100) * NS_PER_S);
		p.captured -= next_random() % 4 ? 0 : next_random() % 8;
		bench_feed(&b, &p);
	}
	bench_end(&b);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("hostile");
	TCase *t = tcase_create("all");

	tcase_add_loop_test(t, test_random_bytes, 0, LINK_TYPES);
	tcase_add_loop_test(t, test_likely_bytes, 0, LINK_TYPES);
	tcase_add_test(t, test_flipped_bits);
	tcase_add_loop_test(t, test_random_datagrams, 0, 12);
	tcase_add_test(t, test_random_fragments);
	suite_add_tcase(s, t);
	return run_suite(s);
}
