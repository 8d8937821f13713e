/**
 * @file
 * @brief Runs what the options of options_behind.h ask for, beside the report.
 */
#ifndef STATLINE_CLI_BEHIND_H
#define STATLINE_CLI_BEHIND_H

#include "cli/cli.h"
#include "cli/matching.h"
#include "cli/options.h"
#include "pipeline.h"

struct behind {
	const struct options *options; /**< lent */
	struct events *events;
	struct events_writer *writer;
	struct anonymizer *anonymizer;
	struct flows *flows;
};

/** Put into @p po what they ask for and needs nothing opened: paths, proxies, the
 *  selection, what is kept of requests. */
void behind_ask(const struct behind_options *want, struct pipeline_options *po);

/**
 * @brief Get ready, before any packet is read.
 * @param po  receives what the pipeline has to know
 * @return CLI_DONE, or what was said is why not; behind_close() it in any case
 */
enum cli_status behind_open(struct behind *b, const struct options *o,
			    struct pipeline_options *po);

/** All packets were read once: write the matching ones, and close the events.
 *  @return CLI_DONE, or what was said is why not */
enum cli_status behind_finish(struct behind *b, const struct matching_files *files);

void behind_close(struct behind *b);

#endif
