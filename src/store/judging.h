/**
 * @file
 * @brief Judging one host by its earlier nights. Only for compare*.c and judging*.c.
 */
#ifndef STATLINE_STORE_JUDGING_H
#define STATLINE_STORE_JUDGING_H

#include "report/report.h"
#include "store/candidates.h"
#include "store/norm.h"

/** One earlier night of one host. */
struct night {
	unsigned weekday;
	struct counts counts; /* owned: codes; without latency */
	struct norm_value p99;
	bool has_p99;
};

/** A host and its nights. */
struct judging {
	const struct report *r;
	struct candidates *found;
	bool utc;
	bool strict;      /* as norm_judge() has it */
	unsigned weekday; /* of this night */
	const struct tally_row *row;
	struct night *nights; /* room for LIMIT_PAST_NIGHTS; owned */
	size_t count;
};

/** Weekday of the middle of a span: a night that begins at 22:00 is the next day's. */
unsigned judging_weekday(int64_t from_ns, int64_t to_ns, bool utc);

/** Keep an earlier night of the host; @p c is copied as far as it is judged.
 *  @return false when there is no room or no memory for it */
bool judging_keep(struct judging *j, const struct counts *c, unsigned weekday);

/** Forget the nights: the next host follows. */
void judging_forget(struct judging *j);

/** Judge every figure of j->row by the nights kept. */
void judging_row(struct judging *j);

/** Judge its shares, and its p99; judging_figures.c. */
void judging_shares(struct judging *j);
void judging_p99(struct judging *j);

/** A row of our own, such as "(other)", is no host. */
bool judging_is_host(const char *name);

/** Tell j->row as new, if it has enough responses. */
void judging_new_host(struct judging *j);

/** Tell a host that came or went. @param row  NULL: gone @param before  a night */
void judging_add_host(struct judging *j, enum change_kind kind, const char *name,
		      const struct tally_row *row, double before);

#endif
