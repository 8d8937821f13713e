/*
 * pcapng blocks as a script: sections, interfaces, packets, statistics, secrets, with
 * lengths and options that mostly agree and sometimes lie. Bytes alone seldom get past
 * the two lengths of a block.
 */
#include "fuzz/fuzz.h"

#include <string.h>

#include "base/limits.h"
#include "capture/reader.h"

#define FILE_MAX    65536U
#define PACKETS_MAX 4096U

struct file {
	uint8_t bytes[FILE_MAX];
	size_t len;
	bool big;
};

static void put(struct file *f, uint64_t value, unsigned size)
{
	for (unsigned i = 0; i < size && f->len < FILE_MAX; i++) {
		unsigned shift = 8 * (f->big ? size - 1 - i : i);

		f->bytes[f->len++] = (uint8_t)(value >> shift);
	}
}

static void patch(struct file *f, size_t at, uint32_t value)
{
	size_t len = f->len;

	f->len = at;
	put(f, value, 4);
	f->len = len;
}

/* The script's next bytes, as the bytes of an option or a packet. */
static void put_some(struct file *f, struct cursor *in, size_t len)
{
	if (len > cursor_left(in))
		len = cursor_left(in);
	if (len > FILE_MAX - f->len)
		len = FILE_MAX - f->len;
	if (len > 0)
		memcpy(f->bytes + f->len, cursor_take(in, len), len);
	f->len += len;
	while (f->len % 4 != 0 && f->len < FILE_MAX)
		f->bytes[f->len++] = 0;
}

static void put_options(struct file *f, struct cursor *in)
{
	for (uint8_t n = cursor_u8(in) % 8; n > 0; n--) {
		uint8_t code = cursor_u8(in);
		uint8_t len = cursor_u8(in);

		put(f, code & 0x1f, 2);
		/* One in eight says another length than it has. */
		put(f, code >= 0xe0 ? len * 257U : len % 16U, 2);
		put_some(f, in, len % 16U);
	}
}

static void put_body(struct file *f, struct cursor *in, uint8_t kind)
{
	uint8_t what = cursor_u8(in);
	uint16_t len = cursor_u8(in);

	switch (kind) {
	case 0: /* section header */
		put(f, what == 0xff ? 0x12345678 : 0x1a2b3c4d, 4);
		put(f, what == 0xfe ? 2 : 1, 2);
		put(f, what & 3, 2);
		put(f, UINT64_MAX, 8);
		break;
	case 1: /* interface description */
		put(f, what & 0x7f, 2);
		put(f, 0, 2);
		put(f, what & 0x80 ? len : 0, 4);
		break;
	case 6: /* enhanced packet */
		put(f, what & 7, 4);
		put(f, cursor_be32(in), 4);
		put(f, cursor_be32(in), 4);
		put(f, what & 0x80 ? len * 65537U : len, 4);
		put(f, what & 0x40 ? len / 2 : len * 2U, 4);
		put_some(f, in, len);
		break;
	case 2: /* obsolete packet */
		put(f, what & 7, 2);
		put(f, cursor_be16(in), 2);
		put(f, cursor_be32(in), 4);
		put(f, cursor_be32(in), 4);
		put(f, len, 4);
		put(f, what & 0x40 ? len / 2 : len * 2U, 4);
		put_some(f, in, len);
		break;
	case 3: /* simple packet */
		put(f, what & 0x40 ? len * 2U : len, 4);
		put_some(f, in, len);
		break;
	case 5: /* interface statistics */
		put(f, what & 7, 4);
		put(f, cursor_be32(in), 8);
		break;
	default: /* secrets, comments, what nobody knows */
		put_some(f, in, len);
		break;
	}
}

static void put_block(struct file *f, struct cursor *in)
{
	uint8_t first = cursor_u8(in);
	uint8_t kind = first & 7;
	uint8_t lie = first >> 3;
	size_t begin = f->len;
	uint32_t len;

	if (kind == 0)
		f->big = first & 0x80;
	put(f, kind == 0 ? 0x0a0d0d0a : kind, 4);
	put(f, 0, 4);
	put_body(f, in, kind);
	put_options(f, in);
	len = (uint32_t)(f->len - begin) + 4;
	put(f, lie == 15 ? len + 4 : len, 4);
	if (begin + 8 <= f->len)
		patch(f, begin + 4,
		      lie == 14   ? cursor_be32(in)
		      : lie == 13 ? len - 1
				  : len);
}

static void read_file(const struct file *f, uint8_t block)
{
	struct bytes in;
	struct reader *r = NULL;
	struct errbuf eb = {""};
	struct packet p;

	if (bytes_init(&in, fuzz_file(f->bytes, f->len), 64U << (block & 7)) != SL_OK)
		return;
	if (pcapng_reader_new(&r, &in, &eb) == SL_OK) {
		for (unsigned n = 0; n < PACKETS_MAX; n++) {
			if (r->ops->next(r, &p) != READER_PACKET)
				break;
			FUZZ_HOLDS(p.captured <= LIMIT_PACKET);
			FUZZ_HOLDS(p.captured <= p.length);
			fuzz_touch(p.bytes, p.captured);
		}
		r->ops->free(r);
	} else {
		FUZZ_HOLDS(!r && eb.text[0] != '\0');
	}
	bytes_free(&in);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct file f;
	struct cursor in = cursor_over(data, size);
	uint8_t block = cursor_u8(&in);

	f.len = 0;
	f.big = false;
	while (cursor_left(&in) > 0 && f.len < FILE_MAX - 4096)
		put_block(&f, &in);
	read_file(&f, block);
	return 0;
}
