/**
 * @file
 * @brief The identity of a capture's content: SHA-256 over its first packets.
 *
 * Over each of the first LIMIT_ID_PACKETS records, as they come after decompression and
 * whatever the file format: time in ns (64 bits), bytes on the wire, bytes captured,
 * link type (32 bits each), all big-endian, and then the captured bytes. So a file, its
 * compressed copy, and its copy in the other format are one and the same.
 */
#ifndef STATLINE_CAPTURE_IDENTITY_H
#define STATLINE_CAPTURE_IDENTITY_H

#include <nettle/sha2.h>
#include <stdint.h>

#include "capture/packet.h"

struct identity {
	struct sha256_ctx digest; /**< from sha256_init() on */
};

void identity_add(struct identity *id, const struct packet *packet);

/** Write the digest of what was added so far; more can be added. */
void identity_peek(const struct identity *id, uint8_t out[SHA256_DIGEST_SIZE]);

#endif
