#include "config.h" /* memmem() */

/* Crypto-PAn against its authors' sample trace, and what is left of texts. */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "events/anonymizer.h"
#include "support/run_suite.h"

/* The key and some lines of the sample trace that the reference implementation of
 * Crypto-PAn 1.0 comes with. */
static const uint8_t key[32] = {21,  34, 23,  141, 51, 164, 207, 128, 19,  10,  91,
				22,  73, 144, 125, 16, 216, 152, 143, 131, 121, 121,
				101, 39, 98,  87,  76, 45,  42,  132, 34,  2};
static const char *const sample[][2] = {
    {"128.11.68.132", "135.242.180.132"},
    {"129.118.74.4", "134.136.186.123"},
    {"130.132.252.244", "133.68.164.234"},
};

static struct anonymizer *open_with_key(void)
{
	char path[] = "/tmp/statline-key-XXXXXX";
	int fd = mkstemp(path);
	struct anonymizer *a;
	struct errbuf eb = {""};

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, key, sizeof(key)), sizeof(key));
	(void)close(fd);
	ck_assert_int_eq(anonymizer_open(&a, path, &eb), SL_OK);
	(void)unlink(path);
	return a;
}

static struct ip_addr v4(const char *t)
{
	uint8_t bytes[4];

	ck_assert_int_eq(inet_pton(AF_INET, t, bytes), 1);
	return ip_addr_from_v4(bytes);
}

START_TEST(the_sample_trace)
{
	struct anonymizer *a = open_with_key();

	for (int again = 0; again < 2; again++)
		for (size_t i = 0; i < sizeof(sample) / sizeof(sample[0]); i++) {
			struct ip_addr from = v4(sample[i][0]);
			struct ip_addr to = anonymizer_address(a, &from);
			char shown[ENDPOINT_TEXT_SIZE];

			ck_assert_str_eq(ip_addr_text(&to, shown, sizeof(shown)),
					 sample[i][1]);
		}
	anonymizer_free(a);
}
END_TEST

static unsigned common_bits(const struct ip_addr *a, const struct ip_addr *b)
{
	unsigned n = 0;

	while (n < 128 && ((a->bytes[n / 8] ^ b->bytes[n / 8]) >> (7 - n % 8) & 1) == 0)
		n++;
	return n;
}

START_TEST(prefixes_are_kept)
{
	struct anonymizer *a;
	struct errbuf eb;
	struct ip_addr base = {.bytes = {0x20, 0x01, 0x0d, 0xb8, 1, 2, 3, 4}};
	struct ip_addr mapped;

	ck_assert_int_eq(anonymizer_open(&a, NULL, &eb), SL_OK);
	mapped = anonymizer_address(a, &base);
	for (unsigned bit = 0; bit < 128; bit += 5) {
		struct ip_addr other = base, to;

		other.bytes[bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
		to = anonymizer_address(a, &other);
		ck_assert_uint_eq(common_bits(&mapped, &to), bit);
	}
	anonymizer_free(a);
}
END_TEST

static struct text text(const char *t)
{
	return (struct text){t, strlen(t)};
}

START_TEST(nothing_of_the_names_is_left)
{
	struct anonymizer *a = open_with_key();
	struct http_exchange x = {
	    .has_request = true,
	    .status = 302,
	    .host = text("secret.example.test"),
	    .host_source = HOST_FROM_REQUEST,
	    .target = text("/secret/4711?secret=1"),
	    .user_agent = text("secret"),
	    .referer = text("http://secret/"),
	    .forwarded = text("10.0.0.1"),
	    .response_fields = text("Location: https://secret.example.test/secret\r\n"
				    "Set-Cookie: secret=1\r\n"
				    "WWW-Authenticate: Basic realm=\"secret\"\r\n"
				    "Retry-After: 30\r\n\r\n"),
	};
	const struct text *all[] = {&x.host,    &x.target,    &x.user_agent,
				    &x.referer, &x.forwarded, &x.response_fields};

	x.client.addr = v4("10.0.0.1");
	x.server.addr = v4("10.0.0.2");
	anonymizer_apply(a, &x);
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (all[i]->len > 0) {
			ck_assert_ptr_null(
			    memmem(all[i]->at, all[i]->len, "secret", 6));
			ck_assert_ptr_null(memmem(all[i]->at, all[i]->len, "4711", 4));
		}
	ck_assert_ptr_nonnull(memmem(x.response_fields.at, x.response_fields.len,
				     "WWW-Authenticate: Basic\r\n", 25));
	ck_assert_ptr_nonnull(memmem(x.response_fields.at, x.response_fields.len,
				     "Location: https://", 18));
	/* The host is the same one there, and a number stays a number. */
	ck_assert_ptr_nonnull(
	    memmem(x.response_fields.at, x.response_fields.len, x.host.at, x.host.len));
	ck_assert(x.target.at[9] == '/' && x.target.at[10] >= '0' &&
		  x.target.at[10] <= '9');
	anonymizer_free(a);
}
END_TEST

START_TEST(keys_are_checked)
{
	struct anonymizer *a;
	struct errbuf eb = {""};

	ck_assert_int_eq(anonymizer_open(&a, "/nonexistent", &eb), SL_E_IO);
	ck_assert_int_eq(anonymizer_open(&a, "/dev/null", &eb), SL_E_USAGE);
	ck_assert_ptr_null(a);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("anonymizer");
	TCase *tc = tcase_create("anonymizer");

	tcase_add_test(tc, the_sample_trace);
	tcase_add_test(tc, prefixes_are_kept);
	tcase_add_test(tc, nothing_of_the_names_is_left);
	tcase_add_test(tc, keys_are_checked);
	suite_add_tcase(s, tc);
	return run_suite(s);
}
