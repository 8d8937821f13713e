#include "http/catalogue.h"

#include <string.h>

#include "support/run_suite.h"

/* The IANA HTTP Status Code Registry, with the two codes it lists as unused. */
static const uint16_t registered[] = {
    100, 101, 102, 103, 200, 201, 202, 203, 204, 205, 206, 207, 208, 226, 300, 301,
    302, 303, 304, 305, 306, 307, 308, 400, 401, 402, 403, 404, 405, 406, 407, 408,
    409, 410, 411, 412, 413, 414, 415, 416, 417, 418, 421, 422, 423, 424, 425, 426,
    428, 429, 431, 451, 500, 501, 502, 503, 504, 505, 506, 507, 508, 510, 511};

static const uint16_t notable[] = {100, 200, 201, 301, 302, 304, 400, 401,
				   403, 404, 405, 413, 414, 500, 503};

START_TEST(every_registered_code_and_no_other)
{
	size_t n = sizeof(registered) / sizeof(registered[0]);

	for (size_t i = 0; i < n; i++) {
		const struct status_code *s = status_code_at(i);

		ck_assert_ptr_nonnull(s);
		ck_assert_uint_eq(s->code, registered[i]);
		ck_assert_ptr_eq(status_code_find(s->code), s);
		ck_assert(strlen(s->phrase) > 1 && strlen(s->meaning) > 20);
		ck_assert(strlen(s->reference) > 7);
		ck_assert(s->meaning[strlen(s->meaning) - 1] == '.');
	}
	ck_assert_ptr_null(status_code_at(n));
	for (unsigned code = 0; code < 1000; code++) {
		bool known = false;

		for (size_t i = 0; i < n; i++)
			known |= registered[i] == code;
		ck_assert_int_eq(status_code_find((uint16_t)code) != NULL, known);
	}
}
END_TEST

START_TEST(notable_codes_say_more)
{
	size_t n = 0;

	for (size_t i = 0; status_code_at(i); i++) {
		const struct status_code *s = status_code_at(i);

		ck_assert_int_eq(s->operator_hint != NULL, s->notable);
		ck_assert_int_eq(s->tester_hint != NULL, s->notable);
		ck_assert_int_eq(s->evidence != NULL, s->notable);
		if (!s->notable)
			continue;
		ck_assert_uint_lt(n, sizeof(notable) / sizeof(notable[0]));
		ck_assert_uint_eq(s->code, notable[n++]);
	}
	ck_assert_uint_eq(n, sizeof(notable) / sizeof(notable[0]));
}
END_TEST

START_TEST(phrases_changed_over_the_years)
{
	ck_assert_str_eq(status_code_find(404)->phrase, "Not Found");
	ck_assert_str_eq(status_code_find(413)->phrase, "Content Too Large");
	ck_assert_ptr_nonnull(
	    strstr(status_code_find(413)->other_phrase, "Request Entity Too Large"));
	ck_assert_str_eq(status_code_find(414)->phrase, "URI Too Long");
	ck_assert_ptr_nonnull(
	    strstr(status_code_find(414)->other_phrase, "Request-URI Too Long"));
	ck_assert_str_eq(status_code_find(302)->other_phrase, "Moved Temporarily");
	ck_assert_str_eq(status_code_find(422)->other_phrase, "Unprocessable Entity");
}
END_TEST

START_TEST(classes)
{
	ck_assert_int_eq(status_class_of(0), CLASS_OTHER);
	ck_assert_int_eq(status_class_of(99), CLASS_OTHER);
	ck_assert_int_eq(status_class_of(100), CLASS_1XX);
	ck_assert_int_eq(status_class_of(299), CLASS_2XX);
	ck_assert_int_eq(status_class_of(300), CLASS_3XX);
	ck_assert_int_eq(status_class_of(451), CLASS_4XX);
	ck_assert_int_eq(status_class_of(599), CLASS_5XX);
	ck_assert_int_eq(status_class_of(600), CLASS_OTHER);
	ck_assert_int_eq(status_class_of(999), CLASS_OTHER);
	ck_assert_str_eq(status_class_name(CLASS_5XX), "5xx");
	ck_assert_str_eq(status_class_name(CLASS_OTHER), "other");
	ck_assert_str_eq(status_class_meaning(CLASS_4XX),
			 "the request contains an error of some kind");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("http/catalogue");
	TCase *t = tcase_create("codes");

	tcase_add_test(t, every_registered_code_and_no_other);
	tcase_add_test(t, notable_codes_say_more);
	tcase_add_test(t, phrases_changed_over_the_years);
	tcase_add_test(t, classes);
	suite_add_tcase(s, t);
	return run_suite(s);
}
