/* The beginning of a live capture. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/human.h"
#include "cli/behind.h"
#include "cli/commands.h"
#include "cli/live_parts.h"
#include "cli/say.h"
#include "cli/screen.h"

/** s of an interval of lines for a person, unless told otherwise. */
#define INTERVAL_S 10U

/** How many lanes; says why it is fewer than asked for. */
static size_t choose_lanes(struct live *l)
{
	const struct live_options *o = &l->options->live;
	unsigned most = memory_plan_lanes(l->options->max_memory);
	const char *why = NULL;

	if (o->lanes <= 1)
		return 1;
	if (l->capture)
		why = "a file is one stream";
	else if (o->interface_count > 1 || strcmp(o->interfaces[0], TAP_ANY) == 0)
		why = "several interfaces may share a connection";
	else if (l->options->packet_limit > 0)
		why = "-c counts the packets of one";
	if (why) {
		say("-j %u: one pipeline, since %s", o->lanes, why);
		return 1;
	}
	if (o->lanes <= most)
		return o->lanes;
	say("-j %u: %u pipelines, since --max-memory has no room for more", o->lanes,
	    most);
	return most;
}

static struct lane_options lane_options_of(const struct live *l, size_t lanes)
{
	const struct options *o = l->options;
	struct lane_options lo = {
	    .pipeline = {.decode = o->decode, .by = o->by, .anonymizer = l->anonymizer},
	    .events = l->events,
	    .taps = o->live.interface_count,
	    .packet_limit = o->packet_limit,
	    .watch_tunnels = lanes > 1,
	    .bell = l->bell[1],
	    .capture = l->capture,
	    .speed = o->live.speed,
	};

	behind_ask(&o->behind, &lo.pipeline);
	return lo;
}

static bool start_lanes(struct live *l)
{
	const struct options *o = l->options;
	size_t count = choose_lanes(l);
	struct lane_options lo = lane_options_of(l, count);
	struct memory_plan kept;
	enum sl_err e = SL_OK;

	memory_plan_live(o->max_memory, (unsigned)count, &lo.pipeline.memory, &kept);
	for (size_t i = 0; e == SL_OK && i < count; i++) {
		e = lane_start(&l->lanes[i], &lo);
		l->lane_count += e == SL_OK;
	}
	if (e == SL_OK)
		e = gather_init(&l->gather, o,
				l->capture ? o->inputs : o->live.interfaces,
				l->capture ? 1 : o->live.interface_count, count,
				&lo.pipeline.memory, &kept);
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
	if (!o->live.plain && !behind_to_stdout(&o->behind) && screen.terminal &&
	    isatty(STDIN_FILENO))
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
				  .say = live_tell,
				  .ctx = l};
	if (l->capture)
		return true;
	e = ports_open(&l->ports, l->lanes, l->lane_count, &eb);
	if (e == SL_OK)
		return true;
	live_leave_screen(l);
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

/* ---- single exchanges ---- */

/** The key may be for root to read alone: before that right is given up. */
static bool open_anonymizer(struct live *l)
{
	const struct behind_options *want = &l->options->behind;
	struct errbuf eb = {""};

	if (!want->anonymize ||
	    anonymizer_open(&l->anonymizer, want->anonymize_key, &eb) == SL_OK)
		return true;
	say("%s", eb.text);
	return false;
}

static enum sl_err open_events(struct live *l, struct errbuf *eb)
{
	const struct behind_options *want = &l->options->behind;
	int fd = STDOUT_FILENO;
	enum sl_err e;

	if (!behind_to_stdout(want)) {
		e = errands_events(l->worker->errands, &fd, eb);
		if (e)
			return e;
	}
	if (!l->events)
		return events_new(&l->events, fd, want->events, want->events_format,
				  human_now_ns(), eb);
	e = events_reopen(l->events, fd, human_now_ns());
	return e ? errbuf_set(eb, e, "%s", sl_err_text(e)) : SL_OK;
}

bool live_open_events(struct live *l)
{
	struct errbuf eb = {""};

	if (!l->options->behind.events ||
	    (l->events && behind_to_stdout(&l->options->behind)))
		return true;
	if (open_events(l, &eb) != SL_OK) {
		live_tell(l, eb.text);
		return false;
	}
	l->events_failed = false;
	return true;
}

/* ---- all of it ---- */

bool live_set_up(struct live *l)
{
	if (!open_anonymizer(l) || !monitor_drop(l->worker))
		return false;
	if (!open_files(l) || !open_bell(l) || !live_open_events(l) || !start_lanes(l))
		return false;
	if (!open_interfaces(l))
		return false;
	choose_face(l);
	l->outputs = (struct outputs){.options = l->options,
				      .errands = l->worker->errands,
				      .one_line = l->lines.kind == LINES_JSON};
	return lines_open(&l->lines) && monitor_cage(l->worker);
}
