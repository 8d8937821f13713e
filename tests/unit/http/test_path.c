/* Paths, Locations, and who stands behind a proxy. */
#include <arpa/inet.h>
#include <string.h>

#include "http/forwarded.h"
#include "http/path.h"
#include "support/run_suite.h"

static struct text text(const char *t)
{
	return (struct text){t, strlen(t)};
}

static void ck_assert_path(const char *target, const char *want)
{
	char out[256];
	size_t n = path_write(text(target), true, out, sizeof(out) - 1);

	out[n] = '\0';
	ck_assert_str_eq(out, want);
}

START_TEST(paths_are_folded)
{
	ck_assert_path("/", "/");
	ck_assert_path("/users/4711/orders/12?token=abc#x", "/users/{n}/orders/{n}");
	ck_assert_path("/img/4711.png", "/img/{n}.png");
	ck_assert_path("/v2/index.html", "/v2/index.html");
	ck_assert_path("/a/123e4567-e89b-12d3-a456-426614174000/b", "/a/{uuid}/b");
	ck_assert_path("/blob/d41d8cd98f00b204e9800998ecf8427e", "/blob/{hex}");
	ck_assert_path("/deadbeefdeadbeef", "/deadbeefdeadbeef"); /* no digit: a word */
	ck_assert_path("/reset/aB3dE5fG7hI9jK1lM3nO", "/reset/{token}");
	ck_assert_path("/a;jsessionid=1F2E3D/b", "/a/b");
	ck_assert_path("http://user:secret@h.test/a/1?x", "/a/{n}");
	ck_assert_path("http://h.test", "/");
	ck_assert_path("//x/1", "//x/{n}");
	ck_assert_path("*", "*");
	ck_assert_path("h.test:443", "h.test:443");
}
END_TEST

START_TEST(raw_paths_lose_their_query_only)
{
	char out[64];
	size_t n = path_write(text("/users/4711?t=1"), false, out, sizeof(out));

	ck_assert_uint_eq(n, 11);
	ck_assert_mem_eq(out, "/users/4711", 11);
	ck_assert_uint_eq(path_write(text("/users/4711"), true, out, 4), 4);
}
END_TEST

static struct location ck_assert_location(const char *value, const char *target,
					  const char *want)
{
	struct http_exchange x = {.has_request = true,
				  .target = text(target),
				  .host = text("www.example.test")};
	struct location to;
	char out[256];
	size_t n = location_write(text(value), &x, true, &to, out, sizeof(out) - 1);

	out[n] = '\0';
	ck_assert_str_eq(out, want);
	return to;
}

START_TEST(where_a_location_leads)
{
	struct location to = ck_assert_location("/login?next=/a", "/a", "/login");

	ck_assert(!to.to_itself && !to.to_https && !to.elsewhere);
	to = ck_assert_location("/a", "/a", "/a");
	ck_assert(to.to_itself);
	to = ck_assert_location("http://www.example.test/a?b=1", "/a?b=1", "/a");
	ck_assert(to.to_itself && !to.elsewhere);
	to = ck_assert_location("http://WWW.example.test:80/a?b=2", "/a?b=1", "/a");
	ck_assert(!to.to_itself && !to.elsewhere);
	to = ck_assert_location("https://www.example.test/a", "/a",
				"https://www.example.test/a");
	ck_assert(to.to_https && !to.to_itself && !to.elsewhere);
	to = ck_assert_location("https://me:pw@sso.test/in?ticket=1", "/a",
				"https://sso.test/in");
	ck_assert(to.elsewhere && !to.to_https);
	to = ck_assert_location("//cdn.test/x", "/x", "//cdn.test/x");
	ck_assert(to.elsewhere && !to.to_itself);
}
END_TEST

/* ---- proxies ---- */

static struct ip_addr address(const char *t)
{
	uint8_t bytes[16];

	if (inet_pton(AF_INET, t, bytes) == 1)
		return ip_addr_from_v4(bytes);
	ck_assert_int_eq(inet_pton(AF_INET6, t, bytes), 1);
	return ip_addr_from_v6(bytes);
}

static void ck_assert_client(const char *trust, const char *peer, const char *forwarded,
			     const char *want)
{
	struct trusted_proxies t = {.count = 0};
	struct errbuf eb = {""};
	struct http_exchange x = {.client = {address(peer), 1},
				  .forwarded = text(forwarded)};
	struct ip_addr got;
	char shown[ENDPOINT_TEXT_SIZE];

	ck_assert_int_eq(trusted_add(&t, trust, &eb), SL_OK);
	got = forwarded_client(&t, &x);
	ck_assert_str_eq(ip_addr_text(&got, shown, sizeof(shown)), want);
}

START_TEST(the_first_untrusted_address_counts)
{
	static const char trust[] = "10.0.0.0/8,2001:db8::/32";

	ck_assert_client(trust, "10.0.0.1", "198.51.100.7", "198.51.100.7");
	/* Whoever is not trusted may say what it likes. */
	ck_assert_client(trust, "192.0.2.1", "198.51.100.7", "192.0.2.1");
	/* What stands before the first untrusted one is its invention. */
	ck_assert_client(trust, "10.0.0.1", "1.2.3.4, 198.51.100.7, 10.0.0.9",
			 "198.51.100.7");
	ck_assert_client(trust, "10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3");
	ck_assert_client(trust, "10.0.0.1", "", "10.0.0.1");
	ck_assert_client(trust, "10.0.0.1", "unknown", "10.0.0.1");
	ck_assert_client(trust, "2001:db8::1", "for=\"[2001:db9::2]:4711\";proto=https",
			 "2001:db9::2");
	ck_assert_client(trust, "10.0.0.1",
			 "proto=http; For=198.51.100.7:99, for=10.1.1.1",
			 "198.51.100.7");
	ck_assert_client("10.0.0.1", "10.0.0.2", "198.51.100.7", "10.0.0.2");
	ck_assert_client("0.0.0.0/0", "10.0.0.2", "8.8.8.8", "8.8.8.8");
	/* All of IPv4 is none of IPv6. */
	ck_assert_client("0.0.0.0/0", "2001:db8::1", "8.8.8.8", "2001:db8::1");
}
END_TEST

START_TEST(networks_are_checked)
{
	static const char *const wrong[] = {"",           "10.0.0.0/33", "10.0.0.0/",
					    "x",          "10.0.0.0/8,", "::/129",
					    "10.0.0.0/-1"};
	struct trusted_proxies t = {.count = 0};
	struct errbuf eb;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		ck_assert_int_eq(trusted_add(&t, wrong[i], &eb), SL_E_USAGE);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("path");
	TCase *tc = tcase_create("path");

	tcase_add_test(tc, paths_are_folded);
	tcase_add_test(tc, raw_paths_lose_their_query_only);
	tcase_add_test(tc, where_a_location_leads);
	tcase_add_test(tc, the_first_untrusted_address_counts);
	tcase_add_test(tc, networks_are_checked);
	suite_add_tcase(s, tc);
	return run_suite(s);
}
