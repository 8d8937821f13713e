/**
 * @file
 * @brief A bounds-checked reader over bytes from the wire; its error sticks.
 *
 * Packet bytes are read through this only. A read past the end returns 0 and
 * sets the error, and so does every read after it: a decoder reads a whole
 * header and asks once.
 */
#ifndef STATLINE_BASE_CURSOR_H
#define STATLINE_BASE_CURSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Bytes are lent: they must outlive the cursor. */
struct cursor {
	const uint8_t *at;
	const uint8_t *end;
	bool failed;
};

static inline struct cursor cursor_over(const uint8_t *bytes, size_t len)
{
	return (struct cursor){.at = bytes, .end = bytes + len, .failed = false};
}

/** @return bytes not read yet; 0 after an error */
static inline size_t cursor_left(const struct cursor *c)
{
	return c->failed ? 0 : (size_t)(c->end - c->at);
}

/** @return the next @p n bytes, lent, and steps over them; NULL and the error set
 *  if there are not that many */
static inline const uint8_t *cursor_take(struct cursor *c, size_t n)
{
	const uint8_t *p = c->at;

	if (c->failed || (size_t)(c->end - c->at) < n) {
		c->failed = true;
		return NULL;
	}
	c->at += n;
	return p;
}

/** Step over @p n bytes; sets the error if there are not that many. */
static inline void cursor_skip(struct cursor *c, size_t n)
{
	(void)cursor_take(c, n);
}

/** Let the cursor end @p n bytes from here, if it does not end before that. */
static inline void cursor_limit(struct cursor *c, size_t n)
{
	if ((size_t)(c->end - c->at) > n)
		c->end = c->at + n;
}

/** One byte, network order where more; 0 when the error is set. */
static inline uint8_t cursor_u8(struct cursor *c)
{
	const uint8_t *p = cursor_take(c, 1);

	return p ? p[0] : 0;
}

static inline uint16_t cursor_be16(struct cursor *c)
{
	const uint8_t *p = cursor_take(c, 2);

	if (!p)
		return 0;
	return (uint16_t)(p[0] << 8 | p[1]);
}

static inline uint32_t cursor_be32(struct cursor *c)
{
	const uint8_t *p = cursor_take(c, 4);

	return p ? (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 |
		       p[3]
		 : 0;
}

static inline uint16_t cursor_le16(struct cursor *c)
{
	const uint8_t *p = cursor_take(c, 2);

	if (!p)
		return 0;
	return (uint16_t)(p[1] << 8 | p[0]);
}

static inline uint32_t cursor_le32(struct cursor *c)
{
	const uint8_t *p = cursor_take(c, 4);

	return p ? (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 |
		       p[0]
		 : 0;
}

#endif
