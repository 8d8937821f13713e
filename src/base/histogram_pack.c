#include "base/histogram.h"

#define PACK_VERSION 1U
/** Bytes of a number of 64 bits in LEB128. */
#define NUMBER_MAX 10U
/** Version and bits. */
#define PACK_HEAD 2U

static size_t buckets_of(const struct histogram *h)
{
	uint32_t index;
	size_t n = 0;

	while (histogram_bucket(h, n, &index) > 0)
		n++;
	return n;
}

static uint8_t *put_number(uint8_t *out, uint64_t n)
{
	for (; n >= 0x80; n >>= 7)
		*out++ = (uint8_t)(n | 0x80);
	*out++ = (uint8_t)n;
	return out;
}

/** @return what is behind the number; NULL when it is cut or too large */
static const uint8_t *take_number(const uint8_t *at, const uint8_t *end, uint64_t *n)
{
	*n = 0;
	for (unsigned shift = 0; at && at < end && shift < 64; shift += 7) {
		uint64_t part = *at & 0x7fU;

		if (part << shift >> shift != part)
			return NULL;
		*n |= part << shift;
		if (*at++ < 0x80)
			return at;
	}
	return NULL;
}

size_t histogram_pack_size(const struct histogram *h)
{
	return PACK_HEAD + NUMBER_MAX * (3 + 2 * buckets_of(h));
}

size_t histogram_pack(const struct histogram *h, uint8_t *out)
{
	uint8_t *at = out;
	uint32_t index, before = 0;
	uint64_t count;

	*at++ = PACK_VERSION;
	*at++ = (uint8_t)histogram_bits(h);
	at = put_number(at, histogram_min(h));
	at = put_number(at, histogram_max(h));
	at = put_number(at, buckets_of(h));
	for (size_t i = 0; (count = histogram_bucket(h, i, &index)) > 0; i++) {
		at = put_number(at, index - before);
		at = put_number(at, count);
		before = index;
	}
	return (size_t)(at - out);
}

static const uint8_t *unpack_buckets(struct histogram *h, const uint8_t *at,
				     const uint8_t *end, uint64_t buckets)
{
	uint64_t index = 0, distance, count;

	for (uint64_t i = 0; i < buckets; i++) {
		at = take_number(at, end, &distance);
		at = take_number(at, end, &count);
		if (!at || distance > UINT16_MAX)
			return NULL;
		index += distance;
		if (index > UINT16_MAX ||
		    histogram_put_bucket(h, (uint32_t)index, count) != SL_OK)
			return NULL;
	}
	return at;
}

struct histogram *histogram_unpack(const uint8_t *bytes, size_t len)
{
	const uint8_t *end = bytes + len;
	const uint8_t *at = bytes + PACK_HEAD;
	uint64_t min, max, buckets;
	struct histogram *h;

	if (len < PACK_HEAD || bytes[0] != PACK_VERSION)
		return NULL;
	h = histogram_new(bytes[1]);
	if (!h)
		return NULL;
	at = take_number(at, end, &min);
	at = take_number(at, end, &max);
	at = take_number(at, end, &buckets);
	if (at)
		at = unpack_buckets(h, at, end, buckets);
	if (at == end && histogram_put_extremes(h, min, max) == SL_OK)
		return h;
	histogram_free(h);
	return NULL;
}
