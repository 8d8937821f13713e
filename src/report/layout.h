/**
 * @file
 * @brief Columns, wrapped paragraphs and colour for the text report. Only for
 *        src/report/.
 *
 * Widths are columns of a terminal (human_width()), never bytes. All text that
 * comes in is for a terminal already: wire text has been through human_text().
 */
#ifndef STATLINE_REPORT_LAYOUT_H
#define STATLINE_REPORT_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/err.h"

enum layout_style {
	STYLE_PLAIN,
	STYLE_BOLD,
	STYLE_DIM,
	STYLE_WARN,  /**< yellow */
	STYLE_ERROR, /**< red */
};

struct layout {
	FILE *out;      /**< lent */
	unsigned width; /**< columns; 0: as wide as needed */
	bool color;
	bool grouped;      /**< digits in threes */
	enum sl_err error; /**< sticks: SL_E_NOMEM */
};

/** Longest line that layout_cut() makes, in bytes with the zero; longer is cut. */
#define LAYOUT_CELL_SIZE 2048U

/**
 * @brief Cut the middle out of a text that is too wide: `very-lo…ample.test`.
 * @param width  columns at most; nothing is left of a text at 0
 * @param out    receives the text and its zero
 * @param size   of @p out
 * @return @p out
 */
char *layout_cut(const char *text, size_t width, char *out, size_t size);

/** Write @p text, and spaces to @p width, before it (right) or after it. */
void layout_left(struct layout *l, const char *text, size_t width,
		 enum layout_style style);
void layout_right(struct layout *l, const char *text, size_t width,
		  enum layout_style style);
void layout_spaces(struct layout *l, size_t n);

/**
 * @brief Write a text as lines of at most l->width columns, broken at spaces; a
 *        word that is wider is broken anywhere. U+00A0 does not break and is
 *        written as a space.
 * @param hang   columns by which all lines but the first are moved in
 */
void layout_paragraph(struct layout *l, enum layout_style style, size_t hang,
		      const char *format, ...) __attribute__((format(printf, 4, 5)));

#endif
