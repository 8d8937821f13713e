#include "http2/hpack.h"

#include <string.h>

#include <nghttp2/nghttp2.h>

#include "base/limits.h"

/* Entries of a lost table of the default size, 4,096 bytes, at 32 bytes each and one
 * for the name (RFC 7541 section 4.1). */
#define UNKNOWN_ENTRIES (4096U / 33U)
/* Bytes for blocks that wait, at first. */
#define LATE_FIRST 1024U
/* "Literal with incremental indexing, new name": a name of one zero byte, no value. */
#define UNKNOWN_FIELD 0x40, 0x01, 0x00, 0x00

struct hpack {
	struct memory_part *part;
	nghttp2_mem mem;
	nghttp2_hd_inflater *inflater; /* NULL without memory */
	/* Blocks that the inflater has not had: each after its struct late. */
	uint8_t *late;
	size_t late_at; /* where they begin; what is before is over */
	size_t late_end;
	size_t late_room;
	size_t late_inserts; /* sum of `inserts` */
};

struct late {
	uint32_t len;
	uint32_t inserts;
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

static bool inflate(struct hpack *h, const uint8_t *bytes, size_t len, bool last,
		    hpack_field *tell, void *ctx)
{
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
		if ((flags & NGHTTP2_HD_INFLATE_EMIT) && tell)
			tell_field(&nv, tell, ctx);
		if (flags & NGHTTP2_HD_INFLATE_FINAL)
			return nghttp2_hd_inflate_end_headers(h->inflater) == 0;
		if (!(flags & NGHTTP2_HD_INFLATE_EMIT) && len == 0)
			return !last;
	}
}

/* ---- blocks that wait ---- */

static struct late late_read(const struct hpack *h)
{
	struct late l;

	memcpy(&l, h->late + h->late_at, sizeof(l));
	return l;
}

static void late_drop_first(struct hpack *h)
{
	struct late l = late_read(h);

	h->late_at += sizeof(l) + l.len;
	h->late_inserts -= l.inserts;
}

static void late_drop_all(struct hpack *h)
{
	h->late_at = 0;
	h->late_end = 0;
	h->late_inserts = 0;
}

/* Let the inflater have what waits. */
static bool late_feed(struct hpack *h)
{
	bool ok = true;

	while (ok && h->late_at < h->late_end) {
		struct late l = late_read(h);

		ok = inflate(h, h->late + h->late_at + sizeof(l), l.len, true, NULL,
			     NULL);
		late_drop_first(h);
	}
	late_drop_all(h);
	return ok;
}

static bool late_make_room(struct hpack *h, size_t more)
{
	size_t kept = h->late_end - h->late_at;
	size_t room = h->late_room ? h->late_room : LATE_FIRST;
	uint8_t *grown;

	if (h->late_end + more <= h->late_room)
		return true;
	if (h->late_at > 0)
		memmove(h->late, h->late + h->late_at, kept);
	h->late_at = 0;
	h->late_end = kept;
	/* Half of it free: moving is rare. */
	while (room < 2 * (kept + more))
		room *= 2;
	if (room <= h->late_room)
		return true;
	if (room > LIMIT_HTTP2_LATE)
		return kept + more <= h->late_room;
	grown = memory_resize(h->part, h->late, room);
	if (!grown)
		return kept + more <= h->late_room;
	h->late = grown;
	h->late_room = room;
	return true;
}

bool hpack_defer(struct hpack *h, const uint8_t *bytes, size_t len, size_t inserts)
{
	struct late l = {.len = (uint32_t)len, .inserts = (uint32_t)inserts};
	size_t capacity;

	if (!h->inflater || !late_make_room(h, sizeof(l) + len))
		return false;
	memcpy(h->late + h->late_end, &l, sizeof(l));
	memcpy(h->late + h->late_end + sizeof(l), bytes, len);
	h->late_end += sizeof(l) + len;
	h->late_inserts += inserts;
	/* What came before so much is in no table any more. */
	capacity = nghttp2_hd_inflate_get_max_dynamic_table_size(h->inflater);
	while (h->late_at < h->late_end &&
	       h->late_inserts - late_read(h).inserts >= capacity)
		late_drop_first(h);
	return true;
}

bool hpack_feed(struct hpack *h, const uint8_t *bytes, size_t len, bool last,
		hpack_field *tell, void *ctx)
{
	if (!h->inflater || !late_feed(h))
		return false;
	return inflate(h, bytes, len, last, tell, ctx);
}

bool hpack_lose(struct hpack *h)
{
	late_drop_all(h);
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
	memory_free(h->part, h->late);
	memory_free(h->part, h);
}
