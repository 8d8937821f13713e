#include "config.h"

#include "capture/decompress.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/limits.h"
#include "capture/decompress_child.h"

/** Bytes that the child may be ahead of us: what an ordinary user may ask for. */
#define PIPE_SIZE (1024 * 1024)

struct decompressor {
	const char *name; /**< of the compression */
	pid_t child;      /**< 0 once it has been waited for */
	int status;       /**< as waitpid() gave it */
	int data;         /**< reading ends */
	int cause;
};

static void close_pipe(const int ends[2])
{
	(void)close(ends[0]);
	(void)close(ends[1]);
}

static enum sl_err check_window(enum file_kind kind, const uint8_t *prefix, size_t len,
				struct errbuf *eb)
{
	uint64_t window = compressed_window(kind, prefix, len);

	if (window <= LIMIT_DECOMPRESSOR_WINDOW)
		return SL_OK;
	return errbuf_set(eb, SL_E_LIMIT,
			  "wants a %s of %" PRIu64
			  " MiB, the limit is %u MiB: decompress it first with `%s`",
			  kind == FILE_XZ ? "dictionary" : "window", window / MIB,
			  LIMIT_DECOMPRESSOR_WINDOW / MIB,
			  kind == FILE_XZ ? "xz -d" : "zstd -d --long=31");
}

static enum sl_err start(struct decompressor *d, struct decompress_job *job,
			 struct errbuf *eb)
{
	int data[2], cause[2];
	pid_t parent = getpid();

	if (pipe2(data, O_CLOEXEC) != 0)
		return errbuf_set(eb, SL_E_SYSTEM, "no pipe: %s", strerror(errno));
	if (pipe2(cause, O_CLOEXEC) != 0) {
		enum sl_err e =
		    errbuf_set(eb, SL_E_SYSTEM, "no pipe: %s", strerror(errno));

		close_pipe(data);
		return e;
	}
	(void)fcntl(data[1], F_SETPIPE_SZ, PIPE_SIZE); /* else a smaller one does */
	d->child = fork();
	if (d->child == 0) {
		job->output = data[1];
		job->cause = cause[1];
		decompress_child(job, parent);
	}
	if (d->child < 0) {
		enum sl_err e =
		    errbuf_set(eb, SL_E_SYSTEM, "no process: %s", strerror(errno));

		close_pipe(data);
		close_pipe(cause);
		return e;
	}
	(void)close(data[1]);
	(void)close(cause[1]);
	d->data = data[0];
	d->cause = cause[0];
	return SL_OK;
}

enum sl_err decompress_start(struct decompressor **out, enum file_kind kind, int fd,
			     const uint8_t *prefix, size_t prefix_len,
			     struct errbuf *eb)
{
	struct decompress_job job = {
	    .kind = kind, .input = fd, .prefix = prefix, .prefix_len = prefix_len};
	enum sl_err e = check_window(kind, prefix, prefix_len, eb);
	struct decompressor *d;

	if (e != SL_OK)
		return e;
	d = calloc(1, sizeof(*d));
	if (!d)
		return errbuf_set(eb, SL_E_NOMEM, "out of memory");
	d->name = file_kind_compression(kind);
	e = start(d, &job, eb);
	if (e != SL_OK) {
		free(d);
		return e;
	}
	*out = d;
	return SL_OK;
}

int decompress_fd(const struct decompressor *d)
{
	return d->data;
}

static void reap(struct decompressor *d)
{
	pid_t got;

	if (d->child == 0)
		return;
	do
		got = waitpid(d->child, &d->status, 0);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		d->status = 0; /* SIGCHLD is ignored: the cause pipe alone speaks */
	d->child = 0;
}

enum sl_err decompress_finish(struct decompressor *d, struct errbuf *eb)
{
	char cause[DECOMPRESS_CAUSE_SIZE];
	ssize_t len;

	reap(d);
	do
		len = read(d->cause, cause, sizeof(cause) - 1);
	while (len < 0 && errno == EINTR);
	cause[len > 0 ? len : 0] = '\0';
	if (WIFSIGNALED(d->status))
		return errbuf_set(
		    eb, SL_E_SYSTEM, "%s decompression was stopped by signal %d (%s)%s",
		    d->name, WTERMSIG(d->status), strsignal(WTERMSIG(d->status)),
		    WTERMSIG(d->status) == SIGSYS ? ": a system call outside its cage"
						  : "");
	if (WEXITSTATUS(d->status) == DECOMPRESS_NO_CAGE)
		return errbuf_set(
		    eb, SL_E_SYSTEM,
		    "%s decompression cannot be caged (%s): decompress it "
		    "first with `%s -d`",
		    d->name, cause, d->name);
	if (WEXITSTATUS(d->status) == DECOMPRESS_NO_MEMORY)
		return errbuf_set(
		    eb, SL_E_DAMAGED,
		    "%s data wants more than %u MiB of memory: decompress "
		    "it first with `%s -d`",
		    d->name, LIMIT_DECOMPRESSOR_MEMORY / MIB, d->name);
	if (d->status != 0 || len > 0)
		return errbuf_set(eb, SL_E_DAMAGED, "%s data is damaged: %s", d->name,
				  len > 0 ? cause : "no cause given");
	return SL_OK;
}

void decompress_free(struct decompressor *d)
{
	if (!d)
		return;
	if (d->child != 0)
		(void)kill(d->child, SIGKILL);
	reap(d);
	(void)close(d->data);
	(void)close(d->cause);
	free(d);
}
