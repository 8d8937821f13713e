/**
 * @file
 * @brief The segments of one connection as a capture holds them, in file order, and
 *        their form as a readable script.
 *
 * A script has one line for each segment:
 *
 *     SECONDS  c|s  FLAGS  SEQ  ACK  PAYLOAD  [missing=N] [id=N]
 *
 * c is the client, s the server (for a reader; statline finds out by itself). FLAGS
 * are letters of SFRA. PAYLOAD is `-` or quoted pieces, each with an optional count:
 * "GET / HTTP/1.1\r\n" "x"*300. Other lines: `# comment`, `server 4|6 high|low`
 * (its address family, and whether its address is higher than the client's),
 * `advance SECONDS`, `expect CODE HOST [unpaired]`, `expect none HOST CAUSE...`,
 * `expect nothing`.
 */
#ifndef STATLINE_TESTS_TRACE_H
#define STATLINE_TESTS_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "decode/segment.h"
#include "support/verdict.h"

#define TRACE_SEGMENTS 16384
/** The first packet's stamp; any will do that is not 0. */
#define TRACE_START_NS 1700000000000000000LL

struct trace {
	struct segment *segments; /**< owned; TRACE_SEGMENTS of them fit */
	size_t count;
	int64_t advance_ns; /**< silence after the last segment; 0: the file ends */
	struct flow_key key;
	uint8_t client_dir;      /**< segment.dir of what the client sends */
	const char *server_text; /**< the server's endpoint as a host; static */
	const char
	    *client_text; /**< the client's: what bytes say may turn them round */
};

/** @return false without memory */
bool trace_init(struct trace *t);
void trace_free(struct trace *t);

/** Empty it, and choose the endpoints: IPv4 or IPv6, the client's address lower
 *  than the server's or not. */
void trace_reset(struct trace *t, bool v6, bool client_low);

/** Copy @p from but share the payload bytes. */
void trace_copy(struct trace *to, const struct trace *from);

/** Insert @p s before position @p at. @return false when full */
bool trace_insert(struct trace *t, size_t at, const struct segment *s);
void trace_remove(struct trace *t, size_t at, size_t n);
/** Move the segment at @p from to @p to, and let it have its new neighbour's time. */
void trace_move(struct trace *t, size_t from, size_t to);

/** Write the script. */
void trace_print(FILE *out, const struct trace *t);

/** What a script file holds besides its segments. */
struct trace_case {
	struct verdict expected;
	bool has_expected;
	uint8_t *bytes; /**< owned: the payload of the trace */
	int line;       /**< where reading stopped, on failure */
};

/** @return false when the script is wrong (see `line`) or memory is short. Free
 *  `bytes` in both cases. */
bool trace_read(FILE *in, struct trace *t, struct trace_case *c);

#endif
