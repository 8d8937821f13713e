#include "events/format.h"

#include "http/path.h"

char *event_put_connection(char *at, struct event_memory *m,
			   const struct http_exchange *x,
			   char *(*put)(char *at, const struct http_exchange *x))
{
	unsigned ports = (unsigned)(x->client.port ^ x->server.port);
	struct event_connection *c =
	    &m->connections[ports * 0x9e3779b1U >> (32U - EVENT_CONNECTION_BITS)];

	if (c->len == 0 || c->number != x->connection ||
	    !endpoint_equal(&c->client, &x->client) ||
	    !endpoint_equal(&c->server, &x->server)) {
		c->client = x->client;
		c->server = x->server;
		c->number = x->connection;
		c->len = (uint8_t)(put(c->text, x) - c->text);
	}
	return put_bytes(at, c->text, c->len);
}

struct text event_version(const struct http_exchange *x)
{
	if (x->protocol == PROTOCOL_HTTP_2 || x->protocol == PROTOCOL_GRPC)
		return (struct text){"2", 1};
	if (!x->has_request || x->facts.flags & REQUEST_BAD_VERSION)
		return (struct text){NULL, 0};
	return (struct text){x->facts.flags & REQUEST_HTTP_1_0 ? "1.0" : "1.1", 3};
}

void event_referer(struct text referer, struct text *origin, struct text *path)
{
	const char *slashes = NULL;
	const char *at;

	*path = path_of_target(referer);
	*origin = (struct text){referer.at, 0};
	for (size_t i = 0; i + 2 < referer.len; i++)
		if (memcmp(referer.at + i, "://", 3) == 0) {
			slashes = referer.at + i + 3;
			break;
		}
	if (!slashes || path->at < slashes || path->at > referer.at + referer.len) {
		/* "/" of ours, or no URI at all: the host alone is not worth it. */
		if (slashes)
			*path = (struct text){NULL, 0};
		return;
	}
	at = memchr(slashes, '@', (size_t)(path->at - slashes));
	if (at)
		*origin = (struct text){at + 1, (size_t)(path->at - at - 1)};
	else
		origin->len = (size_t)(path->at - referer.at);
}
