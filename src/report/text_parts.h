/**
 * @file
 * @brief The sections of the text report, in the order in which they stand there. For
 *        text*.c; others have figures and words of codes from here.
 */
#ifndef STATLINE_REPORT_TEXT_PARTS_H
#define STATLINE_REPORT_TEXT_PARTS_H

#include "base/human.h"
#include "report/layout.h"
#include "report/phrases.h"
#include "report/view.h"

/** Room for a row's name: each byte of the host escaped as four, and its note. */
#define NAME_SIZE (LIMIT_HOST * 4U + 32U)

/** A figure as text, by value, so that several stand in one call. */
struct figure {
	char text[HUMAN_SIZE];
};

struct figure figure_count(const struct layout *l, uint64_t n);
struct figure figure_bytes(uint64_t n);
struct figure figure_share(uint64_t part, uint64_t of);

/** "1 packet", "2,304 packets": @p noun in the singular, its plural with an s. */
struct figure figure_of(const struct layout *l, uint64_t n, const char *noun);

/** A row's name for a terminal, with "(no Host)" where the server's address stands in.
 *  @return @p out of NAME_SIZE bytes */
char *text_row_name(const struct view *v, const struct tally_row *row, char *out);

/** @return whether code @p a stands before @p b: 5xx before 4xx before the rest, of
 * each class the most frequent first */
bool text_code_before(const struct code_count *a, const struct code_count *b);

/** What is different from earlier nights. */
void text_changes(struct layout *l, const struct changes *c);

/** Its first line: what was compared with what. */
void text_changes_basis(struct layout *l, const struct changes *c);

/** The same for two reports of these names. */
void text_diff(struct layout *l, const struct changes *c, const char *old,
	       const char *now);

/** A row a host. */
void text_table(struct layout *l, const struct view *v);

/** The notable codes, a line each, and the other codes in one. */
void text_codes(struct layout *l, const struct view *v);

/** Protocols, gRPC, stream errors, WebSocket, where there is any. */
void text_more(struct layout *l, const struct view *v);

/** Add what the evidence of @p code in @p row says, the most telling first. */
void text_evidence(const struct layout *l, const struct view *v,
		   const struct tally_row *row, uint16_t code, struct phrases *p);

/** When it was, who asked, and what took longest. */
void text_behind(struct layout *l, const struct view *v);

/** What the coverage does to the figures, and what to do about it: the last lines. */
void text_verdict(struct layout *l, const struct view *v);

/** What was read, and what makes the figures less than the whole truth. */
void text_coverage(struct layout *l, const struct view *v);

#endif
