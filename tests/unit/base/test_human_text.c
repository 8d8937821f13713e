#include <locale.h>
#include <stdbool.h>
#include <string.h>

#include "base/human.h"
#include "support/run_suite.h"

/** What human_text() makes of a literal, zeros inside it included. */
#define TEXT(literal) human_text("" literal, sizeof(literal) - 1, out, sizeof(out))

START_TEST(printable_text_stays)
{
	static const char *const texts[] = {
	    "",
	    "www.example.test",
	    "/a b?c=%20\\x",
	    "~",
	    "caf\xc3\xa9",
	    "\xe6\x97\xa5\xe6\x9c\xac", /* Japan */
	    "\xf0\x9f\x98\x80",         /* U+1F600 */
	    "\xd7\x90\xd7\x91",         /* Hebrew letters */
	    "e\xcc\x81",                /* a combining accent */
	};
	char out[256];

	ck_assert_str_eq(human_text(texts[_i], strlen(texts[_i]), out, sizeof(out)),
			 texts[_i]);
}
END_TEST

START_TEST(control_bytes_are_escaped)
{
	char out[256];

	ck_assert_str_eq(TEXT("a\0b"), "a\\x00b");
	ck_assert_str_eq(TEXT("\x1b[31m"), "\\x1b[31m");
	ck_assert_str_eq(TEXT("a\r\n\tb"), "a\\x0d\\x0a\\x09b");
	ck_assert_str_eq(TEXT("\x7f"), "\\x7f");
	ck_assert_str_eq(TEXT("\x9b"
			      "31m"),
			 "\\x9b31m"); /* CSI in 8 bits */
	ck_assert_str_eq(TEXT("\xc2\x9b"
			      "31m"),
			 "\\xc2\\x9b31m"); /* CSI, U+009B */
}
END_TEST

START_TEST(bidi_and_invisible_characters_are_escaped)
{
	static const struct {
		const char *utf8, *text;
	} cases[] = {
	    {"\xd8\x9c", "\\xd8\\x9c"},                   /* U+061C */
	    {"\xe2\x80\x8b", "\\xe2\\x80\\x8b"},          /* U+200B */
	    {"\xe2\x80\x8e", "\\xe2\\x80\\x8e"},          /* U+200E */
	    {"\xe2\x80\x8f", "\\xe2\\x80\\x8f"},          /* U+200F */
	    {"\xe2\x80\xa8", "\\xe2\\x80\\xa8"},          /* U+2028 */
	    {"\xe2\x80\xa9", "\\xe2\\x80\\xa9"},          /* U+2029 */
	    {"\xe2\x80\xaa", "\\xe2\\x80\\xaa"},          /* U+202A */
	    {"\xe2\x80\xae", "\\xe2\\x80\\xae"},          /* U+202E */
	    {"\xe2\x81\xa6", "\\xe2\\x81\\xa6"},          /* U+2066 */
	    {"\xe2\x81\xa9", "\\xe2\\x81\\xa9"},          /* U+2069 */
	    {"\xef\xbb\xbf", "\\xef\\xbb\\xbf"},          /* U+FEFF */
	    {"\xef\xb7\x90", "\\xef\\xb7\\x90"},          /* U+FDD0 */
	    {"\xef\xbf\xbe", "\\xef\\xbf\\xbe"},          /* U+FFFE */
	    {"\xf4\x8f\xbf\xbf", "\\xf4\\x8f\\xbf\\xbf"}, /* U+10FFFF */
	    {"\xf3\xa0\x81\x81", "\\xf3\\xa0\\x81\\x81"}, /* U+E0041, a tag */
	};
	char out[256];

	ck_assert_str_eq(
	    human_text(cases[_i].utf8, strlen(cases[_i].utf8), out, sizeof(out)),
	    cases[_i].text);
}
END_TEST

/* The neighbours of what is escaped stay: ranges are not too wide. */
START_TEST(neighbours_of_the_ranges_stay)
{
	static const char *const texts[] = {
	    "\xc2\xa0",     "\xe2\x80\x8a", /* U+00A0, U+200A */
	    "\xe2\x80\x90", "\xe2\x80\xaf", /* U+2010, U+202F */
	    "\xe2\x81\xb0", "\xef\xbf\xbd", /* U+2070, U+FFFD */
	};
	char out[64];

	ck_assert_str_eq(human_text(texts[_i], strlen(texts[_i]), out, sizeof(out)),
			 texts[_i]);
}
END_TEST

/* RFC 3629: section 3 (no surrogates, nothing over U+10FFFF), section 4 (shortest
 * form), section 10 (C0 80, and 2F C0 AE 2E 2F). */
START_TEST(broken_utf8_is_escaped)
{
	char out[256];

	ck_assert_str_eq(TEXT("\xc0\x80"), "\\xc0\\x80");
	ck_assert_str_eq(TEXT("\x2f\xc0\xae\x2e\x2f"), "/\\xc0\\xae./");
	ck_assert_str_eq(TEXT("\xe0\x9f\xbf"), "\\xe0\\x9f\\xbf");
	ck_assert_str_eq(TEXT("\xf0\x8f\xbf\xbf"), "\\xf0\\x8f\\xbf\\xbf");
	ck_assert_str_eq(TEXT("\xed\xa0\x80"), "\\xed\\xa0\\x80");
	ck_assert_str_eq(TEXT("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80");
	ck_assert_str_eq(TEXT("\xf5\x80\x80\x80"), "\\xf5\\x80\\x80\\x80");
	ck_assert_str_eq(TEXT("\x80"), "\\x80");
	ck_assert_str_eq(TEXT("\xff"), "\\xff");
	ck_assert_str_eq(TEXT("\xe6\x97"), "\\xe6\\x97");
	ck_assert_str_eq(TEXT("\xe6"
			      "A"),
			 "\\xe6"
			 "A");
	ck_assert_str_eq(TEXT("\xc3\xc3\xa9"), "\\xc3\xc3\xa9");
}
END_TEST

START_TEST(text_is_cut_between_characters)
{
	const char *text = "a\xc3\xa9\x01z";
	const char *const want[] = {"",
				    "",
				    "a",
				    "a",
				    "a\xc3\xa9",
				    "a\xc3\xa9",
				    "a\xc3\xa9",
				    "a\xc3\xa9",
				    "a\xc3\xa9\\x01",
				    "a\xc3\xa9\\x01z"};
	char out[16];

	for (size_t size = 1; size < 10; size++) {
		memset(out, '!', sizeof(out));
		ck_assert_str_eq(human_text(text, strlen(text), out, size), want[size]);
		ck_assert_int_eq(out[size], '!');
	}
	out[0] = '!';
	(void)human_text(text, strlen(text), out, 0);
	ck_assert_int_eq(out[0], '!');
	ck_assert_str_eq(human_text(NULL, 0, out, sizeof(out)), "");
}
END_TEST

/** Whether @p text is UTF-8 without control characters. */
static bool is_harmless(const char *text)
{
	size_t n;
	uint32_t cp;

	for (size_t left = strlen(text); left > 0; left -= n, text += n) {
		n = utf8_next(text, left, &cp);
		if (n == 0 || cp < 0x20 || (cp >= 0x7f && cp < 0xa0))
			return false;
	}
	return true;
}

/* Whatever the bytes are, what comes out is harmless and says something. */
START_TEST(any_two_bytes_give_harmless_text)
{
	char in[2], out[HUMAN_TEXT_SIZE(2)];
	unsigned wrong = 0;

	for (unsigned a = 0; a < 0x10000; a++) {
		in[0] = (char)(a >> 8);
		in[1] = (char)(a & 0xff);
		(void)human_text(in, 2, out, sizeof(out));
		wrong += strlen(out) < 2 || !is_harmless(out);
	}
	ck_assert_uint_eq(wrong, 0);
}
END_TEST

/** Encode by the table of RFC 3629 section 3.
 *  @return bytes written */
static size_t encode(uint32_t cp, char out[4])
{
	size_t n = cp < 0x80 ? 1 : cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;

	out[0] = (char)(n == 1 ? cp : (0xf00U >> n & 0xffU) | cp >> 6 * (n - 1));
	for (size_t i = 1; i < n; i++)
		out[i] = (char)(0x80 | (cp >> 6 * (n - 1 - i) & 0x3f));
	return n;
}

static bool decodes(uint32_t cp)
{
	char bytes[4];
	size_t n = encode(cp, bytes);
	uint32_t got = UINT32_MAX;

	if (cp >= 0xd800 && cp < 0xe000)
		return utf8_next(bytes, n, &got) == 0;
	if (n > 1 && utf8_next(bytes, n - 1, &got) != 0)
		return false;
	return utf8_next(bytes, n, &got) == n && got == cp;
}

/* One assertion at the end: each one of Check costs a write to a pipe. */
START_TEST(every_character_decodes)
{
	uint32_t wrong = 0;

	for (uint32_t cp = 0; cp < 0x110000; cp++)
		wrong += !decodes(cp);
	ck_assert_uint_eq(wrong, 0);
}
END_TEST

START_TEST(width_counts_columns)
{
	ck_assert_uint_eq(human_width(""), 0);
	ck_assert_uint_eq(human_width("abc"), 3);
	ck_assert_uint_eq(human_width("caf\xc3\xa9"), 4);
	ck_assert_uint_eq(human_width("a\xff"), 2);
	/* Without a locale a character is a column. */
	ck_assert_uint_eq(human_width("\xe6\x97\xa5\xe6\x9c\xac"), 2);
	ck_assert_ptr_nonnull(setlocale(LC_ALL, "C.UTF-8"));
	ck_assert_uint_eq(human_width("\xe6\x97\xa5\xe6\x9c\xac"), 4);
	ck_assert_uint_eq(human_width("caf\xc3\xa9"), 4);
	ck_assert_uint_eq(human_width("e\xcc\x81"), 1);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("base/human_text");
	TCase *t = tcase_create("human_text");

	tcase_add_loop_test(t, printable_text_stays, 0, 9);
	tcase_add_test(t, control_bytes_are_escaped);
	tcase_add_loop_test(t, bidi_and_invisible_characters_are_escaped, 0, 15);
	tcase_add_loop_test(t, neighbours_of_the_ranges_stay, 0, 6);
	tcase_add_test(t, broken_utf8_is_escaped);
	tcase_add_test(t, text_is_cut_between_characters);
	tcase_add_test(t, any_two_bytes_give_harmless_text);
	tcase_add_test(t, every_character_decodes);
	tcase_add_test(t, width_counts_columns);
	suite_add_tcase(s, t);
	return run_suite(s);
}
