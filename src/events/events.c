#include "events/events.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "events/format.h"
#include "events/line.h"

struct events {
	const struct event_format *format;
	struct line_file file;
	char *path;
};

struct events_writer {
	struct events *events;
	struct line line;
	struct event_memory memory;
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
	if (e->file.fd >= 0 && e->file.fd != STDOUT_FILENO)
		(void)close(e->file.fd);
	(void)pthread_mutex_destroy(&e->file.lock);
	free(e->path);
	free(e);
}

/** Write the header to @p file, which nobody else knows yet. */
static enum sl_err put_head(const struct event_format *format, struct line_file *file,
			    int64_t now_ns)
{
	struct line l;

	if (!format->head)
		return SL_OK;
	if (!line_open(&l, file, true))
		return SL_E_NOMEM;
	line_end(&l, format->head(line_begin(&l), now_ns));
	line_flush(&l);
	line_free(&l);
	return SL_OK;
}

enum sl_err events_new(struct events **out, int fd, const char *name,
		       enum events_format format, int64_t now_ns, struct errbuf *eb)
{
	struct events *e = calloc(1, sizeof(*e));

	*out = NULL;
	if (!e) {
		if (fd != STDOUT_FILENO)
			(void)close(fd);
		return errbuf_set(eb, SL_E_NOMEM, "%s", sl_err_text(SL_E_NOMEM));
	}
	(void)pthread_mutex_init(&e->file.lock, NULL);
	e->format = formats[format];
	e->file.fd = fd;
	e->path = strdup(name);
	if (!e->path || put_head(e->format, &e->file, now_ns) != SL_OK) {
		free_events(e);
		return errbuf_set(eb, SL_E_NOMEM, "%s", sl_err_text(SL_E_NOMEM));
	}
	*out = e;
	return SL_OK;
}

enum sl_err events_open(struct events **out, const char *path,
			enum events_format format, int64_t now_ns, struct errbuf *eb)
{
	int fd = open_path(path);

	*out = NULL;
	if (fd < 0)
		return errbuf_set(eb, SL_E_IO, "%s: cannot be written: %s", path,
				  strerror(errno));
	return events_new(out, fd, path, format, now_ns, eb);
}

enum sl_err events_reopen(struct events *e, int fd, int64_t now_ns)
{
	struct line_file fresh = {.lock = PTHREAD_MUTEX_INITIALIZER, .fd = fd};
	enum sl_err status = put_head(e->format, &fresh, now_ns);
	int old = fd;

	if (status == SL_OK) {
		pthread_mutex_lock(&e->file.lock);
		old = e->file.fd;
		e->file.fd = fd;
		e->file.error = fresh.error;
		pthread_mutex_unlock(&e->file.lock);
	}
	if (old != STDOUT_FILENO)
		(void)close(old);
	return status;
}

int events_error(struct events *e)
{
	int error;

	pthread_mutex_lock(&e->file.lock);
	error = e->file.error;
	pthread_mutex_unlock(&e->file.lock);
	return error;
}

/* ---- lines ---- */

static void write_one(struct events_writer *w, const struct http_exchange *x)
{
	char *at = line_begin(&w->line);

	line_end(&w->line, w->events->format->exchange(at, &w->memory, x));
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

struct events_writer *events_writer_new(struct events *e, bool alone)
{
	struct events_writer *w = calloc(1, sizeof(*w));

	if (!w)
		return NULL;
	w->events = e;
	if (line_open(&w->line, &e->file, alone))
		return w;
	free(w);
	return NULL;
}

struct http_sink events_writer_sink(struct events_writer *w)
{
	return (struct http_sink){.response = on_response, .done = on_done, .ctx = w};
}

void events_writer_flush(struct events_writer *w)
{
	line_flush(&w->line);
}

void events_writer_free(struct events_writer *w)
{
	if (!w)
		return;
	line_flush(&w->line);
	line_free(&w->line);
	free(w);
}

enum sl_err events_close(struct events *e, struct errbuf *eb)
{
	enum sl_err status = SL_OK;
	int error;

	if (!e)
		return SL_OK;
	error = e->file.error;
	if (e->file.fd != STDOUT_FILENO && close(e->file.fd) != 0 && error == 0)
		error = errno;
	e->file.fd = -1;
	if (error != 0)
		status = SL_E_IO;
	if (error != 0 && error != EPIPE)
		(void)errbuf_set(eb, SL_E_IO, "%s: cannot be written: %s", e->path,
				 strerror(error));
	free_events(e);
	return status;
}
