#include "config.h"

#include "files.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/run_suite.h"

#define S INT64_C(1000000000)

static struct seen seen;

/** A pcap file with one packet at each of the seconds, named by @p fill.
 *  @param seconds  -1 ends them */
static const char *taken_at(const char *name, uint8_t fill, const int *seconds)
{
	struct image f = {0};
	const char *path;

	pcap_header(&f, 0xa1b2c3d4, 1);
	for (; *seconds >= 0; seconds++)
		pcap_record(&f, (uint32_t)*seconds, 0, 20, 60, fill);
	path = save(&f, name);
	image_free(&f);
	return path;
}

#define AT(...) ((const int[]){__VA_ARGS__, -1})

/** The order in which packets came, one letter for the file of each. */
static void check_order(const char *expected)
{
	char got[SEEN_PACKETS + 1] = "";

	ck_assert_msg(seen.opened == SL_OK, "%s", seen.error.text);
	for (size_t i = 0; i < seen.packets; i++)
		got[i] = (char)seen.first[i];
	ck_assert_str_eq(got, expected);
}

START_TEST(overlapping_files_are_merged)
{
	const char *a = taken_at("a", 'a', AT(10, 12, 14, 20));
	const char *b = taken_at("b", 'b', AT(11, 12, 13, 30));

	see(&seen, NULL, b, a, NULL);
	check_order("abbaba"
		    "ab");
	ck_assert_str_eq(seen.name[0], a); /* it begins first */
	ck_assert_uint_eq(seen.source[0].packets, 4);
	ck_assert_int_eq(seen.source[0].first_ns, 10 * S);
	ck_assert_int_eq(seen.source[1].last_ns, 30 * S);
	/* At equal times the one named first is first. */
	see(&seen, NULL, a, b, NULL);
	check_order("ababba"
		    "ab");
}
END_TEST

/** The next file begins after the last one has ended: one is open at a time. */
START_TEST(rotated_files_are_opened_one_by_one)
{
	const char *c = taken_at("c", 'c', AT(50, 51, 52));
	const char *a = taken_at("a", 'a', AT(10, 11, 12));
	const char *d = taken_at("d", 'd', AT(60));
	const char *b = taken_at("b", 'b', AT(20, 21, 49));
	int before = open_descriptors();

	see(&seen, NULL, c, a, d, b, NULL);
	check_order("aaabbbcccd");
	ck_assert_int_eq(seen.most_open, before + 1);
	ck_assert_int_eq(open_descriptors(), before);
	see(&seen, NULL, taken_at("e", 'e', AT(10, 70)), c, a, d, b, NULL);
	check_order("eaaabbbcccde");
	ck_assert_int_eq(seen.most_open, before + 2);
}
END_TEST

/** A file is always read in its own order, and does not hold up the others. */
START_TEST(backward_stamps)
{
	const char *a = taken_at("a", 'a', AT(10, 20, 5, 6, 30));
	const char *b = taken_at("b", 'b', AT(15, 25));

	see(&seen, NULL, a, NULL);
	check_order("aaaaa");
	ck_assert_int_eq(seen.packet[2].time_ns, 5 * S);
	ck_assert_int_eq(seen.source[0].first_ns, 5 * S);
	ck_assert_int_eq(seen.source[0].last_ns, 30 * S);
	see(&seen, NULL, a, b, NULL);
	check_order("abaaaba");
}
END_TEST

/** One stamp far in the future does not put off the rest of its file; two are taken for
 *  a pause. */
START_TEST(stamps_far_ahead)
{
	const char *a = taken_at("a", 'a', AT(10, 2000000000, 12, 20));
	const char *b = taken_at("b", 'b', AT(11, 13, 15, 25));

	see(&seen, NULL, a, b, NULL);
	check_order("aabab"
		    "bab");
	a = taken_at("a", 'a', AT(10, 20000, 20001));
	b = taken_at("b", 'b', AT(11, 13, 10000));
	see(&seen, NULL, a, b, NULL);
	check_order("aabbba");
}
END_TEST

START_TEST(one_unreadable_among_several)
{
	const char *a = taken_at("a", 'a', AT(10));

	see(&seen, NULL, in_scratch("missing"), a, NULL);
	check_order("a");
	ck_assert_uint_eq(seen.sources, 2);
	ck_assert_int_eq(seen.source[0].state, SOURCE_OK);
	ck_assert_int_eq(seen.source[1].state, SOURCE_UNREADABLE);
	ck_assert_ptr_nonnull(strstr(seen.source[1].message.text,
				     "missing: cannot be opened: No such file"));
	ck_assert_ptr_null(seen.source[1].format);
	see(&seen, NULL, in_scratch("missing"), NULL);
	ck_assert_int_eq(seen.opened, SL_E_IO);
	ck_assert_ptr_nonnull(strstr(seen.error.text, "No such file"));
}
END_TEST

START_TEST(named_twice)
{
	const char *a = taken_at("a", 'a', AT(10, 11));

	run("ln %s %s", a, in_scratch("same"));
	see(&seen, NULL, a, in_scratch("same"), NULL);
	check_order("aa");
	ck_assert_int_eq(seen.source[1].state, SOURCE_UNREADABLE);
	ck_assert_ptr_nonnull(
	    strstr(seen.source[1].message.text, "is the same file as"));
}
END_TEST

START_TEST(directories)
{
	(void)taken_at("b.anything", 'b', AT(20));
	(void)taken_at("a", 'a', AT(30));
	(void)taken_at(".hidden", 'h', AT(1));
	(void)save_bytes("some text\n", 10, "README");
	(void)save_bytes("", 0, "empty");
	run("mkdir %s; cp %s %s", in_scratch("sub"), in_scratch("a"),
	    in_scratch("sub/c"));
	run("mkfifo %s", in_scratch("fifo"));
	see(&seen, NULL, scratch(), NULL);
	check_order("ba");
	ck_assert_uint_eq(seen.sources, 2);
	ck_assert_uint_eq(seen.notes, 1);
	ck_assert_ptr_nonnull(strstr(seen.note.text, "2 files in it are not captures"));
	/* A damaged capture in a directory is no foreign file. */
	(void)save_bytes("\xd4\xc3\xb2\xa1\x02\x00", 6, "short");
	see(&seen, NULL, scratch(), NULL);
	check_order("ba");
	ck_assert_uint_eq(seen.sources, 3);
	ck_assert_int_eq(seen.source[2].state, SOURCE_UNREADABLE);
}
END_TEST

START_TEST(directories_without_captures)
{
	(void)save_bytes("some text\n", 10, "README");
	see(&seen, NULL, scratch(), NULL);
	ck_assert_int_eq(seen.opened, SL_E_FORMAT);
	ck_assert_ptr_nonnull(
	    strstr(seen.error.text, "is a directory without captures (1 other file;"));
	ck_assert_ptr_nonnull(strstr(seen.error.text, scratch()));
}
END_TEST

/** Put a file, or the reading end of a pipe that a child fills, at descriptor 0. */
static void feed_stdin(const char *path, bool by_pipe)
{
	int ends[2], fd = open(path, O_RDONLY);

	ck_assert_int_ge(fd, 0);
	if (by_pipe) {
		ck_assert_int_eq(pipe(ends), 0);
		if (fork() == 0) {
			char byte;

			(void)close(ends[0]);
			while (read(fd, &byte, 1) == 1)
				if (write(ends[1], &byte, 1) != 1)
					break;
			_exit(0);
		}
		(void)close(ends[1]);
		(void)close(fd);
		fd = ends[0];
	}
	ck_assert_int_eq(dup2(fd, 0), 0);
	(void)close(fd);
}

START_TEST(standard_input)
{
	const char *a = taken_at("a", 'a', AT(10, 12));
	const char *b = taken_at("b", 'b', AT(11, 13));
	const char *packed = in_scratch("packed");

	run("gzip -c %s > %s", a, packed);
	feed_stdin(_i & 2 ? packed : a, _i & 1); /* byte by byte, where a pipe */
	see(&seen, NULL, "-", b, "-", NULL);
	check_order("abab");
	ck_assert_str_eq(seen.name[0], "-");
	ck_assert_int_eq(seen.source[0].state, SOURCE_OK);
	ck_assert_uint_eq(seen.source[0].packets, 2);
	ck_assert(!(_i & 2) == !seen.source[0].compression);
	ck_assert_int_eq(seen.source[2].state, SOURCE_UNREADABLE);
	ck_assert_ptr_nonnull(
	    strstr(seen.source[2].message.text, "standard input: is named twice"));
}
END_TEST

START_TEST(standard_input_is_not_a_capture)
{
	feed_stdin(save_bytes("GET / HTTP/1.1\r\n", 16, "text"), true);
	see(&seen, NULL, "-", NULL);
	ck_assert_int_eq(seen.opened, SL_E_FORMAT);
	ck_assert_ptr_nonnull(strstr(seen.error.text, "standard input: is text"));
}
END_TEST

START_TEST(fifo)
{
	const char *a = taken_at("a", 'a', AT(10, 12, 14));
	const char *named = in_scratch("fifo");

	run("mkfifo %s; cat %s > %s &", named, a, named);
	see(&seen, NULL, named, taken_at("b", 'b', AT(11, 13)), NULL);
	check_order("ababa");
}
END_TEST

/** Cut within a record, a pipe is damaged, however fresh. */
START_TEST(a_pipe_does_not_grow)
{
	const char *a = taken_at("a", 'a', AT(10, 12));

	run("truncate -s -1 %s", a);
	feed_stdin(a, true);
	see(&seen, NULL, "-", NULL);
	check_order("a");
	ck_assert_int_eq(seen.source[0].state, SOURCE_DAMAGED);
}
END_TEST

START_TEST(what_people_take_for_captures)
{
	static const struct {
		const char *bytes;
		size_t len;
		const char *text;
	} files[] = {
	    {"", 0, "is empty"},
	    {"\x7f"
	     "ELF\2\1\1\0\0\0\0\0",
	     12, "is an ELF program"},
	    {"PK\3\4\0\0\0\0\0\0\0\0", 12, "is a zip archive"},
	    {"snoop\0\0\0\0\0\0\2\0\0\0\4", 16, "is a snoop capture"},
	    {"{\"log\":{\"version\":\"1.2\"}}", 25, "is a HAR file"},
	    {" [1, 2, 3, 4, 5, 6]", 19, "is JSON"},
	    {"CLIENT_RANDOM 00112233", 22, "is a TLS key log"},
	    {"\1\2\3\4\5\6\7\x08\x09\x10\x11\x12\x13", 13, "is not a capture"},
	    {"\1\2\3\4\5", 5, "is too short for a capture: 5 bytes"},
	    {"\xd4\xc3\xb2\xa1\2", 5, "is too short for a capture: 5 bytes"},
	    {"\x0a\x0d\x0d\x0a\x1c\0\0\0\x4d\x3c\x2b\x1a", 12, "is too short"},
	};

	see(&seen, NULL, save_bytes(files[_i].bytes, files[_i].len, "odd"), NULL);
	ck_assert_int_ne(seen.opened, SL_OK);
	ck_assert_msg(strstr(seen.error.text, files[_i].text) != NULL, "%s",
		      seen.error.text);
	ck_assert_ptr_nonnull(strstr(seen.error.text, "/odd: "));
}
END_TEST

START_TEST(more_compressed_inputs_than_children)
{
	const char *inputs[17];
	char paths[17][300];
	struct capture_options options = {.inputs = inputs, .input_count = 17};
	const struct capture_source *sources;
	struct capture *c;
	struct packet *p;
	size_t count, packets = 0, refused = 0;

	for (int i = 0; i < 17; i++) {
		(void)snprintf(paths[i], sizeof(paths[i]), "%sz%d", scratch(), i);
		run("gzip -c %s > %s", taken_at("a", 'a', AT(10 + i, 100)), paths[i]);
		inputs[i] = paths[i];
	}
	ck_assert_int_eq(capture_open(&c, &options, NULL), SL_OK);
	while (capture_next(c, &p) == 1)
		packets++;
	sources = capture_sources(c, &count);
	ck_assert_uint_eq(count, 17);
	for (size_t i = 0; i < count; i++)
		refused += sources[i].state == SOURCE_UNREADABLE;
	ck_assert_uint_eq(refused, 1);
	ck_assert_uint_eq(packets, 32);
	ck_assert_ptr_nonnull(strstr(sources[16].message.text, "overlaps in time"));
	capture_free(c);
	ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
}
END_TEST

static void count_calls(void *ctx, uint64_t done, uint64_t total)
{
	uint64_t *last = ctx;

	ck_assert_uint_ge(done, last[0]);
	ck_assert_uint_le(done, total);
	last[0] = done;
	last[1] = total;
	last[2]++;
}

START_TEST(progress)
{
	uint64_t last[3] = {0};
	const char *path = in_scratch("long");
	struct capture_options options = {
	    .inputs = &path,
	    .input_count = 1,
	    .progress = {.tell = count_calls, .ctx = last}};
	struct image f = {0};
	struct capture *c;
	struct packet *p;
	unsigned blocks = 0;

	pcap_header(&f, 0xa1b2c3d4, 1);
	for (unsigned i = 0; i < 8; i++)
		pcap_record(&f, i, 0, 262144, 262144, 1);
	(void)save(&f, "long");
	ck_assert_int_eq(capture_open(&c, &options, NULL), SL_OK);
	while (capture_next(c, &p) == 1)
		if (blocks++ == 4)
			(void)usleep(150000);
	ck_assert_uint_ge(last[2], 1);
	ck_assert_uint_eq(last[1], f.len);
	ck_assert_uint_gt(last[0], 4 * 262144);
	capture_free(c);
	image_free(&f);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("inputs");
	TCase *tc = tcase_create("inputs");

	tcase_add_checked_fixture(tc, NULL, scratch_remove);
	tcase_add_test(tc, overlapping_files_are_merged);
	tcase_add_test(tc, rotated_files_are_opened_one_by_one);
	tcase_add_test(tc, backward_stamps);
	tcase_add_test(tc, stamps_far_ahead);
	tcase_add_test(tc, one_unreadable_among_several);
	tcase_add_test(tc, named_twice);
	tcase_add_test(tc, directories);
	tcase_add_test(tc, directories_without_captures);
	tcase_add_loop_test(tc, standard_input, 0, 4);
	tcase_add_test(tc, standard_input_is_not_a_capture);
	tcase_add_test(tc, fifo);
	tcase_add_test(tc, a_pipe_does_not_grow);
	tcase_add_loop_test(tc, what_people_take_for_captures, 0, 11);
	tcase_add_test(tc, more_compressed_inputs_than_children);
	tcase_add_test(tc, progress);
	suite_add_tcase(suite, tc);
	return run_suite(suite);
}
