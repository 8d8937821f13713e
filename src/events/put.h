/**
 * @file
 * @brief Text put at a place, as stpcpy() does: each function writes at @p at and
 *        returns where it ended. Only for src/events/.
 *
 * Whoever calls has seen to the room: line_begin() promises it, and each function says
 * what it takes at most. Nothing is terminated.
 */
#ifndef STATLINE_EVENTS_PUT_H
#define STATLINE_EVENTS_PUT_H

#include <stdint.h>
#include <string.h>

#include "base/addr.h"
#include "base/limits.h"
#include "http/exchange.h"

#define PUT_NUMBER_MAX 20U /**< digits of UINT64_MAX */
#define PUT_TIME_SIZE  30U /**< "2026-01-15T10:00:00.008400000Z" */
/** "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255" */
#define PUT_ADDRESS_MAX 45U
/** Of LIMIT_TARGET bytes each becomes five at most. */
#define PUT_WIRE_MAX (5U * LIMIT_TARGET)

/** A second of the capture as text: gmtime_r() is called once for each, not once a
 *  line. Zeros: none. */
struct put_second {
	int64_t second; /**< since 1970 */
	char text[20];  /**< "2026-01-15T10:00:00" */
};

/** Put text of our own: never from the wire. */
static inline char *put_bytes(char *at, const char *text, size_t len)
{
	memcpy(at, text, len);
	return at + len;
}
#define put_literal(at, text) put_bytes((at), "" text, sizeof(text) - 1)

/** At most PUT_NUMBER_MAX bytes. */
char *put_number(char *at, uint64_t n);

/** Seconds since 1970 with @p digits (6 or 9) after the point: at most 21 bytes. */
char *put_seconds(char *at, int64_t ns, unsigned digits);

/** RFC 3339 in UTC with nanoseconds: PUT_TIME_SIZE bytes. */
char *put_time(char *at, struct put_second *known, int64_t ns);

/** As ip_addr_text() writes it: at most PUT_ADDRESS_MAX bytes. */
char *put_address(char *at, const struct ip_addr *a);

/** Wire text inside quotes of JSON: ASCII; what is no valid UTF-8 becomes a visible
 *  \xNN, as in the report. At most LIMIT_TARGET bytes of it, which
 *  become PUT_WIRE_MAX. */
char *put_json(char *at, struct text t);

/** Wire text as a column of Zeek's: tabs, control bytes, backslashes and all that is
 *  not ASCII as \xNN; `-` when it is empty. At most LIMIT_TARGET bytes of it, which
 *  become PUT_WIRE_MAX. */
char *put_zeek(char *at, struct text t);

#endif
