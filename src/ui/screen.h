/**
 * @file
 * @brief What the views of the screen share. Only for src/ui/.
 */
#ifndef STATLINE_UI_SCREEN_H
#define STATLINE_UI_SCREEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "base/limits.h"
#include "report/layout.h"
#include "report/report.h"
#include "report/view.h"
#include "ui/history.h"
#include "ui/ui.h"

enum ui_view { VIEW_TABLE, VIEW_HOST, VIEW_HELP };

/** Pairs of colours. */
enum ui_color {
	COLOR_CLASS_1 = 1,
	COLOR_CLASS_2,
	COLOR_CLASS_3,
	COLOR_CLASS_4,
	COLOR_CLASS_5,
	COLOR_WARN
};

/** Bytes of a filter that is typed. */
#define FILTER_SIZE 64U

struct ui {
	struct ui_options options;
	char title[256];
	struct history *history;
	struct report report; /* its parts are lent until the next update */
	bool has_report;
	int64_t now_ns;
	bool ended;

	enum ui_view view;
	enum report_sort sort;
	bool paused;
	bool typing; /* a filter */
	char filter[FILTER_SIZE];
	size_t selected;           /* row of the table */
	size_t top;                /* first row that is shown */
	size_t rows;               /* that pass the filter */
	size_t page;               /* rows that fit */
	char host[LIMIT_HOST + 1]; /* the selected one; of VIEW_HOST */
	enum host_source host_source;
	size_t scroll; /* of VIEW_HOST */
	size_t lines;  /* that VIEW_HOST has, shown or not */

	char message[ERRBUF_SIZE];
	int64_t message_until_ns; /* monotonic */
};

/** Write @p text at a place, cut at the right edge; its columns are human_width(). */
void screen_put(int y, int x, const char *text);

/** The same by a format. */
void screen_putf(int y, int x, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/** Columns of colour or of figures, one for each class that has a share in @p c: never
 *  none for a class that occurred. */
void screen_bar(int y, int x, int width, const struct counts *c);

/** The responses of all slots in at most @p width columns, the newest at the right. */
void screen_sparkline(const struct ui *ui, int y, int x, int width,
		      const struct track *t);

/** @return the attributes of class @p c on this terminal */
unsigned long screen_class(enum status_class c);

/** The table of hosts: table.c. */
void table_draw(struct ui *ui, int first, int height);

/** What is known of one host: host.c. */
void host_draw(struct ui *ui, int first, int height);

#endif
