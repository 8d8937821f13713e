/**
 * @file
 * @brief A tally filled in by hand, behind the accessors of tally/tally.h: the tests
 *        of the report say what was counted, and do not depend on who counts.
 */
#ifndef STATLINE_TESTS_FAKE_TALLY_H
#define STATLINE_TESTS_FAKE_TALLY_H

#include "report/report.h"
#include "tally/tally.h"

/** @return owned; tally_free() it. Never NULL. */
struct tally *fake_tally(enum tally_by by);

/**
 * @brief Add a row; @p name is lent.
 * @param codes  "200 84117, 503 1640": ascending; "" for none. Responses, classes and
 *               exchanges follow from them; requests are as many as final ones
 * @return the row, to be changed; valid until the next call
 */
struct tally_row *fake_row(struct tally *t, const char *name, enum host_source source,
			   const char *codes);

/** @p n exchanges of the row took @p ns. */
void fake_latency(struct tally_row *row, uint64_t ns, unsigned n);

/** Make the sums over all rows; call last. */
void fake_sum(struct tally *t, uint64_t overflow, enum sl_err failed);

/** Write the report to memory. @return owned text, terminated */
char *fake_write(const char *writer, const struct report *r,
		 const struct report_options *o);

/** The report of the sketch in the design: three hosts, 192,093 responses. */
struct sketch {
	struct tally *tally;
	struct coverage coverage;
	struct capture_source source;
	struct report report;
	struct report_options options;
};
void sketch_make(struct sketch *s);
void sketch_free(struct sketch *s);

#endif
