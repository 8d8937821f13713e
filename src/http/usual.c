#include "http/usual.h"

#include <endian.h>
#include <string.h>

#include "http/fields.h"

/** Longest method looked for here. */
#define METHOD_MOST 16U
#define ONES        (UINT64_MAX / 255)
/** Bytes from one word that place_of() looks at to the next. */
#define SAMPLED 32U
/** 2^64 divided by the golden ratio, odd (Knuth, The Art of Computer Programming,
 *  volume 3, section 6.4). */
#define SPREAD 0x9e3779b97f4a7c15ULL

static inline uint64_t word_at(const char *at)
{
	uint64_t word;

	memcpy(&word, at, sizeof(word));
	return word;
}

/* Not 0 when a byte of @p word is below @p n, which is at most 128: only then does
 * subtracting it borrow from the highest bit of a byte that did not have it. */
static inline uint64_t has_less(uint64_t word, uint64_t n)
{
	return (word - ONES * n) & ~word & (ONES * 0x80);
}

static inline uint64_t has_odd(uint64_t word)
{
	return has_less(word, 0x21) | has_less(word ^ (ONES * 0x7f), 1);
}

/* Whether there is a space or a control character in a target, behind which there is
 * " HTTP/1.1" or " HTTP/1.0". */
static bool is_odd(const char *at, size_t len)
{
	uint64_t odd = 0;

	/* Of what is behind it no byte is odd once it has the bits of '!'. */
	if (len < sizeof(uint64_t))
		return has_odd(le64toh(word_at(at)) | ONES * '!' << 8 * len) != 0;
	for (size_t i = 0; i < len - sizeof(uint64_t); i += sizeof(uint64_t))
		odd |= has_odd(word_at(at + i));
	return (odd | has_odd(word_at(at + len - sizeof(uint64_t)))) != 0;
}

/* Whether "HTTP/1.0" or "HTTP/1.1" stands @p at, where there are 8 bytes. */
static inline bool is_version(const char *at)
{
	return memcmp(at, "HTTP/1.", 7) == 0 && (at[7] == '0' || at[7] == '1');
}

/** A start line: what it comes to, before anything else is known of the head. */
struct start_line {
	struct text method;
	struct text target;
	uint16_t status;
	bool is_1_0;
};

/* method SP target SP version, with nothing odd in it. @p len is without line end. */
static bool request_line(struct start_line *s, const char *line, size_t len)
{
	static const size_t version = sizeof(" HTTP/1.1") - 1;
	size_t i = 0;

	while (i < METHOD_MOST && i < len && line[i] >= 'A' && line[i] <= 'Z')
		i++;
	if (i == 0 || len < i + 2 + version || line[i] != ' ' ||
	    line[len - version] != ' ' || !is_version(line + len - version + 1))
		return false;
	s->method = (struct text){line, i};
	s->target = (struct text){line + i + 1, len - version - i - 1};
	s->is_1_0 = line[len - 1] == '0';
	return !is_odd(s->target.at, s->target.len);
}

static bool status_line(struct start_line *s, const char *line, size_t len)
{
	const char *p = line + sizeof("HTTP/1.1 ") - 1;

	if (len < sizeof("HTTP/1.1 200") - 1 || line[8] != ' ' || !is_version(line))
		return false;
	for (int i = 0; i < 3; i++)
		if (p[i] < '0' || p[i] > '9')
			return false;
	s->status = (uint16_t)((p[0] - '0') * 100 + (p[1] - '0') * 10 + (p[2] - '0'));
	s->is_1_0 = line[7] == '0';
	p += 3;
	return p == line + len || *p == ' ';
}

/* A text of @p h stands in @p s from now on. */
static void move(struct text *t, const struct head *h, const struct usual_section *s)
{
	if (t->at)
		t->at = s->bytes + (t->at - h->fields.at);
}

static void remember(struct usual_section *s, const struct head *h)
{
	if (h->fields.len > sizeof(s->bytes))
		return;
	s->len = (uint32_t)h->fields.len;
	memcpy(s->bytes, h->fields.at, s->len);
	s->head = *h;
	move(&s->head.host, h, s);
	move(&s->head.user_agent, h, s);
	move(&s->head.referer, h, s);
}

/* Where a section is remembered: by some of its bytes, and by @p len, since mostly the
 * section and the small body behind it are all that there is. */
static size_t place_of(const char *at, size_t len)
{
	uint64_t sum = len;

	if (len >= 4 * SAMPLED + sizeof(sum))
		sum += word_at(at + SAMPLED) + word_at(at + 2 * SAMPLED) +
		       word_at(at + 3 * SAMPLED) + word_at(at + 4 * SAMPLED);
	return sum * SPREAD >> (64 - USUAL_BITS);
}

/* The header section that begins @p at; whether it is whole. */
static bool read_section(struct usual_heads *u, struct head *h, const char *at,
			 size_t len)
{
	struct usual_section *s = &u->sections[place_of(at, len)];

	if (s->len > 0 && s->len <= len && memcmp(s->bytes, at, s->len) == 0) {
		*h = s->head;
		h->fields = (struct text){at, s->len};
		return true;
	}
	memset(h, 0, sizeof(*h));
	head_read_fields(h, (struct text){at, len});
	if (h->complete)
		remember(s, h);
	return h->complete;
}

size_t usual_head(struct usual_heads *u, struct head *h, bool *request,
		  const char *bytes, size_t len)
{
	const char *lf = memchr(bytes, '\n', len);
	struct start_line s = {.status = 0};
	size_t n;

	if (!lf)
		return 0;
	n = (size_t)(lf - bytes);
	n -= n > 0 && bytes[n - 1] == '\r';
	*request = bytes[0] != 'H' || !status_line(&s, bytes, n);
	if (*request && !request_line(&s, bytes, n))
		return 0;
	lf++;
	if (!read_section(u, h, lf, len - (size_t)(lf - bytes)))
		return 0;
	h->method = s.method;
	h->target = s.target;
	h->status = s.status;
	h->protocol = s.is_1_0 ? PROTOCOL_HTTP_1_0 : PROTOCOL_HTTP_1_1;
	if (*request) {
		h->facts |= s.is_1_0 ? REQUEST_HTTP_1_0 : 0;
		head_check_host(h);
	}
	return (size_t)(h->fields.at + h->fields.len - bytes);
}
