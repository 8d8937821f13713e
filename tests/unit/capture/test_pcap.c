#include "files.h"

#include <stdio.h>
#include <string.h>

#include "support/run_suite.h"

#define S INT64_C(1000000000)

static struct seen seen;

static void check_two(const struct seen *s, int64_t first_ns, int64_t second_ns)
{
	ck_assert_int_eq(s->opened, SL_OK);
	ck_assert_msg(s->source[0].state == SOURCE_OK, "%s", s->source[0].message.text);
	ck_assert_uint_eq(s->packets, 2);
	ck_assert_int_eq(s->packet[0].time_ns, first_ns);
	ck_assert_int_eq(s->packet[1].time_ns, second_ns);
	ck_assert_uint_eq(s->packet[0].captured, 60);
	ck_assert_uint_eq(s->packet[0].length, 60);
	ck_assert_uint_eq(s->packet[1].captured, 20);
	ck_assert_uint_eq(s->packet[1].length, 1500);
	ck_assert_uint_eq(s->first[0], 0xaa);
	ck_assert_uint_eq(s->first[1], 0xbb);
	ck_assert_uint_eq(s->packet[0].link_type, 1);
	ck_assert_uint_eq(s->source[0].packets, 2);
	ck_assert_uint_eq(s->source[0].bytes, 1560);
	ck_assert_int_eq(s->source[0].first_ns, first_ns);
	ck_assert_int_eq(s->source[0].last_ns, second_ns);
	ck_assert_uint_eq(s->source[0].link_type_count, 1);
	ck_assert(!s->source[0].drops_known);
}

static void two_records(struct image *f)
{
	pcap_record(f, 1700000000, 5, 60, 60, 0xaa);
	pcap_record(f, 1700000001, 999999, 20, 1500, 0xbb);
}

START_TEST(both_byte_orders_and_precisions)
{
	bool big = _i & 1, nano = _i & 2, navtel = _i & 4;
	struct image f = {.big = big};

	pcap_header(&f, navtel ? 0xa12b3c4d : nano ? 0xa1b23c4d : 0xa1b2c3d4, 1);
	two_records(&f);
	see_image(&seen, &f);
	nano = nano && !navtel;
	check_two(&seen, 1700000000 * S + (nano ? 5 : 5000),
		  1700000001 * S + (nano ? 999999 : 999999000));
	ck_assert_str_eq(seen.source[0].format, nano ? "pcap-ns" : "pcap");
	ck_assert_ptr_null(seen.source[0].compression);
	image_free(&f);
}
END_TEST

/** Interface index, protocol and packet type follow the lengths. */
START_TEST(kuznetzov)
{
	struct image f = {.big = _i};

	pcap_header(&f, 0xa1b2cd34, 1);
	pcap_record(&f, 1700000000, 5, 0, 0, 0);
	patch32(&f, 24 + 8, 60);
	patch32(&f, 24 + 12, 60);
	put64(&f, 0x0102030405060708);
	put_fill(&f, 0xaa, 60);
	put32(&f, 1700000001);
	put32(&f, 999999);
	put32(&f, 20);
	put32(&f, 1500);
	put64(&f, 0);
	put_fill(&f, 0xbb, 20);
	see_image(&seen, &f);
	check_two(&seen, 1700000000 * S + 5000, 1700000001 * S + 999999000);
	ck_assert_str_eq(seen.source[0].format, "pcap-modified");
	image_free(&f);
}
END_TEST

/** Before version 2.3, and in DG/UX's 543.0, the two lengths stand in the other order;
 * in 2.3 they may (pcap-savefile(5) and libpcap's change log). */
START_TEST(swapped_lengths)
{
	static const struct {
		uint16_t major, minor;
		bool swapped;
	} versions[] = {{2, 2, true}, {543, 0, true}, {2, 3, true}, {2, 3, false}};
	struct image f = {.big = true};

	pcap_header(&f, 0xa1b2c3d4, 1);
	f.bytes[4] = (uint8_t)(versions[_i].major >> 8);
	f.bytes[5] = (uint8_t)versions[_i].major;
	f.bytes[7] = (uint8_t)versions[_i].minor;
	two_records(&f);
	if (versions[_i].swapped) {
		patch32(&f, 24 + 76 + 8, 1500);
		patch32(&f, 24 + 76 + 12, 20);
	}
	see_image(&seen, &f);
	check_two(&seen, 1700000000 * S + 5000, 1700000001 * S + 999999000);
	image_free(&f);
}
END_TEST

START_TEST(unknown_version)
{
	struct image f = {.big = true};

	pcap_header(&f, 0xa1b2c3d4, 1);
	f.bytes[5] = 3;
	two_records(&f);
	see_image(&seen, &f);
	ck_assert_int_eq(seen.opened, SL_E_FORMAT);
	ck_assert_ptr_nonnull(strstr(seen.error.text, "version 3.4"));
	image_free(&f);
}
END_TEST

/** The upper 16 bits: 4 bytes of frame check sequence, reserved bits. */
START_TEST(upper_bits_of_the_link_type)
{
	struct image f = {0};

	pcap_header(&f, 0xa1b2c3d4, 0x47ff0001);
	two_records(&f);
	see_image(&seen, &f);
	check_two(&seen, 1700000000 * S + 5000, 1700000001 * S + 999999000);
	image_free(&f);
}
END_TEST

START_TEST(stamps_to_the_end_of_32_bits)
{
	struct image f = {0};

	pcap_header(&f, 0xa1b2c3d4, 1);
	pcap_record(&f, 0, 0, 1, 1, 1);
	pcap_record(&f, UINT32_MAX, UINT32_MAX, 1, 1, 2);
	see_image(&seen, &f);
	ck_assert_uint_eq(seen.packets, 2);
	ck_assert_int_eq(seen.packet[0].time_ns, 0);
	ck_assert_int_eq(seen.packet[1].time_ns,
			 (int64_t)UINT32_MAX * S + (int64_t)UINT32_MAX * 1000);
	image_free(&f);
}
END_TEST

START_TEST(a_capture_without_packets)
{
	struct image f = {0};

	pcap_header(&f, 0xa1b2c3d4, 1);
	see_image(&seen, &f);
	ck_assert_int_eq(seen.opened, SL_OK);
	ck_assert_int_eq(seen.last, 0);
	ck_assert_uint_eq(seen.packets, 0);
	ck_assert_int_eq(seen.source[0].state, SOURCE_OK);
	ck_assert_str_eq(seen.source[0].format, "pcap");
	image_free(&f);
}
END_TEST

/** At every length there is the right number of packets, and the right verdict. */
START_TEST(cut_at_every_byte)
{
	struct image f = {0};

	pcap_header(&f, 0xa1b2c3d4, 1);
	two_records(&f);
	for (size_t len = 0; len <= f.len; len++) {
		const size_t ends[] = {24, 24 + 76, 24 + 76 + 36};
		bool whole = len == ends[0] || len == ends[1] || len == ends[2];

		see(&seen, NULL, save_bytes(f.bytes, len, "cut"), NULL);
		if (len < 24) {
			ck_assert_int_eq(seen.opened,
					 len < 4 ? SL_E_FORMAT : SL_E_DAMAGED);
			ck_assert_ptr_nonnull(strstr(
			    seen.error.text, len == 0 ? "is empty" : "too short"));
			continue;
		}
		ck_assert_int_eq(seen.opened, SL_OK);
		ck_assert_int_eq(seen.last, 0);
		ck_assert_uint_eq(seen.packets, len >= ends[2]   ? 2U
						: len >= ends[1] ? 1U
								 : 0U);
		ck_assert_int_eq(seen.source[0].state,
				 whole ? SOURCE_OK : SOURCE_DAMAGED);
		ck_assert(whole == (seen.source[0].message.text[0] == '\0'));
	}
	ck_assert_uint_eq(seen.packets, 2);
	image_free(&f);
}
END_TEST

START_TEST(where_it_was_cut)
{
	struct image f = {0};

	pcap_header(&f, 0xa1b2c3d4, 1);
	two_records(&f);
	f.len -= 3;
	see_image(&seen, &f);
	ck_assert_ptr_nonnull(strstr(seen.source[0].message.text,
				     "image: was cut short: it ends in the middle of "
				     "packet 2, at byte 133"));
	image_free(&f);
}
END_TEST

/** The same file, changed a moment ago, is still being written. */
START_TEST(growing)
{
	struct image f = {0};
	const char *path;

	pcap_header(&f, 0xa1b2c3d4, 1);
	two_records(&f);
	f.len -= 3;
	path = save(&f, "growing");
	run("touch %s", path);
	see(&seen, NULL, path, NULL);
	ck_assert_uint_eq(seen.packets, 1);
	ck_assert_int_eq(seen.source[0].state, SOURCE_GROWING);
	ck_assert_ptr_nonnull(
	    strstr(seen.source[0].message.text, "still being written"));
	image_free(&f);
}
END_TEST

START_TEST(hostile_lengths)
{
	static const struct {
		uint32_t captured, length;
	} bad[] = {
	    {0x80000000, 0x80000000},
	    {UINT32_MAX, UINT32_MAX},
	    {262145, 262145},
	    {0x7fffffff, 60},
	};
	struct image f = {0};

	pcap_header(&f, 0xa1b2c3d4, 1);
	two_records(&f);
	pcap_record(&f, 1700000002, 0, 60, 60, 0xcc);
	patch32(&f, 24 + 76 + 36 + 8, bad[_i].captured);
	patch32(&f, 24 + 76 + 36 + 12, bad[_i].length);
	see_image(&seen, &f);
	ck_assert_uint_eq(seen.packets, 2);
	ck_assert_int_eq(seen.source[0].state, SOURCE_DAMAGED);
	ck_assert_ptr_nonnull(
	    strstr(seen.source[0].message.text, "packet 3 at byte 136 says"));
	image_free(&f);
}
END_TEST

/** Some writers count the frame check sequence in one length only. */
START_TEST(more_captured_than_sent)
{
	struct image f = {0};

	pcap_header(&f, 0xa1b2c3d4, 1);
	two_records(&f);
	patch32(&f, 24 + 12, 56);
	see_image(&seen, &f);
	ck_assert_int_eq(seen.source[0].state, SOURCE_OK);
	ck_assert_uint_eq(seen.packets, 2);
	ck_assert_uint_eq(seen.packet[0].captured, 60);
	ck_assert_uint_eq(seen.packet[0].length, 60);
	image_free(&f);
}
END_TEST

/** As a file system leaves them behind when the power fails: no packets. */
START_TEST(zeros_at_the_end)
{
	struct image f = {0};

	pcap_header(&f, 0xa1b2c3d4, 1);
	two_records(&f);
	for (unsigned i = 0; i < 16; i++)
		put32(&f, 0);
	see_image(&seen, &f);
	ck_assert_uint_eq(seen.packets, 2);
	ck_assert_int_eq(seen.source[0].state, SOURCE_DAMAGED);
	ck_assert_ptr_nonnull(
	    strstr(seen.source[0].message.text, "zeros where packet 3"));
	image_free(&f);
}
END_TEST

/** The largest packet straddles blocks wherever it lies. */
START_TEST(records_over_the_ends_of_blocks)
{
	struct image f = {0};

	pcap_header(&f, 0xa1b2c3d4, 1);
	for (uint32_t i = 0; i < 8; i++) {
		pcap_record(&f, 1 + i, 0, 1000 * i, 1000 * i, (uint8_t)(2 * i));
		pcap_record(&f, 1 + i, 0, 262144, 262144, (uint8_t)(2 * i + 1));
	}
	see_image(&seen, &f);
	ck_assert_uint_eq(seen.packets, 16);
	for (unsigned i = 0; i < 16; i++) {
		ck_assert_uint_eq(seen.packet[i].captured, i & 1 ? 262144 : 500 * i);
		if (i > 0)
			ck_assert_uint_eq(seen.first[i], i);
	}
	ck_assert_int_eq(seen.source[0].state, SOURCE_OK);
	image_free(&f);
}
END_TEST

/** The digest is Python's hashlib.sha256() over struct.pack(">QIII", ns, length,
 * captured, 1) and the bytes of both packets. */
START_TEST(identity)
{
	static const char expected[] =
	    "0d8b8f4529f2e0301b5ee495bcb02205361357d93da7bea9aac1bc0b6408cca8";
	char text[65];
	struct image f = {0};

	pcap_header(&f, 0xa1b2c3d4, 1);
	two_records(&f);
	see_image(&seen, &f);
	for (int i = 0; i < 32; i++)
		(void)snprintf(text + 2 * i, 3, "%02x", seen.source[0].id[i]);
	ck_assert_str_eq(text, expected);
	image_free(&f);
}
END_TEST

START_TEST(identity_ends_with_the_sixteenth_packet)
{
	uint8_t first[32];
	struct image f = {0};

	pcap_header(&f, 0xa1b2c3d4, 1);
	for (unsigned i = 0; i < 17; i++)
		pcap_record(&f, i, 0, 30, 30, (uint8_t)i);
	see_image(&seen, &f);
	memcpy(first, seen.source[0].id, 32);
	/* Where all bytes of a packet are alike, change all. */
	memset(f.bytes + f.len - 30, 0xee, 30);
	see_image(&seen, &f);
	ck_assert_mem_eq(first, seen.source[0].id, 32); /* the seventeenth is out */
	memset(f.bytes + f.len - 46 - 30, 0xee, 30);
	see_image(&seen, &f);
	ck_assert_mem_ne(first, seen.source[0].id, 32);
	image_free(&f);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("pcap");
	TCase *tc = tcase_create("pcap");

	tcase_add_checked_fixture(tc, NULL, scratch_remove);
	tcase_add_loop_test(tc, both_byte_orders_and_precisions, 0, 6);
	tcase_add_loop_test(tc, kuznetzov, 0, 2);
	tcase_add_loop_test(tc, swapped_lengths, 0, 4);
	tcase_add_test(tc, unknown_version);
	tcase_add_test(tc, upper_bits_of_the_link_type);
	tcase_add_test(tc, stamps_to_the_end_of_32_bits);
	tcase_add_test(tc, a_capture_without_packets);
	tcase_add_test(tc, cut_at_every_byte);
	tcase_add_test(tc, where_it_was_cut);
	tcase_add_test(tc, growing);
	tcase_add_loop_test(tc, hostile_lengths, 0, 4);
	tcase_add_test(tc, more_captured_than_sent);
	tcase_add_test(tc, zeros_at_the_end);
	tcase_add_test(tc, records_over_the_ends_of_blocks);
	tcase_add_test(tc, identity);
	tcase_add_test(tc, identity_ends_with_the_sixteenth_packet);
	suite_add_tcase(suite, tc);
	return run_suite(suite);
}
