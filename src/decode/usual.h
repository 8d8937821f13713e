/**
 * @file
 * @brief The usual frame, read at once: TCP right in IPv4 right in Ethernet. Private to
 *        decode/.
 *
 * Nine packets in ten are such a frame. The walk through the layers (layer.h) would
 * find the same in three times the instructions; a test holds the two together.
 */
#ifndef STATLINE_DECODE_USUAL_H
#define STATLINE_DECODE_USUAL_H

#include <stdbool.h>

#include "capture/packet.h"
#include "decode/segment.h"

/**
 * @brief Read an Ethernet frame without tags that holds an IPv4 packet without options,
 *        no fragment, that holds a TCP segment.
 * @param p    of link type Ethernet; cut by the snap length or not
 * @param out  receives the segment; its payload is lent from @p p
 * @return false when it is anything else, or damaged in any way: @p out is untouched,
 *         and the walk is to find out
 */
bool usual_frame(const struct packet *p, struct segment *out);

#endif
