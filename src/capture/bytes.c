#include "capture/bytes.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum sl_err bytes_init(struct bytes *b, int fd, size_t block)
{
	*b = (struct bytes){.fd = fd, .size = block};
	b->buffer = malloc(block);
	b->at = b->end = b->buffer;
	return b->buffer ? SL_OK : SL_E_NOMEM;
}

void bytes_free(struct bytes *b)
{
	free(b->buffer);
	b->buffer = NULL;
	b->at = b->end = NULL;
}

/** Move what is left to the front, of a larger buffer if @p n asks for it. */
static bool make_room(struct bytes *b, size_t n)
{
	size_t left = bytes_left(b);

	if (n > b->size) {
		uint8_t *larger = malloc(n);

		if (!larger) {
			b->error = ENOMEM;
			return false;
		}
		memcpy(larger, b->at, left);
		free(b->buffer);
		b->buffer = larger;
		b->size = n;
	} else {
		memmove(b->buffer, b->at, left);
	}
	b->at = b->buffer;
	b->end = b->buffer + left;
	return true;
}

const uint8_t *bytes_refill(struct bytes *b, size_t n)
{
	if (b->error || b->ended || !make_room(b, n))
		return NULL;
	while (bytes_left(b) < n) {
		size_t filled = bytes_left(b);
		ssize_t got =
		    b->from ? b->from(b->from_ctx, b->buffer + filled, b->size - filled)
			    : read(b->fd, b->buffer + filled, b->size - filled);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			b->error = errno;
		else if (got == 0)
			b->ended = true;
		if (got <= 0)
			return NULL;
		b->end += got;
		b->read += (uint64_t)got;
		if (b->refilled)
			b->refilled(b->refilled_ctx);
	}
	return b->at;
}

bool bytes_skip(struct bytes *b, uint64_t n)
{
	while (n > bytes_left(b)) {
		n -= bytes_left(b);
		b->at = b->end;
		if (!bytes_refill(b, 1))
			return false;
	}
	b->at += n;
	return true;
}
