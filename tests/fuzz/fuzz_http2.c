/*
 * HTTP/2 in the clear: frames as a script, after the preface, in both directions, cut
 * anywhere. Five bytes before each frame: direction (bit 7), a lie about its length
 * (bit 6), a hole instead of it (bit 5), how it is cut (the rest); type; flags; stream;
 * bytes of payload, which follow.
 */
#include "fuzz/fuzz.h"

#include <string.h>

#include "base/limits.h"
#include "fuzz/wire.h"

/** Exchanges told. */
struct told {
	uint64_t responses;
	uint64_t unknown; /**< of them: without a code, so perhaps interim ones */
	uint64_t done;
};

static void on_response(void *ctx, const struct http_exchange *x)
{
	struct told *t = ctx;

	FUZZ_HOLDS(x->host.len <= LIMIT_HOST && x->target.len <= LIMIT_TARGET);
	fuzz_touch(x->host.at, x->host.len);
	fuzz_touch(x->target.at, x->target.len);
	fuzz_touch(x->response_fields.at, x->response_fields.len);
	t->responses += !status_is_interim(x->status);
	t->unknown += x->code_unknown;
}

static void on_done(void *ctx, const struct http_exchange *x)
{
	struct told *t = ctx;

	fuzz_touch(x->method.at, x->method.len);
	FUZZ_HOLDS(x->outcome == EXCHANGE_ANSWERED || x->has_request);
	t->done += x->outcome == EXCHANGE_ANSWERED;
}

static void frame(struct wire *w, struct cursor *in)
{
	uint8_t bytes[9 + 255];
	uint8_t how = cursor_u8(in);
	uint8_t type = cursor_u8(in), flags = cursor_u8(in);
	uint8_t stream = cursor_u8(in);
	size_t len = cursor_u8(in), step;

	if (len > cursor_left(in))
		len = cursor_left(in);
	memset(bytes, 0, 9);
	bytes[1] = how & 0x40 ? flags : 0;
	bytes[2] = (uint8_t)len;
	bytes[3] = type & 0x80 ? type : type % 11;
	bytes[4] = flags;
	bytes[8] = stream;
	if (len > 0)
		memcpy(bytes + 9, cursor_take(in, len), len);
	len += 9;
	if (how & 0x20) {
		wire_lose(w, how >> 7, len);
		return;
	}
	step = how & 0x1f ? how & 0x1f : len;
	for (size_t at = 0; at < len; at += step)
		wire_send(w, how >> 7, bytes + at, len - at < step ? len - at : step);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char preface[] = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
	struct cursor in = cursor_over(data, size);
	struct told told = {0, 0, 0};
	struct http_sink sink = {
	    .response = on_response, .done = on_done, .ctx = &told};
	struct wire w;

	wire_open(&w, &sink);
	wire_send(&w, 0, (const uint8_t *)preface, sizeof(preface) - 1);
	while (cursor_left(&in) >= 5)
		frame(&w, &in);
	wire_close(&w);
	FUZZ_HOLDS(told.done <= told.responses);
	FUZZ_HOLDS(told.responses - told.unknown <= told.done);
	return 0;
}
