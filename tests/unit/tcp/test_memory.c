/* Each allocation fails in turn: no leak (the sanitizer build says), no crash, the
 * buckets still add up, and what is told is still in sequence. */
#include <check.h>
#include <stdlib.h>

#include "base/limits.h"
#include "player.h"
#include "support/run_suite.h"

static long fail_at = -1; /* allocations until one fails; negative: none */
static long failures;

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
int __real_posix_memalign(void **out, size_t align, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
int __wrap_posix_memalign(void **out, size_t align, size_t size);

static bool fails(void)
{
	if (fail_at < 0 || fail_at-- > 0)
		return false;
	failures++;
	return true;
}

void *__wrap_malloc(size_t size)
{
	return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
	return fails() ? NULL : __real_calloc(n, size);
}

int __wrap_posix_memalign(void **out, size_t align, size_t size)
{
	return fails() ? -1 : __real_posix_memalign(out, align, size);
}

static struct player p;
static uint64_t heard_to[2];

static long mistakes; /* Check allocates at every assertion: none while it fails */

static void on_data(struct player *q, struct tcp_connection *c, unsigned dir,
		    const struct tcp_data *d)
{
	(void)q;
	(void)c;
	mistakes += d->offset != heard_to[dir];
	for (size_t i = 0; i < d->len; i++)
		mistakes += d->bytes[i] != 'a' + (int)((d->offset + i) % 26);
	heard_to[dir] += d->len;
}

static void on_gap(struct player *q, struct tcp_connection *c, unsigned dir,
		   uint64_t offset, uint64_t len)
{
	(void)q;
	(void)c;
	mistakes += offset != heard_to[dir];
	heard_to[dir] += len;
}

static enum sl_err alphabet(unsigned dir, unsigned flags, int64_t seq, int64_t ack,
			    size_t len)
{
	static const char text[] =
	    "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz";

	return play_bytes(&p, dir, flags, seq, ack, text + seq % 26, len, 0);
}

/* Holes on both sides, a reset, more connections than one slab and one index hold. */
static void everything(void)
{
	static const int64_t order[] = {0, 9, 3, 20, 6, 15, 12, 18};

	for (int n = 0; n < 3; n++) {
		heard_to[0] = heard_to[1] = 0;
		p.key.port[0]++;
		play_handshake(&p);
		for (size_t i = 0; i < 8; i++) {
			alphabet(0, 0, order[i], 4, 3);
			alphabet(1, 0, order[7 - i], 22, 3);
		}
		if (n == 1)
			alphabet(0, TCP_RST, 23, 4, 0);
		else
			alphabet(0, TCP_FIN, 23, 4, 0);
		p.now_ns += 2 * NS_PER_S;
		tcp_advance(p.tcp, p.now_ns);
	}
}

START_TEST(each_in_turn)
{
	long passed = 0;

	for (long at = 0; at < 1000 && passed == 0; at++) {
		struct tcp_sink none = {.ctx = NULL};
		struct coverage coverage = {.total = {0, 0}};
		struct tcp *t;

		failures = 0;
		fail_at = at;
		t = tcp_new(&none, &coverage);
		fail_at = -1;
		tcp_free(t);
		if (!t)
			continue;
		player_start(&p);
		p.quiet = true;
		p.on_data = on_data;
		p.on_gap = on_gap;
		fail_at = at;
		everything();
		passed = failures == 0;
		fail_at = -1;
		ck_assert_int_eq(mistakes, 0);
		/* Usable again. */
		everything();
		tcp_flush(p.tcp);
		ck_assert_int_eq(mistakes, 0);
		player_stop(&p);
	}
	ck_assert_int_eq(passed, 1);
}
END_TEST

START_TEST(none_at_all)
{
	player_start(&p);
	p.quiet = true;
	for (int64_t n = 0; n < 5; n++) {
		fail_at = 0;
		ck_assert_int_eq(alphabet(0, 0, 0, 0, 3), SL_E_NOMEM);
		ck_assert_int_eq(fail_at, -1);
		p.key.port[0]++;
	}
	ck_assert_uint_eq(p.coverage.evicted, 5);
	player_stop(&p);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("tcp memory");
	TCase *tc = tcase_create("memory");

	tcase_add_test(tc, each_in_turn);
	tcase_add_test(tc, none_at_all);
	suite_add_tcase(s, tc);
	return run_suite(s);
}
