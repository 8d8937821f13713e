#include "report/phrases.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/human.h"
#include "report/layout.h"

void phrase_add(struct phrases *p, const char *format, ...)
{
	va_list ap;

	if (p->count == PHRASES_MAX)
		return;
	va_start(ap, format);
	(void)vsnprintf(p->text[p->count++], PHRASE_SIZE, format, ap);
	va_end(ap);
}

void phrase_more(struct phrases *p, const char *format, ...)
{
	va_list ap;
	char *text;
	size_t len;

	if (p->count == 0)
		return;
	text = p->text[p->count - 1];
	len = strlen(text);
	va_start(ap, format);
	(void)vsnprintf(text + len, PHRASE_SIZE - len, format, ap);
	va_end(ap);
}

char *phrases_join(const struct phrases *p, size_t width, char *out, size_t size)
{
	size_t columns = 0;
	size_t used = 0;

	out[0] = '\0';
	for (size_t i = 0; i < p->count; i++) {
		const char *text = p->text[i];
		size_t needed = human_width(text) + (i ? 2 : 0);
		int n;

		if (i == 0 && width > 0 && needed > width) {
			layout_cut(text, width, out, size);
			return out;
		}
		/* A shorter one after it may still fit. */
		if (width > 0 && columns + needed > width)
			continue;
		n = snprintf(out + used, size - used, "%s%s", used ? "; " : "", text);
		if (n < 0 || (size_t)n >= size - used)
			break;
		used += (size_t)n;
		columns += needed;
	}
	return out;
}
