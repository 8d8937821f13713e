#include "config.h"

#include "capture/access.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "capture/decompress_child.h"

/** Bytes that the child may be ahead of us: what an ordinary user may ask for. */
#define PIPE_SIZE (1024 * 1024)

static int direct_stat(void *ctx, const char *path, struct stat *out)
{
	(void)ctx;
	return stat(path, out) == 0 ? 0 : -errno;
}

static int direct_open(void *ctx, const char *path)
{
	int fd;

	(void)ctx;
	do
		fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	while (fd < 0 && errno == EINTR);
	return fd >= 0 ? fd : -errno;
}

static int visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static int join(struct dirent **entries, size_t count, char **names)
{
	size_t size = 1, used = 0;

	for (size_t i = 0; i < count; i++)
		size += strlen(entries[i]->d_name) + 1;
	*names = malloc(size);
	if (!*names)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++) {
		size_t len = strlen(entries[i]->d_name) + 1;

		memcpy(*names + used, entries[i]->d_name, len);
		used += len;
	}
	return 0;
}

static int direct_list(void *ctx, const char *path, char **names, size_t *count)
{
	struct dirent **entries = NULL;
	int found = scandir(path, &entries, visible, alphasort);
	int e;

	(void)ctx;
	if (found < 0)
		return -errno;
	*count = (size_t)found;
	e = join(entries, *count, names);
	for (int i = 0; i < found; i++)
		free(entries[i]);
	free(entries);
	return e;
}

static void close_pipe(const int ends[2])
{
	(void)close(ends[0]);
	(void)close(ends[1]);
}

static int direct_spawn(void *ctx, enum file_kind kind, int fd, const uint8_t *prefix,
			size_t prefix_len, struct access_child *out)
{
	struct decompress_job job = {
	    .kind = kind, .input = fd, .prefix = prefix, .prefix_len = prefix_len};
	int data[2], cause[2], error;
	pid_t parent = getpid();

	(void)ctx;
	if (pipe2(data, O_CLOEXEC) != 0)
		return -errno;
	if (pipe2(cause, O_CLOEXEC) != 0) {
		error = errno;
		close_pipe(data);
		return -error;
	}
	(void)fcntl(data[1], F_SETPIPE_SZ, PIPE_SIZE); /* else a smaller one does */
	out->pid = fork();
	if (out->pid == 0) {
		job.output = data[1];
		job.cause = cause[1];
		decompress_child(&job, parent);
	}
	if (out->pid < 0) {
		error = errno;
		close_pipe(data);
		close_pipe(cause);
		return -error;
	}
	(void)close(data[1]);
	(void)close(cause[1]);
	out->data = data[0];
	out->cause = cause[0];
	return 0;
}

static int direct_reap(void *ctx, pid_t pid, bool end)
{
	int status = 0;
	pid_t got;

	(void)ctx;
	if (end)
		(void)kill(pid, SIGKILL);
	do
		got = waitpid(pid, &status, 0);
	while (got < 0 && errno == EINTR);
	return got < 0 ? 0
		       : status; /* SIGCHLD is ignored: the cause pipe alone speaks */
}

const struct access *access_direct(void)
{
	static const struct access direct = {
	    .stat = direct_stat,
	    .open = direct_open,
	    .list = direct_list,
	    .spawn = direct_spawn,
	    .reap = direct_reap,
	};

	return &direct;
}
