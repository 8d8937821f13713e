/**
 * @file
 * @brief Counts that only some rows have: gRPC, HTTP/2 streams, WebSocket. Inside
 * tally/ only.
 */
#ifndef STATLINE_TALLY_MORE_H
#define STATLINE_TALLY_MORE_H

#include "tally/counts.h"

/** Count the gRPC status and the stream error of an exchange that is over. */
void more_done(struct counts *c, const struct http_exchange *x, struct budget *b);

/** Count a WebSocket that is over. */
void more_websocket(struct counts *c, const struct http_websocket *w, struct budget *b);

/** Add all of @p from to @p into. */
void more_merge(struct counts *into, const struct counts *from, struct budget *b);

/** @return bytes that @p m, which may be NULL, takes of its budget */
size_t more_memory(const struct more *m);

/** NULL is allowed. */
void more_free(struct more *m);

#endif
