#include "config.h"

#include "cli/monitor.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/cage.h"
#include "base/courier.h"
#include "base/notify.h"
#include "cli/monitor_serve.h"
#include "cli/say.h"
#include "report/target.h"

/** Descriptors of the worker besides the standard ones. */
enum worker_fd { WORKER_ERRANDS = 3, WORKER_EVENTS = 4 };

/* ---- signals ---- */

/** Those that somebody wants ignored (nohup) stay so. */
static void choose_signals(const struct monitor *m, sigset_t *set)
{
	static const int live[] = {SIGINT, SIGTERM, SIGHUP, SIGUSR1};
	static const int files[] = {SIGINT, SIGTERM};
	const int *numbers = m->live ? live : files;
	size_t count =
	    m->live ? sizeof(live) / sizeof(live[0]) : sizeof(files) / sizeof(files[0]);
	struct sigaction now;

	(void)sigemptyset(set);
	for (size_t i = 0; i < count; i++)
		if (sigaction(numbers[i], NULL, &now) == 0 && now.sa_handler != SIG_IGN)
			(void)sigaddset(set, numbers[i]);
}

static bool has_terminal(void)
{
	int fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);

	if (fd < 0)
		return false;
	(void)close(fd);
	return true;
}

static void put_targets_away(struct monitor *m)
{
	for (size_t i = 0; i <= m->options->output_count; i++)
		if (m->open_targets[i])
			(void)target_finish(&m->targets[i], monitor_output_path(m, i),
					    false, NULL);
}

/** The second time: at once, and as the signal does it. */
static _Noreturn void end_at_once(struct monitor *m, int number)
{
	sigset_t set;

	(void)kill(m->worker, SIGKILL);
	(void)waitpid(m->worker, NULL, 0);
	put_targets_away(m);
	(void)signal(number, SIG_DFL);
	(void)sigemptyset(&set);
	(void)sigaddset(&set, number);
	(void)raise(number);
	(void)sigprocmask(SIG_UNBLOCK, &set, NULL);
	_exit(128 + number);
}

static void take_signal(struct monitor *m)
{
	struct signalfd_siginfo info;
	uint8_t number;

	if (read(m->signals, &info, sizeof(info)) != (ssize_t)sizeof(info))
		return;
	number = (uint8_t)info.ssi_signo;
	/* A terminal that is lost takes its foreground along; who has none is a
	 * service, and is asked to open its files anew. */
	if (number == SIGHUP && m->had_terminal && !has_terminal())
		number = SIGTERM;
	if (number == SIGINT || number == SIGTERM) {
		if (m->interrupted)
			end_at_once(m, number);
		m->interrupted = true;
		notify_send("STOPPING=1");
	}
	if (m->live)
		(void)courier_send(m->events, &number, sizeof(number), NULL, 0);
	else
		(void)kill(m->worker, MONITOR_INTERRUPT);
}

/* ---- the two processes ---- */

static bool become_worker(struct monitor *m, const int errands[2], const int events[2])
{
	static const int ignored[] = {SIGINT, SIGTERM, SIGHUP, SIGUSR1};
	/* First out of the way of their places. */
	int first = fcntl(errands[1], F_DUPFD, 10);
	int second = fcntl(events[1], F_DUPFD, 10);

	if (first < 0 || second < 0 || dup2(first, WORKER_ERRANDS) < 0 ||
	    dup2(second, WORKER_EVENTS) < 0) {
		say("no descriptors: %s", strerror(errno));
		return false;
	}
	(void)syscall(SYS_close_range, WORKER_EVENTS + 1U, ~0U, 0U);
	for (size_t i = 0; i < sizeof(ignored) / sizeof(ignored[0]); i++)
		(void)signal(ignored[i], SIG_IGN);
	(void)sigprocmask(SIG_SETMASK, &m->mask_before, NULL);
	return true;
}

bool monitor_drop(const struct worker *w)
{
	struct errbuf eb = {""};

	if (!w->options->no_sandbox && privileges_drop(&w->user, &eb) != SL_OK) {
		say("%s", eb.text);
		return false;
	}
	/* After the change of user, which forgets it. */
	return prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && getppid() == w->parent;
}

static _Noreturn void be_worker(struct monitor *m, const struct privileges_user *user,
				pid_t parent, const int errands[2], const int events[2],
				enum cli_status (*work)(const struct worker *w))
{
	struct worker w = {.options = m->options,
			   .events = WORKER_EVENTS,
			   .user = *user,
			   .parent = parent};
	enum cli_status status = CLI_FAILED;

	if (become_worker(m, errands, events)) {
		w.errands = errands_new(WORKER_ERRANDS);
		if (w.errands)
			status = cli_flushed(work(&w));
		else
			say("%s", sl_err_text(SL_E_NOMEM));
		errands_free(w.errands);
	}
	(void)fflush(stderr);
	_exit((int)status);
}

static enum cli_status conclude(struct monitor *m)
{
	int status = 0;
	pid_t got;

	do
		got = waitpid(m->worker, &status, 0);
	while (got < 0 && errno == EINTR);
	put_targets_away(m);
	if (got == m->worker && WIFEXITED(status))
		return (enum cli_status)WEXITSTATUS(status);
	if (got == m->worker && WIFSIGNALED(status))
		say("the process that parses was stopped by signal %d (%s)%s",
		    WTERMSIG(status), strsignal(WTERMSIG(status)),
		    WTERMSIG(status) == SIGSYS ? ": a system call outside its cage; "
						 "--no-sandbox does without it"
					       : "");
	return CLI_FAILED;
}

static enum cli_status watch(struct monitor *m)
{
	bool there = true;

	while (there) {
		struct pollfd fds[] = {{.fd = m->errands, .events = POLLIN},
				       {.fd = m->signals, .events = POLLIN}};

		if (poll(fds, 2, -1) < 0 && errno != EINTR)
			break;
		if (fds[1].revents)
			take_signal(m);
		if (fds[0].revents)
			there = monitor_serve(m);
	}
	return conclude(m);
}

static bool set_up(struct monitor *m)
{
	size_t outputs = m->options->output_count + 1;
	sigset_t set;

	choose_signals(m, &set);
	m->had_terminal = has_terminal();
	m->targets = calloc(outputs, sizeof(*m->targets));
	m->open_targets = calloc(outputs, sizeof(*m->open_targets));
	if (!m->targets || !m->open_targets) {
		errno = ENOMEM;
		return false;
	}
	if (sigprocmask(SIG_BLOCK, &set, &m->mask_before) != 0)
		return false;
	m->signals = signalfd(-1, &set, SFD_CLOEXEC);
	return m->signals >= 0;
}

static enum cli_status start(struct monitor *m, const struct privileges_user *user,
			     enum cli_status (*work)(const struct worker *w))
{
	int errands[2], events[2];
	pid_t parent = getpid();

	if (!courier_pair(errands) || !courier_pair(events)) {
		say("no sockets: %s", strerror(errno));
		return CLI_FAILED;
	}
	(void)fflush(NULL);
	m->worker = fork();
	if (m->worker == 0)
		be_worker(m, user, parent, errands, events, work);
	(void)close(errands[1]);
	(void)close(events[1]);
	m->errands = errands[0];
	m->events = events[0];
	if (m->worker < 0) {
		say("no process: %s", strerror(errno));
		return CLI_FAILED;
	}
	return watch(m);
}

enum cli_status monitor_run(const struct options *o,
			    enum cli_status (*work)(const struct worker *w))
{
	struct monitor *m = calloc(1, sizeof(*m));
	struct privileges_user user = {.change = false};
	struct errbuf eb = {""};
	enum cli_status status = CLI_FAILED;

	if (!m) {
		say("%s", sl_err_text(SL_E_NOMEM));
		return CLI_FAILED;
	}
	m->options = o;
	m->live = o->command == COMMAND_LIVE;
	if (!o->no_sandbox && privileges_find(o->user, &user, &eb) != SL_OK) {
		say("%s", eb.text);
		status = CLI_USAGE;
	} else if (set_up(m)) {
		status = start(m, &user, work);
	} else {
		say("cannot start: %s", strerror(errno));
	}
	free(m->targets);
	free(m->open_targets);
	free(m);
	return status;
}

bool monitor_cage(const struct worker *w)
{
	struct errbuf eb = {""};
	struct tm tm;
	time_t now = 0;

	if (w->options->no_sandbox)
		return true;
	/* What is read once and kept: it could not be read in there. */
	tzset();
	(void)localtime_r(&now, &tm);
	if (cage_enter(CAGE_WORKER, 0, &eb) == SL_OK)
		return true;
	say("%s: --no-sandbox does without", eb.text);
	return false;
}
