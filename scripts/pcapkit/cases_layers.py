"""Cases about encapsulation: one conversation in each, the innermost TCP counts."""
from pcapkit import packet as p
from pcapkit.case import case, one, simple
from pcapkit.conversation import C, SV, Conn, Tap, request, response

WWW = "www.example.test"
BOTH = {WWW: {200: 1, 404: 1}}
V6 = {"client": "2001:db8::10", "server": "2001:db8:1::20"}
OUTER = ("203.0.113.1", "203.0.113.2")
OUTER6 = ("2001:db8:a::1", "2001:db8:b::2")
TAIL = (p.eth,)  # the frame around the outer packet


def layered(name, doc, stack, tshark=None, **how):
    def make():
        return one(stack, **how)
    make.__name__, make.__doc__ = name, doc
    case(BOTH, tshark=tshark, order="complete")(make)


def tunnel(name, doc, *layers, tshark=None, **how):
    layered(name, doc, p.Stack(1, *layers, p.eth), tshark, **how)


layered("link_ppp", "Link type PPP with address and control fields (RFC 1662).", p.Stack(9, p.ppp))
layered("link_ppp_bare", "Link type PPP with neither address nor control: the peers agreed to leave them out.",
        p.Stack(9, p.ppp_bare))
layered("link_ppp_hdlc", "Link type PPP in HDLC-like framing (50).", p.Stack(50, p.ppp))
layered("link_ppp_with_dir", "Link type PPP with a direction byte before each packet (204).",
        p.Stack(204, p.ppp_with_dir))
layered("link_frame_relay", "Link type Frame Relay, IPv4 by its NLPID (RFC 2427).", p.Stack(107, p.frame_relay))
layered("link_frame_relay_ipv6", "Link type Frame Relay, IPv6 by its NLPID.", p.Stack(107, p.frame_relay), **V6)
layered("link_cisco_hdlc", "Link type Cisco HDLC.", p.Stack(104, p.cisco_hdlc))
layered("link_cooked_v1", "Link type Linux cooked v1, as from `tcpdump -i any`.", p.Stack(113, p.sll))
layered("link_cooked_v2", "Link type Linux cooked v2.", p.Stack(276, p.sll2))
layered("link_cooked_v2_vlan", "Link type Linux cooked v2 with a VLAN tag inside.",
        p.Stack(276, p.vlan(7), p.sll2), **V6)
layered("link_null_bsd_ipv6", "Link type NULL, family 30 (IPv6 on Darwin) in little endian.",
        p.Stack(0, p.null_family("<", 30)), **V6)
layered("link_null_big_endian", "Link type NULL of a big-endian machine.", p.Stack(0, p.null_family(">", 24)))
layered("link_loop", "Link type LOOP of OpenBSD: the family in network order.", p.Stack(108, p.null_family(">", 24)))
layered("link_raw", "Link type RAW: no link header.", p.Stack(101, p.raw))
layered("link_ipv6", "Link type IPV6 (229).", p.Stack(229, p.raw), **V6)
layered("link_nflog", "Link type NFLOG: the packet is one of several TLVs.", p.Stack(239, p.nflog))
layered("link_wlan", "Link type IEEE 802.11, bare data frames.", p.Stack(105, p.wlan))
layered("link_radiotap", "802.11 with a radiotap header that says a frame check sequence follows; QoS data frames.",
        p.Stack(127, p.radiotap))
layered("link_wlan_decrypted", "802.11 frames that were decrypted on capture: the Protected bit and the header of "
        "CCMP are still there.", p.Stack(105, p.wlan_decrypted), tshark="it takes the Protected bit at its word")
layered("link_ppi", "802.11 behind a PPI header.", p.Stack(192, p.ppi))
layered("link_pktap", "Link type PKTAP of Apple: a raw packet behind the name of interface and process.",
        p.Stack(258, p.pktap))
layered("link_pflog", "Link type PFLOG of the BSDs' packet filter.", p.Stack(117, p.pflog))
layered("link_switch_tag", "Link type DSA_TAG_DSA: the port of a switch between addresses and EtherType.",
        p.Stack(283, p.dsa), tshark="version 4.0 does not know the link type")

tunnel("vlan", "One VLAN tag.", p.vlan(42))
tunnel("provider_backbone", "Ethernet in an 802.1ah I-tag, behind a VLAN tag of the backbone.",
       p.eth, p.shim(0x88E7, p.be32(0x1234)), p.vlan(42, p.QINQ))
tunnel("macsec_integrity", "MACsec that protects without encrypting: the payload is in the clear.",
       p.shim(0x88E5, bytes.fromhex("0000" "00000007")))
tunnel("vn_tag", "A VN-tag of a virtual machine's port.", p.shim(0x8926, bytes(4)))
tunnel("nsh", "A service function chain: NSH with Ethernet inside.", p.eth, p.nsh)
tunnel("etherip", "Ethernet in IP (RFC 3378).", p.eth, p.etherip(OUTER))
tunnel("wccp", "Requests that a router redirects to a cache: WCCP 2 in GRE.", p.wccp(OUTER))
tunnel("lisp", "LISP data on port 4341.", p.lisp(OUTER), **V6)
tunnel("tzsp", "A router's own capture, sent on in TZSP.", p.eth, p.tzsp(OUTER))
tunnel("capwap", "802.11 frames that an access point sends to its controller (RFC 5415).", p.wlan, p.capwap(OUTER))
tunnel("isl", "Ethernet behind the header of Cisco's Inter-Switch Link.", p.eth, p.isl(10))
tunnel("qinq", "Two VLAN tags, 88a8 and 8100.", p.vlan(42), p.vlan(7, p.QINQ))
tunnel("qinq_9100", "Two VLAN tags, 9100 and 8100.", p.vlan(42), p.vlan(7, 0x9100))
tunnel("mpls", "Two MPLS labels over IPv6.", p.mpls(100, 200), **V6)
tunnel("mpls_pseudowire", "Ethernet over MPLS with a control word (RFC 4448).", p.eth, p.mpls(300),
       tshark="it takes the control word for the beginning of a MAC address")
tunnel("pppoe", "PPPoE session packets (RFC 2516) in a VLAN.", p.pppoe, p.vlan(35))
tunnel("gre", "IPv4 in GRE with a key (RFC 2890).", p.gre(OUTER, key=7))
tunnel("gre_over_ipv6", "Ethernet in GRE over IPv6.", p.eth, p.gre(OUTER6))
tunnel("erspan_1", "ERSPAN type I: no header after GRE.", p.eth, p.erspan(OUTER, 1))
tunnel("erspan_2", "ERSPAN type II.", p.eth, p.erspan(OUTER, 2))
tunnel("erspan_3", "ERSPAN type III.", p.eth, p.erspan(OUTER, 3))
tunnel("vxlan", "VXLAN with a VLAN tag inside (RFC 7348).", p.vlan(5), p.eth, p.vxlan(OUTER, 5000))
tunnel("vxlan_8472", "VXLAN on the port that Linux took first.", p.eth, p.vxlan(OUTER, 5000, 8472))
tunnel("geneve", "Geneve with an option (RFC 8926).", p.eth,
       p.geneve(OUTER, 5000, bytes.fromhex("0102800100000001")))
tunnel("geneve_over_ipv6", "Geneve over IPv6 with IPv6 inside.", p.eth, p.geneve(OUTER6, 5000), **V6)
tunnel("gtp", "GTP-U with a sequence number.", p.gtp(OUTER, 0x1234, sequence=True))
tunnel("gtp_over_ipv6", "GTP-U over IPv6, IPv6 inside.", p.gtp(OUTER6, 0x1234), **V6)
tunnel("l2tp", "L2TPv2 with PPP inside (RFC 2661).", p.l2tp(OUTER))
tunnel("teredo", "Teredo: IPv6 in UDP on port 3544, with origin indications (RFC 4380).",
       p.teredo(OUTER, origin=True), client="2001:0:cb00:7101::1", server="2001:db8:1::20")
tunnel("ayiya", "AYIYA: IPv6 in UDP on port 5072.", p.ayiya(OUTER), **V6)
tunnel("sixin4", "6in4: IPv6 in IPv4, protocol 41 (RFC 4213).", p.ipip(OUTER), **V6)
tunnel("ipip", "IPv4 in IPv4, protocol 4 (RFC 2003).", p.ipip(OUTER))
tunnel("ip4_in_ip6", "IPv4 in IPv6, as DS-Lite has it (RFC 6333).", p.ipip(OUTER6))
tunnel("deep", "VLAN, MPLS, GRE, VXLAN, VLAN and 6in4 around one another.",
       p.ipip(OUTER), p.vlan(9), p.eth, p.vxlan(OUTER, 5), p.gre(OUTER6), p.mpls(17), p.vlan(3), **V6)


def fragmented(size, reverse, body=700, **how):
    tap = Tap()
    c = Conn(tap, **how).open()
    for i, code in enumerate((200, 404)):
        c.send(C, request("/"))
        packet = c.ip(SV, p.ACK | p.PSH, response(code, "x" * body))
        c.next[SV] += len(response(code, "x" * body))
        parts = p.fragments(packet, size, 100 + i)
        for part in reversed(parts) if reverse else parts:
            tap.add(1, p.ETH.frame(SV, part))
        c.ack(C)
    c.close()
    return tap


@case(BOTH)
def ipv4_fragments():
    """Responses in IPv4 fragments of 64 bytes, the last one first."""
    return fragmented(64, True)


@case(BOTH)
def ipv4_fragments_tiny():
    """Responses that fill a frame, in the smallest IPv4 fragments: 8 bytes each."""
    return fragmented(8, False, body=1350)


@case(BOTH)
def ipv6_fragments():
    """Responses in IPv6 fragments (RFC 8200 section 4.5), in order."""
    return fragmented(256, False, **V6)


@case(BOTH)
def ipv6_fragments_reversed():
    """Responses in IPv6 fragments, the last one first."""
    return fragmented(256, True, **V6)


@case(BOTH)
def capwap_fragments():
    """Responses in CAPWAP, in fragments of CAPWAP's own, the last one first."""
    tap = Tap()
    c = Conn(tap).open()
    for i, code in enumerate((200, 404)):
        c.send(C, request("/"))
        whole = response(code, "x" * 700)
        frame = p.ETH.frame(SV, c.ip(SV, p.ACK | p.PSH, whole))
        c.next[SV] += len(whole)
        for part in reversed(p.capwap_fragments(OUTER, SV, frame, 256, 7 + i)):
            tap.add(1, p.ETH.frame(SV, part))
        c.ack(C)
    c.close()
    return tap


@case({WWW: {200: 1, 404: 1}}, tshark="it joins the fragments of two access points")
def capwap_behind_nat():
    """Two access points behind one address, which number their fragments alike: only their ports tell them apart."""
    tap = Tap()
    ends = [Conn(tap, cport=40000 + i).open() for i in range(2)]
    parts = []
    for i, (c, code) in enumerate(zip(ends, (200, 404))):
        c.send(C, request("/%d" % code))
        frame = p.ETH.frame(SV, c.ip(SV, p.ACK | p.PSH, response(code, "x" * 300)))
        c.next[SV] += len(response(code, "x" * 300))
        parts.append(p.capwap_fragments(OUTER, SV, frame, 256, 7, port=50001 + i))
    for both in zip(*parts):
        for part in both:
            tap.add(1, p.ETH.frame(SV, part))
    for c in ends:
        c.ack(C)
        c.close()
    return tap


@case({WWW: {200: 1, 404: 1}})
def amsdu_in_fragments():
    """An aggregate of 802.11 in CAPWAP's fragments, of which the first packet completes fragments of IP: the second
    one must not be lost over it."""
    tap = Tap()
    ends = [Conn(tap, cport=40000 + i).open() for i in range(2)]
    wholes = []
    for c, code in zip(ends, (200, 404)):
        c.send(C, request("/%d" % code))
        wholes.append(c.ip(SV, p.ACK | p.PSH, response(code, "x" * 300)))
        c.next[SV] += len(response(code, "x" * 300))
    first, rest = p.fragments(wholes[0], 240, 77)
    tap.add(1, p.ETH.frame(SV, first))
    for part in p.capwap_fragments(OUTER, SV, p.amsdu(SV, (rest, wholes[1])), 256, 9, native=True):
        tap.add(1, p.ETH.frame(SV, part))
    for c in ends:
        c.ack(C)
        c.close()
    return tap


@case({WWW: {200: 1, 503: 1}}, figures={"coverage.total_packets": 18})
def fragments_of_two():
    """Two connections whose responses come in IPv4 fragments, those of one between those of the other.

    The 503 is fragmented twice: in a tunnel of IP in IP, whose packets are fragments themselves. It takes
    11 of the packets (six of them fragments), the 200 takes 7."""
    tap = Tap()
    ends = [Conn(tap, cport=40000 + i).open() for i in range(2)]
    wholes = []
    for i, (c, code) in enumerate(zip(ends, (200, 503))):
        c.send(C, request("/%d" % code))
        wholes.append(c.ip(SV, p.ACK | p.PSH, response(code, "x" * 300)))
    inner = p.fragments(wholes[1], 192, 201)
    outer = [f for i, part in enumerate(inner)
             for f in p.fragments(p.ip(OUTER[1], OUTER[0], 4, part, 300 + i), 80, 300 + i)]
    plain = p.fragments(wholes[0], 184, 200)
    while plain or outer:
        for parts in (outer, plain, outer):
            if parts:
                tap.add(1, p.ETH.frame(SV, parts.pop(0)))
    for c, code in zip(ends, (200, 503)):
        c.next[SV] += len(response(code, "x" * 300))
        c.ack(C)
    return tap


@case({}, figures={"responses": 0, "coverage.packets.undecoded": 1})
def ipv4_fragment_lost():
    """A fragment whose rest never comes: undecoded, and nothing is made up."""
    tap = Tap()
    c = Conn(tap).open()
    tap.records.clear()
    packet = c.ip(SV, p.ACK | p.PSH, response(200, "x" * 700))
    tap.add(1, p.ETH.frame(SV, p.fragments(packet, 64)[0]))
    return tap


@case(BOTH, order="complete")
def ipv6_extension_headers():
    """Hop-by-hop options, routing and destination options before TCP (RFC 8200 section 4)."""
    class Extended(Conn):
        def ip(self, d, flags, payload=b"", **more):
            plain = super().ip(d, flags, payload, **more)
            chain = bytes([43, 0, 1, 4, 0, 0, 0, 0]) + bytes([60, 0, 0, 0, 0, 0, 0, 0]) \
                + bytes([6, 0, 1, 4, 0, 0, 0, 0])
            return p.ipv6(self.ends[d][0], self.ends[1 - d][0], 0, plain[40:], chain)
    tap = Tap()
    simple(Extended(tap, **V6))
    return tap


@case(BOTH, order="complete")
def ipv4_options():
    """IPv4 with a router alert and padding (RFC 2113), and Ethernet padding after short packets."""
    class Padded(Conn):
        def put(self, d, flags, payload=b"", lose=False, **more):
            packet = self.ip(d, flags, payload, **more)
            packet = p.ipv4(self.ends[d][0], self.ends[1 - d][0], 6, packet[20:], self.ident,
                            options=b"\x94\x04\x00\x00")
            self.tap.add(1, self.stack.frame(d, packet).ljust(64, b"H"))
    tap = Tap()
    simple(Padded(tap))
    return tap
