#include "events/flows.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/limits.h"
#include "base/memory_share.h"

#define HASH_NONFATAL_OOM 1
/* A flow whose insertion failed has no table: that is looked at where it is added. */
#define uthash_nonfatal_oom(element) \
	do {                         \
	} while (0)
#define HASH_FUNCTION(key, len, hashed) ((hashed) = (unsigned)hash_bytes(key, len))
#include <uthash.h>

/** Addresses and ports, the lower endpoint first. All bytes are defined. */
struct flow_ends {
	struct ip_addr addr[2];
	uint16_t port[2];
};
_Static_assert(sizeof(struct flow_ends) == 36, "no padding: hashed as memory");

/** Ascending times. */
struct times {
	int64_t *at;
	size_t count;
	size_t room;
};

struct flow {
	struct flow_ends ends;
	struct times responses;
	struct times begins; /* of connections, by their SYNs */
	uint32_t last_seq;   /* of the last SYN: the same again is a retransmission */
	bool any_syn;
	UT_hash_handle hh;
};

/** Bytes of a flow without its times: malloc() takes about 16 more, and the table has a
 *  bucket of 16 for each two at least. */
#define FLOW_COST (sizeof(struct flow) + 24U)

struct flows {
	struct flow *table;
	struct memory_share memory;
	uint64_t refused;
};

struct flows *flows_new(size_t most)
{
	struct flows *f = calloc(1, sizeof(*f));

	if (f)
		f->memory.own = most;
	return f;
}

static struct flow_ends ends_of_exchange(const struct http_exchange *x)
{
	struct flow_ends e;
	int order = memcmp(&x->client.addr, &x->server.addr, sizeof(x->client.addr));
	bool client_first =
	    order < 0 || (order == 0 && x->client.port < x->server.port);
	const struct endpoint *first = client_first ? &x->client : &x->server;
	const struct endpoint *second = client_first ? &x->server : &x->client;

	memset(&e, 0, sizeof(e));
	e.addr[0] = first->addr;
	e.addr[1] = second->addr;
	e.port[0] = first->port;
	e.port[1] = second->port;
	return e;
}

static struct flow *flow_of_segment(const struct flows *f, const struct segment *s)
{
	struct flow_ends e;
	struct flow *flow;

	memset(&e, 0, sizeof(e));
	memcpy(e.addr, s->key.addr, sizeof(e.addr));
	memcpy(e.port, s->key.port, sizeof(e.port));
	HASH_FIND(hh, f->table, &e, sizeof(e), flow);
	return flow;
}

/* Keeps the order; times come nearly in order. */
static bool add_time(struct flows *f, struct times *t, int64_t time_ns)
{
	size_t place = t->count;

	if (t->count >= LIMIT_FLOW_TIMES)
		return false;
	if (t->count == t->room) {
		size_t room = t->room ? 2 * t->room : 2;
		size_t more = (room - t->room) * sizeof(*t->at);
		int64_t *at;

		if (!memory_take(&f->memory, more))
			return false;
		at = realloc(t->at, room * sizeof(*at));
		if (!at) {
			memory_give(&f->memory, more);
			return false;
		}
		t->at = at;
		t->room = room;
	}
	while (place > 0 && t->at[place - 1] > time_ns)
		place--;
	memmove(t->at + place + 1, t->at + place, (t->count - place) * sizeof(*t->at));
	t->at[place] = time_ns;
	t->count++;
	return true;
}

static struct flow *insert(struct flows *f, const struct flow_ends *ends)
{
	struct flow *flow;

	if (!memory_take(&f->memory, FLOW_COST))
		return NULL;
	flow = calloc(1, sizeof(*flow));
	if (flow) {
		flow->ends = *ends;
		HASH_ADD(hh, f->table, ends, sizeof(flow->ends), flow);
		if (flow->hh.tbl)
			return flow;
	}
	free(flow);
	memory_give(&f->memory, FLOW_COST);
	return NULL;
}

void flows_add(struct flows *f, const struct http_exchange *x)
{
	struct flow_ends ends = ends_of_exchange(x);
	struct flow *flow;

	HASH_FIND(hh, f->table, &ends, sizeof(ends), flow);
	if (!flow)
		flow = insert(f, &ends);
	/* Of many in one connection the first and the last would do; all of them are
	 * few enough within the bound. */
	if (!flow || !add_time(f, &flow->responses, x->response_start_ns))
		f->refused++;
}

void flows_scan(struct flows *f, const struct segment *s)
{
	struct flow *flow;

	if ((s->flags & (TCP_SYN | TCP_ACK)) != TCP_SYN)
		return;
	flow = flow_of_segment(f, s);
	if (!flow || (flow->any_syn && flow->last_seq == s->seq))
		return;
	flow->any_syn = true;
	flow->last_seq = s->seq;
	if (!add_time(f, &flow->begins, s->time_ns))
		f->refused++;
}

/* How many are at most @p time_ns. */
static size_t not_after(const struct times *t, int64_t time_ns)
{
	size_t low = 0, high = t->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (t->at[middle] <= time_ns)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

bool flows_have(const struct flows *f, const struct segment *s)
{
	const struct flow *flow = flow_of_segment(f, s);
	size_t begun, responses;
	int64_t from = INT64_MIN, to = INT64_MAX;

	if (!flow)
		return false;
	begun = not_after(&flow->begins, s->time_ns);
	if (begun > 0)
		from = flow->begins.at[begun - 1];
	if (begun < flow->begins.count)
		to = flow->begins.at[begun];
	/* Is there a response from `from` on, and before `to`? */
	responses = from == INT64_MIN ? 0 : not_after(&flow->responses, from - 1);
	return responses < flow->responses.count && flow->responses.at[responses] < to;
}

size_t flows_count(const struct flows *f)
{
	return HASH_COUNT(f->table);
}

uint64_t flows_refused(const struct flows *f)
{
	return f->refused;
}

void flows_free(struct flows *f)
{
	struct flow *flow, *next;

	if (!f)
		return;
	flow = f->table;
	HASH_CLEAR(hh, f->table);
	for (; flow; flow = next) {
		next = flow->hh.next;
		free(flow->responses.at);
		free(flow->begins.at);
		free(flow);
	}
	free(f);
}
