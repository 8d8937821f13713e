#include "base/json_read.h"

#include <jansson.h>
#include <string.h>

#include "support/fail_alloc.h"
#include "support/run_suite.h"

static json_t *read_text(void *ctx)
{
	return json_loads(ctx, JSON_DECODE_ANY, NULL);
}

/* Strings that grow more than once, and numbers behind them. */
static char mixed[] =
    "{\"a name that is longer than sixteen bytes\": 1, \"first\": "
    "\"2026-01-15T10:00:00.001Z, and then so much that it grows a second time\", "
    "\"list\": [1, 2.5, \"another text that is longer than sixteen\", 3]}";

/** Every allocation failing in turn: all is there, or it is said. */
static void try_all(char *text)
{
	bool refused, failed;
	json_t *whole = json_read(read_text, text, &refused);
	unsigned n = 0;

	ck_assert(!refused);
	ck_assert_ptr_nonnull(whole);
	do {
		json_t *tree;

		fail_alloc_at(++n);
		tree = json_read(read_text, text, &refused);
		failed = fail_alloc_stop();
		ck_assert(refused == failed);
		ck_assert(failed ? tree == NULL : json_equal(tree, whole));
		json_decref(tree);
	} while (failed);
	ck_assert_uint_gt(n, 3);
	json_decref(whole);
}

START_TEST(nothing_is_lost_in_silence)
{
	try_all(mixed);
}
END_TEST

/* Among them the quote that ends a string, as what it would have to grow for. */
START_TEST(nor_at_the_end_of_a_string)
{
	char text[80];

	memset(text, 'a', sizeof(text));
	text[0] = '"';
	text[_i] = '"';
	text[_i + 1] = '\0';
	try_all(text);
}
END_TEST

START_TEST(what_is_no_json_is_nothing)
{
	char text[] = "{\"list\": [1, 2, \"three\"";
	bool refused = true;

	ck_assert_ptr_null(json_read(read_text, text, &refused));
	ck_assert(!refused);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("base/json_read");
	TCase *t = tcase_create("json_read");

	tcase_add_test(t, nothing_is_lost_in_silence);
	tcase_add_loop_test(t, nor_at_the_end_of_a_string, 1, 70);
	tcase_add_test(t, what_is_no_json_is_nothing);
	suite_add_tcase(s, t);
	return run_suite(s);
}
