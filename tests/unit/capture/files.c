#include "config.h"

#include "files.h"

#include <check.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/** Before any test runs: 2020-01-01. */
#define LONG_AGO 1577836800

void put_fill(struct image *f, uint8_t fill, size_t len)
{
	if (f->len + len > f->room) {
		f->room = 2 * (f->len + len);
		f->bytes = realloc(f->bytes, f->room);
		if (!f->bytes)
			ck_abort_msg("out of memory");
	}
	memset(f->bytes + f->len, fill, len);
	f->len += len;
}

void put8(struct image *f, unsigned value)
{
	put_fill(f, (uint8_t)value, 1);
}

static void put(struct image *f, uint64_t value, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++)
		put8(f, (unsigned)(value >> 8 * (f->big ? bytes - 1 - i : i)) & 0xff);
}

void put16(struct image *f, unsigned value)
{
	put(f, value, 2);
}

void put32(struct image *f, uint32_t value)
{
	put(f, value, 4);
}

void put64(struct image *f, uint64_t value)
{
	put(f, value, 8);
}

void put_bytes(struct image *f, const void *bytes, size_t len)
{
	put_fill(f, 0, len);
	memcpy(f->bytes + f->len - len, bytes, len);
}

void patch32(struct image *f, size_t at, uint32_t value)
{
	struct image word = {.big = f->big};

	put32(&word, value);
	memcpy(f->bytes + at, word.bytes, 4);
	image_free(&word);
}

void image_free(struct image *f)
{
	free(f->bytes);
	*f = (struct image){.big = f->big};
}

void pcap_header(struct image *f, uint32_t magic, uint32_t link_type)
{
	put32(f, magic);
	put16(f, 2);
	put16(f, 4);
	put64(f, 0);
	put32(f, 262144);
	put32(f, link_type);
}

void pcap_record(struct image *f, uint32_t seconds, uint32_t fraction,
		 uint32_t captured, uint32_t length, uint8_t fill)
{
	put32(f, seconds);
	put32(f, fraction);
	put32(f, captured);
	put32(f, length);
	put_fill(f, fill, captured);
}

size_t block_begin(struct image *f, uint32_t type)
{
	size_t begin = f->len;

	put32(f, type);
	put32(f, 0);
	return begin;
}

void block_end(struct image *f, size_t begin)
{
	while ((f->len - begin) % 4 != 0)
		put8(f, 0);
	put32(f, (uint32_t)(f->len - begin) + 4);
	patch32(f, begin + 4, (uint32_t)(f->len - begin));
}

void section(struct image *f)
{
	size_t b = block_begin(f, 0x0a0d0d0a);

	put32(f, 0x1a2b3c4d);
	put16(f, 1);
	put16(f, 0);
	put64(f, UINT64_MAX);
	block_end(f, b);
}

void interface(struct image *f, unsigned link_type, uint32_t snap_length,
	       int resolution)
{
	size_t b = block_begin(f, 1);

	put16(f, link_type);
	put16(f, 0);
	put32(f, snap_length);
	if (resolution >= 0) {
		put16(f, 9);
		put16(f, 1);
		put8(f, (unsigned)resolution);
		put_bytes(f, "\0\0\0", 3);
		put32(f, 0); /* end of options */
	}
	block_end(f, b);
}

void enhanced(struct image *f, uint32_t id, uint64_t ticks, uint32_t captured,
	      uint32_t length, uint8_t fill)
{
	size_t b = block_begin(f, 6);

	put32(f, id);
	put32(f, (uint32_t)(ticks >> 32));
	put32(f, (uint32_t)ticks);
	put32(f, captured);
	put32(f, length);
	put_fill(f, fill, captured);
	block_end(f, b);
}

static char scratch_path[64];

const char *scratch(void)
{
	if (!scratch_path[0]) {
		(void)snprintf(scratch_path, sizeof(scratch_path),
			       "/tmp/statline-test-XXXXXX");
		ck_assert_ptr_nonnull(mkdtemp(scratch_path));
		scratch_path[strlen(scratch_path)] = '/';
	}
	return scratch_path;
}

void scratch_remove(void)
{
	if (scratch_path[0])
		run("rm -rf %s", scratch_path);
	scratch_path[0] = '\0';
}

const char *in_scratch(const char *name)
{
	static char paths[8][512];
	static unsigned turn;
	char *path = paths[turn++ % 8];

	(void)snprintf(path, sizeof(paths[0]), "%s%s", scratch(), name);
	return path;
}

const char *save_bytes(const void *bytes, size_t len, const char *name)
{
	const char *path = in_scratch(name);
	struct timespec times[2] = {{.tv_sec = LONG_AGO}, {.tv_sec = LONG_AGO}};
	FILE *out = fopen(path, "w");

	ck_assert_ptr_nonnull(out);
	ck_assert_uint_eq(fwrite(bytes, 1, len, out), len);
	ck_assert_int_eq(fclose(out), 0);
	ck_assert_int_eq(utimensat(AT_FDCWD, path, times, 0), 0);
	return path;
}

const char *save(const struct image *f, const char *name)
{
	return save_bytes(f->bytes, f->len, name);
}

void run(const char *format, ...)
{
	char command[2048];
	va_list ap;

	va_start(ap, format);
	(void)vsnprintf(command, sizeof(command), format, ap);
	va_end(ap);
	ck_assert_msg(system(command) == 0, "failed: %s", command);
}

int open_descriptors(void)
{
	DIR *d = opendir("/proc/self/fd");
	int count = -3; /* ".", ".." and this one */

	ck_assert_ptr_nonnull(d);
	while (readdir(d))
		count++;
	(void)closedir(d);
	return count;
}

static void see_packets(struct seen *s, struct capture *c)
{
	struct packet *p;

	while ((s->last = capture_next(c, &p)) == 1) {
		if (s->packets < SEEN_PACKETS) {
			int now = open_descriptors();

			s->most_open = now > s->most_open ? now : s->most_open;
			s->packet[s->packets] = *p;
			s->first[s->packets] = p->captured ? p->bytes[0] : 0;
		}
		s->packets++;
		/* Every byte is there: sanitizers look on. */
		for (uint32_t i = 0; i < p->captured; i++)
			if (p->bytes[i] != p->bytes[0])
				ck_abort_msg("byte %u of packet %zu", i, s->packets);
		if (p->captured > p->length)
			ck_abort_msg("length of packet %zu", s->packets);
	}
}

static void see_inputs(struct seen *s, const char *filter, const char **inputs,
		       size_t count)
{
	struct capture_options options = {
	    .inputs = inputs, .input_count = count, .filter = filter};
	const struct capture_source *sources;
	const struct errbuf *notes;
	struct capture *c = NULL;

	*s = (struct seen){0};
	s->opened = capture_open(&c, &options, &s->error);
	if (s->opened != SL_OK) {
		ck_assert_ptr_null(c);
		ck_assert_uint_gt(strlen(s->error.text), 0);
		return;
	}
	see_packets(s, c);
	sources = capture_sources(c, &s->sources);
	for (size_t i = 0; i < s->sources && i < SEEN_SOURCES; i++) {
		s->source[i] = sources[i];
		(void)snprintf(s->name[i], sizeof(s->name[i]), "%s", sources[i].name);
	}
	notes = capture_notes(c, &s->notes);
	if (s->notes > 0)
		s->note = notes[0];
	capture_free(c);
}

void see(struct seen *s, const char *filter, const char *first, ...)
{
	const char *inputs[32];
	size_t count = 0;
	va_list ap;

	va_start(ap, first);
	for (const char *i = first; i && count < 32; i = va_arg(ap, const char *))
		inputs[count++] = i;
	va_end(ap);
	see_inputs(s, filter, inputs, count);
}

void see_image(struct seen *s, const struct image *f)
{
	see(s, NULL, save(f, "image"), NULL);
}
