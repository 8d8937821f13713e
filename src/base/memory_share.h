/**
 * @file
 * @brief Memory that several pools share: each has a part of its own, and what one of
 *        them needs beyond it comes out of one common rest.
 *
 * So a million idle connections find room where nothing else wants it, and whatever an
 * attacker fills, the other pools keep their own parts. All of them belong to one
 * thread.
 */
#ifndef STATLINE_BASE_MEMORY_SHARE_H
#define STATLINE_BASE_MEMORY_SHARE_H

#include <stdbool.h>
#include <stddef.h>

/** What is left for all of them. */
struct memory_commons {
	size_t left; /**< bytes */
};

/** One pool's account. */
struct memory_share {
	size_t used;                    /**< bytes */
	size_t own;                     /**< bytes that nobody else can have */
	struct memory_commons *commons; /**< lent, outlives it; NULL: only `own` */
};

/** @return bytes that could be taken now */
static inline size_t memory_left(const struct memory_share *s)
{
	size_t own = s->used < s->own ? s->own - s->used : 0;

	return own + (s->commons ? s->commons->left : 0);
}

/** @return false: nothing was taken, @p bytes are more than there are */
static inline bool memory_take(struct memory_share *s, size_t bytes)
{
	size_t own = s->used < s->own ? s->own - s->used : 0;

	if (bytes > own) {
		if (!s->commons || bytes - own > s->commons->left)
			return false;
		s->commons->left -= bytes - own;
	}
	s->used += bytes;
	return true;
}

/** Give back @p bytes, at most what was taken. */
static inline void memory_give(struct memory_share *s, size_t bytes)
{
	size_t over = s->used > s->own ? s->used - s->own : 0;

	if (over > 0)
		s->commons->left += bytes < over ? bytes : over;
	s->used -= bytes;
}

#endif
