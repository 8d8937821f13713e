/*
 * Well-formed exchanges out of a grammar, on one connection, cut anywhere: whatever the
 * script makes of it, each response counts once, in order, under the right host. The
 * truth is what was written (RFC 9112), not what was read.
 */
#include "fuzz/fuzz.h"

#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "fuzz/wire.h"

#define TEXT_MAX      32768U
#define EXCHANGES_MAX 64U
/** Requests sent before the first of their responses. */
#define PIPELINED 4U

struct text_out {
	uint8_t bytes[TEXT_MAX];
	size_t len;
};

struct truth {
	unsigned status[EXCHANGES_MAX * 2];
	char host[EXCHANGES_MAX * 2];
	size_t count; /**< responses sent */
	size_t told;
	size_t done;
};

static void put(struct text_out *t, const void *bytes, size_t len)
{
	if (len > TEXT_MAX - t->len)
		len = TEXT_MAX - t->len;
	if (len > 0)
		memcpy(t->bytes + t->len, bytes, len);
	t->len += len;
}

static void put_line(struct text_out *t, uint8_t what, const char *line)
{
	put(t, line, strlen(line));
	put(t, what & 1 ? "\n" : "\r\n", what & 1 ? 1 : 2);
}

/* Body bytes: the script's own, or text that looks like a message. */
static void put_content(struct text_out *t, struct cursor *in, size_t len)
{
	static const char bait[] = "HTTP/1.1 500 No\r\n\r\nGET / HTTP/1.1\r\n\r\n";

	while (len > 0) {
		size_t n = len < sizeof(bait) - 1 ? len : sizeof(bait) - 1;

		if (n <= cursor_left(in) && len % 3)
			put(t, cursor_take(in, n), n);
		else
			put(t, bait, n);
		len -= n;
	}
}

static void put_chunks(struct text_out *t, struct cursor *in, uint8_t what)
{
	char line[64];

	for (unsigned n = what % 4U; n > 0; n--) {
		size_t len = cursor_u8(in) + 1U;

		(void)snprintf(line, sizeof(line), what & 4 ? "%zx;a=\"b\"" : "%zX",
			       len);
		put_line(t, what >> 3, line);
		put_content(t, in, len);
		put_line(t, what >> 3, "");
	}
	put_line(t, what >> 3, what & 16 ? "000" : "0");
	if (what & 32)
		put_line(t, what >> 3, "X-Trailer: HTTP/1.1 200 OK");
	put_line(t, what >> 3, "");
}

static void put_fields(struct text_out *t, uint8_t what)
{
	if (what & 2)
		put_line(t, what, "X-Long: a\r\n\tfolded: line");
	if (what & 4)
		put_line(t, what, "Set-Cookie: Content-Length=7; Host: evil");
}

/** @param may_have  whether the message may have a body at all
 *  @param announced  whether it may announce one that never comes (HEAD, 304) */
static void put_body(struct text_out *t, struct cursor *in, bool may_have,
		     bool announced)
{
	uint8_t what = cursor_u8(in);
	size_t len = cursor_u8(in);
	char line[64];

	put_fields(t, what);
	if (what & 64 && (may_have || announced)) {
		put_line(t, what, "Transfer-Encoding: chunked");
		put_line(t, what, "");
		if (may_have)
			put_chunks(t, in, what);
		return;
	}
	if (may_have || announced) {
		(void)snprintf(line, sizeof(line), "Content-Length: %zu", len);
		put_line(t, what, line);
	}
	put_line(t, what, "");
	if (may_have)
		put_content(t, in, len);
}

/* In pieces whose sizes follow from the script. */
static void send_all(struct wire *w, unsigned dir, struct text_out *t, uint8_t cut)
{
	size_t at = 0;

	while (at < t->len) {
		size_t n = cut == 0    ? t->len
			   : cut < 128 ? cut
				       : cut % (at % 13 + 1) + 1;

		if (n > t->len - at)
			n = t->len - at;
		wire_send(w, dir, t->bytes + at, n);
		at += n;
	}
	t->len = 0;
}

static bool put_request(struct text_out *t, struct cursor *in, char *host)
{
	static const char *const methods[] = {"GET",    "HEAD",    "POST",  "PUT",
					      "DELETE", "OPTIONS", "PATCH", "M-SEARCH"};
	uint8_t what = cursor_u8(in);
	const char *method = methods[what & 7];
	char line[128];

	*host = (char)('a' + (what >> 3 & 7));
	(void)snprintf(line, sizeof(line),
		       what & 64 ? "%s http://%c/x HTTP/1.1" : "%s /%c HTTP/1.1",
		       method, *host);
	put_line(t, what >> 7, line);
	(void)snprintf(line, sizeof(line), "%s: %s", what & 128 ? "host" : "Host",
		       what & 64 ? "other" : "");
	if (!(what & 64))
		(void)snprintf(line, sizeof(line), "Host:%c:80", *host);
	put_line(t, what >> 7, line);
	put_body(t, in, (what & 7) >= 2 && (what & 7) != 5, false);
	return (what & 7) == 1;
}

static void put_response(struct text_out *t, struct cursor *in, bool head, char host,
			 struct truth *truth)
{
	uint8_t what = cursor_u8(in);
	unsigned status = 200 + cursor_be16(in) % 400U;
	bool none = status == 204 || status == 304;
	char line[128];

	if (what & 8) {
		put_line(t, what, "HTTP/1.1 103 Early Hints");
		put_line(t, what, "");
		truth->host[truth->count] = host;
		truth->status[truth->count++] = 103;
	}
	(void)snprintf(line, sizeof(line),
		       what & 2 ? "HTTP/1.1 %u" : "HTTP/1.1 %u Text of it", status);
	put_line(t, what, line);
	truth->host[truth->count] = host;
	truth->status[truth->count++] = status;
	put_body(t, in, !head && !none, head || status == 304);
}

static void on_response(void *ctx, const struct http_exchange *x)
{
	struct truth *t = ctx;

	FUZZ_HOLDS(t->told < t->count);
	FUZZ_HOLDS(x->status == t->status[t->told]);
	FUZZ_HOLDS(x->has_request && x->host.len == 1 &&
		   x->host.at[0] == t->host[t->told]);
	t->told++;
}

static void on_done(void *ctx, const struct http_exchange *x)
{
	struct truth *t = ctx;

	FUZZ_HOLDS(x->outcome == EXCHANGE_ANSWERED && x->has_request);
	t->done++;
}

static size_t converse(struct wire *w, struct cursor *in, struct truth *truth)
{
	static struct text_out request, response;
	bool head[PIPELINED];
	char host[PIPELINED];
	uint8_t cut = cursor_u8(in);
	size_t count = cut % PIPELINED + 1U;

	request.len = response.len = 0;
	for (size_t i = 0; i < count; i++)
		head[i] = put_request(&request, in, &host[i]);
	for (size_t i = 0; i < count; i++)
		put_response(&response, in, head[i], host[i], truth);
	send_all(w, 0, &request, cursor_u8(in));
	send_all(w, 1, &response, cut);
	return count;
}

/* Both at once. */
static void on_answered(void *ctx, const struct http_exchange *x)
{
	on_response(ctx, x);
	on_done(ctx, x);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cursor in = cursor_over(data, size);
	struct truth truth = {.count = 0};
	struct http_sink sink = {.response = on_response,
				 .done = on_done,
				 .answered = on_answered,
				 .ctx = &truth};
	struct wire w;
	size_t exchanges = 0;

	wire_open(&w, &sink);
	while (cursor_left(&in) > 0 && exchanges + PIPELINED <= EXCHANGES_MAX)
		exchanges += converse(&w, &in, &truth);
	wire_close(&w);
	FUZZ_HOLDS(truth.told == truth.count);
	FUZZ_HOLDS(truth.done == exchanges);
	return 0;
}
