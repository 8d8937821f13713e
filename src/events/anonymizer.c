#include "events/anonymizer.h"

#include <errno.h>
#include <fcntl.h>
#include <nettle/aes.h>
#include <nettle/hmac.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/limits.h"
#include "http/fields.h"
#include "http/path.h"

/** Addresses remembered: 32 to 128 blocks of AES each are saved. */
#define CACHE 4096U
/** Bytes of rewritten texts: a target's segments may grow from 1 byte to 11. */
#define TEXT_SIZE (LIMIT_TARGET * 12U)

struct cached {
	struct ip_addr from;
	struct ip_addr to;
	bool used;
};

struct anonymizer {
	struct aes128_ctx aes;
	struct hmac_sha256_ctx hmac;
	uint8_t pad[AES_BLOCK_SIZE];
	uint8_t key[ANONYMIZER_KEY];
	struct cached *cache;
	char host[LIMIT_HOST];
	char target[TEXT_SIZE];
	char fields[TEXT_SIZE + 4096];
};

/* ---- the key ---- */

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
		return (c | 0x20) - 'a' + 10;
	return -1;
}

static bool key_from_hex(uint8_t *key, const char *text)
{
	for (size_t i = 0; i < ANONYMIZER_KEY; i++) {
		int high = hex_digit(text[2 * i]);
		int low = high < 0 ? -1 : hex_digit(text[2 * i + 1]);

		if (low < 0)
			return false;
		key[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

static enum sl_err read_key(uint8_t *key, const char *path, struct errbuf *eb)
{
	char text[2 * ANONYMIZER_KEY + 2];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return errbuf_set(eb, SL_E_IO, "%s: cannot be opened: %s", path,
				  strerror(errno));
	n = read(fd, text, sizeof(text));
	(void)close(fd);
	if (n == (ssize_t)ANONYMIZER_KEY) {
		memcpy(key, text, ANONYMIZER_KEY);
		return SL_OK;
	}
	if (n >= (ssize_t)(2 * ANONYMIZER_KEY) && key_from_hex(key, text) &&
	    (n == (ssize_t)(2 * ANONYMIZER_KEY) || text[2 * ANONYMIZER_KEY] == '\n'))
		return SL_OK;
	return errbuf_set(eb, SL_E_USAGE,
			  "%s: no key: %u bytes, or %u hexadecimal digits (openssl "
			  "rand -hex %u)",
			  path, ANONYMIZER_KEY, 2 * ANONYMIZER_KEY, ANONYMIZER_KEY);
}

static void set_key(struct anonymizer *a)
{
	aes128_set_encrypt_key(&a->aes, a->key);
	hmac_sha256_set_key(&a->hmac, sizeof(a->key), a->key);
	/* The second half of the key, encrypted, is what is not an address. */
	aes128_encrypt(&a->aes, AES_BLOCK_SIZE, a->pad, a->key + AES128_KEY_SIZE);
}

/** Without a key yet. */
static struct anonymizer *allocate(void)
{
	struct anonymizer *a = calloc(1, sizeof(*a));

	if (!a)
		return NULL;
	a->cache = calloc(CACHE, sizeof(*a->cache));
	if (a->cache)
		return a;
	free(a);
	return NULL;
}

enum sl_err anonymizer_open(struct anonymizer **out, const char *path,
			    struct errbuf *eb)
{
	struct anonymizer *a = allocate();
	enum sl_err e = SL_OK;

	*out = NULL;
	if (!a)
		return errbuf_set(eb, SL_E_NOMEM, "%s", sl_err_text(SL_E_NOMEM));
	if (path)
		e = read_key(a->key, path, eb);
	else if (getrandom(a->key, sizeof(a->key), 0) != sizeof(a->key))
		e = errbuf_set(eb, SL_E_IO, "no random numbers for a key: %s",
			       strerror(errno));
	if (e) {
		anonymizer_free(a);
		return e;
	}
	set_key(a);
	*out = a;
	return SL_OK;
}

struct anonymizer *anonymizer_copy(const struct anonymizer *a)
{
	struct anonymizer *copy = allocate();

	if (!copy)
		return NULL;
	memcpy(copy->key, a->key, sizeof(copy->key));
	set_key(copy);
	return copy;
}

void anonymizer_free(struct anonymizer *a)
{
	if (!a)
		return;
	free(a->cache);
	explicit_bzero(a, sizeof(*a));
	free(a);
}

/* ---- addresses ---- */

/* Bit i of the result is bit i of the address, turned over or not by what the cipher
 * makes of the i bits before it. */
static void map_bits(struct anonymizer *a, const uint8_t *in, uint8_t *out, unsigned n)
{
	uint8_t block[AES_BLOCK_SIZE], got[AES_BLOCK_SIZE];

	memset(out, 0, n / 8);
	for (unsigned i = 0; i < n; i++) {
		uint8_t keep = (uint8_t)(0xff00U >> (i % 8));

		memcpy(block, a->pad, sizeof(block));
		memcpy(block, in, i / 8);
		if (i % 8 != 0)
			block[i / 8] =
			    (uint8_t)((in[i / 8] & keep) | (a->pad[i / 8] & ~keep));
		aes128_encrypt(&a->aes, sizeof(got), got, block);
		out[i / 8] |= (uint8_t)((got[0] >> 7) << (7 - i % 8));
	}
	for (unsigned i = 0; i < n / 8; i++)
		out[i] ^= in[i];
}

struct ip_addr anonymizer_address(struct anonymizer *a, const struct ip_addr *addr)
{
	struct cached *c = &a->cache[hash_bytes(addr, sizeof(*addr)) % CACHE];

	if (c->used && memcmp(&c->from, addr, sizeof(*addr)) == 0)
		return c->to;
	c->used = true;
	c->from = *addr;
	c->to = *addr;
	if (ip_addr_is_v4(addr))
		map_bits(a, addr->bytes + 12, c->to.bytes + 12, 32);
	else
		map_bits(a, addr->bytes, c->to.bytes, 128);
	return c->to;
}

/* ---- texts ---- */

static void keyed(struct anonymizer *a, char kind, struct text t,
		  uint8_t out[SHA256_DIGEST_SIZE])
{
	size_t len = t.len < LIMIT_TARGET ? t.len : LIMIT_TARGET;

	hmac_sha256_update(&a->hmac, 1, (const uint8_t *)&kind);
	hmac_sha256_update(&a->hmac, len, (const uint8_t *)t.at);
	hmac_sha256_digest(&a->hmac, SHA256_DIGEST_SIZE, out);
}

/** Letters that no path folds and no number is made of. */
static size_t letters(const uint8_t *digest, size_t n, char *out)
{
	static const char alphabet[] = "ghjkmnpqrstvwxyz";

	for (size_t i = 0; i < n; i++)
		out[i] = alphabet[i % 2 ? digest[i / 2] & 15 : digest[i / 2] >> 4];
	return n;
}

static size_t write_segment(struct anonymizer *a, struct text segment, char *out)
{
	uint8_t digest[SHA256_DIGEST_SIZE];
	int n = 0;

	if (segment.len == 0)
		return 0;
	keyed(a, 'p', segment, digest);
	switch (path_segment_kind(segment)) {
	case SEGMENT_NUMBER:
		n = snprintf(out, 12, "%u",
			     (unsigned)digest[0] << 16 | (unsigned)digest[1] << 8 |
				 digest[2]);
		break;
	case SEGMENT_UUID:
	case SEGMENT_HEX:
	case SEGMENT_TOKEN:
		n = snprintf(out, 18, "%02x%02x%02x%02x%02x%02x%02x%02x0", digest[0],
			     digest[1], digest[2], digest[3], digest[4], digest[5],
			     digest[6], digest[7]);
		break;
	case SEGMENT_PLAIN:
		return letters(digest, 8, out);
	}
	return n > 0 ? (size_t)n : 0;
}

/* Room for @p path.len * 12 bytes is there, and 20 more. */
static size_t write_path(struct anonymizer *a, struct text path, char *out, size_t size)
{
	size_t used = 0;

	while (path.len > 0 && used + 20 < size) {
		const char *slash = memchr(path.at, '/', path.len);
		size_t len = slash ? (size_t)(slash - path.at) : path.len;

		used += write_segment(a, (struct text){path.at, len}, out + used);
		if (slash)
			out[used++] = '/';
		path.at += slash ? len + 1 : len;
		path.len -= slash ? len + 1 : len;
	}
	return used;
}

/* RFC 6761 section 6.4: a name that is nobody's. */
static size_t put_end(char *out)
{
	static const char end[] = {'.', 'i', 'n', 'v', 'a', 'l', 'i', 'd'};

	memcpy(out, end, sizeof(end));
	return sizeof(end);
}

static size_t write_host(struct anonymizer *a, struct text host, char *out)
{
	uint8_t digest[SHA256_DIGEST_SIZE];
	size_t n;

	keyed(a, 'h', host, digest);
	n = letters(digest, 12, out);
	return n + put_end(out + n);
}

/* ---- fields ---- */

static size_t put_field(char *out, size_t size, const char *name, struct text value)
{
	int n = snprintf(out, size, "%s: %.*s\r\n", name, (int)value.len, value.at);

	return n > 0 && (size_t)n < size ? (size_t)n : 0;
}

/* Absolute, or to a host: both parts. To the same host it stays on it. */
static size_t put_location(struct anonymizer *a, struct text value,
			   const struct http_exchange *x, struct text host, char *out,
			   size_t size)
{
	char whole[TEXT_SIZE / 2];
	struct location to;
	struct text path = path_of_target(value);
	size_t used = 0;
	uint8_t digest[SHA256_DIGEST_SIZE];

	(void)location_write(value, x, false, &to, whole, sizeof(whole));
	if (to.to_https) {
		memcpy(whole, "https://", used = 8);
		memcpy(whole + used, host.at, host.len);
		used += host.len;
	} else if (to.elsewhere) {
		memcpy(whole, "http://", used = 7);
		keyed(a, 'l', value, digest);
		used += letters(digest, 12, whole + used);
		used += put_end(whole + used);
	}
	used += write_path(a, path, whole + used, sizeof(whole) - used);
	return put_field(out, size, "Location", (struct text){whole, used});
}

static size_t put_schemes(struct text value, char *out, size_t size)
{
	struct text element;
	size_t used = 0;

	while (text_list_next(&value, &element)) {
		const char *space = memchr(element.at, ' ', element.len);

		if (space)
			element.len = (size_t)(space - element.at);
		if (!memchr(element.at, '=', element.len) && element.len < 32)
			used += put_field(out + used, size - used, "WWW-Authenticate",
					  element);
	}
	return used;
}

static struct text short_text(struct text t)
{
	if (t.len > 256)
		t.len = 256;
	return t;
}

static struct text rewrite_fields(struct anonymizer *a, const struct http_exchange *x,
				  struct text host)
{
	static const char *const kept[] = {"Allow", "Retry-After"};
	struct text rest = x->response_fields;
	struct text value;
	char *out = a->fields;
	size_t size = sizeof(a->fields);
	size_t used = 0;

	if (field_find(x->response_fields, "location", &value))
		used += put_location(a, value, x, host, out, size);
	for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
		if (field_find(x->response_fields, kept[i], &value))
			used += put_field(out + used, size - used, kept[i],
					  short_text(value));
	while (field_find_next(&rest, "www-authenticate", &value))
		used += put_schemes(value, out + used, size - used);
	return (struct text){out, used};
}

void anonymizer_apply(struct anonymizer *a, struct http_exchange *x)
{
	struct http_exchange before = *x;
	struct text host = before.host;

	x->client.addr = anonymizer_address(a, &before.client.addr);
	x->server.addr = anonymizer_address(a, &before.server.addr);
	if (before.host_source == HOST_FROM_REQUEST && before.host.len > 0) {
		host = (struct text){a->host, write_host(a, before.host, a->host)};
		x->host = host;
	} else if (before.host_source == HOST_FROM_SERVER) {
		/* Its name is its address: made anew of the mapped one. */
		(void)endpoint_text(&x->server, a->host, sizeof(a->host));
		x->host = (struct text){a->host, strlen(a->host)};
		host = x->host;
	}
	x->target.at = a->target;
	x->target.len =
	    write_path(a, path_of_target(before.target), a->target, sizeof(a->target));
	if (before.response_fields.len > 0)
		x->response_fields = rewrite_fields(a, &before, host);
	x->forwarded = (struct text){NULL, 0};
	x->user_agent = (struct text){NULL, 0};
	x->referer = (struct text){NULL, 0};
}
