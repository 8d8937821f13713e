"""Cases about HTTP/2 in the clear, gRPC and WebSocket."""
from pcapkit import http2 as h
from pcapkit.case import SERVER, case
from pcapkit.conversation import C, MS, SV, Conn, Tap, request, response

WWW, API = "www.example.test", "api.example.test"
HTML = ("content-type", "text/html")
GRPC = ("content-type", "application/grpc")
# What most encoders keep in their table.
INDEX = (":authority", ":status", "content-type", "server", "user-agent")
MASK = b"\x11\x22\x33\x44"


class Talk:
    """A connection of HTTP/2 with an encoder for each direction."""

    def __init__(self, preface=True, **how):
        self.tap = Tap()
        self.conn = Conn(self.tap, **how).open()
        self.enc = (h.Encoder(INDEX), h.Encoder(INDEX))
        if preface:
            self.preface()

    def preface(self):
        self.conn.send(C, h.PREFACE + h.settings((3, 100), (4, 65535)))
        self.conn.send(SV, h.settings((3, 128)) + h.SETTINGS_ACK)
        self.conn.send(C, h.SETTINGS_ACK)

    def ask(self, stream, path="/", host=WWW, method="GET", body=None, more=()):
        block = self.enc[C].request(path, host, method, more)
        out = h.headers(stream, block, end=body is None)
        if body is not None:
            out += h.data(stream, body, end=True)
        self.conn.send(C, out)
        self.tap.wait(2 * MS)

    def answer(self, stream, code, body=b"", fields=(), trailers=None):
        block = self.enc[SV].response(code, HTML if not fields else fields[0], *fields[1:])
        out = h.headers(stream, block, end=not body and trailers is None)
        if body:
            out += h.data(stream, body, end=trailers is None)
        if trailers is not None:
            out += h.headers(stream, self.enc[SV].block(*trailers), end=True)
        self.conn.send(SV, out).ack(C)

    def close(self):
        self.conn.close(first=C)
        return self.tap


@case({WWW: {200: 2, 404: 1, 301: 1, 503: 2}, API: {204: 1}}, order="complete",
      figures={"protocols": {"h2": 7}, "requests": 7, "exchanges": 7, "coverage.http2_connections": 1,
               "unknown_codes": 0, "hosts.0.latency.count": 6, "coverage.packets.http": 0})
def http2_prior_knowledge():
    """HTTP/2 by prior knowledge: two hosts, codes of the static and of the dynamic table.

    301 and 503 are literal values that enter the table; the second 503 is a reference to it."""
    t = Talk()
    for i, (code, body) in enumerate(((200, b"x" * 5000), (404, b"no"), (301, b""), (503, b"later"),
                                      (503, b"later"), (200, b""))):
        t.ask(1 + 2 * i, "/%d" % i)
        t.answer(1 + 2 * i, code, body)
    t.ask(13, "/put", API, "POST", b"y" * 3000)
    t.answer(13, 204)
    return t.close()


@case({WWW: {200: 1, 500: 1, 404: 1}}, order="complete", figures={"requests": 3})
def http2_streams_interleaved():
    """Three streams at once, answered in another order, their DATA frames mixed.

    A body holds what looks like a frame with a header block, and like a status line."""
    t = Talk()
    for s in (1, 3, 5):
        t.ask(s, "/%d" % s)
    decoy = h.headers(7, b"\x8d", end=True) + b"HTTP/1.1 503 No\r\n\r\n"
    t.conn.send(SV, h.headers(5, t.enc[SV].response(500)) + h.data(5, decoy))
    t.conn.send(SV, h.headers(1, t.enc[SV].response(200)) + h.data(1, b"a" * 3000))
    t.conn.send(SV, h.data(5, b"z" * 2000, end=True) + h.data(1, decoy, end=True))
    t.answer(3, 404)
    return t.close()


@case({WWW: {101: 1, 200: 2, 404: 1}}, order="complete",
      figures={"protocols": {"http/1.1": 2, "h2": 2}, "requests": 3, "coverage.upgraded": 1})
def http2_upgrade():
    """h2c by Upgrade: 200 in HTTP/1, then 101, whose request is answered on stream 1, then stream 3.

    The 101 and the answer on stream 1 are two responses to one request."""
    t = Talk(preface=False)
    t.conn.exchange(request("/first"), response(200, "one"))
    t.conn.send(C, request("/up", fields=["Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c",
                                          "HTTP2-Settings: AAMAAABkAAQAAP__"]))
    t.conn.send(SV, response(101, fields=["Connection: Upgrade", "Upgrade: h2c"]) + h.settings())
    t.answer(1, 200, b"up")
    t.conn.send(C, h.PREFACE + h.settings() + h.SETTINGS_ACK)
    t.ask(3, "/down")
    t.answer(3, 404)
    return t.close()


@case({WWW: {100: 1, 103: 1, 200: 2}}, order="complete",
      figures={"requests": 2, "exchanges": 2})
def http2_interim():
    """Interim responses on streams: 100 before the body of a request is sent, 103 before a 200."""
    t = Talk()
    t.conn.send(C, h.headers(1, t.enc[C].request("/put", method="POST", more=[("expect", "100-continue")])))
    t.conn.send(SV, h.headers(1, t.enc[SV].response(100)))
    t.conn.send(C, h.data(1, b"body", end=True))
    t.answer(1, 200, b"ok")
    t.ask(3)
    t.conn.send(SV, h.headers(3, t.enc[SV].response(103, ("link", "</a.css>; rel=preload"))))
    t.answer(3, 200, b"page")
    return t.close()


@case({WWW: {200: 1, 302: 1}}, order="complete", figures={"requests": 2})
def http2_continuation_and_padding():
    """Header blocks in HEADERS and CONTINUATION frames, with padding and priority.

    The block of the second response is cut inside a field, and one CONTINUATION is empty."""
    t = Talk()
    block = t.enc[C].request("/long", more=[("cookie", "c" * 3000)])
    t.conn.send(C, h.frame(h.HEADERS, h.END_STREAM | h.PADDED | h.HAS_PRIORITY, 1,
                           b"\x07" + b"\0\0\0\0\x10" + block[:50] + b"\0" * 7)
                + h.frame(h.CONTINUATION, 0, 1, block[50:2000])
                + h.frame(h.CONTINUATION, 0, 1, b"") + h.frame(h.CONTINUATION, h.END_HEADERS, 1, block[2000:]))
    t.answer(1, 200)
    t.ask(3)
    block = t.enc[SV].response(302, ("location", "/login"), HTML)
    t.conn.send(SV, h.frame(h.HEADERS, 0, 3, block[:3]) + h.frame(h.CONTINUATION, h.END_HEADERS, 3, block[3:])
                + h.frame(h.DATA, h.PADDED | h.END_STREAM, 3, b"\x40" + b"moved" + b"\0" * 64))
    return t.close()


@case({WWW: {200: 2, 404: 1}}, order="complete",
      figures={"requests": 1, "exchanges": 3, "coverage.http2_pushes": 3, "hosts.0.latency.count": 1,
               "hosts.0.no_response.reset": 0})
def http2_push():
    """Two pushed responses beside the one that was asked for; a third promise is refused by the client.

    Pushed ones count as responses of their host, not as requests."""
    t = Talk()
    t.ask(1)
    for promised, path in ((2, "/a.css"), (4, "/b.css"), (6, "/c.css")):
        block = t.enc[SV].request(path)
        t.conn.send(SV, h.frame(h.PUSH_PROMISE, h.END_HEADERS, 1, promised.to_bytes(4, "big") + block))
    t.conn.send(C, h.rst(6, 8))
    t.answer(1, 200, b"page")
    t.answer(2, 200, b"a")
    t.answer(4, 404)
    return t.close()


@case({WWW: {200: 1}}, order="complete",
      figures={"requests": 5, "hosts.0.no_response.reset": 3, "hosts.0.no_response.closed": 1,
               "stream_errors": {"REFUSED_STREAM": 1, "CANCEL": 2, "NO_ERROR": 1},
               "coverage.http2_resets": 3, "coverage.http2_goaways": 1, "hosts.0.pending": 0})
def http2_reset_and_goaway():
    """Streams without an answer: refused, cancelled before the answer, and left out by GOAWAY.

    GOAWAY names stream 7 as the last one: 9 will not be processed, 7 is still answered."""
    t = Talk()
    for s in (1, 3, 5, 7, 9):
        t.ask(s, "/%d" % s)
    t.conn.send(SV, h.rst(1, 7))
    t.conn.send(C, h.rst(3, 8))
    t.conn.send(SV, h.goaway(7, 0))
    t.conn.send(C, h.rst(5, 8))
    t.answer(7, 200, b"still")
    return t.close()


@case({API: {200: 5}}, order="complete",
      figures={"protocols": {"grpc": 5},
               "grpc": {"calls": 5, "statuses": {"OK": 2, "UNAVAILABLE": 2, "none": 1}, "methods": [
                   {"path": "/shop.Cart/Add", "calls": 3, "statuses": {"OK": 2, "UNAVAILABLE": 1}},
                   {"path": "/shop.Cart/Watch", "calls": 2, "statuses": {"UNAVAILABLE": 1, "none": 1}}]}})
def grpc_statuses():
    """gRPC: a status in trailers, a status in a response of trailers only, and a stream that is reset
    without any. All of them are 200."""
    t = Talk()
    add, watch = "/shop.Cart/Add", "/shop.Cart/Watch"
    for s, path in ((1, add), (3, add), (5, add), (7, watch), (9, watch)):
        t.ask(s, path, API, "POST", b"\0\0\0\0\2hi", [GRPC, ("te", "trailers")])
    message = b"\0\0\0\0\2ok"
    t.answer(1, 200, message, [GRPC], [("grpc-status", "0")])
    t.answer(3, 200, message, [GRPC], [("grpc-status", "0"), ("grpc-message", "")])
    t.conn.send(SV, h.headers(5, t.enc[SV].response(200, GRPC, ("grpc-status", "14"),
                                                    ("grpc-message", "no%20upstream")), end=True))
    t.answer(7, 200, message, [GRPC], [("grpc-status", "14")])
    t.conn.send(SV, h.headers(9, t.enc[SV].response(200, GRPC)) + h.data(9, message) + h.rst(9, 2))
    return t.close()


@case({API: {200: 1}, "b.example.test": {200: 2}, SERVER: {200: 1}}, order="complete",
      figures={"coverage.authority_differs": 1})
def http2_authority():
    """:authority names the host, else Host does; where both are there and differ, :authority counts."""
    t = Talk()
    t.ask(1, host=API, more=[("host", "other.example.test")])
    t.ask(3, host=None, more=[("host", "B.example.test:80")])
    t.ask(5, host="b.example.test", more=[("host", "B.Example.Test")])
    t.ask(7, host=None)
    for s in (1, 3, 5, 7):
        t.answer(s, 200)
    return t.close()


def after_the_start(t, skip):
    """The same capture without its first packets."""
    t.records = t.records[skip:]
    return t


@case({WWW: {200: 1, 404: 1, 301: 1, 503: 2}}, figures={"unknown_codes": 2, "responses": 7,
                                                        "coverage.midstream_connections": 1,
                                                        "coverage.http2_tables_lost": 2},
      tshark="it needs the preface to take a connection for HTTP/2")
def http2_midstream():
    """Begun in the middle: what is in the static table is known, and what enters the table in the capture.

    Two 401 refer to an entry that was sent before the capture: their code is not known. 301 is a literal;
    503 is one the first time and a reference to that the second time."""
    t = Talk()
    t.ask(1, "/secret")
    t.answer(1, 401)
    before = len(t.tap.records)
    t.enc[C].table.clear()
    for s, code in ((3, 200), (5, 401), (7, 404), (9, 301), (11, 503), (13, 401), (15, 503)):
        t.ask(s, "/%d" % s)
        t.answer(s, code, b"body of %d" % s)
    return after_the_start(t.close(), before)


@case({WWW: {200: 2}}, figures={"unknown_codes": 1, "responses": 3, "coverage.gaps": 2},
      tshark="it waits for the whole body, and does not go on after the hole")
def http2_table_lost_in_hole():
    """A hole takes a header block: the answer that refers to an entry of it has an unknown code.

    Another hole, inside DATA, takes nothing."""
    t = Talk()
    t.ask(1)
    t.conn.send(SV, h.headers(1, t.enc[SV].response(200)) + h.data(1, b"a" * 6000, end=True), lose=(2,)).ack(C)
    t.ask(3)
    t.conn.send(SV, h.headers(3, t.enc[SV].response(503), end=True), lose=(0,)).ack(C)
    for s, code in ((5, 503), (7, 200)):
        t.ask(s)
        t.answer(s, code, b"x" * 50)
    t.tap.wait(40000 * MS)
    return t.close()


@case({SERVER: {400: 1}}, order="complete", figures={"requests": 1, "hosts.1.no_response.closed": 1},
      tshark="it reads the answer as HTTP/2")
def http2_refused_in_http1():
    """A server that does not know HTTP/2 answers its preface in HTTP/1."""
    t = Talk(preface=False)
    t.conn.send(C, h.PREFACE + h.settings() + h.headers(1, t.enc[C].request(), end=True))
    t.conn.send(SV, response(400, "what?")).ack(C)
    return t.close()


@case({WWW: {200: 2}}, order="complete", figures={"protocols": {"h2": 2}, "unknown_codes": 0})
def http2_server_first():
    """The server sends its SETTINGS before the client's preface has come."""
    t = Talk(preface=False)
    t.conn.send(SV, h.settings((3, 100)) + h.frame(h.WINDOW_UPDATE, 0, 0, b"\0\1\0\0"))
    t.conn.send(C, h.PREFACE + h.settings() + h.SETTINGS_ACK)
    for s in (1, 3):
        t.ask(s)
        t.answer(s, 200, b"hi")
    return t.close()


@case({"tunnel.example.test:8080": {200: 1}, WWW: {404: 1}}, order="complete", figures={"coverage.tunnels": 1},
      tshark="it does not look for HTTP/2 in a tunnel")
def http2_in_tunnel():
    """CONNECT in HTTP/1, and HTTP/2 inside the tunnel."""
    t = Talk(preface=False)
    t.conn.send(C, request("tunnel.example.test:8080", "tunnel.example.test:8080", "CONNECT"))
    t.conn.send(SV, response(200, length=False)).ack(C)
    t.preface()
    t.ask(1)
    t.answer(1, 404)
    return t.close()


@case({WWW: {200: 2, 403: 1}}, order="complete",
      figures={"requests": 3, "coverage.tunnels": 0,
               "websocket": {"connections": 1, "open": 0, "unknown": 0, "closed_by_client": 1,
                             "messages_by_client": 0, "messages_by_server": 0, "close": {"1000": 1}}})
def http2_extended_connect():
    """Extended CONNECT (RFC 8441): a WebSocket on a stream, beside other streams."""
    t = Talk()
    for s, more in ((1, [(":protocol", "websocket")]), (3, [(":protocol", "websocket")])):
        block = t.enc[C].block((":method", "CONNECT"), *more, (":scheme", "http"), (":path", "/chat"),
                               (":authority", WWW))
        t.conn.send(C, h.headers(s, block))
    t.conn.send(SV, h.headers(1, t.enc[SV].response(200)))
    t.conn.send(SV, h.headers(3, t.enc[SV].response(403), end=True))
    t.ask(5)
    t.answer(5, 200)
    t.conn.send(C, h.data(1, h.ws(8, b"\x03\xe8", MASK), end=True))
    t.conn.send(SV, h.data(1, h.ws(8, b"\x03\xe8"), end=True))
    return t.close()


@case({WWW: {200: 2, 404: 4}}, order="complete", figures={"requests": 6, "clients.0.client": "192.0.2.10"})
def forwarded():
    """A proxy forwards three requests in HTTP/1.1 and the same three in HTTP/2: with Forwarded, with
    X-Forwarded-For through two proxies, and with none; with User-Agent and Referer.

    The clients are 203.0.113.5 and 203.0.113.7 for whoever trusts the proxies, 192.0.2.10 and 10.0.0.9."""
    fields = ((("forwarded", "for=203.0.113.5;proto=http"), ("user-agent", "tester/1"),
               ("referer", "http://www.example.test/from?q=secret")),
              (("x-forwarded-for", "198.51.100.1, 203.0.113.7, 10.0.0.9"), ("user-agent", "tester/2")),
              ())
    t = Talk()
    for i, more in enumerate(fields):
        t.ask(1 + 2 * i, "/%d" % i, more=more)
        t.answer(1 + 2 * i, 404 if more else 200, b"x")
    tap = t.close()
    c = Conn(tap, cport=40001).open()
    for i, more in enumerate(fields):
        c.exchange(request("/%d" % i, fields=["%s: %s" % f for f in more]), response(404 if more else 200, "x"))
    c.close()
    return tap


@case({WWW: {200: 7, 404: 1}}, order="complete",
      figures={"requests": 8, "exchanges": 8, "coverage.tunnels": 1, "coverage.http2_resets": 1,
               "hosts.0.websocket": {"connections": 6, "open": 0, "unknown": 1, "closed_by_client": 1,
                                     "messages_by_client": 6, "messages_by_server": 3,
                                     "close": {"1000": 1, "1005": 1, "1006": 2, "1011": 1}}},
      tshark="it waits for the DATA frame with the hole")
def websocket_over_http2():
    """Six WebSockets on streams (RFC 8441), beside a page and a CONNECT to another protocol, which is a tunnel.

    Closed by the client (1000), by the server (1011) in a Close frame cut over two padded DATA frames, without
    a code; ended by RST_STREAM and by the stream's end without a Close frame (1006). The last one has a hole
    that takes a frame of WebSocket, and is unknown. One message is longer than a DATA frame."""
    t = Talk()
    for s in range(1, 14, 2):
        t.conn.send(C, h.headers(s, t.enc[C].block(
            (":method", "CONNECT"), (":protocol", "connect-udp" if s == 13 else "websocket"), (":scheme", "http"),
            (":path", "/chat/%d" % s), (":authority", WWW))))
        t.tap.wait(2 * MS)
        t.conn.send(SV, h.headers(s, t.enc[SV].response(200)))
    for s in range(1, 12, 2):
        t.conn.send(C, h.data(s, h.ws(1, b"hello", MASK)))
    long = h.ws(2, b"z" * 4000)
    t.conn.send(SV, h.data(1, long[:1000]) + h.data(3, h.ws(1, b"other")) + h.data(1, long[1000:] + h.ws(9)))
    t.conn.send(C, h.data(1, h.ws(8, b"\x03\xe8bye", MASK)))
    t.conn.send(SV, h.data(1, h.ws(8, b"\x03\xe8"), end=True))
    close = h.ws(8, b"\x03\xf3")
    t.conn.send(SV, h.frame(h.DATA, h.PADDED, 3, b"\x05" + close[:3] + b"\0" * 5)
                + h.frame(h.DATA, h.PADDED | h.END_STREAM, 3, b"\x02" + close[3:] + b"\0" * 2))
    t.conn.send(SV, h.data(5, h.ws(8)))
    t.conn.send(SV, h.data(5, b"", end=True))
    t.conn.send(C, h.rst(7, 8))
    t.conn.send(SV, h.data(9, h.ws(10), end=True))
    t.conn.send(SV, h.data(11, h.ws(1, b"x" * 20) + h.ws(9) * 1450, end=True), lose=(1,)).ack(C)
    t.conn.send(SV, h.data(13, h.ws(8, b"\x03\xe8"), end=True))
    t.ask(15)
    t.answer(15, 404)
    return t.close()


@case({WWW: {101: 4}}, order="complete",
      figures={"websocket": {"connections": 4, "open": 0, "unknown": 0, "closed_by_client": 2,
                             "messages_by_client": 4, "messages_by_server": 8,
                             "close": {"1000": 1, "1005": 1, "1006": 1, "1011": 1}}})
def websocket_closes():
    """Four WebSockets: closed by the client (1000), by the server (1011), without a code, and without a
    Close frame. Messages are split into frames, and one is longer than a segment."""
    tap = Tap()
    for i, end in enumerate(("client", "server", "empty", "none")):
        c = Conn(tap, cport=40000 + i).open()
        c.exchange(request("/ws", fields=["Upgrade: websocket", "Connection: Upgrade"]),
                   response(101, fields=["Upgrade: websocket", "Connection: Upgrade"]))
        c.send(C, h.ws(1, b"hello", MASK)).send(SV, h.ws(2, b"z" * 4000) + h.ws(9) + h.ws(1, b"x"))
        c.send(C, h.ws(10, b"", MASK))
        if end == "client":
            c.send(C, h.ws(8, b"\x03\xe8bye", MASK)).send(SV, h.ws(8, b"\x03\xe8"))
        elif end == "server":
            c.send(SV, h.ws(8, b"\x03\xf3")).send(C, h.ws(8, b"\x03\xf3", MASK))
        elif end == "empty":
            c.send(C, h.ws(8, b"", MASK)).send(SV, h.ws(8))
        c.close()
    return tap
