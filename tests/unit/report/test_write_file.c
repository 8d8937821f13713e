/* Files appear whole or not at all. */
#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fake_tally.h"
#include "support/run_suite.h"

static char directory[] = "/tmp/statline-test-XXXXXX";
static char path[sizeof(directory) + 32];
static struct sketch sketch;

static void set_up(void)
{
	memcpy(directory + sizeof(directory) - 7, "XXXXXX", 6);
	ck_assert_ptr_nonnull(mkdtemp(directory));
	(void)snprintf(path, sizeof(path), "%s/report.csv", directory);
	sketch_make(&sketch);
}

/* Entries of the directory, which are removed. */
static unsigned clear(void)
{
	DIR *d = opendir(directory);
	struct dirent *entry;
	unsigned n = 0;

	ck_assert_ptr_nonnull(d);
	while ((entry = readdir(d))) {
		if (entry->d_name[0] == '.')
			continue;
		n++;
		ck_assert_int_eq(unlinkat(dirfd(d), entry->d_name, 0), 0);
	}
	closedir(d);
	return n;
}

static void tear_down(void)
{
	(void)clear();
	(void)rmdir(directory);
	sketch_free(&sketch);
}

static enum sl_err write_to(const char *to, struct errbuf *eb)
{
	eb->text[0] = '\0';
	return report_write_file(&sketch.report, &sketch.options,
				 report_writer_named("csv"), to, eb);
}

START_TEST(a_new_file)
{
	struct errbuf eb;
	struct stat st;

	umask(027);
	ck_assert_int_eq(write_to(path, &eb), SL_OK);
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_int_eq(st.st_mode & 0777, 0640);
	ck_assert_int_gt(st.st_size, 500);
	ck_assert_uint_eq(clear(), 1);
}
END_TEST

START_TEST(an_old_file_is_replaced_through_its_link)
{
	char link[sizeof(path)];
	struct errbuf eb;
	struct stat before, after;
	int fd = open(path, O_CREAT | O_WRONLY, 0600);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, "old", 3), 3);
	close(fd);
	(void)snprintf(link, sizeof(link), "%s/link.csv", directory);
	ck_assert_int_eq(symlink("report.csv", link), 0);
	ck_assert_int_eq(stat(path, &before), 0);
	ck_assert_int_eq(write_to(link, &eb), SL_OK);
	ck_assert_int_eq(lstat(link, &after), 0);
	ck_assert(S_ISLNK(after.st_mode));
	ck_assert_int_eq(stat(path, &after), 0);
	ck_assert_int_gt(after.st_size, 500);
	ck_assert_uint_ne(before.st_ino, after.st_ino);
	ck_assert_uint_eq(clear(), 2);
}
END_TEST

START_TEST(what_cannot_be_written_is_named)
{
	struct errbuf eb;
	char missing[sizeof(path) + 8];

	(void)snprintf(missing, sizeof(missing), "%s/no/r.csv", directory);
	ck_assert_int_eq(write_to(missing, &eb), SL_E_IO);
	ck_assert_ptr_nonnull(strstr(eb.text, missing));
	ck_assert_ptr_nonnull(strstr(eb.text, "No such file or directory"));
	ck_assert_int_eq(write_to(directory, &eb), SL_E_IO);
	ck_assert_ptr_nonnull(strstr(eb.text, "Is a directory"));
	ck_assert_int_eq(write_to("/dev/full", &eb), SL_E_IO);
	ck_assert_ptr_nonnull(
	    strstr(eb.text, "/dev/full: cannot be written: No space"));
	ck_assert_uint_eq(clear(), 0);
}
END_TEST

static enum sl_err fail_half_way(const struct report *r, const struct report_options *o,
				 FILE *out)
{
	(void)r;
	(void)o;
	(void)fputs("half", out);
	return SL_E_NOMEM;
}

START_TEST(half_a_file_is_none)
{
	const struct report_writer broken = {"broken", ".x", fail_half_way};
	struct errbuf eb;

	ck_assert_int_eq(write_to(path, &eb), SL_OK);
	ck_assert_int_eq(
	    report_write_file(&sketch.report, &sketch.options, &broken, path, &eb),
	    SL_E_NOMEM);
	ck_assert_ptr_nonnull(strstr(eb.text, path));
	/* The old one is still there, and nothing else. */
	ck_assert_int_eq(access(path, R_OK), 0);
	ck_assert_uint_eq(clear(), 1);
}
END_TEST

START_TEST(names_find_their_writers)
{
	ck_assert_str_eq(report_writer_for_file("a/b.json")->name, "json");
	ck_assert_str_eq(report_writer_for_file("b.csv")->name, "csv");
	ck_assert_str_eq(report_writer_for_file("b.json.txt")->name, "text");
	ck_assert_ptr_null(report_writer_for_file("json"));
	ck_assert_ptr_null(report_writer_for_file("-"));
	ck_assert_ptr_null(report_writer_for_file(".csv")); /* a hidden file */
	ck_assert_ptr_null(report_writer_named("xml"));
	ck_assert_str_eq(report_writer_for_file("n.html")->name, "html");
	ck_assert_ptr_null(report_writer_at(4));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("report/write_file");
	TCase *tc = tcase_create("write_file");

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_test(tc, a_new_file);
	tcase_add_test(tc, an_old_file_is_replaced_through_its_link);
	tcase_add_test(tc, what_cannot_be_written_is_named);
	tcase_add_test(tc, half_a_file_is_none);
	tcase_add_test(tc, names_find_their_writers);
	suite_add_tcase(suite, tc);
	return run_suite(suite);
}
