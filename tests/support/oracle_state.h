/**
 * @file
 * @brief What the oracle knows while it reads a trace. For oracle.c and
 *        oracle_silence.c.
 */
#ifndef STATLINE_TESTS_ORACLE_STATE_H
#define STATLINE_TESTS_ORACLE_STATE_H

#include "support/oracle.h"
#include "support/oracle_reader.h"
#include "support/oracle_stream.h"

#define ORACLE_REQUESTS_MAX VERDICT_ENTRIES
#define ORACLE_LOSSES_MAX   256

struct oracle_request {
	char method[32];
	char host[VERDICT_HOST];
	size_t start;
	size_t acked; /* what the client had received when it sent the first byte */
	size_t line_end;
	size_t head_end;
	int64_t time_ns; /* of the last byte of its head */
	bool answered;
	bool in_hole; /* its response was lost */
};

/** Where the framing of the responses was lost. */
struct oracle_loss {
	size_t from;
	size_t to;    /* begin of the next response; ORACLE_UNKNOWN: none came */
	size_t acked; /* what its sender had received then; or ORACLE_UNKNOWN */
	bool open; /* bytes that are only known to have been acknowledged, or are there
		      and are not HTTP: whether a response is among them is open */
};

/** What may be asked of a response, FREEDOM_EARLY: how much of its request is known
 * that it came before the end of, and whether the capture shows one direction. */
enum oracle_early { EARLY_HEAD, EARLY_LINE, EARLY_SIDED, EARLY_QUESTIONS };

struct oracle {
	struct oracle_stream stream[2];
	const struct trace *trace;
	struct oracle_choice choice;
	unsigned
	    early[EARLY_QUESTIONS]; /* bits of the response at hand; 0: not asked */
	unsigned early_next;        /* bit of the next question */
	bool unheard; /* whether what the last request's client knew is unknown */
	unsigned client_dir;
	struct oracle_request requests[ORACLE_REQUESTS_MAX];
	size_t request_count;
	struct oracle_loss losses[ORACLE_LOSSES_MAX];
	size_t loss_count;
	struct verdict *v;
};

/** Tell the requests that have no response, and what became of each (rule 8). */
void oracle_read_silences(struct oracle *o);

#endif
