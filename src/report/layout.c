#include "config.h"

#include "report/layout.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/human.h"

#define ELLIPSIS "\xe2\x80\xa6" /* U+2026 */
#define NBSP     "\xc2\xa0"     /* U+00A0 */

static const char *style_on(enum layout_style s)
{
	switch (s) {
	case STYLE_PLAIN:
		return "";
	case STYLE_BOLD:
		return "\033[1m";
	case STYLE_DIM:
		return "\033[2m";
	case STYLE_WARN:
		return "\033[33m";
	case STYLE_ERROR:
		return "\033[31m";
	}
	return "";
}

static void put_styled(struct layout *l, const char *text, enum layout_style style)
{
	if (!l->color || style == STYLE_PLAIN || *text == '\0') {
		(void)fputs(text, l->out);
		return;
	}
	(void)fprintf(l->out, "%s%s\033[0m", style_on(style), text);
}

void layout_spaces(struct layout *l, size_t n)
{
	while (n-- > 0)
		(void)fputc(' ', l->out);
}

void layout_left(struct layout *l, const char *text, size_t width,
		 enum layout_style style)
{
	size_t used = human_width(text);

	put_styled(l, text, style);
	if (used < width)
		layout_spaces(l, width - used);
}

void layout_right(struct layout *l, const char *text, size_t width,
		  enum layout_style style)
{
	size_t used = human_width(text);

	if (used < width)
		layout_spaces(l, width - used);
	put_styled(l, text, style);
}

/* ---- cutting ---- */

/* Bytes of the character at @p p (valid UTF-8), and its columns. */
static size_t character(const char *p, size_t *columns)
{
	unsigned char lead = (unsigned char)*p;
	size_t len = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
	char one[5];

	if (lead < 0x80) {
		*columns = 1;
		return 1;
	}
	len = strnlen(p, len);
	memcpy(one, p, len);
	one[len] = '\0';
	*columns = human_width(one);
	return len;
}

/* Bytes at the start of @p text that take at most @p width columns. */
static size_t head_bytes(const char *text, size_t width)
{
	size_t bytes = 0;
	size_t columns;

	while (text[bytes]) {
		size_t len = character(text + bytes, &columns);

		if (columns > width)
			break;
		width -= columns;
		bytes += len;
	}
	return bytes;
}

/* Where the end of @p text begins that takes at most @p width columns. */
static const char *tail_start(const char *text, size_t width)
{
	size_t total = human_width(text);
	size_t columns;

	while (*text && total > width) {
		size_t len = character(text, &columns);

		total -= columns > total ? total : columns;
		text += len;
	}
	return text;
}

char *layout_cut(const char *text, size_t width, char *out, size_t size)
{
	size_t head;

	if (size == 0)
		return out;
	out[0] = '\0';
	if (width == 0)
		return out;
	if (human_width(text) <= width && strlen(text) < size) {
		(void)snprintf(out, size, "%s", text);
		return out;
	}
	/* The end of a host name says more than its middle: halves. */
	head = head_bytes(text, width / 2);
	if (head >= size)
		head = head_bytes(text, size / 8);
	(void)snprintf(out, size, "%.*s%s%s", (int)head, text, ELLIPSIS,
		       tail_start(text, width - 1 - width / 2));
	return out;
}

/* ---- paragraphs ---- */

/* Bytes of the word at @p p, which ends before a space or the end. */
static size_t word_bytes(const char *p)
{
	return strcspn(p, " ");
}

static void put_word(struct layout *l, const char *p, size_t len)
{
	while (len > 0) {
		if (len >= 2 && memcmp(p, NBSP, 2) == 0) {
			(void)fputc(' ', l->out);
			p += 2;
			len -= 2;
		} else {
			(void)fputc(*p++, l->out);
			len--;
		}
	}
}

static size_t width_of(const char *p, size_t len)
{
	size_t width = 0;
	size_t columns;

	for (size_t i = 0; i < len; width += columns)
		i += character(p + i, &columns);
	return width;
}

/* One word, on this line or the next; returns the column after it. */
static size_t wrap_word(struct layout *l, const char *p, size_t len, size_t column,
			size_t hang)
{
	size_t width = width_of(p, len);
	bool first = column == 0;

	if (!first && l->width && column + 1 + width > l->width && column > hang) {
		(void)fputc('\n', l->out);
		layout_spaces(l, hang);
		column = hang;
	} else if (!first) {
		(void)fputc(' ', l->out);
		column++;
	}
	while (l->width && column + width > l->width) {
		size_t part = head_bytes(p, l->width - column);

		if (part == 0 || part >= len)
			break;
		put_word(l, p, part);
		(void)fputc('\n', l->out);
		layout_spaces(l, hang);
		width -= width_of(p, part);
		p += part;
		len -= part;
		column = hang;
	}
	put_word(l, p, len);
	return column + width;
}

static void wrap(struct layout *l, const char *text, size_t hang)
{
	size_t column = 0;

	if (l->width && hang >= l->width / 2)
		hang = 0;
	while (*text) {
		size_t len = word_bytes(text);

		if (len > 0)
			column = wrap_word(l, text, len, column, hang);
		text += len;
		text += strspn(text, " ");
	}
}

void layout_paragraph(struct layout *l, enum layout_style style, size_t hang,
		      const char *format, ...)
{
	char *text;
	va_list ap;
	int n;

	va_start(ap, format);
	n = vasprintf(&text, format, ap);
	va_end(ap);
	if (n < 0) {
		l->error = SL_E_NOMEM;
		return;
	}
	if (l->color && style != STYLE_PLAIN)
		(void)fputs(style_on(style), l->out);
	wrap(l, text, hang);
	if (l->color && style != STYLE_PLAIN)
		(void)fputs("\033[0m", l->out);
	(void)fputc('\n', l->out);
	free(text);
}
