/**
 * @file
 * @brief Connections: puts both directions back in order and says what happened.
 *
 * From decode/, to http/. Knows nothing of HTTP, files or screens. Everything runs
 * on the time stamps of packets. A segment is fed; from inside that call the sink
 * hears, per direction, bytes in order, holes, and ends.
 *
 * Order between the directions is causal: bytes of one direction are told only after
 * the bytes of the other one that their segment acknowledges, or after those were
 * given up. A stream that begins without its SYN is held for the grace of a hole, in
 * case its beginning stands later in the file.
 */
#ifndef STATLINE_TCP_TCP_H
#define STATLINE_TCP_TCP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/coverage.h"
#include "base/err.h"
#include "base/memory_plan.h"
#include "base/memory_share.h"
#include "decode/segment.h"

struct tcp;            /* the table of connections; defined in tcp.c only */
struct tcp_connection; /* one of them; lent to the sink during its calls */

/** tcp_data.acked when the segment acknowledged nothing that makes sense. */
#define TCP_ACKED_UNKNOWN UINT64_MAX
/** tcp_skip(): all bytes to the end of the direction. */
#define TCP_SKIP_ALL UINT64_MAX

/** Payload in order: of one segment, or of the part of it that was new. */
struct tcp_data {
	int64_t time_ns; /**< of the packet */
	uint64_t offset; /**< of the first byte in its direction */
	uint64_t acked;  /**< offset in the other direction up to which the sender had
			      received everything when it sent this; 0 also when that
			      lies before where it begins in its middle, and of a SYN,
			      which acknowledges nothing */
	const uint8_t *bytes; /**< lent for the call */
	size_t len;           /**< at least 1 */
	bool segment_start;   /**< bytes[0] is the first payload byte of a segment */
};

/** Why a connection is over. */
enum tcp_end {
	TCP_END_CLOSED,  /**< FIN in both directions, or a new SYN on the same ports */
	TCP_END_RESET,   /**< RST */
	TCP_END_IDLE,    /**< silent past LIMIT_IDLE_NS (LIMIT_IDLE_WAITING_NS) */
	TCP_END_EVICTED, /**< given up because a bound was reached */
	TCP_END_CAPTURE, /**< the capture ended */
};

/** Told by tcp_feed(), tcp_advance() and tcp_flush(). Every call may use the
 *  functions below on the connection it is lent. */
struct tcp_sink {
	/** Bytes of direction @p dir, in order, that tcp_skip() does not cover. */
	void (*data)(void *ctx, struct tcp_connection *c, unsigned dir,
		     const struct tcp_data *d);
	/** @p len bytes from offset @p offset were sent but are not in the capture.
	 * Never told for what tcp_skip() covers. @p len is 0 when the number is
	 * unknown: the stream begins in its middle. */
	void (*gap)(void *ctx, struct tcp_connection *c, unsigned dir, uint64_t offset,
		    uint64_t len, int64_t time_ns);
	/** The bytes asked for with tcp_skip() have all passed; @p lost of them were
	 * not in the capture. Not told for TCP_SKIP_ALL. */
	void (*skipped)(void *ctx, struct tcp_connection *c, unsigned dir,
			uint64_t lost, int64_t time_ns);
	/** The direction has ended in order, by FIN. */
	void (*fin)(void *ctx, struct tcp_connection *c, unsigned dir, int64_t time_ns);
	/** Silent for LIMIT_IDLE_NS while tcp_set_waiting() holds it; told once a
	 * silence. */
	void (*idle)(void *ctx, struct tcp_connection *c, int64_t now_ns);
	/** The connection is over and the pointer dies; free what tcp_user() holds.
	 * Told for every connection for which one of the above was told. @p now_ns is
	 * the time at which it ended by its own stamps; with TCP_END_CAPTURE, that of
	 * the last packet. */
	void (*closed)(void *ctx, struct tcp_connection *c, enum tcp_end why,
		       int64_t now_ns);
	void *ctx; /**< caller's; must outlive the table */
};

/**
 * @param sink      copied
 * @param coverage  lent; every segment is counted there, in the bucket that its
 *                  connection has at the moment, so that the sums always hold
 * @return NULL without memory
 */
struct tcp *tcp_new(const struct tcp_sink *sink, struct coverage *coverage);

/** Bound connections and what they hold by @p plan, copied, and by what @p commons,
 * lent as long as @p t, has left; not by the defaults of limits.h. Before the first
 *  segment. */
void tcp_set_memory(struct tcp *t, const struct memory_plan *plan,
		    struct memory_commons *commons);

/** Take one segment; its payload is lent for the call. One whose sequence number lies
 *  more than LIMIT_SEQUENCE_AHEAD from its connection's is counted as
 *  UNDECODED_MALFORMED.
 *  @retval SL_OK       taken, or refused and counted
 *  @retval SL_E_NOMEM  no memory for its connection: dropped and counted as evicted;
 *                      or none to hold it out of order: told at once, after a gap,
 *                      and counted in held_over_bound. The table is still usable */
enum sl_err tcp_feed(struct tcp *t, const struct segment *s);

/** Time has passed without a segment (other traffic, or a live clock): end what is
 *  over. The outcome never depends on how often this is called. */
void tcp_advance(struct tcp *t, int64_t now_ns);

/** As tcp_advance(), where the caller knows that stamps go on at @p now_ns, however far
 *  that is ahead. */
void tcp_jump(struct tcp *t, int64_t now_ns);

/** The capture has ended: give up holes, deliver what is held, close everything. */
void tcp_flush(struct tcp *t);

/** @return SL_E_NOMEM when memory ran out at some time, so that figures are too low */
enum sl_err tcp_failed(const struct tcp *t);

/** Frees it without telling the sink; NULL is allowed. */
void tcp_free(struct tcp *t);

/* ---- for the sink, on the connection it is lent ---- */

/** The sink's own pointer, NULL at first. */
void **tcp_user(struct tcp_connection *c);

/** Do not tell the next @p n bytes of @p dir that follow those told so far (after the
 *  end of the `data` call in which it is asked): they are counted, their holes too, and
 *  `skipped` is told. Only ranges are held of what comes out of order there. Replaces
 *  what is left of an earlier skip; 0 ends it. */
void tcp_skip(struct tcp_connection *c, unsigned dir, uint64_t n);

/** @return bytes of the last tcp_skip() that have not passed yet */
uint64_t tcp_skip_left(const struct tcp_connection *c, unsigned dir);

/** Count all packets of the connection, past and future, in bucket @p b. */
void tcp_classify(struct tcp_connection *c, enum coverage_bucket b);

/** Count the packets that follow in bucket @p b; those so far stay where they are. */
void tcp_follow(struct tcp_connection *c, enum coverage_bucket b);

/** Keep the connection for LIMIT_IDLE_WAITING_NS of silence, not LIMIT_IDLE_NS. */
void tcp_set_waiting(struct tcp_connection *c, bool waiting);

/** @return the endpoint that sends direction @p dir */
struct endpoint tcp_endpoint(const struct tcp_connection *c, unsigned dir);

/** @return the direction of the side that sent the SYN, or -1 when not seen */
int tcp_initiator(const struct tcp_connection *c);

/** @return whether any segment of direction @p dir is in the capture */
bool tcp_seen(const struct tcp_connection *c, unsigned dir);

/** @return bytes of memory the connections hold now: records, held segments */
size_t tcp_memory(const struct tcp *t);

#endif
