/* What only some rows have: protocols, gRPC, stream errors, WebSocket. */
#include <stdio.h>

#include "report/json_parts.h"

json_t *json_protocols(const struct counts *c)
{
	json_t *o = json_object();
	bool ok = o != NULL;

	for (int i = 0; i < EXCHANGE_PROTOCOLS; i++) {
		if (c->protocols[i] > 0)
			ok = json_put(o,
				      exchange_protocol_name((enum exchange_protocol)i),
				      json_count(c->protocols[i]), ok);
	}
	if (!ok) {
		json_decref(o);
		return NULL;
	}
	return o;
}

/* ---- gRPC ---- */

static uint64_t sum_calls(const uint64_t calls[GRPC_STATUSES])
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < GRPC_STATUSES; i++)
		sum += calls[i];
	return sum;
}

static json_t *statuses(const uint64_t calls[GRPC_STATUSES])
{
	json_t *o = json_object();
	bool ok = o != NULL;

	for (unsigned i = 0; i < GRPC_STATUSES; i++) {
		if (calls[i] > 0)
			ok = json_put(o, grpc_status_name(i), json_count(calls[i]), ok);
	}
	if (!ok) {
		json_decref(o);
		return NULL;
	}
	return o;
}

static json_t *method(const char *path, const uint64_t calls[GRPC_STATUSES])
{
	json_t *o = json_object();
	bool ok = o != NULL;

	ok = json_put(o, "path", path ? json_text(path) : json_null(), ok);
	ok = json_put(o, "calls", json_count(sum_calls(calls)), ok);
	ok = json_put(o, "statuses", statuses(calls), ok);
	if (!ok) {
		json_decref(o);
		return NULL;
	}
	return o;
}

/* A path of null stands for those over the bound, and for calls without a path. */
static json_t *methods(const struct more *m)
{
	json_t *a = json_array();
	bool ok = a != NULL;

	for (size_t i = 0; ok && i < m->method_count; i++)
		ok = json_array_append_new(
			 a, method(m->methods[i].path, m->methods[i].calls)) == 0;
	if (ok && sum_calls(m->grpc_others) > 0)
		ok = json_array_append_new(a, method(NULL, m->grpc_others)) == 0;
	if (!ok) {
		json_decref(a);
		return NULL;
	}
	return a;
}

json_t *json_grpc(const struct counts *c)
{
	json_t *o;
	bool ok;

	if (!c->more || sum_calls(c->more->grpc) == 0)
		return json_null();
	o = json_object();
	ok = o != NULL;
	ok = json_put(o, "calls", json_count(sum_calls(c->more->grpc)), ok);
	ok = json_put(o, "statuses", statuses(c->more->grpc), ok);
	ok = json_put(o, "methods", methods(c->more), ok);
	if (!ok) {
		json_decref(o);
		return NULL;
	}
	return o;
}

/* ---- streams, WebSocket ---- */

/* Keys are names where codes have them, and @p named. */
static json_t *by_code(const struct code_count *list, size_t count, bool named)
{
	json_t *o = json_object();
	bool ok = o != NULL;
	char number[16];

	for (size_t i = 0; i < count; i++) {
		const char *key = named ? http2_error_name(list[i].code) : NULL;

		(void)snprintf(number, sizeof(number), "%u", (unsigned)list[i].code);
		ok = json_put(o, key ? key : number, json_count(list[i].count), ok);
	}
	if (!ok) {
		json_decref(o);
		return NULL;
	}
	return o;
}

json_t *json_stream_errors(const struct counts *c)
{
	const struct more *m = c->more;

	return m ? by_code(m->stream_errors, m->stream_error_count, true)
		 : json_object();
}

json_t *json_websocket(const struct counts *c)
{
	const struct more *m = c->more;
	json_t *o;
	bool ok;

	if (!m || m->websockets == 0)
		return json_null();
	o = json_object();
	ok = o != NULL;
	ok = json_put(o, "connections", json_count(m->websockets), ok);
	ok = json_put(o, "open", json_count(m->websockets_open), ok);
	ok = json_put(o, "unknown", json_count(m->websocket_unknown), ok);
	ok = json_put(o, "closed_by_client", json_count(m->websocket_by_client), ok);
	ok =
	    json_put(o, "messages_by_client", json_count(m->websocket_messages[0]), ok);
	ok =
	    json_put(o, "messages_by_server", json_count(m->websocket_messages[1]), ok);
	ok = json_put(o, "close", by_code(m->closes, m->close_count, false), ok);
	if (!ok) {
		json_decref(o);
		return NULL;
	}
	return o;
}
