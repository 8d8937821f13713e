/* Where a message of one direction ends, and what follows it. */
#include "http/direction.h"
#include "http/hole.h"

void connection_is(const struct call *call, enum carries protocol)
{
	static const enum coverage_bucket bucket[] = {
	    [CARRIES_UNKNOWN] = COVERAGE_UNDETERMINED_TCP,
	    [CARRIES_OTHER] = COVERAGE_OTHER_TCP,
	    [CARRIES_TLS] = COVERAGE_TLS,
	    [CARRIES_HTTP2] = COVERAGE_HTTP2,
	    [CARRIES_HTTP] = COVERAGE_HTTP,
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
	exchange_bytes(&other, tell_skip_passed(call, dir));
	exchange_message_end(&other);
	d->phase = PHASE_SKIP;
	tcp_skip(call->c, dir, TCP_SKIP_ALL);
}

void framing_lost(const struct call *call, uint64_t offset)
{
	direction_of(call)->phase = PHASE_SEEK;
	hole_begins(call, call->dir, offset);
}

void framing_message_end(const struct call *call)
{
	exchange_message_end(call);
	direction_of(call)->phase = PHASE_START;
}

void framing_body(const struct call *call, uint64_t offset)
{
	struct direction *d = direction_of(call);

	switch ((enum body)d->body) {
	case BODY_NONE:
		framing_message_end(call);
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
		d->size = BODY_ENDLESS;
		break;
	case BODY_UNKNOWN:
		/* A response stays `current`: its body ends where the next begins. */
		if (d->is_request)
			exchange_message_end(call);
		framing_lost(call, offset);
		break;
	}
}

void framing_after_head(const struct call *call, uint64_t offset)
{
	struct direction *d = direction_of(call);

	if (d->peek)
		d->phase = PHASE_PEEK;
	else
		framing_body(call, offset);
}

bool connection_hand_over(const struct call *call, bool websocket,
			  const struct http_guest_start *start)
{
	struct connection *conn = call->conn;
	const struct direction *other = &conn->dir[!call->dir];
	struct call across = *call;
	/* What else this connection has going on, no guest could go on with. */
	bool free = !conn->dir[0].waiting && !conn->dir[1].waiting &&
		    (other->phase <= PHASE_SEEK || other->phase == PHASE_HEAD) &&
		    (!other->partial || other->partial->bytes[0] != 'H');

	if (!free || (!websocket && !call->h->http2.open)) {
		record_free(&call->h->records, start->request);
		return false;
	}
	/* A response of unknown length ends here. */
	for (across.dir = 0; across.dir < 2; across.dir++)
		exchange_message_end(&across);
	call->h->handover = (struct handover){true, websocket, *start};
	for (unsigned dir = 0; dir < 2; dir++) {
		const struct direction *d = &conn->dir[dir];

		call->h->handover.start.midstream[dir] =
		    d->phase == PHASE_SEEK || (d->partial && d->partial->tentative);
	}
	conn->dir[0].phase = PHASE_GUEST;
	conn->dir[1].phase = PHASE_GUEST;
	return true;
}

/* Whether 101 hands the connection to a protocol that is read. */
static bool upgrade(const struct call *call, const struct response_framing *f)
{
	struct http_guest_start start = {.cause = GUEST_BY_UPGRADE,
					 .dir = call->dir,
					 .request = f->request,
					 .time_ns = call->time_ns};

	return f->to != UPGRADE_TO_OTHER &&
	       connection_hand_over(call, f->to == UPGRADE_TO_WEBSOCKET, &start);
}

/* A request that was begun before its sender knew of the response at @p response is one
 * of this protocol, and will have no answer. */
static void queue_begun(const struct call *call, const struct start *response)
{
	const struct partial *p = direction_request(&call->conn->dir[!call->dir]);

	if (p && p->start.acked <= response->offset)
		direction_queue_early(call, !call->dir, TCP_ACKED_UNKNOWN);
}

/* 101 and 2xx to CONNECT: what follows is no message of this conversation. */
static void switch_protocol(const struct call *call, const struct response_framing *f,
			    const struct start *start)
{
	struct direction *other = &call->conn->dir[!call->dir];

	if (f->upgrade) {
		call->h->coverage->upgraded++;
		exchange_message_end(call); /* also of a head that was cut */
		queue_begun(call, start);
		if (upgrade(call, f))
			return;
		direction_ignore(call, call->dir);
		direction_ignore(call, !call->dir);
		tcp_follow(call->c, COVERAGE_OTHER_TCP);
		return;
	}
	call->h->coverage->tunnels++;
	/* Behind missing bytes it need not begin with the next one that is there. */
	if (other->phase == PHASE_SEEK && !(other->hole_set && other->hole_lost))
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
	exchange_request_head(call, head, size);
	exchange_bytes(call, size);
	d->body = (uint8_t)head_request_body(head);
	d->peek = false;
}

static void count_response(const struct call *call, const struct head *head,
			   const struct start *start, size_t size, size_t rest,
			   struct response_framing *f)
{
	struct direction *d = direction_of(call);

	exchange_response(call, head, start, size, rest, f);
	d->body = (uint8_t)f->body;
	d->peek =
	    !f->request_known && f->body != BODY_NONE && !head_content_is_http(head);
}

/* framing_head(), where @p rest bytes have come behind the head in the same piece.
 * Returns how many of them are done with. */
static inline __attribute__((always_inline)) size_t
take_head(const struct call *call, const struct head *head, const struct start *start,
	  size_t size, size_t rest, enum head_state state)
{
	struct direction *d = direction_of(call);
	struct response_framing f = {.upgrade = false};

	connection_is(call, CARRIES_HTTP);
	if (head->length == LENGTH_BAD)
		call->h->coverage->conflicting_length++;
	if (d->is_request)
		count_request(call, head, start, size);
	else
		count_response(call, head, start, size, rest, &f);
	if (f.whole) {
		d->phase = PHASE_START;
		return f.body == BODY_LENGTH ? (size_t)head->content_length : 0;
	}
	d->size = head->content_length;
	if (state == HEAD_WHOLE)
		framing_after_head(call, start->offset + size);
	else if (state == HEAD_LONG)
		d->phase = PHASE_DRAIN;
	if (f.upgrade || f.tunnel)
		switch_protocol(call, &f, start);
	return 0;
}

void framing_head(const struct call *call, const struct head *head,
		  const struct start *start, size_t size, enum head_state state)
{
	(void)take_head(call, head, start, size, 0, state);
}

size_t framing_whole_head(const struct call *call, const struct head *head,
			  const struct start *start, size_t size, size_t left)
{
	return size + take_head(call, head, start, size, left - size, HEAD_WHOLE);
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

void framing_long_head(const struct call *call, const struct start *start,
		       const char *bytes, size_t len)
{
	struct direction *d = direction_of(call);
	struct head head;

	call->h->coverage->head_too_long++;
	(void)head_read(&head, d->is_request, bytes, len);
	d->chunk = (uint8_t)drain_state(bytes, len);
	framing_head(call, &head, start, len, HEAD_LONG);
}
