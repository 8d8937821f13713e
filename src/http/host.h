/**
 * @file
 * @brief Brings the host of a request into one form, so that it names one row.
 *
 * RFC 9112 section 3.2, RFC 3986 section 3.2. Hosts are text from strangers: what is
 * neither a name of letters, digits, '-', '_' and '.' nor an address is refused.
 */
#ifndef STATLINE_HTTP_HOST_H
#define STATLINE_HTTP_HOST_H

#include <stddef.h>
#include <stdint.h>

#include "base/limits.h"
#include "http/exchange.h"

/** A host in its normal form. */
struct host_name {
	enum host_source source; /**< HOST_FROM_SERVER: empty, nothing was named */
	size_t len;              /**< of @p text; 0 but for HOST_FROM_REQUEST */
	char text[LIMIT_HOST];   /**< not terminated */
};

/**
 * @brief Normalise `[userinfo@]host[:port]`: user information, the default port and a
 *        trailing dot go, letters become lower case, IPv6 is written as RFC 5952 does.
 * @param authority     lent
 * @param default_port  that is not written out; 0: none is
 * @param out           receives the form; HOST_INVALID when @p authority is no host
 */
void host_normalise(struct text authority, uint16_t default_port,
		    struct host_name *out);

/** What the header section says about the host. */
enum host_fields { HOST_FIELD_NONE, HOST_FIELD_ONE, HOST_FIELD_DIFFERING };

/**
 * @brief The host of a request: the authority of an absolute-form or authority-form
 *        target, else Host (RFC 9112 section 3.3).
 * @param method, target  of the request line, lent
 * @param fields          how many values Host has; different ones make it invalid
 * @param field           its value, lent
 */
void host_of_request(struct text method, struct text target, enum host_fields fields,
		     struct text field, struct host_name *out);

#endif
