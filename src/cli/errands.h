/**
 * @file
 * @brief What the process that parses asks of the one that has the rights.
 *
 * One message each way, one at a time; the asker waits. monitor.c answers. Whatever is
 * asked, only what the command line named is touched.
 */
#ifndef STATLINE_CLI_ERRANDS_H
#define STATLINE_CLI_ERRANDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include "base/err.h"
#include "base/limits.h"
#include "base/privileges.h"
#include "capture/access.h"
#include "capture/tap.h"

enum errand_kind {
	ERRAND_TAPS,   /**< open interface `index`, `count` times */
	ERRAND_STAT,   /**< of an input, `path` */
	ERRAND_OPEN,   /**< an input */
	ERRAND_LIST,   /**< an input that is a directory */
	ERRAND_SPAWN,  /**< a child that decompresses a file into a channel's memory,
			    where `count` bytes of it are already */
	ERRAND_REAP,   /**< child `number`; `flag`: end it first */
	ERRAND_TARGET, /**< open output `index` beside its place */
	ERRAND_FINISH, /**< put output `index` there; not when `flag` is false */
	ERRAND_APPEND, /**< open output `index` to append to it */
	ERRAND_EVENTS, /**< open the file of single exchanges to append to it */
	ERRAND_READY,  /**< tell whoever started us that all is set up */
	ERRAND_ALIVE,  /**< the watchdog may be told so */
};

struct errand {
	enum errand_kind kind;
	uint32_t index;
	uint32_t count;
	int64_t number;
	bool flag;
	char path[LIMIT_PATH];
};

/** Descriptors come with it: of each grant its socket, and `missed` unless that is -1;
 *  else one or two. */
struct errand_answer {
	enum sl_err e;
	int error; /**< 0 or a negative errno */
	int64_t number;
	struct errbuf eb;
	struct stat st;
	struct tap_grant grants[LIMIT_LANES];
};

struct errands; /* the asking end; defined in errands.c only */

/** @param socket  of the other process, owned by the errands from here on
 *  @return owned by the caller; NULL without memory */
struct errands *errands_new(int socket);

/** @return how capture/ may get at the inputs; as long as @p er lives */
const struct access *errands_access(struct errands *er);

/** As tap_open(), for interface @p index of the command line. */
enum sl_err errands_taps(struct errands *er, size_t index, struct tap_grant *grants,
			 size_t count, struct errbuf *eb);

/** Open output @p index of the command line; the one after the last is the file of
 *  --write-matching.
 *  @param append  lines follow those that are there; else errands_finish() has to
 * follow
 *  @param fd      receives the descriptor, owned by the caller
 *  @retval SL_OK, or what went wrong, in @p eb */
enum sl_err errands_output(struct errands *er, size_t index, bool append, int *fd,
			   struct errbuf *eb);

/** Put it in its place, or, when it is not @p whole, away. */
enum sl_err errands_finish(struct errands *er, size_t index, bool whole,
			   struct errbuf *eb);

/** Open the file of single exchanges of the command line, to append to it.
 *  @param fd  receives the descriptor, owned by the caller
 *  @retval SL_OK, or what went wrong, in @p eb */
enum sl_err errands_events(struct errands *er, int *fd, struct errbuf *eb);

/** Tell ERRAND_READY or ERRAND_ALIVE. */
void errands_tell(struct errands *er, enum errand_kind kind);

/** NULL is allowed. */
void errands_free(struct errands *er);

#endif
