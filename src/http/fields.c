#include "http/fields.h"

#include <string.h>

bool text_list_next(struct text *rest, struct text *element)
{
	while (rest->len > 0) {
		const char *comma = memchr(rest->at, ',', rest->len);
		size_t n = comma ? (size_t)(comma - rest->at) : rest->len;
		size_t step = comma ? n + 1 : n;

		*element = text_trim((struct text){rest->at, n});
		rest->at += step;
		rest->len -= step;
		if (element->len > 0)
			return true;
	}
	return false;
}

/* Cut one line with its folded continuations off @p rest. */
static struct text take_line(struct text *rest)
{
	struct text line = {rest->at, 0};
	const char *end = rest->at + rest->len;
	const char *p = rest->at;

	do {
		const char *lf = memchr(p, '\n', (size_t)(end - p));

		p = lf ? lf + 1 : end;
	} while (p < end && (*p == ' ' || *p == '\t'));
	line.len = (size_t)(p - line.at);
	rest->at = p;
	rest->len = (size_t)(end - p);
	return line;
}

bool field_next(struct text *rest, struct text *name, struct text *value)
{
	while (rest->len > 0) {
		struct text line = take_line(rest);
		const char *colon = memchr(line.at, ':', line.len);
		const char *end = line.at + line.len;

		if (!colon)
			continue;
		*name = text_trim((struct text){line.at, (size_t)(colon - line.at)});
		*value =
		    text_trim((struct text){colon + 1, (size_t)(end - (colon + 1))});
		if (name->len > 0)
			return true;
	}
	return false;
}

bool field_find_next(struct text *rest, const char *name, struct text *value)
{
	size_t len = strlen(name);
	struct text found;

	while (field_next(rest, &found, value)) {
		if (text_is(found, name, len))
			return true;
	}
	return false;
}

bool field_find(struct text fields, const char *name, struct text *value)
{
	return field_find_next(&fields, name, value);
}
