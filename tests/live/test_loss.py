#!/usr/bin/env python3
"""Packets are lost between nginx and its clients, before or behind the place where they are captured: what TCP sends again
counts once, and the codes by host are those of nginx's own log."""
import os
import sys

sys.dont_write_bytecode = True
TOP = os.environ.get("top_srcdir") or os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(TOP, "tests", "cli"))
import harness as h  # noqa: E402
from pcapkit import servers  # noqa: E402

SITE = """
	keepalive_requests 10000;
	gzip on;
	gzip_min_length 10;
	gzip_types text/plain;
	client_max_body_size 60k;
	server {
		listen 80%s;
		location / { return 200 "hello\\n"; }
		location /page { alias ${d}/page; }
		location /moved { return 301 /page; }
		location /denied { deny all; }
		location /busy { return 503 "later\\n"; }
		location /absent { return 404 "no\\n"; }
		location /made { proxy_pass http://127.0.0.1:81; }
	}
	server {
		listen 127.0.0.1:81;
		access_log off;
		location / { return 201 "made\\n"; }
	}
"""
# One packet in forty.
RULE = "table inet %(hook)s { chain c { type filter hook %(hook)s priority 0; tcp %(port)s 80 numgen random mod 40 < 1 drop; }; }"
CLIENT, SERVER = "client", "server"
LOSSES = (("none", ()),
          ("behind the tap", ((SERVER, "input", "dport"), (CLIENT, "input", "sport"))),
          ("before the tap", ((CLIENT, "output", "dport"), (SERVER, "output", "sport"))))
THREADS, RESPONSES = 12, 50
H2_LOADS = (("a.example.test", ("/", "/page", "/moved")), ("B.Example.Test:8080", ("/denied", "/busy", "/absent")))


def refused(net, rules):
    """Have packets dropped. -> why not, or None."""
    for side, hook, port in rules:
        space = net.client if side == CLIENT else net.server
        p = net.run(space, "nft", RULE % {"hook": hook, "port": port})
        if p.returncode:
            return p.stdout.strip().split("\n")[0]
    return None


def http1(net):
    client = os.path.join(TOP, "tests", "live", "random_client.py")
    p = net.run(net.client, sys.executable, client, servers.SERVER, 1, THREADS, RESPONSES, timeout=300)
    return p.stdout


def http2(net):
    said = ""
    for host, paths in H2_LOADS:
        p = net.run(net.client, "h2load", "-n", 600, "-c", 6, "-m", 8, "-H", ":authority: " + host,
                    *("http://%s%s" % (servers.SERVER, path) for path in paths), timeout=300)
        said += "" if "600 done" in p.stdout else p.stdout
    return said


def once(tap, protocol, listen, load, loss, rules):
    what = "%s, loss: %s" % (protocol, loss)
    with servers.Network() as net:
        with open(net.path("page"), "w", encoding="utf-8") as f:
            f.write("line of a page that spans segments\n" * 2000)
        net.nginx(SITE % listen)
        net.wait_for_port(80)
        reason = refused(net, rules)
        if reason:
            tap.skip(what, "nft: " + reason)
            return
        path = net.path("loss.pcap")
        with servers.Capture(net, path, "tcp port 80") as capture:
            said = load(net)
        if capture.dropped:
            tap.skip(what, "tcpdump dropped packets")
            return
        tap.equal(said, "", what + ": the clients got their answers")
        r, doc = h.report(path)
        logged = {}
        for host, codes in servers.log_counts(net.path("access.log")).items():
            logged[host.lower()] = codes
    if not tap.result(doc is not None and r.status == 0, what + ": a report", r):
        return
    # nginx does not log interim responses.
    codes = {host: {c: n for c, n in got.items() if c != 100} for host, got in h.host_codes(doc).items()}
    tap.equal(codes, logged, "%s: statline and the access log agree on %d responses"
              % (what, sum(sum(c.values()) for c in logged.values())))
    tap.equal(h.sums(doc), [], what + ": the sums hold")
    if loss == "behind the tap":
        again = h.figure(doc, "coverage.retransmitted")
        tap.result(again > 0, what + ": %d segments were there twice" % again)
    tap.equal(h.figure(doc, "coverage.gaps"), 0, what + ": no gap")


def main():
    reason = servers.why_not("nginx", "nft", "h2load")
    if reason:
        h.skip_all(reason)
    tap = h.Tap()
    for loss, rules in LOSSES:
        once(tap, "HTTP/1", "", http1, loss, rules)
        once(tap, "HTTP/2", " http2", http2, loss, rules)
    tap.done()


if __name__ == "__main__":
    main()
