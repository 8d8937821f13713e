#include "capture/writer.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/limits.h"

#define LINK_ETHERNET 1U

struct capture_writer {
	FILE *out;
	char *path;
	uint32_t link_types[WRITER_LINK_TYPES];
	size_t count;
	uint64_t packets;
	int error; /* errno of the first write that failed */
};

static void put(struct capture_writer *w, const void *bytes, size_t len)
{
	if (len > 0 && w->error == 0 && fwrite(bytes, 1, len, w->out) != len)
		w->error = errno ? errno : EIO;
}

/* Numbers are in this machine's order: both formats say which that is. */
static void put16(struct capture_writer *w, uint16_t n)
{
	put(w, &n, sizeof(n));
}

static void put32(struct capture_writer *w, uint32_t n)
{
	put(w, &n, sizeof(n));
}

static void put_pcap_head(struct capture_writer *w)
{
	put32(w, 0xa1b23c4d); /* nanoseconds */
	put16(w, 2);
	put16(w, 4);
	put32(w, 0);
	put32(w, 0);
	put32(w, LIMIT_PACKET);
	put32(w, w->count ? w->link_types[0] : LINK_ETHERNET);
}

static void put_interface(struct capture_writer *w, uint32_t link_type)
{
	static const uint8_t resolution[4] = {9};
	static const uint32_t length = 32;

	put32(w, 1);
	put32(w, length);
	put16(w, (uint16_t)link_type);
	put16(w, 0);
	put32(w, LIMIT_PACKET);
	put16(w, 9); /* if_tsresol: one byte, 10^-9, and padding */
	put16(w, 1);
	put(w, resolution, sizeof(resolution));
	put32(w, 0); /* opt_endofopt */
	put32(w, length);
}

static void put_pcapng_head(struct capture_writer *w)
{
	static const uint32_t length = 28;

	put32(w, 0x0a0d0d0a);
	put32(w, length);
	put32(w, 0x1a2b3c4d);
	put16(w, 1);
	put16(w, 0);
	put32(w, UINT32_MAX); /* the section's length is not known */
	put32(w, UINT32_MAX);
	put32(w, length);
	for (size_t i = 0; i < w->count; i++)
		put_interface(w, w->link_types[i]);
}

static void free_writer(struct capture_writer *w)
{
	free(w->path);
	free(w);
}

enum sl_err capture_writer_open(struct capture_writer **out, const char *path, int fd,
				const uint32_t *link_types, size_t count,
				struct errbuf *eb)
{
	struct capture_writer *w = calloc(1, sizeof(*w));

	*out = NULL;
	if (w)
		w->path = strdup(path);
	if (!w || !w->path || count > WRITER_LINK_TYPES) {
		if (w)
			free_writer(w);
		if (fd >= 0)
			(void)close(fd);
		if (count > WRITER_LINK_TYPES)
			return errbuf_set(eb, SL_E_LIMIT, "%s: more than %u link types",
					  path, WRITER_LINK_TYPES);
		return errbuf_set(eb, SL_E_NOMEM, "%s", sl_err_text(SL_E_NOMEM));
	}
	memcpy(w->link_types, link_types, count * sizeof(*link_types));
	w->count = count;
	w->out = fd < 0 ? stdout : fdopen(fd, "w");
	if (!w->out) {
		(void)close(fd);
		(void)errbuf_set(eb, SL_E_IO, "%s: cannot be written: %s", path,
				 strerror(errno));
		free_writer(w);
		return SL_E_IO;
	}
	if (count > 1)
		put_pcapng_head(w);
	else
		put_pcap_head(w);
	*out = w;
	return SL_OK;
}

static uint32_t interface_of(const struct capture_writer *w, uint32_t link_type)
{
	for (size_t i = 0; i < w->count; i++)
		if (w->link_types[i] == link_type)
			return (uint32_t)i;
	return 0;
}

static void put_pcapng_packet(struct capture_writer *w, const struct packet *p)
{
	static const uint8_t zeros[4];
	uint32_t padding = (4 - p->captured % 4) % 4;
	uint32_t length = 32 + p->captured + padding;
	uint64_t ns = p->time_ns > 0 ? (uint64_t)p->time_ns : 0;

	put32(w, 6);
	put32(w, length);
	put32(w, interface_of(w, p->link_type));
	put32(w, (uint32_t)(ns >> 32));
	put32(w, (uint32_t)ns);
	put32(w, p->captured);
	put32(w, p->length);
	put(w, p->bytes, p->captured);
	put(w, zeros, padding);
	put32(w, length);
}

static void put_pcap_packet(struct capture_writer *w, const struct packet *p)
{
	int64_t ns = p->time_ns > 0 ? p->time_ns : 0;
	int64_t seconds = ns / NS_PER_S;

	put32(w, seconds > UINT32_MAX ? UINT32_MAX : (uint32_t)seconds);
	put32(w, (uint32_t)(ns % NS_PER_S));
	put32(w, p->captured);
	put32(w, p->length);
	put(w, p->bytes, p->captured);
}

void capture_writer_put(struct capture_writer *w, const struct packet *p)
{
	if (w->count > 1)
		put_pcapng_packet(w, p);
	else
		put_pcap_packet(w, p);
	w->packets++;
}

uint64_t capture_writer_count(const struct capture_writer *w)
{
	return w->packets;
}

enum sl_err capture_writer_close(struct capture_writer *w, struct errbuf *eb)
{
	enum sl_err e = SL_OK;
	int failed;

	if (!w)
		return SL_OK;
	failed = w->out == stdout ? fflush(w->out) : fclose(w->out);
	if (failed && w->error == 0)
		w->error = errno;
	if (w->error)
		e = errbuf_set(eb, SL_E_IO, "%s: cannot be written: %s", w->path,
			       strerror(w->error));
	free_writer(w);
	return e;
}
