/**
 * @file
 * @brief Makes exchanges that can be shown to others: the same things stay the same,
 * and what they are called is gone.
 *
 * Addresses are mapped by Crypto-PAn (Xu, Fan, Ammar and Moon 2002, "Prefix-Preserving
 * IP Address Anonymization"): two addresses that share a prefix share one of the same
 * length afterwards. IPv4 is mapped over its own 32 bits, as the reference
 * implementation does, IPv6 over its 128. Hosts and segments of paths become the first
 * letters of an HMAC-SHA-256; numbers stay numbers and identifiers identifiers, so that
 * paths fold as before. Of a response's fields only those that evidence is made of are
 * left, Location treated as a path. Under one key the same maps to the same, today and
 * tomorrow.
 */
#ifndef STATLINE_EVENTS_ANONYMIZER_H
#define STATLINE_EVENTS_ANONYMIZER_H

#include "base/err.h"
#include "http/exchange.h"

struct anonymizer; /* defined in anonymizer.c only */

/** Bytes of a key: 16 for AES, 16 for the padding, as Crypto-PAn has it. The key of
 *  the HMAC is made of all 32. */
#define ANONYMIZER_KEY 32U

/**
 * @param path  of a file of ANONYMIZER_KEY bytes, or twice as many hexadecimal digits;
 *              NULL: a random key that nobody learns
 * @retval SL_OK       @p out is to be freed
 * @retval SL_E_USAGE, SL_E_IO, SL_E_NOMEM  @p eb says why
 */
enum sl_err anonymizer_open(struct anonymizer **out, const char *path,
			    struct errbuf *eb);

/** @return one that maps alike, for another thread; NULL without memory */
struct anonymizer *anonymizer_copy(const struct anonymizer *a);

/** Map one address. */
struct ip_addr anonymizer_address(struct anonymizer *a, const struct ip_addr *addr);

/** Rewrite an exchange.
 *  @param x  its texts are lent by @p a afterwards, until the next call */
void anonymizer_apply(struct anonymizer *a, struct http_exchange *x);

/** NULL is allowed. */
void anonymizer_free(struct anonymizer *a);

#endif
