#!/usr/bin/env python3
"""Each allocation and each call to the file layer failing in turn, over small captures: a clean message or a report
that says that it is too low; no crash, no leak (in builds with sanitizers), no half-written file.

STATLINE_FAULTS=N tries at most N of each kind for each capture, evenly spread (60); 0 tries all."""
import gzip
import json
import os
import re
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
    def __init__(self, directory, capture):
        self.directory, self.capture = directory, capture
        self.outputs = [os.path.join(directory, n) for n in ("out.json", "out.txt", "out.csv")]
        self.count = os.path.join(directory, "count")

    def run(self, fault):
        for name in os.listdir(self.directory):
            if name.startswith("out"):
                os.unlink(os.path.join(self.directory, name))
        with open(self.outputs[0], "wb") as f:
            f.write(BEFORE)
        args = [PROGRAM, "--no-sandbox", "--utc"]
        for o in self.outputs:
            args += ["-o", o]
        env = dict(os.environ, SOURCE_DATE_EPOCH="1800000000", STATLINE_FAULT=fault, STATLINE_FAULT_COUNT=self.count)
        return subprocess.run(args + [self.capture], capture_output=True, env=env, timeout=h.TIMEOUT)

    def contents(self):
        found = {}
        for o in self.outputs:
            if os.path.exists(o):
                with open(o, "rb") as f:
                    found[o] = f.read()
        return found


def wrong(case, result, whole):
    """-> what a run with a fault did that it must not, or None."""
    said = result.stderr.decode("utf-8", "replace")
    if result.returncode not in STATUSES:
        return "status %d: %s" % (result.returncode, said[-1500:])
    if result.returncode and not said.strip():
        return "failed without a word"
    if re.search(r"Sanitizer|runtime error", said):
        return said[-1500:]
    left = [n for n in os.listdir(case.directory) if n.startswith("out") and
            os.path.join(case.directory, n) not in case.outputs]
    if left:
        return "left behind: %s" % left
    found = case.contents()
    for path, text in found.items():
        if path.endswith(".json"):
            if text == BEFORE:
                continue
            doc = json.loads(text)
            low = doc["coverage"]["memory_exhausted"] or result.returncode == 2
        else:
            low = result.returncode != 0
        if text != whole[path] and not low:
            return "%s differs, and nothing says that it is too low" % path
        if not text.endswith(b"\n"):
            return "%s is cut" % path
    if result.returncode == 0 and set(found) != set(whole):
        return "status 0, and not every report is there"
    return None


def check(tap, case, name):
    clean = case.run("")
    whole = case.contents()
    if not tap.result(clean.returncode == 0 and len(whole) == 3, name + ": reads without faults", clean.stderr):
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
        tap.result(not failures and tried, "%s: %d of %d calls (%s) failing in turn" % (name, tried, count, kind),
                   "\n".join(failures))


def main():
    tap = h.Tap()
    with tempfile.TemporaryDirectory() as inputs:
        packed = os.path.join(inputs, "compressed.pcap.gz")
        with open(os.path.join(h.PCAPS, CAPTURES[0]), "rb") as f, open(packed, "wb") as out:
            out.write(gzip.compress(f.read()))
        for capture in [os.path.join(h.PCAPS, c) for c in CAPTURES] + [packed]:
            with tempfile.TemporaryDirectory() as directory:
                check(tap, Case(directory, capture), os.path.basename(capture))
    tap.done()


if __name__ == "__main__":
    main()
