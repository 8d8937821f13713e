"""Cases about files: formats, byte orders, sections, several files at once."""
from pcapkit import capfile, packet as p
from pcapkit.case import case, one, simple
from pcapkit.conversation import C, S, SV, START, Conn, Tap, request, response

WWW = "www.example.test"
BOTH = {WWW: {200: 1, 404: 1}}


@case(BOTH)
def file_pcap_big_endian():
    """pcap in microseconds, big endian."""
    return capfile.pcap(one().records, order=">")


@case(BOTH)
def file_pcap_nanoseconds():
    """pcap in nanoseconds, little endian."""
    return capfile.pcap(one().records, nanoseconds=True)


@case(BOTH)
def file_pcap_nanoseconds_big_endian():
    """pcap in nanoseconds, big endian."""
    return capfile.pcap(one().records, order=">", nanoseconds=True)


@case(BOTH)
def file_pcapng():
    """pcapng, little endian, with names, statistics, an unknown block and packet options."""
    records = one().records
    w = capfile.Pcapng().section()
    w.interface(1, name="eth0").name_resolution(bytes([198, 51, 100, 20]), b"www.example.test")
    w.block(0x0BADF00D, b"nobody knows this block")
    for r in records:
        w.packet(r, options=w.option(1, b"a comment") + w.option(0, b""))
    w.statistics(0, records[-1].time, len(records), 0, 0)
    return w.bytes()


@case(BOTH, figures={"coverage.dropped_by_kernel": 17, "coverage.dropped_by_interface": 4})
def file_pcapng_drops():
    """pcapng whose interface statistics say that 17 packets were dropped by the kernel and 4 by the
    interface; an earlier block with smaller figures stands before the last one."""
    records = one().records
    w = capfile.Pcapng().section().interface(1)
    for r in records[:5]:
        w.packet(r)
    w.statistics(0, records[4].time, 5, 1, 2)
    for r in records[5:]:
        w.packet(r)
    return w.statistics(0, records[-1].time, len(records), 4, 17).bytes()


@case(BOTH)
def file_pcapng_big_endian():
    """pcapng, big endian."""
    return capfile.pcapng(one().records, ">")


@case(BOTH)
def file_pcapng_resolutions():
    """pcapng with three interfaces that stamp in nanoseconds, in 2^-20 s and, with an offset, in
    seconds: one conversation over the first two, a packet of the third."""
    records = one().records
    w = capfile.Pcapng().section()
    w.interface(1, 9).interface(1, 0x80 | 20).interface(1, 0, offset=1_000_000_000)
    for i, r in enumerate(records):
        w.packet(r, i % 2)
    tail = Tap(start=START + 2 * S)
    tap_conn = Conn(tail, 41000)
    tap_conn.put(C, p.SYN)
    return w.packet(tail.records[0], 2).bytes()


@case({WWW: {200: 4, 404: 4}})
def file_pcapng_mixed_link_types():
    """One pcapng file with Ethernet, Linux cooked, raw IP and NULL interfaces: libpcap refuses it."""
    tap = Tap()
    stacks = (p.ETH, p.Stack(113, p.sll), p.Stack(101, p.raw), p.Stack(0, p.null_family("<", 24)))
    for i, stack in enumerate(stacks):
        simple(Conn(tap, 40000 + i, stack=stack))
    return capfile.pcapng(tap.records)


@case({WWW: {200: 2, 404: 2}})
def file_pcapng_sections():
    """Two sections of different byte order and link type; interface numbers begin anew."""
    tap = Tap()
    simple(Conn(tap, 40000))
    n = len(tap.records)
    simple(Conn(tap, 40001, stack=p.Stack(101, p.raw)))
    return capfile.pcapng(tap.records[:n]) + capfile.pcapng(tap.records[n:], ">", 9)


@case(BOTH)
def file_pcapng_secrets():
    """pcapng with decryption secrets blocks (a TLS key log, and one of an unknown kind)."""
    records = one().records
    w = capfile.Pcapng().section().interface(1)
    w.secrets(0x544C534B, b"CLIENT_RANDOM " + b"0" * 64 + b" " + b"1" * 96 + b"\n")
    for i, r in enumerate(records):
        if i == 4:
            w.secrets(0x12345678, b"HTTP/1.1 500 Not A Packet\r\n\r\n")
        w.packet(r)
    return w.bytes()


@case(BOTH)
def file_pcapng_old_blocks():
    """pcapng with the obsolete packet block, which old dumpcap wrote."""
    w = capfile.Pcapng().section().interface(1)
    for r in one().records:
        w.old_packet(r)
    return w.bytes()


@case(BOTH)
def file_pcapng_simple_packets():
    """pcapng with simple packet blocks, which have no time stamps."""
    w = capfile.Pcapng().section().interface(1, snaplen=262144)
    for r in one().records:
        w.simple_packet(r)
    return w.bytes()


@case({WWW: {200: 1, 404: 1}}, exit=2)
def file_cut_in_last_record():
    """A pcap file that ends in the middle of its last packet: read up to there, exit status 2."""
    return capfile.pcap(one().records)[:-20]


@case({WWW: {200: 1}}, exit=2)
def file_damaged():
    """A record length of 2 GB in the middle: read up to there, exit status 2."""
    records = one().records
    good = capfile.pcap(records[:5])
    bad = capfile.pcap(records[5:])[24:]
    return good + bad[:8] + b"\xff\xff\xff\x7f" + bad[12:]


@case({WWW: {200: 2, 404: 1, 500: 1}})
def files_rotated():
    """Three files of a rotation, with connections that go on from one to the next, and a head whose
    segments lie in two files."""
    tap = Tap()
    a, b = Conn(tap, 40000).open(), Conn(tap, 40001).open()
    a.exchange(request("/"), response(200, "x"))
    b.send(C, request("/")).send(SV, response(500, "y" * 50)[:20])
    cut1 = len(tap.records)
    b.send(SV, response(500, "y" * 50)[20:]).ack(C)
    a.send(C, request("/"))
    cut2 = len(tap.records)
    a.send(SV, response(404, "x")).ack(C)
    b.exchange(request("/"), response(200, "x"))
    a.close()
    b.close()
    r = tap.records
    return {"-1": capfile.pcap(r[:cut1]), "-2": capfile.pcapng(r[cut1:cut2]),
            "-3": capfile.pcap(r[cut2:], nanoseconds=True)}


@case({WWW: {200: 3, 404: 2}}, figures={"coverage.unpaired_responses": 0})
def files_two_taps():
    """Two files from two taps, one for each direction, whose times overlap: merged by time stamp."""
    tap = Tap()
    for i in range(2):
        simple(Conn(tap, 40000 + i))
    simple(Conn(tap, 40002), (200,))
    client = bytes([192, 0, 2, 10])
    return {"-out": capfile.pcap([r for r in tap.records if r.data[26:30] == client]),
            "-in": capfile.pcap([r for r in tap.records if r.data[26:30] != client])}


@case({}, figures={"responses": 0, "capture.sources.0.packets": 0})
def file_without_packets():
    """A valid capture without packets: nothing, and exit status 0."""
    return capfile.pcap([])


@case({WWW: {200: 1, 404: 1}}, figures={"coverage.packets.undecoded": 1})
def file_unknown_link_type():
    """pcapng with an interface of a link type that nobody knows beside an Ethernet one."""
    from pcapkit.conversation import Record
    records = one().records
    w = capfile.Pcapng().section().interface(1).interface(4242)
    for r in records:
        w.packet(r)
    return w.packet(Record(records[-1].time, 4242, b"\0" * 60), 1).bytes()


@case({WWW: {200: 1, 404: 1}})
def file_time_jumps():
    """Packets stamped before their predecessors, one stamped ten years ahead, one in 1970."""
    tap = one()
    for r in tap.records[3:6]:
        r.time -= 50_000_000
    tap.records[7].time += 10 * 365 * 86400 * S
    tap.records[9].time = 0
    return tap
