#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/cursor.h"
#include "base/limits.h"
#include "capture/reader.h"
#include "capture/timestamp.h"

/* Block types (draft-ietf-opsawg-pcapng section 11.1). */
#define BLOCK_SECTION         0x0a0d0d0aU /* the same in both byte orders */
#define BLOCK_INTERFACE       1U
#define BLOCK_OBSOLETE_PACKET 2U
#define BLOCK_SIMPLE_PACKET   3U
#define BLOCK_STATISTICS      5U
#define BLOCK_ENHANCED_PACKET 6U

#define BYTE_ORDER_MAGIC 0x1a2b3c4dU

/* Options (sections 3.5, 4.2 and 4.6). */
#define OPTION_END            0U
#define OPTION_IF_TSRESOL     9U
#define OPTION_IF_TSOFFSET    14U
#define OPTION_ISB_IF_DROP    5U
#define OPTION_ISB_OS_DROP    7U
#define DEFAULT_IF_RESOLUTION 6U

/** Type and length before a block's body, and the length again after it. */
#define BLOCK_HEADER_SIZE   8U
#define BLOCK_TRAILER_SIZE  4U
#define BLOCK_OVERHEAD_SIZE (BLOCK_HEADER_SIZE + BLOCK_TRAILER_SIZE)

struct interface {
	struct timestamp_unit unit;
	uint64_t if_drop; /**< of the last statistics block */
	uint64_t os_drop;
	uint32_t link_type;
	uint32_t snap_length; /**< 0: no limit */
};

struct pcapng_reader {
	struct reader base;
	struct interface *interfaces; /**< of this section; owned */
	size_t interface_count;
	size_t interface_room;
	int64_t last_ns; /**< of the last packet */
	bool big_endian; /**< this section */
};

/** A block in the window: its body is at @p c. */
struct block {
	uint32_t type;
	uint32_t length; /**< as it says */
	uint32_t padded; /**< and to the next 32 bits: writers that leave the padding
			    out of their sum write it all the same */
	uint64_t offset; /**< of the block in the file */
	struct cursor c;
};

static inline uint16_t u16(const struct pcapng_reader *r, struct cursor *c)
{
	return r->big_endian ? cursor_be16(c) : cursor_le16(c);
}

static inline uint32_t u32(const struct pcapng_reader *r, struct cursor *c)
{
	return r->big_endian ? cursor_be32(c) : cursor_le32(c);
}

static uint64_t u64(const struct pcapng_reader *r, struct cursor *c)
{
	uint64_t first = u32(r, c);
	uint64_t second = u32(r, c);

	return r->big_endian ? first << 32 | second : second << 32 | first;
}

#define DAMAGED(r, ...) \
	(errbuf_set(&(r)->base.why, SL_E_DAMAGED, __VA_ARGS__), READER_DAMAGED)

/** The input ended where a block should go on. */
static enum reader_result cut(const struct pcapng_reader *r)
{
	return r->base.in->error ? READER_FAILED : READER_CUT;
}

/** An option's code, with its value at @p value. @return false at their end */
static bool next_option(const struct pcapng_reader *r, struct cursor *options,
			uint16_t *code, struct cursor *value)
{
	uint16_t length;
	const uint8_t *bytes;

	if (cursor_left(options) < 4)
		return false;
	*code = u16(r, options);
	length = u16(r, options);
	bytes = cursor_take(options, length);
	if (*code == OPTION_END || !bytes)
		return false;
	*value = cursor_over(bytes, length);
	/* Padded to 32 bits; the last one's padding may be missing. */
	cursor_skip(options, (4U - length % 4U) % 4U);
	return true;
}

/** @retval READER_END  go on with the next block */
static enum reader_result section_block(struct pcapng_reader *r, struct block *b)
{
	unsigned major, minor;

	cursor_skip(&b->c, 4); /* the byte order is known by now */
	major = u16(r, &b->c);
	minor = u16(r, &b->c);
	if (b->c.failed)
		return DAMAGED(r, "the section header at byte %" PRIu64 " is too short",
			       b->offset);
	if (major != 1)
		return DAMAGED(r,
			       "the section at byte %" PRIu64
			       " has version %u.%u, which is not known",
			       b->offset, major, minor);
	r->interface_count = 0;
	return READER_END;
}

static enum reader_result add_interface(struct pcapng_reader *r, const struct block *b,
					const struct interface *interface)
{
	if (r->interface_count == LIMIT_INTERFACES)
		return DAMAGED(r,
			       "the section describes more than %u interfaces, at byte "
			       "%" PRIu64,
			       LIMIT_INTERFACES, b->offset);
	if (r->interface_count == r->interface_room) {
		size_t room = r->interface_room ? 2 * r->interface_room : 4;
		struct interface *more =
		    realloc(r->interfaces, room * sizeof(*r->interfaces));

		if (!more) {
			r->base.in->error = ENOMEM;
			return READER_FAILED;
		}
		r->interfaces = more;
		r->interface_room = room;
	}
	r->interfaces[r->interface_count++] = *interface;
	return READER_END;
}

static enum reader_result interface_block(struct pcapng_reader *r, struct block *b)
{
	struct interface interface = {0};
	uint8_t resolution = DEFAULT_IF_RESOLUTION;
	int64_t offset_s = 0;
	uint16_t code;
	struct cursor value;

	interface.link_type = u16(r, &b->c);
	cursor_skip(&b->c, 2);
	interface.snap_length = u32(r, &b->c);
	if (b->c.failed)
		return DAMAGED(r,
			       "the interface block at byte %" PRIu64 " is too short",
			       b->offset);
	while (next_option(r, &b->c, &code, &value)) {
		if (code == OPTION_IF_TSRESOL && cursor_left(&value) == 1)
			resolution = cursor_u8(&value);
		else if (code == OPTION_IF_TSOFFSET && cursor_left(&value) == 8)
			offset_s = (int64_t)u64(r, &value);
	}
	interface.unit = timestamp_unit_make(resolution, offset_s);
	return add_interface(r, b, &interface);
}

/** The figures are totals since the capture began: the last block counts. */
static enum reader_result statistics_block(struct pcapng_reader *r, struct block *b)
{
	uint32_t id = u32(r, &b->c);
	struct interface *interface;
	uint16_t code;
	struct cursor value;

	cursor_skip(&b->c, 8); /* its time */
	if (b->c.failed || id >= r->interface_count)
		return READER_END; /* of no use, and no reason to stop */
	interface = &r->interfaces[id];
	while (next_option(r, &b->c, &code, &value)) {
		uint64_t *kept, *sum;

		if (cursor_left(&value) != 8)
			continue;
		if (code == OPTION_ISB_IF_DROP) {
			kept = &interface->if_drop;
			sum = &r->base.dropped_by_interface;
		} else if (code == OPTION_ISB_OS_DROP) {
			kept = &interface->os_drop;
			sum = &r->base.dropped_by_kernel;
		} else {
			continue;
		}
		*sum -= *kept;
		*kept = u64(r, &value);
		*sum += *kept;
		r->base.drops_known = true;
	}
	return READER_END;
}

static __attribute__((cold)) enum reader_result
bad_packet(struct pcapng_reader *r, const struct block *b, uint32_t captured)
{
	uint64_t number = r->base.packets + 1;

	if (captured > LIMIT_PACKET)
		return DAMAGED(r,
			       "packet %" PRIu64 " at byte %" PRIu64
			       " says that it has %" PRIu32 " bytes, the limit is %u",
			       number, b->offset, captured, LIMIT_PACKET);
	return DAMAGED(r,
		       "packet %" PRIu64 " at byte %" PRIu64
		       " does not fit into its block of %" PRIu32 " bytes",
		       number, b->offset, b->length);
}

static __attribute__((cold)) enum reader_result
no_interface(struct pcapng_reader *r, const struct block *b, uint32_t id)
{
	return DAMAGED(r,
		       "packet %" PRIu64 " at byte %" PRIu64 " is of interface %" PRIu32
		       ", and %zu are described",
		       r->base.packets + 1, b->offset, id, r->interface_count);
}

/** The part that all three kinds of packet end with. */
static enum reader_result give(struct pcapng_reader *r, struct block *b,
			       const struct interface *interface, uint32_t captured,
			       uint32_t length, struct packet *out)
{
	const uint8_t *bytes = cursor_take(&b->c, captured);

	if (captured > LIMIT_PACKET || !bytes)
		return bad_packet(r, b, captured);
	r->base.packets++;
	out->time_ns = r->last_ns;
	out->bytes = bytes;
	out->captured = captured;
	/* The bytes are there, whatever the writer counted. */
	out->length = length < captured ? captured : length;
	out->link_type = interface->link_type;
	return READER_PACKET;
}

/** An enhanced packet block, or the obsolete one, which differs in the width of the
 *  interface's number (sections 4.3 and A). */
static enum reader_result packet_block(struct pcapng_reader *r, struct block *b,
				       struct packet *out)
{
	uint32_t id, captured, length;
	uint64_t ticks;

	if (b->type == BLOCK_ENHANCED_PACKET) {
		id = u32(r, &b->c);
	} else {
		id = u16(r, &b->c);
		cursor_skip(&b->c, 2); /* drops, seldom filled in */
	}
	ticks = (uint64_t)u32(r, &b->c) << 32; /* the upper half is always first */
	ticks |= u32(r, &b->c);
	captured = u32(r, &b->c);
	length = u32(r, &b->c);
	if (b->c.failed)
		return bad_packet(r, b, 0);
	if (id >= r->interface_count)
		return no_interface(r, b, id);
	r->last_ns = timestamp_ns(&r->interfaces[id].unit, ticks);
	return give(r, b, &r->interfaces[id], captured, length, out);
}

/** Of interface 0, and without a time of its own (section 4.4). */
static enum reader_result simple_packet(struct pcapng_reader *r, struct block *b,
					struct packet *out)
{
	uint32_t length = u32(r, &b->c);
	uint32_t captured = length;

	if (b->c.failed)
		return bad_packet(r, b, 0);
	if (r->interface_count == 0)
		return no_interface(r, b, 0);
	if (r->interfaces[0].snap_length && captured > r->interfaces[0].snap_length)
		captured = r->interfaces[0].snap_length;
	return give(r, b, &r->interfaces[0], captured, length, out);
}

static enum reader_result read_block(struct pcapng_reader *r, struct block *b,
				     struct packet *out)
{
	switch (b->type) {
	case BLOCK_ENHANCED_PACKET:
	case BLOCK_OBSOLETE_PACKET:
		return packet_block(r, b, out);
	case BLOCK_SIMPLE_PACKET:
		return simple_packet(r, b, out);
	case BLOCK_SECTION:
		return section_block(r, b);
	case BLOCK_INTERFACE:
		return interface_block(r, b);
	case BLOCK_STATISTICS:
		return statistics_block(r, b);
	default:
		return READER_END;
	}
}

static enum reader_result bad_length(struct pcapng_reader *r, const struct block *b)
{
	return DAMAGED(r,
		       "the block at byte %" PRIu64 " after packet %" PRIu64
		       " says that it is %" PRIu32 " bytes long",
		       b->offset, r->base.packets, b->length);
}

/** Check the length that ends a block against the one that begins it. */
static enum reader_result check_trailer(struct pcapng_reader *r, const struct block *b,
					const uint8_t *trailer)
{
	struct cursor c = cursor_over(trailer, BLOCK_TRAILER_SIZE);
	uint32_t again = u32(r, &c);

	if (again == b->length)
		return READER_END;
	return DAMAGED(r,
		       "the block at byte %" PRIu64 " after packet %" PRIu64
		       " begins with length %" PRIu32 " and ends with %" PRIu32,
		       b->offset, r->base.packets, b->length, again);
}

/** A section header block tells the byte order of its own length. */
static bool read_byte_order(struct pcapng_reader *r, struct cursor c)
{
	uint32_t magic = cursor_be32(&c);

	if (magic != BYTE_ORDER_MAGIC && magic != __builtin_bswap32(BYTE_ORDER_MAGIC))
		return false;
	r->big_endian = magic == BYTE_ORDER_MAGIC;
	return true;
}

/** Read a block's type and length. @retval READER_END  they make sense */
static enum reader_result block_header(struct pcapng_reader *r, struct block *b)
{
	struct bytes *in = r->base.in;
	const uint8_t *at = bytes_need(in, BLOCK_OVERHEAD_SIZE);
	struct cursor c;

	if (!at)
		return reader_short(&r->base) == READER_END ? READER_END : cut(r);
	b->offset = bytes_offset(in);
	c = cursor_over(at, BLOCK_OVERHEAD_SIZE);
	b->type = u32(r, &c);
	if (b->type == BLOCK_SECTION &&
	    !read_byte_order(r, cursor_over(at + BLOCK_HEADER_SIZE, 4)))
		return DAMAGED(r,
			       "the section header at byte %" PRIu64
			       " has an unknown byte order",
			       b->offset);
	b->length = u32(r, &c);
	if (b->length < BLOCK_OVERHEAD_SIZE || b->length > LIMIT_PCAPNG_BLOCK)
		return bad_length(r, b);
	b->padded = (b->length + 3U) & ~3U;
	return READER_PACKET;
}

/** A block too long for the window: its head is read, the rest stepped over. */
static enum reader_result long_block(struct pcapng_reader *r, struct block *b)
{
	struct bytes *in = r->base.in;
	const uint8_t *at = bytes_need(in, LIMIT_PCAPNG_HEAD);
	enum reader_result result;

	if (!at)
		return cut(r);
	if (b->type == BLOCK_ENHANCED_PACKET || b->type == BLOCK_OBSOLETE_PACKET ||
	    b->type == BLOCK_SIMPLE_PACKET)
		return bad_length(r, b);
	b->c = cursor_over(at + BLOCK_HEADER_SIZE,
			   LIMIT_PCAPNG_HEAD - BLOCK_HEADER_SIZE - BLOCK_TRAILER_SIZE);
	result = read_block(r, b, NULL);
	if (result != READER_END)
		return result;
	if (!bytes_skip(in, b->padded - BLOCK_TRAILER_SIZE))
		return cut(r);
	at = bytes_need(in, BLOCK_TRAILER_SIZE);
	if (!at)
		return cut(r);
	bytes_take(in, BLOCK_TRAILER_SIZE);
	return check_trailer(r, b, at);
}

static enum reader_result whole_block(struct pcapng_reader *r, struct block *b,
				      struct packet *out)
{
	struct bytes *in = r->base.in;
	const uint8_t *at = bytes_need(in, b->padded);
	enum reader_result result;

	if (!at)
		return cut(r);
	result = check_trailer(r, b, at + b->padded - BLOCK_TRAILER_SIZE);
	if (result != READER_END)
		return result;
	b->c = cursor_over(at + BLOCK_HEADER_SIZE, b->padded - BLOCK_OVERHEAD_SIZE);
	bytes_take(in, b->padded);
	return read_block(r, b, out);
}

static enum reader_result next(struct reader *base, struct packet *out)
{
	struct pcapng_reader *r = (struct pcapng_reader *)base;

	for (;;) {
		struct block b;
		enum reader_result result = block_header(r, &b);

		if (result != READER_PACKET)
			return result;
		result = b.padded <= LIMIT_PCAPNG_HEAD ? whole_block(r, &b, out)
						       : long_block(r, &b);
		if (result != READER_END)
			return result;
	}
}

static void pcapng_reader_free(struct reader *base)
{
	struct pcapng_reader *r = (struct pcapng_reader *)base;

	free(r->interfaces);
	free(r);
}

static const struct reader_ops pcapng_ops = {.next = next, .free = pcapng_reader_free};

enum sl_err pcapng_reader_new(struct reader **out, struct bytes *in, struct errbuf *eb)
{
	struct pcapng_reader *r;
	struct block b;

	if (!bytes_need(in, PCAPNG_HEADER_SIZE)) {
		if (in->error)
			return errbuf_set(eb,
					  in->error == ENOMEM ? SL_E_NOMEM : SL_E_IO,
					  "cannot be read");
		return errbuf_set(eb, SL_E_DAMAGED,
				  "is too short for a capture: %zu bytes",
				  bytes_left(in));
	}
	r = calloc(1, sizeof(*r));
	if (!r)
		return errbuf_set(eb, SL_E_NOMEM, "out of memory");
	r->base.ops = &pcapng_ops;
	r->base.in = in;
	r->base.format = "pcapng";
	/* The first section header is read again, and kept, by next(). */
	if (block_header(r, &b) != READER_PACKET) {
		enum sl_err e =
		    errbuf_set(eb, SL_E_FORMAT, "is damaged: %s", r->base.why.text);

		pcapng_reader_free(&r->base);
		return e;
	}
	*out = &r->base;
	return SL_OK;
}
