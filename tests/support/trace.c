#include "support/trace.h"

#include <stdlib.h>
#include <string.h>

bool trace_init(struct trace *t)
{
	memset(t, 0, sizeof(*t));
	t->segments = calloc(TRACE_SEGMENTS, sizeof(*t->segments));
	return t->segments != NULL;
}

void trace_free(struct trace *t)
{
	free(t->segments);
	t->segments = NULL;
}

static struct ip_addr address(bool v6, uint8_t last)
{
	static const uint8_t doc6[16] = {0x20, 0x01, 0x0d, 0xb8};
	uint8_t bytes[16];

	if (v6) {
		memcpy(bytes, doc6, sizeof(bytes));
		bytes[15] = last;
		return ip_addr_from_v6(bytes);
	}
	bytes[0] = 192;
	bytes[1] = 0;
	bytes[2] = 2;
	bytes[3] = last;
	return ip_addr_from_v4(bytes);
}

void trace_reset(struct trace *t, bool v6, bool client_low)
{
	/* The server is .2; the client .1 or .3, so that either order of the key
	 * occurs. */
	unsigned client = client_low ? 0 : 1;

	t->count = 0;
	t->advance_ns = 0;
	memset(&t->key, 0, sizeof(t->key));
	t->client_dir = (uint8_t)client;
	t->key.addr[client] = address(v6, client_low ? 1 : 3);
	t->key.port[client] = 40000;
	t->key.addr[1 - client] = address(v6, 2);
	t->key.port[1 - client] = 8080;
	t->server_text = v6 ? "[2001:db8::2]:8080" : "192.0.2.2:8080";
	if (client_low)
		t->client_text = v6 ? "[2001:db8::1]:40000" : "192.0.2.1:40000";
	else
		t->client_text = v6 ? "[2001:db8::3]:40000" : "192.0.2.3:40000";
}

void trace_copy(struct trace *to, const struct trace *from)
{
	struct segment *segments = to->segments;

	memcpy(segments, from->segments, from->count * sizeof(*segments));
	*to = *from;
	to->segments = segments;
}

bool trace_insert(struct trace *t, size_t at, const struct segment *s)
{
	struct segment copy = *s;

	if (t->count == TRACE_SEGMENTS)
		return false;
	memmove(&t->segments[at + 1], &t->segments[at],
		(t->count - at) * sizeof(*t->segments));
	t->segments[at] = copy;
	t->count++;
	return true;
}

void trace_remove(struct trace *t, size_t at, size_t n)
{
	memmove(&t->segments[at], &t->segments[at + n],
		(t->count - at - n) * sizeof(*t->segments));
	t->count -= n;
}

void trace_move(struct trace *t, size_t from, size_t to)
{
	struct segment moved = t->segments[from];

	moved.time_ns = t->segments[to].time_ns;
	if (from < to)
		memmove(&t->segments[from], &t->segments[from + 1],
			(to - from) * sizeof(*t->segments));
	else
		memmove(&t->segments[to + 1], &t->segments[to],
			(from - to) * sizeof(*t->segments));
	t->segments[to] = moved;
}
