#include "decode/fragments.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/limits.h"

#define HASH_NONFATAL_OOM 1
#define HASH_FUNCTION(key, len, value) \
	((value) = (unsigned)hash_bytes((key), (size_t)(len)))
#include <uthash.h>

/* Payload of the largest datagram: its length field has 16 bits. */
#define DATAGRAM_MAX 65535U

/* One fragment held. */
struct piece {
	struct piece *next;  /* by offset */
	struct piece *older; /* by arrival */
	uint32_t offset;
	uint32_t len;
	uint32_t captured;
	bool more;
	uint8_t bytes[];
};

struct waiting {
	struct fragment_key key;
	int64_t first_ns;
	struct piece *pieces; /* by offset */
	struct piece *newest;
	unsigned count;
	uint32_t total;   /* 0: the last fragment has not come */
	uint32_t lengths; /* sum over the pieces: less than total is not complete */
	uint32_t packets;
	uint64_t packet_bytes;
	uint64_t number; /* for the trace */
	uint8_t protocol;
	/* Holds no data any more: the rest of the datagram is only counted. */
	bool given_up;
	UT_hash_handle hh; /* keeps the order of arrival: the first is the oldest */
};

/* The fragment that completed a datagram last: a mirror port's second copy of it
 * comes right after it and would wait for nothing. */
struct completed {
	struct fragment_key key;
	int64_t time_ns;
	uint32_t offset;
	uint32_t len;
	bool valid;
};

struct fragments {
	struct coverage *coverage;
	struct waiting *table;
	struct completed last;
	size_t count;
	size_t memory;
	size_t most; /* LIMIT_FRAGMENT_BYTES, or what fragments_set_memory() says */
	int64_t clock_ns;
	uint64_t numbers; /* datagrams so far */
	struct fragment_trace trace;
	int64_t suspect_ns; /* a jump that waits to be confirmed */
	bool has_clock;
	bool failed;   /* memory ran out at some time */
	unsigned next; /* of the buffers: where the next datagram is put together */
	uint8_t buffers[2][DATAGRAM_MAX];
};

void fragments_keep(struct fragments *f, const uint8_t *at)
{
	uintptr_t first = (uintptr_t)f->buffers[0];

	/* The other one, if it is in one of them. */
	if ((uintptr_t)at - first < sizeof(f->buffers))
		f->next = (uintptr_t)at - first < sizeof(f->buffers[0]);
}

struct fragments *fragments_new(struct coverage *coverage)
{
	struct fragments *f = calloc(1, sizeof(*f));

	if (!f)
		return NULL;
	f->coverage = coverage;
	f->most = LIMIT_FRAGMENT_BYTES;
	return f;
}

void fragments_set_memory(struct fragments *f, size_t bytes)
{
	f->most = bytes;
}

bool fragments_failed(const struct fragments *f)
{
	return f->failed;
}

size_t fragments_memory(const struct fragments *f)
{
	return f->memory;
}

struct fragment_trace fragments_take_trace(struct fragments *f)
{
	struct fragment_trace trace = f->trace;

	f->trace = (struct fragment_trace){.held = 0};
	return trace;
}

static void drop_pieces(struct fragments *f, struct waiting *d)
{
	struct piece *p = d->newest;

	while (p) {
		struct piece *older = p->older;

		f->memory -= sizeof(*p) + p->captured;
		free(p);
		p = older;
	}
	d->pieces = NULL;
	d->newest = NULL;
	d->count = 0;
}

static void forget(struct fragments *f, struct waiting *d)
{
	drop_pieces(f, d);
	HASH_DEL(f->table, d);
	f->count--;
	f->memory -= sizeof(*d);
	free(d);
}

/* Count what has come of it; what still comes is counted as it comes. */
static void give_up(struct fragments *f, struct waiting *d)
{
	if (d->packets > 0)
		coverage_undecoded(f->coverage, UNDECODED_FRAGMENT, d->packets,
				   d->packet_bytes);
	d->packets = 0;
	d->packet_bytes = 0;
	d->given_up = true;
	drop_pieces(f, d);
}

static void give_up_and_forget(struct fragments *f, struct waiting *d)
{
	give_up(f, d);
	forget(f, d);
}

void fragments_flush(struct fragments *f)
{
	struct waiting *next;

	for (struct waiting *d = f->table; d; d = next) {
		next = d->hh.next;
		give_up_and_forget(f, d);
	}
}

void fragments_free(struct fragments *f)
{
	struct waiting *next;

	if (!f)
		return;
	for (struct waiting *d = f->table; d; d = next) {
		next = d->hh.next;
		forget(f, d);
	}
	free(f);
}

static enum fragment_result refuse(struct fragments *f, const struct fragment *in,
				   enum undecoded_reason r)
{
	coverage_undecoded(f->coverage, r, in->packets, in->packet_bytes);
	return FRAGMENT_COUNTED;
}

static enum fragment_result duplicate(struct fragments *f, const struct fragment *in)
{
	coverage_add(f->coverage, COVERAGE_DUPLICATE, in->packets, in->packet_bytes);
	return FRAGMENT_COUNTED;
}

/* @return ns from @p before to @p now, or 0; stamps may be anything, so no overflow */
static uint64_t ns_since(int64_t now, int64_t before)
{
	return now > before ? (uint64_t)now - (uint64_t)before : 0;
}

static bool is_stale(const struct waiting *d, int64_t now_ns)
{
	return ns_since(now_ns, d->first_ns) > LIMIT_FRAGMENT_NS;
}

/* Time runs forward only, and a leap only when a second fragment confirms it. */
static void advance_clock(struct fragments *f, int64_t now_ns)
{
	bool leaps = ns_since(now_ns, f->clock_ns) > LIMIT_CLOCK_JUMP_NS;
	bool confirms = now_ns >= f->suspect_ns &&
			ns_since(now_ns, f->suspect_ns) <= LIMIT_CLOCK_JUMP_NS;

	if (f->has_clock && leaps && !confirms) {
		f->suspect_ns = now_ns;
		return;
	}
	if (!f->has_clock || now_ns > f->clock_ns)
		f->clock_ns = now_ns;
	f->suspect_ns = f->clock_ns;
	f->has_clock = true;
}

static bool is_over_bound(const struct fragments *f, size_t need)
{
	return f->count >= LIMIT_DATAGRAMS || f->memory + need > f->most;
}

/* Give up what is too old, and the oldest while @p need more bytes are over a bound. */
static void make_room(struct fragments *f, int64_t now_ns, size_t need)
{
	struct waiting *next;

	advance_clock(f, now_ns);
	for (struct waiting *d = f->table;
	     d && (is_stale(d, f->clock_ns) || is_over_bound(f, need)); d = next) {
		next = d->hh.next;
		give_up_and_forget(f, d);
	}
}

static struct waiting *begin(struct fragments *f, const struct fragment *in)
{
	struct waiting *d = calloc(1, sizeof(*d));

	if (!d) {
		f->failed = true;
		return NULL;
	}
	d->key = in->key;
	d->first_ns = in->time_ns;
	d->number = ++f->numbers;
	/* The analyzer does not see that uthash moves the head when it goes. */
	// NOLINTNEXTLINE(clang-analyzer-unix.Malloc)
	HASH_ADD(hh, f->table, key, sizeof(d->key), d);
	if (HASH_COUNT(f->table) == f->count) { /* uthash had no memory */
		f->failed = true;
		free(d);
		return NULL;
	}
	f->count++;
	f->memory += sizeof(*d);
	return d;
}

static struct waiting *find(const struct fragments *f, const struct fragment_key *key)
{
	struct waiting *d;

	// NOLINTNEXTLINE(clang-analyzer-unix.Malloc): as in begin()
	HASH_FIND(hh, f->table, key, sizeof(*key), d);
	return d;
}

static struct waiting *find_or_begin(struct fragments *f, const struct fragment *in)
{
	struct waiting *d = find(f, &in->key);

	/* The identification is used again (RFC 6864). */
	if (d && is_stale(d, in->time_ns)) {
		give_up_and_forget(f, d);
		d = NULL;
	}
	return d ? d : begin(f, in);
}

static bool is_same(const struct piece *p, const struct fragment *in)
{
	return p->offset == in->offset && p->len == in->len && p->more == in->more &&
	       p->captured == in->captured &&
	       memcmp(p->bytes, in->bytes, in->captured) == 0;
}

/* Where a fragment stands among those that have come. */
struct place {
	struct piece **link; /* the pointer that has to point to it */
	bool is_duplicate;
	bool overlaps;
};

static struct place find_place(struct waiting *d, const struct fragment *in)
{
	struct place at = {.link = &d->pieces};
	uint32_t end = in->offset + in->len;

	for (struct piece *p = d->pieces; p && p->offset < end; p = p->next) {
		if (p->offset <= in->offset)
			at.link = &p->next;
		if (is_same(p, in))
			at.is_duplicate = true;
		if (p->offset + p->len > in->offset)
			at.overlaps = true;
	}
	return at;
}

/* Whether the end that @p in implies contradicts what has come. */
static bool contradicts_end(const struct waiting *d, const struct fragment *in)
{
	uint32_t end = in->offset + in->len;

	if (d->total > 0 && (end > d->total || (!in->more && end != d->total)))
		return true;
	if (in->more)
		return false;
	for (const struct piece *p = d->pieces; p; p = p->next)
		if (p->offset + p->len > end)
			return true;
	return false;
}

static bool hold(struct fragments *f, struct waiting *d, const struct fragment *in,
		 struct piece **link)
{
	struct piece *p = malloc(sizeof(*p) + in->captured);

	if (!p) {
		f->failed = true;
		return false;
	}
	p->next = *link;
	p->older = d->newest;
	p->offset = in->offset;
	p->len = in->len;
	p->captured = in->captured;
	p->more = in->more;
	memcpy(p->bytes, in->bytes, in->captured);
	*link = p;
	d->newest = p;
	d->count++;
	d->lengths += in->len;
	d->packets += in->packets;
	d->packet_bytes += in->packet_bytes;
	if (!in->more)
		d->total = in->offset + in->len;
	if (in->offset == 0)
		d->protocol = in->protocol;
	f->memory += sizeof(*p) + p->captured;
	return true;
}

/* @return bytes from the beginning up to the first hole */
static uint32_t reach(const struct waiting *d, bool captured)
{
	uint32_t end = 0;

	for (const struct piece *p = d->pieces; p && p->offset <= end; p = p->next) {
		uint32_t piece_end = p->offset + (captured ? p->captured : p->len);

		if (piece_end > end)
			end = piece_end;
	}
	return end;
}

static bool is_whole(const struct waiting *d)
{
	return d->total > 0 && d->lengths >= d->total && reach(d, false) == d->total;
}

static void put_together(struct fragments *f, const struct waiting *d,
			 struct datagram *out)
{
	/* From the newest to the oldest: the copy that came first stays. */
	for (const struct piece *p = d->newest; p; p = p->older)
		memcpy(f->buffers[f->next] + p->offset, p->bytes, p->captured);
	out->bytes = f->buffers[f->next];
	out->captured = reach(d, true);
	out->missing = d->total - out->captured;
	out->protocol = d->protocol;
	out->packets = d->packets;
	out->packet_bytes = d->packet_bytes;
}

static bool is_late_copy(const struct completed *c, const struct fragment *in)
{
	return c->valid && in->time_ns >= c->time_ns &&
	       ns_since(in->time_ns, c->time_ns) <= LIMIT_DUPLICATE_NS &&
	       c->offset == in->offset && c->len == in->len &&
	       memcmp(&c->key, &in->key, sizeof(c->key)) == 0;
}

/* RFC 8200 section 4.5 and every stack for IPv4: all but the last are multiples of
 * eight bytes, and no datagram is longer than its length field can say. */
static bool is_malformed(const struct fragment *in)
{
	return in->len == 0 || in->len > DATAGRAM_MAX ||
	       (in->more && in->len % 8 != 0) || in->offset + in->len > DATAGRAM_MAX;
}

static enum fragment_result add_to(struct fragments *f, struct waiting *d,
				   const struct fragment *in, struct datagram *out)
{
	struct place at;

	if (d->given_up)
		return refuse(f, in, UNDECODED_FRAGMENT);
	at = find_place(d, in);
	if (at.is_duplicate)
		return duplicate(f, in);
	if ((at.overlaps && in->ipv6) || d->count >= LIMIT_FRAGMENTS) {
		give_up(f, d);
		return refuse(f, in, UNDECODED_FRAGMENT);
	}
	if (contradicts_end(d, in))
		return refuse(f, in, UNDECODED_MALFORMED);
	if (!hold(f, d, in, at.link)) {
		give_up_and_forget(f, d);
		return refuse(f, in, UNDECODED_FRAGMENT);
	}
	if (!is_whole(d)) {
		f->trace.held = d->number;
		return FRAGMENT_HELD;
	}
	if (f->trace.whole_count < LIMIT_LAYERS)
		f->trace.whole[f->trace.whole_count++] = d->number;
	put_together(f, d, out);
	f->last = (struct completed){.key = in->key,
				     .time_ns = in->time_ns,
				     .offset = in->offset,
				     .len = in->len,
				     .valid = true};
	forget(f, d);
	return FRAGMENT_WHOLE;
}

enum fragment_result fragments_add(struct fragments *f, const struct fragment *in,
				   struct datagram *out)
{
	struct waiting *d;

	if (is_malformed(in))
		return refuse(f, in, UNDECODED_MALFORMED);
	make_room(f, in->time_ns,
		  sizeof(struct waiting) + sizeof(struct piece) + in->captured);
	if (is_late_copy(&f->last, in) && !find(f, &in->key))
		return duplicate(f, in);
	d = find_or_begin(f, in);
	if (!d)
		return refuse(f, in, UNDECODED_FRAGMENT);
	return add_to(f, d, in, out);
}
