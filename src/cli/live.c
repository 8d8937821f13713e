/*
 * Live capture, and the replay of files at the speed of their packets: the loop of
 * signals, ticks, intervals and the screen. Packets are the business of lanes.
 */
#include "config.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/system_clock.h"
#include "cli/behind.h"
#include "cli/commands.h"
#include "cli/live_parts.h"
#include "cli/say.h"

/* ---- signals ---- */

/** What was there before is told to the files of before. */
static void open_anew(struct live *l)
{
	bool lines, events;

	live_tick(l);
	lines = lines_open(&l->lines);
	events = live_open_events(l);
	if (!lines || !events)
		l->status = CLI_FAILED;
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
		live_write_now(l);
	else if (number == SIGHUP)
		open_anew(l);
}

/* ---- the loop ---- */

static bool is_due(const struct live *l)
{
	return system_clock_ns(CLOCK_REALTIME) / NS_PER_S != l->second ||
	       system_clock_ns(CLOCK_MONOTONIC) - l->ticked_ns >= NS_PER_S;
}

static void clear_bell(const struct live *l)
{
	char bytes[LIMIT_LANES];

	while (read(l->bell[0], bytes, sizeof(bytes)) > 0)
		continue;
}

/** ms to the next second of the clock. */
static int until_tick(void)
{
	return 1 + (int)((NS_PER_S - system_clock_ns(CLOCK_REALTIME) % NS_PER_S) /
			 (NS_PER_S / 1000));
}

static void run(struct live *l)
{
	bool to_stdout = l->lines.to_stdout || behind_to_stdout(&l->options->behind);

	while (!l->over) {
		struct pollfd fds[] = {
		    {.fd = l->worker->events, .events = POLLIN},
		    {.fd = l->bell[0], .events = POLLIN},
		    {.fd = l->ui ? STDIN_FILENO : -1, .events = POLLIN},
		    /* Errors only: a reader that has gone away. */
		    {.fd = to_stdout ? STDOUT_FILENO : -1},
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
			live_tick(l);
		/* Also after an interruption: the window may have changed. */
		if (l->ui && !ui_keys(l->ui))
			l->over = true;
	}
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
	if (live_set_up(l)) {
		l->status = CLI_DONE;
		l->started_ns = l->ticked_ns = system_clock_ns(CLOCK_MONOTONIC);
		l->second = system_clock_ns(CLOCK_REALTIME) / NS_PER_S;
		l->period = live_period(l, system_clock_ns(CLOCK_REALTIME));
		errands_tell(w->errands, ERRAND_READY);
		live_show(l, l->ticked_ns);
		run(l);
		live_conclude(l);
	}
	status = l->status;
	live_free(l);
	return status;
}

enum cli_status command_live(const struct options *o)
{
	return monitor_run(o, work);
}
