#include <stdlib.h>
#include <string.h>

#include "base/histogram.h"
#include "support/run_suite.h"

static uint64_t next_random(uint64_t *state)
{
	*state = *state * 6364136223846793005U + 1442695040888963407U;
	return *state;
}

static uint8_t *pack(const struct histogram *h, size_t *len)
{
	uint8_t *bytes = malloc(histogram_pack_size(h));

	ck_assert_ptr_nonnull(bytes);
	*len = histogram_pack(h, bytes);
	ck_assert_uint_le(*len, histogram_pack_size(h));
	return bytes;
}

static void ck_assert_same(const struct histogram *a, const struct histogram *b)
{
	uint32_t i = 0, j = 0;
	uint64_t n, m;
	size_t at = 0;

	ck_assert_uint_eq(histogram_bits(a), histogram_bits(b));
	ck_assert_uint_eq(histogram_count(a), histogram_count(b));
	ck_assert_uint_eq(histogram_min(a), histogram_min(b));
	ck_assert_uint_eq(histogram_max(a), histogram_max(b));
	do {
		n = histogram_bucket(a, at, &i);
		m = histogram_bucket(b, at++, &j);
		ck_assert_uint_eq(n, m);
		ck_assert_uint_eq(i, j);
	} while (n > 0);
}

/* Version 1, 5 bits, extremes 3 and 300, two buckets. Below 64 a bucket is its value:
 * 3, twice. With S = 32 the value 300 lies in the octave of 256, k = 4, whose buckets
 * are 8 wide: j = (300 - 256) / 8 = 5, so it is bucket 4 S + 5 = 133, once; 130 after
 * the one before. In LEB128 300 is ac 02, and 130 is 82 01. */
START_TEST(as_the_header_says)
{
	static const uint8_t known[] = {1, 5, 3, 0xac, 0x02, 2, 3, 2, 0x82, 0x01, 1};
	struct histogram *h = histogram_new(5), *back;
	size_t len;
	uint8_t *bytes;

	ck_assert_int_eq(
	    histogram_add(h, 3) + histogram_add(h, 3) + histogram_add(h, 300), SL_OK);
	bytes = pack(h, &len);
	ck_assert_uint_eq(len, sizeof(known));
	ck_assert_mem_eq(bytes, known, sizeof(known));
	back = histogram_unpack(known, sizeof(known));
	ck_assert_ptr_nonnull(back);
	ck_assert_same(h, back);
	histogram_free(back);
	histogram_free(h);
	free(bytes);
}
END_TEST

START_TEST(what_is_packed_comes_back)
{
	uint64_t state = (uint64_t)_i;

	for (int round = 0; round < 60; round++) {
		struct histogram *h = histogram_new((unsigned)_i), *back;
		size_t len;
		uint8_t *bytes;

		for (uint64_t n = next_random(&state) % 300; n-- > 0;)
			ck_assert_int_eq(
			    histogram_add(h, next_random(&state) >>
						 (next_random(&state) >> 40) % 64),
			    SL_OK);
		bytes = pack(h, &len);
		back = histogram_unpack(bytes, len);
		ck_assert_ptr_nonnull(back);
		ck_assert_same(h, back);
		/* And it goes on counting. */
		ck_assert_int_eq(histogram_merge(back, h), SL_OK);
		ck_assert_uint_eq(histogram_count(back), 2 * histogram_count(h));
		histogram_free(back);
		histogram_free(h);
		free(bytes);
	}
}
END_TEST

static struct histogram *some(void)
{
	struct histogram *h = histogram_new(5);
	uint64_t state = 3;

	for (int i = 0; i < 60; i++)
		ck_assert_int_eq(histogram_add(h, next_random(&state) >>
						      (next_random(&state) >> 40) % 64),
				 SL_OK);
	return h;
}

/* Bytes lie in a block of exactly their size, so that a sanitizer sees a step too far.
 */
static struct histogram *unpack_copy(const uint8_t *bytes, size_t len)
{
	uint8_t *copy = malloc(len ? len : 1);
	struct histogram *h;

	ck_assert_ptr_nonnull(copy);
	memcpy(copy, bytes, len);
	h = histogram_unpack(copy, len);
	free(copy);
	return h;
}

START_TEST(a_cut_one_is_damaged)
{
	struct histogram *h = some();
	size_t len;
	uint8_t *bytes = pack(h, &len);

	for (size_t i = 0; i < len; i++)
		ck_assert_ptr_null(unpack_copy(bytes, i));
	histogram_free(h);
	free(bytes);
}
END_TEST

/* One bit wrong: refused, or what comes out holds together. */
START_TEST(a_bit_that_is_wrong)
{
	struct histogram *h = some();
	size_t len;
	uint8_t *bytes = pack(h, &len);

	for (size_t i = 0; i < 8 * len; i++) {
		struct histogram *back;

		bytes[i / 8] ^= (uint8_t)(1 << i % 8);
		back = unpack_copy(bytes, len);
		if (back) {
			uint64_t sum = 0, n;
			uint32_t index;

			for (size_t at = 0;
			     (n = histogram_bucket(back, at, &index)) > 0; at++)
				sum += n;
			ck_assert_uint_eq(sum, histogram_count(back));
			ck_assert_uint_le(histogram_min(back), histogram_max(back));
			ck_assert_uint_ge(histogram_quantile(back, 0.5),
					  histogram_min(back));
			ck_assert_uint_le(histogram_quantile(back, 0.5),
					  histogram_max(back));
		}
		histogram_free(back);
		bytes[i / 8] ^= (uint8_t)(1 << i % 8);
	}
	histogram_free(h);
	free(bytes);
}
END_TEST

START_TEST(nonsense)
{
	static const struct {
		const char *name;
		size_t len;
		uint8_t bytes[24];
	} bad[] = {
	    {"nothing", 0, {0}},
	    {"another version", 6, {2, 5, 3, 3, 1, 3}},
	    {"bits of 0", 7, {1, 0, 3, 3, 1, 3, 2}},
	    {"bits of 9", 7, {1, 9, 3, 3, 1, 3, 2}},
	    {"four thousand million buckets",
	     9,
	     {1, 5, 3, 3, 0xff, 0xff, 0xff, 0xff, 0xf}},
	    {"a bucket past the end", 9, {1, 5, 3, 3, 1, 0xff, 0xff, 0x7f, 2}},
	    {"a count of 0", 7, {1, 5, 3, 3, 1, 3, 0}},
	    {"extremes elsewhere", 7, {1, 5, 9, 9, 1, 3, 2}},
	    {"a number of eleven bytes",
	     20,
	     {1, 5, 3, 3, 1, 3, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80,
	      0x80, 0x80, 0x80, 1}},
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ck_assert_msg(!unpack_copy(bad[i].bytes, bad[i].len), "%s",
			      bad[i].name);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("base/histogram_pack");
	TCase *t = tcase_create("pack");

	tcase_add_test(t, as_the_header_says);
	tcase_add_loop_test(t, what_is_packed_comes_back, 1, 9);
	tcase_add_test(t, a_cut_one_is_damaged);
	tcase_add_test(t, a_bit_that_is_wrong);
	tcase_add_test(t, nonsense);
	suite_add_tcase(s, t);
	return run_suite(s);
}
