#include "config.h"

#include "capture/decompress_stream.h"

#include <bzlib.h>
#include <errno.h>
#include <lz4.h>
#include <lz4frame.h>
#include <lzma.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

#include "base/cursor.h"
#include "base/limits.h"

/** The largest window, and 16 for the header of gzip (zlib.h, inflateInit2). */
#define GZIP_WINDOW_BITS (15 + 16)

/** What became of a step. */
enum step {
	STEP_ON,
	STEP_ENDED, /**< a member; another one may follow */
	STEP_NO_MEMORY,
	STEP_DAMAGED,
};

struct stream {
	const uint8_t *in; /**< not yet taken; lent by stream_io.read() */
	size_t in_len;
	bool in_ended;
	uint8_t *out; /**< where a step puts what it makes; lent by stream_io.room() */
	size_t out_len;
	size_t made;        /**< bytes there, by the last step */
	const char *damage; /**< of STEP_DAMAGED; static */
};

struct format {
	bool (*begin)(void); /**< a member; false: out of memory */
	enum step (*step)(struct stream *s);
	const char *truncated; /**< what to say of a member without its end */
};

/* What a step took and made, from what its library left of both. */
static void advance(struct stream *s, size_t in_left, size_t out_left)
{
	s->in += s->in_len - in_left;
	s->in_len = in_left;
	s->made = s->out_len - out_left;
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

static enum step damaged(struct stream *s, const char *cause)
{
	s->damage = cause;
	return STEP_DAMAGED;
}

static z_stream gzip;

static bool gzip_begin(void)
{
	return (gzip.state ? inflateReset(&gzip)
			   : inflateInit2(&gzip, GZIP_WINDOW_BITS)) == Z_OK;
}

static enum step gzip_step(struct stream *s)
{
	int r;

	gzip.next_in = (z_const Bytef *)s->in;
	gzip.avail_in = (uInt)s->in_len;
	gzip.next_out = s->out;
	gzip.avail_out = (uInt)s->out_len;
	r = inflate(&gzip, Z_NO_FLUSH);
	advance(s, gzip.avail_in, gzip.avail_out);
	switch (r) {
	case Z_OK:
	case Z_BUF_ERROR: /* nothing to take: more may come */
		return STEP_ON;
	case Z_STREAM_END:
		return STEP_ENDED;
	case Z_MEM_ERROR:
		return STEP_NO_MEMORY;
	default:
		return damaged(s, gzip.msg ? gzip.msg : "invalid gzip data");
	}
}

static lzma_stream xz = LZMA_STREAM_INIT;

static bool xz_begin(void)
{
	return lzma_stream_decoder(&xz, LIMIT_DECOMPRESSOR_MEMORY, 0) == LZMA_OK;
}

static enum step xz_step(struct stream *s)
{
	lzma_ret r;

	xz.next_in = s->in;
	xz.avail_in = s->in_len;
	xz.next_out = s->out;
	xz.avail_out = s->out_len;
	r = lzma_code(&xz, LZMA_RUN);
	advance(s, xz.avail_in, xz.avail_out);
	switch (r) {
	case LZMA_OK:
	case LZMA_BUF_ERROR: /* nothing to take: more may come */
		return STEP_ON;
	case LZMA_STREAM_END:
		return STEP_ENDED;
	case LZMA_MEM_ERROR:
	case LZMA_MEMLIMIT_ERROR:
		return STEP_NO_MEMORY;
	case LZMA_OPTIONS_ERROR:
		return damaged(s, "options that this liblzma does not know");
	default:
		return damaged(s, "invalid xz data");
	}
}

/** Bytes that a step makes at most: what is lost where the data is damaged. */
#define BZIP2_STEP 4096U

static bz_stream bzip2;

static bool bzip2_begin(void)
{
	if (bzip2.state)
		(void)BZ2_bzDecompressEnd(&bzip2);
	return BZ2_bzDecompressInit(&bzip2, 0, 0) == BZ_OK;
}

static enum step bzip2_step(struct stream *s)
{
	int r;

	/* Of a step that fails it does not say what it has made. */
	s->out_len = least(s->out_len, BZIP2_STEP);
	/* Its library does not write there, but has no const. */
	memcpy(&bzip2.next_in, &s->in, sizeof(bzip2.next_in));
	bzip2.avail_in = (unsigned)s->in_len;
	bzip2.next_out = (char *)s->out;
	bzip2.avail_out = (unsigned)s->out_len;
	r = BZ2_bzDecompress(&bzip2);
	advance(s, bzip2.avail_in, bzip2.avail_out);
	switch (r) {
	case BZ_OK:
		return STEP_ON;
	case BZ_STREAM_END:
		return STEP_ENDED;
	case BZ_MEM_ERROR:
		return STEP_NO_MEMORY;
	default:
		return damaged(s, "invalid bzip2 data");
	}
}

/* The next two take no more than they ask for, so that what fails is a step of its own:
 * of a step that fails the libraries do not say what it has made. */

/** Bytes of a frame that tell how its header goes on (RFC 8878 section 3.1.1). */
#define ZSTD_FIRST 5U
/** The same (LZ4 Frame Format, "General structure"). */
#define LZ4_FIRST 7U

static ZSTD_DCtx *zstd;
static size_t zstd_wants;

static bool zstd_begin(void)
{
	zstd_wants = ZSTD_FIRST;
	if (!zstd)
		zstd = ZSTD_createDCtx();
	return zstd != NULL;
}

static enum step zstd_step(struct stream *s)
{
	ZSTD_inBuffer from = {.src = s->in, .size = least(s->in_len, zstd_wants)};
	ZSTD_outBuffer to = {.dst = s->out, .size = s->out_len};
	size_t r = ZSTD_decompressStream(zstd, &to, &from);

	if (!ZSTD_isError(r)) {
		advance(s, s->in_len - from.pos, to.size - to.pos);
		zstd_wants = r;
		return r == 0 ? STEP_ENDED : STEP_ON;
	}
	switch (ZSTD_getErrorCode(r)) {
	case ZSTD_error_memory_allocation:
	case ZSTD_error_frameParameter_windowTooLarge:
		return STEP_NO_MEMORY;
	default:
		return damaged(s, ZSTD_getErrorName(r));
	}
}

static LZ4F_dctx *lz4;
static size_t lz4_wants;

static bool lz4_begin(void)
{
	lz4_wants = LZ4_FIRST;
	return lz4 ||
	       !LZ4F_isError(LZ4F_createDecompressionContext(&lz4, LZ4F_VERSION));
}

static enum step lz4_step(struct stream *s)
{
	size_t taken = least(s->in_len, lz4_wants), made = s->out_len, r;

	errno = 0;
	r = LZ4F_decompress(lz4, s->out, &made, s->in, &taken, NULL);
	if (!LZ4F_isError(r)) {
		advance(s, s->in_len - taken, s->out_len - made);
		lz4_wants = r;
		return r == 0 ? STEP_ENDED : STEP_ON;
	}
	return errno == ENOMEM ? STEP_NO_MEMORY : damaged(s, LZ4F_getErrorName(r));
}

/* The older frame (LZ4 Frame Format, "Legacy frame"): a magic number and blocks, each
 * behind its length in little endian. It has no end of its own. */
#define LZ4_LEGACY_MAGIC 0x184c2102U
#define LZ4_LEGACY_PLAIN ((int)(8U * MIB))
/** Of the frames of today, and of those to be passed over, which end in any nibble. */
#define LZ4_MAGIC        0x184d2204U
#define LZ4_SKIPPABLE    0x184d2a50U
#define LZ4_LENGTH_BYTES 4U

static struct {
	uint8_t *block; /**< its length and what of it has come */
	size_t have;
	char *plain; /**< of the last block */
	size_t plain_at;
	size_t plain_len;
	bool left; /**< a frame of today has begun */
} legacy;

static bool legacy_begin(void)
{
	if (!legacy.block)
		legacy.block = calloc(
		    1, LZ4_LENGTH_BYTES + (size_t)LZ4_COMPRESSBOUND(LZ4_LEGACY_PLAIN));
	if (!legacy.plain)
		legacy.plain = malloc((size_t)LZ4_LEGACY_PLAIN);
	legacy.left = false;
	return legacy.block && legacy.plain;
}

/* What is still missing of a block, and of its length before that. */
static size_t legacy_missing(void)
{
	struct cursor c = cursor_over(legacy.block, legacy.have);

	if (legacy.have < LZ4_LENGTH_BYTES)
		return LZ4_LENGTH_BYTES - legacy.have;
	return LZ4_LENGTH_BYTES + cursor_le32(&c) - legacy.have;
}

static enum step legacy_block(struct stream *s)
{
	int len = LZ4_decompress_safe(
	    (const char *)legacy.block + LZ4_LENGTH_BYTES, legacy.plain,
	    (int)(legacy.have - LZ4_LENGTH_BYTES), LZ4_LEGACY_PLAIN);

	if (len < 0)
		return damaged(s, "invalid lz4 data");
	legacy.plain_at = 0;
	legacy.plain_len = (size_t)len;
	legacy.have = 0;
	return STEP_ON;
}

/* A block is more than there is room for. */
static bool legacy_give(struct stream *s)
{
	s->made = least(legacy.plain_len - legacy.plain_at, s->out_len);
	if (s->made == 0)
		return false;
	memcpy(s->out, legacy.plain + legacy.plain_at, s->made);
	legacy.plain_at += s->made;
	return true;
}

/* What was taken for a length begins a frame of today. */
static enum step legacy_leave(struct stream *s)
{
	struct stream magic = {.in = legacy.block,
			       .in_len = legacy.have,
			       .out = s->out,
			       .out_len = s->out_len};

	enum step step = lz4_begin() ? lz4_step(&magic) : STEP_NO_MEMORY;

	legacy.have = 0;
	legacy.left = true;
	s->damage = magic.damage;
	return step;
}

static enum step legacy_take(struct stream *s)
{
	size_t missing = legacy_missing(), len = least(missing, s->in_len);

	memcpy(legacy.block + legacy.have, s->in, len);
	legacy.have += len;
	s->in += len;
	s->in_len -= len;
	if (len < missing)
		return STEP_ON;
	missing = legacy_missing();
	if (missing == 0)
		return legacy_block(s);
	if (missing == LZ4_LEGACY_MAGIC) /* of this frame, or of one that follows */
		legacy.have = 0;
	else if (missing == LZ4_MAGIC || (missing & ~(size_t)0xf) == LZ4_SKIPPABLE)
		return legacy_leave(s);
	else if (missing > (size_t)LZ4_COMPRESSBOUND(LZ4_LEGACY_PLAIN))
		return damaged(s, "invalid lz4 data");
	return STEP_ON;
}

static enum step legacy_step(struct stream *s)
{
	enum step step;

	if (legacy.left)
		return lz4_step(s);
	if (legacy_give(s))
		return STEP_ON;
	if (s->in_len == 0)
		return legacy.have == 0 && s->in_ended ? STEP_ENDED : STEP_ON;
	step = legacy_take(s);
	if (step == STEP_ON)
		(void)legacy_give(s);
	return step;
}

/* NULL: not compressed. */
static const struct format *format_of(enum file_kind kind, uint8_t first)
{
	static const struct format as_gzip = {gzip_begin, gzip_step,
					      "truncated gzip input"};
	static const struct format as_xz = {xz_begin, xz_step, "truncated xz input"};
	static const struct format as_bzip2 = {bzip2_begin, bzip2_step,
					       "truncated bzip2 input"};
	static const struct format as_zstd = {zstd_begin, zstd_step,
					      "truncated zstd input"};
	static const struct format as_lz4 = {lz4_begin, lz4_step,
					     "truncated lz4 input"};
	static const struct format as_legacy = {legacy_begin, legacy_step,
						"truncated lz4 input"};

	switch (kind) {
	case FILE_GZIP:
		return &as_gzip;
	case FILE_XZ:
		return &as_xz;
	case FILE_BZIP2:
		return &as_bzip2;
	case FILE_ZSTD:
	case FILE_LZ4:
		/* Both have frames to be passed over: what is behind one tells. */
		if (first == (LZ4_LEGACY_MAGIC & 0xff))
			return &as_legacy;
		if (first == (LZ4_MAGIC & 0xff) || kind == FILE_LZ4)
			return &as_lz4;
		return &as_zstd;
	case FILE_UNKNOWN:
	case FILE_PCAP:
	case FILE_PCAPNG:
		break;
	}
	return NULL;
}

static bool refill(struct stream *s, const struct stream_io *io)
{
	const void *bytes = NULL;
	ssize_t got = io->read(io->ctx, &bytes);

	if (got < 0)
		return false;
	s->in = bytes;
	s->in_len = (size_t)got;
	s->in_ended = got == 0;
	return true;
}

/* Padding behind a member. @return whether there is something else */
static bool skip_zeros(struct stream *s)
{
	while (s->in_len > 0 && s->in[0] == 0) {
		s->in++;
		s->in_len--;
	}
	return s->in_len > 0;
}

enum decompress_exit stream_decompress(enum file_kind kind, const struct stream_io *io,
				       const char **cause)
{
	const struct format *f = NULL;
	struct stream s = {.in_ended = false};
	enum step step = STEP_ENDED;

	for (;;) {
		/* A full output may have a rest that comes without more input. */
		bool rest = step == STEP_ON && s.made == s.out_len;

		if (s.in_len == 0 && !rest && !refill(&s, io)) {
			*cause = strerror(errno);
			return DECOMPRESS_FAILED;
		}
		if (step == STEP_ENDED) {
			if (s.in_ended)
				return DECOMPRESS_DONE;
			if (f && !skip_zeros(&s))
				continue;
			f = format_of(kind, s.in[0]);
			if (!f || !f->begin())
				return DECOMPRESS_NO_MEMORY;
		}
		s.made = 0;
		s.out = io->room(io->ctx, &s.out_len);
		step = f->step(&s);
		io->put(io->ctx, s.made);
		if (step == STEP_NO_MEMORY)
			return DECOMPRESS_NO_MEMORY;
		if (step == STEP_ON && s.in_ended && s.made < s.out_len)
			step = damaged(&s, f->truncated);
		if (step == STEP_DAMAGED) {
			*cause = s.damage;
			return DECOMPRESS_FAILED;
		}
	}
}
