#!/usr/bin/env python3
"""Each allocation and each call to the file layer failing in turn, in every command that reads or writes: a clean
message or a report that says that it is too low; no crash, no leak (in builds with sanitizers), no half-written file.

STATLINE_FAULTS=N tries at most N of each kind for each command, evenly spread (60); 0 tries all."""
import gzip
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "cli"))
import harness as h  # noqa: E402

PROGRAM = os.path.join(os.environ.get("top_builddir", h.TOP), "tests", "fault", "statline_faulty")
MOST = int(os.environ.get("STATLINE_FAULTS", "60"))
CAPTURES = ("rule-6-pipelining.pcap", "tcp-out-of-order.pcap", "ipv4-fragments.pcap", "file-pcapng-sections.pcapng",
            "byte-by-byte.pcap")
STATUSES = (0, 1, 2)
BEFORE = b'{"of": "an earlier night"}\n'


class Case:
    """A command over inputs that nobody changes; what it writes lies in a directory that is made anew for each run."""

    def __init__(self, name, args, outputs, before=None):
        self.name, self.args, self.outputs, self.before = name, args, outputs, before or {}
        self.old, self.root = None, tempfile.mkdtemp()
        self.directory, self.count = os.path.join(self.root, "out"), os.path.join(self.root, "count")

    def run(self, fault):
        shutil.rmtree(self.directory, ignore_errors=True)
        os.mkdir(self.directory)
        for name, source in self.before.items():
            if isinstance(source, bytes):
                with open(os.path.join(self.directory, name), "wb") as f:
                    f.write(source)
            else:
                shutil.copy(source, os.path.join(self.directory, name))
        env = dict(os.environ, SOURCE_DATE_EPOCH="1800000000", STATLINE_FAULT=fault, STATLINE_FAULT_COUNT=self.count,
                   TZ="UTC")
        return subprocess.run([PROGRAM] + [a.replace("@", self.directory + os.sep) for a in self.args],
                              capture_output=True, env=env, timeout=h.TIMEOUT)

    def contents(self, result):
        """{name: what it says}: files, standard output, and of a history its export."""
        found = {"": result.stdout}
        for name in self.outputs:
            path = os.path.join(self.directory, name)
            if name.endswith(".db"):
                found[name] = exported(path)
            elif os.path.exists(path):
                with open(path, "rb") as f:
                    found[name] = f.read()
        return found


def exported(path):
    """What the history holds, by the program itself; a text that equals nothing when it is damaged."""
    if not os.path.exists(path):
        return b""
    db = sqlite3.connect(path)
    try:
        if db.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
            return b"damaged"
    finally:
        db.close()
    r = subprocess.run([h.STATLINE, "history", "--db", path, "--export"], capture_output=True, timeout=h.TIMEOUT)
    # When it was made is no part of what it says.
    return re.sub(rb'"generated":"[^"]*"', b"", r.stdout) if r.returncode == 0 else b"unreadable: " + r.stderr


def said_low(name, text, status):
    if name.endswith(".json") and status == 0:
        return json.loads(text)["coverage"]["memory_exhausted"]
    return status != 0


def partial_night(case, text, status):
    """Whether the history holds what it held, and one night more that says that it is too low, as the status does."""
    lines = text.splitlines()
    added = [line for line in lines if line.startswith(b'{"type":"run"') and line not in case.old.splitlines()]
    return (status == 2 and all(line in lines for line in case.old.splitlines()) and len(added) == 1
            and b'"partial":1' in added[0])


def wrong_file(case, name, text, whole, status):
    """-> what is wrong with what one output holds, or None."""
    before = case.before.get(name)
    if text == whole[name] or (before is not None and text == before):
        return None
    if name.endswith(".db"):
        # All of the night is there, or nothing of it, or what could be read and that it is not all.
        if status != 0 and (text in (b"", case.old) or partial_night(case, text, status)):
            return None
        return "%s: %r" % (name, text[:200])
    if not said_low(name, text, status):
        return "%s differs, and nothing says that it is too low" % name
    # A stream is written as it comes; a report is renamed into place.
    if name.endswith((".json", ".txt", ".csv")) and not text.endswith(b"\n"):
        return "%s is cut" % name
    return None


def wrong(case, result, whole):
    """-> what a run with a fault did that it must not, or None."""
    said = result.stderr.decode("utf-8", "replace")
    if result.returncode not in STATUSES:
        return "status %d: %s" % (result.returncode, said[-1500:])
    if result.returncode and not said.strip():
        return "failed without a word"
    if re.search(r"Sanitizer|runtime error", said):
        return said[-1500:]
    left = [n for n in os.listdir(case.directory) if n not in case.outputs and not n.endswith(("-wal", "-shm", "-journal"))]
    if left:
        return "left behind: %s" % left
    found = case.contents(result)
    for name, text in found.items():
        why = wrong_file(case, name, text, whole, result.returncode)
        if why:
            return why
    if result.returncode == 0 and set(found) != set(whole):
        return "status 0, and not every output is there"
    return None


def check(tap, case):
    clean = case.run("")
    whole = case.contents(clean)
    if not tap.result(clean.returncode == 0 and len(whole) == 1 + len(case.outputs),
                      case.name + ": runs without faults", clean.stderr):
        return
    with open(case.count, encoding="utf-8") as f:
        counts = dict(zip(("alloc", "io"), map(int, f.read().split())))
    for kind, count in counts.items():
        step = max(1, -(-count // MOST)) if MOST else 1
        failures, tried = [], 0
        for n in range(1, count + 1, step):
            tried += 1
            why = wrong(case, case.run("%s:%d" % (kind, n)), whole)
            if why:
                failures.append("%s:%d: %s" % (kind, n, why))
        tap.result(not failures and tried, "%s: %d of %d calls (%s) failing in turn" % (case.name, tried, count, kind),
                   "\n".join(failures))


def cases(inputs):
    """Everything that reads and writes, each with a small input."""
    names = [os.path.join(h.PCAPS, c) for c in CAPTURES]
    packed = os.path.join(inputs, "compressed.pcap.gz")
    with open(names[0], "rb") as f, open(packed, "wb") as out:
        out.write(gzip.compress(f.read()))
    for capture in names + [packed]:
        yield Case(os.path.basename(capture), ["--no-sandbox", "--utc", "-o", "@out.json", "-o", "@out.txt", "-o",
                                               "@out.csv", capture], ["out.json", "out.txt", "out.csv"],
                   {"out.json": BEFORE})
    one, two, db = (os.path.join(inputs, n) for n in ("one.json", "two.json", "old.db"))
    for path, capture in ((one, names[0]), (two, names[1])):
        subprocess.run([h.STATLINE, "-o", path, capture], check=True, stderr=subprocess.DEVNULL)
    subprocess.run([h.STATLINE, "report", "--db", db, "-o", os.devnull, names[0]], check=True, stderr=subprocess.DEVNULL)
    yield Case("page", ["--no-sandbox", "--utc", "-o", "@out.html", names[0]], ["out.html"])
    for form in ("ecs", "zeek"):
        yield Case("events as " + form, ["--no-sandbox", "--events-format", form, "--events", "@out.log", "-o", "@out.json",
                                         names[0]], ["out.log", "out.json"])
    yield Case("matching packets", ["--no-sandbox", "--filter-code", "2xx,4xx", "--write-matching", "@out.pcap", "-o",
                                    "@out.json", names[0]], ["out.pcap", "out.json"])
    yield Case("merge", ["merge", "-o", "@out.json", one, two], ["out.json"], {"out.json": BEFORE})
    yield Case("diff", ["diff", one, two], [])
    night = Case("night", ["report", "--no-sandbox", "--db", "@h.db", "-o", "@out.json", names[1]], ["h.db", "out.json"],
                 {"h.db": db})
    night.old = exported(db)
    yield night
    yield Case("history", ["history", "--db", "@h.db"], ["h.db"], {"h.db": db})
    yield Case("history, exported", ["history", "--db", "@h.db", "--export"], ["h.db"], {"h.db": db})


def main():
    tap = h.Tap()
    with tempfile.TemporaryDirectory() as inputs:
        for case in cases(inputs):
            check(tap, case)
            shutil.rmtree(case.root)
    tap.done()


if __name__ == "__main__":
    main()
