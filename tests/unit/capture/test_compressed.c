#include "config.h"

#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "capture/access.h"
#include "capture/channel.h"
#include "capture/decompress.h"
#include "capture/sniff.h"
#include "support/run_suite.h"

static struct seen seen;

static const struct {
	const char *name;
	const char *command;
} programs[] = {
    {"gzip", "gzip -c"}, {"zstd", "zstd -q -c"},   {"lz4", "lz4 -q -c -B4"},
    {"xz", "xz -c"},     {"bzip2", "bzip2 -c -1"}, {"lz4", "lz4 -q -c -l"},
};
#define PROGRAMS (int)(sizeof(programs) / sizeof(*programs))

/** No child of ours is left, dead or alive. */
static void no_children(void)
{
	ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
	ck_assert_int_eq(errno, ECHILD);
}

/** Enough that several pipes' worth comes out, and does not all compress away. */
static const char *plain(unsigned packets)
{
	struct image f = {0};
	const char *path;

	pcap_header(&f, 0xa1b2c3d4, 1);
	for (unsigned i = 0; i < packets; i++)
		pcap_record(&f, i, i * 7919, 20 + i % 64, 1500, (uint8_t)(i * 31));
	path = save(&f, "plain");
	image_free(&f);
	return path;
}

static bool installed(int program)
{
	char command[64];

	(void)snprintf(command, sizeof(command), "command -v %s >/dev/null",
		       programs[program].name);
	return system(command) == 0;
}

START_TEST(each_kind)
{
	const char *path = plain(5000);
	const char *packed = in_scratch("named-at-random.txt");
	struct capture_source before;

	if (!installed(_i))
		return;
	see(&seen, NULL, path, NULL);
	before = seen.source[0];
	ck_assert_uint_eq(seen.packets, 5000);
	run("%s %s > %s", programs[_i].command, path, packed);
	see(&seen, NULL, packed, NULL);
	ck_assert_msg(seen.opened == SL_OK, "%s", seen.error.text);
	ck_assert_msg(seen.source[0].state == SOURCE_OK, "%s",
		      seen.source[0].message.text);
	ck_assert_uint_eq(seen.packets, 5000);
	ck_assert_str_eq(seen.source[0].compression, programs[_i].name);
	ck_assert_str_eq(seen.source[0].format, "pcap");
	ck_assert_mem_eq(seen.source[0].id, before.id, 32);
	ck_assert_uint_eq(seen.source[0].bytes, before.bytes);
	no_children();
	/* Members behind each other are one stream: cut the file in two. */
	run("head -c 9999 %s | %s > %s; tail -c +10000 %s | %s >> %s", path,
	    programs[_i].command, packed, path, programs[_i].command, packed);
	see(&seen, NULL, packed, NULL);
	ck_assert_msg(seen.source[0].state == SOURCE_OK, "%s",
		      seen.source[0].message.text);
	ck_assert_uint_eq(seen.packets, 5000);
	no_children();
}
END_TEST

/** The frames of lz4, old and new, and those to be passed over, which zstd has too:
 *  behind each other, as `lz4 -dc` takes them. */
START_TEST(frames_of_lz4)
{
	static const char *const orders[] = {"on", "no", "osn", "son", "sn", "nso"};
	const char *path = plain(5000), *packed = in_scratch("packed");
	size_t at = 1, step = 1 + (24 + 5000 * 100) / strlen(orders[_i]);

	if (!installed(2))
		return;
	run("rm -f %s", packed);
	for (const char *p = orders[_i]; *p; p++) {
		if (*p == 's') {
			run("printf 'S\\052M\\030\\002\\000\\000\\000xx' >> %s",
			    packed);
			continue;
		}
		run("tail -c +%zu %s | head -c %zu | lz4 -q -c %s >> %s", at, path,
		    p[1] ? step : SIZE_MAX / 4, *p == 'o' ? "-l" : "", packed);
		at += step;
	}
	run("lz4 -dc %s 2>/dev/null | cmp - %s", packed, path);
	see(&seen, NULL, packed, NULL);
	ck_assert_msg(seen.source[0].state == SOURCE_OK, "%s",
		      seen.source[0].message.text);
	ck_assert_uint_eq(seen.packets, 5000);
}
END_TEST

/** Cut, or with a byte changed: what came out counts, and the file is damaged. */
START_TEST(damage)
{
	const char *path = plain(20000);
	const char *packed = in_scratch("packed"), *cut = in_scratch("cut");

	if (!installed(_i))
		return;
	run("%s %s > %s", programs[_i].command, path, packed);
	run("head -c $(($(stat -c %%s %s) * 3 / 4)) %s > %s", packed, packed, cut);
	see(&seen, NULL, cut, NULL);
	if (seen.opened == SL_OK) {
		ck_assert_uint_lt(seen.packets, 20000);
		ck_assert_int_eq(seen.source[0].state, SOURCE_DAMAGED);
		ck_assert_uint_gt(strlen(seen.source[0].message.text), 20);
	}
	no_children();
	run("head -c 10 %s > %s", packed, cut);
	see(&seen, NULL, cut, NULL);
	ck_assert_int_ne(seen.opened, SL_OK);
	no_children();
}
END_TEST

/** Of a cut file everything counts that its program would give, however little it is:
 *  of gzip and xz a part of the first block, of the others whole blocks. */
START_TEST(cut_short)
{
	static const struct {
		int program;
		unsigned packets;
	} cases[] = {{0, 300}, {3, 300}, {1, 20000}, {2, 20000}, {4, 20000}};
	const char *path = plain(cases[_i].packets);
	const char *packed = in_scratch("packed"), *cut = in_scratch("cut");
	const char *name = programs[cases[_i].program].name;
	size_t truth;

	if (!installed(cases[_i].program))
		return;
	run("%s %s > %s", programs[cases[_i].program].command, path, packed);
	run("head -c $(($(stat -c %%s %s) * 3 / 4)) %s > %s", packed, packed, cut);
	/* What the program gives, read as a file of its own. */
	run("%s -dc %s > %s.plain 2>/dev/null || true", name, cut, cut);
	see(&seen, NULL, in_scratch("cut.plain"), NULL);
	truth = seen.packets;
	ck_assert_uint_gt(truth, 20);
	see(&seen, NULL, cut, NULL);
	ck_assert_int_eq(seen.opened, SL_OK);
	ck_assert_uint_ge(seen.packets, truth);
	ck_assert_uint_lt(seen.packets, cases[_i].packets);
	ck_assert_int_eq(seen.source[0].state, SOURCE_DAMAGED);
	ck_assert_ptr_nonnull(strstr(seen.source[0].message.text, "truncated"));
	no_children();
}
END_TEST

/** As it is where files are copied in whole blocks. */
START_TEST(padding_after_the_end)
{
	static const int padded[] = {0, 1, 2, 3, 4};
	const char *packed = in_scratch("packed");

	if (!installed(padded[_i]))
		return;
	run("(%s; head -c 512 /dev/zero) < %s > %s", programs[padded[_i]].command,
	    plain(300), packed);
	see(&seen, NULL, packed, NULL);
	ck_assert_int_eq(seen.opened, SL_OK);
	ck_assert_uint_eq(seen.packets, 300);
	ck_assert_msg(seen.source[0].state == SOURCE_OK, "%s",
		      seen.source[0].message.text);
	no_children();
}
END_TEST

/** What stands behind padding is not lost: The .xz File Format, section 2.2, allows it
 *  between streams. */
START_TEST(padding_between)
{
	const char *path = plain(300);
	const char *packed = in_scratch("packed");
	const char *command = programs[_i].command;

	if (!installed(_i))
		return;
	run("(head -c 9999 %s | %s; head -c 4 /dev/zero; tail -c +10000 %s | %s) > %s",
	    path, command, path, command, packed);
	see(&seen, NULL, packed, NULL);
	ck_assert_int_eq(seen.opened, SL_OK);
	ck_assert_msg(seen.source[0].state == SOURCE_OK, "%s",
		      seen.source[0].message.text);
	ck_assert_uint_eq(seen.packets, 300);
	no_children();
}
END_TEST

/** A content checksum that is wrong is said; what it is of counts. */
START_TEST(wrong_checksum)
{
	/* Where it stands before the end of the file: gzip has a length behind it. */
	static const struct {
		int program;
		int from_end;
	} cases[] = {{0, 5}, {1, 1}, {2, 1}};
	const char *packed = in_scratch("packed");
	int program = cases[_i].program;

	if (!installed(program))
		return;
	run("%s < %s > %s", programs[program].command, plain(300), packed);
	run("at=$(($(stat -c %%s %s) - %d)); b=$(od -An -tu1 -j $at -N 1 %s); "
	    "printf \"\\\\$(printf %%o $((b ^ 1)))\" | "
	    "dd of=%s bs=1 seek=$at conv=notrunc status=none",
	    packed, cases[_i].from_end, packed, packed);
	see(&seen, NULL, packed, NULL);
	ck_assert_int_eq(seen.opened, SL_OK);
	ck_assert_uint_eq(seen.packets, 300);
	ck_assert_int_eq(seen.source[0].state, SOURCE_DAMAGED);
	no_children();
}
END_TEST

START_TEST(what_is_inside)
{
	const char *packed = in_scratch("packed");

	run("printf '' | gzip > %s", packed);
	see(&seen, NULL, packed, NULL);
	ck_assert_int_eq(seen.opened, SL_E_FORMAT);
	ck_assert_ptr_nonnull(strstr(seen.error.text, "once decompressed, is empty"));
	run("echo a line of a log | gzip > %s", packed);
	see(&seen, NULL, packed, NULL);
	ck_assert_int_eq(seen.opened, SL_E_FORMAT);
	ck_assert_ptr_nonnull(strstr(seen.error.text, "once decompressed, is text"));
	run("tar -C / -czf %s etc/passwd", packed);
	see(&seen, NULL, packed, NULL);
	ck_assert_ptr_nonnull(strstr(seen.error.text, "tar archive"));
	run("gzip < %s | bzip2 > %s", plain(1), packed);
	see(&seen, NULL, packed, NULL);
	ck_assert_ptr_nonnull(strstr(seen.error.text, "compressed twice"));
	run("gzip < %s > %s", plain(0), packed);
	see(&seen, NULL, packed, NULL);
	ck_assert_int_eq(seen.opened, SL_OK);
	ck_assert_uint_eq(seen.packets, 0);
	no_children();
}
END_TEST

/** A dictionary of 1.5 GiB is refused before any of it is had. */
START_TEST(xz_that_wants_too_much)
{
	const char *packed = in_scratch("packed");

	if (!installed(3))
		return;
	/* The header is all that matters; the program would need 15 GB to write it. */
	run("xz --lzma2=preset=0,dict=64MiB -c %s > %s", plain(10), packed);
	see(&seen, NULL, packed, NULL);
	ck_assert_msg(seen.opened == SL_OK, "%s", seen.error.text);
	ck_assert_uint_eq(seen.packets, 10);
	/* 12 bytes of stream header, size, flags, LZMA2's number and size, 37: 1.5 GiB.
	 */
	run("printf '\\045' | dd of=%s bs=1 seek=16 conv=notrunc status=none", packed);
	see(&seen, NULL, packed, NULL);
	ck_assert_int_eq(seen.opened, SL_E_LIMIT);
	ck_assert_ptr_nonnull(strstr(seen.error.text, "dictionary of 1536 MiB"));
	ck_assert_ptr_nonnull(strstr(seen.error.text, "the limit is 128 MiB"));
	ck_assert_ptr_nonnull(strstr(seen.error.text, "xz -d"));
	no_children();
}
END_TEST

START_TEST(zstd_that_wants_too_much)
{
	const char *packed = in_scratch("packed");

	if (!installed(1))
		return;
	run("zstd -q -1 --long=31 -c < %s > %s", plain(10), packed);
	see(&seen, NULL, packed, NULL);
	ck_assert_int_eq(seen.opened, SL_E_LIMIT);
	ck_assert_ptr_nonnull(strstr(seen.error.text, "window of 2048 MiB"));
	run("zstd -q -1 --long=27 -c < %s > %s", plain(10), packed);
	see(&seen, NULL, packed, NULL);
	ck_assert_msg(seen.opened == SL_OK, "%s", seen.error.text);
	ck_assert_uint_eq(seen.packets, 10);
}
END_TEST

/** RFC 8878 section 3.1.1.1.2: 1 KiB << exponent, and eighths of it. */
START_TEST(zstd_headers)
{
	static const struct {
		const char *bytes;
		size_t len;
		uint64_t window;
	} headers[] = {
	    {"\x28\xb5\x2f\xfd\x00\x00", 6, 1024},
	    {"\x28\xb5\x2f\xfd\x00\x57", 6, 1024 * 1024 * 15 / 8},
	    {"\x28\xb5\x2f\xfd\x00\xff", 6, UINT64_C(15) << 38},
	    {"\x28\xb5\x2f\xfd\x20\x07", 6, 7},
	    {"\x28\xb5\x2f\xfd\x61\xff\x01\x00", 8, 257},
	    {"\x28\xb5\x2f\xfd\xa0\x00\x00\x00\x10", 9, 0x10000000},
	    {"\x28\xb5\x2f\xfd\x00", 5, 0},
	};

	for (size_t i = 0; i < sizeof(headers) / sizeof(*headers); i++)
		ck_assert_uint_eq(compressed_window(FILE_ZSTD,
						    (const uint8_t *)headers[i].bytes,
						    headers[i].len),
				  headers[i].window);
}
END_TEST

/** Closing in the middle ends the child, too. */
START_TEST(closed_in_the_middle)
{
	const char *packed = in_scratch("packed");
	struct capture_options options = {.inputs = &packed, .input_count = 1};
	struct capture *c;
	struct packet *p;
	int before = open_descriptors();

	run("gzip -1 < %s > %s", plain(100000), packed);
	ck_assert_int_eq(capture_open(&c, &options, NULL), SL_OK);
	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(capture_next(c, &p), 1);
	capture_free(c);
	no_children();
	ck_assert_int_eq(open_descriptors(), before);
}
END_TEST

static int lying_spawn(void *ctx, enum file_kind kind, int fd, int memory,
		       size_t prefix_len, struct access_child *out)
{
	static const uint32_t zero = 0;
	int filled[2], emptied = eventfd(2, EFD_SEMAPHORE);

	(void)ctx;
	(void)kind;
	(void)fd;
	(void)prefix_len;
	ck_assert_int_eq(pipe(filled), 0);
	out->pid = fork();
	if (out->pid == 0) {
		struct channel c = {.memory = memory,
				    .slots = 2,
				    .filled = filled[1],
				    .emptied = emptied};

		(void)channel_write(&c, "twelve bytes", 12);
		(void)!write(filled[1], &zero, sizeof(zero));
		for (;;)
			(void)pause();
	}
	(void)close(filled[1]);
	out->filled = filled[0];
	out->emptied = emptied;
	return 0;
}

/** A child that says what cannot be, and lives on: it is ended, and not waited for. */
START_TEST(lying_child)
{
	const char *packed = in_scratch("packed");
	struct access access = *access_direct();
	struct capture_options options = {
	    .inputs = &packed, .input_count = 1, .access = &access};
	struct errbuf eb;
	struct capture *c;

	access.spawn = lying_spawn;
	run("gzip -1 < %s > %s", plain(10), packed);
	ck_assert_int_eq(capture_open(&c, &options, &eb), SL_E_IO);
	ck_assert_ptr_nonnull(strstr(eb.text, "cannot be read"));
	no_children();
}
END_TEST

/** What comes out of half a file is there before the rest has come. */
START_TEST(nothing_is_kept_back)
{
	static char bytes[65536];
	const char *packed = in_scratch("packed");
	struct channel_set *set = channel_set_new(0);
	struct decompressor *d;
	struct errbuf eb;
	size_t got = 0;
	int ends[2];
	FILE *f;

	run("gzip -1 < %s > %s", plain(2000), packed);
	f = fopen(packed, "rb");
	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(fread(bytes, 1, 8192, f), 8192);
	(void)fclose(f);
	ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
	ck_assert_int_eq(write(ends[1], bytes + 100, 8092), 8092);
	ck_assert_int_eq(decompress_start(&d, access_direct(), set, FILE_GZIP, ends[0],
					  (const uint8_t *)bytes, 100, &eb),
			 SL_OK);
	while (got < 8192) {
		ssize_t n = channel_read(decompress_output(d), bytes, sizeof(bytes));

		ck_assert_int_gt(n, 0);
		got += (size_t)n;
	}
	decompress_free(d);
	channel_set_free(set);
	(void)close(ends[0]);
	(void)close(ends[1]);
	no_children();
}
END_TEST

/** A child killed from outside is damage, and no endless wait. */
START_TEST(killed_child)
{
	const char *packed = in_scratch("packed");
	struct capture_options options = {.inputs = &packed, .input_count = 1};
	const struct capture_source *source;
	struct capture *c;
	struct packet *p;
	size_t count;
	FILE *children;
	char line[64];
	int child;

	run("gzip -1 < %s > %s", plain(300000), packed);
	ck_assert_int_eq(capture_open(&c, &options, NULL), SL_OK);
	children = fopen("/proc/thread-self/children", "r");
	ck_assert_ptr_nonnull(children);
	ck_assert_ptr_nonnull(fgets(line, sizeof(line), children));
	child = (int)strtol(line, NULL, 10);
	ck_assert_int_gt(child, 1);
	(void)fclose(children);
	ck_assert_int_eq(kill(child, SIGKILL), 0);
	while (capture_next(c, &p) == 1)
		;
	source = capture_sources(c, &count);
	ck_assert_int_eq(source->state, SOURCE_DAMAGED);
	ck_assert_ptr_nonnull(strstr(source->message.text, "signal 9"));
	capture_free(c);
	no_children();
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("compressed");
	TCase *tc = tcase_create("compressed");

	tcase_add_checked_fixture(tc, NULL, scratch_remove);
	tcase_add_loop_test(tc, each_kind, 0, PROGRAMS);
	tcase_add_loop_test(tc, frames_of_lz4, 0, 6);
	tcase_add_loop_test(tc, damage, 0, PROGRAMS);
	tcase_add_loop_test(tc, cut_short, 0, 5);
	tcase_add_loop_test(tc, padding_after_the_end, 0, 5);
	tcase_add_loop_test(tc, padding_between, 0, 5);
	tcase_add_loop_test(tc, wrong_checksum, 0, 3);
	tcase_add_test(tc, what_is_inside);
	tcase_add_test(tc, xz_that_wants_too_much);
	tcase_add_test(tc, zstd_that_wants_too_much);
	tcase_add_test(tc, zstd_headers);
	tcase_add_test(tc, closed_in_the_middle);
	tcase_add_test(tc, killed_child);
	tcase_add_test(tc, lying_child);
	tcase_add_test(tc, nothing_is_kept_back);
	suite_add_tcase(suite, tc);
	return run_suite(suite);
}
