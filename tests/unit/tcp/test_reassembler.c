#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/limits.h"
#include "support/run_suite.h"
#include "tcp/reassembler.h"

#define MANY 65536U

static struct reasm r;
static struct reasm_outcome out;

static void start(void)
{
	memset(&r, 0, sizeof(r));
	r.random = 4711;
}

static void stop(void)
{
	reasm_clear(&r);
	ck_assert_ptr_null(r.first);
}

static enum sl_err hold(uint64_t at, const char *text)
{
	const struct held_segment segment = {.time_ns = 0};
	struct reasm_range range = {
	    .at = at,
	    .len = (uint32_t)strlen(text),
	    .kind = HELD_BYTES,
	    .start = true,
	    .bytes = (const uint8_t *)text,
	};

	out = (struct reasm_outcome){.budget = SIZE_MAX / 2};
	return reasm_hold(&r, &range, &segment, &out);
}

static void expect(uint64_t at, const char *text, bool first_of_segment)
{
	struct held *h = reasm_take(&r);

	ck_assert_ptr_nonnull(h);
	ck_assert_uint_eq(h->at, at);
	ck_assert_uint_eq(h->len, strlen(text));
	ck_assert_mem_eq(h->bytes, text, h->len);
	ck_assert_int_eq(h->start, first_of_segment);
	free(h);
}

START_TEST(boundaries_stay)
{
	hold(2, "cd");
	hold(0, "ab");
	hold(4, "e");
	expect(0, "ab", true);
	expect(2, "cd", true);
	expect(4, "e", true);
	ck_assert_ptr_null(reasm_take(&r));
}
END_TEST

START_TEST(new_one_around_old_ones)
{
	hold(12, "C");
	hold(14, "E");
	hold(10, "abcdefg");
	ck_assert(out.fresh);
	ck_assert(out.differs);
	hold(11, "bC");
	ck_assert(!out.fresh);
	ck_assert(!out.differs);
	expect(10, "ab", true);
	expect(12, "C", true);
	expect(13, "d", false);
	expect(14, "E", true);
	expect(15, "fg", false);
}
END_TEST

START_TEST(partial_overlaps)
{
	hold(10, "klmn");
	hold(8, "ijkl");
	ck_assert(!out.differs);
	hold(12, "mnop");
	ck_assert(!out.differs);
	hold(13, "x");
	ck_assert(out.differs);
	ck_assert(!out.fresh);
	expect(8, "ij", true);
	expect(10, "klmn", true);
	expect(14, "op", false);
}
END_TEST

START_TEST(budget)
{
	const struct held_segment segment = {.time_ns = 0};
	struct reasm_range range = {
	    .at = 0, .len = 3, .kind = HELD_BYTES, .bytes = (const uint8_t *)"abc"};

	out = (struct reasm_outcome){.budget = sizeof(struct held)};
	ck_assert_int_eq(reasm_hold(&r, &range, &segment, &out), SL_E_LIMIT);
	ck_assert_uint_eq(out.used, 0);
	out.budget = 2 * sizeof(struct held);
	ck_assert_int_eq(reasm_hold(&r, &range, &segment, &out), SL_OK);
	ck_assert_uint_gt(out.used, sizeof(struct held) + 2);
	ck_assert_uint_eq(out.used, held_cost(r.first));
	/* Ranges without their bytes cost none. */
	out.budget = 3 * sizeof(struct held) + 64;
	range = (struct reasm_range){.at = 9, .len = 1U << 30, .kind = HELD_RANGE};
	ck_assert_int_eq(reasm_hold(&r, &range, &segment, &out), SL_OK);
}
END_TEST

/* Whatever the order, 65,536 segments cost about the same. */
static uint64_t place(uint32_t i, int order)
{
	switch (order) {
	case 0:
		return i;
	case 1:
		return MANY - 1 - i;
	case 2: /* outside in */
		return i & 1 ? MANY - 1 - i / 2 : i / 2;
	case 3: /* inside out */
		return i & 1 ? MANY / 2 - 1 - i / 2 : MANY / 2 + i / 2;
	default: /* an odd factor permutes a power of two */
		return i * 40503U % MANY;
	}
}

START_TEST(adversarial_order)
{
	clock_t began = clock();
	uint32_t wrong =
	    0; /* an assertion of Check each time costs more than the work */

	for (uint32_t i = 0; i < MANY; i++)
		wrong += hold(2 * place(i, _i), "x") != SL_OK;
	/* Fill every hole. */
	for (uint64_t at = 0; at < MANY; at++)
		wrong += hold(2 * at, "xy") != SL_OK || !out.fresh;
	for (uint64_t at = 0; at < 2ULL * MANY; at++) {
		struct held *h = reasm_take(&r);

		wrong += !h || h->at != at;
		free(h);
	}
	ck_assert_uint_eq(wrong, 0);
	/* Quadratic would take minutes; this takes well under a second. */
	ck_assert_int_lt((clock() - began) / CLOCKS_PER_SEC, 5);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("reassembler");
	TCase *tc = tcase_create("reassembler");

	tcase_add_checked_fixture(tc, start, stop);
	tcase_add_test(tc, boundaries_stay);
	tcase_add_test(tc, new_one_around_old_ones);
	tcase_add_test(tc, partial_overlaps);
	tcase_add_test(tc, budget);
	tcase_add_loop_test(tc, adversarial_order, 0, 5);
	suite_add_tcase(s, tc);
	return run_suite(s);
}
