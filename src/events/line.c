#include "events/line.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool line_open(struct line *l, struct line_file *file, bool alone)
{
	*l = (struct line){.file = file,
			   .alone = alone,
			   .buffer = malloc(LINE_BLOCK + LINE_MAX_BYTES)};
	return l->buffer != NULL;
}

void line_free(struct line *l)
{
	free(l->buffer);
}

/* Write the first @p size bytes; what is behind them stays. */
static void write_piece(struct line *l, size_t size)
{
	struct line_file *f = l->file;
	size_t done = 0;

	pthread_mutex_lock(&f->lock);
	while (done < size && f->error == 0) {
		ssize_t n = write(f->fd, l->buffer + done, size - done);

		if (n >= 0)
			done += (size_t)n;
		else if (errno != EINTR)
			f->error = errno;
	}
	f->written += size;
	pthread_mutex_unlock(&f->lock);
	l->used -= size;
	memmove(l->buffer, l->buffer + size, l->used);
}

void line_flush(struct line *l)
{
	if (l->used > 0)
		write_piece(l, l->used);
}

void line_end(struct line *l, const char *end)
{
	l->used = (size_t)(end - l->buffer);
	/* The first piece may be a short one, up to a place where a block begins. */
	while (l->used >= LINE_BLOCK)
		write_piece(l, l->alone ? LINE_BLOCK -
					      (size_t)(l->file->written % LINE_BLOCK)
					: l->used);
}
