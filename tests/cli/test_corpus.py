#!/usr/bin/env python3
"""The corpus of captures that others made, where it is beside this checkout, or where
STATLINE_CORPUS says: one result a capture for its counts, one for its
events, and one for its sums."""
import csv
import json
import os
import re
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import harness as h  # noqa: E402


def counts(tap, place):
    """The corpus' own tool judges; its lines become results."""
    p = subprocess.run([os.path.join(place, "check"), h.STATLINE, "-v", "--timeout", "60"],
                       stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    lines = p.stdout.splitlines()
    seen = 0
    for line in lines:
        m = re.match(r"(ok|MISMATCH|CRASH|EXIT|TIMEOUT|OUTPUT|MISSING)\s+(\S+): (.*)", line)
        if m:
            seen += 1
            tap.result(m[1] == "ok", "corpus: " + m[2], line)
    said = re.fullmatch(r"(\d+) passed, (\d+) failed", lines[-1] if lines else "")
    tap.result(bool(said) and int(said[1]) + int(said[2]) == seen, "corpus: every capture was judged",
               "\n".join(lines[-5:]))


def rows(place, table):
    with open(os.path.join(place, table), encoding="utf-8") as f:
        return list(csv.DictReader(f, delimiter="\t", quoting=csv.QUOTE_NONE))


def events(tap, place):
    """Zeek's http.log has the codes that the corpus expects."""
    for row in rows(place, "expected.tsv"):
        r = h.run("--events", "-", "--events-format", "zeek", os.path.join(place, "captures", row["file"]))
        tap.equal(h.zeek_codes(r.text), {int(k): n for k, n in json.loads(row["codes"]).items() if n},
                  "events: " + row["file"])


def coverage(tap, place):
    """Every capture of the tables."""
    for name in [row["file"] for table in ("expected.tsv", "expected-tls.tsv") for row in rows(place, table)]:
        r, doc = h.report(os.path.join(place, "captures", name))
        wrong = [str(r)] if r.crashed() or doc is None else h.sums(doc)
        tap.result(not wrong, "sums: " + name, "\n".join(wrong))


def main():
    place = h.corpus()
    if place is None:
        h.skip_all("no corpus beside this checkout (../shared/corpus/check)")
    tap = h.Tap()
    counts(tap, place)
    events(tap, place)
    coverage(tap, place)
    tap.done()


if __name__ == "__main__":
    main()
