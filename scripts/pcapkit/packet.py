"""Headers of the internet and link layers, as bytes.

A layer is a function (direction, ethertype, bytes) -> (ethertype, bytes); a Stack
is a link type and the layers that lead there, innermost first. Direction 0 is from
client to server, and decides which way round outer addresses go.
"""
import ipaddress
import struct
import zlib

IPV4, IPV6, ARP = 0x0800, 0x86DD, 0x0806
VLAN, QINQ, MPLS, PPPOE, TEB = 0x8100, 0x88A8, 0x8847, 0x8864, 0x6558
ETHERNET = "ethernet"  # in the place of an ethertype: the bytes are a whole frame

MAC = (bytes.fromhex("020000000001"), bytes.fromhex("020000000002"))


def be16(n):
    return struct.pack("!H", n)


def be32(n):
    return struct.pack("!I", n & 0xFFFFFFFF)


def checksum(data):
    """RFC 1071."""
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def addr(text):
    return ipaddress.ip_address(text).packed


def pseudo(src, dst, proto, length):
    if len(src) == 4:
        return src + dst + struct.pack("!BBH", 0, proto, length & 0xFFFF)
    return src + dst + struct.pack("!IHBB", length, 0, 0, proto)


def ipv4(src, dst, proto, payload, ident=0, offset=0, more=False, options=b"",
         total_length=None, ttl=64):
    """offset in bytes, a multiple of 8."""
    ihl = 5 + len(options) // 4
    length = ihl * 4 + len(payload) if total_length is None else total_length
    head = struct.pack("!BBHHHBBH4s4s", 0x40 | ihl, 0, length, ident & 0xFFFF,
                       (0x2000 if more else 0) | offset // 8, ttl, proto, 0,
                       addr(src), addr(dst)) + options
    return head[:10] + be16(checksum(head)) + head[12:] + payload


def ipv6(src, dst, proto, payload, extension=b""):
    """extension: whole extension headers; proto is then the first one's number."""
    body = extension + payload
    return struct.pack("!IHBB", 0x60000000, len(body), proto, 64) + addr(src) + addr(dst) + body


def ip(src, dst, proto, payload, ident=0, **more):
    if ":" in src:
        return ipv6(src, dst, proto, payload, **more)
    return ipv4(src, dst, proto, payload, ident, **more)


def ethertype_of(packet):
    return IPV4 if packet[0] >> 4 == 4 else IPV6


FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16


def tcp(src, dst, sport, dport, seq, ack, flags, payload=b"", options=b"", window=64240):
    options += b"\1" * (-len(options) % 4)
    head = struct.pack("!HHIIBBHHH", sport, dport, seq & 0xFFFFFFFF, ack & 0xFFFFFFFF,
                       (5 + len(options) // 4) << 4, flags, window, 0, 0) + options
    s, d = addr(src), addr(dst)
    total = checksum(pseudo(s, d, 6, len(head) + len(payload)) + head + payload)
    return head[:16] + be16(total) + head[18:] + payload


def udp(src, dst, sport, dport, payload):
    s, d = addr(src), addr(dst)
    head = struct.pack("!HHHH", sport, dport, 8 + len(payload), 0)
    total = checksum(pseudo(s, d, 17, 8 + len(payload)) + head + payload) or 0xFFFF
    return head[:6] + be16(total) + payload


def fragments(packet, size, ident=0x1234):
    """The fragments of an IP packet, size bytes of payload each (a multiple of 8)."""
    if packet[0] >> 4 == 4:
        src, dst = (str(ipaddress.ip_address(packet[i:i + 4])) for i in (12, 16))
        body = packet[20:]
        return [ipv4(src, dst, packet[9], body[i:i + size], ident, i, i + size < len(body))
                for i in range(0, len(body), size)]
    src, dst = (str(ipaddress.ip_address(packet[i:i + 16])) for i in (8, 24))
    body = packet[40:]
    return [ipv6(src, dst, 44, body[i:i + size],
                 struct.pack("!BBHI", packet[6], 0, i | (i + size < len(body)), ident))
            for i in range(0, len(body), size)]


# ---- layers between IP and the link -------------------------------------------------

def eth(d, proto, data):
    if proto == ETHERNET:
        return proto, data
    return ETHERNET, MAC[1 - d] + MAC[d] + be16(proto) + data


def vlan(vid, tpid=VLAN):
    return lambda d, proto, data: (tpid, be16(vid) + be16(proto) + data)


def mpls(*labels):
    def layer(d, proto, data):
        if proto == ETHERNET:
            data = bytes(4) + data  # pseudowire with its control word, RFC 4448
        stack = b"".join(be32(label << 12 | (i == len(labels) - 1) << 8 | 64)
                         for i, label in enumerate(labels))
        return MPLS, stack + data
    return layer


def ppp_number(proto):
    return {IPV4: 0x0021, IPV6: 0x0057}[proto]


def pppoe(d, proto, data):
    data = be16(ppp_number(proto)) + data
    return PPPOE, struct.pack("!BBHH", 0x11, 0, 7, len(data)) + data


def over_ip(ends, proto_number, make):
    """ends: the outer client's and server's addresses."""
    def layer(d, proto, data):
        src, dst = ends[d], ends[1 - d]
        packet = ip(src, dst, proto_number, make(d, proto, data))
        return ethertype_of(packet), packet
    return layer


def over_udp(ends, port, make, sport=None):
    def layer(d, proto, data):
        src, dst = ends[d], ends[1 - d]
        packet = ip(src, dst, 17, udp(src, dst, sport or 50000 + d, port, make(d, proto, data)))
        return ethertype_of(packet), packet
    return layer


def ipip(ends):
    """IPv4 or IPv6 in IPv4 or IPv6: RFC 2003, 4213, 2473."""
    def layer(d, proto, data):
        packet = ip(ends[d], ends[1 - d], 4 if proto == IPV4 else 41, data)
        return ethertype_of(packet), packet
    return layer


def gre(ends, key=None):
    def make(d, proto, data):
        kind = TEB if proto == ETHERNET else proto
        if key is None:
            return be16(0) + be16(kind) + data
        return be16(0x2000) + be16(kind) + be32(key) + data
    return over_ip(ends, 47, make)


def erspan(ends, version):
    """RFC draft-foschiano-erspan: 1 has no header, 2 has 8 bytes, 3 has 12."""
    def make(d, proto, data):
        if version == 1:
            return be16(0) + be16(0x88BE) + data
        if version == 2:
            return be16(0x1000) + be16(0x88BE) + be32(d) + be16(0x1000 | 100) + be16(5) + bytes(4) + data
        return be16(0x1000) + be16(0x22EB) + be32(d) + be16(0x2000 | 100) + be16(5) + bytes(8) + data
    return over_ip(ends, 47, make)


def vxlan(ends, vni, port=4789):
    return over_udp(ends, port, lambda d, proto, data: be32(0x08000000) + be32(vni << 8) + data)


def geneve(ends, vni, options=b""):
    def make(d, proto, data):
        kind = TEB if proto == ETHERNET else proto
        return struct.pack("!BBHI", len(options) // 4, 0, kind, vni << 8) + options + data
    return over_udp(ends, 6081, make)


def gtp(ends, teid, sequence=False):
    """GTPv1-U G-PDU, 3GPP TS 29.281 section 5."""
    def make(d, proto, data):
        body = (be16(7) + b"\0\0" if sequence else b"") + data
        return struct.pack("!BBHI", 0x32 if sequence else 0x30, 255, len(body), teid) + body
    return over_udp(ends, 2152, make, sport=2152)


def l2tp(ends):
    """L2TPv2 data message with length, PPP with address and control: RFC 2661."""
    def make(d, proto, data):
        body = be16(0xFF03) + be16(ppp_number(proto)) + data
        return be16(0x4002) + be16(8 + len(body)) + be16(3) + be16(4) + body
    return over_udp(ends, 1701, make, sport=1701)


def teredo(ends, origin=False):
    """RFC 4380: IPv6 in UDP, with an origin indication if asked."""
    def make(d, proto, data):
        lead = be16(0) + be16(50000 ^ 0xFFFF) + bytes(b ^ 0xFF for b in addr(ends[0]))
        return (lead if origin else b"") + data
    return over_udp(ends, 3544, make)


def ayiya(ends):
    """AYIYA, draft-massar-v6ops-ayiya-02: 128-bit identity, SHA-1 signature, epoch."""
    def make(d, proto, data):
        head = struct.pack("!BBBBI", 0x44, 0x51, 0x11, 41, 1700000000)
        return head + bytes(16) + bytes(20) + data
    return over_udp(ends, 5072, make, sport=5072)


def etherip(ends):
    """RFC 3378."""
    return over_ip(ends, 97, lambda d, proto, data: be16(0x3000) + data)


def wccp(ends):
    """Web Cache Communication Protocol 2: GRE and a redirect header."""
    return over_ip(ends, 47, lambda d, proto, data: be16(0) + be16(0x883E) + bytes(4) + data)


def lisp(ends):
    return over_udp(ends, 4341, lambda d, proto, data: be32(0x80000001) + be32(1) + data)


def tzsp(ends):
    """TaZmen Sniffer Protocol: Ethernet, a tag with the signal, the end tag."""
    return over_udp(ends, 37008, lambda d, proto, data: bytes.fromhex("01000001" "0a01c4" "01") + data)


def capwap(ends):
    """RFC 5415: an 802.11 frame, the bytes of its Frame Control swapped as Cisco's access points have them."""
    return over_udp(ends, 5247, lambda d, proto, data: bytes.fromhex("0010030000000000") + data[1::-1] + data[2:])


def capwap_fragments(ends, d, frame, size, ident, native=False, port=50000):
    """The packets of one frame (native: of 802.11, else Ethernet) in CAPWAP, from the controller to port, size bytes
    of it each (a multiple of 8)."""
    packets = []
    for at in range(0, len(frame), size):
        word = 0x00100280 | native << 8 | (at + size >= len(frame)) << 6
        data = udp(ends[d], ends[1 - d], 5247, port, struct.pack("!IHH", word, ident, at) + frame[at:at + size])
        packets.append(ip(ends[d], ends[1 - d], 17, data))
    return packets


def amsdu(d, packets):
    """An 802.11 frame from the access point that holds several IP packets; Frame Control swapped, as capwap() has it."""
    out = b"\x02\x88\0\0" + MAC[1 - d] + MAC[d] + MAC[d] + b"\0\0" + b"\x80\0"
    for i, packet in enumerate(packets):
        data = bytes.fromhex("aaaa03000000") + be16(ethertype_of(packet)) + packet
        out += MAC[1 - d] + MAC[d] + be16(len(data)) + data
        if i + 1 < len(packets):
            out += bytes(-(14 + len(data)) % 4)
    return out


def isl(vid):
    """Cisco's Inter-Switch Link: the frame with its check sequence behind 26 bytes."""
    def layer(d, proto, data):
        data += struct.pack("<I", zlib.crc32(data))
        return ETHERNET, (bytes.fromhex("01000c000000") + MAC[d] + be16(12 + len(data)) + bytes.fromhex("aaaa0300000c") +
                          be16(vid << 1) + bytes(4) + data)
    return layer


def shim(ethertype, header):
    """A header behind an EtherType, then the EtherType of what follows, or a frame."""
    def layer(d, proto, data):
        return ethertype, header + (b"" if proto == ETHERNET else be16(proto)) + data
    return layer


def nsh(d, proto, data):
    """RFC 8300, metadata type 2 without any."""
    return 0x894F, struct.pack("!HBBI", 0x0FC2, 2, {IPV4: 1, IPV6: 2, ETHERNET: 3}[proto], 0x1FF) + data


# ---- link layers without Ethernet ---------------------------------------------------

def ppp(d, proto, data):
    return None, be16(0xFF03) + be16(ppp_number(proto)) + data


def ppp_bare(d, proto, data):
    return None, be16(ppp_number(proto)) + data


def ppp_with_dir(d, proto, data):
    return None, bytes([d]) + be16(0xFF03) + be16(ppp_number(proto)) + data


def cisco_hdlc(d, proto, data):
    return None, b"\x0f\x00" + be16(proto) + data


def frame_relay(d, proto, data):
    """RFC 2427: Q.922 address of DLCI 100, UI, NLPID for IP, SNAP for the rest."""
    if proto == IPV4:
        return None, b"\x18\x41\x03\xcc" + data
    if proto == IPV6:
        return None, b"\x18\x41\x03\x8e" + data
    return None, b"\x18\x41\x03\x00\x80\x00\x00\x00" + be16(proto) + data


def sll(d, proto, data):
    return None, struct.pack("!HHH8sH", 4 * (1 - d), 1, 6, MAC[d] + b"\0\0", proto) + data


def sll2(d, proto, data):
    return None, struct.pack("!HHIHBB8s", proto, 0, 3, 1, 4 * (1 - d), 6, MAC[d] + b"\0\0") + data


def null_family(order, family6):
    """order '<' or '>'; AF_INET6 differs between systems: 24, 28, 30."""
    def layer(d, proto, data):
        return None, struct.pack(order + "I", 2 if proto == IPV4 else family6) + data
    return layer


def raw(d, proto, data):
    return None, data


def nflog(d, proto, data):
    """LINKTYPE_NFLOG: family, version, resource; prefix and payload as TLVs."""
    tlv = struct.pack("<HH", 4 + 4, 10) + b"log\0"
    tlv += struct.pack("<HH", 4 + len(data), 9) + data + bytes(-len(data) % 4)
    return None, struct.pack("!BBH", 2 if proto == IPV4 else 10, 0, 5) + tlv


def wlan(d, proto, data):
    """802.11 data frame to the access point, then LLC and SNAP."""
    head = b"\x08\x01" + b"\0\0" + MAC[1 - d] + MAC[d] + MAC[1 - d] + b"\x10\0"
    return None, head + bytes.fromhex("aaaa03000000") + be16(proto) + data


def wlan_qos(d, proto, data):
    head = b"\x88\x01" + b"\0\0" + MAC[1 - d] + MAC[d] + MAC[1 - d] + b"\x10\0" + b"\0\0"
    return None, head + bytes.fromhex("aaaa03000000") + be16(proto) + data


def radiotap(d, proto, data):
    """Flags field says that a frame check sequence follows."""
    frame = wlan_qos(d, proto, data)[1] + bytes.fromhex("deadbeef")
    return None, struct.pack("<BBHIB", 0, 0, 9, 1 << 1, 0x10) + frame


def wlan_decrypted(d, proto, data):
    """What a driver that decrypts hands out: still Protected, with the header of CCMP."""
    frame = wlan(d, proto, data)[1]
    return None, frame[:1] + b"\x41" + frame[2:24] + bytes.fromhex("0100002000000000") + frame[24:]


def ppi(d, proto, data):
    return None, struct.pack("<BBHI", 0, 0, 8, 105) + wlan(d, proto, data)[1]


def pktap(d, proto, data):
    """Apple's header of 108 bytes before a raw packet, as from an iPhone's cellular side."""
    return None, struct.pack("<III24s", 108, 1, 12, b"pdp_ip0") + bytes(72) + data


def pflog(d, proto, data):
    return None, bytes([61, 2 if proto == IPV4 else 24, 0, 0]) + b"em0".ljust(60, b"\0") + data


def dsa(d, proto, data):
    """A Marvell switch's tag between the addresses and the EtherType."""
    return None, MAC[1 - d] + MAC[d] + bytes.fromhex("c0080000") + be16(proto) + data


class Stack:
    """A link type (its number in files) and the layers from IP out to it."""

    def __init__(self, linktype, *layers):
        self.linktype = linktype
        self.layers = layers

    def frame(self, d, packet):
        proto, data = ethertype_of(packet), packet
        for layer in self.layers:
            proto, data = layer(d, proto, data)
        return data


ETH = Stack(1, eth)
