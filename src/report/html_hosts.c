#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/human.h"
#include "report/html_parts.h"
#include "report/json_parts.h"
#include "report/phrases.h"

static void put_name(struct html *h, const struct tally_row *row)
{
	char name[NAME_SIZE];

	html_text(h, text_row_name(h->v, row, name));
}

static void put_share(struct html *h, uint64_t part, uint64_t of)
{
	char share[HUMAN_SIZE];

	(void)fprintf(h->out, "<td data-v=\"%.8f\"%s>%s</td>",
		      of ? (double)part / (double)of : -1.0,
		      part ? "" : " class=\"zero\"",
		      human_share(part, of, share, sizeof(share)));
}

static void put_latency(struct html *h, const struct counts *c, double quantile,
			bool wide)
{
	uint64_t ns = view_quantile(c, quantile);
	char text[HUMAN_SIZE];

	(void)fprintf(h->out, "<td data-v=\"%" PRIu64 "\"%s>%s</td>", ns,
		      wide ? " class=\"wide\"" : "",
		      c->latency ? human_latency(ns, text, sizeof(text)) : "-");
}

static void put_row(struct html *h, size_t i)
{
	const struct tally_row *row = h->v->rows[i];
	const struct counts *c = &row->counts;

	(void)fprintf(h->out,
		      "<tr data-bad=\"%" PRIu64 "\"><th scope=\"row\"><a "
		      "href=\"#h%zu\">",
		      c->classes[CLASS_5XX] + counts_no_response(c), i);
	put_name(h, row);
	(void)fputs("</a></th>", h->out);
	html_count_cell(h, c->responses);
	for (int k = CLASS_2XX; k <= CLASS_5XX; k++)
		html_count_cell(h, c->classes[k]);
	put_share(h, view_errors(c), view_finals(c));
	html_count_cell(h, counts_no_response(c));
	put_latency(h, c, 0.50, true);
	put_latency(h, c, 0.99, false);
	(void)fputs("</tr>\n", h->out);
}

static void put_table(struct html *h)
{
	(void)fputs(
	    "<div id=\"tools\" class=\"tools\" hidden><label>Filter <input "
	    "type=\"search\" "
	    "id=\"filter\" autocomplete=\"off\" spellcheck=\"false\"></label> "
	    "<label><input type=\"checkbox\" id=\"failing\"> only with 5xx or without "
	    "an answer</label> <output id=\"count\" class=\"soft\"></output></div>\n"
	    "<div class=\"scroll\" role=\"region\" aria-labelledby=\"hosts-title\" "
	    "tabindex=\"0\"><table id=\"hosts\"><thead><tr><th scope=\"col\">",
	    h->out);
	html_text(h, h->v->by_host ? "Host" : view_by_name(h->v));
	(void)fputs("</th><th scope=\"col\">Responses</th><th scope=\"col\">2xx</th>"
		    "<th scope=\"col\">3xx</th><th scope=\"col\">4xx</th>"
		    "<th scope=\"col\">5xx</th><th scope=\"col\">Error</th>"
		    "<th scope=\"col\">No answer</th>"
		    "<th scope=\"col\" class=\"wide\">p50</th>"
		    "<th scope=\"col\">p99</th></tr></thead><tbody>\n",
		    h->out);
	for (size_t i = 0; i < h->v->shown && !h->error; i++)
		put_row(h, i);
	(void)fputs("</tbody></table></div>\n", h->out);
}

/* ---- behind a row ---- */

static void put_codes(struct html *h, const struct counts *c)
{
	(void)fputs("<div class=\"scroll\" role=\"region\" aria-label=\"Codes\" "
		    "tabindex=\"0\"><table><thead><tr><th scope=\"col\">Code</th>"
		    "<th scope=\"col\">Responses</th><th scope=\"col\">Share</th>"
		    "</tr></thead><tbody>",
		    h->out);
	for (size_t i = 0; i < c->code_count; i++) {
		const struct status_code *s = status_code_find(c->codes[i].code);

		if (c->codes[i].count == 0)
			continue;
		(void)fprintf(h->out, "<tr><th scope=\"row\">%03u %s</th>",
			      (unsigned)c->codes[i].code,
			      s ? s->phrase : "(not registered)");
		html_count_cell(h, c->codes[i].count);
		put_share(h, c->codes[i].count, c->responses);
		(void)fputs("</tr>", h->out);
	}
	(void)fputs("</tbody></table></div>", h->out);
}

static void put_fact(struct html *h, const char *name, const char *value)
{
	(void)fprintf(h->out, "<dt>%s</dt><dd>", name);
	html_text(h, value);
	(void)fputs("</dd>", h->out);
}

static void put_times(struct html *h, const struct tally_row *row)
{
	bool utc = h->v->options->utc;
	char first[HUMAN_SIZE], last[HUMAN_SIZE], text[3 * HUMAN_SIZE];

	if (row->first_ns > row->last_ns)
		return;
	(void)snprintf(text, sizeof(text), "%s to %s%s",
		       human_time(row->first_ns, utc, first, sizeof(first)),
		       human_time(row->last_ns, utc, last, sizeof(last)),
		       utc ? " UTC" : "");
	put_fact(h, "Responses from", text);
}

static void put_facts(struct html *h, const struct tally_row *row)
{
	const struct counts *c = &row->counts;
	char a[HUMAN_SIZE], b[HUMAN_SIZE], text[4 * HUMAN_SIZE];

	(void)fputs("<dl>", h->out);
	put_fact(h, "Requests", figure_count(&h->figures, c->requests).text);
	(void)snprintf(text, sizeof(text),
		       "%" PRIu64 " closed, %" PRIu64 " reset, %" PRIu64 " timed out",
		       c->no_response[EXCHANGE_CLOSED], c->no_response[EXCHANGE_RESET],
		       c->no_response[EXCHANGE_TIMEOUT]);
	put_fact(h, "Without an answer", text);
	if (c->latency) {
		(void)snprintf(text, sizeof(text), "p50 %s, p90 %s, ",
			       human_latency(view_quantile(c, 0.5), a, sizeof(a)),
			       human_latency(view_quantile(c, 0.9), b, sizeof(b)));
		(void)snprintf(text + strlen(text), sizeof(text) - strlen(text),
			       "p99 %s, longest %s",
			       human_latency(view_quantile(c, 0.99), a, sizeof(a)),
			       human_latency(histogram_max(c->latency), b, sizeof(b)));
		put_fact(h, "Latency", text);
	}
	(void)snprintf(text, sizeof(text), "%s requests, %s responses",
		       human_bytes(c->request_bytes, a, sizeof(a)),
		       human_bytes(c->response_bytes, b, sizeof(b)));
	put_fact(h, "Bytes", text);
	put_times(h, row);
	for (size_t i = 0; i < row->server_count; i++) {
		char server[ENDPOINT_TEXT_SIZE];

		put_fact(h, i ? "" : "Servers",
			 endpoint_text(&row->servers[i], server, sizeof(server)));
	}
	if (row->more_servers)
		put_fact(h, "", "and more");
	(void)fputs("</dl>", h->out);
}

/* What the text report says of it. */
static void put_said(struct html *h, const struct tally_row *row, uint16_t code)
{
	struct phrases p = {.count = 0};
	char joined[sizeof(p.text) + 2 * PHRASES_MAX];

	text_evidence(&h->figures, h->v, row, code, &p);
	if (p.count == 0)
		return;
	(void)fputs("<p class=\"said\">", h->out);
	html_text(h, phrases_join(&p, 0, joined, sizeof(joined)));
	(void)fputs("</p>", h->out);
}

static void put_evidence(struct html *h, const struct tally_row *row)
{
	json_t *evidence = json_evidence(row);
	const char *code;
	json_t *value;

	if (!evidence)
		h->error = SL_E_NOMEM;
	json_object_foreach(evidence, code, value)
	{
		const struct status_code *s =
		    status_code_find((uint16_t)strtoul(code, NULL, 10));

		(void)fputs("<h3>", h->out);
		html_text(h, code);
		(void)fprintf(h->out, " %s</h3>", s ? s->phrase : "");
		put_said(h, row, (uint16_t)strtoul(code, NULL, 10));
		(void)fputs("<details class=\"kept\"><summary>All that was kept"
			    "</summary>",
			    h->out);
		html_json(h, value);
		(void)fputs("</details>", h->out);
	}
	json_decref(evidence);
}

static const uint64_t *errors_at(const void *ctx, size_t i)
{

	static _Thread_local uint64_t counts[TIMELINE_COLUMNS];

	memset(counts, 0, sizeof(counts));
	counts[CLASS_5XX] = timeline_bucket(ctx, i)[0];
	return counts;
}

/* When its 5xx came. */
static void put_errors(struct html *h, const struct tally_row *row)
{
	const struct timeline *t = row->evidence ? row->evidence->errors : NULL;
	struct html_series s = {
	    .title = "5xx responses",
	    .count = timeline_count(t),
	    .width_ns = timeline_width(t),
	    .columns = TIMELINE_COLUMNS,
	    .at = errors_at,
	    .ctx = t,
	};

	if (s.count == 0)
		return;
	s.first_ns = timeline_start(t, 0);
	(void)fputs("<h3>5xx over time</h3>", h->out);
	html_timeline(h, &s);
}

static void put_host(struct html *h, size_t i)
{
	const struct tally_row *row = h->v->rows[i];

	(void)fprintf(h->out, "<details class=\"host\" id=\"h%zu\"><summary>", i);
	put_name(h, row);
	(void)fprintf(h->out,
		      " <span class=\"soft\">%s</span></summary><div "
		      "class=\"body\">",
		      figure_of(&h->figures, row->counts.responses, "response").text);
	html_class_bar(h, &row->counts);
	put_facts(h, row);
	put_codes(h, &row->counts);
	put_errors(h, row);
	put_evidence(h, row);
	(void)fputs("</div></details>\n", h->out);
}

void html_hosts(struct html *h)
{
	(void)fputs("<h2 id=\"hosts-title\">Hosts</h2>\n", h->out);
	if (h->v->row_count == 0) {
		(void)fputs("<p>None: no HTTP was read.</p>\n", h->out);
		return;
	}
	if (h->v->shown > 0)
		put_table(h);
	if (h->v->shown < h->v->row_count)
		(void)fprintf(h->out, "<p class=\"soft\">And %zu more%s.</p>\n",
			      h->v->row_count - h->v->shown,
			      h->v->selected ? ", not selected" : "");
	if (h->v->shown == 0)
		return;
	(void)fputs("<h2 id=\"each\">Each host</h2>\n", h->out);
	for (size_t i = 0; i < h->v->shown && !h->error; i++)
		put_host(h, i);
}
