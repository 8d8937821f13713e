#include "tally/evidence_parts.h"

#include <string.h>

#include "base/limits.h"

#define CLIENTS(n)                                                                     \
	{                                                                              \
		.name = "clients", .part = "client", .key = KEY_ADDRESS, .limit = (n), \
	}
#define PATHS                                                                          \
	{                                                                              \
		.name = "paths", .part = "path", .key = KEY_TEXT, .limit = LIMIT_TOPK, \
	}
#define REQUESTS(n)                                                    \
	{                                                              \
		.name = "requests", .part = "method", .other = "path", \
		.key = KEY_PAIR, .limit = (n),                         \
	}
#define TEXTS(list, one, n)                                                   \
	{                                                                     \
		.name = (list), .part = (one), .key = KEY_TEXT, .limit = (n), \
	}
#define REDIRECT(number)                                                             \
	{                                                                            \
		.code = (number),                                                    \
		.lists = {{.name = "redirects",                                      \
			   .part = "path",                                           \
			   .other = "location",                                      \
			   .key = KEY_PAIR,                                          \
			   .limit = LIMIT_TOPK},                                     \
			  TEXTS("locations", "location", 16)},                       \
		.counts = {"to_https", "to_itself", "to_other_host", "no_location"}, \
		.distinct = "distinct_paths",                                        \
	}

static const struct evidence_shape shapes[EVIDENCE_CODES] = {
    {.code = 100,
     .lists = {TEXTS("final_codes", "code", 16)},
     .counts = {"no_final_code"}},
    {.code = 200, .counts = {"empty", "to_head", "body_bytes"}},
    {.code = 201,
     .lists = {TEXTS("methods", "method", 8), TEXTS("locations", "location", 16)},
     .counts = {"no_location"}},
    REDIRECT(301),
    REDIRECT(302),
    {.code = 304,
     .counts = {"if_modified_since", "if_none_match", "both", "other", "none_seen"}},
    {.code = 400,
     .lists = {CLIENTS(16)},
     .counts = {"raw_space", "control_byte", "bad_version", "no_host", "nothing_odd",
		"request_not_seen"}},
    {.code = 401,
     .lists = {TEXTS("schemes", "scheme", 8), CLIENTS(16), PATHS},
     .counts = {"with_credentials", "without_credentials"}},
    {.code = 403, .lists = {PATHS, CLIENTS(16)}},
    {.code = 404,
     .lists = {PATHS,
	       {.name = "clients",
		.part = "client",
		.key = KEY_ADDRESS,
		.limit = 16,
		.with_distinct = true}},
     .distinct = "distinct_paths"},
    {.code = 405,
     .lists = {TEXTS("methods", "method", 16), TEXTS("allow", "allow", 8),
	       REQUESTS(16)}},
    {.code = 413,
     .lists = {REQUESTS(16)},
     .counts = {"size_not_known"},
     .range = "request_body"},
    {.code = 414, .lists = {CLIENTS(16)}, .range = "target_length"},
    {.code = 500, .lists = {REQUESTS(LIMIT_TOPK), CLIENTS(16)}},
    {.code = 503,
     .lists = {REQUESTS(LIMIT_TOPK), TEXTS("retry_after", "value", 8), CLIENTS(16)},
     .outage = true},
};

const struct evidence_shape *evidence_shape_at(size_t i)
{
	return i < EVIDENCE_CODES ? &shapes[i] : NULL;
}

size_t evidence_index(uint16_t code)
{
	switch (code) {
	case 100:
		return 0;
	case 200:
		return 1;
	case 201:
		return 2;
	case 301:
		return 3;
	case 302:
		return 4;
	case 304:
		return 5;
	case 400:
		return 6;
	case 401:
		return 7;
	case 403:
		return 8;
	case 404:
		return 9;
	case 405:
		return 10;
	case 413:
		return 11;
	case 414:
		return 12;
	case 500:
		return 13;
	case 503:
		return 14;
	default:
		return EVIDENCE_CODES;
	}
}

bool evidence_row(struct row_evidence **e, struct budget *b)
{
	if (*e)
		return true;
	*e = budget_realloc(b, NULL, 0, sizeof(**e));
	if (*e)
		memset(*e, 0, sizeof(**e));
	return *e != NULL;
}

struct timeline *evidence_errors(struct row_evidence **e, struct budget *b)
{
	if (!evidence_row(e, b))
		return NULL;
	if (!(*e)->errors)
		(*e)->errors = timeline_new(LIMIT_TIMELINE_ROW, 1, b);
	return (*e)->errors;
}

/* Apart, as it needs registers that looking does not. */
static __attribute__((noinline)) struct evidence *
add_code(struct row_evidence **e, size_t index, struct budget *b)
{
	struct evidence *code;

	if (!evidence_row(e, b))
		return NULL;
	code = budget_realloc(b, NULL, 0, sizeof(*code));
	if (!code)
		return NULL;
	memset(code, 0, sizeof(*code));
	code->low = UINT64_MAX;
	for (size_t i = 0; i < EVIDENCE_LISTS; i++)
		code->lists[i].limit = shapes[index].lists[i].limit;
	(*e)->codes[index] = code;
	return code;
}

struct evidence *evidence_of(struct row_evidence **e, size_t index, struct budget *b)
{
	if (*e && (*e)->codes[index])
		return (*e)->codes[index];
	return add_code(e, index, b);
}

/* ---- merging ---- */

static void merge_code(struct evidence *into, const struct evidence *from,
		       struct budget *b)
{
	for (size_t i = 0; i < EVIDENCE_LISTS; i++)
		topk_merge(&into->lists[i], &from->lists[i], b);
	for (size_t i = 0; i < EVIDENCE_COUNTS; i++)
		into->counts[i] += from->counts[i];
	if (from->low < into->low)
		into->low = from->low;
	if (from->high > into->high)
		into->high = from->high;
	hll_merge(&into->distinct, &from->distinct, b);
	outage_merge(&into->outage, &from->outage, b);
}

void evidence_merge(struct row_evidence **into, const struct row_evidence *from,
		    struct budget *b)
{
	struct timeline *errors;

	if (!from)
		return;
	for (size_t i = 0; i < EVIDENCE_CODES; i++) {
		struct evidence *code;

		if (!from->codes[i])
			continue;
		code = evidence_of(into, i, b);
		if (code)
			merge_code(code, from->codes[i], b);
	}
	if (from->times.count > 0 && evidence_row(into, b))
		code_times_merge(&(*into)->times, &from->times, b);
	errors = from->errors ? evidence_errors(into, b) : NULL;
	if (errors)
		timeline_merge(errors, from->errors);
}

void evidence_free(struct row_evidence *e, struct budget *b)
{
	if (!e)
		return;
	for (size_t i = 0; i < EVIDENCE_CODES; i++) {
		struct evidence *code = e->codes[i];

		if (!code)
			continue;
		for (size_t l = 0; l < EVIDENCE_LISTS; l++)
			topk_clear(&code->lists[l], b);
		hll_clear(&code->distinct, b);
		outage_clear(&code->outage, b);
		budget_free(b, code, sizeof(*code));
	}
	timeline_free(e->errors, b);
	code_times_clear(&e->times, b);
	budget_free(b, e, sizeof(*e));
}
