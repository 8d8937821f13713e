#!/usr/bin/env python3
"""statline beside nginx under load, in a network namespace: every code by host is that of the access log, with
signals and a link that goes down in the middle; what it says of itself, and what rights it keeps."""
import json
import os
import signal
import subprocess
import sys
import time

sys.dont_write_bytecode = True
TOP = os.environ.get("top_srcdir") or os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(TOP, "tests", "cli"))
import harness as h  # noqa: E402
from pcapkit import reader, servers  # noqa: E402

SITE = """
	keepalive_requests 1000;
	server {
		listen 80;
		location / { return 200 "hello\\n"; }
		location /moved { return 301 /page; }
		location /busy { return 503 "later\\n"; }
		location /absent { return 404 "no\\n"; }
	}
"""
# A fifth of this where the build is slow: it would only measure drops.
REQUESTS = int(os.environ.get("STATLINE_LIVE_REQUESTS", "100000"))
PLAN = (("/", "a.example.test", 0.5), ("/moved", "a.example.test", 0.2), ("/busy", "b.example.test", 0.2),
        ("/absent", "b.example.test", 0.1))
WAIT = 30


def until(what, seconds=WAIT):
    """Whether what() came true in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if what():
            return True
        time.sleep(0.05)
    return False


def text_of(path):
    if not os.path.exists(path):
        return ""
    with open(path, encoding="utf-8", errors="replace") as f:
        return f.read()


class Live:
    """statline -i ... in a namespace; ended by stop()."""

    def __init__(self, net, name, *args, interface="s0"):
        self.out, self.err = net.path(name + ".out"), net.path(name + ".err")
        self.ready = net.path(name + ".ready")
        with open(self.out, "wb") as out, open(self.err, "wb") as err:
            self.process = subprocess.Popen(
                net.command(net.server, h.STATLINE, "-i", interface, *args), stdout=out, stderr=err,
                stdin=subprocess.DEVNULL)
        net.running.append(self.process)

    def worker(self):
        with open("/proc/%d/task/%d/children" % ((self.process.pid,) * 2), encoding="ascii") as f:
            words = f.read().split()
        return int(words[0]) if words else None

    def status_of_worker(self):
        with open("/proc/%d/status" % self.worker(), encoding="ascii") as f:
            return dict(line.rstrip("\n").split(":\t", 1) for line in f if ":\t" in line)

    def caged(self):
        try:
            return self.status_of_worker().get("Seccomp") == "2"
        except (OSError, TypeError):
            return False

    def send(self, number):
        self.process.send_signal(number)

    def stop(self, number=signal.SIGTERM):
        self.send(number)
        try:
            return self.process.wait(WAIT)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return None


def load(net, share=1.0):
    for path, host, part in PLAN:
        n = max(8, int(REQUESTS * part * share))
        p = net.run(net.client, "ab", "-q", "-k", "-c", 8, "-n", n, "-H", "Host: " + host,
                    "http://%s%s" % (servers.SERVER, path))
        if p.returncode:
            raise RuntimeError("ab failed: " + p.stdout)


def report_of(path):
    try:
        with open(path, encoding="utf-8") as f:
            return json.load(f)
    except (OSError, ValueError):
        return None


def added(lines):
    """Codes by host, over all lines."""
    out = {}
    for doc in lines:
        for host, codes in h.host_codes(doc).items():
            for code, n in codes.items():
                out.setdefault(host, {}).setdefault(code, 0)
                out[host][code] += n
    return out


def beside_nginx(tap, net, lanes):
    name = "live%d" % lanes
    final, lines, kept = net.path(name + ".json"), net.path(name + ".jsonl"), net.path(name + ".jsonl.1")
    live = Live(net, name, "-j", lanes, "-B", 65536, "--interval", "1", "-o", lines, "-o", final, "tcp", "port", "80")
    if not tap.result(until(live.caged), "-j %d: it runs, in its cage" % lanes, text_of(live.err)):
        return
    status = live.status_of_worker()
    tap.equal(status["Uid"].split(), [str(h.uid_of("nobody"))] * 4, "the worker is nobody")
    tap.equal([status[k].strip("0 \t") for k in ("CapPrm", "CapEff", "CapInh", "CapAmb")], [""] * 4,
              "it has no capability")
    tap.equal(status["NoNewPrivs"].strip(), "1", "and gets none")
    before = servers.log_counts(net.path("access.log")) if os.path.exists(net.path("access.log")) else {}
    load(net, 0.5)
    live.send(signal.SIGUSR1)
    tap.result(until(lambda: report_of(final)), "SIGUSR1 writes a report, and it goes on")
    os.rename(lines, kept)
    live.send(signal.SIGHUP)
    tap.result(until(lambda: os.path.exists(lines)), "SIGHUP opens the outputs anew")
    servers.ip("-n", net.server, "link", "set", "s0", "down")
    tap.result(until(lambda: "went down" in text_of(live.err)), "a link that goes down is said", text_of(live.err))
    servers.ip("-n", net.server, "link", "set", "s0", "up")
    tap.result(until(lambda: "is back" in text_of(live.err)), "and that it is back", text_of(live.err))
    time.sleep(1)
    load(net, 0.5)
    tap.equal(live.stop(), 0, "SIGTERM: status 0")
    judge(tap, net, before, report_of(final), (kept, lines), text_of(live.err))


def judge(tap, net, before, doc, paths, err):
    logged = servers.log_counts(net.path("access.log"))
    for host, codes in before.items():
        for code, n in codes.items():
            logged[host][code] -= n
    if not tap.result(doc is not None, "a final report", err):
        return
    dropped = h.figure(doc, "coverage.dropped_by_kernel")
    tap.result(dropped is not None, "the kernel's drops are in it: %r" % dropped, doc["coverage"])
    total = sum(sum(codes.values()) for codes in logged.values())
    if dropped:
        tap.result(doc["responses"] <= total, "with %d drops, no more responses than there were" % dropped)
    else:
        tap.equal(h.host_codes(doc), logged, "statline and the access log agree on %d responses" % total)
    tap.equal(h.sums(doc), [], "the sums hold")
    intervals = [json.loads(line) for path in paths for line in text_of(path).splitlines()]
    tap.equal(added(intervals), h.host_codes(doc), "%d intervals add up to the report" % len(intervals))
    tap.equal([h.sums(d) for d in intervals if h.sums(d)], [], "the sums of each interval hold")
    tap.equal(sum(d["coverage"]["total_packets"] for d in intervals), doc["coverage"]["total_packets"],
              "their packets, too")
    merged = json.loads(h.run("merge", *paths).out or b"null")
    same = ("responses", "requests", "codes", "coverage.total_packets", "coverage.no_response", "coverage.pending",
            "capture.sources.0.packets")
    tap.equal(merged and [h.figure(merged, k) for k in same] + [len(merged["capture"]["sources"])],
              [h.figure(doc, k) for k in same] + [1], "statline merge of their lines is the report")


def stopping(tap, net):
    live = Live(net, "count", "-c", "10", "--format", "json")
    until(live.caged)
    net.run(net.client, "ab", "-q", "-n", 5, "http://%s/" % servers.SERVER)
    tap.result(until(lambda: live.process.poll() is not None), "-c ends it by itself")
    doc = report_of(live.out)
    tap.equal((live.process.returncode, h.figure(doc or {}, "coverage.total_packets")), (0, 10), "after 10 packets")
    begin = time.monotonic()
    live = Live(net, "duration", "-a", "duration:2", "--format", "json")
    tap.result(until(lambda: live.process.poll() is not None), "-a duration ends it")
    tap.result(1.5 < time.monotonic() - begin < 10, "after two seconds")
    live = Live(net, "int", "--format", "json")
    until(live.caged)
    tap.equal(live.stop(signal.SIGINT), 0, "SIGINT: status 0, with a report")
    tap.result(report_of(live.out) is not None, "which is whole")
    pipe = subprocess.Popen(net.command(net.server, h.STATLINE, "-i", "s0", "--plain", "--interval", "1"),
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL)
    net.running.append(pipe)
    pipe.stdout.readline()
    pipe.stdout.close()
    tap.result(until(lambda: pipe.poll() is not None), "a reader that goes away ends it")
    tap.equal(pipe.stderr.read(), b"", "quietly")


SEND = """
import socket, sys
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
s.bind(("c0", 0))
for line in sys.stdin:
    s.send(bytes.fromhex(line))
"""


def tagged(tap, net):
    """Frames with VLAN tags, which the kernel takes off before a filter sees the packet."""
    with open(os.path.join(h.PCAPS, "notable-codes.pcap"), "rb") as f:
        frames = [p.data for p in reader.pcap_records(f.read())]
    with open(os.path.join(h.PCAPS, "expected.json"), encoding="utf-8") as f:
        expected = {host: {int(c): n for c, n in codes.items()}
                    for host, codes in json.load(f)["notable-codes"]["hosts"].items()}
    lines = "".join((p[:12] + bytes.fromhex("81000007") + p[12:]).hex() + "\n" for p in frames)
    for name, args in (("vlan", ("tcp",)), ("vlan-by-tag", ("vlan", "7", "and", "tcp"))):
        live = Live(net, name, "--format", "json", *args)
        until(live.caged)
        net.run(net.client, sys.executable, "-c", SEND, input=lines)
        time.sleep(0.5)
        live.stop()
        doc = report_of(live.out)
        tap.equal(h.host_codes(doc) if doc else text_of(live.err), expected,
                  "VLAN-tagged traffic passes the filter %s" % " ".join(args))


def notified(tap, net):
    """READY=1, WATCHDOG=1 and STOPPING=1, to a socket of our own."""
    import socket
    path = net.path("notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as s:
        s.bind(path)
        s.settimeout(WAIT)
        os.environ["NOTIFY_SOCKET"] = path
        try:
            live = Live(net, "notify", "--format", "json")
        finally:
            del os.environ["NOTIFY_SOCKET"]
        told = [s.recv(100), s.recv(100)]
        tap.equal(told, [b"READY=1", b"WATCHDOG=1"], "the service manager is told that all is well")
        live.stop()
        while told[-1] == b"WATCHDOG=1":
            told.append(s.recv(100))
        tap.equal(told[-1], b"STOPPING=1", "and that it stops")


def idle(tap, net):
    live = Live(net, "forget", "--forget", "2s", "--format", "json", "tcp", "port", "80")
    until(live.caged)
    net.run(net.client, "ab", "-q", "-n", 30, "-H", "Host: old.example.test", "http://%s/" % servers.SERVER)
    time.sleep(5)
    net.run(net.client, "ab", "-q", "-n", 5, "-H", "Host: new.example.test", "http://%s/" % servers.SERVER)
    time.sleep(0.5)
    live.stop()
    doc = report_of(live.out)
    tap.equal(h.host_codes(doc) if doc else None, {"(forgotten)": {200: 30}, "new.example.test": {200: 5}},
              "an idle host is folded, and the totals add up")


def main():
    reason = servers.why_not("nginx", "ab")
    if reason:
        h.skip_all(reason)
    tap = h.Tap()
    with servers.Network() as net:
        net.nginx(SITE)
        net.wait_for_port(80)
        beside_nginx(tap, net, 1)
        beside_nginx(tap, net, 2)
        stopping(tap, net)
        tagged(tap, net)
        notified(tap, net)
        idle(tap, net)
    tap.done()


if __name__ == "__main__":
    main()
