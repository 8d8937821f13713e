#!/usr/bin/env python3
"""statline merge and diff: reports read back, added up, compared."""
import itertools
import json
import os
import random
import struct
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import harness as h  # noqa: E402

tap = h.Tap()
ENV = {"SOURCE_DATE_EPOCH": "1768557600"}


def captures():
    return sorted(os.path.join(h.PCAPS, f) for f in os.listdir(h.PCAPS) if f.endswith((".pcap", ".pcapng")))


def write(directory, path, *args):
    out = os.path.join(directory, os.path.basename(path) + ".json")
    r = h.run(path, "-o", out, *args, env=ENV)
    return out if r.status in (0, 2) else None


def merge(*files, **how):
    r = h.run("merge", *files, env=ENV, **how)
    try:
        return r, json.loads(r.out)
    except ValueError:
        return r, None


def corpus():
    """The captures of the large corpus, where it is there."""
    top = os.path.join(h.corpus() or os.devnull, "captures")
    return sorted(os.path.join(d, f) for d, _, files in os.walk(top) for f in files
                  if f.endswith((".pcap", ".pcapng", ".cap")))


FACES = (".json", ".txt", ".csv", ".html")


def faces(directory, name, *args):
    """Every face of what a command writes, or None."""
    outs = [os.path.join(directory, name + f) for f in FACES]
    r = h.run(*args, *itertools.chain(*(("-o", o) for o in outs)), env=ENV)
    if r.status not in (0, 2):
        return None
    return {f: open(o).read() for f, o in zip(FACES, outs)}


def at_zero(path, out):
    """@p path with its first packet in the first second of 1970, as tools write that know no time."""
    data = bytearray(open(path, "rb").read())
    at, first = 24, struct.unpack_from("<I", data, 24)[0]
    while at < len(data):
        seconds, _, captured = struct.unpack_from("<3I", data, at)
        struct.pack_into("<I", data, at, seconds - first)
        at += 16 + captured
    open(out, "wb").write(data)
    return out


def one_is_itself():
    wrong, seen = [], 0
    some = [(p, by) for p in captures() for by in ("host", "server", "client")] + [(p, "host") for p in corpus()]
    some.append((None, "host"))
    for path, by in some:
        with h.scratch() as d:
            path = path or at_zero(h.pcap("notable-codes.pcap"), os.path.join(d, "zero.pcap"))
            first = faces(d, "a", path, "--by", by)
            if not first:
                continue
            again = faces(d, "b", "merge", os.path.join(d, "a.json"))
            seen += 1
            wrong += ["%s by %s: %s" % (os.path.basename(path), by, f) for f in FACES
                      if not again or again[f] != first[f]]
    tap.equal(wrong, [], "a report read back is the same, byte for byte, in every face: %d captures and keys" % seen)
    tap.result(seen >= 3 * len(captures()) * 3 // 4, "... and most captures have a report", seen)


def every_counter():
    """Each counter of a report is given a number of its own, however seldom a capture has it: none may be lost."""
    numbers = itertools.count(1001)
    derived = ("read", "unreadable")

    def number(o):
        for k, v in o.items():
            if isinstance(v, dict):
                number(v)
            elif k not in derived and (v is None or isinstance(v, int) and not isinstance(v, bool)):
                o[k] = next(numbers)

    with h.scratch() as d:
        doc = json.load(open(write(d, h.pcap("notable-codes.pcap"))))
        c, row, over = doc["coverage"], doc["hosts"][0], doc["overflow"]
        number(c)
        c["read"] = c["http_bytes"] / (c["http_bytes"] + c["http_bytes_lost"])
        c["unreadable"] = c["bytes"]["tls"] + c["bytes"]["quic"]
        c["no_response"]["timeout"] = 0
        c["timeouts_taken_back"], c["memory_exhausted"] = 5, True
        number(over)
        other = json.loads(json.dumps(row))
        other.update(host="(other)", servers=[], evidence={}, responses=row["responses"] - 1)
        # 7 codes, 9 latencies, 11 details that are in no list, and 3 time-outs that are another report's.
        row["responses"] += 7
        row["classes"]["2xx"] += 7
        row.update(unlisted_latencies=9, unlisted_details=11, timeouts_taken_back=3)
        row["no_response"]["timeout"] = 0
        other["responses"] += 1
        doc["hosts"].insert(1, other)
        doc["hosts_total"] += 1
        over.update(responses=other["responses"], unlisted_codes=7, unlisted_latencies=9, unlisted_details=11)
        doc["clients_total"] += 500
        doc["capture"]["interval_start"], doc["capture"]["interval_end"] = "2026-01-15T10:00:00Z", "2026-01-15T10:05:00Z"
        path = h.put(d, "numbered.json", json.dumps(doc).encode())
        r, got = merge(path)

        def lost(a, b, at):
            if isinstance(a, dict) and isinstance(b, dict):
                return [x for k in sorted(set(a) | set(b)) for x in lost(a.get(k), b.get(k), at + "." + k)]
            if isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
                return [x for i, (x1, x2) in enumerate(zip(a, b)) for x in lost(x1, x2, at + "[%d]" % i)]
            same = abs(a - b) < 1e-9 if isinstance(a, float) and isinstance(b, float) else a == b
            return [] if same else ["%s: %r became %r" % (at, a, b)]

        tap.equal((r.status, lost(doc, got, "")), (0, []), "every counter is read back, those of bounds too")
        r, got = merge("--overlap", path, path)
        tap.equal((r.status, {k: got["overflow"][k] for k in over}), (0, {k: 2 * n for k, n in over.items()}),
                  "... and two of them add up")
        tap.equal((got["clients_total"], got["hosts"][0]["timeouts_taken_back"]),
                  (len(doc["clients"]) + 1000, 6), "... clients left out, and time-outs taken back, too")


def sums_by_hand(docs, merged):
    """Adds up the reports with nothing of statline's."""
    wrong = []
    for key in ("responses", "requests", "exchanges"):
        if merged[key] != sum(d[key] for d in docs):
            wrong.append(key)
    codes, hosts, buckets = {}, {}, {}
    for d in docs:
        for k, n in h.codes(d["codes"]).items():
            codes[k] = codes.get(k, 0) + n
        for host in d["hosts"]:
            key = (host["host"], host["host_source"])
            hosts.setdefault(key, {})
            for k, n in h.codes(host["codes"]).items():
                hosts[key][k] = hosts[key].get(k, 0) + n
            if host["latency"]:
                for i, n in host["latency"]["buckets"]:
                    buckets.setdefault(key, {})
                    buckets[key][i] = buckets[key].get(i, 0) + n
    if h.codes(merged["codes"]) != codes:
        wrong.append("codes")
    got = {(x["host"], x["host_source"]): h.codes(x["codes"]) for x in merged["hosts"]}
    if got != hosts:
        wrong.append("hosts")
    got = {(x["host"], x["host_source"]): dict(map(tuple, x["latency"]["buckets"]))
           for x in merged["hosts"] if x["latency"]}
    if got != buckets:
        wrong.append("latencies")
    return wrong + h.sums(merged)


def any_order():
    rnd = random.Random(5)
    with h.scratch() as d:
        files = [f for f in (write(d, p) for p in captures()) if f]
        different = wrong = 0
        for _ in range(12):
            some = rnd.sample(files, 5)
            docs = [json.load(open(f)) for f in some]
            texts = set()
            for order in rnd.sample(list(itertools.permutations(some)), 4):
                texts.add(merge("--overlap", *order)[0].text)
            # In two steps: (a b c) + (d e)
            left, right = os.path.join(d, "l"), os.path.join(d, "r")
            for out, part in ((left, some[:3]), (right, some[3:])):
                with open(out, "w") as f:
                    f.write(merge("--overlap", *part)[0].text)
            texts.add(merge("--overlap", left, right)[0].text)
            different += len(texts) - 1
            bad = sums_by_hand(docs, json.loads(texts.pop()))
            if bad:
                print("# %s" % bad)
            wrong += bool(bad)
        tap.equal(different, 0, "five reports in any order and grouping merge to the same bytes, 12 times")
        tap.equal(wrong, 0, "... and to the sums made by hand")


def several_in_one():
    """Lines, as --interval writes them, are one report each."""
    with h.scratch() as d:
        some = [write(d, h.pcap(p)) for p in ("notable-codes.pcap", "rule-8-timeout.pcap", "rule-7-hosts.pcap")]
        lines = b"".join(json.dumps(json.load(open(f))).encode() + b"\n" for f in some)
        whole, r = merge(*some)[0], merge(h.put(d, "lines.jsonl", lines))[0]
        tap.equal((r.status, r.text), (0, whole.text), "reports as lines of one file add up to the same bytes")
        r = merge(h.put(d, "twice.jsonl", lines + lines))[0]
        tap.result(r.status == 1 and "twice" in r.message, "... and may not hold the same packets twice", r)
        r = merge(h.put(d, "cut.jsonl", lines[:-40]))[0]
        tap.result(r.status == 1 and "cut.jsonl" in r.message and not r.out, "... nor be cut", r)


def split_windows():
    with h.scratch() as d:
        path = h.pcap("rule-8-timeout.pcap")
        parts = []
        for i, w in enumerate(("2026-01-15T10:00/2026-01-15T10:03", "2026-01-15T10:03/2026-01-15T10:07")):
            parts.append(os.path.join(d, "%d.json" % i))
            h.run("report", path, "--window", w, "-o", parts[-1])
        r, doc = merge(*parts)
        whole = h.report(path)[1]
        tap.equal((r.status, doc and doc["codes"]), (0, whole["codes"]), "two windows of one capture merge")
        tap.equal(doc["capture"]["window"], {"from": "2026-01-15T10:00:00Z", "to": "2026-01-15T10:07:00Z"},
                  "... and so do the windows")


def refusals():
    with h.scratch() as d:
        a = write(d, h.pcap("notable-codes.pcap"))
        b = write(d, h.pcap("rule-8-timeout.pcap"))
        by = os.path.join(d, "by.json")
        h.run(h.pcap("rule-8-timeout.pcap"), "--by", "client", "-o", by)
        r = h.run("merge", a, b, a)
        tap.result(r.status == 1 and "twice" in r.message and not r.out, "the same capture twice is refused", r)
        r, doc = merge("--overlap", a, a)
        tap.equal((r.status, doc["responses"]), (0, 30), "... unless told")
        r = h.run("merge", a, by)
        tap.result(r.status == 1 and "key" in r.message, "by host and by client do not merge", r)
        out = os.path.join(d, "m.txt")
        r = h.run("merge", a, b, "-o", out, "-o", os.path.join(d, "m.csv"))
        tap.result(r.status == 0 and "17 responses" in open(out).read(), "merged reports have every face", r)
        r = h.run("merge", a, b, "--top", "1", "--sort", "host", "--utc", "--format", "text")
        first = min(x["host"] for path in (a, b) for x in json.load(open(path))["hosts"])
        tap.result(r.status == 0 and first in r.text and "and 1 more host with" in r.text, "--top 1 --sort host of merged reports", r)
        for words in (("--top", "few"), ("--sort", "colour"), ("--no-such",)):
            r = h.run("merge", *words, a, b)
            tap.result(r.status == 64 and not r.out and words[-1] in r.message, "merge refuses " + " ".join(words), r)
        top = os.path.join(d, "top.json")
        h.run(h.pcap("rule-7-hosts.pcap"), "--top", "2", "-o", top)
        r = h.run("merge", top, b)
        tap.result(r.status == 0 and "--top" in r.message, "a report cut by --top is said", r)
        for name, text in (("empty", ""), ("no JSON", "hello"), ("an array", "[]"), ("another schema", '{"schema": "x"}'),
                           ("a number where text is", open(a).read().replace('"www.example.test"', "5")),
                           ("a negative count", open(a).read().replace('"requests": 14', '"requests": -14')),
                           ("more codes than responses", open(a).read().replace('"responses":15', '"responses":3')),
                           ("a bucket past the end", open(a).read().replace('"buckets":[[', '"buckets":[[60000,1],['))):
            r = h.run("merge", h.put(d, "bad.json", text.encode()))
            tap.result(r.status == 1 and "bad.json" in r.message and not r.out, "no report: " + name, r)
        r = h.run("merge", "/nonexistent")
        tap.result(r.status == 1 and "/nonexistent" in r.message, "a report that is not there", r)
        tap.equal((h.run("merge").status, h.run("diff", a).status), (64, 64), "words are missing")
        for words in (("-o", "x"), ("--top", "3"), ("--format", "csv")):
            r = h.run("diff", *words, a, b)
            tap.result(r.status == 64 and not r.out and (words[-1] in r.message or words[0] in r.message),
                       "diff refuses " + " ".join(words), r)
        p = subprocess.run("'%s' merge '%s' >/dev/full" % (h.STATLINE, a), shell=True, capture_output=True, text=True)
        tap.result(p.returncode == 1 and "No space left" in p.stderr, "a full disk is said", p.stderr)
        extra = open(a).read().replace('"by":', '"later": {"x": [1, null]},\n"by":')
        r, doc = merge(h.put(d, "later.json", extra.encode()))
        tap.equal((r.status, doc["responses"]), (0, 15), "members of a later version are stepped over")


def report_of(directory, name, hosts):
    """A report of given (host, {code: n}, p99 in s), made up by hand."""
    doc = json.load(open(write(directory, h.pcap("notable-codes.pcap"))))
    total = {}
    doc["hosts"] = []
    for host, codes in hosts:
        n = sum(codes.values())
        classes = {k: 0 for k in doc["classes"]}
        for c, k in codes.items():
            classes["%dxx" % (c // 100)] += k
            total[c] = total.get(c, 0) + k
        doc["hosts"].append({"host": host, "host_source": "request", "servers": [], "more_servers": False,
                             "requests": n, "responses": n, "classes": classes,
                             "codes": {"%03d" % c: k for c, k in codes.items()}, "no_response": {},
                             "latency": None, "bytes": {}, "first": None, "last": None})
    doc["hosts_total"] = len(hosts)
    doc["latency"] = None
    doc["responses"] = doc["requests"] = sum(total.values())
    doc["codes"] = {"%03d" % c: k for c, k in total.items()}
    doc["classes"] = {k: sum(n for c, n in total.items() if k == "%dxx" % (c // 100)) for k in doc["classes"]}
    return h.put(directory, name, json.dumps(doc).encode())


def diffs():
    with h.scratch() as d:
        old = report_of(d, "old.json", [("api.example", {200: 21685, 503: 5}), ("www.example", {200: 9000, 404: 1000}),
                                        ("gone.example", {200: 500}), ("tiny.example", {200: 3})])
        new = report_of(d, "new.json", [("api.example", {200: 21278, 503: 412}), ("www.example", {200: 8990, 404: 1010}),
                                        ("new.example", {200: 80}), ("tiny.example", {200: 1, 500: 2})])
        r = h.run("diff", old, new)
        lines = r.text.splitlines()
        tap.result(r.status == 0 and lines[0].startswith("3 changes from "), "what changed, and nothing else", r)
        tap.equal(sorted(lines[1:]), sorted([
            "- api.example: 503 rose from 0.023 % to 1.9 % (412 of 21,690)",
            "- gone.example: no response any more; before, 500 a night",
            "- new.example: new host, 80 responses"]), "... in words; noise and tiny samples are not told")
        doc = json.loads(h.run("diff", "--format", "json", old, new).text)
        tap.equal(sorted(c["kind"] for c in doc["list"]), ["new_host", "share", "vanished_host"], "... as JSON")
        r = h.run("diff", old, old)
        tap.result(r.status == 0 and r.text.startswith("Nothing"), "a report and itself", r)
        ended = {}
        for path in captures():
            whole = os.path.join(d, "whole.json")
            if h.run("-o", whole, path).status in (0, 2) and os.path.exists(whole):
                r = h.run("diff", whole, whole)
                if r.status != 0 or not r.text.startswith("Nothing"):
                    ended[os.path.basename(path)] = (r.status, r.err)
        tap.equal(ended, {}, "... of every capture: latencies, gRPC, WebSocket and all")


one_is_itself()
every_counter()
any_order()
several_in_one()
split_windows()
refusals()
diffs()
tap.done()
