#include "base/addr.h"

#include <arpa/inet.h>
#include <stdio.h>

static const uint8_t v4_prefix[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

bool ip_addr_is_v4(const struct ip_addr *a)
{
	return memcmp(a->bytes, v4_prefix, sizeof(v4_prefix)) == 0;
}

char *ip_addr_text(const struct ip_addr *a, char *out, size_t size)
{
	const char *done = ip_addr_is_v4(a)
			       ? inet_ntop(AF_INET, a->bytes + 12, out, (socklen_t)size)
			       : inet_ntop(AF_INET6, a->bytes, out, (socklen_t)size);

	if (!done && size > 0)
		out[0] = '\0';
	return out;
}

char *endpoint_text(const struct endpoint *e, char *out, size_t size)
{
	char addr[ENDPOINT_TEXT_SIZE];

	(void)ip_addr_text(&e->addr, addr, sizeof(addr));
	(void)snprintf(out, size, ip_addr_is_v4(&e->addr) ? "%s:%u" : "[%s]:%u", addr,
		       e->port);
	return out;
}

static bool parse_port(const char *text, uint16_t *port)
{
	unsigned n = 0;

	if (*text == '\0')
		return false;
	for (; *text; text++) {
		if (*text < '0' || *text > '9')
			return false;
		n = n * 10 + (unsigned)(*text - '0');
		if (n > UINT16_MAX)
			return false;
	}
	*port = (uint16_t)n;
	return true;
}

bool ip_addr_parse(const char *text, struct ip_addr *out)
{
	uint8_t v4[4];

	if (inet_pton(AF_INET, text, v4) == 1) {
		*out = ip_addr_from_v4(v4);
		return true;
	}
	return inet_pton(AF_INET6, text, out->bytes) == 1;
}

bool endpoint_parse(const char *text, struct endpoint *out)
{
	char addr[ENDPOINT_TEXT_SIZE];
	const char *end;

	*out = (struct endpoint){.port = 0};
	if (ip_addr_parse(text, &out->addr))
		return true;
	end = *text == '[' ? strchr(text, ']') : strchr(text, ':');
	if (*text == '[')
		text++;
	if (!end || (size_t)(end - text) >= sizeof(addr))
		return false;
	memcpy(addr, text, (size_t)(end - text));
	addr[end - text] = '\0';
	if (*end == ']')
		end++;
	return *end == ':' && ip_addr_parse(addr, &out->addr) &&
	       parse_port(end + 1, &out->port);
}
