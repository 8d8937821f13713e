/**
 * @file
 * @brief Writes frames of HTTP/2 and header blocks, for tests.
 */
#ifndef STATLINE_TESTS_UNIT_HTTP2_WIRE_H
#define STATLINE_TESTS_UNIT_HTTP2_WIRE_H

#include <stddef.h>
#include <stdint.h>

#include "http2/frames.h"

/** Bytes in the making. */
struct wire {
	uint8_t bytes[1 << 18];
	size_t len;
};

void wire_put(struct wire *w, const void *bytes, size_t len);

/** The client's preface and empty SETTINGS. */
void wire_preface(struct wire *w);

void wire_frame(struct wire *w, uint8_t type, uint8_t flags, uint32_t stream,
		const void *payload, size_t len);

/** HEADERS with END_HEADERS and END_STREAM: GET / of http://a.test. */
void wire_get(struct wire *w, uint32_t stream);

/** HEADERS with END_HEADERS and END_STREAM: 200 without more. */
void wire_ok(struct wire *w, uint32_t stream);

void wire_reset(struct wire *w, uint32_t stream, uint8_t error);

/** A literal field of a new name; @p keep: with incremental indexing. Both texts are
 *  shorter than 127 bytes. */
void wire_literal(struct wire *w, int keep, const char *name, const char *value);

#endif
