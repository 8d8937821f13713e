/**
 * @file
 * @brief The options of live capture. Only for options.c.
 */
#ifndef STATLINE_CLI_OPTIONS_LIVE_H
#define STATLINE_CLI_OPTIONS_LIVE_H

#include "cli/options.h"

/** Values of long options without a letter. */
enum {
	OPT_LIVE_FIRST = 1024,
	OPT_PLAIN = OPT_LIVE_FIRST,
	OPT_INTERVAL,
	OPT_FORGET,
	OPT_REPLAY,
	OPT_NO_SANDBOX,
};

/** Its letters, for getopt(). */
#define OPTIONS_LIVE_SHORT "i:Dps:B:y:c:a:j:Z:"

/** Its long options, for the table. */
// clang-format off
#define OPTIONS_LIVE_LONG \
	{"interface", required_argument, NULL, 'i'}, \
	{"list-interfaces", no_argument, NULL, 'D'}, \
	{"plain", no_argument, NULL, OPT_PLAIN}, \
	{"interval", required_argument, NULL, OPT_INTERVAL}, \
	{"forget", required_argument, NULL, OPT_FORGET}, \
	{"replay", required_argument, NULL, OPT_REPLAY}, \
	{"no-sandbox", no_argument, NULL, OPT_NO_SANDBOX},
// clang-format on

/** @return whether @p option is one of them */
bool options_live_has(int option);

/** Take one of them. @p value is lent from argv.
 *  @retval SL_OK, SL_E_USAGE (@p eb says what is wrong) */
enum sl_err options_live_take(struct options *o, int option, const char *value,
			      struct errbuf *eb);

/** After all of them: do they fit each other, and the inputs?
 *  @retval SL_OK, SL_E_USAGE */
enum sl_err options_live_check(const struct options *o, struct errbuf *eb);

/** The same, once outputs have their writers: does one of them go where lines go?
 *  @retval SL_OK, SL_E_USAGE */
enum sl_err options_live_check_outputs(const struct options *o, struct errbuf *eb);

#endif
