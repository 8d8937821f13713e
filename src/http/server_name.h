/**
 * @file
 * @brief The host of an exchange whose request names none: the server's endpoint.
 */
#ifndef STATLINE_HTTP_SERVER_NAME_H
#define STATLINE_HTTP_SERVER_NAME_H

#include "base/addr.h"
#include "http/exchange.h"
#include "http/record.h"

/** The last endpoint that was written out; all zero at first. */
struct server_name {
	struct endpoint endpoint;
	size_t len;
	char text[ENDPOINT_TEXT_SIZE];
};

/**
 * @brief Set host and host_source of @p x, whose server is set.
 * @param name  keeps the text that is lent to @p x
 * @param r     the request's record; NULL: none
 */
void server_name_fill(struct server_name *name, const struct record *r,
		      struct http_exchange *x);

#endif
