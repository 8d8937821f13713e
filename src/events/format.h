/**
 * @file
 * @brief The formats of events, one a file. Only for src/events/.
 */
#ifndef STATLINE_EVENTS_FORMAT_H
#define STATLINE_EVENTS_FORMAT_H

#include "events/line.h"

struct event_format {
	const char *name;
	void (*head)(struct line *l, int64_t now_ns);
	void (*exchange)(struct line *l, const struct http_exchange *x);
};

extern const struct event_format event_ecs;  /**< ecs.c */
extern const struct event_format event_zeek; /**< zeek.c */

/** @return "1.0" or "1.1" of a request; empty when that is not known */
struct text event_version(const struct http_exchange *x);

/** @return a Referer without user information, query and fragment, in two pieces */
void event_referer(struct text referer, struct text *origin, struct text *path);

#endif
