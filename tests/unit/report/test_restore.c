/* Reports read back: what is right, and every member wrong or missing in turn. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "report/restore.h"
#include "support/run_suite.h"

static const char *golden(const char *name)
{
	static char path[1024];
	const char *top = getenv("top_srcdir");

	(void)snprintf(path, sizeof(path), "%s/tests/cli/goldens/%s", top ? top : ".",
		       name);
	return path;
}

static json_t *load(const char *name)
{
	json_t *o = json_load_file(golden(name), 0, NULL);

	ck_assert_ptr_nonnull(o);
	return o;
}

/** Read @p o back through a file. */
static enum sl_err read_back(json_t *o, struct restored **out, struct errbuf *eb)
{
	char path[] = "/tmp/statline-test-restore-XXXXXX";
	int fd = mkstemp(path);
	enum sl_err e;

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(json_dumpfd(o, fd, JSON_COMPACT), 0);
	(void)close(fd);
	e = restored_read(path, out, eb);
	ck_assert((e == SL_OK) == (*out != NULL));
	if (e)
		ck_assert_msg(strstr(eb->text, path), "no path in: %s", eb->text);
	(void)unlink(path);
	return e;
}

static struct restored *must_read(json_t *o)
{
	struct errbuf eb = {""};
	struct restored *r;

	ck_assert_msg(read_back(o, &r, &eb) == SL_OK, "%s", eb.text);
	return r;
}

START_TEST(figures_are_those_of_the_file)
{
	json_t *o = load("notable-codes.json");
	struct restored *r = must_read(o);
	const struct counts *c = tally_total(restored_report(r)->tally);
	json_t *codes = json_object_get(o, "codes"), *n;
	const char *key;

	ck_assert_uint_eq(c->responses, 15);
	ck_assert_uint_eq(c->requests, 14);
	ck_assert_uint_eq(json_object_size(codes), c->code_count);
	json_object_foreach(codes, key, n)
	{
		ck_assert_uint_eq(counts_code(c, (uint16_t)strtoul(key, NULL, 10)),
				  (uint64_t)json_integer_value(n));
	}
	ck_assert_uint_eq(restored_report(r)->source_count, 1);
	ck_assert_uint_eq(restored_missing(r), 0);
	restored_free(r);
	/* As --top writes it: hosts that are in sums only. */
	json_object_set_new(o, "hosts_total", json_integer(9));
	r = must_read(o);
	ck_assert_uint_eq(restored_missing(r),
			  9 - json_array_size(json_object_get(o, "hosts")));
	restored_free(r);
	json_decref(o);
}
END_TEST

/* ---- every member in turn ---- */

/** What stands in for a value: of another kind, out of range, or empty. */
static json_t *wrong(const json_t *value, unsigned how)
{
	switch (how) {
	case 0:
		return json_is_string(value) ? json_integer(7) : json_string("x");
	case 1:
		return json_integer(-1);
	case 2:
		return json_integer(INT64_MAX);
	case 3:
		return json_array();
	case 4:
		return json_object();
	case 5:
		return json_real(1e300);
	case 6:
		return json_string("");
	default:
		return json_null();
	}
}
#define WRONGS 8

static unsigned refused, taken;

static void try_it(json_t *root)
{
	struct errbuf eb = {""};
	struct restored *r;
	enum sl_err e = read_back(root, &r, &eb);

	ck_assert_msg(e == SL_OK || e == SL_E_FORMAT || e == SL_E_LIMIT, "%d: %s", e,
		      eb.text);
	if (e == SL_OK)
		taken++;
	else
		refused++;
	restored_free(r);
}

/* Leaves and branches alike; of long arrays the first two. */
static void walk(json_t *root, json_t *at, unsigned how)
{
	if (json_is_object(at)) {
		for (void *i = json_object_iter(at); i;
		     i = json_object_iter_next(at, i)) {
			json_t *value = json_incref(json_object_iter_value(i));

			walk(root, value, how);
			json_object_iter_set_new(at, i, wrong(value, how));
			try_it(root);
			json_object_iter_set_new(at, i, value);
		}
	} else if (json_is_array(at)) {
		for (size_t i = 0; i < json_array_size(at) && i < 2; i++) {
			json_t *value = json_incref(json_array_get(at, i));

			walk(root, value, how);
			(void)json_array_set_new(at, i, wrong(value, how));
			try_it(root);
			(void)json_array_set_new(at, i, value);
		}
	}
}

/* It is refused in words, or counts as nothing; it never crashes. */
START_TEST(every_member_wrong_in_turn)
{
	json_t *o = load("rule-8-timeout.json");

	refused = taken = 0;
	walk(o, o, (unsigned)_i);
	ck_assert_uint_gt(refused + taken, 200);
	/* null counts as nothing; a wrong kind does not. */
	if (_i < 2)
		ck_assert_uint_gt(refused, 80);
	json_decref(o);
}
END_TEST

/* ---- merging ---- */

static json_t *source_of(json_t *o)
{
	return json_array_get(json_object_get(json_object_get(o, "capture"), "sources"),
			      0);
}

static void set_window(json_t *o, const char *from, const char *to)
{
	json_object_set_new(json_object_get(o, "capture"), "window",
			    json_pack("{s:s, s:s}", "from", from, "to", to));
}

START_TEST(the_same_packets_are_known)
{
	json_t *a = load("rule-8-timeout.json"), *b = json_deep_copy(a);
	struct restored *x = must_read(a), *y = must_read(b);

	ck_assert_ptr_nonnull(restored_overlap(x, y));
	restored_free(y);
	/* Another name is the same capture, another identity another. */
	json_object_set_new(source_of(b), "name", json_string("copy.pcap.gz"));
	y = must_read(b);
	ck_assert_str_eq(restored_overlap(x, y), "copy.pcap.gz");
	restored_free(y);
	restored_free(x);
	/* In windows that do not meet they are other packets. */
	set_window(a, "2026-01-15T10:00:00Z", "2026-01-15T10:03:00Z");
	set_window(b, "2026-01-15T10:03:00Z", "2026-01-15T10:07:00Z");
	x = must_read(a);
	y = must_read(b);
	ck_assert_ptr_null(restored_overlap(x, y));
	restored_free(y);
	set_window(b, "2026-01-15T10:02:59Z", "2026-01-15T10:07:00Z");
	y = must_read(b);
	ck_assert_ptr_nonnull(restored_overlap(x, y));
	restored_free(y);
	/* A live source has no identity. */
	json_object_set_new(source_of(b), "id", json_null());
	y = must_read(b);
	ck_assert_ptr_null(restored_overlap(x, y));
	restored_free(y);
	restored_free(x);
	json_decref(a);
	json_decref(b);
}
END_TEST

START_TEST(other_keys_do_not_merge)
{
	json_t *a = load("tls-only.json"), *b = json_deep_copy(a);
	struct restored *x = must_read(a), *y;

	json_object_set_new(b, "by", json_string("client"));
	y = must_read(b);
	ck_assert_int_eq(restored_merge(x, y), SL_E_USAGE);
	restored_free(x);
	restored_free(y);
	json_decref(a);
	json_decref(b);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("report/restore");
	TCase *t = tcase_create("restore");

	tcase_add_test(t, figures_are_those_of_the_file);
	tcase_add_loop_test(t, every_member_wrong_in_turn, 0, WRONGS);
	tcase_add_test(t, the_same_packets_are_known);
	tcase_add_test(t, other_keys_do_not_merge);
	suite_add_tcase(s, t);
	return run_suite(s);
}
