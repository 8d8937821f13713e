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

#include <stdint.h>

#include "base/err.h"
#include "capture/packet.h"

#define IDENTITY_SIZE 32U

struct identity; /* defined in identity.c only */

/** @return owned by the caller; NULL without memory */
struct identity *identity_new(void);

/** @retval SL_OK, SL_E_NOMEM */
enum sl_err identity_add(struct identity *id, const struct packet *packet);

/** Write the digest of what was added so far; more can be added.
 *  @retval SL_OK, SL_E_NOMEM */
enum sl_err identity_peek(const struct identity *id, uint8_t out[IDENTITY_SIZE]);

/** NULL is allowed. */
void identity_free(struct identity *id);

#endif
