#include "tally/tally.h"

#include <stdlib.h>
#include <string.h>

#include "tally/counts.h"
#include "tally/more.h"
#include "tally/rows.h"

struct tally {
	enum tally_by by;
	struct counts total;
	struct rows *rows;
	/* The total is one: what it may take is bounded by its kind, 16 KB of codes and
	 * 40 KB of latencies, and needs no limit. */
	struct budget total_budget;
	struct budget row_budget;
	struct budget evidence_budget;
	struct clients *clients;
	struct timeline *timeline;
	struct slowest slowest;
	bool raw_paths;
	enum sl_err failed; /* a row could not be had, or a merged tally had failed */
};

struct tally *tally_new(enum tally_by by)
{
	struct tally *t = calloc(1, sizeof(*t));

	if (!t)
		return NULL;
	t->by = by;
	t->total_budget =
	    (struct budget){.limit = SIZE_MAX, .bits = HISTOGRAM_TOTAL_BITS};
	t->row_budget =
	    (struct budget){.limit = LIMIT_TALLY_GROWTH, .bits = HISTOGRAM_ROW_BITS};
	t->evidence_budget = (struct budget){.limit = LIMIT_EVIDENCE};
	t->rows = rows_new(by);
	t->clients = clients_new();
	if (!t->rows || !t->clients) {
		tally_free(t);
		return NULL;
	}
	return t;
}

void tally_set_memory(struct tally *t, const struct memory_plan *plan)
{
	t->row_budget.limit = plan->tally_growth;
	t->evidence_budget.limit = plan->evidence;
	clients_set_memory(t->clients, plan->client_paths);
	rows_set_most(t->rows, plan->hosts);
}

size_t tally_rows_most(const struct tally *t)
{
	return rows_most(t->rows);
}

void tally_set_raw_paths(struct tally *t)
{
	t->raw_paths = true;
}

/* One: its size is no matter of a limit. */
static void count_time(struct tally *t, int64_t time_ns, unsigned column)
{
	if (!t->timeline)
		t->timeline =
		    timeline_new(LIMIT_TIMELINE, TIMELINE_COLUMNS, &t->total_budget);
	if (t->timeline)
		timeline_add(t->timeline, time_ns, column, 1);
}

static void look_behind(struct tally *t, struct tally_row *row,
			const struct http_exchange *x)
{
	evidence_response(&row->evidence, x, !t->raw_paths, row->other_ns,
			  &t->evidence_budget);
	if (x->status != 503 && !status_is_interim(x->status))
		row->other_ns = x->response_start_ns;
	clients_response(t->clients, x, &t->failed);
	count_time(t, x->response_start_ns, (unsigned)status_class_of(x->status));
}

static inline void note_response(struct tally *t, struct tally_row *row,
				 const struct http_exchange *x)
{
	if (!x->code_unknown)
		look_behind(t, row, x);
	if (x->response_start_ns < row->first_ns)
		row->first_ns = x->response_start_ns;
	if (x->response_start_ns > row->last_ns)
		row->last_ns = x->response_start_ns;
}

/* A late response does not take it back here: it did not come in that time. */
static bool is_no_response(const struct http_exchange *x)
{
	return x->outcome == EXCHANGE_CLOSED || x->outcome == EXCHANGE_RESET ||
	       x->outcome == EXCHANGE_TIMEOUT;
}

/** @param latency  NULL when it has none */
static inline void note_done(struct tally *t, struct tally_row *row,
			     const struct http_exchange *x, const uint64_t *latency)
{
	evidence_done(&row->evidence, x, &t->evidence_budget);
	clients_done(t->clients, x, &t->failed);
	if (latency)
		slowest_add(&t->slowest, x, *latency);
	if (is_no_response(x))
		count_time(t, x->request_start_ns, TIMELINE_NO_RESPONSE);
}

static void on_response(void *ctx, const struct http_exchange *x)
{
	struct tally *t = ctx;
	struct tally_row *row = rows_of_exchange(t->rows, x, &t->failed);

	row_add_server(row, &x->server);
	counts_response(&t->total, x, &t->total_budget);
	counts_response(&row->counts, x, &t->row_budget);
	note_response(t, row, x);
}

static void on_done(void *ctx, const struct http_exchange *x)
{
	struct tally *t = ctx;
	struct tally_row *row = rows_of_exchange(t->rows, x, &t->failed);
	uint64_t ns;
	const uint64_t *latency = exchange_latency(x, &ns) ? &ns : NULL;

	row_add_server(row, &x->server);
	counts_done(&t->total, x, latency, &t->total_budget);
	counts_done(&row->counts, x, latency, &t->row_budget);
	note_done(t, row, x, latency);
}

static void on_answered(void *ctx, const struct http_exchange *x)
{
	struct tally *t = ctx;
	struct tally_row *row = rows_of_exchange(t->rows, x, &t->failed);
	uint64_t ns;
	const uint64_t *latency = exchange_latency(x, &ns) ? &ns : NULL;

	row_add_server(row, &x->server);
	counts_answered(&t->total, x, latency, &t->total_budget);
	counts_answered(&row->counts, x, latency, &t->row_budget);
	note_response(t, row, x);
	note_done(t, row, x, latency);
}

static void on_websocket(void *ctx, const struct http_websocket *w)
{
	struct tally *t = ctx;
	struct tally_row *row = rows_of_exchange(t->rows, &w->upgrade, &t->failed);

	more_websocket(&t->total, w, &t->total_budget);
	more_websocket(&row->counts, w, &t->row_budget);
	row_add_server(row, &w->upgrade.server);
}

struct http_sink tally_sink(struct tally *t)
{
	return (struct http_sink){.response = on_response,
				  .done = on_done,
				  .answered = on_answered,
				  .websocket = on_websocket,
				  .ctx = t};
}

enum tally_by tally_by(const struct tally *t)
{
	return t->by;
}

const struct counts *tally_total(const struct tally *t)
{
	return &t->total;
}

const struct tally_row *const *tally_rows(const struct tally *t, size_t *count)
{
	return rows_all(t->rows, count);
}

const struct clients *tally_clients(const struct tally *t)
{
	return t->clients;
}

const struct timeline *tally_timeline(const struct tally *t)
{
	return t->timeline;
}

const struct slowest *tally_slowest(const struct tally *t)
{
	return &t->slowest;
}

uint64_t tally_evidence_refused(const struct tally *t)
{
	return t->evidence_budget.refused;
}

uint64_t tally_details_refused(const struct tally *t)
{
	return t->row_budget.refused;
}

void tally_add_refused(struct tally *t, uint64_t evidence, uint64_t details)
{
	t->evidence_budget.refused += evidence;
	t->row_budget.refused += details;
}

uint64_t tally_overflow(const struct tally *t)
{
	return rows_other(t->rows)->counts.responses;
}

static int compare_rows(const void *a, const void *b)
{
	const struct tally_row *x = *(const struct tally_row *const *)a;
	const struct tally_row *y = *(const struct tally_row *const *)b;
	int order = strcmp(x->name, y->name);

	return order != 0 ? order : (x->source > y->source) - (x->source < y->source);
}

static void merge_into_row(struct tally *into, struct tally_row *row,
			   const struct tally_row *from)
{
	counts_merge(&row->counts, &from->counts, &into->row_budget);
	for (size_t i = 0; i < from->server_count; i++)
		row_add_server(row, &from->servers[i]);
	row->more_servers = row->more_servers || from->more_servers;
	if (from->first_ns < row->first_ns)
		row->first_ns = from->first_ns;
	if (from->last_ns > row->last_ns)
		row->last_ns = from->last_ns;
	if (from->other_ns > row->other_ns)
		row->other_ns = from->other_ns;
	evidence_merge(&row->evidence, from->evidence, &into->evidence_budget);
}

void tally_add_behind(struct tally *t, const struct clients *clients,
		      const struct timeline *timeline, const struct slowest *slowest)
{
	if (clients)
		clients_merge(t->clients, clients, &t->failed);
	if (slowest)
		slowest_merge(&t->slowest, slowest);
	if (timeline && !t->timeline)
		t->timeline =
		    timeline_new(LIMIT_TIMELINE, TIMELINE_COLUMNS, &t->total_budget);
	if (t->timeline)
		timeline_merge(t->timeline, timeline);
}

void tally_add_row(struct tally *t, const struct tally_row *row,
		   const struct endpoint *address)
{
	merge_into_row(t, rows_named(t->rows, row, address, &t->failed), row);
}

void tally_add_total(struct tally *t, const struct counts *counts)
{
	counts_merge(&t->total, counts, &t->total_budget);
}

static void merge_row(struct tally *into, const struct tally_row *from)
{
	merge_into_row(into, rows_like(into->rows, from, &into->failed), from);
}

void tally_swap(struct tally *a, struct tally *b)
{
	struct tally held = *a;

	*a = *b;
	*b = held;
}

void tally_mark(struct tally *t, uint64_t now)
{
	rows_mark(t->rows, now);
}

static void fold(void *ctx, struct tally_row *into, const struct tally_row *row)
{
	struct tally *t = ctx;

	merge_into_row(t, into, row);
	t->row_budget.used -= counts_memory(&row->counts);
}

size_t tally_forget(struct tally *t, uint64_t since)
{
	return rows_forget(t->rows, since, &t->evidence_budget, fold, t);
}

enum sl_err tally_merge(struct tally *into, const struct tally *from)
{
	const struct tally_row **sorted;
	const struct tally_row *const *rows;
	size_t count;

	if (into->by != from->by)
		return SL_E_USAGE;
	rows = rows_all(from->rows, &count);
	sorted = malloc((count + 1) * sizeof(*sorted));
	if (sorted) {
		memcpy(sorted, rows, count * sizeof(*sorted));
		qsort(sorted, count, sizeof(*sorted), compare_rows);
	} else {
		into->failed = SL_E_NOMEM;
	}
	for (size_t i = 0; i < count; i++)
		merge_row(into, sorted ? sorted[i] : rows[i]);
	free(sorted);
	counts_merge(&into->total, &from->total, &into->total_budget);
	tally_add_refused(into, from->evidence_budget.refused,
			  from->row_budget.refused);
	tally_add_behind(into, from->clients, from->timeline, &from->slowest);
	if (tally_failed(from) != SL_OK)
		into->failed = SL_E_NOMEM;
	return tally_failed(into);
}

enum sl_err tally_failed(const struct tally *t)
{
	if (t->failed != SL_OK || t->row_budget.failed != SL_OK ||
	    t->total_budget.failed != SL_OK || t->evidence_budget.failed != SL_OK)
		return SL_E_NOMEM;
	return SL_OK;
}

void tally_free(struct tally *t)
{
	if (!t)
		return;
	counts_clear(&t->total);
	rows_free(t->rows, &t->evidence_budget);
	clients_free(t->clients);
	timeline_free(t->timeline, &t->total_budget);
	free(t);
}
