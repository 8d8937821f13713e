#!/usr/bin/env python3
"""nginx under load in a network namespace, captured without a drop: the codes by host are those of
its own access log, to the unit."""
import os
import sys

sys.dont_write_bytecode = True
TOP = os.environ.get("top_srcdir") or os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(TOP, "tests", "cli"))
import harness as h  # noqa: E402
from pcapkit import servers  # noqa: E402

SITE = """
	limit_conn_zone $server_name zone=one:64k;
	keepalive_requests 50;
	server {
		listen 80;
		location / { return 200 "hello\\n"; }
		location /page { alias ${d}/page; }
		location /moved { return 301 /page; }
		location /login { return 302 /page; }
		location /denied { deny all; }
		location /busy { return 503 "later\\n"; }
		location /broken { rewrite ^ /broken last; }
		location /absent { return 404 "no\\n"; }
	}
"""
# (path, host, requests, connections, keep-alive)
PLAN = (
    ("/", "a.example.test", 1500, 8, True), ("/page", "a.example.test", 1000, 4, True),
    ("/moved", "a.example.test", 300, 2, False), ("/login", "b.example.test", 300, 4, True),
    ("/denied", "b.example.test", 200, 2, True), ("/busy", "b.example.test", 700, 8, True),
    ("/broken", "c.example.test", 200, 2, False), ("/absent", "c.example.test", 500, 4, True),
)


def load(net, slower):
    for path, host, requests, connections, keep in PLAN:
        args = ["-q", "-n", requests, "-c", max(1, connections // slower), "-H", "Host: " + host]
        if keep:
            args.append("-k")
        p = net.run(net.client, "ab", *args, "http://%s%s" % (servers.SERVER, path))
        if p.returncode:
            raise RuntimeError("ab failed: " + p.stdout)


def once(slower):
    """-> (drops, codes by host of the log, statline's result, its report, total of requests)."""
    with servers.Network() as net:
        with open(net.path("page"), "w", encoding="utf-8") as f:
            f.write("line of a page that spans segments\n" * 500)
        net.nginx(SITE)
        net.wait_for_port(80)
        path = net.path("load.pcap")
        with servers.Capture(net, path, "tcp port 80") as tap:
            load(net, slower)
        r, doc = h.report(path)
        return tap.dropped, servers.log_counts(net.path("access.log")), r, doc


def main():
    reason = servers.why_not("nginx", "ab")
    if reason:
        h.skip_all(reason)
    tap = h.Tap()
    for slower in (1, 4, 16):
        dropped, logged, r, doc = once(slower)
        print("# %d of the load's connections, %d packets dropped" % (slower, dropped))
        if not dropped:
            break
    if dropped:
        tap.skip("statline and the access log agree", "tcpdump dropped packets at every rate")
        tap.done()
    total = sum(sum(codes.values()) for codes in logged.values())
    tap.result(total >= sum(p[2] for p in PLAN), "nginx logged every request", logged)
    if tap.result(doc is not None and r.status == 0, "a report", r):
        tap.equal(h.host_codes(doc), logged, "statline and the access log agree on %d responses" % total)
        tap.equal(h.sums(doc), [], "the sums hold")
        tap.equal(doc["requests"], total, "as many requests")
        tap.equal(h.figure(doc, "coverage.gaps"), 0, "no gap")
    tap.done()


if __name__ == "__main__":
    main()
