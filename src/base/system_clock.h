/**
 * @file
 * @brief The clocks of the system; those of packets are in base/clock.h.
 */
#ifndef STATLINE_BASE_SYSTEM_CLOCK_H
#define STATLINE_BASE_SYSTEM_CLOCK_H

#include <stdint.h>
#include <time.h>

#include "base/limits.h"

/** @return what @p which says (CLOCK_MONOTONIC, CLOCK_REALTIME); ns */
static inline int64_t system_clock_ns(clockid_t which)
{
	struct timespec ts;

	(void)clock_gettime(which, &ts);
	return (int64_t)ts.tv_sec * NS_PER_S + ts.tv_nsec;
}

#endif
