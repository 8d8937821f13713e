#include "tally/clients.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/limits.h"
#include "http/path.h"

#define HASH_NONFATAL_OOM 1
/* A client whose insertion failed has no table: that is looked at where it is added. */
#define uthash_nonfatal_oom(element) \
	do {                         \
	} while (0)
#define HASH_FUNCTION(key, len, hashed) ((hashed) = (unsigned)hash_bytes(key, len))
#include <uthash.h>

#define SLOTS_MIN 16U
/** Clients, and targets, that were there just now. */
#define RECENT_BITS 6U
/** Longest target that is remembered: nearly all are shorter. */
#define RECENT_TARGET 80U

struct entry {
	struct client client; /* first: the caller's pointer is ours */
	UT_hash_handle hh;
	uint64_t heaped; /* weight by which it stands in the heap: never too high */
};

/* A target seen just now: the hash of its path, and the client that was the last to be
 * credited with it, so that a page asked for again and again costs a comparison. */
struct recent_path {
	uint64_t hash;
	const struct client *client; /* NULL: none is known to have it */
	uint32_t epoch;              /* of the table, when that was so */
	bool missing;                /* credited with it as missing, too */
	uint8_t len;                 /* 0: not used */
	char target[RECENT_TARGET];
};

/* `all` is a heap by `heaped`, the smallest first, once the table is full. Weights only
 * grow, so an entry may stand too near to the top: it sinks when it gets there. */
struct clients {
	struct entry *table;
	struct entry *recent[1U << RECENT_BITS];
	struct recent_path paths[1U << RECENT_BITS];
	uint32_t epoch; /* counts the clients that gave their place */
	struct client **all;
	size_t count;
	size_t slots;
	bool heap;
	uint64_t floor;
	uint64_t left_out; /* that a report put back does not list */
	struct budget budget;
};

struct clients *clients_new(void)
{
	struct clients *c = calloc(1, sizeof(*c));

	if (!c)
		return NULL;
	c->budget.limit = LIMIT_CLIENT_PATHS;
	return c;
}

void clients_set_memory(struct clients *c, size_t paths)
{
	c->budget.limit = paths;
}

static struct entry *entry_at(const struct clients *c, size_t i)
{
	return (struct entry *)c->all[i];
}

/* ---- the heap ---- */

static void sink_down(struct clients *c, size_t i)
{
	for (;;) {
		size_t least = i;
		struct client *swap;

		for (size_t child = 2 * i + 1; child <= 2 * i + 2; child++)
			if (child < c->count &&
			    entry_at(c, child)->heaped < entry_at(c, least)->heaped)
				least = child;
		if (least == i)
			return;
		swap = c->all[i];
		c->all[i] = c->all[least];
		c->all[least] = swap;
		i = least;
	}
}

static struct entry *least_active(struct clients *c)
{
	if (!c->heap) {
		for (size_t i = 0; i < c->count; i++)
			entry_at(c, i)->heaped = c->all[i]->weight;
		for (size_t i = c->count / 2; i-- > 0;)
			sink_down(c, i);
		c->heap = true;
	}
	while (entry_at(c, 0)->heaped < c->all[0]->weight) {
		entry_at(c, 0)->heaped = c->all[0]->weight;
		sink_down(c, 0);
	}
	return entry_at(c, 0);
}

/* ---- the table ---- */

static struct entry *look_up(const struct clients *c, const struct ip_addr *addr)
{
	struct entry *e;

	HASH_FIND(hh, c->table, addr, sizeof(*addr), e);
	return e;
}

static bool has_slot(struct clients *c)
{
	size_t slots = c->slots ? 2 * c->slots : SLOTS_MIN;
	struct client **all;

	if (c->count < c->slots)
		return true;
	all = realloc(c->all, slots * sizeof(struct client *));
	if (!all)
		return false;
	c->all = all;
	c->slots = slots;
	return true;
}

static void reset(struct clients *c, struct entry *e, const struct ip_addr *addr)
{
	hll_clear(&e->client.paths, &c->budget);
	hll_clear(&e->client.missing, &c->budget);
	e->client = (struct client){
	    .addr = *addr,
	    .weight = c->floor,
	    .error = c->floor,
	    .first_ns = INT64_MAX,
	    .last_ns = INT64_MIN,
	    .minute = INT64_MIN,
	};
}

static bool add_to_table(struct clients *c, struct entry *e)
{
	HASH_ADD(hh, c->table, client.addr, sizeof(e->client.addr), e);
	return e->hh.tbl != NULL;
}

static struct entry *insert(struct clients *c, const struct ip_addr *addr)
{
	struct entry *e = has_slot(c) ? calloc(1, sizeof(*e)) : NULL;

	if (!e)
		return NULL;
	reset(c, e, addr);
	if (!add_to_table(c, e)) {
		free(e);
		return NULL;
	}
	c->all[c->count++] = &e->client;
	return e;
}

/* The least active one gives its place. */
static struct entry *replace(struct clients *c, const struct ip_addr *addr)
{
	struct entry *e = least_active(c);

	if (c->floor < e->client.weight)
		c->floor = e->client.weight;
	/* The table keeps its size: adding it again takes no memory. */
	HASH_DEL(c->table, e);
	c->epoch++;
	reset(c, e, addr);
	e->heaped = e->client.weight;
	HASH_ADD(hh, c->table, client.addr, sizeof(e->client.addr), e);
	sink_down(c, 0);
	return e;
}

/* Where something is remembered. Needs no secret: who makes places collide only makes
 * his own be looked up. */
static inline size_t recent_place(uint32_t mix)
{
	return mix * 0x9e3779b1U >> (32U - RECENT_BITS);
}

/* One that is not remembered. */
static __attribute__((noinline)) struct entry *
look_up_or_add(struct clients *c, const struct ip_addr *addr, enum sl_err *failed)
{
	struct entry *e = look_up(c, addr);

	if (!e && c->count >= LIMIT_CLIENTS)
		e = replace(c, addr);
	else if (!e)
		e = insert(c, addr);
	if (!e)
		*failed = SL_E_NOMEM;
	return e;
}

static struct entry *find_or_add(struct clients *c, const struct ip_addr *addr,
				 enum sl_err *failed)
{
	struct entry **recent;
	uint32_t mix[2];

	memcpy(mix, addr->bytes + 8, sizeof(mix));
	recent = &c->recent[recent_place(mix[0] ^ mix[1])];
	if (!*recent || !ip_addr_equal(&(*recent)->client.addr, addr))
		*recent = look_up_or_add(c, addr, failed);
	return *recent;
}

/* ---- counting ---- */

static size_t refusal_of(uint16_t status)
{
	switch (status) {
	case 401:
		return REFUSED_401;
	case 403:
		return REFUSED_403;
	case 404:
		return REFUSED_404;
	case 405:
		return REFUSED_405;
	default:
		return REFUSALS;
	}
}

static void count_burst(struct client *k, int64_t time_ns)
{
	int64_t minute = time_ns / LIMIT_BURST_NS;

	if (minute != k->minute) {
		k->minute = minute;
		k->minute_refusals = 0;
	}
	k->minute_refusals++;
	if (k->minute_refusals > k->burst) {
		k->burst = k->minute_refusals;
		k->burst_ns = minute * LIMIT_BURST_NS;
	}
}

static void count_refusal(struct client *k, const struct http_exchange *x,
			  size_t refusal)
{
	k->refusals[refusal]++;
	k->weight += CLIENT_REFUSAL_WEIGHT - 1;
	count_burst(k, x->response_start_ns);
	if (refusal == REFUSED_401 && x->facts.flags & REQUEST_CREDENTIALS)
		k->with_credentials++;
	if (refusal <= REFUSED_403 && x->method.len == 4 &&
	    memcmp(x->method.at, "POST", 4) == 0)
		k->logins++;
}

/* Where @p target is remembered, with the hash of its path; NULL when it is too long
 * or empty. */
static struct recent_path *recall(struct clients *c, struct text target)
{
	uint32_t first = 0, last = 0;
	struct recent_path *p;
	struct text path;

	if (target.len > RECENT_TARGET || target.len == 0)
		return NULL;
	if (target.len < sizeof(first)) {
		memcpy(&first, target.at, target.len);
	} else {
		memcpy(&first, target.at, sizeof(first));
		memcpy(&last, target.at + target.len - sizeof(last), sizeof(last));
	}
	p = &c->paths[recent_place(first ^ last * 5U ^ (uint32_t)target.len)];
	if (p->len == target.len && memcmp(p->target, target.at, target.len) == 0)
		return p;
	path = path_of_target(target);
	p->hash = hash_public(path.at, path.len);
	p->client = NULL;
	p->len = (uint8_t)target.len;
	memcpy(p->target, target.at, target.len);
	return p;
}

static void add_path(struct clients *c, struct client *k, uint64_t hash, bool missing)
{
	hll_add(&k->paths, hash, &c->budget);
	if (missing)
		hll_add(&k->missing, hash, &c->budget);
}

static void count_path(struct clients *c, struct client *k,
		       const struct http_exchange *x)
{
	bool missing = x->status == 404;
	struct recent_path *p = recall(c, x->target);
	struct text path;

	if (!p) {
		path = path_of_target(x->target);
		add_path(c, k, hash_public(path.at, path.len), missing);
		return;
	}
	if (p->client == k && p->epoch == c->epoch && (p->missing || !missing))
		return;
	add_path(c, k, p->hash, missing);
	/* What found no room is to be counted as refused each time. */
	p->client = k->paths.low || k->missing.low ? NULL : k;
	p->epoch = c->epoch;
	p->missing = missing;
}

static void count_times(struct client *k, int64_t time_ns)
{
	if (time_ns < k->first_ns)
		k->first_ns = time_ns;
	if (time_ns > k->last_ns)
		k->last_ns = time_ns;
}

static void note_failure(struct clients *c, enum sl_err *failed)
{
	if (c->budget.failed != SL_OK)
		*failed = SL_E_NOMEM;
}

void clients_response(struct clients *c, const struct http_exchange *x,
		      enum sl_err *failed)
{
	size_t refusal = refusal_of(x->status);
	struct entry *e;
	struct client *k;

	if (status_is_interim(x->status))
		return;
	e = find_or_add(c, &x->client.addr, failed);
	if (!e)
		return;
	k = &e->client;
	k->weight++;
	k->responses++;
	k->requests += x->has_request;
	k->classes[status_class_of(x->status)]++;
	count_times(k, x->response_start_ns);
	if (refusal < REFUSALS)
		count_refusal(k, x, refusal);
	if (x->has_request)
		count_path(c, k, x);
	note_failure(c, failed);
}

/* An answered request counted with its response; one told as a time-out before, which
 * is answered after all, was counted twice by now. */
void clients_done(struct clients *c, const struct http_exchange *x, enum sl_err *failed)
{
	struct entry *e;

	if (x->outcome == EXCHANGE_ANSWERED && !x->late)
		return;
	e = find_or_add(c, &x->client.addr, failed);
	if (!e)
		return;
	if (!x->late) {
		e->client.requests++;
		e->client.weight++;
	} else if (x->outcome == EXCHANGE_ANSWERED && e->client.requests > 0) {
		e->client.requests--;
	}
	if (!x->late && x->has_request)
		count_times(&e->client, x->request_start_ns);
}

/* ---- merging ---- */

static int compare(const void *va, const void *vb)
{
	const struct client *a = *(const struct client *const *)va;
	const struct client *b = *(const struct client *const *)vb;

	if (a->weight != b->weight)
		return a->weight > b->weight ? -1 : 1;
	return memcmp(&a->addr, &b->addr, sizeof(a->addr));
}

static void add_figures(struct clients *c, struct client *into,
			const struct client *from)
{
	into->weight += from->weight;
	into->error += from->error;
	into->requests += from->requests;
	into->responses += from->responses;
	for (size_t i = 0; i < CLASSES; i++)
		into->classes[i] += from->classes[i];
	for (size_t i = 0; i < REFUSALS; i++)
		into->refusals[i] += from->refusals[i];
	into->with_credentials += from->with_credentials;
	into->logins += from->logins;
	/* Of two taps it is the same minute; of two nights the worse one counts, and of
	 * equals the first, whichever order they come in. */
	if (from->burst > 0 && from->burst_ns == into->burst_ns && into->burst > 0) {
		into->burst += from->burst;
	} else if (from->burst > into->burst ||
		   (from->burst == into->burst && from->burst_ns < into->burst_ns)) {
		into->burst = from->burst;
		into->burst_ns = from->burst_ns;
	}
	count_times(into, from->first_ns);
	count_times(into, from->last_ns);
	hll_merge(&into->paths, &from->paths, &c->budget);
	hll_merge(&into->missing, &from->missing, &c->budget);
}

static struct entry *place_for(struct clients *c, const struct client *from,
			       uint64_t floor, enum sl_err *failed)
{
	struct entry *e = look_up(c, &from->addr);
	uint64_t raised = c->floor;

	if (e)
		return e;
	if (c->count >= LIMIT_CLIENTS) {
		struct entry *least = least_active(c);

		if (least->client.weight >= from->weight + floor) {
			if (c->floor < from->weight + floor)
				c->floor = from->weight + floor;
			return NULL;
		}
		if (raised < least->client.weight)
			raised = least->client.weight;
		/* What the newcomer is not known to have is this table's floor. */
		c->floor = floor;
		HASH_DEL(c->table, least);
		c->epoch++;
		reset(c, least, &from->addr);
		HASH_ADD(hh, c->table, client.addr, sizeof(least->client.addr), least);
		/* It sinks, when it comes up, to where its weight belongs. */
		least->heaped = 0;
		e = least;
	} else {
		c->floor = floor;
		e = insert(c, &from->addr);
		if (!e)
			*failed = SL_E_NOMEM;
	}
	c->floor = raised;
	return e;
}

static void raise_unknown(struct clients *into, const struct clients *from)
{
	if (from->floor == 0)
		return;
	for (size_t i = 0; i < into->count; i++)
		if (!look_up(from, &into->all[i]->addr)) {
			into->all[i]->weight += from->floor;
			into->all[i]->error += from->floor;
		}
}

void clients_merge(struct clients *into, const struct clients *from,
		   enum sl_err *failed)
{
	const struct client **sorted;
	uint64_t floor = into->floor;

	sorted = malloc((from->count + 1) * sizeof(*sorted));
	if (!sorted) {
		*failed = SL_E_NOMEM;
		return;
	}
	for (size_t i = 0; i < from->count; i++)
		sorted[i] = from->all[i];
	qsort(sorted, from->count, sizeof(*sorted), compare);
	into->heap = false;
	raise_unknown(into, from);
	into->floor += from->floor;
	into->left_out += from->left_out;
	into->budget.refused += from->budget.refused;
	for (size_t i = 0; i < from->count; i++) {
		struct entry *e = place_for(into, sorted[i], floor, failed);

		if (e)
			add_figures(into, &e->client, sorted[i]);
	}
	free(sorted);
	note_failure(into, failed);
}

enum sl_err clients_put(struct clients *c, const struct client *client)
{
	struct entry *e;
	struct client *to;

	if (c->count >= LIMIT_CLIENTS || look_up(c, &client->addr))
		return SL_E_LIMIT;
	e = insert(c, &client->addr);
	if (!e)
		return SL_E_NOMEM;
	to = &e->client;
	*to = *client;
	to->paths = (struct hll){.count = 0};
	to->missing = (struct hll){.count = 0};
	to->minute = INT64_MIN;
	to->minute_refusals = 0;
	hll_merge(&to->paths, &client->paths, &c->budget);
	hll_merge(&to->missing, &client->missing, &c->budget);
	return c->budget.failed;
}

void clients_put_rest(struct clients *c, const struct clients_rest *rest)
{
	c->floor = rest->floor;
	c->left_out = rest->left_out;
	c->budget.refused = rest->refused;
}

const struct client *const *clients_all(const struct clients *c, size_t *count)
{
	*count = c ? c->count : 0;
	return c ? (const struct client *const *)c->all : NULL;
}

uint64_t clients_floor(const struct clients *c)
{
	return c ? c->floor : 0;
}

uint64_t clients_left_out(const struct clients *c)
{
	return c ? c->left_out : 0;
}

uint64_t clients_refused(const struct clients *c)
{
	return c ? c->budget.refused : 0;
}

void clients_free(struct clients *c)
{
	if (!c)
		return;
	HASH_CLEAR(hh, c->table);
	for (size_t i = 0; i < c->count; i++) {
		hll_clear(&c->all[i]->paths, &c->budget);
		hll_clear(&c->all[i]->missing, &c->budget);
		free(c->all[i]);
	}
	free(c->all);
	free(c);
}
