/*
 * What reads the head of a message, on bytes in blocks of exactly their size: the look
 * at its first line, its end, its fields, its host; and the chunked coding. Each piece
 * by piece and at once, which must come to the same.
 */
#include "fuzz/fuzz.h"

#include <string.h>

#include "http/chunked.h"
#include "http/host.h"
#include "http/message.h"
#include "http/protocol.h"

static void check_text(struct text t, const char *bytes, size_t len)
{
	FUZZ_HOLDS(t.len == 0 || (t.at >= bytes && t.at + t.len <= bytes + len));
}

static void check_head(bool request, const char *bytes, size_t len)
{
	struct head h;
	struct host_name host;
	size_t used = head_read(&h, request, bytes, len);

	FUZZ_HOLDS(used <= len && (h.complete || used == len));
	check_text(h.method, bytes, len);
	check_text(h.target, bytes, len);
	check_text(h.fields, bytes, len);
	check_text(h.host, bytes, len);
	FUZZ_HOLDS(h.status <= 999);
	FUZZ_HOLDS(h.length != LENGTH_ONE || h.content_length <= INT64_MAX);
	(void)head_content_is_http(&h);
	if (request) {
		(void)head_request_body(&h);
		host_of_request(h.method, h.target, h.host_fields, h.host, &host);
		FUZZ_HOLDS(host.len <= LIMIT_HOST);
	} else {
		(void)head_response_body(&h);
	}
}

static void check_end(const char *bytes, size_t len)
{
	size_t scanned = 0, at_once, piecewise = 0;

	at_once = head_end(bytes, len, &scanned);
	scanned = 0;
	for (size_t n = 1; n <= len && piecewise == 0; n++)
		piecewise = head_end(bytes, n, &scanned);
	FUZZ_HOLDS(at_once == piecewise);
}

/* A host in its normal form is its own normal form. */
static void check_host(const char *bytes, size_t len)
{
	struct host_name once, twice;

	host_normalise((struct text){bytes, len}, 80, &once);
	FUZZ_HOLDS(once.len <= LIMIT_HOST);
	if (once.source != HOST_FROM_REQUEST)
		return;
	host_normalise((struct text){once.text, once.len}, 80, &twice);
	FUZZ_HOLDS(twice.source == HOST_FROM_REQUEST && twice.len == once.len &&
		   memcmp(once.text, twice.text, once.len) == 0);
}

static void check_chunked(const char *bytes, size_t len)
{
	enum chunk_state whole = CHUNK_FIRST, piece = CHUNK_FIRST;
	uint64_t whole_size = 0, piece_size = 0;
	size_t used = chunk_feed(&whole, &whole_size, bytes, len);
	size_t taken = 0;

	FUZZ_HOLDS(used <= len);
	while (taken < len && piece != CHUNK_DONE && piece != CHUNK_BAD) {
		size_t n = chunk_feed(&piece, &piece_size, bytes + taken, 1);

		if (n == 0)
			break;
		taken += n;
	}
	FUZZ_HOLDS(piece == whole);
	FUZZ_HOLDS(whole == CHUNK_BAD || taken == used);
	FUZZ_HOLDS(whole != CHUNK_DATA || whole_size == piece_size);
}

static void check_look(const char *bytes, size_t len)
{
	enum look look = look_at(bytes, len);
	enum look line = look_at_status_line(bytes, len, false);

	FUZZ_HOLDS(look_at_status_line(bytes, len, true) != LOOK_MORE);
	FUZZ_HOLDS(line != LOOK_MORE || len < LOOK_STATUS_MAX);
	FUZZ_HOLDS((look == LOOK_RESPONSE) == (line == LOOK_RESPONSE));
	(void)look_plausible_request(bytes, len);
	/* What was decided stays decided when more comes. */
	for (size_t n = 1; n < len && n < 64; n++) {
		enum look early = look_at(bytes, n);

		FUZZ_HOLDS(early == LOOK_MORE || early == LOOK_SIMPLE_REQUEST ||
			   early == look);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *bytes = (const char *)data;

	if (size == 0)
		return 0;
	check_look(bytes, size);
	/* Heads are read only where the look has found them. */
	if (look_at(bytes, size) == LOOK_REQUEST)
		check_head(true, bytes, size);
	if (look_at_status_line(bytes, size, true) == LOOK_RESPONSE)
		check_head(false, bytes, size);
	check_end(bytes, size);
	check_host(bytes, size);
	check_chunked(bytes, size);
	return 0;
}
