#include "config.h" /* memrchr() */

#include "http/message.h"

#include <string.h>

#include "http/fields.h"

/* @return whether @p t is a number of at most INT64_MAX, with a digit at least */
static bool read_number(struct text t, uint64_t *n)
{
	*n = 0;
	for (size_t i = 0; i < t.len; i++) {
		uint64_t digit = (uint64_t)(t.at[i] - '0');

		if (digit > 9 || *n > (INT64_MAX - digit) / 10)
			return false;
		*n = *n * 10 + digit;
	}
	return t.len > 0;
}

/* A comma-separated list of numbers that have to agree (RFC 9110 section 8.6). */
static void read_content_length(struct head *h, struct text value)
{
	struct text one = text_trim(value);
	bool any = false;
	uint64_t n;

	/* Hardly ever a list, nor a second field. */
	if (h->length == LENGTH_NONE && read_number(one, &n)) {
		h->length = LENGTH_ONE;
		h->content_length = n;
		return;
	}
	while (text_list_next(&value, &one)) {
		any = true;
		if (!read_number(one, &n)) {
			h->length = LENGTH_BAD;
			return;
		}
		if (h->length == LENGTH_ONE && n != h->content_length)
			h->length = LENGTH_BAD;
		if (h->length == LENGTH_NONE) {
			h->length = LENGTH_ONE;
			h->content_length = n;
		}
	}
	if (!any)
		h->length = LENGTH_BAD;
}

/* The last coding of the last field decides (RFC 9112 section 6.3, item 4). */
static void read_transfer_encoding(struct head *h, struct text value)
{
	struct text one;

	while (text_list_next(&value, &one)) {
		const char *semicolon = memchr(one.at, ';', one.len);

		if (semicolon)
			one.len = (size_t)(semicolon - one.at);
		one = text_trim(one);
		if (text_is(one, "chunked", 7))
			h->coding = CODING_CHUNKED;
		else if (!text_is(one, "identity", 8))
			h->coding = CODING_OTHER;
	}
}

static void read_host(struct head *h, struct text value)
{
	if (h->host_fields == HOST_FIELD_NONE) {
		h->host = value;
		h->host_fields = HOST_FIELD_ONE;
	} else if (!text_is(value, h->host.at, h->host.len)) {
		h->host_fields = HOST_FIELD_DIFFERING;
	}
}

enum wanted {
	WANT_NONE,
	WANT_HOST,
	WANT_LENGTH,
	WANT_CODING,
	WANT_EXPECT,
	WANT_AGENT,
	WANT_REFERER
};

/* Fields whose presence says all that is needed. */
static const struct presence {
	const char *name;
	size_t len;
	uint16_t flag;
} presences[] = {
    {"authorization", 13, REQUEST_CREDENTIALS},
    {"proxy-authorization", 19, REQUEST_CREDENTIALS},
    {"if-modified-since", 17, REQUEST_IF_MODIFIED_SINCE},
    {"if-none-match", 13, REQUEST_IF_NONE_MATCH},
    {"if-match", 8, REQUEST_CONDITIONAL_OTHER},
    {"if-range", 8, REQUEST_CONDITIONAL_OTHER},
    {"if-unmodified-since", 19, REQUEST_CONDITIONAL_OTHER},
};

/* Whether @p line begins with a name of @p n bytes. What follows the name is cheaper to
 * look at than the name. */
static inline bool is_named(struct text line, const char *name, size_t n)
{
	return line.len > n &&
	       (line.at[n] == ':' || line.at[n] == ' ' || line.at[n] == '\t') &&
	       text_is((struct text){line.at, n}, name, n);
}

static uint16_t presence_of(struct text line)
{
	for (size_t i = 0; i < sizeof(presences) / sizeof(presences[0]); i++)
		if (is_named(line, presences[i].name, presences[i].len))
			return presences[i].flag;
	return 0;
}

/* Whether a line is one of the fields we need; @p line becomes its value. */
static enum wanted wanted_field(struct head *h, struct text *line)
{
	enum wanted want;
	const char *name;
	size_t n;

	switch (line->at[0] | 0x20) {
	case 'a':
	case 'i':
	case 'p':
		h->facts |= presence_of(*line);
		return WANT_NONE;
	case 'u':
		want = WANT_AGENT;
		name = "user-agent";
		n = 10;
		break;
	case 'r':
		want = WANT_REFERER;
		name = "referer";
		n = 7;
		break;
	case 'e':
		want = WANT_EXPECT;
		name = "expect";
		n = 6;
		break;
	case 'h':
		want = WANT_HOST;
		name = "host";
		n = 4;
		break;
	case 'c':
		want = WANT_LENGTH;
		name = "content-length";
		n = 14;
		break;
	case 't':
		want = WANT_CODING;
		name = "transfer-encoding";
		n = 17;
		break;
	default:
		return WANT_NONE;
	}
	if (!is_named(*line, name, n))
		return WANT_NONE;
	while (n < line->len && (line->at[n] == ' ' || line->at[n] == '\t'))
		n++;
	if (n == line->len || line->at[n] != ':')
		return WANT_NONE;
	line->at += n + 1;
	line->len -= n + 1;
	return want;
}

static void read_wanted(struct head *h, enum wanted want, struct text value)
{
	switch (want) {
	case WANT_NONE:
		break;
	case WANT_HOST:
		read_host(h, text_trim(value));
		break;
	case WANT_LENGTH:
		read_content_length(h, value);
		break;
	case WANT_CODING:
		read_transfer_encoding(h, value);
		break;
	case WANT_AGENT:
		h->user_agent = text_trim(value);
		break;
	case WANT_REFERER:
		h->referer = text_trim(value);
		break;
	case WANT_EXPECT:
		value = text_trim(value);
		if (text_is(value, "100-continue", 12))
			h->facts |= REQUEST_EXPECT_CONTINUE;
		break;
	}
}

/* The header section from @p p on; returns the byte after it. */
static const char *read_fields(struct head *h, const char *p, const char *end)
{
	struct text value = {NULL, 0}; /* of the field before, which may be folded */
	enum wanted want = WANT_NONE;
	const char *lf;

	h->fields.at = p;
	while (p < end && (lf = memchr(p, '\n', (size_t)(end - p))) != NULL) {
		const char *stop = lf > p && lf[-1] == '\r' ? lf - 1 : lf;

		if (stop == p) {
			h->complete = true;
			p = lf + 1;
			end = p;
			break;
		}
		if (*p == ' ' || *p == '\t') {
			value.len = value.at ? (size_t)(stop - value.at) : 0;
		} else {
			if (want != WANT_NONE)
				read_wanted(h, want, value);
			value = (struct text){p, (size_t)(stop - p)};
			want = wanted_field(h, &value);
		}
		p = lf + 1;
	}
	read_wanted(h, want, value);
	h->fields.len = (size_t)(end - h->fields.at);
	return end;
}

/* Any other minor version is taken for the latest (RFC 9110 section 2.5). */
static void set_version(struct head *h, const char *at, const char *end)
{
	if (end - at >= 8 && memcmp(at + 5, "1.0", 3) == 0)
		h->protocol = PROTOCOL_HTTP_1_0;
}

/* What is odd in a request line (RFC 9112 section 3): servers refuse it with 400. */
static uint16_t oddities(const struct head *h, struct text line, struct text version)
{
	uint16_t facts = 0;

	if (h->target.len > 0 && (memchr(h->target.at, ' ', h->target.len) ||
				  memchr(h->target.at, '\t', h->target.len)))
		facts |= REQUEST_RAW_SPACE;
	if (version.len != 8 || memcmp(version.at, "HTTP/1.", 7) != 0 ||
	    version.at[7] < '0' || version.at[7] > '9')
		facts |= REQUEST_BAD_VERSION;
	else if (version.at[7] == '0')
		facts |= REQUEST_HTTP_1_0;
	for (size_t i = 0; i < line.len; i++) {
		unsigned char c = (unsigned char)line.at[i];

		if (c == 0x7f || (c < 0x20 && c != '\t'))
			return facts | REQUEST_CONTROL_BYTE;
	}
	return facts;
}

static void read_version(struct head *h, struct text line, struct text rest)
{
	struct text version = {NULL, 0};

	if (h->target.len < rest.len) {
		const char *after = h->target.at + h->target.len;

		version = text_trim(
		    (struct text){after, (size_t)(rest.at + rest.len - after)});
	}
	h->facts |= oddities(h, text_trim(line), version);
}

/* method SP target SP version; the target may hold raw spaces. */
static void read_request_line(struct head *h, struct text line)
{
	const char *end = line.at + line.len;
	const char *sp = memchr(line.at, ' ', line.len);
	struct text whole = line;
	struct text rest;
	const char *last;

	if (!sp) {
		h->method = line;
		h->facts |= oddities(h, text_trim(line), (struct text){NULL, 0});
		return;
	}
	h->method = (struct text){line.at, (size_t)(sp - line.at)};
	line = text_trim((struct text){sp, (size_t)(end - sp)});
	rest = line;
	last = line.len > 0 ? memrchr(line.at, ' ', line.len) : NULL;
	if (last && line.at + line.len - last > 5 &&
	    strncasecmp(last + 1, "HTTP/", 5) == 0) {
		set_version(h, last + 1, end);
		line = text_trim((struct text){line.at, (size_t)(last - line.at)});
	}
	h->target = line;
	read_version(h, whole, rest);
}

static void read_status_line(struct head *h, struct text line)
{
	const char *p = line.at;
	const char *end = line.at + line.len;

	set_version(h, p, end);
	while (p < end && *p != ' ' && *p != '\t')
		p++;
	while (p < end && (*p == ' ' || *p == '\t'))
		p++;
	if (end - p < 3)
		return;
	h->status = (uint16_t)((p[0] - '0') * 100 + (p[1] - '0') * 10 + (p[2] - '0'));
}

size_t head_read(struct head *h, bool request, const char *bytes, size_t len)
{
	const char *end = bytes + len;
	const char *lf = memchr(bytes, '\n', len);
	struct text line = {bytes, lf ? (size_t)(lf - bytes) : len};

	memset(h, 0, sizeof(*h));
	if (request)
		read_request_line(h, line);
	else
		read_status_line(h, line);
	end = read_fields(h, lf ? lf + 1 : end, end);
	if (request && h->complete)
		head_check_host(h);
	return (size_t)(end - bytes);
}

void head_read_fields(struct head *h, struct text section)
{
	(void)read_fields(h, section.at, section.at + section.len);
}

size_t head_end(const char *bytes, size_t len, size_t *scanned)
{
	const char *end = bytes + len;
	const char *p = bytes + *scanned;

	while (p < end && (p = memchr(p, '\n', (size_t)(end - p))) != NULL) {
		const char *next = p + 1;

		if (next < end && *next == '\r')
			next++;
		if (next >= end) {
			/* What follows this line end is not here yet. */
			*scanned = (size_t)(p - bytes);
			return 0;
		}
		if (*next == '\n')
			return (size_t)(next + 1 - bytes);
		p++;
	}
	*scanned = len;
	return 0;
}

enum body head_request_body(const struct head *h)
{
	if (h->coding == CODING_CHUNKED)
		return BODY_CHUNKED;
	if (h->coding == CODING_OTHER || h->length == LENGTH_BAD)
		return BODY_UNKNOWN;
	return h->length == LENGTH_ONE && h->content_length > 0 ? BODY_LENGTH
								: BODY_NONE;
}

enum body head_response_body(const struct head *h)
{
	if (h->status / 100 == 1 || h->status == 204 || h->status == 304)
		return BODY_NONE;
	if (h->coding == CODING_NONE && h->length == LENGTH_NONE)
		/* Of a head that is cut, the field may be in the part not seen. */
		return h->complete ? BODY_CLOSE : BODY_UNKNOWN;
	if (h->coding == CODING_OTHER)
		return BODY_CLOSE;
	return head_request_body(h);
}

bool head_content_is_http(const struct head *h)
{
	struct text type;
	const char *semicolon;

	if (!field_find(h->fields, "content-type", &type))
		return false;
	semicolon = type.len > 0 ? memchr(type.at, ';', type.len) : NULL;
	if (semicolon)
		type = text_trim((struct text){type.at, (size_t)(semicolon - type.at)});
	return text_is(type, "message/http", 12) ||
	       text_is(type, "application/http", 16);
}
