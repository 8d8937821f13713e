#include "config.h" /* memrchr() */

#include "http/protocol.h"

#include <string.h>
#include <strings.h>

#include "base/limits.h"
#include "http/method.h"

/** Bytes of the longest line of the PROXY protocol. */
#define PROXY_LINE 107U

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* tchar of RFC 9110 section 5.6.2. */
static bool is_token(char c)
{
	if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c))
		return true;
	return c != '\0' && strchr("!#$%&'*+-.^_`|~", c) != NULL;
}

static size_t count_digits(const char *bytes, size_t len, size_t most)
{
	size_t n = 0;

	while (n < len && n < most && is_digit(bytes[n]))
		n++;
	return n;
}

enum look look_at_status_line(const char *bytes, size_t len, bool cut)
{
	static const char name[] = "HTTP/";
	const size_t name_len = sizeof(name) - 1;
	const enum look more = cut ? LOOK_OTHER : LOOK_MORE;
	size_t i = name_len;
	size_t n;

	if (memcmp(bytes, name, len < name_len ? len : name_len) != 0)
		return LOOK_OTHER;
	if (len <= name_len)
		return more;
	for (unsigned part = 0; part < 2; part++) {
		n = count_digits(bytes + i, len - i, 4);
		i += n;
		if (i == len)
			return more;
		if (n == 0)
			return LOOK_OTHER;
		if (part == 1 || bytes[i] != '.')
			break;
		i++;
	}
	for (n = 0; i < len && n < 16 && (bytes[i] == ' ' || bytes[i] == '\t'); n++)
		i++;
	if (i == len)
		return more;
	if (n == 0)
		return LOOK_OTHER;
	n = count_digits(bytes + i, len - i, 3);
	i += n;
	if (i == len)
		return cut && n == 3 ? LOOK_RESPONSE : more;
	if (n < 3 || (bytes[i] != ' ' && bytes[i] != '\t' && bytes[i] != '\r' &&
		      bytes[i] != '\n'))
		return LOOK_OTHER;
	return LOOK_RESPONSE;
}

/* Content type 20 to 23, version 3.0 to 3.4, a length that RFC 5246 section 6.2.3
 * allows. */
static enum look look_at_tls(const char *bytes, size_t len)
{
	const unsigned char *b = (const unsigned char *)bytes;
	unsigned length;

	if ((len > 1 && b[1] != 3) || (len > 2 && b[2] > 4))
		return LOOK_OTHER;
	if (len < 5)
		return LOOK_MORE;
	length = (unsigned)b[3] << 8 | b[4];
	return length > 0 && length <= (1U << 14) + 2048 ? LOOK_TLS : LOOK_OTHER;
}

/* A SETTINGS frame on stream 0, at most 42 settings long (RFC 9113 section 6.5). */
static enum look look_at_settings(const char *bytes, size_t len)
{
	static const char head[] = {0, 0, 0, 4, 0, 0, 0, 0, 0};

	for (size_t i = 0; i < sizeof(head); i++) {
		if (i == len)
			return LOOK_MORE;
		if (i == 2 ? (unsigned char)bytes[2] % 6 != 0 : bytes[i] != head[i])
			return LOOK_OTHER;
	}
	return LOOK_HTTP2_SERVER;
}

/* A line whose method ends at @p method and whose end is known. */
static enum look look_at_request_line(const char *line, size_t len, size_t method)
{
	const char *last;

	while (len > method &&
	       (line[len - 1] == '\r' || line[len - 1] == ' ' || line[len - 1] == '\t'))
		len--;
	if (len <= method + 1)
		return LOOK_OTHER;
	last = memrchr(line + method, ' ', len - method);
	if (last > line + method && len - (size_t)(last + 1 - line) >= 5 &&
	    strncasecmp(last + 1, "HTTP/", 5) == 0) {
		static const char preface[] = "PRI * HTTP/2.0";

		if (len == sizeof(preface) - 1 && memcmp(line, preface, len) == 0)
			return LOOK_HTTP2;
		return LOOK_REQUEST;
	}
	if (method == 3 && memcmp(line, "GET", 3) == 0 && line[4] == '/')
		return LOOK_SIMPLE_REQUEST;
	return LOOK_OTHER;
}

static enum look look_at_request(const char *bytes, size_t len)
{
	const char *lf;
	size_t i = 0;

	while (i < len && i <= LIMIT_METHOD && is_token(bytes[i]))
		i++;
	if (i == 0 || i > LIMIT_METHOD)
		return LOOK_OTHER;
	if (i == len)
		return LOOK_MORE;
	if (bytes[i] != ' ')
		return LOOK_OTHER;
	lf = memchr(bytes + i, '\n', len - i);
	if (!lf)
		return LOOK_MORE;
	return look_at_request_line(bytes, (size_t)(lf - bytes), i);
}

enum look look_at(const char *bytes, size_t len)
{
	enum look look;

	if (bytes[0] >= 20 && bytes[0] <= 23)
		return look_at_tls(bytes, len);
	if (bytes[0] == 0)
		return look_at_settings(bytes, len);
	if (bytes[0] == 'H') {
		look = look_at_status_line(bytes, len, false);
		if (look != LOOK_OTHER)
			return look;
	}
	return look_at_request(bytes, len);
}

bool look_plausible_request(const char *bytes, size_t len)
{
	size_t i = 0;

	while (i < len && i <= LIMIT_METHOD &&
	       ((bytes[i] >= 'A' && bytes[i] <= 'Z') || bytes[i] == '-' ||
		bytes[i] == '_'))
		i++;
	if (i == len)
		return len > 0 && len <= LIMIT_METHOD;
	if (i < 3 || bytes[i] != ' ')
		return false;
	if (++i == len)
		return true;
	if (i == 8 && memcmp(bytes, "CONNECT ", 8) == 0)
		return true;
	return bytes[i] == '/' || bytes[i] == '*' || (bytes[i] | 0x20) == 'h';
}

enum look look_after_loss(const char *bytes, size_t len)
{
	enum look look;

	if (bytes[0] < 'A' || bytes[0] > 'Z')
		return LOOK_OTHER;
	look = look_at(bytes, len);
	if (look == LOOK_RESPONSE)
		return look;
	if (look == LOOK_MORE && look_at_status_line(bytes, len, false) == LOOK_MORE)
		return LOOK_MORE;
	if (look == LOOK_SIMPLE_REQUEST || !method_is_known(bytes, len) ||
	    (look == LOOK_MORE && !look_plausible_request(bytes, len)))
		return LOOK_OTHER;
	return look;
}

/* `PROXY TCP4 192.0.2.1 198.51.100.1 56324 80` CR LF. */
static size_t proxy_line(const char *bytes, size_t len)
{
	static const char *const starts[] = {"PROXY TCP4 ", "PROXY TCP6 ",
					     "PROXY UNKNOWN"};
	const char *lf = memchr(bytes, '\n', len < PROXY_LINE ? len : PROXY_LINE);

	for (size_t i = 0; lf && i < sizeof(starts) / sizeof(starts[0]); i++) {
		size_t n = strlen(starts[i]);

		if ((size_t)(lf - bytes) > n && memcmp(bytes, starts[i], n) == 0)
			return (size_t)(lf + 1 - bytes);
	}
	return 0;
}

/* Behind the CR LF CR LF: NUL CR LF `QUIT` LF, the version, and how much follows. */
static size_t proxy_binary(const char *bytes, size_t len)
{
	static const char signature[] = "\0\r\nQUIT\n";
	const size_t fixed = sizeof(signature) - 1;
	const unsigned char *b = (const unsigned char *)bytes;
	size_t whole;

	if (len == 0 || memcmp(bytes, signature, len < fixed ? len : fixed) != 0 ||
	    (len > fixed && b[fixed] >> 4 != 2))
		return 0;
	if (len < fixed + 4)
		return LOOK_PROXY_MORE;
	whole = fixed + 4 + ((size_t)b[fixed + 2] << 8 | b[fixed + 3]);
	if (whole > LIMIT_HEAD)
		return 0;
	return whole <= len ? whole : LOOK_PROXY_MORE;
}

size_t look_past_proxy(const char *bytes, size_t len, uint64_t offset)
{
	if (offset == LOOK_PROXY_OFFSET)
		return proxy_binary(bytes, len);
	return offset == 0 && len > 0 && bytes[0] == 'P' ? proxy_line(bytes, len) : 0;
}
