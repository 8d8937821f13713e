/* Header blocks, whole and after a loss. Indexes are those of RFC 7541 section 2.3.3:
 * the newest entry of the dynamic table is 62. */
#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "http2/hpack.h"
#include "http2/survey.h"
#include "support/random.h"
#include "support/run_suite.h"
#include "unit/http2/wire.h"

static struct memory memory;
static struct memory_part part;
static struct wire w;
static char said[4096];

static void setup(void)
{
	memory = (struct memory){.share.own = LIMIT_HTTP2};
	part = (struct memory_part){.all = &memory};
	w.len = 0;
	said[0] = '\0';
}

static void field(void *ctx, struct text name, struct text value)
{
	size_t used = strlen(said);

	(void)ctx;
	(void)snprintf(said + used, sizeof(said) - used, "%.*s=%.*s;",
		       name.len ? (int)name.len : 1, name.len ? name.at : "?",
		       (int)value.len, value.at);
}

/* Decode what is in `w` as one block; NULL: it cannot be. */
static const char *decode(struct hpack *h)
{
	bool ok;

	said[0] = '\0';
	ok = hpack_feed(h, w.bytes, w.len, true, field, NULL);
	w.len = 0;
	return ok ? said : NULL;
}

START_TEST(references_from_the_start)
{
	struct hpack *h = hpack_new(&part, false);

	wire_literal(&w, 1, ":status", "503");
	wire_literal(&w, 0, "a", "1");
	ck_assert_str_eq(decode(h), ":status=503;a=1;");
	wire_put(&w, "\xbe\x88", 2);
	ck_assert_str_eq(decode(h), ":status=503;:status=200;");
	wire_put(&w, "\xbf", 1); /* 63 is in no table */
	ck_assert_ptr_null(decode(h));
	hpack_free(h);
	ck_assert_uint_eq(memory.share.used, 0);
	memory_clear(&memory);
}
END_TEST

START_TEST(after_a_loss_only_what_is_certain)
{
	struct hpack *h = hpack_new(&part, true);

	wire_put(&w, "\xbe\x8d\xc0", 3); /* 62, 404, 64 */
	ck_assert_str_eq(decode(h), "?=;:status=404;?=;");
	wire_literal(&w, 1, "x", "1");
	wire_put(&w,
		 "\x48\x03"
		 "503",
		 5); /* :status by its static index, kept */
	ck_assert_str_eq(decode(h), "x=1;:status=503;");
	/* The two newest are known now, older ones are not. */
	wire_put(&w, "\xbe\xbf\xc0", 3);
	ck_assert_str_eq(decode(h), ":status=503;x=1;?=;");
	/* A name that is not known with a value that is. */
	wire_put(&w, "\x0f\x33\x01v", 4);
	ck_assert_str_eq(decode(h), "?=v;");
	ck_assert(hpack_lose(h));
	wire_put(&w, "\xbe", 1);
	ck_assert_str_eq(decode(h), "?=;");
	hpack_free(h);
	ck_assert_uint_eq(memory.share.used, 0);
	memory_clear(&memory);
}
END_TEST

START_TEST(every_place_of_a_default_table_is_there)
{
	struct hpack *h = hpack_new(&part, true);

	for (unsigned index = 62; index < 62 + 4096 / 33; index++) {
		uint8_t bytes[3] = {0xff, 0, 0};
		unsigned rest = index - 127;

		if (index < 127) {
			bytes[0] = (uint8_t)(0x80 | index);
			wire_put(&w, bytes, 1);
		} else {
			bytes[1] = (uint8_t)rest;
			wire_put(&w, bytes, 2);
		}
		ck_assert_msg(decode(h) != NULL, "index %u", index);
		ck_assert_str_eq(said, "?=;");
	}
	hpack_free(h);
	memory_clear(&memory);
}
END_TEST

START_TEST(a_table_over_the_bound_is_refused)
{
	struct hpack *h = hpack_new(&part, false);

	/* Size update to 1 MiB (RFC 7541 section 6.3): 31 + 1,048,545 */
	wire_put(&w, "\x3f\xe1\xff\x3f", 4);
	ck_assert_ptr_null(decode(h));
	ck_assert(hpack_lose(h));
	wire_put(&w, "\x88", 1);
	ck_assert_str_eq(decode(h), ":status=200;");
	hpack_free(h);
	ck_assert_uint_eq(memory.share.used, 0);
	memory_clear(&memory);
}
END_TEST

/* ---- blocks that wait ---- */

/* A field that enters the table: a new name, or one of the static table; the value is
 * long enough for a table of 4,096 bytes to turn over, and sometimes coded. */
static void put_insertion(struct random *rnd)
{
	static const uint8_t coded[] = {0x88, 0xf1, 0xe3, 0xc2, 0xe5,
					0xf2, 0x3a, 0x6b, 0xa0}; /* www.example */
	char value[121];
	size_t len = random_below(rnd, 120);

	memset(value, 'a' + (int)random_below(rnd, 26), len);
	value[len] = '\0';
	if (random_below(rnd, 2) == 0) {
		wire_literal(&w, 1, "name", value);
	} else {
		uint8_t head[2] = {(uint8_t)(0x40 | (15 + random_below(rnd, 40))),
				   (uint8_t)len};

		wire_put(&w, head, 1);
		if (random_below(rnd, 4) == 0) {
			wire_put(&w, coded, sizeof(coded));
		} else {
			wire_put(&w, head + 1, 1);
			wire_put(&w, value, len);
		}
	}
}

static void put_random_block(struct random *rnd)
{
	uint8_t one;

	if (random_below(rnd, 200) == 0) {
		/* To 0, 1,055, or the 4,096 bytes of the beginning. */
		static const uint8_t sizes[][3] = {
		    {0x20}, {0x3f, 0x80, 0x08}, {0x3f, 0xe1, 0x1f}};
		size_t which = random_below(rnd, 3);

		wire_put(&w, sizes[which], which == 0 ? 1 : 3);
	}
	for (size_t n = 1 + random_below(rnd, 6); n > 0; n--) {
		switch (random_below(rnd, 8)) {
		case 0: /* a reference that may be one into nothing */
			one = (uint8_t)(0x80 | (62 + random_below(rnd, 8)));
			if (random_below(rnd, 6) == 0)
				wire_put(&w, &one, 1);
			break;
		case 1:
			one = (uint8_t)(0x80 | (1 + random_below(rnd, 61)));
			wire_put(&w, &one, 1);
			break;
		case 2:
			wire_literal(&w, 0, "x", "not kept");
			break;
		default:
			put_insertion(rnd);
		}
	}
}

/* One decoder has every block at once. The other one has those that can wait only when
 * it needs them, as far as it ever does: both say the same of all that it decodes. */
START_TEST(blocks_that_wait_leave_the_same_table)
{
	struct random rnd = {(uint64_t)_i + 1};
	struct hpack *now = hpack_new(&part, false);
	struct hpack *late = hpack_new(&part, false);
	char want[sizeof(said)];
	unsigned deferred = 0, compared = 0;

	for (unsigned i = 0; i < 3000; i++) {
		static struct wire block;
		struct survey s;
		bool ok;

		put_random_block(&rnd);
		memcpy(block.bytes, w.bytes, w.len);
		block.len = w.len;
		ok = decode(now) != NULL;
		memcpy(want, said, sizeof(want));
		s = survey_block(block.bytes, block.len);
		if (ok)
			ck_assert(!s.odd);
		if (ok && !s.refers && !s.resizes && random_below(&rnd, 20) != 0 &&
		    hpack_defer(late, block.bytes, block.len, s.inserts)) {
			deferred++;
			continue;
		}
		memcpy(w.bytes, block.bytes, block.len);
		w.len = block.len;
		ck_assert_int_eq(decode(late) != NULL, ok);
		ck_assert_str_eq(said, want);
		compared++;
		if (!ok) {
			ck_assert(hpack_lose(now));
			ck_assert(hpack_lose(late));
		}
	}
	ck_assert_uint_gt(deferred, 1000);
	ck_assert_uint_gt(compared, 100);
	hpack_free(now);
	hpack_free(late);
	ck_assert_uint_eq(memory.share.used, 0);
	memory_clear(&memory);
}
END_TEST

START_TEST(what_waits_is_bounded)
{
	static const char value[] = "a value of some bytes";
	struct hpack *h = hpack_new(&part, false);
	size_t most = 0;

	for (unsigned i = 0; i < 5000; i++) {
		wire_literal(&w, 1, "name", value);
		ck_assert(hpack_defer(h, w.bytes, w.len,
				      survey_block(w.bytes, w.len).inserts));
		w.len = 0;
		if (memory.share.used > most)
			most = memory.share.used;
	}
	ck_assert_uint_lt(most, 3 * LIMIT_HTTP2_LATE);
	wire_put(&w, "\xbe", 1);
	ck_assert_str_eq(decode(h), "name=a value of some bytes;");
	hpack_free(h);
	ck_assert_uint_eq(memory.share.used, 0);
	memory_clear(&memory);
}
END_TEST

START_TEST(a_survey_without_decoding)
{
	struct survey s;

	s = survey_block((const uint8_t *)"\x88\x5f\x01x\x0f\x10\x01y", 8);
	ck_assert(!s.odd && !s.refers && !s.resizes);
	ck_assert_uint_eq(s.inserts, 33);
	s = survey_block((const uint8_t *)"\xbe", 1);
	ck_assert(!s.odd && s.refers && s.inserts == 0);
	s = survey_block((const uint8_t *)"\x7e\x00", 2); /* a name at 62 */
	ck_assert(!s.odd && s.refers && s.inserts == 32);
	s = survey_block((const uint8_t *)"\x3f\xe1\x1f\x88", 4);
	ck_assert(!s.odd && s.resizes && !s.refers);
	/* A text, an integer, and a value that are not there. */
	ck_assert(survey_block((const uint8_t *)"\x40\x05no", 4).odd);
	ck_assert(survey_block((const uint8_t *)"\xff\x80\x80", 3).odd);
	ck_assert(survey_block((const uint8_t *)"\x00\x01n", 3).odd);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("hpack");
	TCase *tc = tcase_create("hpack");

	tcase_add_checked_fixture(tc, setup, NULL);
	tcase_add_test(tc, references_from_the_start);
	tcase_add_test(tc, after_a_loss_only_what_is_certain);
	tcase_add_test(tc, every_place_of_a_default_table_is_there);
	tcase_add_test(tc, a_table_over_the_bound_is_refused);
	tcase_add_loop_test(tc, blocks_that_wait_leave_the_same_table, 0, 20);
	tcase_add_test(tc, what_waits_is_bounded);
	tcase_add_test(tc, a_survey_without_decoding);
	suite_add_tcase(suite, tc);
	return run_suite(suite);
}
