#include "support/oracle.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "support/oracle_stream.h"
#include "support/oracle_text.h"

#define REQUESTS_MAX VERDICT_ENTRIES
#define LOSSES_MAX   256

struct request {
	char method[32];
	char host[VERDICT_HOST];
	size_t start;
	size_t acked;    /* what the client had received when it sent the first byte */
	int64_t time_ns; /* of the last byte of its head */
	bool answered;
	bool in_hole; /* its response was lost */
};

/** Where the framing of the responses was lost. */
struct loss {
	size_t from;
	size_t to; /* begin of the next response; ORACLE_UNKNOWN: none came */
	bool tail; /* only acknowledged, or behind all that was captured */
};

struct reader {
	const struct oracle_stream *s;
	size_t at;
	bool synced;      /* a message may begin right at `at` */
	size_t lost_from; /* since the last message; ORACLE_UNKNOWN: not lost */
};

struct oracle {
	struct oracle_stream stream[2];
	const struct trace *trace;
	unsigned freedom;
	unsigned touched;
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

/** @return whether the second reading of @p f is asked for; notes the question */
static bool second(struct oracle *o, enum oracle_freedom f)
{
	o->touched |= f;
	return (o->freedom & f) != 0;
}

/* ---- finding messages ---- */

static struct reader reader_over(const struct oracle_stream *s)
{
	return (struct reader){.s = s,
			       .at = 0,
			       .synced = s->anchored,
			       .lost_from = s->anchored ? ORACLE_UNKNOWN : 0};
}

/** From here on only a segment can begin a message: from its first byte at or behind
 *  @p at. */
static void lose(struct reader *r, size_t from, size_t at)
{
	if (r->lost_from == ORACLE_UNKNOWN)
		r->lost_from = from;
	r->synced = false;
	r->at = at;
}

/** A byte is missing at @p cut. */
static void lose_at_gap(struct reader *r, size_t from, size_t cut)
{
	if (cut >= r->s->len) { /* the rest: nothing follows */
		r->synced = true;
		r->at = cut;
		return;
	}
	lose(r, from, oracle_gap_end(r->s, cut));
}

static size_t skip_empty_lines(const struct oracle_stream *s, size_t at)
{
	while (oracle_has(s, at) && (s->bytes[at] == '\r' || s->bytes[at] == '\n'))
		at++;
	return at;
}

static bool in_one_segment(const struct oracle_stream *s, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		if (s->owner[i] != s->owner[from])
			return false;
	return true;
}

static bool wanted(const struct oracle_start *x, unsigned kinds)
{
	return (x->kind == ORACLE_STATUS || x->kind == ORACLE_REQUEST) &&
	       (kinds & 1U << x->kind) != 0;
}

/** A code without a delimiter behind it may count. */
static bool accept_bare(struct oracle *o, struct oracle_start *x, unsigned kinds)
{
	if (x->kind != ORACLE_CUT || !x->bare_code || !(kinds & 1U << ORACLE_STATUS) ||
	    !second(o, FREEDOM_BARE_CODE))
		return false;
	x->kind = ORACLE_STATUS;
	return true;
}

/** The next message where the reader is not synced. */
static bool find_at_segment(struct oracle *o, struct reader *r, unsigned kinds,
			    struct oracle_start *x)
{
	const struct oracle_stream *s = r->s;

	for (; r->at < s->len; r->at++) {
		size_t at = r->at;

		if (!oracle_has(s, at) || !s->start[at])
			continue;
		at = skip_empty_lines(s, at);
		*x = oracle_start_at(s, at);
		if (!wanted(x, kinds) && !accept_bare(o, x, kinds))
			continue;
		if (at != r->at && !second(o, FREEDOM_EMPTY_LINES))
			continue;
		if (!in_one_segment(s, r->at, x->decided) &&
		    second(o, FREEDOM_SPLIT_START))
			continue;
		r->at = at;
		return true;
	}
	return false;
}

/** @return whether a message of @p kinds (bits 1 << enum oracle_kind) follows; the
 *  reader stands at its first byte then */
static bool find_message(struct oracle *o, struct reader *r, unsigned kinds,
			 struct oracle_start *x)
{
	const struct oracle_stream *s = r->s;

	if (r->synced) {
		size_t at = skip_empty_lines(s, r->at);

		if (at >= s->len) {
			r->at = at;
			return false;
		}
		if (!oracle_has(s, at)) {
			lose_at_gap(r, at, at);
		} else {
			*x = oracle_start_at(s, at);
			r->at = at;
			if (wanted(x, kinds) || accept_bare(o, x, kinds))
				return true;
			if (x->kind == ORACLE_CUT)
				lose_at_gap(r, at, x->cut_at);
			else
				lose(r, at, at + 1);
			if (r->synced) /* cut by the end */
				return false;
		}
	}
	return find_at_segment(o, r, kinds, x);
}

/* ---- bodies ---- */

static int hex_value(int c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/** @return false when the line at @p at begins with no chunk size */
static bool chunk_size(const struct oracle_stream *s, size_t at, uint64_t *size)
{
	size_t from = at;

	*size = 0;
	for (; hex_value(s->bytes[at]) >= 0; at++) {
		if (*size >> 59 != 0)
			return false;
		*size = *size << 4 | (uint64_t)hex_value(s->bytes[at]);
	}
	return at > from;
}

static bool is_line_end(const struct oracle_stream *s, size_t at, size_t end)
{
	return end == at + 1 || (end == at + 2 && s->bytes[at] == '\r');
}

/** Step over n bytes whether they are there or not. */
static size_t over(size_t at, uint64_t n)
{
	return n > ORACLE_STREAM_MAX ? ORACLE_STREAM_MAX : at + (size_t)n;
}

/** RFC 9112 section 7.1. */
static void skip_chunked(struct reader *r)
{
	const struct oracle_stream *s = r->s;
	enum { SIZE, DATA_END, TRAILER } state = SIZE;
	uint64_t size = 0;
	size_t cut;

	r->synced = true;
	for (;;) {
		size_t end = oracle_line_end(s, r->at, &cut);

		if (end == 0) {
			lose_at_gap(r, r->at, cut);
			return;
		}
		switch (state) {
		case SIZE:
			if (!chunk_size(s, r->at, &size)) {
				lose(r, r->at, r->at);
				return;
			}
			state = size > 0 ? DATA_END : TRAILER;
			r->at = over(end, size);
			break;
		case DATA_END:
			if (!is_line_end(s, r->at, end)) {
				lose(r, r->at, r->at);
				return;
			}
			state = SIZE;
			r->at = end;
			break;
		case TRAILER:
			if (is_line_end(s, r->at, end)) {
				r->at = end;
				return;
			}
			r->at = end;
			break;
		}
	}
}

static void skip_until_close(struct oracle *o, struct reader *r)
{
	size_t gap = oracle_run_end(r->s, r->at);

	if (gap < r->s->len && second(o, FREEDOM_UNTIL_CLOSE)) {
		lose_at_gap(r, gap, gap);
		return;
	}
	r->at = ORACLE_STREAM_MAX; /* nothing can follow */
}

static void skip_body(struct oracle *o, struct reader *r, const struct oracle_head *h,
		      bool request)
{
	if (h->cut) {
		lose_at_gap(r, h->end, h->end);
		return;
	}
	r->at = h->end;
	r->synced = true;
	if (h->bad_length)
		lose(r, h->end, h->end);
	else if (h->body == BODY_IS_LENGTH)
		r->at = over(h->end, h->length);
	else if (h->body == BODY_IS_CHUNKED)
		skip_chunked(r);
	else if (!request)
		skip_until_close(o, r);
}

/* ---- requests ---- */

static void read_requests(struct oracle *o)
{
	const struct oracle_stream *s = &o->stream[o->client_dir];
	const struct oracle_stream *other = &o->stream[!o->client_dir];
	struct reader r = reader_over(s);
	struct oracle_start x;
	struct oracle_head h;

	o->request_count = 0;
	while (find_message(o, &r, 1U << ORACLE_REQUEST, &x)) {
		struct request *q = &o->requests[o->request_count];
		size_t last;

		if (o->request_count == REQUESTS_MAX) {
			o->v->overflow = true;
			return;
		}
		oracle_head_at(s, r.at, true, &h);
		memset(q, 0, sizeof(*q));
		strcpy(q->method, h.method);
		strcpy(q->host, h.host[0] ? h.host : o->trace->server_text);
		q->start = r.at;
		q->acked = oracle_acked(s, other, o->trace, r.at);
		last = h.end - 1;
		q->time_ns = o->trace->segments[s->owner[last] - 1].time_ns;
		o->request_count++;
		r.lost_from = ORACLE_UNKNOWN;
		skip_body(o, &r, &h, true);
	}
}

/* ---- responses ---- */

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
	    j->acked > at || (i->acked != ORACLE_UNKNOWN && j->acked <= i->acked))
		return false;
	return acked == ORACLE_UNKNOWN || acked > j->start ||
	       second(o, FREEDOM_LATER_REQUEST);
}

/** Framing was lost at @p from, and a response begins at @p at, whose sender had
 *  received up to @p acked: requests that the client knew to be answered by then had
 *  their response in the hole. */
static void give_up_in_hole(struct oracle *o, size_t from, size_t at, size_t acked)
{
	for (size_t i = 0; i < o->request_count; i++)
		for (size_t j = i + 1; j < o->request_count; j++)
			if (waits(&o->requests[i]) &&
			    proves(o, &o->requests[i], &o->requests[j], from, at,
				   acked))
				o->requests[i].in_hole = true;
}

/** @return the request that the response at @p at belongs to, or NULL */
static struct request *request_of(struct oracle *o, size_t at, size_t acked)
{
	struct request *q = oldest_waiting(o);

	if (q == NULL)
		return NULL;
	if (acked != ORACLE_UNKNOWN && acked <= q->start)
		return NULL;
	if (q->acked != ORACLE_UNKNOWN && at < q->acked)
		return NULL;
	return q;
}

static void note_loss(struct oracle *o, size_t from, size_t to, bool tail)
{
	if (o->loss_count == LOSSES_MAX)
		o->v->overflow = true;
	else
		o->losses[o->loss_count++] = (struct loss){from, to, tail};
}

/** RFC 9112 section 6.3, 1 and 2; without the request, what follows tells whether it
 *  was HEAD (rule 6). */
static bool has_no_body(const struct oracle_stream *s, const struct request *q,
			uint16_t code, const struct oracle_head *h)
{
	if (code < 200 || code == 204 || code == 304)
		return true;
	if (q != NULL)
		return strcmp(q->method, "HEAD") == 0 ||
		       (strcmp(q->method, "CONNECT") == 0 && code < 300);
	return !h->cut && !h->about_http &&
	       oracle_start_at(s, h->end).kind == ORACLE_STATUS;
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

static void read_responses(struct oracle *o)
{
	const struct oracle_stream *s = &o->stream[!o->client_dir];
	const struct oracle_stream *other = &o->stream[o->client_dir];
	struct reader r = reader_over(s);
	struct oracle_start x;
	struct oracle_head h;

	o->loss_count = 0;
	while (find_message(o, &r, 1U << ORACLE_STATUS, &x)) {
		size_t at = r.at;
		size_t acked = oracle_acked(s, other, o->trace, at);
		struct request *q;
		const char *host;

		if (r.lost_from != ORACLE_UNKNOWN) {
			note_loss(o, r.lost_from, at, false);
			give_up_in_hole(o, r.lost_from, at, acked);
			r.lost_from = ORACLE_UNKNOWN;
		}
		q = request_of(o, at, acked);
		host = q ? q->host : o->trace->server_text;
		oracle_head_at(s, at, false, &h);
		verdict_add_response(o->v, x.code, q != NULL, host, strlen(host));
		if (q != NULL && !status_is_interim(x.code))
			q->answered = true;
		if (x.code == 101) {
			forget_requests_after(o, at);
			return;
		}
		if (has_no_body(s, q, x.code, &h)) {
			h.body = BODY_IS_LENGTH;
			h.bad_length = false;
			h.length = 0;
		}
		skip_body(o, &r, &h, false);
	}
	if (r.lost_from != ORACLE_UNKNOWN)
		note_loss(o, r.lost_from, ORACLE_UNKNOWN, false);
	else if (s->told > s->len && s->told > r.at)
		note_loss(o, r.at > s->len ? r.at : s->len, ORACLE_UNKNOWN, true);
}

/* ---- requests without a response ---- */

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
			causes |= 1U << EXCHANGE_RESET;
	if (fin[0] && fin[1])
		causes |= 1U << EXCHANGE_CLOSED;
	if (causes != 0)
		return causes;
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

		if (q->acked != ORACLE_UNKNOWN && l->to <= q->acked)
			continue; /* it was over before the request */
		if (!l->tail && q->acked != ORACLE_UNKNOWN && l->from >= q->acked &&
		    (causes & 1U << EXCHANGE_TIMEOUT) == 0)
			return unseen;
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
		struct reader r = reader_over(&o->stream[dir]);
		struct oracle_start x;

		if (find_message(o, &r, 1U << ORACLE_STATUS | 1U << ORACLE_REQUEST, &x))
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
	o->freedom = freedom;
	o->touched = 0;
	o->v = v;
	verdict_clear(v);
	if (t->count == 0)
		return 0;
	oracle_stream_fill(&o->stream[0], t, 0);
	oracle_stream_fill(&o->stream[1], t, 1);
	client = find_client(o);
	if (client < 0)
		return o->touched;
	o->client_dir = (unsigned)client;
	read_requests(o);
	read_responses(o);
	read_silences(o);
	return o->touched;
}

bool oracle_allows(struct oracle *o, const struct trace *t, const struct verdict *seen,
		   struct verdict *v)
{
	static struct verdict other;
	unsigned touched = oracle_read(o, t, 0, v);

	if (verdict_agree(v, seen))
		return true;
	for (unsigned f = 1; f < 1U << FREEDOMS; f++) {
		if ((f & ~touched) != 0)
			continue;
		touched |= oracle_read(o, t, f, &other);
		if (verdict_agree(&other, seen))
			return true;
	}
	return false;
}
