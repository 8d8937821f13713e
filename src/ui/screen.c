#include "config.h"

#include "ui/screen.h"

#include <curses.h>
#include <langinfo.h>
#include <stdarg.h>
#include <string.h>

#include "base/human.h"

static bool is_utf8(void)
{
	return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

/** What there is of @p text on a terminal that knows ASCII only. */
static const char *in_ascii(const char *text, char *out, size_t size)
{
	size_t used = 0, len = strlen(text);

	while (len > 0 && used + 3 < size) {
		uint32_t c = '?';
		size_t n = utf8_next(text, len, &c);

		if (c == 0x2192) /* the arrow of phrases */
			out[used++] = '-';
		else if (c == 0xb1) /* plus or minus */
			out[used++] = '+';
		if (c == 0x2192)
			c = '>';
		else if (c == 0xb1)
			c = '-';
		else if (c == 0xa0)
			c = ' ';
		out[used++] = (char)(c < 0x80 ? c : '?');
		n = n > 0 ? n : 1;
		text += n;
		len -= n;
	}
	out[used] = '\0';
	return out;
}

void screen_put(int y, int x, const char *text)
{
	char cut[LAYOUT_CELL_SIZE], ascii[LAYOUT_CELL_SIZE];
	size_t room;

	if (y < 0 || y >= LINES || x < 0 || x >= COLS)
		return;
	if (!is_utf8())
		text = in_ascii(text, ascii, sizeof(ascii));
	/* Curses would go on in the next line. */
	room = (size_t)(COLS - x);
	if (human_width(text) > room)
		text = layout_cut(text, room, cut, sizeof(cut));
	(void)mvaddnstr(y, x, text, -1);
}

void screen_putf(int y, int x, const char *format, ...)
{
	char line[LAYOUT_CELL_SIZE];
	va_list ap;

	va_start(ap, format);
	(void)vsnprintf(line, sizeof(line), format, ap);
	va_end(ap);
	screen_put(y, x, line);
}

unsigned long screen_class(enum status_class c)
{
	return has_colors() && c <= CLASS_5XX ? COLOR_PAIR(COLOR_CLASS_1 + (int)c) : 0;
}

void screen_bar(int y, int x, int width, const struct counts *c)
{
	int left = width;

	for (int i = 0; i < CLASSES && c->responses > 0; i++) {
		double share = (double)c->classes[i] / (double)c->responses;
		int n = (int)(share * width + 0.5);

		if (c->classes[i] > 0 && n == 0)
			n = 1;
		attron(screen_class((enum status_class)i));
		for (; n > 0 && left > 0; n--, left--)
			screen_put(y, x + width - left,
				   i == CLASS_OTHER ? "?"
						    : (char[]){(char)('1' + i), 0});
		attroff(screen_class((enum status_class)i));
	}
}

/** U+2581 to U+2588, or what ASCII has for them. */
static const char *spark(unsigned level)
{
	static const char *const blocks[] = {
	    "\xe2\x96\x81", "\xe2\x96\x82", "\xe2\x96\x83", "\xe2\x96\x84",
	    "\xe2\x96\x85", "\xe2\x96\x86", "\xe2\x96\x87", "\xe2\x96\x88"};
	static const char *const ascii[] = {"_", ".", ":", "-", "=", "+", "*", "#"};

	return is_utf8() ? blocks[level] : ascii[level];
}

/** What column @p i of @p n covers. */
static uint64_t column_of(const struct ui *ui, const struct track *t, size_t i,
			  size_t n)
{
	uint64_t sum = 0;

	for (size_t k = i * LIMIT_HISTORY_SLOTS / n;
	     k < (i + 1) * LIMIT_HISTORY_SLOTS / n; k++)
		sum += history_slot(ui->history, t, k);
	return sum;
}

void screen_sparkline(const struct ui *ui, int y, int x, int width,
		      const struct track *t)
{
	size_t n = width < 0 ? 0 : (size_t)width;
	uint64_t most = 1;

	if (n > LIMIT_HISTORY_SLOTS)
		n = LIMIT_HISTORY_SLOTS;
	for (size_t i = 0; i < n; i++)
		if (column_of(ui, t, i, n) > most)
			most = column_of(ui, t, i, n);
	for (size_t i = 0; i < n; i++) {
		uint64_t v = column_of(ui, t, i, n);

		if (v > 0)
			screen_put(y, x + (int)i, spark((unsigned)(v * 7 / most)));
	}
}
