/*
 * The main job: captures in, reports out.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/human.h"
#include "capture/capture.h"
#include "capture/writer.h"
#include "cli/behind.h"
#include "cli/commands.h"
#include "cli/night.h"
#include "cli/progress.h"
#include "cli/say.h"
#include "cli/screen.h"
#include "pipeline.h"

static volatile sig_atomic_t interrupted;

static const int signals[] = {SIGINT, SIGTERM};
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
	struct capture *capture;
	struct pipeline *pipeline;
	struct progress progress;
	char **names; /* of outputs, dated: owned, or NULL each */
	struct behind behind;
	bool figures_low;
	bool checked; /* the status is that of a monitoring plug-in */
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
	    .progress = {.tell = progress_tell, .ctx = &run->progress},
	};
	struct errbuf eb = {""};
	struct errbuf hint = {""};
	enum sl_err e;

	/* Words taken for files are judged before any is opened: others may be
	 * readable, and then a report would hide the mistake. */
	if (o->word_count == 0 && options_hint(o, &hint)) {
		say("%s", hint.text);
		return CLI_USAGE;
	}
	e = capture_open(&run->capture, &co, &eb);
	if (e == SL_OK)
		return CLI_DONE;
	progress_end(&run->progress);
	if (e == SL_E_USAGE && o->word_count > 0 && options_hint(o, &hint)) {
		say("%s", hint.text);
		return CLI_USAGE;
	}
	say("%s", eb.text[0] ? eb.text : sl_err_text(e));
	return e == SL_E_USAGE ? CLI_USAGE : CLI_FAILED;
}

static void read_packets(struct run *run)
{
	struct packet packet;
	int more = 0;

	while (!interrupted && (more = capture_next(run->capture, &packet)) > 0) {
		if (!window_has(&run->options->night.span, packet.time_ns))
			packet.filtered = true;
		if (pipeline_feed(run->pipeline, &packet) != SL_OK)
			run->figures_low = true;
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

static enum cli_status write_stdout(const struct report *r, struct report_options ro,
				    const struct report_writer *w)
{
	struct screen screen = screen_of(STDOUT_FILENO);
	enum sl_err e;

	ro.terminal = screen.terminal;
	ro.color = screen.color;
	ro.width = screen.width;
	errno = 0;
	e = w->write(r, &ro, stdout);
	if (e == SL_OK && fflush(stdout) != 0)
		e = SL_E_IO;
	if (e == SL_OK)
		return CLI_DONE;
	/* Whoever read has gone away and wants no more: nothing to tell. */
	if (e == SL_E_IO && errno != EPIPE)
		say("standard output: cannot be written: %s",
		    errno ? strerror(errno) : sl_err_text(e));
	else if (e != SL_E_IO)
		say("standard output: %s", sl_err_text(e));
	return CLI_FAILED;
}

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
	struct night night = {0};
	struct errbuf eb;

	r.sources = capture_sources(run->capture, &r.source_count);
	night_begin(&night, o, &r);
	if (night_name_outputs(o, night_time(o, &r), run->names, &eb)) {
		say("%s", eb.text);
		run->status = CLI_FAILED;
		night_end(&night);
		return;
	}
	for (size_t i = 0; i < o->output_count; i++) {
		const struct output *out = &o->outputs[i];

		if (strcmp(out->path, "-") == 0) {
			if (write_stdout(&r, o->report, out->writer) != CLI_DONE)
				run->status = CLI_FAILED;
		} else if (report_write_file(&r, &o->report, out->writer, out->path,
					     &eb) != SL_OK) {
			say("%s", eb.text);
			run->status = CLI_FAILED;
		}
	}
	night_store(&night, o, &r);
	if (night.failed)
		run->status = CLI_FAILED;
	run->checked = night_check(&night, o, &r, &run->status);
	night_end(&night);
}

static bool outputs_writable(const struct options *o)
{
	struct errbuf eb;

	for (size_t i = 0; i < o->output_count; i++) {
		const char *path = o->outputs[i].path;

		if (strcmp(path, "-") == 0 || report_check_file(path, &eb) == SL_OK)
			continue;
		say("%s", eb.text);
		return false;
	}
	return true;
}

/* Of what was read, all inputs together. */
static void finish_behind(struct run *run)
{
	uint32_t types[WRITER_LINK_TYPES];
	size_t known = 0;
	size_t count;
	const struct capture_source *sources = capture_sources(run->capture, &count);
	enum cli_status status;

	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < sources[i].link_type_count; k++) {
			size_t at = 0;

			while (at < known && types[at] != sources[i].link_types[k])
				at++;
			if (at == known && known < WRITER_LINK_TYPES)
				types[known++] = sources[i].link_types[k];
		}
	status = behind_finish(&run->behind, types, known);
	if (status != CLI_DONE)
		run->status = status;
}

static enum cli_status read_and_write(struct run *run)
{
	const struct options *o = run->options;
	struct pipeline_options po = {.decode = o->decode, .by = o->by};

	progress_start(&run->progress,
		       screen_of(STDERR_FILENO).terminal ? stderr : NULL);
	run->status = open_capture(run);
	if (run->status != CLI_DONE)
		return run->status;
	run->status = behind_open(&run->behind, o, &po);
	if (run->status != CLI_DONE) {
		behind_close(&run->behind);
		capture_free(run->capture);
		return run->status;
	}
	run->pipeline = pipeline_new(&po);
	if (!run->pipeline) {
		say("%s", sl_err_text(SL_E_NOMEM));
		behind_close(&run->behind);
		capture_free(run->capture);
		return CLI_FAILED;
	}
	catch_signals();
	read_packets(run);
	say_what_went_wrong(run);
	write_reports(run);
	finish_behind(run);
	behind_close(&run->behind);
	pipeline_free(run->pipeline);
	capture_free(run->capture);
	return run->status;
}

enum cli_status command_report(const struct options *o)
{
	struct run run = {.options = o};
	enum cli_status status;

	if (!night_ready(o))
		return night_failed(o, CLI_USAGE);
	if (!outputs_writable(o))
		return night_failed(o, CLI_FAILED);
	run.names = calloc(o->output_count + 1, sizeof(char *));
	if (!run.names) {
		say("%s", sl_err_text(SL_E_NOMEM));
		return night_failed(o, CLI_FAILED);
	}
	status = read_and_write(&run);
	for (size_t i = 0; i < o->output_count; i++)
		free(run.names[i]);
	free(run.names);
	/* A check that was made has said what it found. */
	return run.checked ? status : night_failed(o, status);
}
