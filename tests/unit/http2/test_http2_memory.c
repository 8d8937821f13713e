/* Each allocation of an HTTP/2 conversation fails once: nothing breaks or leaks, and it
 * is said. */
#include "http2/connection.h"
#include "http2/http2.h"
#include "support/fail_alloc.h"
#include "support/run_suite.h"
#include "unit/http/player.h"
#include "unit/http2/wire.h"

static struct player p;
static struct wire from_client, from_server;

static void write_conversation(void)
{
	wire_preface(&from_client);
	wire_frame(&from_server, FRAME_SETTINGS, 0, 0, NULL, 0);
	for (uint32_t stream = 1; stream < 20; stream += 2)
		wire_get(&from_client, stream);
	wire_frame(&from_server, FRAME_HEADERS, FRAME_END_HEADERS, 1,
		   "\x48\x03"
		   "503",
		   5);
	wire_frame(&from_server, FRAME_DATA, FRAME_END_STREAM, 1, "later", 5);
	for (uint32_t stream = 3; stream < 20; stream += 2)
		wire_ok(&from_server, stream);
}

static unsigned responses;

static void on_response(void *ctx, const struct http_exchange *x)
{
	(void)ctx;
	(void)x;
	responses++;
}

static void on_done(void *ctx, const struct http_exchange *x)
{
	(void)ctx;
	(void)x;
}

/* Past the player, whose own allocations shall not fail. */
static void tell(unsigned dir, const struct wire *w)
{
	struct tcp_data d = {.time_ns = p.now_ns,
			     .bytes = w->bytes,
			     .len = w->len,
			     .segment_start = true};

	p.sink.data(p.sink.ctx, &p.c, dir, &d);
}

/* Returns whether the allocation number @p n was there to fail. */
static bool play(unsigned n)
{
	const struct http_sink sink = {.response = on_response, .done = on_done};
	struct http_opener opener;
	struct http2 *h2;
	bool failed;

	player_begin(&p);
	player_end(&p);
	responses = 0;
	p.http = http_new(&sink, &p.coverage);
	p.sink = http_tcp_sink(p.http);
	h2 = http2_new(&sink, &p.coverage, http_records(p.http));
	opener = http2_opener(h2);
	http_set_http2(p.http, &opener);
	fail_alloc_at(n);
	tell(CLIENT, &from_client);
	tell(SERVER, &from_server);
	p.sink.gap(p.sink.ctx, &p.c, SERVER, from_server.len, 10, p.now_ns);
	p.sink.closed(p.sink.ctx, &p.c, TCP_END_CLOSED, p.now_ns);
	failed = fail_alloc_stop();
	if (!failed)
		ck_assert_uint_eq(responses, 10);
	ck_assert_uint_eq(h2->memory.share.used, 0);
	ck_assert_uint_eq(http_records(p.http)->memory.used, 0);
	http2_free(h2);
	player_end(&p);
	return failed;
}

START_TEST(each_allocation_fails_once)
{
	unsigned n;

	write_conversation();
	for (n = 1; play(n); n++)
		ck_assert_uint_lt(n, 10000);
	ck_assert_uint_gt(n, 20);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("http2_memory");
	TCase *tc = tcase_create("memory");

	tcase_add_test(tc, each_allocation_fails_once);
	suite_add_tcase(suite, tc);
	return run_suite(suite);
}
