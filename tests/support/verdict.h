/**
 * @file
 * @brief What one connection's HTTP comes to: the responses, and the requests that
 *        had none. Three readings of a conversation are compared in this form.
 */
#ifndef STATLINE_TESTS_VERDICT_H
#define STATLINE_TESTS_VERDICT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "http/exchange.h"

/** Longest list; what is more sets `overflow`. */
#define VERDICT_ENTRIES 512
#define VERDICT_HOST    80

struct verdict_response {
	uint16_t code;
	bool has_request;
	char host[VERDICT_HOST];
};

/** A request without a response. */
struct verdict_silence {
	unsigned causes; /**< bits 1 << enum exchange_outcome: those that are right */
	char host[VERDICT_HOST];
};

struct verdict {
	struct verdict_response responses[VERDICT_ENTRIES]; /**< in stream order */
	size_t response_count;
	struct verdict_silence silences[VERDICT_ENTRIES]; /**< in order of requests */
	size_t silence_count;
	bool overflow;
};

void verdict_clear(struct verdict *v);

/** @param host  copied, cut to VERDICT_HOST - 1 bytes */
void verdict_add_response(struct verdict *v, uint16_t code, bool has_request,
			  const char *host, size_t len);
void verdict_add_silence(struct verdict *v, unsigned causes, const char *host,
			 size_t len);

/** Take back the first silence of @p host for @p cause; a late response came. */
void verdict_take_back(struct verdict *v, unsigned cause, const char *host, size_t len);

/** @return whether @p a and @p b agree: the same responses in the same order, and
 *  in any
 *  order silences of the same hosts with a cause in common */
bool verdict_agree(const struct verdict *a, const struct verdict *b);

/** Write one line for each entry, beginning with @p prefix. */
void verdict_print(FILE *out, const char *prefix, const struct verdict *v);

/** @return "answered", "closed", ... */
const char *outcome_name(enum exchange_outcome o);

#endif
