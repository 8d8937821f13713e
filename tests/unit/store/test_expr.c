#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "store/expr.h"
#include "support/run_suite.h"

/** A report of hosts "a" (90 200s, 10 503s, 5 unanswered of 105) and "b" (1,000 200s).
 */
static struct report report;
static struct coverage coverage;

static void add_host(struct tally *t, const char *name, unsigned ok, unsigned bad,
		     unsigned silent, uint64_t latency_ns)
{
	struct code_count codes[] = {{.code = 200, .count = ok, .last_ns = 9},
				     {.code = 503, .count = bad, .last_ns = 9}};
	struct histogram *h = histogram_new(HISTOGRAM_ROW_BITS);
	struct histogram *all = histogram_new(HISTOGRAM_TOTAL_BITS);
	struct tally_row row = {.name = name, .first_ns = 0, .last_ns = 9};
	struct counts *c = &row.counts;

	for (unsigned i = 0; i < ok + bad; i++)
		ck_assert_int_eq(histogram_add(h, latency_ns) +
				     histogram_add(all, latency_ns),
				 SL_OK);
	c->requests = ok + bad + silent;
	c->responses = c->exchanges = ok + bad;
	c->classes[CLASS_2XX] = ok;
	c->classes[CLASS_5XX] = bad;
	c->codes = codes;
	c->code_count = 2;
	c->no_response[EXCHANGE_TIMEOUT] = silent;
	c->latency = h;
	tally_add_row(t, &row, NULL);
	c->latency = all;
	tally_add_total(t, c);
	histogram_free(h);
	histogram_free(all);
}

static void make(void)
{
	struct tally *t = tally_new(TALLY_BY_HOST);

	ck_assert_ptr_nonnull(t);
	add_host(t, "a", 90, 10, 5, 3000000);
	add_host(t, "b", 1000, 0, 0, 1000000);
	coverage = (struct coverage){.http_bytes = 900, .http_bytes_lost = 100};
	report = (struct report){.tally = t, .coverage = &coverage};
}

static void unmake(void)
{
	tally_free((struct tally *)report.tally);
}

static bool holds(const char *text, const struct changes *changes,
		  const struct expr_past *past)
{
	char reason[EXPR_REASON];
	struct errbuf eb = {""};
	struct expr *e;
	bool is;

	ck_assert_msg(expr_parse(text, "--warn", &e, &eb) == SL_OK, "%s: %s", text,
		      eb.text);
	is = expr_holds(e, &report, changes, past, reason);
	ck_assert_uint_lt(strlen(reason), EXPR_REASON);
	expr_free(e);
	return is;
}

/* Figures by hand: 1,100 responses, 10 of 5xx (0.909 %), 5 of 1,105 without an answer
 * (0.452 %); of "a" 10 % and 4.76 %. */
START_TEST(conditions_by_hand)
{
	static const struct {
		const char *text;
		bool is;
	} known[] = {
	    {"5xx > 0.9%", true},
	    {"5xx > 0.91%", false},
	    {"5xx >= 10", true},
	    {"5xx > 10", false},
	    {"503 = 10 and 200 == 1090", true},
	    {"503 != 10", false},
	    {"n >= 1100 and n <= 1100", true},
	    {"requests < 1105", false},
	    {"hosts = 2", true},
	    {"errors > 0.9%", true},
	    {"no_response > 0.45%", true},
	    {"no_response > 0.46%", false},
	    {"no_response >= 5", true},
	    {"p50 < 2ms", true},
	    {"p99 > 2 ms", true},
	    {"max > 0.0029s and max < 0.0031s", true},
	    {"coverage <= 90%", true},
	    {"coverage < 90%", false},
	    {"5xx > 5% per host", true},
	    {"5xx > 5% and n >= 101 per host", false},
	    {"5xx > 5% per host and n >= 1100", true},
	    {"5xx > 5% per host and n >= 1101", false},
	    {"n > 2000 or hosts = 2 and 503 > 0", true},
	    {"(n > 2000 or hosts = 2) and 503 > 10", false},
	    {"not (503 > 10)", true},
	    {"not 503 > 10 and not n < 1", true},
	    {"changes > 0", false},
	    {"new host", false},
	};

	make();
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		ck_assert_msg(holds(known[i].text, NULL, NULL) == known[i].is, "%s",
			      known[i].text);
	unmake();
}
END_TEST

/** Only "b" was there before, and never with an error. */
static bool had(void *ctx, const char *host, enum host_source source, int class,
		uint16_t code)
{
	(void)ctx;
	(void)source;
	(void)code;
	return strcmp(host, "b") == 0 && class != CLASS_5XX;
}

START_TEST(what_earlier_nights_had)
{
	struct change list[2] = {{.worse = true}, {.worse = false}};
	struct changes changes = {.list = list, .count = 2, .found = 2, .nights = 9};
	struct expr_past past = {.had = had};

	make();
	ck_assert(holds("new host", &changes, &past));
	ck_assert(holds("new 5xx host", &changes, &past));
	ck_assert(!holds("new 4xx host", &changes, &past));
	ck_assert(holds("changes = 2 and worse = 1", &changes, &past));
	unmake();
}
END_TEST

/* The column of what is wrong, counted by hand from 1. */
START_TEST(errors_have_a_column)
{
	static const struct {
		const char *text;
		unsigned column;
	} known[] = {
	    {"", 1},
	    {"   ", 4},
	    {"5yx > 1%", 1},
	    {"5xx", 4},
	    {"5xx 1%", 5},
	    {"5xx > ", 7},
	    {"5xx > x", 7},
	    {"5xx > 1% ad n >= 100", 10},
	    {"5xx > 1% and", 13},
	    {"(5xx > 1", 9},
	    {"5xx > 1)", 8},
	    {"p99 > 2", 8},
	    {"p99 > 2%", 8},
	    {"n > 5%", 6},
	    {"coverage < 0.95", 16},
	    {"503 > 1 per hots", 13},
	    {"new 5xx hosts", 9},
	    {"new 5xz host", 5},
	    {"not", 4},
	    {"n > 1 or or n > 2", 10},
	};
	char wanted[32];

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		struct errbuf eb = {""};
		struct expr *e;

		(void)snprintf(wanted, sizeof(wanted), "column %u of", known[i].column);
		ck_assert_int_eq(expr_parse(known[i].text, "--crit", &e, &eb),
				 SL_E_USAGE);
		ck_assert_ptr_null(e);
		ck_assert_msg(strstr(eb.text, wanted) && strstr(eb.text, "--crit"),
			      "`%s`: wanted %s, got %s", known[i].text, wanted,
			      eb.text);
	}
}
END_TEST

static void append(char *text, size_t size, const char *more)
{
	size_t used = strlen(text);

	(void)snprintf(text + used, size - used, "%s", more);
}

/* Any words in any order: it is a condition, or the column lies in it or just behind.
 */
START_TEST(any_text_has_an_answer)
{
	static const char *const words[] = {
	    "5xx", "503", "p99", "n",        "new", "host", "per", "and",
	    "or",  "not", "(",   ")",        ">",   "<=",   "!=",  "1",
	    "%",   "2s",  "0.5", "coverage", "",    "\t",   "\xff"};
	uint64_t state = 1;

	for (int i = 0; i < 20000; i++) {
		char text[256] = "";
		struct errbuf eb = {""};
		struct expr *e;
		const char *column;

		for (int k = 0; k < 12; k++) {
			state = state * 6364136223846793005U + 1442695040888963407U;
			append(
			    text, sizeof(text),
			    words[(state >> 33) % (sizeof(words) / sizeof(words[0]))]);
			append(text, sizeof(text), (state >> 60) % 2 ? " " : "");
		}
		if (expr_parse(text, "--warn", &e, &eb) == SL_OK) {
			expr_free(e);
			continue;
		}
		column = strstr(eb.text, "column ");
		ck_assert_ptr_nonnull(column);
		ck_assert_uint_ge(strtoul(column + 7, NULL, 10), 1);
		ck_assert_uint_le(strtoul(column + 7, NULL, 10), strlen(text) + 1);
	}
}
END_TEST

START_TEST(depth_and_length_are_bounded)
{
	char deep[512] = "", many[LIMIT_EXPR_NODES * 16 + 32] = "n > 1";
	struct errbuf eb = {""};
	struct expr *e;

	memset(deep, '(', 400);
	ck_assert_int_eq(expr_parse(deep, "--warn", &e, &eb), SL_E_USAGE);
	for (unsigned i = 0; i < LIMIT_EXPR_NODES; i++)
		append(many, sizeof(many), " or n > 1");
	ck_assert_int_eq(expr_parse(many, "--warn", &e, &eb), SL_E_USAGE);
	ck_assert_ptr_null(e);
}
END_TEST

START_TEST(limits_for_performance_data)
{
	struct errbuf eb = {""};
	struct expr *e;
	double limit = 0;

	ck_assert_int_eq(
	    expr_parse("5xx > 10% and n >= 5 or p99 > 2s", "--warn", &e, &eb), SL_OK);
	ck_assert(expr_limit(e, "5xx", true, &limit));
	ck_assert_double_eq_tol(limit, 0.1, 1e-12);
	ck_assert(!expr_limit(e, "404", true, &limit));
	ck_assert(!expr_needs_history(e));
	expr_free(e);
	ck_assert_int_eq(expr_parse("new host", "--warn", &e, &eb), SL_OK);
	ck_assert(expr_needs_history(e));
	expr_free(e);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("store/expr");
	TCase *t = tcase_create("expr");

	tcase_add_test(t, conditions_by_hand);
	tcase_add_test(t, what_earlier_nights_had);
	tcase_add_test(t, errors_have_a_column);
	tcase_add_test(t, any_text_has_an_answer);
	tcase_add_test(t, depth_and_length_are_bounded);
	tcase_add_test(t, limits_for_performance_data);
	suite_add_tcase(s, t);
	return run_suite(s);
}
