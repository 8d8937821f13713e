/*
 * Tally and report on exchanges whose texts are the script's bytes: what a stranger
 * writes must neither break a format nor reach the terminal as it is. Two tallies that
 * share the exchanges must merge to the rows that one alone has.
 */
#include "fuzz/fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "report/report.h"

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

static struct http_exchange take(struct cursor *in)
{
	uint8_t what = cursor_u8(in);
	struct http_exchange x = {.has_request = what & 1};
	uint16_t status = cursor_be16(in) % 1000;

	x.client.addr.bytes[15] = what >> 4;
	x.server.addr.bytes[0] = 0xfe;
	x.server.addr.bytes[15] = what >> 3 & 15;
	x.server.port = status;
	x.host = take_host(in);
	x.host_source = what & 2 ? HOST_FROM_REQUEST : HOST_INVALID;
	if (x.has_request)
		x.target = take_text(in);
	x.request_start_ns = 1700000000 * NS_PER_S + fuzz_number(in) * NS_PER_S;
	x.request_end_ns = x.request_start_ns;
	x.response_start_ns = x.request_end_ns + fuzz_number(in) * 1000000;
	x.response_end_ns = x.response_start_ns;
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

static void tell(struct tally *t, const struct http_exchange *x)
{
	struct http_sink s = tally_sink(t);

	if (x->status)
		s.response(s.ctx, x);
	if (!status_is_interim(x->status))
		s.done(s.ctx, x);
}

static char *face(const struct tally *t, const char *name, size_t *len)
{
	static const struct coverage none;
	struct report r = {.tally = t, .coverage = &none, .generated_ns = NS_PER_S};
	struct report_options o = {.utc = true};
	char *text = NULL;
	FILE *out = open_memstream(&text, len);

	FUZZ_HOLDS(out);
	FUZZ_HOLDS(report_writer_named(name)->write(&r, &o, out) == SL_OK);
	FUZZ_HOLDS(fclose(out) == 0);
	return text;
}

static void check_faces(const struct tally *one, const struct tally *merged)
{
	static const char *const names[] = {"text", "json", "csv"};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		size_t len = 0, other_len = 0;
		char *text = face(one, names[i], &len);
		char *other = face(merged, names[i], &other_len);

		/* Sums merge exactly; what JSON and text name besides may be estimates.
		 */
		if (i == 2)
			FUZZ_HOLDS(len == other_len && memcmp(text, other, len) == 0);
		if (i == 0)
			fuzz_printable(text, len);
		if (i == 1)
			fuzz_json(text, len);
		free(text);
		free(other);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cursor in = cursor_over(data, size);
	enum tally_by by = (enum tally_by)(cursor_u8(&in) % 3);
	struct tally *one = tally_new(by);
	struct tally *part[2] = {tally_new(by), tally_new(by)};

	FUZZ_HOLDS(one && part[0] && part[1]);
	for (unsigned n = 0; cursor_left(&in) > 0; n++) {
		struct http_exchange x = take(&in);

		tell(one, &x);
		tell(part[n % 2], &x);
	}
	FUZZ_HOLDS(tally_merge(part[0], part[1]) == SL_OK);
	check_faces(one, part[0]);
	tally_free(one);
	tally_free(part[0]);
	tally_free(part[1]);
	return 0;
}
