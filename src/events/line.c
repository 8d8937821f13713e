#include "events/line.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/human.h"
#include "base/limits.h"

void line_flush(struct line *l)
{
	struct line_file *f = l->file;
	size_t done = 0;

	if (l->used == 0)
		return;
	pthread_mutex_lock(&f->lock);
	while (done < l->used && f->error == 0) {
		ssize_t n = write(f->fd, l->buffer + done, l->used - done);

		if (n >= 0)
			done += (size_t)n;
		else if (errno != EINTR)
			f->error = errno;
	}
	pthread_mutex_unlock(&f->lock);
	l->used = 0;
}

void line_begin(struct line *l)
{
	if (LINE_BUFFER - l->used < LINE_MAX_BYTES)
		line_flush(l);
}

/** "00" to "99". */
static const char pairs[] = "00010203040506070809101112131415161718192021222324"
			    "25262728293031323334353637383940414243444546474849"
			    "50515253545556575859606162636465666768697071727374"
			    "75767778798081828384858687888990919293949596979899";

/* Two digits at @p at. */
static inline void set_pair(char *at, uint64_t n)
{
	memcpy(at, pairs + n * 2, 2);
}

static inline size_t count_digits(uint64_t n)
{
	size_t count = 1;

	for (; n >= 10000; n /= 10000)
		count += 4;
	return count + (n >= 10) + (n >= 100) + (n >= 1000);
}

void line_number(struct line *l, uint64_t n)
{
	size_t len = count_digits(n);
	char *at = l->buffer + l->used + len;

	if (len > LINE_BUFFER - l->used)
		return;
	l->used += len;
	for (; n >= 100; n /= 100)
		set_pair(at -= 2, n % 100);
	if (n >= 10)
		set_pair(at - 2, n);
	else
		at[-1] = (char)('0' + n);
}

static void put_fraction(struct line *l, uint64_t ns, unsigned digits)
{
	char text[10] = ".";

	for (unsigned i = 8; i > 0; i -= 2, ns /= 100)
		set_pair(text + i, ns % 100);
	text[1] = (char)('0' + ns);
	line_put(l, text, digits + 1);
}

void line_seconds(struct line *l, int64_t ns, unsigned digits)
{
	uint64_t size = ns < 0 ? 0 - (uint64_t)ns : (uint64_t)ns;

	if (ns < 0)
		line_literal(l, "-");
	line_number(l, size / (uint64_t)NS_PER_S);
	put_fraction(l, size % (uint64_t)NS_PER_S, digits);
}

/* gmtime_r() once a second of the capture, not once a line. */
void line_time(struct line *l, int64_t ns)
{
	static _Thread_local int64_t known = INT64_MIN;
	static _Thread_local char text[40];
	static _Thread_local size_t len;
	int64_t second = ns / NS_PER_S - (ns % NS_PER_S < 0);
	uint64_t rest = (uint64_t)(ns - second * NS_PER_S);

	if (second != known) {
		time_t t = (time_t)second;
		struct tm tm;

		if (!gmtime_r(&t, &tm))
			memset(&tm, 0, sizeof(tm));
		len = strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm);
		known = second;
	}
	line_put(l, text, len);
	put_fraction(l, rest, 9);
	line_literal(l, "Z");
}

static void put_v4(struct line *l, const uint8_t *bytes)
{
	char text[16];
	size_t n = 0;

	for (int i = 0; i < 4; i++) {
		uint8_t b = bytes[i];

		if (b >= 100)
			text[n++] = (char)('0' + b / 100);
		if (b >= 10)
			text[n++] = (char)('0' + b / 10 % 10);
		text[n++] = (char)('0' + b % 10);
		text[n++] = '.';
	}
	line_put(l, text, n - 1);
}

void line_address(struct line *l, const struct ip_addr *a)
{
	char text[ENDPOINT_TEXT_SIZE];

	if (ip_addr_is_v4(a)) {
		put_v4(l, a->bytes + 12);
		return;
	}
	ip_addr_text(a, text, sizeof(text));
	line_put(l, text, strlen(text));
}

/* ---- wire text ---- */

static const char hex[] = "0123456789abcdef";

static void put_visible(struct line *l, unsigned char c, bool twice)
{
	char text[5] = {'\\', '\\', 'x', hex[c >> 4], hex[c & 15]};

	line_put(l, twice ? text : text + 1, twice ? 5 : 4);
}

static void put_utf16(struct line *l, uint32_t unit)
{
	char text[6] = {'\\',
			'u',
			hex[unit >> 12 & 15],
			hex[unit >> 8 & 15],
			hex[unit >> 4 & 15],
			hex[unit & 15]};

	line_put(l, text, sizeof(text));
}

static void put_code_point(struct line *l, uint32_t c)
{
	if (c < 0x10000) {
		put_utf16(l, c);
		return;
	}
	put_utf16(l, 0xd800 + ((c - 0x10000) >> 10));
	put_utf16(l, 0xdc00 + ((c - 0x10000) & 0x3ff));
}

/* Printable ASCII but '"' and '\\', a bit each. */
static const uint32_t plain_bits[8] = {0, 0xfffffffbU, 0xefffffffU, 0x7fffffffU,
				       0, 0,           0,           0};

static inline bool is_plain(char c)
{
	unsigned char u = (unsigned char)c;

	return (plain_bits[u >> 5] >> (u & 31) & 1) != 0;
}

#define ONES (UINT64_MAX / 255)

/* Not 0 when a byte of @p word is zero; nothing else sets the highest bit of the lowest
 * byte that it is set in. */
static inline uint64_t has_zero(uint64_t word)
{
	return (word - ONES) & ~word & (ONES * 0x80);
}

/* Whether all eight are printable ASCII but '"' and '\\'. */
static inline bool are_plain(const char *at)
{
	uint64_t word;

	memcpy(&word, at, sizeof(word));
	return ((word | (word - ONES * 0x20) | (word + ONES)) & (ONES * 0x80)) == 0 &&
	       !has_zero(word ^ ONES * '"') && !has_zero(word ^ ONES * '\\');
}

/* Bytes at the start of @p t that both formats take as they are. */
static size_t plain_bytes(struct text t)
{
	size_t n = 0;

	while (n + sizeof(uint64_t) <= t.len && are_plain(t.at + n))
		n += sizeof(uint64_t);
	while (n < t.len && is_plain(t.at[n]))
		n++;
	return n;
}

static struct text bounded(struct text t)
{
	if (t.len > LIMIT_TARGET)
		t.len = LIMIT_TARGET;
	return t;
}

void line_json(struct line *l, struct text t)
{
	t = bounded(t);
	while (t.len > 0) {
		size_t n = plain_bytes(t);
		uint32_t c;

		if (n > 0) {
			line_put(l, t.at, n);
		} else if (*t.at == '"' || *t.at == '\\') {
			line_literal(l, "\\");
			line_put(l, t.at, n = 1);
		} else if ((unsigned char)*t.at < 0x80 ||
			   (n = utf8_next(t.at, t.len, &c)) == 0) {
			put_visible(l, (unsigned char)*t.at, true);
			n = 1;
		} else {
			put_code_point(l, c);
		}
		t.at += n;
		t.len -= n;
	}
}

void line_zeek(struct line *l, struct text t)
{
	t = bounded(t);
	if (t.len == 0) {
		line_literal(l, "-");
		return;
	}
	/* A value that looks like an unset one. */
	if (t.len == 1 && *t.at == '-') {
		put_visible(l, '-', false);
		return;
	}
	while (t.len > 0) {
		size_t n = plain_bytes(t);

		if (n == 0 && *t.at == '"')
			n = 1;
		if (n > 0) {
			line_put(l, t.at, n);
		} else {
			put_visible(l, (unsigned char)*t.at, false);
			n = 1;
		}
		t.at += n;
		t.len -= n;
	}
}
