/*
 * Writes a capture that somebody would make to hurt whoever reads it, to standard
 * output, the same on every machine. Nothing big has to be stored: it goes into a pipe.
 *
 * usage: make-attacks NAME [PERCENT]
 *   NAME     one of those that it lists when called without words
 *   PERCENT  of the full size (100)
 * The packets, as far as there are any, are raw IPv4 with TCP (RFC 9293) inside; the
 * number of them, and of bytes, is said on standard error.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../tests/support/random.h"
#include "attacks.h"

#define LINKTYPE_RAW 101U
#define PAYLOAD_MAX  65000U

enum { FIN = 1, SYN = 2, RST = 4, ACK = 16 };

static struct random rnd;
static uint64_t packets;
static uint64_t written;
static uint64_t now_us = 1700000000ULL * 1000000;
static uint64_t step_us = 1; /* between two packets */
static uint8_t packet[PAYLOAD_MAX + 400];
static char text[PAYLOAD_MAX];

static void le32(uint8_t *at, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		at[i] = (uint8_t)(value >> 8 * i);
}

static void be16(uint8_t *at, unsigned value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static void be32(uint8_t *at, uint32_t value)
{
	be16(at, value >> 16);
	be16(at + 2, value & 0xffff);
}

static void out(const void *bytes, size_t len)
{
	if (len > 0 && fwrite(bytes, 1, len, stdout) != len)
		exit(0); /* whoever read has seen enough */
	written += len;
}

static void file_header(void)
{
	uint8_t h[24] = {0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4};

	le32(h + 16, 262144);
	le32(h + 20, LINKTYPE_RAW);
	out(h, sizeof(h));
}

static void record(const uint8_t *bytes, size_t len)
{
	uint8_t h[16];

	le32(h, (uint32_t)(now_us / 1000000));
	le32(h + 4, (uint32_t)(now_us % 1000000));
	le32(h + 8, (uint32_t)len);
	le32(h + 12, (uint32_t)len);
	out(h, sizeof(h));
	out(bytes, len);
	now_us += step_us;
	packets++;
}

static void ipv4(uint8_t *at, size_t len, uint8_t protocol, uint32_t from, uint32_t to)
{
	memset(at, 0, 20);
	at[0] = 0x45;
	be16(at + 2, (unsigned)len);
	be16(at + 4, (unsigned)packets & 0xffff);
	at[8] = 64;
	at[9] = protocol;
	be32(at + 12, from);
	be32(at + 16, to);
}

struct pair pair_number(uint64_t i)
{
	return (struct pair){.client = 0x0a000000U + (uint32_t)(i / 60000),
			     .client_port = (uint16_t)(1024 + i % 60000),
			     .server = 0xc0000201U,
			     .server_port = 80};
}

void tcp(const struct pair *p, bool from_server, uint8_t flags, uint32_t seq,
	 uint32_t ack, const void *payload, size_t len)
{
	uint8_t *t = packet + 20;

	ipv4(packet, 40 + len, 6, from_server ? p->server : p->client,
	     from_server ? p->client : p->server);
	be16(t, from_server ? p->server_port : p->client_port);
	be16(t + 2, from_server ? p->client_port : p->server_port);
	be32(t + 4, seq);
	be32(t + 8, ack);
	t[12] = 0x50;
	t[13] = flags;
	be16(t + 14, 0xffff);
	be32(t + 16, 0);
	if (len > 0)
		memcpy(t + 20, payload, len);
	record(packet, 40 + len);
}

static void request(uint64_t i, uint32_t seq, const char *bytes)
{
	struct pair p = pair_number(i);

	tcp(&p, false, ACK, seq, 1, bytes, strlen(bytes));
}

static void response(uint64_t i, uint32_t seq, uint32_t ack, const char *bytes)
{
	struct pair p = pair_number(i);

	tcp(&p, true, ACK, seq, ack, bytes, strlen(bytes));
}

/* ---- what is normal ---- */

static void normal(uint64_t n)
{
	static char page[1400];
	const char *get = "GET /page HTTP/1.1\r\nHost: www.example.test\r\n\r\n";
	uint32_t want = (uint32_t)strlen(get);
	uint32_t *at = calloc(2000, sizeof(*at));

	if (!at)
		exit(1);
	(void)snprintf(page, sizeof(page),
		       "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n", 1000);
	memset(page + strlen(page), 'x', 1000);
	step_us = 50;
	for (uint64_t i = 0; i < n / 2; i++) {
		uint64_t c = i % 1000;

		request(c, 1 + at[c], get);
		at[c] += want;
		response(c, 1 + at[1000 + c], 1 + at[c], page);
		at[1000 + c] += (uint32_t)strlen(page);
	}
	free(at);
}

/* ---- tables ---- */

static void syn_flood(uint64_t n)
{
	for (uint64_t i = 0; i < n; i++) {
		struct pair p = pair_number(i);

		tcp(&p, false, SYN, 0, 0, NULL, 0);
	}
}

static void connection_flood(uint64_t n)
{
	for (uint64_t i = 0; i < n; i++)
		request(i, 1, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
}

static void other_flood(uint64_t n)
{
	for (uint64_t i = 0; i < n; i++)
		request(i, 1, "\001\002\003 no protocol that anybody knows");
}

/* Addresses and ports whose words have the same sum and the same exclusive or, in
 * strides of powers of two: collisions of every hash without a secret key that works
 * on words. */
static void hash_collisions(uint64_t n)
{
	for (uint64_t i = 0; i < n; i++) {
		uint32_t x = (uint32_t)i;
		struct pair p = {.client = 0x0a000000U ^ x << 4,
				 .server = 0x0a800000U ^ x << 4,
				 .client_port = 4096,
				 .server_port = 8192};

		tcp(&p, false, ACK, 1, 1, "GET / HTTP/1.1\r\nHost: a\r\n\r\n", 27);
	}
}

/* @p seq and @p ack go on by what was sent. */
static void not_found(const struct pair *p, uint32_t *seq, uint32_t *ack,
		      const char *host, const char *path)
{
	static const char answer[] = "HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n";
	int len = snprintf(text, sizeof(text), "GET %s HTTP/1.1\r\nHost: %s\r\n\r\n",
			   path, host);

	tcp(p, false, ACK, *seq, *ack, text, (size_t)len);
	*seq += (uint32_t)len;
	tcp(p, true, ACK, *ack, *seq, answer, sizeof(answer) - 1);
	*ack += (uint32_t)sizeof(answer) - 1;
}

/* Of 42 packets for 10 clients: each of them asks once at a host of its own and once at
 * big.test, every time for another path; a tenth of them is followed by one who asks
 * there again and again for the same one. scripts/millions knows these numbers. */
static void millions(uint64_t n)
{
	struct pair own = {
	    .client_port = 40000, .server = 0xc0000201U, .server_port = 80};
	struct pair hot = own;
	char host[64], path[64];
	uint32_t seq, ack;

	hot.client = 0xc0000209U;
	step_us = 50;
	for (uint64_t i = 0; i < n / 42 * 10; i++) {
		own.client = 0x0a000000U + (uint32_t)i;
		(void)snprintf(host, sizeof(host), "h-%llu.test",
			       (unsigned long long)i);
		(void)snprintf(path, sizeof(path), "/p-%llu", (unsigned long long)i);
		seq = ack = 1;
		not_found(&own, &seq, &ack, host, path);
		not_found(&own, &seq, &ack, "big.test", path);
		if (i % 10 != 0)
			continue;
		/* Its ports come again: with other sequence numbers. */
		hot.client_port = (uint16_t)(1024 + i / 10 % 60000);
		seq = ack = 1 + (uint32_t)(i / 10 / 60000) * 1000;
		not_found(&hot, &seq, &ack, "big.test", "/hot");
	}
}

static void random_hosts(uint64_t n)
{
	static const int codes[] = {200, 301, 404, 500, 503, 418};

	for (uint64_t i = 0; i < n / 2; i++) {
		uint64_t c = i % 1000;
		uint32_t seq = 1 + (uint32_t)(i / 1000) * 300;

		(void)snprintf(text, sizeof(text),
			       "GET /%08x HTTP/1.1\r\nHost: h%07llu.%0200d.test\r\n"
			       "X: %017d\r\n\r\n",
			       (unsigned)random_next(&rnd), (unsigned long long)i, 0,
			       0);
		memset(text + 290, ' ', 6);
		(void)snprintf(text + 296, 5, "\r\n\r\n");
		text[300] = '\0';
		request(c, seq, text);
		(void)snprintf(text, sizeof(text),
			       "HTTP/1.1 %d Of it\r\nContent-Length: 0\r\nX: ",
			       codes[random_below(&rnd, 6)]);
		memset(text + strlen(text), 'x', 300 - strlen(text));
		(void)snprintf(text + 296, 5, "\r\n\r\n");
		response(c, seq, seq + 300, text);
	}
}

/* ---- order ---- */

/* Holes before 1,400 bytes each, that nothing fills. */
static void hole_flood(uint64_t n)
{
	memset(text, 'h', 1400);
	for (uint64_t i = 0; i < n; i++) {
		struct pair p = pair_number(i % 20000);

		tcp(&p, false, ACK, 1 + (uint32_t)(i / 10000 + 1) * 1500, 1, text,
		    1400);
	}
}

/* Every other byte of one direction, last ones first. */
static void holes_of_one_byte(uint64_t n)
{
	struct pair p = pair_number(0);

	request(0, 1, "GET / HTTP/1.1\r\n");
	for (uint64_t i = n; i > 0; i--)
		tcp(&p, false, ACK, 100 + 2 * (uint32_t)i, 1, "x", 1);
}

static void tiny_segments(uint64_t n)
{
	const char *get = "GET / HTTP/1.1\r\nHost: tiny.test\r\n\r\n";
	const char *ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
	size_t len[2] = {strlen(get), strlen(ok)};
	struct pair p = pair_number(0);
	uint32_t seq[2] = {1, 1};

	for (uint64_t i = 0; i < n;)
		for (int dir = 0; dir < 2; dir++)
			for (size_t k = 0; k < len[dir]; k++, i++)
				tcp(&p, dir, ACK, seq[dir]++, seq[1 - dir],
				    (dir ? ok : get) + k, 1);
}

/* ---- heads ---- */

static void one_byte_heads(uint64_t n)
{
	const char *get = "GET /aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
	size_t len = strlen(get);

	for (uint64_t i = 0; i < n; i++) {
		struct pair p = pair_number(i % 100000);
		uint32_t k = (uint32_t)(i / 100000);

		tcp(&p, false, ACK, 1 + k, 1, k < len ? get + k : "a", 1);
	}
}

/* One line of a gigabyte. */
static void endless_line(uint64_t n)
{
	struct pair p = pair_number(0);

	request(0, 1, "GET /");
	memset(text, 'a', 16000);
	for (uint64_t i = 0; i < n; i++)
		tcp(&p, false, ACK, 6 + (uint32_t)i * 16000, 1, text, 16000);
}

/* Lines without the empty one, on so many connections that all heads cannot be kept. */
static void endless_headers(uint64_t n)
{
	for (size_t i = 0; i + 20 < 1400; i += 20)
		memcpy(text + i, "X-Field: of nothing\n", 21);
	for (uint64_t i = 0; i < n; i++) {
		uint64_t round = i / 4000;
		struct pair p = pair_number(i % 4000);
		uint32_t seq = 1 + 16 + (uint32_t)(round - 1) * 1380;

		if (round == 0)
			request(i % 4000, 1, "GET / HTTP/1.1\r\n");
		else
			tcp(&p, false, ACK, seq, 1, text, 1380);
	}
}

/* ---- requests ---- */

static void pipeline(uint64_t n, uint64_t connections)
{
	uint32_t seq;

	(void)snprintf(text, sizeof(text),
		       "GET /%0600d HTTP/1.1\r\nHost: %0200d.t\r\n\r\n", 0, 1);
	for (uint64_t i = 0; i < n; i++) {
		seq = 1 + (uint32_t)(i / connections) * (uint32_t)strlen(text);
		request(i % connections, seq, text);
	}
}

static void pipeline_of_one(uint64_t n)
{
	pipeline(n, 1);
}

static void pipelines(uint64_t n)
{
	pipeline(n, 5000);
}

static void chunk_sizes(uint64_t n)
{
	static const char *const sizes[] = {"ffffffffffffffff",
					    "8000000000000000",
					    "7fffffffffffffff",
					    "10000000000000000",
					    "fffffffffffffffffffffffffffffff0",
					    "-1",
					    "0x10",
					    "00000000000000000000000000000001"};
	uint32_t seq = 1;

	for (uint64_t i = 0; i < n / 2; i++) {
		request(i % 1000, 1 + (uint32_t)(i / 1000) * 25,
			"GET / HTTP/1.1\r\nHost:b\r\n\n");
		(void)snprintf(
		    text, sizeof(text),
		    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%s\r\n",
		    sizes[i % 8]);
		memset(text + strlen(text), 'x', 200 - strlen(text));
		text[200] = '\0';
		response(i % 1000, seq + (uint32_t)(i / 1000) * 200, 1, text);
	}
}

/* ---- IP ---- */

static void fragment(uint32_t id, unsigned offset, size_t len, bool more)
{
	ipv4(packet, 20 + len, 6, 0x0a000000U + (id >> 16), 0xc0000201U);
	be16(packet + 4, id & 0xffff);
	be16(packet + 6, (more ? 0x2000U : 0) | offset / 8);
	memset(packet + 20, (int)(offset & 0xff), len);
	record(packet, 20 + len);
}

static void fragment_flood(uint64_t n)
{
	for (uint64_t i = 0; i < n; i++)
		fragment((uint32_t)i, 8, 1400, true);
}

static void fragments_overlap(uint64_t n)
{
	for (uint64_t i = 0; i < n; i++)
		fragment((uint32_t)(i / 300), (unsigned)(i % 300) * 8, 1400, true);
}

/* IP in IP in IP: 30 headers, where 24 are the limit. */
static void tunnels(uint64_t n)
{
	for (uint64_t i = 0; i < n; i++) {
		size_t depth = 20 + i % 12, at = 0;
		size_t len = depth * 20 + 40;

		for (size_t k = 0; k < depth; k++, at += 20)
			ipv4(packet + at, len - at, 4, 0x0a000000U + (uint32_t)k, 1);
		ipv4(packet + at, 40, 6, 0x0a000000U, 0xc0000201U);
		memset(packet + at + 20, 0, 20);
		packet[at + 32] = 0x50;
		record(packet, len);
	}
}

static void clock_jumps(uint64_t n)
{
	for (uint64_t i = 0; i < n; i++) {
		now_us = random_chance(&rnd, 50)
			     ? random_next(&rnd) % (4000000000ULL * 1000000)
			     : 1700000000ULL * 1000000 + i;
		request(i % 5000, 1 + (uint32_t)(i / 5000) * 32,
			"GET /1234 HTTP/1.1\r\nHost: c\r\n\r\n");
	}
}

/* ---- everything at once: what fills a table, without what would empty it ---- */

static void everything(uint64_t n)
{
	uint64_t part = n / 10;

	fragment_flood(part);
	hole_flood(part);
	endless_headers(part);
	pipelines(part);
	random_hosts(part * 3);
	connection_flood(part * 2);
	one_byte_heads(part);
}

/* ---- files ---- */

/* A gigabyte of records of packets without a byte, and next to nothing but zeros in
 * them. To be compressed. */
static void zeros(uint64_t n)
{
	static uint8_t none[1 << 16];

	for (size_t i = 0; i < sizeof(none); i += 16)
		none[i] = 1; /* seconds: all zeros is no record */
	for (uint64_t i = 0; i < n; i++)
		out(none, sizeof(none));
	packets = n * sizeof(none) / 16;
}

static void block(uint32_t type, uint32_t says, const void *body, size_t len)
{
	uint8_t h[8];

	le32(h, type);
	le32(h + 4, says);
	out(h, 8);
	out(body, len);
	out(h + 4, 4);
}

static void pcapng_start(void)
{
	uint8_t section[16] = {0x4d, 0x3c, 0x2b, 0x1a, 1};

	memset(section + 8, 0xff, 8);
	block(0x0a0d0d0aU, 28, section, sizeof(section));
}

/* Interfaces with options that say more than there is, over and over. */
static void pcapng_interfaces(uint64_t n)
{
	uint8_t body[24] = {1};

	pcapng_start();
	body[8] = 9;     /* if_tsresol */
	body[10] = 0xff; /* of 255 bytes */
	for (uint64_t i = 0; i < n; i++) {
		if (i % 8000 == 7999)
			pcapng_start();
		else
			block(1, 12 + sizeof(body), body, sizeof(body));
	}
	packets = n;
}

/* Packet blocks as long as they may be that are almost all options. */
static void pcapng_options(uint64_t n)
{
	static uint8_t body[300U << 10];
	uint8_t interface[8] = {101};

	pcapng_start();
	block(1, 20, interface, sizeof(interface));
	for (size_t i = 20; i + 4 <= sizeof(body); i += 4)
		body[i] = 1; /* a comment of no bytes */
	for (uint64_t i = 0; i < n; i++)
		block(6, 12 + sizeof(body), body, sizeof(body));
	packets = n;
}

/* A block that says it has four gigabytes. */
static void pcapng_length(uint64_t n)
{
	pcapng_start();
	block(6, 0xfffffffcU, NULL, 0);
	for (uint64_t i = 0; i < n; i++)
		out(text, sizeof(text));
	packets = n;
}

static const struct {
	const char *name;
	void (*make)(uint64_t n);
	uint64_t n;   /* packets, or what stands for them */
	bool is_pcap; /* begins with pcap's header */
} attacks[] = {
    {"normal", normal, 2000000, true},
    {"syn-flood", syn_flood, 10000000, true},
    {"connection-flood", connection_flood, 3000000, true},
    {"other-flood", other_flood, 3000000, true},
    {"hash-collisions", hash_collisions, 1000000, true},
    {"random-hosts", random_hosts, 2000000, true},
    {"millions", millions, 42000000, true},
    {"hole-flood", hole_flood, 1000000, true},
    {"holes-of-one-byte", holes_of_one_byte, 2000000, true},
    {"tiny-segments", tiny_segments, 3000000, true},
    {"one-byte-heads", one_byte_heads, 6000000, true},
    {"endless-line", endless_line, 67000, true},
    {"endless-headers", endless_headers, 1000000, true},
    {"pipeline-of-one", pipeline_of_one, 1000000, true},
    {"pipelines", pipelines, 1000000, true},
    {"chunk-sizes", chunk_sizes, 1000000, true},
    {"fragment-flood", fragment_flood, 2000000, true},
    {"fragments-overlap", fragments_overlap, 1000000, true},
    {"tunnels", tunnels, 2000000, true},
    {"clock-jumps", clock_jumps, 2000000, true},
    {"http2-normal", http2_normal, 200000, true},
    {"http2-table-bomb", http2_table_bomb, 200000, true},
    {"http2-continuations", http2_continuations, 1000000, true},
    {"http2-resets", http2_resets, 500000, true},
    {"http2-settings", http2_settings, 1000000, true},
    {"http2-streams", http2_streams, 1000000, true},
    {"everything", everything, 10000000, true},
    {"zeros", zeros, 16384, true},
    {"pcapng-interfaces", pcapng_interfaces, 4000000, false},
    {"pcapng-options", pcapng_options, 4000, false},
    {"pcapng-length", pcapng_length, 10000, false},
};

int main(int argc, char **argv)
{
	static char buffer[1 << 20];
	uint64_t percent = argc > 2 ? strtoull(argv[2], NULL, 10) : 100;

	(void)setvbuf(stdout, buffer, _IOFBF, sizeof(buffer));
	for (size_t i = 0; i < sizeof(attacks) / sizeof(*attacks); i++) {
		if (argc < 2) {
			puts(attacks[i].name);
			continue;
		}
		if (strcmp(argv[1], attacks[i].name) != 0)
			continue;
		if (attacks[i].is_pcap)
			file_header();
		attacks[i].make(attacks[i].n * percent / 100);
		(void)fprintf(stderr, "%llu %llu\n", (unsigned long long)packets,
			      (unsigned long long)written);
		return fflush(stdout) == 0 ? 0 : 1;
	}
	return argc < 2 ? 0 : 64;
}
