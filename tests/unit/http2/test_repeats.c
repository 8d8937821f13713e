/* Blocks and responses that come again on one connection. */
#include <string.h>

#include "http2/block.h"
#include "http2/connection.h"
#include "http2/http2.h"
#include "support/run_suite.h"
#include "unit/http/player.h"
#include "unit/http2/wire.h"

static struct wire w;
static uint16_t interim, final;

static void on_response(void *ctx, const struct http_exchange *x)
{
	(void)ctx;
	(void)x;
}

static void on_done(void *ctx, const struct http_exchange *x)
{
	(void)ctx;
	interim = x->interim;
	final = x->status;
}

static void pass_on(struct player *p, unsigned dir)
{
	struct tcp_data d = {
	    .time_ns = 1, .bytes = w.bytes, .len = w.len, .segment_start = true};

	p->sink.data(p->sink.ctx, &p->c, dir, &d);
	w.len = 0;
}

static void answer(uint32_t stream, const char *code, uint8_t flags)
{
	struct wire block = {.len = 0};
	const uint8_t start[] = {0x08, 3}; /* :status by its name in the static table */

	wire_put(&block, start, sizeof(start));
	wire_put(&block, code, 3);
	wire_frame(&w, FRAME_HEADERS, (uint8_t)(FRAME_END_HEADERS | flags), stream,
		   block.bytes, block.len);
}

/* As in HTTP/1: 103 before 100 is what the exchange says of interim responses. */
START_TEST(the_first_interim_is_the_one)
{
	const struct http_sink sink = {.response = on_response, .done = on_done};
	static struct player p;
	struct http_opener opener;
	struct http2 *h2;

	player_begin(&p);
	player_end(&p);
	p.http = http_new(&sink, &p.coverage);
	p.sink = http_tcp_sink(p.http);
	h2 = http2_new(&sink, &p.coverage, http_records(p.http));
	opener = http2_opener(h2);
	http_set_http2(p.http, &opener);
	w.len = 0;
	wire_preface(&w);
	wire_get(&w, 1);
	pass_on(&p, CLIENT);
	answer(1, "103", 0);
	answer(1, "102", 0);
	answer(1, "204", FRAME_END_STREAM);
	pass_on(&p, SERVER);
	p.sink.closed(p.sink.ctx, &p.c, TCP_END_CLOSED, 1);
	ck_assert_uint_eq(final, 204);
	ck_assert_uint_eq(interim, 103);
	http2_free(h2);
	player_end(&p);
}
END_TEST

/* A block that is remembered earns as much as one that is decoded: it can come for as
 * long as the connection lasts. */
START_TEST(a_block_is_recalled_again_and_again)
{
	static char text[300];
	struct memory memory = {.share.own = LIMIT_HTTP2};
	struct memory_part part = {.all = &memory};
	struct block known = {.any = true, .len = sizeof(text)};
	struct block b = {.len = 0};

	memset(text, 'a', sizeof(text));
	for (unsigned i = 0; i < 10000; i++) {
		block_begin(&b, 1 + 2 * i, 0);
		ck_assert(block_recall(&b, &part, &known, text, 100));
		ck_assert_uint_eq(b.len, sizeof(text));
	}
	memory_free(&part, b.text);
	memory_clear(&memory);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("http2/repeats");
	TCase *t = tcase_create("repeats");

	tcase_add_test(t, the_first_interim_is_the_one);
	tcase_add_test(t, a_block_is_recalled_again_and_again);
	suite_add_tcase(s, t);
	return run_suite(s);
}
