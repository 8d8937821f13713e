/*
 * A row a host. Which columns are shown, and how wide, depends on the width there
 * is: first empty columns go, then the short headers come, then NOTABLE, p50 and
 * others go; the host is cut in its middle.
 */
#include <string.h>

#include "report/text_parts.h"

enum column {
	COL_NAME,
	COL_RESPONSES,
	COL_CLASS, /* CLASSES of them */
	COL_ERROR = COL_CLASS + CLASSES,
	COL_NO_ANSWER,
	COL_P50,
	COL_P99,
	COL_NOTABLE,
	COLUMNS
};

/** Columns that the host and the notable codes keep as long as others can go. */
#define NAME_MIN    20U
#define NOTABLE_MIN 8U
/** Columns of them, with two codes, below which the rest becomes narrow. */
#define NAME_WISH    32U
#define NOTABLE_WISH 20U
/** Notable codes named in a row; more never fit. */
#define NOTABLE_MAX 16U

struct table {
	struct layout *l;
	const struct view *v;
	bool narrow; /* short headers, one space between columns */
	bool shown[COLUMNS];
	bool empty[COLUMNS]; /* nothing but "-" */
	size_t width[COLUMNS];
	size_t content[COLUMNS]; /* widest cell, without the header */
};

/* ---- cells ---- */

static const char *header(const struct table *t, int column)
{
	static const char *const names[COLUMNS] = {
	    [COL_RESPONSES] = "RESPONSES",
	    [COL_ERROR] = "ERROR",
	    [COL_NO_ANSWER] = "NO ANSWER",
	    [COL_P50] = "p50",
	    [COL_P99] = "p99",
	    [COL_NOTABLE] = "NOTABLE",
	};
	static const char *const by[] = {
	    [TALLY_BY_HOST] = "HOST",
	    [TALLY_BY_SERVER] = "SERVER",
	    [TALLY_BY_CLIENT] = "CLIENT",
	};

	if (column == COL_NAME)
		return by[tally_by(t->v->report->tally)];
	if (column >= COL_CLASS && column < COL_CLASS + CLASSES)
		return status_class_name((enum status_class)(column - COL_CLASS));
	if (t->narrow && column == COL_RESPONSES)
		return "RESP";
	if (t->narrow && column == COL_NO_ANSWER)
		return "NO ANS";
	return names[column];
}

static void count_cell(const struct table *t, uint64_t n, char *out)
{
	if (n == 0)
		(void)snprintf(out, HUMAN_SIZE, "-");
	else
		human_count(n, t->l->grouped, out, HUMAN_SIZE);
}

/* The text of a cell with a figure; @p out has HUMAN_SIZE bytes. */
static void figure_cell(const struct table *t, const struct counts *c, int column,
			char *out)
{
	bool latency = c->latency && histogram_count(c->latency) > 0;

	if (column == COL_RESPONSES)
		count_cell(t, c->responses, out);
	else if (column == COL_ERROR)
		human_share(view_errors(c), view_finals(c), out, HUMAN_SIZE);
	else if (column == COL_NO_ANSWER)
		count_cell(t, counts_no_response(c), out);
	else if (column != COL_P50 && column != COL_P99)
		count_cell(t, c->classes[column - COL_CLASS], out);
	else if (!latency)
		(void)snprintf(out, HUMAN_SIZE, "-");
	else
		human_latency(view_quantile(c, column == COL_P50 ? 0.5 : 0.99), out,
			      HUMAN_SIZE);
}

/* In the order of the lines below: what is wrong stands where the eye is and is not
 * pushed out by what is frequent, also what is none of the fifteen (502, 429). 200 is
 * what the column 2xx says already. */
static size_t notable_codes(const struct counts *c, struct code_count *out)
{
	size_t n = 0;

	for (size_t i = 0; i < c->code_count; i++) {
		struct code_count code = c->codes[i];
		size_t at = n;

		if (code.count == 0 || code.code == 200 ||
		    (code.code < 400 && !view_notable(code.code)))
			continue;
		if (n < NOTABLE_MAX)
			n++;
		else if (text_code_before(&code, &out[n - 1]))
			at = n - 1;
		else
			continue;
		for (; at > 0 && text_code_before(&code, &out[at - 1]); at--)
			out[at] = out[at - 1];
		out[at] = code;
	}
	return n;
}

/* As many as fit into @p width columns. */
static void notable_cell(const struct table *t, const struct counts *c, size_t width,
			 char *out, size_t size)
{
	struct code_count codes[NOTABLE_MAX];
	size_t n = notable_codes(c, codes);
	size_t used = 0;
	char count[HUMAN_SIZE];

	out[0] = '\0';
	for (size_t i = 0; i < n; i++) {
		int len = snprintf(
		    out + used, size - used, "%s%u %s", i ? "  " : "",
		    (unsigned)codes[i].code,
		    human_count(codes[i].count, t->l->grouped, count, sizeof(count)));

		if (len < 0 || used + (size_t)len > width ||
		    used + (size_t)len >= size) {
			out[used] = '\0';
			break;
		}
		used += (size_t)len;
	}
}

/* ---- measuring ---- */

static void widen(struct table *t, int column, const char *text)
{
	size_t width = human_width(text);

	if (width > t->content[column])
		t->content[column] = width;
	if (strcmp(text, "-") != 0 && *text != '\0')
		t->empty[column] = false;
}

static void measure_counts(struct table *t, const struct counts *c)
{
	char cell[HUMAN_SIZE];
	char notable[LAYOUT_CELL_SIZE];

	for (int i = COL_RESPONSES; i < COL_NOTABLE; i++) {
		figure_cell(t, c, i, cell);
		widen(t, i, cell);
	}
	/* The notable codes of all rows have lines of their own below. */
	if (c == t->v->total)
		return;
	notable_cell(t, c, sizeof(notable), notable, sizeof(notable));
	widen(t, COL_NOTABLE, notable);
}

static void measure(struct table *t)
{
	const struct view *v = t->v;
	char name[NAME_SIZE];

	for (int i = 0; i < COLUMNS; i++) {
		t->shown[i] = true;
		t->empty[i] = true;
	}
	for (size_t i = 0; i < v->shown; i++) {
		widen(t, COL_NAME, text_row_name(v, v->rows[i], name));
		measure_counts(t, &v->rows[i]->counts);
	}
	if (v->row_count > 1)
		measure_counts(t, v->total);
}

static void set_widths(struct table *t)
{
	for (int i = 0; i < COLUMNS; i++) {
		size_t head = human_width(header(t, i));

		t->width[i] = t->content[i] > head ? t->content[i] : head;
	}
}

/* Columns of all that is shown, with the host and NOTABLE as narrow as they go. */
static size_t needed(const struct table *t, size_t name, size_t notable)
{
	size_t sum = 0;

	for (int i = 0; i < COLUMNS; i++) {
		size_t width = t->width[i];

		if (!t->shown[i])
			continue;
		if (i == COL_NAME && width > name)
			width = name;
		if (i == COL_NOTABLE && width > notable)
			width = notable;
		sum += width + (i ? (t->narrow ? 1 : 2) : 0);
	}
	return sum;
}

static void hide_empty(struct table *t)
{
	for (int i = COL_CLASS; i < COLUMNS; i++)
		if (i != COL_ERROR && t->empty[i])
			t->shown[i] = false;
}

/* What can be missed least goes last. */
static void hide_until_it_fits(struct table *t)
{
	static const int order[] = {
	    COL_NOTABLE,
	    COL_P50,
	    COL_CLASS + CLASS_1XX,
	    COL_CLASS + CLASS_3XX,
	    COL_P99,
	    COL_CLASS + CLASS_2XX,
	    COL_CLASS + CLASS_OTHER,
	    COL_ERROR,
	    COL_NO_ANSWER,
	};

	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		if (needed(t, NAME_MIN, NOTABLE_MIN) <= t->l->width)
			return;
		t->shown[order[i]] = false;
	}
}

static void share_rest(struct table *t)
{
	size_t fixed = needed(t, 0, 0);
	size_t width = t->l->width;
	size_t rest = width > fixed ? width - fixed : 0;
	size_t most = rest > NAME_WISH + NOTABLE_MIN ? rest - NAME_WISH : NOTABLE_MIN;
	size_t notable = 0;

	/* Names that are long leave room for two codes, ordinary ones are not cut. */
	if (most > NOTABLE_WISH)
		most = NOTABLE_WISH;
	if (t->shown[COL_NOTABLE])
		notable = t->width[COL_NOTABLE] < most ? t->width[COL_NOTABLE] : most;
	if (t->width[COL_NAME] + notable > rest)
		t->width[COL_NAME] = rest > notable ? rest - notable : 1;
	rest = rest > t->width[COL_NAME] ? rest - t->width[COL_NAME] : 0;
	if (t->width[COL_NOTABLE] > rest)
		t->width[COL_NOTABLE] = rest;
}

static void fit(struct table *t)
{
	t->shown[COL_CLASS + CLASS_OTHER] = !t->empty[COL_CLASS + CLASS_OTHER];
	t->shown[COL_NOTABLE] = !t->empty[COL_NOTABLE];
	set_widths(t);
	if (!t->l->width || needed(t, SIZE_MAX, SIZE_MAX) <= t->l->width)
		return;
	hide_empty(t);
	if (needed(t, NAME_WISH, NOTABLE_WISH) > t->l->width) {
		t->narrow = true;
		set_widths(t);
		hide_until_it_fits(t);
	}
	share_rest(t);
}

/* ---- printing ---- */

static size_t gap(const struct table *t)
{
	return t->narrow ? 1 : 2;
}

static enum layout_style cell_style(int column, const char *cell)
{
	if (strcmp(cell, "-") == 0)
		return STYLE_DIM;
	if (column == COL_CLASS + CLASS_5XX)
		return STYLE_ERROR;
	if (column == COL_CLASS + CLASS_4XX || column == COL_NO_ANSWER)
		return STYLE_WARN;
	return STYLE_PLAIN;
}

static void print_header(struct table *t)
{
	struct layout *l = t->l;

	layout_left(l, header(t, COL_NAME), t->width[COL_NAME], STYLE_BOLD);
	for (int i = COL_RESPONSES; i < COLUMNS; i++) {
		if (!t->shown[i])
			continue;
		layout_spaces(l, gap(t));
		if (i == COL_NOTABLE)
			layout_left(l, header(t, i), 0, STYLE_BOLD);
		else
			layout_right(l, header(t, i), t->width[i], STYLE_BOLD);
	}
	(void)fputc('\n', l->out);
}

static void print_row(struct table *t, const char *name, const struct counts *c)
{
	struct layout *l = t->l;
	char cut[LAYOUT_CELL_SIZE];
	char cell[HUMAN_SIZE];

	layout_left(l, layout_cut(name, t->width[COL_NAME], cut, sizeof(cut)),
		    t->width[COL_NAME], STYLE_PLAIN);
	for (int i = COL_RESPONSES; i < COL_NOTABLE; i++) {
		if (!t->shown[i])
			continue;
		figure_cell(t, c, i, cell);
		layout_spaces(l, gap(t));
		layout_right(l, cell, t->width[i], cell_style(i, cell));
	}
	if (t->shown[COL_NOTABLE] && c != t->v->total) {
		notable_cell(t, c, t->width[COL_NOTABLE], cut, sizeof(cut));
		if (*cut) {
			layout_spaces(l, gap(t));
			layout_left(l, cut, 0, STYLE_PLAIN);
		}
	}
	(void)fputc('\n', l->out);
}

static void print_rest(struct table *t)
{
	const struct view *v = t->v;
	uint64_t responses = 0;
	size_t left = v->row_count - v->shown;
	char more[32];

	if (left == 0)
		return;
	for (size_t i = v->shown; i < v->row_count; i++)
		responses += v->rows[i]->counts.responses;
	(void)snprintf(more, sizeof(more), "more %s", view_by_name(v));
	if (v->selected)
		layout_paragraph(t->l, STYLE_DIM, 2, "and %s with %s, not selected",
				 figure_of(t->l, left, more).text,
				 figure_of(t->l, responses, "response").text);
	else
		layout_paragraph(t->l, STYLE_DIM, 2, "and %s with %s (--top %zu)",
				 figure_of(t->l, left, more).text,
				 figure_of(t->l, responses, "response").text, v->shown);
}

void text_table(struct layout *l, const struct view *v)
{
	struct table t = {.l = l, .v = v};
	char name[NAME_SIZE];

	measure(&t);
	if (v->row_count > 1) {
		char count[HUMAN_SIZE];

		(void)snprintf(
		    name, sizeof(name), "all %s %ss",
		    human_count(v->row_count, l->grouped, count, sizeof(count)),
		    view_by_name(v));
		widen(&t, COL_NAME, name);
	}
	fit(&t);
	(void)fputc('\n', l->out);
	print_header(&t);
	for (size_t i = 0; i < v->shown; i++) {
		char row_name[NAME_SIZE];

		print_row(&t, text_row_name(v, v->rows[i], row_name),
			  &v->rows[i]->counts);
	}
	print_rest(&t);
	if (v->row_count > 1)
		print_row(&t, name, v->total);
}
