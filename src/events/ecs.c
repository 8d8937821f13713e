/*
 * Elastic Common Schema: flat objects with dotted names, one a line. What would say
 * nothing is left out: a line costs by its bytes, most of all in the kernel.
 */
#include "events/format.h"
#include "http/path.h"

/* A member begins; never the first one. */
#define KEY(name) ",\"" name "\":"

static char *put_connection(char *at, const struct http_exchange *x)
{
	at = put_literal(at, KEY("statline.connection"));
	at = put_number(at, x->connection);
	at = put_literal(at, KEY("source.ip") "\"");
	at = put_address(at, &x->client.addr);
	at = put_literal(at, "\"" KEY("source.port"));
	at = put_number(at, x->client.port);
	at = put_literal(at, KEY("destination.ip") "\"");
	at = put_address(at, &x->server.addr);
	at = put_literal(at, "\"" KEY("destination.port"));
	return put_number(at, x->server.port);
}

_Static_assert(sizeof(KEY("statline.connection") KEY("source.ip") KEY("source.port")
			  KEY("destination.ip") KEY("destination.port")) +
		       3 * PUT_NUMBER_MAX + 2 * (PUT_ADDRESS_MAX + 2) <=
		   EVENT_CONNECTION_MAX,
	       "a connection is remembered whole");

static char *put_referer(char *at, struct text referer)
{
	struct text origin, path;

	event_referer(referer, &origin, &path);
	at = put_literal(at, KEY("http.request.referrer") "\"");
	at = put_json(at, origin);
	at = put_json(at, path);
	return put_literal(at, "\"");
}

static char *put_request(char *at, const struct http_exchange *x)
{
	struct text version = event_version(x);

	at = put_literal(at, KEY("url.domain") "\"");
	at = put_json(at, x->host);
	if (!x->has_request)
		return put_literal(at, "\"");
	at = put_literal(at, "\"" KEY("http.request.method") "\"");
	at = put_json(at, x->method);
	at = put_literal(at, "\"" KEY("url.path") "\"");
	at = put_json(at, path_of_target(x->target));
	at = put_literal(at, "\"" KEY("http.request.bytes"));
	at = put_number(at, x->request_bytes);
	if (x->request_body > 0) {
		at = put_literal(at, KEY("http.request.body.bytes"));
		at = put_number(at, x->request_body);
	}
	if (version.len > 0) {
		at = put_literal(at, KEY("http.version") "\"");
		at = put_bytes(at, version.at, version.len);
		at = put_literal(at, "\"");
	}
	if (x->user_agent.len > 0) {
		at = put_literal(at, KEY("user_agent.original") "\"");
		at = put_json(at, x->user_agent);
		at = put_literal(at, "\"");
	}
	if (x->referer.len > 0)
		at = put_referer(at, x->referer);
	return at;
}

static char *put_response(char *at, const struct http_exchange *x)
{
	uint64_t latency;

	if (x->outcome != EXCHANGE_ANSWERED)
		return at;
	if (!x->code_unknown) {
		at = put_literal(at, KEY("http.response.status_code"));
		at = put_number(at, x->status);
	}
	if (!status_is_interim(x->status)) {
		at = put_literal(at, KEY("http.response.bytes"));
		at = put_number(at, x->response_bytes);
		at = put_literal(at, KEY("http.response.body.bytes"));
		at = put_number(at, x->body_bytes);
	}
	if (!exchange_latency(x, &latency))
		return at;
	/* ECS: nanoseconds. */
	at = put_literal(at, KEY("event.duration"));
	return put_number(at, latency);
}

static char *put_outcome(char *at, const struct http_exchange *x)
{
	bool has_code = exchange_has_code(x);

	if (has_code && x->status >= 100 && x->status < 400)
		return put_literal(at, KEY("event.outcome") "\"success\"");
	if (has_code || x->outcome == EXCHANGE_CLOSED || x->outcome == EXCHANGE_RESET ||
	    x->outcome == EXCHANGE_TIMEOUT)
		return put_literal(at, KEY("event.outcome") "\"failure\"");
	return put_literal(at, KEY("event.outcome") "\"unknown\"");
}

/* Why there is no response. */
static char *put_why_unanswered(char *at, enum exchange_outcome o)
{
	switch (o) {
	case EXCHANGE_ANSWERED:
		break; /* http.response says so */
	case EXCHANGE_CLOSED:
		return put_literal(at, KEY("statline.outcome") "\"closed\"");
	case EXCHANGE_RESET:
		return put_literal(at, KEY("statline.outcome") "\"reset\"");
	case EXCHANGE_TIMEOUT:
		return put_literal(at, KEY("statline.outcome") "\"timeout\"");
	case EXCHANGE_UNSEEN:
		return put_literal(at, KEY("statline.outcome") "\"unseen\"");
	case EXCHANGE_PENDING:
		return put_literal(at, KEY("statline.outcome") "\"pending\"");
	case EXCHANGE_OUTCOMES:
		break;
	}
	return at;
}

/* What is seldom there. */
static char *put_oddities(char *at, const struct http_exchange *x)
{
	if (x->interim != 0) {
		at = put_literal(at, KEY("statline.interim_code"));
		at = put_number(at, x->interim);
	}
	if (x->code_unknown)
		at = put_literal(at, KEY("statline.code_unknown") "true");
	if (x->grpc_status_set) {
		at = put_literal(at, KEY("statline.grpc_status"));
		at = put_number(at, x->grpc_status);
	}
	if (x->late)
		at = put_literal(at, KEY("statline.late") "true");
	return at;
}

static char *put_exchange(char *at, struct event_memory *m,
			  const struct http_exchange *x)
{
	at = put_literal(at, "{\"@timestamp\":\"");
	at = put_time(at, &m->second, event_time_ns(x));
	at = put_literal(at, "\"" KEY("ecs.version") "\"8.11.0\"");
	at = event_put_connection(at, m, x, put_connection);
	at = put_request(at, x);
	at = put_response(at, x);
	at = put_outcome(at, x);
	at = put_why_unanswered(at, x->outcome);
	at = put_oddities(at, x);
	return put_literal(at, "}\n");
}

const struct event_format event_ecs = {.name = "ecs", .exchange = put_exchange};
