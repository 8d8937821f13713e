/*
 * Live capture, and the replay of files at the speed of their packets: the loop of
 * signals, ticks, intervals and the screen. Packets are the business of lanes.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/human.h"
#include "capture/filter.h"
#include "cli/commands.h"
#include "cli/gather.h"
#include "cli/lines.h"
#include "cli/monitor.h"
#include "cli/outputs.h"
#include "cli/ports.h"
#include "cli/say.h"
#include "cli/screen.h"
#include "lane.h"
#include "ui/ui.h"

/** s of an interval of lines for a person, unless told otherwise. */
#define INTERVAL_S 10U
/** Lines that were said while the screen hid them; they are said at its end. */
#define KEPT_LINES 16U

struct live {
	const struct options *options;
	const struct worker *worker;
	struct capture *capture; /* of a replay */
	struct filter *filter;   /* of a replay */
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
	bool lanes_ended;
	enum cli_status status;
	char kept[KEPT_LINES][ERRBUF_SIZE];
	size_t kept_count;
};

static int64_t monotonic_ns(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * NS_PER_S + ts.tv_nsec;
}

static int64_t wall_ns(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_REALTIME, &ts);
	return (int64_t)ts.tv_sec * NS_PER_S + ts.tv_nsec;
}

/** Say a line: on the screen while there is one, and afterwards once more. */
static void tell(void *ctx, const char *line)
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

static void leave_screen(struct live *l)
{
	ui_free(l->ui);
	l->ui = NULL;
	for (size_t i = 0; i < l->kept_count; i++)
		say("%s", l->kept[i]);
	l->kept_count = 0;
}

/* ---- setting up ---- */

/** How many lanes; says why it is fewer than asked for. */
static size_t choose_lanes(struct live *l)
{
	const struct live_options *o = &l->options->live;
	const char *why = NULL;

	if (o->lanes <= 1)
		return 1;
	if (l->capture)
		why = "a file is one stream";
	else if (o->interface_count > 1 || strcmp(o->interfaces[0], TAP_ANY) == 0)
		why = "several interfaces may share a connection";
	else if (l->options->packet_limit > 0)
		why = "-c counts the packets of one";
	if (!why)
		return o->lanes;
	say("-j %u: one pipeline, since %s", o->lanes, why);
	return 1;
}

static bool start_lanes(struct live *l)
{
	const struct options *o = l->options;
	struct lane_options lo = {
	    .pipeline = {.decode = o->decode,
			 .by = o->by,
			 .raw_paths = o->behind.raw_paths,
			 .trusted = o->behind.trusted.count ? &o->behind.trusted : NULL,
			 .keep = o->behind.trusted.count ? HTTP_KEEP_FORWARDED : 0,
			 .max_memory = o->max_memory},
	    .taps = o->live.interface_count,
	    .packet_limit = o->packet_limit,
	    .bell = l->bell[1],
	    .capture = l->capture,
	    .speed = o->live.speed,
	};
	size_t count = choose_lanes(l);
	enum sl_err e = SL_OK;

	lo.watch_tunnels = count > 1;
	for (size_t i = 0; e == SL_OK && i < count; i++) {
		e = lane_start(&l->lanes[i], &lo);
		l->lane_count += e == SL_OK;
	}
	if (e == SL_OK && l->capture)
		e = gather_init(&l->gather, o, o->inputs, 1, count);
	else if (e == SL_OK)
		e = gather_init(&l->gather, o, o->live.interfaces,
				o->live.interface_count, count);
	if (e)
		say("%s", sl_err_text(e));
	return e == SL_OK;
}

static bool has_text_on_stdout(const struct options *o)
{
	for (size_t i = 0; i < o->output_count; i++)
		if (strcmp(o->outputs[i].path, "-") == 0 && o->outputs[i].writer &&
		    strcmp(o->outputs[i].writer->name, "text") == 0)
			return true;
	return false;
}

/** What is watched, in a word or two. */
static const char *title_of(const struct live *l)
{
	const struct options *o = l->options;
	const char *slash;

	if (!l->capture)
		return o->live.interface_count > 1 ? "interfaces"
						   : o->live.interfaces[0];
	if (o->input_count > 1)
		return "files";
	slash = strrchr(o->inputs[0], '/');
	return slash && slash[1] ? slash + 1 : o->inputs[0];
}

/** Screen, lines of words, lines of JSON, or nothing before the end. */
static void choose_face(struct live *l)
{
	const struct options *o = l->options;
	struct screen screen = screen_of(STDOUT_FILENO);
	struct ui_options uo = {
	    .title = title_of(l),
	    .sort = o->report.sort,
	    .utc = o->report.utc,
	    .color = screen.color,
	};

	l->lines = (struct lines){.options = o, .errands = l->worker->errands};
	l->period_s = o->live.interval_s;
	if (l->period_s > 0 && !o->live.plain) {
		l->lines.kind = LINES_JSON;
		return;
	}
	if (!o->live.plain && screen.terminal && isatty(STDIN_FILENO))
		l->ui = ui_new(&uo);
	if (l->ui || !has_text_on_stdout(o))
		return;
	l->lines.kind = LINES_TEXT;
	if (l->period_s == 0)
		l->period_s = INTERVAL_S;
}

static bool open_bell(struct live *l)
{
	if (pipe2(l->bell, O_CLOEXEC | O_NONBLOCK) == 0)
		return true;
	say("no pipe: %s", strerror(errno));
	return false;
}

static bool open_interfaces(struct live *l)
{
	struct errbuf eb = {""};
	enum sl_err e;

	l->ports = (struct ports){.options = l->options,
				  .errands = l->worker->errands,
				  .say = tell,
				  .ctx = l};
	if (l->capture)
		return true;
	e = ports_open(&l->ports, l->lanes, l->lane_count, &eb);
	if (e == SL_OK)
		return true;
	leave_screen(l);
	say("%s", eb.text);
	l->status = e == SL_E_USAGE ? CLI_USAGE : CLI_FAILED;
	return false;
}

/** Files are opened by errand, so that works in the cage as well; but what is wrong
 * with them has to be said before the screen is there. */
static bool open_files(struct live *l)
{
	const struct options *o = l->options;
	struct capture_options co = {.inputs = o->inputs,
				     .input_count = o->input_count,
				     .filter = o->filter,
				     .access = errands_access(l->worker->errands)};
	struct errbuf eb = {""};
	enum sl_err e;

	if (!o->live.replay)
		return true;
	l->status = command_prepare_files(o, &l->filter);
	if (l->status != CLI_DONE)
		return false;
	co.compiled = l->filter;
	e = capture_open(&l->capture, &co, &eb);
	if (e == SL_OK)
		return true;
	say("%s", eb.text);
	l->status = e == SL_E_USAGE ? CLI_USAGE : CLI_FAILED;
	return false;
}

/* ---- ticks ---- */

static int64_t period_of(const struct live *l, int64_t wall)
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
	l->period = period_of(l, wall);
}

static void show(struct live *l, int64_t now)
{
	struct report r = gather_report(&l->gather);
	struct ui_facts facts = {
	    .report = &r,
	    .tick = l->gather.tick,
	    .seconds = (double)(now - l->ticked_ns) / (double)NS_PER_S,
	    .now_ns = l->capture ? l->gather.now_ns : wall_ns(),
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
	tell(l,
	     "-j: a tunnel was seen: one pipeline from here on, since the flows in a "
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

static void tick(struct live *l)
{
	int64_t now = monotonic_ns(), wall = wall_ns();
	enum sl_err e = gather_tick(&l->gather, l->lanes, l->lane_count);

	if (l->gather.stuck)
		tell(l, "a pipeline does not answer");
	else if (e == SL_OK)
		errands_tell(l->worker->errands, ERRAND_ALIVE);
	if (!l->capture) {
		gather_forget(&l->gather);
		ports_tend(&l->ports, &l->gather, l->lanes, l->lane_count);
	}
	give_up_lanes(l);
	l->lanes_ended = all_ended(l);
	if (l->period_s > 0 && period_of(l, wall) != l->period)
		end_interval(l, wall);
	show(l, now);
	l->ticked_ns = now;
	l->second = wall / NS_PER_S;
	/* On the screen a file may be looked at when it has ended. */
	if (l->lanes_ended && !l->ui)
		l->over = true;
	if (l->options->live.duration_s > 0 &&
	    now - l->started_ns >= (int64_t)(l->options->live.duration_s * NS_PER_S))
		l->over = true;
}

static bool is_due(const struct live *l)
{
	return wall_ns() / NS_PER_S != l->second ||
	       monotonic_ns() - l->ticked_ns >= NS_PER_S;
}

/* ---- signals ---- */

static void write_now(struct live *l)
{
	struct report r;

	(void)gather_tick(&l->gather, l->lanes, l->lane_count);
	r = gather_report(&l->gather);
	l->outputs.no_stdout = l->ui != NULL;
	if (outputs_write(&l->outputs, &r) != CLI_DONE && !l->outputs.reader_gone)
		l->status = CLI_FAILED;
	l->lines.headed = false;
	if (l->outputs.reader_gone)
		l->over = true;
}

static void take_signal(struct live *l)
{
	uint8_t number = 0;
	ssize_t got = read(l->worker->events, &number, sizeof(number));

	if (got < 0 && errno == EINTR)
		return;
	if (got <= 0 || number == SIGINT || number == SIGTERM)
		l->over = true;
	else if (number == SIGUSR1)
		write_now(l);
	else if (number == SIGHUP && !lines_open(&l->lines))
		l->status = CLI_FAILED;
}

/* ---- the loop ---- */

static void clear_bell(const struct live *l)
{
	char bytes[LIMIT_LANES];

	while (read(l->bell[0], bytes, sizeof(bytes)) > 0)
		continue;
}

/** ms to the next second of the clock. */
static int until_tick(void)
{
	return 1 + (int)((NS_PER_S - wall_ns() % NS_PER_S) / (NS_PER_S / 1000));
}

static void run(struct live *l)
{
	while (!l->over) {
		struct pollfd fds[] = {
		    {.fd = l->worker->events, .events = POLLIN},
		    {.fd = l->bell[0], .events = POLLIN},
		    {.fd = l->ui ? STDIN_FILENO : -1, .events = POLLIN},
		    /* Errors only: a reader that has gone away. */
		    {.fd = l->lines.to_stdout ? STDOUT_FILENO : -1},
		};
		int got = poll(fds, 4, until_tick());

		if (got > 0 && fds[0].revents)
			take_signal(l);
		if (got > 0 && fds[1].revents)
			clear_bell(l);
		if (got > 0 && (fds[3].revents & POLLERR))
			l->over = l->lines.reader_gone = true;
		if (l->over)
			break;
		if (is_due(l) || (got > 0 && fds[1].revents))
			tick(l);
		/* Also after an interruption: the window may have changed. */
		if (l->ui && !ui_keys(l->ui))
			l->over = true;
	}
}

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

static void conclude(struct live *l)
{
	struct report r;

	l->lanes_ended = all_ended(l);
	for (size_t i = 0; i < l->lane_count; i++)
		lane_stop(l->lanes[i]);
	(void)gather_tick(&l->gather, l->lanes, l->lane_count);
	leave_screen(l);
	if (l->period_s > 0 && !l->lines.reader_gone)
		end_interval(l, wall_ns());
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

static void free_all(struct live *l)
{
	leave_screen(l);
	lines_close(&l->lines);
	for (size_t i = 0; i < l->lane_count; i++)
		lane_free(l->lanes[i]);
	gather_free(&l->gather);
	capture_free(l->capture);
	filter_free(l->filter);
	free(l);
}

static bool set_up(struct live *l)
{
	if (!monitor_drop(l->worker))
		return false;
	if (!open_files(l) || !open_bell(l) || !start_lanes(l))
		return false;
	if (!open_interfaces(l))
		return false;
	choose_face(l);
	l->outputs = (struct outputs){.options = l->options,
				      .errands = l->worker->errands,
				      .one_line = l->lines.kind == LINES_JSON};
	return lines_open(&l->lines) && monitor_cage(l->worker);
}

static enum cli_status work(const struct worker *w)
{
	struct live *l = calloc(1, sizeof(*l));
	enum cli_status status;

	if (!l) {
		say("%s", sl_err_text(SL_E_NOMEM));
		return CLI_FAILED;
	}
	l->options = w->options;
	l->worker = w;
	l->status = CLI_FAILED;
	if (set_up(l)) {
		l->status = CLI_DONE;
		l->started_ns = l->ticked_ns = monotonic_ns();
		l->second = wall_ns() / NS_PER_S;
		l->period = period_of(l, wall_ns());
		errands_tell(w->errands, ERRAND_READY);
		show(l, l->ticked_ns);
		run(l);
		conclude(l);
	}
	status = l->status;
	free_all(l);
	return status;
}

enum cli_status command_live(const struct options *o)
{
	return monitor_run(o, work);
}
