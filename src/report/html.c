/*
 * The page: one file that asks nobody for anything, which its own policy makes sure of.
 * Whatever stands in it is text; style and script are allowed by their hashes alone.
 */
#include "config.h"

#include <nettle/base64.h>
#include <nettle/sha2.h>
#include <stdlib.h>
#include <string.h>

#include "base/human.h"
#include "report/html_parts.h"
#include "report/page_data.h"
#include "report/writers.h"

/** In base64, with its zero. */
#define HASH_TEXT (BASE64_ENCODE_RAW_LENGTH(SHA256_DIGEST_SIZE) + 1)

static void hash_of(const unsigned char *bytes, size_t size, char out[HASH_TEXT])
{
	uint8_t digest[SHA256_DIGEST_SIZE];
	struct sha256_ctx hash;

	sha256_init(&hash);
	sha256_update(&hash, size, bytes);
	sha256_digest(&hash, sizeof(digest), digest);
	base64_encode_raw(out, sizeof(digest), digest);
	out[HASH_TEXT - 1] = '\0';
}

static void put_head(struct html *h, const char *title)
{
	char css[HASH_TEXT], js[HASH_TEXT];

	hash_of(page_css, page_css_size, css);
	hash_of(page_js, page_js_size, js);
	(void)fputs(
	    "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n",
	    h->out);
	(void)fprintf(
	    h->out,
	    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src "
	    "'none'; img-src data:; style-src 'sha256-%s'; script-src 'sha256-%s'; "
	    "base-uri "
	    "'none'; form-action 'none'\">\n",
	    css, js);
	(void)fputs(
	    "<meta name=\"viewport\" content=\"width=device-width, "
	    "initial-scale=1\">\n<meta name=\"referrer\" "
	    "content=\"no-referrer\">\n<link rel=\"icon\" href=\"data:,\">\n<title>",
	    h->out);
	html_text(h, title);
	(void)fputs("</title>\n<style>", h->out);
	(void)fwrite(page_css, 1, page_css_size, h->out);
	(void)fputs("</style></head><body>\n", h->out);
}

/* ---- headline ---- */

static void make_title(const struct view *v, char *out, size_t size)
{
	char first[HUMAN_SIZE];
	const struct report *r = v->report;

	if (r->window.set)
		human_time(r->window.from_ns, v->options->utc, first, sizeof(first));
	else if (v->has_times)
		human_time(v->first_ns, v->options->utc, first, sizeof(first));
	else
		(void)snprintf(first, sizeof(first), "no packets");
	if (r->source_count == 1)
		(void)snprintf(out, size, "%s, %s", r->sources[0].name, first);
	else
		(void)snprintf(out, size, "%zu captures, %s", r->source_count, first);
}

static void put_span(struct html *h)
{
	const struct view *v = h->v;
	bool utc = v->options->utc;
	char first[HUMAN_SIZE], last[HUMAN_SIZE], span[HUMAN_SIZE];

	if (!v->has_times)
		return;
	(void)fprintf(
	    h->out, "<p class=\"soft\">%s to %s%s (%s)</p>\n",
	    human_time(v->first_ns, utc, first, sizeof(first)),
	    human_time(v->last_ns, utc, last, sizeof(last)), utc ? " UTC" : "",
	    human_span(view_span(v->first_ns, v->last_ns), span, sizeof(span)));
}

static void put_figure(struct html *h, const char *value, const char *name, bool bad)
{
	(void)fprintf(h->out, "<li><b%s>%s</b> %s</li>", bad ? " class=\"worse\"" : "",
		      value, name);
}

static void put_figures(struct html *h)
{
	const struct counts *c = h->v->total;
	char share[HUMAN_SIZE], latency[HUMAN_SIZE];

	(void)fputs("<ul class=\"figures\">", h->out);
	put_figure(h, figure_count(&h->figures, c->responses).text, "responses", false);
	put_figure(h, figure_count(&h->figures, h->v->row_count).text,
		   h->v->by_host ? "hosts" : "rows", false);
	put_figure(
	    h, human_share(c->classes[CLASS_5XX], view_finals(c), share, sizeof(share)),
	    "5xx", c->classes[CLASS_5XX] > 0);
	put_figure(
	    h, human_share(c->classes[CLASS_4XX], view_finals(c), share, sizeof(share)),
	    "4xx", false);
	put_figure(h, figure_count(&h->figures, counts_no_response(c)).text,
		   "without an answer", counts_no_response(c) > 0);
	if (c->latency)
		put_figure(
		    h, human_latency(view_quantile(c, 0.99), latency, sizeof(latency)),
		    "p99", false);
	(void)fputs("</ul>\n", h->out);
	html_class_bar(h, c);
	html_legend(h);
}

/* ---- what the text report says too ---- */

typedef void section_fn(struct layout *l, const struct html *h);

static void changes_section(struct layout *l, const struct html *h)
{
	text_changes_basis(l, h->v->report->changes);
}

static void coverage_section(struct layout *l, const struct html *h)
{
	text_coverage(l, h->v);
}

static void put_lines(struct html *h, char *text)
{
	for (char *line = text, *next; line && *line; line = next) {
		bool warning = line[0] == '!';

		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		if (*line == '\0')
			continue;
		(void)fputs(warning ? "<p class=\"warn\">" : "<p>", h->out);
		html_text(h, warning ? line + 1 + (line[1] == ' ') : line);
		(void)fputs("</p>\n", h->out);
	}
}

/* A section of the text report as paragraphs: the same sentences, made once. */
static void put_section(struct html *h, section_fn *section)
{
	char *text = NULL;
	size_t size = 0;
	struct layout l = {.out = open_memstream(&text, &size), .grouped = true};

	if (!l.out) {
		h->error = SL_E_NOMEM;
		return;
	}
	section(&l, h);
	if (fclose(l.out) != 0 || l.error)
		h->error = SL_E_NOMEM;
	else
		put_lines(h, text);
	free(text);
}

static void put_changes(struct html *h)
{
	const struct changes *c = h->v->report->changes;

	if (!c)
		return;
	(void)fputs("<h2 id=\"changes\">Changes</h2>\n", h->out);
	put_section(h, changes_section);
	if (c->count == 0)
		return;
	(void)fputs("<ul class=\"changes\">", h->out);
	for (size_t i = 0; i < c->count; i++) {
		(void)fprintf(h->out, "<li%s>",
			      c->list[i].worse ? " class=\"worse\"" : "");
		html_text(h, c->list[i].words);
		(void)fputs("</li>\n", h->out);
	}
	if (c->found > c->count)
		(void)fprintf(h->out, "<li>and %zu more</li>\n", c->found - c->count);
	(void)fputs("</ul>\n", h->out);
}

static void put_buckets(struct html *h)
{
	const struct coverage *c = h->v->report->coverage;
	char bytes[HUMAN_SIZE], share[HUMAN_SIZE];

	(void)fputs("<div class=\"scroll\" role=\"region\" aria-label=\"Where packets "
		    "went\" tabindex=\"0\"><table><thead><tr><th scope=\"col\">Packets "
		    "that are</th><th scope=\"col\">Packets</th><th "
		    "scope=\"col\">Bytes</th><th scope=\"col\">Share of "
		    "bytes</th></tr></thead><tbody>",
		    h->out);
	for (int i = 0; i < COVERAGE_BUCKETS; i++) {
		const struct volume *b = &c->bucket[i];

		if (b->packets == 0)
			continue;
		(void)fputs("<tr><th scope=\"row\">", h->out);
		html_text(h, coverage_bucket_name((enum coverage_bucket)i));
		(void)fputs("</th>", h->out);
		html_count_cell(h, b->packets);
		(void)fprintf(
		    h->out, "<td>%s</td><td>%s</td></tr>",
		    human_bytes(b->bytes, bytes, sizeof(bytes)),
		    human_share(b->bytes, c->total.bytes, share, sizeof(share)));
	}
	(void)fputs("</tbody></table></div>\n", h->out);
}

static const uint64_t *bucket_at(const void *ctx, size_t i)
{
	return timeline_bucket(ctx, i);
}

static void put_timeline(struct html *h)
{
	const struct timeline *t = tally_timeline(h->v->report->tally);
	struct html_series s = {
	    .title = "Responses by class",
	    .count = timeline_count(t),
	    .width_ns = timeline_width(t),
	    .columns = TIMELINE_COLUMNS,
	    .at = bucket_at,
	    .ctx = t,
	};

	if (s.count == 0)
		return;
	s.first_ns = timeline_start(t, 0);
	(void)fputs("<h2 id=\"time\">Over time</h2>\n", h->out);
	html_timeline(h, &s);
}

static void put_body(struct html *h, const char *title)
{
	char generated[HUMAN_SIZE];

	(void)fputs("<main>\n<h1>", h->out);
	html_text(h, title);
	(void)fputs("</h1>\n", h->out);
	put_span(h);
	put_figures(h);
	put_changes(h);
	put_timeline(h);
	html_hosts(h);
	(void)fputs("<h2 id=\"coverage\">Coverage</h2>\n", h->out);
	put_section(h, coverage_section);
	put_buckets(h);
	(void)fprintf(
	    h->out, "</main>\n<footer><p class=\"soft\">statline %s, %s</p></footer>\n",
	    PACKAGE_VERSION,
	    rfc3339_time(h->v->report->generated_ns, generated, sizeof(generated)));
}

/** Room for the title: the name of a file, whose bytes may be anything. */
#define TITLE_SIZE 4352U

static enum sl_err write_html(const struct report *r, const struct report_options *o,
			      FILE *out)
{
	struct html h = {.out = out, .figures = {.grouped = true}};
	char title[TITLE_SIZE];
	struct view v;
	enum sl_err e = view_make(&v, r, o);

	if (e)
		return e;
	h.v = &v;
	make_title(&v, title, sizeof(title));
	put_head(&h, title);
	put_body(&h, title);
	(void)fputs("<script>", out);
	(void)fwrite(page_js, 1, page_js_size, out);
	(void)fputs("</script>\n</body></html>\n", out);
	view_free(&v);
	if (h.error)
		return h.error;
	return ferror(out) ? SL_E_IO : SL_OK;
}

const struct report_writer report_html_writer = {
    .name = "html",
    .suffix = ".html",
    .write = write_html,
};
