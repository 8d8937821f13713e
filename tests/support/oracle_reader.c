#include "support/oracle_reader.h"

#include <string.h>

#include "support/oracle.h"

bool oracle_second(struct oracle_choice *choice, unsigned freedom)
{
	choice->touched |= freedom;
	return (choice->freedom & freedom) != 0;
}

/* ---- finding messages ---- */

struct oracle_reader oracle_reader_over(const struct oracle_stream *s)
{
	return (struct oracle_reader){.s = s,
				      .at = 0,
				      .synced = s->anchored,
				      .lost_from = s->anchored ? ORACLE_UNKNOWN : 0};
}

/** From here on only a segment can begin a message: from its first byte at or behind
 *  @p at. */
static void lose(struct oracle_reader *r, size_t from, size_t at)
{
	if (r->lost_from == ORACLE_UNKNOWN)
		r->lost_from = from;
	r->synced = false;
	r->at = at;
}

void oracle_lose_at_gap(struct oracle_reader *r, size_t from, size_t cut)
{
	if (cut >= r->s->len) { /* the rest: nothing follows */
		r->synced = true;
		r->at = cut;
		return;
	}
	lose(r, from, oracle_gap_end(r->s, cut));
}

static size_t skip_empty_lines(const struct oracle_stream *s, size_t at)
{
	while (oracle_has(s, at) && (s->bytes[at] == '\r' || s->bytes[at] == '\n'))
		at++;
	return at;
}

static bool in_one_segment(const struct oracle_stream *s, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		if (s->owner[i] != s->owner[from])
			return false;
	return true;
}

static bool wanted(const struct oracle_start *x, unsigned kinds)
{
	return (x->kind == ORACLE_STATUS || x->kind == ORACLE_REQUEST) &&
	       (kinds & 1U << x->kind) != 0;
}

bool oracle_accept_bare(struct oracle_choice *choice, struct oracle_start *x,
			unsigned kinds)
{
	if (x->kind != ORACLE_CUT || !x->bare_code || !(kinds & 1U << ORACLE_STATUS) ||
	    !oracle_second(choice, FREEDOM_BARE_CODE))
		return false;
	x->kind = ORACLE_STATUS;
	return true;
}

/** @return whether a method of the IANA HTTP Method Registry begins at @p at (those
 *  that occur here) */
static bool has_known_method(const struct oracle_stream *s, size_t at)
{
	static const char *const methods[] = {"GET",     "HEAD",    "POST",  "PUT",
					      "DELETE",  "PATCH",   "TRACE", "OPTIONS",
					      "CONNECT", "PROPFIND"};

	for (size_t i = 0; i < sizeof(methods) / sizeof(*methods); i++) {
		size_t n = strlen(methods[i]);

		if (memcmp(s->bytes + at, methods[i], n) == 0 &&
		    s->bytes[at + n] == ' ')
			return true;
	}
	return false;
}

/** @return whether this is no request line because no method begins it */
static bool is_odd(struct oracle_choice *choice, const struct oracle_stream *s,
		   size_t at, const struct oracle_start *x, unsigned freedom)
{
	return x->kind == ORACLE_REQUEST && !has_known_method(s, at) &&
	       oracle_second(choice, freedom);
}

/** Where the reader is synced any token is a method (RFC 9112 section 3.1), but for the
 *  beginning of a stream that may not be it. */
static bool is_odd_in_sync(struct oracle_choice *choice, const struct oracle_stream *s,
			   size_t at, const struct oracle_start *x)
{
	return at == 0 && s->assumed &&
	       is_odd(choice, s, at, x, FREEDOM_METHOD_AT_START);
}

/** The next message where the reader is not synced. */
static bool find_at_segment(struct oracle_choice *choice, struct oracle_reader *r,
			    unsigned kinds, struct oracle_start *x)
{
	const struct oracle_stream *s = r->s;

	for (; r->at < s->len; r->at++) {
		size_t at = r->at;

		if (!oracle_has(s, at) || !s->start[at])
			continue;
		at = skip_empty_lines(s, at);
		*x = oracle_start_at(s, at);
		if (!wanted(x, kinds) && !oracle_accept_bare(choice, x, kinds))
			continue;
		if (is_odd(choice, s, at, x, FREEDOM_METHOD))
			continue;
		if (at != r->at && !oracle_second(choice, FREEDOM_EMPTY_LINES))
			continue;
		if (!in_one_segment(s, r->at, x->decided) &&
		    oracle_second(choice, x->kind == ORACLE_STATUS
					      ? FREEDOM_SPLIT_STATUS
					      : FREEDOM_SPLIT_REQUEST))
			continue;
		r->at = at;
		return true;
	}
	return false;
}

bool oracle_find_message(struct oracle_choice *choice, struct oracle_reader *r,
			 unsigned kinds, struct oracle_start *x)
{
	const struct oracle_stream *s = r->s;
	bool requests = (kinds & 1U << ORACLE_REQUEST) != 0;

	if (r->synced) {
		size_t at = skip_empty_lines(s, r->at);

		if (at >= s->len) {
			r->at = at;
			return false;
		}
		if (!oracle_has(s, at)) {
			oracle_lose_at_gap(r, at, at);
		} else {
			*x = oracle_start_at(s, at);
			r->at = at;
			if ((wanted(x, kinds) && !is_odd_in_sync(choice, s, at, x)) ||
			    oracle_accept_bare(choice, x, kinds))
				return true;
			if (x->kind == ORACLE_CUT && (!x->no_status || requests))
				oracle_lose_at_gap(r, at, x->cut_at);
			else
				lose(r, at, at + 1);
			if (r->synced) /* cut by the end */
				return false;
		}
	}
	return find_at_segment(choice, r, kinds, x);
}

/* ---- bodies ---- */

static int hex_value(int c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/** @return false when the line at @p at begins with no chunk size */
static bool chunk_size(const struct oracle_stream *s, size_t at, uint64_t *size)
{
	size_t from = at;

	*size = 0;
	for (; hex_value(s->bytes[at]) >= 0; at++) {
		if (*size >> 59 != 0)
			return false;
		*size = *size << 4 | (uint64_t)hex_value(s->bytes[at]);
	}
	return at > from;
}

static bool is_line_end(const struct oracle_stream *s, size_t at, size_t end)
{
	return end == at + 1 || (end == at + 2 && s->bytes[at] == '\r');
}

/** Step over n bytes whether they are there or not. */
static size_t over(size_t at, uint64_t n)
{
	return n > ORACLE_STREAM_MAX ? ORACLE_STREAM_MAX : at + (size_t)n;
}

enum chunk_line { SIZE, DATA_END, TRAILER };

static bool may_begin_line(enum chunk_line state, int c)
{
	switch (state) {
	case SIZE:
		return hex_value(c) >= 0;
	case DATA_END:
		return c == '\r' || c == '\n';
	case TRAILER:
		break;
	}
	return true;
}

/** RFC 9112 section 7.1. */
static void skip_chunked(struct oracle_reader *r)
{
	const struct oracle_stream *s = r->s;
	enum chunk_line state = SIZE;
	uint64_t size = 0;
	size_t cut;

	r->synced = true;
	for (;;) {
		size_t end;

		if (oracle_has(s, r->at) && !may_begin_line(state, s->bytes[r->at])) {
			lose(r, r->at, r->at);
			return;
		}
		end = oracle_line_end(s, r->at, &cut);
		if (end == 0) {
			/* The line is of this body still. */
			oracle_lose_at_gap(r, cut, cut);
			return;
		}
		switch (state) {
		case SIZE:
			if (!chunk_size(s, r->at, &size)) {
				lose(r, r->at, r->at);
				return;
			}
			state = size > 0 ? DATA_END : TRAILER;
			r->at = over(end, size);
			break;
		case DATA_END:
			if (!is_line_end(s, r->at, end)) {
				lose(r, r->at, r->at);
				return;
			}
			state = SIZE;
			r->at = end;
			break;
		case TRAILER:
			if (is_line_end(s, r->at, end)) {
				r->at = end;
				return;
			}
			r->at = end;
			break;
		}
	}
}

static void skip_until_close(struct oracle_choice *choice, struct oracle_reader *r)
{
	size_t gap = oracle_run_end(r->s, r->at);

	if (gap < r->s->len && oracle_second(choice, FREEDOM_UNTIL_CLOSE)) {
		oracle_lose_at_gap(r, gap, gap);
		return;
	}
	r->at = ORACLE_STREAM_MAX; /* nothing can follow */
}

void oracle_skip_body(struct oracle_choice *choice, struct oracle_reader *r,
		      const struct oracle_head *h, bool request)
{
	if (h->cut) {
		oracle_lose_at_gap(r, h->end, h->end);
		return;
	}
	r->at = h->end;
	r->synced = true;
	if (h->bad_length)
		lose(r, h->end, h->end);
	else if (h->body == BODY_IS_LENGTH)
		r->at = over(h->end, h->length);
	else if (h->body == BODY_IS_CHUNKED)
		skip_chunked(r);
	else if (!request)
		skip_until_close(choice, r);
}
