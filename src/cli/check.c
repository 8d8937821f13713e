/*
 * --check: the report as a monitoring plug-in's status and line.
 */
#include <inttypes.h>
#include <stdio.h>

#include "base/human.h"
#include "cli/night.h"
#include "cli/say.h"
#include "report/view.h"
#include "store/expr.h"
#include "store/store.h"

/** What is judged, and with what. */
struct checking {
	const struct options *o;
	const struct report *r;
	struct expr *warn, *critical;
	struct store *store;
	int64_t before_ns;
	char reason[EXPR_REASON];
};

static bool had(void *ctx, const char *host, enum host_source source, int class,
		uint16_t code)
{
	const struct checking *c = ctx;

	return store_had(c->store, host, source, class, code, c->before_ns);
}

static bool condition(struct checking *c, const struct expr *e)
{
	struct expr_past past = {.had = had, .ctx = c};

	return e &&
	       expr_holds(e, c->r, c->r->changes, c->store ? &past : NULL, c->reason);
}

/* ---- performance data: label=value[unit];warn;crit;min ---- */

static void put_limits(const struct checking *c, const char *name, bool share,
		       double scale)
{
	double limit;

	if (c->warn && expr_limit(c->warn, name, share, &limit))
		(void)printf(";%.6g", limit * scale);
	else
		(void)printf(";");
	if (c->critical && expr_limit(c->critical, name, share, &limit))
		(void)printf(";%.6g", limit * scale);
	else
		(void)printf(";");
	(void)printf(";0");
}

static void put_share(const struct checking *c, const char *name, uint64_t part,
		      uint64_t of)
{
	(void)printf(" '%s'=%.4f%%", name,
		     of ? 100.0 * (double)part / (double)of : 0.0);
	put_limits(c, name, true, 100);
	(void)printf(";100");
}

static void put_data(const struct checking *c)
{
	const struct counts *total = tally_total(c->r->tally);
	uint64_t finals = view_finals(total);
	double coverage = expr_coverage(c->r);

	(void)printf(" | n=%" PRIu64, finals);
	put_limits(c, "n", false, 1);
	put_share(c, "5xx", total->classes[CLASS_5XX], finals);
	put_share(c, "4xx", total->classes[CLASS_4XX], finals);
	put_share(c, "no_response", counts_no_response(total), total->requests);
	if (total->latency) {
		(void)printf(" p99=%.6fs", (double)view_quantile(total, 0.99) / 1e9);
		put_limits(c, "p99", false, 1e-9);
	}
	if (coverage >= 0)
		(void)printf(" coverage=%.4f%%;;;0;100", 100 * coverage);
	(void)printf("\n");
}

/* ---- status ---- */

static const char *status_name(enum cli_status s)
{
	switch ((int)s) {
	case CLI_DONE:
		return "OK";
	case CLI_WARNING:
		return "WARNING";
	case CLI_CRITICAL:
		return "CRITICAL";
	default:
		return "UNKNOWN";
	}
}

static void say_summary(struct checking *c)
{
	const struct counts *total = tally_total(c->r->tally);
	char count[HUMAN_SIZE], share[HUMAN_SIZE];
	uint64_t finals = view_finals(total);
	size_t hosts;

	(void)tally_rows(c->r->tally, &hosts);
	(void)snprintf(
	    c->reason, sizeof(c->reason), "%s responses, %zu hosts, 5xx %s",
	    human_count(finals, true, count, sizeof(count)), hosts,
	    human_share(total->classes[CLASS_5XX], finals, share, sizeof(share)));
}

static uint64_t packets_inside(const struct report *r)
{
	return r->coverage->total.packets -
	       r->coverage->bucket[COVERAGE_FILTERED].packets;
}

static enum cli_status judge(struct checking *c, enum cli_status so_far)
{
	const struct counts *total = tally_total(c->r->tally);

	if (packets_inside(c->r) == 0) {
		(void)snprintf(c->reason, sizeof(c->reason), "no packets%s",
			       c->r->window.set ? " in the window" : "");
		return CLI_UNKNOWN;
	}
	if (total->responses == 0 && total->requests == 0) {
		(void)snprintf(c->reason, sizeof(c->reason),
			       "%" PRIu64 " packets, but no HTTP could be read",
			       packets_inside(c->r));
		return CLI_UNKNOWN;
	}
	if (condition(c, c->critical))
		return CLI_CRITICAL;
	if (condition(c, c->warn))
		return CLI_WARNING;
	say_summary(c);
	/* Damage hides what it took: not good health. */
	if (so_far == CLI_PARTIAL) {
		(void)snprintf(c->reason, sizeof(c->reason),
			       "some input was damaged: see standard error");
		return CLI_WARNING;
	}
	return CLI_DONE;
}

static bool read_expressions(struct checking *c, struct errbuf *eb)
{
	const struct night_options *n = &c->o->night;
	bool needs;

	if (n->warn && expr_parse(n->warn, "--warn", &c->warn, eb))
		return false;
	if (n->critical && expr_parse(n->critical, "--crit", &c->critical, eb))
		return false;
	needs = (c->warn && expr_needs_history(c->warn)) ||
		(c->critical && expr_needs_history(c->critical));
	if (!needs)
		return true;
	if (!n->db) {
		(void)errbuf_set(eb, SL_E_USAGE,
				 "`new ... host` and `changes` compare with earlier "
				 "nights: name the history with --db");
		return false;
	}
	return true;
}

bool night_check(const struct night *n, const struct options *o, const struct report *r,
		 enum cli_status *status)
{
	struct checking c = {
	    .o = o, .r = r, .store = n->store, .before_ns = night_time(o, r)};
	struct errbuf eb = {""};

	if (!o->night.check || (*status != CLI_DONE && *status != CLI_PARTIAL))
		return false;
	if (read_expressions(&c, &eb)) {
		*status = judge(&c, *status);
	} else {
		(void)snprintf(c.reason, sizeof(c.reason), "%s", eb.text);
		say("%s", eb.text);
		*status = CLI_UNKNOWN;
	}
	(void)printf("STATLINE %s - %s", status_name(*status), c.reason);
	put_data(&c);
	expr_free(c.warn);
	expr_free(c.critical);
	return true;
}

enum cli_status night_failed(const struct options *o, enum cli_status status)
{
	if (!o->night.check)
		return status;
	(void)printf("STATLINE UNKNOWN - there is no report: see standard error\n");
	return CLI_UNKNOWN;
}

bool night_ready(const struct options *o)
{
	struct checking c = {.o = o};
	struct errbuf eb = {""};
	bool ready = read_expressions(&c, &eb);

	if (!ready)
		say("%s", eb.text);
	expr_free(c.warn);
	expr_free(c.critical);
	return ready;
}
