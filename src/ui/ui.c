#include "config.h"

#include "ui/ui.h"

#include <curses.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/human.h"
#include "base/system_clock.h"
#include "ui/screen.h"

/** The smallest screen that makes sense. */
#define LINES_MIN 8
#define COLS_MIN  60
/** Where the time does not fit in. */
#define TIME_COLS 76
/** s that a message stays. */
#define MESSAGE_S 8
/** What Ctrl-C is as a key. */
#define KEY_INTERRUPT 3
/** Columns of the name of what is watched. */
#define TITLE_WIDTH 16
/** Lines above and below what is shown. */
#define HEAD_LINES 3
#define FOOT_LINES 1

/* ---- head and foot ---- */

static const char *sort_name(enum report_sort sort)
{
	static const char *const names[] = {
	    [SORT_RESPONSES] = "responses",
	    [SORT_ERRORS] = "errors",
	    [SORT_ERROR_SHARE] = "error share",
	    [SORT_NO_RESPONSE] = "no answer",
	    [SORT_LATENCY] = "latency",
	    [SORT_BYTES] = "bytes",
	    [SORT_HOST] = "host",
	};

	return names[sort];
}

static void draw_first_line(const struct ui *ui)
{
	const struct counts *c = tally_total(ui->report.tally);
	const char *state = ui->paused  ? " [paused]"
			    : ui->ended ? " [end of file]"
					: "";
	char time[HUMAN_SIZE] = "", count[HUMAN_SIZE], title[HUMAN_TEXT_SIZE(256)];
	char cut[HUMAN_TEXT_SIZE(256)];

	if (ui->now_ns != 0 && COLS >= TIME_COLS)
		human_time(ui->now_ns, ui->options.utc, time, sizeof(time));
	human_count(c->responses, true, count, sizeof(count));
	human_text(ui->title, strlen(ui->title), title, sizeof(title));
	attron(A_BOLD);
	screen_putf(0, 0, "statline %s  %s  %s responses  %.1f/s",
		    layout_cut(title, TITLE_WIDTH, cut, sizeof(cut)), time, count,
		    history_total(ui->history)->rate);
	screen_put(0, COLS - (int)strlen(state), state);
	attroff(A_BOLD);
}

static void draw_second_line(const struct ui *ui)
{
	const struct counts *c = tally_total(ui->report.tally);
	uint64_t dropped = view_drops(&ui->report).all;
	uint64_t gaps = ui->report.coverage->gaps;
	char text[HUMAN_SIZE];
	int x = 0;

	for (int i = 0; i < CLASSES; i++) {
		if (c->classes[i] == 0)
			continue;
		attron(screen_class((enum status_class)i));
		screen_putf(1, x, "%s %s", status_class_name((enum status_class)i),
			    human_count(c->classes[i], true, text, sizeof(text)));
		attroff(screen_class((enum status_class)i));
		x = getcurx(stdscr) + 2;
	}
	screen_putf(1, x, "no answer %s  ",
		    human_count(counts_no_response(c), true, text, sizeof(text)));
	x = getcurx(stdscr);
	if (gaps > 0 || dropped > 0) {
		attron(COLOR_PAIR(COLOR_WARN));
		screen_putf(1, x, "dropped %llu  gaps %llu",
			    (unsigned long long)dropped, (unsigned long long)gaps);
		attroff(COLOR_PAIR(COLOR_WARN));
	} else {
		screen_put(1, x, "dropped 0");
	}
}

/** Which lines are shown, where there are more. */
static void draw_position(const struct ui *ui, int y)
{
	char text[64];

	if (ui->view != VIEW_HOST || ui->lines <= ui->page)
		return;
	(void)snprintf(text, sizeof(text), "lines %zu to %zu of %zu", ui->scroll + 1,
		       ui->scroll + ui->page, ui->lines);
	screen_put(y, COLS - (int)strlen(text), text);
}

static void draw_foot(const struct ui *ui)
{
	int y = LINES - 1;
	char text[HUMAN_TEXT_SIZE(ERRBUF_SIZE)];

	if (ui->typing) {
		screen_putf(
		    y, 0, "filter: %s_   Enter keeps it, Esc clears it",
		    human_text(ui->filter, strlen(ui->filter), text, sizeof(text)));
	} else if (ui->message[0] &&
		   system_clock_ns(CLOCK_MONOTONIC) < ui->message_until_ns) {
		attron(A_BOLD);
		screen_put(
		    y, 0,
		    human_text(ui->message, strlen(ui->message), text, sizeof(text)));
		attroff(A_BOLD);
	} else if (ui->view == VIEW_TABLE) {
		screen_putf(
		    y, 0,
		    "q quit  s sort: %s  / filter%s%s  Enter host  p pause  h "
		    "help",
		    sort_name(ui->sort), ui->filter[0] ? ": " : "",
		    human_text(ui->filter, strlen(ui->filter), text, sizeof(text)));
	} else {
		screen_put(y, 0, "q back  arrows scroll  p pause");
		draw_position(ui, y);
	}
}

static void draw_help(int first)
{
	static const char *const lines[] = {
	    "Up, Down, PgUp, PgDn, Home, End   choose a host",
	    "Enter, Right                      what is known of the host",
	    "q, Left, Esc                      back; from the table: quit",
	    "s, S                              sort by the next, the previous figure",
	    "/                                 only hosts whose name holds a text",
	    "p, Space                          pause: the capture goes on",
	    "",
	    "CLASSES shares out the responses: a 2 for each part of them that is 2xx.",
	    "ERROR is the share of 4xx and 5xx among final responses.",
	    "LAST 5 MIN shows when the responses came, each host by its own scale.",
	    "RATE/s follows the last seconds; all other figures are since the start.",
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		screen_put(first + (int)i, 2, lines[i]);
}

static void draw(struct ui *ui)
{
	int height = LINES - HEAD_LINES - FOOT_LINES;

	erase();
	if (LINES < LINES_MIN || COLS < COLS_MIN) {
		screen_putf(0, 0, "%d x %d at least", COLS_MIN, LINES_MIN);
	} else if (ui->has_report) {
		draw_first_line(ui);
		draw_second_line(ui);
		if (ui->view == VIEW_TABLE)
			table_draw(ui, HEAD_LINES - 1, height + 1);
		else if (ui->view == VIEW_HOST)
			host_draw(ui, HEAD_LINES, height);
		else
			draw_help(HEAD_LINES);
		draw_foot(ui);
	}
	(void)refresh();
}

/* ---- keys ---- */

static void choose_sort(struct ui *ui, int step)
{
	int n = (int)SORT_HOST + 1;

	ui->sort = (enum report_sort)(((int)ui->sort + step + n) % n);
}

static void take_typed(struct ui *ui, int key)
{
	size_t len = strlen(ui->filter);

	if (key == '\n' || key == '\r' || key == KEY_ENTER) {
		ui->typing = false;
	} else if (key == 27) {
		ui->typing = false;
		ui->filter[0] = '\0';
	} else if (key == KEY_BACKSPACE || key == 127 || key == 8) {
		if (len > 0)
			ui->filter[len - 1] = '\0';
	} else if (key >= 32 && key < 256 && len + 1 < sizeof(ui->filter)) {
		ui->filter[len] = (char)key;
		ui->filter[len + 1] = '\0';
	}
	ui->selected = 0;
}

static void move_selection(struct ui *ui, int key)
{
	size_t *at = ui->view == VIEW_TABLE ? &ui->selected : &ui->scroll;
	size_t page = ui->page > 0 ? ui->page : 1;

	switch (key) {
	case KEY_UP:
	case 'k':
		*at -= *at > 0;
		break;
	case KEY_DOWN:
	case 'j':
		++*at;
		break;
	case KEY_PPAGE:
		*at -= *at < page ? *at : page;
		break;
	case KEY_NPAGE:
		*at += page;
		break;
	case KEY_HOME:
		*at = 0;
		break;
	case KEY_END:
		*at = ui->view == VIEW_TABLE ? ui->rows : ui->lines;
		break;
	default:
		break;
	}
}

/** @return false when the person wants to leave */
static bool go_back(struct ui *ui, int key)
{
	if (ui->view == VIEW_TABLE)
		return key != 'q';
	ui->view = VIEW_TABLE;
	return true;
}

static bool take_key(struct ui *ui, int key)
{
	if (ui->typing) {
		take_typed(ui, key);
		return true;
	}
	if (key == KEY_INTERRUPT)
		return false;
	switch (key) {
	case 'q':
	case 27:
	case KEY_LEFT:
		return go_back(ui, key);
	case 's':
		choose_sort(ui, 1);
		return true;
	case 'S':
		choose_sort(ui, -1);
		return true;
	case '/':
		ui->typing = ui->view == VIEW_TABLE;
		return true;
	case 'p':
	case ' ':
		ui->paused = !ui->paused;
		return true;
	case 'h':
	case '?':
		ui->view = VIEW_HELP;
		return true;
	case '\n':
	case '\r':
	case KEY_ENTER:
	case KEY_RIGHT:
		if (ui->view == VIEW_TABLE && ui->rows > 0) {
			ui->view = VIEW_HOST;
			ui->scroll = 0;
		}
		return true;
	default:
		move_selection(ui, key);
		return true;
	}
}

bool ui_keys(struct ui *ui)
{
	bool stay = true;
	int key;

	/* What a key does depends on what the one before has brought to the screen. */
	while (stay && (key = getch()) != ERR) {
		stay = take_key(ui, key);
		draw(ui);
	}
	return stay;
}

/* ---- life ---- */

void ui_update(struct ui *ui, const struct ui_facts *facts)
{
	ui->report = *facts->report;
	ui->has_report = true;
	/* After the end of a file the last minutes are still those of the file. */
	if (!ui->ended)
		(void)history_add(ui->history, facts->tick, facts->seconds);
	ui->now_ns = facts->now_ns;
	ui->ended = facts->ended;
	if (!ui->paused)
		draw(ui);
}

void ui_message(struct ui *ui, const char *line)
{
	(void)snprintf(ui->message, sizeof(ui->message), "%s", line);
	ui->message_until_ns = system_clock_ns(CLOCK_MONOTONIC) + MESSAGE_S * NS_PER_S;
	draw(ui);
}

static void set_colors(void)
{
	static const short colors[] = {COLOR_CYAN,   COLOR_GREEN, COLOR_BLUE,
				       COLOR_YELLOW, COLOR_RED,   COLOR_YELLOW};

	if (start_color() != OK)
		return;
	(void)use_default_colors();
	for (size_t i = 0; i < sizeof(colors) / sizeof(colors[0]); i++)
		(void)init_pair((short)(COLOR_CLASS_1 + (int)i), colors[i], -1);
}

struct ui *ui_new(const struct ui_options *options)
{
	struct ui *ui = calloc(1, sizeof(*ui));

	if (!ui)
		return NULL;
	ui->options = *options;
	ui->sort = options->sort;
	(void)snprintf(ui->title, sizeof(ui->title), "%s", options->title);
	ui->options.title = ui->title;
	ui->history = history_new();
	/* newterm(), since initscr() ends the program on a terminal it does not know.
	 */
	if (!ui->history || !newterm(NULL, stdout, stdin)) {
		history_free(ui->history);
		free(ui);
		return NULL;
	}
	if (options->color)
		set_colors();
	/* Keys that would be signals are keys: curses stops itself by a call that the
	 * cage forbids. */
	(void)raw();
	(void)noecho();
	(void)nonl();
	(void)curs_set(0);
	(void)keypad(stdscr, TRUE);
	(void)nodelay(stdscr, TRUE);
	(void)set_escdelay(50);
	return ui;
}

void ui_free(struct ui *ui)
{
	if (!ui)
		return;
	(void)endwin();
	history_free(ui->history);
	free(ui);
}
