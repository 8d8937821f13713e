#include "config.h" /* memrchr() */

#include "http/host.h"

#include <arpa/inet.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "http/fields.h"

static const uint16_t port_http = 80;
static const uint16_t port_https = 443;

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Append; whether it still fits. */
static bool put(struct host_name *out, const char *bytes, size_t len)
{
	if (len > sizeof(out->text) - out->len)
		return false;
	memcpy(out->text + out->len, bytes, len);
	out->len += len;
	return true;
}

/* A name whose labels are not empty, or an IPv4 address; one dot may end it. */
static bool put_name(struct host_name *out, struct text name)
{
	char before = '.';

	if (name.len > 0 && name.at[name.len - 1] == '.')
		name.len--;
	if (name.len == 0 || name.len > sizeof(out->text))
		return false;
	for (size_t i = 0; i < name.len; i++) {
		char c = name.at[i];

		if (c >= 'A' && c <= 'Z')
			c = (char)(c | 0x20);
		else if (c == '.' ? before == '.'
				  : !(c >= 'a' && c <= 'z') && !is_digit(c) &&
					c != '-' && c != '_')
			return false;
		out->text[i] = c;
		before = c;
	}
	out->len = name.len;
	return before != '.';
}

/* An IPv6 address, given without its brackets. */
static bool put_ipv6(struct host_name *out, struct text inside)
{
	char text[INET6_ADDRSTRLEN];
	struct in6_addr addr;

	if (inside.len >= sizeof(text))
		return false;
	memcpy(text, inside.at, inside.len);
	text[inside.len] = '\0';
	if (strlen(text) != inside.len || inet_pton(AF_INET6, text, &addr) != 1 ||
	    !inet_ntop(AF_INET6, &addr, text, sizeof(text)))
		return false;
	return put(out, "[", 1) && put(out, text, strlen(text)) && put(out, "]", 1);
}

/* `:port`; an empty port is the default one (RFC 3986 section 3.2.3). */
static bool put_port(struct host_name *out, struct text port, uint16_t default_port)
{
	char text[8];
	unsigned value = 0;
	int n;

	if (port.len > 5)
		return false;
	for (size_t i = 0; i < port.len; i++) {
		if (!is_digit(port.at[i]))
			return false;
		value = value * 10 + (unsigned)(port.at[i] - '0');
	}
	if (value > UINT16_MAX)
		return false;
	if (port.len == 0 || (default_port != 0 && value == default_port))
		return true;
	n = snprintf(text, sizeof(text), ":%u", value);
	return put(out, text, (size_t)n);
}

static bool normalise(struct text a, uint16_t default_port, struct host_name *out)
{
	const char *end = a.at + a.len;
	const char *stop; /* where the host ends and the port may follow */
	bool ok;

	if (a.at[0] == '[') {
		stop = memchr(a.at, ']', a.len);
		if (!stop)
			return false;
		ok =
		    put_ipv6(out, (struct text){a.at + 1, (size_t)(stop - (a.at + 1))});
		stop++;
	} else {
		stop = memchr(a.at, ':', a.len);
		stop = stop ? stop : end;
		ok = put_name(out, (struct text){a.at, (size_t)(stop - a.at)});
	}
	if (!ok || stop == end)
		return ok;
	return *stop == ':' &&
	       put_port(out, (struct text){stop + 1, (size_t)(end - (stop + 1))},
			default_port);
}

void host_normalise(struct text authority, uint16_t default_port, struct host_name *out)
{
	const char *at;

	authority = text_trim(authority);
	if (authority.len > 0) {
		at = memrchr(authority.at, '@', authority.len);
		if (at) {
			authority.len -= (size_t)(at + 1 - authority.at);
			authority.at = at + 1;
		}
	}
	out->len = 0;
	out->source = HOST_FROM_SERVER;
	if (authority.len == 0)
		return;
	out->source =
	    normalise(authority, default_port, out) ? HOST_FROM_REQUEST : HOST_INVALID;
	if (out->source == HOST_INVALID)
		out->len = 0;
}

/* The authority of `scheme://authority/...`; whether the target is of that form. */
static bool absolute_form(struct text target, struct text *authority, uint16_t *port)
{
	const char *end = target.at + target.len;
	const char *colon;
	const char *p;
	size_t scheme;

	/* Nearly every target is in origin-form. */
	if (target.len == 0 || target.at[0] == '/')
		return false;
	colon = memchr(target.at, ':', target.len);
	if (!colon || end - colon < 3 || colon[1] != '/' || colon[2] != '/')
		return false;
	scheme = (size_t)(colon - target.at);
	for (p = target.at; p < colon; p++) {
		if (!is_digit(*p) && (*p | 0x20) < 'a' && *p != '+' && *p != '-' &&
		    *p != '.')
			return false;
	}
	if (text_is((struct text){target.at, scheme}, "http", 4))
		*port = port_http;
	else if (text_is((struct text){target.at, scheme}, "https", 5))
		*port = port_https;
	else
		*port = 0;
	p = colon + 3;
	while (p < end && *p != '/' && *p != '?' && *p != '#')
		p++;
	*authority = (struct text){colon + 3, (size_t)(p - (colon + 3))};
	return true;
}

void host_of_request(struct text method, struct text target, enum host_fields fields,
		     struct text field, struct host_name *out)
{
	struct text authority = {NULL, 0};
	uint16_t port = port_http;

	if (method.len == 7 && memcmp(method.at, "CONNECT", 7) == 0) {
		host_normalise(target, port_https, out);
		return;
	}
	if (!absolute_form(target, &authority, &port)) {
		if (fields == HOST_FIELD_DIFFERING) {
			out->source = HOST_INVALID;
			out->len = 0;
			return;
		}
		if (fields == HOST_FIELD_ONE)
			authority = field;
	}
	host_normalise(authority, port, out);
}
