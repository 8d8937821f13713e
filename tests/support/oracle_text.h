/**
 * @file
 * @brief What bytes say: start lines, header sections, hosts. For oracle.c.
 *
 * Every function reads a direction from an offset on, and stops where a byte is
 * missing.
 */
#ifndef STATLINE_TESTS_ORACLE_TEXT_H
#define STATLINE_TESTS_ORACLE_TEXT_H

#include "support/oracle_stream.h"

enum oracle_kind {
	ORACLE_NEITHER,
	ORACLE_STATUS,  /**< a status line */
	ORACLE_REQUEST, /**< a request line with a version */
	ORACLE_CUT,     /**< a byte is missing before that could be decided */
};

struct oracle_start {
	enum oracle_kind kind;
	uint16_t code;  /**< of a status line */
	bool bare_code; /**< ORACLE_CUT, but behind the third digit of a code */
	size_t decided; /**< offset behind the byte that decided */
	size_t cut_at;  /**< ORACLE_CUT: the offset of the missing byte */
	bool no_status; /**< ORACLE_CUT, but it can be no status line any more */
};

/** @return what begins at @p at */
struct oracle_start oracle_start_at(const struct oracle_stream *s, size_t at);

/** How the length of a body is told. */
enum oracle_body { BODY_IS_UNTOLD, BODY_IS_LENGTH, BODY_IS_CHUNKED, BODY_IS_CODED };

struct oracle_head {
	bool cut;   /**< a byte is missing before the empty line */
	size_t end; /**< offset behind the empty line, or of the missing byte */
	char method[32];
	char host[VERDICT_HOST]; /**< "" if the request names none */
	enum oracle_body body;
	bool bad_length; /**< differing or invalid Content-Length */
	uint64_t length; /**< of the body */
	bool about_http; /**< Content-Type is message/http or application/http */
};

/** Read the head of a message that begins at @p at; fields as far as their lines are
 *  complete. */
void oracle_head_at(const struct oracle_stream *s, size_t at, bool request,
		    struct oracle_head *h);

/** @return the offset behind the line that begins at @p at, its LF included, or 0
 *  when a byte of it is missing: its offset is then in @p cut_at */
size_t oracle_line_end(const struct oracle_stream *s, size_t at, size_t *cut_at);

#endif
