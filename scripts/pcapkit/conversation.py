"""A tap that collects packets, and TCP conversations that pass by it."""
from pcapkit import packet as p

MS, S = 1_000_000, 1_000_000_000
START = 1_768_471_200 * S  # 2026-01-15 10:00:00 UTC
C, SV = 0, 1               # directions: sent by the client, sent by the server


class Record:
    """One packet: when, on which link, what of it is in the file, how long it was."""

    def __init__(self, time, linktype, data, length=None):
        self.time, self.linktype, self.data = time, linktype, data
        self.length = len(data) if length is None else length

    def copy(self, after=0):
        return Record(self.time + after, self.linktype, self.data, self.length)


class Tap:
    def __init__(self, start=START, step=MS // 5, snaplen=None):
        self.now, self.step, self.snaplen = start, step, snaplen
        self.records = []

    def add(self, linktype, data):
        kept = data if self.snaplen is None else data[:self.snaplen]
        self.records.append(Record(self.now, linktype, kept, len(data)))
        self.now += self.step

    def wait(self, ns):
        self.now += ns


class Conn:
    """A TCP connection as its packets pass a tap.

    Every packet acknowledges all that the other side has sent, unless told. What is
    lost advances the sequence numbers and is not on the tap.
    """

    def __init__(self, tap, cport=40000, client="192.0.2.10", server="198.51.100.20",
                 sport=80, stack=p.ETH, isn=(1000, 900000), mss=1460):
        self.tap, self.stack, self.mss = tap, stack, mss
        self.ends = ((client, cport), (server, sport))
        self.isn = isn
        self.next = list(isn)
        self.ident = 1

    def ip(self, d, flags, payload=b"", seq=None, ack=None, options=b"", **more):
        (src, sport), (dst, dport) = self.ends[d], self.ends[1 - d]
        seq = self.next[d] if seq is None else seq
        if ack is None:
            ack = self.next[1 - d] if flags & p.ACK else 0
        self.ident += 1
        return p.ip(src, dst, 6, p.tcp(src, dst, sport, dport, seq, ack, flags, payload, options),
                    self.ident, **more)

    def put(self, d, flags, payload=b"", lose=False, **more):
        """One packet at the place where the direction stands; does not advance it."""
        packet = self.ip(d, flags, payload, **more)
        if lose:
            self.tap.now += self.tap.step
        else:
            self.tap.add(self.stack.linktype, self.stack.frame(d, packet))

    def open(self):
        self.put(C, p.SYN, options=b"\2\4\5\xb4")
        self.next[C] += 1
        self.put(SV, p.SYN | p.ACK, options=b"\2\4\5\xb4")
        self.next[SV] += 1
        self.put(C, p.ACK)
        return self

    def send(self, d, data, mss=None, lose=(), **more):
        """The data in segments; lose names those (from 0) that the tap misses."""
        mss = mss or self.mss
        for i, at in enumerate(range(0, len(data), mss)):
            part = data[at:at + mss]
            self.put(d, p.ACK | p.PSH, part, lose=i in lose, **more)
            self.next[d] += len(part)
        return self

    def ack(self, d, **more):
        self.put(d, p.ACK, **more)
        return self

    def exchange(self, request, response, mss=None, think=2 * MS):
        self.send(C, request, mss)
        self.tap.wait(think)
        self.send(SV, response, mss)
        self.ack(C)
        return self

    def fin(self, d):
        self.put(d, p.FIN | p.ACK)
        self.next[d] += 1
        return self

    def close(self, first=SV):
        self.fin(first).fin(1 - first)
        self.ack(first)
        return self

    def rst(self, d):
        self.put(d, p.RST | p.ACK)
        return self


REASONS = {
    100: "Continue", 101: "Switching Protocols", 102: "Processing", 103: "Early Hints",
    200: "OK", 201: "Created", 204: "No Content", 206: "Partial Content",
    301: "Moved Permanently", 302: "Found", 304: "Not Modified", 400: "Bad Request",
    401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
    408: "Request Timeout", 413: "Content Too Large", 414: "URI Too Long",
    417: "Expectation Failed", 500: "Internal Server Error", 502: "Bad Gateway",
    503: "Service Unavailable",
}


def opened(**how):
    """-> (a tap, a connection through it after its handshake)."""
    tap = Tap()
    return tap, Conn(tap, **how).open()


def text(x):
    return x.encode("latin-1") if isinstance(x, str) else x


def request(target="/", host="www.example.test", method="GET", fields=(), body=b"", version="1.1"):
    """host None: no Host field."""
    lines = ["%s %s HTTP/%s" % (method, target, version)]
    if host is not None:
        lines.append("Host: " + host)
    lines += list(fields)
    if body:
        lines.append("Content-Length: %d" % len(body))
    return text("\r\n".join(lines) + "\r\n\r\n") + text(body)


def response(code=200, body=b"", fields=(), version="1.1", length=True, reason=None):
    """length True: a Content-Length of the body where a body may be."""
    reason = REASONS[code] if reason is None else reason
    lines = ["HTTP/%s %03d %s" % (version, code, reason)] + list(fields)
    body = text(body)
    if length and code not in (204, 304) and not 100 <= code < 200:
        lines.append("Content-Length: %d" % len(body))
    return text("\r\n".join(lines) + "\r\n\r\n") + body


def chunked(*parts, last="0\r\n\r\n"):
    """parts: bytes, or (bytes, extension)."""
    out = b""
    for part in parts:
        data, extension = part if isinstance(part, tuple) else (part, "")
        out += text("%x%s\r\n" % (len(text(data)), extension)) + text(data) + b"\r\n"
    return out + text(last)
