/**
 * @file
 * @brief What the program says on standard error.
 */
#ifndef STATLINE_CLI_SAY_H
#define STATLINE_CLI_SAY_H

/** Write one line, "statline: " and the message, which may hold text of strangers:
 *  it is escaped for a terminal. */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
