/* Where messages begin: finds them by their first line, and keeps a head that comes in
 * pieces until it is whole. */
#include <string.h>

#include "base/limits.h"
#include "http/direction.h"

static bool is_message(enum look look)
{
	return look == LOOK_REQUEST || look == LOOK_RESPONSE;
}

/* Bytes that are neither a message nor the beginning of one. */
static void not_http(const struct call *call, enum look look, uint64_t offset)
{
	struct connection *conn = call->conn;
	struct direction *d = direction_of(call);
	struct direction *other = &conn->dir[!call->dir];

	if (d->phase == PHASE_SEEK && look != LOOK_HTTP2)
		return;
	if (look == LOOK_TLS) {
		connection_is(call, CARRIES_TLS);
		direction_ignore(call, call->dir);
		/* Both ways inside a tunnel: no HTTP that anybody could read. */
		if (conn->protocol == CARRIES_HTTP && other->phase == PHASE_SKIP)
			tcp_follow(call->c, COVERAGE_TLS);
	} else if (look == LOOK_HTTP2) {
		/* A server that does not know HTTP/2 answers in HTTP/1. */
		connection_is(call, CARRIES_HTTP2);
		direction_ignore(call, call->dir);
		if (other->phase == PHASE_SEEK)
			direction_ignore(call, !call->dir);
	} else if (look == LOOK_SIMPLE_REQUEST) {
		connection_is(call, CARRIES_OTHER);
		conn->simple_sent = true;
		d->phase = PHASE_SEEK;
	} else if (conn->simple_sent || conn->protocol == CARRIES_HTTP2) {
		direction_ignore(call, call->dir);
	} else {
		connection_is(call, CARRIES_OTHER);
		framing_lost(call, offset);
	}
}

/* Keep the beginning of a message, all that is left of the input. */
static void hold(const struct call *call, struct input *in, enum look look)
{
	struct direction *d = direction_of(call);
	struct start start = start_of(call, in);

	if (partial_append(call->h, &d->partial, &start, in->at, in->left)) {
		d->partial->look = look;
		d->partial->tentative = d->phase == PHASE_SEEK;
		d->partial->end_ns = call->time_ns;
		d->phase = PHASE_HEAD;
		d->queued = false;
	} else if (is_message(look)) {
		framing_long_head(call, &start, in->at, in->left);
	} else {
		framing_lost(call, in->offset);
	}
	input_consume(in, in->left);
}

/* A response of unknown length ends where a request begins in its direction. */
static void set_kind(const struct call *call, bool is_request)
{
	struct direction *d = direction_of(call);

	if (d->is_request != is_request)
		exchange_message_end(call);
	d->is_request = is_request;
}

static void begin_message(const struct call *call, struct input *in, enum look look)
{
	struct direction *d = direction_of(call);
	struct start start = start_of(call, in);
	struct head head;
	size_t size;

	set_kind(call, look == LOOK_REQUEST);
	size = head_read(&head, d->is_request, in->at, in->left);
	if (!head.complete) {
		hold(call, in, look);
		return;
	}
	framing_head(call, &head, &start, size, HEAD_WHOLE);
	input_consume(in, size);
}

/* What stands at the start of a segment where no message has to begin. */
static enum look look_for_message(const struct input *in)
{
	return in->segment_start ? look_after_loss(in->at, in->left) : LOOK_OTHER;
}

/* Whether HTTP/2 begins in this direction and its guest gets the connection. */
static bool is_for_guest(const struct call *call, const struct input *in,
			 enum look look)
{
	const struct direction *d = direction_of(call);
	struct http_guest_start start = {
	    .cause = GUEST_BY_PREFACE, .dir = call->dir, .time_ns = call->time_ns};

	if (look == LOOK_HTTP2)
		return connection_hand_over(call, false, &start);
	start.cause = GUEST_BY_FRAMES;
	if (look == LOOK_HTTP2_SERVER)
		return connection_hand_over(call, false, &start);
	if (look != LOOK_OTHER || in->at[0] != 0 || !in->segment_start ||
	    d->phase != PHASE_SEEK || call->conn->protocol >= CARRIES_TLS ||
	    !call->h->http2.open ||
	    !call->h->http2.probe((const uint8_t *)in->at, in->left))
		return false;
	return connection_hand_over(call, false, &start);
}

/* Make the connection to keep what is found in, unless there is one. Whether there is
 * one then. */
static bool ensure_connection(struct call *call)
{
	static const struct connection fresh;

	if (call->conn)
		return true;
	call->conn = connection_new(call->h, &fresh);
	if (call->conn)
		*tcp_user(call->c) = call->conn;
	return call->conn != NULL;
}

size_t opening_usual(struct call *call, const struct start *start, const char *bytes,
		     size_t len)
{
	struct head head;
	bool request;
	size_t size;

	/* Of which a line may look like that of a request. */
	if (start->offset <= LOOK_PROXY_OFFSET &&
	    look_past_proxy(bytes, len, start->offset) > 0)
		return 0;
	size = usual_head(&call->h->usual_heads, &head, &request, bytes, len);
	if (size == 0 || !ensure_connection(call))
		return 0;
	set_kind(call, request);
	return framing_whole_head(call, &head, start, size, len);
}

/* Step over what may stand before a message. Whether there is all of it. */
static bool skip_to_message(struct input *in)
{
	size_t n = 0;

	do {
		input_consume(in, n);
		n = in->offset <= LOOK_PROXY_OFFSET
			? look_past_proxy(in->at, in->left, in->offset)
			: 0;
		if (n == LOOK_PROXY_MORE)
			return false;
		if (n == 0 && in->left > 0 && (in->at[0] == '\r' || in->at[0] == '\n'))
			n = 1;
	} while (n > 0);
	return true;
}

bool opening_feed(const struct call *call, struct input *in, bool lean)
{
	struct direction *d = direction_of(call);
	enum look look;

	if (d->phase == PHASE_START) {
		if (!skip_to_message(in)) {
			if (!lean)
				hold(call, in, LOOK_MORE);
			return !lean;
		}
		if (in->left == 0)
			return true;
		look = look_at(in->at, in->left);
	} else {
		look = look_for_message(in);
	}
	if (!is_message(look) && is_for_guest(call, in, look))
		return true;
	if (lean && (is_message(look) || look == LOOK_MORE))
		return false;
	if (is_message(look)) {
		begin_message(call, in, look);
	} else if (look == LOOK_MORE) {
		hold(call, in, look);
	} else {
		not_http(call, look, in->offset);
		exchange_bytes(call, in->left);
		input_consume(in, in->left);
	}
	return true;
}

/* Take the partial out and let it be a message. */
static void message_from_partial(const struct call *call, size_t size,
				 enum head_state state)
{
	struct direction *d = direction_of(call);
	struct partial *p = d->partial;
	struct call last = *call;
	struct head head;

	d->partial = NULL;
	last.time_ns = p->end_ns;
	set_kind(call, p->look == LOOK_REQUEST);
	if (state == HEAD_LONG) {
		framing_long_head(&last, &p->start, p->bytes, size);
	} else {
		(void)head_read(&head, d->is_request, p->bytes, size);
		framing_head(&last, &head, &p->start, size, state);
	}
	partial_free(call->h, &p);
}

/* The partial is full, or there is no memory for more of it. */
static void partial_full(const struct call *call)
{
	struct direction *d = direction_of(call);
	struct partial *p = d->partial;

	/* A target longer than a head may be, which the server will refuse. */
	if (p->look == LOOK_MORE && look_plausible_request(p->bytes, p->len))
		p->look = LOOK_REQUEST;
	if (is_message(p->look)) {
		message_from_partial(call, p->len, HEAD_LONG);
	} else {
		framing_lost(call, p->start.offset);
		partial_free(call->h, &d->partial);
	}
}

static enum look look_at_partial(const struct partial *p)
{
	return p->tentative ? look_after_loss(p->bytes, p->len)
			    : look_at(p->bytes, p->len);
}

/* The partial is undecided with the last @p n bytes, which the input is at. */
static void note_later_start(const struct call *call, const struct input *in,
			     struct partial *p, size_t n)
{
	if (p->later > 0 &&
	    look_after_loss(p->bytes + p->later, p->len - p->later) == LOOK_OTHER)
		p->later = 0;
	if (p->later == 0 && look_for_message(in) != LOOK_OTHER) {
		p->later = p->len - (uint32_t)n;
		p->later_start = start_of(call, in);
	}
}

/* What is held begins no message; a later segment of it may. */
static void keep_later(struct partial *p)
{
	p->len -= p->later;
	memmove(p->bytes, p->bytes + p->later, p->len);
	p->start = p->later_start;
	p->later = 0;
	p->tentative = true;
}

/* What was held is no message. Go on with a later segment of it, or look at this one
 * anew if it has just begun. Returns whether something is still held. */
static bool partial_is_other(const struct call *call, struct input *in, enum look look,
			     size_t appended)
{
	struct direction *d = direction_of(call);

	d->phase = d->partial->tentative ? PHASE_SEEK : PHASE_START;
	if (look != LOOK_OTHER && is_for_guest(call, in, look)) {
		input_consume(in, appended);
		return false;
	}
	not_http(call, look, d->partial->start.offset);
	if (d->phase == PHASE_SEEK && d->partial->later > 0) {
		keep_later(d->partial);
		d->phase = PHASE_HEAD;
		return true;
	}
	partial_free(call->h, &d->partial);
	if (d->phase != PHASE_SEEK || !in->segment_start)
		input_consume(in, appended);
	return false;
}

/* With @p appended bytes more, which the input is at: whether what is held is known to
 * be a message. If not, the input is where it goes on. */
static bool partial_decide(const struct call *call, struct input *in, size_t appended)
{
	struct partial *p = direction_of(call)->partial;

	while (p->look == LOOK_MORE) {
		enum look look = look_at_partial(p);

		if (look == LOOK_MORE) {
			note_later_start(call, in, p, appended);
			input_consume(in, appended);
			return false;
		}
		if (is_message(look))
			p->look = look;
		else if (!partial_is_other(call, in, look, appended))
			return false;
	}
	return true;
}

/* With @p appended bytes more, which the input is at: whether what is held is a header
 * of the PROXY protocol. If so, the input is behind what is there of it. */
static bool partial_is_proxy(const struct call *call, struct input *in, size_t appended)
{
	struct direction *d = direction_of(call);
	const struct partial *p = d->partial;
	size_t n = 0;

	if (p->look == LOOK_MORE && !p->tentative &&
	    p->start.offset <= LOOK_PROXY_OFFSET)
		n = look_past_proxy(p->bytes, p->len, p->start.offset);
	if (n == 0)
		return false;
	if (n == LOOK_PROXY_MORE) {
		input_consume(in, appended);
		return true;
	}
	input_consume(in, appended - (p->len - n));
	partial_free(call->h, &d->partial);
	d->phase = PHASE_START;
	return true;
}

void opening_feed_partial(const struct call *call, struct input *in)
{
	struct direction *d = direction_of(call);
	size_t n = LIMIT_HEAD - d->partial->len;
	size_t end;

	if (d->partial->tentative && d->partial->look == LOOK_MORE &&
	    in->segment_start && is_message(look_for_message(in))) {
		partial_free(call->h, &d->partial);
		d->phase = PHASE_SEEK;
		return;
	}
	n = n < in->left ? n : in->left;
	if (n == 0 || !partial_append(call->h, &d->partial, NULL, in->at, n)) {
		partial_full(call);
		return;
	}
	d->partial->end_ns = call->time_ns;
	if (partial_is_proxy(call, in, n) || !partial_decide(call, in, n))
		return;
	end = head_end(d->partial->bytes, d->partial->len, &d->partial->scanned);
	if (end == 0) {
		input_consume(in, n);
		return;
	}
	input_consume(in, n - (d->partial->len - end));
	message_from_partial(call, end, HEAD_WHOLE);
}

bool opening_is_status_line(const struct partial *p)
{
	return p->look != LOOK_REQUEST &&
	       look_at_status_line(p->bytes, p->len, true) == LOOK_RESPONSE;
}

bool opening_cut(const struct call *call)
{
	struct direction *d = direction_of(call);
	struct partial *p = d->partial;
	bool status;
	bool other;

	if (!p)
		return false;
	other = d->phase == PHASE_HEAD && !p->tentative;
	status = opening_is_status_line(p);
	if (!status && p->look == LOOK_MORE && p->later > 0) {
		keep_later(p);
		status = opening_is_status_line(p);
		if (look_at_partial(p) == LOOK_REQUEST)
			p->look = LOOK_REQUEST;
	}
	if (d->phase == PHASE_PEEK && status)
		exchange_message_end(call);
	else if (d->phase == PHASE_PEEK)
		exchange_bytes(call, p->len);
	if (status)
		p->look = LOOK_RESPONSE;
	if (status || p->look == LOOK_REQUEST) {
		message_from_partial(call, p->len, HEAD_CUT);
		return true;
	}
	if (other)
		connection_is(call, CARRIES_OTHER);
	partial_free(call->h, &d->partial);
	return false;
}

void direction_queue_early(const struct call *call, unsigned dir, uint64_t acked)
{
	struct direction *d = &call->conn->dir[dir];
	struct partial *p = direction_request(d);
	struct call other = *call;
	const char *line;
	struct head head;
	size_t len;

	if (!p || acked <= p->start.offset)
		return;
	len = acked - p->start.offset < p->len ? (size_t)(acked - p->start.offset)
					       : p->len;
	line = memchr(p->bytes, '\n', p->len);
	if (!line)
		return;
	if (len <= (size_t)(line - p->bytes))
		len = (size_t)(line - p->bytes) + 1;
	other.dir = dir;
	other.time_ns = p->end_ns;
	set_kind(&other, true);
	(void)head_read(&head, true, p->bytes, len);
	exchange_request(&other, &head, &p->start);
	exchange_bytes(&other, p->len);
	d->queued = true;
}
