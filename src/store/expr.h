/**
 * @file
 * @brief Conditions on a report, as `--warn` and `--crit` have them.
 *
 *     condition  = conjunction { "or" conjunction }
 *     conjunction = part { "and" part } with "per host" after any part
 *     part       = "not" part | "(" condition ")" | comparison | "new" [WHAT] "host"
 *     comparison = QUANTITY ( ">" | ">=" | "<" | "<=" | "=" | "==" | "!=" )
 * NUMBER[UNIT]
 *
 * QUANTITY is a class (`5xx`), a code (`503`), `errors` (4xx and 5xx), `no_response`,
 * each a count, or with % a share of the final responses (of the requests for
 * no_response); `n` (final responses), `requests`, `hosts`, `changes`, `worse` (of
 * the changes); `p50`, `p90`,
 * `p99`, `max` with s or ms; `coverage` with %. `per host` makes one host meet all
 * parts of the conjunction before it; else figures are those of all hosts together.
 */
#ifndef STATLINE_STORE_EXPR_H
#define STATLINE_STORE_EXPR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "report/changes.h"
#include "report/report.h"

struct expr; /* defined in expr.c only */

/**
 * @param text  lent for this call
 * @param name  of the option, for messages
 * @param out   receives it, owned by the caller; NULL unless SL_OK
 * @retval SL_OK
 * @retval SL_E_USAGE  @p eb says what is wrong in which column
 * @retval SL_E_NOMEM
 */
enum sl_err expr_parse(const char *text, const char *name, struct expr **out,
		       struct errbuf *eb);

/** Room for the reason that expr_holds() gives. */
#define EXPR_REASON 512U

/** @return whether it needs what earlier nights had: `new ... host`, `changes` */
bool expr_needs_history(const struct expr *e);

/** A host that had none of it before. NULL members: not asked for. */
struct expr_past {
	/** @return whether the host had @p class (or a code of it, or any response when
	 *  both are 0) in any earlier night */
	bool (*had)(void *ctx, const char *host, enum host_source source, int class,
		    uint16_t code);
	void *ctx;
};

/**
 * @brief Look whether a condition holds.
 * @param changes  or NULL
 * @param past     or NULL: then no host is new
 * @param reason   receives EXPR_REASON bytes: the figures that made it true, escaped
 */
bool expr_holds(const struct expr *e, const struct report *r,
		const struct changes *changes, const struct expr_past *past,
		char *reason);

/** The limit that a comparison of @p quantity ("5xx", "p99") with > or >= over all
 * hosts names, as performance data has it.
 *  @return whether there is one */
bool expr_limit(const struct expr *e, const char *quantity, bool share, double *limit);

/** Share of what could have been read that was: HTTP's bytes, and packets that the
 *  kernel did not drop.
 *  @return 0 to 1, or a negative number when there was no HTTP */
double expr_coverage(const struct report *r);

/** NULL is allowed. */
void expr_free(struct expr *e);

#endif
