/* Header blocks, whole and after a loss. Indexes are those of RFC 7541 section 2.3.3:
 * the newest entry of the dynamic table is 62. */
#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "http2/hpack.h"
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

int main(void)
{
	Suite *suite = suite_create("hpack");
	TCase *tc = tcase_create("hpack");

	tcase_add_checked_fixture(tc, setup, NULL);
	tcase_add_test(tc, references_from_the_start);
	tcase_add_test(tc, after_a_loss_only_what_is_certain);
	tcase_add_test(tc, every_place_of_a_default_table_is_there);
	tcase_add_test(tc, a_table_over_the_bound_is_refused);
	suite_add_tcase(suite, tc);
	return run_suite(suite);
}
