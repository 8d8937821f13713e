#include "support/message_text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "support/dialogue.h"

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

void text_put_bytes(struct text_out *out, const char *bytes, size_t len)
{
	if (len > out->size - out->len)
		len = out->size - out->len;
	memcpy(out->at + out->len, bytes, len);
	out->len += len;
}

void text_put(struct text_out *out, const char *format, ...)
{
	char line[512];
	va_list ap;
	int n;

	va_start(ap, format);
	n = vsnprintf(line, sizeof(line), format, ap);
	va_end(ap);
	if (n > 0)
		text_put_bytes(out, line,
			       (size_t)n < sizeof(line) ? (size_t)n : sizeof(line) - 1);
}

/* ---- hosts: as sent, and what RFC 9110 section 7.2 and rule 7 make of them ---- */

struct host_form {
	const char *sent;
	const char *means; /* NULL: the server's endpoint */
};

static const struct host_form host_forms[] = {
    {"www.example.test", "www.example.test"},
    {"API.Example.Test", "api.example.test"},
    {"plain.test:80", "plain.test"},
    {"port.test:8080", "port.test:8080"},
    {"dot.test.", "dot.test"},
    {"dot2.test.:80", "dot2.test"},
    {"empty-port.test:", "empty-port.test"},
    {"[2001:DB8:0:0:0:0:0:1]:80", "[2001:db8::1]"},
    {"[2001:db8::7]:8443", "[2001:db8::7]:8443"},
    {"198.51.100.7", "198.51.100.7"},
    {"198.51.100.7:81", "198.51.100.7:81"},
    {"under_score.test", "under_score.test"},
    {"xn--bcher-kva.test", "xn--bcher-kva.test"},
    {"localhost", "localhost"},
    {"spa ce.test", "(invalid)"},
    {"port.test:99999", "(invalid)"},
    {"<b>.test", "(invalid)"},
    {"", NULL},
};

static const struct host_form absolute_forms[] = {
    {"http://abs.test/a", "abs.test"},
    {"http://ABS2.test:80/", "abs2.test"},
    {"HTTP://abs3.test", "abs3.test"},
    {"http://user:pw@abs4.test:8080/x?y", "abs4.test:8080"},
    {"https://abs5.test:443/", "abs5.test"},
    {"http://abs6.test:443/", "abs6.test:443"},
    {"http://[2001:db8::9]:81/", "[2001:db8::9]:81"},
    {"http://abs7.test?q", "abs7.test"},
};

void message_style_make(struct message_style *style, struct random *r,
			const char *server_text, bool lossy)
{
	style->server_text = server_text;
	style->lossy = lossy;
	style->eol = random_chance(r, 8) ? "\n" : "\r\n";
	style->one_host = random_chance(r, 60);
	style->host = random_below(r, 4);
}

static void set_host(struct request_text *q, const struct message_style *style,
		     const char *means)
{
	snprintf(q->host, sizeof(q->host), "%s", means ? means : style->server_text);
}

static void plan_host(struct request_text *q, struct random *r,
		      const struct message_style *style)
{
	static const char *const names[] = {"Host: %s%s", "host:%s%s",
					    "HOST:  %s \t%s"};
	const char *name = names[random_chance(r, 80) ? 0 : random_below(r, 3)];
	const struct host_form *h =
	    &host_forms[style->one_host ? style->host
					: random_below(r, COUNT(host_forms))];
	char line[80];

	q->host_fields[0] = '\0';
	if (!style->one_host && random_chance(r, 5)) { /* no Host at all */
		set_host(q, style, NULL);
		return;
	}
/* The formats are the three above. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	snprintf(line, sizeof(line), name, h->sent, style->eol);
#pragma GCC diagnostic pop
	set_host(q, style, h->means);
	snprintf(q->host_fields, sizeof(q->host_fields), "%s", line);
	if (style->one_host || !random_chance(r, 6) || h->means == NULL)
		return;
	/* A second Host: equal ones are one, differing ones none. */
	if (random_chance(r, 50)) {
		snprintf(q->host_fields, sizeof(q->host_fields), "%s%s", line, line);
	} else {
		snprintf(q->host_fields, sizeof(q->host_fields), "%sHost: two.test%s",
			 line, style->eol);
		set_host(q, style, "(invalid)");
	}
}

/* ---- bodies ---- */

/** Exactly @p len bytes; @p decoys: of what looks like messages too. */
static void put_body(struct text_out *out, struct random *r,
		     const struct message_style *style, size_t len, bool response)
{
	static const char *const pieces[] = {"lorem",
					     "ipsum\n",
					     "\r\n",
					     "{\"a\":1}",
					     "0\r\n\r\n",
					     "HT",
					     "H",
					     "HTTP/1.",
					     "1a\r\n",
					     "\n\n",
					     "aaaaaaaaaaaaaaaaaaaaaaaaa"};
	static const char *const status_decoys[] = {
	    "HTTP/1.1 299 Decoy\r\nContent-Length: 0\r\n\r\n", "HTTP/1.0 299\n",
	    "\r\nHTTP/1.1 299 D\r\n\r\n"};
	static const char *const request_decoys[] = {
	    "GET /decoy HTTP/1.1\r\nHost: decoy.test\r\n\r\n",
	    "\r\nHEAD /decoy HTTP/1.1\r\nHost: decoy.test\r\n\r\n",
	    "CONNECT decoy.test:443 HTTP/1.1\r\n\r\n"};
	size_t end = out->len + len;

	while (out->len < end && out->len < out->size) {
		const char *piece = pieces[random_below(r, COUNT(pieces))];
		size_t n;

		if (random_chance(r, 10) && (response || !style->lossy))
			piece = status_decoys[random_below(r, COUNT(status_decoys))];
		else if (random_chance(r, 10) && !style->lossy)
			piece = request_decoys[random_below(r, COUNT(request_decoys))];
		n = strlen(piece);
		text_put_bytes(out, piece, n < end - out->len ? n : end - out->len);
	}
}

static size_t body_length(struct random *r)
{
	if (random_chance(r, 15))
		return 0;
	if (random_chance(r, 4))
		return random_between(r, 1000, 9000);
	return random_between(r, 1, 300);
}

static void put_chunked(struct text_out *out, struct random *r,
			const struct message_style *style, size_t len, bool response)
{
	static const char *const extensions[] = {"",    "",         "",  ";a=b",
						 " ;x", ";q=\"v\"", "  "};
	const char *eol = style->eol;

	while (len > 0) {
		size_t n = random_between(r, 1, len);
		const char *ext = extensions[random_below(r, COUNT(extensions))];

		text_put(out, random_chance(r, 50) ? "%zx%s%s" : "00%zX%s%s", n, ext,
			 eol);
		put_body(out, r, style, n, response);
		text_put(out, "%s", eol);
		len -= n;
	}
	text_put(out, "%s%s", random_chance(r, 80) ? "0" : "000;last", eol);
	if (random_chance(r, 20))
		text_put(out, "X-Trailer: %s%s",
			 response || !style->lossy ? "HTTP/1.1 299 Trailer" : "x", eol);
	if (random_chance(r, 5) && response && !style->lossy)
		text_put(out, "HTTP/1.1 299 Trailer%s", eol);
	text_put(out, "%s", eol);
}

/* ---- requests ---- */

static void plan_target(struct request_text *q, struct random *r,
			const struct message_style *style)
{
	if (strcmp(q->method, "OPTIONS") == 0 && random_chance(r, 50)) {
		snprintf(q->target, sizeof(q->target), "*");
		return;
	}
	if (random_chance(r, 10) && !style->one_host) {
		const struct host_form *h =
		    &absolute_forms[random_below(r, COUNT(absolute_forms))];

		snprintf(q->target, sizeof(q->target), "%s", h->sent);
		set_host(q, style, h->means);
		return;
	}
	snprintf(q->target, sizeof(q->target), "/p%zu%s", random_below(r, 1000),
		 random_chance(r, 20) ? "?next=http://other.test/" : "");
}

void request_plan(struct request_text *q, struct random *r,
		  const struct message_style *style)
{
	static const char *const methods[] = {
	    "GET",    "GET",   "GET",     "GET",      "POST", "POST", "PUT",
	    "DELETE", "PATCH", "OPTIONS", "PROPFIND", "HEAD", "HEAD"};

	*q = (struct request_text){.method = methods[random_below(r, COUNT(methods))]};
	plan_host(q, r, style);
	plan_target(q, r, style);
	q->version_11 = random_chance(r, 85);
	if (strcmp(q->method, "GET") == 0 || strcmp(q->method, "HEAD") == 0)
		q->body = BODY_NONE;
	else
		q->body = (enum body_kind)random_below(r, 3);
	if (q->body == BODY_CHUNKED)
		q->version_11 = true;
	q->body_len = body_length(r);
	q->expects = random_chance(r, 15);
}

void connect_plan(struct request_text *q, struct random *r,
		  const struct message_style *style)
{
	static const struct host_form forms[] = {
	    {"tunnel.test:443", "tunnel.test"},
	    {"Tunnel2.test:8443", "tunnel2.test:8443"},
	    {"[2001:db8::c]:443", "[2001:db8::c]"}};
	const struct host_form *h = &forms[random_below(r, COUNT(forms))];

	*q = (struct request_text){
	    .method = "CONNECT", .version_11 = true, .body = BODY_NONE};
	snprintf(q->target, sizeof(q->target), "%s", h->sent);
	set_host(q, style, h->means);
	if (random_chance(r, 80))
		snprintf(q->host_fields, sizeof(q->host_fields), "Host: %s%s", h->sent,
			 style->eol);
}

static void put_fields(struct text_out *out, struct random *r,
		       const struct message_style *style)
{
	static const char *const fields[] = {
	    "User-Agent: curl/8.0",
	    "X-Folded: one\r\n two\r\n\tthree",
	    "Accept: */*",
	    "X-Empty:",
	    "X-Long: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
	    "X-Host: not-this.test",
	    "Connection: keep-alive",
	    "Server: nginx"};

	while (random_chance(r, 50))
		text_put(out, "%s%s", fields[random_below(r, COUNT(fields))],
			 style->eol);
}

static void put_length(struct text_out *out, struct random *r,
		       const struct message_style *style, size_t len)
{
	switch (random_below(r, 20)) {
	case 0: /* equal duplicates: RFC 9110 section 8.6 */
		text_put(out, "Content-Length: %zu%sContent-Length: %zu%s", len,
			 style->eol, len, style->eol);
		break;
	case 1:
		text_put(out, "Content-Length: %zu, %zu%s", len, len, style->eol);
		break;
	case 2:
		text_put(out, "content-length:%05zu%s", len, style->eol);
		break;
	default:
		text_put(out, "Content-Length: %zu%s", len, style->eol);
	}
}

static void put_chunked_field(struct text_out *out, struct random *r,
			      const struct message_style *style)
{
	static const char *const forms[] = {
	    "Transfer-Encoding: chunked", "transfer-encoding: Chunked",
	    "Transfer-Encoding: gzip, chunked",
	    "Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked"};

	if (random_chance(r, 8)) /* RFC 9112 section 6.3: the coding wins */
		text_put(out, "Content-Length: 3%s", style->eol);
	text_put(out, "%s%s", forms[random_chance(r, 70) ? 0 : random_below(r, 4)],
		 style->eol);
}

void request_head(struct text_out *out, struct random *r,
		  const struct message_style *style, const struct request_text *q)
{
	bool host_first = random_chance(r, 70);

	text_put(out, "%s %s HTTP/1.%c%s", q->method, q->target,
		 q->version_11 ? '1' : '0', style->eol);
	if (host_first)
		text_put(out, "%s", q->host_fields);
	put_fields(out, r, style);
	if (q->body == BODY_LENGTH)
		put_length(out, r, style, q->body_len);
	else if (q->body == BODY_CHUNKED)
		put_chunked_field(out, r, style);
	if (q->expects)
		text_put(out, "Expect: 100-continue%s", style->eol);
	if (!host_first)
		text_put(out, "%s", q->host_fields);
	text_put(out, "%s", style->eol);
}

void request_body(struct text_out *out, struct random *r,
		  const struct message_style *style, const struct request_text *q)
{
	if (q->body == BODY_LENGTH)
		put_body(out, r, style, q->body_len, false);
	else if (q->body == BODY_CHUNKED)
		put_chunked(out, r, style, q->body_len, false);
}

/* ---- responses ---- */

static uint16_t any_code(struct random *r)
{
	static const uint16_t notable[] = {200, 200, 200, 201, 301, 302, 304,
					   304, 400, 401, 403, 404, 405, 413,
					   414, 500, 503, 204, 206, 418};
	uint16_t code;

	if (random_chance(r, 85))
		return notable[random_below(r, COUNT(notable))];
	do
		code = (uint16_t)random_between(r, 200, 999);
	while (code == DIALOGUE_DECOY);
	return code;
}

static void put_status_line(struct text_out *out, struct random *r,
			    const struct message_style *style, uint16_t code)
{
	static const char *const versions[] = {"1.1", "1.1", "1.1", "1.0", "1.9"};
	static const char *const phrases[] = {" OK", " Not Found", "", " ",
					      " HTTP/1.1 299 in a phrase"};

	text_put(out, "HTTP/%s %03u%s%s", versions[random_below(r, COUNT(versions))],
		 code,
		 phrases[random_chance(r, 70) ? 0 : random_below(r, COUNT(phrases))],
		 style->eol);
}

void interim_text(struct text_out *out, struct random *r,
		  const struct message_style *style, uint16_t code)
{
	put_status_line(out, r, style, code);
	if (code == 103)
		text_put(out, "Link: </s.css>; rel=preload%s", style->eol);
	text_put(out, "%s", style->eol);
}

/** RFC 9112 section 6.3, 1: these have no body whatever their fields say. */
static bool bodiless(const struct request_text *q, uint16_t code)
{
	if (strcmp(q->method, "CONNECT") == 0 && code >= 200 && code < 300)
		return true;
	return strcmp(q->method, "HEAD") == 0 || code == 204 || code == 304 ||
	       code < 200;
}

static void put_framing(struct text_out *out, struct random *r,
			const struct message_style *style, struct response_plan *plan)
{
	switch (plan->framing) {
	case FRAMING_LENGTH:
		put_length(out, r, style, plan->body_len);
		break;
	case FRAMING_CHUNKED:
		put_chunked_field(out, r, style);
		break;
	case FRAMING_UNTIL_CLOSE: /* RFC 9112 section 6.3, 4 and 8 */
		if (random_chance(r, 20))
			text_put(out, "Transfer-Encoding: gzip%s", style->eol);
		break;
	case FRAMING_NO_BODY: /* fields that describe a body which is not there */
		if (plan->code != 101 && random_chance(r, 40))
			put_length(out, r, style, plan->body_len);
		else if (plan->code != 101 && random_chance(r, 20))
			put_chunked_field(out, r, style);
		break;
	case FRAMING_ANY:
		break;
	}
}

uint16_t response_head(struct text_out *out, struct random *r,
		       const struct message_style *style, const struct request_text *q,
		       struct response_plan *plan)
{
	size_t begin = out->len;
	size_t code_end;

	if (plan->code == 0)
		plan->code = any_code(r);
	plan->body_len = body_length(r);
	if (bodiless(q, plan->code))
		plan->framing = FRAMING_NO_BODY;
	else if (plan->framing == FRAMING_ANY)
		plan->framing = random_chance(r, 60) ? FRAMING_LENGTH : FRAMING_CHUNKED;
	plan->head_only = plan->framing == FRAMING_NO_BODY;
	put_status_line(out, r, style, plan->code);
	code_end = begin + strlen("HTTP/1.1 200 ");
	put_fields(out, r, style);
	if (random_chance(r, 5))
		text_put(out, "Content-Type: message/http%s", style->eol);
	put_framing(out, r, style, plan);
	if (plan->code == 101)
		text_put(out, "Connection: upgrade%sUpgrade: websocket%s", style->eol,
			 style->eol);
	put_fields(out, r, style);
	text_put(out, "%s", style->eol);
	if (plan->cut_head) {
		out->len = random_between(r, code_end, out->len - 1);
		plan->head_only = true;
	}
	return plan->code;
}

void response_body(struct text_out *out, struct random *r,
		   const struct message_style *style, const struct response_plan *plan)
{
	size_t begin = out->len;

	if (plan->head_only)
		return;
	if (plan->framing == FRAMING_CHUNKED)
		put_chunked(out, r, style, plan->body_len, true);
	else if (plan->plain_start)
		for (size_t i = 0; i < plan->body_len; i++)
			text_put_bytes(out, "x", 1);
	else
		put_body(out, r, style, plan->body_len, true);
	if (plan->cut_body)
		out->len = random_between(r, begin, out->len);
}
