#include <stdlib.h>
#include <string.h>

#include "report/restore_parts.h"

/** Largest value of a register: 32 bits less those that choose it, and one. */
#define REGISTER_MAX (32U - HLL_BITS + 1U)

static bool read_registers(const char *letters, uint8_t registers[HLL_REGISTERS])
{
	if (strlen(letters) != HLL_REGISTERS)
		return false;
	for (size_t i = 0; i < HLL_REGISTERS; i++) {
		char c = letters[i];

		registers[i] = (uint8_t)(c >= '0' && c <= '9'   ? c - '0'
					 : c >= 'a' && c <= 'z' ? c - 'a' + 10
								: UINT8_MAX);
		if (registers[i] > REGISTER_MAX)
			return false;
	}
	return true;
}

void read_distinct(struct reading *r, const json_t *o, const char *key, struct hll *h,
		   struct budget *b)
{
	const json_t *distinct = read_member(o, key);
	const char *letters = read_text(r, distinct, "registers");
	const json_t *hashes = json_object_get(distinct, "hashes");
	uint8_t registers[HLL_REGISTERS];
	struct hll dense = {.registers = registers, .dense = true};

	if (!distinct)
		return;
	if (letters && !read_registers(letters, registers))
		reading_fail(r, SL_E_FORMAT, "registers");
	else if (letters)
		hll_merge(h, &dense, b);
	for (size_t i = 0; i < json_array_size(hashes); i++) {
		json_int_t hash = json_integer_value(json_array_get(hashes, i));

		if (hash < 0 || hash > UINT32_MAX)
			reading_fail(r, SL_E_FORMAT, "hashes");
		else
			hll_add(h, (uint64_t)hash << 32, b);
	}
	h->low = json_is_false(json_object_get(distinct, "exact")) && !h->dense;
}

/* ---- lists ---- */

/** The key of an entry as it is kept. @return its length; 0 also when it is wrong */
static size_t read_key(struct reading *r, const json_t *o,
		       const struct evidence_list *list, char out[LIMIT_TOPK_KEY])
{
	const char *part = read_text(r, o, list->part);
	struct endpoint address;
	size_t first, rest;
	const char *other;

	if (!part) {
		reading_fail(r, SL_E_FORMAT, list->part);
		return 0;
	}
	if (list->key == KEY_ADDRESS) {
		if (!endpoint_parse(part, &address))
			reading_fail(r, SL_E_FORMAT, list->part);
		memcpy(out, address.addr.bytes, sizeof(address.addr.bytes));
		return sizeof(address.addr.bytes);
	}
	first = strnlen(part, LIMIT_TOPK_KEY);
	memcpy(out, part, first);
	if (list->key != KEY_PAIR || first == LIMIT_TOPK_KEY)
		return first;
	other = read_text(r, o, list->other);
	if (!other)
		return first;
	out[first] = '\0';
	rest = strnlen(other, LIMIT_TOPK_KEY - first - 1);
	memcpy(out + first + 1, other, rest);
	return first + 1 + rest;
}

static void read_list(struct reading *r, const json_t *o,
		      const struct evidence_list *list, struct topk *t,
		      struct budget *b)
{
	const json_t *entries = json_object_get(o, list->name);
	char key[LIMIT_TOPK_KEY];

	t->limit = list->limit;
	for (size_t i = 0; i < json_array_size(entries) && i < LIMIT_TOPK_MAX; i++) {
		const json_t *entry = json_array_get(entries, i);
		size_t len = read_key(r, entry, list, key);
		struct topk_entry *e;

		if (r->error)
			return;
		e = topk_add(t, (struct text){key, len}, read_count(r, entry, "count"),
			     b);
		if (!e)
			continue;
		e->error = read_count(r, entry, "error");
		if (list->with_distinct)
			read_distinct(r, entry, "distinct_paths", &e->distinct, b);
	}
	t->total = read_count(r, read_member(o, "totals"), list->name);
	t->floor = read_count(r, read_member(o, "floors"), list->name);
}

/* ---- outages ---- */

static void read_outage(struct reading *r, const json_t *o, struct outage *out,
			struct budget *b)
{
	const json_t *outage = read_member(o, "outage");
	const json_t *buckets = json_object_get(outage, "buckets");
	size_t count = json_array_size(buckets);

	if (!outage)
		return;
	out->cut = json_is_true(json_object_get(outage, "cut"));
	if (count > LIMIT_OUTAGE_BUCKETS) {
		reading_fail(r, SL_E_FORMAT, "outage");
		return;
	}
	if (count == 0)
		return;
	out->buckets = budget_realloc(b, NULL, 0, count * sizeof(*out->buckets));
	if (!out->buckets) {
		reading_fail(r, SL_E_NOMEM, "outage");
		return;
	}
	out->room = (uint32_t)count;
	for (size_t i = 0; i < count; i++) {
		const json_t *value = json_array_get(buckets, i);
		json_int_t n = json_integer_value(value); /* of null 0 */
		uint32_t bucket = (uint32_t)(n < 0 ? -n : n);

		if (n > INT32_MAX || n < -INT32_MAX ||
		    (i > 0 && bucket <= out->buckets[i - 1] >> 1))
			reading_fail(r, SL_E_FORMAT, "outage");
		out->buckets[out->count++] =
		    bucket << 1 | (n < 0 || json_is_null(value));
	}
}

/* ---- a code, a row ---- */

static void read_range(struct reading *r, const json_t *o,
		       const struct evidence_shape *s, struct evidence *e)
{
	const json_t *range = s->range ? read_member(o, s->range) : NULL;

	e->low = UINT64_MAX;
	if (!read_member(range, "min"))
		return;
	e->low = read_count(r, range, "min");
	e->high = read_count(r, range, "max");
}

static void read_code(struct reading *r, const json_t *o,
		      const struct evidence_shape *s, struct evidence *e,
		      struct budget *b)
{
	for (size_t i = 0; i < EVIDENCE_COUNTS; i++)
		if (s->counts[i])
			e->counts[i] = read_count(r, o, s->counts[i]);
	read_range(r, o, s, e);
	if (s->distinct)
		read_distinct(r, o, s->distinct, &e->distinct, b);
	if (s->outage)
		read_outage(r, o, &e->outage, b);
	for (size_t i = 0; i < EVIDENCE_LISTS; i++)
		if (s->lists[i].key != KEY_NONE)
			read_list(r, o, &s->lists[i], &e->lists[i], b);
}

/** What a timeline of one column was written as. */
struct written {
	int64_t first_ns;
	int64_t width_ns;
	const json_t *counts;
};

/** @return whether there is one */
static bool read_written(struct reading *r, const json_t *o, const char *first,
			 const char *member, struct written *w)
{
	w->counts = json_object_get(o, "counts");
	if (!w->counts)
		return false;
	if (!read_time(r, o, first, &w->first_ns) || !read_width(o, &w->width_ns)) {
		reading_fail(r, SL_E_FORMAT, member);
		return false;
	}
	return true;
}

/** @return the count of bucket @p i, and when it begins; 0 without */
static uint64_t written_bucket(const struct written *w, size_t i, int64_t *at)
{
	json_int_t n = json_integer_value(json_array_get(w->counts, i));

	/* Empty buckets at either end are not written. */
	if (n <= 0 || __builtin_mul_overflow((int64_t)i, w->width_ns, at) ||
	    __builtin_add_overflow(w->first_ns, *at, at))
		return 0;
	return (uint64_t)n;
}

static struct timeline *read_errors(struct reading *r, const json_t *o,
				    struct budget *b)
{
	struct written w;
	struct timeline *t;
	int64_t at;

	if (!read_written(r, read_member(o, "errors_5xx"), "first", "errors_5xx", &w))
		return NULL;
	t = timeline_new(LIMIT_TIMELINE_ROW, 1, b);
	if (!t) {
		reading_fail(r, SL_E_NOMEM, "errors_5xx");
		return NULL;
	}
	timeline_widen(t, w.width_ns);
	for (size_t i = 0; i < json_array_size(w.counts) && i < LIMIT_TIMELINE_ROW;
	     i++) {
		uint64_t n = written_bucket(&w, i, &at);

		if (n > 0)
			timeline_add(t, at, 0, n);
	}
	return t;
}

static void read_code_times(struct reading *r, json_t *times, struct code_times *c,
			    struct budget *b)
{
	const char *key;
	json_t *value;
	struct written w;
	int64_t at;

	json_object_foreach(times, key, value)
	{
		uint16_t code = (uint16_t)(strtoul(key, NULL, 10) % LIMIT_CODES);

		if (!read_written(r, value, "start", "code_times", &w))
			continue;
		code_times_widen(c, code, w.width_ns, b);
		for (size_t i = 0;
		     i < json_array_size(w.counts) && i < LIMIT_TIMELINE_ROW; i++) {
			uint64_t n = written_bucket(&w, i, &at);

			if (n > 0)
				code_times_add(c, code, at, n, b);
		}
	}
}

struct row_evidence *read_evidence(struct reading *r, const json_t *o, struct budget *b)
{
	const json_t *evidence = read_member(o, "evidence");
	json_t *times = json_object_get(o, "code_times");
	struct row_evidence *row;
	char key[8];

	if (json_object_size(evidence) == 0 && !read_member(o, "errors_5xx") &&
	    json_object_size(times) == 0)
		return NULL;
	row = budget_realloc(b, NULL, 0, sizeof(*row));
	if (!row) {
		reading_fail(r, SL_E_NOMEM, "evidence");
		return NULL;
	}
	memset(row, 0, sizeof(*row));
	row->errors = read_errors(r, o, b);
	read_code_times(r, times, &row->times, b);
	for (size_t i = 0; i < EVIDENCE_CODES && r->error == SL_OK; i++) {
		const struct evidence_shape *s = evidence_shape_at(i);
		const json_t *code;

		(void)snprintf(key, sizeof(key), "%u", (unsigned)s->code);
		code = read_member(evidence, key);
		if (!code)
			continue;
		row->codes[i] = budget_realloc(b, NULL, 0, sizeof(*row->codes[i]));
		if (!row->codes[i]) {
			reading_fail(r, SL_E_NOMEM, "evidence");
			return row;
		}
		memset(row->codes[i], 0, sizeof(*row->codes[i]));
		read_code(r, code, s, row->codes[i], b);
	}
	return row;
}
