/**
 * @file
 * @brief Runs a Check suite and prints TAP, for the test harness of automake.
 */
#ifndef STATLINE_TESTS_RUN_SUITE_H
#define STATLINE_TESTS_RUN_SUITE_H

#include <check.h>

/** @param suite  owned from here on
 *  @return the exit status of the test program */
int run_suite(Suite *suite);

#endif
