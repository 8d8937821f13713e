#include "http/websocket_talk.h"

/* Opcodes (RFC 6455 section 5.2), and codes that never pass on a wire (7.4.1). */
#define OPCODE_CONTINUATION 0U
#define OPCODE_CONTROL      8U
#define OPCODE_CLOSE        8U
#define CLOSE_NO_CODE       1005U
#define CLOSE_ABNORMAL      1006U

/* Bytes of header that follow from its first two. */
static size_t head_size(const uint8_t *head)
{
	size_t size = 2;

	if ((head[1] & 0x7f) == 126)
		size += 2;
	else if ((head[1] & 0x7f) == 127)
		size += 8;
	return size + ((head[1] & 0x80) ? 4 : 0);
}

static uint64_t payload_size(const uint8_t *head)
{
	uint64_t n = head[1] & 0x7f;
	size_t bytes = n == 126 ? 2 : n == 127 ? 8 : 0;

	if (bytes > 0)
		n = 0;
	for (size_t i = 0; i < bytes; i++)
		n = n << 8 | head[2 + i];
	return n;
}

/* Bytes of head[] that a frame needs, of which the first two are there. */
static size_t wanted(const uint8_t *head)
{
	size_t size = head_size(head);

	/* A control frame is short (section 5.5), so its header is too. */
	if ((head[0] & 0x0f) == OPCODE_CLOSE && payload_size(head) >= 2 && size <= 6)
		size += 2;
	return size;
}

static void read_close(struct websocket_frames *f, size_t size)
{
	const uint8_t *mask = f->head + size - 4;
	const uint8_t *code = f->head + size;
	bool masked = (f->head[1] & 0x80) != 0;

	if (f->closed)
		return;
	f->closed = true;
	f->close = CLOSE_NO_CODE;
	if (f->have >= size + 2)
		f->close = (uint16_t)((code[0] ^ (masked ? mask[0] : 0)) << 8 |
				      (code[1] ^ (masked ? mask[1] : 0)));
}

static void begin_frame(struct websocket_frames *f)
{
	size_t size = head_size(f->head);
	unsigned opcode = f->head[0] & 0x0f;
	uint64_t payload = payload_size(f->head);

	/* Reserved opcodes, and lengths with the sign bit: not in step any more. */
	if ((opcode > 2 && opcode < OPCODE_CONTROL) || opcode > 10 ||
	    payload > INT64_MAX) {
		f->lost = true;
		return;
	}
	if (opcode < OPCODE_CONTROL) {
		f->messages += opcode != OPCODE_CONTINUATION;
		f->bytes += payload;
	} else if (opcode == OPCODE_CLOSE) {
		read_close(f, size);
	}
	f->left = payload - (f->have - size);
	f->have = 0;
}

static void feed(struct websocket_frames *f, const uint8_t *bytes, size_t len)
{
	size_t at = 0;

	while (at < len && !f->lost) {
		if (f->left > 0) {
			uint64_t n = len - at < f->left ? len - at : f->left;

			f->left -= n;
			at += (size_t)n;
			continue;
		}
		f->head[f->have++] = bytes[at++];
		if (f->have >= 2 && f->have == wanted(f->head))
			begin_frame(f);
	}
}

void websocket_talk_feed(struct websocket_talk *t, unsigned dir, const uint8_t *bytes,
			 size_t len)
{
	feed(&t->dir[dir], bytes, len);
	if (t->dir[dir].closed && !t->close_seen) {
		t->close_seen = true;
		t->close_first = (uint8_t)dir;
	}
}

void websocket_talk_gap(struct websocket_talk *t, unsigned dir, uint64_t len)
{
	struct websocket_frames *f = &t->dir[dir];

	if (len > 0 && len <= f->left)
		f->left -= len;
	else
		f->lost = true;
}

static uint16_t close_code(const struct websocket_talk *t, enum tcp_end why)
{
	if (t->close_seen)
		return t->dir[t->close_first].close;
	if (t->dir[0].lost || t->dir[1].lost || why == TCP_END_CAPTURE ||
	    why == TCP_END_EVICTED)
		return 0;
	return CLOSE_ABNORMAL;
}

void websocket_talk_fill(const struct websocket_talk *t, unsigned client,
			 enum tcp_end why, struct http_websocket *out)
{
	out->close_code = close_code(t, why);
	out->closed_by_client = t->close_seen && t->close_first == client;
	out->open = why == TCP_END_CAPTURE && !t->close_seen;
	for (unsigned side = 0; side < 2; side++) {
		const struct websocket_frames *f = &t->dir[side ^ client];

		out->messages[side] = f->messages;
		out->bytes[side] = f->bytes;
	}
}
