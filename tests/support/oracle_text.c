#include "support/oracle_text.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define LINE_MAX_BYTES 8192

size_t oracle_line_end(const struct oracle_stream *s, size_t at, size_t *cut_at)
{
	while (oracle_has(s, at)) {
		if (s->bytes[at] == '\n')
			return at + 1;
		at++;
	}
	*cut_at = at;
	return 0;
}

static bool is_blank(int c)
{
	return c == ' ' || c == '\t';
}

/* RFC 9110 section 5.6.2 */
static bool is_token_char(int c)
{
	return isalnum(c) || (c != 0 && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}

/* ---- start lines ---- */

/** Reads bytes one after the other; -1 where one is missing. */
struct walk {
	const struct oracle_stream *s;
	size_t at;
};

static int peek(const struct walk *w)
{
	return oracle_has(w->s, w->at) ? w->s->bytes[w->at] : -1;
}

/** Step over characters of a class. @return how many */
static size_t run(struct walk *w, bool (*is)(int))
{
	size_t from = w->at;

	while (peek(w) >= 0 && is(peek(w)))
		w->at++;
	return w->at - from;
}

static bool is_digit(int c)
{
	return c >= '0' && c <= '9';
}

static struct oracle_start outcome(const struct walk *w, enum oracle_kind kind)
{
	struct oracle_start x = {.kind = kind, .decided = w->at + 1};

	if (peek(w) < 0) {
		x.kind = ORACLE_CUT;
		x.cut_at = w->at;
	}
	return x;
}

/** "HTTP/" 1*DIGIT [ "." 1*DIGIT ] 1*( SP / HTAB ) 3DIGIT ( SP / HTAB / CR / LF ) */
static struct oracle_start status_line_at(const struct oracle_stream *s, size_t at)
{
	struct walk w = {.s = s, .at = at};
	struct oracle_start x;
	unsigned code = 0;
	unsigned digits = 0;

	for (const char *p = "HTTP/"; *p != '\0'; p++, w.at++)
		if (peek(&w) != *p)
			return outcome(&w, ORACLE_NEITHER);
	if (run(&w, is_digit) == 0)
		return outcome(&w, ORACLE_NEITHER);
	if (peek(&w) == '.') {
		w.at++;
		if (run(&w, is_digit) == 0)
			return outcome(&w, ORACLE_NEITHER);
	}
	if (run(&w, is_blank) == 0)
		return outcome(&w, ORACLE_NEITHER);
	for (; digits < 3 && is_digit(peek(&w)); digits++, w.at++)
		code = code * 10 + (unsigned)(peek(&w) - '0');
	x = outcome(&w, ORACLE_NEITHER);
	x.code = (uint16_t)code;
	if (digits == 3) {
		int c = peek(&w);

		x.bare_code = c < 0;
		if (is_blank(c) || c == '\r' || c == '\n')
			x.kind = ORACLE_STATUS;
	}
	return x;
}

/** @return whether the line that ends in @p end ends with " HTTP/" DIGIT "." DIGIT, and
 *  a target stands before that, from @p target on */
static bool has_version(const struct oracle_stream *s, size_t target, size_t end)
{
	const uint8_t *p;

	while (end > target && (s->bytes[end - 1] == '\n' || s->bytes[end - 1] == '\r'))
		end--;
	if (end < target + 10)
		return false;
	p = s->bytes + end - 9;
	return memcmp(p, " HTTP/", 6) == 0 && is_digit(p[6]) && p[7] == '.' &&
	       is_digit(p[8]);
}

/** method SP target SP HTTP/n.n; the target is whatever stands there */
static struct oracle_start request_line_at(const struct oracle_stream *s, size_t at)
{
	struct walk w = {.s = s, .at = at};
	struct oracle_start x = {.kind = ORACLE_NEITHER};
	size_t end;

	if (run(&w, is_token_char) == 0 || peek(&w) != ' ')
		return outcome(&w, ORACLE_NEITHER);
	end = oracle_line_end(s, at, &x.cut_at);
	if (end == 0) {
		x.kind = ORACLE_CUT;
		return x;
	}
	x.decided = end;
	if (has_version(s, w.at + 1, end))
		x.kind = ORACLE_REQUEST;
	return x;
}

struct oracle_start oracle_start_at(const struct oracle_stream *s, size_t at)
{
	struct oracle_start x = status_line_at(s, at);

	if (x.kind != ORACLE_NEITHER)
		return x;
	x = request_line_at(s, at);
	x.no_status = x.kind == ORACLE_CUT;
	return x;
}

/* ---- hosts ---- */

/** Rule 7: the name in lower case without trailing dot, the port unless default. */
static void normalise_host(char *host, const char *sent, const char *default_port)
{
	char name[LINE_MAX_BYTES];
	char text[INET6_ADDRSTRLEN];
	const char *port = NULL;
	char *colon;
	size_t len;

	snprintf(host, VERDICT_HOST, "(invalid)");
	snprintf(name, sizeof(name), "%s", sent);
	if (name[0] == '[') {
		struct in6_addr a;
		char *close = strchr(name, ']');

		if (close == NULL || (close[1] != '\0' && close[1] != ':'))
			return;
		if (close[1] == ':')
			port = sent + (close + 2 - name);
		*close = '\0';
		if (inet_pton(AF_INET6, name + 1, &a) != 1)
			return;
		inet_ntop(AF_INET6, &a, text, sizeof(text));
		snprintf(name, sizeof(name), "[%s]", text);
	} else {
		colon = strchr(name, ':');
		if (colon != NULL) {
			*colon = '\0';
			port = colon + 1;
		}
		len = strlen(name);
		if (len > 0 && name[len - 1] == '.')
			name[--len] = '\0';
		if (len == 0)
			return;
		for (char *p = name; *p != '\0'; p++) {
			*p = (char)tolower((unsigned char)*p);
			if (!isalnum((unsigned char)*p) && !strchr("-_.", *p))
				return;
		}
	}
	if (port == NULL || *port == '\0') {
		snprintf(host, VERDICT_HOST, "%.70s", name);
		return;
	}
	if (strlen(port) > 5 || strspn(port, "0123456789") != strlen(port) ||
	    strtol(port, NULL, 10) > 65535)
		return;
	if (strcmp(port, default_port) == 0)
		snprintf(host, VERDICT_HOST, "%.70s", name);
	else
		snprintf(host, VERDICT_HOST, "%.70s:%s", name, port);
}

/** The authority of an absolute-form or authority-form target names the host. */
static bool host_of_target(const char *target, bool connect, char *host)
{
	const char *default_port = "80";
	char authority[LINE_MAX_BYTES];
	const char *begin = target;
	const char *at;

	if (connect) {
		normalise_host(host, target, "443");
		return true;
	}
	if (strncasecmp(target, "http://", 7) == 0) {
		begin += 7;
	} else if (strncasecmp(target, "https://", 8) == 0) {
		begin += 8;
		default_port = "443";
	} else {
		return false;
	}
	snprintf(authority, sizeof(authority), "%.*s", (int)strcspn(begin, "/?#"),
		 begin);
	at = strrchr(authority, '@');
	normalise_host(host, at ? at + 1 : authority, default_port);
	return true;
}

/* ---- fields ---- */

/** Copy a line, without its end and blanks around it, as text. */
static void copy_line(const struct oracle_stream *s, size_t at, size_t end, char *line)
{
	size_t n;

	while (end > at && strchr("\r\n \t", s->bytes[end - 1]))
		end--;
	while (at < end && is_blank(s->bytes[at]))
		at++;
	n = end - at;
	if (n >= LINE_MAX_BYTES)
		n = LINE_MAX_BYTES - 1;
	memcpy(line, s->bytes + at, n);
	line[n] = '\0';
}

struct fields {
	char host[LINE_MAX_BYTES];
	bool hosts_differ;
	bool has_host;
	bool has_coding;
	bool has_length;
};

static void take_length(struct oracle_head *h, struct fields *f, char *value)
{
	char *save;
	char *item = strtok_r(value, ",", &save);

	if (item == NULL) /* empty: no number */
		h->bad_length = true;
	for (; item != NULL; item = strtok_r(NULL, ",", &save)) {
		char *end;
		uint64_t n;

		item += strspn(item, " \t");
		n = strtoull(item, &end, 10);
		end += strspn(end, " \t");
		if (!is_digit(*item) || *end != '\0' ||
		    (f->has_length && n != h->length))
			h->bad_length = true;
		h->length = n;
		f->has_length = true;
	}
}

/** The last coding of the last field decides (RFC 9112 section 6.3, 4). */
static void take_coding(struct oracle_head *h, struct fields *f, const char *value)
{
	const char *last = strrchr(value, ',');

	last = last ? last + 1 : value;
	last += strspn(last, " \t");
	f->has_coding = true;
	h->body = strcasecmp(last, "chunked") == 0 ? BODY_IS_CHUNKED : BODY_IS_CODED;
}

static void take_field(struct oracle_head *h, struct fields *f, char *line)
{
	char *colon = strchr(line, ':');
	char *value;

	if (colon == NULL)
		return;
	*colon = '\0';
	value = colon + 1;
	value += strspn(value, " \t");
	if (strcasecmp(line, "host") == 0) {
		if (f->has_host && strcasecmp(f->host, value) != 0)
			f->hosts_differ = true;
		f->has_host = true;
		snprintf(f->host, sizeof(f->host), "%s", value);
	} else if (strcasecmp(line, "content-length") == 0) {
		take_length(h, f, value);
	} else if (strcasecmp(line, "transfer-encoding") == 0) {
		take_coding(h, f, value);
	} else if (strcasecmp(line, "content-type") == 0) {
		h->about_http = strncasecmp(value, "message/http", 12) == 0 ||
				strncasecmp(value, "application/http", 16) == 0;
	}
}

/** CR LF or bare LF; a line of blanks is a continuation. */
static bool is_empty_line(const struct oracle_stream *s, size_t at, size_t end)
{
	return end == at + 1 || (end == at + 2 && s->bytes[at] == '\r');
}

/** Fields up to the empty line; a line that begins with a blank continues the one
 *  before it (RFC 9112 section 5.2). */
static void take_fields(const struct oracle_stream *s, size_t at, struct oracle_head *h,
			struct fields *f)
{
	char line[LINE_MAX_BYTES];
	char more[LINE_MAX_BYTES];
	size_t end;

	line[0] = '\0';
	for (;;) {
		end = oracle_line_end(s, at, &h->end);
		if (end == 0) {
			/* The field before might go on, but what there is of it is
			 * whole lines. */
			h->cut = true;
			break;
		}
		copy_line(s, at, end, more);
		if (is_blank(s->bytes[at]) && line[0] != '\0') {
			size_t len = strlen(line);

			if (len + strlen(more) + 2 <= sizeof(line)) {
				line[len] = ' ';
				memcpy(line + len + 1, more, strlen(more) + 1);
			}
		} else {
			take_field(h, f, line);
			memcpy(line, more, strlen(more) + 1);
		}
		if (is_empty_line(s, at, end)) {
			h->end = end;
			break;
		}
		at = end;
	}
	take_field(h, f, line);
}

static void take_request_line(char *line, struct oracle_head *h, char **target)
{
	char *space = strchr(line, ' ');
	char *version;

	*space = '\0';
	snprintf(h->method, sizeof(h->method), "%.31s", line);
	*target = space + 1;
	version = strrchr(*target, ' ');
	if (version != NULL)
		*version = '\0';
}

void oracle_head_at(const struct oracle_stream *s, size_t at, bool request,
		    struct oracle_head *h)
{
	static struct fields f; /* too large for the stack of a caller */
	char line[LINE_MAX_BYTES];
	char *target = NULL;
	size_t end;

	memset(h, 0, sizeof(*h));
	f.host[0] = '\0';
	f.hosts_differ = f.has_host = f.has_coding = f.has_length = false;
	end = oracle_line_end(s, at, &h->end);
	if (end == 0) {
		h->cut = true;
		return;
	}
	copy_line(s, at, end, line);
	if (request)
		take_request_line(line, h, &target);
	take_fields(s, end, h, &f);
	if (f.has_coding) /* overrides it (RFC 9112 section 6.3, 3) */
		h->bad_length = false;
	else if (f.has_length)
		h->body = BODY_IS_LENGTH;
	if (!request ||
	    host_of_target(target, strcmp(h->method, "CONNECT") == 0, h->host))
		return;
	if (f.hosts_differ)
		snprintf(h->host, sizeof(h->host), "(invalid)");
	else if (f.host[0] != '\0')
		normalise_host(h->host, f.host, "80");
}
