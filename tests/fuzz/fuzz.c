#define _GNU_SOURCE
#include "fuzz/fuzz.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/human.h"

void fuzz_broken(const char *what, const char *file, int line)
{
	(void)fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, what);
	abort();
}

void fuzz_sums_hold(const struct coverage *c)
{
	struct volume sum = {0, 0};
	uint64_t undecoded = 0;

	for (size_t i = 0; i < COVERAGE_BUCKETS; i++) {
		sum.packets += c->bucket[i].packets;
		sum.bytes += c->bucket[i].bytes;
	}
	for (size_t i = 0; i < UNDECODED_REASONS; i++)
		undecoded += c->undecoded[i];
	FUZZ_HOLDS(sum.packets == c->total.packets);
	FUZZ_HOLDS(sum.bytes == c->total.bytes);
	FUZZ_HOLDS(undecoded == c->bucket[COVERAGE_UNDECODED].packets);
}

void fuzz_touch(const void *bytes, size_t len)
{
	static volatile uint8_t sink;
	const uint8_t *p = bytes;
	uint8_t all = 0;

	for (size_t i = 0; i < len; i++)
		all ^= p[i];
	sink = all;
	(void)sink;
}

int fuzz_file(const uint8_t *bytes, size_t len)
{
	static int fd = -1;

	if (fd < 0)
		fd = memfd_create("fuzz", 0);
	if (fd < 0 || ftruncate(fd, 0) != 0 ||
	    pwrite(fd, bytes, len, 0) != (ssize_t)len || lseek(fd, 0, SEEK_SET) != 0)
		fuzz_broken("a file in memory can be had", __FILE__, __LINE__);
	return fd;
}

void fuzz_printable(const char *text, size_t len)
{
	uint32_t code;
	size_t n;

	for (size_t i = 0; i < len; i += n) {
		n = utf8_next(text + i, len - i, &code);
		FUZZ_HOLDS(n > 0);
		FUZZ_HOLDS(code == '\n' || (code >= 0x20 && code != 0x7f &&
					    (code < 0x80 || code > 0x9f)));
		/* Marks that turn the direction of writing. */
		FUZZ_HOLDS((code < 0x202a || code > 0x202e) &&
			   (code < 0x2066 || code > 0x2069) && code != 0x200e &&
			   code != 0x200f);
	}
}

void fuzz_json(const char *text, size_t len)
{
	json_t *value = json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);

	FUZZ_HOLDS(value);
	json_decref(value);
}

int64_t fuzz_number(struct cursor *c)
{
	uint8_t first = cursor_u8(c);

	if (first < 0xf0)
		return (int64_t)first - 0x20;
	if (first < 0xfc)
		return (int16_t)cursor_be16(c);
	return (int32_t)cursor_be32(c);
}
