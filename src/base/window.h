/**
 * @file
 * @brief A span of time that a person names: `yesterday`, `2026-11-22`, `6h`.
 *
 * Half open: packets at `to_ns` belong to the next one, so that nights next to each
 * other count nothing twice. Days are calendar days, of 23 or 25 hours where the clock
 * is changed.
 */
#ifndef STATLINE_BASE_WINDOW_H
#define STATLINE_BASE_WINDOW_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct window {
	bool set; /**< else everything is inside, and the times mean nothing */
	int64_t from_ns;
	int64_t to_ns; /**< INT64_MAX: open */
};

static inline bool window_has(const struct window *w, int64_t time_ns)
{
	return !w->set || (time_ns >= w->from_ns && time_ns < w->to_ns);
}

/**
 * @brief Read `--window`: a day (`2026-11-22`, `today`, `yesterday`) or `FROM/TO`, each
 *        a day or `2026-11-22T02:00[:30]`, with a Z for UTC; a day as TO is included.
 * @param now_ns  what today is
 * @param utc     days and times are in UTC and not local
 * @retval SL_OK
 * @retval SL_E_USAGE  @p eb says what is wrong
 */
enum sl_err window_parse(const char *text, int64_t now_ns, bool utc, struct window *out,
			 struct errbuf *eb);

/**
 * @brief Read a span: digits and one of s, m, min, h, d, w; or digits alone, seconds.
 * @param seconds  receives it, at most LIMIT_SPAN_S
 * @return whether @p text is one
 */
bool window_span(const char *text, uint64_t *seconds);

/** Read `--since`: a point in time as above, or a duration before now (`90m`, `6h`,
 *  `7d`). The window is open; as window_parse(). */
enum sl_err window_since(const char *text, int64_t now_ns, bool utc, struct window *out,
			 struct errbuf *eb);

#endif
