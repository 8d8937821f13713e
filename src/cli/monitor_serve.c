#include "config.h"

#include "cli/monitor_serve.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/notify.h"

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

const char *monitor_output_path(const struct monitor *m, size_t index)
{
	const char *path = NULL;

	if (index < m->options->output_count)
		path = m->options->outputs[index].path;
	else if (index == m->options->output_count)
		path = m->options->behind.write_matching;
	return path && strcmp(path, "-") != 0 ? path : NULL;
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

/** @param fds  the file, and the memory of a channel */
static void serve_spawn(struct monitor *m, const int *fds, size_t fd_count)
{
	const struct access *direct = access_direct();
	pid_t *slot = child_slot(m, 0);
	struct access_child child;

	m->answer.error = slot && fd_count == 2 ? 0 : -EAGAIN;
	if (m->answer.error != 0)
		return;
	m->answer.error = direct->spawn(direct->ctx, (enum file_kind)m->errand.index,
					fds[0], fds[1], m->errand.count, &child);
	if (m->answer.error != 0)
		return;
	*slot = child.pid;
	m->answer.number = child.pid;
	give(m, child.filled);
	give(m, child.emptied);
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
	const char *path = monitor_output_path(m, m->errand.index);
	struct target *t;

	if (!path || m->open_targets[m->errand.index]) {
		m->answer.e = SL_E_USAGE;
		return;
	}
	t = &m->targets[m->errand.index];
	m->answer.e = target_open(t, path, &m->answer.eb);
	if (m->answer.e)
		return;
	m->open_targets[m->errand.index] = true;
	give(m, fcntl(t->fd, F_DUPFD_CLOEXEC, 3));
}

static void serve_finish(struct monitor *m)
{
	const char *path = monitor_output_path(m, m->errand.index);

	if (!path || !m->open_targets[m->errand.index]) {
		m->answer.e = SL_E_USAGE;
		return;
	}
	m->answer.e = target_finish(&m->targets[m->errand.index], path, m->errand.flag,
				    &m->answer.eb);
	m->open_targets[m->errand.index] = false;
}

/** Lines follow those that are there: of an interval, or of an exchange. */
static void append_to(struct monitor *m, const char *path)
{
	int fd;

	if (!path || strcmp(path, "-") == 0) {
		m->answer.e = SL_E_USAGE;
		return;
	}
	fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0666);
	if (fd < 0)
		m->answer.e =
		    errbuf_set(&m->answer.eb, SL_E_IO, "%s: cannot be written: %s",
			       path, strerror(errno));
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
		append_to(m, monitor_output_path(m, m->errand.index));
		break;
	case ERRAND_EVENTS:
		append_to(m, m->options->behind.events);
		break;
	case ERRAND_READY:
		notify_send("READY=1");
		break;
	case ERRAND_ALIVE:
		notify_send("WATCHDOG=1");
		break;
	}
}

bool monitor_serve(struct monitor *m)
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
