/**
 * @file
 * @brief The texts of random HTTP/1 messages, as real programs and bad ones write them.
 *
 * For dialogue.c. Everything that a text comes to (host, code) is known here before
 * the text is written.
 */
#ifndef STATLINE_TESTS_MESSAGE_TEXT_H
#define STATLINE_TESTS_MESSAGE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "support/random.h"
#include "support/verdict.h"

/** A place to write to; what does not fit is left out. */
struct text_out {
	char *at;
	size_t len;
	size_t size;
};

void text_put(struct text_out *out, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void text_put_bytes(struct text_out *out, const char *bytes, size_t len);

/** What holds for a whole dialogue. */
struct message_style {
	const char *server_text; /**< lent */
	const char *eol;         /**< CRLF, or bare LF */
	bool lossy;              /**< see dialogue_options */
	bool one_host;
	size_t host; /**< the one */
};

void message_style_make(struct message_style *style, struct random *r,
			const char *server_text, bool lossy);

enum body_kind { BODY_NONE, BODY_LENGTH, BODY_CHUNKED };

struct request_text {
	const char *method;
	char target[96];
	char host_fields[160];   /**< Host fields as sent, each with its line end */
	char host[VERDICT_HOST]; /**< what they come to */
	bool version_11;
	bool expects;
	enum body_kind body;
	size_t body_len;
};

void request_plan(struct request_text *q, struct random *r,
		  const struct message_style *style);
void connect_plan(struct request_text *q, struct random *r,
		  const struct message_style *style);
void request_head(struct text_out *out, struct random *r,
		  const struct message_style *style, const struct request_text *q);
void request_body(struct text_out *out, struct random *r,
		  const struct message_style *style, const struct request_text *q);

enum framing {
	FRAMING_ANY, /**< one that lets another message follow */
	FRAMING_UNTIL_CLOSE,
	FRAMING_NO_BODY,
	FRAMING_LENGTH,
	FRAMING_CHUNKED,
};

struct response_plan {
	enum framing framing; /**< asked for; made definite by response_head() */
	uint16_t code;        /**< 0: any final one */
	bool cut_head;        /**< end somewhere behind the code */
	bool cut_body;        /**< end somewhere in the body */
	bool plain_start;     /* the body begins with nothing like a status line */
	bool head_only;       /**< set by response_head(): no body follows */
	size_t body_len;      /**< set by response_head() */
};

/** @return the code */
uint16_t response_head(struct text_out *out, struct random *r,
		       const struct message_style *style, const struct request_text *q,
		       struct response_plan *plan);
void response_body(struct text_out *out, struct random *r,
		   const struct message_style *style, const struct response_plan *plan);
void interim_text(struct text_out *out, struct random *r,
		  const struct message_style *style, uint16_t code);

#endif
