#include "config.h"

#include "ui/page.h"

#include <curses.h>
#include <stdarg.h>
#include <string.h>

#include "base/human.h"

int page_next(struct page *p)
{
	int y = p->line++ - (int)p->ui->scroll;

	return y >= 0 && y < p->height ? p->first + y : -1;
}

void page_line(struct page *p, int x, const char *format, ...)
{
	int y = page_next(p);
	char line[LAYOUT_CELL_SIZE];
	va_list ap;

	if (y < 0)
		return;
	va_start(ap, format);
	(void)vsnprintf(line, sizeof(line), format, ap);
	va_end(ap);
	screen_put(y, x, line);
}

void page_title(struct page *p, const char *title)
{
	int y;

	(void)page_next(p);
	y = page_next(p);
	if (y < 0)
		return;
	attron(A_BOLD);
	screen_put(y, 0, title);
	attroff(A_BOLD);
}

void page_phrases(struct page *p, int x, const struct phrases *phrases)
{
	size_t room = COLS > x ? (size_t)(COLS - x) : 1, columns = 0, used = 0;
	char line[PHRASES_MAX * (PHRASE_SIZE + 2)] = "";

	for (size_t i = 0; i < phrases->count; i++) {
		const char *text = phrases->text[i];
		size_t width = human_width(text);

		/* "; " or, where it does not fit, the next line. */
		if (used > 0 && columns + 2 + width + 1 > room) {
			page_line(p, x, "%s;", line);
			columns = used = 0;
		}
		used += (size_t)snprintf(line + used, sizeof(line) - used, "%s%s",
					 used > 0 ? "; " : "", text);
		columns += width + (columns > 0 ? 2 : 0);
	}
	if (used > 0)
		page_line(p, x, "%s", line);
}
