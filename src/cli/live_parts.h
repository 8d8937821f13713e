/**
 * @file
 * @brief The parts of a live capture, or of a replay: what it is made of, its
 * beginning, its ticks and its end. Only for live*.c.
 */
#ifndef STATLINE_CLI_LIVE_PARTS_H
#define STATLINE_CLI_LIVE_PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "capture/capture.h"
#include "capture/filter.h"
#include "cli/gather.h"
#include "cli/lines.h"
#include "cli/monitor.h"
#include "cli/outputs.h"
#include "cli/ports.h"
#include "events/events.h"
#include "lane.h"
#include "ui/ui.h"

/** Lines that were said while the screen hid them; they are said at its end. */
#define KEPT_LINES 16U

struct live {
	const struct options *options;
	const struct worker *worker;
	struct capture *capture;       /* of a replay */
	struct filter *filter;         /* of a replay */
	struct events *events;         /* lines of single exchanges, or NULL */
	struct anonymizer *anonymizer; /* of which each lane has a copy, or NULL */
	struct lane *lanes[LIMIT_LANES];
	size_t lane_count;
	struct gather gather;
	struct ports ports;
	struct lines lines;
	struct outputs outputs;
	struct ui *ui;
	int bell[2];        /* pipe: a lane has something to tell */
	uint64_t period_s;  /* of an interval; 0: none */
	int64_t period;     /* number of the interval that runs */
	int64_t started_ns; /* monotonic, as the next two */
	int64_t ticked_ns;
	int64_t second; /* of the clock, when it ticked last */
	bool over;
	bool events_failed; /* it has been said */
	bool lanes_ended;
	enum cli_status status;
	char kept[KEPT_LINES][ERRBUF_SIZE];
	size_t kept_count;
};

/** Say a line: on the screen while there is one, and afterwards once more.
 *  @param ctx  the struct live */
void live_tell(void *ctx, const char *line);

/** Give the terminal back, and say what was said on it. */
void live_leave_screen(struct live *l);

/** Open what has to be open, give up every right and enter the cage.
 *  @return false, and it has been said why, when that fails; l->status says how */
bool live_set_up(struct live *l);

/** Open the file of single exchanges, or open it anew. @return false, and it has been
 *  said why, when it cannot be opened */
bool live_open_events(struct live *l);

/** @return the number of the interval at @p wall */
int64_t live_period(const struct live *l, int64_t wall);

/** What is to be done each second, and when a lane rings. */
void live_tick(struct live *l);

/** Show the screen what there is. */
void live_show(struct live *l, int64_t now);

/** Write the report, and go on. */
void live_write_now(struct live *l);

/** End the lanes and write the final report. */
void live_conclude(struct live *l);

void live_free(struct live *l);

#endif
