/**
 * @file
 * @brief Exchanges out of a script, for the fuzz targets behind http/.
 */
#ifndef STATLINE_TESTS_FUZZ_EXCHANGES_H
#define STATLINE_TESTS_FUZZ_EXCHANGES_H

#include "base/cursor.h"
#include "tally/tally.h"

/** @return the next exchange, whose texts are the script's own bytes, lent; any but
 *  what http/ never tells */
struct http_exchange exchange_take(struct cursor *in);

/** Tell @p t of it, as http/ would. */
void exchange_tell(struct tally *t, const struct http_exchange *x);

/** @return a tally of some exchanges with each notable code, with evidence of every
 *  kind; owned by the caller */
struct tally *exchanges_sample(enum tally_by by);

#endif
