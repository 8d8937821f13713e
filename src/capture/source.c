#include "config.h"

#include "capture/source.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/limits.h"
#include "capture/sniff.h"

/** Bytes of a name that a message shows, from its end, so that the cause fits. */
#define SHOWN_NAME 200U

/** With fewer bytes there is nothing to be recognised. */
#define MAGIC_SIZE 4U

struct source *source_new(const struct access *access, struct channel_set *channels,
			  const char *name, size_t order)
{
	struct source *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->name = strdup(name);
	s->order = order;
	s->access = access;
	s->channels = channels;
	s->fd = -1;
	sha256_init(&s->identity.digest);
	s->facts.name = s->name;
	if (!s->name) {
		free(s);
		return NULL;
	}
	return s;
}

void source_free(struct source *s)
{
	if (!s)
		return;
	source_close(s);
	free(s->name);
	free(s);
}

enum sl_err source_say(struct source *s, enum source_state state, enum sl_err e,
		       const char *format, ...)
{
	char text[ERRBUF_SIZE];
	size_t len = strlen(s->name);
	bool cut = len > SHOWN_NAME;
	const char *name = strcmp(s->name, "-") == 0 ? "standard input" : s->name;
	va_list ap;

	va_start(ap, format);
	(void)vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	s->facts.state = state;
	s->e = e;
	return errbuf_set(&s->facts.message, e, "%s%s: %s", cut ? "..." : "",
			  cut ? s->name + len - SHOWN_NAME : name, text);
}

void source_close(struct source *s)
{
	if (s->reader) {
		s->facts.dropped_by_interface = s->reader->dropped_by_interface;
		s->facts.dropped_by_kernel = s->reader->dropped_by_kernel;
		s->facts.drops_known = s->reader->drops_known;
		s->reader->ops->free(s->reader);
	}
	decompress_free(s->child);
	bytes_free(&s->bytes);
	if (s->fd >= 0)
		(void)close(s->fd);
	s->reader = NULL;
	s->child = NULL;
	s->fd = -1;
	s->open = false;
}

uint64_t source_position(const struct source *s)
{
	off_t at;

	if (!s->regular || s->fd < 0)
		return 0;
	/* A child moves the position that it shares with us. */
	at = lseek(s->fd, 0, SEEK_CUR);
	return at > 0 ? (uint64_t)at : 0;
}

/* ---- opening ---- */

static enum sl_err open_file(struct source *s)
{
	bool standard_input = strcmp(s->name, "-") == 0;
	struct stat st;

	if (standard_input) {
		s->fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
	} else {
		s->fd = s->access->open(s->access->ctx, s->name);
		if (s->fd < 0)
			errno = -s->fd;
	}
	if (s->fd < 0 || fstat(s->fd, &st) != 0)
		return source_say(s, SOURCE_UNREADABLE, SL_E_IO, "cannot be opened: %s",
				  strerror(errno));
	if (isatty(s->fd))
		return source_say(s, SOURCE_UNREADABLE, SL_E_USAGE,
				  "is a terminal, not a capture");
	s->regular = S_ISREG(st.st_mode) && !standard_input;
	s->size = s->regular ? (uint64_t)st.st_size : 0;
	s->changed_ns = (int64_t)st.st_mtime * NS_PER_S;
	if (S_ISREG(st.st_mode))
		(void)posix_fadvise(s->fd, 0, 0, POSIX_FADV_SEQUENTIAL);
	return SL_OK;
}

/** @return how many of the first @p n bytes there are */
static size_t look_ahead(struct bytes *b, size_t n)
{
	size_t left;

	(void)bytes_need(b, n);
	left = bytes_left(b);
	return left < n ? left : n;
}

/** What went wrong below the reader, when a compressed file gave too little. */
static enum sl_err child_failed(struct source *s)
{
	struct errbuf eb;
	enum sl_err e = s->child ? decompress_finish(s->child, &eb) : SL_OK;

	return e == SL_OK ? SL_OK : source_say(s, SOURCE_UNREADABLE, e, "%s", eb.text);
}

static enum sl_err cannot_be_read(struct source *s)
{
	return source_say(s, SOURCE_UNREADABLE, SL_E_IO, "cannot be read: %s",
			  strerror(s->bytes.error));
}

static enum sl_err not_a_capture(struct source *s)
{
	const char *hint, *unpacked = s->child ? "once decompressed, " : "";
	size_t len = look_ahead(&s->bytes, SNIFF_HINT_SIZE);

	if (s->bytes.error)
		return cannot_be_read(s);
	if (len < SNIFF_HINT_SIZE && child_failed(s) != SL_OK)
		return s->e;
	s->foreign = true;
	if (len == 0)
		return source_say(s, SOURCE_UNREADABLE, SL_E_FORMAT, "%sis empty",
				  unpacked);
	hint = sniff_hint(s->bytes.at, len);
	if (len < MAGIC_SIZE || (!hint && len < SNIFF_SIZE))
		return source_say(s, SOURCE_UNREADABLE, SL_E_FORMAT,
				  "%sis too short for a capture: %zu bytes", unpacked,
				  len);
	return source_say(s, SOURCE_UNREADABLE, SL_E_FORMAT,
			  "%s%s. A capture is expected: pcap or pcapng, also "
			  "compressed by gzip, zstd, lz4, xz or bzip2",
			  unpacked, hint ? hint : "is not a capture");
}

/** Put a child between the file and the reader. */
static enum sl_err start_child(struct source *s, enum file_kind kind, size_t block)
{
	struct errbuf eb;
	enum sl_err e = decompress_start(&s->child, s->access, s->channels, kind, s->fd,
					 s->bytes.at, bytes_left(&s->bytes), &eb);

	if (e != SL_OK)
		return source_say(s, SOURCE_UNREADABLE, e, "%s", eb.text);
	s->facts.compression = file_kind_compression(kind);
	bytes_free(&s->bytes);
	e = bytes_init(&s->bytes, -1, block);
	s->bytes.from = channel_read;
	s->bytes.from_ctx = decompress_output(s->child);
	return e;
}

static enum sl_err look(struct source *s, enum file_kind *kind)
{
	size_t len = look_ahead(&s->bytes, SNIFF_SIZE);

	if (s->bytes.error)
		return cannot_be_read(s);
	*kind = sniff(s->bytes.at, len);
	return SL_OK;
}

static enum sl_err start_reader(struct source *s, enum file_kind kind)
{
	struct errbuf eb;
	enum sl_err e;

	if (file_kind_compression(kind))
		return source_say(s, SOURCE_UNREADABLE, SL_E_FORMAT,
				  "is compressed twice (%s in %s): decompress it first "
				  "with `%s -d`",
				  file_kind_compression(kind), s->facts.compression,
				  s->facts.compression);
	if (kind == FILE_UNKNOWN)
		return not_a_capture(s);
	e = kind == FILE_PCAP ? pcap_reader_new(&s->reader, &s->bytes, &eb)
			      : pcapng_reader_new(&s->reader, &s->bytes, &eb);
	if (e == SL_E_DAMAGED && child_failed(s) != SL_OK)
		return s->e;
	if (e != SL_OK)
		return source_say(s, SOURCE_UNREADABLE, e, "%s", eb.text);
	s->facts.format = s->reader->format;
	return SL_OK;
}

/** source_open() but for the closing after a failure. */
static enum sl_err try_open(struct source *s, size_t block)
{
	enum file_kind kind = FILE_UNKNOWN;
	enum sl_err e = open_file(s);

	if (e == SL_OK)
		e = bytes_init(&s->bytes, s->fd, block);
	if (e == SL_OK)
		e = look(s, &kind);
	if (e == SL_OK && file_kind_compression(kind)) {
		/* All that there is to know of dictionary and window. */
		if (kind == FILE_XZ || kind == FILE_ZSTD)
			(void)look_ahead(&s->bytes, SNIFF_HINT_SIZE);
		e = start_child(s, kind, block);
		if (e == SL_OK)
			e = look(s, &kind);
	}
	return e == SL_OK ? start_reader(s, kind) : e;
}

enum sl_err source_open(struct source *s, size_t block)
{
	enum sl_err e = try_open(s, block);

	s->open = true;
	if (e != SL_OK) {
		source_close(s);
		s->done = true;
	}
	return e;
}

/* ---- reading ---- */

/** A file counts as still being written when it ends exactly where the file system says
 *  it does, and was changed a moment ago. */
static bool is_growing(const struct source *s)
{
	struct stat st;
	time_t age;

	if (!s->regular || s->child || fstat(s->fd, &st) != 0)
		return false;
	age = time(NULL) - st.st_mtime; /* by two clocks, on a network file system */
	return age >= -LIMIT_GROWING_S && age <= LIMIT_GROWING_S;
}

static void say_cut(struct source *s)
{
	uint64_t number = s->reader->packets + 1;

	if (is_growing(s))
		(void)source_say(s, SOURCE_GROWING, SL_OK,
				 "is still being written: packet %" PRIu64
				 " is cut at byte %" PRIu64,
				 number, s->bytes.read);
	else
		(void)source_say(s, SOURCE_DAMAGED, SL_E_DAMAGED,
				 "was cut short: it ends in the middle of packet "
				 "%" PRIu64 ", at byte %" PRIu64 "%s",
				 number, s->bytes.read,
				 s->child ? " of what was compressed" : "");
}

int source_end(struct source *s, enum reader_result result)
{
	struct errbuf eb;
	int error = s->bytes.error;
	bool ended = result == READER_END || result == READER_CUT;

	if (result == READER_FAILED && error == ENOMEM)
		return SL_E_NOMEM;
	if (ended && s->child && decompress_finish(s->child, &eb) != SL_OK)
		(void)source_say(s, SOURCE_DAMAGED, SL_E_DAMAGED,
				 "%s, after %" PRIu64 " packets", eb.text,
				 s->reader->packets);
	else if (result == READER_CUT)
		say_cut(s);
	else if (result == READER_DAMAGED)
		(void)source_say(s, SOURCE_DAMAGED, SL_E_DAMAGED, "%sis damaged: %s",
				 s->child ? "once decompressed, " : "",
				 s->reader->why.text);
	else if (result == READER_FAILED)
		(void)source_say(s, SOURCE_DAMAGED, SL_E_IO,
				 "cannot be read on after packet %" PRIu64
				 ", at byte %" PRIu64 ": %s",
				 s->reader->packets, s->bytes.read, strerror(error));
	s->done = true;
	source_close(s);
	return 0;
}

/* ---- accounting ---- */

static void note_link_type(struct capture_source *f, uint32_t link_type)
{
	for (size_t i = 0; i < f->link_type_count; i++)
		if (f->link_types[i] == link_type)
			return;
	if (f->link_type_count < SOURCE_LINK_TYPES)
		f->link_types[f->link_type_count++] = link_type;
}

static void identify(struct source *s)
{
	identity_add(&s->identity, &s->next);
	/* The digest so far stands, whenever the source ends. */
	identity_peek(&s->identity, s->facts.id);
}

void source_count_odd(struct source *s)
{
	struct capture_source *f = &s->facts;

	if (f->packets == 0) {
		f->first_ns = s->next.time_ns;
		f->last_ns = s->next.time_ns;
	}
	note_link_type(f, s->next.link_type);
	if (f->packets < LIMIT_ID_PACKETS)
		identify(s);
}
