#include "http2/hpack.h"

#include <nghttp2/nghttp2.h>

#include "base/limits.h"

/* Entries of a lost table of the default size, 4,096 bytes, at 32 bytes each and one
 * for the name (RFC 7541 section 4.1). */
#define UNKNOWN_ENTRIES (4096U / 33U)
/* "Literal with incremental indexing, new name": a name of one zero byte, no value. */
#define UNKNOWN_FIELD 0x40, 0x01, 0x00, 0x00

struct hpack {
	struct memory_part *part;
	nghttp2_mem mem;
	nghttp2_hd_inflater *inflater; /* NULL without memory */
};

static void *mem_malloc(size_t size, void *part)
{
	return memory_resize(part, NULL, size);
}

static void mem_free(void *p, void *part)
{
	memory_free(part, p);
}

static void *mem_calloc(size_t n, size_t size, void *part)
{
	return size == 0 || n <= SIZE_MAX / size ? memory_new(part, n * size) : NULL;
}

static void *mem_realloc(void *p, size_t size, void *part)
{
	return memory_resize(part, p, size);
}

/* Fill the table with what nobody knows. */
static bool prime(struct hpack *h)
{
	static const uint8_t field[] = {UNKNOWN_FIELD};
	nghttp2_nv nv;
	int flags;

	for (unsigned i = 0; i < UNKNOWN_ENTRIES; i++) {
		flags = 0;
		if (nghttp2_hd_inflate_hd2(h->inflater, &nv, &flags, field,
					   sizeof(field), 0) != sizeof(field))
			return false;
	}
	flags = 0;
	if (nghttp2_hd_inflate_hd2(h->inflater, &nv, &flags, field, 0, 1) != 0)
		return false;
	return nghttp2_hd_inflate_end_headers(h->inflater) == 0;
}

static bool start(struct hpack *h, bool lost)
{
	nghttp2_hd_inflater *inflater;

	if (nghttp2_hd_inflate_new2(&inflater, &h->mem) != 0)
		return false;
	/* What the decoding peer allows (SETTINGS_HEADER_TABLE_SIZE) need not be
	 * followed: an encoder says what it makes of it (RFC 7541 section 4.2). */
	h->inflater = inflater;
	if (nghttp2_hd_inflate_change_table_size(inflater, LIMIT_HTTP2_TABLE) == 0 &&
	    (!lost || prime(h)))
		return true;
	nghttp2_hd_inflate_del(inflater);
	h->inflater = NULL;
	return false;
}

struct hpack *hpack_new(struct memory_part *part, bool lost)
{
	struct hpack *h = memory_new(part, sizeof(*h));

	if (!h)
		return NULL;
	h->part = part;
	h->mem = (nghttp2_mem){.mem_user_data = part,
			       .malloc = mem_malloc,
			       .free = mem_free,
			       .calloc = mem_calloc,
			       .realloc = mem_realloc};
	if (!start(h, lost)) {
		hpack_free(h);
		return NULL;
	}
	return h;
}

static void tell_field(const nghttp2_nv *nv, hpack_field *tell, void *ctx)
{
	struct text name = {(const char *)nv->name, nv->namelen};
	struct text value = {(const char *)nv->value, nv->valuelen};

	if (name.len == 1 && name.at[0] == '\0')
		name.len = 0;
	tell(ctx, name, value);
}

bool hpack_feed(struct hpack *h, const uint8_t *bytes, size_t len, bool last,
		hpack_field *tell, void *ctx)
{
	if (!h->inflater)
		return false;
	for (;;) {
		nghttp2_nv nv;
		int flags = 0;
		ssize_t n =
		    nghttp2_hd_inflate_hd2(h->inflater, &nv, &flags, bytes, len, last);

		if (n < 0)
			return false;
		if (n > 0) {
			bytes += n;
			len -= (size_t)n;
		}
		if (flags & NGHTTP2_HD_INFLATE_EMIT)
			tell_field(&nv, tell, ctx);
		if (flags & NGHTTP2_HD_INFLATE_FINAL)
			return nghttp2_hd_inflate_end_headers(h->inflater) == 0;
		if (!(flags & NGHTTP2_HD_INFLATE_EMIT) && len == 0)
			return !last;
	}
}

/* An integer with @p bits of prefix (RFC 7541 section 5.1), which begins at @p at.
 * Returns where it ends, or @p len when it is none. */
static size_t skip_integer(const uint8_t *bytes, size_t len, size_t at, unsigned bits,
			   size_t *value)
{
	size_t mask = ((size_t)1 << bits) - 1;

	*value = bytes[at++] & mask;
	if (*value < mask)
		return at;
	for (unsigned shift = 0; at < len && shift < 28; shift += 7) {
		*value += (size_t)(bytes[at] & 0x7f) << shift;
		if (!(bytes[at++] & 0x80))
			return at;
	}
	return len;
}

static size_t skip_string(const uint8_t *bytes, size_t len, size_t at)
{
	size_t size;

	if (at >= len)
		return len;
	at = skip_integer(bytes, len, at, 7, &size);
	return size < len - at ? at + size : len;
}

bool hpack_keeps_table(const uint8_t *bytes, size_t len)
{
	size_t at = 0;
	size_t index;

	while (at < len) {
		uint8_t first = bytes[at];

		if (first & 0x80) {
			at = skip_integer(bytes, len, at, 7, &index);
			continue;
		}
		/* Literals that enter the table, and its size. */
		if (first & 0x60)
			return false;
		at = skip_integer(bytes, len, at, 4, &index);
		if (index == 0)
			at = skip_string(bytes, len, at);
		at = skip_string(bytes, len, at);
	}
	return true;
}

bool hpack_lose(struct hpack *h)
{
	if (h->inflater)
		nghttp2_hd_inflate_del(h->inflater);
	h->inflater = NULL;
	return start(h, true);
}

void hpack_free(struct hpack *h)
{
	if (!h)
		return;
	if (h->inflater)
		nghttp2_hd_inflate_del(h->inflater);
	memory_free(h->part, h);
}
