#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "http/connection.h"

/* Most heads that span segments are longer than this. */
#define PARTIAL_FIRST 480U

static bool partial_grow(struct http *h, struct partial **p, size_t need)
{
	size_t old = *p ? sizeof(**p) + (*p)->size : 0;
	size_t room = *p ? (*p)->size : PARTIAL_FIRST;
	struct partial *grown;

	while (room < need)
		room *= 2;
	if (room > LIMIT_HEAD)
		room = LIMIT_HEAD;
	if (!memory_take(&h->partials, sizeof(**p) + room - old))
		return false;
	grown = realloc(*p, sizeof(**p) + room);
	if (!grown) {
		memory_give(&h->partials, sizeof(**p) + room - old);
		h->records.failed = true;
		return false;
	}
	if (!*p)
		memset(grown, 0, sizeof(*grown));
	grown->size = (uint32_t)room;
	*p = grown;
	return true;
}

bool partial_append(struct http *h, struct partial **p, const struct start *start,
		    const char *bytes, size_t len)
{
	bool fresh = !*p;
	size_t need = len + (fresh ? 0 : (*p)->len);

	if (need > LIMIT_HEAD)
		return false;
	if ((fresh || need > (*p)->size) && !partial_grow(h, p, need))
		return false;
	if (fresh)
		(*p)->start = *start;
	memcpy((*p)->bytes + (*p)->len, bytes, len);
	(*p)->len += (uint32_t)len;
	return true;
}

void partial_free(struct http *h, struct partial **p)
{
	if (!*p)
		return;
	memory_give(&h->partials, sizeof(**p) + (*p)->size);
	free(*p);
	*p = NULL;
}
