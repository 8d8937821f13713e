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
#include "capture/channel.h"
#include "capture/decompress_stream.h"

/** Descriptors of the child; it has no others. See CAGE_PIPE. */
enum child_fd {
	CHILD_INPUT = 0,
	CHILD_FILLED = STDOUT_FILENO,
	CHILD_ERRORS = STDERR_FILENO, /**< of sanitizers only */
	CHILD_MEMORY = CAGE_FILE,
	CHILD_EMPTIED,
	CHILD_FDS
};

/** Room in the output below which it is handed over, so that a library need not work
 *  in small pieces. */
#define LITTLE_ROOM (CHANNEL_SLOT / 4)

struct pump {
	struct channel output;
	size_t in_len;  /**< bytes of input that were read for us */
	size_t out_len; /**< bytes made and not handed over */
	uint8_t in[CHANNEL_SLOT];
	uint8_t out[CHANNEL_SLOT];
};

static _Noreturn void give_up(int memory, enum decompress_exit status, const char *text)
{
	channel_put_text(memory, text);
	_exit((int)status);
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
	const int fds[CHILD_FDS] = {[CHILD_INPUT] = job->input,
				    [CHILD_FILLED] = job->filled,
				    [CHILD_ERRORS] = STDERR_FILENO,
				    [CHILD_MEMORY] = job->memory,
				    [CHILD_EMPTIED] = job->emptied};
	int copies[CHILD_FDS];

	/* First out of the way: the parent may have closed some of the lowest. */
	for (int i = 0; i < CHILD_FDS; i++) {
		copies[i] = fcntl(fds[i], F_DUPFD, CHILD_FDS);
		if (copies[i] < 0)
			return false;
	}
	for (int i = 0; i < CHILD_FDS; i++)
		if (i != CHILD_ERRORS && dup2(copies[i], i) < 0)
			return false;
#ifndef STATLINE_SANITIZED
	(void)close(CHILD_ERRORS);
#endif
#ifdef SYS_close_range
	if (syscall(SYS_close_range, (unsigned)CHILD_FDS, ~0U, 0U) == 0)
		return true;
#endif
	for (long fd = sysconf(_SC_OPEN_MAX) - 1; fd >= CHILD_FDS; fd--)
		(void)close((int)fd);
	return true;
}

static void hand_over(struct pump *p)
{
	if (!channel_write(&p->output, p->out, p->out_len))
		give_up(CHILD_MEMORY, DECOMPRESS_NO_SYSTEM, strerror(errno));
	p->out_len = 0;
}

/* Who waits for more does not keep what there is. */
static ssize_t read_input(void *ctx, const void **buffer)
{
	struct pump *p = ctx;
	ssize_t got = (ssize_t)p->in_len;

	*buffer = p->in;
	p->in_len = 0;
	if (got > 0)
		return got;
	hand_over(p);
	do
		got = read(CHILD_INPUT, p->in, sizeof(p->in));
	while (got < 0 && errno == EINTR);
	return got;
}

static uint8_t *room(void *ctx, size_t *n)
{
	struct pump *p = ctx;

	if (sizeof(p->out) - p->out_len < LITTLE_ROOM)
		hand_over(p);
	*n = sizeof(p->out) - p->out_len;
	return p->out + p->out_len;
}

static void put(void *ctx, size_t n)
{
	struct pump *p = ctx;

	p->out_len += n;
}

static bool set_up(struct pump *p, const struct decompress_job *job)
{
	p->output = (struct channel){.memory = CHILD_MEMORY,
				     .slots = channel_slots(job->memory),
				     .filled = CHILD_FILLED,
				     .emptied = CHILD_EMPTIED};
	p->in_len = job->prefix_len;
	return p->output.slots > 0 && channel_take_input(job->memory, p->in, p->in_len);
}

_Noreturn void decompress_child(const struct decompress_job *job, pid_t parent)
{
	static struct pump pump;
	struct stream_io io = {
	    .read = read_input, .room = room, .put = put, .ctx = &pump};
	const char *cause = "out of memory";
	enum decompress_exit e;
	struct errbuf eb;

	reset_signals();
	errno =
	    EINVAL; /* what set_up() and move_descriptors() know better, if they do */
	if (!set_up(&pump, job) || !move_descriptors(job))
		give_up(job->memory, DECOMPRESS_NO_SYSTEM, strerror(errno));
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent)
		_exit(DECOMPRESS_FAILED);
	if (cage_enter(CAGE_PIPE, LIMIT_DECOMPRESSOR_MEMORY, &eb) != SL_OK)
		give_up(CHILD_MEMORY, DECOMPRESS_NO_CAGE, eb.text);
	e = stream_decompress(job->kind, &io, &cause);
	hand_over(&pump);
	if (e == DECOMPRESS_DONE)
		_exit(DECOMPRESS_DONE);
	give_up(CHILD_MEMORY, e, cause);
}
