/**
 * @file
 * @brief What a file is, by its first bytes; names say nothing.
 */
#ifndef STATLINE_CAPTURE_SNIFF_H
#define STATLINE_CAPTURE_SNIFF_H

#include <stddef.h>
#include <stdint.h>

/** Bytes that settle whether it is a capture or compressed. */
#define SNIFF_SIZE 12U
/** Bytes that sniff_hint() likes to see: up to tar's magic, RFC 1951's headers. */
#define SNIFF_HINT_SIZE 512U

enum file_kind {
	FILE_UNKNOWN,
	FILE_PCAP,
	FILE_PCAPNG,
	FILE_GZIP,
	FILE_ZSTD,
	FILE_LZ4,
	FILE_XZ,
	FILE_BZIP2,
};

/** @param bytes  the first @p len bytes, lent; with fewer than SNIFF_SIZE the whole
 * file
 *  @return what they begin */
enum file_kind sniff(const uint8_t *bytes, size_t len);

/** @return "gzip", "zstd", "lz4", "xz", "bzip2", or NULL for what is not compressed;
 *  static. It is the name of the program, too. */
const char *file_kind_compression(enum file_kind kind);

/** Recognise what people take for a capture.
 *  @return a phrase such as "is a tar archive: unpack it first", static, or NULL */
const char *sniff_hint(const uint8_t *bytes, size_t len);

/**
 * @brief The memory that a compressed file's header asks of whoever decompresses it.
 *
 * xz: the dictionary of the first block (The .xz File Format 1.1.0, sections 3.1 and
 * 5.3.1). zstd: the window of the first frame (RFC 8878 section 3.1.1.1).
 *
 * @return bytes; 0 when unknown, or the format needs next to nothing
 */
uint64_t compressed_window(enum file_kind kind, const uint8_t *bytes, size_t len);

#endif
