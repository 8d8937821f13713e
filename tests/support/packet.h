/**
 * @file
 * @brief Builds packets for tests, from the inside out: payload first, then each header
 *        in front of what is there, so that every length is known when it is written.
 *
 * Addresses are given as text. IP checksums, and those of TCP inside, are right.
 */
#ifndef STATLINE_TESTS_PACKET_H
#define STATLINE_TESTS_PACKET_H

#include <stddef.h>
#include <stdint.h>

#include "capture/packet.h"

/** The largest IP datagram, and room for headers around it. */
#define PACKET_BUILD_MAX 70000U

struct packet_build {
	uint8_t room[PACKET_BUILD_MAX];
	size_t at; /**< the packet is room[at] to the end */
};

struct packet_tcp_header {
	uint16_t source;
	uint16_t destination;
	uint32_t seq;
	uint32_t ack;
	uint8_t flags;   /**< enum tcp_flag */
	uint8_t options; /**< bytes of NOP options; a multiple of 4 up to 40 */
};

/** Begin anew with @p len bytes of payload, copied. */
void packet_payload(struct packet_build *b, const void *bytes, size_t len);

/** Put @p len bytes in front, copied: any header that has no function here. */
void packet_prepend(struct packet_build *b, const void *bytes, size_t len);

/** Put the bytes of @p hex ("08 00 45") in front. */
void packet_prepend_hex(struct packet_build *b, const char *hex);

/** Add @p len zero bytes at the end. */
void packet_pad(struct packet_build *b, size_t len);

void packet_tcp(struct packet_build *b, const struct packet_tcp_header *h);
void packet_udp(struct packet_build *b, uint16_t source, uint16_t destination);
void packet_ipv4(struct packet_build *b, uint8_t protocol, const char *source,
		 const char *destination);
/** One fragment: @p field is flags and offset as on the wire. */
void packet_ipv4_fragment(struct packet_build *b, uint8_t protocol, const char *source,
			  const char *destination, uint16_t id, uint16_t field);
void packet_ipv6(struct packet_build *b, uint8_t next, const char *source,
		 const char *destination);
void packet_ethernet(struct packet_build *b, uint16_t type);

/** @return where the packet begins, lent until the next change */
const uint8_t *packet_bytes(const struct packet_build *b);
size_t packet_size(const struct packet_build *b);

/** @return the packet as capture/ gives it, whole; bytes lent as above */
struct packet packet_of(const struct packet_build *b, uint32_t link_type,
			int64_t time_ns);

#endif
