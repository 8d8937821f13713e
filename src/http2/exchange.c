/* Joins what the two directions find: streams. */
#include <string.h>

#include "base/limits.h"
#include "http/ending.h"
#include "http/fields.h"
#include "http2/connection.h"

/* ---- streams ---- */

static void waiting_add(const struct call2 *call)
{
	if (call->conn->streams.waiting++ == 0)
		tcp_set_waiting(call->c, true);
}

static void waiting_remove(const struct call2 *call)
{
	if (--call->conn->streams.waiting == 0)
		tcp_set_waiting(call->c, false);
}

/* The WebSocket on it, if there is one, is over. */
static void end_talk(const struct call2 *call, struct stream *st, enum tcp_end why)
{
	if (!st->talk)
		return;
	tell2_websocket(call, st, why);
	streams_close_talk(&call->conn->streams, &call->conn->memory, st);
}

/* It is over: tell and free it. */
static void finish(const struct call2 *call, struct stream *st,
		   enum exchange_outcome outcome, const uint32_t *error,
		   const struct block *b)
{
	if (st->final)
		outcome = EXCHANGE_ANSWERED;
	else if (!st->pushed)
		waiting_remove(call);
	end_talk(call, st, error ? TCP_END_RESET : TCP_END_CLOSED);
	tell2_done(call, st, outcome, error, b);
	streams_close(&call->conn->streams, &call->conn->memory, call->h->records, st);
}

static bool is_unseen(const struct call2 *call, const struct stream *st)
{
	return st->record->lost || !tcp_seen(call->c, call->conn->client != 1);
}

static struct stream *open_stream(const struct call2 *call, uint32_t id,
				  struct record *r)
{
	struct stream *st =
	    r ? streams_open(&call->conn->streams, &call->conn->memory, id, r) : NULL;

	if (!st)
		record_free(call->h->records, r);
	return st;
}

/* The sender of direction `dir` is the client, or the server.
 * Returns false when it is known to be the other. */
static bool set_role(const struct call2 *call, bool client)
{
	struct connection2 *conn = call->conn;

	if (conn->client < 0)
		conn->client = (int8_t)(client ? call->dir : !call->dir);
	return (conn->client == (int)call->dir) == client;
}

/* ---- WebSocket on a stream ---- */

static struct websocket_talk *talk_of(const struct call2 *call, uint32_t id)
{
	const struct streams *s = &call->conn->streams;
	const struct stream *st = s->talks > 0 ? streams_find(s, id) : NULL;

	return st ? st->talk : NULL;
}

bool exchange2_watches(const struct call2 *call, uint32_t id)
{
	return talk_of(call, id) != NULL;
}

void exchange2_payload(const struct call2 *call, uint32_t id, const uint8_t *bytes,
		       size_t len)
{
	struct websocket_talk *t = talk_of(call, id);

	if (t)
		websocket_talk_feed(t, call->dir, bytes, len);
}

void exchange2_hole(const struct call2 *call, uint32_t id, uint64_t len)
{
	struct websocket_talk *t = talk_of(call, id);

	if (t)
		websocket_talk_gap(t, call->dir, len);
}

/* ---- blocks ---- */

static void set_facts(const struct call2 *call, struct record *r,
		      const struct head *head)
{
	struct connection2 *conn = call->conn;

	if (conn->requests < UINT16_MAX)
		conn->requests++;
	r->depth = conn->requests;
	if (conn->keep && !record_set_facts(call->h->records, r, head, conn->keep))
		call->h->coverage->fields_over_bound++;
}

/* A request, or the promise of one. */
static void take_request(const struct call2 *call)
{
	struct block *b = connection2_block(call);
	uint32_t id = b->push ? b->promised : b->stream;
	struct stream *st;
	struct head head;
	struct record *r;

	if (!set_role(call, !b->push) || id == 0 ||
	    streams_find(&call->conn->streams, id))
		return;
	if (block_request(b, &call->conn->memory, &head))
		call->h->coverage->authority_differs++;
	r = record_new(call->h->records, &head);
	if (r) {
		r->request_start_ns = b->start_ns;
		r->request_end_ns = call->time_ns;
		r->request_bytes = b->push ? 0 : b->wire;
		r->request_head = (uint32_t)r->request_bytes;
		set_facts(call, r, &head);
	}
	st = open_stream(call, id, r);
	if (!st) {
		call->h->coverage->pipeline_over_bound++;
		return;
	}
	st->pushed = b->push;
	st->websocket = head.extended_connect &&
			text_is(block_text(b, b->protocol), "websocket", 9);
	if (b->push)
		call->h->coverage->http2_pushes++;
	else
		waiting_add(call);
}

/* A final response of @p st has begun. */
static void begin_final(const struct call2 *call, struct stream *st, uint16_t status)
{
	const struct block *b = connection2_block(call);
	struct record *r = st->record;

	if (!st->final && !st->pushed)
		waiting_remove(call);
	st->final = true;
	st->code_unknown = status == STATUS_UNKNOWN;
	st->grpc_status_set = b->grpc_status_set;
	st->grpc_status = b->grpc_status;
	if (b->grpc)
		r->protocol = PROTOCOL_GRPC;
	r->status = st->code_unknown ? 0 : status;
	r->response_start_ns = b->start_ns;
	r->response_end_ns = call->time_ns;
}

/* What a final response opens: a WebSocket, a tunnel, or nothing but its body. */
static void open_talk(const struct call2 *call, struct stream *st, uint16_t status)
{
	const struct record *r = st->record;

	if (status / 100 != 2 || r->method_len != 7 ||
	    memcmp(r->texts, "CONNECT", 7) != 0)
		return;
	if (st->websocket && !st->talk)
		streams_open_talk(&call->conn->streams, &call->conn->memory, st);
	if (!st->talk)
		call->h->coverage->tunnels++;
}

/* The stream of a response whose request is not known; NULL without room. */
static struct stream *open_bare(const struct call2 *call, uint32_t id)
{
	struct record *r = record_new(call->h->records, NULL);
	struct stream *st;

	if (r)
		r->protocol = PROTOCOL_HTTP_2;
	st = open_stream(call, id, r);
	if (st)
		waiting_add(call);
	return st;
}

/* Where a response has no room: it is told, and what follows of it is not. */
static void tell_unkept(const struct call2 *call, uint16_t status)
{
	const struct block *b = connection2_block(call);
	struct record r = {.host_source = HOST_FROM_SERVER,
			   .protocol = b->grpc ? PROTOCOL_GRPC : PROTOCOL_HTTP_2,
			   .status = status == STATUS_UNKNOWN ? 0 : status,
			   .response_start_ns = b->start_ns,
			   .response_end_ns = call->time_ns,
			   .response_bytes = b->wire};
	struct stream st = {.id = b->stream,
			    .final = true,
			    .code_unknown = status == STATUS_UNKNOWN,
			    .record = &r};

	tell2_response(call, &st, status);
	if (status_is_interim(status))
		return;
	call->h->coverage->unpaired_responses++;
	tell2_done(call, &st, EXCHANGE_ANSWERED, NULL, NULL);
}

/* @p status may be STATUS_UNKNOWN. */
static void take_response(const struct call2 *call, uint16_t status)
{
	struct block *b = connection2_block(call);
	struct stream *st;

	if (!set_role(call, false))
		return;
	st = streams_find(&call->conn->streams, b->stream);
	/* After a final response there is none. But one of unknown code may have been
	 * an interim one. */
	if (st && st->final && !st->code_unknown)
		return;
	if (!st)
		st = open_bare(call, b->stream);
	if (!st) {
		tell_unkept(call, status);
		return;
	}
	if (b->grpc)
		st->record->protocol = PROTOCOL_GRPC;
	tell2_response(call, st, status);
	st->record->response_bytes += b->wire;
	if (status_is_interim(status)) {
		record_note_interim(st->record, status);
		return;
	}
	if (!st->final && !st->record->has_request)
		call->h->coverage->unpaired_responses++;
	begin_final(call, st, status);
	open_talk(call, st, status);
	if (b->end_stream)
		finish(call, st, EXCHANGE_ANSWERED, NULL, b);
}

static void take_trailers(const struct call2 *call)
{
	struct block *b = connection2_block(call);
	struct stream *st = streams_find(&call->conn->streams, b->stream);

	if (!st || call->conn->client < 0)
		return;
	if (call->conn->client == (int)call->dir) {
		st->record->request_bytes += b->wire;
		st->record->request_end_ns = call->time_ns;
		return;
	}
	st->record->response_bytes += b->wire;
	st->record->response_end_ns = call->time_ns;
	if (b->grpc_status_set) {
		st->grpc_status_set = true;
		st->grpc_status = b->grpc_status;
	}
	/* Without a response before them, that was lost. */
	if (b->end_stream)
		finish(call, st, EXCHANGE_UNSEEN, NULL, b);
}

/* A block whose first field is not known: a head or trailers, told apart by what a
 * stream may carry (RFC 9113 section 8.1). Requests always show themselves: their
 * :method or :scheme is in the static table. */
static void take_unknown(const struct call2 *call)
{
	struct block *b = connection2_block(call);
	struct stream *st = streams_find(&call->conn->streams, b->stream);
	/* -1 is not known. */
	int client =
	    call->conn->client >= 0 ? call->conn->client : tcp_initiator(call->c);

	if (client == (int)call->dir) {
		if (st)
			take_trailers(call);
		else if (b->fresh || !b->end_stream)
			take_request(call);
		return;
	}
	/* Trailers always end the stream; what does not is a head. One that does, and
	 * is the first of its stream, is a head too. */
	if (!b->end_stream || (st && !st->final && !st->record->lost) ||
	    (!st && b->fresh && !b->grpc_status_set))
		take_response(call, STATUS_UNKNOWN);
	else if (st && st->final)
		take_trailers(call);
	else
		call->h->coverage->http2_unclear++;
}

void exchange2_block(const struct call2 *call)
{
	struct block *b = connection2_block(call);

	if (b->push) {
		take_request(call);
		return;
	}
	switch (b->kind) {
	case BLOCK_REQUEST:
		take_request(call);
		break;
	case BLOCK_RESPONSE:
		take_response(call, b->status);
		break;
	case BLOCK_PLAIN:
		if (b->unknown)
			take_unknown(call);
		else
			take_trailers(call);
		break;
	}
}

/* ---- other frames ---- */

void exchange2_data(const struct call2 *call, uint32_t id, uint64_t data, uint64_t wire,
		    bool end_stream)
{
	struct stream *st = streams_find(&call->conn->streams, id);

	if (!st || call->conn->client < 0)
		return;
	if (call->conn->client == (int)call->dir) {
		st->record->request_bytes += wire;
		st->record->request_end_ns = call->time_ns;
		st->request_body += data;
		return;
	}
	st->record->response_bytes += wire;
	st->record->response_end_ns = call->time_ns;
	st->body_bytes += data;
	/* Without a response before it, that was lost. */
	if (end_stream)
		finish(call, st, EXCHANGE_UNSEEN, NULL, NULL);
}

void exchange2_reset(const struct call2 *call, uint32_t id, uint32_t error)
{
	struct stream *st = streams_find(&call->conn->streams, id);

	if (st)
		finish(call, st, is_unseen(call, st) ? EXCHANGE_UNSEEN : EXCHANGE_RESET,
		       &error, NULL);
}

void exchange2_goaway(const struct call2 *call, uint32_t last, uint32_t error)
{
	struct streams *s = &call->conn->streams;

	if (call->conn->client < 0 || call->conn->client == (int)call->dir)
		return;
	for (uint32_t i = s->count; i > 0 && s->list[i - 1]->id > last; i--) {
		struct stream *st = s->list[i - 1];

		if ((st->id & 1) != 0 && !st->final)
			finish(call, st, EXCHANGE_CLOSED, &error, NULL);
	}
}

void exchange2_lost(const struct call2 *call)
{
	struct streams *s = &call->conn->streams;

	for (uint32_t i = 0; i < s->count && s->talks > 0; i++)
		if (s->list[i]->talk)
			websocket_talk_gap(s->list[i]->talk, call->dir, 0);
	if (call->conn->client == (int)call->dir)
		return;
	for (uint32_t i = 0; i < s->count; i++)
		s->list[i]->record->lost = true;
}

void exchange2_idle(const struct call2 *call)
{
	struct streams *s = &call->conn->streams;

	for (uint32_t i = 0; i < s->count; i++) {
		struct stream *st = s->list[i];

		if (st->final || st->record->told ||
		    !ending_is_overdue(st->record->request_end_ns, call->time_ns) ||
		    is_unseen(call, st))
			continue;
		tell2_done(call, st, EXCHANGE_TIMEOUT, NULL, NULL);
		st->record->told = true;
	}
}

void exchange2_closed(const struct call2 *call, enum tcp_end why)
{
	struct streams *s = &call->conn->streams;

	while (s->count > 0) {
		struct stream *st = s->list[s->count - 1];

		end_talk(call, st, why);
		finish(call, st,
		       ending_outcome(st->record->request_end_ns, call->time_ns, why,
				      is_unseen(call, st)),
		       NULL, NULL);
	}
}

void exchange2_upgraded(const struct call2 *call, struct record *request)
{
	struct record *r = request ? request : record_new(call->h->records, NULL);
	struct stream *st;

	if (r) {
		r->protocol = PROTOCOL_HTTP_2;
		r->status = 0;
		r->response_bytes = 0;
		r->lost = false;
		r->told = false;
	}
	st = open_stream(call, 1, r);
	if (!st)
		return;
	st->upgraded = true;
	call->conn->max_id = 1;
	waiting_add(call);
}
