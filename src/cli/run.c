/*
 * The main job: captures in, reports out.
 */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/human.h"
#include "capture/capture.h"
#include "capture/filter.h"
#include "cli/behind.h"
#include "cli/commands.h"
#include "cli/monitor.h"
#include "cli/night.h"
#include "cli/outputs.h"
#include "cli/progress.h"
#include "cli/say.h"
#include "cli/screen.h"
#include "pipeline.h"

static volatile sig_atomic_t interrupted;

/* The last one is what the monitor sends: it keeps the others from us. */
static const int signals[] = {SIGINT, SIGTERM, MONITOR_INTERRUPT};
#define SIGNALS (sizeof(signals) / sizeof(signals[0]))

/* The first signal ends the reading, the second one the program. */
static void on_signal(int number)
{
	(void)number;
	interrupted = 1;
	for (size_t i = 0; i < SIGNALS; i++)
		(void)signal(signals[i], SIG_DFL);
}

/* Without SA_RESTART, so that a waiting read() returns. What whoever started us
 * wants ignored stays so. */
static void catch_signals(void)
{
	struct sigaction action = {.sa_handler = on_signal};
	struct sigaction before;

	interrupted = 0;
	(void)sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < SIGNALS; i++)
		if (sigaction(signals[i], NULL, &before) == 0 &&
		    before.sa_handler != SIG_IGN)
			(void)sigaction(signals[i], &action, NULL);
}

/** What is read, and how it went. */
struct run {
	const struct options *options;
	struct errands *errands; /**< NULL: with the rights of this process */
	struct filter *filter;   /**< compiled before the cage was entered, or NULL */
	struct errbuf hint; /**< what a word may have been meant as; empty: no idea */
	struct capture *capture;
	struct pipeline *pipeline;
	struct progress progress;
	struct behind behind;
	bool figures_low;
	enum cli_status status;
};

/* ---- reading ---- */

static enum cli_status open_capture(struct run *run)
{
	const struct options *o = run->options;
	struct capture_options co = {
	    .inputs = o->inputs,
	    .input_count = o->input_count,
	    .filter = o->filter,
	    .jobs = o->live.lanes,
	    .access = run->errands ? errands_access(run->errands) : NULL,
	    .compiled = run->filter,
	    .window = &o->night.span,
	    .progress = {.tell = progress_tell, .ctx = &run->progress},
	};
	struct errbuf eb = {""};
	enum sl_err e;

	e = capture_open(&run->capture, &co, &eb);
	if (e == SL_OK)
		return CLI_DONE;
	progress_end(&run->progress);
	if (e == SL_E_USAGE && o->word_count > 0 && run->hint.text[0]) {
		say("%s", run->hint.text);
		return CLI_USAGE;
	}
	say("%s", eb.text[0] ? eb.text : sl_err_text(e));
	return e == SL_E_USAGE ? CLI_USAGE : CLI_FAILED;
}

static void read_packets(struct run *run)
{
	struct packet *packet;
	int more = 0;

	uint64_t left = run->options->packet_limit;

	while (!interrupted && (more = capture_next(run->capture, &packet)) > 0) {
		if (!window_has(&run->options->night.span, packet->time_ns))
			packet->filtered = true;
		if (pipeline_feed(run->pipeline, packet) != SL_OK)
			run->figures_low = true;
		if (left > 0 && --left == 0)
			break;
	}
	if (more < 0 && !interrupted) {
		say("reading ended early: %s", sl_err_text((enum sl_err)more));
		run->status = CLI_PARTIAL;
	}
	if (pipeline_finish(run->pipeline) != SL_OK)
		run->figures_low = true;
	progress_end(&run->progress);
}

static void say_what_went_wrong(struct run *run)
{
	size_t count;
	const struct errbuf *notes = capture_notes(run->capture, &count);
	const struct capture_source *sources;

	for (size_t i = 0; i < count; i++)
		say("%s", notes[i].text);
	sources = capture_sources(run->capture, &count);

	for (size_t i = 0; i < count; i++) {
		if (sources[i].message.text[0])
			say("%s", sources[i].message.text);
		if (sources[i].state == SOURCE_DAMAGED ||
		    sources[i].state == SOURCE_UNREADABLE)
			run->status = CLI_PARTIAL;
	}
	if (interrupted) {
		say("interrupted: the report covers what was read until then");
		run->status = CLI_PARTIAL;
	}
	if (run->figures_low) {
		say("memory ran out: the figures are too low");
		run->status = CLI_PARTIAL;
	}
}

/* ---- writing ---- */

static void write_reports(struct run *run)
{
	const struct options *o = run->options;
	struct report r = {
	    .tally = pipeline_tally(run->pipeline),
	    .coverage = pipeline_coverage(run->pipeline),
	    .filter = o->filter,
	    .generated_ns = human_now_ns(),
	    .window = o->night.span,
	    .interrupted = interrupted != 0,
	    .figures_low = run->figures_low,
	};
	struct outputs out = {.options = o, .errands = run->errands};

	r.sources = capture_sources(run->capture, &r.source_count);
	r.sources_outside = capture_outside(run->capture);
	if (outputs_write(&out, &r) != CLI_DONE)
		run->status = CLI_FAILED;
}

/* ---- the two processes ---- */

enum cli_status command_prepare_files(const struct options *o, struct filter **filter)
{
	struct errbuf eb = {""};
	enum sl_err e = SL_OK;

	*filter = NULL;
	if (o->filter)
		e = filter_new(filter, o->filter, &eb);
	if (e) {
		/* Words that were meant as files are no filter either. */
		if (e == SL_E_USAGE && o->word_count > 0)
			(void)options_hint(o, &eb);
		say("%s", eb.text);
		return e == SL_E_USAGE ? CLI_USAGE : CLI_FAILED;
	}
	if (*filter)
		filter_prepare(*filter);
	return CLI_DONE;
}

static void add_link_type(struct matching_files *files, uint32_t type)
{
	size_t at = 0;

	while (at < files->link_type_count && files->link_types[at] != type)
		at++;
	if (at == files->link_type_count && at < WRITER_LINK_TYPES)
		files->link_types[files->link_type_count++] = type;
}

/* Of what was read, all inputs together. */
static void finish_behind(struct run *run)
{
	struct matching_files files = {.errands = run->errands, .filter = run->filter};
	size_t count;
	const struct capture_source *sources = capture_sources(run->capture, &count);
	enum cli_status status;

	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < sources[i].link_type_count; k++)
			add_link_type(&files, sources[i].link_types[k]);
	status = behind_finish(&run->behind, &files);
	if (status != CLI_DONE)
		run->status = status;
}

static bool is_writable(const char *path)
{
	struct errbuf eb;

	if (strcmp(path, "-") == 0 || report_check_file(path, &eb) == SL_OK)
		return true;
	say("%s", eb.text);
	return false;
}

static bool outputs_writable(const struct options *o)
{
	for (size_t i = 0; i < o->output_count; i++)
		if (!is_writable(o->outputs[i].path))
			return false;
	return !o->behind.write_matching || is_writable(o->behind.write_matching);
}

/** Everything but behind_open(), which comes first. */
static enum cli_status report(struct run *run, const struct pipeline_options *po)
{
	progress_start(&run->progress,
		       screen_of(STDERR_FILENO).terminal ? stderr : NULL);
	run->status = open_capture(run);
	if (run->status != CLI_DONE)
		return run->status;
	run->pipeline = pipeline_new(po);
	if (!run->pipeline) {
		say("%s", sl_err_text(SL_E_NOMEM));
		capture_free(run->capture);
		return CLI_FAILED;
	}
	read_packets(run);
	say_what_went_wrong(run);
	write_reports(run);
	finish_behind(run);
	pipeline_free(run->pipeline);
	capture_free(run->capture);
	return run->status;
}

static struct pipeline_options pipeline_options_of(const struct options *o)
{
	return (struct pipeline_options){
	    .decode = o->decode, .by = o->by, .memory = memory_plan_for(o->max_memory)};
}

static enum cli_status work(const struct worker *w)
{
	struct run run = {.options = w->options, .errands = w->errands};
	struct pipeline_options po = pipeline_options_of(w->options);
	enum cli_status status = behind_open(&run.behind, w->options, &po);

	if (status == CLI_DONE && !monitor_drop(w))
		status = CLI_FAILED;
	if (status == CLI_DONE)
		status = command_prepare_files(w->options, &run.filter);
	if (status == CLI_DONE) {
		(void)options_hint(w->options, &run.hint);
		catch_signals();
		status = monitor_cage(w) ? report(&run, &po) : CLI_FAILED;
	}
	behind_close(&run.behind);
	filter_free(run.filter);
	return status;
}

enum cli_status command_read(const struct options *o)
{
	struct run run = {.options = o};
	struct pipeline_options po = pipeline_options_of(o);
	enum cli_status status;

	if (!outputs_writable(o))
		return CLI_FAILED;
	/* Words taken for files are judged before any is opened: others may be
	 * readable, and then a report would hide the mistake. */
	if (options_hint(o, &run.hint) && o->word_count == 0) {
		say("%s", run.hint.text);
		return CLI_USAGE;
	}
	if (!o->no_sandbox)
		return monitor_run(o, work);
	status = behind_open(&run.behind, o, &po);
	catch_signals();
	if (status == CLI_DONE)
		status = report(&run, &po);
	behind_close(&run.behind);
	return status;
}

enum cli_status command_report(const struct options *o)
{
	return night_wanted(o) ? command_night(o) : command_read(o);
}
