#include "config.h"

#include "capture/decompress_stream.h"

#include <errno.h>
#include <lzma.h>
#include <stdbool.h>
#include <string.h>
#include <zlib.h>

#include "base/limits.h"

/** The largest window, and 16 for the header of gzip (zlib.h, inflateInit2). */
#define GZIP_WINDOW_BITS (15 + 16)
#define GZIP_FIRST_BYTE  0x1f

static uint8_t out[64U * KIB];

static enum decompress_exit read_failed(const char **cause)
{
	*cause = strerror(errno);
	return DECOMPRESS_FAILED;
}

/* Decompress what there is of input, as much as fits into the output. */
static enum decompress_exit gzip_step(const struct stream_io *io, z_stream *z,
				      bool *ended, const char **cause)
{
	int r;

	z->next_out = out;
	z->avail_out = sizeof(out);
	r = inflate(z, Z_NO_FLUSH);
	io->write(out, sizeof(out) - z->avail_out);
	*ended = r == Z_STREAM_END;
	if (r == Z_OK || r == Z_STREAM_END || r == Z_BUF_ERROR)
		return DECOMPRESS_DONE;
	if (r == Z_MEM_ERROR)
		return DECOMPRESS_NO_MEMORY;
	*cause = z->msg ? z->msg : "invalid gzip data";
	return DECOMPRESS_FAILED;
}

enum decompress_exit stream_gzip(const struct stream_io *io, const char **cause)
{
	z_stream z = {.avail_out = 1};
	bool ended = false; /* a member: another one may follow */
	enum decompress_exit e = DECOMPRESS_DONE;

	if (inflateInit2(&z, GZIP_WINDOW_BITS) != Z_OK)
		return DECOMPRESS_NO_MEMORY;
	while (e == DECOMPRESS_DONE) {
		/* Output that did not fit comes without more input. */
		if (z.avail_in == 0 && (ended || z.avail_out > 0)) {
			const void *bytes;
			ssize_t got = io->read(io->ctx, &bytes);

			if (got < 0)
				return read_failed(cause);
			if (got == 0 && ended)
				return DECOMPRESS_DONE;
			if (got == 0) {
				*cause = "truncated gzip input";
				return DECOMPRESS_FAILED;
			}
			z.next_in = (z_const Bytef *)bytes;
			z.avail_in = (uInt)got;
		}
		if (ended && z.next_in[0] != GZIP_FIRST_BYTE)
			return DECOMPRESS_DONE;
		if (ended && inflateReset(&z) != Z_OK)
			return DECOMPRESS_FAILED;
		e = gzip_step(io, &z, &ended, cause);
	}
	return e;
}

static enum decompress_exit xz_result(lzma_ret r, const char **cause)
{
	switch (r) {
	case LZMA_OK:
	case LZMA_STREAM_END:
		return DECOMPRESS_DONE;
	case LZMA_MEM_ERROR:
	case LZMA_MEMLIMIT_ERROR:
		return DECOMPRESS_NO_MEMORY;
	case LZMA_BUF_ERROR:
		*cause = "truncated xz input";
		break;
	case LZMA_OPTIONS_ERROR:
		*cause = "options that this liblzma does not know";
		break;
	default:
		*cause = "invalid xz data";
		break;
	}
	return DECOMPRESS_FAILED;
}

enum decompress_exit stream_xz(const struct stream_io *io, const char **cause)
{
	lzma_stream z = LZMA_STREAM_INIT;
	lzma_action action = LZMA_RUN;
	lzma_ret r =
	    lzma_stream_decoder(&z, LIMIT_DECOMPRESSOR_MEMORY, LZMA_CONCATENATED);

	while (r == LZMA_OK) {
		if (z.avail_in == 0 && action == LZMA_RUN) {
			const void *bytes;
			ssize_t got = io->read(io->ctx, &bytes);

			if (got < 0)
				return read_failed(cause);
			if (got == 0)
				action = LZMA_FINISH;
			z.next_in = bytes;
			z.avail_in = (size_t)got;
		}
		z.next_out = out;
		z.avail_out = sizeof(out);
		r = lzma_code(&z, action);
		io->write(out, sizeof(out) - z.avail_out);
	}
	return xz_result(r, cause);
}
