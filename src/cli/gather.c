#include "config.h"

#include "cli/gather.h"

#include <stdlib.h>
#include <string.h>

#include "base/human.h"
#include "base/system_clock.h"

static uint64_t monotonic_s(void)
{
	return (uint64_t)(system_clock_ns(CLOCK_MONOTONIC) / NS_PER_S);
}

static void name_sources(struct gather_span *s, const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		s->sources[i] =
		    (struct capture_source){.name = names[i], .format = "live"};
}

static struct tally *new_tally(const struct gather *g, const struct memory_plan *plan)
{
	struct tally *t = tally_new(g->options->by);

	if (t)
		tally_set_memory(t, plan);
	return t;
}

enum sl_err gather_init(struct gather *g, const struct options *o,
			const char *const *names, size_t count, size_t lanes,
			const struct memory_plan *brief, const struct memory_plan *kept)
{
	*g = (struct gather){.options = o,
			     .brief = *brief,
			     .kept = *kept,
			     .source_count = count,
			     .states_count = lanes};
	name_sources(&g->all, names, count);
	name_sources(&g->interval, names, count);
	g->all.start_ns = g->interval.start_ns = human_now_ns();
	g->all.tally = new_tally(g, kept);
	g->interval.tally = new_tally(g, kept);
	g->tick = new_tally(g, brief);
	g->states = calloc(lanes, sizeof(*g->states));
	return g->all.tally && g->interval.tally && g->tick && g->states ? SL_OK
									 : SL_E_NOMEM;
}

void gather_free(struct gather *g)
{
	tally_free(g->all.tally);
	tally_free(g->interval.tally);
	tally_free(g->tick);
	free(g->states);
	*g = (struct gather){0};
}

/* ---- sources ---- */

static void add_source(struct capture_source *to, const struct lane_source *from)
{
	if (from->packets == 0)
		return;
	if (to->packets == 0 || from->first_ns < to->first_ns)
		to->first_ns = from->first_ns;
	if (to->packets == 0 || from->last_ns > to->last_ns)
		to->last_ns = from->last_ns;
	to->packets += from->packets;
	to->bytes += from->bytes;
	if (to->link_type_count == 0)
		to->link_types[to->link_type_count++] = from->link_type;
}

/* States of lanes that are no more stay: what they had lost is lost. */
static void sum_losses(struct gather *g)
{
	for (size_t i = 0; i < g->source_count; i++) {
		struct lane_source *sum = &g->sums[i];
		struct capture_source *s = &g->all.sources[i];

		*sum = (struct lane_source){.losses.interface_known = true};
		for (size_t n = 0; n < g->states_count; n++) {
			const struct lane_source *one = &g->states[n].sources[i];

			sum->losses.kernel += one->losses.kernel;
			/* Each lane's tap looks at the same interface. */
			if (one->losses.interface > sum->losses.interface)
				sum->losses.interface = one->losses.interface;
			if (!one->losses.interface_known)
				sum->losses.interface_known = false;
		}
		s->drops_known = true;
		s->dropped_by_kernel = sum->losses.kernel;
		s->dropped_by_interface = sum->losses.interface;
		s->interface_drops_unknown = !sum->losses.interface_known;
	}
}

/* ---- the tick ---- */

/** A state is handed over once: what is recent in it counts once. */
static void take_state(struct gather *g, const struct lane_state *state)
{
	for (size_t i = 0; i < g->source_count; i++) {
		add_source(&g->all.sources[i], &state->sources[i]);
		add_source(&g->interval.sources[i], &state->sources[i]);
	}
	if (state->now_ns > g->now_ns)
		g->now_ns = state->now_ns;
	g->figures_low = g->figures_low || state->figures_low;
}

static enum sl_err collect(struct gather *g, struct lane *const *lanes, size_t count)
{
	enum sl_err e = SL_OK;

	g->stuck = false;
	g->all.coverage = (struct coverage){.drops_known = 0};
	for (size_t i = 0; i < count; i++) {
		enum sl_err one = lane_collect(lanes[i], g->tick, &g->states[i]);

		if (one == SL_E_SYSTEM)
			g->stuck = true;
		else
			take_state(g, &g->states[i]);
		e = e ? e : one;
	}
	for (size_t i = 0; i < g->states_count; i++)
		coverage_merge(&g->all.coverage, &g->states[i].coverage);
	sum_losses(g);
	return e;
}

enum sl_err gather_tick(struct gather *g, struct lane *const *lanes, size_t count)
{
	struct tally *fresh = new_tally(g, &g->brief);
	enum sl_err e;

	if (!fresh)
		return SL_E_NOMEM;
	tally_free(g->tick);
	g->tick = fresh;
	e = collect(g, lanes, count);
	tally_mark(g->all.tally, monotonic_s());
	if (tally_merge(g->interval.tally, g->tick) != SL_OK ||
	    tally_merge(g->all.tally, g->tick) != SL_OK)
		g->figures_low = true;
	return e;
}

void gather_forget(struct gather *g)
{
	uint64_t now = monotonic_s(), idle = g->options->live.forget_s;

	if (idle > 0 && now >= idle)
		g->forgotten += tally_forget(g->all.tally, now - idle);
}

/* ---- reports ---- */

struct report gather_report(const struct gather *g)
{
	return (struct report){
	    .tally = g->all.tally,
	    .coverage = &g->all.coverage,
	    .sources = g->all.sources,
	    .source_count = g->source_count,
	    .filter = g->options->filter,
	    .generated_ns = human_now_ns(),
	    .figures_low = g->figures_low,
	    .rows_forgotten = g->forgotten,
	};
}

static uint64_t less(uint64_t now, uint64_t told)
{
	return now > told ? now - told : 0;
}

static uint64_t smaller(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/**
 * @brief What the buckets have grown by since it was told last.
 *
 * Packets move between buckets when a connection turns out to be HTTP. What one bucket
 * has lost is told later than what the other one has won, so that no figure is
 * negative, each interval adds up, and so do all of them.
 */
static void bucket_growth(struct coverage *out, const struct coverage *now,
			  const struct coverage *told)
{
	uint64_t packets = less(now->total.packets, told->total.packets);
	uint64_t bytes = less(now->total.bytes, told->total.bytes);

	out->total = (struct volume){packets, bytes};
	for (size_t i = 0; i < COVERAGE_BUCKETS; i++) {
		struct volume *b = &out->bucket[i];

		b->packets = smaller(
		    less(now->bucket[i].packets, told->bucket[i].packets), packets);
		b->bytes =
		    smaller(less(now->bucket[i].bytes, told->bucket[i].bytes), bytes);
		packets -= b->packets;
		bytes -= b->bytes;
	}
}

/** All of coverage is 64-bit sums: the rest is told by difference. */
static void growth(struct coverage *out, const struct coverage *now,
		   const struct coverage *told)
{
	const size_t count = sizeof(*out) / sizeof(uint64_t);
	uint64_t n[sizeof(*out) / sizeof(uint64_t)], t[sizeof(*out) / sizeof(uint64_t)];

	_Static_assert(sizeof(*out) % sizeof(uint64_t) == 0, "nothing but sums");
	memcpy(n, now, sizeof(n));
	memcpy(t, told, sizeof(t));
	for (size_t i = 0; i < count; i++)
		n[i] = less(n[i], t[i]);
	memcpy(out, n, sizeof(n));
	bucket_growth(out, now, told);
}

struct report gather_interval_report(struct gather *g, int64_t end_ns)
{
	struct gather_span *s = &g->interval;
	struct report r = gather_report(g);

	growth(&s->coverage, &g->all.coverage, &g->reported);
	for (size_t i = 0; i < g->source_count; i++) {
		struct capture_source *to = &s->sources[i];
		const struct capture_source *all = &g->all.sources[i];

		to->drops_known = true;
		to->interface_drops_unknown = all->interface_drops_unknown;
		to->dropped_by_kernel =
		    less(all->dropped_by_kernel, g->losses[i].losses.kernel);
		to->dropped_by_interface =
		    less(all->dropped_by_interface, g->losses[i].losses.interface);
	}
	r.tally = s->tally;
	r.coverage = &s->coverage;
	r.sources = s->sources;
	/* The clock may have been set back meanwhile. */
	r.interval_start_ns = s->start_ns < end_ns ? s->start_ns : end_ns;
	r.interval_end_ns = end_ns;
	return r;
}

enum sl_err gather_next_interval(struct gather *g, int64_t start_ns)
{
	struct gather_span *s = &g->interval;
	struct tally *fresh = new_tally(g, &g->kept);

	if (!fresh)
		return SL_E_NOMEM;
	tally_free(s->tally);
	s->tally = fresh;
	s->start_ns = start_ns;
	coverage_merge(&g->reported, &s->coverage);
	for (size_t i = 0; i < g->source_count; i++) {
		struct capture_source *from = &s->sources[i];

		g->losses[i].losses.kernel += from->dropped_by_kernel;
		g->losses[i].losses.interface += from->dropped_by_interface;
		*from = (struct capture_source){.name = from->name, .format = "live"};
	}
	return SL_OK;
}
