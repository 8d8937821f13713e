/**
 * @file
 * @brief The methods that are known: those of the IANA HTTP Method Registry (RFC 9110
 *        section 16.1), and some that are not registered but in wide use.
 *
 * Any token is a method (RFC 9110 section 9.1), so this matters only where nothing else
 * says that a request begins.
 */
#ifndef STATLINE_HTTP_METHOD_H
#define STATLINE_HTTP_METHOD_H

#include <stdbool.h>
#include <stddef.h>

/** @return whether @p bytes begin with a known method and a space, or are, all @p len
 * of them, the beginning of that */
bool method_is_known(const char *bytes, size_t len);

#endif
