#include "files.h"

#include <string.h>

#include "capture/filter.h"
#include "support/run_suite.h"

static struct seen seen;

/** An IPv4 packet from 10.0.0.1 to 10.0.0.2, TCP to port @p port (RFC 791, RFC 9293).
 */
static void put_ip(struct image *f, unsigned port)
{
	put_bytes(f, "\x45\0\0\x28\0\0\0\0\x40\x06\0\0\x0a\0\0\1\x0a\0\0\2", 20);
	put_bytes(f, "\xc0\0", 2);
	put8(f, port >> 8);
	put8(f, port & 0xff);
	put_bytes(f, "\0\0\0\0\0\0\0\0\x50\x10\x20\0\0\0\0\0", 16);
}

static void put_ethernet(struct image *f, unsigned port)
{
	put_bytes(f, "\2\0\0\0\0\1\2\0\0\0\0\2\x08\0", 14);
	put_ip(f, port);
}

/** Whether each of some packets is accepted, by filter.h alone. */
static bool accepts(const char *expression, uint32_t link_type, unsigned port)
{
	struct image f = {0};
	struct packet p = {.link_type = link_type};
	struct filter *filter;
	bool yes;

	ck_assert_int_eq(filter_new(&filter, expression, NULL), SL_OK);
	if (link_type == 1)
		put_ethernet(&f, port);
	else
		put_ip(&f, port);
	p.bytes = f.bytes;
	p.captured = p.length = (uint32_t)f.len;
	yes = filter_accepts(filter, &p);
	filter_free(filter);
	image_free(&f);
	return yes;
}

/** 101 in files is 12 for libpcap on Linux: the numbers are not the same. */
START_TEST(link_types)
{
	static const uint32_t types[] = {1, 101, 228};

	ck_assert(accepts("tcp port 80", types[_i], 80));
	ck_assert(!accepts("tcp port 80", types[_i], 81));
	ck_assert(accepts("src host 10.0.0.1", types[_i], 81));
	ck_assert(accepts("", types[_i], 81));
}
END_TEST

static void put_block(struct image *f, uint32_t id, bool ethernet, unsigned port)
{
	size_t b = block_begin(f, 6);
	uint32_t len = ethernet ? 54 : 40;

	put32(f, id);
	put64(f, 0);
	put32(f, len);
	put32(f, len);
	if (ethernet)
		put_ethernet(f, port);
	else
		put_ip(f, port);
	block_end(f, b);
}

static size_t refused(const char *expression, const struct image *f, size_t *notes,
		      struct errbuf *note)
{
	const char *path = save(f, "mixed");
	struct capture_options options = {
	    .inputs = &path, .input_count = 1, .filter = expression};
	const struct errbuf *all;
	struct errbuf eb;
	struct capture *c;
	struct packet *p;
	size_t count = 0;
	enum sl_err e = capture_open(&c, &options, &eb);

	ck_assert_msg(e == SL_OK, "%s", eb.text);
	while (capture_next(c, &p) == 1)
		count += p->filtered;
	all = capture_notes(c, notes);
	if (*notes > 0)
		*note = all[0];
	capture_free(c);
	return count;
}

START_TEST(mixed_link_types_in_one_file)
{
	struct image f = {0};
	struct errbuf note;
	size_t notes;

	section(&f);
	interface(&f, 101, 0, -1);
	interface(&f, 1, 0, -1);
	for (int i = 0; i < 3; i++) {
		put_block(&f, 0, false, 80);
		put_block(&f, 1, true, 80);
		put_block(&f, 0, false, 443);
		put_block(&f, 1, true, 443);
	}
	ck_assert_uint_eq(refused("tcp port 80", &f, &notes, &note), 6);
	ck_assert_uint_eq(notes, 0);
	/* Raw IP has no link layer: those are all refused, and it is said once. */
	ck_assert_uint_eq(refused("ether host 02:00:00:00:00:01", &f, &notes, &note),
			  6);
	ck_assert_uint_eq(notes, 1);
	ck_assert_ptr_nonnull(strstr(note.text, "does not fit link type 101"));
	image_free(&f);
}
END_TEST

START_TEST(wrong_expressions)
{
	struct image f = {0};
	const char *path;

	pcap_header(&f, 0xa1b2c3d4, 101);
	pcap_record(&f, 1, 0, 20, 20, 0);
	path = save(&f, "raw");
	see(&seen, "tcp prot 80", path, NULL);
	ck_assert_int_eq(seen.opened, SL_E_USAGE);
	ck_assert_ptr_nonnull(strstr(seen.error.text, "tcp prot 80"));
	ck_assert_ptr_nonnull(strstr(seen.error.text, "syntax error"));
	/* Right for Ethernet, but there is none. */
	see(&seen, "ether host 02:00:00:00:00:01", path, NULL);
	ck_assert_int_eq(seen.opened, SL_E_USAGE);
	/* Right for 802.11 only. */
	see(&seen, "type mgt", path, NULL);
	ck_assert_int_eq(seen.opened, SL_E_USAGE);
	image_free(&f);
}
END_TEST

START_TEST(many_link_types)
{
	struct image f = {0};
	struct errbuf note;
	size_t notes;

	section(&f);
	for (unsigned i = 0; i < 400; i++) {
		interface(&f, i, 0, -1);
		put_block(&f, i, true, 80);
	}
	ck_assert_uint_gt(refused("tcp port 80", &f, &notes, &note), 300);
	ck_assert_uint_le(notes, 64);
	image_free(&f);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("filter");
	TCase *tc = tcase_create("filter");

	tcase_add_checked_fixture(tc, NULL, scratch_remove);
	tcase_add_loop_test(tc, link_types, 0, 3);
	tcase_add_test(tc, mixed_link_types_in_one_file);
	tcase_add_test(tc, wrong_expressions);
	tcase_add_test(tc, many_link_types);
	suite_add_tcase(suite, tc);
	return run_suite(suite);
}
