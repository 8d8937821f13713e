#include "config.h" /* wcwidth() is of X/Open */

#include "base/human.h"

#include <string.h>
#include <wchar.h>

size_t utf8_next(const char *text, size_t len, uint32_t *code_point)
{
	const unsigned char *p = (const unsigned char *)text;
	/* The bounds of the second byte keep out forms that are too long (E0, F0),
	 * surrogates (ED) and what lies over U+10FFFF (F4). */
	unsigned char low = 0x80, high = 0xbf;
	uint32_t cp;
	size_t n;

	if (p[0] < 0x80) {
		*code_point = p[0];
		return 1;
	}
	if (p[0] < 0xc2 || p[0] > 0xf4)
		return 0;
	n = p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
	if (len < n)
		return 0;
	if (p[0] == 0xe0)
		low = 0xa0;
	else if (p[0] == 0xed)
		high = 0x9f;
	else if (p[0] == 0xf0)
		low = 0x90;
	else if (p[0] == 0xf4)
		high = 0x8f;
	if (p[1] < low || p[1] > high)
		return 0;
	cp = (uint32_t)(p[0] & (0x7fU >> n)) << 6 | (p[1] & 0x3fU);
	for (size_t i = 2; i < n; i++) {
		if ((p[i] & 0xc0U) != 0x80)
			return 0;
		cp = cp << 6 | (p[i] & 0x3fU);
	}
	*code_point = cp;
	return n;
}

/* Ranges of characters that do something to a terminal, or that nobody can see. */
static const struct {
	uint32_t first, last;
} unprintable[] = {
    {0x0000, 0x001f},   /* C0 controls */
    {0x007f, 0x009f},   /* DEL, C1 controls: U+009B begins a control sequence */
    {0x00ad, 0x00ad},   /* soft hyphen */
    {0x034f, 0x034f},   /* combining grapheme joiner */
    {0x061c, 0x061c},   /* Arabic letter mark */
    {0x115f, 0x1160},   /* Hangul fillers */
    {0x17b4, 0x17b5},   /* Khmer inherent vowels */
    {0x180b, 0x180f},   /* Mongolian variation selectors and vowel separator */
    {0x200b, 0x200f},   /* zero width space, joiners; left-to-right, right-to-left */
    {0x2028, 0x202e},   /* line and paragraph separators, embeddings and overrides */
    {0x2060, 0x206f},   /* word joiner, invisible operators, isolates */
    {0x3164, 0x3164},   /* Hangul filler */
    {0xfdd0, 0xfdef},   /* noncharacters */
    {0xfeff, 0xfeff},   /* byte order mark, zero width no-break space */
    {0xffa0, 0xffa0},   /* halfwidth Hangul filler */
    {0xfff0, 0xfffb},   /* unassigned, interlinear annotations */
    {0x1d173, 0x1d17a}, /* musical format controls */
    {0xe0000, 0xe0fff}, /* tags, variation selectors */
};

static bool is_printable(uint32_t cp)
{
	if (cp >= 0x20 && cp < 0x7f)
		return true;
	if ((cp & 0xfffeU) == 0xfffe) /* the last two of each plane */
		return false;
	for (size_t i = 0; i < sizeof(unprintable) / sizeof(unprintable[0]); i++)
		if (cp >= unprintable[i].first && cp <= unprintable[i].last)
			return false;
	return true;
}

/** Write `\xNN`. */
static void escape(unsigned char byte, char *out)
{
	static const char hex[] = "0123456789abcdef";

	out[0] = '\\';
	out[1] = 'x';
	out[2] = hex[byte >> 4];
	out[3] = hex[byte & 15];
}

char *human_text(const char *text, size_t len, char *out, size_t size)
{
	size_t used = 0, n;
	uint32_t cp;

	if (size == 0)
		return out;
	for (size_t at = 0; at < len; at += n) {
		size_t valid = utf8_next(text + at, len - at, &cp);
		bool shown = valid > 0 && is_printable(cp);
		size_t need;

		n = valid > 0 ? valid : 1;
		need = shown ? n : 4 * n;
		if (need > size - 1 - used)
			break;
		if (shown)
			memcpy(out + used, text + at, n);
		else
			for (size_t i = 0; i < n; i++)
				escape((unsigned char)text[at + i], out + used + 4 * i);
		used += need;
	}
	out[used] = '\0';
	return out;
}

size_t human_width(const char *text)
{
	size_t len = strlen(text), width = 0, n;
	uint32_t cp;

	for (size_t at = 0; at < len; at += n) {
		int columns;

		n = utf8_next(text + at, len - at, &cp);
		/* In a locale that has no such character wcwidth() says -1, and then a
		 * terminal shows what it can. */
		columns = n > 0 ? wcwidth((wchar_t)cp) : 1;
		width += columns < 0 ? 1 : (size_t)columns;
		if (n == 0)
			n = 1;
	}
	return width;
}
