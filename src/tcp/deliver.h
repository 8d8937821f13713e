/**
 * @file
 * @brief What the sink is told of one direction, and the counters beside it.
 *
 * Inside src/tcp only. Every byte of a direction passes here once, in order: told,
 * skipped, or lost.
 */
#ifndef STATLINE_TCP_DELIVER_H
#define STATLINE_TCP_DELIVER_H

#include "tcp/connection.h"

/** The next @p n bytes are done with. */
static inline void deliver_step(struct tcp_connection *c, unsigned dir, uint64_t n)
{
	c->side[dir].offset += n;
	c->side[dir].next += (uint32_t)n;
}

/** The same of bytes that were in the capture. */
static inline void deliver_step_read(struct tcp *t, struct tcp_connection *c,
				     unsigned dir, uint64_t n)
{
	deliver_step(c, dir, n);
	if (connection_http(c))
		t->coverage->http_bytes += n;
}

/** Skip @p n bytes, fewer than the running tcp_skip() has left: nobody is told. */
static inline void deliver_skipped(struct tcp *t, struct tcp_connection *c,
				   unsigned dir, uint64_t n)
{
	deliver_step_read(t, c, dir, n);
	if (c->side[dir].skip_left != TCP_SKIP_ALL)
		c->side[dir].skip_left -= n;
}

/** Tell @p d->len bytes at the next offset, which no skip covers. `offset` is filled in
 *  here. */
static inline void deliver_told(struct tcp *t, struct tcp_connection *c, unsigned dir,
				struct tcp_data *d)
{
	d->offset = c->side[dir].offset;
	deliver_step_read(t, c, dir, d->len);
	c->flags |= CONNECTION_TOLD;
	t->sink.data(t->sink.ctx, c, dir, d);
}

/** Tell or skip @p d->len bytes at the next offset. `offset` is filled in here;
 *  `bytes` NULL: nobody kept them, so that what no skip covers is a gap. */
void deliver_bytes(struct tcp *t, struct tcp_connection *c, unsigned dir,
		   struct tcp_data *d);

/** Give up @p len bytes, at least 1, from the next offset on. */
void deliver_gap(struct tcp *t, struct tcp_connection *c, unsigned dir, uint64_t len,
		 int64_t time_ns);

/** The direction begins in its middle: a gap of unknown length. */
void deliver_midstream(struct tcp *t, struct tcp_connection *c, unsigned dir,
		       int64_t time_ns);

void deliver_fin(struct tcp *t, struct tcp_connection *c, unsigned dir,
		 int64_t time_ns);

/** @return the rare part of the record, made when there is none; NULL without memory
 *          or when LIMIT_HELD is reached */
struct tcp_extra *extra_get(struct tcp *t, struct tcp_connection *c);

/** Put it among those that wait for something, or take it out. */
void extra_list(struct tcp *t, struct tcp_extra *x);
void extra_unlist(struct tcp *t, struct tcp_extra *x);

/** Free it with what it holds; the connection may have none. */
void extra_free(struct tcp *t, struct tcp_connection *c);

#endif
