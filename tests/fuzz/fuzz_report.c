/*
 * Tally and report on exchanges whose texts are the script's bytes: what a stranger
 * writes must neither break a format nor reach the terminal as it is. Two tallies that
 * share the exchanges must merge to the rows that one alone has.
 */
#include "fuzz/fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "fuzz/exchanges.h"
#include "report/report.h"

static char *face(const struct tally *t, const char *name, size_t *len)
{
	static const struct coverage none;
	struct report r = {.tally = t, .coverage = &none, .generated_ns = NS_PER_S};
	struct report_options o = {.utc = true};
	char *text = NULL;
	FILE *out = open_memstream(&text, len);

	FUZZ_HOLDS(out);
	FUZZ_HOLDS(report_writer_named(name)->write(&r, &o, out) == SL_OK);
	FUZZ_HOLDS(fclose(out) == 0);
	return text;
}

static void check_faces(const struct tally *one, const struct tally *merged)
{
	static const char *const names[] = {"text", "json", "csv"};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		size_t len = 0, other_len = 0;
		char *text = face(one, names[i], &len);
		char *other = face(merged, names[i], &other_len);

		/* Sums merge exactly; what JSON and text name besides may be estimates.
		 */
		if (i == 2)
			FUZZ_HOLDS(len == other_len && memcmp(text, other, len) == 0);
		if (i == 0)
			fuzz_printable(text, len);
		if (i == 1)
			fuzz_json(text, len);
		free(text);
		free(other);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cursor in = cursor_over(data, size);
	enum tally_by by = (enum tally_by)(cursor_u8(&in) % 3);
	struct tally *one = tally_new(by);
	struct tally *part[2] = {tally_new(by), tally_new(by)};

	FUZZ_HOLDS(one && part[0] && part[1]);
	for (unsigned n = 0; cursor_left(&in) > 0; n++) {
		struct http_exchange x = exchange_take(&in);

		exchange_tell(one, &x);
		exchange_tell(part[n % 2], &x);
	}
	FUZZ_HOLDS(tally_merge(part[0], part[1]) == SL_OK);
	check_faces(one, part[0]);
	tally_free(one);
	tally_free(part[0]);
	tally_free(part[1]);
	return 0;
}
