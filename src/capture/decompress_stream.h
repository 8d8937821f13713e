/**
 * @file
 * @brief gzip and xz, whose libraries give all that a cut file holds. Only
 *        decompress_child.c includes this.
 *
 * libarchive, which does the other formats, gives up to 64 KiB at a time or nothing: of
 * a cut file the end is lost, and of a small one everything. The others have blocks of
 * that size or more, of which nobody can read a part.
 */
#ifndef STATLINE_CAPTURE_DECOMPRESS_STREAM_H
#define STATLINE_CAPTURE_DECOMPRESS_STREAM_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "capture/decompress_child.h"

struct stream_io {
	/** @return bytes at @p bytes, lent until the next call; 0 at the end; -1 with
	 *  errno */
	ssize_t (*read)(void *ctx, const void **bytes);
	void (*write)(const uint8_t *bytes, size_t len);
	void *ctx;
};

/** Members one after another (RFC 1952); what else follows is padding.
 *  @param cause  receives why it failed, static; set with DECOMPRESS_FAILED only */
enum decompress_exit stream_gzip(const struct stream_io *io, const char **cause);

/** Streams one after another (The .xz File Format, section 2), as stream_gzip(). */
enum decompress_exit stream_xz(const struct stream_io *io, const char **cause);

#endif
