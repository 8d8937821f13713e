/**
 * @file
 * @brief Options about what stands behind the codes: events, selections, matching
 *        packets, proxies, anonymity.
 */
#ifndef STATLINE_CLI_OPTIONS_BEHIND_H
#define STATLINE_CLI_OPTIONS_BEHIND_H

#include <stdbool.h>

#include "base/err.h"
#include "events/events.h"
#include "events/selection.h"
#include "http/forwarded.h"

/** All strings are lent from argv. */
struct behind_options {
	const char *events; /**< path, "-", or NULL */
	enum events_format events_format;
	struct selection selection;
	const char *write_matching; /**< path, or NULL */
	struct trusted_proxies trusted;
	bool anonymize;
	const char *anonymize_key; /**< file, or NULL: a random key */
	bool raw_paths;
};

/** Values of these options for getopt_long(). */
enum behind_option {
	OPT_EVENTS = 512,
	OPT_EVENTS_FORMAT,
	OPT_FILTER_CODE,
	OPT_FILTER_HOST,
	OPT_WRITE_MATCHING,
	OPT_TRUST_PROXY,
	OPT_ANONYMIZE,
	OPT_RAW_PATHS,
	OPT_BEHIND_END
};

/* For the table of long options. */
#define BEHIND_LONG_OPTIONS                                                  \
	{"events", required_argument, NULL, OPT_EVENTS},                     \
	    {"events-format", required_argument, NULL, OPT_EVENTS_FORMAT},   \
	    {"filter-code", required_argument, NULL, OPT_FILTER_CODE},       \
	    {"filter-host", required_argument, NULL, OPT_FILTER_HOST},       \
	    {"write-matching", required_argument, NULL, OPT_WRITE_MATCHING}, \
	    {"trust-proxy", required_argument, NULL, OPT_TRUST_PROXY},       \
	    {"anonymize", optional_argument, NULL, OPT_ANONYMIZE},           \
	{                                                                    \
		"raw-paths", no_argument, NULL, OPT_RAW_PATHS                \
	}

/**
 * @brief Take one of them.
 * @param value  of the option, or NULL
 * @retval SL_OK
 * @retval SL_E_USAGE, SL_E_LIMIT  @p eb says what is wrong
 */
enum sl_err behind_take(struct behind_options *o, int option, const char *value,
			struct errbuf *eb);

/** @return whether lines of single exchanges go to standard output */
bool behind_to_stdout(const struct behind_options *o);

/** Hold them against the inputs, once all are there.
 *  @retval SL_E_USAGE  @p eb says which do not go together */
enum sl_err behind_check(const struct behind_options *o, const char *const *inputs,
			 size_t count, struct errbuf *eb);

#endif
