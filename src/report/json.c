/*
 * Schema statline.report/1. Each member of the top level, and each host, is made,
 * written on a line of its own and freed: 65,536 hosts as one tree would take
 * hundreds of megabytes.
 */
#include "config.h"

#include <stdlib.h>

#include "base/human.h"
#include "report/json_parts.h"
#include "report/judge.h"
#include "report/writers.h"

/* Reals with the digits that a double keeps; ASCII, so that no C1 control byte or
 * bidirectional mark of a stranger reaches a terminal. */
#define DUMP_FLAGS \
	(JSON_COMPACT | JSON_ENSURE_ASCII | JSON_ENCODE_ANY | JSON_REAL_PRECISION(15))

struct writing {
	FILE *out;
	enum sl_err error;
	const char *eol; /* between members; empty when all is one line */
	bool comma;      /* a member stands before this one */
};

/* Takes the reference. */
static void write_value(struct writing *w, json_t *value)
{
	if (!value)
		w->error = SL_E_NOMEM;
	else if (w->error == SL_OK && json_dumpf(value, w->out, DUMP_FLAGS) != 0)
		w->error = ferror(w->out) ? SL_E_IO : SL_E_NOMEM;
	json_decref(value);
}

static void write_key(struct writing *w, const char *key)
{
	(void)fprintf(w->out, "%s%s\"%s\": ", w->comma ? "," : "", w->eol, key);
	w->comma = true;
}

static void write_member(struct writing *w, const char *key, json_t *value)
{
	write_key(w, key);
	write_value(w, value);
}

static void write_hosts(struct writing *w, const struct view *v)
{
	write_key(w, "hosts");
	(void)fputc('[', w->out);
	for (size_t i = 0; i < v->shown && w->error == SL_OK; i++) {
		(void)fprintf(w->out, "%s%s", i ? "," : "", w->eol);
		write_value(w, json_row(v, v->rows[i]));
	}
	(void)fputc(']', w->out);
}

/** Clients written at most: with their estimates they take up to 2 KiB each. */
#define CLIENTS_MAX 1000U

/* What is left out raises what an absent client may weigh. */
static void write_clients(struct writing *w, const struct view *v)
{
	const struct clients *clients = tally_clients(v->report->tally);
	uint64_t floor = clients_floor(clients);
	const struct client **sorted;
	size_t count;
	size_t i;

	sorted = judge_clients(v->report->tally, &count);
	if (!sorted) {
		w->error = SL_E_NOMEM;
		return;
	}
	write_member(w, "clients_total", json_count(count + clients_left_out(clients)));
	write_key(w, "clients");
	(void)fputc('[', w->out);
	for (i = 0; i < count && i < CLIENTS_MAX && w->error == SL_OK; i++) {
		(void)fprintf(w->out, "%s%s", i ? "," : "", w->eol);
		write_value(w, json_client(sorted[i]));
	}
	(void)fputc(']', w->out);
	for (; i < count; i++)
		if (sorted[i]->weight > floor)
			floor = sorted[i]->weight;
	write_member(w, "clients_floor", json_count(floor));
	free(sorted);
}

static void write_timeline(struct writing *w, const struct view *v)
{
	const struct timeline *t = tally_timeline(v->report->tally);

	write_key(w, "timeline");
	(void)fputc('[', w->out);
	for (size_t i = 0; i < timeline_count(t) && w->error == SL_OK; i++) {
		(void)fprintf(w->out, "%s%s", i ? "," : "", w->eol);
		write_value(w, json_bucket(t, i));
	}
	(void)fputc(']', w->out);
}

static void write_slowest(struct writing *w, const struct view *v)
{
	const struct slowest *s = tally_slowest(v->report->tally);

	write_key(w, "slowest");
	(void)fputc('[', w->out);
	for (size_t i = 0; s && i < s->count && w->error == SL_OK; i++) {
		(void)fprintf(w->out, "%s%s", i ? "," : "", w->eol);
		write_value(w, json_slow(&s->entries[i]));
	}
	(void)fputc(']', w->out);
}

static json_t *overflow(const struct view *v)
{
	const struct tally *t = v->report->tally;
	const struct view_unlisted sums = view_unlisted(v);
	json_t *o = json_object();
	bool ok = o != NULL;

	ok = json_put(o, "responses", json_count(tally_overflow(t)), ok);
	ok = json_put(o, "unlisted_codes", json_count(sums.codes), ok);
	ok = json_put(o, "unlisted_latencies", json_count(sums.latencies), ok);
	ok = json_put(o, "unlisted_details", json_count(sums.more), ok);
	ok = json_put(o, "details_refused", json_count(tally_details_refused(t)), ok);
	if (v->report->rows_forgotten > 0)
		ok = json_put(o, "rows_forgotten",
			      json_count(v->report->rows_forgotten), ok);
	ok = json_put(o, "evidence_refused", json_count(tally_evidence_refused(t)), ok);
	ok = json_put(o, "client_paths_refused",
		      json_count(clients_refused(tally_clients(t))), ok);
	return json_done(o, ok);
}

static void write_top(struct writing *w, const struct view *v)
{
	const struct counts *total = v->total;
	char generated[HUMAN_SIZE];

	rfc3339_time(v->report->generated_ns, generated, sizeof(generated));
	write_member(w, "schema", json_string("statline.report/1"));
	write_member(w, "version", json_string(PACKAGE_VERSION));
	write_member(w, "generated", json_string(generated));
	write_member(w, "capture", json_capture(v));
	write_member(w, "coverage", json_coverage(v));
	write_member(w, "responses", json_count(total->responses));
	write_member(w, "exchanges", json_count(total->exchanges));
	write_member(w, "requests", json_count(total->requests));
	write_member(w, "classes", json_classes(total->classes));
	write_member(w, "codes", json_codes(total));
	write_member(w, "unknown_codes", json_count(total->unknown_codes));
	write_member(w, "protocols", json_protocols(total));
	write_member(w, "stream_errors", json_stream_errors(total));
	write_member(w, "grpc", json_grpc(total));
	write_member(w, "websocket", json_websocket(total));
	write_member(w, "latency", json_latency(total->latency));
	write_member(w, "latency_by_class", json_latency_by_class(total));
	write_member(w, "by", json_string(view_by_name(v)));
	write_member(w, "hosts_total", json_count(v->row_count));
	write_hosts(w, v);
	write_clients(w, v);
	write_timeline(w, v);
	write_slowest(w, v);
	write_member(w, "overflow", overflow(v));
	if (v->report->changes)
		write_member(w, "changes", json_changes(v->report->changes));
}

static enum sl_err write_json(const struct report *r, const struct report_options *o,
			      FILE *out)
{
	struct writing w = {.out = out, .eol = o->one_line ? "" : "\n"};
	struct view v;
	enum sl_err e = view_make(&v, r, o);

	if (e)
		return e;
	(void)fputc('{', out);
	write_top(&w, &v);
	(void)fprintf(out, "%s}\n", w.eol);
	view_free(&v);
	if (w.error)
		return w.error;
	return ferror(out) ? SL_E_IO : SL_OK;
}

const struct report_writer report_json_writer = {
    .name = "json",
    .suffix = ".json",
    .write = write_json,
};
