/**
 * @file
 * @brief One TCP connection with HTTP on it, fed in order, for the fuzz targets.
 */
#ifndef STATLINE_TESTS_FUZZ_WIRE_H
#define STATLINE_TESTS_FUZZ_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/coverage.h"
#include "http/http.h"
#include "http2/http2.h"

struct wire {
	struct tcp *tcp;
	struct http *http;
	struct http2 *http2;
	struct coverage coverage;
	uint32_t next[2]; /**< sequence number of each direction's next byte */
	int64_t now;      /**< ns; the caller may move it on */
	bool fin[2];
};

/** Begin with SYN and SYN-ACK. @param sink  copied */
void wire_open(struct wire *w, const struct http_sink *sink);

/** One segment of direction @p dir (0: the client's); nothing after its FIN. */
void wire_send(struct wire *w, unsigned dir, const uint8_t *bytes, size_t len);

/** @p len bytes that the capture does not hold. */
void wire_lose(struct wire *w, unsigned dir, size_t len);

void wire_fin(struct wire *w, unsigned dir);

/** The capture ends; checks sums and memory, and frees everything. */
void wire_close(struct wire *w);

#endif
