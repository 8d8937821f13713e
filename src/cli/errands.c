#include "config.h"

#include "cli/errands.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/courier.h"

_Static_assert(2 * LIMIT_LANES <= COURIER_FDS, "a ring's two descriptors each");

/** An errand with what goes and comes. */
struct exchange {
	struct errand errand;
	struct errand_answer answer;
	int sent[2];
	size_t sent_count;
	int got[COURIER_FDS];
	size_t got_count;
};

struct errands {
	int socket;
	pthread_mutex_t lock; /* a file's reader asks from its own thread */
	struct access access;
	struct exchange reaping; /* a child is reaped whatever memory is left */
};

/* Answers are of our own making, but of another process: nothing is taken on trust that
 * would cost us more than a wrong figure. */
static bool run(struct errands *er, struct exchange *x)
{
	ssize_t got = -EPIPE;
	int e;

	x->got_count = COURIER_FDS;
	pthread_mutex_lock(&er->lock);
	e = courier_send(er->socket, &x->errand, sizeof(x->errand), x->sent,
			 x->sent_count);
	if (e == 0)
		got = courier_receive(er->socket, &x->answer, sizeof(x->answer), x->got,
				      &x->got_count);
	pthread_mutex_unlock(&er->lock);
	if (got == (ssize_t)sizeof(x->answer))
		return true;
	if (got <= 0)
		x->got_count = 0;
	x->answer = (struct errand_answer){.e = SL_E_SYSTEM, .error = -EPIPE};
	(void)errbuf_set(&x->answer.eb, SL_E_SYSTEM,
			 "the process that has the rights is gone");
	return false;
}

static void close_rest(struct exchange *x, size_t from)
{
	for (size_t i = from; i < x->got_count; i++)
		(void)close(x->got[i]);
}

/** The one descriptor that is expected, or a negative errno. */
static int one_descriptor(struct exchange *x)
{
	close_rest(x, 1);
	if (x->answer.error != 0)
		return x->answer.error;
	return x->got_count > 0 ? x->got[0] : -EBADF;
}

/** @return NULL when @p path is too long, or without memory */
static struct exchange *exchange_new(enum errand_kind kind, const char *path)
{
	struct exchange *x = calloc(1, sizeof(*x));

	if (!x)
		return NULL;
	x->errand.kind = kind;
	if (path && strlen(path) >= sizeof(x->errand.path)) {
		free(x);
		return NULL;
	}
	if (path)
		memcpy(x->errand.path, path, strlen(path) + 1);
	return x;
}

/* ---- inputs ---- */

static int ask_stat(void *ctx, const char *path, struct stat *out)
{
	struct exchange *x = exchange_new(ERRAND_STAT, path);
	int e;

	if (!x)
		return -ENAMETOOLONG;
	(void)run(ctx, x);
	close_rest(x, 0);
	*out = x->answer.st;
	e = x->answer.error;
	free(x);
	return e;
}

static int ask_open(void *ctx, const char *path)
{
	struct exchange *x = exchange_new(ERRAND_OPEN, path);
	int fd;

	if (!x)
		return -ENAMETOOLONG;
	(void)run(ctx, x);
	fd = one_descriptor(x);
	free(x);
	return fd;
}

/** Read all of the file @p fd from its start. @return 0 or a negative errno */
static int read_all(int fd, char **out, size_t *len)
{
	struct stat st;
	char *text;
	ssize_t got;

	if (fstat(fd, &st) != 0 || st.st_size < 0)
		return -EIO;
	text = malloc((size_t)st.st_size + 1);
	if (!text)
		return -ENOMEM;
	got = pread(fd, text, (size_t)st.st_size, 0);
	if (got != st.st_size) {
		free(text);
		return -EIO;
	}
	text[got] = '\0';
	*out = text;
	*len = (size_t)got;
	return 0;
}

static int ask_list(void *ctx, const char *path, char **names, size_t *count)
{
	struct exchange *x = exchange_new(ERRAND_LIST, path);
	size_t len = 0;
	int fd, e;

	if (!x)
		return -ENAMETOOLONG;
	(void)run(ctx, x);
	fd = one_descriptor(x);
	free(x);
	if (fd < 0)
		return fd;
	e = read_all(fd, names, &len);
	(void)close(fd);
	if (e != 0)
		return e;
	*count = 0;
	for (size_t i = 0; i < len; i++)
		*count += (*names)[i] == '\0';
	return 0;
}

static int ask_reap(void *ctx, pid_t pid, bool end)
{
	struct errands *er = ctx;
	struct exchange *x = &er->reaping;

	memset(x, 0, sizeof(*x));
	x->errand.kind = ERRAND_REAP;
	x->errand.number = pid;
	x->errand.flag = end;
	(void)run(er, x);
	close_rest(x, 0);
	return x->answer.error == 0 ? (int)x->answer.number : 0;
}

static int ask_spawn(void *ctx, enum file_kind kind, int fd, int memory,
		     size_t prefix_len, struct access_child *out)
{
	struct exchange *x = exchange_new(ERRAND_SPAWN, NULL);
	int e;

	if (!x)
		return -ENOMEM;
	x->errand.index = (uint32_t)kind;
	x->errand.count = (uint32_t)prefix_len;
	x->sent[0] = fd;
	x->sent[1] = memory;
	x->sent_count = 2;
	(void)run(ctx, x);
	e = x->answer.error;
	out->pid = (pid_t)x->answer.number;
	if (e == 0 && x->got_count == 2) {
		out->filled = x->got[0];
		out->emptied = x->got[1];
	} else {
		close_rest(x, 0);
		if (e == 0) {
			/* There was no room for its descriptors. */
			(void)ask_reap(ctx, out->pid, true);
			e = -EMFILE;
		}
	}
	free(x);
	return e;
}

/* ---- interfaces ---- */

/** Put the descriptors that came where they belong. @return whether all are there */
static bool place_descriptors(struct exchange *x, struct tap_grant *grants,
			      size_t count)
{
	size_t used = 0;
	bool whole = true;

	for (size_t i = 0; i < count; i++) {
		struct tap_grant *g = &grants[i];
		bool has_missed = x->answer.grants[i].missed >= 0;

		*g = x->answer.grants[i];
		g->socket = used < x->got_count ? x->got[used++] : -1;
		g->missed = has_missed && used < x->got_count ? x->got[used++] : -1;
		whole = whole && g->socket >= 0;
	}
	close_rest(x, used);
	return whole;
}

enum sl_err errands_taps(struct errands *er, size_t index, struct tap_grant *grants,
			 size_t count, struct errbuf *eb)
{
	struct exchange *x = exchange_new(ERRAND_TAPS, NULL);
	enum sl_err e;

	if (!x)
		return SL_E_NOMEM;
	x->errand.index = (uint32_t)index;
	x->errand.count = (uint32_t)count;
	(void)run(er, x);
	e = x->answer.e;
	if (e == SL_OK && !place_descriptors(x, grants, count)) {
		for (size_t i = 0; i < count; i++)
			tap_grant_close(&grants[i]);
		e = errbuf_set(&x->answer.eb, SL_E_SYSTEM, "too few descriptors");
	}
	if (e && eb)
		*eb = x->answer.eb;
	free(x);
	return e;
}

/* ---- outputs ---- */

/** Ask for a descriptor to write to. @p x is freed */
static enum sl_err fetch_output(struct errands *er, struct exchange *x, int *fd,
				struct errbuf *eb)
{
	enum sl_err e;

	(void)run(er, x);
	*fd = one_descriptor(x);
	e = x->answer.e;
	if (e == SL_OK && *fd < 0)
		e = errbuf_set(&x->answer.eb, SL_E_SYSTEM, "no descriptor came");
	if (e && eb)
		*eb = x->answer.eb;
	free(x);
	return e;
}

enum sl_err errands_output(struct errands *er, size_t index, bool append, int *fd,
			   struct errbuf *eb)
{
	struct exchange *x = exchange_new(append ? ERRAND_APPEND : ERRAND_TARGET, NULL);

	if (!x)
		return errbuf_set(eb, SL_E_NOMEM, "%s", sl_err_text(SL_E_NOMEM));
	x->errand.index = (uint32_t)index;
	return fetch_output(er, x, fd, eb);
}

enum sl_err errands_events(struct errands *er, int *fd, struct errbuf *eb)
{
	struct exchange *x = exchange_new(ERRAND_EVENTS, NULL);

	if (!x)
		return errbuf_set(eb, SL_E_NOMEM, "%s", sl_err_text(SL_E_NOMEM));
	return fetch_output(er, x, fd, eb);
}

enum sl_err errands_finish(struct errands *er, size_t index, bool whole,
			   struct errbuf *eb)
{
	struct exchange *x = exchange_new(ERRAND_FINISH, NULL);
	enum sl_err e;

	if (!x)
		return errbuf_set(eb, SL_E_NOMEM, "%s", sl_err_text(SL_E_NOMEM));
	x->errand.index = (uint32_t)index;
	x->errand.flag = whole;
	(void)run(er, x);
	close_rest(x, 0);
	e = x->answer.e;
	if (e && eb)
		*eb = x->answer.eb;
	free(x);
	return e;
}

void errands_tell(struct errands *er, enum errand_kind kind)
{
	struct exchange *x = exchange_new(kind, NULL);

	if (!x)
		return;
	(void)run(er, x);
	close_rest(x, 0);
	free(x);
}

/* ---- itself ---- */

struct errands *errands_new(int socket)
{
	struct errands *er = calloc(1, sizeof(*er));

	if (!er)
		return NULL;
	er->socket = socket;
	er->access = (struct access){.stat = ask_stat,
				     .open = ask_open,
				     .list = ask_list,
				     .spawn = ask_spawn,
				     .reap = ask_reap,
				     .ctx = er};
	(void)pthread_mutex_init(&er->lock, NULL);
	return er;
}

const struct access *errands_access(struct errands *er)
{
	return &er->access;
}

void errands_free(struct errands *er)
{
	if (!er)
		return;
	(void)close(er->socket);
	(void)pthread_mutex_destroy(&er->lock);
	free(er);
}
