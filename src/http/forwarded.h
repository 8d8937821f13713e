/**
 * @file
 * @brief Who a request is from, when trusted proxies say so.
 *
 * Forwarded (RFC 7239), else X-Forwarded-For. Each proxy appends whom it had the
 * request from, so the list is read from its end: as long as an address is a trusted
 * proxy's, the one before it counts, and the first that is not is the client. What
 * stands before that may be anybody's invention.
 */
#ifndef STATLINE_HTTP_FORWARDED_H
#define STATLINE_HTTP_FORWARDED_H

#include <stdbool.h>
#include <stddef.h>

#include "base/addr.h"
#include "base/err.h"
#include "base/limits.h"
#include "http/exchange.h"

struct network {
	struct ip_addr addr;
	unsigned bits; /**< of the mapped form: 96 more than IPv4's own */
};

/** Zeros trust nobody. */
struct trusted_proxies {
	struct network networks[LIMIT_PROXIES];
	size_t count;
};

/**
 * @brief Trust more: `10.0.0.0/8`, `2001:db8::1`, or several with commas.
 * @retval SL_OK
 * @retval SL_E_USAGE  not an address, or a bad prefix; @p eb says which
 * @retval SL_E_LIMIT  more than LIMIT_PROXIES
 */
enum sl_err trusted_add(struct trusted_proxies *t, const char *list, struct errbuf *eb);

/** @return the client of @p x: its connection's, unless that is a trusted proxy */
struct ip_addr forwarded_client(const struct trusted_proxies *t,
				const struct http_exchange *x);

#endif
