"""HTTP/2 frames and HPACK blocks, as far as to write captures by hand (RFC 9113, RFC 7541)."""
import struct

DATA, HEADERS, PRIORITY, RST_STREAM, SETTINGS, PUSH_PROMISE, PING, GOAWAY, WINDOW_UPDATE, \
    CONTINUATION = range(10)
END_STREAM, END_HEADERS, PADDED, HAS_PRIORITY, ACK = 1, 4, 8, 32, 1
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"

# The entries of the static table that cases use (RFC 7541 appendix A).
STATIC = {(":method", "GET"): 2, (":method", "POST"): 3, (":path", "/"): 4, (":scheme", "http"): 6,
          (":status", "200"): 8, (":status", "204"): 9, (":status", "206"): 10, (":status", "304"): 11,
          (":status", "400"): 12, (":status", "404"): 13, (":status", "500"): 14}
NAMES = {":authority": 1, ":method": 2, ":path": 4, ":scheme": 6, ":status": 8, "content-type": 31,
         "host": 38, "location": 46, "server": 54}


def integer(value, bits, first):
    """RFC 7541 section 5.1; first has the pattern before the integer."""
    most = (1 << bits) - 1
    if value < most:
        return bytes([first | value])
    out = [first | most]
    value -= most
    while value >= 128:
        out.append(value % 128 + 128)
        value //= 128
    return bytes(out + [value])


def string(text):
    raw = text if isinstance(text, bytes) else text.encode("latin-1")
    return integer(len(raw), 7, 0) + raw


class Encoder:
    """One direction's header blocks. Fields named in `index` go through the dynamic table, so
    that the second time they are a reference; the others are static or literal."""

    def __init__(self, index=()):
        self.index = set(index)
        self.table = []  # newest first; cases stay far below its size

    def field(self, name, value):
        pair = (name, value)
        if pair in STATIC:
            return integer(STATIC[pair], 7, 0x80)
        if pair in self.table:
            return integer(62 + self.table.index(pair), 7, 0x80)
        keep = name in self.index
        bits, first = (6, 0x40) if keep else (4, 0)
        if keep:
            self.table.insert(0, pair)
        if name in NAMES:
            return integer(NAMES[name], bits, first) + string(value)
        return integer(0, bits, first) + string(name) + string(value)

    def block(self, *fields):
        return b"".join(self.field(*f) for f in fields)

    def request(self, path="/", host="www.example.test", method="GET", more=()):
        fields = [(":method", method), (":scheme", "http"), (":path", path)]
        if host is not None:
            fields.append((":authority", host))
        return self.block(*fields, *more)

    def response(self, code, *more):
        return self.block((":status", str(code)), *more)


def frame(kind, flags, stream, payload=b""):
    return struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + payload


def settings(*pairs):
    return frame(SETTINGS, 0, 0, b"".join(struct.pack(">HI", k, v) for k, v in pairs))


SETTINGS_ACK = frame(SETTINGS, ACK, 0)


def headers(stream, block, end=False):
    return frame(HEADERS, END_HEADERS | (END_STREAM if end else 0), stream, block)


def data(stream, payload, end=False):
    return frame(DATA, END_STREAM if end else 0, stream, payload)


def rst(stream, error):
    return frame(RST_STREAM, 0, stream, struct.pack(">I", error))


def goaway(last, error):
    return frame(GOAWAY, 0, 0, struct.pack(">II", last, error))


def ws(opcode, payload=b"", mask=None):
    """A WebSocket frame (RFC 6455 section 5.2)."""
    bit = 0x80 if mask else 0
    if len(payload) < 126:
        head = bytes([0x80 | opcode, bit | len(payload)])
    else:
        head = bytes([0x80 | opcode, bit | 126]) + struct.pack(">H", len(payload))
    if mask:
        payload = bytes(b ^ mask[i % 4] for i, b in enumerate(payload))
        head += mask
    return head + payload
