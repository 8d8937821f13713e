/**
 * @file
 * @brief Short pieces of text, of which as many are shown as there is room for.
 */
#ifndef STATLINE_REPORT_PHRASES_H
#define STATLINE_REPORT_PHRASES_H

#include <stddef.h>

/** Pieces at most, and bytes of one with its zero. */
#define PHRASES_MAX 8U
#define PHRASE_SIZE 512U

/** The most telling one first. Zeros are an empty list. */
struct phrases {
	char text[PHRASES_MAX][PHRASE_SIZE];
	size_t count;
};

/** Add one; past PHRASES_MAX it is dropped. */
void phrase_add(struct phrases *p, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/** Add to the last one. */
void phrase_more(struct phrases *p, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/**
 * @brief Join as many as fit, with "; " between them; one at least, cut in its middle.
 * @param width  columns; 0: no limit
 * @return @p out of @p size bytes
 */
char *phrases_join(const struct phrases *p, size_t width, char *out, size_t size);

#endif
