/**
 * @file
 * @brief Every bound, with its unit and its reason.
 *
 * ARCHITECTURE.md carries the table of bytes × bound; a test holds the sum
 * against the memory ceiling.
 */
#ifndef STATLINE_BASE_LIMITS_H
#define STATLINE_BASE_LIMITS_H

#define NS_PER_S  1000000000LL
#define NS_PER_MS 1000000LL
#define KIB       1024U
#define MIB       (1024U * 1024U)

/* ---- memory ---- */

/** Bytes that --max-memory is unless told, and the least and most it can be. What the
 *  pools below take at their bounds fits into the default: base/memory_plan.h shares
 *  another figure out in the same proportions. */
#define LIMIT_MEMORY       (512U * MIB)
#define LIMIT_MEMORY_LEAST (128U * MIB)
#define LIMIT_MEMORY_MOST  (16384ULL * MIB)
/** Bytes that do not scale with it: program and libraries, fragments, the half-open
 *  cache, read buffers and names of the largest number of inputs, the filter. */
#define LIMIT_MEMORY_FIXED (103U * MIB)
/** The same of live captures, which read no files: program and libraries, fragments and
 *  four tables of clients; and for each pipeline its half-open cache, its packets just
 *  seen, its buffer of events and a table of clients. */
#define LIMIT_LIVE_FIXED (46U * MIB)
#define LIMIT_LANE_FIXED (8U * MIB)
/** Bytes of one connection: its record in tcp/ (144) and in http/ (88), and its part of
 *  the index (8 bytes an entry, three quarters full at most, twice while it grows). */
#define LIMIT_CONNECTION_COST 264U
/** Bytes of one row of the tally, its longest name and its part of the table
 *  included. */
#define LIMIT_ROW_COST 1024U
/** Connections that can be had, whatever the memory: their index has 32 bits an id. */
#define LIMIT_CONNECTIONS_MOST (8U * 1024U * 1024U)
/** Bytes that connections, held bytes, heads, waiting requests and HTTP/2 may take
 *  beyond their own parts: if connections take all of it, they are a million. */
#define LIMIT_COMMONS (187U * MIB)

/* ---- capture ---- */

/** Bytes read from a file at once, or handed over by a decompressing child: large
 * enough that the system calls vanish. */
#define LIMIT_READ_BLOCK (256U * KIB)
/** Bytes of one packet. libpcap writes at most 256 KiB; a larger record length is
 *  damage, not a packet. */
#define LIMIT_PACKET (256U * KIB)
/** Bytes of one pcapng block: a packet with its options, or a secrets block. */
#define LIMIT_PCAPNG_BLOCK (16U * MIB)
/** Bytes of a pcapng block that are looked at: a packet, its headers and options. What
 *  follows in a longer block is stepped over. */
#define LIMIT_PCAPNG_HEAD (LIMIT_PACKET + 64U * KIB)
/** pcapng interfaces of one section: 448 KiB. A container host has some thousands. */
#define LIMIT_INTERFACES 8192U
/** Bytes of address space that the decompressing child may use: zstd's default
 *  window of 8 MiB and xz -9's dictionary of 64 MiB fit. */
#define LIMIT_DECOMPRESSOR_MEMORY (192U * MIB)
/** Bytes of dictionary (xz) or window (zstd) that fit in there with the buffers. It is
 *  also what zstd's library takes unless told otherwise. */
#define LIMIT_DECOMPRESSOR_WINDOW (128U * MIB)
/** Decompressing children at the same time: two taps of some interfaces. */
#define LIMIT_DECOMPRESSORS 16U
/** Inputs that are read or decompressed at the same time (-j). */
#define LIMIT_JOBS (LIMIT_DECOMPRESSORS / 2)
/** Bytes decompressed ahead of their turn, all inputs together. Only with -j: half of
 * an hour's capture of a busy host lets two cores work. */
#define LIMIT_AHEAD (256U * MIB)
/** Inputs named or found in directories. */
#define LIMIT_INPUTS 16384U
/** Input files open at the same time; more that overlap in time are refused. Two taps
 *  of 64 interfaces, and 40 MiB of buffers if each holds the largest record. */
#define LIMIT_OPEN_INPUTS 128U
/** The first so many of them read LIMIT_READ_BLOCK at once, the others less: 11 MiB of
 *  buffers all together, before a large record comes. */
#define LIMIT_LARGE_BLOCKS     16U
#define LIMIT_READ_BLOCK_SMALL (64U * KIB)
/** Link types for which a filter is compiled; packets of others are refused. */
#define LIMIT_FILTER_LINK_TYPES 64U
/** s since its last change within which a file with a cut last record counts as still
 *  being written: tcpdump and dumpcap flush their buffers more often than that. */
#define LIMIT_GROWING_S 60
/** Packets that a source's id is made of. */
#define LIMIT_ID_PACKETS 16U
/** ns of wall time between two calls of the progress function. */
#define LIMIT_PROGRESS_NS (NS_PER_S / 10)

/* ---- live capture ---- */

/** Interfaces captured at the same time. */
#define LIMIT_TAPS 64U
/** s that an option may name: over 30 years, and far from any overflow. */
#define LIMIT_SPAN_S 1000000000ULL
/** s without an exchange after which a live host leaves the table. */
#define LIMIT_FORGET_S 3600U
/** Bytes of a path that the two processes pass: Linux's own bound. */
#define LIMIT_PATH 4096U
/** Pipelines side by side: more cores than one network card feeds. */
#define LIMIT_LANES 64U
/** Bytes of a ring unless told otherwise: a tenth of a second at 2.5 Gbit/s. */
#define LIMIT_RING (32U * MIB)
/** Bytes of a block of it: the largest packet fits, with its headers. */
#define LIMIT_RING_BLOCK (512U * KIB)
/** Bytes of the largest ring that may be asked for. */
#define LIMIT_RING_MAX (4096ULL * MIB - LIMIT_RING_BLOCK)
/** Blocks at least: one is read while another one fills. */
#define LIMIT_RING_BLOCKS_MIN 4U

/* ---- decode ---- */

/** Headers before TCP, tunnels and tags included. Real ones stay under 12. */
#define LIMIT_LAYERS 24U
/** IP datagrams that wait for fragments, all together. */
#define LIMIT_DATAGRAMS 1024U
/** Fragments of one datagram: a frame of 1,500 bytes in the smallest ones, of 8 bytes,
 *  or 65,535 bytes in the smallest common MTU of 576. */
#define LIMIT_FRAGMENTS 256U
/** Bytes that waiting fragments hold, all together. */
#define LIMIT_FRAGMENT_BYTES (16U * MIB)
/** ns that a datagram waits for its rest (RFC 791: 15 s; Linux: 30 s). */
#define LIMIT_FRAGMENT_NS (30 * NS_PER_S)

/* ---- tcp ---- */

/** Connections, lingering ones included, that have room of their own: with payload,
 *  and none of them silent for LIMIT_IDLE_NS. That many are 870 new ones each second
 *  of which none closes. */
#define LIMIT_CONNECTIONS (256U * 1024U)
/** Connections for which room is taken at once. It is not given back: records of
 *  connections are used again, but never returned to the system. */
#define LIMIT_CONNECTIONS_STEP 64U
/** Entries of the half-open cache: a SYN flood turns only this over. */
#define LIMIT_HALF_OPEN 16384U
/** Entries of the cache of packets just seen: a mirror port's second copy follows
 *  within microseconds. */
#define LIMIT_RECENT_PACKETS 8192U
/** ns within which an identical packet is a copy and not a retransmission. */
#define LIMIT_DUPLICATE_NS (NS_PER_S / 10)
/** Bytes out of order, of one connection and all together, with their records. Bodies
 *  of known length are held as ranges: this is heads and what is not HTTP. */
#define LIMIT_HELD_CONNECTION (4U * MIB)
#define LIMIT_HELD            (12U * MIB)
/** A hole that the receiver has acknowledged is lost after this grace: files hold
 *  packets out of order too. ns of packet time, and segments of the connection. */
#define LIMIT_HOLE_NS       NS_PER_S
#define LIMIT_HOLE_SEGMENTS 64U
/** The same while a direction waits for what the other one has sent before, in bytes
 * and not in segments: two taps whose clocks differ by milliseconds put a whole
 * response before its request. Less where the other one is not in the capture so far.
 */
#define LIMIT_PEER_HELD        (2U * MIB)
#define LIMIT_PEER_HELD_UNSEEN (256U * KIB)
/** ns after which a hole is lost without any acknowledgement. */
#define LIMIT_HOLE_UNACKED_NS (30 * NS_PER_S)
/** ns after a reset in which packets that overtook each other still count. */
#define LIMIT_RESET_NS NS_PER_S
/** ns without a packet after which a connection is over. */
#define LIMIT_IDLE_NS (300 * NS_PER_S)
/** The same while a request waits: a late response still pairs. */
#define LIMIT_IDLE_WAITING_NS (3600 * NS_PER_S)
/** ns that a closed connection is remembered, against late copies. */
#define LIMIT_LINGER_NS (60 * NS_PER_S)
/** Closed connections remembered. */
#define LIMIT_LINGERING 65536U
/** A jump forward of more ns than this counts only when later packets confirm it. */
#define LIMIT_CLOCK_JUMP_NS (3600 * NS_PER_S)
/** Packets in a row that confirm it: one damaged record is common, three are not. */
#define LIMIT_CLOCK_CONFIRM 3U
/** Bytes ahead of the next expected one beyond which a sequence or acknowledgement
 *  number makes no sense: the largest window (RFC 7323 section 2.3). */
#define LIMIT_SEQUENCE_AHEAD (1U << 30)
/** Bytes around the next expected one in which a reset is believed, or an end that
 *  stood before all else, and before the first one known in which data is a late copy:
 *  windows in use stay under it. */
#define LIMIT_RESET_WINDOW (1U << 22)
/** First segments of connections remembered, to notice copies rewritten by NAT, and
 *  ns within which such a copy passes. */
#define LIMIT_FIRST_SEGMENTS    4096U
#define LIMIT_FIRST_SEGMENTS_NS NS_PER_S
/** ns of packet time between two looks at what may be over, and connections looked at
 *  each time: a packet never pays for more than these. */
#define LIMIT_SWEEP_NS    (NS_PER_S / 100)
#define LIMIT_SWEEP_STEPS 64U

/* ---- http ---- */

/** Bytes of a message head; nginx and Apache take 8 to 32 KiB. */
#define LIMIT_HEAD (64U * KIB)
/** Bytes of heads that wait for their end, all connections together: 7,000 of usual
 *  size, where ordinary traffic has some dozens at a time. */
#define LIMIT_LINES (4U * MIB)
/** Requests of one connection that wait for their response. */
#define LIMIT_PIPELINE 1024U
/** Waiting requests of a connection that are looked at for whether a hole has swallowed
 *  their answers: at each hole, and at the response behind it. Every hole pays for it,
 *  and pipelines in use are far shorter. */
#define LIMIT_SWALLOWED 128U
#define LIMIT_SETTLED   32U
/** Bytes of waiting requests (method, target, host), all connections together: 35,000
 *  of usual size. */
#define LIMIT_REQUESTS (8U * MIB)
/** Bytes of a method: the longest registered one, BASELINE-CONTROL, has 16. */
#define LIMIT_METHOD 64U
/** Bytes kept of a request target. */
#define LIMIT_TARGET 2048U
/** Bytes of a host name (RFC 1035 section 2.3.4). */
#define LIMIT_HOST 255U
/** Bytes kept of Forwarded or X-Forwarded-For, when asked for: some 20 addresses. */
#define LIMIT_FORWARDED 512U
/** Networks of trusted proxies: a content network publishes some dozens. */
#define LIMIT_PROXIES 256U
/** Bytes kept of User-Agent, and of Referer, when asked for. */
#define LIMIT_AGENT 256U
/** ns after which a request without a response has timed out. */
#define LIMIT_UNANSWERED_NS (300 * NS_PER_S)

/* ---- http2 ---- */

/** Bytes of header tables, streams and header blocks, all HTTP/2 connections together:
 *  370 connections with full tables of the default 4,096 bytes in both directions. */
#define LIMIT_HTTP2 (8U * MIB)
/** The same of one connection: both tables full at LIMIT_HTTP2_TABLE, at the four-fold
 *  that the decoder takes for them in memory. */
#define LIMIT_HTTP2_CONNECTION (1U * MIB)
/** Bytes of a header table (RFC 7541 section 4.1). The default is 4,096; servers that
 *  offer more stay under 64 KiB. */
#define LIMIT_HTTP2_TABLE (64U * KIB)
/** Bytes of fields kept for each byte of a header block, once LIMIT_HEAD is spent: a
 *  browser's, all out of the table and without cookies, come to 50. */
#define LIMIT_HTTP2_EXPANSION 128U
/** Streams of one connection that are open at the same time: RFC 9113 section 6.5.2
 *  wants at least 100 allowed, servers allow 100 to 256. */
#define LIMIT_HTTP2_STREAMS 1024U

/** Header blocks that are remembered, each with its text, so as not to decode them
 *  again: what a few hundred clients repeat. 300 KiB in all. */
#define LIMIT_HTTP2_MEMO 256U
/** Bytes of a block and its text: most are shorter. */
#define LIMIT_HTTP2_MEMO_BYTES 1024U
/** Bytes of header blocks that one direction's table has still to learn of: those that
 *  fill the default table, twice. */
#define LIMIT_HTTP2_LATE (16U * KIB)
/** Bytes of the payload of a frame that is taken for one where nothing says that frames
 *  stand there: the default bound (RFC 9113 section 4.2) is 16,384. */
#define LIMIT_HTTP2_FRAME 65535U

/* ---- events ---- */

/** Bytes of addresses, ports and times whose packets --write-matching writes: 170 each,
 *  so 190,000 of them. They are a part of LIMIT_COMMONS then. */
#define LIMIT_FLOW_BYTES (32U * MIB)
/** Responses, or beginnings of connections, of one of them. */
#define LIMIT_FLOW_TIMES 65536U

/* ---- tally ---- */

/** Rows of hosts (or servers, or clients); later ones go to `(other)`. */
#define LIMIT_HOSTS 32768U
/** Different codes of one row; wire codes are 000 to 999. */
#define LIMIT_CODES 1000U
/** gRPC methods of one row: a large service has some dozens. */
#define LIMIT_GRPC_METHODS 64U
/** Bytes kept of the path of a gRPC method: package, service and method. */
#define LIMIT_GRPC_PATH 200U
/** Server endpoints named with one host. */
#define LIMIT_SERVERS 8U
/** Bytes of code counts and latency histograms, all rows together: 768 for each row of
 *  a full table, where a host with 8 codes and 50 different latencies takes 700. */
#define LIMIT_TALLY_GROWTH (48U * MIB)
/** Bytes of evidence, all rows together: 640 for each row of a full table. */
#define LIMIT_EVIDENCE (40U * MIB)
/** Keys that a list of the most frequent ones keeps, unless it asks for fewer, and at
 *  most: a count is wrong by a 32nd of all counted there, and only once more keys came.
 */
#define LIMIT_TOPK     32U
#define LIMIT_TOPK_MAX 64U
/** Bytes of such a key: a path with its method. What is longer is cut there. */
#define LIMIT_TOPK_KEY 256U
/** Different hashes that a number of distinct things is counted by, before it becomes
 * an estimate. */
#define LIMIT_DISTINCT_EXACT 64U
/** Clients; of more the least active ones go. About 320 bytes each, distinct paths
 *  apart, which LIMIT_CLIENT_PATHS bounds. */
#define LIMIT_CLIENTS 8192U
/** Bytes by which distinct paths of clients are counted, all together: 16 with one
 * path, 1 KiB with many. */
#define LIMIT_CLIENT_PATHS (4U * MIB)
/** ns in which refusals of a client make one burst. */
#define LIMIT_BURST_NS (60 * NS_PER_S)
/** Buckets of the timeline, and of the one of each host with server errors. */
#define LIMIT_TIMELINE     240U
#define LIMIT_TIMELINE_ROW 48U
/** ns of the buckets in which 503s are looked at, how many of them one host may have (a
 *  day), and how many silent ones do not end a stretch: a minute. */
#define LIMIT_OUTAGE_NS      (10 * NS_PER_S)
#define LIMIT_OUTAGE_BUCKETS 8640U
#define LIMIT_OUTAGE_SILENCE 6U
/** Slowest exchanges kept. */
#define LIMIT_SLOWEST 20U

/* ---- live screen ---- */

/** Hosts whose last minutes are kept: 600 KiB. Others have no rate and no sparkline. */
#define LIMIT_HISTORY_HOSTS 1024U
/** Columns of a sparkline, and s of each: the last five minutes. */
#define LIMIT_HISTORY_SLOTS  60U
#define LIMIT_HISTORY_SLOT_S 5.0

/* ---- store ---- */

/** ms that a job waits for another one that writes the same history. */
#define LIMIT_STORE_WAIT_MS 60000
/** Earlier nights that a comparison looks at, the latest ones: a year of a weekday, and
 *  17 weeks of all days. */
#define LIMIT_PAST_NIGHTS 120U
/** Changes that a report lists; the others are counted. */
#define LIMIT_CHANGES 200U
/** Bytes of an expression of --warn and --crit, its parts, and how deep they nest. */
#define LIMIT_EXPR_BYTES 1024U
#define LIMIT_EXPR_NODES 64U
#define LIMIT_EXPR_DEPTH 16U
/** Nights of a host that statline history shows. */
#define LIMIT_HOST_NIGHTS 30U

#endif
