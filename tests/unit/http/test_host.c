#include "http/host.h"

#include <string.h>

#include "support/run_suite.h"

#define LABEL_50 "a23456789-b23456789-c23456789-d23456789-e23456789-"

static struct text text(const char *s)
{
	return (struct text){s, s ? strlen(s) : 0};
}

/* NULL: invalid; "": nothing named. */
static const struct {
	const char *authority;
	uint16_t port;
	const char *host;
} hosts[] = {
    {"example.com", 80, "example.com"},
    {"EXAMPLE.Com", 80, "example.com"},
    {"example.com.", 80, "example.com"},
    {"example.com:80", 80, "example.com"},
    {"example.com.:80", 80, "example.com"},
    {"example.com:0080", 80, "example.com"},
    {"example.com:", 80, "example.com"},
    {"example.com:443", 80, "example.com:443"},
    {"example.com:443", 443, "example.com"},
    {"example.com:80", 443, "example.com:80"},
    {"example.com:80", 0, "example.com:80"},
    {"example.com:8080", 80, "example.com:8080"},
    {"example.com:65535", 80, "example.com:65535"},
    {"example.com:65536", 80, NULL},
    {"example.com:123456", 80, NULL},
    {"example.com:8o", 80, NULL},
    {"example.com:80:80", 80, NULL},
    {"  example.com\t", 80, "example.com"},
    {"", 80, ""},
    {"   ", 80, ""},
    {"user:pass@example.com:80", 80, "example.com"},
    {"user@", 80, ""},
    {"192.0.2.1:8080", 80, "192.0.2.1:8080"},
    {"my_host-1", 80, "my_host-1"},
    {"xn--bcher-kva.example", 80, "xn--bcher-kva.example"},
    {"b\303\274cher.example", 80, NULL},
    {"[2001:DB8:0:0:0:0:0:1]:80", 80, "[2001:db8::1]"},
    {"[2001:db8::1]:8080", 80, "[2001:db8::1]:8080"},
    {"[::1]", 80, "[::1]"},
    {"[::1", 80, NULL},
    {"[::1]x", 80, NULL},
    {"[::1%25eth0]", 80, NULL},
    {"[v1.x]", 80, NULL},
    {"[]", 80, NULL},
    {"2001:db8::1", 80, NULL},
    {"a b", 80, NULL},
    {"a..b", 80, NULL},
    {".a", 80, NULL},
    {".", 80, NULL},
    {"..", 80, NULL},
    {":80", 80, NULL},
    {"a,b", 80, NULL},
    {"<script>", 80, NULL},
    {"a\tb", 80, NULL},
    {"a/b", 80, NULL},
    {"${jndi:ldap://x}", 80, NULL},
    {LABEL_50 LABEL_50 LABEL_50 LABEL_50 LABEL_50 "12345", 80,
     LABEL_50 LABEL_50 LABEL_50 LABEL_50 LABEL_50 "12345"},
    {LABEL_50 LABEL_50 LABEL_50 LABEL_50 LABEL_50 "123456", 80, NULL},
    {LABEL_50 LABEL_50 LABEL_50 LABEL_50 LABEL_50 "12:81", 80,
     LABEL_50 LABEL_50 LABEL_50 LABEL_50 LABEL_50 "12:81"},
    {LABEL_50 LABEL_50 LABEL_50 LABEL_50 LABEL_50 "123:81", 80, NULL},
};

static void check_host(const struct host_name *h, const char *host, const char *name)
{
	if (!host) {
		ck_assert_msg(h->source == HOST_INVALID && h->len == 0, "%s", name);
		return;
	}
	ck_assert_msg(h->len == strlen(host) && memcmp(h->text, host, h->len) == 0,
		      "%s: %.*s", name, (int)h->len, h->text);
	ck_assert_int_eq(h->source,
			 host[0] == '\0' ? HOST_FROM_SERVER : HOST_FROM_REQUEST);
}

START_TEST(normal_forms)
{
	struct host_name h;

	host_normalise(text(hosts[_i].authority), hosts[_i].port, &h);
	check_host(&h, hosts[_i].host, hosts[_i].authority);
}
END_TEST

START_TEST(normal_forms_are_stable)
{
	struct host_name h;

	if (!hosts[_i].host)
		return;
	host_normalise(text(hosts[_i].host), hosts[_i].port, &h);
	check_host(&h, hosts[_i].host, hosts[_i].host);
}
END_TEST

START_TEST(which_names_the_host)
{
	static const struct {
		const char *method, *target;
		enum host_fields fields;
		const char *field, *host;
	} cases[] = {
	    {"GET", "/", HOST_FIELD_ONE, "a", "a"},
	    {"GET", "/", HOST_FIELD_NONE, NULL, ""},
	    {"GET", "/", HOST_FIELD_ONE, "", ""},
	    {"GET", "/", HOST_FIELD_DIFFERING, "a", NULL},
	    {"GET", "*", HOST_FIELD_ONE, "a", "a"},
	    {"GET", "", HOST_FIELD_ONE, "a", "a"},
	    {"GET", "//b/x", HOST_FIELD_ONE, "a", "a"},
	    {"GET", "/?u=http://b/", HOST_FIELD_ONE, "a", "a"},
	    {"GET", "x?u=http://b/", HOST_FIELD_ONE, "a", "a"},
	    {"GET", "http://b", HOST_FIELD_ONE, "a", "b"},
	    {"GET", "HTTP://B:80/x", HOST_FIELD_ONE, "a", "b"},
	    {"GET", "http://b:443?x", HOST_FIELD_NONE, NULL, "b:443"},
	    {"GET", "https://b:443/", HOST_FIELD_NONE, NULL, "b"},
	    {"GET", "https://b:80/", HOST_FIELD_NONE, NULL, "b:80"},
	    {"GET", "ws://u:p@b:80/", HOST_FIELD_NONE, NULL, "b:80"},
	    {"GET", "http://b#f", HOST_FIELD_DIFFERING, "a", "b"},
	    {"GET", "http://b c/", HOST_FIELD_ONE, "a", NULL},
	    {"CONNECT", "b:443", HOST_FIELD_ONE, "a", "b"},
	    {"CONNECT", "b:8443", HOST_FIELD_ONE, "a", "b:8443"},
	    {"CONNECT", "[::1]:443", HOST_FIELD_ONE, "a", "[::1]"},
	    {"CONNECT", "/x", HOST_FIELD_ONE, "a", NULL},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct host_name h;

		host_of_request(text(cases[i].method), text(cases[i].target),
				cases[i].fields, text(cases[i].field), &h);
		check_host(&h, cases[i].host, cases[i].target);
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("http/host");
	TCase *t = tcase_create("hosts");
	int n = sizeof(hosts) / sizeof(hosts[0]);

	tcase_add_loop_test(t, normal_forms, 0, n);
	tcase_add_loop_test(t, normal_forms_are_stable, 0, n);
	tcase_add_test(t, which_names_the_host);
	suite_add_tcase(s, t);
	return run_suite(s);
}
