/**
 * @file
 * @brief What gRPC adds to HTTP/2: a content type, and a status of its own in the
 *        trailers (gRPC over HTTP2, "Responses").
 */
#ifndef STATLINE_HTTP2_GRPC_H
#define STATLINE_HTTP2_GRPC_H

#include <stdbool.h>
#include <stdint.h>

#include "http/exchange.h"

/** @return whether @p type, a Content-Type, is application/grpc, perhaps with a message
 *  format (+proto) or parameters; application/grpc-web is another protocol */
bool grpc_content_type(struct text type);

/** Read the value of grpc-status.
 *  @retval false  it is no number up to 99,999 */
bool grpc_status_read(struct text value, uint32_t *status);

#endif
