/**
 * @file
 * @brief What a reader of one file format is: it gives the next record.
 *
 * Readers work in place on a struct bytes and never resynchronise: after damage they
 * say where it is, and stop.
 */
#ifndef STATLINE_CAPTURE_READER_H
#define STATLINE_CAPTURE_READER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "capture/bytes.h"
#include "capture/packet.h"

enum reader_result {
	READER_PACKET,  /**< a packet was read */
	READER_END,     /**< the input ends where a record ends */
	READER_CUT,     /**< the input ends within a record */
	READER_DAMAGED, /**< `why` says what is wrong, and where */
	READER_FAILED,  /**< `in->error` says why no more could be read */
};

struct reader; /* below */

struct reader_ops {
	/** @param out  receives the packet but for `filtered`; its bytes are lent until
	 *  the next call */
	enum reader_result (*next)(struct reader *r, struct packet *out);
	void (*free)(struct reader *r);
};

/** The part that all readers begin with. */
struct reader {
	const struct reader_ops *ops;
	struct bytes *in;   /**< lent */
	const char *format; /**< "pcap", "pcap-ns", ...; static */
	uint64_t packets;   /**< given so far: the next is number packets + 1 */
	uint64_t dropped_by_interface; /**< as the file says */
	uint64_t dropped_by_kernel;
	bool drops_known;
	struct errbuf why; /**< without the name of the file */
};

/** Bytes of the file header of pcap: what sniffing must have seen. */
#define PCAP_HEADER_SIZE 24U
/** Bytes of the shortest pcapng section header block. */
#define PCAPNG_HEADER_SIZE 28U

/**
 * @brief A reader of pcap files, which begin with @p in's next bytes.
 *
 * Microseconds and nanoseconds, both byte orders, Kuznetzov's modified records,
 * Navtel's magic number, and the swapped lengths of versions before 2.4 and of DG/UX
 * (543.0), as libpcap reads them (https://www.tcpdump.org, pcap-savefile(5);
 * draft-ietf-opsawg-pcap).
 *
 * @param out  receives the reader, owned by the caller: ops->free
 * @retval SL_OK
 * @retval SL_E_FORMAT   a version that nobody writes; @p eb says which
 * @retval SL_E_DAMAGED  cut within its header
 * @retval SL_E_NOMEM, SL_E_IO
 */
enum sl_err pcap_reader_new(struct reader **out, struct bytes *in, struct errbuf *eb);

/**
 * @brief A reader of pcapng files (draft-ietf-opsawg-pcapng).
 *
 * Several sections, both byte orders, interfaces of different link types, snap lengths
 * and time resolutions; enhanced, simple and obsolete packet blocks; interface
 * statistics. Every other block is stepped over. A simple packet block has no time: it
 * gets that of the packet before it.
 *
 * @return as pcap_reader_new()
 */
enum sl_err pcapng_reader_new(struct reader **out, struct bytes *in, struct errbuf *eb);

/** What it means that bytes_need() returned NULL at the start of a record. */
static inline enum reader_result reader_short(const struct reader *r)
{
	if (r->in->error)
		return READER_FAILED;
	return bytes_left(r->in) == 0 ? READER_END : READER_CUT;
}

#endif
