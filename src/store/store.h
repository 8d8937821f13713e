/**
 * @file
 * @brief The history: one row of runs a night, in a file of SQLite.
 *
 * From report/, to cli/. Whatever is done happens in one transaction: killed in the
 * middle, on a full disk or over a damaged page, the history is as before. The rollback
 * journal and not a write-ahead log, so that who may only read the file can open it.
 *
 * The same packets never count twice: a run that holds a source of an earlier one, in a
 * window that meets its window, replaces it.
 */
#ifndef STATLINE_STORE_STORE_H
#define STATLINE_STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/err.h"
#include "report/report.h"

struct store; /* defined in statement.h, for src/store/ only */

enum store_mode {
	STORE_READ,  /**< it has to be there */
	STORE_WRITE, /**< made if it is not there; waits for another job, bounded */
};

/**
 * @brief Open a history, and bring it to the schema of this version.
 * @param path  lent
 * @param wait_ms  how long to wait for another job
 * @param out   receives it, owned by the caller; NULL unless SL_OK
 * @retval SL_OK
 * @retval SL_E_IO       it cannot be opened, read or written
 * @retval SL_E_DAMAGED  it is a damaged history
 * @retval SL_E_FORMAT   it is no history, or one of a later version
 * @retval SL_E_LIMIT    another job held it for longer than that
 * @retval SL_E_NOMEM    each with path and cause in @p eb
 */
enum sl_err store_open(const char *path, enum store_mode mode, int wait_ms,
		       struct store **out, struct errbuf *eb);

/** A night, or a month of nights rolled into one. */
struct store_run {
	int64_t id;
	int64_t from_ns; /**< of its window, or of its first packet */
	int64_t to_ns;   /**< after it */
	int64_t generated_ns;
	bool month;      /**< nights rolled into one */
	uint64_t nights; /**< 1, or of a month how many it holds */
	uint64_t sources;
	uint64_t packets;
	uint64_t bytes;
	uint64_t requests;
	uint64_t responses;
	uint64_t classes[CLASSES];
	uint64_t no_response;
	uint64_t hosts;
	bool partial; /**< some input was damaged, interrupted or left out */
};

/** The time [@p from, @p to) that @p r covers, in ns: its window where it has both
 * ends, else its packets.
 *  @return whether there is any: it has packets */
bool store_span(const struct report *r, int64_t *from, int64_t *to);

/** What adding a run did. */
struct store_added {
	uint64_t replaced; /**< runs that it took the place of */
	bool waited;       /**< for another job */
};

/**
 * @brief Add a report as a run.
 *
 * @param replace  also replace runs that hold sources which @p r does not have
 * @param out      filled in on SL_OK
 * @retval SL_OK
 * @retval SL_E_USAGE  that would lose sources, or count some twice: @p eb says which;
 *                     or there are no packets
 * @return else as store_open(); nothing is changed
 */
enum sl_err store_add(struct store *s, const struct report *r, bool replace,
		      struct store_added *out, struct errbuf *eb);

/** Told for each run. @return nonzero to stop */
typedef int store_run_fn(void *ctx, const struct store_run *run);

/** Tell the runs, the latest first, at most @p limit of them (0: all).
 *  @retval SL_OK, or as store_open() */
enum sl_err store_runs(struct store *s, size_t limit, store_run_fn *tell, void *ctx,
		       struct errbuf *eb);

/** A host in one night. */
struct store_host {
	const struct store_run
	    *run;             /**< lent for the call; its figures are the run's */
	struct counts counts; /**< lent for the call */
};

typedef int store_host_fn(void *ctx, const struct store_host *host);

/**
 * @brief Tell what a host did in its latest nights, the latest first.
 * @param source  HOST_FROM_REQUEST or another
 * @param before_ns  only runs that begin before that; INT64_MAX: all
 * @retval SL_OK       also when the host is not there
 */
enum sl_err store_host_nights(struct store *s, const char *name,
			      enum host_source source, int64_t before_ns, size_t limit,
			      store_host_fn *tell, void *ctx, struct errbuf *eb);

/** A host's name, and in how many of the runs looked at it was. */
struct store_seen {
	const char *name; /**< lent for the call */
	enum host_source source;
	uint64_t runs;
};

typedef int store_seen_fn(void *ctx, const struct store_seen *seen);

/** Tell the hosts of the latest @p nights runs that begin before @p before_ns. */
enum sl_err store_hosts(struct store *s, int64_t before_ns, size_t nights,
			store_seen_fn *tell, void *ctx, struct errbuf *eb);

/**
 * @brief Whether a host had a code in any run that begins before @p before_ns.
 * @param class  CLASSES: any; else only codes of it
 * @param code   0: any
 */
bool store_had(struct store *s, const char *name, enum host_source source, int class,
	       uint16_t code, int64_t before_ns);

/** Write everything in the history as lines of JSON: runs, sources, hosts, counts and
 *  evidence.
 *  @retval SL_E_IO  also when @p out cannot be written */
enum sl_err store_export(struct store *s, FILE *out, struct errbuf *eb);

struct store_pruned {
	uint64_t nights; /**< rolled up */
	uint64_t months; /**< that they went into */
	uint64_t removed;
};

/**
 * @brief Roll nights that end before @p nights_ns into their months, and remove months
 *        that end before @p months_ns. Sums and latencies stay exact; evidence and
 *        times of day of the nights go.
 * @param utc  months are in UTC
 */
enum sl_err store_prune(struct store *s, int64_t nights_ns, int64_t months_ns, bool utc,
			struct store_pruned *out, struct errbuf *eb);

/** NULL is allowed. */
void store_close(struct store *s);

#endif
