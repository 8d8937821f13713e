/**
 * @file
 * @brief What the words and options of the command line ask for.
 *
 * Knows both habits: `statline a.pcap b.pcap` (words are files), and tcpdump's
 * `statline -r a.pcap tcp port 80` (after -r the words are a filter).
 */
#ifndef STATLINE_CLI_OPTIONS_H
#define STATLINE_CLI_OPTIONS_H

#include <getopt.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/window.h"
#include "cli/options_behind.h"
#include "decode/decoder.h"
#include "report/report.h"
#include "tally/tally.h"

enum command {
	COMMAND_REPORT,  /**< read captures, write reports */
	COMMAND_LIVE,    /**< capture interfaces, or show captures on the screen */
	COMMAND_LIST,    /**< list the interfaces */
	COMMAND_EXPLAIN, /**< say what a status code means */
	COMMAND_HELP,
	COMMAND_HELP_MORE,
	COMMAND_VERSION,
	COMMAND_SHORT_USAGE, /**< nothing was asked for */
};

/** What a night's report has beside the report itself. The texts are lent from argv. */
struct night_options {
	const char *since;    /**< --since, or NULL */
	const char *window;   /**< --window, or NULL */
	struct window span;   /**< what the two mean */
	const char *db;       /**< --db: the history's file, or NULL */
	bool replace;         /**< --replace */
	bool dated_outputs;   /**< names of outputs are for strftime(3) */
	bool check;           /**< --check */
	const char *warn;     /**< --warn, or NULL */
	const char *critical; /**< --crit, or NULL */
};

/** One report to write. */
struct output {
	const char *path;                   /**< "-": standard output; lent from argv */
	const struct report_writer *writer; /**< NULL: lines, one for each interval */
};

/** What is asked of a live capture. */
struct live_options {
	const char **interfaces; /**< owned; the strings are lent from argv */
	size_t interface_count;
	bool no_promiscuous;
	uint32_t snap_length;  /**< bytes; 0: whole packets */
	size_t buffer;         /**< bytes of a ring; 0: the default */
	const char *link_type; /**< lent; NULL: the interface's own */
	unsigned lanes;      /**< pipelines side by side, at least 1; of files, how many
				  are read at the same time */
	uint64_t duration_s; /**< 0: no end */
	uint64_t interval_s; /**< 0: not given */
	uint64_t forget_s;   /**< 0: never */
	bool plain;          /**< lines, also on a terminal */
	bool replay;         /**< files on the screen */
	double speed;        /**< of a replay; 0: as fast as it goes */
};

struct options {
	enum command command;
	const char **inputs; /**< owned; the strings are lent from argv */
	size_t input_count;
	char *filter;             /**< owned, or NULL */
	const char *const *words; /**< the words of the filter or, with COMMAND_EXPLAIN,
				       its arguments; lent from argv */
	size_t word_count;
	struct output *outputs; /**< owned; with COMMAND_REPORT at least one, unless
				    standard output is taken otherwise */
	size_t output_count;
	enum tally_by by;
	struct night_options night;
	struct decoder_options decode;
	struct live_options live;
	uint64_t packet_limit; /**< packets to read; 0: all */
	const char *user;      /**< whom to become; NULL: nobody. Lent */
	bool no_sandbox;
	struct behind_options behind;
	uint64_t max_memory;          /**< bytes; 0: LIMIT_MEMORY */
	struct report_options report; /**< terminal, color and width are not set here */
};

/**
 * @brief Read the command line.
 * @param argv  lent as long as @p out is used; its words may be put in another order
 * @param out   filled in; options_free() it in any case
 * @retval SL_OK
 * @retval SL_E_USAGE  @p eb says what is wrong and what would be right
 * @retval SL_E_NOMEM
 */
enum sl_err options_parse(int argc, char **argv, struct options *out,
			  struct errbuf *eb);

void options_free(struct options *o);

/**
 * @brief After reading failed: which word looks like the other kind?
 *
 * A word that is no file but a word of filters, or the other way round.
 * @retval SL_E_USAGE  there is one: @p eb says what it was taken for
 * @retval SL_OK       there is none; @p eb is untouched
 */
enum sl_err options_hint(const struct options *o, struct errbuf *eb);

/** @return the long options, ending with a zero entry; static. The manual page and
 *  --help are held against it. */
const struct option *options_table(void);

/** @return the long option that @p word (without dashes) was meant to be, or NULL;
 *  static */
const char *options_nearest(const char *word);

#endif
