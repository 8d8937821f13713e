#!/usr/bin/env python3
"""statline beside nginx under load, in a network namespace: every code by host is that of the access log, with
signals in the middle of the load and a link that goes down between two halves; what rights it keeps."""
import json
import os
import signal
import sys
import threading
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from live import SITE, Live, ab, added, h, h2load, lines_of, network_or_skip, report_of, servers, text_of, until  # noqa: E402

REQUESTS = int(os.environ.get("STATLINE_LIVE_REQUESTS", "100000"))
PLAN = ((ab, "/", "a.example.test", 0.3), (ab, "/moved", "a.example.test", 0.2), (ab, "/busy", "b.example.test", 0.1),
        (h2load, "/absent", "c.example.test", 0.21), (h2load, "/", "b.example.test", 0.21))


class Load(threading.Thread):
    """Half of the requests, and more of them until the test has done what it does meanwhile."""

    def __init__(self, net):
        super().__init__()
        self.net, self.failed, self.enough = net, None, threading.Event()
        self.start()

    def run(self):
        try:
            for tool, path, host, share in PLAN:
                tool(self.net, int(REQUESTS * share / 2), path, host, clients=8)
            while not self.enough.is_set():
                ab(self.net, 1000, clients=8)
        except Exception as e:  # pylint: disable=broad-except
            self.failed = e

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.enough.set()
        self.join()
        if self.failed:
            raise self.failed


def logged(net):
    path = net.path("access.log")
    return servers.log_counts(path) if os.path.exists(path) else {}


def check_rights(tap, live):
    status = live.status_of_worker()
    tap.equal(status["Uid"].split(), [str(h.uid_of("nobody"))] * 4, "the worker is nobody")
    tap.equal([status[k].strip("0 \t") for k in ("CapPrm", "CapEff", "CapInh", "CapAmb")], [""] * 4,
              "it has no capability")
    tap.equal(status["NoNewPrivs"].strip(), "1", "and gets none")


def signal_under_load(tap, net, live, final, lines, kept):
    log = net.path("access.log")
    before = os.path.getsize(log) if os.path.exists(log) else 0
    with Load(net):
        until(lambda: os.path.getsize(log) > before)
        live.send(signal.SIGUSR1)
        tap.result(until(lambda: report_of(final)), "SIGUSR1 under load writes a report, and it goes on")
        os.rename(lines, kept)
        live.send(signal.SIGHUP)
        tap.result(until(lambda: os.path.exists(lines)), "SIGHUP under load opens the outputs anew")


def beside_nginx(tap, net, lanes):
    name = "live%d" % lanes
    final, lines, kept = net.path(name + ".json"), net.path(name + ".jsonl"), net.path(name + ".jsonl.1")
    before = logged(net)
    live = Live(net, name, "-j", lanes, "-B", 65536, "--interval", "1", "-o", lines, "-o", final, "tcp", "port", "80")
    if not tap.result(live.starts(), "-j %d: it runs, in its cage" % lanes, text_of(live.err)):
        return
    check_rights(tap, live)
    signal_under_load(tap, net, live, final, lines, kept)
    # What is in flight when a link goes down is lost for everyone: nothing is.
    servers.ip("-n", net.server, "link", "set", "s0", "down")
    tap.result(live.says("went down"), "a link that goes down is said", text_of(live.err))
    servers.ip("-n", net.server, "link", "set", "s0", "up")
    tap.result(live.says("is back"), "and that it is back", text_of(live.err))
    time.sleep(1)
    with Load(net):
        pass
    tap.equal(live.stop(), 0, "SIGTERM: status 0")
    judge(tap, net, before, report_of(final), (kept, lines), text_of(live.err))


def judge(tap, net, before, doc, paths, err):
    log = logged(net)
    for host, codes in before.items():
        for code, n in codes.items():
            log[host][code] -= n
    if not tap.result(doc is not None, "a final report", err):
        return
    tap.equal(err.count("\n"), 2, "nothing else was said")
    dropped = h.figure(doc, "coverage.dropped_by_kernel")
    tap.result(dropped is not None, "the kernel's drops are in it: %r" % dropped, doc["coverage"])
    total = sum(sum(codes.values()) for codes in log.values())
    if dropped:
        tap.result(doc["responses"] <= total, "with %d drops, no more responses than there were" % dropped)
    else:
        tap.equal(h.host_codes(doc), log, "statline and the access log agree on %d responses" % total)
    tap.equal(h.sums(doc), [], "the sums hold")
    intervals = lines_of(*paths)
    tap.equal(added(intervals), h.host_codes(doc), "%d intervals add up to the report" % len(intervals))
    tap.equal([h.sums(d) for d in intervals if h.sums(d)], [], "the sums of each interval hold")
    tap.equal(sum(d["coverage"]["total_packets"] for d in intervals), doc["coverage"]["total_packets"],
              "their packets, too")
    # The first file is empty where SIGHUP came before its first line: that is no report.
    merged = json.loads(h.run("merge", *(p for p in paths if os.path.getsize(p))).out or b"null")
    same = ("responses", "requests", "codes", "coverage.total_packets", "coverage.no_response", "coverage.pending",
            "capture.sources.0.packets")
    tap.equal(merged and [h.figure(merged, k) for k in same] + [len(merged["capture"]["sources"])],
              [h.figure(doc, k) for k in same] + [1], "statline merge of their lines is the report")


def main():
    with network_or_skip("nginx", "ab", "h2load") as net:
        tap = h.Tap()
        net.nginx(SITE)
        net.wait_for_port(80)
        beside_nginx(tap, net, 1)
        beside_nginx(tap, net, 2)
    tap.done()


if __name__ == "__main__":
    main()
