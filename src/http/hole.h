/**
 * @file
 * @brief Where the framing of one direction was lost, what became of the requests whose
 *        answers may lie there.
 *
 * A client that had received bytes from the hole, and after those it knew when it sent
 * an earlier request, had that request's answer there; unless the server had received
 * nothing of that request even when it sent the response behind the hole. So had those
 * before it; of a request for which it is unknown what its client knew, nothing else is
 * proved.
 */
#ifndef STATLINE_HTTP_HOLE_H
#define STATLINE_HTTP_HOLE_H

#include <stdbool.h>
#include <stdint.h>

#include "http/connection.h"

/** @param acked  offset up to which a request's sender had received, or
 *                TCP_ACKED_UNKNOWN
 *  @return whether it had received nothing of what follows @p offset, as far as is
 *          known */
static inline bool hole_unknown_to(uint64_t acked, uint64_t offset)
{
	return acked == TCP_ACKED_UNKNOWN || acked <= offset;
}

/** The framing of direction @p dir is lost from @p offset on. The other direction's
 *  requests whose answers may be there are unseen unless they are matched. */
void hole_begins(const struct call *call, unsigned dir, uint64_t offset);

/** A response that begins at @p response ends the hole in its direction, `call->dir`.
 *  @return the last of the waiting requests whose answer was in there, as were those of
 *          the requests before it; NULL: of none is that proved */
const struct record *hole_last_answered(const struct call *call,
					const struct start *response);

#endif
