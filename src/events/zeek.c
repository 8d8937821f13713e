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

static void put_string(struct line *l, const char *text)
{
	line_put(l, text, strlen(text));
}

static void put_head(struct line *l, int64_t now_ns)
{
	line_literal(l, "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n"
			"#unset_field\t-\n#path\thttp\n#open\t");
	line_time(l, now_ns);
	line_literal(l, "\n#fields");
	for (size_t i = 0; i < COLUMNS; i++) {
		line_literal(l, "\t");
		put_string(l, columns[i].name);
	}
	line_literal(l, "\n#types");
	for (size_t i = 0; i < COLUMNS; i++) {
		line_literal(l, "\t");
		put_string(l, columns[i].type);
	}
	line_literal(l, "\n");
}

static void tab(struct line *l)
{
	line_literal(l, "\t");
}

static void put_unset(struct line *l, unsigned n)
{
	while (n-- > 0)
		line_literal(l, "\t-");
}

/* C and 17 letters and digits, as Zeek has them. */
static void put_uid(struct line *l, const struct http_exchange *x)
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
	char text[18] = "C";
	uint64_t a = hash_public(&key, sizeof(key));
	uint64_t b = hash_public(&a, sizeof(a));

	for (size_t i = 1; i < sizeof(text); i++) {
		uint64_t *from = i <= 9 ? &a : &b;

		text[i] = digits[*from % 62];
		*from /= 62;
	}
	line_put(l, text, sizeof(text));
}

static void put_connection(struct line *l, const struct http_exchange *x)
{
	line_seconds(l, x->has_request ? x->request_start_ns : x->response_start_ns, 6);
	tab(l);
	put_uid(l, x);
	tab(l);
	line_address(l, &x->client.addr);
	tab(l);
	line_number(l, x->client.port);
	tab(l);
	line_address(l, &x->server.addr);
	tab(l);
	line_number(l, x->server.port);
	tab(l);
	/* Zeek counts a response without a request too. */
	line_number(l, x->depth ? x->depth : 1);
}

static void put_request(struct line *l, const struct http_exchange *x)
{
	struct text host = x->host;
	struct text origin, path;

	tab(l);
	line_zeek(l, x->method);
	tab(l);
	if (x->host_source == HOST_FROM_SERVER)
		host.len = 0;
	line_zeek(l, host);
	tab(l);
	line_zeek(l,
		  x->has_request ? path_of_target(x->target) : (struct text){NULL, 0});
	tab(l);
	event_referer(x->referer, &origin, &path);
	if (x->referer.len == 0 || origin.len + path.len == 0) {
		line_literal(l, "-");
	} else {
		if (origin.len > 0)
			line_zeek(l, origin);
		if (path.len > 0)
			line_zeek(l, path);
	}
	tab(l);
	line_zeek(l, event_version(x));
	tab(l);
	line_zeek(l, x->user_agent);
	put_unset(l, 1);
	tab(l);
	line_number(l, x->request_body);
}

/* The registered phrase: what the server said in its place is in the report. */
static void put_status(struct line *l, bool known, uint16_t code)
{
	const struct status_code *s = known ? status_code_find(code) : NULL;

	tab(l);
	if (known)
		line_number(l, code);
	else
		line_literal(l, "-");
	tab(l);
	if (s)
		put_string(l, s->phrase);
	else
		line_literal(l, "-");
}

static void put_exchange(struct line *l, const struct http_exchange *x)
{
	bool interim = status_is_interim(x->status);

	put_connection(l, x);
	put_request(l, x);
	tab(l);
	line_number(l, interim ? 0 : x->body_bytes);
	put_status(l, exchange_has_code(x) && !interim, x->status);
	put_status(l, interim || x->interim != 0, interim ? x->status : x->interim);
	line_literal(l, "\t(empty)");
	put_unset(l, 9);
	line_literal(l, "\n");
}

const struct event_format event_zeek = {
    .name = "zeek", .head = put_head, .exchange = put_exchange};
