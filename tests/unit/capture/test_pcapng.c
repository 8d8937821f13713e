#include "files.h"

#include <string.h>

#include "support/run_suite.h"

#define S INT64_C(1000000000)

static struct seen seen;

static void check_ok(const struct seen *s, size_t packets)
{
	ck_assert_msg(s->opened == SL_OK, "%s", s->error.text);
	ck_assert_msg(s->source[0].state == SOURCE_OK, "%s", s->source[0].message.text);
	ck_assert_uint_eq(s->packets, packets);
	ck_assert_str_eq(s->source[0].format, "pcapng");
}

static void check_damaged(const struct seen *s, size_t packets, const char *text)
{
	ck_assert_int_eq(s->opened, SL_OK);
	ck_assert_uint_eq(s->packets, packets);
	ck_assert_int_eq(s->source[0].state, SOURCE_DAMAGED);
	ck_assert_msg(strstr(s->source[0].message.text, text) != NULL, "%s",
		      s->source[0].message.text);
}

/** What libpcap refuses: link types, snap lengths and resolutions of their own. */
START_TEST(interfaces_of_all_sorts)
{
	struct image f = {.big = _i};

	section(&f);
	interface(&f, 1, 65535, -1);
	interface(&f, 101, 96, 9);
	interface(&f, 113, 0, 0x8a);
	enhanced(&f, 1, UINT64_C(1700000000000000001), 33, 1500, 0x11);
	enhanced(&f, 2, 1700000001 * 1024ULL + 512, 7, 7, 0x22);
	enhanced(&f, 0, UINT64_C(1700000002000003), 60, 60, 0x33);
	see_image(&seen, &f);
	check_ok(&seen, 3);
	ck_assert_int_eq(seen.packet[0].time_ns, 1700000000 * S + 1);
	ck_assert_int_eq(seen.packet[1].time_ns, 1700000001 * S + S / 2);
	ck_assert_int_eq(seen.packet[2].time_ns, 1700000002 * S + 3000);
	ck_assert_uint_eq(seen.packet[0].link_type, 101);
	ck_assert_uint_eq(seen.packet[0].captured, 33);
	ck_assert_uint_eq(seen.packet[0].length, 1500);
	ck_assert_uint_eq(seen.packet[1].link_type, 113);
	ck_assert_uint_eq(seen.packet[2].link_type, 1);
	ck_assert_uint_eq(seen.first[2], 0x33);
	ck_assert_uint_eq(seen.source[0].link_type_count, 3);
	ck_assert_uint_eq(seen.source[0].link_types[0], 101);
	ck_assert_uint_eq(seen.source[0].link_types[2], 1);
	image_free(&f);
}
END_TEST

/** Each section has its byte order, and counts its interfaces from 0. */
START_TEST(sections)
{
	struct image f = {.big = true};

	section(&f);
	interface(&f, 1, 0, -1);
	enhanced(&f, 0, 1000000, 4, 4, 1);
	f.big = false;
	section(&f);
	interface(&f, 101, 0, 9);
	enhanced(&f, 0, 2000000000, 4, 4, 2);
	f.big = true;
	section(&f);
	interface(&f, 113, 0, -1);
	enhanced(&f, 0, 3000000, 4, 4, 3);
	see_image(&seen, &f);
	check_ok(&seen, 3);
	for (unsigned i = 0; i < 3; i++) {
		ck_assert_int_eq(seen.packet[i].time_ns, (i + 1) * S);
		ck_assert_uint_eq(seen.first[i], i + 1);
	}
	ck_assert_uint_eq(seen.packet[1].link_type, 101);
	section(&f); /* and none is left after a new one */
	enhanced(&f, 0, 4000000, 4, 4, 3);
	see_image(&seen, &f);
	check_damaged(&seen, 3, "packet 4 at byte");
	image_free(&f);
}
END_TEST

START_TEST(simple_packets)
{
	struct image f = {0};
	size_t b;

	section(&f);
	interface(&f, 1, 10, -1);
	b = block_begin(&f, 3);
	put32(&f, 8);
	put_bytes(&f, "AAAAAAAA", 8);
	block_end(&f, b);
	enhanced(&f, 0, 5000000, 4, 4, 2);
	b = block_begin(&f, 3);
	put32(&f, 1500); /* the snap length says how much of it is here */
	put_bytes(&f, "BBBBBBBBBB", 10);
	block_end(&f, b);
	see_image(&seen, &f);
	check_ok(&seen, 3);
	ck_assert_uint_eq(seen.packet[0].captured, 8);
	ck_assert_int_eq(seen.packet[0].time_ns, 0);
	ck_assert_uint_eq(seen.packet[2].captured, 10);
	ck_assert_uint_eq(seen.packet[2].length, 1500);
	ck_assert_int_eq(seen.packet[2].time_ns, 5 * S); /* of the packet before */
	ck_assert_uint_eq(seen.first[2], 'B');
	image_free(&f);
}
END_TEST

START_TEST(obsolete_packets)
{
	struct image f = {.big = _i};
	size_t b;

	section(&f);
	interface(&f, 1, 0, -1);
	interface(&f, 101, 0, -1);
	b = block_begin(&f, 2);
	put16(&f, 1);
	put16(&f, 0xffff); /* drops: unknown */
	put32(&f, 0);
	put32(&f, 7000000);
	put32(&f, 5);
	put32(&f, 6);
	put_bytes(&f, "CCCCC", 5);
	block_end(&f, b);
	see_image(&seen, &f);
	check_ok(&seen, 1);
	ck_assert_int_eq(seen.packet[0].time_ns, 7 * S);
	ck_assert_uint_eq(seen.packet[0].link_type, 101);
	ck_assert_uint_eq(seen.packet[0].captured, 5);
	ck_assert_uint_eq(seen.packet[0].length, 6);
	image_free(&f);
}
END_TEST

static void option64(struct image *f, unsigned code, uint64_t value)
{
	put16(f, code);
	put16(f, 8);
	put64(f, value);
}

START_TEST(time_offset)
{
	struct image f = {.big = _i};
	size_t b;

	section(&f);
	b = block_begin(&f, 1);
	put16(&f, 1);
	put16(&f, 0);
	put32(&f, 0);
	put16(&f, 2); /* if_name, of odd length: padded */
	put16(&f, 5);
	put_bytes(&f, "eth10\0\0\0", 8);
	option64(&f, 14, 1700000000);
	/* opt_endofopt is missing: the block's end does. */
	block_end(&f, b);
	enhanced(&f, 0, 250000, 1, 1, 1);
	see_image(&seen, &f);
	check_ok(&seen, 1);
	ck_assert_int_eq(seen.packet[0].time_ns, 1700000000 * S + S / 4);
	image_free(&f);
}
END_TEST

static void statistics(struct image *f, uint32_t id, uint64_t if_drop, uint64_t os_drop)
{
	size_t b = block_begin(f, 5);

	put32(f, id);
	put64(f, 0);
	option64(f, 4, 1000); /* isb_ifrecv */
	option64(f, 5, if_drop);
	option64(f, 7, os_drop);
	put32(f, 0);
	block_end(f, b);
}

/** The last block of an interface counts; interfaces and sections add up. */
START_TEST(drops)
{
	struct image f = {.big = _i};

	section(&f);
	interface(&f, 1, 0, -1);
	interface(&f, 1, 0, -1);
	statistics(&f, 0, 1, 10);
	statistics(&f, 1, 100, 1000);
	enhanced(&f, 0, 0, 1, 1, 1);
	statistics(&f, 0, 3, 30);
	statistics(&f, 7, 9999, 9999); /* there is no such interface */
	section(&f);
	interface(&f, 1, 0, -1);
	statistics(&f, 0, 10000, 100000);
	see_image(&seen, &f);
	check_ok(&seen, 1);
	ck_assert(seen.source[0].drops_known);
	ck_assert_uint_eq(seen.source[0].dropped_by_interface, 10103);
	ck_assert_uint_eq(seen.source[0].dropped_by_kernel, 101030);
	image_free(&f);
}
END_TEST

/** Names, secrets, custom and unknown blocks, also ones larger than any window. */
START_TEST(other_blocks_are_stepped_over)
{
	static const uint32_t types[] = {4, 10, 0xbad, 0x40000bad, 0x80000001, 99};
	struct image f = {0};
	size_t b;

	section(&f);
	interface(&f, 1, 0, -1);
	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
		b = block_begin(&f, types[i]);
		put_bytes(&f, "whatever", (size_t)i);
		block_end(&f, b);
		enhanced(&f, 0, i, 3, 3, (uint8_t)i);
	}
	b = block_begin(&f, 10);
	put_fill(&f, 0xff, 1048576);
	block_end(&f, b);
	enhanced(&f, 0, 6, 3, 3, 6);
	see_image(&seen, &f);
	check_ok(&seen, 7);
	ck_assert_uint_eq(seen.first[6], 6);
	patch32(&f, b + 8 + 1048576, 1048572); /* its second length */
	see_image(&seen, &f);
	check_damaged(&seen, 6, "begins with length 1048588 and ends with 1048572");
	image_free(&f);
}
END_TEST

START_TEST(cut_at_every_byte)
{
	struct image f = {.big = _i};
	size_t ends[8], count = 0;

	section(&f);
	ends[count++] = f.len;
	interface(&f, 1, 0, 9);
	ends[count++] = f.len;
	enhanced(&f, 0, 1, 21, 60, 0xaa);
	ends[count++] = f.len;
	statistics(&f, 0, 1, 2);
	ends[count++] = f.len;
	enhanced(&f, 0, 2, 4, 4, 0xbb);
	ends[count++] = f.len;
	for (size_t len = 0; len <= f.len; len++) {
		bool whole = false;

		see(&seen, NULL, save_bytes(f.bytes, len, "cut"), NULL);
		for (size_t i = 0; i < count; i++)
			whole = whole || len == ends[i];
		if (len < ends[0]) {
			ck_assert_int_ne(seen.opened, SL_OK);
			continue;
		}
		ck_assert_int_eq(seen.opened, SL_OK);
		ck_assert_uint_eq(seen.packets, len >= ends[4]   ? 2U
						: len >= ends[2] ? 1U
								 : 0U);
		ck_assert_int_eq(seen.source[0].state,
				 whole ? SOURCE_OK : SOURCE_DAMAGED);
	}
	image_free(&f);
}
END_TEST

START_TEST(hostile_block_lengths)
{
	static const uint32_t lengths[] = {
	    0, 4, 8, 11, 33, 0x80000000, UINT32_MAX, 0xfffffffc, 16777220, 40};
	struct image f = {0};
	size_t at;

	section(&f);
	interface(&f, 1, 0, -1);
	enhanced(&f, 0, 1, 4, 4, 1);
	at = f.len;
	enhanced(&f, 0, 2, 4, 4, 2);
	enhanced(&f, 0, 3, 4, 4, 3);
	patch32(&f, at + 4, lengths[_i]);
	see_image(&seen, &f);
	check_damaged(&seen, 1, "block at byte 84 after packet 1");
	image_free(&f);
}
END_TEST

/** A packet block whose figures contradict its length, or too long for any packet. */
START_TEST(hostile_packets)
{
	static const struct {
		uint32_t captured, length;
		const char *text;
	} bad[] = {
	    {9, 60, "does not fit"},
	    {UINT32_MAX, UINT32_MAX, "the limit is"},
	    {262145, 262145, "the limit is"},
	};
	struct image f = {0};
	size_t at;

	section(&f);
	interface(&f, 1, 0, -1);
	at = f.len;
	enhanced(&f, 0, 1, 8, 8, 1);
	patch32(&f, at + 20, bad[_i].captured);
	patch32(&f, at + 24, bad[_i].length);
	see_image(&seen, &f);
	check_damaged(&seen, 0, bad[_i].text);
	image_free(&f);
}
END_TEST

/** A writer that leaves the padding out of its sum, and counts less on the wire than it
 *  captured. */
START_TEST(careless_writers)
{
	struct image f = {0};
	size_t at;

	section(&f);
	interface(&f, 1, 0, -1);
	at = f.len;
	enhanced(&f, 0, 1, 6, 6, 1);
	patch32(&f, at + 4, 38); /* 12 + 20 + 6, and 2 bytes of padding */
	patch32(&f, at + 36, 38);
	patch32(&f, at + 24, 2);
	enhanced(&f, 0, 2, 4, 4, 2);
	see_image(&seen, &f);
	ck_assert_msg(seen.source[0].state == SOURCE_OK, "%s",
		      seen.source[0].message.text);
	ck_assert_uint_eq(seen.packets, 2);
	ck_assert_uint_eq(seen.packet[0].captured, 6);
	ck_assert_uint_eq(seen.packet[0].length, 6);
	image_free(&f);
}
END_TEST

START_TEST(short_bodies)
{
	static const uint32_t types[] = {1, 2, 3, 6};
	struct image f = {0};

	section(&f);
	if (types[_i] != 1)
		interface(&f, 1, 0, -1);
	block_end(&f, block_begin(&f, types[_i]));
	see_image(&seen, &f);
	ck_assert_uint_eq(seen.packets, 0);
	ck_assert_int_eq(seen.source[0].state, SOURCE_DAMAGED);
	image_free(&f);
}
END_TEST

START_TEST(short_statistics_are_no_damage)
{
	struct image f = {0};

	section(&f);
	interface(&f, 1, 0, -1);
	block_end(&f, block_begin(&f, 5));
	enhanced(&f, 0, 1, 8, 8, 1);
	see_image(&seen, &f);
	check_ok(&seen, 1);
	ck_assert(!seen.source[0].drops_known);
	image_free(&f);
}
END_TEST

/** An option that is longer than its block ends the options. */
START_TEST(hostile_options)
{
	struct image f = {0};
	size_t b;

	section(&f);
	b = block_begin(&f, 1);
	put16(&f, 1);
	put16(&f, 0);
	put32(&f, 0);
	put16(&f, 9);
	put16(&f, 2); /* if_tsresol has one byte: not believed */
	put32(&f, 0x0909);
	put16(&f, 14);
	put16(&f, 0xffff);
	block_end(&f, b);
	enhanced(&f, 0, 1000000, 8, 8, 1);
	see_image(&seen, &f);
	check_ok(&seen, 1);
	ck_assert_int_eq(seen.packet[0].time_ns, S);
	image_free(&f);
}
END_TEST

START_TEST(interfaces_that_are_not_described)
{
	struct image f = {0};

	section(&f);
	interface(&f, 1, 0, -1);
	enhanced(&f, 0, 1, 8, 8, 1);
	enhanced(&f, UINT32_MAX, 2, 8, 8, 1);
	see_image(&seen, &f);
	check_damaged(&seen, 1, "of interface 4294967295, and 1 are described");
	image_free(&f);
}
END_TEST

START_TEST(too_many_interfaces)
{
	struct image one = {0}, f = {0};

	section(&f);
	interface(&one, 1, 0, -1);
	for (unsigned i = 0; i < 8193; i++)
		put_bytes(&f, one.bytes, one.len);
	see_image(&seen, &f);
	check_damaged(&seen, 0, "more than 8192 interfaces");
	f.len -= one.len;
	enhanced(&f, 8191, 1, 1, 1, 1);
	see_image(&seen, &f);
	check_ok(&seen, 1);
	image_free(&one);
	image_free(&f);
}
END_TEST

START_TEST(sections_of_unknown_make)
{
	struct image f = {0};
	size_t at;

	section(&f);
	interface(&f, 1, 0, -1);
	enhanced(&f, 0, 1, 8, 8, 1);
	at = f.len;
	section(&f);
	if (_i == 0)
		patch32(&f, at + 12, 2);
	else
		patch32(&f, at + 8, 0x1a2b3c4e);
	see_image(&seen, &f);
	check_damaged(&seen, 1, _i == 0 ? "version 2.0" : "unknown byte order");
	image_free(&f);
}
END_TEST

/** A packet block over the window's size is damage, whatever it says. */
START_TEST(packet_block_too_long)
{
	struct image f = {0};
	size_t b;

	section(&f);
	interface(&f, 1, 0, -1);
	b = block_begin(&f, 6);
	put_fill(&f, 0, 2 * 320 * 1024);
	block_end(&f, b);
	see_image(&seen, &f);
	check_damaged(&seen, 0, "says that it is");
	image_free(&f);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("pcapng");
	TCase *tc = tcase_create("pcapng");

	tcase_add_checked_fixture(tc, NULL, scratch_remove);
	tcase_add_loop_test(tc, interfaces_of_all_sorts, 0, 2);
	tcase_add_test(tc, sections);
	tcase_add_test(tc, simple_packets);
	tcase_add_loop_test(tc, obsolete_packets, 0, 2);
	tcase_add_loop_test(tc, time_offset, 0, 2);
	tcase_add_loop_test(tc, drops, 0, 2);
	tcase_add_test(tc, other_blocks_are_stepped_over);
	tcase_add_loop_test(tc, cut_at_every_byte, 0, 2);
	tcase_add_loop_test(tc, hostile_block_lengths, 0, 10);
	tcase_add_loop_test(tc, hostile_packets, 0, 3);
	tcase_add_test(tc, careless_writers);
	tcase_add_loop_test(tc, short_bodies, 0, 4);
	tcase_add_test(tc, short_statistics_are_no_damage);
	tcase_add_test(tc, hostile_options);
	tcase_add_test(tc, interfaces_that_are_not_described);
	tcase_add_test(tc, too_many_interfaces);
	tcase_add_loop_test(tc, sections_of_unknown_make, 0, 2);
	tcase_add_test(tc, packet_block_too_long);
	suite_add_tcase(suite, tc);
	return run_suite(suite);
}
