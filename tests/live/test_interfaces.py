#!/usr/bin/env python3
"""What interfaces do to a live capture: tags that the kernel takes off, tunnels, several of them, and one that is taken
away and comes again under its name."""
import json
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from live import SITE, Live, ab, h, network_or_skip, send, servers, text_of, until  # noqa: E402
from pcapkit import reader  # noqa: E402


def frames_of(case):
    """-> (frames, what must be counted) of one of the captures."""
    with open(os.path.join(h.PCAPS, case + ".pcap"), "rb") as f:
        frames = [p.data for p in reader.pcap_records(f.read())]
    with open(os.path.join(h.PCAPS, "expected.json"), encoding="utf-8") as f:
        expected = json.load(f)[case]["hosts"]
    return frames, {host: {int(c): n for c, n in codes.items()} for host, codes in expected.items()}


def seen(live, now, want):
    """-> codes by host once they are what is wanted, or as they were at last"""
    doc = live.asked(now, lambda doc: h.host_codes(doc) == want)
    return h.host_codes(doc) if doc else text_of(live.err)


def tagged(tap, net):
    """Frames with VLAN tags, which the kernel takes off before a filter sees the packet."""
    frames, expected = frames_of("notable-codes")
    with_tag = [f[:12] + bytes.fromhex("81000007") + f[12:] for f in frames]
    for name, args in (("vlan", ("tcp",)), ("vlan-by-tag", ("vlan", "7", "and", "tcp"))):
        now = net.path(name + ".json")
        live = Live(net, name, "-o", now, *args)
        live.starts()
        send(net, with_tag)
        tap.equal(seen(live, now, expected), expected, "VLAN-tagged traffic passes the filter %s" % " ".join(args))
        live.stop()


def threads_of(live):
    return len(os.listdir("/proc/%d/task" % live.worker()))


def tunnelled(tap, net):
    frames, expected = frames_of("vxlan")
    now = net.path("tunnel.json")
    live = Live(net, "tunnel", "-j", "2", "-o", now)
    live.starts()
    # Each of them is a thread of what parses.
    threads = threads_of(live)
    # Lanes look at a sample of the packets: copies of the same ones count once.
    for _ in range(40):
        send(net, frames)
        if until(lambda: "tunnel" in text_of(live.err), 0.2):
            break
    tap.result("-j: a tunnel was seen: one pipeline from here on" in text_of(live.err),
               "a tunnel ends -j, and it says so", text_of(live.err))
    tap.equal(seen(live, now, expected), expected, "the flows in it count")
    tap.result(until(lambda: threads_of(live) == threads - 1), "one of two pipelines is left")
    before = len(text_of(live.err).splitlines())
    send(net, frames)
    tap.equal(live.stop(), 0, "status 0")
    tap.equal((before, len(text_of(live.err).splitlines())), (1, 1), "once")


def several(tap, net):
    now = net.path("several.json")
    live = Live(net, "several", "-i", "lo", "-j", "2", "-o", now)
    live.starts()
    tap.contains(text_of(live.err), "-j 2: one pipeline, since several interfaces may share a connection",
                 "several interfaces are one pipeline, and it says so")
    ab(net, 4)
    net.run(net.server, "ab", "-q", "-n", 3, "-H", "Host: lo.example.test", "http://127.0.0.1/")
    want = {"a.example.test": {200: 4}, "lo.example.test": {200: 3}}
    tap.equal(seen(live, now, want), want, "what passes on each of them counts, on the loopback once")
    live.stop()


def all_of_them(tap, net):
    now = net.path("any.json")
    live = Live(net, "any", "-j", "2", "-o", now, interface="any")
    live.starts()
    tap.contains(text_of(live.err), "-j 2: one pipeline", "any is one pipeline, and it says so")
    ab(net, 6)
    want = {"a.example.test": {200: 6}}
    tap.equal(seen(live, now, want), want, "what passes on any of them counts")
    doc = live.asked(now, lambda doc: True)
    tap.equal(doc and [doc["coverage"][k] for k in ("dropped_by_kernel", "dropped_by_interface")], [0, None],
              "what the system does not say of all of them is null")
    live.stop()


def down_at_once(tap, net):
    """What was seen last is still on its way to us when the interface goes down."""
    frames, expected = frames_of("notable-codes")
    live = Live(net, "down", "--format", "json", "tcp")
    live.starts()
    send(net, frames, down=True)
    tap.result(live.says("went down"), "a link that goes down is said", text_of(live.err))
    servers.ip("-n", net.server, "link", "set", "s0", "up")
    tap.result(live.says("is back"), "and that it is back", text_of(live.err))
    doc = live.final()
    tap.equal(doc and h.host_codes(doc), expected, "the last packets before that count")


def taken_away(tap, net):
    now = net.path("away.json")
    live = Live(net, "away", "-o", now, "tcp", "port", "80")
    live.starts()
    ab(net, 10)
    tap.equal(seen(live, now, {"a.example.test": {200: 10}}), {"a.example.test": {200: 10}}, "before")
    servers.ip("-n", net.server, "link", "del", "s0")
    tap.result(live.says("went down"), "an interface that is taken away is said", text_of(live.err))
    net.link()
    tap.result(live.says("is back"), "and the new one under its name", text_of(live.err))
    ab(net, 20, path="/busy")
    want = {"a.example.test": {200: 10, 503: 20}}
    tap.equal(seen(live, now, want), want, "before and after are counted")
    tap.equal(live.stop(), 0, "status 0")
    tap.equal(len(text_of(live.err).splitlines()), 2, "each was said once")


def missing(tap, net):
    live = Live(net, "missing", interface="s7")
    tap.result(live.ended(), "an interface that never was")
    tap.equal((live.process.returncode, text_of(live.err)),
              (64, "statline: s7: there is no such interface: see statline -D\n"), "is wrong usage")


def main():
    with network_or_skip("nginx", "ab") as net:
        tap = h.Tap()
        net.nginx(SITE)
        net.wait_for_port(80)
        for part in (tagged, tunnelled, several, all_of_them, down_at_once, taken_away, missing):
            part(tap, net)
    tap.done()


if __name__ == "__main__":
    main()
