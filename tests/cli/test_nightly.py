#!/usr/bin/env python3
"""The report of a night: windows, dated names, the history, the check."""
import json
import os
import re
import shutil
import sqlite3
import struct
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import harness as h  # noqa: E402

tap = h.Tap()


GOOD = h.pcap("notable-codes.pcap")          # 2026-01-15 10:00:00, 15 responses
TIMEOUT = h.pcap("rule-8-timeout.pcap")      # the same minute, and six minutes later
ROTATED = [h.pcap(n) for n in ("files-rotated-1.pcap", "files-rotated-2.pcapng", "files-rotated-3.pcap")]


def windows():
    for name, args, want in (
            ("a day", ["--window", "2026-01-15"], 2), ("another day", ["--window", "2026-01-14"], 0),
            ("two points in time", ["--window", "2026-01-15T10:00/2026-01-15T10:01"], 1),
            ("its end is not in it", ["--window", "2026-01-15T10:01/2026-01-15T10:06"], 0),
            ("a day as the end is", ["--window", "2026-01-15T10:06/2026-01-15"], 1),
            ("since a point in time", ["--since", "2026-01-15T10:05Z"], 1),
            ("since a day", ["--since", "2026-01-15"], 2)):
        doc = h.report("report", TIMEOUT, *args)[1]
        tap.equal(doc and doc["responses"], want, "window: " + name)
        tap.equal(h.sums(doc), [], "... and the sums hold")
    now = {"SOURCE_DATE_EPOCH": "1768557600"}  # 2026-01-16 10:00 UTC
    for name, args, want in (("yesterday", ["--window", "yesterday"], 2), ("today", ["--window", "today"], 0),
                             ("since 23 h 55 min ago", ["--since", "1435m"], 1),
                             ("since two days ago", ["--since", "2d"], 2)):
        doc = h.report("report", TIMEOUT, *args, env=now)[1]
        tap.equal(doc and doc["responses"], want, "window: " + name)
    doc = h.report("report", TIMEOUT, "--window", "2026-01-15", env={"TZ": "America/New_York"})[1]
    tap.equal(doc["capture"]["window"]["from"], "2026-01-15T05:00:00Z", "a day is a local one")
    doc = h.report("report", TIMEOUT, "--window", "2026-03-08", env={"TZ": "America/New_York"})[1]
    tap.equal(doc["capture"]["window"], {"from": "2026-03-08T05:00:00Z", "to": "2026-03-09T04:00:00Z"},
              "a day on which the clock is changed has 23 hours")
    for bad in ("2026-13-01", "22", "2026-01-15/2026-01-14", "2026-01-15T25:00/2026-01-16", "", "/"):
        r = h.run("report", GOOD, "--window", bad)
        tap.result(r.status == h.EX_USAGE and "--window" in r.message, "no window: `%s`" % bad, r)
    # Two halves make the whole.
    halves = [h.report("report", TIMEOUT, "--window", w)[1]
              for w in ("2026-01-15T00:00/2026-01-15T10:03", "2026-01-15T10:03/2026-01-16T00:00")]
    whole = h.report(TIMEOUT)[1]
    tap.equal(sum(d["responses"] for d in halves), whole["responses"], "two halves of a day count all, once")


def dated_names():
    with h.scratch() as d:
        r = h.run("report", GOOD, "-o", os.path.join(d, "n-%Y-%m-%d.json"), "-o", os.path.join(d, "%H%M.txt"))
        tap.equal(sorted(os.listdir(d)) + [r.status], ["1000.txt", "n-2026-01-15.json", 0],
                  "outputs have names of the night")
        h.run("report", GOOD, "--window", "2026-01-14/2026-01-15", "-o", os.path.join(d, "w-%d.csv"))
        tap.result(os.path.exists(os.path.join(d, "w-14.csv")), "a window names its beginning", os.listdir(d))
        h.run(GOOD, "-o", os.path.join(d, "100%d.csv"))
        tap.result(os.path.exists(os.path.join(d, "100%d.csv")), "without `report` a %% is a %%", os.listdir(d))


def rows(db, sql):
    c = sqlite3.connect("file:%s?mode=ro" % db, uri=True)
    try:
        return c.execute(sql).fetchall()
    finally:
        c.close()


def runs(db):
    return json.loads(h.run("history", "--db", db, "--format", "json").text)["runs"]


def contents(db):
    """Everything but numbers of runs and times of writing."""
    text = h.run("history", "--db", db, "--export").text
    out = []
    for line in text.splitlines():
        doc = json.loads(line)
        for key in ("run", "generated"):
            doc.pop(key, None)
        out.append(json.dumps(doc, sort_keys=True))
    return sorted(out)


def history():
    with h.scratch() as d:
        db = os.path.join(d, "h.db")
        out = os.path.join(d, "x.txt")
        r = h.run("report", GOOD, "--db", db, "-o", out)
        tap.equal((r.status, r.message), (0, ""), "a night is added")
        before = contents(db)
        r = h.run("report", GOOD, "--db", db, "-o", out)
        tap.result(r.status == 0 and "replaced 1 earlier run" in r.message, "the same night again replaces it", r)
        tap.equal(contents(db), before, "... and everything is as it was")
        packed = h.put(d, "copy.pcap.gz", __import__("gzip").compress(open(GOOD, "rb").read()))
        h.run("report", packed, "--db", db, "-o", out)
        tap.equal(len(runs(db)), 1, "a compressed copy is the same night")
        h.run("report", TIMEOUT, "--db", db, "-o", out)
        tap.equal([r["responses"] for r in runs(db)], [2, 15], "another night is another run")
        want = h.codes(h.report(GOOD)[1]["codes"])
        got = dict(rows(db, "SELECT code, sum(count) FROM counts WHERE run = "
                            "(SELECT id FROM runs WHERE responses = 15) GROUP BY code"))
        tap.equal(got, want, "the codes are those of the report")
        doc = json.loads(h.run("history", "--db", db, "--format", "json", "www.example.test").text)
        tap.equal([n["responses"] for n in doc["nights"]], [1, 15], "a host's nights")
        r = h.run("history", "--db", db, "www.example.test")
        tap.result(r.status == 0 and "500 1" in r.text and "503 1" in r.text, "... as a table", r)
        tap.equal(rows(db, "PRAGMA integrity_check") + rows(db, "PRAGMA foreign_key_check"), [("ok",)],
                  "the database is sound")
        tap.equal(rows(db, "PRAGMA journal_mode"), [("delete",)], "no write-ahead log")
        doc = json.loads(h.run("history", "--db", db, "--utc", "--limit", "1", "--format", "json").text)
        tap.equal([x["responses"] for x in doc["runs"]], [2], "--limit 1: the newest run alone")
        for words in (("--limit", "few"), ("--format", "yaml"), ("--no-such",)):
            r = h.run("history", "--db", db, *words)
            tap.result(r.status == h.EX_USAGE and not r.out and words[-1] in r.message, "refused: " + " ".join(words), r)
        r = h.run("history", "--db", db, "nobody.example.test")
        tap.result(r.status != 0 and "nobody.example.test" in r.message and not r.out, "a host that is not in it", r)
        tap.equal([f for f in os.listdir(d) if f.startswith("h.db")], ["h.db"], "nothing lies beside it")


def sets_of_sources():
    with h.scratch() as d:
        db = os.path.join(d, "h.db")
        out = os.path.join(d, "x.txt")
        h.run("report", *ROTATED, "--db", db, "-o", out)
        tap.equal(rows(db, "SELECT count(*) FROM sources"), [(3,)], "three sources in a run")
        before = contents(db)
        r = h.run("report", ROTATED[0], "--db", db, "-o", out)
        tap.result(r.status == 1 and "--replace" in r.message, "fewer captures do not replace more", r)
        tap.equal(contents(db), before, "... and nothing is changed")
        r = h.run("report", ROTATED[0], "--db", db, "--replace", "-o", out)
        tap.equal((r.status, rows(db, "SELECT count(*) FROM sources")), (0, [(1,)]), "... unless told")
        r = h.run("report", *ROTATED, "--db", db, "-o", out)
        tap.equal((r.status, contents(db)), (0, before), "more replace fewer")
        # A file over midnight belongs to two nights.
        two = os.path.join(d, "two.db")
        for w in ("2026-01-15T10:00/2026-01-15T10:03", "2026-01-15T10:03/2026-01-15T10:07"):
            h.run("report", TIMEOUT, "--window", w, "--db", two, "-o", out)
        tap.equal([r["responses"] for r in runs(two)], [1, 1], "a capture in two windows is two nights")
        r = h.run("report", TIMEOUT, "--db", two, "-o", out)
        tap.equal([r["responses"] for r in runs(two)], [2], "without a window it replaces both")
        r = h.run("report", TIMEOUT, "--window", "2020-01-01", "--db", two, "-o", out)
        tap.result(r.status == 0 and "no packets in the window" in r.message and len(runs(two)) == 1,
                   "a night without packets is not added", r)
        r = h.run("report", GOOD, "--by", "client", "--db", two, "-o", out)
        tap.result(r.status == 1 and "by host" in r.message, "the history is by host", r)


def prune():
    with h.scratch() as d:
        db = os.path.join(d, "h.db")
        out = os.path.join(d, "x.txt")
        h.run("report", TIMEOUT, "--window", "2026-01-15T10:00/2026-01-15T10:03", "--db", db, "-o", out)
        h.run("report", TIMEOUT, "--window", "2026-01-15T10:03/2026-01-15T10:07", "--db", db, "-o", out)
        h.run("report", h.pcap("tls-only.pcap"), "--db", db, "-o", out)
        whole = h.report(TIMEOUT)[1]
        env = {"SOURCE_DATE_EPOCH": "1772000000"}  # 2026-02-25
        r = h.run("history", "--db", db, "--keep", "400d", env=env)
        tap.equal((r.status, len(runs(db))), (0, 3), "what is young enough stays")
        r = h.run("history", "--db", db, "--keep", "7d", env=env)
        got = runs(db)
        tap.equal((r.status, [(x["nights"], x["from"]) for x in got]), (0, [(3, "2026-01-01T00:00:00Z")]),
                  "nights are rolled into their month")
        tap.equal({k: got[0][k] for k in ("responses", "requests")},
                  {k: whole[k] for k in ("responses", "requests")}, "... their sums stay")
        host = json.loads(h.run("history", "--db", db, "--format", "json", "www.example.test").text)["nights"][0]
        want = [x for x in whole["hosts"] if x["host"] == "www.example.test"][0]
        tap.equal((host["codes"], host["latency"]), (want["codes"], want["latency"]),
                  "... codes and latencies of hosts too")
        r = h.run("report", TIMEOUT, "--db", db, "-o", out)
        tap.result(r.status == 1 and "month" in r.message, "what went into a month does not count again", r)
        tap.equal(rows(db, "PRAGMA integrity_check") + rows(db, "PRAGMA foreign_key_check"), [("ok",)], "... and sound")
        env = {"SOURCE_DATE_EPOCH": "1872000000"}
        h.run("history", "--db", db, "--keep", "7d", "--keep-months", "400d", env=env)
        tap.equal((runs(db), rows(db, "SELECT count(*) FROM hosts")), ([], [(0,)]), "old months are removed")
        r = h.run("history", "--db", db, "--keep", "soon")
        tap.result(r.status == h.EX_USAGE and "--keep" in r.message, "--keep wants a span", r)
        r = h.run("history", "--db", db, "--keep", "7d", "--keep-months", "soon")
        tap.result(r.status == h.EX_USAGE and "--keep-months" in r.message, "... and --keep-months", r)
        for words in (("--export", "--keep-months", "400d"), ("--keep", "400d", "www.example.test")):
            r = h.run("history", "--db", db, *words)
            tap.result(r.status == h.EX_USAGE and "one at a time" in r.message, "not both: " + " ".join(words), r)


def checks():
    both = ["--warn", "5xx > 10% and n >= 5", "--crit", "503 > 1"]
    for name, args, status, part in (
            ("nothing asked", [], 0, "STATLINE OK - 14 responses"),
            ("a share that holds", ["--warn", "5xx > 10%"], 1, "STATLINE WARNING - 5xx 14.3 % (2 of 14)"),
            ("one that does not", ["--warn", "5xx > 20%"], 0, "STATLINE OK"),
            ("a conjunction", both, 1, "STATLINE WARNING"),
            ("... its sample too small", ["--warn", "5xx > 10% and n >= 50"], 0, "STATLINE OK"),
            ("a count", ["--crit", "503 >= 1"], 2, "STATLINE CRITICAL - 503 1"),
            ("per host", ["--crit", "503 > 0 per host"], 2, "www.example.test"),
            ("latency", ["--warn", "p99 > 2ms"], 1, "p99 2.2 ms"),
            ("latency that is well", ["--warn", "p99 > 2s"], 0, "OK"),
            ("coverage", ["--warn", "coverage < 95%"], 0, "OK"),
            ("or, not, parentheses", ["--crit", "not (n > 100 or hosts != 1)"], 2, "CRITICAL"),
            ("no answers", ["--warn", "no_response > 0.5%"], 0, "OK")):
        r = h.run("report", GOOD, "--check", *args)
        tap.result(r.status == status and part in r.text and r.text.count("\n") == 1, "check: " + name, r)
    r = h.run("report", TIMEOUT, "--check", "--warn", "no_response > 0.5%")
    tap.result(r.status == 1 and "33.3 % (1 of 3)" in r.text, "check: no answers", r)
    r = h.run("report", GOOD, "--check", *both)
    data = dict(p.split("=") for p in r.text.split(" | ")[1].split())
    tap.equal((data["n"], data["'5xx'"]), ("14;5;;0", "14.2857%;10;;0;100"), "performance data with limits")
    for name, args in (("a window without packets", [GOOD, "--window", "2020-01-01"]),
                       ("no such file", ["/nonexistent"]), ("nothing readable", [h.pcap("tls-only.pcap")]),
                       ("a mistake", [GOOD, "--warn", "5xx >"]),
                       ("new hosts without a history", [GOOD, "--warn", "new host"])):
        r = h.run("report", "--check", *args)
        tap.result(r.status == 3 and r.text.startswith("STATLINE UNKNOWN - "), "unknown: " + name, r)
    for words, missing in ((("--warn", "5xx > 1%"), "--check"), (("--replace",), "--db")):
        r = h.run("report", *words, GOOD)
        tap.result(r.status == h.EX_USAGE and missing in r.message, "%s is for %s" % (words[0], missing), r)
    r = h.run("report", "--check", "--warn", "new host", "/nonexistent")
    tap.result("--db" in r.message and "nonexistent" not in r.message, "what is missing is said before anything is read", r)
    for text, column in (("5xx > 1% ad n >= 100", 10), ("5yx > 1%", 1), ("5xx 1%", 5), ("p99 > 2", 8),
                         ("(5xx > 1", 9), ("5xx > 1% and", 13), ("new 5xx hosts", 9), ("n > 5%", 6),
                         ("coverage < 0.95", 16), ("503 > 1 per hots", 13), ("", 1),
                         ("(" * 40 + "n > 1" + ")" * 40, 17)):
        r = h.run("report", GOOD, "--check", "--warn", text)
        tap.result(r.status == 3 and "column %d of" % column in r.message, "column of `%s`" % text[:30], r)
    with h.scratch() as d:
        db = os.path.join(d, "h.db")
        h.run("report", TIMEOUT, "--window", "2026-01-15T10:00/2026-01-15T10:00:01", "--db", db, "-o", "/dev/null")
        for text, status in (("new host", 2), ("new 5xx host", 0), ("new 2xx host", 2), ("new 404 host", 0)):
            r = h.run("report", TIMEOUT, "--window", "2026-01-15T10:00:01/2026-01-16", "--db", db,
                      "-o", "/dev/null", "--check", "--crit", text)
            tap.equal(r.status, status, "check: " + text)


def bad_histories():
    with h.scratch() as d:
        db = os.path.join(d, "h.db")
        text = h.put(d, "text.db", b"this is no database, but long enough to be one\n" * 50)
        r = h.run("report", GOOD, "--db", text, "-o", "/dev/null")
        tap.result(r.status == 1 and "no history" in r.message, "a text file is no history", r)
        foreign = os.path.join(d, "foreign.db")
        c = sqlite3.connect(foreign)
        c.execute("CREATE TABLE t(x)")
        c.commit()
        c.close()
        r = h.run("report", GOOD, "--db", foreign, "-o", "/dev/null")
        tap.result(r.status == 1 and "no history" in r.message, "another program's database is left alone", r)
        r = h.run("history", "--db", os.path.join(d, "none.db"))
        tap.result(r.status == 1 and "none.db" in r.message, "a history that is not there", r)
        h.run("report", GOOD, "--db", db, "-o", "/dev/null")
        shutil.copy(db, os.path.join(d, "later.db"))
        c = sqlite3.connect(os.path.join(d, "later.db"))
        c.execute("PRAGMA user_version = 99")
        c.close()
        r = h.run("report", GOOD, "--db", os.path.join(d, "later.db"), "-o", "/dev/null")
        tap.result(r.status == 1 and "later statline" in r.message, "a later schema is left alone", r)


def spread():
    """A capture with 40 minutes after each response; and (hour, code) of what begins like a response in it."""
    with open(GOOD, "rb") as f:
        data = f.read()
    out, at, want = bytearray(data[:24]), 24, {}
    pause = 0
    while at < len(data):
        s, us, kept, length = struct.unpack_from("<IIII", data, at)
        t = s * 1000000 + us + pause
        packet = data[at + 16:at + 16 + kept]
        out += struct.pack("<IIII", t // 1000000, t % 1000000, kept, length) + packet
        m = re.search(rb"HTTP/1\.1 (\d\d\d) ", packet)
        if m:
            key = (t // 1000000 // 3600 * 3600 * 10**9, int(m[1]))
            want[key] = want.get(key, 0) + 1
            pause += 40 * 60 * 1000000
        at += 16 + kept
    return bytes(out), want


def hours():
    with h.scratch() as d:
        db = os.path.join(d, "h.db")
        data, want = spread()
        h.run("report", h.put(d, "long.pcap", data), "--db", db, "-o", "/dev/null")
        got = {(b, c): n for b, c, n in rows(db, "SELECT bucket_ns, code, sum(count) FROM counts GROUP BY 1, 2")}
        tap.equal(got, want, "codes of a history stand by the hour: %d hours" % len({b for b, c in want}))
        tap.result(len({b for b, c in want}) >= 8, "... of the night", want)
        tap.equal(rows(db, "SELECT bucket_seconds FROM runs"), [(3600,)], "... which the run says")
        # Sensors that share the night add up to it.
        halves = []
        for i, w in enumerate(("2026-01-15T00:00Z/2026-01-15T14:30Z", "2026-01-15T14:30Z/2026-01-16T00:00Z")):
            halves.append(os.path.join(d, "%d.json" % i))
            h.run("report", os.path.join(d, "long.pcap"), "--window", w, "-o", halves[-1])
        times = [x["code_times"] for x in json.loads(h.run("merge", *halves).text)["hosts"]]
        tap.equal(times, [x["code_times"] for x in h.report(os.path.join(d, "long.pcap"))[1]["hosts"]],
                  "... and two halves of a night merge to its times")


def stamped(first, *more):
    """A capture with a packet at each of these seconds since 1970, none of them HTTP."""
    return struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 101) + b"".join(
        struct.pack("<IIII", t, 0, 20, 20) + struct.pack(">BBHHHBBH", 0x45, 0, 20, t & 0xffff, 0, 64, 1, 0) +
        b"\x0a\x01\x00\x01\x0a\x01\x00\x02" for t in (first, *more))


def rings():
    """Of a ring only the files of the window are read; whatever their names, and whenever one is in doubt."""
    day = 86400
    begin = 1768521600 - 30 * day  # 2025-12-17, midnight in UTC
    window = "2025-12-22T00:00Z/2025-12-23T00:00Z"
    low, high = begin + 5 * day, begin + 6 * day
    with h.scratch() as d:
        def put(name, changed, *times):
            path = os.path.join(d, name)
            with open(path, "wb") as f:
                f.write(stamped(*times))
            os.utime(path, (changed, changed))

        def asked(*more):
            doc = h.report("report", d, "--window", window, *more)[1]
            return ([os.path.basename(s["name"]) for s in doc["capture"]["sources"]],
                    doc["capture"].get("sources_outside", 0),
                    doc["coverage"]["total_packets"] - doc["coverage"]["packets"]["filtered"])

        for hour in range(24 * 8):
            t = begin + 3600 * hour
            put("%04d.pcap" % hour, t + 3600, *range(t, t + 3600, 600))
        names, outside, inside = asked()
        tap.equal((names[2:-2], inside), (["%04d.pcap" % i for i in range(120, 144)], 24 * 6),
                  "of 192 hours those of the day are read, and all of their packets")
        tap.result(outside >= 192 - 28 and outside + len(names) == 192, "... and the others are not: %d" % outside, names)
        same = h.report("report", d, "--window", window)[1]
        for name in os.listdir(d):
            if not 115 <= int(name[:4]) <= 150:
                os.remove(os.path.join(d, name))
        few = h.report("report", d, "--window", window)[1]
        tap.equal((few["codes"], few["coverage"]["packets"]["other_ip"]), (same["codes"], same["coverage"]["packets"]["other_ip"]),
                  "... which changes nothing")
        for name in os.listdir(d):
            os.remove(os.path.join(d, name))
        # In doubt it is read: packets in the window are counted whatever the file looks like.
        put("begins-late-ends-early.pcap", high + 7200, high + 1800, high - 60)
        put("copied-today.pcap", high + 90 * day, low - 7200, low + 60)
        put("clock-of-the-file-behind.pcap", low - 400 * day, low - 7200, low + 120)
        put("still-written.pcap", low - 1800, low - 7200, low + 180)
        tap.equal(sorted(asked()[0]), sorted(os.listdir(d)), "what is in doubt is read")
        tap.equal(asked()[1:], (0, 4), "... and its packets count")
        for name in os.listdir(d):
            os.remove(os.path.join(d, name))
        put("day-before.pcap", low - 7200, low - 9000)
        put("day-after.pcap", high + 9000, high + 7200)
        r = h.run("report", d, "--window", window, "--check")
        tap.result(r.status == 3 and "no packets" in r.text, "nothing but other days is UNKNOWN", r)
        r = h.run("report", d, "--window", window)
        tap.result("2 captures outside the window not read" in r.text, "... and it is said", r)


def older_schemas():
    """Histories that earlier versions wrote, kept as they were."""
    env = {"SOURCE_DATE_EPOCH": "1768557600"}
    with h.scratch() as d:
        fresh = os.path.join(d, "fresh.db")
        for name in (GOOD, TIMEOUT):
            h.run("report", name, "--db", fresh, "-o", "/dev/null", env=env)
        for version in (1, 2):
            db = os.path.join(d, "%d.db" % version)
            c = sqlite3.connect(db)
            with open(os.path.join(h.TOP, "tests", "cli", "histories", "schema-%d.sql" % version)) as f:
                c.executescript(f.read())
            c.close()
            before = open(db, "rb").read()
            r = h.run("history", "--db", db)
            tap.result(r.status == 1 and "earlier statline" in r.message and open(db, "rb").read() == before,
                       "schema %d: a reader says so, and changes nothing" % version, r)
            r = h.run("report", h.pcap("tls-only.pcap"), "--db", db, "-o", "/dev/null", env=env)
            tap.equal((r.status, r.message, rows(db, "PRAGMA user_version")), (0, "", [(3,)]),
                      "schema %d is brought up to date" % version)
            tap.equal(rows(db, "PRAGMA integrity_check") + rows(db, "PRAGMA foreign_key_check"), [("ok",)], "... soundly")
            same = ("SELECT from_ns, to_ns, requests, responses, c2, c3, c4, c5, no_response FROM runs"
                    " WHERE responses > 0 ORDER BY 1, 2",
                    "SELECT name, from_ns, host_runs.responses, latency FROM host_runs JOIN hosts ON host = hosts.id"
                    " JOIN runs ON run = runs.id WHERE host_runs.responses > 0 ORDER BY 1, 2, 3",
                    "SELECT name, to_ns, code, sum(count) FROM counts JOIN hosts ON host = hosts.id"
                    " JOIN runs ON run = runs.id GROUP BY 1, 2, 3 ORDER BY 1, 2, 3")
            tap.equal([rows(db, q) for q in same], [rows(fresh, q) for q in same], "... and says the same as before")
            tap.equal(rows(db, "SELECT bucket_seconds FROM runs ORDER BY id"), [(0,), (0,), (3600,)],
                      "... old nights are one bucket each")
            r = h.run("report", GOOD, "--db", db, "-o", "/dev/null", env=env)
            tap.equal((r.status, sorted(x["responses"] for x in runs(db)),
                       rows(db, "SELECT count(*) FROM runs WHERE bucket_seconds = 3600")), (0, [0, 2, 15], [(2,)]),
                      "... and its nights can be read again")


windows()
dated_names()
history()
sets_of_sources()
prune()
checks()
bad_histories()
hours()
rings()
older_schemas()
tap.done()
