#include "events/line.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

bool line_open(struct line *l, struct line_file *file)
{
	*l = (struct line){.file = file, .buffer = malloc(LINE_BLOCK + LINE_MAX_BYTES)};
	return l->buffer != NULL;
}

void line_free(struct line *l)
{
	free(l->buffer);
}

void line_flush(struct line *l)
{
	struct line_file *f = l->file;
	size_t done = 0;

	if (l->used == 0)
		return;
	pthread_mutex_lock(&f->lock);
	while (done < l->used && f->error == 0) {
		ssize_t n = write(f->fd, l->buffer + done, l->used - done);

		if (n >= 0)
			done += (size_t)n;
		else if (errno != EINTR)
			f->error = errno;
	}
	pthread_mutex_unlock(&f->lock);
	l->used = 0;
}

void line_end(struct line *l, const char *end)
{
	l->used = (size_t)(end - l->buffer);
	if (l->used >= LINE_BLOCK)
		line_flush(l);
}
