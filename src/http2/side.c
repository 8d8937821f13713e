/* One direction of a connection: follows its frames, and finds them again. */
#include <string.h>

#include "base/limits.h"
#include "http2/connection.h"

/* How far a stream may lie beyond the newest one known, where frames are looked for:
 * those that came and went in a hole. */
#define STREAMS_AHEAD 65536U

static struct side *side_of(const struct call2 *call)
{
	return &call->conn->side[call->dir];
}

static uint32_t read_u32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static bool has_fragment(const struct frame *f)
{
	return f->type == FRAME_HEADERS || f->type == FRAME_PUSH_PROMISE ||
	       f->type == FRAME_CONTINUATION;
}

/* The payload that passes is a WebSocket's. */
static bool is_watched(const struct side *s)
{
	return s->frame.type == FRAME_DATA && s->watched;
}

/* ---- header blocks ---- */

/* Have a decoder, with a new table where the old one is lost. */
static void prepare_hpack(const struct call2 *call)
{
	struct side *s = side_of(call);

	if (s->lost)
		call->h->coverage->http2_tables_lost++;
	if (s->lost || !s->hpack)
		s->table = ++call->h->tables;
	if (s->hpack && s->lost && !hpack_lose(s->hpack)) {
		hpack_free(s->hpack);
		s->hpack = NULL;
	}
	if (!s->hpack)
		s->hpack = hpack_new(&call->conn->memory, s->lost);
	s->lost = false;
}

static void begin_block(const struct call2 *call, uint32_t promised)
{
	struct side *s = side_of(call);
	struct block *b = &s->block;

	prepare_hpack(call);
	block_begin(b, s->frame.stream, call->time_ns);
	b->push = s->frame.type == FRAME_PUSH_PROMISE;
	b->promised = promised;
	b->end_stream = !b->push && (s->frame.flags & FRAME_END_STREAM);
	b->fresh = s->frame.stream > call->conn->max_id;
	b->wire = FRAME_HEAD + s->frame.length;
}

static void finish_block(const struct call2 *call)
{
	struct side *s = side_of(call);

	s->lost = s->lost || s->block.bad;
	if (s->block.truncated)
		call->h->coverage->http2_head_too_long++;
	exchange2_block(call);
	block_end(&s->block, &call->conn->memory);
}

/* The rest of the block is not there. */
static void cut_block(const struct call2 *call)
{
	struct block *b = &side_of(call)->block;

	if (!b->open)
		return;
	b->bad = true;
	b->unknown = b->unknown || !b->any;
	finish_block(call);
}

/* The block is known: only the table has to learn of it, perhaps later. */
static void pass_block(const struct call2 *call, const uint8_t *bytes, size_t n,
		       size_t inserts)
{
	struct side *s = side_of(call);

	if (inserts == 0)
		return;
	if (!hpack_defer(s->hpack, bytes, n, inserts) &&
	    !hpack_feed(s->hpack, bytes, n, true, NULL, NULL))
		s->block.bad = true;
	s->table = ++call->h->tables;
}

/* A whole block that leaves the table as it is, or enters it without a look into it:
 * the same one was perhaps seen before. */
static void feed_repeatable(const struct call2 *call, const uint8_t *bytes, size_t n,
			    const struct survey *survey)
{
	struct side *s = side_of(call);
	struct block *b = &s->block;
	uint64_t table = survey->refers ? s->table : MEMO_ANY_TABLE;

	if (memo_recall(call->h->memo, table, bytes, n, b, &call->conn->memory)) {
		pass_block(call, bytes, n, survey->inserts);
		return;
	}
	block_feed(b, &call->conn->memory, s->hpack, bytes, n, true);
	memo_keep(call->h->memo, table, bytes, n, b);
	if (survey->inserts > 0)
		s->table = ++call->h->tables;
}

static void feed_block(const struct call2 *call, const uint8_t *bytes, size_t n)
{
	struct side *s = side_of(call);
	struct block *b = &s->block;
	bool last = n == s->left && (s->frame.flags & FRAME_END_HEADERS);

	if (!b->open)
		return;
	if (last && !b->fed && !b->bad && s->hpack && n > 0 &&
	    n <= LIMIT_HTTP2_MEMO_BYTES) {
		struct survey survey = survey_block(bytes, n);

		if (!survey.odd && !survey.resizes &&
		    (!survey.refers || survey.inserts == 0)) {
			feed_repeatable(call, bytes, n, &survey);
			return;
		}
	}
	block_feed(b, &call->conn->memory, s->hpack, bytes, n, last);
	s->table = ++call->h->tables;
}

/* ---- frames ---- */

/* Nobody knows where the next frame begins, or what was in those before it. */
static void lose(const struct call2 *call)
{
	struct side *s = side_of(call);

	cut_block(call);
	s->state = SIDE_SEEK;
	s->have = 0;
	s->lost = true;
	exchange2_lost(call);
}

static void end_frame(const struct call2 *call)
{
	struct side *s = side_of(call);
	bool end_stream = (s->frame.flags & FRAME_END_STREAM) != 0;

	s->state = SIDE_HEAD;
	if (s->frame.type == FRAME_DATA)
		exchange2_data(call, s->frame.stream, s->data,
			       FRAME_HEAD + s->frame.length, end_stream);
	else if (has_fragment(&s->frame) && s->block.open &&
		 (s->frame.flags & FRAME_END_HEADERS))
		finish_block(call);
}

/* What a frame's first bytes mean, @p p after the pad length. */
static void act_on_frame(const struct call2 *call, const uint8_t *p)
{
	struct side *s = side_of(call);
	const struct frame *f = &s->frame;

	switch (f->type) {
	case FRAME_DATA:
		s->data = s->left;
		s->watched = exchange2_watches(call, f->stream);
		break;
	case FRAME_HEADERS:
		begin_block(call, 0);
		break;
	case FRAME_PUSH_PROMISE:
		begin_block(call, read_u32(p) & 0x7fffffff);
		break;
	case FRAME_CONTINUATION:
		if (s->block.open)
			s->block.wire += FRAME_HEAD + f->length;
		else
			s->lost = true; /* its beginning was not seen */
		break;
	case FRAME_RST_STREAM:
		call->h->coverage->http2_resets++;
		exchange2_reset(call, f->stream, read_u32(p));
		break;
	case FRAME_GOAWAY:
		call->h->coverage->http2_goaways++;
		exchange2_goaway(call, read_u32(p) & 0x7fffffff, read_u32(p + 4));
		break;
	default:
		return;
	}
	if (f->stream > call->conn->max_id && f->type <= FRAME_HEADERS)
		call->conn->max_id = f->stream;
}

/* Header and prefix are there. */
static void begin_frame(const struct call2 *call, const uint8_t *prefix,
			size_t prefix_len)
{
	struct side *s = side_of(call);
	bool padded =
	    (s->frame.flags & FRAME_PADDED) &&
	    (s->frame.type <= FRAME_HEADERS || s->frame.type == FRAME_PUSH_PROMISE);

	s->have = 0;
	s->left = s->frame.length - (uint32_t)prefix_len;
	s->pad = padded ? prefix[0] : 0;
	if (s->pad > s->left) {
		lose(call);
		return;
	}
	s->left -= s->pad;
	s->state = SIDE_PAYLOAD;
	/* Nothing may come between the frames of a block (section 4.3). */
	if (s->block.open &&
	    (s->frame.type != FRAME_CONTINUATION || s->frame.stream != s->block.stream))
		cut_block(call);
	act_on_frame(call, prefix + padded);
	if (has_fragment(&s->frame) && s->left == 0)
		feed_block(call, NULL, 0);
	if (s->left == 0 && s->pad == 0)
		end_frame(call);
}

/* The first FRAME_HEAD bytes are at @p head. Returns false when they are none. */
static bool read_head(const struct call2 *call, const uint8_t *head)
{
	struct side *s = side_of(call);

	s->frame = frame_read(head);
	if (frame_allowed(&s->frame))
		return true;
	lose(call);
	return false;
}

/* The header comes in pieces: take what is left of the @p need bytes of it. */
static size_t collect_head(const struct call2 *call, const uint8_t *bytes, size_t len,
			   size_t need)
{
	struct side *s = side_of(call);
	size_t n = need - s->have < len ? need - s->have : len;

	memcpy(s->head + s->have, bytes, n);
	s->have = (uint8_t)(s->have + n);
	return n;
}

static size_t feed_head(const struct call2 *call, const uint8_t *bytes, size_t len)
{
	struct side *s = side_of(call);
	size_t prefix, n;

	if (s->have == 0 && len >= FRAME_HEAD) {
		if (!read_head(call, bytes))
			return FRAME_HEAD;
		prefix = frame_prefix(&s->frame);
		if (len >= FRAME_HEAD + prefix) {
			begin_frame(call, bytes + FRAME_HEAD, prefix);
			return FRAME_HEAD + prefix;
		}
	}
	if (s->have < FRAME_HEAD) {
		n = collect_head(call, bytes, len, FRAME_HEAD);
		if (s->have < FRAME_HEAD || !read_head(call, s->head))
			return n;
		prefix = frame_prefix(&s->frame);
	} else {
		prefix = frame_prefix(&s->frame);
		n = collect_head(call, bytes, len, FRAME_HEAD + prefix);
	}
	if (s->have == FRAME_HEAD + prefix)
		begin_frame(call, s->head + FRAME_HEAD, prefix);
	return n;
}

static size_t feed_payload(const struct call2 *call, const uint8_t *bytes, size_t len)
{
	struct side *s = side_of(call);
	size_t n = len < s->left ? len : s->left;
	size_t pad = len - n < s->pad ? len - n : s->pad;

	if (n > 0 && has_fragment(&s->frame))
		feed_block(call, bytes, n);
	else if (n > 0 && is_watched(s))
		exchange2_payload(call, s->frame.stream, bytes, n);
	s->left -= (uint32_t)n;
	s->pad -= (uint32_t)pad;
	if (s->left == 0 && s->pad == 0)
		end_frame(call);
	return n + pad;
}

static size_t feed_preface(const struct call2 *call, const uint8_t *bytes, size_t len)
{
	struct side *s = side_of(call);
	size_t n = FRAME_PREFACE_LEN - s->have;

	n = len < n ? len : n;
	if (memcmp(bytes, &FRAME_PREFACE[s->have], n) != 0) {
		lose(call);
		return 0;
	}
	s->have = (uint8_t)(s->have + n);
	if (s->have == FRAME_PREFACE_LEN) {
		s->have = 0;
		s->state = SIDE_HEAD;
	}
	return n;
}

/* ---- looking for a frame ---- */

/* A frame that fits what is known of the connection. */
static bool is_plausible(const struct call2 *call, const uint8_t *head)
{
	const struct connection2 *conn = call->conn;
	struct frame f = frame_read(head);

	if (f.stream == 0)
		return f.type != FRAME_WINDOW_UPDATE || f.length == 4;
	if (streams_find(&conn->streams, f.stream))
		return true;
	return conn->max_id > 0 && f.type == FRAME_HEADERS && (f.stream & 1) != 0 &&
	       f.stream > conn->max_id && f.stream - conn->max_id < STREAMS_AHEAD;
}

static bool is_frame(const struct call2 *call, const uint8_t *bytes, size_t len,
		     bool segment_start)
{
	struct frames_found found = frames_chain(bytes, len);
	bool plausible;

	if (found.frames == 0 || found.broken)
		return false;
	plausible = is_plausible(call, bytes);
	if (found.only_data && !plausible)
		return false;
	if (segment_start)
		return plausible || found.frames > 1 || found.ends_exactly;
	return plausible && (found.frames > 1 || found.ends_exactly ||
			     (found.only_data && bytes[3] == FRAME_DATA));
}

/* Returns the bytes that were passed over, all of them when there is no frame. */
static size_t seek(const struct call2 *call, const uint8_t *bytes, size_t len,
		   bool segment_start)
{
	struct side *s = side_of(call);
	const uint8_t *end = bytes + len;
	const uint8_t *p = bytes;

	if (segment_start && len >= FRAME_HEAD &&
	    memcmp(bytes, FRAME_PREFACE,
		   len < FRAME_PREFACE_LEN ? len : FRAME_PREFACE_LEN) == 0) {
		s->state = SIDE_PREFACE;
		hpack_free(s->hpack);
		s->hpack = NULL;
		s->lost = false;
		call->conn->client = (int8_t)call->dir;
		return 0;
	}
	/* The first byte of a length up to LIMIT_HTTP2_FRAME is 0. */
	while (p < end && (p = memchr(p, 0, (size_t)(end - p))) != NULL) {
		if (is_frame(call, p, (size_t)(end - p), segment_start && p == bytes)) {
			s->state = SIDE_HEAD;
			return (size_t)(p - bytes);
		}
		p++;
	}
	return len;
}

/* ---- what http2.c is told ---- */

/* What need not be looked at is tcp/'s to count. */
static void skip_rest(const struct call2 *call)
{
	const struct side *s = side_of(call);

	if (s->state == SIDE_PAYLOAD && (s->left == 0 || s->block.bad ||
					 (!has_fragment(&s->frame) && !is_watched(s))))
		tcp_skip(call->c, call->dir, (uint64_t)s->left + s->pad);
}

bool side_data(const struct call2 *call, const struct tcp_data *d)
{
	struct side *s = side_of(call);
	size_t at = 0;

	if (s->first && s->state == SIDE_HEAD && d->bytes[0] == 'H' &&
	    call->conn->client == !call->dir)
		return false;
	s->first = false;
	while (at < d->len) {
		const uint8_t *bytes = d->bytes + at;
		size_t len = d->len - at;

		switch ((enum side_state)s->state) {
		case SIDE_PREFACE:
			at += feed_preface(call, bytes, len);
			break;
		case SIDE_HEAD:
			at += feed_head(call, bytes, len);
			break;
		case SIDE_PAYLOAD:
			at += feed_payload(call, bytes, len);
			break;
		case SIDE_SEEK:
			at += seek(call, bytes, len, d->segment_start && at == 0);
			break;
		}
	}
	skip_rest(call);
	return true;
}

void side_skipped(const struct call2 *call)
{
	struct side *s = side_of(call);

	if (s->state != SIDE_PAYLOAD)
		return;
	s->left = 0;
	s->pad = 0;
	end_frame(call);
}

/* The DATA frame that passes, if one does, ends here. */
static void cut_data(const struct call2 *call)
{
	struct side *s = side_of(call);
	uint64_t left = (uint64_t)s->left + s->pad;
	uint64_t skip = tcp_skip_left(call->c, call->dir);
	uint64_t data;

	if (s->state != SIDE_PAYLOAD || s->frame.type != FRAME_DATA)
		return;
	if (skip < left)
		left = skip;
	data = left > s->pad ? left - s->pad : 0;
	exchange2_data(call, s->frame.stream, s->data - data,
		       FRAME_HEAD + s->frame.length - left, false);
}

void side_gap(const struct call2 *call, uint64_t len)
{
	struct side *s = side_of(call);
	uint64_t n;

	s->first = false;
	if (s->state != SIDE_PAYLOAD || len == 0 || len > (uint64_t)s->left + s->pad) {
		cut_data(call);
		lose(call);
		return;
	}
	n = len < s->left ? len : s->left;
	if (n > 0 && has_fragment(&s->frame)) {
		s->lost = true;
		s->block.unknown = s->block.unknown || !s->block.any;
		s->block.bad = true;
	} else if (n > 0 && is_watched(s)) {
		exchange2_hole(call, s->frame.stream, n);
	}
	s->left -= (uint32_t)n;
	s->pad -= (uint32_t)(len - n);
	if (s->left == 0 && s->pad == 0)
		end_frame(call);
	else
		skip_rest(call);
}

void side_end(const struct call2 *call)
{
	struct side *s = side_of(call);

	cut_data(call);
	cut_block(call);
	s->state = SIDE_SEEK;
	s->have = 0;
}
