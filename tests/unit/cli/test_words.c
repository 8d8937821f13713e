/* What the program says of itself: help, versions, explanations, progress. */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "cli/commands.h"
#include "cli/progress.h"
#include "support/run_suite.h"

static char *text;
static size_t text_size;
static FILE *out;

static void set_up(void)
{
	out = open_memstream(&text, &text_size);
	ck_assert_ptr_nonnull(out);
}

static void tear_down(void)
{
	free(text);
}

static const char *written(void)
{
	ck_assert_int_eq(fclose(out), 0);
	return text;
}

static size_t check_width(const char *p, size_t width)
{
	size_t lines = 0;

	for (; *p; lines++) {
		size_t len = strcspn(p, "\n");

		ck_assert_msg(len <= width, "%zu columns: %.*s", len, (int)len, p);
		p += len + (p[len] == '\n');
	}
	return lines;
}

START_TEST(help_fits_a_screen)
{
	const char *page, *live;
	size_t lines, live_lines;

	help_print(out);
	page = written();
	/* One for files, one for live capture; the prompt takes the last line. */
	live = strstr(page, "\n\n");
	ck_assert_ptr_nonnull(live);
	live_lines = check_width(live + 2, 80);
	lines = check_width(page, 80) - live_lines - 1;
	ck_assert_uint_le(live_lines, 23);
	ck_assert_uint_le(lines, 23);
}
END_TEST

START_TEST(more_help_fits_a_screen)
{
	help_print_more(out);
	ck_assert_uint_le(check_width(written(), 80), 23);
}
END_TEST

START_TEST(help_names_every_option)
{
	const struct option *table = options_table();
	const char *page;

	help_print(out);
	help_print_more(out);
	help_print_night(out);
	page = written();
	for (size_t i = 0; table[i].name; i++) {
		char want[64];

		if (table[i].val < 256)
			(void)snprintf(want, sizeof(want), "  -%c, --%s ", table[i].val,
				       table[i].name);
		else
			(void)snprintf(
			    want, sizeof(want), "      --%s%s", table[i].name,
			    table[i].has_arg == optional_argument ? "[=" : " ");
		ck_assert_msg(strstr(page, want) != NULL, "no `%s`", want);
	}
}
END_TEST

START_TEST(short_help_has_few_examples)
{
	size_t examples = 0;

	help_print_short(out);
	ck_assert_uint_le(check_width(written(), 80), 7);
	for (const char *p = text; (p = strstr(p, "\n  statline ")); p++)
		examples++;
	ck_assert_uint_eq(examples, 3);
}
END_TEST

START_TEST(version_names_the_libraries)
{
	static const char *const names[] = {"statline ", "libpcap ", "jansson ",
					    "libzstd ",  "nettle ",  "libseccomp "};

	help_print_version(out);
	(void)written();
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		ck_assert_msg(strstr(text, names[i]) != NULL, "no %s", names[i]);
}
END_TEST

static enum cli_status explain(const char *word)
{
	return command_explain(&word, 1, 80, out);
}

START_TEST(a_notable_code_is_explained)
{
	static const char *const parts[] = {
	    "413 Content Too Large (formerly ",
	    "\nClass      4xx: ",
	    "\nMeaning    ",
	    "\nOperator   ",
	    "\nTester     ",
	    "\nEvidence   ",
	    "\nReference  RFC 9110",
	};

	ck_assert_int_eq(explain("413"), CLI_DONE);
	(void)check_width(written(), 80);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		ck_assert_msg(strstr(text, parts[i]) != NULL, "no `%s` in\n%s",
			      parts[i], text);
}
END_TEST

START_TEST(other_codes_are_explained)
{
	ck_assert_int_eq(explain("418"), CLI_DONE);
	ck_assert_int_eq(explain("599"), CLI_DONE);
	ck_assert_int_eq(explain("042"), CLI_DONE);
	(void)check_width(written(), 80);
	ck_assert_ptr_nonnull(strstr(text, "599 (not registered)\nClass      5xx: "));
	ck_assert_ptr_nonnull(strstr(text, "042 (not registered)\nClass      other: "));
}
END_TEST

START_TEST(classes_and_the_table)
{
	ck_assert_int_eq(explain("4XX"), CLI_DONE);
	(void)written();
	ck_assert_ptr_nonnull(strstr(text, "\n* 404 Not Found\n"));
	ck_assert_ptr_nonnull(strstr(text, "\n  409 Conflict\n"));
	ck_assert_ptr_null(strstr(text, " 503 "));
	free(text);
	set_up();
	ck_assert_int_eq(command_explain(NULL, 0, 0, out), CLI_DONE);
	(void)check_width(written(), 80);
	ck_assert_ptr_nonnull(strstr(text, "\n* 100 Continue\n"));
	ck_assert_ptr_nonnull(strstr(text, "\n* 503 Service Unavailable\n"));
}
END_TEST

START_TEST(what_is_no_code)
{
	static const char *const words[] = {"abc", "4", "4040", "6xx", "-1", "", "4x4"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		ck_assert_int_eq(explain(words[i]), CLI_USAGE);
	ck_assert_str_eq(written(), "");
}
END_TEST

START_TEST(progress_lines)
{
	char line[256];

	/* A quarter in 5 s: 15 s are left. */
	ck_assert_str_eq(
	    progress_line(1000000000, 4000000000, 5 * NS_PER_S, line, sizeof(line)),
	    "1 GB of 4 GB, 25.0 %, 15 s left");
	ck_assert_str_eq(progress_line(812, 0, NS_PER_S, line, sizeof(line)),
			 "812 B read");
	ck_assert_str_eq(progress_line(0, 100, NS_PER_S, line, sizeof(line)),
			 "0 B of 100 B, 0.0 %");
	/* A file that grows while it is read. */
	ck_assert_str_eq(progress_line(101, 100, NS_PER_S, line, sizeof(line)),
			 "101 B read");
}
END_TEST

START_TEST(progress_is_silent_at_first_and_leaves_nothing)
{
	struct progress p;

	progress_start(&p, out);
	progress_tell(&p, 1, 2);
	progress_end(&p);
	ck_assert_int_eq(fflush(out), 0);
	ck_assert_uint_eq(text_size, 0);
	p.started_ns -= 2 * NS_PER_S;
	progress_tell(&p, 1, 2);
	progress_end(&p);
	(void)written();
	ck_assert_ptr_nonnull(strstr(text, "1 B of 2 B, 50.0 %"));
	ck_assert_str_eq(text + strlen(text) - 4, "\r\033[K");
	progress_start(&p, NULL);
	progress_tell(&p, 1, 2);
	progress_end(&p);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("cli/words");
	TCase *tc = tcase_create("words");

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_test(tc, help_fits_a_screen);
	tcase_add_test(tc, more_help_fits_a_screen);
	tcase_add_test(tc, help_names_every_option);
	tcase_add_test(tc, short_help_has_few_examples);
	tcase_add_test(tc, version_names_the_libraries);
	tcase_add_test(tc, a_notable_code_is_explained);
	tcase_add_test(tc, other_codes_are_explained);
	tcase_add_test(tc, classes_and_the_table);
	tcase_add_test(tc, what_is_no_code);
	tcase_add_test(tc, progress_lines);
	tcase_add_test(tc, progress_is_silent_at_first_and_leaves_nothing);
	suite_add_tcase(suite, tc);
	return run_suite(suite);
}
