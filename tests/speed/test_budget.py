#!/usr/bin/env python3
"""Instructions a packet stay within tests/speed/budget.tsv: counted by callgrind, so that no machine's mood matters.

A capture is repeated in one file, at later times; what one more repetition costs is what its packets cost, without
starting and reporting. The budgets hold for the build that gcc makes by default; other builds are not judged.
"""
import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "cli"))
import harness  # noqa: E402

REPEAT = 20
APART_S = 3000  # over the idle time-out, and no jump of the clock that would be doubted


def repeated(path, times):
    """A little-endian pcap of microseconds, its records @times over. -> bytes, packets of one"""
    with open(path, "rb") as f:
        data = f.read()
    if data[:4] != b"\xd4\xc3\xb2\xa1":
        raise ValueError(path + ": expected a little-endian pcap of microseconds")
    records, at = [], 24
    while at < len(data):
        s, us, captured, length = struct.unpack_from("<IIII", data, at)
        records.append((s, us, captured, length, data[at + 16:at + 16 + captured]))
        at += 16 + captured
    out = [data[:24]]
    for n in range(times):
        out += [struct.pack("<IIII", s + n * APART_S, us, c, le) + b for s, us, c, le, b in records]
    return b"".join(out), len(records)


def instructions(directory, path):
    p = subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=" + os.path.join(directory, "out"),
                        harness.STATLINE, "--no-sandbox", "--format", "json", path],
                       stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, timeout=300)
    m = re.search(r"Collected : (\d+)", p.stderr)
    if p.returncode or not m:
        raise RuntimeError(p.stderr[-2000:])
    return int(m.group(1))


def cost(directory, capture):
    counts = []
    for times in (1, 1 + REPEAT):
        path = os.path.join(directory, "repeated.pcap")
        data, packets = repeated(os.path.join(harness.PCAPS, capture), times)
        with open(path, "wb") as f:
            f.write(data)
        counts.append(instructions(directory, path))
    return (counts[1] - counts[0]) / (REPEAT * packets)


def unusual_build():
    """Why the budgets do not hold for this build, or None."""
    makefile = os.path.join(os.environ.get("top_builddir", harness.TOP), "Makefile")
    with open(makefile, encoding="utf-8") as f:
        text = f.read()
    flags = dict(re.findall(r"^(CC|CFLAGS|STATLINE_LTO|STATLINE_CFLAGS) = *(.*)$", text, re.M))
    if not os.path.basename(flags.get("CC", "").split(" ")[0]).startswith("gcc"):
        return "the compiler is not gcc"
    if flags.get("CFLAGS", "").split() != ["-g", "-O2"] or not flags.get("STATLINE_LTO"):
        return "not the default flags"
    return None


def main():
    if not shutil.which("valgrind"):
        harness.skip_all("no valgrind: install valgrind")
    reason = unusual_build()
    if reason:
        harness.skip_all(reason)
    tap = harness.Tap()
    with open(os.path.join(HERE, "budget.tsv"), encoding="utf-8") as f:
        rows = [line.rstrip("\n").split("\t") for line in f if not line.startswith("#")]
    with tempfile.TemporaryDirectory() as directory:
        for capture, most in rows:
            got = cost(directory, capture)
            print("# %s: %.0f instructions a packet, budget %s" % (capture, got, most))
            tap.result(got <= int(most), capture, "%.0f instructions a packet, budget %s" % (got, most))
    tap.done()


if __name__ == "__main__":
    main()
