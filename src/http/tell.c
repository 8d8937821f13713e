/* What the sink is told of exchanges. */
#include <string.h>

#include "http/connection.h"

uint64_t tell_skip_passed(const struct call *call, unsigned dir)
{
	const struct direction *d = &call->conn->dir[dir];
	uint64_t left;

	/* Nothing is skipped before it has shown itself to be the body. */
	if (d->body_optional)
		return 0;
	if (d->phase != PHASE_BODY &&
	    (d->phase != PHASE_CHUNKED || d->chunk != CHUNK_DATA))
		return 0;
	left = tcp_skip_left(call->c, dir);
	return left < d->size ? d->size - left : 0;
}

static void fill_request(const struct call *call, unsigned client,
			 const struct record *r, struct http_exchange *x)
{
	x->method = record_method(r);
	x->target = record_target(r);
	x->request_start_ns = r->request_start_ns;
	x->request_end_ns = r->request_end_ns;
	x->request_bytes = r->request_bytes;
	if (call->conn->dir[client].current == r)
		x->request_bytes += tell_skip_passed(call, client);
	x->depth = r->depth;
	x->facts = r->facts;
	x->forwarded = record_extra(r, EXTRA_FORWARDED);
	x->user_agent = record_extra(r, EXTRA_AGENT);
	x->referer = record_extra(r, EXTRA_REFERER);
	if (r->facts.declared_body != UINT64_MAX)
		x->request_body = r->facts.declared_body;
	else if (r->request_head > 0 && x->request_bytes > r->request_head)
		x->request_body = x->request_bytes - r->request_head;
}

/* What both events have in common. @p r may be NULL. */
static void fill(const struct call *call, unsigned client, const struct record *r,
		 struct http_exchange *x)
{
	memset(x, 0, sizeof(*x));
	x->facts.declared_body = UINT64_MAX;
	x->connection = call->conn->serial;
	x->client = tcp_endpoint(call->c, client);
	x->server = tcp_endpoint(call->c, !client);
	server_name_fill(&call->h->server_name, r, x);
	if (!r)
		return;
	x->has_request = r->has_request;
	x->protocol = (enum exchange_protocol)r->protocol;
	x->continued = r->continued;
	x->interim = r->interim;
	if (r->has_request)
		fill_request(call, client, r, x);
	x->status = r->status;
	x->response_start_ns = r->response_start_ns;
	x->response_end_ns = r->response_end_ns;
	x->response_bytes = r->response_bytes;
	if (r->response_bytes > r->response_head)
		x->body_bytes = r->response_bytes - r->response_head;
}

void tell_done(const struct call *call, unsigned client, const struct record *r,
	       enum exchange_outcome outcome)
{
	struct http_exchange x;

	fill(call, client, r, &x);
	x.outcome = outcome;
	x.late = r->told;
	call->h->sink.done(call->h->sink.ctx, &x);
}

void tell_lost(const struct call *call, unsigned client, const struct record *r)
{
	call->h->coverage->unseen_responses++;
	tell_done(call, client, r, EXCHANGE_UNSEEN);
}

void tell_unanswered(const struct call *call, unsigned client, const struct record *r,
		     enum exchange_outcome outcome)
{
	if (r->told)
		return;
	if (outcome == EXCHANGE_UNSEEN)
		tell_lost(call, client, r);
	else
		tell_done(call, client, r, outcome);
}

void tell_response(const struct call *call, const struct record *r,
		   const struct head *head, const struct start *start)
{
	struct http_exchange x;

	fill(call, !call->dir, r, &x);
	x.status = head->status;
	x.protocol = head->protocol;
	x.response_fields = head->fields;
	x.response_start_ns = start->time_ns;
	call->h->sink.response(call->h->sink.ctx, &x);
}

void tell_answered(const struct call *call, const struct record *r,
		   const struct head *head)
{
	struct http_exchange x;

	fill(call, !call->dir, r, &x);
	x.response_fields = head->fields;
	x.outcome = EXCHANGE_ANSWERED;
	call->h->sink.answered(call->h->sink.ctx, &x);
}
