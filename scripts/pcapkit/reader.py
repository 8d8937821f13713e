"""Reads pcap and pcapng files into records, and cuts TCP segments anew."""
import gzip
import struct

from pcapkit import packet as p
from pcapkit.conversation import Record


def records(data):
    """Every packet of a capture; a cut end is left out."""
    if data[:2] == b"\x1f\x8b":
        data = gzip.decompress(data)
    if data[:4] == b"\x0a\x0d\x0d\x0a":
        return list(pcapng_records(data))
    return list(pcap_records(data))


def pcap_records(data):
    for order in "<>":
        magic = struct.unpack(order + "I", data[:4])[0]
        if magic in (0xA1B2C3D4, 0xA1B23C4D):
            break
    else:
        raise ValueError("no pcap")
    unit = 1 if magic == 0xA1B23C4D else 1000
    linktype = struct.unpack(order + "I", data[20:24])[0] & 0xFFFF
    at = 24
    while at + 16 <= len(data):
        sec, part, captured, length = struct.unpack(order + "IIII", data[at:at + 16])
        at += 16
        if at + captured > len(data):
            return
        yield Record(sec * 10**9 + part * unit, linktype, data[at:at + captured], length)
        at += captured


def pcapng_options(order, body):
    out, at = {}, 0
    while at + 4 <= len(body):
        code, length = struct.unpack(order + "HH", body[at:at + 4])
        if code == 0:
            break
        out[code] = body[at + 4:at + 4 + length]
        at += 4 + length + -length % 4
    return out


def pcapng_records(data):
    at, order, interfaces = 0, "<", []
    while at + 12 <= len(data):
        if data[at:at + 4] == b"\x0a\x0d\x0d\x0a":
            order = "<" if data[at + 8:at + 12] == b"\x4d\x3c\x2b\x1a" else ">"
            interfaces = []
        kind, length = struct.unpack(order + "II", data[at:at + 8])
        if length < 12 or at + length > len(data):
            return
        body = data[at + 8:at + length - 4]
        at += length
        if kind == 1:
            options = pcapng_options(order, body[8:])
            resolution = options.get(9, b"\6")[0]
            ticks = 2 ** (resolution & 127) if resolution & 128 else 10 ** resolution
            offset = struct.unpack(order + "q", options[14])[0] if 14 in options else 0
            interfaces.append((struct.unpack(order + "H", body[:2])[0], ticks, offset))
        elif kind in (2, 6):
            if kind == 6:
                i, high, low, captured, full = struct.unpack(order + "IIIII", body[:20])
            else:
                i, _, high, low, captured, full = struct.unpack(order + "HHIIII", body[:20])
            linktype, ticks, offset = interfaces[i]
            stamp = (high << 32 | low) * 10**9 // ticks + offset * 10**9
            # there are captures stamped far beyond what nanoseconds can tell
            yield Record(min(stamp, 2**62), linktype, body[20:20 + captured], full)
        elif kind == 3:
            full = struct.unpack(order + "I", body[:4])[0]
            yield Record(0, interfaces[0][0], body[4:4 + full], full)


def resegmented(record, sizes):
    """The record's TCP payload cut into pieces, whose sizes the iterator gives. A packet that is no
    whole and plain Ethernet, IP and TCP comes back as it is."""
    data = record.data
    kind = data[12:14]
    if record.linktype != 1 or record.length != len(data):
        return [record]
    if kind == b"\x08\x00" and data[14:15] == b"\x45" and data[23] == 6 and not data[20] & 0x3F:
        ip, total = 20, struct.unpack("!H", data[16:18])[0]
    elif kind == b"\x86\xdd" and data[20] == 6:
        ip, total = 40, struct.unpack("!H", data[18:20])[0] + 40
    else:
        return [record]
    tcp = 14 + ip
    start = tcp + (data[tcp + 12] >> 4) * 4
    payload = data[start:14 + total]
    if len(payload) < 2 or data[tcp + 13] & (p.SYN | p.FIN | p.RST):
        return [record]
    out, at = [], 0
    while at < len(payload):
        part = payload[at:at + next(sizes)]
        out.append(Record(record.time + at, 1, one_segment(data, ip, start, part, at)))
        at += len(part)
    return out


def one_segment(data, ip, start, part, at):
    tcp = 14 + ip
    seq = (struct.unpack("!I", data[tcp + 4:tcp + 8])[0] + at) & 0xFFFFFFFF
    head = data[tcp:tcp + 4] + p.be32(seq) + data[tcp + 8:tcp + 16] + b"\0\0" + data[tcp + 18:start]
    length = len(head) + len(part)
    if ip == 20:
        layer = data[14:16] + p.be16(20 + length) + data[18:24] + b"\0\0" + data[26:34]
        layer = layer[:10] + p.be16(p.checksum(layer)) + layer[12:]
        ends = data[26:30], data[30:34]
    else:
        layer = data[14:18] + p.be16(length) + data[20:54]
        ends = data[22:38], data[38:54]
    total = p.checksum(p.pseudo(*ends, 6, length) + head + part)
    return data[:14] + layer + head[:16] + p.be16(total) + head[18:] + part
