/*
 * The decoder on packets: two bytes choose the link type and the options, then come
 * packets, each with its time, its length and how much of it the snap length cut off.
 * Several packets, so that fragments meet.
 */
#include "fuzz/fuzz.h"

#include <string.h>

#include "base/limits.h"
#include "capture/linktype.h"
#include "decode/decoder.h"

static const uint32_t link_types[] = {0,   1,   9,   50,  101, 104, 105,  107,
				      108, 113, 119, 127, 163, 204, 228,  229,
				      239, 276, 12,  14,  51,  199, 65000};

static void check_segment(const struct packet *p, const struct segment *s)
{
	FUZZ_HOLDS(s->dir <= 1);
	FUZZ_HOLDS(s->packets >= 1 || s->bytes == 0);
	FUZZ_HOLDS(s->len <= LIMIT_PACKET);
	fuzz_touch(s->payload, s->len);
	(void)p;
}

static void feed(struct decoder *d, struct coverage *c, const struct packet *p)
{
	struct coverage before;
	struct segment s;
	bool more;

	c->total.packets++;
	c->total.bytes += p->length;
	before = *c;
	(void)decoder_peek_at(p);
	FUZZ_HOLDS(memcmp(&before, c, sizeof(before)) == 0);
	memset(&s, 0, sizeof(s));
	more = decoder_feed(d, p, &s) == DECODED_SEGMENT;
	while (more) {
		check_segment(p, &s);
		coverage_add(c, COVERAGE_OTHER_TCP, s.packets, s.bytes);
		more = decoder_more(d, &s);
	}
	/* What is held is in no bucket yet, and nothing is in two. */
	FUZZ_HOLDS(decoder_memory(d) <= LIMIT_FRAGMENT_BYTES + 2 * MIB);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cursor in = cursor_over(data, size);
	uint8_t first = cursor_u8(&in);
	uint8_t second = cursor_u8(&in);
	struct decoder_options o = {.distinct_vlan = second & 1,
				    .distinct_vni = second & 2,
				    .verify_checksums = second & 4};
	struct coverage c;
	struct decoder *d;
	int64_t now = 1700000000 * NS_PER_S;

	memset(&c, 0, sizeof(c));
	d = decoder_new(&o, &c);
	FUZZ_HOLDS(d);
	while (cursor_left(&in) > 4) {
		struct packet p = {0};
		uint8_t step = cursor_u8(&in);
		uint16_t cut = cursor_u8(&in);

		now += step < 250 ? step * 1000000 : (step - 252) * 20 * NS_PER_S;
		p.captured = cursor_be16(&in);
		if (p.captured > cursor_left(&in))
			p.captured = (uint32_t)cursor_left(&in);
		p.bytes = cursor_take(&in, p.captured);
		p.length = p.captured + (cut < 128 ? 0 : cut * 16U);
		p.link_type =
		    link_types[first % (sizeof(link_types) / sizeof(*link_types))];
		p.time_ns = now;
		feed(d, &c, &p);
	}
	decoder_flush(d);
	fuzz_sums_hold(&c);
	FUZZ_HOLDS(decoder_memory(d) <= MIB);
	decoder_free(d);
	return 0;
}
