#include <stdlib.h>
#include <string.h>

#include "report/restore_parts.h"

/** Codes of HTTP/2 errors that have names. */
#define H2_NAMED 64U

static struct more *more_of(struct reading *r, struct counts *c)
{
	if (!c->more)
		c->more = calloc(1, sizeof(*c->more));
	if (!c->more)
		reading_fail(r, SL_E_NOMEM, "grpc");
	return c->more;
}

static void read_protocols(struct reading *r, const json_t *o, struct counts *c)
{
	const json_t *protocols = read_member(o, "protocols");

	for (int i = 0; i < EXCHANGE_PROTOCOLS; i++)
		c->protocols[i] = read_count(
		    r, protocols, exchange_protocol_name((enum exchange_protocol)i));
}

/* ---- gRPC ---- */

static void read_statuses(struct reading *r, const json_t *o,
			  uint64_t calls[GRPC_STATUSES])
{
	const json_t *statuses = read_member(o, "statuses");

	for (unsigned i = 0; i < GRPC_STATUSES; i++)
		calls[i] = read_count(r, statuses, grpc_status_name(i));
}

static void read_methods(struct reading *r, const json_t *list, struct more *m)
{
	size_t count = json_array_size(list);

	m->methods = calloc(count + 1, sizeof(*m->methods));
	if (!m->methods) {
		reading_fail(r, SL_E_NOMEM, "methods");
		return;
	}
	for (size_t i = 0; i < count && r->error == SL_OK; i++) {
		const json_t *o = json_array_get(list, i);
		const char *path = read_text(r, o, "path");
		struct grpc_method *method = &m->methods[m->method_count];

		if (!path) {
			read_statuses(r, o, m->grpc_others);
			continue;
		}
		read_statuses(r, o, method->calls);
		method->path = strndup(path, LIMIT_GRPC_PATH);
		if (!method->path)
			reading_fail(r, SL_E_NOMEM, "methods");
		else
			m->method_count++;
	}
}

static void read_grpc(struct reading *r, const json_t *o, struct counts *c)
{
	const json_t *grpc = read_member(o, "grpc");
	struct more *m = grpc ? more_of(r, c) : NULL;

	if (!m)
		return;
	read_statuses(r, grpc, m->grpc);
	read_methods(r, json_object_get(grpc, "methods"), m);
}

/* ---- streams, WebSocket ---- */

static bool code_named(const char *key, uint16_t *code)
{
	char *end;
	unsigned long n = strtoul(key, &end, 10);

	*code = (uint16_t)n;
	if (*key >= '0' && *key <= '9' && *end == '\0' && n <= UINT16_MAX)
		return true;
	for (uint16_t i = 0; i < H2_NAMED; i++) {
		const char *name = http2_error_name(i);

		*code = i;
		if (name && strcmp(name, key) == 0)
			return true;
	}
	return false;
}

static void read_codes(struct reading *r, json_t *o, const char *member,
		       struct code_count **list, size_t *count)
{
	const char *key;
	json_t *value;

	*list = calloc(json_object_size(o) + 1, sizeof(**list));
	if (!*list) {
		reading_fail(r, SL_E_NOMEM, member);
		return;
	}
	json_object_foreach(o, key, value)
	{
		struct code_count *code = &(*list)[*count];

		code->count = read_count(r, o, key);
		code->first_ns = INT64_MAX;
		code->last_ns = INT64_MIN;
		if (code_named(key, &code->code))
			++*count;
		else
			reading_fail(r, SL_E_FORMAT, member);
	}
	sort_codes(*list, *count);
}

static void read_websocket(struct reading *r, const json_t *o, struct counts *c)
{
	const json_t *w = read_member(o, "websocket");
	struct more *m = w ? more_of(r, c) : NULL;

	if (!m)
		return;
	m->websockets = read_count(r, w, "connections");
	m->websockets_open = read_count(r, w, "open");
	m->websocket_unknown = read_count(r, w, "unknown");
	m->websocket_by_client = read_count(r, w, "closed_by_client");
	m->websocket_messages[0] = read_count(r, w, "messages_by_client");
	m->websocket_messages[1] = read_count(r, w, "messages_by_server");
	read_codes(r, json_object_get(w, "close"), "close", &m->closes,
		   &m->close_count);
}

void read_more(struct reading *r, const json_t *o, struct counts *c)
{
	json_t *errors = json_object_get(o, "stream_errors");
	struct more *m;

	read_protocols(r, o, c);
	read_grpc(r, o, c);
	read_websocket(r, o, c);
	if (json_object_size(errors) == 0)
		return;
	m = more_of(r, c);
	if (m)
		read_codes(r, errors, "stream_errors", &m->stream_errors,
			   &m->stream_error_count);
}
