#include "http/path.h"

#include <string.h>

#include "http/fields.h"
#include "http/host.h"

/** Fewest characters of {hex} and of {token}: shorter ones are words too often. */
#define HEX_MIN   16U
#define TOKEN_MIN 20U

/* ---- segments ---- */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_hex(char c)
{
	char low = (char)(c | 0x20);

	return is_digit(c) || (low >= 'a' && low <= 'f');
}

static bool is_uuid(struct text s)
{
	if (s.len != 36)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;

		if (dash ? s.at[i] != '-' : !is_hex(s.at[i]))
			return false;
	}
	return true;
}

/** Which characters a segment has. */
struct census {
	size_t digits, hex, upper, lower, marks, rest;
};

static struct census census_of(struct text s)
{
	struct census c = {0};

	for (size_t i = 0; i < s.len; i++) {
		char at = s.at[i];

		c.hex += is_hex(at);
		if (is_digit(at))
			c.digits++;
		else if (at >= 'A' && at <= 'Z')
			c.upper++;
		else if (at >= 'a' && at <= 'z')
			c.lower++;
		else if (at == '-' || at == '_' || at == '=')
			c.marks++;
		else
			c.rest++;
	}
	return c;
}

enum segment_kind path_segment_kind(struct text segment)
{
	struct census c = census_of(segment);

	if (segment.len == 0)
		return SEGMENT_PLAIN;
	if (c.digits == segment.len)
		return SEGMENT_NUMBER;
	if (is_uuid(segment))
		return SEGMENT_UUID;
	if (segment.len >= HEX_MIN && c.hex == segment.len && c.digits > 0)
		return SEGMENT_HEX;
	if (segment.len >= TOKEN_MIN && c.rest == 0 && c.digits > 1 && c.upper > 1 &&
	    c.lower > 1)
		return SEGMENT_TOKEN;
	return SEGMENT_PLAIN;
}

static struct text folded_name(enum segment_kind kind, struct text plain)
{
	switch (kind) {
	case SEGMENT_PLAIN:
		break;
	case SEGMENT_NUMBER:
		return (struct text){"{n}", 3};
	case SEGMENT_UUID:
		return (struct text){"{uuid}", 6};
	case SEGMENT_HEX:
		return (struct text){"{hex}", 5};
	case SEGMENT_TOKEN:
		return (struct text){"{token}", 7};
	}
	return plain;
}

/* ---- writing ---- */

struct writing {
	char *out;
	size_t size;
	size_t used;
};

static void put(struct writing *w, const char *at, size_t len)
{
	size_t room = w->size - w->used;
	size_t n = len < room ? len : room;

	if (n > 0)
		memcpy(w->out + w->used, at, n);
	w->used += n;
}

static struct text until(struct text t, char stop)
{
	const char *at = t.len > 0 ? memchr(t.at, stop, t.len) : NULL;

	if (at)
		t.len = (size_t)(at - t.at);
	return t;
}

/* The stem of `4711.png` is what may be one of many. */
static size_t stem_len(struct text s)
{
	for (size_t i = s.len; i > 1 && s.len - i < 6; i--)
		if (s.at[i - 1] == '.')
			return i - 1;
	return s.len;
}

static void put_segment(struct writing *w, struct text s, bool fold)
{
	size_t stem;
	struct text name;

	s = until(s, ';');
	stem = stem_len(s);
	name = (struct text){s.at, stem};
	if (fold)
		name = folded_name(path_segment_kind(name), name);
	put(w, name.at, name.len);
	put(w, s.at + stem, s.len - stem);
}

static void put_path(struct writing *w, struct text path, bool fold)
{
	while (path.len > 0 && w->used < w->size) {
		struct text segment = until(path, '/');

		put_segment(w, segment, fold);
		path.at += segment.len;
		path.len -= segment.len;
		if (path.len > 0) {
			put(w, "/", 1);
			path.at++;
			path.len--;
		}
	}
}

/* ---- URIs ---- */

/** A URI reference in its parts; all lent. */
struct uri {
	struct text scheme;    /* empty: relative */
	struct text authority; /* without user information */
	bool has_authority;
	struct text path_query; /* without fragment */
};

static size_t scheme_len(struct text t)
{
	size_t i = 0;

	while (i < t.len && ((t.at[i] | 0x20) >= 'a' && (t.at[i] | 0x20) <= 'z'))
		i++;
	return i > 0 && i + 2 < t.len && memcmp(t.at + i, "://", 3) == 0 ? i : 0;
}

static struct uri uri_of(struct text t)
{
	struct uri u = {.scheme = {t.at, scheme_len(t)}};
	const char *at;

	t = until(t, '#');
	if (u.scheme.len > 0) {
		t.at += u.scheme.len + 1;
		t.len -= u.scheme.len + 1;
	}
	if (t.len >= 2 && t.at[0] == '/' && t.at[1] == '/' &&
	    (u.scheme.len > 0 || t.len > 2)) {
		u.has_authority = true;
		t.at += 2;
		t.len -= 2;
		u.authority = until(until(t, '/'), '?');
		t.at += u.authority.len;
		t.len -= u.authority.len;
		at = u.authority.len ? memchr(u.authority.at, '@', u.authority.len)
				     : NULL;
		if (at) {
			u.authority.len -= (size_t)(at + 1 - u.authority.at);
			u.authority.at = at + 1;
		}
	}
	u.path_query = t;
	return u;
}

struct text path_of_target(struct text target)
{
	struct uri u;
	struct text path;

	/* A target's "//x" is a path: only a URI with a scheme has an authority. */
	if (scheme_len(target) == 0)
		return until(until(target, '#'), '?');
	u = uri_of(target);
	path = until(u.path_query, '?');
	return path.len > 0 ? path : (struct text){"/", 1};
}

size_t path_write(struct text target, bool fold, char *out, size_t size)
{
	struct writing w = {out, size, 0};

	put_path(&w, path_of_target(target), fold);
	return w.used;
}

/* ---- Location ---- */

static bool same_host(const struct uri *u, const struct http_exchange *x, bool https)
{
	struct host_name name;

	host_normalise(u->authority, https ? 443 : 80, &name);
	return name.source == HOST_FROM_REQUEST && name.len == x->host.len &&
	       memcmp(name.text, x->host.at, name.len) == 0;
}

static bool same_text(struct text a, struct text b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.at, b.at, a.len) == 0);
}

static struct text target_of(const struct http_exchange *x)
{
	struct text target = until(x->target, '#');

	return scheme_len(target) > 0 ? uri_of(target).path_query : target;
}

static void put_origin(struct writing *w, const struct uri *u)
{
	if (u->scheme.len > 0) {
		put(w, u->scheme.at, u->scheme.len);
		put(w, ":", 1);
	}
	put(w, "//", 2);
	put(w, u->authority.at, u->authority.len);
}

size_t location_write(struct text value, const struct http_exchange *x, bool fold,
		      struct location *to, char *out, size_t size)
{
	struct writing w = {out, size, 0};
	struct uri u = uri_of(value);
	bool https = text_is(u.scheme, "https", 5);
	bool same = !u.has_authority || same_host(&u, x, https);
	struct text path = until(u.path_query, '?');

	*to = (struct location){.to_https = https && same, .elsewhere = !same};
	/* The default ports of two schemes differ, the host does not. */
	if (https && !same && same_host(&u, x, false))
		*to = (struct location){.to_https = true};
	if (path.len == 0 && u.has_authority)
		path = (struct text){"/", 1};
	to->to_itself = !to->to_https && !to->elsewhere && x->has_request &&
			u.path_query.len > 0 && same_text(u.path_query, target_of(x));
	if (to->to_https || to->elsewhere)
		put_origin(&w, &u);
	put_path(&w, path, fold);
	return w.used;
}
