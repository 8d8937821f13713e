/**
 * @file
 * @brief What the fuzz targets share.
 *
 * A target is one file with LLVMFuzzerTestOneInput(). libFuzzer and AFL++ drive it; in
 * a build without either, fuzz_main.c replays files and mutates them a little. A
 * broken promise aborts, so that each of the three sees it.
 */
#ifndef STATLINE_TESTS_FUZZ_H
#define STATLINE_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

#include "base/coverage.h"
#include "base/cursor.h"

/** libFuzzer's name for it. @param data  lent, @p size bytes. @return 0 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/** Say which promise was broken where, and abort. */
_Noreturn void fuzz_broken(const char *what, const char *file, int line);

/** A promise that holds whatever the input. */
#define FUZZ_HOLDS(x)                                        \
	do {                                                 \
		if (!(x))                                    \
			fuzz_broken(#x, __FILE__, __LINE__); \
	} while (0)

/** Every packet of @p c ended in one bucket, and its bytes too. */
void fuzz_sums_hold(const struct coverage *c);

/** Read each byte, so that a sanitizer judges the range. */
void fuzz_touch(const void *bytes, size_t len);

/** @return a descriptor of an unnamed file that holds the bytes and is read from its
 *  start; valid until the next call. Never closed by the caller. */
int fuzz_file(const uint8_t *bytes, size_t len);

/** Check report text meant for people: no control byte but the line end, and UTF-8. */
void fuzz_printable(const char *text, size_t len);

/** Check that the bytes are one JSON value (RFC 8259). */
void fuzz_json(const char *text, size_t len);

/** @return the next signed number of one, two or four bytes, as its first byte says:
 *  small ones are frequent, and any is possible */
int64_t fuzz_number(struct cursor *c);

/** @return the byte that stands at @p position of stream @p stream: any two streams
 *  differ, so that a byte in the wrong place shows */
static inline uint8_t fuzz_pattern(uint32_t stream, uint64_t position)
{
	uint64_t x =
	    (position + 1) * 0x9e3779b97f4a7c15U + stream * 0xbf58476d1ce4e5b9U;

	return (uint8_t)(x >> 56);
}

#endif
