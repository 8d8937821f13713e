/**
 * @file
 * @brief Lines that may be scrolled, of which only those in the window are written.
 *        Only for src/ui/.
 */
#ifndef STATLINE_UI_PAGE_H
#define STATLINE_UI_PAGE_H

#include "report/phrases.h"
#include "ui/screen.h"

struct page {
	struct ui *ui;
	int first, height; /**< of the window, in lines of the screen */
	int line;          /**< the next one, from 0 */
};

/** Go on to the next line. @return its place on the screen, or -1 when it is not in the
 *  window */
int page_next(struct page *p);

/** Write a line by a format, from column @p x on. */
void page_line(struct page *p, int x, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/** An empty line, and the title of what follows. */
void page_title(struct page *p, const char *title);

/** Phrases, as many in a line as fit from column @p x on. */
void page_phrases(struct page *p, int x, const struct phrases *phrases);

/** The paths, and the clients, that the evidence of a host names: host_lists.c. */
void host_lists(struct page *p, const struct tally_row *row);

#endif
