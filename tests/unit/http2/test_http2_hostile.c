/* What a peer may send who wants our memory or our time: RFC 9113 section 10.5. */
#include <stdlib.h>
#include <string.h>

#include "http2/connection.h"
#include "http2/http2.h"
#include "support/random.h"
#include "support/run_suite.h"
#include "unit/http/player.h"
#include "unit/http2/wire.h"

static struct player p;
static struct http2 *h2;
static struct wire w;

static void begin(void)
{
	struct http_opener opener;

	player_begin(&p);
	p.quiet = true;
	h2 = http2_new(&p.told, &p.coverage, http_records(p.http));
	ck_assert_ptr_nonnull(h2);
	opener = http2_opener(h2);
	http_set_http2(p.http, &opener);
	w.len = 0;
}

static void end(void)
{
	ck_assert_uint_eq(h2->memory.share.used, 0);
	ck_assert_uint_eq(http_records(p.http)->memory.used, 0);
	ck_assert_int_eq(http2_failed(h2), SL_OK);
	http2_free(h2);
	player_end(&p);
}

static void pass_on(unsigned dir)
{
	player_send(&p, dir, (const char *)w.bytes, w.len);
	w.len = 0;
	ck_assert_uint_le(h2->memory.share.used, LIMIT_HTTP2_CONNECTION);
}

static void open_connection(void)
{
	begin();
	wire_preface(&w);
	pass_on(CLIENT);
	wire_frame(&w, FRAME_SETTINGS, 0, 0, NULL, 0);
	pass_on(SERVER);
}

static void close_connection(void)
{
	player_close(&p, TCP_END_CLOSED);
	end();
}

START_TEST(rapid_reset)
{
	open_connection();
	for (uint32_t i = 0; i < 100000; i++) {
		wire_get(&w, 2 * i + 1);
		wire_reset(&w, 2 * i + 1, 8);
		if (i % 1000 == 999)
			pass_on(CLIENT);
	}
	ck_assert_uint_eq(p.dones, 100000);
	ck_assert_uint_eq(p.coverage.http2_resets, 100000);
	ck_assert_uint_lt(h2->memory.share.used, 16384);
	close_connection();
}
END_TEST

START_TEST(more_streams_than_are_followed)
{
	open_connection();
	for (uint32_t i = 0; i < 5000; i++)
		wire_get(&w, 2 * i + 1);
	pass_on(CLIENT);
	ck_assert_uint_eq(p.coverage.pipeline_over_bound, 5000 - LIMIT_HTTP2_STREAMS);
	for (uint32_t i = 0; i < 5000; i++)
		wire_ok(&w, 2 * i + 1);
	pass_on(SERVER);
	/* Each response counts, whether its request was kept or not. */
	ck_assert_uint_eq(p.responses, 5000);
	ck_assert_uint_eq(p.dones, 5000);
	ck_assert_uint_eq(p.coverage.unpaired_responses, 5000 - LIMIT_HTTP2_STREAMS);
	close_connection();
}
END_TEST

START_TEST(endless_continuation)
{
	static const uint8_t junk[16000] = {0};

	open_connection();
	wire_frame(&w, FRAME_HEADERS, 0, 1, "\x82\x86\x84", 3);
	for (unsigned i = 0; i < 200; i++) {
		wire_literal(&w, 0, "x", "0123456789012345678901234567890123456789");
		pass_on(CLIENT);
		wire_frame(&w, FRAME_CONTINUATION, 0, 1, junk, i % 2 ? 0 : 1000);
	}
	pass_on(CLIENT);
	ck_assert_uint_eq(p.responses, 0);
	close_connection();
}
END_TEST

/* One entry of nearly 4 KiB in the table, and then references to it, a byte each. */
START_TEST(header_bomb)
{
	static uint8_t references[16000];
	static uint8_t entry[4000];
	const uint8_t head[] = {0x40, 0x01, 'x', 0x7f, 0xa1, 0x1e};

	memset(references, 0xbe, sizeof(references));
	memset(entry, 'v', sizeof(entry));
	open_connection();
	/* A literal of 127 + 33 + 30 * 128 = 4,000 bytes. */
	wire_frame(&w, FRAME_HEADERS, 0, 1, head, sizeof(head));
	wire_frame(&w, FRAME_CONTINUATION, 0, 1, entry, sizeof(entry));
	for (unsigned i = 0; i < 10; i++)
		wire_frame(&w, FRAME_CONTINUATION, 0, 1, references,
			   sizeof(references));
	pass_on(SERVER);
	wire_frame(&w, FRAME_CONTINUATION, FRAME_END_HEADERS, 1, references, 1);
	pass_on(SERVER);
	/* 640 MB of fields: cut at the bound, and counted. */
	ck_assert_uint_eq(p.coverage.http2_head_too_long, 1);
	wire_ok(&w, 3);
	pass_on(SERVER);
	ck_assert_uint_eq(p.responses, 1);
	close_connection();
}
END_TEST

START_TEST(control_frames_without_end)
{
	static const uint8_t setting[6] = {0, 1, 0x7f, 0xff, 0xff, 0xff};
	size_t before;

	open_connection();
	before = h2->memory.share.used;
	for (unsigned i = 0; i < 100; i++) {
		for (unsigned k = 0; k < 1000; k++) {
			wire_frame(&w, FRAME_SETTINGS, 0, 0, setting, sizeof(setting));
			wire_frame(&w, FRAME_PING, 0, 0, "12345678", 8);
			wire_frame(&w, FRAME_PRIORITY, 0, 2 * k + 1, "\0\0\0\0\1", 5);
		}
		pass_on(CLIENT);
	}
	ck_assert_uint_eq(h2->memory.share.used, before);
	close_connection();
}
END_TEST

/* All connections together stay under LIMIT_HTTP2, and those over it are counted. */
START_TEST(more_connections_than_there_is_room_for)
{
	enum { CONNECTIONS = 60000 };
	struct tcp_connection *all = calloc(CONNECTIONS, sizeof(*all));
	struct tcp_data d = {.segment_start = true};

	ck_assert_ptr_nonnull(all);
	begin();
	wire_preface(&w);
	wire_get(&w, 1);
	d.bytes = w.bytes;
	d.len = w.len;
	for (unsigned i = 0; i < CONNECTIONS; i++)
		p.sink.data(p.sink.ctx, &all[i], CLIENT, &d);
	ck_assert_uint_le(h2->memory.share.used, LIMIT_HTTP2);
	ck_assert_uint_gt(p.coverage.http2_over_bound, 0);
	ck_assert_uint_eq(p.coverage.http2_over_bound + p.coverage.http2_connections,
			  CONNECTIONS);
	ck_assert_uint_gt(p.coverage.http2_connections, 3000);
	for (unsigned i = 0; i < CONNECTIONS; i++)
		p.sink.closed(p.sink.ctx, &all[i], TCP_END_CLOSED, 0);
	end();
	free(all);
}
END_TEST

/* ---- noise ---- */

static void talk(unsigned dir, struct random *r)
{
	for (unsigned i = 0; i < 8; i++) {
		uint32_t stream = 1 + 2 * (uint32_t)random_below(r, 12);

		switch (random_below(r, 7)) {
		case 0:
		case 1:
			if (dir == CLIENT)
				wire_get(&w, stream);
			else
				wire_ok(&w, stream);
			break;
		case 2:
			wire_frame(&w, FRAME_DATA,
				   (uint8_t)(random_below(r, 2) ? FRAME_END_STREAM : 0),
				   stream, "some bytes of a body", 20);
			break;
		case 3:
			wire_frame(&w, FRAME_PUSH_PROMISE, FRAME_END_HEADERS, stream,
				   "\0\0\0\2\x82\x84\x86", 7);
			break;
		case 4:
			wire_reset(&w, stream, 2);
			break;
		case 5:
			wire_frame(&w, FRAME_HEADERS, 0, stream,
				   "\x48\x03"
				   "50",
				   4);
			wire_frame(&w, FRAME_CONTINUATION, FRAME_END_HEADERS, stream,
				   "3", 1);
			break;
		default:
			wire_frame(&w, FRAME_GOAWAY, 0, 0, "\0\0\0\7\0\0\0\0", 8);
			break;
		}
	}
}

static void damage(struct random *r)
{
	for (size_t n = random_below(r, 4); n > 0; n--)
		w.bytes[random_below(r, w.len)] = (uint8_t)random_below(r, 256);
}

START_TEST(noise)
{
	struct random r = {.state = 20261124 + (uint64_t)_i};
	size_t cut;

	for (unsigned round = 0; round < 200; round++) {
		begin();
		if (random_below(&r, 4) > 0) {
			wire_preface(&w);
			pass_on(CLIENT);
		}
		for (unsigned step = 0; step < 12; step++) {
			unsigned dir = (unsigned)random_below(&r, 2);

			talk(dir, &r);
			damage(&r);
			cut = random_below(&r, w.len);
			if (cut > 0)
				player_send(&p, dir, (const char *)w.bytes, cut);
			if (random_below(&r, 6) == 0)
				player_gap(&p, dir, random_below(&r, 40));
			memmove(w.bytes, w.bytes + cut, w.len - cut);
			w.len -= cut;
			pass_on(dir);
			p.now_ns += (int64_t)random_below(&r, 400) * NS_PER_S;
			if (random_below(&r, 5) == 0)
				player_idle(&p);
		}
		player_close(&p, (enum tcp_end)random_below(&r, 5));
		end();
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("http2_hostile");
	TCase *tc = tcase_create("hostile");

	tcase_add_test(tc, rapid_reset);
	tcase_add_test(tc, more_streams_than_are_followed);
	tcase_add_test(tc, endless_continuation);
	tcase_add_test(tc, header_bomb);
	tcase_add_test(tc, control_frames_without_end);
	tcase_add_test(tc, more_connections_than_there_is_room_for);
	tcase_add_loop_test(tc, noise, 0, 10);
	suite_add_tcase(suite, tc);
	return run_suite(suite);
}
