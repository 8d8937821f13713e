#include <stdlib.h>
#include <string.h>

#include "report/text_parts.h"
#include "report/writers.h"

/** Narrower than this no table makes sense: lines may then be wrapped by whoever
 *  shows them. */
#define WIDTH_MIN 40U

/** Bytes of a file's name shown: escaping makes four of one. */
#define SOURCE_NAME_SIZE 2048U

/* ---- figures ---- */

struct figure figure_count(const struct layout *l, uint64_t n)
{
	struct figure f = {""};

	human_count(n, l->grouped, f.text, sizeof(f.text));
	return f;
}

/* The space between a figure and its unit does not break: U+00A0. */
static struct figure unbroken(struct figure f)
{
	struct figure out = {""};
	size_t n = 0;

	for (const char *p = f.text; *p && n + 3 < sizeof(out.text); p++) {
		if (*p == ' ') {
			out.text[n++] = '\xc2';
			out.text[n++] = '\xa0';
		} else {
			out.text[n++] = *p;
		}
	}
	out.text[n] = '\0';
	return out;
}

struct figure figure_bytes(uint64_t n)
{
	struct figure f = {""};

	human_bytes(n, f.text, sizeof(f.text));
	return unbroken(f);
}

struct figure figure_share(uint64_t part, uint64_t of)
{
	struct figure f = {""};

	human_share(part, of, f.text, sizeof(f.text));
	return unbroken(f);
}

struct figure figure_of(const struct layout *l, uint64_t n, const char *noun)
{
	struct figure f = {""};
	char count[HUMAN_SIZE];

	(void)snprintf(f.text, sizeof(f.text), "%s %s%s",
		       human_count(n, l->grouped, count, sizeof(count)), noun,
		       n == 1 ? "" : "s");
	return unbroken(f);
}

char *text_row_name(const struct view *v, const struct tally_row *row, char *out)
{
	size_t len;

	human_text(row->name, strlen(row->name), out, NAME_SIZE);
	len = strlen(out);
	/* "(other)" is a name of our own: no address stands for a Host there. */
	if (v->by_host && row->source == HOST_FROM_SERVER && row->name[0] != '(')
		(void)snprintf(out + len, NAME_SIZE - len, " (no Host)");
	return out;
}

/* ---- first line ---- */

/* An item of the first line, on the next line where it does not fit. */
static void put_item(struct layout *l, size_t *column, const char *item)
{
	static const size_t gap = 3;
	size_t width = human_width(item);
	bool bold = *column == 0;

	if (*column > 0 && l->width && *column + gap + width > l->width) {
		(void)fputc('\n', l->out);
		*column = 0;
	} else if (*column > 0) {
		layout_spaces(l, gap);
		*column += gap;
	}
	layout_left(l, item, 0, bold ? STYLE_BOLD : STYLE_PLAIN);
	*column += width;
}

static void put_names(struct layout *l, size_t *column, const struct report *r)
{
	char shown[SOURCE_NAME_SIZE];
	char cut[LAYOUT_CELL_SIZE];
	const char *name;

	if (r->source_count != 1) {
		(void)snprintf(cut, sizeof(cut), "%zu files", r->source_count);
	} else {
		name = r->sources[0].name;
		if (strcmp(name, "-") == 0)
			name = "standard input";
		human_text(name, strlen(name), shown, sizeof(shown));
		layout_cut(shown, l->width ? l->width : sizeof(cut), cut, sizeof(cut));
	}
	put_item(l, column, cut);
}

static void put_times(struct layout *l, size_t *column, const struct view *v)
{
	static const size_t date_len = sizeof("2026-11-22 ") - 1;
	bool utc = v->options->utc;
	char first[HUMAN_SIZE], last[HUMAN_SIZE], span[HUMAN_SIZE];
	char item[4 * HUMAN_SIZE];
	const char *to = last;

	if (!v->has_times)
		return;
	human_time(v->first_ns, utc, first, sizeof(first));
	human_time(v->last_ns, utc, last, sizeof(last));
	human_span(view_span(v->first_ns, v->last_ns), span, sizeof(span));
	/* On the same day the second date says nothing. */
	if (strlen(last) > date_len && strncmp(first, last, date_len) == 0)
		to += date_len;
	if (strcmp(first, last) == 0)
		(void)snprintf(item, sizeof(item), "%s%s (%s)", first,
			       utc ? " UTC" : "", span);
	else
		(void)snprintf(item, sizeof(item), "%s to %s%s (%s)", first, to,
			       utc ? " UTC" : "", span);
	put_item(l, column, item);
}

/* Figures here stand in no paragraph, where U+00A0 would become a space. */
static void put_amount(struct layout *l, size_t *column, uint64_t n, const char *noun)
{
	char count[HUMAN_SIZE], item[2 * HUMAN_SIZE];

	(void)snprintf(item, sizeof(item), "%s %s%s",
		       human_count(n, l->grouped, count, sizeof(count)), noun,
		       n == 1 ? "" : "s");
	put_item(l, column, item);
}

static void put_first_line(struct layout *l, const struct view *v)
{
	size_t column = 0;

	put_names(l, &column, v->report);
	put_times(l, &column, v);
	put_amount(l, &column, v->report->coverage->total.packets, "packet");
	put_amount(l, &column, v->total->responses, "response");
	put_amount(l, &column, v->row_count, view_by_name(v));
	(void)fputc('\n', l->out);
}

static enum sl_err write_text(const struct report *r, const struct report_options *o,
			      FILE *out)
{
	struct layout l = {
	    .out = out,
	    .width = o->width && o->width < WIDTH_MIN ? WIDTH_MIN : o->width,
	    .color = o->color,
	    .grouped = o->terminal,
	};
	struct view v;
	enum sl_err e = view_make(&v, r, o);

	if (e)
		return e;
	put_first_line(&l, &v);
	if (r->changes) {
		(void)fputc('\n', out);
		text_changes(&l, r->changes);
	}
	if (v.row_count > 0)
		text_table(&l, &v);
	if (v.total->responses > 0)
		text_codes(&l, &v);
	text_more(&l, &v);
	if (v.total->responses > 0)
		text_behind(&l, &v);
	text_coverage(&l, &v);
	text_verdict(&l, &v);
	view_free(&v);
	if (l.error)
		return l.error;
	return ferror(out) ? SL_E_IO : SL_OK;
}

const struct report_writer report_text_writer = {
    .name = "text",
    .suffix = ".txt",
    .write = write_text,
};
