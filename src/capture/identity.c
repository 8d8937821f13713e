#include "capture/identity.h"

#include <openssl/evp.h>
#include <stdbool.h>
#include <stdlib.h>

#define RECORD_SIZE 20U

struct identity {
	EVP_MD_CTX *digest;
};

struct identity *identity_new(void)
{
	struct identity *id = calloc(1, sizeof(*id));

	if (!id)
		return NULL;
	id->digest = EVP_MD_CTX_new();
	if (!id->digest || EVP_DigestInit_ex(id->digest, EVP_sha256(), NULL) != 1) {
		identity_free(id);
		return NULL;
	}
	return id;
}

static void put_be(uint8_t *out, uint64_t value, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++)
		out[i] = (uint8_t)(value >> 8 * (bytes - 1 - i));
}

enum sl_err identity_add(struct identity *id, const struct packet *packet)
{
	uint8_t record[RECORD_SIZE];

	put_be(record, (uint64_t)packet->time_ns, 8);
	put_be(record + 8, packet->length, 4);
	put_be(record + 12, packet->captured, 4);
	put_be(record + 16, packet->link_type, 4);
	if (EVP_DigestUpdate(id->digest, record, sizeof(record)) != 1 ||
	    EVP_DigestUpdate(id->digest, packet->bytes, packet->captured) != 1)
		return SL_E_NOMEM;
	return SL_OK;
}

enum sl_err identity_peek(const struct identity *id, uint8_t out[IDENTITY_SIZE])
{
	EVP_MD_CTX *copy = EVP_MD_CTX_new();
	bool good = copy && EVP_MD_CTX_copy_ex(copy, id->digest) == 1 &&
		    EVP_DigestFinal_ex(copy, out, NULL) == 1;

	EVP_MD_CTX_free(copy);
	return good ? SL_OK : SL_E_NOMEM;
}

void identity_free(struct identity *id)
{
	if (!id)
		return;
	EVP_MD_CTX_free(id->digest);
	free(id);
}
