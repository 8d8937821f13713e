/* Whatever is read at once out of an Ethernet frame is what the walk through the layers
 * finds in the IPv4 packet inside it: random frames, spoilt at random, taken both ways.
 * The walk itself is held against built packets by test_decoder. */
#include <string.h>

#include "capture/linktype.h"
#include "decode/decoder.h"
#include "decode/usual.h"
#include "support/packet.h"
#include "support/random.h"
#include "support/run_suite.h"

#define ETHERNET_SIZE 14U
#define CASES         20000

static struct packet_build build;

static const char *address(struct random *r)
{
	static const char *const addresses[] = {"10.0.0.1", "10.0.0.2", "192.168.1.255",
						"0.0.0.0"};

	return addresses[random_below(r, 4)];
}

/* A frame, in room of exactly its size so that a sanitizer sees each step too far. */
static void build_frame(struct random *r)
{
	char payload[64] = {0};
	struct packet_tcp_header h = {
	    .source = (uint16_t)random_between(r, 1, 3),
	    .destination = (uint16_t)random_between(r, 1, 3),
	    .seq = (uint32_t)random_next(r),
	    .ack = (uint32_t)random_next(r),
	    .flags = (uint8_t)random_next(r),
	    .options = (uint8_t)(4 * random_below(r, 11)),
	};

	packet_payload(&build, payload, random_below(r, sizeof(payload)));
	packet_tcp(&build, &h);
	packet_ipv4(&build, 6, address(r), address(r));
	packet_ethernet(&build, 0x0800);
	if (random_chance(r, 30))
		packet_pad(&build, random_below(r, 8));
}

/* Spoil up to three bytes of the IP and TCP headers. */
static void spoil(struct random *r)
{
	size_t n = random_below(r, 4);

	for (size_t i = 0; i < n; i++) {
		size_t at = build.at + ETHERNET_SIZE + random_below(r, 40);

		build.room[at] =
		    random_chance(r, 50)
			? (uint8_t)random_next(r)
			: (uint8_t)(build.room[at] ^ 1U << random_below(r, 8));
	}
}

static struct packet cut(struct random *r, struct packet p)
{
	if (random_chance(r, 30))
		p.captured = (uint32_t)random_between(r, ETHERNET_SIZE, p.captured);
	return p;
}

static void check_same(const struct segment *a, const struct segment *b)
{
	ck_assert(flow_key_equal(&a->key, &b->key));
	ck_assert_mem_eq(&a->key, &b->key, sizeof(a->key));
	ck_assert_int_eq(a->time_ns, b->time_ns);
	ck_assert_uint_eq(a->dir, b->dir);
	ck_assert_uint_eq(a->flags, b->flags);
	ck_assert_uint_eq(a->window, b->window);
	ck_assert_uint_eq(a->ip_id, b->ip_id);
	ck_assert_uint_eq(a->checksum, b->checksum);
	ck_assert_uint_eq(a->seq, b->seq);
	ck_assert_uint_eq(a->ack, b->ack);
	ck_assert_ptr_eq(a->payload, b->payload);
	ck_assert_uint_eq(a->len, b->len);
	ck_assert_uint_eq(a->missing, b->missing);
	ck_assert_uint_eq(a->packets, b->packets);
	ck_assert_uint_eq(a->bytes, b->bytes + ETHERNET_SIZE);
}

START_TEST(test_same_as_the_walk)
{
	struct coverage coverage = {0};
	struct decoder *walk = decoder_new(&(struct decoder_options){0}, &coverage);
	struct random r = {.state = (uint64_t)_i};
	size_t taken = 0;

	ck_assert_ptr_nonnull(walk);
	for (size_t i = 0; i < CASES; i++) {
		struct packet frame, inside;
		struct segment at_once, walked;

		build_frame(&r);
		spoil(&r);
		frame = cut(&r, packet_of(&build, LINKTYPE_ETHERNET, (int64_t)i));
		inside = frame;
		inside.link_type = LINKTYPE_IPV4;
		inside.bytes += ETHERNET_SIZE;
		inside.captured -= ETHERNET_SIZE;
		inside.length -= ETHERNET_SIZE;
		if (!usual_frame(&frame, &at_once))
			continue;
		taken++;
		ck_assert_int_eq(decoder_feed(walk, &inside, &walked), DECODED_SEGMENT);
		check_same(&at_once, &walked);
	}
	/* Else this has shown nothing. */
	ck_assert_uint_gt(taken, CASES / 4);
	decoder_free(walk);
}
END_TEST

START_TEST(test_whole_frames_are_taken)
{
	struct random r = {.state = (uint64_t)_i};

	for (size_t i = 0; i < CASES; i++) {
		struct packet frame;
		struct segment s;

		build_frame(&r);
		frame = packet_of(&build, LINKTYPE_ETHERNET, 0);
		ck_assert(usual_frame(&frame, &s));
	}
}
END_TEST

START_TEST(test_keys_differ_in_each_byte)
{
	struct flow_key a, b;

	for (size_t i = 0; i < sizeof(a); i++) {
		memset(&a, 7, sizeof(a));
		b = a;
		ck_assert(flow_key_equal(&a, &b));
		((uint8_t *)&b)[i] ^= 0x80;
		ck_assert(!flow_key_equal(&a, &b));
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("usual");
	TCase *t = tcase_create("all");

	tcase_add_loop_test(t, test_same_as_the_walk, 0, 4);
	tcase_add_loop_test(t, test_whole_frames_are_taken, 0, 2);
	tcase_add_test(t, test_keys_differ_in_each_byte);
	suite_add_tcase(s, t);
	return run_suite(s);
}
