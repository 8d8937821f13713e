#include "config.h"

#include <curses.h>
#include <string.h>

#include "base/human.h"
#include "http/catalogue.h"
#include "ui/screen.h"

/** Columns of the bar of a code. */
#define BAR_WIDTH 20

/** Lines that may be scrolled: only those in the window are written. */
struct page {
	const struct ui *ui;
	int first, height;
	int line; /* the next one, from 0 */
};

/** @return the place of the next line, or -1 when it is not in the window */
static int next_line(struct page *p)
{
	int y = p->line++ - (int)p->ui->scroll;

	return y >= 0 && y < p->height ? p->first + y : -1;
}

#define LINE(p, ...)                                         \
	do {                                                 \
		int line_y = next_line(p);                   \
                                                             \
		if (line_y >= 0)                             \
			screen_putf(line_y, 0, __VA_ARGS__); \
	} while (0)

static const struct tally_row *find_row(const struct ui *ui)
{
	size_t count;
	const struct tally_row *const *rows = tally_rows(ui->report.tally, &count);

	for (size_t i = 0; i < count; i++)
		if (rows[i]->source == ui->host_source &&
		    strcmp(rows[i]->name, ui->host) == 0)
			return rows[i];
	return NULL;
}

static void put_code(struct page *p, const struct counts *c, const struct code_count *n)
{
	const struct status_code *s = status_code_find(n->code);
	char count[HUMAN_SIZE], share[HUMAN_SIZE];
	int y = next_line(p), bar;

	if (y < 0)
		return;
	human_count(n->count, true, count, sizeof(count));
	human_share(n->count, c->responses, share, sizeof(share));
	bar = (int)((double)n->count / (double)c->responses * BAR_WIDTH + 0.5);
	screen_putf(y, 0, "  %03u %12s %8s ", (unsigned)n->code, count, share);
	attron(screen_class(status_class_of(n->code)));
	for (int i = 0; i < (bar > 0 ? bar : 1); i++)
		screen_put(y, 27 + i, "#");
	attroff(screen_class(status_class_of(n->code)));
	screen_put(y, 28 + BAR_WIDTH, s ? s->phrase : "(not registered)");
}

static void put_codes(struct page *p, const struct counts *c)
{
	LINE(p, "CODES");
	for (size_t i = 0; i < c->code_count; i++)
		put_code(p, c, &c->codes[i]);
	if (c->unlisted_codes > 0)
		LINE(p, "  and %llu responses with other codes",
		     (unsigned long long)c->unlisted_codes);
}

static void put_latency(struct page *p, const struct counts *c)
{
	static const double shares[] = {0.5, 0.9, 0.99, 1.0};
	char text[4][HUMAN_SIZE];

	if (histogram_count(c->latency) == 0)
		return;
	for (size_t i = 0; i < 4; i++)
		human_latency(view_quantile(c, shares[i]), text[i], sizeof(text[i]));
	LINE(p, "LATENCY    p50 %s   p90 %s   p99 %s   max %s", text[0], text[1],
	     text[2], text[3]);
}

static void put_no_answer(struct page *p, const struct counts *c)
{
	LINE(p, "NO ANSWER  closed %llu   reset %llu   timed out %llu",
	     (unsigned long long)c->no_response[EXCHANGE_CLOSED],
	     (unsigned long long)c->no_response[EXCHANGE_RESET],
	     (unsigned long long)c->no_response[EXCHANGE_TIMEOUT]);
}

static void put_bytes(struct page *p, const struct counts *c)
{
	char in[HUMAN_SIZE], out[HUMAN_SIZE];

	human_bytes(c->request_bytes, in, sizeof(in));
	human_bytes(c->response_bytes, out, sizeof(out));
	LINE(p, "BYTES      requests %s   responses %s", in, out);
}

static void put_servers(struct page *p, const struct tally_row *row)
{
	char text[ENDPOINT_TEXT_SIZE];

	LINE(p, "SERVERS%s", row->more_servers ? "    (more than are listed)" : "");
	for (size_t i = 0; i < row->server_count; i++)
		LINE(p, "  %s", endpoint_text(&row->servers[i], text, sizeof(text)));
}

void host_draw(struct ui *ui, int first, int height)
{
	struct page p = {.ui = ui, .first = first, .height = height};
	const struct tally_row *row = find_row(ui);
	const struct track *t;
	char name[HUMAN_TEXT_SIZE(LIMIT_HOST)], count[HUMAN_SIZE];
	int y;

	human_text(ui->host, strlen(ui->host), name, sizeof(name));
	if (!row) {
		screen_putf(first, 0, "%s has left the table: it was idle for long.",
			    name);
		return;
	}
	t = history_of(ui->history, row);
	human_count(row->counts.responses, true, count, sizeof(count));
	LINE(&p, "%s   %s responses   %.1f/s", name, count, t ? t->rate : 0.0);
	y = next_line(&p);
	if (y >= 0 && t)
		screen_sparkline(ui, y, 0, COLS, t);
	put_codes(&p, &row->counts);
	put_latency(&p, &row->counts);
	put_no_answer(&p, &row->counts);
	put_bytes(&p, &row->counts);
	put_servers(&p, row);
	/* Not past the last line. */
	if (ui->scroll > 0 && p.line <= (int)ui->scroll)
		ui->scroll = (size_t)p.line - 1;
}
