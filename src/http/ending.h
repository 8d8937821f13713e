/**
 * @file
 * @brief How an exchange without a response ended, in any version of HTTP.
 */
#ifndef STATLINE_HTTP_ENDING_H
#define STATLINE_HTTP_ENDING_H

#include <stdbool.h>
#include <stdint.h>

#include "http/exchange.h"
#include "tcp/tcp.h"

/** @return whether a request whose last byte came at @p request_end_ns has waited for
 *  LIMIT_UNANSWERED_NS at @p now_ns */
bool ending_is_overdue(int64_t request_end_ns, int64_t now_ns);

/**
 * @brief What the end of a connection means for a request that still waits there.
 * @param request_end_ns  of its last byte
 * @param now_ns          when the connection ended
 * @param why             how
 * @param unseen          the capture may have lost the response, or lacks the direction
 */
enum exchange_outcome ending_outcome(int64_t request_end_ns, int64_t now_ns,
				     enum tcp_end why, bool unseen);

#endif
