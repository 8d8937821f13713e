/* The most telling evidence of a code, in a few words. */
#include <string.h>

#include "report/judge.h"
#include "report/text_parts.h"

/** Columns of one path or other key. */
#define KEY_COLUMNS 48U
/** Different paths of one client, asked for and not there, that make a scan. */
#define SCAN_PATHS 20U

#define COUNT(n) figure_count(w->l, (n)).text

/** What a code's words are made of. */
struct words {
	const struct layout *l;
	const struct view *v;
	const struct evidence *e;
	const struct tally_row *row;
	struct phrases *p;
};

/** A key for a terminal. */
struct shown_key {
	char text[LAYOUT_CELL_SIZE];
};

static struct shown_key show(const char *at, size_t len)
{
	struct shown_key k = {""};
	char escaped[HUMAN_TEXT_SIZE(LIMIT_TOPK_KEY)];

	human_text(at, len, escaped, sizeof(escaped));
	layout_cut(escaped, KEY_COLUMNS, k.text, sizeof(k.text));
	return k;
}

static struct shown_key show_address(const void *bytes)
{
	struct shown_key k = {""};
	struct ip_addr addr = ip_addr_from_v6(bytes);

	ip_addr_text(&addr, k.text, sizeof(k.text));
	return k;
}

static size_t first_of_pair(const struct topk_entry *e)
{
	const char *zero = memchr(e->key, '\0', e->len);

	return zero ? (size_t)(zero - e->key) : e->len;
}

/* A count that may be too high says by how much. */
static struct figure figure_entry(const struct words *w, const struct topk_entry *e)
{
	struct figure f = {""};

	if (e->error > 0)
		(void)snprintf(f.text, sizeof(f.text), "%.24s\xc2\xb1%.24s",
			       COUNT(e->count - e->error / 2),
			       COUNT((e->error + 1) / 2));
	else
		(void)snprintf(f.text, sizeof(f.text), "%.60s", COUNT(e->count));
	return f;
}

static size_t top(const struct words *w, size_t list, const struct topk_entry **out,
		  size_t n)
{
	return topk_sorted(&w->e->lists[list], out, n);
}

/* "GET 12, PUT 3" */
static void put_texts(struct words *w, size_t list, const char *before)
{
	const struct topk_entry *e[3];
	size_t n = top(w, list, e, 3);

	for (size_t i = 0; i < n; i++) {
		if (i == 0)
			phrase_add(w->p, "%s%s %s", before,
				   show(e[i]->key, e[i]->len).text,
				   figure_entry(w, e[i]).text);
		else
			phrase_more(w->p, ", %s %s", show(e[i]->key, e[i]->len).text,
				    figure_entry(w, e[i]).text);
	}
}

static void put_paths(struct words *w, size_t list)
{
	const struct topk_entry *e[3];
	size_t n = top(w, list, e, 3);

	/* One that may have come by chance says nothing. */
	for (size_t i = 0; i < n; i++)
		if (2 * e[i]->error < e[i]->count)
			phrase_add(w->p, "%s %s", show(e[i]->key, e[i]->len).text,
				   figure_entry(w, e[i]).text);
}

/* Two texts and what stands between them. */
static void put_pairs(struct words *w, size_t list, const char *between, size_t most)
{
	const struct topk_entry *e[3];
	size_t n = top(w, list, e, most < 3 ? most : 3);

	for (size_t i = 0; i < n; i++) {
		size_t first = first_of_pair(e[i]);
		size_t second = first < e[i]->len ? first + 1 : first;

		phrase_add(w->p, "%s%s%s %s", show(e[i]->key, first).text, between,
			   show(e[i]->key + second, e[i]->len - second).text,
			   figure_entry(w, e[i]).text);
	}
}

static void put_client(struct words *w, size_t list)
{
	const struct topk_entry *e[1];

	/* One client behind all of it goes without saying its count. */
	if (top(w, list, e, 1) == 0)
		return;
	if (e[0]->count == w->e->lists[list].total && w->e->lists[list].count == 1)
		phrase_add(w->p, "all for %s", show_address(e[0]->key).text);
	else
		phrase_add(w->p, "for %s %s", show_address(e[0]->key).text,
			   figure_entry(w, e[0]).text);
}

/* ---- the codes ---- */

static void say_100(struct words *w)
{
	put_texts(w, 0, "then ");
	if (w->e->counts[COUNT_100_NONE] > 0)
		phrase_add(w->p, "no final code followed %s",
			   COUNT(w->e->counts[COUNT_100_NONE]));
}

static void say_200(struct words *w)
{
	uint64_t all = counts_code(&w->row->counts, 200);
	char share[HUMAN_SIZE], bytes[HUMAN_SIZE];

	phrase_add(
	    w->p, "%s of body",
	    human_bytes(w->e->counts[COUNT_200_BODY_BYTES], bytes, sizeof(bytes)));
	if (w->e->counts[COUNT_200_EMPTY] > 0)
		phrase_add(w->p, "%s empty",
			   human_share(w->e->counts[COUNT_200_EMPTY], all, share,
				       sizeof(share)));
	else
		phrase_add(w->p, "none empty");
	if (w->e->counts[COUNT_200_HEAD] > 0)
		phrase_add(w->p, "to HEAD %s", COUNT(w->e->counts[COUNT_200_HEAD]));
}

static void say_201(struct words *w)
{
	put_texts(w, 0, "by ");
	put_texts(w, 1, "Location ");
	if (w->e->counts[COUNT_201_NO_LOCATION] > 0)
		phrase_add(w->p, "without Location %s",
			   COUNT(w->e->counts[COUNT_201_NO_LOCATION]));
}

static void say_redirect(struct words *w)
{
	const struct topk_entry *location[1];
	uint64_t paths = hll_estimate(&w->e->distinct);

	if (w->e->counts[COUNT_30X_ITSELF] > 0)
		phrase_add(w->p, "to itself %s: a loop",
			   COUNT(w->e->counts[COUNT_30X_ITSELF]));
	if (top(w, 1, location, 1) > 0 && judge_wall(w->e, location[0]))
		phrase_add(w->p, "%s%s paths \xe2\x86\x92 %s: %s",
			   hll_exact(&w->e->distinct) ? "" : "about ", COUNT(paths),
			   show(location[0]->key, location[0]->len).text,
			   w->e->counts[COUNT_30X_ELSEWHERE] > 0 ? "all go there"
								 : "a login wall?");
	put_pairs(w, 0, " \xe2\x86\x92 ", 2);
	if (w->e->counts[COUNT_30X_HTTPS] > 0)
		phrase_add(w->p, "http to https %s",
			   COUNT(w->e->counts[COUNT_30X_HTTPS]));
	if (w->e->counts[COUNT_30X_NO_LOCATION] > 0)
		phrase_add(w->p, "without Location %s",
			   COUNT(w->e->counts[COUNT_30X_NO_LOCATION]));
}

/* Counts with words, those that are 0 left out. */
static void put_counts(struct words *w, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (w->e->counts[i] > 0)
			phrase_add(w->p, "%s %s", names[i], COUNT(w->e->counts[i]));
}

static void say_304(struct words *w)
{
	static const char *const names[] = {
	    "If-Modified-Since", "If-None-Match",     "both conditions",
	    "other conditions",  "no condition seen",
	};
	uint64_t fresh = counts_code(&w->row->counts, 304);
	uint64_t all = fresh + counts_code(&w->row->counts, 200);
	char share[HUMAN_SIZE];

	put_counts(w, names, 5);
	phrase_add(w->p, "%s of 200 and 304",
		   human_share(fresh, all, share, sizeof(share)));
}

static void say_400(struct words *w)
{
	static const char *const names[] = {
	    "raw space in the target",
	    "control byte",
	    "bad version",
	    "no valid Host",
	    "nothing odd in the head",
	    "request not recognised",
	};

	put_counts(w, names, 6);
	put_client(w, 0);
}

static void say_401(struct words *w)
{
	put_texts(w, 0, "scheme ");
	if (w->e->counts[COUNT_401_WITH] > 0)
		phrase_add(w->p, "%s carried credentials",
			   COUNT(w->e->counts[COUNT_401_WITH]));
	else
		phrase_add(w->p, "none carried credentials");
	put_client(w, 1);
	put_paths(w, 2);
}

/* The client with the most different paths, when it is a scan. */
static void say_404(struct words *w)
{
	const struct topk_entry *clients[LIMIT_TOPK_MAX];
	size_t n = top(w, 1, clients, LIMIT_TOPK_MAX);
	const struct topk_entry *most = NULL;

	for (size_t i = 0; i < n; i++)
		if (!most ||
		    hll_estimate(&clients[i]->distinct) > hll_estimate(&most->distinct))
			most = clients[i];
	if (most && hll_estimate(&most->distinct) >= SCAN_PATHS)
		phrase_add(w->p, "%s asked for %s%s paths: looks like a scan",
			   show_address(most->key).text,
			   hll_exact(&most->distinct) ? "" : "about ",
			   COUNT(hll_estimate(&most->distinct)));
	put_paths(w, 0);
	if (!most || hll_estimate(&most->distinct) < SCAN_PATHS)
		put_client(w, 1);
}

static void say_405(struct words *w)
{
	const struct topk_entry *allow[1];

	put_texts(w, 0, "");
	if (top(w, 1, allow, 1) > 0)
		phrase_add(w->p, "allowed: %s",
			   show(allow[0]->key, allow[0]->len).text);
	put_pairs(w, 2, " ", 1);
}

static void say_413(struct words *w)
{
	char low[HUMAN_SIZE], high[HUMAN_SIZE];

	if (w->e->low <= w->e->high) {
		human_bytes(w->e->low, low, sizeof(low));
		human_bytes(w->e->high, high, sizeof(high));
		if (w->e->low == w->e->high)
			phrase_add(w->p, "request body of %s", low);
		else
			phrase_add(w->p, "request bodies of %s to %s", low, high);
	}
	put_pairs(w, 0, " ", 2);
}

static void say_414(struct words *w)
{
	if (w->e->low == w->e->high)
		phrase_add(w->p, "target of %s bytes", COUNT(w->e->low));
	else if (w->e->low < w->e->high)
		phrase_add(w->p, "targets of %s to %s bytes", COUNT(w->e->low),
			   COUNT(w->e->high));
	put_client(w, 0);
}

static void say_times(struct words *w, uint16_t code)
{
	const struct counts *c = &w->row->counts;
	char first[HUMAN_SIZE], last[HUMAN_SIZE];
	static const size_t date_len = sizeof("2026-11-22 ") - 1;

	for (size_t i = 0; i < c->code_count; i++) {
		if (c->codes[i].code != code)
			continue;
		human_time(c->codes[i].first_ns, w->v->options->utc, first,
			   sizeof(first));
		human_time(c->codes[i].last_ns, w->v->options->utc, last, sizeof(last));
		if (strcmp(first, last) == 0)
			phrase_add(w->p, "at %s", first + date_len);
		else if (strncmp(first, last, date_len) == 0)
			phrase_add(w->p, "%s to %s", first + date_len, last + date_len);
		else
			phrase_add(w->p, "%s to %s", first, last);
	}
}

static void say_503(struct words *w)
{
	struct outage_stretch longest = outage_longest(&w->e->outage);
	const struct topk_entry *after[1];
	char span[HUMAN_SIZE];

	put_pairs(w, 0, " ", 1);
	if (longest.buckets > 0)
		phrase_add(
		    w->p, "longest stretch %s",
		    human_span(longest.buckets * LIMIT_OUTAGE_NS, span, sizeof(span)));
	else
		phrase_add(w->p, "other answers in between");
	say_times(w, 503);
	if (top(w, 1, after, 1) > 0)
		phrase_add(w->p, "Retry-After %s",
			   show(after[0]->key, after[0]->len).text);
	put_client(w, 2);
}

void text_evidence(const struct layout *l, const struct view *v,
		   const struct tally_row *row, uint16_t code, struct phrases *p)
{
	size_t index = evidence_index(code);
	struct words w = {.l = l, .v = v, .row = row, .p = p};

	if (index == EVIDENCE_CODES || !row->evidence || !row->evidence->codes[index])
		return;
	w.e = row->evidence->codes[index];
	switch (code) {
	case 100:
		say_100(&w);
		break;
	case 200:
		say_200(&w);
		break;
	case 201:
		say_201(&w);
		break;
	case 301:
	case 302:
		say_redirect(&w);
		break;
	case 304:
		say_304(&w);
		break;
	case 400:
		say_400(&w);
		break;
	case 401:
		say_401(&w);
		break;
	case 403:
		put_paths(&w, 0);
		put_client(&w, 1);
		break;
	case 404:
		say_404(&w);
		break;
	case 405:
		say_405(&w);
		break;
	case 413:
		say_413(&w);
		break;
	case 414:
		say_414(&w);
		break;
	case 500:
		put_pairs(&w, 0, " ", 2);
		put_client(&w, 1);
		break;
	case 503:
		say_503(&w);
		break;
	default:
		break;
	}
}
