#!/usr/bin/env python3
"""-j: files are decompressed ahead of their turn, and the report is byte for byte that of -j 1."""
import bz2
import gzip
import lzma
import os
import struct
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import harness as h  # noqa: E402

tap = h.Tap()
EPOCH = {"SOURCE_DATE_EPOCH": "0"}
PACKINGS = ((gzip.compress, ".gz"), (bz2.compress, ".bz2"), (lzma.compress, ".xz"), (bytes, ""))


def moved(data, seconds, copies=1):
    """A little-endian pcap @copies times over, each @seconds later than the one before."""
    out, at, records = [data[:24]], 24, []
    while at < len(data):
        s, rest, captured, length = struct.unpack_from("<IIII", data, at)
        records.append((s, rest, captured, length, data[at + 16:at + 16 + captured]))
        at += 16 + captured
    for n in range(1, copies + 1):
        out += [struct.pack("<IIII", s + n * seconds, r, c, n_) + b for s, r, c, n_, b in records]
    return b"".join(out)


def fill(directory, data, count, seconds, copies=1):
    for n in range(count):
        pack, suffix = PACKINGS[n % len(PACKINGS)]
        with open(os.path.join(directory, "%02d.pcap%s" % (n, suffix)), "wb") as f:
            f.write(pack(moved(moved(data, n * seconds), 1, copies)))


def same(name, directory, status=h.EX_OK):
    first = h.run("-j", 1, "--format", "json", directory, env=EPOCH)
    tap.equal(first.status, status, name + ": status")
    for jobs in (2, 3, 8):
        r = h.run("-j", jobs, "--format", "json", directory, env=EPOCH)
        tap.result((r.status, r.out, r.err) == (first.status, first.out, first.err), "%s: -j %d" % (name, jobs),
                   "%s\n%s\n%s" % (r.status, r.err, first.err))
    return first


with open(os.path.join(h.PCAPS, "notable-codes.pcap"), "rb") as f:
    GOOD = f.read()
with open(os.path.join(h.PCAPS, "real-nginx.pcap"), "rb") as f:
    LARGE = f.read()

with tempfile.TemporaryDirectory() as d:
    fill(d, GOOD, 13, 3000)
    r, doc = h.report("-j", 4, d)
    tap.equal(doc and doc["responses"], 13 * 15, "all responses of 13 files")
    same("one after the other", d)
with tempfile.TemporaryDirectory() as d:
    fill(d, GOOD, 12, 0)
    same("all at the same time", d)
with tempfile.TemporaryDirectory() as d:
    fill(d, LARGE, 5, 3000, copies=60)
    same("more than a pipe holds", d)
with tempfile.TemporaryDirectory() as d:
    fill(d, LARGE, 6, 3000, copies=40)
    with open(os.path.join(d, "04.pcap.gz"), "r+b") as f:
        f.truncate(os.path.getsize(f.name) // 2)
    with open(os.path.join(d, "01.pcap.bz2"), "r+b") as f:
        f.seek(os.path.getsize(f.name) // 2)
        f.write(b"damaged")
    same("damaged files between good ones", d, h.EX_DAMAGED)
for bad in ("0", "65", "-1", "two", ""):
    tap.equal(h.run("-j", bad, os.path.join(h.PCAPS, "notable-codes.pcap")).status, h.EX_USAGE, "-j %r" % bad)
tap.done()
