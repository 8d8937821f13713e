#include "fuzz/wire.h"

#include <string.h>

#include "base/limits.h"
#include "fuzz/fuzz.h"

static void segment(struct wire *w, unsigned dir, uint8_t flags, const uint8_t *bytes,
		    size_t len)
{
	struct segment g = {.time_ns = w->now,
			    .dir = (uint8_t)dir,
			    .flags = flags,
			    .seq = w->next[dir],
			    .ack = w->next[1 - dir],
			    .payload = bytes,
			    .len = (uint32_t)len,
			    .packets = 1,
			    .bytes = len + 40};

	g.key.addr[0].bytes[15] = 1;
	g.key.addr[1].bytes[15] = 2;
	g.key.port[0] = 40000;
	g.key.port[1] = 80;
	g.ip_id = (uint16_t)++w->coverage.total.packets;
	w->coverage.total.bytes += g.bytes;
	FUZZ_HOLDS(tcp_feed(w->tcp, &g) == SL_OK);
	w->next[dir] += (uint32_t)len + ((flags & (TCP_SYN | TCP_FIN)) != 0);
}

void wire_open(struct wire *w, const struct http_sink *sink)
{
	struct tcp_sink streams;
	struct http_opener opener;

	memset(w, 0, sizeof(*w));
	w->now = 1700000000 * NS_PER_S;
	w->http = http_new(sink, &w->coverage);
	FUZZ_HOLDS(w->http);
	w->http2 = http2_new(sink, &w->coverage, http_records(w->http));
	FUZZ_HOLDS(w->http2);
	opener = http2_opener(w->http2);
	http_set_http2(w->http, &opener);
	streams = http_tcp_sink(w->http);
	w->tcp = tcp_new(&streams, &w->coverage);
	FUZZ_HOLDS(w->tcp);
	segment(w, 0, TCP_SYN, NULL, 0);
	segment(w, 1, TCP_SYN | TCP_ACK, NULL, 0);
}

void wire_send(struct wire *w, unsigned dir, const uint8_t *bytes, size_t len)
{
	w->now += NS_PER_S / 1000;
	if (!w->fin[dir])
		segment(w, dir, TCP_ACK, bytes, len);
}

void wire_lose(struct wire *w, unsigned dir, size_t len)
{
	if (!w->fin[dir])
		w->next[dir] += (uint32_t)len;
}

void wire_fin(struct wire *w, unsigned dir)
{
	if (!w->fin[dir])
		segment(w, dir, TCP_ACK | TCP_FIN, NULL, 0);
	w->fin[dir] = true;
}

void wire_close(struct wire *w)
{
	tcp_flush(w->tcp);
	fuzz_sums_hold(&w->coverage);
	FUZZ_HOLDS(http_failed(w->http) == SL_OK);
	FUZZ_HOLDS(http2_failed(w->http2) == SL_OK);
	tcp_free(w->tcp);
	http2_free(w->http2);
	http_free(w->http);
}
