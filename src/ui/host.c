#include "config.h"

#include <curses.h>
#include <string.h>

#include "base/human.h"
#include "http/catalogue.h"
#include "report/text_parts.h"
#include "ui/page.h"

/** Columns of the bar of a code. */
#define BAR_WIDTH 20
/** Where the bar, the name and the evidence of a code begin. */
#define BAR_AT      25
#define PHRASE_AT   (BAR_AT + BAR_WIDTH + 1)
#define EVIDENCE_AT 7
/** Where facts begin behind their names. */
#define FACT_AT 11
/** Slowest exchanges shown. */
#define SLOWEST_SHOWN 3U

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

/* ---- the head ---- */

static void put_name(struct page *p, const struct tally_row *row, double rate)
{
	char name[HUMAN_TEXT_SIZE(LIMIT_HOST)], cut[HUMAN_TEXT_SIZE(LIMIT_HOST)];
	char count[HUMAN_SIZE], share[HUMAN_SIZE];
	const struct counts *c = &row->counts;
	int y = page_next(p);

	if (y < 0)
		return;
	human_text(row->name, strlen(row->name), name, sizeof(name));
	attron(A_BOLD);
	screen_putf(y, 0, "%s   %s responses   %.1f/s   error %s",
		    layout_cut(name, (size_t)COLS / 2, cut, sizeof(cut)),
		    human_count(c->responses, true, count, sizeof(count)), rate,
		    human_share(view_errors(c), view_finals(c), share, sizeof(share)));
	attroff(A_BOLD);
}

static void put_sparkline(struct page *p, const struct track *t)
{
	int y = page_next(p);

	if (y < 0 || !t)
		return;
	screen_sparkline(p->ui, y, 0, (int)LIMIT_HISTORY_SLOTS, t);
	screen_putf(y, (int)LIMIT_HISTORY_SLOTS + 2, "last 5 minutes");
}

static void put_latency(struct page *p, const struct counts *c)
{
	static const double shares[] = {0.5, 0.9, 0.99, 1.0};
	char text[4][HUMAN_SIZE];

	if (histogram_count(c->latency) == 0)
		return;
	for (size_t i = 0; i < 4; i++)
		human_latency(view_quantile(c, shares[i]), text[i], sizeof(text[i]));
	page_line(p, 0, "LATENCY    p50 %s   p90 %s   p99 %s   max %s", text[0],
		  text[1], text[2], text[3]);
}

static void put_bytes(struct page *p, const struct counts *c)
{
	char in[HUMAN_SIZE], out[HUMAN_SIZE];

	human_bytes(c->request_bytes, in, sizeof(in));
	human_bytes(c->response_bytes, out, sizeof(out));
	page_line(p, 0, "BYTES      requests %s   responses %s", in, out);
}

static void put_servers(struct page *p, const struct tally_row *row)
{
	char text[ENDPOINT_TEXT_SIZE];
	int y = p->line - (int)p->ui->scroll;
	struct phrases servers = {.count = 0};

	if (row->server_count == 0)
		return;
	for (size_t i = 0; i < row->server_count; i++)
		phrase_add(&servers, "%s",
			   endpoint_text(&row->servers[i], text, sizeof(text)));
	if (row->more_servers)
		phrase_add(&servers, "and more");
	if (y >= 0 && y < p->height)
		screen_put(p->first + y, 0, "SERVERS");
	page_phrases(p, FACT_AT, &servers);
}

static void put_facts(struct page *p, const struct tally_row *row)
{
	const struct counts *c = &row->counts;

	(void)page_next(p);
	put_latency(p, c);
	page_line(p, 0, "NO ANSWER  closed %llu   reset %llu   timed out %llu",
		  (unsigned long long)c->no_response[EXCHANGE_CLOSED],
		  (unsigned long long)c->no_response[EXCHANGE_RESET],
		  (unsigned long long)c->no_response[EXCHANGE_TIMEOUT]);
	put_bytes(p, c);
	put_servers(p, row);
}

/* ---- codes ---- */

static void put_code(struct page *p, const struct counts *c, const struct code_count *n)
{
	const struct status_code *s = status_code_find(n->code);
	unsigned long color = screen_class(status_class_of(n->code));
	char count[HUMAN_SIZE], share[HUMAN_SIZE];
	int y = page_next(p), bar;

	if (y < 0)
		return;
	human_count(n->count, true, count, sizeof(count));
	human_share(n->count, c->responses, share, sizeof(share));
	bar = (int)((double)n->count / (double)c->responses * BAR_WIDTH + 0.5);
	screen_putf(y, 6, "%10s %7s", count, share);
	screen_put(y, PHRASE_AT, s ? s->phrase : "(not registered)");
	attron(color);
	screen_putf(y, 2, "%03u", (unsigned)n->code);
	for (int i = 0; i < (bar > 0 ? bar : 1); i++)
		screen_put(y, BAR_AT + i, "#");
	attroff(color);
}

static void put_evidence(struct page *p, const struct tally_row *row, uint16_t code)
{
	struct report_options ro = {.utc = p->ui->options.utc};
	struct view v = {.report = &p->ui->report, .options = &ro};
	struct layout figures = {.grouped = true};
	struct phrases phrases = {.count = 0};

	text_evidence(&figures, &v, row, code, &phrases);
	attron(A_DIM);
	page_phrases(p, EVIDENCE_AT, &phrases);
	attroff(A_DIM);
}

static void put_codes(struct page *p, const struct tally_row *row)
{
	const struct counts *c = &row->counts;

	page_title(p, "CODES");
	for (size_t i = 0; i < c->code_count; i++) {
		put_code(p, c, &c->codes[i]);
		put_evidence(p, row, c->codes[i].code);
	}
	if (c->unlisted_codes > 0)
		page_line(p, 2, "and %llu responses with other codes",
			  (unsigned long long)c->unlisted_codes);
}

/* ---- slow ones ---- */

static void put_slow(struct page *p, const struct slow_exchange *s)
{
	char latency[HUMAN_SIZE], client[ENDPOINT_TEXT_SIZE];
	char method[HUMAN_TEXT_SIZE(SLOW_METHOD)];
	char path[HUMAN_TEXT_SIZE(LIMIT_TOPK_KEY)], cut[LAYOUT_CELL_SIZE];
	int room = COLS - 50;
	int y = page_next(p);

	if (y < 0)
		return;
	human_text(s->method, s->method_len, method, sizeof(method));
	human_text(s->path, s->path_len, path, sizeof(path));
	attron(screen_class(status_class_of(s->status)));
	screen_putf(y, 2, "%03u", (unsigned)s->status);
	attroff(screen_class(status_class_of(s->status)));
	screen_putf(y, 6, "%10s  %s %s  for %s",
		    human_latency(s->latency_ns, latency, sizeof(latency)), method,
		    layout_cut(path, (size_t)(room > 16 ? room : 16), cut, sizeof(cut)),
		    ip_addr_text(&s->client, client, sizeof(client)));
}

/** Of the slowest of all hosts, those of this one. */
static void put_slowest(struct page *p, const struct tally_row *row)
{
	const struct slowest *s = tally_slowest(p->ui->report.tally);
	size_t shown = 0, len = strlen(row->name);

	for (size_t i = 0; s && i < s->count && shown < SLOWEST_SHOWN; i++) {
		const struct slow_exchange *e = &s->entries[i];

		if (e->host_len != len || memcmp(e->host, row->name, len) != 0)
			continue;
		if (shown++ == 0)
			page_title(p, "SLOWEST");
		put_slow(p, e);
	}
}

static void put_all(struct page *p, const struct tally_row *row)
{
	const struct track *t = history_of(p->ui->history, row);

	p->line = 0;
	put_name(p, row, t ? t->rate : 0.0);
	put_sparkline(p, t);
	put_facts(p, row);
	put_codes(p, row);
	host_lists(p, row);
	put_slowest(p, row);
}

void host_draw(struct ui *ui, int first, int height)
{
	struct page p = {.ui = ui, .first = first, .height = height};
	const struct tally_row *row = find_row(ui);
	char name[HUMAN_TEXT_SIZE(LIMIT_HOST)];
	size_t most;

	ui->page = (size_t)height;
	ui->lines = 0;
	if (!row) {
		human_text(ui->host, strlen(ui->host), name, sizeof(name));
		screen_putf(first, 0, "%s has left the table: it was idle for long.",
			    name);
		return;
	}
	put_all(&p, row);
	ui->lines = (size_t)p.line;
	most = p.line > height ? (size_t)(p.line - height) : 0;
	if (ui->scroll <= most)
		return;
	/* Past the last line: back to where it is the lowest one. */
	ui->scroll = most;
	(void)move(first, 0);
	(void)clrtobot();
	put_all(&p, row);
}
