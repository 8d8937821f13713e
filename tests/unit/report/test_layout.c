/* Cutting and wrapping by columns. */
#include <locale.h>
#include <stdlib.h>

#include "report/layout.h"
#include "support/run_suite.h"

static void expect_cut(const char *text, size_t width, const char *want)
{
	char out[LAYOUT_CELL_SIZE];

	ck_assert_str_eq(layout_cut(text, width, out, sizeof(out)), want);
}

START_TEST(the_middle_is_cut_out)
{
	expect_cut("abcdefghij", 10, "abcdefghij");
	expect_cut("abcdefghij", 9, "abcd…ghij");
	expect_cut("abcdefghij", 8, "abcd…hij");
	expect_cut("abcdefghij", 2, "a…");
	expect_cut("abcdefghij", 1, "…");
	expect_cut("abcdefghij", 0, "");
	expect_cut("", 5, "");
	/* Two columns each: never half of one. */
	expect_cut("宽字宽字", 8, "宽字宽字");
	expect_cut("宽字宽字", 7, "宽…字");
	expect_cut("bücher.example", 9, "büch…mple");
}
END_TEST

START_TEST(cutting_stays_in_its_buffer)
{
	char small[16];
	char text[400];

	for (size_t i = 0; i + 1 < sizeof(text); i++)
		text[i] = 'x';
	text[sizeof(text) - 1] = '\0';
	layout_cut(text, 300, small, sizeof(small));
	ck_assert_uint_lt(strlen(small), sizeof(small));
}
END_TEST

static char *wrapped(unsigned width, size_t hang, const char *text)
{
	char *out = NULL;
	size_t size;
	struct layout l = {.out = open_memstream(&out, &size), .width = width};

	layout_paragraph(&l, STYLE_PLAIN, hang, "%s", text);
	ck_assert_int_eq(l.error, SL_OK);
	(void)fclose(l.out);
	return out;
}

START_TEST(paragraphs)
{
	static const struct {
		unsigned width;
		size_t hang;
		const char *text, *want;
	} cases[] = {
	    {0, 2, "as wide as it is", "as wide as it is\n"},
	    {10, 0, "aaaa bbbb cccc", "aaaa bbbb\ncccc\n"},
	    {10, 2, "aaaa bbbbb cccc dddd", "aaaa bbbbb\n  cccc\n  dddd\n"},
	    {10, 2, "aaaa bbbbbb cccc", "aaaa\n  bbbbbb\n  cccc\n"},
	    {10, 2, "", "\n"},
	    {10, 0, "aaaaaaaaaaaaaaaaaaaaaaaa", "aaaaaaaaaa\naaaaaaaaaa\naaaa\n"},
	    {10, 2, "x aaaaaaaaaaaaaaaaaa", "x aaaaaaaa\n  aaaaaaaa\n  aa\n"},
	    {10, 2, "xxx aaaaaaaaaaaaaaaaaa", "xxx\n  aaaaaaaa\n  aaaaaaaa\n  aa\n"},
	    /* U+00A0 holds together and comes out as a space. */
	    {10, 0,
	     "aaaa bbb\xc2\xa0"
	     "ccc",
	     "aaaa\nbbb ccc\n"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *got = wrapped(cases[i].width, cases[i].hang, cases[i].text);

		ck_assert_str_eq(got, cases[i].want);
		free(got);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("report/layout");
	TCase *tc = tcase_create("layout");

	(void)setlocale(LC_CTYPE, "C.UTF-8");
	tcase_add_test(tc, the_middle_is_cut_out);
	tcase_add_test(tc, cutting_stays_in_its_buffer);
	tcase_add_test(tc, paragraphs);
	suite_add_tcase(suite, tc);
	return run_suite(suite);
}
