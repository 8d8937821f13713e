#include "config.h"

#include "report/target.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static enum sl_err failed(struct errbuf *eb, const char *path, int error)
{
	if (error == ENOMEM)
		return errbuf_set(eb, SL_E_NOMEM, "%s: %s", path,
				  sl_err_text(SL_E_NOMEM));
	return errbuf_set(eb, SL_E_IO, "%s: cannot be written: %s", path,
			  strerror(error));
}

static void forget(struct target *t)
{
	free(t->temporary);
	free(t->real);
	*t = (struct target){.fd = -1};
}

/* The process's mask can only be read by setting it. */
static mode_t file_mode(void)
{
	mode_t mask = umask(0);

	umask(mask);
	return 0666 & ~mask;
}

/* A terminal, a pipe or /dev/stdout: nothing to rename. */
static enum sl_err open_directly(struct target *t, const char *path, struct errbuf *eb)
{
	t->fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
	return t->fd < 0 ? failed(eb, path, errno) : SL_OK;
}

/* t->real is the file itself, not a link to it. */
static enum sl_err open_beside(struct target *t, const char *path, struct errbuf *eb)
{
	int error;

	if (asprintf(&t->temporary, "%s.XXXXXX", t->real) < 0) {
		t->temporary = NULL;
		forget(t);
		return failed(eb, path, ENOMEM);
	}
	t->fd = mkostemp(t->temporary, O_CLOEXEC);
	if (t->fd < 0) {
		error = errno;
		forget(t);
		return failed(eb, path, error);
	}
	if (fchmod(t->fd, file_mode()) == 0)
		return SL_OK;
	error = errno;
	(void)close(t->fd);
	(void)unlink(t->temporary);
	forget(t);
	return failed(eb, path, error);
}

bool target_is_direct(const char *path, const struct stat *st)
{
	return !S_ISREG(st->st_mode) || strncmp(path, "/dev/", 5) == 0;
}

enum sl_err target_open(struct target *t, const char *path, struct errbuf *eb)
{
	struct stat st;

	*t = (struct target){.fd = -1};
	if (stat(path, &st) == 0) {
		if (S_ISDIR(st.st_mode))
			return failed(eb, path, EISDIR);
		if (target_is_direct(path, &st))
			return open_directly(t, path, eb);
		/* Where a link points, there the new file has to be. */
		t->real = realpath(path, NULL);
	}
	if (!t->real)
		t->real = strdup(path);
	return t->real ? open_beside(t, path, eb) : failed(eb, path, ENOMEM);
}

enum sl_err target_finish(struct target *t, const char *path, bool whole,
			  struct errbuf *eb)
{
	int error = 0;

	if (t->temporary && whole && fsync(t->fd) != 0)
		error = errno;
	if (close(t->fd) != 0 && error == 0)
		error = errno;
	if (t->temporary && whole && error == 0 && rename(t->temporary, t->real) != 0)
		error = errno;
	if (t->temporary && (!whole || error != 0))
		(void)unlink(t->temporary);
	forget(t);
	return whole && error != 0 ? failed(eb, path, error) : SL_OK;
}
