/**
 * @file
 * @brief Exchanges by hand, for the tests of the tally.
 */
#ifndef STATLINE_TESTS_EXCHANGES_H
#define STATLINE_TESTS_EXCHANGES_H

#include "http/exchange.h"
#include "tally/tally.h"

/** @return 10.0.0.@p last:@p port */
struct endpoint endpoint_v4(uint8_t last, uint16_t port);

/** @return an answered GET to @p host at 10.0.0.1:80 from 10.0.0.9, with @p status;
 *  @p host is lent */
struct http_exchange exchange_to(const char *host, uint16_t status);

/** Give both events of a final response. */
void tell_answer(struct tally *t, const struct http_exchange *x);

void tell_response(struct tally *t, const struct http_exchange *x);
void tell_done(struct tally *t, const struct http_exchange *x);

/** @return the row of that name, or NULL */
const struct tally_row *row_named(const struct tally *t, const char *name);

/** Everything that two tallies say is the same, whatever the order of rows. */
void ck_assert_tallies_same(const struct tally *a, const struct tally *b);

/** The sums over the rows are the total. */
void ck_assert_rows_add_up(const struct tally *t);

#endif
