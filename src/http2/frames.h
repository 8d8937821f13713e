/**
 * @file
 * @brief Frame headers of HTTP/2 (RFC 9113 sections 4 and 6), and how frames are told
 *        from other bytes.
 *
 * Nothing is kept. Bytes are lent for the call.
 */
#ifndef STATLINE_HTTP2_FRAMES_H
#define STATLINE_HTTP2_FRAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum frame_type {
	FRAME_DATA,
	FRAME_HEADERS,
	FRAME_PRIORITY,
	FRAME_RST_STREAM,
	FRAME_SETTINGS,
	FRAME_PUSH_PROMISE,
	FRAME_PING,
	FRAME_GOAWAY,
	FRAME_WINDOW_UPDATE,
	FRAME_CONTINUATION,
	FRAME_TYPES /* others are ignored (section 5.5) */
};

enum frame_flag {
	FRAME_END_STREAM = 0x01,
	FRAME_ACK = 0x01, /* of SETTINGS and PING */
	FRAME_END_HEADERS = 0x04,
	FRAME_PADDED = 0x08,
	FRAME_HAS_PRIORITY = 0x20,
};

/** Bytes of a frame header. */
#define FRAME_HEAD 9U
/** Bytes at the start of a payload that mean something to us, at most: GOAWAY's. */
#define FRAME_PREFIX 8U

/** The client's connection preface (section 3.4), terminated. */
#define FRAME_PREFACE     "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
#define FRAME_PREFACE_LEN (sizeof(FRAME_PREFACE) - 1)

struct frame {
	uint32_t length; /**< bytes of payload */
	uint8_t type;    /**< enum frame_type, or another */
	uint8_t flags;
	uint32_t stream; /**< without the reserved bit */
};

/** @param head  FRAME_HEAD bytes */
struct frame frame_read(const uint8_t *head);

/** @return whether a peer that obeys section 6 could send it */
bool frame_allowed(const struct frame *f);

/** @return bytes at the start of the payload that are to be read before what follows
 *  makes sense: pad length, priority, promised stream, error code; at most
 *  FRAME_PREFIX */
size_t frame_prefix(const struct frame *f);

/** What frames_chain() found. */
struct frames_found {
	unsigned frames;   /**< headers that are there whole */
	bool broken;       /**< something else follows them */
	bool ends_exactly; /**< the last payload ends with the bytes */
	bool only_data;    /**< all of them are DATA */
};

/** Follow frames from the first byte on, with stricter rules than frame_allowed():
 *  known types, no flag without meaning, at most LIMIT_HTTP2_FRAME bytes. */
struct frames_found frames_chain(const uint8_t *bytes, size_t len);

/** As http_opener.probe: what frames_chain() found is enough to say that a connection
 *  of which nothing is known carries HTTP/2. */
bool frames_probe(const uint8_t *bytes, size_t len);

#endif
