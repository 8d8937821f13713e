/*
 * Fragments as a script: which datagram, which part, in which order. The bytes of a
 * datagram follow from its number and their place, so every datagram that comes out
 * whole can be held against what was sent.
 */
#include "fuzz/fuzz.h"

#include <string.h>

#include "base/limits.h"
#include "decode/fragments.h"

#define DATAGRAMS 8U

static uint8_t payload[DATAGRAMS][65536];

static void make_payload(void)
{
	static bool made;

	for (uint32_t k = 0; !made && k < DATAGRAMS; k++)
		for (uint32_t i = 0; i < sizeof(payload[k]); i++)
			payload[k][i] = fuzz_pattern(k, i);
	made = true;
}

/* Six bytes of the script are one fragment. */
static struct fragment take(struct cursor *in, int64_t *now, uint8_t *number)
{
	uint8_t what = cursor_u8(in);
	uint32_t offset = cursor_be16(in) & 0x1fffU;
	uint32_t len = cursor_be16(in);
	uint8_t step = cursor_u8(in);
	struct fragment f = {.offset = offset * 8, .len = len, .captured = len};

	*number = what % DATAGRAMS;
	f.key.id = *number;
	f.key.protocol = 6;
	f.ipv6 = *number & 1;
	f.more = what & 0x08;
	/* Most fragments of a datagram are of one size, as on a wire. */
	if (what & 0x10) {
		f.offset = offset % 16 * 64;
		f.len = f.captured = 64;
	}
	if (f.offset + f.len > 65535)
		f.len = f.captured = f.offset > 65535 ? 0 : 65535 - f.offset;
	if (what & 0x20)
		f.captured = len % (f.len + 1);
	*now += step < 250 ? step : (step - 252) * 20 * NS_PER_S;
	f.time_ns = *now;
	f.protocol = 6;
	f.bytes = payload[*number] + (f.offset > 65535 ? 0 : f.offset);
	f.packets = 1;
	f.packet_bytes = f.len + 20;
	return f;
}

static void check_whole(const struct datagram *d, uint8_t number)
{
	FUZZ_HOLDS(d->captured + d->missing <= 65535);
	FUZZ_HOLDS(memcmp(d->bytes, payload[number], d->captured) == 0);
	FUZZ_HOLDS(d->packets >= 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cursor in = cursor_over(data, size);
	struct coverage c;
	struct fragments *f;
	int64_t now = 1700000000 * NS_PER_S;

	make_payload();
	memset(&c, 0, sizeof(c));
	f = fragments_new(&c);
	FUZZ_HOLDS(f);
	while (cursor_left(&in) >= 6) {
		uint8_t number;
		struct fragment one = take(&in, &now, &number);
		struct datagram whole;

		c.total.packets++;
		c.total.bytes += one.packet_bytes;
		if (fragments_add(f, &one, &whole) == FRAGMENT_WHOLE) {
			check_whole(&whole, number);
			coverage_add(&c, COVERAGE_OTHER_IP, whole.packets,
				     whole.packet_bytes);
		}
		FUZZ_HOLDS(fragments_memory(f) <= LIMIT_FRAGMENT_BYTES + 2 * MIB);
	}
	fragments_flush(f);
	fuzz_sums_hold(&c);
	FUZZ_HOLDS(fragments_memory(f) == 0);
	fragments_free(f);
	return 0;
}
