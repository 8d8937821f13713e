/*
 * The readers of both file formats, on bytes: what a damaged or forged file can say.
 * The first byte chooses how much is read at once, so that records straddle blocks.
 */
#include "fuzz/fuzz.h"

#include "base/limits.h"
#include "capture/reader.h"
#include "capture/sniff.h"
#include "capture/timestamp.h"

/** More packets than a small input holds; reading ends there. */
#define PACKETS_MAX 100000U

static void check_packet(const struct packet *p)
{
	FUZZ_HOLDS(p->captured <= LIMIT_PACKET);
	FUZZ_HOLDS(p->captured <= p->length);
	FUZZ_HOLDS(p->time_ns <= TIMESTAMP_MAX && p->time_ns >= -TIMESTAMP_MAX);
	fuzz_touch(p->bytes, p->captured);
}

static void read_all(struct reader *r)
{
	struct packet p;
	enum reader_result result = READER_PACKET;
	size_t n;

	for (n = 0; n < PACKETS_MAX && result == READER_PACKET; n++) {
		result = r->ops->next(r, &p);
		if (result == READER_PACKET)
			check_packet(&p);
	}
	FUZZ_HOLDS(result != READER_DAMAGED || r->why.text[0] != '\0');
	FUZZ_HOLDS(result != READER_FAILED || r->in->error != 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const size_t blocks[] = {64, 1024, 65536, 100};
	struct bytes in;
	struct reader *r = NULL;
	struct errbuf eb = {""};
	enum file_kind kind;
	enum sl_err e;

	if (size < 1 + SNIFF_SIZE)
		return 0;
	kind = sniff(data + 1, size - 1);
	(void)sniff_hint(data + 1, size - 1);
	(void)compressed_window(kind, data + 1, size - 1);
	if (bytes_init(&in, fuzz_file(data + 1, size - 1), blocks[data[0] % 4]) !=
	    SL_OK)
		return 0;
	e = kind == FILE_PCAPNG ? pcapng_reader_new(&r, &in, &eb)
				: pcap_reader_new(&r, &in, &eb);
	FUZZ_HOLDS((e == SL_OK) == (r != NULL));
	FUZZ_HOLDS(e == SL_OK || eb.text[0] != '\0');
	if (r) {
		read_all(r);
		r->ops->free(r);
	}
	bytes_free(&in);
	return 0;
}
