#include "support/conversation.h"

#include <stdlib.h>
#include <string.h>

#include "support/disorder.h"

#define US            1000LL
#define MS            1000000LL
#define MSS           1460
#define SEGMENTS_SOFT 1500 /* of small ones, before they are made larger */
#define SILENCE_NS    (400000 * MS)

/** How a write is cut into segments. */
enum cut { CUT_MSS, CUT_FIXED, CUT_RANDOM };

struct wire {
	struct conversation *c;
	struct random *r;
	int64_t now;
	uint32_t isn[2];
	size_t sent[2];  /* offset of each side's next byte; a FIN is one */
	size_t acked[2]; /* what each side has said that it received */
	uint16_t ip_id[2];
	size_t next[2];  /* number of the write that is being sent, or the next one */
	size_t end[2];   /* of the write that is being sent */
	size_t needs[2]; /* the same of it */
	enum cut cut;
	size_t cut_len;
	bool may_probe; /* keep-alives may carry a byte */
};

static struct segment segment_of(struct wire *w, unsigned side, uint8_t flags)
{
	const struct trace *t = &w->c->trace;

	w->now += (int64_t)random_between(w->r, 5, 400) * US;
	return (struct segment){
	    .time_ns = w->now,
	    .key = t->key,
	    .dir = side == DIALOGUE_CLIENT ? t->client_dir : (uint8_t)!t->client_dir,
	    .flags = flags,
	    .window = 65535,
	    .ip_id = ++w->ip_id[side],
	    .checksum = (uint16_t)random_next(w->r),
	    .seq = w->isn[side] + 1 + (uint32_t)w->sent[side],
	    .ack =
		flags & TCP_ACK ? w->isn[1 - side] + 1 + (uint32_t)w->acked[side] : 0,
	    .packets = 1,
	    .bytes = 54,
	};
}

static void emit(struct wire *w, unsigned side, uint8_t flags, size_t len)
{
	struct segment s = segment_of(w, side, flags);
	struct dialogue *d = &w->c->dialogue;

	if (len > 0)
		s.payload = (const uint8_t *)d->stream[side] + w->sent[side];
	s.len = (uint32_t)len;
	s.bytes += len;
	if (flags & TCP_SYN)
		s.seq--;
	w->sent[side] += len + (flags & TCP_FIN ? 1 : 0);
	trace_insert(&w->c->trace, w->c->trace.count, &s);
}

static void pure_ack(struct wire *w, unsigned side)
{
	w->acked[side] = w->sent[1 - side];
	emit(w, side, TCP_ACK, 0);
}

/** @return how many payload bytes the SYN carried */
static void handshake(struct wire *w)
{
	const struct dialogue *d = &w->c->dialogue;
	size_t early = 0;

	if (random_chance(w->r, 3)) { /* simultaneous open, RFC 9293 figure 7 */
		emit(w, DIALOGUE_CLIENT, TCP_SYN, 0);
		emit(w, DIALOGUE_SERVER, TCP_SYN, 0);
		emit(w, DIALOGUE_CLIENT, TCP_SYN | TCP_ACK, 0);
		emit(w, DIALOGUE_SERVER, TCP_SYN | TCP_ACK, 0);
		return;
	}
	/* Payload in the SYN: RFC 7413. */
	if (random_chance(w->r, 3) && d->write_count > 0 && !d->boundaries &&
	    d->writes[0].side == DIALOGUE_CLIENT)
		early = random_between(w->r, 1, d->writes[0].end);
	if (early > MSS)
		early = MSS;
	emit(w, DIALOGUE_CLIENT, TCP_SYN, early);
	w->acked[DIALOGUE_SERVER] = early;
	emit(w, DIALOGUE_SERVER, TCP_SYN | TCP_ACK, 0);
	if (random_chance(w->r, 90))
		pure_ack(w, DIALOGUE_CLIENT);
}

static size_t piece_length(struct wire *w)
{
	switch (w->cut) {
	case CUT_MSS:
		return MSS;
	case CUT_FIXED:
		return w->cut_len;
	case CUT_RANDOM:
		return random_chance(w->r, 30) ? random_between(w->r, 1, 8)
					       : random_between(w->r, 1, w->cut_len);
	}
	return MSS;
}

/** The last byte again, or an empty segment before it: RFC 9293 section 3.8.4. */
static void keep_alive(struct wire *w)
{
	static const uint8_t garbage[1] = {0};
	unsigned side = (unsigned)random_below(w->r, 2);
	struct segment s = segment_of(w, side, TCP_ACK);

	if (w->sent[side] == 0)
		return;
	s.seq--;
	if (w->may_probe && random_chance(w->r, 50)) {
		s.payload = garbage;
		s.len = 1;
		s.bytes++;
	}
	trace_insert(&w->c->trace, w->c->trace.count, &s);
	pure_ack(w, 1 - side);
}

/** @return the next write of @p side from number @p i on, or write_count */
static size_t next_of(const struct dialogue *d, unsigned side, size_t i)
{
	while (i < d->write_count && d->writes[i].side != side)
		i++;
	return i;
}

/** @return whether @p side has something to write, and has read what it needs */
static bool is_ready(const struct wire *w, unsigned side)
{
	const struct dialogue *d = &w->c->dialogue;
	size_t i = next_of(d, side, w->next[side]);

	return i < d->write_count && d->writes[i].needs <= w->sent[1 - side];
}

static void begin_write(struct wire *w, unsigned side)
{
	const struct dialogue *d = &w->c->dialogue;
	const struct dialogue_write *x = &d->writes[w->next[side]];
	int64_t half = x->pause_ns / 2;
	size_t i;

	w->now += half;
	if (half > 500 * MS && half < 50000 * MS && random_chance(w->r, 50))
		keep_alive(w);
	w->now += half;
	w->end[side] = x->end;
	w->needs[side] = x->needs;
	/* Neighbouring writes may share segments. */
	while ((i = next_of(d, side, w->next[side] + 1)) < d->write_count &&
	       !d->writes[i].own_segment && d->writes[i].needs <= w->sent[1 - side] &&
	       random_chance(w->r, 50)) {
		w->next[side] = i;
		w->end[side] = d->writes[i].end;
		if (d->writes[i].needs > w->needs[side])
			w->needs[side] = d->writes[i].needs;
	}
}

/** One segment of what @p side has to write. */
static void send_piece(struct wire *w, unsigned side)
{
	size_t high = w->sent[1 - side];
	size_t n = piece_length(w);
	size_t low;

	if (w->sent[side] >= w->end[side]) {
		w->next[side] = next_of(&w->c->dialogue, side, w->next[side]);
		begin_write(w, side);
		high = w->sent[1 - side];
	}
	low = w->acked[side] > w->needs[side] ? w->acked[side] : w->needs[side];
	w->acked[side] =
	    random_chance(w->r, 70) ? high : random_between(w->r, low, high);
	if (n > w->end[side] - w->sent[side])
		n = w->end[side] - w->sent[side];
	emit(w, side, TCP_ACK | TCP_PSH, n);
	if (w->sent[side] == w->end[side])
		w->next[side]++;
	if (random_chance(w->r, 25))
		pure_ack(w, 1 - side);
}

/** Both sides write as soon as they may: what does not depend on each other mixes. */
static void writes(struct wire *w)
{
	unsigned side = DIALOGUE_CLIENT;

	for (;;) {
		bool other = is_ready(w, 1 - side);

		if (!is_ready(w, side) && !other)
			return;
		if (!is_ready(w, side) || (other && random_chance(w->r, 15)))
			side = 1 - side;
		send_piece(w, side);
	}
}

static void fin(struct wire *w, unsigned side)
{
	struct trace *t = &w->c->trace;
	struct segment *last = &t->segments[t->count - 1];
	bool own =
	    last->dir == (side == DIALOGUE_CLIENT ? t->client_dir : !t->client_dir);

	if (own && last->len > 0 && (last->flags & TCP_SYN) == 0 &&
	    last->seq + last->len == w->isn[side] + 1 + (uint32_t)w->sent[side] &&
	    random_chance(w->r, 50)) {
		last->flags |= TCP_FIN;
		w->sent[side]++;
	} else {
		w->acked[side] = w->sent[1 - side];
		emit(w, side, TCP_FIN | TCP_ACK, 0);
	}
}

static void both_fin(struct wire *w, unsigned first)
{
	fin(w, first);
	if (random_chance(w->r, 50))
		pure_ack(w, 1 - first);
	fin(w, 1 - first);
	if (random_chance(w->r, 80))
		pure_ack(w, first);
}

static void reset(struct wire *w, unsigned side)
{
	w->acked[side] = w->sent[1 - side];
	emit(w, side, random_chance(w->r, 50) ? TCP_RST : TCP_RST | TCP_ACK, 0);
}

static void end(struct wire *w)
{
	w->now += (int64_t)random_between(w->r, 1, 20) * MS;
	switch (w->c->dialogue.end) {
	case END_FIN_CLIENT_FIRST:
		both_fin(w, DIALOGUE_CLIENT);
		break;
	case END_FIN_SERVER_FIRST:
		both_fin(w, DIALOGUE_SERVER);
		break;
	case END_RST_CLIENT:
		reset(w, DIALOGUE_CLIENT);
		break;
	case END_RST_SERVER:
		reset(w, DIALOGUE_SERVER);
		break;
	case END_FIN_THEN_RST:
		fin(w, DIALOGUE_SERVER);
		reset(w, DIALOGUE_CLIENT);
		break;
	case END_HALF_CLIENT:
		fin(w, DIALOGUE_CLIENT);
		pure_ack(w, DIALOGUE_SERVER);
		break;
	case END_SILENCE:
		w->c->trace.advance_ns = SILENCE_NS;
		break;
	case END_SILENCE_AND_FIN:
		w->now += SILENCE_NS;
		both_fin(w, DIALOGUE_SERVER);
		break;
	case END_NOTHING:
	case DIALOGUE_ENDS:
		break;
	}
}

static uint32_t random_isn(struct random *r)
{
	if (random_chance(r, 50)) /* the numbers wrap during the dialogue */
		return 0U - (uint32_t)random_between(r, 0, 3000);
	return (uint32_t)random_next(r);
}

static void choose_cut(struct wire *w)
{
	const struct dialogue *d = &w->c->dialogue;
	size_t total = d->len[0] + d->len[1];

	w->cut_len = MSS;
	w->cut = d->boundaries ? CUT_MSS : (enum cut)random_below(w->r, 3);
	if (w->cut == CUT_FIXED)
		w->cut_len = random_chance(w->r, 40) ? 1 : random_between(w->r, 2, 60);
	else if (random_chance(w->r, 60))
		w->cut_len = random_between(w->r, 8, 400);
	if (total / w->cut_len > SEGMENTS_SOFT)
		w->cut_len = total / SEGMENTS_SOFT + 1;
}

static void put_on_wire(struct conversation *c, struct random *r)
{
	struct wire w = {.c = c, .r = r, .now = TRACE_START_NS};

	w.may_probe = c->loss != LOSS_SNAP;
	w.isn[0] = random_isn(r);
	w.isn[1] = random_isn(r);
	w.ip_id[0] = (uint16_t)random_next(r);
	w.ip_id[1] = (uint16_t)random_next(r);
	choose_cut(&w);
	handshake(&w);
	writes(&w);
	end(&w);
}

bool conversation_init(struct conversation *c)
{
	memset(c, 0, sizeof(*c));
	c->scratch = malloc(DISORDER_SCRATCH);
	return trace_init(&c->trace) && dialogue_init(&c->dialogue) &&
	       c->scratch != NULL;
}

void conversation_free(struct conversation *c)
{
	trace_free(&c->trace);
	dialogue_free(&c->dialogue);
	free(c->scratch);
}

void conversation_make(struct conversation *c, uint64_t seed, uint64_t index,
		       bool lossy)
{
	struct random r = {.state = seed ^ index * 0xd1342543de82ef95U};
	struct dialogue_options options = {.lossy = lossy};

	random_next(&r);
	c->loss = LOSS_NONE;
	if (lossy)
		c->loss = (enum conversation_loss)random_between(
		    &r, LOSS_NONE + 1, CONVERSATION_LOSSES - 1);
	c->scratch_len = 0;
	trace_reset(&c->trace, random_chance(&r, 30), random_chance(&r, 50));
	options.server_text = c->trace.server_text;
	dialogue_make(&c->dialogue, &r, &options);
	put_on_wire(c, &r);
	disorder(c, &r);
}

const char *conversation_loss_name(enum conversation_loss loss)
{
	static const char *const names[CONVERSATION_LOSSES] = {
	    "nothing",           "a few segments",  "many segments",
	    "a run of segments", "ends of packets", "one direction",
	    "the beginning",     "the end",         "the SYNs"};

	return (unsigned)loss < CONVERSATION_LOSSES ? names[loss] : "?";
}
