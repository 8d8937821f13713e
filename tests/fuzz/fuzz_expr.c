/*
 * Conditions of --warn and --crit: text in which a byte from 0x80 on stands for a whole
 * word, so that half of all inputs are grammatical. What is refused is refused in
 * printable words; what is taken is looked at with a report, with changes and a past,
 * and without.
 */
#include "fuzz/fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "fuzz/exchanges.h"
#include "store/expr.h"

static const char *const words[] = {
    "5xx",      "503",     "404",     "errors", "no_response", "n",        "responses",
    "requests", "hosts",   "p50",     "p99",    "max",         "coverage", "or",
    "and",      "not",     "(",       ")",      ">",           ">=",       "<",
    "<=",       "=",       "==",      "!=",     "new",         "host",     "per",
    "changes",  "worse",   "%",       "ms",     "s",           "min",      "us",
    "0",        "1",       "0.5",     "99.9",   "1xx",         "other",    "per host",
    "new host", "5xx > 0", "p99 > 1s"};

/* One byte more than may be, so that the bound is met too. */
static void write_text(char *text, size_t room, const uint8_t *data, size_t size)
{
	size_t at = 0;

	for (size_t i = 0; i < size; i++) {
		const char *word = words[data[i] % (sizeof(words) / sizeof(*words))];
		char one[2] = {(char)data[i], '\0'};
		size_t len;

		if (data[i] < 0x80)
			word = one;
		len = strlen(word);
		if (at + len + 2 > room)
			break;
		memcpy(text + at, word, len);
		at += len;
		if (word != one)
			text[at++] = ' ';
	}
	text[at] = '\0';
}

static bool had(void *ctx, const char *host, enum host_source source, int class,
		uint16_t code)
{
	(void)ctx;
	(void)source;
	FUZZ_HOLDS(class >= 0 && class <= CLASSES && code < 1000);
	return host[0] == 'a';
}

static bool look(const struct expr *e, const struct tally *t, bool all)
{
	static struct change list[2] = {{.worse = true, .host = "a.test"}};
	const struct changes changes = {.list = list, .count = 2, .found = 3};
	const struct expr_past past = {.had = had};
	const struct coverage c = {.http_bytes = 900, .http_bytes_lost = 100};
	const struct report r = {.tally = t, .coverage = &c};
	char reason[EXPR_REASON];
	bool is = expr_holds(e, &r, all ? &changes : NULL, all ? &past : NULL, reason);

	FUZZ_HOLDS(memchr(reason, '\0', sizeof(reason)));
	FUZZ_HOLDS(is || reason[0] == '\0');
	FUZZ_HOLDS(!strchr(reason, '\n'));
	fuzz_printable(reason, strlen(reason));
	return is;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct tally *some, *none;
	char text[LIMIT_EXPR_BYTES + 3];
	struct expr *e = NULL;
	struct errbuf eb = {""};
	double limit = 0;
	bool without;

	if (!some) {
		some = exchanges_sample(TALLY_BY_HOST);
		none = tally_new(TALLY_BY_HOST);
	}
	write_text(text, sizeof(text), data, size);
	if (expr_parse(text, "--warn", &e, &eb) != SL_OK) {
		FUZZ_HOLDS(!e && eb.text[0] != '\0');
		return 0;
	}
	(void)look(e, none, true);
	without = look(e, some, false);
	/* What needs no history does not change with it. */
	FUZZ_HOLDS(look(e, some, true) == without || expr_needs_history(e));
	if (expr_limit(e, "5xx", true, &limit) || expr_limit(e, "p99", false, &limit))
		FUZZ_HOLDS(limit >= 0);
	expr_free(e);
	return 0;
}
