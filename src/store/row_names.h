/**
 * @file
 * @brief The rows of a tally by name, to look others up in.
 */
#ifndef STATLINE_STORE_ROW_NAMES_H
#define STATLINE_STORE_ROW_NAMES_H

#include "tally/tally.h"

/** Zero it before use. */
struct row_names {
	const struct tally_row **rows; /**< sorted; the array is owned: free() it */
	size_t count;
};

/** @retval SL_OK, SL_E_NOMEM */
enum sl_err row_names_sort(const struct tally *t, struct row_names *names);

/** @return the row with that name and source, lent; NULL without */
const struct tally_row *row_names_find(const struct row_names *names, const char *name,
				       enum host_source source);

#endif
