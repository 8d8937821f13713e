#include "config.h"

#include "capture/access.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "capture/channel.h"
#include "capture/decompress_child.h"

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

static int direct_spawn(void *ctx, enum file_kind kind, int fd, int memory,
			size_t prefix_len, struct access_child *out)
{
	uint32_t slots = channel_slots(memory);
	int filled[2], emptied, error = 0;
	pid_t parent = getpid();

	(void)ctx;
	if (slots == 0)
		return -EINVAL;
	if (pipe2(filled, O_CLOEXEC) != 0)
		return -errno;
	/* All of them may be filled at first. */
	emptied = eventfd(slots, EFD_CLOEXEC | EFD_SEMAPHORE);
	out->pid = emptied >= 0 ? fork() : -1;
	if (out->pid == 0)
		decompress_child(&(struct decompress_job){.kind = kind,
							  .input = fd,
							  .filled = filled[1],
							  .emptied = emptied,
							  .memory = memory,
							  .prefix_len = prefix_len},
				 parent);
	if (out->pid < 0)
		error = -errno;
	(void)close(filled[1]);
	if (error != 0) {
		(void)close(filled[0]);
		if (emptied >= 0)
			(void)close(emptied);
		return error;
	}
	out->filled = filled[0];
	out->emptied = emptied;
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
	return got < 0 ? 0 : status; /* SIGCHLD is ignored: its text alone speaks */
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
