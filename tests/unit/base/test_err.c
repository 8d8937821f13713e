#include <string.h>

#include "base/err.h"
#include "support/run_suite.h"

START_TEST(every_error_has_a_text_of_its_own)
{
	for (int e = SL_OK; e >= SL_E_SYSTEM; e--) {
		ck_assert_uint_gt(strlen(sl_err_text((enum sl_err)e)), 3);
		for (int other = SL_OK; other > e; other--)
			ck_assert_str_ne(sl_err_text((enum sl_err)e),
					 sl_err_text((enum sl_err)other));
	}
}
END_TEST

START_TEST(set_fills_and_hands_through)
{
	struct errbuf eb;

	ck_assert_int_eq(errbuf_set(&eb, SL_E_IO, "%s: %d", "a.pcap", 7), SL_E_IO);
	ck_assert_str_eq(eb.text, "a.pcap: 7");
	ck_assert_int_eq(errbuf_set(NULL, SL_E_LIMIT, "%s", "x"), SL_E_LIMIT);
}
END_TEST

START_TEST(control_bytes_of_arguments_are_escaped)
{
	struct errbuf eb;

	(void)errbuf_set(&eb, SL_E_IO, "%s: not found", "a\x1b[31m\nb\x7f\x9b.pcap");
	ck_assert_str_eq(eb.text, "a\\x1b[31m\\x0ab\\x7f\\x9b.pcap: not found");
	(void)errbuf_set(&eb, SL_E_IO, "%s", "caf\xc3\xa9.pcap");
	ck_assert_str_eq(eb.text, "caf\xc3\xa9.pcap");
}
END_TEST

START_TEST(long_messages_are_cut)
{
	char name[2 * ERRBUF_SIZE];
	struct errbuf eb;

	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	(void)errbuf_set(&eb, SL_E_IO, "%s: gone", name);
	ck_assert_uint_eq(strlen(eb.text), ERRBUF_SIZE - 1);
	memset(name, '\n', sizeof(name) - 1);
	(void)errbuf_set(&eb, SL_E_IO, "%s: gone", name);
	ck_assert_uint_lt(strlen(eb.text), ERRBUF_SIZE);
	ck_assert_ptr_null(strchr(eb.text, '\n'));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("base/err");
	TCase *t = tcase_create("err");

	tcase_add_test(t, every_error_has_a_text_of_its_own);
	tcase_add_test(t, set_fills_and_hands_through);
	tcase_add_test(t, control_bytes_of_arguments_are_escaped);
	tcase_add_test(t, long_messages_are_cut);
	suite_add_tcase(s, t);
	return run_suite(s);
}
