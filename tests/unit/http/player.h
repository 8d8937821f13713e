/**
 * @file
 * @brief Plays dialogues to http/ in the place of tcp/, and writes down what it tells.
 *
 * player.c defines the functions of tcp/tcp.h that http/ uses, so a test that links it
 * has no other tcp/.
 */
#ifndef STATLINE_TESTS_UNIT_HTTP_PLAYER_H
#define STATLINE_TESTS_UNIT_HTTP_PLAYER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/coverage.h"
#include "base/limits.h"
#include "http/http.h"

struct tcp_connection {
	void *user;
	struct {
		uint64_t offset; /* of the next byte */
		uint64_t asked;
		uint64_t left;
		uint64_t lost;
		bool seen;
	} dir[2];
	enum coverage_bucket bucket;
	bool waiting;
};

/** One conversation: the client, 10.0.0.1:40000, sends direction 0; the server,
 *  10.0.0.2:80, direction 1. */
struct player {
	struct http *http;
	struct http_sink told; /* what http/ tells, for guests */
	struct tcp_sink sink;
	struct coverage coverage;
	struct tcp_connection c;
	int64_t now_ns;
	uint64_t acked[2];  /* what segments of a direction say, unless ACKED_AUTO */
	int64_t latency_ns; /* of the last `done` with an answer */
	char log[1 << 16];
	size_t log_len;
	bool quiet; /* count, but do not write */
	unsigned responses;
	unsigned dones;
};

/** player.acked: everything that the other side was told to have sent. */
#define ACKED_AUTO (UINT64_MAX - 1)

/** Whether http/ is at work, and not the player or the test. */
extern bool player_in_http;

enum { CLIENT, SERVER };

struct step {
	unsigned dir;
	const char *bytes; /* terminated; or NULL: a gap of `gap` bytes */
	uint64_t gap;
};

void player_begin(struct player *p);

/** One segment; the bytes are lent from a block of exactly their size. */
void player_send(struct player *p, unsigned dir, const char *bytes, size_t len);

/** As player_send(), terminated text. */
void player_say(struct player *p, unsigned dir, const char *text);

/** A hole; 0: the direction begins in its middle. */
void player_gap(struct player *p, unsigned dir, uint64_t len);

void player_fin(struct player *p, unsigned dir);

void player_idle(struct player *p);

void player_close(struct player *p, enum tcp_end why);

/** Free http/; the log stays. */
void player_end(struct player *p);

/** The log is what one expects. */
void player_expect(const struct player *p, const char *log);

/**
 * @brief Play a dialogue whole, byte by byte, and with each step cut in two at every
 *        position; both sides close, and the log has to be the same each time.
 * @param steps  ends with an entry whose dir is 2
 */
void check_dialogue(const struct step *steps, const char *log);

#define END_OF_STEPS       \
	{                  \
		2, NULL, 0 \
	}

#endif
