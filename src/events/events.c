#include "events/events.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "events/format.h"
#include "http/path.h"

struct events {
	const struct event_format *format;
	struct line line;
	uint64_t count;
	char *path;
};

static const struct event_format *const formats[] = {
    [EVENTS_ECS] = &event_ecs,
    [EVENTS_ZEEK] = &event_zeek,
};

bool events_format_named(const char *name, enum events_format *out)
{
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		if (strcmp(formats[i]->name, name) == 0) {
			*out = (enum events_format)i;
			return true;
		}
	return false;
}

static int open_path(const char *path)
{
	if (strcmp(path, "-") == 0)
		return STDOUT_FILENO;
	return open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
}

static void free_events(struct events *e)
{
	free(e->line.buffer);
	free(e->path);
	free(e);
}

enum sl_err events_open(struct events **out, const char *path,
			enum events_format format, int64_t now_ns, struct errbuf *eb)
{
	struct events *e = calloc(1, sizeof(*e));

	*out = NULL;
	if (!e)
		return errbuf_set(eb, SL_E_NOMEM, "%s", sl_err_text(SL_E_NOMEM));
	e->format = formats[format];
	e->path = strdup(path);
	e->line.buffer = malloc(LINE_BUFFER);
	if (!e->path || !e->line.buffer) {
		free_events(e);
		return errbuf_set(eb, SL_E_NOMEM, "%s", sl_err_text(SL_E_NOMEM));
	}
	e->line.fd = open_path(path);
	if (e->line.fd < 0) {
		(void)errbuf_set(eb, SL_E_IO, "%s: cannot be written: %s", path,
				 strerror(errno));
		free_events(e);
		return SL_E_IO;
	}
	if (e->format->head)
		e->format->head(&e->line, now_ns);
	*out = e;
	return SL_OK;
}

static void write_one(struct events *e, const struct http_exchange *x)
{
	line_begin(&e->line);
	e->format->exchange(&e->line, x);
	e->count++;
}

/* The first interim response is told with its exchange, if it has one; the columns have
 * room for one only. */
static void on_response(void *ctx, const struct http_exchange *x)
{
	if (status_is_interim(x->status) && (!x->has_request || x->interim != 0))
		write_one(ctx, x);
}

static void on_done(void *ctx, const struct http_exchange *x)
{
	write_one(ctx, x);
}

struct http_sink events_sink(struct events *e)
{
	return (struct http_sink){.response = on_response, .done = on_done, .ctx = e};
}

uint64_t events_count(const struct events *e)
{
	return e->count;
}

enum sl_err events_close(struct events *e, struct errbuf *eb)
{
	enum sl_err status = SL_OK;

	if (!e)
		return SL_OK;
	line_flush(&e->line);
	if (e->line.fd != STDOUT_FILENO && close(e->line.fd) != 0 && e->line.error == 0)
		e->line.error = errno;
	if (e->line.error != 0)
		status = SL_E_IO;
	if (e->line.error != 0 && e->line.error != EPIPE)
		(void)errbuf_set(eb, SL_E_IO, "%s: cannot be written: %s", e->path,
				 strerror(e->line.error));
	free_events(e);
	return status;
}

/* ---- for the formats ---- */

struct text event_version(const struct http_exchange *x)
{
	if (x->protocol == PROTOCOL_HTTP_2 || x->protocol == PROTOCOL_GRPC)
		return (struct text){"2", 1};
	if (!x->has_request || x->facts.flags & REQUEST_BAD_VERSION)
		return (struct text){NULL, 0};
	return (struct text){x->facts.flags & REQUEST_HTTP_1_0 ? "1.0" : "1.1", 3};
}

void event_referer(struct text referer, struct text *origin, struct text *path)
{
	const char *slashes = NULL;
	const char *at;

	*path = path_of_target(referer);
	*origin = (struct text){referer.at, 0};
	for (size_t i = 0; i + 2 < referer.len; i++)
		if (memcmp(referer.at + i, "://", 3) == 0) {
			slashes = referer.at + i + 3;
			break;
		}
	if (!slashes || path->at < slashes || path->at > referer.at + referer.len) {
		/* "/" of ours, or no URI at all: the host alone is not worth it. */
		if (slashes)
			*path = (struct text){NULL, 0};
		return;
	}
	at = memchr(slashes, '@', (size_t)(path->at - slashes));
	if (at)
		*origin = (struct text){at + 1, (size_t)(path->at - at - 1)};
	else
		origin->len = (size_t)(path->at - referer.at);
}
