/*
 * The chain from packet to tally, on packets written by hand: raw IPv4 (RFC 791),
 * TCP (RFC 9293) without options or checksums.
 */
#include <string.h>

#include "capture/linktype.h"
#include "pipeline.h"
#include "support/run_suite.h"

#define HEADERS 40

static struct pipeline *pipeline;
static uint8_t bytes[2048];

static void put16(size_t at, size_t value)
{
	bytes[at] = (uint8_t)(value >> 8);
	bytes[at + 1] = (uint8_t)value;
}

static void put32(size_t at, size_t value)
{
	put16(at, value >> 16);
	put16(at + 2, value & 0xffff);
}

static void feed(size_t len, int64_t ms, uint32_t link_type, bool filtered)
{
	struct packet p = {
	    .time_ns = 1700000000 * NS_PER_S + ms * (NS_PER_S / 1000),
	    .bytes = bytes,
	    .captured = (uint32_t)len,
	    .length = (uint32_t)len,
	    .link_type = link_type,
	    .filtered = filtered,
	};

	ck_assert_int_eq(pipeline_feed(pipeline, &p), SL_OK);
}

/* From the client (port 40000) or the server (port 8000); returns the bytes. */
static size_t segment(bool client, uint32_t seq, uint32_t ack, uint8_t flags,
		      const char *payload)
{
	size_t len = strlen(payload);

	memset(bytes, 0, HEADERS);
	bytes[0] = 0x45;
	put16(2, HEADERS + len);
	bytes[8] = 64;
	bytes[9] = 6;
	put32(12, client ? 0x0a000001 : 0x0a000002);
	put32(16, client ? 0x0a000002 : 0x0a000001);
	put16(20, client ? 40000 : 8000);
	put16(22, client ? 8000 : 40000);
	put32(24, seq);
	put32(28, ack);
	bytes[32] = 0x50;
	bytes[33] = flags;
	put16(34, 0xffff);
	memcpy(bytes + HEADERS, payload, len);
	return HEADERS + len;
}

static const char request[] = "GET /x HTTP/1.1\r\nHost: A.Example.test\r\n\r\n";
static const char response[] =
    "HTTP/1.1 404 Not Found\r\nContent-Length: 3\r\n\r\nno\n";

/* The conversation, in 5 packets; returns their bytes. */
static uint64_t converse(void)
{
	const struct {
		bool client;
		uint32_t seq, ack;
		uint8_t flags;
		const char *payload;
	} segments[] = {
	    {true, 100, 0, TCP_SYN, ""},
	    {false, 900, 101, TCP_SYN | TCP_ACK, ""},
	    {true, 101, 901, TCP_ACK, ""},
	    {true, 101, 901, TCP_ACK | TCP_PSH, request},
	    {false, 901, 101 + sizeof(request) - 1, TCP_ACK | TCP_PSH, response},
	};
	uint64_t sum = 0;

	for (size_t i = 0; i < sizeof(segments) / sizeof(segments[0]); i++) {
		size_t len =
		    segment(segments[i].client, segments[i].seq, segments[i].ack,
			    segments[i].flags, segments[i].payload);

		feed(len, (int64_t)i * 10, LINKTYPE_RAW, false);
		sum += len;
	}
	return sum;
}

static void check_sums(void)
{
	const struct coverage *c = pipeline_coverage(pipeline);
	struct volume sum = {0, 0};

	for (int i = 0; i < COVERAGE_BUCKETS; i++) {
		sum.packets += c->bucket[i].packets;
		sum.bytes += c->bucket[i].bytes;
	}
	ck_assert_uint_eq(sum.packets, c->total.packets);
	ck_assert_uint_eq(sum.bytes, c->total.bytes);
}

static void set_up(void)
{
	const struct pipeline_options options = {.by = TALLY_BY_HOST};

	pipeline = pipeline_new(&options);
	ck_assert_ptr_nonnull(pipeline);
}

static void tear_down(void)
{
	pipeline_free(pipeline);
}

START_TEST(a_conversation_is_counted)
{
	uint64_t sum = converse();
	const struct tally_row *const *rows;
	const struct coverage *c;
	size_t count;

	ck_assert_int_eq(pipeline_finish(pipeline), SL_OK);
	check_sums();
	ck_assert_uint_eq(pipeline_coverage(pipeline)->total.packets, 5);
	/* The handshake may be in either bucket. */
	c = pipeline_coverage(pipeline);
	ck_assert_uint_eq(c->bucket[COVERAGE_HTTP].bytes +
			      c->bucket[COVERAGE_UNDETERMINED_TCP].bytes,
			  sum);
	ck_assert_uint_ge(c->bucket[COVERAGE_HTTP].bytes,
			  2 * HEADERS + strlen(request) + strlen(response));
	rows = tally_rows(pipeline_tally(pipeline), &count);
	ck_assert_uint_eq(count, 1);
	ck_assert_str_eq(rows[0]->name, "a.example.test");
	ck_assert_uint_eq(rows[0]->counts.responses, 1);
	ck_assert_uint_eq(counts_code(&rows[0]->counts, 404), 1);
	/* The request ended 10 ms before the response began. */
	ck_assert_uint_eq(histogram_max(rows[0]->counts.latency), 10000000);
}
END_TEST

START_TEST(refused_packets_are_only_counted)
{
	size_t len = segment(true, 1, 1, TCP_ACK, request);
	const struct coverage *c = pipeline_coverage(pipeline);

	feed(len, 0, LINKTYPE_RAW, true);
	put16(6, 0x0010); /* a later fragment */
	feed(len, 1, LINKTYPE_RAW, true);
	ck_assert_int_eq(pipeline_finish(pipeline), SL_OK);
	check_sums();
	ck_assert_uint_eq(c->bucket[COVERAGE_FILTERED].packets, 2);
	ck_assert_uint_eq(c->bucket[COVERAGE_FILTERED].bytes, 2 * len);
	ck_assert_uint_eq(c->filtered_fragments, 1);
	ck_assert_uint_eq(c->filtered_tagged, 0);
	ck_assert_uint_eq(tally_total(pipeline_tally(pipeline))->requests, 0);
}
END_TEST

/* A connection on which a request waits ends by the time of packets that are no TCP. */
START_TEST(other_packets_make_time_pass)
{
	size_t len = segment(true, 100, 0, TCP_SYN, "");

	feed(len, 0, LINKTYPE_RAW, false);
	feed(segment(true, 101, 901, TCP_ACK, request), 1, LINKTYPE_RAW, false);
	for (int s = 1; s <= 4000; s++) {
		(void)segment(true, 1, 1, 0, "");
		bytes[9] = 17; /* UDP */
		put16(24, 20);
		feed(HEADERS, s * 1000, LINKTYPE_RAW, false);
	}
	/* Without pipeline_finish(): the tally knows already. Nothing of the server
	 * was ever seen, so that the answer may only be missing from the capture. */
	ck_assert_uint_eq(counts_no_response(tally_total(pipeline_tally(pipeline))) +
			      tally_total(pipeline_tally(pipeline))->unseen,
			  1);
	ck_assert_int_eq(pipeline_finish(pipeline), SL_OK);
	check_sums();
	ck_assert_uint_eq(
	    pipeline_coverage(pipeline)->bucket[COVERAGE_OTHER_IP].packets, 4000);
}
END_TEST

START_TEST(hostile_stamps_do_no_harm)
{
	static const int64_t stamps[] = {INT64_MAX, INT64_MIN, 0, -1, INT64_MAX};

	for (size_t i = 0; i < sizeof(stamps) / sizeof(stamps[0]); i++) {
		struct packet p = {.time_ns = stamps[i],
				   .bytes = bytes,
				   .captured = 20,
				   .length = 20,
				   .link_type = 65535};

		ck_assert_int_eq(pipeline_feed(pipeline, &p), SL_OK);
	}
	ck_assert_int_eq(pipeline_finish(pipeline), SL_OK);
	check_sums();
	ck_assert_uint_eq(pipeline_coverage(pipeline)->undecoded[UNDECODED_LINK_TYPE],
			  5);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("pipeline");
	TCase *tc = tcase_create("pipeline");

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_test(tc, a_conversation_is_counted);
	tcase_add_test(tc, refused_packets_are_only_counted);
	tcase_add_test(tc, other_packets_make_time_pass);
	tcase_add_test(tc, hostile_stamps_do_no_harm);
	suite_add_tcase(suite, tc);
	return run_suite(suite);
}
