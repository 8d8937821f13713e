#include "base/json_memory.h"

#include <jansson.h>

#include "support/fail_alloc.h"
#include "support/run_suite.h"

/* Strings that grow more than once, and a number behind each. */
static const char text[] =
    "{\"a name that is longer than sixteen bytes\": 1, \"first\": "
    "\"2026-01-15T10:00:00.001Z, and then so much that it grows a second time\", "
    "\"list\": [1, 2.5, \"another text that is longer than sixteen\", 3]}";

START_TEST(nothing_is_lost_in_silence)
{
	json_t *whole = json_loads(text, 0, NULL);
	unsigned n = 1;

	ck_assert_ptr_nonnull(whole);
	for (;; n++) {
		json_t *tree;
		bool failed;

		json_memory_begin();
		fail_alloc_at(n);
		tree = json_loads(text, 0, NULL);
		failed = fail_alloc_stop();
		ck_assert(json_memory_failed() == failed);
		if (!failed)
			ck_assert(json_equal(tree, whole));
		json_decref(tree);
		if (!failed)
			break;
	}
	ck_assert_uint_gt(n, 10);
	json_decref(whole);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("base/json_memory");
	TCase *t = tcase_create("json_memory");

	tcase_add_test(t, nothing_is_lost_in_silence);
	suite_add_tcase(s, t);
	return run_suite(s);
}
