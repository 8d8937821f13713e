"""Writers of pcap and pcapng files."""
import struct


def pcap(records, linktype=None, order="<", nanoseconds=False, snaplen=262144):
    """The bytes of a pcap file (draft-ietf-opsawg-pcap)."""
    if linktype is None:
        linktype = records[0].linktype if records else 1
    assert all(r.linktype == linktype for r in records)
    magic = 0xA1B23C4D if nanoseconds else 0xA1B2C3D4
    unit = 1 if nanoseconds else 1000
    out = [struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, snaplen, linktype)]
    for r in records:
        out.append(struct.pack(order + "IIII", r.time // 10**9, r.time % 10**9 // unit,
                               len(r.data), r.length) + r.data)
    return b"".join(out)


class Pcapng:
    """One or more sections of a pcapng file (draft-ietf-opsawg-pcapng)."""

    def __init__(self):
        self.out = []
        self.order = "<"
        self.interfaces = []  # (link type, resolution as ticks of a second, offset in s)

    def block(self, kind, body):
        body += bytes(-len(body) % 4)
        length = len(body) + 12
        self.out.append(struct.pack(self.order + "II", kind, length) + body
                        + struct.pack(self.order + "I", length))
        return self

    def option(self, code, value):
        return (struct.pack(self.order + "HH", code, len(value)) + value
                + bytes(-len(value) % 4))

    def section(self, order="<", options=b""):
        self.order, self.interfaces = order, []
        return self.block(0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1) + options)

    def interface(self, linktype, tsresol=6, offset=0, snaplen=0, name=None):
        """tsresol as in the option if_tsresol: 6 is microseconds, 0x80 | n is 2^-n."""
        ticks = 2 ** (tsresol & 0x7F) if tsresol & 0x80 else 10 ** tsresol
        options = b""
        if name:
            options += self.option(2, name.encode())
        if tsresol != 6:
            options += self.option(9, bytes([tsresol]))
        if offset:
            options += self.option(14, struct.pack(self.order + "q", offset))
        if options:
            options += self.option(0, b"")
        self.interfaces.append((linktype, ticks, offset))
        return self.block(1, struct.pack(self.order + "HHI", linktype, 0, snaplen) + options)

    def packet(self, record, interface=0, options=b""):
        linktype, ticks, offset = self.interfaces[interface]
        assert linktype == record.linktype
        stamp = (record.time - offset * 10**9) * ticks // 10**9
        data = record.data + bytes(-len(record.data) % 4)
        return self.block(6, struct.pack(self.order + "IIIII", interface, stamp >> 32,
                                         stamp & 0xFFFFFFFF, len(record.data), record.length)
                          + data + options)

    def simple_packet(self, record):
        return self.block(3, struct.pack(self.order + "I", record.length) + record.data)

    def old_packet(self, record, interface=0):
        """The obsolete Packet Block."""
        stamp = record.time * self.interfaces[interface][1] // 10**9
        return self.block(2, struct.pack(self.order + "HHIIII", interface, 0xFFFF, stamp >> 32,
                                         stamp & 0xFFFFFFFF, len(record.data), record.length)
                          + record.data)

    def name_resolution(self, address, name):
        body = struct.pack(self.order + "HH", 1, 4 + len(name) + 1) + address + name + b"\0"
        return self.block(4, body + bytes(-len(body) % 4) + bytes(4))

    def statistics(self, interface, time, received, dropped_if, dropped_os):
        options = (self.option(4, struct.pack(self.order + "Q", received))
                   + self.option(5, struct.pack(self.order + "Q", dropped_if))
                   + self.option(7, struct.pack(self.order + "Q", dropped_os))
                   + self.option(0, b""))
        stamp = time // 1000
        return self.block(5, struct.pack(self.order + "III", interface, stamp >> 32,
                                         stamp & 0xFFFFFFFF) + options)

    def secrets(self, kind, data):
        return self.block(10, struct.pack(self.order + "II", kind, len(data)) + data)

    def bytes(self):
        return b"".join(self.out)


def pcapng(records, order="<", tsresol=6):
    """One section, an interface for each link type."""
    links = list(dict.fromkeys(r.linktype for r in records)) or [1]
    w = Pcapng().section(order)
    for link in links:
        w.interface(link, tsresol)
    for r in records:
        w.packet(r, links.index(r.linktype))
    return w.bytes()
