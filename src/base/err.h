/**
 * @file
 * @brief Our own failures, and the text that tells a person about one.
 *
 * Hostile input is counted (coverage.h), never returned as an error. A negative
 * enum sl_err means that we, or the system under us, failed. Library code does
 * not print: it fills a struct errbuf, which the command line shows.
 */
#ifndef STATLINE_BASE_ERR_H
#define STATLINE_BASE_ERR_H

#include <stdarg.h>

enum sl_err {
	SL_OK = 0,
	SL_E_NOMEM = -1,   /**< memory could not be had */
	SL_E_IO = -2,      /**< a read, write, open or rename failed */
	SL_E_FORMAT = -3,  /**< the input is not what it has to be */
	SL_E_DAMAGED = -4, /**< the input broke off or went wrong in its middle */
	SL_E_USAGE = -5,   /**< the caller asked for something impossible */
	SL_E_LIMIT = -6,   /**< one of our bounds was reached */
	SL_E_SYSTEM = -7,  /**< fork, seccomp, or another system service failed */
};

/** @return a short English phrase for @p e, static */
const char *sl_err_text(enum sl_err e);

/** Longest message, with its terminating zero; longer ones are cut. */
#define ERRBUF_SIZE 512

/** One line for a person: the thing, the cause and the remedy. No newline. */
struct errbuf {
	char text[ERRBUF_SIZE];
};

/**
 * @brief Fill @p eb; control bytes that come out of the arguments are escaped.
 * @param eb  may be NULL: then nothing is written
 * @param e   handed through
 * @return @p e, so that a function can `return errbuf_set(eb, SL_E_IO, ...)`
 */
enum sl_err errbuf_set(struct errbuf *eb, enum sl_err e, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
