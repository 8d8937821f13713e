#include <string.h>

#include "report/text_parts.h"

/** Registered codes at most: the registry knows about 65. */
#define CODES_MAX 128U
/** Hosts named with a code. */
#define HOSTS_MAX 3U
/** Columns of the longest bar, and bytes of its character. */
#define BAR_COLUMNS 6U
#define BAR_CHAR    "\xe2\x96\x87" /* U+2587 */
/** Columns of hosts below which the bar is left out. */
#define HOSTS_MIN 20U
/** Columns of a name below which it says nothing. */
#define NAME_MIN 4U
/** Columns beside the count below which evidence has a line of its own. */
#define EVIDENCE_MIN 56U
/** Columns by which that line is moved in. */
#define EVIDENCE_INDENT 6U
/** Columns of evidence where lines are as long as needed. */
#define EVIDENCE_COLUMNS 240U

struct code_line {
	const struct status_code *status;
	const struct code_count *counted;
};

struct code_table {
	struct layout *l;
	const struct view *v;
	struct code_line lines[CODES_MAX];
	size_t count;
	uint64_t largest;
	size_t label_width;
	size_t count_width;
	size_t share_width;
	size_t hosts_width; /* SIZE_MAX: as wide as needed; 0: not shown */
	size_t rest_width;  /* columns after the bar; SIZE_MAX: as wide as needed */
	bool bars;
};

/* What no class is for is rather an error than not: behind those that are. */
static int rank(const struct code_count *c)
{
	enum status_class class = status_class_of(c->code);

	return class == CLASS_OTHER ? 2 * CLASS_4XX - 1 : 2 * (int)class;
}

bool text_code_before(const struct code_count *a, const struct code_count *b)
{
	if (rank(a) != rank(b))
		return rank(a) > rank(b);
	if (a->count != b->count)
		return a->count > b->count;
	return a->code < b->code;
}

static void label(const struct status_code *s, char *out, size_t size)
{
	(void)snprintf(out, size, "%u %s", (unsigned)s->code, s->phrase);
}

static void collect(struct code_table *t)
{
	const struct counts *total = t->v->total;

	for (size_t i = 0; i < total->code_count && t->count < CODES_MAX; i++) {
		const struct code_count *code = &total->codes[i];
		struct code_line line = {status_code_find(code->code), code};
		size_t at = t->count;

		if (code->count == 0 || !line.status || !line.status->notable)
			continue;
		for (; at > 0 && text_code_before(code, t->lines[at - 1].counted); at--)
			t->lines[at] = t->lines[at - 1];
		t->lines[at] = line;
		t->count++;
	}
}

static void widest(size_t *width, const char *text)
{
	size_t w = human_width(text);

	if (w > *width)
		*width = w;
}

/* 200 is most of everything: beside its bar all others would look alike. */
static bool has_bar(const struct code_line *line)
{
	return line->status->code != 200;
}

static void measure(struct code_table *t)
{
	uint64_t all = t->v->total->responses;
	char text[128];
	size_t used;

	for (size_t i = 0; i < t->count; i++) {
		const struct code_line *line = &t->lines[i];

		label(line->status, text, sizeof(text));
		widest(&t->label_width, text);
		widest(&t->count_width, figure_count(t->l, line->counted->count).text);
		human_share(line->counted->count, all, text, sizeof(text));
		widest(&t->share_width, text);
		if (has_bar(line) && line->counted->count > t->largest)
			t->largest = line->counted->count;
	}
	t->bars = t->v->options->terminal;
	t->hosts_width = t->v->row_count > 1 ? SIZE_MAX : 0;
	t->rest_width = SIZE_MAX;
	if (!t->l->width)
		return;
	used = t->label_width + 2 + t->count_width + 2 + t->share_width + 2;
	if (used + BAR_COLUMNS + 2 + HOSTS_MIN > t->l->width)
		t->bars = false;
	if (t->bars)
		used += BAR_COLUMNS + 2;
	if (t->hosts_width)
		t->hosts_width =
		    used + HOSTS_MIN <= t->l->width ? t->l->width - used : 0;
	t->rest_width = used < t->l->width ? t->l->width - used : 0;
}

/* ---- the hosts behind a code ---- */

struct code_host {
	const struct tally_row *row;
	uint64_t count;
};

/* The rows that answered @p code most often; rows come in the report's order, which
 * decides ties. Returns how many rows did at all. */
static size_t top_hosts(const struct view *v, uint16_t code,
			struct code_host top[HOSTS_MAX], size_t *kept)
{
	size_t all = 0;

	*kept = 0;
	for (size_t i = 0; i < v->row_count; i++) {
		uint64_t count = counts_code(&v->rows[i]->counts, code);
		size_t at = *kept;

		if (count == 0)
			continue;
		all++;
		if (at == HOSTS_MAX && count <= top[at - 1].count)
			continue;
		if (at == HOSTS_MAX)
			at--;
		else
			++*kept;
		for (; at > 0 && count > top[at - 1].count; at--)
			top[at] = top[at - 1];
		top[at] = (struct code_host){v->rows[i], count};
	}
	return all;
}

/* Columns of "; N more". */
static size_t more_width(size_t n)
{
	char text[HUMAN_SIZE];

	return n ? (size_t)snprintf(text, sizeof(text), "; %zu more", n) : 0;
}

/* As many hosts as fit into @p width, one at least, which is cut for that. */
static void put_hosts(struct code_table *t, uint16_t code)
{
	struct code_host top[HOSTS_MAX];
	size_t kept;
	size_t all = top_hosts(t->v, code, top, &kept);
	size_t left = t->hosts_width;
	char name[NAME_SIZE], cut[LAYOUT_CELL_SIZE], tail[2 * HUMAN_SIZE];

	for (size_t i = 0; i < kept; i++) {
		size_t needed, fixed;

		(void)snprintf(tail, sizeof(tail), " %s",
			       figure_count(t->l, top[i].count).text);
		text_row_name(t->v, top[i].row, name);
		/* Room for "; N more" is kept, as long as there are more. */
		fixed = strlen(tail) + (i ? 2 : 0) + more_width(all - i - 1);
		needed = human_width(name) + fixed;
		if (i > 0 && needed > left) {
			(void)fprintf(t->l->out, "; %zu more", all - i);
			return;
		}
		/* Beside a count of many digits no name has room. */
		if (fixed + NAME_MIN > left) {
			(void)fprintf(t->l->out, "%zu %s%s", all, view_by_name(t->v),
				      all == 1 ? "" : "s");
			return;
		}
		layout_cut(name, needed > left ? left - fixed : human_width(name), cut,
			   sizeof(cut));
		(void)fprintf(t->l->out, "%s%s%s", i ? "; " : "", cut, tail);
		needed = human_width(cut) + strlen(tail) + (i ? 2 : 0);
		left = left > needed ? left - needed : 0;
	}
	if (all > kept)
		(void)fprintf(t->l->out, "; %zu more", all - kept);
}

/* ---- lines ---- */

static enum layout_style code_style(uint16_t code)
{
	switch (status_class_of(code)) {
	case CLASS_5XX:
		return STYLE_ERROR;
	case CLASS_4XX:
		return STYLE_WARN;
	case CLASS_1XX:
	case CLASS_2XX:
	case CLASS_3XX:
	case CLASS_OTHER:
	case CLASSES:
		break;
	}
	return STYLE_PLAIN;
}

/* The row that has it most often; NULL without evidence. */
static const struct tally_row *evident_row(const struct code_table *t,
					   const struct code_line *line, size_t *all)
{
	struct code_host top[HOSTS_MAX];
	size_t kept;
	size_t index = evidence_index(line->status->code);

	*all = top_hosts(t->v, line->status->code, top, &kept);
	if (kept == 0 || index == EVIDENCE_CODES || !top[0].row->evidence ||
	    !top[0].row->evidence->codes[index])
		return NULL;
	return top[0].row;
}

/* Whether the evidence stands on the line itself. */
static bool beside(const struct code_table *t, const struct code_line *line)
{
	size_t all;

	return t->rest_width >= EVIDENCE_MIN && evident_row(t, line, &all);
}

/* "api.example.test: GET /orders 3; ...; 2 more hosts" in @p width columns. */
static void put_evidence(struct code_table *t, const struct code_line *line,
			 size_t width)
{
	size_t all;
	const struct tally_row *row = evident_row(t, line, &all);
	struct phrases p = {.count = 0};
	char name[NAME_SIZE], cut[LAYOUT_CELL_SIZE], more[2 * HUMAN_SIZE] = "";
	size_t fixed = 0;

	cut[0] = '\0';
	if (t->v->row_count > 1) {
		text_row_name(t->v, row, name);
		layout_cut(name, width / 3, cut, sizeof(cut));
		fixed = human_width(cut) + 2;
	}
	if (all > 1) {
		(void)snprintf(more, sizeof(more), "; %zu more %s%s", all - 1,
			       view_by_name(t->v), all == 2 ? "" : "s");
		fixed += strlen(more);
	}
	text_evidence(t->l, t->v, row, line->status->code, &p);
	(void)fprintf(t->l->out, "%s%s", cut, *cut ? ": " : "");
	phrases_join(&p, width > fixed + 8 ? width - fixed : 8, cut, sizeof(cut));
	(void)fprintf(t->l->out, "%s%s", cut, more);
}

static void put_bar(struct code_table *t, const struct code_line *line)
{
	char bar[BAR_COLUMNS * sizeof(BAR_CHAR)] = "";
	size_t n = 0;

	if (!has_bar(line) && !t->hosts_width && !beside(t, line))
		return; /* no spaces at the end of a line */
	if (has_bar(line))
		n = (size_t)((double)line->counted->count / (double)t->largest *
				 BAR_COLUMNS +
			     0.5);
	/* What occurred shows, however seldom it was. */
	if (has_bar(line) && n == 0)
		n = 1;
	for (size_t i = 0; i < n && i < BAR_COLUMNS; i++)
		memcpy(bar + i * (sizeof(BAR_CHAR) - 1), BAR_CHAR, sizeof(BAR_CHAR));
	layout_spaces(t->l, 2);
	layout_left(t->l, bar, t->hosts_width || beside(t, line) ? BAR_COLUMNS : 0,
		    STYLE_DIM);
}

/* Evidence beside the count where there is room; else the hosts there, and evidence on
 * the next line. */
static void put_behind(struct code_table *t, const struct code_line *line)
{
	size_t all;

	if (beside(t, line)) {
		layout_spaces(t->l, 2);
		put_evidence(t, line,
			     t->rest_width == SIZE_MAX ? EVIDENCE_COLUMNS
						       : t->rest_width);
		return;
	}
	if (t->hosts_width) {
		layout_spaces(t->l, 2);
		put_hosts(t, line->status->code);
	}
	if (!evident_row(t, line, &all))
		return;
	(void)fputc('\n', t->l->out);
	layout_spaces(t->l, EVIDENCE_INDENT);
	put_evidence(t, line, t->l->width - EVIDENCE_INDENT);
}

static void put_line(struct code_table *t, const struct code_line *line)
{
	struct layout *l = t->l;
	char text[128], cut[LAYOUT_CELL_SIZE];
	size_t fixed = t->count_width + t->share_width + 4;
	size_t width = t->label_width;

	if (l->width && width + fixed > l->width)
		width = l->width > fixed + 4 ? l->width - fixed : 4;
	label(line->status, text, sizeof(text));
	layout_left(l, layout_cut(text, width, cut, sizeof(cut)), width,
		    code_style(line->status->code));
	layout_spaces(l, 2);
	layout_right(l, figure_count(l, line->counted->count).text, t->count_width,
		     STYLE_PLAIN);
	layout_spaces(l, 2);
	human_share(line->counted->count, t->v->total->responses, text, sizeof(text));
	layout_right(l, text, t->share_width, STYLE_PLAIN);
	if (t->bars)
		put_bar(t, line);
	put_behind(t, line);
	(void)fputc('\n', l->out);
}

/* Codes that are not notable, ascending, in one paragraph. */
static void put_others(struct layout *l, const struct view *v)
{
	const struct counts *total = v->total;
	/* A code and a count each, U+00A0 between them. */
	char text[LIMIT_CODES * 32U];
	size_t used = 0;

	text[0] = '\0';
	for (size_t i = 0; i < total->code_count; i++) {
		const struct code_count *c = &total->codes[i];
		int n;

		if (c->count == 0 || view_notable(c->code))
			continue;
		n = snprintf(text + used, sizeof(text) - used, "%s%03u\xc2\xa0%s",
			     used ? "; " : "", (unsigned)c->code,
			     figure_count(l, c->count).text);
		if (n < 0 || used + (size_t)n >= sizeof(text))
			break;
		used += (size_t)n;
	}
	if (used > 0)
		layout_paragraph(l, STYLE_PLAIN, 2, "Other codes: %s", text);
}

void text_codes(struct layout *l, const struct view *v)
{
	struct code_table t = {.l = l, .v = v};

	collect(&t);
	measure(&t);
	(void)fputc('\n', l->out);
	for (size_t i = 0; i < t.count; i++)
		put_line(&t, &t.lines[i]);
	put_others(l, v);
}
