/**
 * @file
 * @brief Writes packets to a capture file.
 *
 * pcap with nanoseconds when all packets have one link type, else pcapng with an
 * interface for each (draft-ietf-opsawg-pcap, draft-ietf-opsawg-pcapng): libpcap's own
 * writer has neither pcapng nor link types that it does not know.
 */
#ifndef STATLINE_CAPTURE_WRITER_H
#define STATLINE_CAPTURE_WRITER_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "capture/packet.h"

struct capture_writer; /* defined in writer.c only */

/** Link types of one file. */
#define WRITER_LINK_TYPES 64U

/**
 * @param path        for messages; "-" is standard output
 * @param fd          to write to, owned from here on, in every case; -1 with "-"
 * @param link_types  of all packets to come, @p count of them, at most
 *                    WRITER_LINK_TYPES; copied. None: an empty pcap of Ethernet
 * @retval SL_OK  @p out is to be closed
 * @retval SL_E_IO, SL_E_LIMIT, SL_E_NOMEM  @p eb says why
 */
enum sl_err capture_writer_open(struct capture_writer **out, const char *path, int fd,
				const uint32_t *link_types, size_t count,
				struct errbuf *eb);

/** Write a packet as it is, what the snap length left of it. A link type that was not
 *  named, or a time that the format cannot hold, is written as the nearest one. */
void capture_writer_put(struct capture_writer *w, const struct packet *p);

/** @return packets written */
uint64_t capture_writer_count(const struct capture_writer *w);

/** Write what is left, and free it; NULL is allowed.
 *  @retval SL_OK, SL_E_IO (@p eb says why) */
enum sl_err capture_writer_close(struct capture_writer *w, struct errbuf *eb);

#endif
