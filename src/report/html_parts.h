/**
 * @file
 * @brief Parts of the HTML page. Only for html*.c.
 *
 * Everything that may be a stranger's goes through html_text(); nothing else writes
 * text that is not ours. There are no style attributes: the page's policy forbids them.
 */
#ifndef STATLINE_REPORT_HTML_PARTS_H
#define STATLINE_REPORT_HTML_PARTS_H

#include <jansson.h>
#include <stdio.h>

#include "report/text_parts.h"
#include "report/view.h"

struct html {
	FILE *out; /**< lent */
	const struct view *v;
	struct layout figures; /**< for figure_count() and the like: grouped digits */
	enum sl_err error;     /**< sticks */
};

/** Write text of anybody: escaped for a terminal first, so that no character without
 *  shape or of another direction passes, and then for HTML. */
void html_text(struct html *h, const char *text);

/** A count in groups of three; "-" for none, in grey, with @p tag ("td") around it, and
 *  the number for sorting. */
void html_count_cell(struct html *h, uint64_t n);

/** A stacked bar of the classes in @p c, with its text alternative. */
void html_class_bar(struct html *h, const struct counts *c);

/** Which colour is which class. */
void html_legend(struct html *h);

/** Counts by time: columns are the classes, and then requests without an answer. */
struct html_series {
	const char *title; /**< of ours */
	size_t count;
	int64_t first_ns;
	int64_t width_ns;
	size_t columns;
	const uint64_t *(*at)(const void *ctx, size_t i);
	const void *ctx;
};

/** A stacked chart, with its text alternative. */
void html_timeline(struct html *h, const struct html_series *s);

/** Whatever a JSON value holds, as lists; what only merging needs is left out. */
void html_json(struct html *h, const json_t *value);

/** The table of hosts, and what stands behind each row. */
void html_hosts(struct html *h);

#endif
