/* What the sink is told of streams. */
#include <string.h>

#include "http2/connection.h"

static void fill_request(const struct stream *st, struct http_exchange *x)
{
	const struct record *r = st->record;

	x->method = record_method(r);
	x->target = record_target(r);
	x->request_start_ns = r->request_start_ns;
	x->request_end_ns = r->request_end_ns;
	x->request_bytes = r->request_bytes;
	x->depth = r->depth;
	x->facts = r->facts;
	x->forwarded = record_extra(r, EXTRA_FORWARDED);
	x->user_agent = record_extra(r, EXTRA_AGENT);
	x->referer = record_extra(r, EXTRA_REFERER);
	x->request_body = st->request_body;
	if (r->facts.declared_body != UINT64_MAX)
		x->request_body = r->facts.declared_body;
}

static void fill(const struct call2 *call, const struct stream *st,
		 struct http_exchange *x)
{
	const struct record *r = st->record;
	/* Before it is known who the client is nothing is told. */
	unsigned client = call->conn->client == 1;

	memset(x, 0, sizeof(*x));
	x->client = tcp_endpoint(call->c, client);
	x->server = tcp_endpoint(call->c, !client);
	server_name_fill(&call->h->server_name, r, x);
	x->facts.declared_body = UINT64_MAX;
	x->connection = call->conn->serial;
	x->protocol = PROTOCOL_HTTP_2;
	x->pushed = st->pushed;
	x->upgraded = st->upgraded;
	if (!r)
		return;
	x->protocol = (enum exchange_protocol)r->protocol;
	x->has_request = r->has_request;
	x->continued = r->continued;
	x->interim = r->interim;
	if (r->has_request)
		fill_request(st, x);
	x->status = r->status;
	x->code_unknown = st->code_unknown;
	x->late = r->told && st->final;
	x->response_start_ns = r->response_start_ns;
	x->response_end_ns = r->response_end_ns;
	x->response_bytes = r->response_bytes;
	x->body_bytes = st->body_bytes;
}

void tell2_response(const struct call2 *call, const struct stream *st, uint16_t status)
{
	struct block *b = connection2_block(call);
	struct http_exchange x;

	fill(call, st, &x);
	x.late = false;
	x.code_unknown = status == STATUS_UNKNOWN;
	x.status = x.code_unknown ? 0 : status;
	x.response_fields = block_fields(b, &call->conn->memory);
	x.response_start_ns = b->start_ns;
	x.response_end_ns = 0;
	x.response_bytes = 0;
	x.body_bytes = 0;
	call->h->sink.response(call->h->sink.ctx, &x);
}

void tell2_done(const struct call2 *call, const struct stream *st,
		enum exchange_outcome outcome, const uint32_t *error,
		const struct block *b)
{
	const struct record *r = st->record;
	struct http_exchange x;

	if (!st->final && (r->told || st->pushed || !r->has_request))
		return;
	if (outcome == EXCHANGE_UNSEEN)
		call->h->coverage->unseen_responses++;
	fill(call, st, &x);
	x.outcome = outcome;
	x.grpc_status_set = st->grpc_status_set;
	x.grpc_status = st->grpc_status;
	if (b && b->grpc_status_set)
		x.grpc_message = block_text(b, b->grpc_message);
	if (error) {
		x.stream_error_set = true;
		x.stream_error = *error;
	}
	call->h->sink.done(call->h->sink.ctx, &x);
}

void tell2_websocket(const struct call2 *call, const struct stream *st,
		     enum tcp_end why)
{
	const struct record *r = st->record;
	struct http_websocket told;

	if (!call->h->sink.websocket)
		return;
	memset(&told, 0, sizeof(told));
	fill(call, st, &told.upgrade);
	told.end_ns = r->response_end_ns > r->request_end_ns ? r->response_end_ns
							     : r->request_end_ns;
	websocket_talk_fill(st->talk, call->conn->client == 1, why, &told);
	call->h->sink.websocket(call->h->sink.ctx, &told);
}
