/**
 * @file
 * @brief Reads a header or trailer section, field by field, where it stands.
 *
 * RFC 9110 section 5, RFC 9112 section 5. Nothing is copied: names and values are
 * lent from the section. A bare LF ends a line too, white space before the colon is
 * ignored, and a folded value (obs-fold, RFC 9112 section 5.2) is lent as it stands,
 * line ends included: they count as white space. Lines without a colon are no fields.
 */
#ifndef STATLINE_HTTP_FIELDS_H
#define STATLINE_HTTP_FIELDS_H

#include <stdbool.h>
#include <stddef.h>
#include <strings.h>

#include "http/exchange.h"

/** @return whether @p t is @p word, ASCII letters in either case */
static inline bool text_is(struct text t, const char *word, size_t len)
{
	return t.len == len && strncasecmp(t.at, word, len) == 0;
}

/** @return whether @p c is a space, a tab, or of a line end */
static inline bool text_is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/** @return @p t without spaces, tabs and line ends around it */
static inline struct text text_trim(struct text t)
{
	while (t.len > 0 && text_is_space(t.at[0])) {
		t.at++;
		t.len--;
	}
	while (t.len > 0 && text_is_space(t.at[t.len - 1]))
		t.len--;
	return t;
}

/**
 * @brief Take the next element of a comma-separated list (RFC 9110 section 5.6.1);
 *        empty ones are passed over. Commas in quoted strings separate too.
 * @param rest  in: what is left of the list; out: what is left after the element
 * @retval true   @p element is set, trimmed
 * @retval false  there is none left
 */
bool text_list_next(struct text *rest, struct text *element);

/**
 * @brief Take the next field.
 * @param rest  in: what is left of the section; out: what is left after the field
 * @retval true   @p name and @p value (trimmed) are set
 * @retval false  there is none left
 */
bool field_next(struct text *rest, struct text *name, struct text *value);

/**
 * @brief Take the next field of one name; call again for a repeated field.
 * @param rest  as with field_next()
 * @param name  terminated, in any case
 * @retval true   @p value is set; it may be empty
 * @retval false  there is none left
 */
bool field_find_next(struct text *rest, const char *name, struct text *value);

/** As field_find_next(), for the first of that name in @p fields. */
bool field_find(struct text fields, const char *name, struct text *value);

#endif
