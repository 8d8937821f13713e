/**
 * @file
 * @brief --write-matching: the passes over the files after the one that the report is
 *        of.
 *
 * One learns when connections begin, the next writes the packets of those that had a
 * selected response. Packets that are fragments are held until their datagram is whole,
 * for only that says which connection they are of.
 */
#ifndef STATLINE_CLI_MATCHING_H
#define STATLINE_CLI_MATCHING_H

#include <stddef.h>
#include <stdint.h>

#include "capture/filter.h"
#include "capture/writer.h"
#include "cli/cli.h"
#include "cli/errands.h"
#include "cli/options.h"
#include "events/flows.h"

/** How the files are reached, and what the first pass learned of them. */
struct matching_files {
	struct errands *errands; /**< lent; NULL: with the rights of this process */
	struct filter *filter;   /**< compiled already, lent; NULL: it is not */
	uint32_t link_types[WRITER_LINK_TYPES]; /**< of the packets */
	size_t link_type_count;
};

/** @return CLI_DONE, or what was said is why not */
enum cli_status matching_write(const struct options *o, struct flows *flows,
			       const struct matching_files *files);

#endif
