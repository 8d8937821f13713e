#include "tally/counts.h"

#include <stdlib.h>
#include <string.h>

#include "tally/more.h"

/** Codes of the first allocation. It doubles from there, so that its size follows from
 *  the number in use. */
#define CODES_MIN 4U

static size_t place_of_code(const struct code_count *codes, size_t count, uint16_t code)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (codes[middle].code < code)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool codes_full(size_t n)
{
	return n == 0 || (n >= CODES_MIN && (n & (n - 1)) == 0);
}

/** Make room for one more code.
 *  @return whether there is */
static bool grow_codes(struct code_count **list, size_t count, struct budget *b)
{
	size_t room = count == 0 ? CODES_MIN : 2 * count;
	struct code_count *codes;

	if (!codes_full(count))
		return true;
	if (b->used >= b->limit)
		return false;
	codes = realloc(*list, room * sizeof(*codes));
	if (!codes) {
		b->failed = SL_E_NOMEM;
		return false;
	}
	b->used += (room - count) * sizeof(*codes);
	*list = codes;
	return true;
}

bool codes_add(struct code_count **list, size_t *used, const struct code_count *add,
	       struct budget *b)
{
	size_t place = place_of_code(*list, *used, add->code);
	struct code_count *codes = *list;

	if (place < *used && codes[place].code == add->code) {
		codes[place].count += add->count;
		if (add->first_ns < codes[place].first_ns)
			codes[place].first_ns = add->first_ns;
		if (add->last_ns > codes[place].last_ns)
			codes[place].last_ns = add->last_ns;
		return true;
	}
	if (*used >= LIMIT_CODES || !grow_codes(list, *used, b))
		return false;
	codes = *list;
	memmove(codes + place + 1, codes + place, (*used - place) * sizeof(*codes));
	codes[place] = *add;
	++*used;
	return true;
}

/* Mostly it is the code that was counted last. */
static bool bump_code(struct counts *c, uint16_t code, int64_t time_ns)
{
	struct code_count *one;

	if (c->last_code >= c->code_count || c->codes[c->last_code].code != code)
		return false;
	one = &c->codes[c->last_code];
	one->count++;
	if (time_ns < one->first_ns)
		one->first_ns = time_ns;
	if (time_ns > one->last_ns)
		one->last_ns = time_ns;
	return true;
}

static void add_code(struct counts *c, const struct code_count *add, struct budget *b)
{
	if (!codes_add(&c->codes, &c->code_count, add, b))
		c->unlisted_codes += add->count;
}

void counts_response(struct counts *c, const struct http_exchange *x, struct budget *b)
{
	int64_t at = x->response_start_ns;

	c->responses++;
	c->protocols[x->protocol]++;
	if (x->code_unknown) {
		c->unknown_codes++;
		return;
	}
	c->classes[status_class_of(x->status)]++;
	if (bump_code(c, x->status, at))
		return;
	add_code(c, &(struct code_count){x->status, 1, at, at}, b);
	c->last_code = (uint32_t)place_of_code(c->codes, c->code_count, x->status);
}

/** @return the histogram in @p slot, made if need be; NULL when it cannot be had */
static struct histogram *histogram_in(struct histogram **slot, struct budget *b)
{
	if (*slot || b->used >= b->limit)
		return *slot;
	*slot = histogram_new(b->bits);
	if (!*slot)
		b->failed = SL_E_NOMEM;
	b->used += histogram_memory(*slot);
	return *slot;
}

/** As add_latency(), for a bucket that is new. */
static __attribute__((noinline)) bool add_bucket(struct histogram **slot, uint64_t ns,
						 struct budget *b)
{
	struct histogram *h = histogram_in(slot, b);
	size_t before;
	bool added;

	before = histogram_memory(h);
	if (!h || (b->used >= b->limit && histogram_grows(h, ns)))
		return false;
	added = histogram_add(h, ns) == SL_OK;
	if (!added)
		b->failed = SL_E_NOMEM;
	b->used += histogram_memory(h) - before;
	return added;
}

/** @param index  of the bucket that @p ns is in
 *  @return whether it is counted */
static inline bool add_latency(struct histogram **slot, uint16_t index, uint64_t ns,
			       struct budget *b)
{
	return (*slot && histogram_bump(*slot, index, ns)) || add_bucket(slot, ns, b);
}

/** @return whether all of it is counted */
static bool merge_latency(struct histogram **slot, const struct histogram *from,
			  struct budget *b)
{
	struct histogram *h;
	size_t before;
	bool added;

	if (histogram_count(from) == 0)
		return true;
	h = histogram_in(slot, b);
	before = histogram_memory(h);
	/* Past the limit a merge that may grow is refused as a whole. */
	if (!h || b->used >= b->limit)
		return false;
	added = histogram_merge(h, from) == SL_OK;
	if (!added)
		b->failed = SL_E_NOMEM;
	b->used += histogram_memory(h) - before;
	return added;
}

/* The overall one first: it is the one whose gaps are counted one by one. */
static void count_latency(struct counts *c, const struct http_exchange *x, uint64_t ns,
			  struct budget *b)
{
	uint16_t index = histogram_index(b->bits, ns);

	if (!add_latency(&c->latency, index, ns, b))
		c->unlisted_latencies++;
	if (!x->code_unknown &&
	    !add_latency(&c->class_latency[status_class_of(x->status)], index, ns, b))
		b->refused++;
}

/** Take back a request that was told as timed out: its response came after all. */
static void take_back_timeout(struct counts *c)
{
	if (c->no_response[EXCHANGE_TIMEOUT] > 0)
		c->no_response[EXCHANGE_TIMEOUT]--;
	else
		c->taken_back++;
}

/** What one tally counted and another one took back. */
static void settle_timeouts(struct counts *c)
{
	uint64_t both = c->no_response[EXCHANGE_TIMEOUT] < c->taken_back
			    ? c->no_response[EXCHANGE_TIMEOUT]
			    : c->taken_back;

	c->no_response[EXCHANGE_TIMEOUT] -= both;
	c->taken_back -= both;
}

static void count_outcome(struct counts *c, enum exchange_outcome o)
{
	switch (o) {
	case EXCHANGE_CLOSED:
	case EXCHANGE_RESET:
	case EXCHANGE_TIMEOUT:
		c->no_response[o]++;
		break;
	case EXCHANGE_UNSEEN:
		c->unseen++;
		break;
	case EXCHANGE_PENDING:
		c->pending++;
		break;
	case EXCHANGE_ANSWERED:
	case EXCHANGE_OUTCOMES:
		break;
	}
}

void counts_done(struct counts *c, const struct http_exchange *x,
		 const uint64_t *latency, struct budget *b)
{
	/* A late exchange was here before, with its request. */
	if (x->late)
		take_back_timeout(c);
	else if (x->has_request && !x->pushed && !x->upgraded) {
		c->requests++;
		c->request_bytes += x->request_bytes;
	}
	count_outcome(c, x->outcome);
	if (x->outcome == EXCHANGE_ANSWERED)
		c->exchanges++;
	c->response_bytes += x->response_bytes;
	c->body_bytes += x->body_bytes;
	if (latency)
		count_latency(c, x, *latency, b);
	if (x->protocol == PROTOCOL_GRPC || x->stream_error_set)
		more_done(c, x, b);
}

void counts_answered(struct counts *c, const struct http_exchange *x,
		     const uint64_t *latency, struct budget *b)
{
	counts_response(c, x, b);
	counts_done(c, x, latency, b);
}

void counts_merge(struct counts *into, const struct counts *from, struct budget *b)
{
	into->requests += from->requests;
	into->responses += from->responses;
	into->exchanges += from->exchanges;
	for (size_t i = 0; i < CLASSES; i++)
		into->classes[i] += from->classes[i];
	for (size_t i = 0; i < from->code_count; i++)
		add_code(into, &from->codes[i], b);
	into->unlisted_codes += from->unlisted_codes;
	into->unknown_codes += from->unknown_codes;
	for (size_t i = 0; i < EXCHANGE_PROTOCOLS; i++)
		into->protocols[i] += from->protocols[i];
	for (size_t i = 0; i < EXCHANGE_OUTCOMES; i++)
		into->no_response[i] += from->no_response[i];
	into->taken_back += from->taken_back;
	settle_timeouts(into);
	into->pending += from->pending;
	into->unseen += from->unseen;
	into->request_bytes += from->request_bytes;
	into->response_bytes += from->response_bytes;
	into->body_bytes += from->body_bytes;
	if (!merge_latency(&into->latency, from->latency, b))
		into->unlisted_latencies += histogram_count(from->latency);
	for (size_t i = 0; i < CLASSES; i++)
		if (!merge_latency(&into->class_latency[i], from->class_latency[i], b))
			b->refused++;
	into->unlisted_latencies += from->unlisted_latencies;
	more_merge(into, from, b);
}

size_t codes_memory(size_t count)
{
	size_t room = count == 0 ? 0 : CODES_MIN;

	while (room < count)
		room *= 2;
	return room * sizeof(struct code_count);
}

size_t counts_memory(const struct counts *c)
{
	size_t sum = codes_memory(c->code_count) + histogram_memory(c->latency);

	for (size_t i = 0; i < CLASSES; i++)
		sum += histogram_memory(c->class_latency[i]);
	return sum + more_memory(c->more);
}

void counts_clear(struct counts *c)
{
	free(c->codes);
	histogram_free(c->latency);
	more_free(c->more);
	c->more = NULL;
	for (size_t i = 0; i < CLASSES; i++) {
		histogram_free(c->class_latency[i]);
		c->class_latency[i] = NULL;
	}
	c->codes = NULL;
	c->code_count = 0;
	c->latency = NULL;
}

uint64_t counts_code(const struct counts *c, uint16_t code)
{
	size_t place = place_of_code(c->codes, c->code_count, code);

	if (place < c->code_count && c->codes[place].code == code)
		return c->codes[place].count;
	return 0;
}

uint64_t counts_no_response(const struct counts *c)
{
	return c->no_response[EXCHANGE_CLOSED] + c->no_response[EXCHANGE_RESET] +
	       c->no_response[EXCHANGE_TIMEOUT];
}
