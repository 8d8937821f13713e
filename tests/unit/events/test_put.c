#include <check.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "events/put.h"
#include "support/run_suite.h"

/** Room for any text below, and what must stay as it is behind it. */
#define ROOM   (PUT_WIRE_MAX + 16U)
#define CANARY 0x5a

static char out[ROOM];

static struct text text_of(const char *s)
{
	return (struct text){s, strlen(s)};
}

/* What was put from `out` to @p end is @p want. */
static void check_is(const char *end, const char *want)
{
	ck_assert_uint_eq((size_t)(end - out), strlen(want));
	ck_assert_mem_eq(out, want, strlen(want));
}

/* ---- numbers and times ---- */

static void check_number(uint64_t n)
{
	char want[32];

	(void)snprintf(want, sizeof(want), "%" PRIu64, n);
	check_is(put_number(out, n), want);
}

START_TEST(numbers_are_printfs)
{
	uint64_t power = 1;

	for (unsigned digits = 1; digits <= PUT_NUMBER_MAX; digits++, power *= 10) {
		check_number(power - 1);
		check_number(power);
		check_number(power + 1);
	}
	for (uint64_t n = 0; n < 100000; n++)
		check_number(n);
	check_number(UINT64_MAX);
}
END_TEST

START_TEST(seconds_have_a_point)
{
	check_is(put_seconds(out, 0, 6), "0.000000");
	check_is(put_seconds(out, 1764000000123456789, 9), "1764000000.123456789");
	check_is(put_seconds(out, 1764000000123456789, 6), "1764000000.123456");
	check_is(put_seconds(out, -1, 9), "-0.000000001");
	check_is(put_seconds(out, INT64_MIN, 9), "-9223372036.854775808");
}
END_TEST

/* By `date -u -d @SECONDS`. In this order: a second that is remembered and another. */
START_TEST(times_are_those_of_date)
{
	static const struct {
		int64_t ns;
		const char *want;
	} cases[] = {
	    {0, "1970-01-01T00:00:00.000000000Z"},
	    {999999999, "1970-01-01T00:00:00.999999999Z"},
	    {-1, "1969-12-31T23:59:59.999999999Z"},
	    {1, "1970-01-01T00:00:00.000000001Z"},
	    {951782400000000000, "2000-02-29T00:00:00.000000000Z"},
	    {951782400000000007, "2000-02-29T00:00:00.000000007Z"},
	    {951782399999999999, "2000-02-28T23:59:59.999999999Z"},
	    {INT64_MAX, "2262-04-11T23:47:16.854775807Z"},
	    {INT64_MIN, "1677-09-21T00:12:43.145224192Z"},
	    {INT64_MAX, "2262-04-11T23:47:16.854775807Z"},
	};
	struct put_second known = {0};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		check_is(put_time(out, &known, cases[i].ns), cases[i].want);
}
END_TEST

START_TEST(addresses_are_those_of_the_rfc)
{
	static const char *const cases[] = {"0.0.0.0", "10.9.200.255", "2001:db8::1",
					    "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct endpoint e;

		ck_assert(endpoint_parse(cases[i], &e));
		check_is(put_address(out, &e.addr), cases[i]);
	}
}
END_TEST

/* ---- wire text ---- */

/* What a reader of JSON makes of it; freed by the caller. */
static char *read_json(struct text t)
{
	static char document[ROOM + 8];
	char *end = document;
	json_t *array;
	char *text;

	end = put_literal(end, "[\"");
	end = put_json(end, t);
	end = put_literal(end, "\"]");
	for (const char *c = document; c < end; c++)
		ck_assert_msg(*c >= ' ' && *c <= '~', "byte %d", *c);
	array = json_loadb(document, (size_t)(end - document), 0, NULL);
	ck_assert_ptr_nonnull(array);
	text = strdup(json_string_value(json_array_get(array, 0)));
	json_decref(array);
	return text;
}

/* A text in memory of its own, so that a reader behind its end is caught. */
static struct text exact(const char *at, size_t len)
{
	char *copy = malloc(len > 0 ? len : 1);

	ck_assert_ptr_nonnull(copy);
	memcpy(copy, at, len);
	return (struct text){copy, len};
}

static void check_json(const char *sent, size_t len, const char *want)
{
	struct text t = exact(sent, len);
	char *got = read_json(t);

	ck_assert_str_eq(got, want);
	free(got);
	free((char *)t.at);
}

/* At each place of texts of each length around that of a word. */
START_TEST(json_gives_back_what_was_sent)
{
	static const char *const odd[] = {"\"", "\\", "\xc3\xa9", "\xe2\x82\xac",
					  "\xf0\x9f\x98\x80"};

	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++)
		for (int before = 0; before < 26; before++)
			for (int after = 0; after < 26; after++) {
				char sent[64];

				(void)snprintf(sent, sizeof(sent), "%.*s%s%.*s", before,
					       "/abcdefghijklmnopqrstuvwxyz", odd[i],
					       after, "0123456789 ~!#[]^`{|}<>&'=+");
				check_json(sent, strlen(sent), sent);
			}
}
END_TEST

/* Control bytes, and those of no valid UTF-8, are to be seen. */
START_TEST(json_shows_other_bytes)
{
	for (unsigned byte = 0; byte < 256; byte++)
		for (int before = 0; before < 18; before++) {
			char sent[32], want[32];
			int len = snprintf(sent, sizeof(sent), "%.*s%cxyz", before,
					   "abcdefghijklmnopqr", byte);

			if (byte >= ' ' && byte <= '~')
				(void)snprintf(want, sizeof(want), "%s", sent);
			else
				(void)snprintf(want, sizeof(want), "%.*s\\x%02xxyz",
					       before, "abcdefghijklmnopqr", byte);
			check_json(sent, (size_t)len, want);
		}
}
END_TEST

START_TEST(zeek_shows_other_bytes)
{
	for (unsigned byte = 0; byte < 256; byte++)
		for (int before = 0; before < 18; before++) {
			char sent[32], want[32];
			int len = snprintf(sent, sizeof(sent), "%.*s%cxyz", before,
					   "abcdefghijklmnopqr", byte);
			struct text t = exact(sent, (size_t)len);

			if (byte >= ' ' && byte <= '~' && byte != '\\')
				(void)snprintf(want, sizeof(want), "%s", sent);
			else
				(void)snprintf(want, sizeof(want), "%.*s\\x%02xxyz",
					       before, "abcdefghijklmnopqr", byte);
			check_is(put_zeek(out, t), want);
			free((char *)t.at);
		}
}
END_TEST

START_TEST(zeek_has_a_mark_for_nothing)
{
	check_is(put_zeek(out, (struct text){NULL, 0}), "-");
	check_is(put_zeek(out, text_of("-")), "\\x2d");
	check_is(put_zeek(out, text_of("--")), "--");
}
END_TEST

/* Of longer text than was promised the rest is left out, and there is room for all. */
START_TEST(text_is_bounded)
{
	static const char bytes[] = {'a', '"', '\\', '\x01', '\xff', '\xc3'};
	static char sent[LIMIT_TARGET + 100];

	for (size_t i = 0; i < sizeof(bytes); i++) {
		struct text t = {sent, sizeof(sent)};

		memset(sent, bytes[i], sizeof(sent));
		memset(out, CANARY, sizeof(out));
		ck_assert_uint_le((size_t)(put_json(out, t) - out), PUT_WIRE_MAX);
		ck_assert_uint_le((size_t)(put_zeek(out, t) - out), PUT_WIRE_MAX);
		for (size_t at = PUT_WIRE_MAX; at < sizeof(out); at++)
			ck_assert_int_eq(out[at], CANARY);
	}
	ck_assert_uint_eq((size_t)(put_json(out, (struct text){NULL, 0}) - out), 0);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("put");
	TCase *t = tcase_create("text");

	tcase_add_test(t, numbers_are_printfs);
	tcase_add_test(t, seconds_have_a_point);
	tcase_add_test(t, times_are_those_of_date);
	tcase_add_test(t, addresses_are_those_of_the_rfc);
	tcase_add_test(t, json_gives_back_what_was_sent);
	tcase_add_test(t, json_shows_other_bytes);
	tcase_add_test(t, zeek_shows_other_bytes);
	tcase_add_test(t, zeek_has_a_mark_for_nothing);
	tcase_add_test(t, text_is_bounded);
	suite_add_tcase(s, t);
	return run_suite(s);
}
