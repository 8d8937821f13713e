/*
 * What make-attacks.c lends to the attacks that have files of their own.
 */
#ifndef STATLINE_SCRIPTS_ATTACKS_H
#define STATLINE_SCRIPTS_ATTACKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** One TCP connection: client address and port, server address and port. */
struct pair {
	uint32_t client, server;
	uint16_t client_port, server_port;
};

/** Connection number @p i: 10.0.0.0/8 on all ports, to one server. */
struct pair pair_number(uint64_t i);

/** A packet of connection @p p. @param flags  of TCP: bits of RFC 9293 section 3.1 */
void tcp(const struct pair *p, bool from_server, uint8_t flags, uint32_t seq,
	 uint32_t ack, const void *payload, size_t len);

/* ---- HTTP/2 (RFC 9113): @p n packets each ---- */

/** What is normal: requests, one after the other. */
void http2_normal(uint64_t n);
/** A field of 4,000 bytes in the table, and blocks of references to it, one byte each
 *  (RFC 7541 section 7.1.3). */
void http2_table_bomb(uint64_t n);
/** Header blocks that never end. */
void http2_continuations(uint64_t n);
/** Streams that are reset as soon as they are open. */
void http2_resets(uint64_t n);
/** SETTINGS and PING, as many as fit. */
void http2_settings(uint64_t n);
/** Streams that are left open, on connections that fill their tables. */
void http2_streams(uint64_t n);

#endif
