#!/usr/bin/env python3
"""What must not change the counts: copies, rotation, order within a window, segmentation.

STATLINE_SEED=N draws other numbers; STATLINE_ROUNDS=N does more rounds of each."""
import json
import os
import random
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import harness as h  # noqa: E402
from pcapkit import capfile, reader  # noqa: E402
from pcapkit.conversation import Record  # noqa: E402

SEED = int(os.environ.get("STATLINE_SEED", "20260115"))
ROUNDS = int(os.environ.get("STATLINE_ROUNDS", "2"))
WINDOW = 12        # packets; the grace for holes is 64 segments and a second
PAUSE = 7200 * 10**9  # ns: more than any time-out
LARGEST = 200_000  # bytes of a capture taken from the corpus


def captures():
    """(name, records, whether its conversations are complete)."""
    expected = {}
    for table in ("expected.json", "expected-real.json"):
        path = os.path.join(h.PCAPS, table)
        if os.path.exists(path):
            with open(path, encoding="utf-8") as f:
                expected.update(json.load(f))
    for name, want in sorted(expected.items()):
        if len(want["files"]) == 1 and not want["exit"]:
            with open(os.path.join(h.PCAPS, want["files"][0]), "rb") as f:
                yield name, reader.records(f.read()), want.get("order") == "complete"
    corpus = os.environ.get("STATLINE_CORPUS") or os.path.join(h.TOP, "..", "shared", "corpus")
    if not os.path.isdir(corpus):
        return
    with open(os.path.join(corpus, "expected.tsv"), encoding="utf-8") as f:
        names = [line.split("\t")[0] for line in f][1:]
    for name in names:
        path = os.path.join(corpus, "captures", name)
        if os.path.getsize(path) < LARGEST:
            with open(path, "rb") as f:
                try:
                    yield "corpus " + name, reader.records(f.read()), False
                except ValueError:
                    pass  # a format that only statline and libpcap read


def copied(records):
    return [c for r in records for c in (r, r.copy(1000))]


def rotated(records, rng):
    """Cuts only where no later packet is stamped before an earlier one: files are sorted by time."""
    least, later = [], float("inf")
    for r in reversed(records):
        later = min(later, r.time)
        least.append(later)
    least.reverse()
    places, most = [], float("-inf")
    for i in range(1, len(records)):
        most = max(most, records[i - 1].time)
        if least[i] > most:
            places.append(i)
    cuts = sorted(rng.sample(places, min(len(places), rng.randint(1, 6))))
    return [records[a:b] for a, b in zip([0] + cuts, cuts + [len(records)])]


def permuted(records, rng):
    """Packets change places, no further than the window; the stamps stay where they are."""
    order = sorted(range(len(records)), key=lambda i: i + rng.uniform(0, WINDOW))
    return [Record(records[i].time, records[j].linktype, records[j].data, records[j].length)
            for i, j in enumerate(order)]


def doubled(value):
    return {k: doubled(v) for k, v in value.items()} if isinstance(value, dict) else 2 * value


def cut(records, rng, most):
    def sizes():
        while True:
            yield rng.randint(1, most)
    draw = sizes()
    return [part for r in records for part in reader.resegmented(r, draw)]


class Checker:
    def __init__(self, tap, directory):
        self.tap, self.directory = tap, directory

    def count(self, *parts):
        paths = [h.put(self.directory, "part-%d.pcapng" % i, capfile.pcapng(part, tsresol=9))
                 for i, part in enumerate(parts)]
        r, doc = h.report(*paths)
        for path in paths:
            os.remove(path)
        if doc is None or r.crashed():
            return str(r)
        return h.host_codes(doc)

    def property(self, name, want, variants):
        """One result for all rounds of a property."""
        for i, parts in enumerate(variants):
            got = self.count(*parts)
            if got != want:
                self.tap.result(False, name, "round %d, seed %d\ngot:      %s\nexpected: %s"
                                % (i, SEED, got, want))
                return
        self.tap.result(True, name)


def main():
    tap = h.Tap()
    print("# seed %d, %d rounds" % (SEED, ROUNDS))
    with h.scratch() as directory:
        checker = Checker(tap, directory)
        for name, records, complete in captures():
            rng = random.Random("%d %s" % (SEED, name))
            if not records:
                continue
            want = checker.count(records)
            # A report that failed is alike each time.
            if not tap.result(isinstance(want, dict), "read: " + name, want):
                continue
            checker.property("copied: " + name, want, [[copied(records)]])
            checker.property("rotated: " + name, want, [rotated(records, rng) for _ in range(ROUNDS)])
            if not complete:
                continue
            # The same connections once more, on the same ports and numbers, after a pause.
            later = [r.copy(PAUSE) for r in records]
            checker.property("again later: " + name, doubled(want), [[records + later]])
            checker.property("permuted: " + name, want,
                             [[permuted(records, rng)] for _ in range(ROUNDS * 2)])
            checker.property("segmented anew: " + name, want,
                             [[cut(records, rng, most)] for most in (1, 3, 200)])
            checker.property("segmented anew and permuted: " + name, want,
                             [[permuted(cut(records, rng, 40), rng)] for _ in range(ROUNDS)])
    tap.done()


if __name__ == "__main__":
    main()
