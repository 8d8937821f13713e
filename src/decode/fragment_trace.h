/**
 * @file
 * @brief Which datagrams the fragments in a packet belong to, for those who want the
 *        packets of a datagram again.
 */
#ifndef STATLINE_DECODE_FRAGMENT_TRACE_H
#define STATLINE_DECODE_FRAGMENT_TRACE_H

#include <stddef.h>
#include <stdint.h>

#include "base/limits.h"

struct fragment_trace {
	uint64_t held; /**< number of the datagram that waits with it; 0: none */
	/** Those that it completed: tunnels whose packets were fragments too. A packet
	 * has no more of them than layers. */
	uint64_t whole[LIMIT_LAYERS];
	size_t whole_count;
};

#endif
