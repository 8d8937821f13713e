#!/usr/bin/env python3
"""HTTP/2 in the clear between programs of others: nginx and nghttpd under h2load, nghttp and curl; gRPC's own
server and client. Codes, hosts and statuses are those of the servers' logs, to the unit."""
import collections
import json
import os
import re
import struct
import subprocess
import sys

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.environ.get("top_srcdir") or os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(TOP, "tests", "cli"))
import harness as h  # noqa: E402
from pcapkit import servers  # noqa: E402

SITE = """
	keepalive_requests 200000;
	server {
		listen 80 http2;
		http2_max_concurrent_streams 100;
		location / { return 200 "hello\\n"; }
		location /page { alias ${d}/page; }
		location /moved { return 301 /page; }
		location /denied { deny all; }
		location /busy { return 503 "later\\n"; }
		location /absent { return 404 "no\\n"; }
	}
"""
PATHS = ("/", "/page", "/moved", "/denied", "/busy", "/absent", "/", "/")
STREAMS = 100000


def h2load(net, streams, connections, parallel, paths=PATHS):
    urls = ["http://%s%s" % (servers.SERVER, p) for p in paths]
    p = net.run(net.client, "h2load", "-n", streams, "-c", connections, "-m", parallel, *urls)
    if p.returncode or " 0 errored, 0 timeout" not in p.stdout:
        raise RuntimeError("h2load failed: " + p.stdout[-800:])


def nginx_load(streams):
    """-> (packets dropped, log counts, result, report)"""
    with servers.Network() as net:
        with open(net.path("page"), "w", encoding="utf-8") as f:
            f.write("line of a page that spans frames\n" * 100)
        net.nginx(SITE)
        net.wait_for_port(80)
        path = net.path("load.pcap")
        with servers.Capture(net, path, "tcp port 80", buffer=262144) as tap:
            h2load(net, streams, 10, 20)
        r, doc = h.report(path)
        return tap.dropped, servers.log_counts(net.path("access.log")), r, doc


def check_load(tap):
    dropped, logged, r, doc = nginx_load(STREAMS)
    name = "%d streams of h2load: statline and nginx's log agree" % STREAMS
    if dropped:
        tap.skip(name, "tcpdump dropped %d packets" % dropped)
        return
    if not tap.result(doc is not None and r.status == 0, "a report of the load", r):
        return
    tap.equal(sum(sum(c.values()) for c in logged.values()), STREAMS, "nginx logged every stream")
    tap.equal(h.host_codes(doc), logged, name)
    tap.equal(h.sums(doc), [], "the sums hold")
    tap.equal((doc["requests"], doc["protocols"], doc["unknown_codes"]), (STREAMS, {"h2": STREAMS}, 0),
              "requests, protocols, and no unknown code")
    tap.equal(doc["latency"]["count"], STREAMS, "a latency for each stream")


def without_start(capture, packets):
    """A pcap of the same packets but the first ones."""
    at = 24
    for _ in range(packets):
        at += 16 + struct.unpack_from("<I", capture, at + 8)[0]
    return capture[:24] + capture[at:]


def tshark_codes(path, after):
    """Codes of the header sections in packets after that one, all others having been read too."""
    out = subprocess.run(["tshark", "-n", "-r", path, "-Y", "http2.headers.status && frame.number > %d" % after,
                          "-T", "fields", "-e", "http2.headers.status"], capture_output=True, text=True).stdout
    return collections.Counter(int(c) for c in out.replace(",", "\n").split())


def check_midstream(tap):
    """What the capture lacks at its beginning makes codes unknown, never wrong. nghttpd keeps codes in its table."""
    if not h.have("tshark"):
        tap.skip("a capture that begins in the middle", "tshark is not installed")
        return
    with servers.Network() as net:
        os.makedirs(net.path("www/directory"))
        with open(net.path("www/small"), "w", encoding="utf-8") as f:
            f.write("small\n")
        net.start(net.server, "nghttpd", "--no-tls", "-d", net.path("www"), "80")
        net.wait_for_port(80)
        with servers.Capture(net, net.path("load.pcap"), "tcp port 80") as tcpdump:
            h2load(net, 3000, 10, 20, ("/small", "/absent", "/directory"))
        _, doc = h.report(net.path("load.pcap"))
        with open(net.path("load.pcap"), "rb") as f:
            capture = f.read()
    dropped, skip = tcpdump.dropped, doc["coverage"]["total_packets"] // 3
    with h.scratch() as d:
        whole = h.put(d, "whole.pcap", capture)
        truth = tshark_codes(whole, skip)
        r, doc = h.report(h.put(d, "part.pcap", without_start(capture, skip)))
    if not tap.result(doc is not None and r.status == 0, "a report of a capture that begins in the middle", r):
        return
    codes = h.codes(doc["codes"])
    print("# %d dropped; of %d responses after the start %d are counted, %d of unknown code; tshark, which has "
          "the start: %s, statline: %s" % (dropped, sum(truth.values()), doc["responses"], doc["unknown_codes"],
                                           dict(truth), codes))
    tap.result(all(n <= truth[c] for c, n in codes.items()), "begun in the middle: no code is counted too often",
               "%s of %s" % (codes, truth))
    tap.result(doc["unknown_codes"] > 0, "begun in the middle: some codes are unknown", doc["codes"])
    # A block that spans the cut, or is the first in its direction, may be out of reach.
    tap.result(0 <= sum(truth.values()) - doc["responses"] <= 20, "begun in the middle: nearly every response",
               "%d of %d" % (doc["responses"], sum(truth.values())))
    for code in (200, 404):
        tap.result(truth[code] - codes.get(code, 0) <= 20, "begun in the middle: %d is in the static table" % code,
                   "%d of %d" % (codes.get(code, 0), truth[code]))


def check_clients(tap):
    """curl and nghttp by prior knowledge at nghttpd, which says what it sends; with push, trailers, padding."""
    with servers.Network() as net:
        os.mkdir(net.path("www"))
        for name, size in (("small", 20), ("large", 200000)):
            with open(net.path("www/" + name), "w", encoding="utf-8") as f:
                f.write("x" * size)
        os.chmod(net.path("www"), 0o755)
        # What it says is more than a pipe holds.
        server = net.start(net.server, "sh", "-c", 'exec nghttpd --no-tls -v -d "$1" -p/small=/large '
                           '--trailer "checked: yes" 8080 >"$2"', "sh", net.path("www"), net.path("said"))
        net.wait_for_port(8080)
        base = "http://%s:8080" % servers.SERVER
        path = net.path("clients.pcap")
        with servers.Capture(net, path, "tcp port 8080") as capture:
            for args in (("curl", "-s", "--http2-prior-knowledge", base + "/large", base + "/absent"),
                         ("nghttp", "-n", base + "/large", base + "/absent"),
                         ("nghttp", "-n", base + "/small"),
                         ("nghttp", "-n", "--no-push", base + "/small"),
                         ("nghttp", "-n", "--continuation", "--padding=64", base + "/large")):
                net.run(net.client, *args, text=False)
        servers.stop(server, 15)
        with open(net.path("said"), encoding="utf-8") as f:
            said = re.sub(r"\x1b\[[0-9;]*m", "", f.read())
        r, doc = h.report(path)
    logged = collections.Counter(int(c) for c in re.findall(r"send \(.*\) :status: (\d+)|:status: (\d+)", said)
                                 for c in c if c)
    name = "curl and nghttp at nghttpd, by prior knowledge"
    if capture.dropped:
        tap.skip(name, "tcpdump dropped packets")
        return
    if not tap.result(doc is not None and r.status == 0, "a report of " + name, r):
        return
    tap.equal(h.codes(doc["codes"]), dict(logged), name)
    tap.equal((doc["unknown_codes"], h.sums(doc)), (0, []), "no unknown code, and the sums hold")
    tap.result(doc["coverage"]["http2_pushes"] >= 1, "pushed responses", doc["coverage"])


APACHE = """
LoadModule http2_module /usr/lib/apache2/modules/mod_http2.so
Listen 80
Protocols h2c http/1.1
DocumentRoot ${d}/www
RedirectMatch 302 ^/moved /small
"""


def check_upgrade(tap):
    """curl and nghttp by Upgrade at Apache, which logs 101 and the answer on stream 1."""
    if not os.path.exists("/usr/lib/apache2/modules/mod_http2.so"):
        tap.skip("Apache by Upgrade", "apache2 is not installed")
        return
    with servers.Network() as net:
        os.mkdir(net.path("www"))
        with open(net.path("www/small"), "w", encoding="utf-8") as f:
            f.write("x" * 5000)
        os.chmod(net.path("www"), 0o755)
        net.apache(APACHE)
        net.wait_for_port(80)
        base = "http://%s" % servers.SERVER
        path = net.path("upgrade.pcap")
        with servers.Capture(net, path, "tcp port 80") as capture:
            for args in (("curl", "-s", "--http2", base + "/small", base + "/absent", base + "/moved"),
                         ("nghttp", "-n", "-u", base + "/small", base + "/absent"),
                         ("nghttp", "-n", "-u", base + "/moved")):
                net.run(net.client, *args, text=False)
        logged = servers.log_counts(net.path("access.log"))
        r, doc = h.report(path)
    if capture.dropped or not tap.result(doc is not None and r.status == 0, "a report of Apache", r):
        return
    tap.result(logged.get(servers.SERVER, {}).get(101, 0) > 0, "Apache logged an upgrade", logged)
    tap.equal(h.host_codes(doc), logged, "curl and nghttp at Apache, by Upgrade: statline and the access log agree")
    tap.equal((doc["requests"], h.sums(doc)), (6, []), "six requests, and the sums hold")


def grpc_python():
    """An interpreter that has gRPC."""
    for python in (sys.executable, "/usr/bin/python3"):
        if os.path.exists(python) and subprocess.run([python, "-c", "import grpc"], capture_output=True,
                                                     check=False).returncode == 0:
            return python
    return None


def check_grpc(tap):
    python = grpc_python()
    if not python:
        tap.skip("gRPC", "python3-grpcio is not installed")
        return
    peer = os.path.join(HERE, "grpc_peer.py")
    with servers.Network() as net:
        address = servers.SERVER + ":50051"
        server = net.start(net.server, python, peer, "server", address, net.path("calls"))
        net.wait_for_port(50051)
        path = net.path("grpc.pcap")
        with servers.Capture(net, path, "tcp port 50051") as capture:
            client = net.run(net.client, python, peer, "client", address)
        servers.stop(server, 15)
        with open(net.path("calls"), encoding="utf-8") as f:
            logged = collections.Counter(tuple(line.split()) for line in f)
        r, doc = h.report(path)
    logged[("Absent", "UNIMPLEMENTED")] = 2  # no handler of ours sees these
    tap.equal((client.returncode, client.stdout), (0, ""), "the client got what it asked for")
    if capture.dropped or not tap.result(doc is not None and r.status == 0, "a report of gRPC", r):
        return
    got = collections.Counter()
    for m in doc["hosts"][0]["grpc"]["methods"]:
        for status, n in m["statuses"].items():
            got[(m["path"].rsplit("/", 1)[1], status)] += n
    tap.equal(dict(got), dict(logged), "statuses by method are those that the server answered with")
    tap.equal(h.codes(doc["codes"]), {200: sum(logged.values())}, "all of them are 200")
    tap.equal(list(doc["protocols"]), ["grpc"], "all of them are gRPC")


def check_websocket(tap):
    """WebSocket over extended CONNECT between node's server and client: they end as each talk was made to."""
    if not h.have("node"):
        tap.skip("WebSocket over HTTP/2", "node is not installed")
        return
    peer = os.path.join(HERE, "websocket_peer.mjs")
    with servers.Network() as net:
        net.start(net.server, "node", peer, "server", "8080")
        net.wait_for_port(8080)
        path = net.path("websocket.pcap")
        with servers.Capture(net, path, "tcp port 8080") as capture:
            client = net.run(net.client, "node", peer, "client", "http://%s:8080" % servers.SERVER)
        r, doc = h.report(path)
    if not tap.result(client.returncode == 0 and client.stdout, "node's client has made its talks", client.stderr):
        return
    made = json.loads(client.stdout)
    if capture.dropped or not tap.result(doc is not None and r.status == 0, "a report of WebSocket over HTTP/2", r):
        return
    opened = sum(n for path, n in made.items() if path != "/refused")
    tap.equal(h.codes(doc["codes"]), {200: opened, 403: made["/refused"]}, "a 200 opens each talk, but refused ones")
    tap.equal(doc["websocket"], {
        "connections": opened, "open": 0, "unknown": 0, "closed_by_client": made["/1000"],
        "messages_by_client": opened, "messages_by_server": opened,
        "close": {"1000": made["/1000"], "1006": made["/none"] + made["/cancel"], "1011": made["/1011"]}},
              "WebSocket over HTTP/2: closed as each talk was made to")


def main():
    reason = servers.why_not("nginx", "h2load", "nghttpd", "nghttp", "curl")
    if reason:
        h.skip_all(reason)
    tap = h.Tap()
    check_clients(tap)
    check_upgrade(tap)
    check_grpc(tap)
    check_websocket(tap)
    check_midstream(tap)
    check_load(tap)
    tap.done()


if __name__ == "__main__":
    main()
