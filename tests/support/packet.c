#include "support/packet.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

static void put16(uint8_t *at, size_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static void put32(uint8_t *at, uint32_t value)
{
	put16(at, value >> 16);
	put16(at + 2, value & 0xffff);
}

/* RFC 1071, bytewise: not the code under test. */
static uint16_t sum_of(const uint8_t *bytes, size_t len, uint32_t start)
{
	uint32_t sum = start;

	for (size_t i = 0; i < len; i++)
		sum += i % 2 ? bytes[i] : (uint32_t)bytes[i] << 8;
	sum = (sum >> 16) + (sum & 0xffff);
	return (uint16_t)(sum + (sum >> 16));
}

static uint8_t *grow(struct packet_build *b, size_t len)
{
	if (len > b->at)
		abort();
	b->at -= len;
	memset(b->room + b->at, 0, len);
	return b->room + b->at;
}

void packet_payload(struct packet_build *b, const void *bytes, size_t len)
{
	b->at = sizeof(b->room);
	packet_prepend(b, bytes, len);
}

void packet_prepend(struct packet_build *b, const void *bytes, size_t len)
{
	uint8_t *to = grow(b, len);

	if (len > 0)
		memcpy(to, bytes, len);
}

void packet_prepend_hex(struct packet_build *b, const char *hex)
{
	uint8_t bytes[256];
	size_t len = 0;

	while (*hex) {
		char *end;

		if (len == sizeof(bytes))
			abort();
		bytes[len++] = (uint8_t)strtoul(hex, &end, 16);
		hex = *end == ' ' ? end + 1 : end;
	}
	packet_prepend(b, bytes, len);
}

void packet_pad(struct packet_build *b, size_t len)
{
	size_t size = packet_size(b);

	(void)grow(b, len);
	memmove(b->room + b->at, b->room + b->at + len, size);
	memset(b->room + b->at + size, 0, len);
}

void packet_tcp(struct packet_build *b, const struct packet_tcp_header *h)
{
	uint8_t *at = grow(b, 20U + h->options);

	put16(at, h->source);
	put16(at + 2, h->destination);
	put32(at + 4, h->seq);
	put32(at + 8, h->ack);
	at[12] = (uint8_t)((20 + h->options) / 4 << 4);
	at[13] = h->flags;
	put16(at + 14, 8192);
	memset(at + 20, 1, h->options);
}

void packet_udp(struct packet_build *b, uint16_t source, uint16_t destination)
{
	size_t len = packet_size(b) + 8;
	uint8_t *at = grow(b, 8);

	put16(at, source);
	put16(at + 2, destination);
	put16(at + 4, len);
}

static void fill_tcp_sum(uint8_t *tcp, size_t len, const uint8_t *addresses, size_t n)
{
	uint16_t sum;

	if (len < 20)
		return;
	put16(tcp + 16, 0);
	sum = sum_of(addresses, n, 6 + (uint32_t)len);
	put16(tcp + 16, (uint16_t)~sum_of(tcp, len, sum));
}

void packet_ipv4_fragment(struct packet_build *b, uint8_t protocol, const char *source,
			  const char *destination, uint16_t id, uint16_t field)
{
	size_t len = packet_size(b);
	uint8_t *at = grow(b, 20);

	at[0] = 0x45;
	put16(at + 2, len + 20);
	put16(at + 4, id);
	put16(at + 6, field);
	at[8] = 64;
	at[9] = protocol;
	if (inet_pton(AF_INET, source, at + 12) != 1 ||
	    inet_pton(AF_INET, destination, at + 16) != 1)
		abort();
	put16(at + 10, (uint16_t)~sum_of(at, 20, 0));
	if (protocol == 6 && field == 0)
		fill_tcp_sum(at + 20, len, at + 12, 8);
}

void packet_ipv4(struct packet_build *b, uint8_t protocol, const char *source,
		 const char *destination)
{
	packet_ipv4_fragment(b, protocol, source, destination, 0, 0);
}

void packet_ipv6(struct packet_build *b, uint8_t next, const char *source,
		 const char *destination)
{
	size_t len = packet_size(b);
	uint8_t *at = grow(b, 40);

	at[0] = 0x60;
	put16(at + 4, len);
	at[6] = next;
	at[7] = 64;
	if (inet_pton(AF_INET6, source, at + 8) != 1 ||
	    inet_pton(AF_INET6, destination, at + 24) != 1)
		abort();
	if (next == 6)
		fill_tcp_sum(at + 40, len, at + 8, 32);
}

void packet_ethernet(struct packet_build *b, uint16_t type)
{
	static const uint8_t addresses[12] = {0x02, 0, 0, 0, 0, 2, 0x02, 0, 0, 0, 0, 1};
	uint8_t *at = grow(b, 14);

	memcpy(at, addresses, 12);
	put16(at + 12, type);
}

const uint8_t *packet_bytes(const struct packet_build *b)
{
	return b->room + b->at;
}

size_t packet_size(const struct packet_build *b)
{
	return sizeof(b->room) - b->at;
}

struct packet packet_of(const struct packet_build *b, uint32_t link_type,
			int64_t time_ns)
{
	return (struct packet){.time_ns = time_ns,
			       .bytes = packet_bytes(b),
			       .captured = (uint32_t)packet_size(b),
			       .length = (uint32_t)packet_size(b),
			       .link_type = link_type};
}
