/* What a live capture does each second, and at its end. */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>

#include "base/system_clock.h"
#include "cli/behind.h"
#include "cli/live_parts.h"
#include "cli/say.h"

/** Say a line: on the screen while there is one, and afterwards once more. */
void live_tell(void *ctx, const char *line)
{
	struct live *l = ctx;

	if (!l->ui) {
		say("%s", line);
		return;
	}
	ui_message(l->ui, line);
	if (l->kept_count < KEPT_LINES)
		(void)snprintf(l->kept[l->kept_count++], ERRBUF_SIZE, "%s", line);
}

void live_leave_screen(struct live *l)
{
	ui_free(l->ui);
	l->ui = NULL;
	for (size_t i = 0; i < l->kept_count; i++)
		say("%s", l->kept[i]);
	l->kept_count = 0;
}

/* ---- ticks ---- */

int64_t live_period(const struct live *l, int64_t wall)
{
	return l->period_s > 0 ? wall / (int64_t)(l->period_s * NS_PER_S) : 0;
}

/** The end of the interval that runs; now, when the clock has jumped. */
static int64_t period_end(const struct live *l, int64_t wall)
{
	int64_t length = (int64_t)(l->period_s * NS_PER_S);
	int64_t end = (l->period + 1) * length;

	return wall >= end && wall - end < length ? end : wall;
}

static void end_interval(struct live *l, int64_t wall)
{
	int64_t end = period_end(l, wall);
	struct report r = gather_interval_report(&l->gather, end);

	if (!lines_write(&l->lines, &r) && !l->lines.reader_gone)
		l->status = CLI_FAILED;
	if (l->lines.reader_gone)
		l->over = true;
	(void)gather_next_interval(&l->gather, end);
	l->period = live_period(l, wall);
}

void live_show(struct live *l, int64_t now)
{
	struct report r = gather_report(&l->gather);
	struct ui_facts facts = {
	    .report = &r,
	    .tick = l->gather.tick,
	    .seconds = (double)(now - l->ticked_ns) / (double)NS_PER_S,
	    .now_ns = l->capture ? l->gather.now_ns : system_clock_ns(CLOCK_REALTIME),
	    .ended = l->lanes_ended,
	};

	if (l->ui)
		ui_update(l->ui, &facts);
}

/** Nothing of a connection in a tunnel says which lane has the other half of it. */
static void give_up_lanes(struct live *l)
{
	bool tunnels = false;

	for (size_t i = 0; i < l->lane_count; i++)
		tunnels = tunnels || l->gather.states[i].tunnels;
	if (!tunnels || l->lane_count < 2)
		return;
	live_tell(
	    l, "-j: a tunnel was seen: one pipeline from here on, since the flows in a "
	       "tunnel cannot be told apart");
	for (size_t i = 1; i < l->lane_count; i++)
		lane_stop(l->lanes[i]);
	(void)gather_tick(&l->gather, l->lanes, l->lane_count);
	for (size_t i = 1; i < l->lane_count; i++) {
		lane_free(l->lanes[i]);
		l->lanes[i] = NULL;
	}
	l->lane_count = 1;
}

static bool all_ended(const struct live *l)
{
	for (size_t i = 0; i < l->lane_count; i++)
		if (!l->gather.states[i].ended)
			return false;
	return true;
}

static bool events_to_stdout(const struct live *l)
{
	return l->events && behind_to_stdout(&l->options->behind);
}

/** What went wrong while lanes wrote lines is said here, once for each file. */
static void check_events(struct live *l)
{
	int error = l->events ? events_error(l->events) : 0;
	char line[ERRBUF_SIZE];

	if (error == 0 || l->events_failed)
		return;
	l->events_failed = true;
	if (error == EPIPE && events_to_stdout(l)) {
		l->over = l->lines.reader_gone = true;
		return;
	}
	l->status = CLI_FAILED;
	(void)snprintf(line, sizeof(line), "%s: cannot be written: %s",
		       l->options->behind.events, strerror(error));
	live_tell(l, line);
}

void live_tick(struct live *l)
{
	int64_t now = system_clock_ns(CLOCK_MONOTONIC),
		wall = system_clock_ns(CLOCK_REALTIME);
	enum sl_err e = gather_tick(&l->gather, l->lanes, l->lane_count);

	if (l->gather.stuck)
		live_tell(l, "a pipeline does not answer");
	else if (e == SL_OK)
		errands_tell(l->worker->errands, ERRAND_ALIVE);
	if (!l->capture) {
		gather_forget(&l->gather);
		ports_tend(&l->ports, &l->gather, l->lanes, l->lane_count);
	}
	give_up_lanes(l);
	check_events(l);
	l->lanes_ended = all_ended(l);
	if (l->period_s > 0 && live_period(l, wall) != l->period)
		end_interval(l, wall);
	live_show(l, now);
	l->ticked_ns = now;
	l->second = wall / NS_PER_S;
	/* On the screen a file may be looked at when it has ended. */
	if (l->lanes_ended && !l->ui)
		l->over = true;
	if (l->options->live.duration_s > 0 &&
	    now - l->started_ns >= (int64_t)(l->options->live.duration_s * NS_PER_S))
		l->over = true;
}

void live_write_now(struct live *l)
{
	struct report r;

	live_tick(l);
	r = gather_report(&l->gather);
	l->outputs.no_stdout = l->ui != NULL;
	if (outputs_write(&l->outputs, &r) != CLI_DONE && !l->outputs.reader_gone)
		l->status = CLI_FAILED;
	l->lines.headed = false;
	if (l->outputs.reader_gone)
		l->over = true;
}

/* ---- the end ---- */

/** What a file's reading had to say; and figures that are exact only now. */
static void conclude_file(struct live *l, struct report *r)
{
	r->sources = capture_sources(l->capture, &r->source_count);
	for (size_t i = 0; i < r->source_count; i++) {
		if (r->sources[i].message.text[0])
			say("%s", r->sources[i].message.text);
		if (r->sources[i].state == SOURCE_DAMAGED ||
		    r->sources[i].state == SOURCE_UNREADABLE)
			l->status = CLI_PARTIAL;
	}
	r->interrupted = !l->lanes_ended;
}

/** Take what the lanes hold still, and end them. */
static void end_lanes(struct live *l)
{
	for (size_t i = 0; i < l->lane_count; i++)
		lane_stop(l->lanes[i]);
	(void)gather_tick(&l->gather, l->lanes, l->lane_count);
	for (size_t i = 0; i < l->lane_count; i++)
		lane_free(l->lanes[i]);
	l->lane_count = 0;
}

static void close_events(struct live *l)
{
	struct errbuf eb = {""};

	check_events(l);
	if (events_close(l->events, &eb) != SL_OK && !l->events_failed) {
		say("%s", eb.text);
		l->status = CLI_FAILED;
	}
	l->events = NULL;
}

void live_conclude(struct live *l)
{
	struct report r;

	l->lanes_ended = all_ended(l);
	end_lanes(l);
	live_leave_screen(l);
	close_events(l);
	if (l->period_s > 0 && !l->lines.reader_gone)
		end_interval(l, system_clock_ns(CLOCK_REALTIME));
	r = gather_report(&l->gather);
	if (l->capture)
		conclude_file(l, &r);
	l->outputs.no_stdout = l->lines.reader_gone || l->outputs.reader_gone;
	if (outputs_write(&l->outputs, &r) != CLI_DONE && !l->outputs.reader_gone)
		l->status = CLI_FAILED;
	if (l->lines.reader_gone || l->outputs.reader_gone) {
		/* What nobody reads is no failure to write it. */
		__fpurge(stdout);
		clearerr(stdout);
	}
	if (l->gather.figures_low) {
		say("memory ran out: the figures are too low");
		l->status = CLI_PARTIAL;
	}
}

void live_free(struct live *l)
{
	live_leave_screen(l);
	lines_close(&l->lines);
	for (size_t i = 0; i < l->lane_count; i++)
		lane_free(l->lanes[i]);
	(void)events_close(l->events, NULL);
	anonymizer_free(l->anonymizer);
	gather_free(&l->gather);
	capture_free(l->capture);
	filter_free(l->filter);
	free(l);
}
