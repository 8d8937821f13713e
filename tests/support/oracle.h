/**
 * @file
 * @brief The differential oracle: a slow and simple reading of one connection's HTTP.
 *
 * It shares nothing with src/tcp and src/http but the headers of their types. Where
 * they work as bytes come, it has the whole capture before it: it lays every byte of
 * a direction down in an array, the first copy of each, and then reads both arrays
 * from start to end.
 *
 * It decides by what the segments prove:
 *  - A message begins at the start of a stream, where the message before it ended, or,
 *    after bytes that are missing or are not HTTP, at the first byte of a segment
 *    (What counts, 6).
 *  - A response counts when three digits and a delimiter of its status line are there
 *    (What counts, 1 and 2). A request counts when its line is complete.
 *  - A response belongs to the oldest request that waits, unless the segment that
 *    carried its first byte had not acknowledged the request's first byte (RFC 9293
 *    section 3.4: an acknowledgement tells what its sender has received), or the
 *    request's segment acknowledged the response's first byte.
 *  - Where the response direction was lost from g on and goes on at R, and a waiting
 *    request acknowledged more than g and not more than R, the requests before it that
 *    had acknowledged less had their responses in the hole: they are `unseen`.
 *
 * Bounds of memory and the graces of holes are not modelled: conversations stay far
 * within them.
 */
#ifndef STATLINE_TESTS_ORACLE_H
#define STATLINE_TESTS_ORACLE_H

#include <stdbool.h>

#include "support/trace.h"
#include "support/verdict.h"

/** Where the rules leave freedom. Each bit asks for the second of two readings. */
enum oracle_freedom {
	/** A status line cut right behind its third digit, by missing bytes or by the
	 * end: the code is there (What counts, 2), but neither a space nor the end of
	 * the line (1). Second reading: it counts. */
	FREEDOM_BARE_CODE = 1U << 0,
	/** After missing bytes a *segment* that starts with a status line starts a
	 * message (What counts, 6). Second reading: only if the segment holds it as far
	 * as it is needed to know it, up to the delimiter behind the code. */
	FREEDOM_SPLIT_STATUS = 1U << 1,
	/** The same of a request line, which is known at its end. */
	FREEDOM_SPLIT_REQUEST = 1U << 9,
	/** Empty lines before a message are skipped (What counts, 1); after missing
	 * bytes the segment has to start with the line itself (6). Second reading:
	 * empty lines may precede it there too. */
	FREEDOM_EMPTY_LINES = 1U << 2,
	/** Missing bytes in a body that lasts until close: no message can begin in a
	 * body (rule 2), but its length is not known (What counts, 6). Second
	 * reading: the next segment that starts with a status line is a message. */
	FREEDOM_UNTIL_CLOSE = 1U << 3,
	/** A waiting request proves that those before it were answered in the hole
	 * (see above) only if it had been sent when the response at R was, as far as
	 * that response acknowledges. Second reading: whenever it was sent. */
	FREEDOM_LATER_REQUEST = 1U << 4,
	/** Requests behind a CONNECT, sent before its 2xx was received: the tunnel
	 * begins right behind that response (RFC 9110 section 9.3.6), so they wait for
	 * nothing more. Second reading: they are `unseen`. */
	FREEDOM_TUNNEL = 1U << 6,
	/** A token that is no registered method, a target and a version, at the start
	 * of a segment behind bytes that are missing or are not HTTP: what is left of a
	 * request line whose begin was lost has that form too, and so have other bytes
	 * with a request line behind them. Second reading: it is not a request line.
	 */
	FREEDOM_METHOD = 1U << 5,
	/** The same at the start of a stream of which only the SYN-ACK is in the
	 * capture: the SYN may have carried what stands before it (RFC 7413). */
	FREEDOM_METHOD_AT_START = 1U << 11,
	/** A stream whose beginning is not in the capture, but the other side has
	 * acknowledged bytes before the first one that is: that tells how far it had
	 * received when it sent its requests. Second reading: what lies before the
	 * first byte in the capture is nothing. */
	FREEDOM_BASE = 1U << 7,
	/** How many responses the hole held is not known, if the client pipelined: it
	 * may have sent several requests while one response came. Second reading: one
	 * response, to the oldest request that waits. */
	FREEDOM_ONE_IN_HOLE = 1U << 8,
	/** A response without a request, and bytes are missing right behind its head:
	 * whether it answered HEAD, only they could tell (rule 6). Second reading: the
	 * framing is lost there. */
	FREEDOM_HEAD_UNKNOWN = 1U << 10,
	/** A response that acknowledges only a part of a request's head (408, 413,
	 * 414): the host is named in the whole head. Second reading: what had been
	 * received when it came, but at least the line, is all there is. And where it
	 * acknowledges only a part of the line: it answers that request, and the
	 * request proves what any other one does. Second reading: a part of a line is
	 * no request.
	 *
	 * A response may stand in the file before its request (rule 6). But when the
	 * responder has been heard for longer than the grace of a hole, and the other
	 * side never: the capture shows one direction. Second reading: what it shows
	 * of the other one later is no request of this response, but may be one of a
	 * later response.
	 *
	 * How far the client had received when it sent a request is an acknowledgement
	 * in a stream of which nothing had been in the capture by then, and which has
	 * no SYN. Second reading: it tells nothing, and neither do those before it.
	 *
	 * Each response has the first three questions of its own, each request the
	 * last one. From here on each question that comes up takes a bit, in the order
	 * in which they do; the last bit is of all the rest. */
	FREEDOM_EARLY = 1U << 12,
	FREEDOMS = 24
};

struct oracle; /* defined in oracle.c only */

/** @return NULL without memory */
struct oracle *oracle_new(void);
void oracle_free(struct oracle *o);

/**
 * @brief Read a trace.
 * @param freedom  second readings asked for, enum oracle_freedom
 * @param v        receives what the trace comes to
 * @return the bits where the second reading could differ: it was a question here
 */
unsigned oracle_read(struct oracle *o, const struct trace *t, unsigned freedom,
		     struct verdict *v);

/** @return whether the rules allow @p seen: whether it agrees with a reading for some
 *  choice of freedoms. @p v receives the first reading. */
bool oracle_allows(struct oracle *o, const struct trace *t, const struct verdict *seen,
		   struct verdict *v);

#endif
