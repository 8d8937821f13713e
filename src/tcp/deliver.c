#include "tcp/deliver.h"

#include <stdlib.h>

/* ---- the rare part of a record ---- */

#define EXTRA_COST (sizeof(struct tcp_extra) + 16U) /* malloc() takes about 16 */

static uint32_t seed(struct tcp *t)
{
	t->random = t->random * 1664525U + 1013904223U;
	return t->random | 1U;
}

struct tcp_extra *extra_get(struct tcp *t, struct tcp_connection *c)
{
	struct tcp_extra *x = c->extra;

	if (x)
		return x;
	if (!memory_take(&t->held, EXTRA_COST))
		return NULL;
	x = calloc(1, sizeof(*x));
	if (!x) {
		memory_give(&t->held, EXTRA_COST);
		t->failed = true;
		return NULL;
	}
	x->owner = c;
	for (unsigned dir = 0; dir < 2; dir++) {
		x->side[dir].origin = REASM_ORIGIN;
		x->side[dir].guess = REASM_ORIGIN;
		x->side[dir].store.random = seed(t);
	}
	c->extra = x;
	return x;
}

void extra_list(struct tcp *t, struct tcp_extra *x)
{
	if (x->listed)
		return;
	x->listed = true;
	x->prev = t->waiting_last;
	x->next = NULL;
	if (t->waiting_last)
		t->waiting_last->next = x;
	else
		t->waiting = x;
	t->waiting_last = x;
}

void extra_unlist(struct tcp *t, struct tcp_extra *x)
{
	if (!x->listed)
		return;
	x->listed = false;
	if (x->prev)
		x->prev->next = x->next;
	else
		t->waiting = x->next;
	if (x->next)
		x->next->prev = x->prev;
	else
		t->waiting_last = x->prev;
}

void extra_free(struct tcp *t, struct tcp_connection *c)
{
	struct tcp_extra *x = c->extra;

	if (!x)
		return;
	extra_unlist(t, x);
	for (unsigned dir = 0; dir < 2; dir++)
		memory_give(&t->held, reasm_clear(&x->side[dir].store));
	memory_give(&t->held, EXTRA_COST);
	c->extra = NULL;
	free(x);
}

/* ---- what the sink is told ---- */

/* The sums of a connection that carries HTTP are kept up before the sink is called:
 * it may change the bucket, and tcp_classify() moves what was counted until then. */
static void step_lost(struct tcp *t, struct tcp_connection *c, unsigned dir, uint64_t n)
{
	deliver_step(c, dir, n);
	t->coverage->all_gap_bytes += n;
	if (c->extra)
		c->extra->side[dir].lost += n;
	if (connection_http(c)) {
		t->coverage->gap_bytes += n;
		t->coverage->http_bytes_lost += n;
	}
}

/* `n` bytes of a skip have passed: tell when these were the last of it. */
static void skip_passed(struct tcp *t, struct tcp_connection *c, unsigned dir,
			uint64_t n, int64_t time_ns)
{
	struct tcp_side *side = &c->side[dir];
	uint64_t lost = 0;

	if (side->skip_left == TCP_SKIP_ALL)
		return;
	side->skip_left -= n;
	if (side->skip_left > 0)
		return;
	if (c->extra) {
		lost = c->extra->side[dir].skip_lost;
		c->extra->side[dir].skip_lost = 0;
	}
	c->flags |= CONNECTION_TOLD;
	t->sink.skipped(t->sink.ctx, c, dir, lost, time_ns);
}

static uint64_t skippable(const struct tcp_side *side, uint64_t len)
{
	return len < side->skip_left ? len : side->skip_left;
}

void deliver_bytes(struct tcp *t, struct tcp_connection *c, unsigned dir,
		   struct tcp_data *d)
{
	struct tcp_side *side = &c->side[dir];

	while (d->len > 0 && side->skip_left > 0) {
		size_t n = (size_t)skippable(side, d->len);

		deliver_step_read(t, c, dir, n);
		d->len -= n;
		d->segment_start = false;
		if (d->bytes)
			d->bytes += n;
		skip_passed(t, c, dir, n, d->time_ns);
	}
	if (d->len == 0)
		return;
	if (!d->bytes) {
		/* Held without its bytes, for a skip that has been taken back. */
		deliver_gap(t, c, dir, d->len, d->time_ns);
		return;
	}
	deliver_told(t, c, dir, d);
}

void deliver_gap(struct tcp *t, struct tcp_connection *c, unsigned dir, uint64_t len,
		 int64_t time_ns)
{
	struct tcp_side *side = &c->side[dir];
	struct tcp_extra *x = extra_get(t, c);
	uint64_t offset;

	t->coverage->all_gaps++;
	if (x)
		x->side[dir].gaps++;
	if (connection_http(c))
		t->coverage->gaps++;
	while (len > 0 && side->skip_left > 0) {
		uint64_t n = skippable(side, len);

		step_lost(t, c, dir, n);
		len -= n;
		if (x)
			x->side[dir].skip_lost += n;
		skip_passed(t, c, dir, n, time_ns);
	}
	if (len == 0)
		return;
	offset = side->offset;
	step_lost(t, c, dir, len);
	c->flags |= CONNECTION_TOLD;
	t->sink.gap(t->sink.ctx, c, dir, offset, len, time_ns);
}

void deliver_midstream(struct tcp *t, struct tcp_connection *c, unsigned dir,
		       int64_t time_ns)
{
	if (!((c->side_flags[0] | c->side_flags[1]) & SIDE_MIDSTREAM))
		t->coverage->midstream++;
	c->side_flags[dir] |= SIDE_MIDSTREAM;
	c->flags |= CONNECTION_TOLD;
	t->sink.gap(t->sink.ctx, c, dir, c->side[dir].offset, 0, time_ns);
}

void deliver_fin(struct tcp *t, struct tcp_connection *c, unsigned dir, int64_t time_ns)
{
	if (c->extra)
		c->extra->side[dir].fin.held = false;
	c->side_flags[dir] |= SIDE_FIN;
	c->flags |= CONNECTION_TOLD;
	t->sink.fin(t->sink.ctx, c, dir, time_ns);
}
