/**
 * @file
 * @brief Figures, times and strangers' text, made for a person's eyes.
 *
 * Every function writes a terminated text to @p out of @p size bytes, cut if it
 * does not fit (HUMAN_SIZE always does, but for human_text()), and returns @p out.
 */
#ifndef STATLINE_BASE_HUMAN_H
#define STATLINE_BASE_HUMAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HUMAN_SIZE 64

/** `1,873,715`, or without commas when not @p grouped. */
char *human_count(uint64_t n, bool grouped, char *out, size_t size);

/** Decimal units, three significant digits: `812 B`, `20 KB`, `1.69 GB`. */
char *human_bytes(uint64_t n, char *out, size_t size);

/** A latency, two or three significant digits: `0.8 ms`, `22 ms`, `1.9 s`, `75 s`. */
char *human_latency(uint64_t ns, char *out, size_t size);

/** A span: `0.42 s`, `59 min 47 s`, `3 h 12 min`, `12 d 4 h`. */
char *human_span(int64_t ns, char *out, size_t size);

/** A share with one decimal: `0.9 %`; `-` when @p of is 0; never rounds a share
 *  that is not 0 or 1 to `0.0 %` or `100.0 %`: `<0.1 %`, `>99.9 %`. */
char *human_share(uint64_t part, uint64_t of, char *out, size_t size);

/** `2026-11-22 02:00:11`, local time or UTC. */
char *human_time(int64_t ns, bool utc, char *out, size_t size);

/** RFC 3339 in UTC with nanoseconds as far as they are not zeros in threes:
 *  `2026-11-22T02:00:11Z`, `2026-11-22T02:00:11.250Z`. */
char *rfc3339_time(int64_t ns, char *out, size_t size);

/**
 * @brief Text from the wire for a terminal: valid printable UTF-8 stays, all else
 *        (control bytes, C1, bidirectional marks, broken UTF-8) becomes `\xNN`.
 * @param len  bytes of @p text
 */
char *human_text(const char *text, size_t len, char *out, size_t size);

/** @return columns that valid UTF-8 @p text takes on a terminal */
size_t human_width(const char *text);

/** @return now, or SOURCE_DATE_EPOCH when the environment has it; ns since 1970 */
int64_t human_now_ns(void);

#endif
