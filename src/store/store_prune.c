#include <stdlib.h>
#include <string.h>

#include "base/calendar.h"
#include "base/limits.h"
#include "store/statement.h"

/* Sums of two packed histograms, for SQL: merge_latency(a, b). */
static void merge_latency(sqlite3_context *context, int count, sqlite3_value **values)
{
	struct histogram *sum = NULL, *other;
	uint8_t *packed;
	bool failed = false;

	for (int i = 0; i < count && !failed; i++) {
		if (sqlite3_value_type(values[i]) != SQLITE_BLOB)
			continue;
		other = histogram_unpack(sqlite3_value_blob(values[i]),
					 (size_t)sqlite3_value_bytes(values[i]));
		failed = !other || (sum && histogram_merge(sum, other) != SL_OK);
		if (sum)
			histogram_free(other);
		else
			sum = other;
	}
	packed = sum && !failed ? malloc(histogram_pack_size(sum)) : NULL;
	if (packed)
		sqlite3_result_blob64(context, packed, histogram_pack(sum, packed),
				      free);
	else if (failed)
		sqlite3_result_error(context, "a latency is damaged", -1);
	else
		sqlite3_result_null(context);
	histogram_free(sum);
}

/** The month in which @p ns lies. */
static void month_of(int64_t ns, bool utc, int64_t *from, int64_t *to)
{
	struct tm tm;

	(void)calendar_split(ns, utc, &tm);
	tm.tm_hour = tm.tm_min = tm.tm_sec = 0;
	tm.tm_mday = 1;
	(void)calendar_join(tm, utc, from);
	tm.tm_mon++;
	(void)calendar_join(tm, utc, to);
}

/** The run of that month, made if need be. */
static int64_t month_run(struct store *s, int64_t from, int64_t to, bool *made)
{
	sqlite3_stmt *st =
	    store_prepare(s, "SELECT id FROM runs WHERE month AND from_ns = ?");
	int64_t id = 0;

	bind_int(s, st, 1, from);
	if (store_step(s, st))
		id = sqlite3_column_int64(st, 0);
	(void)sqlite3_finalize(st);
	*made = id == 0;
	if (id != 0 || s->error)
		return id;
	st = store_prepare(s,
			   "INSERT INTO runs VALUES (NULL, ?, ?, 1, 0, '', 0, 0, 0, 0,"
			   " 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, '{}', 0)");
	bind_int(s, st, 1, from);
	bind_int(s, st, 2, to);
	store_run_once(s, st);
	(void)sqlite3_finalize(st);
	return s->error ? 0 : sqlite3_last_insert_rowid(s->db);
}

/* Parameters: ?1 the night, ?2 the month. Evidence goes with the night; its coverage
 * too, but for what is in the columns. */
static const char *const roll[] = {
    "UPDATE runs SET (generated_ns, version, nights, packets, bytes, requests, "
    "responses,"
    " c1, c2, c3, c4, c5, other, no_response, partial) = (SELECT"
    " max(runs.generated_ns, n.generated_ns), n.version, runs.nights + n.nights,"
    " runs.packets + n.packets, runs.bytes + n.bytes, runs.requests + n.requests,"
    " runs.responses + n.responses, runs.c1 + n.c1, runs.c2 + n.c2, runs.c3 + n.c3,"
    " runs.c4 + n.c4, runs.c5 + n.c5, runs.other + n.other,"
    " runs.no_response + n.no_response, max(runs.partial, n.partial)"
    " FROM runs AS n WHERE n.id = ?1) WHERE id = ?2",
    "INSERT INTO host_runs SELECT host, ?2, requests, responses, exchanges, closed,"
    " reset, timeout, unseen, pending, request_bytes, response_bytes, body_bytes,"
    " first_ns, last_ns, latency FROM host_runs AS n WHERE run = ?1"
    " ON CONFLICT DO UPDATE SET requests = requests + excluded.requests,"
    " responses = responses + excluded.responses,"
    " exchanges = exchanges + excluded.exchanges, closed = closed + excluded.closed,"
    " reset = reset + excluded.reset, timeout = timeout + excluded.timeout,"
    " unseen = unseen + excluded.unseen, pending = pending + excluded.pending,"
    " request_bytes = request_bytes + excluded.request_bytes,"
    " response_bytes = response_bytes + excluded.response_bytes,"
    " body_bytes = body_bytes + excluded.body_bytes,"
    " first_ns = min(ifnull(first_ns, excluded.first_ns),"
    "  ifnull(excluded.first_ns, first_ns)),"
    " last_ns = max(ifnull(last_ns, excluded.last_ns),"
    "  ifnull(excluded.last_ns, last_ns)),"
    " latency = merge_latency(latency, excluded.latency)",
    "INSERT INTO counts SELECT host, ?2, code, (SELECT from_ns FROM runs WHERE id = "
    "?2),"
    " sum(count) FROM counts WHERE run = ?1 AND host IN (SELECT host FROM host_runs"
    " WHERE run = ?1) GROUP BY host, code"
    " ON CONFLICT DO UPDATE SET count = count + excluded.count",
    "UPDATE sources SET run = ?2 WHERE run = ?1",
    "DELETE FROM runs WHERE id = ?1 AND ?2",
    "UPDATE runs SET hosts ="
    " (SELECT count(*) FROM host_runs WHERE run = ?2)"
    " WHERE id = ?2 AND ?1",
};

static void roll_night(struct store *s, int64_t night, int64_t month)
{
	for (size_t i = 0; i < sizeof(roll) / sizeof(roll[0]); i++) {
		sqlite3_stmt *st = store_prepare(s, roll[i]);

		bind_int(s, st, 1, night);
		bind_int(s, st, 2, month);
		store_run_once(s, st);
		(void)sqlite3_finalize(st);
	}
}

/** The earliest night that ends before @p before_ns. */
static bool next_night(struct store *s, int64_t before_ns, int64_t *id, int64_t *from)
{
	sqlite3_stmt *st = store_prepare(
	    s, "SELECT id, from_ns FROM runs WHERE NOT month AND to_ns <= ?"
	       " ORDER BY from_ns LIMIT 1");
	bool found;

	bind_int(s, st, 1, before_ns);
	found = store_step(s, st);
	if (found) {
		*id = sqlite3_column_int64(st, 0);
		*from = sqlite3_column_int64(st, 1);
	}
	(void)sqlite3_finalize(st);
	return found;
}

static uint64_t remove_months(struct store *s, int64_t before_ns)
{
	sqlite3_stmt *st =
	    store_prepare(s, "DELETE FROM runs WHERE month AND to_ns <= ?");
	uint64_t removed;

	bind_int(s, st, 1, before_ns);
	store_run_once(s, st);
	(void)sqlite3_finalize(st);
	removed = s->error ? 0 : (uint64_t)sqlite3_changes(s->db);
	(void)store_exec(
	    s, "DELETE FROM hosts WHERE id NOT IN (SELECT host FROM host_runs)");
	return removed;
}

enum sl_err store_prune(struct store *s, int64_t nights_ns, int64_t months_ns, bool utc,
			struct store_pruned *out, struct errbuf *eb)
{
	int64_t night, from_ns, from, to;

	*out = (struct store_pruned){0};
	store_begin_call(s, eb);
	if (sqlite3_create_function(s->db, "merge_latency", 2,
				    SQLITE_UTF8 | SQLITE_DETERMINISTIC |
					SQLITE_DIRECTONLY,
				    NULL, merge_latency, NULL, NULL) != SQLITE_OK)
		(void)store_failed(s);
	(void)store_begin(s);
	while (next_night(s, nights_ns, &night, &from_ns)) {
		bool made;
		int64_t month;

		month_of(from_ns, utc, &from, &to);
		month = month_run(s, from, to, &made);
		roll_night(s, night, month);
		if (s->error)
			break;
		out->nights++;
		out->months += made;
	}
	out->removed = remove_months(s, months_ns);
	if (store_end(s))
		return s->error;
	/* Outside a transaction; the file shrinks when much of it is free. */
	if (store_number(s, "SELECT freelist_count * 4 > page_count FROM"
			    " pragma_freelist_count, pragma_page_count"))
		(void)store_exec(s, "VACUUM");
	return s->error;
}
