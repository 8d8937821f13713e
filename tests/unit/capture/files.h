/**
 * @file
 * @brief Hand-made capture files for the tests of this room, and what reading them
 * gave.
 *
 * Bytes are laid out here by the specifications, by none of the code under test.
 */
#ifndef STATLINE_TESTS_CAPTURE_FILES_H
#define STATLINE_TESTS_CAPTURE_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "capture/capture.h"

/** A file under construction. */
struct image {
	uint8_t *bytes;
	size_t len;
	size_t room;
	bool big; /**< byte order of put16() and the like */
};

void put8(struct image *f, unsigned value);
void put16(struct image *f, unsigned value);
void put32(struct image *f, uint32_t value);
void put64(struct image *f, uint64_t value);
void put_bytes(struct image *f, const void *bytes, size_t len);
/** Overwrite 32 bits at @p at. */
void patch32(struct image *f, size_t at, uint32_t value);
/** Add @p len bytes of value @p fill. */
void put_fill(struct image *f, uint8_t fill, size_t len);
void image_free(struct image *f);

/** A pcap file header of version 2.4. */
void pcap_header(struct image *f, uint32_t magic, uint32_t link_type);
/** A pcap record of @p captured bytes that all have value @p fill. */
void pcap_record(struct image *f, uint32_t seconds, uint32_t fraction,
		 uint32_t captured, uint32_t length, uint8_t fill);

/** Begin a pcapng block. @return where it begins, for block_end() */
size_t block_begin(struct image *f, uint32_t type);
/** Pad to 32 bits, and write the length at both ends. */
void block_end(struct image *f, size_t begin);
void section(struct image *f);
/** @param resolution  if_tsresol, or -1 for none */
void interface(struct image *f, unsigned link_type, uint32_t snap_length,
	       int resolution);
void enhanced(struct image *f, uint32_t id, uint64_t ticks, uint32_t captured,
	      uint32_t length, uint8_t fill);

/** @return a directory of this test's own, with "/" at its end; static */
const char *scratch(void);
/** Remove it with all that is in it. */
void scratch_remove(void);
/** @return the path of @p name in it; valid for the next 8 calls */
const char *in_scratch(const char *name);
/** Write the bytes to scratch file @p name, with a time of change long ago. */
const char *save(const struct image *f, const char *name);
const char *save_bytes(const void *bytes, size_t len, const char *name);
/** Run a command by the shell; it must succeed. */
void run(const char *format, ...) __attribute__((format(printf, 1, 2)));

#define SEEN_PACKETS 64
#define SEEN_SOURCES 8

/** What capture_open() and capture_next() gave. */
struct seen {
	enum sl_err opened;
	int last; /**< of capture_next() */
	struct errbuf error;
	size_t packets; /**< the first SEEN_PACKETS are kept, with their first byte */
	struct packet packet[SEEN_PACKETS];
	uint8_t first[SEEN_PACKETS];
	size_t sources;
	struct capture_source source[SEEN_SOURCES];
	char name[SEEN_SOURCES][256];
	size_t notes;
	struct errbuf note; /**< the first one */
	int most_open;      /**< descriptors open at most while packets came */
};

/** Read inputs (NULL ends them) to the end, or until capture_next() fails. */
void see(struct seen *s, const char *filter, const char *first, ...);
void see_image(struct seen *s, const struct image *f);
/** @return descriptors that this process has open */
int open_descriptors(void);

#endif
