/**
 * @file
 * @brief The interfaces of a live capture: opened, lost, waited for and opened again.
 */
#ifndef STATLINE_CLI_PORTS_H
#define STATLINE_CLI_PORTS_H

#include <stdbool.h>
#include <stddef.h>

#include "cli/errands.h"
#include "cli/gather.h"
#include "cli/options.h"
#include "lane.h"

struct ports {
	const struct options *options; /**< lent */
	struct errands *errands;       /**< lent */
	/** Says a line to a person. */
	void (*say)(void *ctx, const char *line);
	void *ctx;
	bool open[LIMIT_TAPS];
};

/** Open all of them, for @p count lanes. One that is down is waited for: that is said.
 *  @retval SL_OK
 *  @return else what cannot be mended by waiting; @p eb says it */
enum sl_err ports_open(struct ports *p, struct lane *const *lanes, size_t count,
		       struct errbuf *eb);

/** At each tick: note those that the lanes have lost, and try to get them back. */
void ports_tend(struct ports *p, const struct gather *g, struct lane *const *lanes,
		size_t count);

#endif
