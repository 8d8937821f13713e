#include "events/put.h"

#include <stdbool.h>
#include <time.h>

#include "base/human.h"

/* ---- numbers and times ---- */

/** "00" to "99". */
static const char pairs[] = "00010203040506070809101112131415161718192021222324"
			    "25262728293031323334353637383940414243444546474849"
			    "50515253545556575859606162636465666768697071727374"
			    "75767778798081828384858687888990919293949596979899";

/* Two digits. */
static inline char *put_pair(char *at, uint64_t n)
{
	return put_bytes(at, pairs + n * 2, 2);
}

/* Four digits. */
static inline char *put_four(char *at, uint64_t n)
{
	uint64_t hundreds = n / 100;

	at = put_pair(at, hundreds);
	return put_pair(at, n - hundreds * 100);
}

static inline char *put_digit(char *at, uint64_t n)
{
	*at = (char)('0' + n);
	return at + 1;
}

/* Below 10,000: most numbers have as many digits as this looks for first. */
static inline char *put_small(char *at, uint64_t n)
{
	if (n >= 1000)
		return put_four(at, n);
	if (n >= 100) {
		at = put_digit(at, n / 100);
		return put_pair(at, n % 100);
	}
	return n >= 10 ? put_pair(at, n) : put_digit(at, n);
}

char *put_number(char *at, uint64_t n)
{
	uint64_t upper = n / 10000;

	if (upper == 0)
		return put_small(at, n);
	at = upper < 10000 ? put_small(at, upper) : put_number(at, upper);
	return put_four(at, n - upper * 10000);
}

/* A point and nine digits, of which @p digits stay. */
static inline char *put_fraction(char *at, uint32_t ns, unsigned digits)
{
	at[0] = '.';
	for (unsigned i = 8; i > 0; i -= 2, ns /= 100)
		(void)put_pair(at + i, ns % 100);
	at[1] = (char)('0' + ns);
	return at + 1 + digits;
}

char *put_seconds(char *at, int64_t ns, unsigned digits)
{
	uint64_t size = ns < 0 ? 0 - (uint64_t)ns : (uint64_t)ns;

	if (ns < 0)
		at = put_literal(at, "-");
	at = put_number(at, size / (uint64_t)NS_PER_S);
	return put_fraction(at, (uint32_t)(size % (uint64_t)NS_PER_S), digits);
}

static void know_second(struct put_second *known, int64_t second)
{
	time_t t = (time_t)second;
	struct tm tm;

	if (!gmtime_r(&t, &tm))
		memset(&tm, 0, sizeof(tm));
	/* 64 bits of nanoseconds end in 2262: years have four digits. */
	(void)strftime(known->text, sizeof(known->text), "%Y-%m-%dT%H:%M:%S", &tm);
	known->second = second;
}

char *put_time(char *at, struct put_second *known, int64_t ns)
{
	int64_t second = ns / NS_PER_S, rest = ns % NS_PER_S;

	if (rest < 0) {
		second--;
		rest += NS_PER_S;
	}
	if (second != known->second || known->text[0] == '\0')
		know_second(known, second);
	at = put_bytes(at, known->text, sizeof(known->text) - 1);
	at = put_fraction(at, (uint32_t)rest, 9);
	return put_literal(at, "Z");
}

/* ---- addresses ---- */

static char *put_v4(char *at, const uint8_t *bytes)
{
	for (int i = 0; i < 4; i++) {
		at = put_number(at, bytes[i]);
		at = put_literal(at, ".");
	}
	return at - 1;
}

char *put_address(char *at, const struct ip_addr *a)
{
	char text[ENDPOINT_TEXT_SIZE];

	if (ip_addr_is_v4(a))
		return put_v4(at, a->bytes + 12);
	ip_addr_text(a, text, sizeof(text));
	return put_bytes(at, text, strlen(text));
}

/* ---- wire text ---- */

static const char hex[] = "0123456789abcdef";

static char *put_visible(char *at, unsigned char c)
{
	const char text[] = {'\\', 'x', hex[c >> 4], hex[c & 15]};

	return put_bytes(at, text, sizeof(text));
}

static char *put_utf16(char *at, uint32_t unit)
{
	const char text[] = {'\\',
			     'u',
			     hex[unit >> 12 & 15],
			     hex[unit >> 8 & 15],
			     hex[unit >> 4 & 15],
			     hex[unit & 15]};

	return put_bytes(at, text, sizeof(text));
}

static char *put_code_point(char *at, uint32_t c)
{
	if (c < 0x10000)
		return put_utf16(at, c);
	at = put_utf16(at, 0xd800 + ((c - 0x10000) >> 10));
	return put_utf16(at, 0xdc00 + ((c - 0x10000) & 0x3ff));
}

/* Printable ASCII but '"' and '\\', a bit each. */
static const uint32_t plain_bits[8] = {0, 0xfffffffbU, 0xefffffffU, 0x7fffffffU,
				       0, 0,           0,           0};

static inline bool is_plain(char c)
{
	unsigned char u = (unsigned char)c;

	return (plain_bits[u >> 5] >> (u & 31) & 1) != 0;
}

/** Eight bytes that are @p c each. */
#define EIGHT(c) ((uint64_t)(c) * (UINT64_MAX / 255))

/* Whether eight bytes are plain: of none is the highest bit set, of none does a step
 * leave what has seven bits. What a step borrows or carries comes from a byte that is
 * not plain. */
static inline bool are_plain(uint64_t word)
{
	uint64_t odd = word | (word - EIGHT(' ')) | (word + EIGHT(1)) |
		       ((word ^ EIGHT('"')) - EIGHT(1)) |
		       ((word ^ EIGHT('\\')) - EIGHT(1));

	return (odd & EIGHT(0x80)) == 0;
}

/* Copy eight bytes. @return whether all are plain */
static inline bool put_word(char *at, const char *from)
{
	uint64_t word;

	memcpy(&word, from, sizeof(word));
	memcpy(at, &word, sizeof(word));
	return are_plain(word);
}

/* The same of four. */
static inline bool put_half(char *at, const char *from)
{
	uint32_t half;

	memcpy(&half, from, sizeof(half));
	memcpy(at, &half, sizeof(half));
	return are_plain((uint64_t)half << 32 | half);
}

/* Put the start of @p t that both formats take as it is. @return its length */
static inline size_t put_plain(char *at, struct text t)
{
	const size_t word = sizeof(uint64_t);
	size_t n = 0;

	while (t.len - n >= word && put_word(at + n, t.at + n))
		n += word;
	/* The rest of a longer text, with bytes before it once more. */
	if (n > 0 && n < t.len && t.len - n < word &&
	    put_word(at + t.len - word, t.at + t.len - word))
		return t.len;
	if (t.len < word && t.len >= word / 2 && put_half(at, t.at) &&
	    put_half(at + t.len - word / 2, t.at + t.len - word / 2))
		return t.len;
	for (; n < t.len && is_plain(t.at[n]); n++)
		at[n] = t.at[n];
	return n;
}

static inline struct text bounded(struct text t)
{
	if (t.len > LIMIT_TARGET)
		t.len = LIMIT_TARGET;
	return t;
}

static inline struct text behind(struct text t, size_t n)
{
	return (struct text){t.at + n, t.len - n};
}

/* The first character of @p t, which is not plain. @return how many bytes it has */
static size_t put_json_escaped(char **at, struct text t)
{
	unsigned char c = (unsigned char)*t.at;
	uint32_t code_point;
	size_t n;

	if (c == '"' || c == '\\') {
		*at = put_literal(*at, "\\");
		*at = put_bytes(*at, t.at, 1);
		return 1;
	}
	n = c < 0x80 ? 0 : utf8_next(t.at, t.len, &code_point);
	if (n > 0) {
		*at = put_code_point(*at, code_point);
		return n;
	}
	*at = put_literal(*at, "\\");
	*at = put_visible(*at, c);
	return 1;
}

/* What begins with a character that is not plain: seldom, and so out of the way. */
static __attribute__((noinline)) char *put_json_rest(char *at, struct text t)
{
	size_t n = 0;

	while (t.len > 0) {
		n = put_json_escaped(&at, t);
		t = behind(t, n);
		n = put_plain(at, t);
		at += n;
		t = behind(t, n);
	}
	return at;
}

char *put_json(char *at, struct text t)
{
	size_t plain;

	t = bounded(t);
	plain = put_plain(at, t);
	return plain == t.len ? at + plain
			      : put_json_rest(at + plain, behind(t, plain));
}

static __attribute__((noinline)) char *put_zeek_rest(char *at, struct text t)
{
	size_t n = 0;

	while (t.len > 0) {
		if (*t.at == '"')
			at = put_literal(at, "\"");
		else
			at = put_visible(at, (unsigned char)*t.at);
		n = put_plain(at, behind(t, 1));
		at += n;
		t = behind(t, 1 + n);
	}
	return at;
}

char *put_zeek(char *at, struct text t)
{
	size_t plain;

	if (t.len == 0)
		return put_literal(at, "-");
	/* A value that looks like an unset one. */
	if (t.len == 1 && *t.at == '-')
		return put_visible(at, '-');
	t = bounded(t);
	plain = put_plain(at, t);
	return plain == t.len ? at + plain
			      : put_zeek_rest(at + plain, behind(t, plain));
}
