/**
 * @file
 * @brief A random HTTP/1 dialogue: the bytes of both directions, in which order they
 *        were written, and what it comes to, known by construction.
 *
 * Nothing of TCP here: conversation.h puts a dialogue on the wire.
 */
#ifndef STATLINE_TESTS_DIALOGUE_H
#define STATLINE_TESTS_DIALOGUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "support/random.h"
#include "support/verdict.h"

#define DIALOGUE_BYTES  (256U * 1024U)
#define DIALOGUE_WRITES 256

/** A code that only bodies contain, in what looks like a status line. */
#define DIALOGUE_DECOY 299

enum dialogue_side { DIALOGUE_CLIENT, DIALOGUE_SERVER };

/** How the connection ends. */
enum dialogue_end {
	END_FIN_CLIENT_FIRST, /**< both FIN */
	END_FIN_SERVER_FIRST,
	END_RST_CLIENT,
	END_RST_SERVER,
	END_FIN_THEN_RST,    /**< FIN by the server, RST by the client */
	END_NOTHING,         /**< the capture ends */
	END_HALF_CLIENT,     /**< FIN by the client only, then the capture ends */
	END_SILENCE,         /**< 400 s in which other traffic goes on */
	END_SILENCE_AND_FIN, /**< 400 s, then both FIN */
	DIALOGUE_ENDS
};

/** Bytes that one side writes at once. */
struct dialogue_write {
	enum dialogue_side side;
	size_t end;       /**< offset in its stream behind the last byte */
	size_t needs;     /**< bytes of the other stream that the writer has read */
	int64_t pause_ns; /**< before it */
	bool own_segment; /**< a segment has to begin with its first byte */
};

struct dialogue {
	char *stream[2]; /**< owned, DIALOGUE_BYTES each */
	size_t len[2];
	struct dialogue_write writes[DIALOGUE_WRITES];
	size_t write_count;
	enum dialogue_end end;
	bool boundaries; /**< own_segment matters: the bytes begin with another
			    protocol */
	struct verdict truth;
};

struct dialogue_options {
	const char *server_text; /**< the server's endpoint as a host; lent */
	/** The capture will lose something: no body holds what could pass for a
	 * request, none of a request what could pass for a status line, and no silence
	 * lasts over LIMIT_IDLE_NS before the end. */
	bool lossy;
};

/** @return false without memory */
bool dialogue_init(struct dialogue *d);
void dialogue_free(struct dialogue *d);

/** Make one; all of it follows from @p r. */
void dialogue_make(struct dialogue *d, struct random *r,
		   const struct dialogue_options *o);

#endif
