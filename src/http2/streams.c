#include "http2/streams.h"

#include <string.h>

#include "base/limits.h"

#define ROOM_FIRST 4U

/* Where @p id stands, or would. */
static uint32_t place_of(const struct streams *s, uint32_t id)
{
	uint32_t low = 0, high = s->count;

	/* The newest one is asked for most. */
	if (high > 0 && s->list[high - 1]->id < id)
		return high;
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (s->list[middle]->id < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct stream *streams_find(const struct streams *s, uint32_t id)
{
	uint32_t at = place_of(s, id);

	return at < s->count && s->list[at]->id == id ? s->list[at] : NULL;
}

static bool make_room(struct streams *s, struct memory_part *part)
{
	uint32_t room = s->room ? 2 * s->room : ROOM_FIRST;
	struct stream **list;

	if (s->count < s->room)
		return true;
	if (s->count >= LIMIT_HTTP2_STREAMS)
		return false;
	list = memory_resize(part, s->list, room * sizeof(struct stream *));
	if (!list)
		return false;
	s->list = list;
	s->room = room;
	return true;
}

struct stream *streams_open(struct streams *s, struct memory_part *part, uint32_t id,
			    struct record *record)
{
	uint32_t at = place_of(s, id);
	struct stream *st;

	if (!make_room(s, part))
		return NULL;
	st = memory_new(part, sizeof(*st));
	if (!st)
		return NULL;
	st->id = id;
	st->record = record;
	memmove(s->list + at + 1, s->list + at,
		(s->count - at) * sizeof(struct stream *));
	s->list[at] = st;
	s->count++;
	return st;
}

static void free_stream(struct memory_part *part, struct record_pool *records,
			struct stream *st)
{
	record_free(records, st->record);
	memory_free(part, st->talk);
	memory_free(part, st);
}

void streams_open_talk(struct streams *s, struct memory_part *part, struct stream *st)
{
	st->talk = memory_new(part, sizeof(*st->talk));
	s->talks += st->talk != NULL;
}

void streams_close_talk(struct streams *s, struct memory_part *part, struct stream *st)
{
	memory_free(part, st->talk);
	st->talk = NULL;
	s->talks--;
}

void streams_close(struct streams *s, struct memory_part *part,
		   struct record_pool *records, struct stream *st)
{
	uint32_t at = place_of(s, st->id);

	s->count--;
	memmove(s->list + at, s->list + at + 1,
		(s->count - at) * sizeof(struct stream *));
	free_stream(part, records, st);
}

void streams_free(struct streams *s, struct memory_part *part,
		  struct record_pool *records)
{
	for (uint32_t i = 0; i < s->count; i++)
		free_stream(part, records, s->list[i]);
	memory_free(part, s->list);
	*s = (struct streams){0};
}
