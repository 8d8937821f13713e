#include "config.h"

#include "cli/monitor.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/cage.h"
#include "base/courier.h"
#include "base/notify.h"
#include "cli/say.h"
#include "report/target.h"

/** Descriptors of the worker besides the standard ones. */
enum worker_fd { WORKER_ERRANDS = 3, WORKER_EVENTS = 4 };

struct monitor {
	const struct options *options;
	bool live;
	pid_t worker;
	int errands; /* our end */
	int events;  /* our end */
	int signals; /* signalfd */
	sigset_t mask_before;
	bool interrupted; /* the worker was told to end */
	bool had_terminal;
	struct target *targets; /* one for each output; owned */
	bool *open_targets;
	pid_t children[LIMIT_DECOMPRESSORS + 1]; /* 0: none */
	struct errand errand;
	struct errand_answer answer;
	int fds[COURIER_FDS]; /* that go with the answer; closed once they are gone */
	size_t fd_count;
};

/* ---- what may be touched ---- */

/** Whether @p path is an input, or something directly in one. */
static bool is_input(const struct monitor *m, const char *path)
{
	for (size_t i = 0; i < m->options->input_count; i++) {
		const char *input = m->options->inputs[i];
		size_t len = strlen(input);
		const char *name;

		if (strcmp(path, input) == 0)
			return true;
		if (strncmp(path, input, len) != 0)
			continue;
		name = path + len;
		if (*name == '/')
			name++;
		else if (len == 0 || input[len - 1] != '/')
			continue;
		if (*name && !strchr(name, '/') && strcmp(name, "..") != 0)
			return true;
	}
	return false;
}

static const struct output *output_of(const struct monitor *m)
{
	if (m->errand.index >= m->options->output_count)
		return NULL;
	return &m->options->outputs[m->errand.index];
}

/* ---- errands ---- */

static void give(struct monitor *m, int fd)
{
	m->fds[m->fd_count++] = fd;
}

static void serve_taps(struct monitor *m)
{
	const struct live_options *l = &m->options->live;
	struct errand_answer *a = &m->answer;
	struct tap_options options = {
	    .filter = m->options->filter,
	    .link_type = l->link_type,
	    .snap_length = l->snap_length,
	    .buffer = l->buffer,
	    .promiscuous = !l->no_promiscuous,
	};
	size_t count = m->errand.count;

	if (m->errand.index >= l->interface_count || count == 0 ||
	    count > LIMIT_LANES) {
		a->e = SL_E_USAGE;
		return;
	}
	options.interface = l->interfaces[m->errand.index];
	a->e = tap_open(&options, a->grants, count, &a->eb);
	if (a->e == SL_E_USAGE && m->options->word_count > 0)
		(void)options_hint(m->options, &a->eb);
	for (size_t i = 0; a->e == SL_OK && i < count; i++) {
		give(m, a->grants[i].socket);
		if (a->grants[i].missed >= 0)
			give(m, a->grants[i].missed);
	}
}

static void serve_input(struct monitor *m)
{
	const struct access *direct = access_direct();
	int fd;

	if (!is_input(m, m->errand.path)) {
		m->answer.error = -EACCES;
		return;
	}
	if (m->errand.kind == ERRAND_STAT) {
		m->answer.error =
		    direct->stat(direct->ctx, m->errand.path, &m->answer.st);
		return;
	}
	fd = direct->open(direct->ctx, m->errand.path);
	if (fd < 0)
		m->answer.error = fd;
	else
		give(m, fd);
}

/** A file in memory with the names, since there may be many. */
static void serve_list(struct monitor *m)
{
	const struct access *direct = access_direct();
	char *names = NULL;
	size_t count = 0, len = 0;
	int fd, e;

	e = is_input(m, m->errand.path)
		? direct->list(direct->ctx, m->errand.path, &names, &count)
		: -EACCES;
	for (size_t i = 0; e == 0 && i < count; i++)
		len += strlen(names + len) + 1;
	fd = e == 0 ? memfd_create("names", MFD_CLOEXEC) : -1;
	if (e == 0 && fd < 0)
		e = -errno;
	if (e == 0 && write(fd, names, len) != (ssize_t)len)
		e = -EIO;
	free(names);
	m->answer.error = e;
	if (e == 0)
		give(m, fd);
	else if (fd >= 0)
		(void)close(fd);
}

static pid_t *child_slot(struct monitor *m, pid_t pid)
{
	for (size_t i = 0; i < sizeof(m->children) / sizeof(m->children[0]); i++)
		if (m->children[i] == pid)
			return &m->children[i];
	return NULL;
}

/** @param fds  the file, and what was read of it already */
static void serve_spawn(struct monitor *m, const int *fds, size_t fd_count)
{
	const struct access *direct = access_direct();
	pid_t *slot = child_slot(m, 0);
	struct access_child child;
	static uint8_t prefix[LIMIT_READ_BLOCK];
	ssize_t len;

	m->answer.error = slot && fd_count == 2 ? 0 : -EAGAIN;
	if (m->answer.error != 0)
		return;
	len = pread(fds[1], prefix, sizeof(prefix), 0);
	m->answer.error =
	    len < 0 ? -EIO
		    : direct->spawn(direct->ctx, (enum file_kind)m->errand.index,
				    fds[0], prefix, (size_t)len, &child);
	if (m->answer.error != 0)
		return;
	*slot = child.pid;
	m->answer.number = child.pid;
	give(m, child.data);
	give(m, child.cause);
}

static void serve_reap(struct monitor *m)
{
	const struct access *direct = access_direct();
	pid_t pid = (pid_t)m->errand.number;
	pid_t *slot = pid > 0 ? child_slot(m, pid) : NULL;

	if (!slot) {
		m->answer.error = -ECHILD;
		return;
	}
	m->answer.number = direct->reap(direct->ctx, pid, m->errand.flag);
	*slot = 0;
}

static void serve_target(struct monitor *m)
{
	const struct output *out = output_of(m);
	struct target *t;

	if (!out || strcmp(out->path, "-") == 0 || m->open_targets[m->errand.index]) {
		m->answer.e = SL_E_USAGE;
		return;
	}
	t = &m->targets[m->errand.index];
	m->answer.e = target_open(t, out->path, &m->answer.eb);
	if (m->answer.e)
		return;
	m->open_targets[m->errand.index] = true;
	give(m, fcntl(t->fd, F_DUPFD_CLOEXEC, 3));
}

static void serve_finish(struct monitor *m)
{
	const struct output *out = output_of(m);

	if (!out || !m->open_targets[m->errand.index]) {
		m->answer.e = SL_E_USAGE;
		return;
	}
	m->answer.e = target_finish(&m->targets[m->errand.index], out->path,
				    m->errand.flag, &m->answer.eb);
	m->open_targets[m->errand.index] = false;
}

static void serve_append(struct monitor *m)
{
	const struct output *out = output_of(m);
	int fd;

	if (!out || strcmp(out->path, "-") == 0) {
		m->answer.e = SL_E_USAGE;
		return;
	}
	fd =
	    open(out->path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0666);
	if (fd < 0)
		m->answer.e =
		    errbuf_set(&m->answer.eb, SL_E_IO, "%s: cannot be written: %s",
			       out->path, strerror(errno));
	else
		give(m, fd);
}

static void serve_kind(struct monitor *m, const int *fds, size_t fd_count)
{
	switch (m->errand.kind) {
	case ERRAND_TAPS:
		serve_taps(m);
		break;
	case ERRAND_STAT:
	case ERRAND_OPEN:
		serve_input(m);
		break;
	case ERRAND_LIST:
		serve_list(m);
		break;
	case ERRAND_SPAWN:
		serve_spawn(m, fds, fd_count);
		break;
	case ERRAND_REAP:
		serve_reap(m);
		break;
	case ERRAND_TARGET:
		serve_target(m);
		break;
	case ERRAND_FINISH:
		serve_finish(m);
		break;
	case ERRAND_APPEND:
		serve_append(m);
		break;
	case ERRAND_READY:
		notify_send("READY=1");
		break;
	case ERRAND_ALIVE:
		notify_send("WATCHDOG=1");
		break;
	}
}

/** @return whether the worker is there still */
static bool serve(struct monitor *m)
{
	int fds[COURIER_FDS];
	size_t fd_count = COURIER_FDS;
	ssize_t got =
	    courier_receive(m->errands, &m->errand, sizeof(m->errand), fds, &fd_count);
	int e;

	if (got <= 0)
		return false;
	memset(&m->answer, 0, sizeof(m->answer));
	m->fd_count = 0;
	m->errand.path[LIMIT_PATH - 1] = '\0';
	if (got == (ssize_t)sizeof(m->errand))
		serve_kind(m, fds, fd_count);
	else
		m->answer.e = SL_E_USAGE;
	e = courier_send(m->errands, &m->answer, sizeof(m->answer), m->fds,
			 m->fd_count);
	for (size_t i = 0; i < m->fd_count; i++)
		(void)close(m->fds[i]);
	for (size_t i = 0; i < fd_count; i++)
		(void)close(fds[i]);
	return e == 0;
}

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
	for (size_t i = 0; i < m->options->output_count; i++)
		if (m->open_targets[i])
			(void)target_finish(&m->targets[i], m->options->outputs[i].path,
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

	if (dup2(first, WORKER_ERRANDS) < 0 || dup2(second, WORKER_EVENTS) < 0)
		return false;
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
			there = serve(m);
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
