#include <inttypes.h>
#include <string.h>

#include "base/human.h"
#include "report/view.h"
#include "report/writers.h"

/** Room for any host, each byte escaped as four. */
#define CELL_SIZE (LIMIT_HOST * 4U + 64U)

/* RFC 4180 section 2: quotes around it, quotes inside doubled. A cell that a
 * spreadsheet could run as a formula is made text by an apostrophe. */
static void write_cell(const char *text, FILE *out)
{
	char shown[CELL_SIZE];

	if (*text != '\0' && strchr("=+-@\t\r", *text)) {
		shown[0] = '\'';
		human_text(text, strlen(text), shown + 1, sizeof(shown) - 1);
	} else {
		human_text(text, strlen(text), shown, sizeof(shown));
	}
	if (!strpbrk(shown, "\",\r\n")) {
		(void)fputs(shown, out);
		return;
	}
	(void)fputc('"', out);
	for (const char *p = shown; *p; p++) {
		if (*p == '"')
			(void)fputc('"', out);
		(void)fputc(*p, out);
	}
	(void)fputc('"', out);
}

static void write_count(uint64_t n, FILE *out)
{
	(void)fprintf(out, ",%" PRIu64, n);
}

static void write_seconds(uint64_t ns, FILE *out)
{
	(void)fprintf(out, ",%" PRIu64 ".%09" PRIu64, ns / (uint64_t)NS_PER_S,
		      ns % (uint64_t)NS_PER_S);
}

/* Columns of the fifteen notable codes stand in every report at the same place; those
 * of other codes that occurred follow all else.
 * @return the next one from @p *i on; NULL at the end */
static const struct code_count *other_code(const struct view *v, size_t *i)
{
	const struct counts *total = v->total;

	while (*i < total->code_count) {
		const struct code_count *c = &total->codes[(*i)++];

		if (c->count > 0 && !view_notable(c->code))
			return c;
	}
	return NULL;
}

static void write_header(const struct view *v, FILE *out)
{
	const struct code_count *other;
	const struct status_code *s;

	(void)fprintf(out, "%s,host_source,requests,responses", view_by_name(v));
	for (int i = 0; i < CLASSES; i++)
		(void)fprintf(out, ",%s", status_class_name((enum status_class)i));
	for (size_t i = 0; (s = status_code_at(i)); i++)
		if (s->notable)
			(void)fprintf(out, ",%u", (unsigned)s->code);
	(void)fputs(",no_response_closed,no_response_reset,no_response_timeout,unseen,"
		    "pending,p50,p90,p99,max,request_bytes,response_bytes,body_bytes,"
		    "unknown_codes",
		    out);
	for (int i = 0; i < EXCHANGE_PROTOCOLS; i++)
		(void)fprintf(out, ",%s",
			      exchange_protocol_name((enum exchange_protocol)i));
	for (size_t i = 0; (other = other_code(v, &i)) != NULL;)
		(void)fprintf(out, ",%03u", (unsigned)other->code);
	(void)fputs("\r\n", out);
}

static void write_latency(const struct counts *c, FILE *out)
{
	if (!c->latency || histogram_count(c->latency) == 0) {
		(void)fputs(",,,,", out); /* unknown is empty, never 0 */
		return;
	}
	write_seconds(view_quantile(c, 0.50), out);
	write_seconds(view_quantile(c, 0.90), out);
	write_seconds(view_quantile(c, 0.99), out);
	write_seconds(histogram_max(c->latency), out);
}

static void write_row(const struct view *v, const struct tally_row *row, FILE *out)
{
	const struct counts *c = &row->counts;
	const struct code_count *other;
	const struct status_code *s;

	write_cell(row->name, out);
	(void)fprintf(out, ",%s", v->by_host ? view_source_name(row->source) : "");
	write_count(c->requests, out);
	write_count(c->responses, out);
	for (int i = 0; i < CLASSES; i++)
		write_count(c->classes[i], out);
	for (size_t i = 0; (s = status_code_at(i)); i++)
		if (s->notable)
			write_count(counts_code(c, s->code), out);
	write_count(c->no_response[EXCHANGE_CLOSED], out);
	write_count(c->no_response[EXCHANGE_RESET], out);
	write_count(c->no_response[EXCHANGE_TIMEOUT], out);
	write_count(c->unseen, out);
	write_count(c->pending, out);
	write_latency(c, out);
	write_count(c->request_bytes, out);
	write_count(c->response_bytes, out);
	write_count(c->body_bytes, out);
	write_count(c->unknown_codes, out);
	for (int i = 0; i < EXCHANGE_PROTOCOLS; i++)
		write_count(c->protocols[i], out);
	for (size_t i = 0; (other = other_code(v, &i)) != NULL;)
		write_count(counts_code(c, other->code), out);
	(void)fputs("\r\n", out);
}

static enum sl_err write_csv(const struct report *r, const struct report_options *o,
			     FILE *out)
{
	struct view v;
	enum sl_err e = view_make(&v, r, o);

	if (e)
		return e;
	write_header(&v, out);
	for (size_t i = 0; i < v.shown; i++)
		write_row(&v, v.rows[i], out);
	view_free(&v);
	return ferror(out) ? SL_E_IO : SL_OK;
}

const struct report_writer report_csv_writer = {
    .name = "csv",
    .suffix = ".csv",
    .write = write_csv,
};
