/**
 * @file
 * @brief IP addresses and endpoints.
 */
#ifndef STATLINE_BASE_ADDR_H
#define STATLINE_BASE_ADDR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/** An IPv6 address in network order, or an IPv4 one in its mapped form
 *  (::ffff:a.b.c.d, RFC 4291 section 2.5.5.2): one size for both. */
struct ip_addr {
	uint8_t bytes[16];
};

/** An address and a TCP port in host order. */
struct endpoint {
	struct ip_addr addr;
	uint16_t port;
};

/** Room for any endpoint as text: 8 groups of 5, brackets, colon, port, zero. */
#define ENDPOINT_TEXT_SIZE 64

/** @param bytes four bytes in network order, copied */
static inline struct ip_addr ip_addr_from_v4(const uint8_t *bytes)
{
	struct ip_addr a = {.bytes = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}};

	memcpy(a.bytes + 12, bytes, 4);
	return a;
}

/** @param bytes sixteen bytes in network order, copied */
static inline struct ip_addr ip_addr_from_v6(const uint8_t *bytes)
{
	struct ip_addr a;

	memcpy(a.bytes, bytes, 16);
	return a;
}

static inline bool ip_addr_equal(const struct ip_addr *a, const struct ip_addr *b)
{
	return memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0;
}

static inline bool endpoint_equal(const struct endpoint *a, const struct endpoint *b)
{
	return ip_addr_equal(&a->addr, &b->addr) && a->port == b->port;
}

/** @return whether @p a is an IPv4 address in its mapped form */
bool ip_addr_is_v4(const struct ip_addr *a);

/**
 * @brief Write an address as RFC 5952 has it: `10.0.0.1`, `2001:db8::1`.
 * @param out   receives the text and its zero
 * @param size  of @p out; ENDPOINT_TEXT_SIZE is always enough
 * @return @p out
 */
char *ip_addr_text(const struct ip_addr *a, char *out, size_t size);

/** Read what ip_addr_text() writes. @return whether @p text is an address */
bool ip_addr_parse(const char *text, struct ip_addr *out);

/** As ip_addr_text(), with the port: `10.0.0.1:80`, `[2001:db8::1]:80`. */
char *endpoint_text(const struct endpoint *e, char *out, size_t size);

/**
 * @brief Read what endpoint_text() and ip_addr_text() write.
 * @param out  its port is 0 when @p text has none
 * @return whether it is an address, with or without a port
 */
bool endpoint_parse(const char *text, struct endpoint *out);

#endif
