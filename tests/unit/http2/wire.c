#include "unit/http2/wire.h"

#include <check.h>
#include <string.h>

void wire_put(struct wire *w, const void *bytes, size_t len)
{
	ck_assert_uint_le(len, sizeof(w->bytes) - w->len);
	if (len > 0)
		memcpy(w->bytes + w->len, bytes, len);
	w->len += len;
}

void wire_frame(struct wire *w, uint8_t type, uint8_t flags, uint32_t stream,
		const void *payload, size_t len)
{
	const uint8_t head[FRAME_HEAD] = {
	    (uint8_t)(len >> 16),
	    (uint8_t)(len >> 8),
	    (uint8_t)len,
	    type,
	    flags,
	    (uint8_t)(stream >> 24),
	    (uint8_t)(stream >> 16),
	    (uint8_t)(stream >> 8),
	    (uint8_t)stream,
	};

	wire_put(w, head, sizeof(head));
	wire_put(w, payload, len);
}

void wire_preface(struct wire *w)
{
	wire_put(w, FRAME_PREFACE, FRAME_PREFACE_LEN);
	wire_frame(w, FRAME_SETTINGS, 0, 0, NULL, 0);
}

void wire_get(struct wire *w, uint32_t stream)
{
	/* :method GET, :scheme http, :path /, :authority a.test (RFC 7541 C.3.1) */
	static const uint8_t block[] = {0x82, 0x86, 0x84, 0x01, 6,  'a',
					'.',  't',  'e',  's',  't'};

	wire_frame(w, FRAME_HEADERS, FRAME_END_HEADERS | FRAME_END_STREAM, stream,
		   block, sizeof(block));
}

void wire_ok(struct wire *w, uint32_t stream)
{
	wire_frame(w, FRAME_HEADERS, FRAME_END_HEADERS | FRAME_END_STREAM, stream,
		   "\x88", 1);
}

void wire_reset(struct wire *w, uint32_t stream, uint8_t error)
{
	const uint8_t code[4] = {0, 0, 0, error};

	wire_frame(w, FRAME_RST_STREAM, 0, stream, code, sizeof(code));
}

void wire_literal(struct wire *w, int keep, const char *name, const char *value)
{
	const uint8_t first = keep ? 0x40 : 0x00;
	const uint8_t name_len = (uint8_t)strlen(name);
	const uint8_t value_len = (uint8_t)strlen(value);

	wire_put(w, &first, 1);
	wire_put(w, &name_len, 1);
	wire_put(w, name, name_len);
	wire_put(w, &value_len, 1);
	wire_put(w, value, value_len);
}
