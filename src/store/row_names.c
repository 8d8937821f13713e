#include "store/row_names.h"

#include <stdlib.h>
#include <string.h>

static int compare_names(const void *va, const void *vb)
{
	const struct tally_row *a = *(const struct tally_row *const *)va;
	const struct tally_row *b = *(const struct tally_row *const *)vb;
	int order = strcmp(a->name, b->name);

	return order != 0 ? order : (int)a->source - (int)b->source;
}

enum sl_err row_names_sort(const struct tally *t, struct row_names *names)
{
	const struct tally_row *const *rows = tally_rows(t, &names->count);

	names->rows = calloc(names->count + 1, sizeof(*names->rows));
	if (!names->rows)
		return SL_E_NOMEM;
	memcpy(names->rows, rows, names->count * sizeof(*names->rows));
	qsort(names->rows, names->count, sizeof(*names->rows), compare_names);
	return SL_OK;
}

const struct tally_row *row_names_find(const struct row_names *names, const char *name,
				       enum host_source source)
{
	struct tally_row like = {.name = name, .source = source};
	const struct tally_row *key = &like;
	const struct tally_row *const *at =
	    names->count > 0 ? bsearch(&key, names->rows, names->count,
				       sizeof(*names->rows), compare_names)
			     : NULL;

	return at ? *at : NULL;
}
