/*
 * Reports read back from their JSON: merge, diff and --baseline take files of a
 * stranger. An input that begins with `{` is such a file; any other is a script of
 * changes to a whole report, since bytes alone seldom get past the parser.
 *
 * What is refused is refused in words. What is taken can be written by every face, and
 * merged; and read again from its own JSON it is taken again, and comes out the same.
 */
#include "fuzz/fuzz.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_read.h"
#include "base/limits.h"
#include "fuzz/exchanges.h"
#include "report/report.h"
#include "report/restore.h"

#define CHANGES_MAX 16U
/** Elements of an array that grows, since what grows may hold others that have. */
#define COPIES_MAX 200U

static char *face(const struct report *r, const char *name, size_t *len)
{
	const struct report_options o = {.utc = true};
	char *text = NULL;
	FILE *out = open_memstream(&text, len);

	FUZZ_HOLDS(out && report_writer_named(name)->write(r, &o, out) == SL_OK);
	FUZZ_HOLDS(fclose(out) == 0);
	return text;
}

/* ---- a script of changes ---- */

static json_t *whole_report(enum tally_by by)
{
	static json_t *reports[3];

	if (!reports[by]) {
		struct coverage c = {.http_bytes = 5000, .total = {20, 9000}};
		struct capture_source s = {.name = "a.pcap",
					   .format = "pcap",
					   .link_types = {1},
					   .link_type_count = 1,
					   .packets = 20,
					   .bytes = 9000,
					   .id = {1, 2, 3}};
		struct report r = {.tally = exchanges_sample(by),
				   .coverage = &c,
				   .sources = &s,
				   .source_count = 1,
				   .generated_ns = NS_PER_S};
		size_t len;
		char *text;

		c.bucket[0] = c.total;
		text = face(&r, "json", &len);
		reports[by] = json_loadb(text, len, 0, NULL);
		FUZZ_HOLDS(reports[by]);
		free(text);
		tally_free((struct tally *)r.tally);
	}
	return json_deep_copy(reports[by]);
}

static json_t *take_value(struct cursor *in)
{
	static const char *const texts[] = {"",
					    "a.test",
					    "(other)",
					    "10.0.0.1:80",
					    "2026-11-22T02:00:30.123456789Z",
					    "9999-12-31T23:59:59Z",
					    "0000-01-01T00:00:00Z",
					    "server",
					    "\x1b[31m"};
	uint8_t what = cursor_u8(in);

	switch (what & 7) {
	case 0:
		return json_null();
	case 1:
		return json_boolean(what & 8);
	case 2:
		return json_integer(fuzz_number(in));
	case 3:
		return json_integer(INT64_MAX - what / 8);
	case 4:
		return json_real((double)fuzz_number(in) / 7);
	case 5:
		return what & 8 ? json_array() : json_object();
	default:
		return json_string(texts[what / 8 % (sizeof(texts) / sizeof(*texts))]);
	}
}

static const char *key_at(json_t *o, size_t n)
{
	void *iter = json_object_iter(o);

	while (n-- > 0)
		iter = json_object_iter_next(o, iter);
	return json_object_iter_key(iter);
}

static void change_object(json_t *o, size_t n, struct cursor *in)
{
	char key[4];

	switch (cursor_u8(in) % 4) {
	case 0:
		(void)json_object_del(o, key_at(o, n));
		break;
	case 1: /* codes and the like have keys that are numbers */
		(void)snprintf(key, sizeof(key), "%03u", cursor_be16(in) % 1000U);
		(void)json_object_set_new(o, key, take_value(in));
		break;
	default:
		(void)json_object_set_new(o, key_at(o, n), take_value(in));
		break;
	}
}

static void change_array(json_t *a, size_t n, struct cursor *in)
{
	switch (cursor_u8(in) % 4) {
	case 0:
		(void)json_array_remove(a, n);
		break;
	case 1: /* the same again, more often than a list may have it */
		for (unsigned i = cursor_u8(in) % 70U;
		     i > 0 && json_array_size(a) < COPIES_MAX; i--)
			(void)json_array_append_new(
			    a, json_deep_copy(json_array_get(a, n)));
		break;
	default:
		(void)json_array_set_new(a, n, take_value(in));
		break;
	}
}

/* From the top down, at each level to the child that the script names. */
static void change(json_t *at, struct cursor *in)
{
	for (;;) {
		size_t all =
		    json_is_object(at) ? json_object_size(at) : json_array_size(at);
		uint8_t step = cursor_u8(in);
		size_t n = all > 0 ? step % all : 0;
		json_t *child;

		if (all == 0)
			return;
		child = json_is_object(at) ? json_object_get(at, key_at(at, n))
					   : json_array_get(at, n);
		if ((json_is_object(child) || json_is_array(child)) && step < 0xe0) {
			at = child;
			continue;
		}
		if (json_is_object(at))
			change_object(at, n, in);
		else
			change_array(at, n, in);
		return;
	}
}

static char *changed_report(struct cursor *in)
{
	json_t *tree = whole_report((enum tally_by)(cursor_u8(in) % 3));
	char *text;

	for (unsigned n = 0; n < CHANGES_MAX && cursor_left(in) > 0; n++)
		change(tree, in);
	text = json_dumps(tree, JSON_COMPACT);
	FUZZ_HOLDS(text);
	json_decref(tree);
	return text;
}

/* ---- what must hold ---- */

static struct restored *read_back(const char *text, size_t len)
{
	struct restored *r = NULL;
	struct errbuf eb = {""};
	char path[64];
	enum sl_err e;

	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d",
		       fuzz_file((const uint8_t *)text, len));
	e = restored_read(path, &r, &eb);
	FUZZ_HOLDS((e == SL_OK) == (r != NULL));
	FUZZ_HOLDS(r || eb.text[0] != '\0');
	return r;
}

static void check_faces(const struct restored *r)
{
	const struct report *report = restored_report(r);
	const struct report_writer *w;

	for (size_t i = 0; (w = report_writer_at(i)); i++) {
		size_t len;
		char *text = face(report, w->name, &len);

		if (strcmp(w->name, "text") == 0)
			fuzz_printable(text, len);
		if (strcmp(w->name, "json") == 0)
			fuzz_json(text, len);
		free(text);
	}
}

/* Written, read and written again. What it was before may have said too much. */
static void check_again(const struct restored *r)
{
	size_t once_len, twice_len;
	char *once = face(restored_report(r), "json", &once_len);
	struct restored *again = read_back(once, once_len);
	char *twice;

	if (!again)
		(void)fprintf(stderr, "%s", once);
	FUZZ_HOLDS(again);
	twice = face(restored_report(again), "json", &twice_len);
	FUZZ_HOLDS(once_len == twice_len && memcmp(once, twice, once_len) == 0);
	FUZZ_HOLDS(restored_merge(again, r) == SL_OK);
	check_faces(again);
	free(once);
	free(twice);
	restored_free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cursor in = cursor_over(data, size);
	struct restored *r;

	if (size > 0 && data[0] == '{') {
		r = read_back((const char *)data, size);
	} else {
		char *text = changed_report(&in);

		r = read_back(text, strlen(text));
		json_text_free(text);
	}
	if (r)
		check_again(r);
	restored_free(r);
	return 0;
}
