/**
 * @file
 * @brief The packets of any number of inputs, in the order of their times.
 *
 * To decode/. Knows nothing of TCP. Files are read in large blocks by readers of
 * our own (pcap and pcapng), compressed ones through a child process in a cage.
 * Inputs are opened lazily: one file is open at a time unless they overlap.
 */
#ifndef STATLINE_CAPTURE_CAPTURE_H
#define STATLINE_CAPTURE_CAPTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/limits.h"
#include "base/window.h"
#include "capture/access.h"
#include "capture/packet.h"

struct filter;  /* see filter.h */
struct capture; /* defined in capture.c only */

enum source_state {
	SOURCE_OK,
	SOURCE_GROWING,    /**< its last record is cut: still being written. A note */
	SOURCE_DAMAGED,    /**< broke off or went wrong: read up to there */
	SOURCE_UNREADABLE, /**< nothing of it could be read */
};

/** Link types named per source; more are not listed. */
#define SOURCE_LINK_TYPES 8

/** What was read of one input. */
struct capture_source {
	const char *name; /**< path, or "-"; owned by the capture */
	/** "pcap", "pcap-ns", "pcap-modified", "pcapng"; static. NULL: unreadable */
	const char *format;
	const char
	    *compression; /**< "gzip", "zstd", "lz4", "xz", "bzip2" or NULL; static */
	uint32_t link_types[SOURCE_LINK_TYPES]; /**< in order of appearance */
	size_t link_type_count;
	uint64_t packets;
	uint64_t bytes;   /**< on the wire */
	int64_t first_ns; /**< smallest time; only with packets */
	int64_t last_ns;  /**< largest time; only with packets */
	uint8_t id[32];   /**< SHA-256 over its first 16 packets, see identity.h; zeros
			       without packets */
	enum source_state state;
	struct errbuf
	    message; /**< empty when SOURCE_OK: the thing, the cause, the place */
	uint64_t dropped_by_interface; /**< as pcapng's statistics blocks say */
	uint64_t dropped_by_kernel;
	bool drops_known;
	/** The system does not say what the interface itself has missed. */
	bool interface_drops_unknown;
};

/** Told from inside capture_next(), at most every 100 ms of wall time. */
struct capture_progress {
	/** @p done and @p total are bytes of input files as stored; @p total is 0 when
	 *  unknown (standard input). */
	void (*tell)(void *ctx, uint64_t done, uint64_t total);
	void *ctx;
};

struct capture_options {
	const char *const
	    *inputs; /**< files, directories, "-"; lent for capture_open() */
	size_t input_count;
	const char *filter; /**< BPF expression, or NULL; lent for capture_open() */
	/** How files are opened, lent until capture_free(); NULL: access_direct(). */
	const struct access *access;
	/** The filter, compiled for every link type already, lent until
	 * capture_free(); or NULL: then it is compiled as need be, for which libpcap
	 * may have to look names up. */
	struct filter *compiled;
	struct capture_progress progress; /**< tell may be NULL */
	/** Packets that are asked for, or NULL, lent for capture_open(): regular files
	 *  that cannot hold any are not read, see capture_outside(). Of the others all
	 *  packets are given. */
	const struct window *window;
	/** Inputs to read or decompress at the same time: the one whose turn it is, and
	 *  those next in order ahead of theirs. 0 and 1: none ahead; at most
	 * LIMIT_JOBS. The packets are the same. */
	unsigned jobs;
};

/**
 * @brief Look at every input's first packet, sort them, and get ready to read.
 *
 * Directories stand for the captures directly in them, whatever their names: not for
 * hidden files, nor for sub-directories. What else lies there is stepped over, with a
 * note. An input that cannot be read is not an error as long as another one can: it is
 * in capture_sources() with its message. A filter that no link type accepts is one.
 *
 * A compressed input is decompressed by a child process, which dies with the thread
 * that opened it: the one that calls this, or capture_next().
 *
 * @param out  receives the capture, owned by the caller; NULL unless SL_OK
 * @retval SL_OK         ready; maybe without any packet
 * @retval SL_E_USAGE    the filter expression is wrong, or there is no input
 * @retval SL_E_LIMIT    more than LIMIT_INPUTS inputs
 * @retval SL_E_NOMEM
 * @return else no input could be read: the first one's message is in @p eb
 */
enum sl_err capture_open(struct capture **out, const struct capture_options *options,
			 struct errbuf *eb);

/**
 * @brief The next packet in order of time, over all inputs.
 *
 * Packets of one input come in the order of the file, whatever their times.
 *
 * @param out  lent until the next call; the caller may set `filtered`. Not a copy: the
 *             packet was written just now, and a copy would wait for that
 * @retval 1  @p out is set
 * @retval 0  the end; damage is in capture_sources()
 * @return else a negative enum sl_err
 */
int capture_next(struct capture *c, struct packet **out);

/** @return the inputs in the order in which they begin, those without packets last,
 *  and their number in @p count; owned by the capture, valid until the next call for
 *  it. Figures are of the packets given so far, final after capture_next() returned 0.
 */
const struct capture_source *capture_sources(const struct capture *c, size_t *count);

/**
 * @brief Files that were left out since they lie outside the window, and are no
 *        sources.
 *
 * By more than LIMIT_CLOCK_JUMP_NS, which stamps in a file may go back or forward: its
 * first packet is after the end; or it was last written to before the beginning, by a
 * clock that its first packet agrees with. Names say nothing.
 */
size_t capture_outside(const struct capture *c);

/** @return what a person should know and is no damage: files in directories that are
 *  not captures, link types that the filter does not fit; and their number in
 *  @p count. Owned by the capture, valid until the next call for it. */
const struct errbuf *capture_notes(const struct capture *c, size_t *count);

/** Closes everything, and ends the child processes; NULL is allowed. */
void capture_free(struct capture *c);

#endif
