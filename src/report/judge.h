/**
 * @file
 * @brief What figures suggest, in words: the one place for judgements, so that the
 * faces cannot disagree. Only for src/report/.
 */
#ifndef STATLINE_REPORT_JUDGE_H
#define STATLINE_REPORT_JUDGE_H

#include "report/view.h"

/** What a client looks like, the worst last. */
enum client_kind {
	CLIENT_ORDINARY,
	CLIENT_METHODS, /**< tries methods that are refused */
	CLIENT_PROBES,  /**< asks for what is forbidden */
	CLIENT_SCANNER, /**< asks for many different paths that are not there */
	CLIENT_GUESSER, /**< tries credentials */
};

enum client_kind judge_client(const struct client *c);

/** Room for judge_client_words(). */
#define JUDGE_WORDS 256U

/**
 * @brief Why: "asked for 4,877 different paths, 4,801 of them not there: a scan".
 * @return @p out of JUDGE_WORDS bytes; empty for CLIENT_ORDINARY
 */
char *judge_client_words(const struct client *c, bool grouped, char *out);

/** @return the name of a kind in JSON: "scanner"; NULL for CLIENT_ORDINARY */
const char *judge_kind_name(enum client_kind k);

/**
 * @brief The clients in order: those that look like something first, by their refusals,
 *        then by requests, then by address.
 * @param count  receives their number
 * @return owned array of lent pointers; NULL without memory
 */
const struct client **judge_clients(const struct tally *t, size_t *count);

/** @return whether most of a redirect's different paths end at one place: a login wall,
 *          or a catch-all */
bool judge_wall(const struct evidence *e, const struct topk_entry *location);

#endif
