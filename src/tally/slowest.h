/**
 * @file
 * @brief The slowest exchanges: LIMIT_SLOWEST of them. Merges exactly, in any order.
 */
#ifndef STATLINE_TALLY_SLOWEST_H
#define STATLINE_TALLY_SLOWEST_H

#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/limits.h"
#include "http/exchange.h"

/** Bytes kept of a method. */
#define SLOW_METHOD 16U

struct slow_exchange {
	uint64_t latency_ns; /**< from the end of the request to the response */
	int64_t time_ns;     /**< first byte of the request */
	struct ip_addr client;
	uint16_t status;
	uint16_t path_len;
	uint8_t method_len;
	uint8_t host_len;
	char method[SLOW_METHOD];
	char path[LIMIT_TOPK_KEY]; /**< without query, not folded; not terminated */
	char host[LIMIT_HOST];     /**< of the exchange, whatever rows are by */
};

/** Zeros are an empty one. */
struct slowest {
	struct slow_exchange entries[LIMIT_SLOWEST]; /**< the slowest first */
	size_t count;
};

void slowest_add(struct slowest *s, const struct http_exchange *x, uint64_t latency_ns);

void slowest_merge(struct slowest *into, const struct slowest *from);

#endif
