/**
 * @file
 * @brief One direction of a connection, as its three files share it. Private to http/.
 *
 * direction.c hands bytes to the phase they belong to, opening.c finds where messages
 * begin, framing.c where they end. All act on `call->dir`.
 */
#ifndef STATLINE_HTTP_DIRECTION_H
#define STATLINE_HTTP_DIRECTION_H

#include "http/connection.h"

/** What is left of the bytes that are told; lent. */
struct input {
	const char *at;
	size_t left;
	uint64_t offset;
	uint64_t acked;
	bool segment_start; /**< at[0] is the first byte of a segment */
};

/** How a head came to its end. */
enum head_state {
	HEAD_WHOLE,
	HEAD_CUT,  /**< by a hole or an end */
	HEAD_LONG, /**< by our bound: the rest of it follows */
};

static inline struct direction *direction_of(const struct call *call)
{
	return &call->conn->dir[call->dir];
}

/** @return where a message begins that begins with the next byte */
static inline struct start start_of(const struct call *call, const struct input *in)
{
	return (struct start){in->offset, in->acked, call->time_ns, false};
}

static inline void input_consume(struct input *in, size_t n)
{
	in->at += n;
	in->left -= n;
	in->offset += n;
	if (n > 0)
		in->segment_start = false;
}

/* ---- opening.c ---- */

/** PHASE_START and PHASE_SEEK. @retval false  only when @p lean: see direction_data()
 */
bool opening_feed(const struct call *call, struct input *in, bool lean);

/** PHASE_START: a message whose head is whole and as most are, at @p start, with @p len
 *  bytes there.
 *  @param call  its `conn` may be NULL: it is made when there is such a message
 *  @return bytes that are done with, or 0: it is not, and nothing was done */
size_t opening_usual(struct call *call, const struct start *start, const char *bytes,
		     size_t len);

/** PHASE_HEAD. */
void opening_feed_partial(const struct call *call, struct input *in);

/** @return whether what is held is a status line if nothing follows */
bool opening_is_status_line(const struct partial *p);

/** The bytes that would say more of what is held do not come: a message is told as far
 *  as it is there. Nothing is held afterwards. @return whether there was one */
bool opening_cut(const struct call *call);

/* ---- framing.c ---- */

/** A head of @p size bytes is there, or as much of it as there will be: tell it, and go
 *  on to what follows it. After HEAD_CUT the caller says what follows. */
void framing_head(const struct call *call, const struct head *head,
		  const struct start *start, size_t size, enum head_state state);

/** As framing_head(), for a head that begins @p left bytes in one piece.
 *  @return how many of them are done with: the head, and maybe its body */
size_t framing_whole_head(const struct call *call, const struct head *head,
			  const struct start *start, size_t size, size_t left);

/** As framing_head(), for a head of which no more than @p len bytes can be kept. */
void framing_long_head(const struct call *call, const struct start *start,
		       const char *bytes, size_t len);

/** The head has ended at @p offset. */
void framing_after_head(const struct call *call, uint64_t offset);

/** The body begins at @p offset. */
void framing_body(const struct call *call, uint64_t offset);

/** The message is over and another one may begin. */
void framing_message_end(const struct call *call);

/** From @p offset on nobody knows where a message begins, but for segment starts. */
void framing_lost(const struct call *call, uint64_t offset);

#endif
