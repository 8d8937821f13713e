/* Fragments of IPv4 and IPv6 through the decoder. */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "capture/linktype.h"
#include "decode/decoder.h"
#include "support/packet.h"
#include "support/run_suite.h"

#define TEXT_LEN 76U
#define DATA_LEN (20U + TEXT_LEN) /* TCP header and payload: 12 units of 8 bytes */

static struct packet_build build;
static struct coverage coverage;
static struct decoder *decoder;
static struct segment got;
static char text[TEXT_LEN + 1];
static uint8_t data[DATA_LEN];

/* The datagram to cut into pieces: a TCP segment built once, without IP. */
static void set_up(void)
{
	struct packet_tcp_header h = {
	    .source = 80, .destination = 40000, .seq = 99, .flags = TCP_ACK};

	for (unsigned i = 0; i < TEXT_LEN; i++)
		text[i] = (char)('A' + i % 26);
	packet_payload(&build, text, TEXT_LEN);
	packet_tcp(&build, &h);
	ck_assert_uint_eq(packet_size(&build), DATA_LEN);
	memcpy(data, packet_bytes(&build), DATA_LEN);
	memset(&coverage, 0, sizeof(coverage));
	decoder = decoder_new(&(struct decoder_options){0}, &coverage);
	ck_assert_ptr_nonnull(decoder);
}

static void tear_down(void)
{
	decoder_free(decoder);
}

/* Build the fragment of @p bytes from @p offset on. */
static struct packet fragment(bool ipv6, uint16_t id, const uint8_t *bytes,
			      unsigned offset, unsigned len, bool more, int64_t time_ns)
{
	packet_payload(&build, bytes, len);
	if (ipv6) {
		uint8_t h[8] = {
		    6, 0, (uint8_t)(offset >> 8), (uint8_t)(offset | (more ? 1U : 0U)),
		    0, 0, (uint8_t)(id >> 8),     (uint8_t)id};

		packet_prepend(&build, h, sizeof(h));
		packet_ipv6(&build, 44, "2001:db8::1", "2001:db8::2");
	} else {
		packet_ipv4_fragment(&build, 6, "10.0.0.1", "10.0.0.2", id,
				     (uint16_t)(offset / 8 | (more ? 0x2000U : 0U)));
	}
	return packet_of(&build, LINKTYPE_RAW, time_ns);
}

/* Feed bytes [from, to) of the datagram. */
static enum decoded feed_at(bool ipv6, uint16_t id, unsigned from, unsigned to,
			    int64_t time_ns)
{
	struct packet p =
	    fragment(ipv6, id, data + from, from, to - from, to < DATA_LEN, time_ns);

	return decoder_feed(decoder, &p, &got);
}

static enum decoded feed(bool ipv6, unsigned from, unsigned to)
{
	return feed_at(ipv6, 7, from, to, 0);
}

static void check_got(unsigned packets)
{
	ck_assert_uint_eq(got.seq, 99);
	ck_assert_uint_eq(got.len, TEXT_LEN);
	ck_assert_uint_eq(got.missing, 0);
	ck_assert_mem_eq(got.payload, text, TEXT_LEN);
	ck_assert_uint_eq(got.packets, packets);
	ck_assert_uint_eq(decoder_memory(decoder), 0);
}

static uint64_t given_up(void)
{
	return coverage.undecoded[UNDECODED_FRAGMENT];
}

START_TEST(test_every_order_of_four)
{
	static const unsigned cuts[5] = {0, 16, 40, 72, DATA_LEN};

	for (unsigned order = 0; order < 256; order++) {
		unsigned piece[4] = {order & 3, order >> 2 & 3, order >> 4 & 3,
				     order >> 6 & 3};

		if ((1U << piece[0] | 1U << piece[1] | 1U << piece[2] |
		     1U << piece[3]) != 15)
			continue;
		for (unsigned i = 0; i < 4; i++) {
			enum decoded r = feed_at(_i, (uint16_t)order, cuts[piece[i]],
						 cuts[piece[i] + 1], 0);

			ck_assert_int_eq(r, i < 3 ? DECODED_HELD : DECODED_SEGMENT);
		}
		check_got(4);
		ck_assert_uint_eq(got.bytes, DATA_LEN + 4 * (_i ? 48U : 20U));
	}
	decoder_flush(decoder);
	ck_assert_uint_eq(given_up(), 0);
}
END_TEST

/* Tiny fragments: the ports are in one, the flags in the next (RFC 1858). */
START_TEST(test_tiny)
{
	for (unsigned at = 0; at < DATA_LEN - 8; at += 8)
		ck_assert_int_eq(feed(_i, at, at + 8), DECODED_HELD);
	ck_assert_int_eq(feed(_i, DATA_LEN - 8, DATA_LEN), DECODED_SEGMENT);
	check_got(DATA_LEN / 8);
}
END_TEST

/* An exact copy is counted at once and changes nothing. */
START_TEST(test_duplicates)
{
	ck_assert_int_eq(feed(_i, 0, 40), DECODED_HELD);
	ck_assert_int_eq(feed(_i, 0, 40), DECODED_COUNTED);
	ck_assert_int_eq(feed(_i, 40, DATA_LEN), DECODED_SEGMENT);
	check_got(2);
	ck_assert_int_eq(feed(_i, 40, DATA_LEN), DECODED_COUNTED);
	ck_assert_uint_eq(coverage.bucket[COVERAGE_DUPLICATE].packets, 2);
	decoder_flush(decoder);
	ck_assert_uint_eq(given_up(), 0);
}
END_TEST

/* The whole datagram a second time is whole a second time: tcp/ sees the copy. */
START_TEST(test_datagram_twice)
{
	for (unsigned i = 0; i < 2; i++) {
		ck_assert_int_eq(feed(_i, 0, 40), DECODED_HELD);
		ck_assert_int_eq(feed(_i, 40, DATA_LEN), DECODED_SEGMENT);
		check_got(2);
	}
}
END_TEST

START_TEST(test_ipv4_overlap_first_copy_wins)
{
	uint8_t evil[DATA_LEN];

	memset(evil, 'x', sizeof(evil));
	ck_assert_int_eq(feed(false, 16, 56), DECODED_HELD);
	/* Twice over what is there and a little more on both sides, which is new. */
	memcpy(evil, data, 16);
	memcpy(evil + 56, data + 56, 16);
	struct packet p = fragment(false, 7, evil, 0, 72, true, 0);

	ck_assert_int_eq(decoder_feed(decoder, &p, &got), DECODED_HELD);
	ck_assert_int_eq(feed(false, 72, DATA_LEN), DECODED_SEGMENT);
	check_got(3);
}
END_TEST

/* RFC 8200 section 4.5: the datagram and all of its fragments are discarded. */
START_TEST(test_ipv6_overlap_is_given_up)
{
	ck_assert_int_eq(feed(true, 16, 56), DECODED_HELD);
	ck_assert_int_eq(feed(true, 48, DATA_LEN), DECODED_COUNTED);
	ck_assert_uint_eq(given_up(), 2);
	ck_assert_int_eq(feed(true, 0, 16), DECODED_COUNTED);
	ck_assert_int_eq(feed(true, 56, DATA_LEN), DECODED_COUNTED);
	ck_assert_uint_eq(given_up(), 4);
	ck_assert_uint_eq(coverage.bucket[COVERAGE_UNDECODED].packets, 4);
	decoder_flush(decoder);
	ck_assert_uint_eq(given_up(), 4);
	ck_assert_int_eq(feed(true, 0, 16), DECODED_HELD);
}
END_TEST

START_TEST(test_contradictions)
{
	struct packet p;

	/* Not a multiple of eight, and more follow. */
	ck_assert_int_eq(feed(_i, 0, 20), DECODED_COUNTED);
	/* Past the largest datagram. */
	p = fragment(_i, 7, data, 65528, 8, false, 0);
	ck_assert_int_eq(decoder_feed(decoder, &p, &got), DECODED_COUNTED);
	/* Nothing in it. */
	p = fragment(_i, 7, data, 40, 0, true, 0);
	ck_assert_int_eq(decoder_feed(decoder, &p, &got), DECODED_COUNTED);
	ck_assert_int_eq(feed(_i, 40, DATA_LEN), DECODED_HELD);
	/* A second end, and bytes behind the end. */
	p = fragment(_i, 7, data, 24, 8, false, 0);
	ck_assert_int_eq(decoder_feed(decoder, &p, &got), DECODED_COUNTED);
	p = fragment(_i, 7, data, DATA_LEN, 8, true, 0);
	ck_assert_int_eq(decoder_feed(decoder, &p, &got), DECODED_COUNTED);
	ck_assert_uint_eq(coverage.undecoded[UNDECODED_MALFORMED], 5);
	ck_assert_int_eq(feed(_i, 0, 40), DECODED_SEGMENT);
	check_got(2);
}
END_TEST

/* Keys: identification, protocol and addresses each tell datagrams apart. */
START_TEST(test_datagrams_do_not_mix)
{
	ck_assert_int_eq(feed_at(_i, 1, 0, 40, 0), DECODED_HELD);
	ck_assert_int_eq(feed_at(_i, 2, 40, DATA_LEN, 0), DECODED_HELD);
	ck_assert_int_eq(feed_at(_i, 2, 0, 40, 0), DECODED_SEGMENT);
	ck_assert_int_eq(feed_at(_i, 1, 40, DATA_LEN, 0), DECODED_SEGMENT);
	check_got(2);
}
END_TEST

START_TEST(test_time_out)
{
	ck_assert_int_eq(feed_at(_i, 7, 0, 40, 0), DECODED_HELD);
	ck_assert_int_eq(feed_at(_i, 7, 40, DATA_LEN, LIMIT_FRAGMENT_NS + 1),
			 DECODED_HELD);
	ck_assert_uint_eq(given_up(), 1);
	ck_assert_int_eq(feed_at(_i, 7, 0, 40, LIMIT_FRAGMENT_NS + 2), DECODED_SEGMENT);
	check_got(2);
}
END_TEST

/* Old ones are given up by the time of others, but not by one wild stamp. */
START_TEST(test_clock)
{
	int64_t wild = 1000 * LIMIT_CLOCK_JUMP_NS;

	ck_assert_int_eq(feed_at(_i, 1, 0, 40, 0), DECODED_HELD);
	ck_assert_int_eq(feed_at(_i, 2, 0, 40, wild), DECODED_HELD);
	ck_assert_uint_eq(given_up(), 0);
	ck_assert_int_eq(feed_at(_i, 1, 40, DATA_LEN, 1), DECODED_SEGMENT);
	ck_assert_int_eq(feed_at(_i, 3, 0, 40, 2), DECODED_HELD);
	ck_assert_int_eq(feed_at(_i, 4, 0, 40, LIMIT_FRAGMENT_NS + 3), DECODED_HELD);
	ck_assert_uint_eq(given_up(), 0); /* the wild one is the oldest, and young */
	ck_assert_int_eq(feed_at(_i, 5, 0, 40, wild + 1), DECODED_HELD);
	ck_assert_int_eq(feed_at(_i, 6, 0, 40, wild + LIMIT_FRAGMENT_NS + 5),
			 DECODED_HELD);
	ck_assert_uint_ge(given_up(), 3);
	decoder_flush(decoder);
	ck_assert_uint_eq(given_up(), 5);
}
END_TEST

START_TEST(test_bound_of_datagrams)
{
	for (unsigned i = 0; i < LIMIT_DATAGRAMS + 10; i++)
		ck_assert_int_eq(feed_at(_i, (uint16_t)i, 0, 40, i), DECODED_HELD);
	ck_assert_uint_eq(given_up(), 10);
	/* The oldest went; the youngest can still be completed. */
	ck_assert_int_eq(feed_at(_i, LIMIT_DATAGRAMS, 40, DATA_LEN, 5000),
			 DECODED_SEGMENT);
	ck_assert_int_eq(feed_at(_i, 3, 40, DATA_LEN, 5000), DECODED_HELD);
	decoder_flush(decoder);
	ck_assert_uint_eq(given_up(), LIMIT_DATAGRAMS + 10 - 1 + 1);
	ck_assert_uint_eq(decoder_memory(decoder), 0);
}
END_TEST

START_TEST(test_bound_of_bytes)
{
	static uint8_t large[65496];

	for (unsigned i = 0; i < 600; i++) {
		struct packet p = fragment(_i, (uint16_t)i, large, 0, 65440, true, i);

		ck_assert_int_eq(decoder_feed(decoder, &p, &got), DECODED_HELD);
		ck_assert_uint_le(decoder_memory(decoder), LIMIT_FRAGMENT_BYTES);
	}
	ck_assert_uint_gt(decoder_memory(decoder),
			  LIMIT_FRAGMENT_BYTES - sizeof(large) - 1024);
	decoder_flush(decoder);
	ck_assert_uint_eq(given_up(), 600);
	ck_assert_uint_eq(coverage.bucket[COVERAGE_UNDECODED].packets, 600);
}
END_TEST

START_TEST(test_bound_of_fragments)
{
	static const uint8_t zeros[8];

	for (unsigned i = 0; i < LIMIT_FRAGMENTS; i++) {
		struct packet p = fragment(_i, 7, zeros, 16 * i, 8, true, 0);

		ck_assert_int_eq(decoder_feed(decoder, &p, &got), DECODED_HELD);
	}
	struct packet p = fragment(_i, 7, zeros, 16 * LIMIT_FRAGMENTS, 8, true, 0);

	ck_assert_int_eq(decoder_feed(decoder, &p, &got), DECODED_COUNTED);
	ck_assert_uint_eq(given_up(), LIMIT_FRAGMENTS + 1);
	decoder_flush(decoder);
	ck_assert_uint_eq(given_up(), LIMIT_FRAGMENTS + 1);
}
END_TEST

/* What the snap length cut off in the middle is missing from there on. */
START_TEST(test_snap_length)
{
	struct packet p = fragment(_i, 7, data, 0, 40, true, 0);

	p.captured -= 5;
	ck_assert_int_eq(decoder_feed(decoder, &p, &got), DECODED_HELD);
	ck_assert_int_eq(feed(_i, 40, DATA_LEN), DECODED_SEGMENT);
	ck_assert_uint_eq(got.len, 15);
	ck_assert_uint_eq(got.missing, TEXT_LEN - 15);
	ck_assert_mem_eq(got.payload, text, 15);
	ck_assert_uint_eq(coverage.truncated_packets, 1);
}
END_TEST

/* A length field of 0 takes its length from a record header that may claim anything. */
START_TEST(test_claim_of_four_gigabytes)
{
	struct packet p = fragment(false, 7, data, DATA_LEN / 8 * 8, 8, false, 0);

	build.room[build.at + 2] = build.room[build.at + 3] = 0;
	p.length = UINT32_MAX;
	ck_assert_int_eq(decoder_feed(decoder, &p, &got), DECODED_COUNTED);
	ck_assert_uint_eq(coverage.undecoded[UNDECODED_MALFORMED], 1);
}
END_TEST

/* A datagram that is no TCP is counted with all of its packets. */
START_TEST(test_fragments_of_udp)
{
	packet_payload(&build, text, 64);
	packet_udp(&build, 53, 5353);
	uint8_t udp[72];

	memcpy(udp, packet_bytes(&build), sizeof(udp));
	for (unsigned at = 0; at < 72; at += 24) {
		packet_payload(&build, udp + at, 24);
		packet_ipv4_fragment(&build, 17, "10.0.0.1", "10.0.0.2", 9,
				     (uint16_t)(at / 8 | (at < 48 ? 0x2000 : 0)));
		struct packet p = packet_of(&build, LINKTYPE_RAW, 0);

		ck_assert_int_eq(decoder_feed(decoder, &p, &got),
				 at < 48 ? DECODED_HELD : DECODED_COUNTED);
	}
	ck_assert_uint_eq(coverage.bucket[COVERAGE_OTHER_IP].packets, 3);
	ck_assert_uint_eq(coverage.bucket[COVERAGE_OTHER_IP].bytes, 72 + 60);
}
END_TEST

/* Fragments within fragments: IP in IP, the inner datagram in two pieces, the first
 * of which comes in two pieces itself. */
START_TEST(test_nested)
{
	uint8_t inner[60];
	struct packet p;

	p = fragment(false, 7, data, 0, 40, true, 0);
	ck_assert_uint_eq(p.captured, sizeof(inner));
	memcpy(inner, p.bytes, sizeof(inner));
	packet_payload(&build, inner, 32);
	packet_ipv4_fragment(&build, 4, "192.0.2.1", "192.0.2.2", 1, 0x2000);
	p = packet_of(&build, LINKTYPE_RAW, 0);
	ck_assert_int_eq(decoder_feed(decoder, &p, &got), DECODED_HELD);
	packet_payload(&build, inner + 32, 28);
	packet_ipv4_fragment(&build, 4, "192.0.2.1", "192.0.2.2", 1, 4);
	p = packet_of(&build, LINKTYPE_RAW, 0);
	ck_assert_int_eq(decoder_feed(decoder, &p, &got), DECODED_HELD);
	ck_assert_int_eq(feed(false, 40, DATA_LEN), DECODED_SEGMENT);
	check_got(3);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("fragments");
	TCase *t = tcase_create("all");

	tcase_add_checked_fixture(t, set_up, tear_down);
	/* 0: IPv4, 1: IPv6 */
	tcase_add_loop_test(t, test_every_order_of_four, 0, 2);
	tcase_add_loop_test(t, test_tiny, 0, 2);
	tcase_add_loop_test(t, test_duplicates, 0, 2);
	tcase_add_loop_test(t, test_datagram_twice, 0, 2);
	tcase_add_test(t, test_ipv4_overlap_first_copy_wins);
	tcase_add_test(t, test_ipv6_overlap_is_given_up);
	tcase_add_loop_test(t, test_contradictions, 0, 2);
	tcase_add_loop_test(t, test_datagrams_do_not_mix, 0, 2);
	tcase_add_loop_test(t, test_time_out, 0, 2);
	tcase_add_loop_test(t, test_clock, 0, 2);
	tcase_add_loop_test(t, test_bound_of_datagrams, 0, 2);
	tcase_add_loop_test(t, test_bound_of_bytes, 0, 2);
	tcase_add_loop_test(t, test_bound_of_fragments, 0, 2);
	tcase_add_loop_test(t, test_snap_length, 0, 2);
	tcase_add_test(t, test_claim_of_four_gigabytes);
	tcase_add_test(t, test_fragments_of_udp);
	tcase_add_test(t, test_nested);
	suite_add_tcase(s, t);
	return run_suite(s);
}
