#include "config.h"

#include "cli/outputs.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "cli/say.h"
#include "cli/screen.h"

static enum cli_status write_stdout(struct outputs *out, const struct report *r,
				    const struct report_writer *w)
{
	struct report_options ro = out->options->report;
	struct screen screen = screen_of(STDOUT_FILENO);
	enum sl_err e;

	ro.terminal = screen.terminal;
	ro.color = screen.color;
	ro.width = screen.width;
	ro.one_line = out->one_line;
	errno = 0;
	e = w->write(r, &ro, stdout);
	if (e == SL_OK && fflush(stdout) != 0)
		e = SL_E_IO;
	if (e == SL_OK)
		return CLI_DONE;
	/* Whoever read has gone away and wants no more: nothing to tell. */
	out->reader_gone = out->reader_gone || (e == SL_E_IO && errno == EPIPE);
	if (e == SL_E_IO && errno != EPIPE)
		say("standard output: cannot be written: %s",
		    errno ? strerror(errno) : sl_err_text(e));
	else if (e != SL_E_IO)
		say("standard output: %s", sl_err_text(e));
	return CLI_FAILED;
}

/** Through the process that has the rights. */
static enum sl_err write_by_errand(const struct outputs *out, const struct report *r,
				   size_t i, struct errbuf *eb)
{
	const struct output *o = &out->options->outputs[i];
	int fd = -1;
	enum sl_err e = errands_output(out->errands, i, false, &fd, eb);

	if (e)
		return e;
	e = report_write_fd(r, &out->options->report, o->writer, o->path, fd, eb);
	(void)close(fd);
	if (e) {
		(void)errands_finish(out->errands, i, false, NULL);
		return e;
	}
	return errands_finish(out->errands, i, true, eb);
}

enum cli_status outputs_write(struct outputs *out, const struct report *r)
{
	const struct options *o = out->options;
	enum cli_status status = CLI_DONE;
	struct errbuf eb;

	for (size_t i = 0; i < o->output_count; i++) {
		const struct output *to = &o->outputs[i];
		enum sl_err e = SL_OK;

		if (!to->writer)
			continue;
		if (strcmp(to->path, "-") == 0) {
			if (!out->no_stdout &&
			    write_stdout(out, r, to->writer) != CLI_DONE)
				status = CLI_FAILED;
			continue;
		}
		e = out->errands
			? write_by_errand(out, r, i, &eb)
			: report_write_file(r, &o->report, to->writer, to->path, &eb);
		if (e != SL_OK) {
			say("%s", eb.text);
			status = CLI_FAILED;
		}
	}
	return status;
}
