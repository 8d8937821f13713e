/* One direction of a connection: finds where messages begin and where they end. */
#include <string.h>

#include "base/limits.h"
#include "http/connection.h"

/* What is left of the bytes that are told. */
struct input {
	const char *at;
	size_t left;
	uint64_t offset;
	uint64_t acked;
	bool segment_start; /* at[0] is the first byte of a segment */
};

/* How a head came to its end. */
enum head_state {
	HEAD_WHOLE,
	HEAD_CUT,  /* by a hole or an end */
	HEAD_LONG, /* by our bound: the rest of it follows */
};

static struct direction *direction_of(const struct call *call)
{
	return &call->conn->dir[call->dir];
}

static void consume(struct input *in, size_t n)
{
	in->at += n;
	in->left -= n;
	in->offset += n;
	if (n > 0)
		in->segment_start = false;
}

void connection_is(const struct call *call, enum protocol protocol)
{
	static const enum coverage_bucket bucket[] = {
	    [PROTOCOL_UNKNOWN] = COVERAGE_UNDETERMINED_TCP,
	    [PROTOCOL_OTHER] = COVERAGE_OTHER_TCP,
	    [PROTOCOL_TLS] = COVERAGE_TLS,
	    [PROTOCOL_HTTP2] = COVERAGE_HTTP2,
	    [PROTOCOL_HTTP] = COVERAGE_HTTP,
	};

	if (protocol <= call->conn->protocol)
		return;
	call->conn->protocol = (uint8_t)protocol;
	tcp_classify(call->c, bucket[protocol]);
}

void direction_ignore(const struct call *call, unsigned dir)
{
	struct direction *d = &call->conn->dir[dir];
	struct call other = *call;

	other.dir = dir;
	partial_free(call->h, &d->partial);
	exchange_bytes(&other, exchange_skip_passed(call, dir));
	exchange_message_end(&other);
	d->phase = PHASE_SKIP;
	tcp_skip(call->c, dir, TCP_SKIP_ALL);
}

static void lose_framing(const struct call *call, uint64_t offset)
{
	direction_of(call)->phase = PHASE_SEEK;
	exchange_framing_lost(call, call->dir, offset);
}

static void finish_message(const struct call *call)
{
	exchange_message_end(call);
	direction_of(call)->phase = PHASE_START;
}

static void begin_body(const struct call *call, uint64_t offset)
{
	struct direction *d = direction_of(call);

	switch ((enum body)d->body) {
	case BODY_NONE:
		finish_message(call);
		break;
	case BODY_LENGTH:
		d->phase = PHASE_BODY;
		break;
	case BODY_CHUNKED:
		d->phase = PHASE_CHUNKED;
		d->chunk = CHUNK_FIRST;
		break;
	case BODY_CLOSE:
		d->phase = PHASE_BODY;
		d->size = TCP_SKIP_ALL;
		break;
	case BODY_UNKNOWN:
		/* A response stays `current`: its body ends where the next begins. */
		if (d->is_request)
			exchange_message_end(call);
		lose_framing(call, offset);
		break;
	}
}

static void after_head(const struct call *call, uint64_t offset)
{
	struct direction *d = direction_of(call);

	if (d->peek)
		d->phase = PHASE_PEEK;
	else
		begin_body(call, offset);
}

/* 101 and 2xx to CONNECT: what follows is no message of this conversation. */
static void switch_protocol(const struct call *call, const struct response_framing *f)
{
	struct direction *other = &call->conn->dir[!call->dir];

	if (f->upgrade) {
		call->h->coverage->upgraded++;
		direction_ignore(call, call->dir);
		direction_ignore(call, !call->dir);
		return;
	}
	call->h->coverage->tunnels++;
	if (other->phase == PHASE_SEEK)
		other->phase = PHASE_START;
}

static void count_request(const struct call *call, const struct head *head,
			  const struct start *start, size_t size)
{
	struct direction *d = direction_of(call);

	if (!d->queued)
		exchange_request(call, head, start);
	else if (d->current)
		size -= (size_t)d->current->request_bytes;
	d->queued = false;
	exchange_bytes(call, size);
	d->body = (uint8_t)head_request_body(head);
	d->peek = false;
}

static struct response_framing count_response(const struct call *call,
					      const struct head *head,
					      const struct start *start, size_t size)
{
	struct direction *d = direction_of(call);
	struct response_framing f = exchange_response(call, head, start, size);

	d->body = (uint8_t)f.body;
	d->peek =
	    !f.request_known && f.body != BODY_NONE && !head_content_is_http(head);
	return f;
}

/* A head of @p size bytes is there, or as much of it as there will be. */
static void message(const struct call *call, const struct head *head,
		    const struct start *start, size_t size, enum head_state state)
{
	struct direction *d = direction_of(call);
	struct response_framing f = {.upgrade = false};

	connection_is(call, PROTOCOL_HTTP);
	if (head->length == LENGTH_BAD)
		call->h->coverage->conflicting_length++;
	if (d->is_request)
		count_request(call, head, start, size);
	else
		f = count_response(call, head, start, size);
	d->size = head->content_length;
	if (state == HEAD_WHOLE)
		after_head(call, start->offset + size);
	else if (state == HEAD_LONG)
		d->phase = PHASE_DRAIN;
	if (f.upgrade || f.tunnel)
		switch_protocol(call, &f);
}

/* Where the line machine of chunked.h goes on after bytes of a head. */
static enum chunk_state drain_state(const char *bytes, size_t len)
{
	if (bytes[len - 1] == '\n')
		return CHUNK_TRAILER;
	if (len > 1 && bytes[len - 1] == '\r' && bytes[len - 2] == '\n')
		return CHUNK_TRAILER_CR;
	return CHUNK_TRAILER_LINE;
}

/* A head that cannot be kept any longer counts now. */
static void message_too_long(const struct call *call, const struct start *start,
			     const char *bytes, size_t len)
{
	struct direction *d = direction_of(call);
	struct head head;

	call->h->coverage->head_too_long++;
	(void)head_read(&head, d->is_request, bytes, len);
	d->chunk = (uint8_t)drain_state(bytes, len);
	message(call, &head, start, len, HEAD_LONG);
}

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
		connection_is(call, PROTOCOL_TLS);
		direction_ignore(call, call->dir);
	} else if (look == LOOK_HTTP2) {
		/* A server that does not know HTTP/2 answers in HTTP/1. */
		connection_is(call, PROTOCOL_HTTP2);
		direction_ignore(call, call->dir);
		if (other->phase == PHASE_SEEK)
			direction_ignore(call, !call->dir);
	} else if (look == LOOK_SIMPLE_REQUEST) {
		connection_is(call, PROTOCOL_OTHER);
		conn->simple_sent = true;
		d->phase = PHASE_SEEK;
	} else if (conn->simple_sent || conn->protocol == PROTOCOL_HTTP2) {
		direction_ignore(call, call->dir);
	} else {
		connection_is(call, PROTOCOL_OTHER);
		lose_framing(call, offset);
	}
}

/* Keep the beginning of a message, all that is left of the input. */
static void hold(const struct call *call, struct input *in, enum look look)
{
	struct direction *d = direction_of(call);
	struct start start = {in->offset, in->acked, call->time_ns};

	if (partial_append(call->h, &d->partial, &start, in->at, in->left)) {
		d->partial->look = look;
		d->partial->tentative = d->phase == PHASE_SEEK;
		d->partial->end_ns = call->time_ns;
		d->phase = PHASE_HEAD;
		d->queued = false;
	} else if (is_message(look)) {
		message_too_long(call, &start, in->at, in->left);
	} else {
		lose_framing(call, in->offset);
	}
	consume(in, in->left);
}

static void begin_message(const struct call *call, struct input *in, enum look look)
{
	struct direction *d = direction_of(call);
	struct start start = {in->offset, in->acked, call->time_ns};
	struct head head;
	size_t size;

	d->is_request = look == LOOK_REQUEST;
	size = head_read(&head, d->is_request, in->at, in->left);
	if (!head.complete) {
		hold(call, in, look);
		return;
	}
	message(call, &head, &start, size, HEAD_WHOLE);
	consume(in, size);
}

/* What stands at the start of a segment where no message has to begin. */
static enum look look_for_message(const struct input *in)
{
	enum look look;

	if (!in->segment_start || in->at[0] < 'A' || in->at[0] > 'Z')
		return LOOK_OTHER;
	look = look_at(in->at, in->left);
	if (look == LOOK_MORE &&
	    look_at_status_line(in->at, in->left, false) != LOOK_MORE &&
	    !look_plausible_request(in->at, in->left))
		return LOOK_OTHER;
	return look;
}

/* PHASE_START and PHASE_SEEK. Returns false when @p lean is not enough. */
static bool feed_opening(const struct call *call, struct input *in, bool lean)
{
	struct direction *d = direction_of(call);
	enum look look;

	if (d->phase == PHASE_START) {
		while (in->left > 0 && (in->at[0] == '\r' || in->at[0] == '\n'))
			consume(in, 1);
		if (in->left == 0)
			return true;
		look = look_at(in->at, in->left);
	} else {
		look = look_for_message(in);
	}
	if (lean && (is_message(look) || look == LOOK_MORE))
		return false;
	if (is_message(look)) {
		begin_message(call, in, look);
	} else if (look == LOOK_MORE) {
		hold(call, in, look);
	} else {
		not_http(call, look, in->offset);
		exchange_bytes(call, in->left);
		consume(in, in->left);
	}
	return true;
}

/* Take the partial out and let it be a message. */
static void message_from_partial(const struct call *call, size_t size,
				 enum head_state state)
{
	struct direction *d = direction_of(call);
	struct partial *p = d->partial;
	struct start start = {p->offset, p->acked, p->time_ns};
	struct head head;

	d->partial = NULL;
	d->is_request = p->look == LOOK_REQUEST;
	if (state == HEAD_LONG) {
		message_too_long(call, &start, p->bytes, size);
	} else {
		(void)head_read(&head, d->is_request, p->bytes, size);
		message(call, &head, &start, size, state);
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
		lose_framing(call, p->offset);
		partial_free(call->h, &d->partial);
	}
}

/* What was held is no message. Look at this segment anew if it has just begun. */
static void partial_is_other(const struct call *call, struct input *in, enum look look,
			     size_t appended)
{
	struct direction *d = direction_of(call);

	d->phase = d->partial->tentative ? PHASE_SEEK : PHASE_START;
	not_http(call, look, d->partial->offset);
	partial_free(call->h, &d->partial);
	if (d->phase != PHASE_SEEK || !in->segment_start)
		consume(in, appended);
}

/* PHASE_HEAD. */
static void feed_partial(const struct call *call, struct input *in)
{
	struct direction *d = direction_of(call);
	size_t old = d->partial->len;
	size_t n = LIMIT_HEAD - old;
	size_t end;

	if (d->partial->tentative && in->segment_start &&
	    is_message(look_for_message(in))) {
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
	if (d->partial->look == LOOK_MORE) {
		enum look look = look_at(d->partial->bytes, d->partial->len);

		if (look != LOOK_MORE && !is_message(look)) {
			partial_is_other(call, in, look, n);
			return;
		}
		d->partial->look = look;
	}
	if (d->partial->look == LOOK_MORE) {
		consume(in, n);
		return;
	}
	end = head_end(d->partial->bytes, d->partial->len, &d->partial->scanned);
	if (end == 0) {
		consume(in, n);
		return;
	}
	consume(in, end - old);
	message_from_partial(call, end, HEAD_WHOLE);
}

/* PHASE_BODY. */
static void feed_body(const struct call *call, struct input *in)
{
	struct direction *d = direction_of(call);
	size_t n = in->left < d->size ? in->left : (size_t)d->size;

	exchange_bytes(call, n);
	consume(in, n);
	if (d->size == TCP_SKIP_ALL)
		return;
	d->size -= n;
	if (d->size == 0)
		finish_message(call);
}

/* PHASE_CHUNKED and PHASE_DRAIN. */
static void feed_lines(const struct call *call, struct input *in)
{
	struct direction *d = direction_of(call);
	enum chunk_state state = (enum chunk_state)d->chunk;
	size_t n = chunk_feed(&state, &d->size, in->at, in->left);

	d->chunk = (uint8_t)state;
	exchange_bytes(call, n);
	consume(in, n);
	if (state == CHUNK_BAD) {
		exchange_message_end(call);
		lose_framing(call, in->offset);
	} else if (state == CHUNK_DONE && d->phase == PHASE_DRAIN) {
		after_head(call, in->offset);
	} else if (state == CHUNK_DONE) {
		finish_message(call);
	}
}

static bool feed(const struct call *call, struct input *in, bool lean);

/* What was held in PHASE_PEEK is the beginning of the body. */
static void body_from_partial(const struct call *call)
{
	struct direction *d = direction_of(call);
	struct partial *p = d->partial;
	struct input held;

	d->partial = NULL;
	begin_body(call, p ? p->offset : 0);
	if (!p)
		return;
	held = (struct input){p->bytes, p->len, p->offset, p->acked, false};
	(void)feed(call, &held, false);
	partial_free(call->h, &p);
}

/* PHASE_PEEK, nothing held yet. */
static void feed_peek_first(const struct call *call, struct input *in)
{
	struct direction *d = direction_of(call);
	struct start start = {in->offset, in->acked, call->time_ns};
	enum look look = look_at_status_line(in->at, in->left, false);

	if (look == LOOK_RESPONSE) {
		finish_message(call);
	} else if (look == LOOK_OTHER ||
		   !partial_append(call->h, &d->partial, &start, in->at, in->left)) {
		begin_body(call, in->offset);
	} else {
		d->partial->look = LOOK_RESPONSE;
		d->partial->end_ns = call->time_ns;
		consume(in, in->left);
	}
}

/* PHASE_PEEK, byte by byte: what decides is the last byte of what is held. */
static void feed_peek(const struct call *call, struct input *in)
{
	struct direction *d = direction_of(call);
	enum look look = LOOK_MORE;

	if (!d->partial) {
		feed_peek_first(call, in);
		return;
	}
	while (in->left > 0 && look == LOOK_MORE) {
		/* Fits: the first allocation is larger than LOOK_STATUS_MAX. */
		if (!partial_append(call->h, &d->partial, NULL, in->at, 1))
			break;
		consume(in, 1);
		look = look_at_status_line(d->partial->bytes, d->partial->len, false);
	}
	d->partial->end_ns = call->time_ns;
	if (look == LOOK_OTHER) {
		body_from_partial(call);
	} else if (look == LOOK_RESPONSE) {
		finish_message(call);
		d->phase = PHASE_HEAD;
	}
}

static bool feed(const struct call *call, struct input *in, bool lean)
{
	struct direction *d = direction_of(call);

	while (in->left > 0) {
		switch ((enum phase)d->phase) {
		case PHASE_START:
		case PHASE_SEEK:
			if (!feed_opening(call, in, lean))
				return false;
			break;
		case PHASE_SKIP:
			return true;
		case PHASE_HEAD:
			feed_partial(call, in);
			break;
		case PHASE_DRAIN:
		case PHASE_CHUNKED:
			feed_lines(call, in);
			break;
		case PHASE_PEEK:
			feed_peek(call, in);
			break;
		case PHASE_BODY:
			feed_body(call, in);
			break;
		}
	}
	return true;
}

/* What need not be looked at is tcp/'s to count. */
static void skip_rest(const struct call *call)
{
	const struct direction *d = direction_of(call);

	if (d->phase == PHASE_BODY ||
	    (d->phase == PHASE_CHUNKED && d->chunk == CHUNK_DATA))
		tcp_skip(call->c, call->dir, d->size);
}

bool direction_data(const struct call *call, const struct tcp_data *data, bool lean)
{
	struct input in = {(const char *)data->bytes, data->len, data->offset,
			   data->acked, data->segment_start};

	if (!feed(call, &in, lean))
		return false;
	skip_rest(call);
	return true;
}

void direction_skipped(const struct call *call)
{
	struct direction *d = direction_of(call);

	if (d->phase == PHASE_BODY) {
		exchange_bytes(call, d->size);
		finish_message(call);
	} else if (d->phase == PHASE_CHUNKED && d->chunk == CHUNK_DATA) {
		exchange_bytes(call, d->size);
		d->chunk = CHUNK_DATA_END;
	}
}

/* The bytes that would say more of what is held do not come. */
static void cut_partial(const struct call *call)
{
	struct direction *d = direction_of(call);
	struct partial *p = d->partial;
	bool status;

	if (!p)
		return;
	status = p->look != LOOK_REQUEST &&
		 look_at_status_line(p->bytes, p->len, true) == LOOK_RESPONSE;
	if (d->phase == PHASE_PEEK && status)
		exchange_message_end(call);
	else if (d->phase == PHASE_PEEK)
		exchange_bytes(call, p->len);
	if (status)
		p->look = LOOK_RESPONSE;
	if (status || p->look == LOOK_REQUEST) {
		message_from_partial(call, p->len, HEAD_CUT);
		return;
	}
	if (d->phase == PHASE_HEAD && !p->tentative)
		connection_is(call, PROTOCOL_OTHER);
	partial_free(call->h, &d->partial);
}

/* Whether a hole of @p len bytes is inside a body whose framing outlives it. */
static bool gap_in_body(const struct call *call, uint64_t len)
{
	struct direction *d = direction_of(call);

	if (d->phase == PHASE_PEEK && len > 0)
		body_from_partial(call);
	if ((d->phase != PHASE_BODY &&
	     (d->phase != PHASE_CHUNKED || d->chunk != CHUNK_DATA)) ||
	    len == 0 || len > d->size)
		return false;
	exchange_bytes(call, len);
	if (d->size != TCP_SKIP_ALL)
		d->size -= len;
	if (d->size > 0)
		skip_rest(call);
	else if (d->phase == PHASE_BODY)
		finish_message(call);
	else
		d->chunk = CHUNK_DATA_END;
	return true;
}

void direction_gap(const struct call *call, uint64_t offset, uint64_t len)
{
	struct direction *d = direction_of(call);

	if (d->phase == PHASE_SKIP || gap_in_body(call, len))
		return;
	cut_partial(call);
	if (d->phase == PHASE_SKIP)
		return;
	if (d->phase == PHASE_SEEK)
		exchange_bytes(call, len);
	else
		exchange_message_end(call);
	lose_framing(call, offset);
}

void direction_end(const struct call *call)
{
	struct direction *d = direction_of(call);

	cut_partial(call);
	exchange_bytes(call, exchange_skip_passed(call, call->dir));
	exchange_message_end(call);
	d->phase = PHASE_SKIP;
}

void direction_queue_early(const struct call *call, unsigned dir)
{
	struct direction *d = &call->conn->dir[dir];
	struct call other = *call;
	struct start start;
	struct head head;

	if (d->phase != PHASE_HEAD || d->queued || d->partial->look != LOOK_REQUEST)
		return;
	start =
	    (struct start){d->partial->offset, d->partial->acked, d->partial->time_ns};
	other.dir = dir;
	other.time_ns = d->partial->end_ns;
	d->is_request = true;
	(void)head_read(&head, true, d->partial->bytes, d->partial->len);
	exchange_request(&other, &head, &start);
	exchange_bytes(&other, d->partial->len);
	d->queued = true;
}
