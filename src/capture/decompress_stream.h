/**
 * @file
 * @brief The compressed formats, each by the library of its authors, as streams: of a
 *        cut file everything comes out that its blocks hold. Only decompress_child.c
 *        includes this.
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
	/** @return where to put bytes, lent until put(); @p n receives how many, at
	 *  least 1 */
	uint8_t *(*room)(void *ctx, size_t *n);
	/** @p n bytes are there. */
	void (*put)(void *ctx, size_t n);
	void *ctx;
};

/**
 * @brief Decompress members one after another (gzip: RFC 1952; xz: The .xz File Format,
 *        section 2; zstd: RFC 8878; lz4: LZ4 Frame Format; bzip2). Zeros behind a
 * member are padding, whether another one follows or not.
 *
 * Not to be called twice in a process: what the libraries have allocated stays.
 *
 * @param kind   one that file_kind_compression() has a name for
 * @param cause  receives why it failed, static; set with DECOMPRESS_FAILED only
 */
enum decompress_exit stream_decompress(enum file_kind kind, const struct stream_io *io,
				       const char **cause);

#endif
