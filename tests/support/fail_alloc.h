/**
 * @file
 * @brief Lets one allocation fail, so that a test can try each of them.
 *
 * The test program lists fail_alloc.c among its sources and is linked with
 * -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc:
 *
 *     for (unsigned n = 1; ; n++) {
 *             fail_alloc_at(n);
 *             ...
 *             if (!fail_alloc_stop())
 *                     break;
 *     }
 */
#ifndef STATLINE_TESTS_FAIL_ALLOC_H
#define STATLINE_TESTS_FAIL_ALLOC_H

#include <stdbool.h>

/** Let the @p n th call of malloc, calloc or realloc from here on fail, from 1. */
void fail_alloc_at(unsigned n);

/** Let allocations be.
 *  @return whether one has failed since fail_alloc_at() */
bool fail_alloc_stop(void);

#endif
