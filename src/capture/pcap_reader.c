#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/cursor.h"
#include "base/limits.h"
#include "capture/reader.h"

/* Magic numbers, read in the byte order of the file. */
#define MAGIC_MICRO     0xa1b2c3d4U
#define MAGIC_NANO      0xa1b23c4dU
#define MAGIC_KUZNETZOV 0xa1b2cd34U
#define MAGIC_NAVTEL    0xa12b3c4dU

/** Seconds, fraction, captured, length; Kuznetzov's has 8 bytes more. */
#define RECORD_SIZE           16U
#define KUZNETZOV_RECORD_SIZE 24U

/** The link type is in the lower 16 bits; above them are the length of the frame check
 *  sequence and reserved bits (draft-ietf-opsawg-pcap section 4). */
#define LINK_TYPE_MASK 0xffffU

enum lengths { LENGTHS_NORMAL, LENGTHS_SWAPPED, LENGTHS_MAYBE_SWAPPED };

struct pcap_reader {
	struct reader base;
	uint32_t link_type;
	uint32_t record_size;
	uint32_t fraction_ns; /**< ns of one unit of the fraction */
	bool big_endian;
	enum lengths lengths;
};

static inline uint32_t u32(struct cursor *c, bool big_endian)
{
	return big_endian ? cursor_be32(c) : cursor_le32(c);
}

/** Kept apart, so that the common path stays short. */
static __attribute__((cold)) enum reader_result bad_record(struct reader *r,
							   uint32_t captured)
{
	uint64_t at = bytes_offset(r->in);

	(void)errbuf_set(&r->why, SL_E_DAMAGED,
			 "packet %" PRIu64 " at byte %" PRIu64
			 " says that it has %" PRIu32 " bytes, the limit is %u",
			 r->packets + 1, at, captured, LIMIT_PACKET);
	return READER_DAMAGED;
}

/** What a file system leaves behind where a file was to grow when the power failed: not
 *  packets of 1970 without a byte. */
static __attribute__((cold)) enum reader_result zeros(struct reader *r)
{
	(void)errbuf_set(&r->why, SL_E_DAMAGED,
			 "there are zeros where packet %" PRIu64
			 " should begin, at byte %" PRIu64,
			 r->packets + 1, bytes_offset(r->in));
	return READER_DAMAGED;
}

/** The next record and its headers: no pattern that the processor would see. */
static inline void prefetch_record(const uint8_t *record)
{
	__builtin_prefetch(record);
	__builtin_prefetch(record + 64);
}

static enum reader_result next(struct reader *base, struct packet *out)
{
	const struct pcap_reader *r = (const struct pcap_reader *)base;
	const uint8_t *record = bytes_need(base->in, r->record_size);
	uint32_t seconds, fraction, captured, length;
	struct cursor c;

	if (!record)
		return reader_short(base);
	c = cursor_over(record, RECORD_SIZE);
	seconds = u32(&c, r->big_endian);
	fraction = u32(&c, r->big_endian);
	captured = u32(&c, r->big_endian);
	length = u32(&c, r->big_endian);
	if (r->lengths == LENGTHS_SWAPPED ||
	    (r->lengths == LENGTHS_MAYBE_SWAPPED && captured > length)) {
		uint32_t swap = captured;

		captured = length;
		length = swap;
	}
	if (captured > LIMIT_PACKET)
		return bad_record(base, captured);
	if (length < captured)
		length =
		    captured; /* the bytes are there, whatever the writer counted */
	else if (length == 0 && seconds == 0 && fraction == 0)
		return zeros(base);
	record = bytes_need(base->in, r->record_size + captured);
	if (!record)
		return base->in->error ? READER_FAILED : READER_CUT;
	bytes_take(base->in, r->record_size + captured);
	prefetch_record(base->in->at);
	base->packets++;
	/* Below 2^62, as timestamp.h wants it: both are 32 bits. */
	out->time_ns =
	    (int64_t)seconds * NS_PER_S + (int64_t)fraction * (int64_t)r->fraction_ns;
	out->bytes = record + r->record_size;
	out->captured = captured;
	out->length = length;
	out->link_type = r->link_type;
	return READER_PACKET;
}

/** As next(), for what is written today on a little-endian machine: a record that is
 *  whole in the block, with nothing to say about it. It calls nothing but that in its
 *  place, so that it needs to save no register. */
static enum reader_result next_usual(struct reader *base, struct packet *out)
{
	const struct pcap_reader *r = (const struct pcap_reader *)base;
	struct cursor c = cursor_over(base->in->at, bytes_left(base->in));
	const uint8_t *record = cursor_take(&c, RECORD_SIZE);
	uint32_t seconds, fraction, captured, length;
	struct cursor fields;

	if (!record)
		return next(base, out);
	fields = cursor_over(record, RECORD_SIZE);
	seconds = cursor_le32(&fields);
	fraction = cursor_le32(&fields);
	captured = cursor_le32(&fields);
	length = cursor_le32(&fields);
	if (captured > LIMIT_PACKET || captured > cursor_left(&c) ||
	    length < captured || length == 0)
		return next(base, out);
	out->time_ns =
	    (int64_t)seconds * NS_PER_S + (int64_t)fraction * (int64_t)r->fraction_ns;
	out->bytes = c.at;
	out->captured = captured;
	out->length = length;
	out->link_type = r->link_type;
	base->packets++;
	bytes_take(base->in, RECORD_SIZE + captured);
	prefetch_record(base->in->at);
	return READER_PACKET;
}

static void pcap_reader_free(struct reader *base)
{
	free(base);
}

static const struct reader_ops pcap_ops = {.next = next, .free = pcap_reader_free};
static const struct reader_ops usual_ops = {.next = next_usual,
					    .free = pcap_reader_free};

static bool is_usual(const struct pcap_reader *r)
{
	return r->record_size == RECORD_SIZE && !r->big_endian &&
	       r->lengths == LENGTHS_NORMAL;
}

static bool read_magic(struct pcap_reader *r, uint32_t magic)
{
	r->record_size = RECORD_SIZE;
	r->fraction_ns = 1000;
	r->base.format = "pcap";
	switch (magic) {
	case MAGIC_MICRO:
	case MAGIC_NAVTEL:
		return true;
	case MAGIC_NANO:
		r->fraction_ns = 1;
		r->base.format = "pcap-ns";
		return true;
	case MAGIC_KUZNETZOV:
		r->record_size = KUZNETZOV_RECORD_SIZE;
		r->base.format = "pcap-modified";
		return true;
	default:
		return false;
	}
}

static bool read_version(struct pcap_reader *r, unsigned major, unsigned minor)
{
	bool dg_ux = major == 543 && minor == 0;

	if (!dg_ux && (major != 2 || minor > 4))
		return false;
	r->lengths = LENGTHS_NORMAL;
	if (dg_ux || minor < 3)
		r->lengths = LENGTHS_SWAPPED;
	else if (minor == 3)
		r->lengths = LENGTHS_MAYBE_SWAPPED;
	return true;
}

static enum sl_err read_header(struct pcap_reader *r, const uint8_t *header,
			       struct errbuf *eb)
{
	struct cursor c = cursor_over(header, PCAP_HEADER_SIZE);
	uint32_t first = cursor_be32(&c);
	unsigned major, minor;

	r->big_endian = read_magic(r, first);
	if (!r->big_endian && !read_magic(r, __builtin_bswap32(first)))
		return errbuf_set(eb, SL_E_FORMAT, "is not a pcap file");
	major = r->big_endian ? cursor_be16(&c) : cursor_le16(&c);
	minor = r->big_endian ? cursor_be16(&c) : cursor_le16(&c);
	if (!read_version(r, major, minor))
		return errbuf_set(eb, SL_E_FORMAT,
				  "is a pcap file of version %u.%u, which is not known",
				  major, minor);
	cursor_skip(&c,
		    12); /* time zone, accuracy, snap length: of no use to anybody */
	r->link_type = u32(&c, r->big_endian) & LINK_TYPE_MASK;
	return SL_OK;
}

enum sl_err pcap_reader_new(struct reader **out, struct bytes *in, struct errbuf *eb)
{
	const uint8_t *header = bytes_need(in, PCAP_HEADER_SIZE);
	struct pcap_reader *r;
	enum sl_err e;

	if (!header && in->error)
		return errbuf_set(eb, in->error == ENOMEM ? SL_E_NOMEM : SL_E_IO,
				  "cannot be read");
	if (!header)
		return errbuf_set(eb, SL_E_DAMAGED,
				  "is too short for a capture: %zu bytes",
				  bytes_left(in));
	r = calloc(1, sizeof(*r));
	if (!r)
		return errbuf_set(eb, SL_E_NOMEM, "out of memory");
	r->base.ops = &pcap_ops;
	r->base.in = in;
	e = read_header(r, header, eb);
	if (e != SL_OK) {
		free(r);
		return e;
	}
	if (is_usual(r))
		r->base.ops = &usual_ops;
	bytes_take(in, PCAP_HEADER_SIZE);
	*out = &r->base;
	return SL_OK;
}
