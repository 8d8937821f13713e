/**
 * @file
 * @brief Ticks of a capture clock as nanoseconds since 1970, without overflow.
 */
#ifndef STATLINE_CAPTURE_TIMESTAMP_H
#define STATLINE_CAPTURE_TIMESTAMP_H

#include <stdint.h>

/** Stamps are clamped to ± this (years 1824 to 2116): the sum or difference of two
 *  never overflows, in whatever room. */
#define TIMESTAMP_MAX ((INT64_C(1) << 62) - 1)

/** What one tick is, and where ticks begin. */
struct timestamp_unit {
	uint64_t multiply;
	uint64_t divide;
	uint8_t shift;
	int64_t offset_ns;
};

/** @param resolution  pcapng's if_tsresol: a negative power of 10, or of 2 when its
 *                     highest bit is set (draft-ietf-opsawg-pcapng section 4.2)
 *  @param offset_s    if_tsoffset: seconds to add */
struct timestamp_unit timestamp_unit_make(uint8_t resolution, int64_t offset_s);

/** @return ns since 1970, clamped. Ticks are unsigned, but writers exist that store
 * times before 1970 in them: where unsigned makes no sense, they are taken as signed.
 */
int64_t timestamp_ns(const struct timestamp_unit *unit, uint64_t ticks);

#endif
