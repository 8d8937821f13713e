#include "store/candidates.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "store/compare.h"

/** A change is one code's when that makes up this much of its class's. */
#define SHARE_OF_CLASS 0.8
/** What 200 lost is another's gain when that is this much of it. */
#define SHARE_OF_MIRROR 0.5
#define FIRST_ROOM      32U

void candidates_add(struct candidates *cs, const struct candidate *c)
{
	struct candidate *list;
	size_t room;

	/* What no correction would let through need not be kept. */
	if (!c->sure && (!c->large || c->p > COMPARE_ALPHA))
		return;
	if (cs->count == cs->room) {
		room = cs->room ? 2 * cs->room : FIRST_ROOM;
		list = realloc(cs->list, room * sizeof(*list));
		if (!list) {
			cs->error = SL_E_NOMEM;
			return;
		}
		cs->list = list;
		cs->room = room;
	}
	cs->list[cs->count++] = *c;
}

static int by_p(const void *va, const void *vb)
{
	const struct candidate *a = va;
	const struct candidate *b = vb;

	if (a->sure != b->sure)
		return a->sure ? -1 : 1;
	return (a->p > b->p) - (a->p < b->p);
}

static int compare_sizes(const struct change *a, const struct change *b)
{
	int order;

	if (a->worse != b->worse)
		return a->worse ? -1 : 1;
	if (a->size > b->size || a->size < b->size)
		return a->size > b->size ? -1 : 1;
	order = strcmp(a->host, b->host);
	return order != 0 ? order : strcmp(a->what, b->what);
}

static int by_size(const void *va, const void *vb)
{
	return compare_sizes(&((const struct candidate *)va)->change,
			     &((const struct candidate *)vb)->change);
}

/* Holm: the i-th smallest of m has to be under alpha / (m - i). Those that were not
 * kept have larger p, or are no changes at all: they count in m alone. */
static void correct(struct candidates *cs)
{
	size_t passed = 0;
	size_t sure = 0;

	if (cs->count > 0)
		qsort(cs->list, cs->count, sizeof(*cs->list), by_p);
	while (sure < cs->count && cs->list[sure].sure)
		sure++;
	for (passed = sure; passed < cs->count; passed++) {
		double left = (double)cs->tests - (double)(passed - sure);

		if (cs->list[passed].p * fmax(left, 1) > COMPARE_ALPHA)
			break;
	}
	cs->count = passed;
}

static bool is_share(const struct change *c)
{
	return c->kind == CHANGE_SHARE || c->kind == CHANGE_NEW_CODE;
}

static double difference(const struct change *c)
{
	return c->now - c->before;
}

static bool in_class(const char *code, const char *class)
{
	return strlen(class) == 3 && class[1] == 'x' && code[1] != 'x' &&
	       code[0] == class[0];
}

/* Whether @p other says better what @p c says. */
static bool told_by(const struct change *c, const struct change *other)
{
	double d = difference(c), e = difference(other);
	bool success =
	    c->what[0] == '2' && (c->what[1] == 'x' || strcmp(c->what, "200") == 0);

	if (c == other || !is_share(c) || !is_share(other) ||
	    strcmp(c->host, other->host) != 0)
		return false;
	if (in_class(other->what, c->what) && d * e > 0 &&
	    fabs(e) >= SHARE_OF_CLASS * fabs(d))
		return true;
	return success && other->what[0] != '2' && d * e < 0 &&
	       fabs(e) >= SHARE_OF_MIRROR * fabs(d);
}

static bool told_already(const struct candidates *cs, size_t i)
{
	for (size_t j = 0; j < cs->count; j++)
		if (j != i && told_by(&cs->list[i].change, &cs->list[j].change))
			return true;
	return false;
}

enum sl_err candidates_choose(struct candidates *cs, struct changes *out)
{
	enum sl_err e = cs->error;

	correct(cs);
	if (cs->count > 0)
		qsort(cs->list, cs->count, sizeof(*cs->list), by_size);
	out->list = calloc(cs->count + 1, sizeof(*out->list));
	if (!out->list)
		e = SL_E_NOMEM;
	for (size_t i = 0; out->list && i < cs->count; i++) {
		if (told_already(cs, i))
			continue;
		out->found++;
		if (out->count < LIMIT_CHANGES)
			out->list[out->count++] = cs->list[i].change;
	}
	free(cs->list);
	*cs = (struct candidates){0};
	return e;
}

void changes_clear(struct changes *c)
{
	free(c->list);
	*c = (struct changes){0};
}
