#include "config.h"

#include "capture/decompress.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/limits.h"
#include "capture/decompress_child.h"

struct decompressor {
	const struct access *access; /**< lent */
	const char *name;            /**< of the compression */
	pid_t child;                 /**< 0 once it has been waited for */
	int status;                  /**< as waitpid() gave it; 0: unknown */
	struct channel_set *set;     /**< lent: where the memory comes from */
	struct channel_memory *memory;
	struct channel output;
};

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

/** Start the child of @p d. @return 0 or a negative errno */
static int start(struct decompressor *d, enum file_kind kind, int fd,
		 const uint8_t *prefix, size_t prefix_len)
{
	struct access_child child;
	int error;

	d->memory = channel_take(d->set);
	if (!d->memory)
		return -errno;
	if (channel_put_input(d->memory->fd, prefix, prefix_len))
		error = d->access->spawn(d->access->ctx, kind, fd, d->memory->fd,
					 prefix_len, &child);
	else
		error = -EIO;
	if (error != 0) {
		channel_give_back(d->set, d->memory);
		return error;
	}
	d->child = child.pid;
	d->output = (struct channel){.memory = d->memory->fd,
				     .slots = d->memory->slots,
				     .filled = child.filled,
				     .emptied = child.emptied};
	return 0;
}

enum sl_err decompress_start(struct decompressor **out, const struct access *access,
			     struct channel_set *set, enum file_kind kind, int fd,
			     const uint8_t *prefix, size_t prefix_len,
			     struct errbuf *eb)
{
	int error;
	enum sl_err e = check_window(kind, prefix, prefix_len, eb);
	struct decompressor *d;

	if (e != SL_OK)
		return e;
	d = calloc(1, sizeof(*d));
	if (!d)
		return errbuf_set(eb, SL_E_NOMEM, "out of memory");
	d->name = file_kind_compression(kind);
	d->access = access;
	d->set = set;
	error = start(d, kind, fd, prefix, prefix_len);
	if (error != 0) {
		free(d);
		return errbuf_set(eb, SL_E_SYSTEM, "no process, pipe or memory: %s",
				  strerror(-error));
	}
	*out = d;
	return SL_OK;
}

struct channel *decompress_output(struct decompressor *d)
{
	return &d->output;
}

static void reap(struct decompressor *d, bool end)
{
	if (d->child != 0)
		d->status = d->access->reap(d->access->ctx, d->child, end);
	d->child = 0;
}

enum sl_err decompress_finish(struct decompressor *d, struct errbuf *eb)
{
	char cause[CHANNEL_TEXT];
	size_t len;

	/* While its pipe is open it may go on for ever. */
	reap(d, !d->output.ended);
	len = channel_text(d->memory->fd, cause);
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
	if (WEXITSTATUS(d->status) == DECOMPRESS_NO_SYSTEM)
		return errbuf_set(eb, SL_E_SYSTEM,
				  "%s decompression is refused by the system: %s",
				  d->name, cause);
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
	reap(d, true);
	channel_give_back(d->set, d->memory);
	(void)close(d->output.filled);
	(void)close(d->output.emptied);
	free(d);
}
