#include "config.h" /* MADV_DONTFORK */

#include "capture/ahead.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/limits.h"

/** Bytes of one piece of memory: as much as a pipe holds. */
#define CHUNK_SIZE (1024U * KIB)

/** The other pipes are emptied after so many bytes of the one that is wanted, or so
 * many ms without any: before a pipe of 1 MiB is full, and not at each of its writes,
 * which would cost more than it brings. */
#define SERVE_BYTES (512U * KIB)
#define SERVE_MS    4

struct chunk {
	struct chunk *next;
	size_t begin;
	size_t end;
	uint8_t bytes[CHUNK_SIZE - 3 * sizeof(size_t)];
};
#define CHUNK_BYTES sizeof(((struct chunk *)0)->bytes)
_Static_assert(sizeof(struct chunk) == CHUNK_SIZE, "whole pages");

struct ahead_pipe {
	struct ahead *set;
	int fd;
	bool ended; /* nothing more comes: `error` says why, 0: the end */
	int error;
	struct chunk *first; /* what was read and not given */
	struct chunk *last;
};

struct ahead {
	struct ahead_pipe *pipes[LIMIT_DECOMPRESSORS];
	size_t count;
	size_t since;  /* bytes given since the others were emptied */
	size_t chunks; /* in use and spare */
	struct chunk
	    *spare; /* memory that has been touched costs nothing to touch again */
};

struct ahead *ahead_new(void)
{
	return calloc(1, sizeof(struct ahead));
}

struct ahead_pipe *ahead_add(struct ahead *a, int fd)
{
	struct ahead_pipe *p;

	if (a->count == LIMIT_DECOMPRESSORS)
		return NULL;
	p = calloc(1, sizeof(*p));
	if (!p)
		return NULL;
	p->set = a;
	p->fd = fd;
	a->pipes[a->count++] = p;
	return p;
}

/* Not for the children that are forked later: else each fork would make us copy every
 * page that is written after it. */
static struct chunk *chunk_new(void)
{
	void *bytes = mmap(NULL, sizeof(struct chunk), PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (bytes == MAP_FAILED)
		return NULL;
	(void)madvise(bytes, sizeof(struct chunk), MADV_DONTFORK);
	return bytes;
}

static struct chunk *take_chunk(struct ahead *a)
{
	struct chunk *c = a->spare;

	if (c) {
		a->spare = c->next;
	} else {
		if ((a->chunks + 1) * sizeof(*c) > LIMIT_AHEAD)
			return NULL;
		c = chunk_new();
		if (!c)
			return NULL;
		a->chunks++;
	}
	c->next = NULL;
	c->begin = 0;
	c->end = 0;
	return c;
}

static void give_back(struct ahead *a, struct chunk *c)
{
	c->next = a->spare;
	a->spare = c;
}

/* read(2) once, unless it would wait: then poll() says so. It is asked first and the
 * pipe not made non-blocking, which a worker's cage does not allow.
 * @return bytes; 0 when there are none now, or none will come */
static size_t read_some(struct ahead_pipe *p, void *bytes, size_t n)
{
	struct pollfd fd = {.fd = p->fd, .events = POLLIN};
	ssize_t got;

	if (poll(&fd, 1, 0) <= 0)
		return 0;
	do
		got = read(p->fd, bytes, n);
	while (got < 0 && errno == EINTR);
	if (got > 0)
		return (size_t)got;
	p->ended = true;
	p->error = got < 0 ? errno : 0;
	return 0;
}

/* Whether bytes of the pipe can be kept; makes room for them. */
static bool has_room(struct ahead_pipe *p)
{
	struct chunk *c;

	if (p->last && p->last->end < CHUNK_BYTES)
		return true;
	c = take_chunk(p->set);
	if (!c)
		return false;
	if (p->last)
		p->last->next = c;
	else
		p->first = c;
	p->last = c;
	return true;
}

static void keep(struct ahead_pipe *p)
{
	if (has_room(p))
		p->last->end += read_some(p, p->last->bytes + p->last->end,
					  CHUNK_BYTES - p->last->end);
}

/* Bytes that are kept. */
static size_t give(struct ahead_pipe *p, void *bytes, size_t n)
{
	struct chunk *c = p->first;
	size_t left;

	while (c && c->begin == c->end) {
		/* Emptied, or made ready and not filled yet. */
		if (c == p->last)
			return 0;
		p->first = c->next;
		give_back(p->set, c);
		c = p->first;
	}
	if (!c)
		return 0;
	left = c->end - c->begin;
	n = n < left ? n : left;
	memcpy(bytes, c->bytes + c->begin, n);
	c->begin += n;
	if (c->begin == c->end && c == p->last) {
		c->begin = 0;
		c->end = 0;
	}
	return n;
}

/* Keep what the pipes other than @p wanted have by now. */
static void serve_others(const struct ahead_pipe *wanted)
{
	struct ahead *a = wanted->set;

	a->since = 0;
	for (size_t i = 0; i < a->count; i++)
		if (a->pipes[i] != wanted && !a->pipes[i]->ended)
			keep(a->pipes[i]);
}

/* Wait until the pipe has something, and not so long that another one is full. */
static int wait_for(const struct ahead_pipe *p)
{
	struct pollfd fd = {.fd = p->fd, .events = POLLIN};
	int got = poll(&fd, 1, p->set->count > 1 ? SERVE_MS : -1);

	if (got == 0)
		serve_others(p);
	return got;
}

ssize_t ahead_read(void *pipe, void *bytes, size_t n)
{
	struct ahead_pipe *p = pipe;

	for (;;) {
		size_t got = give(p, bytes, n);

		if (got == 0 && !p->ended)
			got = read_some(p, bytes, n);
		if (got > 0) {
			p->set->since += got;
			if (p->set->since >= SERVE_BYTES)
				serve_others(p);
			return (ssize_t)got;
		}
		if (p->ended) {
			errno = p->error;
			return p->error ? -1 : 0;
		}
		if (wait_for(p) < 0)
			return -1;
	}
}

void ahead_remove(struct ahead_pipe *p)
{
	struct ahead *a;

	if (!p)
		return;
	a = p->set;
	while (p->first) {
		struct chunk *c = p->first;

		p->first = c->next;
		give_back(a, c);
	}
	for (size_t i = 0; i < a->count; i++)
		if (a->pipes[i] == p)
			a->pipes[i] = a->pipes[--a->count];
	free(p);
}

void ahead_free(struct ahead *a)
{
	if (!a)
		return;
	while (a->spare) {
		struct chunk *c = a->spare;

		a->spare = c->next;
		(void)munmap(c, sizeof(*c));
	}
	free(a);
}
