#include "config.h"

#include "capture/sniff.h"

#include <string.h>

#include "base/cursor.h"

struct magic {
	size_t offset;
	const char *bytes;
	size_t len;
	enum file_kind kind;
	const char *hint;
};

#define MAGIC(off, literal, what, text)                                          \
	{                                                                        \
		.offset = (off), .bytes = (literal), .len = sizeof(literal) - 1, \
		.kind = (what), .hint = (text)                                   \
	}

static const struct magic known[] = {
    MAGIC(0, "\xd4\xc3\xb2\xa1", FILE_PCAP, NULL),
    MAGIC(0, "\xa1\xb2\xc3\xd4", FILE_PCAP, NULL),
    MAGIC(0, "\x4d\x3c\xb2\xa1", FILE_PCAP, NULL), /* nanoseconds */
    MAGIC(0, "\xa1\xb2\x3c\x4d", FILE_PCAP, NULL),
    MAGIC(0, "\x34\xcd\xb2\xa1", FILE_PCAP, NULL), /* Kuznetzov */
    MAGIC(0, "\xa1\xb2\xcd\x34", FILE_PCAP, NULL),
    MAGIC(0, "\x4d\x3c\x2b\xa1", FILE_PCAP, NULL), /* Navtel */
    MAGIC(0, "\xa1\x2b\x3c\x4d", FILE_PCAP, NULL),
    MAGIC(0, "\x1f\x8b", FILE_GZIP, NULL),
    MAGIC(0, "\x28\xb5\x2f\xfd", FILE_ZSTD, NULL),
    MAGIC(0, "\x04\x22\x4d\x18", FILE_LZ4, NULL),
    MAGIC(0, "\x02\x21\x4c\x18", FILE_LZ4, NULL), /* its older frame */
    MAGIC(0,
	  "\xfd"
	  "7zXZ\0",
	  FILE_XZ, NULL),
};

static const struct magic confused[] = {
    MAGIC(0, "snoop\0\0\0", FILE_UNKNOWN,
	  "is a snoop capture: convert it first with `editcap -F pcapng`"),
    MAGIC(0, "\x1c\0\x01\xac", FILE_UNKNOWN,
	  "is a capture of an Ixia device: convert it first with `editcap -F pcapng`"),
    MAGIC(0, "\xac\x01\0\x1c", FILE_UNKNOWN,
	  "is a capture of an Ixia device: convert it first with `editcap -F pcapng`"),
    MAGIC(0, "TRSNIFF data", FILE_UNKNOWN,
	  "is a Sniffer capture: convert it first with `editcap -F pcapng`"),
    MAGIC(0, "RTSS", FILE_UNKNOWN,
	  "is a Network Monitor capture: convert it first with `editcap -F pcapng`"),
    MAGIC(0, "GMBU", FILE_UNKNOWN,
	  "is a Network Monitor capture: convert it first with `editcap -F pcapng`"),
    MAGIC(0, "iptrace ", FILE_UNKNOWN,
	  "is an iptrace capture: convert it first with `editcap -F pcapng`"),
    MAGIC(0, "\x13\0\0\0", FILE_UNKNOWN,
	  "looks like an event trace (ETL): convert it first with `etl2pcapng`"),
    MAGIC(0,
	  "\x7f"
	  "ELF",
	  FILE_UNKNOWN, "is an ELF program"),
    MAGIC(0, "PK\x03\x04", FILE_UNKNOWN, "is a zip archive: unpack it first"),
    MAGIC(0, "7z\xbc\xaf\x27\x1c", FILE_UNKNOWN, "is a 7z archive: unpack it first"),
    MAGIC(0, "Rar!", FILE_UNKNOWN, "is a RAR archive: unpack it first"),
    MAGIC(257, "ustar", FILE_UNKNOWN, "is a tar archive: unpack it first"),
    MAGIC(0, "\x1f\x9d", FILE_UNKNOWN,
	  "was compressed by compress(1): decompress it first with `gzip -d`"),
    MAGIC(0, "LZIP", FILE_UNKNOWN,
	  "was compressed by lzip: decompress it first with `lzip -d`"),
    MAGIC(0, "\x5d\0\0", FILE_UNKNOWN,
	  "looks like an lzma file: decompress it first with `xz -d`"),
    MAGIC(0, "SQLite format 3", FILE_UNKNOWN, "is an SQLite database"),
    MAGIC(0, "%PDF-", FILE_UNKNOWN, "is a PDF document"),
    MAGIC(0, "CLIENT_RANDOM ", FILE_UNKNOWN, "is a TLS key log"),
    MAGIC(0, "# SSL/TLS secrets", FILE_UNKNOWN, "is a TLS key log"),
    MAGIC(0, "<?xml", FILE_UNKNOWN, "is an XML document"),
    MAGIC(0, "<!DOCTYPE", FILE_UNKNOWN, "is a web page"),
    MAGIC(0, "<html", FILE_UNKNOWN, "is a web page"),
};

static bool matches(const struct magic *m, const uint8_t *bytes, size_t len)
{
	return len >= m->offset + m->len &&
	       memcmp(bytes + m->offset, m->bytes, m->len) == 0;
}

enum file_kind sniff(const uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (matches(&known[i], bytes, len))
			return known[i].kind;
	/* A section header block: its byte-order magic follows type and length. */
	if (len >= 4 && memcmp(bytes, "\x0a\x0d\x0d\x0a", 4) == 0 &&
	    (len < 12 || memcmp(bytes + 8, "\x1a\x2b\x3c\x4d", 4) == 0 ||
	     memcmp(bytes + 8, "\x4d\x3c\x2b\x1a", 4) == 0))
		return FILE_PCAPNG;
	if (len >= 4 && memcmp(bytes, "BZh", 3) == 0 && bytes[3] >= '1' &&
	    bytes[3] <= '9')
		return FILE_BZIP2;
	/* A skippable frame, as pzstd begins with (RFC 8878 section 3.1.2). */
	if (len >= 4 && (bytes[0] & 0xf0) == 0x50 &&
	    memcmp(bytes + 1, "\x2a\x4d\x18", 3) == 0)
		return FILE_ZSTD;
	return FILE_UNKNOWN;
}

const char *file_kind_compression(enum file_kind kind)
{
	switch (kind) {
	case FILE_GZIP:
		return "gzip";
	case FILE_ZSTD:
		return "zstd";
	case FILE_LZ4:
		return "lz4";
	case FILE_XZ:
		return "xz";
	case FILE_BZIP2:
		return "bzip2";
	case FILE_UNKNOWN:
	case FILE_PCAP:
	case FILE_PCAPNG:
		break;
	}
	return NULL;
}

/** Whether the bytes are text as far as they go. */
static bool is_text(const uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (bytes[i] == 0x7f ||
		    (bytes[i] < 0x20 && !strchr("\t\n\r\f\b\x1b", bytes[i])))
			return false;
	return len > 0;
}

const char *sniff_hint(const uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < sizeof(confused) / sizeof(*confused); i++)
		if (matches(&confused[i], bytes, len))
			return confused[i].hint;
	if (!is_text(bytes, len))
		return NULL;
	while (len > 0 && strchr(" \t\r\n", bytes[0])) {
		bytes++;
		len--;
	}
	if (len > 0 && (bytes[0] == '{' || bytes[0] == '['))
		return memmem(bytes, len, "\"log\"", 5)
			   ? "is a HAR file (JSON), not packets"
			   : "is JSON, not packets";
	return "is text";
}

/** A variable-length integer of the .xz format (section 1.2). */
static uint64_t xz_integer(struct cursor *c)
{
	uint64_t value = 0;

	for (unsigned shift = 0; shift < 63; shift += 7) {
		uint8_t b = cursor_u8(c);

		value |= (uint64_t)(b & 0x7f) << shift;
		if (!(b & 0x80))
			return value;
	}
	c->failed = true;
	return 0;
}

/** LZMA2's property byte: 2 or 3 times a power of two; 40 stands for 4 GiB - 1. */
static uint64_t lzma2_dictionary(uint8_t bits)
{
	if (bits >= 40)
		return UINT32_MAX;
	return (uint64_t)(2U | (bits & 1U)) << (bits / 2 + 11);
}

static uint64_t xz_window(struct cursor c)
{
	const uint64_t filter_lzma2 = 0x21;
	unsigned flags, filters;

	cursor_skip(&c, 12); /* stream header */
	(void)cursor_u8(&c); /* size of the block header */
	flags = cursor_u8(&c);
	filters = (flags & 3U) + 1;
	if (flags & 0x40)
		(void)xz_integer(&c); /* compressed size */
	if (flags & 0x80)
		(void)xz_integer(&c); /* uncompressed size */
	for (unsigned i = 0; i < filters && !c.failed; i++) {
		uint64_t id = xz_integer(&c);
		uint64_t size = xz_integer(&c);

		if (id == filter_lzma2 && size == 1) {
			uint8_t bits = cursor_u8(&c);

			return c.failed ? 0 : lzma2_dictionary(bits);
		}
		cursor_skip(&c, size);
	}
	return 0;
}

static uint64_t zstd_window(struct cursor c)
{
	static const uint8_t dictionary_id_size[4] = {0, 1, 2, 4};
	unsigned descriptor, size_flag;
	uint64_t size = 0;

	if (cursor_be32(&c) != 0x28b52ffdU)
		return 0; /* a skippable frame comes first */
	descriptor = cursor_u8(&c);
	size_flag = descriptor >> 6;
	if (!(descriptor & 0x20)) {
		unsigned window = cursor_u8(&c);
		uint64_t base = UINT64_C(1) << (10 + (window >> 3));

		return c.failed ? 0 : base + base / 8 * (window & 7);
	}
	/* A single segment: the window is as large as the content. */
	cursor_skip(&c, dictionary_id_size[descriptor & 3]);
	for (unsigned i = 0; i < 1U << size_flag; i++)
		size |= (uint64_t)cursor_u8(&c) << 8 * i;
	if (size_flag == 1)
		size += 256;
	return c.failed ? 0 : size;
}

uint64_t compressed_window(enum file_kind kind, const uint8_t *bytes, size_t len)
{
	struct cursor c = cursor_over(bytes, len);

	if (kind == FILE_XZ)
		return xz_window(c);
	return kind == FILE_ZSTD ? zstd_window(c) : 0;
}
