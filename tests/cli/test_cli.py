#!/usr/bin/env python3
"""The command line as a user has it."""
import csv
import io
import json
import os
import shutil
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import harness as h  # noqa: E402

tap = h.Tap()
ALL15 = {c: 1 for c in (100, 200, 201, 301, 302, 304, 400, 401, 403, 404, 405, 413, 414, 500, 503)}


GOOD = h.pcap("notable-codes.pcap")


def counts(name, want, *args, **how):
    r, doc = h.report(*args, **how)
    tap.result(doc is not None and r.status == 0 and h.codes(doc["codes"]) == want, name,
               "%s\nexpected %s" % (r if doc is None else "%s %s" % (doc["codes"], r.message), want))
    return doc


def files_and_streams():
    with open(GOOD, "rb") as f:
        data = f.read()
    doc = counts("a word is a file", ALL15, GOOD)
    tap.equal([doc["schema"]], ["statline.report/1"], "... and the schema is said")
    counts("-r names a file", ALL15, "-r", GOOD)
    counts("-n is accepted", ALL15, "-n", "-r", GOOD)
    counts("standard input through -r -", ALL15, "-r", "-", stdin=data)
    counts("standard input as a word", ALL15, "-", stdin=data)
    with open(GOOD, "rb") as f:
        counts("standard input that is a file", ALL15, "-r", "-", stdin_file=f)
    two = counts("several files", {**ALL15, 200: 2, 404: 2}, GOOD, h.pcap("rule-2-any-port.pcap"))
    tap.equal(len(two["capture"]["sources"]), 2, "... are several sources")
    with h.scratch() as d:
        for name in ("files-rotated-1.pcap", "files-rotated-2.pcapng", "files-rotated-3.pcap"):
            shutil.copy(h.pcap(name), d)
        h.put(d, "README.txt", b"no capture\n")
        counts("a directory of a rotation", {200: 2, 404: 1, 500: 1}, d)
        fifo = os.path.join(d, "fifo")
        os.mkfifo(fifo)
        writer = subprocess.Popen(["sh", "-c", 'cat "$1" >"$2"', "sh", GOOD, fifo])
        p = subprocess.Popen([h.STATLINE, "--format", "json", fifo], stdout=subprocess.PIPE)
        out = p.communicate(timeout=h.TIMEOUT)[0]
        writer.kill()
        writer.wait()
        tap.result(p.returncode == 0 and h.codes(json.loads(out)["codes"]) == ALL15, "a fifo", out)


def compressed():
    with h.scratch() as d:
        for program, ending in (("gzip", "gz"), ("zstd", "zst"), ("lz4", "lz4"), ("xz", "xz"), ("bzip2", "bz2")):
            if not h.have(program):
                tap.skip(program, program + " is not there")
                continue
            with open(GOOD, "rb") as f:
                packed = subprocess.run([program, "-c"], stdin=f, stdout=subprocess.PIPE, check=True).stdout
            doc = counts(program + ", named so", ALL15, h.put(d, "x.pcap." + ending, packed))
            counts(program + ", named otherwise", ALL15, h.put(d, "capture-" + ending, packed))
            counts(program + " from standard input", ALL15, "-r", "-", stdin=packed)
            plain = h.report(GOOD)[1]
            tap.equal(doc["capture"]["sources"][0]["id"], plain["capture"]["sources"][0]["id"],
                      program + ": the same source as the plain file")


def outputs():
    with h.scratch() as d:
        names = [os.path.join(d, "r." + e) for e in ("txt", "json", "csv")]
        r = h.run(GOOD, *[a for n in names for a in ("-o", n)])
        tap.result(r.status == 0 and not r.out and not r.err, "several -o: quiet", r)
        tap.equal(sorted(os.listdir(d)), ["r.csv", "r.json", "r.txt"], "... and only those files are there")
        with open(names[1], encoding="utf-8") as f:
            tap.equal(h.codes(json.load(f)["codes"]), ALL15, ".json is JSON")
        with open(names[2], encoding="utf-8", newline="") as f:
            rows = list(csv.DictReader(f))
        tap.equal([(row["host"], row["404"]) for row in rows], [("www.example.test", "1")], ".csv is CSV")
        with open(names[0], encoding="utf-8") as f:
            tap.contains(f.read(), "www.example.test", ".txt is text")
        plain = os.path.join(d, "plain")
        h.run(GOOD, "--format", "json", "-o", plain)
        with open(plain, encoding="utf-8") as f:
            tap.equal(json.load(f)["schema"], "statline.report/1", "without a suffix --format decides")
        r = h.run(GOOD, "--format", "csv", "-o", "-")
        tap.contains(r.text, "host,", "-o - is standard output")
        os.umask(0o027)
        h.run(GOOD, "-o", os.path.join(d, "mode.json"))
        tap.equal(oct(os.stat(os.path.join(d, "mode.json")).st_mode & 0o777), "0o640", "the mode obeys the umask")


def rows():
    hosts = h.pcap("rule-7-hosts.pcap")
    doc = h.report("--by", "server", hosts)[1]
    tap.equal({x["host"]: x["responses"] for x in doc["hosts"]}, {"198.51.100.20:80": 17}, "--by server")
    doc = h.report("--by", "client", hosts)[1]
    tap.equal({x["host"]: x["responses"] for x in doc["hosts"]}, {"192.0.2.10": 17}, "--by client")
    doc = h.report("--by", "host", "--top", "2", hosts)[1]
    tap.equal([x["host"] for x in doc["hosts"]], ["www.example.test", "(invalid)"], "--top 2, most responses first")
    tap.equal(h.codes(doc["codes"]), {200: 17}, "... and the totals stay whole")
    doc = h.report("--sort", "host", hosts)[1]
    names = [x["host"] for x in doc["hosts"]]
    tap.equal(names, sorted(names), "--sort host")
    doc = h.report("--sort", "errors", h.pcap("rule-6-pipelining.pcap"))[1]
    tap.equal([x["host"] for x in doc["hosts"]], ["b.example.test", "a.example.test"], "--sort errors")
    for order in ("responses", "errors", "error-share", "no-response", "latency", "bytes", "host"):
        tap.equal(h.run("--sort", order, hosts).status, 0, "--sort " + order)
    out = h.run("--format", "csv", h.pcap("hostile-names.pcap")).text
    cells = [c for row in csv.reader(io.StringIO(out)) for c in row]
    tap.equal([c for c in cells if c[:1] in ("=", "+", "-", "@")], [], "no cell of a CSV report is a formula")


def help_and_words():
    for args in (["--help"], ["-h"]):
        r = h.run(*args)
        parts = [part.splitlines() for part in r.text.split("\n\n")]
        tap.equal((r.status, r.err, len(parts)), (0, b"", 2), "%s: files, and live capture" % args[0])
        tap.result(all(5 < len(lines) <= 24 and max(map(len, lines)) <= 80 for lines in parts),
                   "%s: each fits a screen of 80 by 24" % args[0], "%r\n%s" % (list(map(len, parts)), r))
    r = h.run("--version")
    for part in ("statline ", "libpcap", "jansson", "libzstd", "nettle"):
        tap.contains(r.text, part, "--version names " + part)
    r = h.run()
    tap.equal(r.status, 64, "no arguments: wrong usage")
    tap.contains(r.message, "statline", "... with examples")
    for code, part in (("413", "Request Entity Too Large"), ("404", "Not Found"), ("503", "Retry-After"),
                       ("418", ""), ("4xx", "")):
        r = h.run("explain", code)
        tap.result(r.status == 0 and part in r.text and r.text, "explain " + code, r)
    r = h.run("explain")
    tap.result(r.status == 0 and all(str(c) in r.text for c in ALL15), "explain lists the codes", r)
    r = h.run("explain", "299")
    tap.result("299" in r.text + r.message, "explain of a code that nobody registered", r)


def faces():
    r = h.run(GOOD)
    tap.result(b"\x1b" not in r.out, "no colour where no terminal is", r)
    import pty
    for name, env, want in (("colour on a terminal", {"NO_COLOR": None, "TERM": "xterm-256color"}, True),
                            ("NO_COLOR is respected", {"NO_COLOR": "1", "TERM": "xterm-256color"}, False)):
        master, slave = pty.openpty()
        environment = {k: v for k, v in dict(os.environ, **env).items() if v is not None}
        p = subprocess.Popen([h.STATLINE, GOOD], stdout=slave, stderr=subprocess.PIPE, env=environment)
        os.close(slave)
        out = b""
        try:
            while True:
                part = os.read(master, 65536)
                if not part:
                    break
                out += part
        except OSError:
            pass
        p.wait(h.TIMEOUT)
        os.close(master)
        tap.equal(b"\x1b[" in out, want, name)
    a = h.run("--format", "json", GOOD, env={"SOURCE_DATE_EPOCH": "0"})
    tap.equal(json.loads(a.out)["generated"], "1970-01-01T00:00:00Z", "SOURCE_DATE_EPOCH is obeyed")
    local = h.run(GOOD, env={"TZ": "Asia/Tokyo"}).text
    utc = h.run("--utc", GOOD, env={"TZ": "Asia/Tokyo"}).text
    tap.contains(utc.splitlines()[0], "10:00:00", "--utc")
    if os.path.exists("/usr/share/zoneinfo/Asia/Tokyo"):
        tap.contains(local.splitlines()[0], "19:00:00", "times are local without it")
    else:
        tap.skip("times are local without it", "no time zone data")
    for width in (80, 100, 160):
        wide = [line for line in h.run(h.pcap("rule-7-hosts.pcap"), env={"COLUMNS": str(width)}).text.splitlines()
                if len(line) > width]
        tap.equal(wide, [], "COLUMNS=%d is kept" % width)


files_and_streams()
compressed()
outputs()
rows()
help_and_words()
faces()
tap.done()
