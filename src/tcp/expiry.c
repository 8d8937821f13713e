#include "tcp/expiry.h"

#include "tcp/deliver.h"
#include "tcp/stream.h"

/* ---- lists ---- */

static struct tcp_list_ends *list_of(struct tcp *t, const struct tcp_connection *c)
{
	if (c->flags & CONNECTION_LINGERING)
		return &t->list[LIST_LINGER];
	if (c->flags & CONNECTION_SILENT)
		return &t->list[LIST_SILENT];
	return &t->list[connection_http(c) ? LIST_HTTP : LIST_OTHER];
}

static void link_newest(struct tcp *t, struct tcp_connection *c)
{
	struct tcp_list_ends *l = list_of(t, c);
	uint32_t id = flow_id(c);

	c->queued = expiry_coarse(c->last_ns);
	c->older = l->newest;
	c->newer = FLOW_NONE;
	if (l->newest == FLOW_NONE)
		l->oldest = id;
	else
		flow_at(t->flows, l->newest)->newer = id;
	l->newest = id;
	l->count++;
}

static void unlink_from(struct tcp *t, struct tcp_connection *c)
{
	struct tcp_list_ends *l = list_of(t, c);

	if (c->older == FLOW_NONE)
		l->oldest = c->newer;
	else
		flow_at(t->flows, c->older)->newer = c->newer;
	if (c->newer == FLOW_NONE)
		l->newest = c->older;
	else
		flow_at(t->flows, c->newer)->older = c->older;
	l->count--;
}

static struct tcp_connection *oldest(struct tcp *t, enum tcp_list list)
{
	uint32_t id = t->list[list].oldest;

	return id == FLOW_NONE ? NULL : flow_at(t->flows, id);
}

void expiry_add(struct tcp *t, struct tcp_connection *c)
{
	link_newest(t, c);
}

void expiry_requeue(struct tcp *t, struct tcp_connection *c)
{
	unlink_from(t, c);
	c->flags &= (uint8_t)~CONNECTION_SILENT;
	link_newest(t, c);
}

void expiry_set_bucket(struct tcp *t, struct tcp_connection *c, enum coverage_bucket b)
{
	unlink_from(t, c);
	c->bucket = (uint8_t)b;
	link_newest(t, c);
}

/* ---- ends ---- */

void expiry_remove(struct tcp *t, struct tcp_connection *c)
{
	unlink_from(t, c);
	extra_free(t, c);
	if (lately_place(t, &c->key)->c == c)
		lately_place(t, &c->key)->c = NULL;
	flow_table_remove(t->flows, c);
}

static void linger(struct tcp *t, struct tcp_connection *c)
{
	unlink_from(t, c);
	c->flags |= CONNECTION_LINGERING;
	link_newest(t, c);
	if (t->list[LIST_LINGER].count > LIMIT_LINGERING)
		expiry_remove(t, oldest(t, LIST_LINGER));
}

void expiry_end(struct tcp *t, struct tcp_connection *c, enum tcp_end why,
		int64_t when_ns)
{
	stream_flush(t, c, when_ns);
	if ((c->side_flags[0] ^ c->side_flags[1]) & SIDE_SEEN)
		t->coverage->one_sided++;
	if (c->flags & CONNECTION_TOLD)
		t->sink.closed(t->sink.ctx, c, why, when_ns);
	c->user = NULL;
	extra_free(t, c);
	if (why == TCP_END_CLOSED || why == TCP_END_RESET)
		linger(t, c);
	else
		expiry_remove(t, c);
}

/* When its last packet came. */
static int64_t last_packet_ns(const struct tcp *t, const struct tcp_connection *c)
{
	return packet_clock_then(&t->clock, c->last_ns);
}

void expiry_flush(struct tcp *t, struct tcp_connection *c, int64_t now_ns)
{
	bool reset = c->extra && c->extra->reset;
	int64_t end_ns = reset ? c->extra->reset_ns : now_ns;

	/* Both FINs may be among what is held: then only the wait was cut short. */
	stream_flush(t, c, end_ns);
	if (stream_ended(c))
		expiry_end(t, c, TCP_END_CLOSED, last_packet_ns(t, c));
	else
		expiry_end(t, c, reset ? TCP_END_RESET : TCP_END_CAPTURE, end_ns);
}

/* Silent for long enough to be told, or to be over? */
static bool wake_silent(struct tcp *t, struct tcp_connection *c, int64_t now_ns)
{
	int64_t last_ns = last_packet_ns(t, c);
	int64_t silence = now_ns - last_ns;

	if (silence <= LIMIT_IDLE_NS)
		return true;
	if ((c->flags & CONNECTION_WAITING) && !(c->flags & CONNECTION_SILENT)) {
		unlink_from(t, c);
		c->flags |= CONNECTION_SILENT | CONNECTION_TOLD;
		link_newest(t, c);
		t->sink.idle(t->sink.ctx, c, last_ns + LIMIT_IDLE_NS);
	}
	if (!(c->flags & CONNECTION_WAITING)) {
		expiry_end(t, c, TCP_END_IDLE, last_ns + LIMIT_IDLE_NS);
		return false;
	}
	if (silence <= LIMIT_IDLE_WAITING_NS)
		return true;
	expiry_end(t, c, TCP_END_IDLE, last_ns + LIMIT_IDLE_WAITING_NS);
	return false;
}

bool expiry_wake(struct tcp *t, struct tcp_connection *c, int64_t now_ns)
{
	if (c->flags & CONNECTION_LINGERING) {
		if (now_ns - last_packet_ns(t, c) <= LIMIT_LINGER_NS)
			return true;
		expiry_remove(t, c);
		return false;
	}
	if (stream_waits(c)) {
		bool reset = c->extra->reset;
		int64_t reset_ns = c->extra->reset_ns;
		bool over = reset && now_ns - reset_ns > LIMIT_RESET_NS;

		stream_settle(t, c, over ? reset_ns + LIMIT_RESET_NS : now_ns);
		if (stream_ended(c)) {
			expiry_end(t, c, TCP_END_CLOSED, last_packet_ns(t, c));
			return expiry_wake(t, c, now_ns);
		}
		if (over) {
			expiry_end(t, c, TCP_END_RESET, reset_ns);
			return expiry_wake(t, c, now_ns);
		}
	}
	return wake_silent(t, c, now_ns);
}

/* Whether there is room for one more connection than there are. */
static bool has_room(struct tcp *t)
{
	const size_t step = (size_t)LIMIT_CONNECTIONS_STEP * LIMIT_CONNECTION_COST;
	size_t room = t->room.used / LIMIT_CONNECTION_COST;

	if (flow_table_count(t->flows) < room)
		return true;
	return room <= LIMIT_CONNECTIONS_MOST - LIMIT_CONNECTIONS_STEP &&
	       memory_take(&t->room, step);
}

void expiry_make_room(struct tcp *t)
{
	static const enum tcp_list order[] = {LIST_LINGER, LIST_OTHER, LIST_SILENT,
					      LIST_HTTP};

	if (has_room(t))
		return;
	for (size_t i = 0; i < sizeof(order) / sizeof(*order); i++) {
		struct tcp_connection *c = oldest(t, order[i]);

		if (!c)
			continue;
		if (c->flags & CONNECTION_LINGERING) {
			expiry_remove(t, c);
			return;
		}
		t->coverage->evicted++;
		expiry_end(t, c, TCP_END_EVICTED, t->clock.now_ns);
		return;
	}
}

/* Wake the oldest of a list as long as they are over. */
static bool sweep_list(struct tcp *t, enum tcp_list list, int64_t limit, int64_t now_ns,
		       uint32_t steps)
{
	for (uint32_t i = 0; i < steps; i++) {
		struct tcp_connection *c = oldest(t, list);

		if (!c || now_ns - last_packet_ns(t, c) <= limit)
			return false;
		(void)expiry_wake(t, c, now_ns);
	}
	return true;
}

/* Wake those that wait for something, in turn. */
static void sweep_waiting(struct tcp *t, int64_t now_ns, uint32_t steps)
{
	const struct tcp_extra *last = t->waiting_last;

	for (uint32_t i = 0; i < steps && t->waiting; i++) {
		struct tcp_extra *x = t->waiting;
		bool all = x == last;

		extra_unlist(t, x);
		extra_list(t, x);
		(void)expiry_wake(t, x->owner, now_ns);
		if (all)
			return;
	}
}

bool expiry_sweep(struct tcp *t, int64_t now_ns, uint32_t steps)
{
	bool more = false;

	sweep_waiting(t, now_ns, steps);
	more |= sweep_list(t, LIST_OTHER, LIMIT_IDLE_NS, now_ns, steps);
	more |= sweep_list(t, LIST_HTTP, LIMIT_IDLE_NS, now_ns, steps);
	more |= sweep_list(t, LIST_SILENT, LIMIT_IDLE_WAITING_NS, now_ns, steps);
	more |= sweep_list(t, LIST_LINGER, LIMIT_LINGER_NS, now_ns, steps);
	return more;
}
