/**
 * @file
 * @brief Figures, times and strangers' text, made for a person's eyes.
 *
 * Every function writes a terminated text to @p out of @p size bytes, cut if it
 * does not fit (HUMAN_SIZE always does, but for human_text()), and returns @p out.
 * All of it is ASCII but for human_text().
 */
#ifndef STATLINE_BASE_HUMAN_H
#define STATLINE_BASE_HUMAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HUMAN_SIZE 64

/** Room for any text of @p len bytes after human_text(). */
#define HUMAN_TEXT_SIZE(len) (4 * (len) + 1)

/** `1,873,715`, or without commas when not @p grouped. */
char *human_count(uint64_t n, bool grouped, char *out, size_t size);

/** Decimal units, three significant digits, without zeros at the end of a fraction:
 *  `812 B`, `20 KB`, `1.69 GB`. */
char *human_bytes(uint64_t n, char *out, size_t size);

/** A latency, two or three significant digits: `0.8 ms`, `22 ms`, `1.9 s`, `75 s`.
 *  Below 0.1 ms in `us` and `ns`, from 1,000 s in `min`. */
char *human_latency(uint64_t ns, char *out, size_t size);

/** A span: `0.42 s`, `7.3 s`, `59 min 47 s`, `3 h 12 min`, `12 d 4 h`; below 10 ms as
 *  human_latency() has it; a negative one is 0. */
char *human_span(int64_t ns, char *out, size_t size);

/** A share with one decimal: `0.9 %`; `-` when @p of is 0; never rounds a share
 *  that is not 0 or 1 to `0.0 %` or `100.0 %`: `<0.1 %`, `>99.9 %`. */
char *human_share(uint64_t part, uint64_t of, char *out, size_t size);

/** `2026-11-22 02:00:11`, local time or UTC; a part of a second is dropped. */
char *human_time(int64_t ns, bool utc, char *out, size_t size);

/** RFC 3339 in UTC with nanoseconds as far as they are not zeros in threes:
 *  `2026-11-22T02:00:11Z`, `2026-11-22T02:00:11.250Z`. */
char *rfc3339_time(int64_t ns, char *out, size_t size);

/**
 * @brief Text from the wire for a terminal: valid printable UTF-8 (RFC 3629) stays,
 *        each byte of all else becomes `\xNN`.
 *
 * All else: C0, DEL and C1 control characters, line and paragraph separators, marks
 * that turn the direction of writing, characters without any width or shape, which
 * make two names look alike, noncharacters, and bytes that are not UTF-8. A backslash
 * stays as it is. Cut between characters, never in one.
 *
 * @param text  lent; may be NULL when @p len is 0
 * @param len   bytes of @p text
 */
char *human_text(const char *text, size_t len, char *out, size_t size);

/**
 * @brief The next character of UTF-8 text, by the table of RFC 3629 section 4.
 * @param text  at least @p len bytes, lent
 * @param len   at least 1
 * @param code_point  receives the character; written for valid ones only
 * @return its bytes, 1 to 4; 0 when what stands there is not UTF-8: too long a form,
 *         a surrogate, over U+10FFFF, or cut
 */
size_t utf8_next(const char *text, size_t len, uint32_t *code_point);

/** @return columns that valid UTF-8 @p text takes on a terminal: two for a wide
 *  character when the locale is a UTF-8 one, else one a character */
size_t human_width(const char *text);

/** @return now, or SOURCE_DATE_EPOCH when the environment has it (whole seconds; any
 *  other value of it is ignored); ns since 1970 */
int64_t human_now_ns(void);

#endif
