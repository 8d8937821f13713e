#include "http2/frames.h"

#include "base/limits.h"

static uint32_t read_u32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

struct frame frame_read(const uint8_t *head)
{
	return (struct frame){
	    .length = (uint32_t)head[0] << 16 | (uint32_t)head[1] << 8 | head[2],
	    .type = head[3],
	    .flags = head[4],
	    .stream = read_u32(head + 5) & 0x7fffffff,
	};
}

size_t frame_prefix(const struct frame *f)
{
	size_t pad = (f->flags & FRAME_PADDED) != 0;

	switch (f->type) {
	case FRAME_DATA:
		return pad;
	case FRAME_HEADERS:
		return pad + ((f->flags & FRAME_HAS_PRIORITY) ? 5 : 0);
	case FRAME_PUSH_PROMISE:
		return pad + 4;
	case FRAME_RST_STREAM:
		return 4;
	case FRAME_GOAWAY:
		return 8;
	default:
		return 0;
	}
}

static bool length_allowed(const struct frame *f)
{
	switch (f->type) {
	case FRAME_PRIORITY:
		return f->length == 5;
	case FRAME_RST_STREAM:
	case FRAME_WINDOW_UPDATE:
		return f->length == 4;
	case FRAME_SETTINGS:
		return (f->flags & FRAME_ACK) ? f->length == 0 : f->length % 6 == 0;
	case FRAME_PING:
		return f->length == 8;
	default:
		return f->length >= frame_prefix(f);
	}
}

bool frame_allowed(const struct frame *f)
{
	switch (f->type) {
	case FRAME_SETTINGS:
	case FRAME_PING:
	case FRAME_GOAWAY:
		return f->stream == 0 && length_allowed(f);
	case FRAME_DATA:
	case FRAME_HEADERS:
	case FRAME_PRIORITY:
	case FRAME_RST_STREAM:
	case FRAME_PUSH_PROMISE:
	case FRAME_CONTINUATION:
		return f->stream != 0 && length_allowed(f);
	case FRAME_WINDOW_UPDATE:
		return length_allowed(f);
	default:
		return f->length <= LIMIT_HTTP2_FRAME;
	}
}

/* Flags that section 6 defines, by type. */
static const uint8_t known_flags[FRAME_TYPES] = {
    [FRAME_DATA] = FRAME_END_STREAM | FRAME_PADDED,
    [FRAME_HEADERS] =
	FRAME_END_STREAM | FRAME_END_HEADERS | FRAME_PADDED | FRAME_HAS_PRIORITY,
    [FRAME_SETTINGS] = FRAME_ACK,
    [FRAME_PUSH_PROMISE] = FRAME_END_HEADERS | FRAME_PADDED,
    [FRAME_PING] = FRAME_ACK,
    [FRAME_CONTINUATION] = FRAME_END_HEADERS,
};

static bool frame_usual(const uint8_t *head, struct frame *f)
{
	*f = frame_read(head);
	return f->type < FRAME_TYPES && (f->flags & ~known_flags[f->type]) == 0 &&
	       (head[5] & 0x80) == 0 && f->length <= LIMIT_HTTP2_FRAME &&
	       frame_allowed(f);
}

struct frames_found frames_chain(const uint8_t *bytes, size_t len)
{
	struct frames_found found = {.only_data = true};
	struct frame f;
	size_t at = 0;

	while (len - at >= FRAME_HEAD) {
		if (!frame_usual(bytes + at, &f)) {
			found.broken = true;
			return found;
		}
		found.frames++;
		found.only_data = found.only_data && f.type == FRAME_DATA;
		if (f.length >= len - at - FRAME_HEAD) {
			found.ends_exactly = f.length == len - at - FRAME_HEAD;
			return found;
		}
		at += FRAME_HEAD + f.length;
	}
	return found;
}

bool frames_probe(const uint8_t *bytes, size_t len)
{
	struct frames_found found = frames_chain(bytes, len);

	/* A length that fits to the byte says 24 bits, type, flags and stream as many
	 * again. DATA alone is not believed: other protocols begin with a length. */
	return found.frames > 0 && !found.broken && !found.only_data &&
	       (found.ends_exactly || found.frames > 1);
}
