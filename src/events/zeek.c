/*
 * Zeek's http.log (ASCII writer, its default columns). Columns that statline has
 * nothing for are unset. uid is made of the connection's addresses, ports and number.
 */
#include <string.h>

#include "base/hash.h"
#include "events/format.h"
#include "http/catalogue.h"
#include "http/path.h"

static const struct column {
	const char *name;
	const char *type;
} columns[] = {
    {"ts", "time"},
    {"uid", "string"},
    {"id.orig_h", "addr"},
    {"id.orig_p", "port"},
    {"id.resp_h", "addr"},
    {"id.resp_p", "port"},
    {"trans_depth", "count"},
    {"method", "string"},
    {"host", "string"},
    {"uri", "string"},
    {"referrer", "string"},
    {"version", "string"},
    {"user_agent", "string"},
    {"origin", "string"},
    {"request_body_len", "count"},
    {"response_body_len", "count"},
    {"status_code", "count"},
    {"status_msg", "string"},
    {"info_code", "count"},
    {"info_msg", "string"},
    {"tags", "set[enum]"},
    {"username", "string"},
    {"password", "string"},
    {"proxied", "set[string]"},
    {"orig_fuids", "vector[string]"},
    {"orig_filenames", "vector[string]"},
    {"orig_mime_types", "vector[string]"},
    {"resp_fuids", "vector[string]"},
    {"resp_filenames", "vector[string]"},
    {"resp_mime_types", "vector[string]"},
};
#define COLUMNS (sizeof(columns) / sizeof(columns[0]))

static char *put_string(char *at, const char *text)
{
	return put_bytes(at, text, strlen(text));
}

static char *put_head(char *at, int64_t now_ns)
{
	struct put_second none = {0};

	at = put_literal(at,
			 "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n"
			 "#unset_field\t-\n#path\thttp\n#open\t");
	at = put_time(at, &none, now_ns);
	at = put_literal(at, "\n#fields");
	for (size_t i = 0; i < COLUMNS; i++) {
		at = put_literal(at, "\t");
		at = put_string(at, columns[i].name);
	}
	at = put_literal(at, "\n#types");
	for (size_t i = 0; i < COLUMNS; i++) {
		at = put_literal(at, "\t");
		at = put_string(at, columns[i].type);
	}
	return put_literal(at, "\n");
}

/* C and 17 letters and digits, as Zeek has them. */
static char *put_uid(char *at, const struct http_exchange *x)
{
	static const char digits[] =
	    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
	struct {
		struct ip_addr client, server;
		uint16_t ports[2];
		uint32_t connection;
	} key = {x->client.addr,
		 x->server.addr,
		 {x->client.port, x->server.port},
		 x->connection};
	uint64_t a = hash_public(&key, sizeof(key));
	uint64_t b = hash_public(&a, sizeof(a));

	*at++ = 'C';
	for (size_t i = 1; i < 18; i++) {
		uint64_t *from = i <= 9 ? &a : &b;

		*at++ = digits[*from % 62];
		*from /= 62;
	}
	return at;
}

static char *put_connection(char *at, const struct http_exchange *x)
{
	at = put_literal(at, "\t");
	at = put_uid(at, x);
	at = put_literal(at, "\t");
	at = put_address(at, &x->client.addr);
	at = put_literal(at, "\t");
	at = put_number(at, x->client.port);
	at = put_literal(at, "\t");
	at = put_address(at, &x->server.addr);
	at = put_literal(at, "\t");
	return put_number(at, x->server.port);
}

/* A column of wire text. */
static char *put_text(char *at, struct text t)
{
	return put_zeek(put_literal(at, "\t"), t);
}

static char *put_count(char *at, uint64_t n)
{
	return put_number(put_literal(at, "\t"), n);
}

static char *put_referer(char *at, struct text referer)
{
	struct text origin, path;

	if (referer.len == 0)
		return put_literal(at, "\t-");
	event_referer(referer, &origin, &path);
	if (origin.len == 0)
		return put_text(at, path);
	at = put_text(at, origin);
	return path.len > 0 ? put_zeek(at, path) : at;
}

static char *put_request(char *at, const struct http_exchange *x)
{
	const struct text none = {NULL, 0};

	at = put_text(at, x->method);
	at = put_text(at, x->host_source == HOST_FROM_SERVER ? none : x->host);
	at = put_text(at, x->has_request ? path_of_target(x->target) : none);
	at = put_referer(at, x->referer);
	at = put_text(at, event_version(x));
	at = put_text(at, x->user_agent);
	at = put_literal(at, "\t-"); /* origin */
	return put_count(at, x->request_body);
}

/* The registered phrase: what the server said in its place is in the report. */
static char *put_status(char *at, bool known, uint16_t code)
{
	const struct status_code *s = known ? status_code_find(code) : NULL;

	if (!known)
		return put_literal(at, "\t-\t-");
	at = put_count(at, code);
	at = put_literal(at, "\t");
	return put_string(at, s ? s->phrase : "-");
}

static char *put_exchange(char *at, struct event_memory *m,
			  const struct http_exchange *x)
{
	bool interim = status_is_interim(x->status);

	at = put_seconds(at, event_time_ns(x), 6);
	at = event_put_connection(at, m, x, put_connection);
	/* Zeek counts a response without a request too. */
	at = put_count(at, x->depth ? x->depth : 1);
	at = put_request(at, x);
	at = put_count(at, interim ? 0 : x->body_bytes);
	at = put_status(at, exchange_has_code(x) && !interim, x->status);
	at = put_status(at, interim || x->interim != 0,
			interim ? x->status : x->interim);
	/* tags; from username to resp_mime_types */
	return put_literal(at, "\t(empty)\t-\t-\t-\t-\t-\t-\t-\t-\t-\n");
}

const struct event_format event_zeek = {
    .name = "zeek", .head = put_head, .exchange = put_exchange};
