/**
 * @file
 * @brief One packet as a capture holds it.
 */
#ifndef STATLINE_CAPTURE_PACKET_H
#define STATLINE_CAPTURE_PACKET_H

#include <stdbool.h>
#include <stdint.h>

/** Given by the capture room. */
struct packet {
	int64_t time_ns; /**< since 1970-01-01 UTC */
	const uint8_t
	    *bytes; /**< @p captured bytes, lent until the next packet is asked for */
	uint32_t captured;  /**< bytes in the file */
	uint32_t length;    /**< bytes on the wire, at least @p captured */
	uint32_t link_type; /**< LINKTYPE_ number as in files (tcpdump.org/linktypes) */
	bool filtered;      /**< the filter expression refused it: only to be counted */
};

#endif
