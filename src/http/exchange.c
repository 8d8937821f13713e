/* Joins the two directions: pairs responses with requests. */
#include <string.h>

#include "base/limits.h"
#include "http/connection.h"
#include "http/ending.h"
#include "http/fields.h"
#include "http/hole.h"

/* Nothing points to the record afterwards. */
static void release(const struct call *call, unsigned client, struct record *r)
{
	struct direction *d = &call->conn->dir[client];

	if (d->current == r)
		d->current = NULL;
	record_free(&call->h->records, r);
}

static struct record *take_first(const struct call *call, unsigned client)
{
	struct connection *conn = call->conn;

	conn->dir[client].waiting_count--;
	if (conn->dir[0].waiting_count == 0 && conn->dir[1].waiting_count == 0)
		tcp_set_waiting(call->c, false);
	return queue_pop(&conn->dir[client].waiting);
}

void exchange_request(const struct call *call, const struct head *head,
		      const struct start *start)
{
	struct connection *conn = call->conn;
	struct direction *d = &conn->dir[call->dir];
	const struct direction *other = &conn->dir[!call->dir];
	struct record *r = NULL;

	d->hole_set = false;
	d->current = NULL;
	if (d->waiting_count < LIMIT_PIPELINE)
		r = record_new(&call->h->records, head);
	if (!r) {
		call->h->coverage->pipeline_over_bound++;
		if (d->overtaken < UINT16_MAX)
			d->overtaken++;
		return;
	}
	if (conn->requests < UINT16_MAX)
		conn->requests++;
	r->depth = conn->requests;
	r->request_offset = start->offset;
	r->acked = start->acked;
	r->request_start_ns = start->time_ns;
	r->request_end_ns = call->time_ns;
	r->lost = start->lost || (other->hole_set && other->hole_lost &&
				  hole_unknown_to(start->acked, other->hole));
	r->overtaken = d->overtaken;
	d->overtaken = 0;
	if (conn->dir[0].waiting_count == 0 && conn->dir[1].waiting_count == 0)
		tcp_set_waiting(call->c, true);
	queue_append(&d->waiting, r);
	d->waiting_count++;
	d->current = r;
}

void exchange_request_head(const struct call *call, const struct head *head,
			   size_t size)
{
	struct record *r = call->conn->dir[call->dir].current;

	if (!r)
		return;
	r->request_head = (uint32_t)(r->request_bytes + size);
	if (!record_set_facts(&call->h->records, r, head, call->h->keep))
		call->h->coverage->fields_over_bound++;
}

/* Tell the requests whose answers lie in the hole before @p response. */
static void settle_hole(const struct call *call, const struct start *response)
{
	const struct record *last = hole_last_answered(call, response);
	unsigned client = !call->dir;

	while (last) {
		struct record *r = take_first(call, client);

		if (r == last)
			last = NULL;
		tell_lost(call, client, r);
		release(call, client, r);
	}
}

/* Causality: whether a response that starts at @p response may answer a request that
 * starts at @p offset and whose sender had received up to @p acked. The server must
 * have had a part of it, and the client must not have had this response. */
static bool may_answer(const struct start *response, uint64_t offset, uint64_t acked)
{
	if (response->acked != TCP_ACKED_UNKNOWN && response->acked <= offset)
		return false;
	return acked == TCP_ACKED_UNKNOWN || response->offset >= acked;
}

/* The request that a response starting at @p start answers, still in its queue; NULL
 * when that was not seen or not kept. */
static struct record *match(const struct call *call, const struct start *start,
			    bool final)
{
	unsigned client = !call->dir;
	struct direction *d = &call->conn->dir[client];
	struct record *r = queue_first(d->waiting);

	if (!r && d->overtaken > 0) {
		d->overtaken = (uint16_t)(d->overtaken - final);
		return NULL;
	}
	if (!r) {
		const struct partial *p = direction_request(d);

		if (p && may_answer(start, p->start.offset, p->start.acked))
			direction_queue_early(call, client, start->acked);
		r = queue_first(d->waiting);
	}
	if (!r)
		return NULL;
	if (r->overtaken > 0) {
		r->overtaken -= final;
		return NULL;
	}
	return may_answer(start, r->request_offset, r->acked) ? r : NULL;
}

static bool method_is(const struct record *r, const char *method, size_t len)
{
	return r->method_len == len && memcmp(r->texts, method, len) == 0;
}

/* RFC 9112 section 6.3, items 1 and 2. @p r is NULL when the request is unknown. */
static struct response_framing framing(const struct record *r, const struct head *head)
{
	struct response_framing f = {.body = head_response_body(head),
				     .request_known = r != NULL,
				     .upgrade = head->status == 101};

	if (r && method_is(r, "HEAD", 4))
		f.body = BODY_NONE;
	if (r && method_is(r, "CONNECT", 7) && head->status / 100 == 2) {
		f.body = BODY_NONE;
		f.tunnel = true;
	}
	return f;
}

/* What 101 hands the connection to (RFC 9110 section 7.8). */
static void read_upgrade(const struct call *call, const struct record *r,
			 const struct head *head, struct response_framing *f)
{
	struct text value, one;

	if (!field_find(head->fields, "upgrade", &value))
		return;
	while (f->to == UPGRADE_TO_OTHER && text_list_next(&value, &one)) {
		if (text_is(one, "h2c", 3))
			f->to = UPGRADE_TO_HTTP2;
		else if (text_is(one, "websocket", 9))
			f->to = UPGRADE_TO_WEBSOCKET;
	}
	if (f->to == UPGRADE_TO_OTHER)
		return;
	f->request = record_copy(&call->h->records, r);
	if (f->request)
		f->request->response_start_ns = call->time_ns;
}

static void set_response(const struct call *call, struct record *r,
			 const struct head *head, const struct start *start,
			 size_t size)
{
	r->status = head->status;
	r->protocol = (uint8_t)head->protocol;
	r->response_start_ns = start->time_ns;
	r->response_end_ns = call->time_ns;
	r->response_bytes = size;
	r->response_head = (uint32_t)size;
}

/* There is no memory for a record: what the body brings is not told. */
static __attribute__((noinline)) void tell_unkept(const struct call *call,
						  const struct head *head,
						  const struct start *start,
						  size_t size)
{
	struct record bare = {.host_source = HOST_FROM_SERVER};

	set_response(call, &bare, head, start, size);
	tell_done(call, !call->dir, &bare, EXCHANGE_ANSWERED);
}

/* A final response has its record: that of its request, or a new one. */
static void begin_response(const struct call *call, struct record *r,
			   const struct head *head, const struct start *start,
			   size_t size)
{
	call->conn->dir[call->dir].current = r;
	if (r)
		set_response(call, r, head, start, size);
	else
		tell_unkept(call, head, start, size);
}

/* RFC 9110 section 10.1.1: a client that asked whether to send its body need not send
 * it after a final answer. */
static void note_optional_body(const struct call *call, const struct record *r)
{
	struct direction *d = &call->conn->dir[!call->dir];
	bool begins = d->phase == PHASE_BODY ||
		      (d->phase == PHASE_CHUNKED && d->chunk == CHUNK_FIRST);

	if (d->current != r || !begins || r->continued ||
	    !(r->facts.flags & REQUEST_EXPECT_CONTINUE) ||
	    r->request_bytes + tell_skip_passed(call, !call->dir) > r->request_head)
		return;
	d->body_optional = true;
	tcp_skip(call->c, !call->dir, 0);
}

/* Whether nothing of the exchange is to come when @p rest bytes have come behind the
 * head, and it can be told at once. */
static bool is_whole(const struct call *call, const struct response_framing *f,
		     const struct record *r, const struct head *head, size_t rest)
{
	if (f->upgrade || f->tunnel || r->told || !call->h->sink.answered)
		return false;
	return f->body == BODY_NONE ||
	       (f->body == BODY_LENGTH && head->content_length <= rest);
}

/* A final response of which everything is there. */
static void whole_response(const struct call *call, struct record *r,
			   const struct head *head, const struct start *start,
			   size_t size, uint64_t body)
{
	note_optional_body(call, r);
	(void)take_first(call, !call->dir);
	set_response(call, r, head, start, size);
	r->response_bytes += body;
	tell_answered(call, r, head);
	release(call, !call->dir, r);
}

void exchange_response(const struct call *call, const struct head *head,
		       const struct start *start, size_t size, size_t rest,
		       struct response_framing *f)
{
	bool final = !status_is_interim(head->status);
	struct record *r;

	/* A response of unknown length ends where this one begins. */
	exchange_message_end(call);
	if (call->conn->dir[call->dir].hole_set)
		settle_hole(call, start);
	r = match(call, start, final);
	*f = framing(r, head);
	if (final && r && is_whole(call, f, r, head, rest)) {
		f->whole = true;
		whole_response(call, r, head, start, size,
			       f->body == BODY_LENGTH ? head->content_length : 0);
		return;
	}
	tell_response(call, r, head, start);
	if (!final) {
		if (r)
			record_note_interim(r, head->status);
		return;
	}
	if (f->upgrade)
		read_upgrade(call, r, head, f);
	if (r) {
		note_optional_body(call, r);
		(void)take_first(call, !call->dir);
	} else {
		call->h->coverage->unpaired_responses++;
		r = record_new(&call->h->records, NULL);
	}
	begin_response(call, r, head, start, size);
}

void exchange_bytes(const struct call *call, uint64_t n)
{
	struct direction *d = &call->conn->dir[call->dir];
	struct record *r = d->current;

	if (!r || n == 0)
		return;
	if (d->is_request) {
		r->request_bytes += n;
		r->request_end_ns = call->time_ns;
	} else {
		r->response_bytes += n;
		r->response_end_ns = call->time_ns;
	}
}

void exchange_end_current(const struct call *call)
{
	struct direction *d = &call->conn->dir[call->dir];
	struct record *r = d->current;

	d->current = NULL;
	if (d->is_request)
		return;
	tell_done(call, !call->dir, r, EXCHANGE_ANSWERED);
	release(call, !call->dir, r);
}

static bool is_unseen(const struct call *call, unsigned client, const struct record *r)
{
	return r->lost || !tcp_seen(call->c, !client);
}

/* What a skip has passed over by now came before the silence. */
static void settle_skip(const struct call *call, unsigned dir)
{
	struct direction *d = &call->conn->dir[dir];
	uint64_t passed = tell_skip_passed(call, dir);
	struct call before = *call;

	if (!d->current || passed == 0)
		return;
	before.dir = dir;
	before.time_ns =
	    d->is_request ? d->current->request_end_ns : d->current->response_end_ns;
	/* Stamps may have run backward. */
	if (before.time_ns < call->time_ns - LIMIT_IDLE_NS)
		before.time_ns = call->time_ns - LIMIT_IDLE_NS;
	exchange_bytes(&before, passed);
	d->size -= passed;
}

void exchange_idle(const struct call *call)
{
	settle_skip(call, 0);
	settle_skip(call, 1);
	for (unsigned client = 0; client < 2; client++) {
		const struct direction *d = &call->conn->dir[client];
		const struct partial *arriving = direction_request(d);
		struct record *first;
		struct record *r;

		if (arriving && ending_is_overdue(arriving->end_ns, call->time_ns))
			direction_queue_early(call, client, TCP_ACKED_UNKNOWN);
		r = first = queue_first(d->waiting);
		if (!first)
			continue;
		do {
			if (!r->told &&
			    ending_is_overdue(r->request_end_ns, call->time_ns) &&
			    !is_unseen(call, client, r)) {
				tell_done(call, client, r, EXCHANGE_TIMEOUT);
				r->told = true;
			}
			r = r->next;
		} while (r != first);
	}
}

void exchange_closed(const struct call *call, enum tcp_end why)
{
	for (unsigned client = 0; client < 2; client++) {
		while (call->conn->dir[client].waiting) {
			struct record *r = take_first(call, client);

			tell_unanswered(call, client, r,
					ending_outcome(r->request_end_ns, call->time_ns,
						       why,
						       is_unseen(call, client, r)));
			release(call, client, r);
		}
	}
}

void exchange_discard(struct http *h, struct connection *conn)
{
	for (unsigned dir = 0; dir < 2; dir++) {
		struct direction *d = &conn->dir[dir];

		while (d->waiting) {
			struct record *r = queue_pop(&d->waiting);

			if (d->current == r)
				d->current = NULL;
			record_free(&h->records, r);
		}
		partial_free(h, &d->partial);
	}
	/* A response that its request still accompanies is in both directions. */
	if (conn->dir[0].current == conn->dir[1].current)
		conn->dir[0].current = NULL;
	for (unsigned dir = 0; dir < 2; dir++) {
		record_free(&h->records, conn->dir[dir].current);
		conn->dir[dir].current = NULL;
	}
}
