/**
 * @file
 * @brief Changes that may be told, and which of them are. Only for
 *        src/store/.
 */
#ifndef STATLINE_STORE_CANDIDATES_H
#define STATLINE_STORE_CANDIDATES_H

#include "base/err.h"
#include "report/changes.h"
#include "tally/tally.h"

struct candidate {
	struct change change;
	double p;
	bool large;
	bool sure; /**< told without a test: a host came or went */
};

/** Zero it before use. */
struct candidates {
	struct candidate *list; /**< owned */
	size_t count;
	size_t room;
	size_t tests; /**< made, those that found nothing too */
	enum sl_err error;
};

/** Keep @p c, copied, if it could be told at all. */
void candidates_add(struct candidates *cs, const struct candidate *c);

/** Leave what is significant and large, each thing once, the largest first, in @p out;
 *  and free the candidates.
 *  @retval SL_OK, SL_E_NOMEM */
enum sl_err candidates_choose(struct candidates *cs, struct changes *out);

/** Find out when the share that @p c tells was what it tells, and set its times. */
void change_when(struct change *c, const struct tally_row *row);

/** Say a change in words. @param row  of the host, for what its evidence tells; NULL:
 *  gone */
void change_say(struct change *c, const struct tally_row *row, bool utc);

#endif
