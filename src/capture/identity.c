#include "capture/identity.h"

#define RECORD_SIZE 20U

static void put_be(uint8_t *out, uint64_t value, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++)
		out[i] = (uint8_t)(value >> 8 * (bytes - 1 - i));
}

void identity_add(struct identity *id, const struct packet *packet)
{
	uint8_t record[RECORD_SIZE];

	put_be(record, (uint64_t)packet->time_ns, 8);
	put_be(record + 8, packet->length, 4);
	put_be(record + 12, packet->captured, 4);
	put_be(record + 16, packet->link_type, 4);
	sha256_update(&id->digest, sizeof(record), record);
	sha256_update(&id->digest, packet->captured, packet->bytes);
}

void identity_peek(const struct identity *id, uint8_t out[SHA256_DIGEST_SIZE])
{
	struct sha256_ctx copy = id->digest;

	sha256_digest(&copy, SHA256_DIGEST_SIZE, out);
}
