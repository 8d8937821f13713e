/* Elastic Common Schema: flat objects with dotted names, one a line. */
#include "events/format.h"
#include "http/path.h"

#define KEY(l, name) line_literal((l), ",\"" name "\":")

static void put_text(struct line *l, struct text t)
{
	line_literal(l, "\"");
	line_json(l, t);
	line_literal(l, "\"");
}

static void put_words(struct line *l, const char *name, size_t len)
{
	line_literal(l, "\"");
	line_put(l, name, len);
	line_literal(l, "\"");
}

static void write_endpoints(struct line *l, const struct http_exchange *x)
{
	KEY(l, "source.ip");
	line_literal(l, "\"");
	line_address(l, &x->client.addr);
	line_literal(l, "\"");
	KEY(l, "source.port");
	line_number(l, x->client.port);
	KEY(l, "destination.ip");
	line_literal(l, "\"");
	line_address(l, &x->server.addr);
	line_literal(l, "\"");
	KEY(l, "destination.port");
	line_number(l, x->server.port);
}

/* A connection's are written once: its other exchanges are mostly near. */
static void put_endpoints(struct line *l, const struct http_exchange *x)
{
	unsigned ports = (unsigned)(x->client.port ^ x->server.port);
	struct line_ends *ends =
	    &l->ends[ports * 0x9e3779b1U >> (32U - LINE_ENDS_BITS)];
	size_t from = l->used;

	if (ends->len > 0 && endpoint_equal(&ends->client, &x->client) &&
	    endpoint_equal(&ends->server, &x->server)) {
		line_put(l, ends->text, ends->len);
		return;
	}
	write_endpoints(l, x);
	if (l->used - from > sizeof(ends->text))
		return;
	ends->client = x->client;
	ends->server = x->server;
	ends->len = (uint8_t)(l->used - from);
	memcpy(ends->text, l->buffer + from, ends->len);
}

static void put_request(struct line *l, const struct http_exchange *x)
{
	struct text version = event_version(x);
	struct text origin, path;

	KEY(l, "url.domain");
	put_text(l, x->host);
	if (!x->has_request)
		return;
	KEY(l, "http.request.method");
	put_text(l, x->method);
	KEY(l, "url.path");
	put_text(l, path_of_target(x->target));
	KEY(l, "http.request.bytes");
	line_number(l, x->request_bytes);
	KEY(l, "http.request.body.bytes");
	line_number(l, x->request_body);
	if (version.len > 0) {
		KEY(l, "http.version");
		put_text(l, version);
	}
	if (x->user_agent.len > 0) {
		KEY(l, "user_agent.original");
		put_text(l, x->user_agent);
	}
	if (x->referer.len > 0) {
		event_referer(x->referer, &origin, &path);
		KEY(l, "http.request.referrer");
		line_literal(l, "\"");
		line_json(l, origin);
		line_json(l, path);
		line_literal(l, "\"");
	}
}

static void put_response(struct line *l, const struct http_exchange *x)
{
	uint64_t latency;

	if (x->outcome != EXCHANGE_ANSWERED)
		return;
	if (!x->code_unknown) {
		KEY(l, "http.response.status_code");
		line_number(l, x->status);
	}
	if (!status_is_interim(x->status)) {
		KEY(l, "http.response.bytes");
		line_number(l, x->response_bytes);
		KEY(l, "http.response.body.bytes");
		line_number(l, x->body_bytes);
	}
	if (!exchange_latency(x, &latency))
		return;
	/* ECS: nanoseconds. */
	KEY(l, "event.duration");
	line_number(l, latency);
}

static const char *outcome_name(enum exchange_outcome o, size_t *len)
{
	static const char *const names[EXCHANGE_OUTCOMES] = {
	    [EXCHANGE_ANSWERED] = "answered", [EXCHANGE_CLOSED] = "closed",
	    [EXCHANGE_RESET] = "reset",       [EXCHANGE_TIMEOUT] = "timeout",
	    [EXCHANGE_UNSEEN] = "unseen",     [EXCHANGE_PENDING] = "pending",
	};
	static const size_t lengths[EXCHANGE_OUTCOMES] = {8, 6, 5, 7, 6, 7};

	*len = lengths[o];
	return names[o];
}

static void put_outcome(struct line *l, const struct http_exchange *x)
{
	const char *name;
	size_t len;

	KEY(l, "event.outcome");
	if (exchange_has_code(x) && x->status >= 100 && x->status < 400)
		line_literal(l, "\"success\"");
	else if (exchange_has_code(x) || x->outcome == EXCHANGE_CLOSED ||
		 x->outcome == EXCHANGE_RESET || x->outcome == EXCHANGE_TIMEOUT)
		line_literal(l, "\"failure\"");
	else
		line_literal(l, "\"unknown\"");
	KEY(l, "statline.outcome");
	name = outcome_name(x->outcome, &len);
	put_words(l, name, len);
	if (x->interim != 0) {
		KEY(l, "statline.interim_code");
		line_number(l, x->interim);
	}
	if (x->code_unknown)
		line_literal(l, ",\"statline.code_unknown\":true");
	if (x->grpc_status_set) {
		KEY(l, "statline.grpc_status");
		line_number(l, x->grpc_status);
	}
	if (x->late)
		line_literal(l, ",\"statline.late\":true");
	KEY(l, "statline.connection");
	line_number(l, x->connection);
}

static void put_exchange(struct line *l, const struct http_exchange *x)
{
	line_literal(l, "{\"@timestamp\":\"");
	line_time(l, x->has_request ? x->request_start_ns : x->response_start_ns);
	line_literal(l, "\",\"ecs.version\":\"8.11.0\",\"event.kind\":\"event\","
			"\"event.dataset\":\"statline.http\"");
	put_endpoints(l, x);
	put_request(l, x);
	put_response(l, x);
	put_outcome(l, x);
	line_literal(l, "}\n");
}

const struct event_format event_ecs = {.name = "ecs", .exchange = put_exchange};
