#include <stdio.h>
#include <string.h>

#include "base/human.h"
#include "report/view.h"
#include "store/expr_parts.h"

/** What a condition is looked at with. */
struct looking {
	const struct expr *e;
	const struct report *r;
	const struct changes *changes;
	const struct expr_past *past;
	const struct tally_row *row; /* of the host; NULL: all together */
	char *reason;                /* EXPR_REASON bytes */
};

static bool holds(struct looking *l, unsigned node);

double expr_coverage(const struct report *r)
{
	const struct coverage *c = r->coverage;
	double bytes = (double)c->http_bytes + (double)c->http_bytes_lost;
	double dropped = (double)view_drops(r).all, share;

	if (bytes <= 0)
		return -1;
	share = (double)c->http_bytes / bytes;
	if (dropped > 0)
		share *=
		    (double)c->total.packets / ((double)c->total.packets + dropped);
	return share;
}

static double worse_changes(const struct changes *c)
{
	double n = 0;

	for (size_t i = 0; c && i < c->count; i++)
		n += c->list[i].worse;
	return n;
}

/** The figure, and what it is a share of. */
static double figure(const struct looking *l, const struct expr_node *n, double *of)
{
	const struct counts *c = l->row ? &l->row->counts : tally_total(l->r->tally);
	size_t rows;

	*of = (double)view_finals(c);
	switch (n->quantity) {
	case Q_CODE:
		return (double)counts_code(c, n->code);
	case Q_CLASS:
		if (n->class == CLASS_1XX)
			*of = (double)c->responses;
		return (double)c->classes[n->class];
	case Q_ERRORS:
		return (double)view_errors(c);
	case Q_NO_RESPONSE:
		*of = (double)c->requests;
		return (double)counts_no_response(c);
	case Q_RESPONSES:
		return (double)view_finals(c);
	case Q_REQUESTS:
		return (double)c->requests;
	case Q_HOSTS:
		(void)tally_rows(l->r->tally, &rows);
		return (double)rows;
	case Q_CHANGES:
		return l->changes ? (double)l->changes->found : 0;
	case Q_WORSE:
		return worse_changes(l->changes);
	case Q_LATENCY:
		return (double)view_quantile(c, n->quantile);
	case Q_COVERAGE:
		*of = 1;
		return expr_coverage(l->r);
	}
	return 0;
}

static bool compare(enum expr_operator op, double a, double b)
{
	switch (op) {
	case OP_MORE:
		return a > b;
	case OP_AT_LEAST:
		return a >= b;
	case OP_LESS:
		return a < b;
	case OP_AT_MOST:
		return a <= b;
	case OP_EQUAL:
		return a >= b && a <= b;
	case OP_NOT_EQUAL:
		return a < b || a > b;
	}
	return false;
}

static void add_reason(struct looking *l, const char *text)
{
	size_t used = strlen(l->reason);

	(void)snprintf(l->reason + used, EXPR_REASON - used, "%s%s", used ? ", " : "",
		       text);
}

static void say_figure(struct looking *l, const struct expr_node *n, double value,
		       double of)
{
	char text[4 * HUMAN_SIZE], count[HUMAN_SIZE], all[HUMAN_SIZE],
	    share[HUMAN_SIZE];
	uint64_t whole = value > 0 ? (uint64_t)value : 0;

	if (n->quantity == Q_LATENCY)
		(void)snprintf(text, sizeof(text), "%s %s", n->name,
			       human_latency(whole, count, sizeof(count)));
	else if (n->quantity == Q_COVERAGE)
		(void)snprintf(text, sizeof(text), "coverage %.2f %%", 100 * value);
	else if (n->share)
		(void)snprintf(text, sizeof(text), "%s %s (%s of %s)", n->name,
			       human_share(whole, (uint64_t)of, share, sizeof(share)),
			       human_count(whole, true, count, sizeof(count)),
			       human_count((uint64_t)of, true, all, sizeof(all)));
	else
		(void)snprintf(text, sizeof(text), "%s %s", n->name,
			       human_count(whole, true, count, sizeof(count)));
	add_reason(l, text);
}

static bool compare_holds(struct looking *l, const struct expr_node *n)
{
	double of;
	double value = figure(l, n, &of);
	double against = value;

	if (n->quantity == Q_COVERAGE && value < 0)
		return false;
	/* A share of nothing is none. */
	if (n->share && n->quantity != Q_COVERAGE) {
		if (of <= 0)
			return false;
		against = value / of;
	}
	if (n->quantity == Q_LATENCY && value <= 0)
		return false;
	if (!compare(n->op, against, n->number))
		return false;
	say_figure(l, n, value, of);
	return true;
}

static bool row_has(const struct tally_row *row, const struct expr_node *n)
{
	if (n->code != 0)
		return counts_code(&row->counts, n->code) > 0;
	if (n->class < CLASSES)
		return row->counts.classes[n->class] > 0;
	return row->counts.responses > 0;
}

static void say_host(struct looking *l, const char *before, const struct tally_row *row)
{
	char shown[HUMAN_TEXT_SIZE(LIMIT_HOST)];
	char text[EXPR_REASON];

	(void)snprintf(text, sizeof(text), "%s%.200s", before,
		       human_text(row->name, strlen(row->name), shown, sizeof(shown)));
	add_reason(l, text);
}

static bool is_new(struct looking *l, const struct expr_node *n,
		   const struct tally_row *row)
{
	return row_has(row, n) && !l->past->had(l->past->ctx, row->name, row->source,
						(int)n->class, n->code);
}

static bool new_holds(struct looking *l, const struct expr_node *n)
{
	const struct tally_row *const *rows;
	size_t count, found = 0;
	char text[64];

	if (!l->past)
		return false;
	if (l->row)
		return is_new(l, n, l->row);
	rows = tally_rows(l->r->tally, &count);
	for (size_t i = 0; i < count; i++) {
		if (!is_new(l, n, rows[i]))
			continue;
		if (found++ > 0)
			continue;
		(void)snprintf(text, sizeof(text), "new %s%shost ", n->name,
			       n->name[0] ? " " : "");
		say_host(l, text, rows[i]);
	}
	if (found > 1) {
		(void)snprintf(text, sizeof(text), "and %zu more", found - 1);
		add_reason(l, text);
	}
	return found > 0;
}

/* The first host, the one with most responses among those that do. */
static bool per_host_holds(struct looking *l, unsigned node)
{
	size_t count;
	const struct tally_row *const *rows = tally_rows(l->r->tally, &count);
	const struct tally_row *worst = NULL;
	char kept[EXPR_REASON];
	size_t found = 0;

	if (l->row)
		return holds(l, node);
	(void)snprintf(kept, sizeof(kept), "%s", l->reason);
	for (size_t i = 0; i < count; i++) {
		l->row = rows[i];
		if (!holds(l, node))
			continue;
		found++;
		if (!worst || rows[i]->counts.responses > worst->counts.responses)
			worst = rows[i];
	}
	(void)snprintf(l->reason, EXPR_REASON, "%s", kept);
	if (worst) {
		say_host(l, "", worst);
		l->row = worst;
		(void)holds(l, node);
		if (found > 1) {
			(void)snprintf(kept, sizeof(kept), "and %zu more hosts",
				       found - 1);
			add_reason(l, kept);
		}
	}
	l->row = NULL;
	return worst != NULL;
}

static bool holds(struct looking *l, unsigned node)
{
	const struct expr_node *n = &l->e->nodes[node];
	size_t used = strlen(l->reason);
	bool is = false;

	switch (n->kind) {
	case EXPR_OR:
		is = holds(l, n->left);
		is = holds(l, n->right) || is;
		break;
	case EXPR_AND:
		is = holds(l, n->left) && holds(l, n->right);
		break;
	case EXPR_NOT:
		is = !holds(l, n->left);
		l->reason[used] = '\0';
		if (is)
			add_reason(l, "a `not` holds");
		break;
	case EXPR_PER_HOST:
		is = per_host_holds(l, n->left);
		break;
	case EXPR_COMPARE:
		is = compare_holds(l, n);
		break;
	case EXPR_NEW:
		is = new_holds(l, n);
		break;
	}
	if (!is)
		l->reason[used] = '\0';
	return is;
}

bool expr_holds(const struct expr *e, const struct report *r,
		const struct changes *changes, const struct expr_past *past,
		char *reason)
{
	struct looking l = {
	    .e = e, .r = r, .changes = changes, .past = past, .reason = reason};

	reason[0] = '\0';
	return holds(&l, e->top);
}

bool expr_limit(const struct expr *e, const char *quantity, bool share, double *limit)
{
	bool per_host = false;

	for (unsigned i = 0; i < e->count; i++)
		per_host = per_host || e->nodes[i].kind == EXPR_PER_HOST;
	for (unsigned i = 0; i < e->count && !per_host; i++) {
		const struct expr_node *n = &e->nodes[i];

		if (n->kind == EXPR_COMPARE && n->share == share &&
		    (n->op == OP_MORE || n->op == OP_AT_LEAST) &&
		    strcasecmp(n->name, quantity) == 0) {
			*limit = n->number;
			return true;
		}
	}
	return false;
}
