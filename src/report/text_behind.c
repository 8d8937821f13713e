/* When it was, who asked, and what took longest. */
#include <stdlib.h>
#include <string.h>

#include "report/judge.h"
#include "report/text_parts.h"

/** Clients shown with a reason, and of the others; slowest exchanges shown. */
#define SUSPECTS_MAX 5U
#define CLIENTS_MAX  3U
#define SLOWEST_MAX  3U
/** Hosts shown with their 5xx over time. */
#define SPARK_HOSTS 5U
/** Columns of a sparkline at most. */
#define SPARK_COLUMNS 60U
/** Columns of a host's name before one, and of a path. */
#define SPARK_NAME 30U
#define PATH_WIDTH 48U

#define OF(n, noun) figure_of(l, (n), (noun)).text
#define COUNT(n)    figure_count(l, (n)).text

/* ---- time ---- */

static const char *const levels[] = {
    " ",
    "\xe2\x96\x81",
    "\xe2\x96\x82",
    "\xe2\x96\x83",
    "\xe2\x96\x84",
    "\xe2\x96\x85",
    "\xe2\x96\x86",
    "\xe2\x96\x87",
    "\xe2\x96\x88",
}; /* U+2581 to U+2588 */
#define LEVELS 8U

/* The sum of @p column over the buckets that one of @p columns columns covers. */
static uint64_t spark_value(const struct timeline *t, unsigned column, size_t at,
			    size_t columns)
{
	size_t count = timeline_count(t);
	size_t first = at * count / columns;
	size_t end = (at + 1) * count / columns;
	uint64_t sum = 0;

	for (size_t i = first; i < end; i++)
		sum += timeline_bucket(t, i)[column];
	return sum;
}

static void put_spark(struct layout *l, const struct timeline *t, unsigned column,
		      enum layout_style style)
{
	char line[SPARK_COLUMNS * 3 + 1] = "";
	size_t columns = timeline_count(t);
	size_t used = 0;
	uint64_t peak = 0;

	if (columns > SPARK_COLUMNS)
		columns = SPARK_COLUMNS;
	if (l->width && l->width < SPARK_NAME + 2 + columns)
		columns = l->width > SPARK_NAME + 10 ? l->width - SPARK_NAME - 2 : 8;
	for (size_t i = 0; i < columns; i++) {
		uint64_t n = spark_value(t, column, i, columns);

		if (n > peak)
			peak = n;
	}
	for (size_t i = 0; i < columns && peak > 0; i++) {
		uint64_t n = spark_value(t, column, i, columns);
		size_t level = (size_t)((double)n / (double)peak * LEVELS + 0.5);
		const char *mark = levels[n > 0 && level == 0 ? 1 : level];

		memcpy(line + used, mark, strlen(mark) + 1);
		used += strlen(mark);
	}
	/* No spaces at the end of a line. */
	while (used > 0 && line[used - 1] == ' ')
		line[--used] = '\0';
	layout_left(l, line, 0, style);
	(void)fputc('\n', l->out);
}

static void put_width(int64_t ns, char *out, size_t size)
{
	if (ns < NS_PER_S)
		human_latency((uint64_t)ns, out, size);
	else
		human_span(ns, out, size);
}

static void put_spark_head(struct layout *l, const char *name, enum layout_style style)
{
	char cut[LAYOUT_CELL_SIZE];

	layout_left(l, layout_cut(name, SPARK_NAME, cut, sizeof(cut)), SPARK_NAME,
		    style);
	layout_spaces(l, 2);
}

/* 5xx of the hosts that have any, in the report's order. */
static void put_sparks(struct layout *l, const struct view *v)
{
	const struct timeline *all = tally_timeline(v->report->tally);
	char name[NAME_SIZE];
	size_t shown = 0;

	put_spark_head(l, "responses over time", STYLE_PLAIN);
	put_spark(l, all, CLASS_2XX, STYLE_DIM);
	if (timeline_peak(all, CLASS_4XX) > 0) {
		put_spark_head(l, "4xx", STYLE_WARN);
		put_spark(l, all, CLASS_4XX, STYLE_WARN);
	}
	for (size_t i = 0; i < v->row_count && shown < SPARK_HOSTS; i++) {
		const struct row_evidence *e = v->rows[i]->evidence;
		char line[NAME_SIZE + 8];

		if (!e || timeline_count(e->errors) == 0)
			continue;
		text_row_name(v, v->rows[i], name);
		(void)snprintf(line, sizeof(line), "5xx %s", name);
		put_spark_head(l, line, STYLE_ERROR);
		put_spark(l, e->errors, 0, STYLE_ERROR);
		shown++;
	}
}

static uint64_t bucket_sum(const uint64_t *bucket)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < CLASSES; i++)
		sum += bucket[i];
	return sum;
}

/* The busiest bucket, and the one with the most 5xx. */
static void put_peaks(struct layout *l, const struct view *v)
{
	static const size_t date_len = sizeof("2026-11-22 ") - 1;
	const struct timeline *t = tally_timeline(v->report->tally);
	size_t busiest = 0;
	size_t worst = 0;
	char width[HUMAN_SIZE], when[HUMAN_SIZE], bad[HUMAN_SIZE];
	uint64_t errors;

	/* One column says nothing about time. */
	if (timeline_count(t) < 2)
		return;
	for (size_t i = 0; i < timeline_count(t); i++) {
		if (bucket_sum(timeline_bucket(t, i)) >
		    bucket_sum(timeline_bucket(t, busiest)))
			busiest = i;
		if (timeline_bucket(t, i)[CLASS_5XX] >
		    timeline_bucket(t, worst)[CLASS_5XX])
			worst = i;
	}
	put_width(timeline_width(t), width, sizeof(width));
	human_time(timeline_start(t, busiest), v->options->utc, when, sizeof(when));
	human_time(timeline_start(t, worst), v->options->utc, bad, sizeof(bad));
	errors = timeline_bucket(t, worst)[CLASS_5XX];
	layout_paragraph(
	    l, STYLE_PLAIN, 2, "Busiest %s: from %s on, %s.%s%s%s%s%s", width,
	    when + date_len, OF(bucket_sum(timeline_bucket(t, busiest)), "response"),
	    errors ? " Most 5xx: from " : "", errors ? bad + date_len : "",
	    errors ? " on, " : "", errors ? COUNT(errors) : "", errors ? "." : "");
}

/* ---- latency ---- */

static void put_latency(struct layout *l, const struct view *v)
{
	char text[CLASSES * 3 * HUMAN_SIZE] = "";
	size_t used = 0;

	for (int i = 0; i < CLASSES; i++) {
		const struct histogram *h = v->total->class_latency[i];
		char half[HUMAN_SIZE], most[HUMAN_SIZE];
		int n;

		if (histogram_count(h) == 0)
			continue;
		human_latency(histogram_quantile(h, 0.50), half, sizeof(half));
		human_latency(histogram_quantile(h, 0.99), most, sizeof(most));
		n = snprintf(text + used, sizeof(text) - used, "%s%s %s, %s",
			     used ? "; " : "", status_class_name((enum status_class)i),
			     half, most);
		if (n < 0 || used + (size_t)n >= sizeof(text))
			break;
		used += (size_t)n;
	}
	if (used > 0)
		layout_paragraph(l, STYLE_PLAIN, 2, "Latency (p50, p99): %s.", text);
}

static void put_slow(struct layout *l, const struct view *v,
		     const struct slow_exchange *s)
{
	static const size_t date_len = sizeof("2026-11-22 ") - 1;
	char latency[HUMAN_SIZE], when[HUMAN_SIZE], client[ENDPOINT_TEXT_SIZE];
	char method[HUMAN_TEXT_SIZE(SLOW_METHOD)];
	char path[HUMAN_TEXT_SIZE(LIMIT_TOPK_KEY)], cut[LAYOUT_CELL_SIZE];
	char host[NAME_SIZE];
	/* CONNECT names an authority, OPTIONS perhaps `*` (RFC 9112 section 3.2). */
	bool is_path = s->path_len > 0 && s->path[0] == '/';
	bool is_server = s->path_len == 1 && s->path[0] == '*';

	human_text(s->method, s->method_len, method, sizeof(method));
	human_text(s->path, s->path_len, path, sizeof(path));
	human_text(s->host, s->host_len, host, sizeof(host));
	layout_paragraph(
	    l, STYLE_PLAIN, 2, "Slow: %s  %s %s%s%s%s%s \xe2\x86\x92 %03u at %s for %s",
	    human_latency(s->latency_ns, latency, sizeof(latency)), method,
	    is_path ? "http://" : "", is_path ? host : "",
	    layout_cut(path, PATH_WIDTH, cut, sizeof(cut)), is_server ? " of " : "",
	    is_server ? host : "", (unsigned)s->status,
	    human_time(s->time_ns, v->options->utc, when, sizeof(when)) + date_len,
	    ip_addr_text(&s->client, client, sizeof(client)));
}

static void put_slowest(struct layout *l, const struct view *v)
{
	const struct slowest *s = tally_slowest(v->report->tally);

	for (size_t i = 0; s && i < s->count && i < SLOWEST_MAX; i++)
		put_slow(l, v, &s->entries[i]);
}

/* ---- clients ---- */

/* Only what was sent to it is in the capture. */
static void put_receiver(struct layout *l, const struct client *c, const char *addr,
			 uint64_t errors)
{
	uint64_t responses = 0;

	for (size_t i = 0; i < CLASSES; i++)
		responses += c->classes[i];
	layout_paragraph(l, STYLE_PLAIN, 2,
			 "Client %s: %s without a request in the capture, %s of them "
			 "4xx or 5xx.",
			 addr, OF(responses, "response"), COUNT(errors));
}

static void put_client(struct layout *l, const struct client *c)
{
	char addr[ENDPOINT_TEXT_SIZE], words[JUDGE_WORDS];
	uint64_t errors = c->classes[CLASS_4XX] + c->classes[CLASS_5XX];
	bool suspicious = judge_client(c) != CLIENT_ORDINARY;

	ip_addr_text(&c->addr, addr, sizeof(addr));
	if (c->requests == 0 && !suspicious) {
		put_receiver(l, c, addr, errors);
		return;
	}
	judge_client_words(c, l->grouped, words);
	layout_paragraph(l, suspicious ? STYLE_WARN : STYLE_PLAIN, 2,
			 "Client %s: %s, %s answered with 4xx or 5xx, %s%s%s%s", addr,
			 OF(c->requests, "request"), COUNT(errors),
			 hll_exact(&c->paths) ? "" : "about ",
			 OF(hll_estimate(&c->paths), "path"), *words ? ": " : ".",
			 words);
}

static void put_clients(struct layout *l, const struct view *v)
{
	size_t count, shown = 0;
	const struct client **sorted = judge_clients(v->report->tally, &count);

	if (!sorted) {
		l->error = SL_E_NOMEM;
		return;
	}
	for (size_t i = 0; i < count; i++) {
		bool suspicious = judge_client(sorted[i]) != CLIENT_ORDINARY;

		if (shown >= (suspicious ? SUSPECTS_MAX : CLIENTS_MAX))
			break;
		put_client(l, sorted[i]);
		shown++;
	}
	if (count > shown)
		layout_paragraph(l, STYLE_DIM, 2, "and %s%s.",
				 OF(count - shown, "more client"),
				 clients_floor(tally_clients(v->report->tally)) > 0
				     ? ", and others that the table has no room for"
				     : "");
	free(sorted);
}

void text_behind(struct layout *l, const struct view *v)
{
	const struct timeline *t = tally_timeline(v->report->tally);

	if (timeline_count(t) == 0)
		return;
	(void)fputc('\n', l->out);
	if (v->options->terminal && timeline_count(t) > 1)
		put_sparks(l, v);
	put_peaks(l, v);
	put_latency(l, v);
	put_slowest(l, v);
	put_clients(l, v);
}
