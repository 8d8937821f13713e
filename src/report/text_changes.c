#include <string.h>

#include "report/text_parts.h"

/** Columns by which lines of a change are moved in after its first one. */
#define HANG 2U
/** Bytes of a path shown. */
#define TEXT_PATH 512U

static void put_basis(struct layout *l, const struct changes *c)
{
	if (c->weekday)
		layout_paragraph(l, STYLE_BOLD, 0,
				 "%s against the %s of the same weekday among the last "
				 "%zu:",
				 figure_of(l, c->found, "change").text,
				 figure_of(l, c->like, "night").text, c->nights);
	else
		layout_paragraph(l, STYLE_BOLD, 0, "%s against %s:",
				 figure_of(l, c->found, "change").text,
				 figure_of(l, c->nights, "earlier night").text);
}

static void put_list(struct layout *l, const struct changes *c)
{
	for (size_t i = 0; i < c->count; i++)
		layout_paragraph(l, c->list[i].worse ? STYLE_ERROR : STYLE_PLAIN, HANG,
				 "-\u00a0%s", c->list[i].words);
	if (c->found > c->count)
		layout_paragraph(l, STYLE_PLAIN, HANG, "-\u00a0and %zu more",
				 c->found - c->count);
}

void text_changes_basis(struct layout *l, const struct changes *c)
{
	if (c->nights < NIGHTS_TO_COMPARE && c->found == 0)
		layout_paragraph(
		    l, STYLE_DIM, 0,
		    "Not compared: the history holds %zu of the %u earlier "
		    "nights that takes.",
		    c->nights, NIGHTS_TO_COMPARE);
	else if (c->found == 0)
		layout_paragraph(l, STYLE_PLAIN, 0, "Nothing unusual against %s.",
				 figure_of(l, c->nights, "earlier night").text);
	else
		put_basis(l, c);
}

void text_changes(struct layout *l, const struct changes *c)
{
	text_changes_basis(l, c);
	put_list(l, c);
}

void text_diff(struct layout *l, const struct changes *c, const char *old,
	       const char *now)
{
	char a[TEXT_PATH], b[TEXT_PATH];

	human_text(old, strlen(old), a, sizeof(a));
	human_text(now, strlen(now), b, sizeof(b));
	if (c->found == 0)
		layout_paragraph(
		    l, STYLE_PLAIN, 0,
		    "Nothing both significant and large changed from %s to "
		    "%s.",
		    a, b);
	else
		layout_paragraph(l, STYLE_BOLD, 0, "%s from %s to %s:",
				 figure_of(l, c->found, "change").text, a, b);
	put_list(l, c);
}
