#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "report/report.h"
#include "report/target.h"

static enum sl_err failed(struct errbuf *eb, const char *path, int error)
{
	return errbuf_set(eb, SL_E_IO, "%s: cannot be written: %s", path,
			  strerror(error));
}

enum sl_err report_write_fd(const struct report *r, const struct report_options *o,
			    const struct report_writer *w, const char *path, int fd,
			    struct errbuf *eb)
{
	int copy = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	FILE *out = copy < 0 ? NULL : fdopen(copy, "w");
	enum sl_err e;
	int error;

	if (!out) {
		error = errno;
		if (copy >= 0)
			(void)close(copy);
		return failed(eb, path, error);
	}
	e = w->write(r, o, out);
	error = errno;
	if (e == SL_OK && fflush(out) != 0) {
		e = SL_E_IO;
		error = errno;
	}
	if (fclose(out) != 0 && e == SL_OK) {
		e = SL_E_IO;
		error = errno;
	}
	if (e == SL_E_IO)
		return failed(eb, path, error);
	return e ? errbuf_set(eb, e, "%s: %s", path, sl_err_text(e)) : SL_OK;
}

enum sl_err report_check_file(const char *path, struct errbuf *eb)
{
	const char *slash = strrchr(path, '/');
	struct stat st;
	char *folder;
	enum sl_err e = SL_OK;

	if (stat(path, &st) == 0) {
		if (S_ISDIR(st.st_mode))
			return failed(eb, path, EISDIR);
		if (target_is_direct(path, &st))
			return access(path, W_OK) == 0 ? SL_OK
						       : failed(eb, path, errno);
	}
	if (!slash)
		folder = strdup(".");
	else
		folder = strndup(path, slash == path ? 1 : (size_t)(slash - path));
	if (!folder)
		return errbuf_set(eb, SL_E_NOMEM, "%s: %s", path,
				  sl_err_text(SL_E_NOMEM));
	if (access(folder, W_OK | X_OK) != 0)
		e = failed(eb, path, errno);
	free(folder);
	return e;
}

enum sl_err report_write_file(const struct report *r, const struct report_options *o,
			      const struct report_writer *w, const char *path,
			      struct errbuf *eb)
{
	struct target t;
	enum sl_err e = target_open(&t, path, eb);

	if (e)
		return e;
	e = report_write_fd(r, o, w, path, t.fd, eb);
	if (e) {
		(void)target_finish(&t, path, false, NULL);
		return e;
	}
	return target_finish(&t, path, true, eb);
}
