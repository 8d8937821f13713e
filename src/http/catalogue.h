/**
 * @file
 * @brief What is known about status codes.
 *
 * Source: the IANA HTTP Status Code Registry and RFC 9110 section 15. Codes that
 * are not registered are counted as themselves.
 */
#ifndef STATLINE_HTTP_CATALOGUE_H
#define STATLINE_HTTP_CATALOGUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** 1xx to 5xx are classes 0 to 4; every other code is in CLASS_OTHER. */
enum status_class {
	CLASS_1XX,
	CLASS_2XX,
	CLASS_3XX,
	CLASS_4XX,
	CLASS_5XX,
	CLASS_OTHER,
	CLASSES
};

struct status_code {
	uint16_t code;
	const char *phrase;       /**< as registered */
	const char *other_phrase; /**< an earlier registered phrase, or NULL */
	const char *reference;    /**< "RFC 9110, section 15.5.5" */
	const char *meaning;      /**< one or two sentences */
	const char
	    *operator_hint; /**< what to check; NULL for codes that are not notable */
	const char *tester_hint; /**< what it tells a tester; NULL as above */
	const char *evidence;    /**< what statline keeps with it; NULL as above */
	bool notable;
};

/** @return the class of @p code */
enum status_class status_class_of(uint16_t code);

/** @return "1xx" ... "5xx", "other" */
const char *status_class_name(enum status_class c);

/** @return one sentence about the class: "the request contains an error of some kind"
 */
const char *status_class_meaning(enum status_class c);

/** @return the entry of @p code, or NULL when it is not registered; static */
const struct status_code *status_code_find(uint16_t code);

/** @return the @p i-th registered code in ascending order, or NULL past the last */
const struct status_code *status_code_at(size_t i);

#endif
