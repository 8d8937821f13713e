#include "tcp/tcp.h"

#include <stdlib.h>

#include "base/hash.h"
#include "base/limits.h"
#include "tcp/connection.h"
#include "tcp/deliver.h"
#include "tcp/expiry.h"
#include "tcp/role.h"
#include "tcp/stream.h"
#include "tcp/usual.h"

struct tcp *tcp_new(const struct tcp_sink *sink, struct coverage *coverage)
{
	struct tcp *t = calloc(1, sizeof(*t));
	uintptr_t self = (uintptr_t)t;

	if (!t)
		return NULL;
	t->sink = *sink;
	t->coverage = coverage;
	t->held.own = LIMIT_HELD;
	t->room.own = (size_t)LIMIT_CONNECTIONS * LIMIT_CONNECTION_COST;
	t->random = (uint32_t)hash_bytes(&self, sizeof(self)) | 1U;
	for (int i = 0; i < TCP_LISTS; i++) {
		t->list[i].oldest = FLOW_NONE;
		t->list[i].newest = FLOW_NONE;
	}
	t->flows = flow_table_new(t);
	t->half_open = half_open_new();
	t->recent = recent_new();
	if (!t->flows || !t->half_open || !t->recent) {
		tcp_free(t);
		return NULL;
	}
	return t;
}

void tcp_set_memory(struct tcp *t, const struct memory_plan *plan,
		    struct memory_commons *commons)
{
	t->held.own = plan->held;
	t->held.commons = commons;
	t->room.own = plan->connections;
	t->room.commons = commons;
}

void tcp_free(struct tcp *t)
{
	if (!t)
		return;
	for (int i = 0; t->flows && i < TCP_LISTS; i++)
		for (uint32_t id = t->list[i].oldest; id != FLOW_NONE;) {
			struct tcp_connection *c = flow_at(t->flows, id);

			id = c->newer;
			extra_free(t, c);
		}
	flow_table_free(t->flows);
	half_open_free(t->half_open);
	recent_free(t->recent);
	free(t);
}

enum sl_err tcp_failed(const struct tcp *t)
{
	return t->failed ? SL_E_NOMEM : SL_OK;
}

static inline bool sweep_is_due(const struct tcp *t)
{
	return t->clock.now_ns >= t->next_sweep_ns || !t->started;
}

static void sweep(struct tcp *t)
{
	int64_t now_ns = t->clock.now_ns;

	if (!sweep_is_due(t))
		return;
	t->started = true;
	/* What is left over is looked at with the next packet. */
	if (!expiry_sweep(t, now_ns, LIMIT_SWEEP_STEPS))
		t->next_sweep_ns = now_ns + LIMIT_SWEEP_NS;
}

enum sl_err tcp_feed(struct tcp *t, const struct segment *s)
{
	int64_t time_ns = packet_clock_feed(&t->clock, s->time_ns, t->coverage);
	struct tcp_connection *c;
	uint64_t hash;

	if (sweep_is_due(t))
		sweep(t);
	c = lately_find(t, &s->key, &hash);
	if (!c) {
		hash = flow_key_hash(&s->key);
		flow_table_prefetch(t->flows, hash);
	}
	if (recent_packet(t->recent, s, hash, t->clock.now_ns)) {
		coverage_add(t->coverage, COVERAGE_DUPLICATE, s->packets, s->bytes);
		return SL_OK;
	}
	if (!c) {
		c = flow_table_find(t->flows, &s->key, hash);
		if (c)
			lately_set(t, c, hash);
	}
	if (c && usual_segment(t, c, s, time_ns))
		return SL_OK;
	if (c && !expiry_wake(t, c, t->clock.now_ns))
		c = NULL;
	return role_segment(t, c, s, hash, time_ns);
}

void tcp_advance(struct tcp *t, int64_t now_ns)
{
	packet_clock_advance(&t->clock, now_ns);
	sweep(t);
}

void tcp_jump(struct tcp *t, int64_t now_ns)
{
	packet_clock_jump(&t->clock, now_ns);
	sweep(t);
}

void tcp_flush(struct tcp *t)
{
	int64_t now_ns = t->clock.now_ns;

	/* What is over by its own stamps has not been ended by the capture. */
	for (int i = 0; i < TCP_LISTS; i++)
		for (uint32_t id = t->list[i].oldest; id != FLOW_NONE;) {
			struct tcp_connection *c = flow_at(t->flows, id);

			id = c->newer;
			(void)expiry_wake(t, c, now_ns);
		}
	for (int i = 0; i < LIST_LINGER; i++)
		while (t->list[i].oldest != FLOW_NONE)
			expiry_flush(t, flow_at(t->flows, t->list[i].oldest), now_ns);
}

/* ---- for the sink ---- */

void **tcp_user(struct tcp_connection *c)
{
	return &c->user;
}

void tcp_skip(struct tcp_connection *c, unsigned dir, uint64_t n)
{
	c->side[dir].skip_left = n;
	if (c->extra)
		c->extra->side[dir].skip_lost = 0;
}

uint64_t tcp_skip_left(const struct tcp_connection *c, unsigned dir)
{
	return c->side[dir].skip_left;
}

/* What the connection has added up belongs to HTTP now, or no longer: `sign` 1 or
 * all ones. */
static void move_sums(struct coverage *to, const struct tcp_connection *c,
		      uint64_t sign)
{
	uint64_t passed = c->side[0].offset + c->side[1].offset;
	uint64_t lost = 0;
	uint64_t gaps = 0;

	for (unsigned dir = 0; c->extra && dir < 2; dir++) {
		lost += c->extra->side[dir].lost;
		gaps += c->extra->side[dir].gaps;
	}
	to->http_bytes += sign * (passed - lost);
	to->http_bytes_lost += sign * lost;
	to->gap_bytes += sign * lost;
	to->gaps += sign * gaps;
}

void tcp_classify(struct tcp_connection *c, enum coverage_bucket b)
{
	struct tcp *t = flow_owner(c);
	bool before = connection_http(c);

	if (c->bucket == b)
		return;
	t->coverage->bucket[c->bucket].packets -= c->packets;
	t->coverage->bucket[c->bucket].bytes -= c->bytes;
	coverage_add(t->coverage, b, c->packets, c->bytes);
	expiry_set_bucket(t, c, b);
	if (connection_http(c) != before)
		move_sums(t->coverage, c, before ? UINT64_MAX : 1);
}

void tcp_follow(struct tcp_connection *c, enum coverage_bucket b)
{
	c->packets = 0;
	c->bytes = 0;
	expiry_set_bucket(flow_owner(c), c, b);
}

void tcp_set_waiting(struct tcp_connection *c, bool waiting)
{
	if (waiting)
		c->flags |= CONNECTION_WAITING;
	else
		c->flags &= (uint8_t)~CONNECTION_WAITING;
}

struct endpoint tcp_endpoint(const struct tcp_connection *c, unsigned dir)
{
	return (struct endpoint){.addr = c->key.addr[dir], .port = c->key.port[dir]};
}

int tcp_initiator(const struct tcp_connection *c)
{
	if (c->flags & CONNECTION_INITIATOR_0)
		return 0;
	return c->flags & CONNECTION_INITIATOR_1 ? 1 : -1;
}

bool tcp_seen(const struct tcp_connection *c, unsigned dir)
{
	return (c->side_flags[dir] & SIDE_SEEN) != 0;
}

size_t tcp_memory(const struct tcp *t)
{
	return sizeof(*t) + flow_table_memory(t->flows) + half_open_memory() +
	       recent_memory() + t->held.used;
}
