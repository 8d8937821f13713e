/**
 * @file
 * @brief The Internet checksum (RFC 1071). Private to decode/.
 */
#ifndef STATLINE_DECODE_CHECKSUM_H
#define STATLINE_DECODE_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

/** Add @p len bytes to the sum; all calls but the last take an even number. */
static inline uint64_t checksum_add(uint64_t sum, const uint8_t *bytes, size_t len)
{
	for (; len >= 2; bytes += 2, len -= 2)
		sum += (uint32_t)bytes[0] << 8 | bytes[1];
	return len > 0 ? sum + ((uint32_t)bytes[0] << 8) : sum;
}

/** @return the checksum of what was added: 0 when it holds a right one */
static inline uint16_t checksum_fold(uint64_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

#endif
