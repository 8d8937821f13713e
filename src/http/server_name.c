#include "http/server_name.h"

#include <string.h>

static struct text server_text(struct server_name *name, const struct endpoint *server)
{
	if (name->len == 0 || !endpoint_equal(&name->endpoint, server)) {
		name->endpoint = *server;
		name->len =
		    strlen(endpoint_text(server, name->text, sizeof(name->text)));
	}
	return (struct text){name->text, name->len};
}

void server_name_fill(struct server_name *name, const struct record *r,
		      struct http_exchange *x)
{
	static const char invalid[] = "(invalid)";

	x->host_source = r ? (enum host_source)r->host_source : HOST_FROM_SERVER;
	switch (x->host_source) {
	case HOST_FROM_REQUEST:
		x->host = record_host(r);
		break;
	case HOST_FROM_SERVER:
		x->host = server_text(name, &x->server);
		break;
	case HOST_INVALID:
		x->host = (struct text){invalid, sizeof(invalid) - 1};
		break;
	}
}
