#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "support/run_suite.h"

static const char *own_path;

START_TEST(the_same_bytes_give_the_same_hash)
{
	const char text[] = "www.example.test";
	char moved[64];

	for (size_t at = 0; at < 8; at++) {
		memcpy(moved + at, text, sizeof(text));
		for (size_t len = 0; len < sizeof(text); len++)
			ck_assert(hash_bytes(moved + at, len) == hash_bytes(text, len));
	}
}
END_TEST

START_TEST(zeros_of_any_length_differ)
{
	static const char zeros[64];

	for (size_t a = 0; a < sizeof(zeros); a++)
		for (size_t b = 0; b < a; b++)
			ck_assert(hash_bytes(zeros, a) != hash_bytes(zeros, b));
}
END_TEST

/* Each bit of the input turns about half of the 64 of the output: 5 sigma of a fair
 * coin over 64 * 128 throws is 0.5 +- 0.028. */
START_TEST(every_bit_turns_half_of_the_hash)
{
	uint8_t bytes[16];
	unsigned turned = 0;

	memset(bytes, 0x5a, sizeof(bytes));
	for (unsigned bit = 0; bit < 128; bit++) {
		uint64_t before = hash_bytes(bytes, sizeof(bytes)), difference;

		bytes[bit / 8] ^= (uint8_t)(1U << bit % 8);
		difference = before ^ hash_bytes(bytes, sizeof(bytes));
		ck_assert(difference != 0);
		turned += (unsigned)__builtin_popcountll(difference);
	}
	ck_assert_uint_gt(turned, 128 * 64 * 47 / 100);
	ck_assert_uint_lt(turned, 128 * 64 * 53 / 100);
}
END_TEST

/* Host names that count up, into 256 buckets by the low bits, as uthash takes them:
 * chi square with 255 degrees of freedom is over 400 once in 10^8 times. */
START_TEST(buckets_fill_evenly)
{
	enum { N = 65536, BUCKETS = 256 };
	unsigned fill[BUCKETS] = {0};
	double chi = 0;

	for (unsigned i = 0; i < N; i++) {
		char name[32];
		int len = snprintf(name, sizeof(name), "host-%u.test", i);

		fill[hash_bytes(name, (size_t)len) % BUCKETS]++;
	}
	for (unsigned b = 0; b < BUCKETS; b++) {
		double off = (double)fill[b] - (double)N / BUCKETS;

		chi += off * off / ((double)N / BUCKETS);
	}
	ck_assert_double_lt(chi, 400);
	ck_assert_double_gt(chi, 140);
}
END_TEST

/* Addresses and ports that count up, as those of clients do: as above. */
START_TEST(words_fill_buckets_evenly)
{
	enum { N = 65536, BUCKETS = 256 };
	double expected = (double)N / BUCKETS;

	for (unsigned word = 0; word < HASH_WORDS; word++) {
		for (unsigned shift = 0; shift < 64; shift += 16) {
			unsigned low[BUCKETS] = {0}, high[BUCKETS] = {0};
			double chi[2] = {0, 0};

			for (uint64_t i = 0; i < N; i++) {
				uint64_t words[HASH_WORDS] = {0}, hash;

				words[word] = i << shift;
				hash = hash_words(words);
				low[hash % BUCKETS]++;
				high[hash >> 24 & (BUCKETS - 1)]++;
			}
			for (unsigned b = 0; b < BUCKETS; b++) {
				chi[0] += (low[b] - expected) * (low[b] - expected);
				chi[1] += (high[b] - expected) * (high[b] - expected);
			}
			ck_assert_double_lt(chi[0] / expected, 400);
			ck_assert_double_lt(chi[1] / expected, 400);
		}
	}
}
END_TEST

START_TEST(words_differ_by_their_places)
{
	uint64_t seen[HASH_WORDS * 64];
	unsigned n = 0;

	for (unsigned word = 0; word < HASH_WORDS; word++) {
		for (unsigned bit = 0; bit < 64; bit++) {
			uint64_t words[HASH_WORDS] = {0};

			words[word] = UINT64_C(1) << bit;
			seen[n] = hash_words(words);
			for (unsigned i = 0; i < n; i++)
				ck_assert(seen[i] != seen[n]);
			n++;
		}
	}
}
END_TEST

static void ask_child(char *out, size_t size)
{
	char command[4096];
	FILE *child;

	(void)snprintf(command, sizeof(command), "'%s' print", own_path);
	child = popen(command, "r");
	ck_assert_ptr_nonnull(child);
	ck_assert_ptr_nonnull(fgets(out, (int)size, child));
	ck_assert_int_eq(pclose(child), 0);
}

START_TEST(each_process_has_a_key_of_its_own)
{
	char one[32], two[32];

	ask_child(one, sizeof(one));
	ask_child(two, sizeof(two));
	ck_assert_uint_eq(strlen(one), 17);
	ck_assert_str_ne(one, two);
}
END_TEST

int main(int argc, char **argv)
{
	Suite *s;
	TCase *t;

	if (argc == 2 && strcmp(argv[1], "print") == 0) {
		printf("%016llx\n", (unsigned long long)hash_bytes("x", 1));
		return EXIT_SUCCESS;
	}
	own_path = argv[0];
	s = suite_create("base/hash");
	t = tcase_create("hash");
	tcase_add_test(t, the_same_bytes_give_the_same_hash);
	tcase_add_test(t, zeros_of_any_length_differ);
	tcase_add_test(t, every_bit_turns_half_of_the_hash);
	tcase_add_test(t, buckets_fill_evenly);
	tcase_add_test(t, words_fill_buckets_evenly);
	tcase_add_test(t, words_differ_by_their_places);
	tcase_add_test(t, each_process_has_a_key_of_its_own);
	suite_add_tcase(s, t);
	return run_suite(s);
}
