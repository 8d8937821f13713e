#include "fuzz/exchanges.h"

#include <string.h>

#include "base/limits.h"
#include "fuzz/fuzz.h"

static const char *const methods[] = {"GET", "HEAD",   "POST",    "PUT",
				      "",    "DELETE", "OPTIONS", "BREW"};

static struct text text_of(const char *s)
{
	return (struct text){s, strlen(s)};
}

static struct text take_text(struct cursor *in)
{
	size_t len = cursor_u8(in);

	if (len > cursor_left(in))
		len = cursor_left(in);
	return (struct text){(const char *)cursor_take(in, len), len};
}

/* No host that http/ tells is empty or has a zero in it. */
static struct text take_host(struct cursor *in)
{
	struct text t = take_text(in);

	t.len = t.at ? strnlen(t.at, t.len) : 0;
	return t.len > 0 ? t : (struct text){"a", 1};
}

static void take_request(struct http_exchange *x, struct cursor *in)
{
	uint8_t what = cursor_u8(in);

	x->method = text_of(methods[what & 7]);
	x->target = take_text(in);
	x->facts.flags = cursor_be16(in) & 0x3ff;
	x->facts.target_len = (uint32_t)x->target.len;
	x->facts.declared_body = what & 8 ? cursor_be16(in) : UINT64_MAX;
	x->request_body = what & 8 ? x->facts.declared_body : 0;
	x->continued = what & 16;
	x->interim = what & 16 ? 100 : 0;
}

static void take_protocol(struct http_exchange *x, struct cursor *in)
{
	uint8_t what = cursor_u8(in);

	x->protocol = (enum exchange_protocol)(what % EXCHANGE_PROTOCOLS);
	x->grpc_status_set = x->protocol == PROTOCOL_GRPC && what & 4;
	x->grpc_status = x->grpc_status_set ? what >> 3 : 0;
	x->stream_error_set = x->protocol >= PROTOCOL_HTTP_2 && what & 0x40;
	x->stream_error = x->stream_error_set ? what >> 2 & 15 : 0;
}

struct http_exchange exchange_take(struct cursor *in)
{
	uint8_t what = cursor_u8(in);
	struct http_exchange x = {.has_request = what & 1,
				  .facts.declared_body = UINT64_MAX};
	uint16_t status = cursor_be16(in) % 1000;

	x.client.addr.bytes[15] = what >> 4;
	x.server.addr.bytes[0] = 0xfe;
	x.server.addr.bytes[15] = what >> 3 & 15;
	x.server.port = status;
	x.host = take_host(in);
	x.host_source = what & 2 ? HOST_FROM_REQUEST : HOST_INVALID;
	if (x.has_request)
		take_request(&x, in);
	take_protocol(&x, in);
	x.request_start_ns = 1700000000 * NS_PER_S + fuzz_number(in) * NS_PER_S;
	x.request_end_ns = x.request_start_ns;
	x.response_start_ns = x.request_end_ns + fuzz_number(in) * 1000000;
	x.response_end_ns = x.response_start_ns;
	x.response_fields = take_text(in);
	x.body_bytes = cursor_be16(in);
	x.response_bytes = x.body_bytes;
	x.status = what & 4 ? 0 : status;
	x.outcome = x.status
			? EXCHANGE_ANSWERED
			: (enum exchange_outcome)(what >> 3 & 7) % EXCHANGE_OUTCOMES;
	if (!x.status && x.outcome == EXCHANGE_ANSWERED)
		x.outcome = EXCHANGE_CLOSED;
	return x;
}

void exchange_tell(struct tally *t, const struct http_exchange *x)
{
	struct http_sink s = tally_sink(t);

	/* Some at once, as a pipeline does. */
	if (x->status && !status_is_interim(x->status) && x->body_bytes % 2) {
		s.answered(s.ctx, x);
		return;
	}
	if (x->status)
		s.response(s.ctx, x);
	if (!status_is_interim(x->status))
		s.done(s.ctx, x);
}

/* ---- one of everything ---- */

static struct http_exchange sample(uint16_t status, unsigned i)
{
	static const char *const targets[] = {"/", "/login?a=1", "http://b.test/x"};
	struct http_exchange x = {
	    .has_request = true,
	    .method = text_of(methods[i % 4]),
	    .target = text_of(targets[i % 3]),
	    .host = text_of(i % 2 ? "a.test" : "b.test"),
	    .host_source = HOST_FROM_REQUEST,
	    .facts = {.declared_body = 5, .target_len = 9000, .flags = 0x3ff},
	    .request_body = 5,
	    .continued = i % 3 == 0,
	    .interim = i % 3 == 0 ? 100 : 0,
	    .status = status,
	    .outcome = status ? EXCHANGE_ANSWERED
			      : (enum exchange_outcome)(1 + i % EXCHANGE_PENDING),
	    .body_bytes = i % 2 ? 0 : 1234,
	    .protocol = (enum exchange_protocol)(i % EXCHANGE_PROTOCOLS),
	};

	x.client.addr.bytes[15] = (uint8_t)(1 + i % 3);
	x.server.addr.bytes[15] = 9;
	x.server.port = 80;
	x.response_fields = text_of("Location: /login\r\nAllow: GET, PUT\r\n"
				    "WWW-Authenticate: Basic realm=\"a\"\r\n"
				    "Retry-After: 120\r\n\r\n");
	x.request_start_ns = 1700000000 * NS_PER_S + i * 5 * NS_PER_S;
	x.request_end_ns = x.request_start_ns;
	x.response_start_ns = x.request_start_ns + (1 + i) * 1000000;
	x.response_end_ns = x.response_start_ns + 1000;
	x.grpc_status_set = x.protocol == PROTOCOL_GRPC;
	x.grpc_status = x.grpc_status_set ? i % 17 : 0;
	x.stream_error_set = x.protocol == PROTOCOL_HTTP_2;
	x.stream_error = x.stream_error_set ? 8 : 0;
	return x;
}

struct tally *exchanges_sample(enum tally_by by)
{
	static const uint16_t codes[] = {100, 103, 200, 201, 204, 206, 301, 302,
					 304, 400, 401, 403, 404, 405, 413, 414,
					 429, 500, 503, 503, 599, 0,   777};
	struct tally *t = tally_new(by);

	FUZZ_HOLDS(t);
	for (unsigned i = 0; i < 4 * sizeof(codes) / sizeof(*codes); i++) {
		struct http_exchange x =
		    sample(codes[i % (sizeof(codes) / sizeof(*codes))], i);

		exchange_tell(t, &x);
	}
	return t;
}
