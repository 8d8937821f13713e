#include "config.h"

#include "capture/decompress_child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cage.h"
#include "base/err.h"
#include "base/limits.h"
#include "capture/decompress_stream.h"

/** Descriptors of the child; it has no others. */
enum child_fd { CHILD_INPUT = 0, CHILD_OUTPUT = 1, CHILD_CAUSE = 2 };

struct input {
	const uint8_t *prefix;
	size_t prefix_len;
};

static uint8_t block[64U * KIB];

static _Noreturn void give_up(int status, const char *cause)
{
	size_t len = strlen(cause);

	if (len >= DECOMPRESS_CAUSE_SIZE)
		len = DECOMPRESS_CAUSE_SIZE - 1;
	if (write(CHILD_CAUSE, cause, len) < 0)
		_exit(status); /* nobody listens: the same */
	_exit(status);
}

/** The terminal's interrupt is for the parent, who ends us; its handlers are not ours.
 */
static void reset_signals(void)
{
	for (int s = 1; s < SIGSYS; s++)
		(void)signal(s, s == SIGINT || s == SIGQUIT ? SIG_IGN : SIG_DFL);
}

static bool move_descriptors(const struct decompress_job *job)
{
	/* First out of the way of 0 to 2, which the parent may have closed. */
	int input = fcntl(job->input, F_DUPFD, 3);
	int output = fcntl(job->output, F_DUPFD, 3);
	int cause = fcntl(job->cause, F_DUPFD, 3);

	if (dup2(cause, CHILD_CAUSE) < 0 || dup2(input, CHILD_INPUT) < 0 ||
	    dup2(output, CHILD_OUTPUT) < 0)
		return false;
#ifdef SYS_close_range
	if (syscall(SYS_close_range, 3U, ~0U, 0U) == 0)
		return true;
#endif
	for (long fd = sysconf(_SC_OPEN_MAX) - 1; fd > CHILD_CAUSE; fd--)
		(void)close((int)fd);
	return true;
}

static ssize_t read_input(void *ctx, const void **buffer)
{
	struct input *in = ctx;
	ssize_t got;

	if (in->prefix_len > 0) {
		got = (ssize_t)in->prefix_len;
		*buffer = in->prefix;
		in->prefix_len = 0;
		return got;
	}
	do
		got = read(CHILD_INPUT, block, sizeof(block));
	while (got < 0 && errno == EINTR);
	*buffer = block;
	return got;
}

static void write_all(const uint8_t *bytes, size_t len)
{
	while (len > 0) {
		ssize_t put = write(CHILD_OUTPUT, bytes, len);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			_exit(DECOMPRESS_DONE); /* the parent has seen enough */
		bytes += put;
		len -= (size_t)put;
	}
}

_Noreturn void decompress_child(struct decompress_job *job, pid_t parent)
{
	struct input in = {.prefix = job->prefix, .prefix_len = job->prefix_len};
	struct stream_io io = {.read = read_input, .write = write_all, .ctx = &in};
	const char *cause = "out of memory";
	enum decompress_exit e;
	struct errbuf eb;

	reset_signals();
	if (!move_descriptors(job))
		_exit(DECOMPRESS_FAILED);
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent)
		_exit(DECOMPRESS_FAILED);
	if (cage_enter(CAGE_PIPE, LIMIT_DECOMPRESSOR_MEMORY, &eb) != SL_OK)
		give_up(DECOMPRESS_NO_CAGE, eb.text);
	e = stream_decompress(job->kind, &io, &cause);
	if (e == DECOMPRESS_DONE)
		_exit(DECOMPRESS_DONE);
	give_up((int)e, cause);
}
