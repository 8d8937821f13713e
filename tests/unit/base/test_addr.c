#include "base/addr.h"
#include "support/run_suite.h"

/* RFC 5952 section 4: no leading zeros, the longest run of zeros shortened, the first
 * of two that are as long, a single group not; lower case. */
START_TEST(ipv6_is_written_as_rfc_5952_has_it)
{
	static const struct {
		uint8_t bytes[16];
		const char *text;
	} cases[] = {
	    {{0x20, 0x01, 0x0d, 0xb8, [15] = 1}, "2001:db8::1"},
	    {{0x20, 0x01, 0x0d, 0xb8, [8] = 0, 1, [15] = 1}, "2001:db8::1:0:0:1"},
	    {{0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1},
	     "2001:db8:0:1:1:1:1:1"},
	    {{0x20, 0x01, 0x0d, 0xb8, [14] = 0xAB, 0xCD}, "2001:db8::abcd"},
	    {{0}, "::"},
	    {{[15] = 1}, "::1"},
	};
	struct ip_addr a = ip_addr_from_v6(cases[_i].bytes);
	char out[ENDPOINT_TEXT_SIZE];

	ck_assert(!ip_addr_is_v4(&a));
	ck_assert_str_eq(ip_addr_text(&a, out, sizeof(out)), cases[_i].text);
}
END_TEST

START_TEST(ipv4_is_kept_in_its_mapped_form)
{
	const uint8_t v4[4] = {203, 0, 113, 7};
	const uint8_t mapped[16] = {[10] = 0xff, 0xff, 203, 0, 113, 7};
	struct ip_addr a = ip_addr_from_v4(v4);
	char out[ENDPOINT_TEXT_SIZE];

	ck_assert(ip_addr_is_v4(&a));
	ck_assert_mem_eq(a.bytes, mapped, 16);
	ck_assert_str_eq(ip_addr_text(&a, out, sizeof(out)), "203.0.113.7");
}
END_TEST

START_TEST(endpoints_have_their_port)
{
	const uint8_t v4[4] = {10, 0, 0, 1};
	const uint8_t v6[16] = {0x20, 0x01, 0x0d, 0xb8, [15] = 1};
	struct endpoint e = {.addr = ip_addr_from_v4(v4), .port = 80};
	char out[ENDPOINT_TEXT_SIZE];

	ck_assert_str_eq(endpoint_text(&e, out, sizeof(out)), "10.0.0.1:80");
	e = (struct endpoint){.addr = ip_addr_from_v6(v6), .port = 65535};
	ck_assert_str_eq(endpoint_text(&e, out, sizeof(out)), "[2001:db8::1]:65535");
}
END_TEST

START_TEST(the_longest_text_fits)
{
	uint8_t bytes[16];
	struct endpoint e;
	char out[ENDPOINT_TEXT_SIZE];

	memset(bytes, 0xfe, sizeof(bytes));
	e = (struct endpoint){.addr = ip_addr_from_v6(bytes), .port = 65535};
	ck_assert_str_eq(endpoint_text(&e, out, sizeof(out)),
			 "[fefe:fefe:fefe:fefe:fefe:fefe:fefe:fefe]:65535");
}
END_TEST

START_TEST(a_short_buffer_is_terminated)
{
	const uint8_t v4[4] = {203, 0, 113, 7};
	struct ip_addr a = ip_addr_from_v4(v4);
	char out[4] = "zzz";

	ck_assert_str_eq(ip_addr_text(&a, out, sizeof(out)), "");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("base/addr");
	TCase *t = tcase_create("addr");

	tcase_add_loop_test(t, ipv6_is_written_as_rfc_5952_has_it, 0, 6);
	tcase_add_test(t, ipv4_is_kept_in_its_mapped_form);
	tcase_add_test(t, endpoints_have_their_port);
	tcase_add_test(t, the_longest_text_fits);
	tcase_add_test(t, a_short_buffer_is_terminated);
	suite_add_tcase(s, t);
	return run_suite(s);
}
