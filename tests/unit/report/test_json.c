/* The JSON report, read back. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_read.h"
#include "fake_tally.h"
#include "support/run_suite.h"

static json_t *read_back(const struct sketch *s, char **text)
{
	json_error_t error;
	json_t *root;

	*text = fake_write("json", &s->report, &s->options);
	root = json_loads(*text, JSON_REJECT_DUPLICATES, &error);
	ck_assert_msg(root != NULL, "line %d: %s", error.line, error.text);
	return root;
}

static json_int_t integer(const json_t *o, const char *key)
{
	const json_t *v = json_object_get(o, key);

	ck_assert_msg(json_is_integer(v), "%s is no integer", key);
	return json_integer_value(v);
}

START_TEST(keys_and_their_order)
{
	static const char *const keys[] = {
	    "schema",           "version",   "generated",     "capture",
	    "coverage",         "responses", "exchanges",     "requests",
	    "classes",          "codes",     "unknown_codes", "protocols",
	    "stream_errors",    "grpc",      "websocket",     "latency",
	    "latency_by_class", "by",        "hosts_total",   "hosts",
	    "clients_total",    "clients",   "clients_floor", "timeline",
	    "slowest",          "overflow",
	};
	struct sketch s;
	char *text;
	json_t *root;
	const char *key;
	json_t *value;
	size_t i = 0;

	sketch_make(&s);
	root = read_back(&s, &text);
	json_object_foreach(root, key, value)
	{
		ck_assert_uint_lt(i, sizeof(keys) / sizeof(keys[0]));
		ck_assert_str_eq(key, keys[i++]);
	}
	ck_assert_uint_eq(i, sizeof(keys) / sizeof(keys[0]));
	json_decref(root);
	free(text);
	sketch_free(&s);
}
END_TEST

START_TEST(figures)
{
	static const char codes[] =
	    "{\"100\":12,\"200\":167088,\"301\":2770,\"303\":2904,\"304\":9918,"
	    "\"401\":958,\"404\":5114,\"422\":1331,\"500\":358,\"503\":1640}";
	struct sketch s;
	char *text, *got;
	json_t *root, *host;

	sketch_make(&s);
	root = read_back(&s, &text);
	ck_assert_str_eq(json_string_value(json_object_get(root, "schema")),
			 "statline.report/1");
	ck_assert_str_eq(json_string_value(json_object_get(root, "generated")),
			 "2026-11-22T04:00:00Z");
	ck_assert_int_eq(integer(root, "responses"), 192093);
	ck_assert_int_eq(integer(root, "exchanges"), 192081); /* without 12 interim */
	got = json_dumps(json_object_get(root, "codes"), JSON_COMPACT);
	ck_assert_str_eq(got, codes);
	json_text_free(got);
	got = json_dumps(json_object_get(root, "classes"), JSON_COMPACT);
	ck_assert_str_eq(got, "{\"1xx\":12,\"2xx\":167088,\"3xx\":15592,\"4xx\":7403,"
			      "\"5xx\":1998,\"other\":0}");
	json_text_free(got);
	ck_assert_uint_eq(json_array_size(json_object_get(root, "hosts")), 3);
	host = json_array_get(json_object_get(root, "hosts"), 0);
	ck_assert_str_eq(json_string_value(json_object_get(host, "host")),
			 "api.example.test");
	ck_assert_int_eq(integer(json_object_get(host, "no_response"), "reset"), 12);
	host = json_array_get(json_object_get(root, "hosts"), 2);
	ck_assert_str_eq(json_string_value(json_object_get(host, "host_source")),
			 "server");
	json_decref(root);
	free(text);
	sketch_free(&s);
}
END_TEST

START_TEST(latency_carries_what_merging_needs)
{
	struct sketch s;
	char *text;
	json_t *root, *latency, *bucket;
	json_int_t sum = 0;
	size_t i;

	sketch_make(&s);
	root = read_back(&s, &text);
	latency = json_object_get(json_array_get(json_object_get(root, "hosts"), 0),
				  "latency");
	ck_assert_int_eq(integer(latency, "count"), 100);
	ck_assert_int_eq(integer(latency, "bits"), HISTOGRAM_ROW_BITS);
	ck_assert_double_eq(json_real_value(json_object_get(latency, "min")), 0.0041);
	ck_assert_double_eq(json_real_value(json_object_get(latency, "max")), 1.9);
	ck_assert_double_eq_tol(json_real_value(json_object_get(latency, "p99")), 1.9,
				1.9 * 0.025);
	json_array_foreach(json_object_get(latency, "buckets"), i, bucket) sum +=
	    json_integer_value(json_array_get(bucket, 1));
	ck_assert_int_eq(sum, 100);
	/* Unknown is null, never 0. */
	ck_assert(json_is_null(json_object_get(root, "latency")));
	json_decref(root);
	free(text);
	sketch_free(&s);
}
END_TEST

START_TEST(buckets_are_all_there)
{
	struct sketch s;
	char *text;
	json_t *root, *coverage, *value;
	const char *key;
	json_int_t packets = 0, bytes = 0;

	sketch_make(&s);
	root = read_back(&s, &text);
	coverage = json_object_get(root, "coverage");
	json_object_foreach(json_object_get(coverage, "packets"), key, value) packets +=
	    json_integer_value(value);
	json_object_foreach(json_object_get(coverage, "bytes"), key, value) bytes +=
	    json_integer_value(value);
	ck_assert_int_eq(packets, integer(coverage, "total_packets"));
	ck_assert_int_eq(bytes, integer(coverage, "total_bytes"));
	ck_assert_int_eq(packets, 1873715);
	ck_assert_int_eq(integer(coverage, "unreadable"), 26000000);
	ck_assert(json_is_null(json_object_get(coverage, "dropped_by_kernel")));
	ck_assert_double_eq_tol(json_real_value(json_object_get(coverage, "read")),
				0.99997778, 1e-8);
	json_decref(root);
	free(text);
	sketch_free(&s);
}
END_TEST

START_TEST(drops_are_summed_over_sources_that_know)
{
	struct sketch s;
	struct capture_source sources[3];
	char *text;
	json_t *root, *coverage;

	sketch_make(&s);
	for (size_t i = 0; i < 3; i++) {
		sources[i] = s.source;
		sources[i].dropped_by_kernel = 5;
		sources[i].drops_known = i > 0;
	}
	s.report.sources = sources;
	s.report.source_count = 3;
	root = read_back(&s, &text);
	coverage = json_object_get(root, "coverage");
	ck_assert_int_eq(integer(coverage, "dropped_by_kernel"), 10);
	ck_assert_int_eq(integer(coverage, "dropped_by_interface"), 0);
	json_decref(root);
	free(text);
	sketch_free(&s);
}
END_TEST

START_TEST(an_empty_capture_has_nulls)
{
	struct sketch s;
	char *text;
	json_t *root, *capture;

	sketch_make(&s);
	tally_free(s.tally);
	s.tally = fake_tally(TALLY_BY_CLIENT);
	s.report.tally = s.tally;
	memset(&s.coverage, 0, sizeof(s.coverage));
	s.source.packets = 0;
	root = read_back(&s, &text);
	capture = json_object_get(root, "capture");
	ck_assert(json_is_null(json_object_get(capture, "first")));
	ck_assert(json_is_null(json_object_get(capture, "seconds")));
	ck_assert(json_is_null(json_object_get(
	    json_array_get(json_object_get(capture, "sources"), 0), "id")));
	ck_assert(
	    json_is_null(json_object_get(json_object_get(root, "coverage"), "read")));
	ck_assert_int_eq(integer(root, "hosts_total"), 0);
	ck_assert_uint_eq(json_object_size(json_object_get(root, "codes")), 0);
	json_decref(root);
	free(text);
	sketch_free(&s);
}
END_TEST

START_TEST(hostile_names_are_inert_and_readable)
{
	static const struct {
		const char *name, *read;
	} cases[] = {
	    {"\033]0;x\007", "\033]0;x\007"}, /* escaped by JSON itself */
	    {"a\"b\\c", "a\"b\\c"},
	    {"\xc2\x9b"
	     "31m",
	     "\xc2\x9b"
	     "31m"},
	    {"a\xff\xfe", "a\\xff\\xfe"}, /* not UTF-8 */
	    {"a\x7f", "a\\x7f"},
	    {"b\xc3\xbc"
	     "cher.test",
	     "b\xc3\xbc"
	     "cher.test"},
	};
	struct sketch s;
	char *text;
	json_t *root, *hosts;

	sketch_make(&s);
	tally_free(s.tally);
	s.tally = fake_tally(TALLY_BY_HOST);
	s.report.tally = s.tally;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char codes[32];

		/* So that they stand in this order. */
		(void)snprintf(codes, sizeof(codes), "200 %zu", 100 - i);
		fake_row(s.tally, cases[i].name, HOST_FROM_REQUEST, codes);
	}
	fake_sum(s.tally, 0, SL_OK);
	root = read_back(&s, &text);
	hosts = json_object_get(root, "hosts");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		ck_assert_str_eq(json_string_value(
				     json_object_get(json_array_get(hosts, i), "host")),
				 cases[i].read);
	for (const char *p = text; *p; p++)
		ck_assert(*p == '\n' || (*p >= 0x20 && *p < 0x7f));
	json_decref(root);
	free(text);
	sketch_free(&s);
}
END_TEST

START_TEST(top_leaves_the_totals_whole)
{
	struct sketch s;
	char *text;
	json_t *root;

	sketch_make(&s);
	s.options.top = 1;
	root = read_back(&s, &text);
	ck_assert_uint_eq(json_array_size(json_object_get(root, "hosts")), 1);
	ck_assert_int_eq(integer(root, "hosts_total"), 3);
	ck_assert_int_eq(integer(root, "responses"), 192093);
	json_decref(root);
	free(text);
	sketch_free(&s);
}
END_TEST

START_TEST(a_full_disk_is_an_error)
{
	static const char *const names[] = {"text", "json", "csv"};
	struct sketch s;

	sketch_make(&s);
	for (size_t i = 0; i < 3; i++) {
		FILE *full = fopen("/dev/full", "w");

		ck_assert_ptr_nonnull(full);
		(void)setvbuf(full, NULL, _IONBF, 0);
		ck_assert_int_eq(
		    report_writer_named(names[i])->write(&s.report, &s.options, full),
		    SL_E_IO);
		(void)fclose(full);
	}
	sketch_free(&s);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("report/json");
	TCase *tc = tcase_create("json");

	tcase_add_test(tc, keys_and_their_order);
	tcase_add_test(tc, figures);
	tcase_add_test(tc, latency_carries_what_merging_needs);
	tcase_add_test(tc, buckets_are_all_there);
	tcase_add_test(tc, drops_are_summed_over_sources_that_know);
	tcase_add_test(tc, an_empty_capture_has_nulls);
	tcase_add_test(tc, hostile_names_are_inert_and_readable);
	tcase_add_test(tc, top_leaves_the_totals_whole);
	tcase_add_test(tc, a_full_disk_is_an_error);
	suite_add_tcase(suite, tc);
	return run_suite(suite);
}
