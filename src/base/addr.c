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
