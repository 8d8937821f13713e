"""Cases about connections: what TCP, the tap and the snap length do to messages."""
from pcapkit import packet as p
from pcapkit.case import SERVER, case, one, simple
from pcapkit.conversation import C, MS, S, SV, Conn, Record, Tap, chunked, opened, request, response

WWW = "www.example.test"


@case({WWW: {200: 1, 404: 1}})
def rule_1_retransmission():
    """Rule 1: a response sent again after 300 ms counts once; its request too."""
    tap, c = opened()
    for code in (200, 404):
        message = response(code, "x" * 100)
        c.send(C, request("/"))
        c.put(C, p.ACK | p.PSH, request("/"), seq=c.next[C] - len(request("/")))
        c.send(SV, message)
        tap.wait(300 * MS)
        c.put(SV, p.ACK | p.PSH, message, seq=c.next[SV] - len(message))
        c.ack(C)
    c.close()
    return tap


@case({WWW: {200: 1, 404: 1}})
def rule_1_resegmented_retransmission():
    """Rule 1: the second sending has other boundaries, overlaps new data, and one segment begins
    with the status line again."""
    tap, c = opened()
    first, second = response(200, "x" * 100), response(404, "y" * 60)
    c.send(C, request("/") + request("/2"))
    base = c.next[SV]
    c.send(SV, first[:50]).send(SV, first[50:])
    tap.wait(250 * MS)
    c.put(SV, p.ACK, first[:80], seq=base)
    both = first + second
    c.put(SV, p.ACK | p.PSH, both[80:], seq=base + 80)
    c.next[SV] = base + len(both)
    c.ack(C)
    c.put(SV, p.ACK | p.PSH, second, seq=base + len(first))
    c.ack(C).close()
    return tap


@case({WWW: {200: 1, 404: 1}}, figures={"coverage.packets.duplicate": 12})
def rule_1_mirror_port():
    """Rule 1: a mirror port shows each packet twice, 4 microseconds apart."""
    tap = one()
    tap.records = [copy for r in tap.records for copy in (r, r.copy(4000))]
    return tap


@case({WWW: {200: 2, 404: 2}})
def rule_1_nat_copies():
    """Rule 1: copies whose addresses NAT has rewritten count twice, and coverage names the suspicion."""
    tap = Tap()
    inside = simple(Conn(tap))
    other = Tap(start=tap.records[0].time + 20000)
    outside = Conn(other, 61000, client="203.0.113.5")
    simple(outside)
    tap.records = sorted(tap.records + other.records, key=lambda r: r.time)
    assert inside.next == outside.next
    return tap


@case({WWW: {200: 2, 404: 1}}, order="complete")
def tcp_sequence_wrap():
    """Sequence numbers of both sides pass 2^32, in the middle of heads."""
    tap, c = opened(isn=(0xFFFFFFF0, 0xFFFFFFE0))
    for code in (200, 404, 200):
        c.exchange(request("/"), response(code, "x" * 30), mss=20)
    c.close()
    return tap


@case({WWW: {200: 2, 404: 1}}, order="complete")
def tcp_out_of_order():
    """Segments of heads and bodies arrive in reverse order, the FIN before the last data."""
    tap, c = opened()
    for code in (200, 404, 200):
        c.send(C, request("/"))
        start = len(tap.records)
        c.send(SV, response(code, "x" * 400), mss=100)
        part = tap.records[start:]
        times = [r.time for r in part]
        part.reverse()
        for r, t in zip(part, times):
            r.time = t
        tap.records[start:] = part
        c.ack(C)
    c.close()
    r = tap.records
    r[-4], r[-3] = r[-3], r[-4]
    r[-4].time, r[-3].time = r[-3].time, r[-4].time
    return tap


@case({WWW: {404: 1, 200: 1}}, figures={"coverage.overlaps_differ": 1},
      tshark="of the held bytes and the later ones it keeps the later")
def tcp_overlap_with_other_bytes():
    """Overlapping segments with different bytes: those that came first stay.

    In the first response the bytes from the code on come before the segment that covers the
    whole line and says 200 where they say 404. The second is sent again as a 500."""
    tap, c = opened()
    c.send(C, request("/"))
    base = c.next[SV]
    real, forged = response(404, "x" * 10, reason="Not Found"), response(200, "x" * 10, reason="OK - Fine")
    assert len(real) == len(forged)
    c.put(SV, p.ACK, real[9:], seq=base + 9)
    c.put(SV, p.ACK, forged, seq=base)
    c.next[SV] += len(real)
    c.ack(C)
    c.exchange(request("/"), response(200, "x" * 10, reason="OK"))
    again = response(500, "x" * 10, reason="No")
    c.put(SV, p.ACK, again, seq=c.next[SV] - len(again))
    c.ack(C).close()
    return tap


@case({WWW: {200: 2, 404: 1}}, tshark="a body never completes, and the next head begins inside a segment")
def rule_9_gap_in_body():
    """A hole in a body of known length loses nothing: the next head begins inside a segment."""
    tap, c = opened()
    c.send(C, request("/a") + request("/b") + request("/c"))
    c.send(SV, response(200, "a" * 5000) + response(404, "b" * 3000) + response(200, "c"),
           lose=(1, 2))
    tap.wait(2 * S)
    c.ack(C).close()
    return tap


@case({WWW: {500: 1, 200: 1}}, tshark="a head that never completes")
def gap_in_head():
    """A hole in a head: its code had come, so it counts; the next response is found by itself."""
    tap, c = opened()
    c.send(C, request("/a"))
    c.send(SV, response(500, "x" * 500, ["X-Long: " + "l" * 300]), mss=200, lose=(1, 2)).ack(C)
    tap.wait(2 * S)
    c.exchange(request("/b"), response(200, "x"))
    c.close()
    return tap


@case({WWW: {200: 2}}, tshark="the chunked body never completes")
def gap_in_framing():
    """A hole that swallows chunk sizes: the next segment that starts with a status line counts."""
    tap, c = opened()
    c.send(C, request("/a"))
    c.send(SV, response(200, chunked(*["x" * 50] * 40), ["Transfer-Encoding: chunked"], length=False),
           mss=400, lose=(2, 3)).ack(C)
    tap.wait(2 * S)
    c.exchange(request("/b"), response(200, "x"))
    c.close()
    return tap


@case({WWW: {200: 1, 404: 1}}, figures={"coverage.unseen_responses": 1, "coverage.no_response.closed": 0},
      tshark="it does not get past the missing response")
def gap_over_a_response():
    """A whole response is missing: its request is not said to be unanswered, and those around it
    pair with their own."""
    tap, c = opened()
    c.exchange(request("/a"), response(200, "a"))
    c.send(C, request("/b", "lost.example.test")).send(SV, response(500, "b"), lose=(0,)).ack(C)
    tap.wait(2 * S)
    c.exchange(request("/c"), response(404, "c"))
    c.close()
    return tap


@case({WWW: {200: 3, 404: 2}})
def rule_9_snaplen_96():
    """Rule 9: 96 bytes of each packet. What the header says was there is a gap of known size."""
    tap = Tap(snaplen=96)
    c = Conn(tap).open()
    for code in (200, 404, 200, 404, 200):
        c.exchange(request("/"), response(code, "x" * 4000))
    c.close()
    return tap


@case({SERVER: {206: 1}, WWW: {200: 1}}, figures={"coverage.midstream_connections": 1})
def midstream():
    """The capture begins in the middle of a body, with a status line inside a segment that is
    none, then two responses."""
    tap, c = opened()
    tap.records.clear()
    c.send(SV, b"rest of a body HTTP/1.1 500 no\r\n\r\n").ack(C)
    tap.wait(2 * S)
    c.send(SV, response(206, "x")).ack(C)
    tap.wait(2 * S)
    c.exchange(request("/"), response(200, "x"))
    c.close()
    return tap


@case({WWW: {200: 1, 404: 1}})
def tcp_port_reuse():
    """A client uses its port again a second after the close, with other sequence numbers."""
    tap = Tap()
    simple(Conn(tap, isn=(1000, 5000)), (200,))
    tap.wait(S)
    simple(Conn(tap, isn=(77777777, 99999999)), (404,))
    return tap


@case({"a.example.test": {200: 1}, "b.example.test": {404: 1}})
def tcp_port_reuse_without_close():
    """The first connection never closes in the capture; a new SYN on the same ports begins another."""
    tap = Tap()
    simple(Conn(tap, isn=(1000, 5000)), (200,), "a.example.test", close=False)
    tap.wait(10 * S)
    simple(Conn(tap, isn=(3000000000, 2000000000)), (404,), "b.example.test")
    return tap


@case({WWW: {200: 1, 404: 1}}, figures={"coverage.no_response.reset": 1, "coverage.no_response.closed": 0})
def tcp_port_reuse_after_reset():
    """The client resets a connection while a request waits, and uses its port again at once: that
    request was cut off by the reset."""
    tap = Tap()
    c = Conn(tap).open()
    c.exchange(request("/"), response(200, "x"))
    c.send(C, request("/slow")).rst(C)
    simple(Conn(tap, isn=(5000000, 77)), (404,))
    return tap


@case({WWW: {200: 3, 404: 1}}, figures={"coverage.unpaired_responses": 0, "coverage.no_response.closed": 0})
def tcp_skewed_taps():
    """Two taps, one for each direction, whose clocks differ by 5 ms: 90 segments of a response stand
    in the file before its request."""
    tap = Tap(step=MS // 50)
    c = Conn(tap).open()
    for code in (200, 200, 404, 200):
        c.send(C, request("/"))
        tap.wait(MS)
        c.send(SV, response(code, "x" * 8900), mss=100).ack(C)
        tap.wait(MS)
    c.close()
    for r in tap.records:
        if r.data[26:30] == bytes([192, 0, 2, 10]):
            r.time += 5 * MS
    tap.records.sort(key=lambda r: r.time)
    return tap


@case({WWW: {200: 1, 404: 1}}, order="complete")
def tcp_syn_with_data():
    """TCP Fast Open (RFC 7413): the request rides on the SYN, the response on the SYN-ACK."""
    tap = Tap()
    c = Conn(tap)
    first, answer = request("/"), response(200, "x")
    c.put(C, p.SYN, first)
    c.next[C] += 1 + len(first)
    c.put(SV, p.SYN | p.ACK, answer)
    c.next[SV] += 1 + len(answer)
    c.ack(C)
    c.exchange(request("/2"), response(404, "x"))
    c.close()
    return tap


@case({WWW: {200: 1, 404: 1}})
def tcp_keep_alive():
    """Keep-alive probes of both kinds (RFC 9293 section 3.8.4), a zero window and its probe."""
    tap, c = opened()
    c.exchange(request("/"), response(200, "x"))
    for d in (C, SV):
        tap.wait(45 * S)
        c.put(d, p.ACK, seq=c.next[d] - 1)
        c.ack(1 - d)
        tap.wait(45 * S)
        c.put(d, p.ACK, b"\0", seq=c.next[d] - 1)
        c.ack(1 - d)
    c.send(C, request("/"))
    message = response(404, "hello")
    c.put(SV, p.ACK, message[:1])
    c.ack(C)
    c.send(SV, message).ack(C)
    c.close()
    return tap


@case({WWW: {200: 1, 404: 1}})
def tcp_simultaneous_open():
    """Both sides send a SYN (RFC 9293 figure 8), then one of them speaks HTTP to the other."""
    tap = Tap()
    c = Conn(tap)
    c.put(C, p.SYN)
    c.put(SV, p.SYN)
    c.next = [c.isn[0] + 1, c.isn[1] + 1]
    c.put(C, p.SYN | p.ACK, seq=c.isn[0])
    c.put(SV, p.SYN | p.ACK, seq=c.isn[1])
    c.exchange(request("/"), response(200, "x"))
    c.exchange(request("/"), response(404, "x"))
    c.close()
    return tap


@case({WWW: {200: 1, 404: 1}})
def tcp_forged_reset():
    """A reset outside of the window, and a stray SYN, do not end a connection (RFC 9293 section 3.5.3)."""
    tap, c = opened()
    c.exchange(request("/"), response(200, "x"))
    c.put(SV, p.RST, seq=c.next[SV] + 1000000000)
    c.put(C, p.SYN, seq=c.next[C] - 500000000, ack=0)
    c.ack(SV)
    tap.wait(2 * S)
    c.exchange(request("/"), response(404, "x"))
    c.close()
    return tap


@case({WWW: {200: 1, 404: 1}})
def tso_total_length_0():
    """Segments larger than 64 KB before the network card cut them: IPv4 total length 0."""
    tap, c = opened(mss=70000)
    c.send(C, request("/"), total_length=0)
    c.send(SV, response(200, "x" * 68000), total_length=0).ack(C)
    c.exchange(request("/"), response(404, "x"))
    c.close()
    return tap


@case({WWW: {200: 1, 404: 1}}, figures={"coverage.packets.undetermined_tcp": 300})
def syn_scan():
    """A port scan, 300 SYNs and their resets, around one conversation."""
    tap = Tap()
    for port in range(1, 151):
        scan = Conn(tap, 50000, client="203.0.113.66", sport=port)
        scan.put(C, p.SYN)
        scan.next[C] += 1
        scan.put(SV, p.RST | p.ACK, seq=0)
        if port == 75:
            simple(Conn(tap))
    return tap


@case({WWW: {200: 1}}, figures={"coverage.no_response.reset": 1})
def reset_in_body():
    """A reset in the middle of a body: the response counts; the pipelined request after it has none."""
    tap, c = opened()
    c.send(C, request("/a") + request("/b"))
    c.send(SV, response(200, "x" * 9000)[:3000]).ack(C)
    c.rst(C)
    return tap


@case({WWW: {404: 1, 200: 1}}, figures={"coverage.packets.tls": 9})
def tls_beside_http():
    """TLS without keys, of which coverage speaks, and a client of it that is answered in the clear."""
    tap = Tap()
    hello = bytes.fromhex("1603010045010000410303") + bytes(32) + bytes.fromhex("000002130101000016")
    hello += bytes(74 - len(hello))
    done = bytes.fromhex("160303002a020000260303") + bytes(32) + bytes.fromhex("00130100")
    tls = Conn(tap, 40001, sport=443).open()
    tls.exchange(hello, done + bytes.fromhex("1703030010") + bytes(16))
    tls.close()
    c = Conn(tap, 40002).open()
    c.exchange(request("/"), response(404, "x"))
    c.exchange(request("/"), response(200, "x"))
    c.close()
    return tap


@case({}, figures={"responses": 0})
def tls_only():
    """TLS and QUIC only: no response, and the report must not look like good health."""
    tap = Tap()
    for i in range(3):
        c = Conn(tap, 40000 + i, sport=443, isn=(1000 + 7777 * i, 5000 + 99999 * i)).open()
        c.exchange(bytes.fromhex("16030100050100000100"), bytes.fromhex("16030300050200000100"))
        c.send(SV, bytes.fromhex("1703030400") + bytes(1024)).ack(C)
        c.close()
    initial = bytes.fromhex("c000000001088394c8f03e5157080000449e") + bytes(1180)
    for d in (C, SV):
        ends = ("192.0.2.10", "198.51.100.20")
        ports = (50000, 443)
        tap.add(1, p.ETH.frame(d, p.ipv4(ends[d], ends[1 - d], 17,
                                         p.udp(ends[d], ends[1 - d], ports[d], ports[1 - d], initial))))
    return tap


@case({WWW: {200: 1, 404: 1}},
      figures={"coverage.packets.not_ip": 2, "coverage.packets.other_ip": 2},
      tshark="it shows the response that the ICMP error quotes")
def rule_10_other_traffic():
    """Rule 10: ARP, DNS, an ICMP error that quotes a response, a SYN of an unknown ethertype, a frame
    cut in its header, TCP without HTTP: each in one bucket, and the sum is right."""
    tap = Tap()
    tap.add(1, p.eth(C, p.ARP, bytes.fromhex("0001080006040001") + bytes(20))[1])
    tap.add(1, p.ETH.frame(C, p.ipv4("192.0.2.10", "198.51.100.53", 17,
                                     p.udp("192.0.2.10", "198.51.100.53", 50000, 53, bytes(30)))))
    c = simple(Conn(tap))
    quoted = c.ip(SV, p.ACK, response(500, "x"))
    icmp = bytes([3, 4]) + bytes(6) + quoted
    icmp = icmp[:2] + p.be16(p.checksum(icmp)) + icmp[4:]
    tap.add(1, p.ETH.frame(C, p.ipv4("192.0.2.10", "198.51.100.20", 1, icmp)))
    tap.add(1, p.eth(C, 0x88CC, bytes(46))[1])
    tap.records.append(Record(tap.now, 1, p.ETH.frame(C, quoted)[:20], 700))
    tap.wait(MS)
    ssh = Conn(tap, 40009, sport=22).open()
    ssh.exchange(b"SSH-2.0-OpenSSH_9.2\r\n", b"SSH-2.0-OpenSSH_9.3\r\n")
    ssh.close()
    return tap
