/*
 * HTTP on one connection: bytes of both directions, interleaved, with holes.
 *
 * Two bytes before each piece: bit 7 of the first is the direction, bit 6 a hole of
 * that length instead, bit 5 time that passes or the end of the direction; the rest
 * and the second byte are the length. Every other input is cut into single bytes.
 */
#include "fuzz/fuzz.h"

#include <stdlib.h>

#include "base/limits.h"
#include "fuzz/wire.h"

static void check_exchange(const struct http_exchange *x)
{
	FUZZ_HOLDS(x->method.len <= LIMIT_TARGET && x->target.len <= LIMIT_TARGET);
	FUZZ_HOLDS(x->host.len <= LIMIT_HOST);
	FUZZ_HOLDS(x->status <= 999);
	fuzz_touch(x->method.at, x->method.len);
	fuzz_touch(x->target.at, x->target.len);
	fuzz_touch(x->host.at, x->host.len);
}

/** Exchanges told. */
struct told {
	uint64_t responses; /**< final ones */
	uint64_t unknown;   /**< of them: without a code (HTTP/2), so perhaps interim */
	uint64_t done;      /**< of them: ended */
};

static void on_response(void *ctx, const struct http_exchange *x)
{
	struct told *t = ctx;

	check_exchange(x);
	fuzz_touch(x->response_fields.at, x->response_fields.len);
	t->responses += !status_is_interim(x->status);
	t->unknown += x->code_unknown;
}

static void on_done(void *ctx, const struct http_exchange *x)
{
	struct told *t = ctx;

	check_exchange(x);
	FUZZ_HOLDS(x->outcome == EXCHANGE_ANSWERED ||
		   (x->status == 0 && x->has_request));
	FUZZ_HOLDS(!x->late || x->outcome == EXCHANGE_ANSWERED ||
		   x->outcome == EXCHANGE_UNSEEN);
	FUZZ_HOLDS(x->body_bytes <= x->response_bytes);
	t->done += x->outcome == EXCHANGE_ANSWERED;
}

/* Both at once. */
static void on_answered(void *ctx, const struct http_exchange *x)
{
	on_response(ctx, x);
	on_done(ctx, x);
}

static void piece(struct wire *w, struct cursor *in, size_t step)
{
	uint8_t what = cursor_u8(in);
	size_t len = (size_t)(what & 0x1f) << 8 | cursor_u8(in);
	unsigned dir = what >> 7;
	const uint8_t *bytes;

	if (what & 0x20) {
		w->now += (int64_t)len * NS_PER_S / 8;
		if (len < 4)
			wire_fin(w, dir);
		return;
	}
	if (what & 0x40) {
		wire_lose(w, dir, len);
		return;
	}
	if (len > cursor_left(in))
		len = cursor_left(in);
	bytes = cursor_take(in, len);
	for (size_t at = 0; at < len; at += step)
		wire_send(w, dir, bytes + at, len - at < step ? len - at : step);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cursor in = cursor_over(data, size);
	size_t step = size % 2 ? 1 : SIZE_MAX;
	struct told told = {.responses = 0};
	struct http_sink sink = {.response = on_response,
				 .done = on_done,
				 .answered = on_answered,
				 .ctx = &told};
	struct wire w;

	wire_open(&w, &sink);
	while (cursor_left(&in) > 1)
		piece(&w, &in, step);
	wire_close(&w);
	FUZZ_HOLDS(told.done <= told.responses);
	FUZZ_HOLDS(told.responses - told.unknown <= told.done);
	return 0;
}
