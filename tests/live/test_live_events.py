#!/usr/bin/env python3
"""--events and --anonymize beside nginx: a line for each exchange of its access log, in files that are renamed in between,
and no name or address of it when they are to be hidden."""
import json
import os
import signal
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from live import SITE, Live, ab, h, lines_of, network_or_skip, report_of, servers, text_of, until  # noqa: E402


def codes(lines):
    out = {}
    for line in lines:
        code = line["http"]["response"]["status_code"] if "http" in line else line["http.response.status_code"]
        out[code] = out.get(code, 0) + 1
    return out


def written_anew(tap, net, name, *args):
    """-> (lines of the file before, and of the one after, the report)."""
    path = net.path(name + ".events")
    live = Live(net, name, "--events", path, "--format", "json", *args)
    tap.result(live.starts(), "--events %s" % " ".join(map(str, args)), text_of(live.err))
    ab(net, 300, path="/busy", host="b.example.test", clients=4)
    until(lambda: text_of(path).count("\n") == 300)
    os.rename(path, path + ".1")
    live.send(signal.SIGHUP)
    tap.result(until(lambda: os.path.exists(path)), "SIGHUP opens the file anew")
    ab(net, 200, host="a.example.test")
    doc = live.final()
    tap.equal(text_of(live.err), "", "nothing is said")
    return path + ".1", path, doc


def files(tap, net, lanes):
    first, second, doc = written_anew(tap, net, "lanes%d" % lanes, "-j", lanes)
    tap.equal(codes(lines_of(first)), {503: 300}, "-j %d: lines of before are in the file of before" % lanes)
    tap.equal(codes(lines_of(second)), {200: 200}, "and those of after in the new one")
    tap.equal(doc and doc["responses"], 500, "the report has both")
    owner = os.stat(first).st_uid
    tap.equal(owner, 0, "files belong to whoever opens them")


def anonymous(tap, net):
    key = net.path("key")
    with open(key, "w", encoding="ascii") as f:
        f.write("07" * 32)
    os.chmod(key, 0o600)
    first, second, doc = written_anew(tap, net, "anonymous", "--anonymize=" + key, "-j", "2")
    text = text_of(first) + text_of(second) + json.dumps(doc)
    tap.equal([word for word in ("example", "busy", servers.CLIENT, servers.SERVER, "ApacheBench") if word in text], [],
              "no host, path, address or agent is left")
    tap.equal(sorted(codes(lines_of(first, second)).items()), [(200, 200), (503, 300)], "the codes are")
    hosts = {line["url"]["domain"] if "url" in line else line["url.domain"] for line in lines_of(first, second)}
    tap.equal(hosts, {host["host"] for host in doc["hosts"]}, "each pipeline and the report use the same names")


def chosen(tap, net):
    path = net.path("chosen.log")
    live = Live(net, "chosen", "--events", path, "--events-format", "zeek", "--filter-code", "404", "--format", "json")
    live.starts()
    ab(net, 5, path="/absent")
    ab(net, 5)
    doc = live.final()
    rows = [line for line in text_of(path).splitlines() if not line.startswith("#")]
    tap.equal(len(rows), 5, "--filter-code: only those")
    tap.equal(doc and doc["responses"], 10, "the report's totals stay whole")


def to_stdout(tap, net):
    out = net.path("stdout.json")
    p = subprocess.Popen(net.command(net.server, h.STATLINE, "-i", "s0", "--events", "-", "-o", out), text=True,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL)
    net.running.append(p)
    # Nothing says that it runs but what it writes.
    until(lambda: ab(net, 1) or select_readable(p.stdout))
    tap.equal(codes([json.loads(p.stdout.readline())]), {200: 1}, "--events -: a line comes within seconds")
    p.stdout.close()
    until(lambda: ab(net, 1) or p.poll() is not None)
    tap.equal((p.poll(), p.stderr.read()), (0, ""), "a reader that goes away ends it, quietly")
    tap.result(report_of(out), "with its report")


def select_readable(f):
    import select
    return bool(select.select([f], [], [], 0.5)[0])


def full_disk(tap, net):
    live = Live(net, "full", "--events", "/dev/full", "--format", "json")
    live.starts()
    ab(net, 5)
    tap.result(live.says("/dev/full: cannot be written: No space left on device"), "a full disk is said",
               text_of(live.err))
    ab(net, 5)
    doc = live.final()
    tap.equal((live.process.returncode, doc and doc["responses"]), (1, 10), "status 1, and the report is whole")
    tap.equal(text_of(live.err).count("\n"), 1, "it is said once")


def refused(tap):
    for args, words in ((("-i", "lo", "--write-matching", "x"), "--write-matching"),
                        (("-i", "lo", "--events", "-", "--interval", "1"), "both to standard output"),
                        (("-i", "lo", "--events", "-", "-o", "-"), "both to standard output")):
        r = h.run(*args)
        tap.result(r.status == h.EX_USAGE and words in r.message, "refused: " + " ".join(args), r)


def main():
    with network_or_skip("nginx", "ab") as net:
        tap = h.Tap()
        net.nginx(SITE)
        net.wait_for_port(80)
        files(tap, net, 1)
        files(tap, net, 2)
        for part in (anonymous, chosen, to_stdout, full_disk):
            part(tap, net)
        refused(tap)
    tap.done()


if __name__ == "__main__":
    main()
