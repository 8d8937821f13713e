/**
 * @file
 * @brief A BPF expression, compiled once for each link type.
 */
#ifndef STATLINE_CAPTURE_FILTER_H
#define STATLINE_CAPTURE_FILTER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "capture/packet.h"

struct filter; /* defined in filter.c only */

/**
 * @param expression  copied
 * @param out         receives the filter, owned by the caller
 * @retval SL_OK
 * @retval SL_E_USAGE  no link type that statline knows accepts it; @p eb has libpcap's
 *                     words
 * @retval SL_E_NOMEM
 */
enum sl_err filter_new(struct filter **out, const char *expression, struct errbuf *eb);

/** Compile it for every link type that statline knows: later nothing is looked up. */
void filter_prepare(struct filter *f);

/** @return whether the expression can be compiled for @p link_type; libpcap's words are
 * in
 *  @p eb when not */
bool filter_fits(struct filter *f, uint32_t link_type, struct errbuf *eb);

/** @return whether the packet is wanted. Of a link type that the expression does not
 *  fit, none is. */
bool filter_accepts(struct filter *f, const struct packet *packet);

/** NULL is allowed. */
void filter_free(struct filter *f);

#endif
