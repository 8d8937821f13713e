#include "support/oracle.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "support/oracle_state.h"
#include "support/oracle_text.h"

struct oracle *oracle_new(void)
{
	struct oracle *o = calloc(1, sizeof(*o));

	if (o == NULL)
		return NULL;
	if (!oracle_stream_init(&o->stream[0]) || !oracle_stream_init(&o->stream[1])) {
		oracle_free(o);
		return NULL;
	}
	return o;
}

void oracle_free(struct oracle *o)
{
	if (o == NULL)
		return;
	oracle_stream_free(&o->stream[0]);
	oracle_stream_free(&o->stream[1]);
	free(o);
}

/* ---- requests ---- */

/** @return the host of what has none: the endpoint that answers (rule 7) */
static const char *responder(const struct oracle *o)
{
	return o->client_dir == o->trace->client_dir ? o->trace->server_text
						     : o->trace->client_text;
}

/** @return whether a segment of @p dir with payload stands before segment @p end */
static bool heard_before(const struct oracle *o, unsigned dir, size_t end)
{
	for (size_t i = 0; i < end; i++)
		if (o->trace->segments[i].dir == dir && o->trace->segments[i].len > 0)
			return true;
	return false;
}

/** @return a bit of its own for a question */
static unsigned next_question(struct oracle *o)
{
	unsigned question = o->early_next;

	if (o->early_next < 1U << (FREEDOMS - 1))
		o->early_next <<= 1;
	return question;
}

/** @return how far the client had received when it sent the byte at @p at, the first of
 * a request */
static size_t known_by(struct oracle *o, size_t at)
{
	const struct oracle_stream *s = &o->stream[o->client_dir];
	const struct oracle_stream *other = &o->stream[!o->client_dir];

	o->unheard = o->unheard && !other->anchored &&
		     !heard_before(o, !o->client_dir, s->owner[at] - 1) &&
		     oracle_second(&o->choice, next_question(o));
	return o->unheard ? ORACLE_UNKNOWN : oracle_acked(s, other, o->trace, at);
}

static void read_requests(struct oracle *o)
{
	const struct oracle_stream *s = &o->stream[o->client_dir];
	struct oracle_reader r = oracle_reader_over(s);
	struct oracle_start x;
	struct oracle_head h;

	o->request_count = 0;
	o->unheard = true;
	while (oracle_find_message(&o->choice, &r, 1U << ORACLE_REQUEST, &x)) {
		struct oracle_request *q = &o->requests[o->request_count];
		size_t last;

		if (o->request_count == ORACLE_REQUESTS_MAX) {
			o->v->overflow = true;
			return;
		}
		oracle_head_at(s, r.at, true, &h);
		memset(q, 0, sizeof(*q));
		snprintf(q->method, sizeof(q->method), "%s", h.method);
		snprintf(q->host, sizeof(q->host), "%s",
			 h.host[0] ? h.host : responder(o));
		q->start = r.at;
		q->acked = known_by(o, r.at);
		q->line_end = x.decided;
		q->head_end = h.end;
		last = h.end - 1;
		q->time_ns = o->trace->segments[s->owner[last] - 1].time_ns;
		o->request_count++;
		r.lost_from = ORACLE_UNKNOWN;
		oracle_skip_body(&o->choice, &r, &h, true);
	}
}

/* ---- responses ---- */

/** @return whether the second reading of @p question is asked for, of the response at
 *  hand */
static bool early_second(struct oracle *o, enum oracle_early question)
{
	if (o->early[question] == 0)
		o->early[question] = next_question(o);
	return oracle_second(&o->choice, o->early[question]);
}

static bool waits(const struct oracle_request *q)
{
	return !q->answered && !q->in_hole;
}

static struct oracle_request *oldest_waiting(struct oracle *o)
{
	for (size_t i = 0; i < o->request_count; i++)
		if (waits(&o->requests[i]))
			return &o->requests[i];
	return NULL;
}

/** @return whether @p j, which the client sent after @p i, proves that the response to
 *  @p i began in the hole from @p from on and before @p at: the client had received
 *  more of it than when it sent @p i. */
static bool proves(struct oracle *o, const struct oracle_request *i,
		   const struct oracle_request *j, size_t from, size_t at, size_t acked)
{
	if (!waits(j) || j->acked == ORACLE_UNKNOWN || j->acked <= from ||
	    j->acked > at || j->acked <= i->acked)
		return false;
	if (acked == ORACLE_UNKNOWN)
		return true;
	if (acked <= j->start)
		return oracle_second(&o->choice, FREEDOM_LATER_REQUEST);
	return acked >= j->line_end || !early_second(o, EARLY_LINE);
}

/** @return whether a request proves it of number @p i, or of one behind that: responses
 *  come in the order of the requests. None is proved of one of which the sender of the
 *  response at @p at had received nothing. */
static bool is_proved(struct oracle *o, size_t i, size_t from, size_t at, size_t acked)
{
	for (; i < o->request_count; i++)
		for (size_t j = i + 1; j < o->request_count; j++)
			if (waits(&o->requests[i]) && acked > o->requests[i].start &&
			    proves(o, &o->requests[i], &o->requests[j], from, at,
				   acked))
				return true;
	return false;
}

/** Framing was lost at @p from, and a response begins at @p at, whose sender had
 *  received up to @p acked: requests that the client knew to be answered by then had
 *  their response in the hole. */
static void give_up_in_hole(struct oracle *o, size_t from, size_t at, size_t acked)
{
	bool one = false;

	for (size_t i = 0; i < o->request_count; i++) {
		if (!waits(&o->requests[i]) || !is_proved(o, i, from, at, acked))
			continue;
		if (one && oracle_second(&o->choice, FREEDOM_ONE_IN_HOLE))
			return;
		o->requests[i].in_hole = one = true;
	}
}

/** @return the first segment with payload of a direction, or of any (-1) */
static size_t first_payload(const struct trace *t, int dir)
{
	size_t i = 0;

	while (i < t->count &&
	       (t->segments[i].len == 0 || (dir >= 0 && t->segments[i].dir != dir)))
		i++;
	return i;
}

/** @return whether the client was first heard behind the bytes from @p at to @p end,
 * the head of a response, and when the responder had been heard for longer than a grace
 */
static bool heard_alone(const struct oracle *o, size_t at, size_t end)
{
	const struct oracle_stream *s = &o->stream[!o->client_dir];
	const struct trace *t = o->trace;
	size_t first = first_payload(t, -1);
	size_t client = first_payload(t, (int)o->client_dir);

	for (; at < end; at++)
		if (s->owner[at] > client)
			return false;
	return client == t->count || client - first >= LIMIT_HOLE_SEGMENTS ||
	       t->segments[client].time_ns - t->segments[first].time_ns > LIMIT_HOLE_NS;
}

/** @return the request that the response at @p at belongs to, or NULL */
static struct oracle_request *request_of(struct oracle *o, size_t at, size_t acked,
					 const struct oracle_head *h)
{
	struct oracle_request *q = oldest_waiting(o);

	if (q == NULL)
		return NULL;
	if (acked != ORACLE_UNKNOWN && acked <= q->start)
		return NULL;
	if (q->acked != ORACLE_UNKNOWN && at < q->acked)
		return NULL;
	if (heard_alone(o, at, h->end) && early_second(o, EARLY_SIDED))
		return NULL;
	if (acked < q->line_end && early_second(o, EARLY_LINE))
		return NULL;
	return q;
}

/** @return whether no byte of a stretch is missing, but for the end */
static bool all_there(const struct oracle_stream *s, size_t from, size_t to)
{
	if (to > s->len)
		to = s->len;
	return from >= to || oracle_run_end(s, from) >= to;
}

/** A response acknowledges up to @p acked: the request may be known that far only. */
static void cut_request(struct oracle *o, struct oracle_request *q, size_t acked)
{
	struct oracle_stream part = o->stream[o->client_dir];
	struct oracle_head h;

	if (acked >= q->head_end || !early_second(o, EARLY_HEAD))
		return;
	part.len = acked > q->line_end ? acked : q->line_end;
	oracle_head_at(&part, q->start, true, &h);
	snprintf(q->host, sizeof(q->host), "%s", h.host[0] ? h.host : responder(o));
}

static void note_loss(struct oracle *o, size_t from, size_t to, size_t acked)
{
	if (o->loss_count == ORACLE_LOSSES_MAX)
		o->v->overflow = true;
	else
		o->losses[o->loss_count++] = (struct oracle_loss){
		    from, to, acked, all_there(&o->stream[!o->client_dir], from, to)};
}

static bool opens_tunnel(const struct oracle_request *q, uint16_t code)
{
	return q != NULL && strcmp(q->method, "CONNECT") == 0 && code >= 200 &&
	       code < 300;
}

/** RFC 9112 section 6.3, 1 and 2; without the request, what follows tells whether it
 *  was HEAD (rule 6). */
static bool has_no_body(struct oracle_choice *choice, const struct oracle_stream *s,
			const struct oracle_request *q, uint16_t code,
			const struct oracle_head *h)
{
	struct oracle_start next;

	if (code < 200 || code == 204 || code == 304)
		return true;
	if (q != NULL)
		return strcmp(q->method, "HEAD") == 0 || opens_tunnel(q, code);
	if (h->cut || h->about_http)
		return false;
	next = oracle_start_at(s, h->end);
	return next.kind == ORACLE_STATUS ||
	       oracle_accept_bare(choice, &next, 1U << ORACLE_STATUS);
}

/** @return whether bytes are missing before it shows if a status line follows the head,
 *  and it matters */
static bool is_undecided(const struct oracle_stream *s, const struct oracle_head *h)
{
	struct oracle_start x = oracle_start_at(s, h->end);

	return !h->cut && !(h->body == BODY_IS_LENGTH && h->length == 0) &&
	       x.kind == ORACLE_CUT && x.cut_at < s->len;
}

/** After 101 the bytes are another protocol's: also those that the client sent when
 *  it had seen it. */
static void forget_requests_after(struct oracle *o, size_t at)
{
	size_t kept = 0;

	for (size_t i = 0; i < o->request_count; i++) {
		const struct oracle_request *q = &o->requests[i];

		if (q->acked == ORACLE_UNKNOWN || q->acked <= at || q->answered)
			o->requests[kept++] = *q;
	}
	o->request_count = kept;
}

/** A tunnel opens at @p at: what was sent before belongs to it, or to nothing. */
static void give_up_before_tunnel(struct oracle *o, size_t at)
{
	for (size_t i = 0; i < o->request_count; i++) {
		struct oracle_request *q = &o->requests[i];

		if (waits(q) && (q->acked == ORACLE_UNKNOWN || q->acked <= at) &&
		    oracle_second(&o->choice, FREEDOM_TUNNEL))
			q->in_hole = true;
	}
}

static void read_responses(struct oracle *o)
{
	const struct oracle_stream *s = &o->stream[!o->client_dir];
	const struct oracle_stream *other = &o->stream[o->client_dir];
	struct oracle_reader r = oracle_reader_over(s);
	struct oracle_start x;
	struct oracle_head h;

	o->loss_count = 0;
	while (oracle_find_message(&o->choice, &r, 1U << ORACLE_STATUS, &x)) {
		size_t at = r.at;
		size_t acked = oracle_acked(s, other, o->trace, at);
		struct oracle_request *q;
		const char *host;

		memset(o->early, 0, sizeof(o->early));
		if (r.lost_from != ORACLE_UNKNOWN) {
			note_loss(o, r.lost_from, at, acked);
			give_up_in_hole(o, r.lost_from, at, acked);
			r.lost_from = ORACLE_UNKNOWN;
		}
		oracle_head_at(s, at, false, &h);
		q = request_of(o, at, acked, &h);
		if (q != NULL)
			cut_request(o, q, acked);
		host = q ? q->host : responder(o);
		verdict_add_response(o->v, x.code, q != NULL, host, strlen(host));
		if (q != NULL && !status_is_interim(x.code))
			q->answered = true;
		if (x.code == 101) {
			if (q == NULL && heard_alone(o, at, h.end) &&
			    early_second(o, EARLY_SIDED))
				o->request_count = 0; /* what comes later is not HTTP */
			forget_requests_after(o, at);
			return;
		}
		if (opens_tunnel(q, x.code))
			give_up_before_tunnel(o, at);
		if (has_no_body(&o->choice, s, q, x.code, &h)) {
			h.body = BODY_IS_LENGTH;
			h.bad_length = false;
			h.length = 0;
		}
		if (q == NULL && is_undecided(s, &h) &&
		    oracle_second(&o->choice, FREEDOM_HEAD_UNKNOWN))
			oracle_lose_at_gap(&r, h.end, oracle_run_end(s, h.end));
		else
			oracle_skip_body(&o->choice, &r, &h, false);
	}
	if (r.lost_from != ORACLE_UNKNOWN)
		note_loss(o, r.lost_from, ORACLE_UNKNOWN, ORACLE_UNKNOWN);
	else if (s->told > s->len && s->told > r.at)
		note_loss(o, r.at > s->len ? r.at : s->len, ORACLE_UNKNOWN,
			  ORACLE_UNKNOWN);
}

/* ---- all of it ---- */

/** @return the direction that asks, by the first message of each; -1 if none has one */
static int find_client(struct oracle *o)
{
	enum oracle_kind first[2] = {ORACLE_NEITHER, ORACLE_NEITHER};

	for (unsigned dir = 0; dir < 2; dir++) {
		struct oracle_reader r = oracle_reader_over(&o->stream[dir]);
		struct oracle_start x;

		if (oracle_find_message(&o->choice, &r,
					1U << ORACLE_STATUS | 1U << ORACLE_REQUEST, &x))
			first[dir] = x.kind;
	}
	if (first[0] == ORACLE_NEITHER && first[1] == ORACLE_NEITHER)
		return -1;
	if (first[0] == first[1]) /* content does not tell */
		return o->trace->client_dir;
	return first[0] == ORACLE_REQUEST || first[1] == ORACLE_STATUS ? 0 : 1;
}

unsigned oracle_read(struct oracle *o, const struct trace *t, unsigned freedom,
		     struct verdict *v)
{
	int client;

	o->trace = t;
	o->choice = (struct oracle_choice){.freedom = freedom};
	o->v = v;
	verdict_clear(v);
	if (t->count == 0)
		return 0;
	for (uint8_t dir = 0; dir < 2; dir++)
		oracle_stream_fill(&o->stream[dir], t, dir,
				   (freedom & FREEDOM_BASE) == 0);
	if (!o->stream[0].anchored || !o->stream[1].anchored)
		o->choice.touched |= FREEDOM_BASE;
	client = find_client(o);
	if (client < 0)
		return o->choice.touched;
	o->client_dir = (unsigned)client;
	o->early_next = FREEDOM_EARLY;
	read_requests(o);
	read_responses(o);
	oracle_read_silences(o);
	return o->choice.touched;
}

bool oracle_allows(struct oracle *o, const struct trace *t, const struct verdict *seen,
		   struct verdict *v)
{
	static struct verdict other;
	unsigned touched = oracle_read(o, t, 0, v);

	if (verdict_agree(v, seen))
		return true;
	/* Each choice of those that were a question. */
	for (unsigned f = 1; f < 1U << FREEDOMS; f++) {
		unsigned bad = f & ~touched;

		if (bad != 0) {
			f |= bad - 1; /* the next one that has not its lowest bit */
			continue;
		}
		touched |= oracle_read(o, t, f, &other);
		if (verdict_agree(&other, seen))
			return true;
	}
	return false;
}
