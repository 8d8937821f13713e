#include "report/html_parts.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/human.h"

/** CSS classes of the colours, by class of codes, then requests without an answer. */
static const char *const colours[] = {"k1", "k2", "k3", "k4", "k5", "kx", "kn"};
#define COLOURS (sizeof(colours) / sizeof(colours[0]))

/* User units of the charts. */
#define BAR_WIDTH    1000.0
#define CHART_WIDTH  1000.0
#define CHART_HEIGHT 220.0

static void put_escaped(FILE *out, const char *text)
{
	for (const char *p = text; *p; p++)
		switch (*p) {
		case '&':
			(void)fputs("&amp;", out);
			break;
		case '<':
			(void)fputs("&lt;", out);
			break;
		case '>':
			(void)fputs("&gt;", out);
			break;
		case '"':
			(void)fputs("&quot;", out);
			break;
		case '\'':
			(void)fputs("&#39;", out);
			break;
		default:
			(void)fputc(*p, out);
		}
}

void html_text(struct html *h, const char *text)
{
	size_t len = strlen(text);
	char *shown = malloc(HUMAN_TEXT_SIZE(len));

	if (!shown) {
		h->error = SL_E_NOMEM;
		return;
	}
	put_escaped(h->out, human_text(text, len, shown, HUMAN_TEXT_SIZE(len)));
	free(shown);
}

void html_count_cell(struct html *h, uint64_t n)
{
	if (n == 0)
		(void)fputs("<td data-v=\"0\" class=\"zero\">-</td>", h->out);
	else
		(void)fprintf(h->out, "<td data-v=\"%" PRIu64 "\">%s</td>", n,
			      figure_count(&h->figures, n).text);
}

/* ---- classes ---- */

static void put_shares(struct html *h, const struct counts *c)
{
	char share[HUMAN_SIZE];
	bool any = false;

	for (int i = 0; i < CLASSES; i++) {
		if (c->classes[i] == 0)
			continue;
		(void)fprintf(
		    h->out, "%s%s %s", any ? ", " : "",
		    status_class_name((enum status_class)i),
		    human_share(c->classes[i], c->responses, share, sizeof(share)));
		any = true;
	}
	if (!any)
		(void)fputs("no responses", h->out);
}

void html_class_bar(struct html *h, const struct counts *c)
{
	double x = 0;

	(void)fputs("<svg class=\"bar\" viewBox=\"0 0 1000 16\" "
		    "preserveAspectRatio=\"none\" role=\"img\" aria-label=\"",
		    h->out);
	put_shares(h, c);
	(void)fputs("\">", h->out);
	for (int i = 0; i < CLASSES && c->responses > 0; i++) {
		double width = BAR_WIDTH * (double)c->classes[i] / (double)c->responses;

		if (c->classes[i] > 0)
			(void)fprintf(h->out,
				      "<rect class=\"%s\" x=\"%.2f\" y=\"0\" "
				      "width=\"%.2f\" height=\"16\"/>",
				      colours[i], x, width < 1 ? 1 : width);
		x += width;
	}
	(void)fputs("</svg>\n", h->out);
}

void html_legend(struct html *h)
{
	(void)fputs("<ul class=\"legend\">", h->out);
	for (size_t i = 0; i < COLOURS; i++)
		(void)fprintf(
		    h->out,
		    "<li><svg viewBox=\"0 0 10 10\" aria-hidden=\"true\"><rect "
		    "class=\"%s\" width=\"10\" height=\"10\"/></svg>%s</li>",
		    colours[i],
		    i < CLASSES ? status_class_name((enum status_class)i)
				: "no answer");
	(void)fputs("</ul>\n", h->out);
}

/* ---- time ---- */

static uint64_t sum_of(const struct html_series *s, size_t i)
{
	const uint64_t *counts = s->at(s->ctx, i);
	uint64_t sum = 0;

	for (size_t k = 0; k < s->columns; k++)
		sum += counts[k];
	return sum;
}

static uint64_t peak_of(const struct html_series *s, size_t *where)
{
	uint64_t peak = 0;

	*where = 0;
	for (size_t i = 0; i < s->count; i++)
		if (sum_of(s, i) > peak) {
			peak = sum_of(s, i);
			*where = i;
		}
	return peak;
}

static void put_clock(struct html *h, const struct html_series *s, size_t i,
		      bool with_date)
{
	char text[HUMAN_SIZE];
	int64_t ns = s->first_ns + (int64_t)i * s->width_ns;

	human_time(ns, h->v->options->utc, text, sizeof(text));
	/* "2026-11-22 02:00:11" */
	(void)fputs(with_date || strlen(text) < 19 ? text : text + 11, h->out);
}

static void put_bucket(struct html *h, const struct html_series *s, size_t i,
		       uint64_t peak)
{
	const uint64_t *counts = s->at(s->ctx, i);
	double step = CHART_WIDTH / (double)s->count;
	double y = CHART_HEIGHT;

	for (size_t k = 0; k < s->columns && k < COLOURS; k++) {
		double height = CHART_HEIGHT * (double)counts[k] / (double)peak;

		if (counts[k] == 0)
			continue;
		y -= height;
		(void)fprintf(h->out,
			      "<rect class=\"%s\" x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" "
			      "height=\"%.2f\"/>",
			      colours[k], step * (double)i, y, step * 0.96, height);
	}
}

void html_timeline(struct html *h, const struct html_series *s)
{
	char span[HUMAN_SIZE];
	size_t where;
	uint64_t peak = peak_of(s, &where);

	if (s->count == 0 || peak == 0)
		return;
	human_span(s->width_ns, span, sizeof(span));
	(void)fprintf(h->out,
		      "<div class=\"chart\"><div class=\"axis\">%s</div>"
		      "<svg viewBox=\"0 0 %.0f %.0f\" preserveAspectRatio=\"none\" "
		      "role=\"img\" aria-label=\"%s, by %s, from ",
		      figure_count(&h->figures, peak).text, CHART_WIDTH, CHART_HEIGHT,
		      s->title, span);
	put_clock(h, s, 0, true);
	(void)fputs(" to ", h->out);
	put_clock(h, s, s->count, true);
	(void)fprintf(h->out, "; most at ");
	put_clock(h, s, where, false);
	(void)fprintf(h->out, ": %s\">", figure_count(&h->figures, peak).text);
	for (size_t i = 0; i < s->count; i++)
		put_bucket(h, s, i, peak);
	(void)fputs("</svg><div class=\"axis ends\"><span>", h->out);
	put_clock(h, s, 0, true);
	(void)fputs("</span><span>", h->out);
	put_clock(h, s, s->count, true);
	(void)fputs("</span></div></div>\n", h->out);
}

/* ---- evidence ---- */

/** Members that only merging needs. */
static bool is_inner(const char *key)
{
	static const char *const names[] = {"registers", "hashes", "floors",
					    "floor",     "error",  "exact",
					    "buckets",   "bits",   "unlisted"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(key, names[i]) == 0)
			return true;
	return false;
}

/* "distinct_paths" as a person writes it. */
static void put_key(struct html *h, const char *key)
{
	char words[64];
	size_t i;

	for (i = 0; key[i] && i + 1 < sizeof(words); i++)
		words[i] = (char)(key[i] == '_' ? ' ' : key[i]);
	words[i] = '\0';
	html_text(h, words);
}

static void put_scalar(struct html *h, const json_t *value)
{
	if (json_is_string(value))
		html_text(h, json_string_value(value));
	else if (json_is_integer(value))
		(void)fputs(
		    figure_count(&h->figures, (uint64_t)json_integer_value(value)).text,
		    h->out);
	else if (json_is_real(value))
		(void)fprintf(h->out, "%.4g", json_real_value(value));
	else
		(void)fputs(json_is_true(value)    ? "yes"
			    : json_is_false(value) ? "no"
						   : "unknown",
			    h->out);
}

/* An entry of a list in one line: "path /orders, count 1,522". */
static void put_entry(struct html *h, const json_t *entry)
{
	const char *key;
	json_t *value;
	bool any = false;

	if (!json_is_object(entry)) {
		html_json(h, entry);
		return;
	}
	json_object_foreach((json_t *)entry, key, value)
	{
		if (is_inner(key))
			continue;
		(void)fputs(any ? ", " : "", h->out);
		put_key(h, key);
		(void)fputc(' ', h->out);
		if (json_is_object(value))
			put_entry(h, value);
		else
			html_json(h, value);
		any = true;
	}
}

static void put_list(struct html *h, const json_t *list)
{
	if (json_array_size(list) == 0) {
		(void)fputc('-', h->out);
		return;
	}
	(void)fputs("<ul>", h->out);
	for (size_t i = 0; i < json_array_size(list); i++) {
		(void)fputs("<li>", h->out);
		put_entry(h, json_array_get(list, i));
		(void)fputs("</li>", h->out);
	}
	(void)fputs("</ul>", h->out);
}

void html_json(struct html *h, const json_t *value)
{
	const char *key;
	json_t *member;

	if (json_is_array(value)) {
		put_list(h, value);
		return;
	}
	if (!json_is_object(value)) {
		put_scalar(h, value);
		return;
	}
	(void)fputs("<dl>", h->out);
	json_object_foreach((json_t *)value, key, member)
	{
		if (is_inner(key))
			continue;
		(void)fputs("<dt>", h->out);
		put_key(h, key);
		(void)fputs("</dt><dd>", h->out);
		html_json(h, member);
		(void)fputs("</dd>", h->out);
	}
	(void)fputs("</dl>", h->out);
}
