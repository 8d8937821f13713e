#include "http/connection.h"

#include <stdlib.h>

/* Connections come and go by the hundred thousand: 88 bytes each and no more, and
 * http_free() finds those that nobody closed. */
#define SLAB_CONNECTIONS 186U /* 16 KiB */

struct slab {
	struct slab *next;
	struct connection items[SLAB_CONNECTIONS];
};

/* The first of the free ones is linked through a pointer that they do not use. */
static void unused_push(struct http *h, struct connection *conn)
{
	conn->used = false;
	conn->dir[0].waiting = (void *)h->unused;
	h->unused = conn;
}

struct connection *connection_new(struct http *h, const struct connection *lean)
{
	struct connection *conn;

	if (!h->unused) {
		struct slab *slab = malloc(sizeof(*slab));

		if (!slab) {
			h->records.failed = true;
			return NULL;
		}
		slab->next = h->slabs;
		h->slabs = slab;
		for (size_t i = SLAB_CONNECTIONS; i > 0; i--)
			unused_push(h, &slab->items[i - 1]);
	}
	conn = h->unused;
	h->unused = (void *)conn->dir[0].waiting;
	*conn = *lean;
	conn->used = true;
	conn->serial = ++h->serials;
	return conn;
}

void connection_free(struct http *h, struct connection *conn)
{
	exchange_discard(h, conn);
	unused_push(h, conn);
}

void connections_free_all(struct http *h)
{
	struct slab *next;

	for (struct slab *slab = h->slabs; slab; slab = next) {
		next = slab->next;
		for (size_t i = 0; i < SLAB_CONNECTIONS; i++) {
			if (slab->items[i].used)
				exchange_discard(h, &slab->items[i]);
		}
		free(slab);
	}
	h->slabs = NULL;
	h->unused = NULL;
}

/* Connections are aligned, so bit 0 tells the two apart. Above it: two bits for each
 * phase, three for the protocol, one for each flag. */
bool connection_is_lean(const void *user)
{
	return !user || ((uintptr_t)user & 1) != 0;
}

static void load_direction(struct direction *d, uintptr_t bits, bool hole_lost)
{
	d->phase = (uint8_t)(bits & 3);
	/* No message was found here before: the stretch not understood is all of it. */
	d->hole_set = d->phase == PHASE_SEEK;
	d->hole_lost = hole_lost;
}

void connection_load(struct connection *lean, const void *user)
{
	uintptr_t bits = (uintptr_t)user >> 1;

	*lean = (struct connection){0};
	load_direction(&lean->dir[0], bits, (bits >> 8 & 1) != 0);
	load_direction(&lean->dir[1], bits >> 2, (bits >> 9 & 1) != 0);
	lean->protocol = (uint8_t)(bits >> 4 & 7);
	lean->simple_sent = (bits >> 7 & 1) != 0;
}

void *connection_store(const struct connection *lean)
{
	uintptr_t bits =
	    (uintptr_t)lean->dir[0].phase | (uintptr_t)lean->dir[1].phase << 2 |
	    (uintptr_t)lean->protocol << 4 | (uintptr_t)lean->simple_sent << 7 |
	    (uintptr_t)lean->dir[0].hole_lost << 8 |
	    (uintptr_t)lean->dir[1].hole_lost << 9;

	/* An integer in disguise, never followed. */
	return (void *)(bits << 1 | 1); /* NOLINT(performance-no-int-to-ptr) */
}
