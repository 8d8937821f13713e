#include "http2/block.h"

#include <string.h>

#include "base/limits.h"
#include "http/fields.h"
#include "http2/grpc.h"

/* Most header sections are shorter than the first, nearly all than the second, which is
 * kept between blocks. */
#define TEXT_FIRST 512U
#define TEXT_KEPT  2048U

/* What block_feed() hands to field(). */
struct feeding {
	struct block *block;
	struct memory_part *part;
};

void block_begin(struct block *b, uint32_t stream, int64_t time_ns)
{
	char *text = b->text;
	uint32_t size = b->size;
	uint32_t spent = b->spent;

	*b = (struct block){.open = true,
			    .stream = stream,
			    .start_ns = time_ns,
			    .text = text,
			    .size = size,
			    .spent = spent};
}

/* A byte on the wire may stand for a field of any length in the table: what is kept of
 * them may not grow much faster than what arrives. */
static void earn(struct block *b, size_t len)
{
	uint64_t earned = (uint64_t)len * LIMIT_HTTP2_EXPANSION;

	b->spent -= earned < b->spent ? (uint32_t)earned : b->spent;
}

static bool make_room(struct block *b, struct memory_part *part, size_t more)
{
	size_t need = (size_t)b->len + more;
	size_t size = b->size ? b->size : TEXT_FIRST;
	char *text;

	if (more > LIMIT_HEAD - b->spent || need > LIMIT_HEAD)
		return false;
	if (need > b->size) {
		while (size < need)
			size *= 2;
		text = memory_resize(part, b->text, size);
		if (!text)
			return false;
		b->text = text;
		b->size = (uint32_t)size;
	}
	b->spent += (uint32_t)more;
	return true;
}

static struct block_span put(struct block *b, struct text t)
{
	struct block_span span = {b->len, (uint32_t)t.len};

	if (t.len > 0)
		memcpy(b->text + b->len, t.at, t.len);
	b->len += (uint32_t)t.len;
	return span;
}

static bool name_is(struct text name, const char *word)
{
	return memcmp(name.at, word, name.len) == 0;
}

static void read_status(struct block *b, struct text value)
{
	unsigned status = 0;

	if (value.len != 3 || b->kind != BLOCK_PLAIN)
		return;
	for (size_t i = 0; i < 3; i++) {
		if (value.at[i] < '0' || value.at[i] > '9')
			return;
		status = status * 10 + (unsigned)(value.at[i] - '0');
	}
	b->kind = BLOCK_RESPONSE;
	b->status = (uint16_t)status;
}

/* Where the value of a request's pseudo-header is kept; NULL: nowhere. */
static struct block_span *request_pseudo(struct block *b, struct text name)
{
	switch (name.len) {
	case 5:
		return name_is(name, ":path") ? &b->path : NULL;
	case 7:
		return name_is(name, ":method") ? &b->method : NULL;
	case 9:
		return name_is(name, ":protocol") ? &b->protocol : NULL;
	case 10:
		return name_is(name, ":authority") ? &b->authority : NULL;
	default:
		return NULL;
	}
}

static void pseudo(struct feeding *f, struct text name, struct text value)
{
	struct block *b = f->block;
	struct block_span *span;

	/* They come before all other fields, or not at all (section 8.3). */
	if (b->fields_at != 0)
		return;
	if (name.len == 7 && name_is(name, ":status")) {
		read_status(b, value);
		return;
	}
	span = request_pseudo(b, name);
	if (!span && !(name.len == 7 && name_is(name, ":scheme")))
		return;
	if (b->kind == BLOCK_PLAIN)
		b->kind = BLOCK_REQUEST;
	if (!span || span->len > 0)
		return;
	if (make_room(b, f->part, value.len))
		*span = put(b, value);
	else
		b->truncated = true;
}

/* Fields that mean something here; @p span is where the value stands. */
static void wanted(struct block *b, struct text name, struct block_span span)
{
	struct text value = block_text(b, span);

	switch (name.len) {
	case 11:
		if (name_is(name, "grpc-status"))
			b->grpc_status_set = grpc_status_read(value, &b->grpc_status);
		return;
	case 12:
		if (name_is(name, "content-type"))
			b->grpc = grpc_content_type(value);
		else if (name_is(name, "grpc-message"))
			b->grpc_message = span;
		return;
	default:
		return;
	}
}

/* Long, and of no use to anybody here. */
static bool is_left_out(struct text name)
{
	switch (name.len) {
	case 6:
		return name_is(name, "cookie");
	case 10:
		return name_is(name, "set-cookie");
	case 23:
		return name_is(name, "content-security-policy");
	default:
		return false;
	}
}

/* What would end a line where the section is read (section 8.2.1 forbids it). */
static bool breaks_line(struct text t)
{
	return t.len > 0 && memchr(t.at, '\n', t.len);
}

/* `name: value` and a line end; the room is there. Returns where the value stands. */
static struct block_span put_line(struct block *b, struct text name, struct text value)
{
	char *to = b->text + b->len;
	struct block_span span = {b->len + (uint32_t)name.len + 2, (uint32_t)value.len};

	memcpy(to, name.at, name.len);
	to += name.len;
	*to++ = ':';
	*to++ = ' ';
	if (value.len > 0)
		memcpy(to, value.at, value.len);
	to += value.len;
	*to++ = '\r';
	*to = '\n';
	b->len += (uint32_t)(name.len + value.len + 4);
	return span;
}

static void field(void *ctx, struct text name, struct text value)
{
	struct feeding *f = ctx;
	struct block *b = f->block;
	bool first = !b->any;

	b->any = true;
	if (name.len == 0) {
		b->unknown = b->unknown || first;
		return;
	}
	if (name.at[0] == ':') {
		pseudo(f, name, value);
		return;
	}
	if (b->fields_at == 0)
		b->fields_at = b->len + 1; /* 0 means none yet */
	/* Once one is left out all are: the first ones of a name count. */
	if (b->truncated || is_left_out(name))
		return;
	/* With room for the empty line. */
	if (!make_room(b, f->part, name.len + value.len + 6)) {
		b->truncated = true;
		return;
	}
	if (breaks_line(name) || breaks_line(value))
		return;
	wanted(b, name, put_line(b, name, value));
}

void block_feed(struct block *b, struct memory_part *part, struct hpack *h,
		const uint8_t *bytes, size_t len, bool last)
{
	struct feeding f = {b, part};

	if (b->bad)
		return;
	b->fed = true;
	earn(b, len);
	if (!h || !hpack_feed(h, bytes, len, last, field, &f)) {
		b->bad = true;
		b->unknown = b->unknown || !b->any;
	}
}

bool block_recall(struct block *b, struct memory_part *part, const struct block *known,
		  const char *text, size_t wire)
{
	uint32_t spent = b->spent;

	earn(b, wire);
	if (!make_room(b, part, known->len)) {
		b->spent = spent;
		return false;
	}
	b->fed = true;
	b->any = known->any;
	b->unknown = known->unknown;
	b->grpc = known->grpc;
	b->grpc_status_set = known->grpc_status_set;
	b->grpc_status = known->grpc_status;
	b->kind = known->kind;
	b->status = known->status;
	b->method = known->method;
	b->path = known->path;
	b->authority = known->authority;
	b->protocol = known->protocol;
	b->grpc_message = known->grpc_message;
	b->fields_at = known->fields_at;
	b->len = known->len;
	if (b->len > 0)
		memcpy(b->text, text, b->len);
	return true;
}

struct text block_text(const struct block *b, struct block_span span)
{
	return (struct text){span.len ? b->text + span.at : "", span.len};
}

struct text block_fields(struct block *b, struct memory_part *part)
{
	uint32_t at = b->fields_at ? b->fields_at - 1 : b->len;

	if (!make_room(b, part, 2))
		return (struct text){NULL, 0};
	memcpy(b->text + b->len, "\r\n", 2);
	return (struct text){b->text + at, b->len + 2 - at};
}

bool block_request(struct block *b, struct memory_part *part, struct head *head)
{
	struct text section = block_fields(b, part);
	struct text host;
	enum host_fields hosts;

	memset(head, 0, sizeof(*head));
	head->protocol = b->grpc ? PROTOCOL_GRPC : PROTOCOL_HTTP_2;
	head->method = block_text(b, b->method);
	if (section.len > 0)
		head_read_fields(head, section);
	host = head->host;
	hosts = head->host_fields;
	if (b->authority.len > 0) {
		head->host = block_text(b, b->authority);
		head->host_fields = HOST_FIELD_ONE;
	}
	/* A plain CONNECT has no path (section 8.5). */
	head->target = block_text(b, b->path.len > 0 ? b->path : b->authority);
	head->extended_connect = b->protocol.len > 0;
	return b->authority.len > 0 && hosts != HOST_FIELD_NONE &&
	       (hosts == HOST_FIELD_DIFFERING ||
		!text_is(head->host, host.at, host.len));
}

void block_end(struct block *b, struct memory_part *part)
{
	b->open = false;
	if (b->size <= TEXT_KEPT)
		return;
	memory_free(part, b->text);
	b->text = NULL;
	b->size = 0;
}
