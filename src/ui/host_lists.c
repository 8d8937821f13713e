#include "config.h"

#include <curses.h>
#include <stdlib.h>
#include <string.h>

#include "base/human.h"
#include "ui/page.h"

/** Lines of each list. */
#define SHOWN 8U
/** From this width on the two stand side by side. */
#define WIDE 120
/** Columns of code and count before each key. */
#define KEY_AT 18

/** A key of the evidence of one code. */
struct item {
	const struct evidence_list *list;
	const struct topk_entry *entry;
	uint16_t code;
};

/** The first ones, most frequent first. */
struct items {
	struct item shown[SHOWN];
	size_t count; /* of those there are, shown or not */
};

static bool is_before(const struct item *a, const struct item *b)
{
	if (a->entry->count != b->entry->count)
		return a->entry->count > b->entry->count;
	return a->code < b->code;
}

static void add(struct items *all, const struct item *item)
{
	size_t kept = all->count < SHOWN ? all->count : SHOWN, at = kept;

	all->count++;
	while (at > 0 && is_before(item, &all->shown[at - 1]))
		at--;
	if (at == SHOWN)
		return;
	if (kept == SHOWN)
		kept--;
	memmove(&all->shown[at + 1], &all->shown[at],
		(kept - at) * sizeof(all->shown[0]));
	all->shown[at] = *item;
}

static bool has_path(const struct evidence_list *list)
{
	return (list->part && strcmp(list->part, "path") == 0) ||
	       (list->other && strcmp(list->other, "path") == 0);
}

/** All keys of one code: in the order of topk_sorted(), which does not change from one
 *  second to the next. */
static void add_code(size_t code, const struct evidence *e, struct items *paths,
		     struct items *clients)
{
	const struct evidence_shape *shape = evidence_shape_at(code);
	const struct topk_entry *entries[LIMIT_TOPK_MAX];

	for (size_t i = 0; i < EVIDENCE_LISTS; i++) {
		const struct evidence_list *list = &shape->lists[i];
		bool client = list->key == KEY_ADDRESS;
		size_t n = 0;

		if (client || has_path(list))
			n = topk_sorted(&e->lists[i], entries, LIMIT_TOPK_MAX);
		for (size_t k = 0; k < n; k++) {
			struct item item = {list, entries[k], shape->code};

			/* One that may have come by chance says nothing. */
			if (2 * entries[k]->error < entries[k]->count)
				add(client ? clients : paths, &item);
		}
	}
}

static void key_text(const struct item *item, char *out, size_t size)
{
	const struct topk_entry *e = item->entry;
	const char *zero = memchr(e->key, '\0', e->len);
	char first[HUMAN_TEXT_SIZE(LIMIT_TOPK_KEY)],
	    second[HUMAN_TEXT_SIZE(LIMIT_TOPK_KEY)];
	size_t len = zero ? (size_t)(zero - e->key) : e->len;

	if (item->list->key == KEY_ADDRESS) {
		struct ip_addr addr = ip_addr_from_v6((const void *)e->key);
		uint64_t paths = hll_estimate(&e->distinct);

		ip_addr_text(&addr, first, sizeof(first));
		(void)snprintf(out, size, "%s", first);
		if (item->list->with_distinct)
			(void)snprintf(out, size, "%s   %s%llu path%s", first,
				       hll_exact(&e->distinct) ? "" : "about ",
				       (unsigned long long)paths,
				       paths == 1 ? "" : "s");
		return;
	}
	human_text(e->key, len, first, sizeof(first));
	if (item->list->key != KEY_PAIR || !zero) {
		(void)snprintf(out, size, "%s", first);
		return;
	}
	human_text(zero + 1, e->len - len - 1, second, sizeof(second));
	(void)snprintf(out, size, "%s%s%s", first,
		       strcmp(item->list->part, "path") == 0 ? " \xe2\x86\x92 " : " ",
		       second);
}

static void put_item(int y, int x, int width, const struct item *item)
{
	char key[2 * HUMAN_TEXT_SIZE(LIMIT_TOPK_KEY) + 64], cut[LAYOUT_CELL_SIZE];
	char count[HUMAN_SIZE];

	key_text(item, key, sizeof(key));
	human_count(item->entry->count, true, count, sizeof(count));
	attron(screen_class(status_class_of(item->code)));
	screen_putf(y, x + 2, "%03u", (unsigned)item->code);
	attroff(screen_class(status_class_of(item->code)));
	screen_putf(y, x + 6, "%10s", count);
	screen_put(y, x + KEY_AT,
		   layout_cut(key, (size_t)(width - KEY_AT), cut, sizeof(cut)));
}

/** What stands in line @p i of a list: a key, how many there are besides, or nothing.
 */
static void put_line(int y, int x, int width, const struct items *all, size_t i)
{
	if (y < 0)
		return;
	if (i < SHOWN && i < all->count)
		put_item(y, x, width, &all->shown[i]);
	else if (i == SHOWN && all->count > SHOWN)
		screen_putf(y, x + KEY_AT, "and %zu more", all->count - SHOWN);
}

static size_t lines_of(const struct items *all)
{
	return all->count > SHOWN ? SHOWN + 1 : all->count;
}

static void put_list(struct page *p, const char *title, const struct items *all)
{
	if (all->count == 0)
		return;
	page_title(p, title);
	for (size_t i = 0; i < lines_of(all); i++)
		put_line(page_next(p), 0, COLS, all, i);
}

static void put_side_by_side(struct page *p, const struct items *paths,
			     const struct items *clients)
{
	size_t lines =
	    lines_of(paths) > lines_of(clients) ? lines_of(paths) : lines_of(clients);
	int half = COLS / 2, y;

	page_title(p, "PATHS");
	y = p->line - 1 - (int)p->ui->scroll;
	if (y >= 0 && y < p->height) {
		attron(A_BOLD);
		screen_put(p->first + y, half, "CLIENTS");
		attroff(A_BOLD);
	}
	for (size_t i = 0; i < lines; i++) {
		y = page_next(p);
		put_line(y, 0, half - 2, paths, i);
		put_line(y, half, COLS - half, clients, i);
	}
}

void host_lists(struct page *p, const struct tally_row *row)
{
	struct items paths = {.count = 0}, clients = {.count = 0};

	for (size_t i = 0; row->evidence && i < EVIDENCE_CODES; i++)
		if (row->evidence->codes[i])
			add_code(i, row->evidence->codes[i], &paths, &clients);
	if (COLS >= WIDE && paths.count > 0 && clients.count > 0) {
		put_side_by_side(p, &paths, &clients);
		return;
	}
	put_list(p, "PATHS", &paths);
	put_list(p, "CLIENTS", &clients);
}
