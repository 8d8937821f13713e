/*
 * Compressed captures: a capture made of the script, compressed here, then damaged,
 * cut, or followed by another one, as the script says. It goes through the child in its
 * cage and the readers, whole. What nobody damaged comes out as it was; whatever is
 * damaged ends with a word and not with a signal.
 */
#include "fuzz/fuzz.h"

#include <bzlib.h>
#include <lz4.h>
#include <lz4frame.h>
#include <lzma.h>
#include <stdio.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

#include "base/limits.h"
#include "capture/capture.h"

#define PLAIN_MAX   8192U
#define PACKED_MAX  65536U
#define PACKETS_MAX 20000U
/** Bytes of the script that say how to damage it: a number, and seven times four. */
#define DAMAGE_BYTES 29U

struct file {
	uint8_t bytes[PACKED_MAX];
	size_t len;
};

static void put32(struct file *f, uint32_t value)
{
	for (unsigned i = 0; i < 4; i++)
		f->bytes[f->len++] = (uint8_t)(value >> 8 * i);
}

/* A record of each piece of the script, repeated so that there is what to compress.
 * Returns how many. */
static uint64_t write_plain(struct file *f, struct cursor *in)
{
	uint64_t packets = 0;

	f->len = 0;
	put32(f, 0xa1b2c3d4);
	put32(f, 4 << 16 | 2);
	put32(f, 0);
	put32(f, 0);
	put32(f, 65535);
	put32(f, 1);
	while (cursor_left(in) > 0) {
		size_t len = cursor_u8(in);
		const uint8_t *bytes;

		if (len > cursor_left(in))
			len = cursor_left(in);
		bytes = cursor_take(in, len);
		for (unsigned i = 0; i < 4 && f->len + 16 + len <= PLAIN_MAX; i++) {
			put32(f, 1700000000);
			put32(f, i);
			put32(f, (uint32_t)len);
			put32(f, (uint32_t)len);
			if (len > 0)
				memcpy(f->bytes + f->len, bytes, len);
			f->len += len;
			packets++;
		}
	}
	return packets;
}

static void compress_gzip(struct file *out, const struct file *plain)
{
	const int gzip_window = 15 + 16; /* zlib.h, deflateInit2 */
	z_stream z = {.next_in = (z_const Bytef *)plain->bytes,
		      .avail_in = (uInt)plain->len,
		      .next_out = out->bytes,
		      .avail_out = sizeof(out->bytes)};

	FUZZ_HOLDS(deflateInit2(&z, 1, Z_DEFLATED, gzip_window, 8, 0) == Z_OK);
	FUZZ_HOLDS(deflate(&z, Z_FINISH) == Z_STREAM_END);
	out->len = z.total_out;
	(void)deflateEnd(&z);
}

static void compress_bzip2(struct file *out, struct file *plain)
{
	unsigned len = sizeof(out->bytes);

	FUZZ_HOLDS(BZ2_bzBuffToBuffCompress((char *)out->bytes, &len,
					    (char *)plain->bytes, (unsigned)plain->len,
					    1, 0, 0) == BZ_OK);
	out->len = len;
}

/* The older frame: LZ4 Frame Format, "Legacy frame". */
static void compress_lz4_legacy(struct file *out, const struct file *plain)
{
	const size_t head = 8;
	int len =
	    LZ4_compress_default((const char *)plain->bytes, (char *)out->bytes + head,
				 (int)plain->len, (int)(sizeof(out->bytes) - head));

	FUZZ_HOLDS(len > 0);
	put32(out, 0x184c2102);
	put32(out, (uint32_t)len);
	out->len = head + (size_t)len;
}

static void compress_into(struct file *out, struct file *plain, uint8_t kind)
{
	out->len = 0;
	switch (kind % 6) {
	case 0:
		compress_gzip(out, plain);
		break;
	case 1:
		out->len = ZSTD_compress(out->bytes, sizeof(out->bytes), plain->bytes,
					 plain->len, 1);
		FUZZ_HOLDS(!ZSTD_isError(out->len));
		break;
	case 2:
		out->len = LZ4F_compressFrame(out->bytes, sizeof(out->bytes),
					      plain->bytes, plain->len, NULL);
		FUZZ_HOLDS(!LZ4F_isError(out->len));
		break;
	case 3:
		FUZZ_HOLDS(lzma_easy_buffer_encode(
			       1, LZMA_CHECK_CRC32, NULL, plain->bytes, plain->len,
			       out->bytes, &out->len, sizeof(out->bytes)) == LZMA_OK);
		break;
	case 4:
		compress_bzip2(out, plain);
		break;
	default:
		compress_lz4_legacy(out, plain);
		break;
	}
}

/* Returns whether it is as it was. */
static bool damage(struct file *f, struct cursor *in)
{
	uint8_t what = cursor_u8(in);

	for (unsigned n = what & 7; n > 0 && f->len > 0; n--) {
		size_t at = cursor_be16(in) % f->len;
		size_t half = (f->len - at) / 2;
		uint8_t how = cursor_u8(in);

		switch (how & 7) {
		case 0: /* cut */
			f->len = at;
			break;
		case 1: /* a piece out of it */
			memmove(f->bytes + at, f->bytes + at + half,
				f->len - at - half);
			f->len -= half;
			break;
		case 2: /* a piece twice, a second member if it is the whole */
			if (f->len + (f->len - at) > PACKED_MAX)
				break;
			memcpy(f->bytes + f->len, f->bytes + at, f->len - at);
			f->len += f->len - at;
			break;
		default:
			f->bytes[at] = cursor_u8(in);
			break;
		}
	}
	return (what & 7) == 0;
}

static void check(const struct file *f, bool whole, uint64_t packets)
{
	char path[64];
	const char *inputs[] = {path};
	struct capture_options o = {.inputs = inputs, .input_count = 1};
	const struct capture_source *s;
	struct capture *c = NULL;
	struct packet *p;
	struct errbuf eb = {""};
	size_t count;
	uint64_t n;

	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d",
		       fuzz_file(f->bytes, f->len));
	if (capture_open(&c, &o, &eb) != SL_OK) {
		FUZZ_HOLDS(!c && !whole && eb.text[0] != '\0');
		FUZZ_HOLDS(!strstr(eb.text, "stopped by signal"));
		return;
	}
	for (n = 0; n < PACKETS_MAX && capture_next(c, &p) > 0; n++)
		fuzz_touch(p->bytes, p->captured);
	s = capture_sources(c, &count);
	FUZZ_HOLDS(count == 1 && s->packets == n);
	FUZZ_HOLDS(!strstr(s->message.text, "stopped by signal"));
	FUZZ_HOLDS((s->state == SOURCE_OK) == (s->message.text[0] == '\0'));
	if (whole)
		FUZZ_HOLDS(n == packets && s->state == SOURCE_OK);
	capture_free(c);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct file plain, packed;
	struct cursor in, script;
	uint64_t packets;
	bool whole;

	if (size < 1 + DAMAGE_BYTES)
		return 0;
	script = cursor_over(data + 1, DAMAGE_BYTES);
	in = cursor_over(data + 1 + DAMAGE_BYTES, size - 1 - DAMAGE_BYTES);
	packets = write_plain(&plain, &in);
	compress_into(&packed, &plain, data[0]);
	whole = damage(&packed, &script);
	check(&packed, whole, packets);
	return 0;
}
