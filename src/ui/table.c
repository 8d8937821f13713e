#include "config.h"

#include <curses.h>
#include <string.h>

#include "base/human.h"
#include "ui/screen.h"

/** Columns of each figure, and of the bar of classes. */
#define RATE_WIDTH    7
#define COUNT_WIDTH   10
#define BAR_WIDTH     9
#define BAR_WIDE      13
#define SHARE_WIDTH   8
#define LATENCY_WIDTH 8
/** What a name gets at least and at most. */
#define NAME_MIN 20
#define NAME_MAX 40
/** The same of a sparkline; from the second on its whole title fits. */
#define SPARK_MIN   8
#define SPARK_TITLE 10
/** From this width on there is room for longer bars. */
#define WIDE 100

/** Where the columns stand at this width. */
struct columns {
	int rate, count, bar, share, p50, p99, spark;
	int name_width, bar_width, spark_width;
};

static struct columns place(int width)
{
	struct columns c = {.bar_width = width < WIDE ? BAR_WIDTH : BAR_WIDE};
	int left = width - (RATE_WIDTH + COUNT_WIDTH + c.bar_width + SHARE_WIDTH +
			    2 * LATENCY_WIDTH + 2);

	c.name_width = left;
	if (left >= NAME_MIN + SPARK_MIN)
		c.name_width = NAME_MIN + (left - NAME_MIN - SPARK_MIN) / 3;
	if (c.name_width > NAME_MAX)
		c.name_width = NAME_MAX;
	c.rate = c.name_width;
	c.count = c.rate + RATE_WIDTH;
	c.bar = c.count + COUNT_WIDTH + 1;
	c.share = c.bar + c.bar_width;
	c.p50 = c.share + SHARE_WIDTH;
	c.p99 = c.p50 + LATENCY_WIDTH;
	c.spark = c.p99 + LATENCY_WIDTH + 1;
	c.spark_width = width - c.spark;
	return c;
}

static void put_right(int y, int x, int width, const char *text)
{
	int used = (int)human_width(text);

	screen_put(y, x + (used < width ? width - used : 0), text);
}

static void put_header(const struct columns *c, int y, int width)
{
	attron(A_REVERSE);
	mvhline(y, 0, ' ', width);
	screen_put(y, 0, "HOST");
	put_right(y, c->rate, RATE_WIDTH, "RATE/s");
	put_right(y, c->count, COUNT_WIDTH, "RESPONSES");
	screen_put(y, c->bar, "CLASSES");
	put_right(y, c->share, SHARE_WIDTH, "ERROR");
	put_right(y, c->p50, LATENCY_WIDTH, "p50");
	put_right(y, c->p99, LATENCY_WIDTH, "p99");
	if (c->spark_width >= SPARK_MIN)
		screen_put(y, c->spark,
			   c->spark_width >= SPARK_TITLE ? "LAST 5 MIN" : "5 MIN");
	attroff(A_REVERSE);
}

/** A rate as three digits or more. */
static void rate_text(double rate, char *out, size_t size)
{
	(void)snprintf(out, size, rate >= 99.95 ? "%.0f" : "%.1f", rate);
}

static void put_name(const struct tally_row *row, int y, int width)
{
	char name[HUMAN_TEXT_SIZE(LIMIT_HOST)], cut[HUMAN_TEXT_SIZE(LIMIT_HOST)];

	human_text(row->name, strlen(row->name), name, sizeof(name));
	screen_put(y, 0, layout_cut(name, (size_t)width - 1, cut, sizeof(cut)));
}

static void put_row(const struct ui *ui, const struct columns *c,
		    const struct tally_row *row, int y)
{
	const struct counts *n = &row->counts;
	const struct track *t = history_of(ui->history, row);
	char text[HUMAN_SIZE];

	put_name(row, y, c->name_width);
	rate_text(t ? t->rate : 0, text, sizeof(text));
	put_right(y, c->rate, RATE_WIDTH, text);
	put_right(y, c->count, COUNT_WIDTH,
		  human_count(n->responses, true, text, sizeof(text)));
	screen_bar(y, c->bar, c->bar_width - 1, n);
	put_right(y, c->share, SHARE_WIDTH,
		  human_share(view_errors(n), view_finals(n), text, sizeof(text)));
	if (histogram_count(n->latency) > 0) {
		put_right(y, c->p50, LATENCY_WIDTH,
			  human_latency(view_quantile(n, 0.5), text, sizeof(text)));
		put_right(y, c->p99, LATENCY_WIDTH,
			  human_latency(view_quantile(n, 0.99), text, sizeof(text)));
	}
	if (t && c->spark_width >= SPARK_MIN)
		screen_sparkline(ui, y, c->spark, c->spark_width, t);
}

static bool passes(const struct ui *ui, const struct tally_row *row)
{
	return ui->filter[0] == '\0' || strcasestr(row->name, ui->filter) != NULL;
}

/** Keep the selection on the screen, and within the rows. */
static void scroll_to_selection(struct ui *ui)
{
	if (ui->selected >= ui->rows)
		ui->selected = ui->rows > 0 ? ui->rows - 1 : 0;
	if (ui->selected < ui->top)
		ui->top = ui->selected;
	if (ui->page > 0 && ui->selected >= ui->top + ui->page)
		ui->top = ui->selected - ui->page + 1;
}

static void draw_rows(struct ui *ui, const struct view *v, const struct columns *c,
		      int first)
{
	size_t place = 0;

	for (size_t i = 0; i < v->row_count; i++) {
		const struct tally_row *row = v->rows[i];
		bool selected = place == ui->selected;
		int y = first + (int)(place - ui->top);

		if (!passes(ui, row))
			continue;
		if (selected) {
			(void)snprintf(ui->host, sizeof(ui->host), "%s", row->name);
			ui->host_source = row->source;
		}
		if (place >= ui->top && place < ui->top + ui->page) {
			put_row(ui, c, row, y);
			if (selected)
				mvchgat(y, 0, c->name_width - 1, A_REVERSE, 0, NULL);
		}
		place++;
	}
}

void table_draw(struct ui *ui, int first, int height)
{
	struct report_options ro = {.sort = ui->sort};
	struct columns c = place(COLS);
	struct view v;

	if (view_make(&v, &ui->report, &ro) != SL_OK)
		return;
	put_header(&c, first, COLS);
	ui->page = height > 1 ? (size_t)height - 1 : 0;
	ui->rows = 0;
	for (size_t i = 0; i < v.row_count; i++)
		ui->rows += passes(ui, v.rows[i]);
	scroll_to_selection(ui);
	draw_rows(ui, &v, &c, first + 1);
	if (ui->rows == 0)
		screen_put(first + 2, 0,
			   v.row_count > 0 ? "No host passes the filter."
					   : "No HTTP response has been seen yet.");
	view_free(&v);
}
