#include "http/chunked.h"

#include <string.h>

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static enum chunk_state size_ended(uint64_t size)
{
	return size > 0 ? CHUNK_DATA : CHUNK_TRAILER;
}

/* One byte of a size, or of what may stand around it. */
static enum chunk_state size_byte(enum chunk_state state, uint64_t *size, char c)
{
	int digit = hex_digit(c);

	if (digit >= 0) {
		if (state == CHUNK_FIRST)
			*size = 0;
		if (*size > (CHUNK_SIZE_MOST - (uint64_t)digit) / 16)
			return CHUNK_BAD;
		*size = *size * 16 + (uint64_t)digit;
		return CHUNK_SIZE;
	}
	if (state == CHUNK_FIRST)
		return c == ' ' || c == '\t' ? CHUNK_FIRST : CHUNK_BAD;
	if (c == '\n')
		return size_ended(*size);
	return c == '\r' || c == ' ' || c == '\t' || c == ';' ? CHUNK_EXTENSION
							      : CHUNK_BAD;
}

static enum chunk_state trailer_byte(enum chunk_state state, char c)
{
	if (c == '\n')
		return CHUNK_DONE;
	return c == '\r' && state == CHUNK_TRAILER ? CHUNK_TRAILER_CR
						   : CHUNK_TRAILER_LINE;
}

/* One step: how many bytes it took, at least 1 unless the state becomes CHUNK_BAD. */
static size_t chunk_step(enum chunk_state *state, uint64_t *size, const char *p,
			 size_t len)
{
	const char *lf;
	size_t n = 1;

	switch (*state) {
	case CHUNK_FIRST:
	case CHUNK_SIZE:
		*state = size_byte(*state, size, *p);
		break;
	case CHUNK_EXTENSION:
	case CHUNK_TRAILER_LINE:
		lf = memchr(p, '\n', len);
		n = lf ? (size_t)(lf + 1 - p) : len;
		if (lf)
			*state = *state == CHUNK_EXTENSION ? size_ended(*size)
							   : CHUNK_TRAILER;
		break;
	case CHUNK_DATA:
		n = *size < len ? (size_t)*size : len;
		*size -= n;
		if (*size == 0)
			*state = CHUNK_DATA_END;
		break;
	case CHUNK_DATA_END:
		if (*p == '\n')
			*state = CHUNK_FIRST;
		else if (*p != '\r')
			*state = CHUNK_BAD;
		break;
	case CHUNK_TRAILER:
	case CHUNK_TRAILER_CR:
		*state = trailer_byte(*state, *p);
		break;
	case CHUNK_DONE:
	case CHUNK_BAD:
		break;
	}
	return *state == CHUNK_BAD ? 0 : n;
}

size_t chunk_feed(enum chunk_state *state, uint64_t *size, const char *bytes,
		  size_t len)
{
	size_t done = 0;

	while (done < len && *state != CHUNK_DONE && *state != CHUNK_BAD)
		done += chunk_step(state, size, bytes + done, len - done);
	return done;
}
