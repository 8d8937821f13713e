#include "base/cursor.h"
#include "support/run_suite.h"

static const uint8_t bytes[] = {0x01, 0x02, 0x83, 0x84, 0x05, 0x06, 0x07, 0x08};

START_TEST(reads_in_both_byte_orders)
{
	struct cursor c = cursor_over(bytes, sizeof(bytes));

	ck_assert_uint_eq(cursor_u8(&c), 0x01);
	ck_assert_uint_eq(cursor_left(&c), 7);
	c = cursor_over(bytes, sizeof(bytes));
	ck_assert_uint_eq(cursor_be16(&c), 0x0102);
	ck_assert_uint_eq(cursor_le16(&c), 0x8483);
	c = cursor_over(bytes + 2, 6);
	ck_assert_uint_eq(cursor_be32(&c), 0x83840506);
	c = cursor_over(bytes + 1, 6);
	ck_assert_uint_eq(cursor_le32(&c), 0x05848302);
	ck_assert(!c.failed);
}
END_TEST

START_TEST(take_lends_and_steps)
{
	struct cursor c = cursor_over(bytes, sizeof(bytes));

	cursor_skip(&c, 2);
	ck_assert_ptr_eq(cursor_take(&c, 3), bytes + 2);
	ck_assert_ptr_eq(cursor_take(&c, 0), bytes + 5);
	ck_assert_uint_eq(cursor_left(&c), 3);
	ck_assert_ptr_eq(cursor_take(&c, 3), bytes + 5);
	ck_assert_uint_eq(cursor_left(&c), 0);
	ck_assert(!c.failed);
}
END_TEST

START_TEST(the_error_sticks)
{
	struct cursor c = cursor_over(bytes, 3);

	ck_assert_uint_eq(cursor_be32(&c), 0);
	ck_assert(c.failed);
	/* Three bytes are there, but nothing is read any more. */
	ck_assert_uint_eq(cursor_left(&c), 0);
	ck_assert_uint_eq(cursor_u8(&c), 0);
	ck_assert_uint_eq(cursor_be16(&c), 0);
	ck_assert_uint_eq(cursor_le16(&c), 0);
	ck_assert_uint_eq(cursor_le32(&c), 0);
	ck_assert_ptr_null(cursor_take(&c, 0));
	ck_assert(c.failed);
}
END_TEST

START_TEST(every_read_is_bounded)
{
	struct cursor c;

	for (size_t len = 0; len < 4; len++) {
		c = cursor_over(bytes, len);
		(void)cursor_be32(&c);
		ck_assert(c.failed);
		c = cursor_over(bytes, len);
		(void)cursor_le32(&c);
		ck_assert(c.failed);
		c = cursor_over(bytes, len);
		(void)cursor_be16(&c);
		ck_assert(c.failed == (len < 2));
		c = cursor_over(bytes, len);
		(void)cursor_le16(&c);
		ck_assert(c.failed == (len < 2));
		c = cursor_over(bytes, len);
		(void)cursor_u8(&c);
		ck_assert(c.failed == (len < 1));
	}
}
END_TEST

START_TEST(huge_lengths_do_not_wrap)
{
	struct cursor c = cursor_over(bytes, sizeof(bytes));

	cursor_skip(&c, 4);
	ck_assert_ptr_null(cursor_take(&c, SIZE_MAX));
	ck_assert(c.failed);
	c = cursor_over(bytes, sizeof(bytes));
	cursor_skip(&c, SIZE_MAX - 2);
	ck_assert(c.failed);
}
END_TEST

START_TEST(limit_only_shortens)
{
	struct cursor c = cursor_over(bytes, sizeof(bytes));

	cursor_skip(&c, 1);
	cursor_limit(&c, SIZE_MAX);
	ck_assert_uint_eq(cursor_left(&c), 7);
	cursor_limit(&c, 3);
	ck_assert_uint_eq(cursor_left(&c), 3);
	cursor_limit(&c, 5);
	ck_assert_uint_eq(cursor_left(&c), 3);
	cursor_skip(&c, 3);
	ck_assert(!c.failed);
	cursor_skip(&c, 1);
	ck_assert(c.failed);
}
END_TEST

START_TEST(nothing_at_all_is_fine)
{
	struct cursor c = cursor_over(NULL, 0);

	ck_assert_uint_eq(cursor_left(&c), 0);
	ck_assert_uint_eq(cursor_u8(&c), 0);
	ck_assert(c.failed);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("base/cursor");
	TCase *t = tcase_create("cursor");

	tcase_add_test(t, reads_in_both_byte_orders);
	tcase_add_test(t, take_lends_and_steps);
	tcase_add_test(t, the_error_sticks);
	tcase_add_test(t, every_read_is_bounded);
	tcase_add_test(t, huge_lengths_do_not_wrap);
	tcase_add_test(t, limit_only_shortens);
	tcase_add_test(t, nothing_at_all_is_fine);
	suite_add_tcase(s, t);
	return run_suite(s);
}
