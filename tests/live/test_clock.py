#!/usr/bin/env python3
"""The clock jumps, hours forward and hours back, while statline counts: nothing is lost, intervals go on and add up, and
time in them does not run backward. The packets' own stamps jump in a capture that is replayed."""
import json
import os
import shutil
import struct
import subprocess
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from live import SITE, TOP, Live, ab, added, h, lines_of, network_or_skip, report_of, text_of, until  # noqa: E402
from pcapkit.capfile import pcap  # noqa: E402
from pcapkit.conversation import Conn, Tap as Packets, request, response  # noqa: E402

HOURS = 3600


class Clock:
    """What the time of day differs by, for whoever is run with env()."""

    def __init__(self, directory):
        self.library, self.file = os.path.join(directory, "clock.so"), os.path.join(directory, "clock")
        self.set(0)
        subprocess.run([*os.environ.get("CC", "cc").split(), "-shared", "-fPIC", "-O1", "-o", self.library,
                        os.path.join(TOP, "tests", "live", "clock_shim.c")], check=True)

    def set(self, seconds):
        # In place: it is mapped.
        with open(self.file, "r+b" if os.path.exists(self.file) else "wb") as f:
            f.write(struct.pack("l", seconds))

    def env(self):
        # Sanitizers want to come first, and need not.
        return {"LD_PRELOAD": self.library, "STATLINE_TEST_CLOCK": self.file,
                "ASAN_OPTIONS": "verify_asan_link_order=0:" + os.environ.get("ASAN_OPTIONS", "")}


def moment(text):
    """Of RFC 3339, as it sorts."""
    seconds, _, rest = text.rstrip("Z").partition(".")
    return seconds, rest.ljust(9, "0")


def jumps(tap, net):
    clock = Clock(net.directory)
    final, lines = net.path("clock.json"), net.path("clock.jsonl")
    live = Live(net, "clock", "--interval", "1", "-o", lines, "-o", final, "tcp", "port", "80", env=clock.env())
    if not tap.result(live.starts(), "it runs", text_of(live.err)):
        return
    codes = {}
    for jump, path, code in ((0, "/", 200), (2 * HOURS, "/busy", 503), (-3 * HOURS, "/absent", 404), (0, "/moved", 301)):
        before = len(lines_of(lines))
        clock.set(jump)
        ab(net, 50, path=path)
        codes[code] = 50
        tap.result(until(lambda: len(lines_of(lines)) > before + 2), "the clock set to %+d h: intervals go on"
                   % (jump / HOURS), text_of(live.err))
    tap.equal(live.stop(), 0, "SIGTERM: status 0")
    doc = report_of(final)
    tap.equal(doc and h.host_codes(doc), {"a.example.test": codes}, "every response counts")
    tap.equal(added(lines_of(lines)), {"a.example.test": codes}, "the intervals add up")
    spans = [(moment(d["capture"]["interval_start"]), moment(d["capture"]["interval_end"])) for d in lines_of(lines)]
    tap.equal([s for s in spans if s[0] > s[1]], [], "none of them ends before it starts")
    tap.equal(text_of(live.err), "", "there is nothing to say")


def replayed(tap, directory):
    """Stamps that jump in the capture itself."""
    with open(os.path.join(h.PCAPS, "expected.json"), encoding="utf-8") as f:
        expected = {host: {int(c): n for c, n in codes.items()}
                    for host, codes in json.load(f)["file-time-jumps"]["hosts"].items()}
    lines, final = os.path.join(directory, "jumps.jsonl"), os.path.join(directory, "jumps.json")
    r = h.run("--replay", "max", "--interval", "1", "-o", lines, "-o", final,
              os.path.join(h.PCAPS, "file-time-jumps.pcap"))
    doc = report_of(final)
    tap.equal((r.status, doc and h.host_codes(doc)), (0, expected), "--replay of stamps that jump: all of it counts")
    tap.equal(added(lines_of(lines)), expected, "and its intervals add up")


def paced(tap, directory):
    """Three seconds of packets, at several speeds."""
    packets = Packets()
    for port in (40001, 40002):
        c = Conn(packets, cport=port)
        c.open()
        c.exchange(request(), response(200))
        c.close()
        packets.wait(3 * 10**9)
    path = h.put(directory, "paced.pcap", pcap(packets.records))
    for speed, least in (("1x", 3), ("10x", 0.3), ("max", 0)):
        begin = time.monotonic()
        r = h.run("--replay", speed, "--format", "json", path)
        took = time.monotonic() - begin
        doc = json.loads(r.out) if r.status == 0 else {"responses": str(r)}
        tap.equal((doc["responses"], took >= least), (2, True), "--replay %s: not before %s s" % (speed, least))


def main():
    with network_or_skip("nginx", "ab") as net:
        if not shutil.which(os.environ.get("CC", "cc").split()[0]):
            h.skip_all("no compiler is installed")
        tap = h.Tap()
        net.nginx(SITE)
        net.wait_for_port(80)
        jumps(tap, net)
        with h.scratch() as directory:
            os.chmod(directory, 0o755)
            replayed(tap, directory)
            paced(tap, directory)
    tap.done()


if __name__ == "__main__":
    main()
