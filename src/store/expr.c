#include "store/expr.h"

#include <ctype.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "store/expr_parts.h"

/** A reading of the text; `error` sticks. */
struct parser {
	const char *text;
	const char *at;
	const char *name;
	struct expr *e;
	struct errbuf *eb;
	enum sl_err error;
	unsigned depth;
};

static unsigned parse_or(struct parser *p);

static void fail_at(struct parser *p, const char *where, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void fail_at(struct parser *p, const char *where, const char *format, ...)
{
	char what[ERRBUF_SIZE / 2];
	va_list ap;

	if (p->error)
		return;
	va_start(ap, format);
	(void)vsnprintf(what, sizeof(what), format, ap);
	va_end(ap);
	p->error = errbuf_set(p->eb, SL_E_USAGE, "%s: column %zu of `%.200s`: %s",
			      p->name, (size_t)(where - p->text) + 1, p->text, what);
}

static void skip_space(struct parser *p)
{
	p->at += strspn(p->at, " \t");
}

static size_t word_len(const char *at)
{
	size_t n = 0;

	while (isalnum((unsigned char)at[n]) || at[n] == '_')
		n++;
	return n;
}

/** @return whether the next word is @p word, which is then behind us */
static bool take_word(struct parser *p, const char *word)
{
	size_t len;

	skip_space(p);
	len = word_len(p->at);
	if (len != strlen(word) || strncasecmp(p->at, word, len) != 0)
		return false;
	p->at += len;
	return true;
}

static unsigned add_node(struct parser *p, struct expr_node node)
{
	if (p->e->count == LIMIT_EXPR_NODES) {
		fail_at(p, p->at, "more than %u parts", LIMIT_EXPR_NODES);
		return 0;
	}
	p->e->nodes[p->e->count] = node;
	return p->e->count++;
}

/* ---- quantities ---- */

static bool three_digits(const char *word, size_t len)
{
	return len == 3 && strspn(word, "0123456789") >= 3;
}

static bool class_word(const char *word, size_t len, enum status_class *class)
{
	for (int i = 0; i < CLASSES; i++) {
		const char *name = status_class_name((enum status_class)i);

		if (strlen(name) == len && strncasecmp(word, name, len) == 0) {
			*class = (enum status_class)i;
			return true;
		}
	}
	return false;
}

static bool named_quantity(const char *word, size_t len, struct expr_node *n)
{
	static const struct {
		const char *name;
		enum expr_quantity quantity;
		double quantile;
	} names[] = {
	    {"errors", Q_ERRORS, 0},     {"no_response", Q_NO_RESPONSE, 0},
	    {"n", Q_RESPONSES, 0},       {"responses", Q_RESPONSES, 0},
	    {"requests", Q_REQUESTS, 0}, {"hosts", Q_HOSTS, 0},
	    {"changes", Q_CHANGES, 0},   {"worse", Q_WORSE, 0},
	    {"p50", Q_LATENCY, 0.5},     {"p90", Q_LATENCY, 0.9},
	    {"p99", Q_LATENCY, 0.99},    {"max", Q_LATENCY, 1.0},
	    {"coverage", Q_COVERAGE, 0},
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strlen(names[i].name) == len &&
		    strncasecmp(word, names[i].name, len) == 0) {
			n->quantity = names[i].quantity;
			n->quantile = names[i].quantile;
			return true;
		}
	return false;
}

static void parse_quantity(struct parser *p, struct expr_node *n)
{
	size_t len = word_len(p->at);

	if (three_digits(p->at, len)) {
		n->quantity = Q_CODE;
		n->code = (uint16_t)strtoul(p->at, NULL, 10);
	} else if (class_word(p->at, len, &n->class)) {
		n->quantity = Q_CLASS;
	} else if (!named_quantity(p->at, len, n)) {
		fail_at(
		    p, p->at,
		    len ? "`%.*s` is no quantity: a class (5xx), a code (503), "
			  "errors, no_response, n, requests, hosts, p50, p90, p99, "
			  "max or coverage"
			: "a quantity is missing%.*s: 5xx, 503, no_response, p99, ...",
		    (int)(len > 40 ? 40 : len), p->at);
		return;
	}
	(void)snprintf(n->name, sizeof(n->name), "%.*s", (int)len, p->at);
	p->at += len;
}

static void parse_operator(struct parser *p, struct expr_node *n)
{
	static const struct {
		const char *text;
		enum expr_operator op;
	} operators[] = {
	    {">=", OP_AT_LEAST}, {"<=", OP_AT_MOST}, {"!=", OP_NOT_EQUAL},
	    {"==", OP_EQUAL},    {">", OP_MORE},     {"<", OP_LESS},
	    {"=", OP_EQUAL},
	};

	skip_space(p);
	for (size_t i = 0; i < sizeof(operators) / sizeof(operators[0]); i++) {
		size_t len = strlen(operators[i].text);

		if (strncmp(p->at, operators[i].text, len) == 0) {
			n->op = operators[i].op;
			p->at += len;
			return;
		}
	}
	fail_at(p, p->at, "a comparison is missing: >, >=, <, <=, = or !=");
}

static bool may_be_share(enum expr_quantity q)
{
	return q == Q_CODE || q == Q_CLASS || q == Q_ERRORS || q == Q_NO_RESPONSE ||
	       q == Q_COVERAGE;
}

/* Digits with a dot; strtod() would take the locale's comma, and "inf". */
static bool parse_digits(struct parser *p, double *out)
{
	size_t len = strspn(p->at, "0123456789.");
	double unit = 0;
	double n = 0;

	if (len == 0 || len > 18)
		return false;
	for (size_t i = 0; i < len; i++) {
		if (p->at[i] == '.' && unit != 0)
			return false;
		if (p->at[i] == '.') {
			unit = 1;
			continue;
		}
		n = n * 10 + (p->at[i] - '0');
		unit *= 10;
	}
	*out = unit > 1 ? n / unit : n;
	p->at += len;
	return true;
}

static void parse_unit(struct parser *p, struct expr_node *n)
{
	static const struct {
		const char *name;
		double ns;
	} units[] = {{"us", 1e3}, {"ms", 1e6}, {"s", 1e9}, {"min", 60e9}};
	const char *where;
	size_t len;

	skip_space(p);
	where = p->at;
	if (*p->at == '%') {
		if (!may_be_share(n->quantity))
			fail_at(p, where, "%s is no share", n->name);
		n->share = true;
		n->number /= 100;
		p->at++;
		return;
	}
	len = word_len(p->at);
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (strlen(units[i].name) == len &&
		    strncmp(p->at, units[i].name, len) == 0) {
			if (n->quantity != Q_LATENCY)
				fail_at(p, where, "%s is no time", n->name);
			n->number *= units[i].ns;
			p->at += len;
			return;
		}
	if (n->quantity == Q_LATENCY)
		fail_at(p, where, "%s needs a unit: s or ms", n->name);
	if (n->quantity == Q_COVERAGE)
		fail_at(p, where, "coverage is a share: write 95%%");
}

static unsigned parse_comparison(struct parser *p)
{
	struct expr_node n = {.kind = EXPR_COMPARE, .class = CLASSES};

	parse_quantity(p, &n);
	if (!p->error)
		parse_operator(p, &n);
	skip_space(p);
	if (!p->error && !parse_digits(p, &n.number))
		fail_at(p, p->at, "a number is missing");
	if (!p->error)
		parse_unit(p, &n);
	return p->error ? 0 : add_node(p, n);
}

/* "new host", "new 5xx host", "new 503 host" */
static unsigned parse_new(struct parser *p)
{
	struct expr_node n = {.kind = EXPR_NEW, .class = CLASSES};
	size_t len;

	skip_space(p);
	len = word_len(p->at);
	if (three_digits(p->at, len))
		n.code = (uint16_t)strtoul(p->at, NULL, 10);
	if (n.code != 0 || class_word(p->at, len, &n.class)) {
		(void)snprintf(n.name, sizeof(n.name), "%.*s", (int)len, p->at);
		p->at += len;
	}
	if (!take_word(p, "host"))
		fail_at(p, p->at, "`new` goes with `host`: new host, new 5xx host");
	return p->error ? 0 : add_node(p, n);
}

/* ---- conditions ---- */

static unsigned parse_part(struct parser *p)
{
	unsigned inner;

	skip_space(p);
	if (++p->depth > LIMIT_EXPR_DEPTH)
		fail_at(p, p->at, "nested deeper than %u", LIMIT_EXPR_DEPTH);
	if (p->error)
		return 0;
	if (take_word(p, "not")) {
		inner = parse_part(p);
		inner = add_node(p, (struct expr_node){.kind = EXPR_NOT,
						       .left = (unsigned char)inner});
	} else if (*p->at == '(') {
		p->at++;
		inner = parse_or(p);
		skip_space(p);
		if (*p->at != ')')
			fail_at(p, p->at, "a `)` is missing");
		else
			p->at++;
	} else if (take_word(p, "new")) {
		inner = parse_new(p);
	} else {
		inner = parse_comparison(p);
	}
	p->depth--;
	return inner;
}

static unsigned join(struct parser *p, enum expr_kind kind, unsigned left,
		     unsigned right)
{
	return add_node(p, (struct expr_node){.kind = kind,
					      .left = (unsigned char)left,
					      .right = (unsigned char)right});
}

/* "per host" closes what stands before it in this conjunction. */
static unsigned take_per_host(struct parser *p, unsigned left)
{
	while (!p->error && take_word(p, "per")) {
		if (!take_word(p, "host"))
			fail_at(p, p->at, "`per` goes with `host`");
		left = join(p, EXPR_PER_HOST, left, 0);
	}
	return left;
}

static unsigned parse_and(struct parser *p)
{
	unsigned left = take_per_host(p, parse_part(p));

	while (!p->error && take_word(p, "and"))
		left = take_per_host(p, join(p, EXPR_AND, left, parse_part(p)));
	return left;
}

static unsigned parse_or(struct parser *p)
{
	unsigned left = parse_and(p);

	while (!p->error && take_word(p, "or"))
		left = join(p, EXPR_OR, left, parse_and(p));
	return left;
}

enum sl_err expr_parse(const char *text, const char *name, struct expr **out,
		       struct errbuf *eb)
{
	struct parser p = {.text = text, .at = text, .name = name, .eb = eb};

	*out = NULL;
	if (strlen(text) > LIMIT_EXPR_BYTES)
		return errbuf_set(eb, SL_E_USAGE, "%s: longer than %u bytes", name,
				  LIMIT_EXPR_BYTES);
	p.e = calloc(1, sizeof(*p.e));
	if (!p.e)
		return errbuf_set(eb, SL_E_NOMEM, "%s", sl_err_text(SL_E_NOMEM));
	p.e->top = parse_or(&p);
	skip_space(&p);
	if (!p.error && *p.at != '\0')
		fail_at(&p, p.at, "`and`, `or` or the end was expected");
	if (p.error) {
		free(p.e);
		return p.error;
	}
	*out = p.e;
	return SL_OK;
}

bool expr_needs_history(const struct expr *e)
{
	for (unsigned i = 0; i < e->count; i++)
		if (e->nodes[i].kind == EXPR_NEW ||
		    (e->nodes[i].kind == EXPR_COMPARE &&
		     (e->nodes[i].quantity == Q_CHANGES ||
		      e->nodes[i].quantity == Q_WORSE)))
			return true;
	return false;
}

void expr_free(struct expr *e)
{
	free(e);
}
