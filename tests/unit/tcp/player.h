/**
 * @file
 * @brief Feeds segments to a tcp table and writes down what it tells.
 *
 * One conversation between "a" (direction 0) and "b" (direction 1). Sequence numbers
 * are given as offsets: 0 is the first payload byte, so a SYN stands at -1. The ISNs
 * are the player's.
 */
#ifndef STATLINE_TESTS_TCP_PLAYER_H
#define STATLINE_TESTS_TCP_PLAYER_H

#include <stdint.h>

#include "tcp/tcp.h"

#define MS     (NS_PER_S / 1000)
#define NO_ACK INT64_MIN

struct player {
	struct tcp *tcp;
	struct coverage coverage;
	struct flow_key key;
	int64_t now_ns;
	uint32_t first[2]; /**< sequence number of offset 0 */
	uint16_t ip_id;    /**< counts up, so that nothing is a duplicate by chance */
	uint64_t packets;
	uint64_t bytes;

	/** What was told: `a0:text` data of direction a at offset 0, `a5-3` gap, `a?`
	 *  midstream, `a.` FIN, `a|2` skip passed with 2 lost, `idle`, `CLOSED`; one
	 *  space between. `*` before data that does not begin a segment. */
	char log[65536];
	size_t log_len;
	int64_t closed_ns;
	int64_t told_ns; /**< time_ns of the last data, gap, or FIN */
	uint64_t acked;  /**< of the last data */

	/** Called after the log is written; may be NULL. */
	void (*on_data)(struct player *p, struct tcp_connection *c, unsigned dir,
			const struct tcp_data *d);
	void (*on_idle)(struct player *p, struct tcp_connection *c);
	void (*on_gap)(struct player *p, struct tcp_connection *c, unsigned dir,
		       uint64_t offset, uint64_t len);
	void (*on_skipped)(struct player *p, struct tcp_connection *c, unsigned dir);
	bool quiet; /**< write no log */
	void *user;
};

/** On the table's time 1000 s; b listens on port 80. */
void player_start(struct player *p);
void player_stop(struct player *p);

/** One segment at `now_ns`. @p seq and @p ack as offsets (NO_ACK: none). */
enum sl_err play(struct player *p, unsigned dir, unsigned flags, int64_t seq,
		 int64_t ack, const char *payload);
enum sl_err play_bytes(struct player *p, unsigned dir, unsigned flags, int64_t seq,
		       int64_t ack, const void *payload, size_t len, size_t missing);

/** SYN, SYN-ACK, ACK. */
void play_handshake(struct player *p);

/** Compare the log with @p expected and empty it. */
void player_expect(struct player *p, const char *expected, const char *file, int line);
#define EXPECT(p, expected) player_expect(p, expected, __FILE__, __LINE__)

/** @return packets in bucket @p b; asserts that the buckets hold all that was fed */
uint64_t player_bucket(struct player *p, enum coverage_bucket b);

#endif
