#include "support/oracle.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "support/oracle_reader.h"
#include "support/oracle_stream.h"
#include "support/oracle_text.h"

#define REQUESTS_MAX VERDICT_ENTRIES
#define LOSSES_MAX   256

struct request {
	char method[32];
	char host[VERDICT_HOST];
	size_t start;
	size_t acked; /* what the client had received when it sent the first byte */
	size_t line_end;
	size_t head_end;
	int64_t time_ns; /* of the last byte of its head */
	bool answered;
	bool in_hole; /* its response was lost */
};

/** Where the framing of the responses was lost. */
struct loss {
	size_t from;
	size_t to;    /* begin of the next response; ORACLE_UNKNOWN: none came */
	size_t acked; /* what its sender had received then; or ORACLE_UNKNOWN */
	bool open; /* bytes that are only known to have been acknowledged, or are there
		      and are not HTTP: whether a response is among them is open */
};

/** What may be asked of a response, FREEDOM_EARLY: how much of its request is known
 * that it came before the end of, and whether the capture shows one direction. */
enum early { EARLY_HEAD, EARLY_LINE, EARLY_SIDED, EARLY_QUESTIONS };

struct oracle {
	struct oracle_stream stream[2];
	const struct trace *trace;
	struct oracle_choice choice;
	unsigned
	    early[EARLY_QUESTIONS]; /* bits of the response at hand; 0: not asked */
	unsigned early_next;        /* bit of the next question */
	bool unheard; /* whether what the last request's client knew is unknown */
	unsigned client_dir;
	struct request requests[REQUESTS_MAX];
	size_t request_count;
	struct loss losses[LOSSES_MAX];
	size_t loss_count;
	struct verdict *v;
};

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
		struct request *q = &o->requests[o->request_count];
		size_t last;

		if (o->request_count == REQUESTS_MAX) {
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
static bool early_second(struct oracle *o, enum early question)
{
	if (o->early[question] == 0)
		o->early[question] = next_question(o);
	return oracle_second(&o->choice, o->early[question]);
}

static bool waits(const struct request *q)
{
	return !q->answered && !q->in_hole;
}

static struct request *oldest_waiting(struct oracle *o)
{
	for (size_t i = 0; i < o->request_count; i++)
		if (waits(&o->requests[i]))
			return &o->requests[i];
	return NULL;
}

/** @return whether @p j, which the client sent after @p i, proves that the response to
 *  @p i began in the hole from @p from on and before @p at: the client had received
 *  more of it than when it sent @p i. */
static bool proves(struct oracle *o, const struct request *i, const struct request *j,
		   size_t from, size_t at, size_t acked)
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
static struct request *request_of(struct oracle *o, size_t at, size_t acked,
				  const struct oracle_head *h)
{
	struct request *q = oldest_waiting(o);

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
static void cut_request(struct oracle *o, struct request *q, size_t acked)
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
	if (o->loss_count == LOSSES_MAX)
		o->v->overflow = true;
	else
		o->losses[o->loss_count++] = (struct loss){
		    from, to, acked, all_there(&o->stream[!o->client_dir], from, to)};
}

static bool opens_tunnel(const struct request *q, uint16_t code)
{
	return q != NULL && strcmp(q->method, "CONNECT") == 0 && code >= 200 &&
	       code < 300;
}

/** RFC 9112 section 6.3, 1 and 2; without the request, what follows tells whether it
 *  was HEAD (rule 6). */
static bool has_no_body(struct oracle_choice *choice, const struct oracle_stream *s,
			const struct request *q, uint16_t code,
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
		const struct request *q = &o->requests[i];

		if (q->acked == ORACLE_UNKNOWN || q->acked <= at || q->answered)
			o->requests[kept++] = *q;
	}
	o->request_count = kept;
}

/** A tunnel opens at @p at: what was sent before belongs to it, or to nothing. */
static void give_up_before_tunnel(struct oracle *o, size_t at)
{
	for (size_t i = 0; i < o->request_count; i++) {
		struct request *q = &o->requests[i];

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
		struct request *q;
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

/* ---- requests without a response ---- */

static bool fin_behind_hole(const struct oracle_stream *s)
{
	return s->fin && oracle_run_end(s, 0) < s->fin_at;
}

/** @return whether nothing tells if the reset @p g is of this connection: it
 * acknowledges nothing, and nothing else says which numbers its sender uses. A TCP
 * drops such a one (RFC 9293 section 3.10.7.3, second) */
static bool is_strange(const struct oracle *o, const struct segment *g)
{
	const struct trace *t = o->trace;

	if ((g->flags & TCP_ACK) != 0 || o->stream[g->dir].based)
		return false;
	for (size_t i = 0; i < t->count; i++)
		if (t->segments[i].dir != g->dir && (t->segments[i].flags & TCP_ACK))
			return false;
	return true;
}

/** Rule 8: what became of the connection. */
static unsigned end_causes(const struct oracle *o, const struct request *q)
{
	const struct trace *t = o->trace;
	bool fin[2] = {o->stream[0].fin, o->stream[1].fin};
	unsigned server_dir = !o->client_dir;
	unsigned causes = 0;
	int64_t last = t->advance_ns + t->segments[t->count - 1].time_ns;

	if (last - q->time_ns > LIMIT_UNANSWERED_NS)
		return 1U << EXCHANGE_TIMEOUT;
	for (size_t i = 0; i < t->count; i++)
		if (t->segments[i].flags & TCP_RST)
			causes |= 1U << EXCHANGE_RESET |
				  (unsigned)is_strange(o, &t->segments[i])
				      << EXCHANGE_PENDING;
	if (fin[0] && fin[1])
		causes |= 1U << EXCHANGE_CLOSED;
	/* A FIN behind a hole that is still open when the capture ends: what came
	 * first, the end of the connection or of the capture? */
	if (causes != 0)
		return fin_behind_hole(&o->stream[0]) || fin_behind_hole(&o->stream[1])
			   ? causes | 1U << EXCHANGE_PENDING
			   : causes;
	/* The server has said its last, but the connection is open. */
	if (fin[server_dir])
		causes |= 1U << EXCHANGE_CLOSED;
	return causes | 1U << EXCHANGE_PENDING;
}

static unsigned causes_of(const struct oracle *o, const struct request *q)
{
	const unsigned unseen = 1U << EXCHANGE_UNSEEN;
	unsigned causes;

	if (q->in_hole || !o->stream[!o->client_dir].seen)
		return unseen;
	causes = end_causes(o, q);
	for (size_t i = 0; i < o->loss_count; i++) {
		const struct loss *l = &o->losses[i];

		if (!l->open && q->acked != ORACLE_UNKNOWN && l->from >= q->acked &&
		    l->acked > q->start && (causes & 1U << EXCHANGE_TIMEOUT) == 0)
			return unseen;
		/* Even if it was over before the request, or before its receiver had
		 * any of that: it may have held one response more, so that all later
		 * ones stand one request too early. */
		causes |= unseen;
	}
	return causes;
}

static void read_silences(struct oracle *o)
{
	for (size_t i = 0; i < o->request_count; i++) {
		const struct request *q = &o->requests[i];

		if (!q->answered)
			verdict_add_silence(o->v, causes_of(o, q), q->host,
					    strlen(q->host));
	}
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
	read_silences(o);
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
