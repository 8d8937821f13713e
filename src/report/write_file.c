#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "report/report.h"

static enum sl_err failed(struct errbuf *eb, const char *path, int error)
{
	return errbuf_set(eb, SL_E_IO, "%s: cannot be written: %s", path,
			  strerror(error));
}

/* Write all, and close @p out in any case. errno says why on SL_E_IO. */
static enum sl_err write_and_close(const struct report *r,
				   const struct report_options *o,
				   const struct report_writer *w, FILE *out, bool sync)
{
	enum sl_err e = w->write(r, o, out);
	int error = errno;

	if (e == SL_OK && (fflush(out) != 0 || (sync && fsync(fileno(out)) != 0))) {
		e = SL_E_IO;
		error = errno;
	}
	if (fclose(out) != 0 && e == SL_OK) {
		e = SL_E_IO;
		error = errno;
	}
	errno = error;
	return e;
}

static enum sl_err told(enum sl_err e, struct errbuf *eb, const char *path)
{
	if (e == SL_E_IO)
		return failed(eb, path, errno);
	if (e)
		return errbuf_set(eb, e, "%s: %s", path, sl_err_text(e));
	return SL_OK;
}

/* A terminal, a pipe or /dev/stdout: nothing to rename. */
static enum sl_err write_directly(const struct report *r,
				  const struct report_options *o,
				  const struct report_writer *w, const char *path,
				  struct errbuf *eb)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
	FILE *out = fd < 0 ? NULL : fdopen(fd, "w");

	if (!out) {
		int error = errno;

		if (fd >= 0)
			close(fd);
		return failed(eb, path, error);
	}
	return told(write_and_close(r, o, w, out, false), eb, path);
}

/* The process's mask can only be read by setting it. */
static mode_t file_mode(void)
{
	mode_t mask = umask(0);

	umask(mask);
	return 0666 & ~mask;
}

/* @p target is the file itself, not a link to it. */
static enum sl_err write_beside(const struct report *r, const struct report_options *o,
				const struct report_writer *w, const char *target,
				const char *path, struct errbuf *eb)
{
	static const char suffix[] = ".XXXXXX";
	size_t len = strlen(target);
	char *temporary = malloc(len + sizeof(suffix));
	FILE *out = NULL;
	enum sl_err e = SL_E_IO;
	int fd, error;

	if (!temporary)
		return told(SL_E_NOMEM, eb, path);
	memcpy(temporary, target, len);
	memcpy(temporary + len, suffix, sizeof(suffix));
	fd = mkstemp(temporary);
	if (fd < 0) {
		error = errno;
		free(temporary);
		return failed(eb, path, error);
	}
	if (fchmod(fd, file_mode()) == 0)
		out = fdopen(fd, "w");
	if (out)
		e = write_and_close(r, o, w, out, true);
	error = errno;
	if (!out)
		close(fd);
	errno = error;
	if (e == SL_OK && rename(temporary, target) != 0)
		e = SL_E_IO;
	if (e) {
		error = errno;
		unlink(temporary);
		errno = error;
	}
	free(temporary);
	return told(e, eb, path);
}

enum sl_err report_check_file(const char *path, struct errbuf *eb)
{
	const char *slash = strrchr(path, '/');
	struct stat st;
	char *folder;
	enum sl_err e = SL_OK;

	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		return failed(eb, path, EISDIR);
	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
		return access(path, W_OK) == 0 ? SL_OK : failed(eb, path, errno);
	if (!slash)
		folder = strdup(".");
	else
		folder = strndup(path, slash == path ? 1 : (size_t)(slash - path));
	if (!folder)
		return told(SL_E_NOMEM, eb, path);
	if (access(folder, W_OK | X_OK) != 0)
		e = failed(eb, path, errno);
	free(folder);
	return e;
}

enum sl_err report_write_file(const struct report *r, const struct report_options *o,
			      const struct report_writer *w, const char *path,
			      struct errbuf *eb)
{
	struct stat st;
	char *real;
	enum sl_err e;

	if (stat(path, &st) != 0)
		return write_beside(r, o, w, path, path, eb);
	if (S_ISDIR(st.st_mode))
		return failed(eb, path, EISDIR);
	/* /dev/stdout may be a regular file, but it is not ours to replace. */
	if (!S_ISREG(st.st_mode) || strncmp(path, "/dev/", 5) == 0)
		return write_directly(r, o, w, path, eb);
	/* Where a link points, there the new file has to be. */
	real = realpath(path, NULL);
	e = write_beside(r, o, w, real ? real : path, path, eb);
	free(real);
	return e;
}
