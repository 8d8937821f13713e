/**
 * @file
 * @brief Which exchanges somebody wants to see: by status code, by host.
 */
#ifndef STATLINE_EVENTS_SELECTION_H
#define STATLINE_EVENTS_SELECTION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "http/exchange.h"

/** Zeros select everything. */
struct selection {
	bool by_code;
	bool codes[1000];
	const char *host; /**< a glob (`*`, `?`, `[a-z]`), lent; NULL: any */
};

/** Select codes too: "5xx,404".
 *  @retval SL_E_USAGE  @p eb says what is no code */
enum sl_err selection_add_codes(struct selection *s, const char *list,
				struct errbuf *eb);

/** @return whether it selects less than everything */
bool selection_is_any(const struct selection *s);

bool selection_has_code(const struct selection *s, uint16_t code);

/** @param name  terminated */
bool selection_has_host(const struct selection *s, const char *name);

/** @return whether an exchange is selected: by its final code, or by an interim one
 * that it is told for now */
bool selection_has(const struct selection *s, const struct http_exchange *x);

#endif
