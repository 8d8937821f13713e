/*
 * hosts[].evidence: by the shapes of tally/evidence.h, with what merging needs: the
 * error of each key, what a key that is not there may have at most ("floors"), hashes
 * or registers of estimates, and the buckets of outages.
 */
#include <stdlib.h>
#include <string.h>

#include "base/human.h"
#include "report/json_parts.h"

static bool append(json_t *array, json_t *value)
{
	return json_array_append_new(array, value) == 0;
}

static int compare_hashes(const void *va, const void *vb)
{
	uint32_t a = *(const uint32_t *)va;
	uint32_t b = *(const uint32_t *)vb;

	return (a > b) - (a < b);
}

/* Sorted, so that no order of merging shows. */
json_t *json_distinct(const struct hll *h)
{
	json_t *o = json_object();
	json_t *hashes;
	uint32_t sorted[LIMIT_DISTINCT_EXACT];
	char letters[HLL_REGISTERS];
	bool ok = o != NULL;

	ok = json_put(o, "count", json_count(hll_estimate(h)), ok);
	ok = json_put(o, "exact", json_boolean(hll_exact(h)), ok);
	if (h->dense) {
		/* A register holds 23 at most: one letter, '0' for 0, 'a' for 10. */
		for (size_t i = 0; i < HLL_REGISTERS; i++)
			letters[i] =
			    "0123456789abcdefghijklmnopqrstuvwxyz"[h->registers[i] %
								   36];
		ok = json_put(o, "registers", json_stringn(letters, HLL_REGISTERS), ok);
		return json_done(o, ok);
	}
	hashes = json_array();
	if (h->count > 0) {
		memcpy(sorted, h->hashes, h->count * sizeof(*sorted));
		qsort(sorted, h->count, sizeof(*sorted), compare_hashes);
	}
	for (uint16_t i = 0; hashes && i < h->count; i++)
		ok = append(hashes, json_count(sorted[i])) && ok;
	ok = json_put(o, "hashes", hashes, ok);
	return json_done(o, ok);
}

json_t *json_address(const void *bytes)
{
	struct ip_addr addr = ip_addr_from_v6(bytes);
	char text[ENDPOINT_TEXT_SIZE];

	return json_string(ip_addr_text(&addr, text, sizeof(text)));
}

json_t *json_time(int64_t ns)
{
	char text[HUMAN_SIZE];

	return json_string(rfc3339_time(ns, text, sizeof(text)));
}

static bool put_key(json_t *o, const struct evidence_list *list,
		    const struct topk_entry *e)
{
	const char *zero;
	size_t first;

	switch (list->key) {
	case KEY_NONE:
		break;
	case KEY_TEXT:
		return json_put(o, list->part, json_textn(e->key, e->len), true);
	case KEY_ADDRESS:
		return json_put(o, list->part, json_address(e->key), true);
	case KEY_PAIR:
		zero = memchr(e->key, '\0', e->len);
		first = zero ? (size_t)(zero - e->key) : e->len;
		return json_put(o, list->part, json_textn(e->key, first), true) &&
		       json_put(o, list->other,
				zero ? json_textn(zero + 1, e->len - first - 1)
				     : json_null(),
				true);
	}
	return true;
}

static json_t *json_entry(const struct evidence_list *list, const struct topk_entry *e)
{
	json_t *o = json_object();
	bool ok = o && put_key(o, list, e);

	ok = json_put(o, "count", json_count(e->count), ok);
	ok = json_put(o, "error", json_count(e->error), ok);
	if (list->with_distinct)
		ok = json_put(o, "distinct_paths", json_distinct(&e->distinct), ok);
	return json_done(o, ok);
}

static json_t *json_list(const struct evidence_list *list, const struct topk *t)
{
	const struct topk_entry *sorted[LIMIT_TOPK_MAX];
	size_t n = topk_sorted(t, sorted, LIMIT_TOPK_MAX);
	json_t *a = json_array();
	bool ok = a != NULL;

	for (size_t i = 0; ok && i < n; i++)
		ok = append(a, json_entry(list, sorted[i]));
	return json_done(a, ok);
}

static bool put_lists(json_t *o, const struct evidence_shape *s,
		      const struct evidence *e)
{
	json_t *floors = json_object();
	json_t *totals = json_object();
	bool ok = floors && totals;

	for (size_t i = 0; i < EVIDENCE_LISTS; i++) {
		const struct evidence_list *list = &s->lists[i];

		if (list->key == KEY_NONE)
			continue;
		ok = json_put(o, list->name, json_list(list, &e->lists[i]), ok);
		ok = json_put(totals, list->name, json_count(e->lists[i].total), ok);
		ok = json_put(floors, list->name, json_count(e->lists[i].floor), ok);
	}
	if (s->lists[0].key == KEY_NONE) {
		json_decref(totals);
		json_decref(floors);
		return ok;
	}
	ok = json_put(o, "totals", totals, ok);
	return json_put(o, "floors", floors, ok);
}

/* Number of a bucket since 1970, negative where others answered too: of the first one,
 * which has no sign, null. */
static json_t *json_outage_bucket(json_int_t n, bool mixed)
{
	if (mixed && n == 0)
		return json_null();
	return json_integer(mixed ? -n : n);
}

static json_t *json_outage(const struct outage *outage)
{
	struct outage_stretch longest = outage_longest(outage);
	json_t *o = json_object();
	json_t *buckets = json_array();
	bool ok = o && buckets;

	ok = json_put(o, "bucket_seconds", json_count(LIMIT_OUTAGE_NS / NS_PER_S), ok);
	ok = json_put(o, "longest_buckets", json_count(longest.buckets), ok);
	ok = json_put(o, "longest_seconds",
		      json_count(longest.buckets * (LIMIT_OUTAGE_NS / NS_PER_S)), ok);
	ok = json_put(o, "longest_first",
		      longest.buckets ? json_time(longest.first_ns) : json_null(), ok);
	ok = json_put(o, "cut", json_boolean(outage->cut), ok);
	for (uint32_t i = 0; ok && i < outage->count; i++)
		ok = append(buckets, json_outage_bucket(outage->buckets[i] >> 1,
							outage->buckets[i] & 1));
	ok = json_put(o, "buckets", buckets, ok);
	return json_done(o, ok);
}

static json_t *share(uint64_t part, uint64_t of)
{
	return of ? json_real((double)part / (double)of) : json_null();
}

static bool put_shares(json_t *o, const struct counts *c, const struct evidence *e,
		       uint16_t code)
{
	uint64_t ok_count = counts_code(c, 200);

	if (code == 200)
		return json_put(o, "empty_share",
				share(e->counts[COUNT_200_EMPTY], ok_count), true);
	if (code == 304)
		return json_put(
		    o, "share_of_200_and_304",
		    share(counts_code(c, 304), ok_count + counts_code(c, 304)), true);
	return true;
}

static const struct code_count *code_of(const struct counts *c, uint16_t code)
{
	for (size_t i = 0; i < c->code_count; i++)
		if (c->codes[i].code == code)
			return &c->codes[i];
	return NULL;
}

static json_t *json_code(const struct counts *c, const struct evidence_shape *s,
			 const struct evidence *e)
{
	const struct code_count *times = code_of(c, s->code);
	json_t *o = json_object();
	bool ok = o != NULL;

	if (times) {
		ok = json_put(o, "first", json_time(times->first_ns), ok);
		ok = json_put(o, "last", json_time(times->last_ns), ok);
	}
	for (size_t i = 0; i < EVIDENCE_COUNTS; i++)
		if (s->counts[i])
			ok = json_put(o, s->counts[i], json_count(e->counts[i]), ok);
	if (s->range) {
		bool any = e->low <= e->high;
		json_t *range = json_object();

		ok = json_put(range, "min", any ? json_count(e->low) : json_null(), ok);
		ok =
		    json_put(range, "max", any ? json_count(e->high) : json_null(), ok);
		ok = json_put(o, s->range, range, ok);
	}
	if (s->distinct)
		ok = json_put(o, s->distinct, json_distinct(&e->distinct), ok);
	if (s->outage)
		ok = json_put(o, "outage", json_outage(&e->outage), ok);
	ok = put_shares(o, c, e, s->code) && ok;
	ok = put_lists(o, s, e) && ok;
	return json_done(o, ok);
}

json_t *json_evidence(const struct tally_row *row)
{
	json_t *o = json_object();
	bool ok = o != NULL;
	char key[8];

	for (size_t i = 0; row->evidence && i < EVIDENCE_CODES; i++) {
		const struct evidence_shape *s = evidence_shape_at(i);

		if (!row->evidence->codes[i])
			continue;
		(void)snprintf(key, sizeof(key), "%u", (unsigned)s->code);
		ok = json_put(o, key,
			      json_code(&row->counts, s, row->evidence->codes[i]), ok);
	}
	return json_done(o, ok);
}

/* Buckets from the first on, of one column. */
static bool put_times(json_t *o, const char *first, const struct timeline *t, bool ok)
{
	json_t *counts = json_array();

	ok = ok && counts;
	ok = json_put(o, first, json_time(timeline_start(t, 0)), ok);
	ok = json_put(o, "seconds", json_seconds(timeline_width(t)), ok);
	for (size_t i = 0; ok && i < timeline_count(t); i++)
		ok = append(counts, json_count(timeline_bucket(t, i)[0]));
	return json_put(o, "counts", counts, ok);
}

static json_t *code_times(const struct code_count *code, const struct timeline *t)
{
	json_t *o = json_object();
	bool ok = o != NULL;

	ok = json_put(o, "first", json_time(code->first_ns), ok);
	ok = json_put(o, "last", json_time(code->last_ns), ok);
	if (timeline_count(t) > 0)
		ok = put_times(o, "start", t, ok);
	return json_done(o, ok);
}

json_t *json_code_times(const struct tally_row *row)
{
	const struct counts *c = &row->counts;
	const struct code_times *times = row->evidence ? &row->evidence->times : NULL;
	json_t *o = json_object();
	bool ok = o != NULL;
	char key[8];

	for (size_t i = 0; ok && i < c->code_count; i++) {
		const struct code_count *code = &c->codes[i];

		if (code->count == 0)
			continue;
		(void)snprintf(key, sizeof(key), "%03u", (unsigned)code->code);
		ok = json_put(o, key,
			      code_times(code, code_times_of(times, code->code)), ok);
	}
	return json_done(o, ok);
}

json_t *json_error_times(const struct row_evidence *e)
{
	const struct timeline *t = e ? e->errors : NULL;
	json_t *o;

	if (timeline_count(t) == 0)
		return json_null();
	o = json_object();
	return json_done(o, put_times(o, "first", t, o != NULL));
}
