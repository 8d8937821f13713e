#!/usr/bin/env python3
"""Bad input and bad output: one clear line that names the thing and the cause, the right exit
status, and nothing half-written."""
import gzip
import os
import re
import shutil
import struct
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import harness as h  # noqa: E402
from pcapkit import capfile  # noqa: E402
from pcapkit.case import one  # noqa: E402

tap = h.Tap()
GOOD = os.path.join(h.PCAPS, "notable-codes.pcap")


def refused(name, args, status, *parts, **how):
    """One line on standard error with all the parts in it (regular expressions), nothing on
    standard output."""
    r = h.run(*args, **how)
    wrong = []
    if r.status != status:
        wrong.append("exit status %s, expected %s" % (r.status, status))
    lines = r.message.splitlines()
    if len(lines) != 1 or not r.message.endswith("\n"):
        wrong.append("%d lines on standard error, expected 1" % len(lines))
    if not r.message.startswith("statline: "):
        wrong.append("does not begin with the program's name")
    for part in parts:
        if not re.search(part, r.message):
            wrong.append("does not say: " + part)
    if r.out:
        wrong.append("wrote to standard output")
    if any(ord(c) < 32 and c != "\n" for c in r.message):
        wrong.append("control bytes on standard error")
    return tap.result(not wrong, name, "\n".join(wrong) + "\n" + str(r))


def partly(name, args, status, *parts):
    """A report, and a word about what is wrong with the input."""
    r, doc = h.report(*args)
    wrong = []
    if r.status != status:
        wrong.append("exit status %s, expected %s" % (r.status, status))
    if doc is None:
        wrong.append("no report")
    for part in parts:
        if not re.search(part, r.message):
            wrong.append("does not say: " + part)
    tap.result(not wrong, name, "\n".join(wrong) + "\n" + str(r))
    return doc


def inputs(d):
    refused("a file that does not exist", [d + "/nowhere.pcap"], 1, "nowhere.pcap", "No such file")
    os.mkdir(d + "/empty")
    refused("an empty directory", [d + "/empty"], 1, "empty", "without captures")
    os.mkdir(d + "/texts")
    h.put(d + "/texts", "a.txt", b"text\n")
    refused("a directory without captures", [d + "/texts"], 1, "texts", "without captures")
    refused("an empty file", [h.put(d, "zero.pcap", b"")], 1, "zero.pcap", "empty")
    refused("a text file", [h.put(d, "notes.txt", b"These are notes, and no packets at all.\n" * 9)],
            1, "notes.txt", "is text", "pcap")
    whole = capfile.pcap(one().records)
    refused("a pcap cut in its header", [h.put(d, "head.pcap", whole[:17])], 1, "head.pcap", "short")
    refused("a pcapng cut in its header", [h.put(d, "head.pcapng", capfile.pcapng(one().records)[:20])],
            1, "head.pcapng", "short|cut")
    refused("a name with control bytes", [d + "/\x1b[2Jname\n"], 1, r"\\x1[bB]", "No such file")
    refused("an empty standard input", ["-r", "-"], 1, "-|standard input", "empty", stdin=b"")
    secret = h.put(d, "secret.pcap", whole)
    os.chmod(secret, 0)
    nobody_may(d, "a file that may not be read", [secret], "secret.pcap: .*denied")


def nobody_may(d, name, args, part):
    """Exit status 1 and one line with part in it, for somebody who is not root."""
    if os.geteuid() == 0:
        if not shutil.which("setpriv"):
            tap.skip(name, "root may do everything, and setpriv is not there")
            return
        os.chmod(d, 0o755)
    r = h.as_nobody(*args)
    if r.status == 127:
        tap.skip(name, "the build is out of nobody's reach")
        return
    tap.result(r.status == 1 and re.search(part, r.message) and r.message.count("\n") == 1 and not r.out, name, r)


def damage(d):
    whole = capfile.pcap(one().records)
    first = 24 + 16 + 58
    huge = whole[:first] + whole[first:first + 8] + struct.pack("<II", 0x7FFFFFFF, 0x7FFFFFFF) + whole[first + 16:]
    doc = partly("a record of 2 GB", [h.put(d, "huge.pcap", huge)], 2, "huge.pcap", "packet 2|%d" % first)
    if doc:
        tap.equal(h.figure(doc, "capture.sources.0.packets"), 1, "... and the packet before it was read")
    partly("a record of 2 GB as the first one",
           [h.put(d, "huge1.pcap", whole[:24] + huge[first:])], 2, "huge1.pcap")
    block = capfile.pcapng(one().records)
    partly("a pcapng block of 2 GB", [h.put(d, "huge.pcapng", block + struct.pack("<II", 6, 0x7FFFFFFC) + bytes(80))],
           2, "huge.pcapng")
    cut = h.put(d, "cut.pcap", whole[:-20])
    partly("a cut last record of a finished file", [cut], 2, "cut.pcap", "cut|middle|short")
    now = h.put(d, "growing.pcap", whole[:-20], age=0)
    partly("a cut last record of a file still being written", [now], 0, "growing.pcap", "written|growing")
    partly("a good file beside a bad one", [GOOD, d + "/nowhere.pcap"], 2, "nowhere.pcap", "No such file")
    for program, ending in (("gzip", "gz"), ("zstd", "zst"), ("xz", "xz"), ("bzip2", "bz2"), ("lz4", "lz4")):
        if not h.have(program):
            tap.skip("a damaged %s file" % program, program + " is not there")
            continue
        packed = subprocess.run([program, "-c", GOOD], stdout=subprocess.PIPE, check=True).stdout
        path = h.put(d, "half.pcap." + ending, packed[:len(packed) * 2 // 3])
        r = h.run("--format", "json", path)
        tap.result(r.status in (1, 2) and "half.pcap." + ending in r.message and not r.crashed(),
                   "a %s file that ends in its middle" % program, r)


def bomb(d):
    """An xz file whose dictionary is 1.5 GB: refused, and the memory never taken."""
    if not h.have("xz"):
        tap.skip("an xz file that wants a dictionary of 1.5 GB", "xz is not there")
        return
    # The header says so; making it this way needs no such memory.
    packed = subprocess.run(["xz", "-0", "--check=crc32", "-c", GOOD], stdout=subprocess.PIPE, check=True).stdout
    path = h.put(d, "bomb.pcap.xz", with_dictionary(packed, 37))
    refused("an xz file that wants a dictionary of 1.5 GB", [path], 1, "bomb.pcap.xz",
            r"1\.(5|6)\d* G|1536 MiB", r"xz -d|decompress")


def with_dictionary(xz, bits):
    """The .xz file with another dictionary size: property byte of LZMA2, 37 is 1.5 GiB
    ((2 | bits & 1) << (bits / 2 + 11)), and the CRC32 of its block header."""
    import zlib
    at = 12  # after the stream header: block header size, flags, filter id, size, property
    size = (xz[at] + 1) * 4
    head = bytearray(xz[at:at + size])
    place = head.index(b"\x21\x01") + 2
    head[place] = bits
    head[-4:] = struct.pack("<I", zlib.crc32(bytes(head[:-4])))
    return xz[:at] + bytes(head) + xz[at + size:]


def usage():
    refused("a bad filter after -r", ["-r", GOOD, "tcp", "prot", "80"], 64, "prot|syntax")
    refused("a bad filter after -f", [GOOD, "-f", "tcp port"], 64, "tcp port|syntax")
    refused("an unknown option", ["--formt", "json", GOOD], 64, "--formt|formt", "--format")
    refused("an unknown format", ["--format", "yaml", GOOD], 64, "yaml", "json")
    refused("an unknown order", ["--sort", "colour", GOOD], 64, "colour", "responses")
    refused("an unknown grouping", ["--by", "moon", GOOD], 64, "moon", "server")
    refused("a number that is none", ["--top", "many", GOOD], 64, "many")
    refused("a negative number", ["--top", "-3", GOOD], 64, "-3")
    refused("an option without its value", [GOOD, "--format"], 64, "format")
    refused("a filter in the place of files", ["tcp", "port", "80"], 64, "tcp", "-r|-f")
    refused("a file in the place of a filter", ["-r", GOOD, GOOD], 64, "notable-codes.pcap", "-r")
    refused("an interface that is not there", ["-i", "no-such0"], 64, "no-such0", "-D")
    refused("an interface and a file", ["-i", "lo", "-r", GOOD], 64, "-i lo", "not both")
    refused("outputs without inputs", ["-o", "x.json"], 64, "no capture")
    refused("too little memory", ["--max-memory", "1M", GOOD], 64, "1M", r"\d+M to \d+G")
    refused("two spans", ["--since", "7d", "--window", "7d", GOOD], 64, "--since", "--window", "one")
    refused("a replay of one night", ["--replay", "max", "--since", "7d", GOOD], 64, "--since", "saved captures")
    refused("a user that is not there", ["-Z", "nobody-of-that-name", GOOD], 64, "nobody-of-that-name")
    refused("an output whose name is too long", ["report", "-o", "%Y" * 3000, GOOD], 1, "too long")
    refused("packets as they are, and anonymized", ["--write-matching", "x.pcap", "--anonymize", GOOD], 64,
            "--write-matching", "--anonymize")
    refused("two kinds of output in one", ["--events", "-", "--write-matching", "-", GOOD], 64, "--events",
            "--write-matching", "standard output")
    many = [word for n in range(100) for word in ("-i", "if%d" % n)]
    refused("more interfaces than are read", many, 64, r"more than \d+ interfaces")
    interfaces()
    refused("explain of no code", ["explain", "banana"], 64, "banana")


def interfaces():
    """The list has the interfaces of the kernel, with their addresses."""
    r = h.run("-D")
    lines = [line.split() for line in r.text.splitlines()]
    names = os.listdir("/sys/class/net") if os.path.isdir("/sys/class/net") else ["lo"]
    tap.equal((r.status, r.message, lines[0][:2], lines[-1][0]), (0, "", ["INTERFACE", "STATE"], "any"),
              "-D lists interfaces, and `any`")
    tap.equal(sorted(line[0] for line in lines[1:-1]), sorted(n for n in names if n != "bonding_masters"),
              "-D: those of the kernel")
    with open("/sys/class/net/lo/flags", encoding="ascii") as f:
        up = int(f.read(), 16) & 1
    loopback = [line for line in lines if line[0] == "lo"]
    tap.equal(loopback[0][1:3], ["up" if up else "down", "loopback"], "-D: lo is the loopback")
    tap.result(not up or "127.0.0.1" in " ".join(loopback[0]), "-D: with its address", r)
    if os.path.exists("/dev/full"):
        with open("/dev/full", "wb") as full:
            p = subprocess.run([h.STATLINE, "-D"], stdout=full, stderr=subprocess.PIPE, timeout=h.TIMEOUT)
        tap.result(p.returncode == 1 and b"No space" in p.stderr, "-D: a full disk behind standard output", p.stderr)


def outputs(d):
    refused("an output in a directory that does not exist", [GOOD, "-o", d + "/no/report.json"], 1,
            "no/report.json", "No such file")
    refused("an output that is a directory", [GOOD, "-o", make(d + "/dir.json")], 1, "dir.json", "directory")
    if os.path.exists("/dev/full"):
        with open("/dev/full", "wb") as full:
            p = subprocess.run([h.STATLINE, GOOD], stdout=full, stderr=subprocess.PIPE,
                               stdin=subprocess.DEVNULL, timeout=h.TIMEOUT)
        tap.result(p.returncode == 1 and b"No space" in p.stderr and p.stderr.count(b"\n") == 1,
                   "a full disk behind standard output", "%s %s" % (p.returncode, p.stderr))
    locked = make(d + "/locked")
    os.chmod(locked, 0o555)
    public = h.put(d, "public.pcap", capfile.pcap(one().records))
    nobody_may(d, "an output in a directory that may not be written", [public, "-o", locked + "/report.json"],
              "locked/report.json: .*denied")
    kept = h.put(d, "kept.json", b"the report of yesterday\n")
    refused("no input, so the old report stays", [d + "/nowhere.pcap", "-o", kept], 1, "nowhere")
    with open(kept, "rb") as f:
        tap.equal(f.read(), b"the report of yesterday\n", "... as it was")
    several = d + "/several.json"
    r = h.run(GOOD, "-o", several, "-o", d + "/no/report.csv")
    tap.equal(r.status, 1, "one of two outputs cannot be written")
    left = [n for n in os.listdir(d) if "report" in n or n.startswith((".", "kept.json.", "several.json."))]
    tap.equal(left, [], "nothing half-written is left")
    # a reader that goes away
    p = subprocess.Popen([h.STATLINE, "--format", "json", GOOD], stdout=subprocess.PIPE,
                         stderr=subprocess.PIPE, stdin=subprocess.DEVNULL)
    p.stdout.close()
    message = p.stderr.read()
    p.wait(h.TIMEOUT)
    tap.result(message == b"", "a reader that goes away: quiet", message)


def make(path):
    os.mkdir(path)
    return path


def hostile(d):
    """Every capture of pcaps/ cut at places all over it, and with bytes turned over: no crash."""
    import random
    rng = random.Random(7)
    names = sorted(n for n in os.listdir(h.PCAPS) if n.endswith((".pcap", ".pcapng")))
    bad = []
    for name in names[::3]:
        with open(os.path.join(h.PCAPS, name), "rb") as f:
            data = f.read()
        cut = data[:rng.randrange(len(data))]
        turned = bytearray(data)
        for _ in range(1 + len(data) // 200):
            turned[rng.randrange(4, len(data))] = rng.randrange(256)
        for kind, content in (("cut", cut), ("turned", bytes(turned))):
            r, doc = h.report(h.put(d, kind, content))
            if r.crashed() or r.status not in (0, 1, 2) or (doc and h.sums(doc)):
                bad.append("%s %s: %s %s" % (kind, name, r, h.sums(doc) if doc else ""))
    tap.result(not bad, "captures cut and turned over do not crash it, and the sums hold", "\n".join(bad))


def by_shell(setting):
    """Run the program after a shell has done @setting."""
    return ("sh", "-c", setting + '; exec "$@"', "sh")


def surroundings(d):
    """What a shell or a batch system may have done before us."""
    packed = h.put(d, "packed.pcap.gz", gzip.compress(open(GOOD, "rb").read()))
    want = h.report(packed)[1]["responses"]
    for setting in ("ulimit -f 2000", "ulimit -n 24", "exec 0<&-", "trap '' XFSZ PIPE"):
        for options in ((), ("--no-sandbox",), ("-j", "4")):
            r, doc = h.report(*options, packed, before=by_shell(setting), timeout=20)
            tap.result(r.status == 0 and doc and doc["responses"] == want, "%s, then %s" % (setting, options), r)
    for options in ((), ("--no-sandbox",)):
        refused("standard input is closed, %s" % (options,), (*options, "-"), h.EX_INPUT,
                "standard input: cannot be read: Bad file descriptor", before=by_shell("exec 0<&-"), timeout=20)
    r = h.run(packed, before=by_shell("exec 1>&-"), timeout=20)
    tap.result(r.status == h.EX_INPUT and "standard output: cannot be written" in r.message, "standard output is closed", r)
    target = os.path.join(d, "big.json")
    events = os.path.join(d, "big.log")
    r = h.run("-o", target, "--events", events, os.path.join(h.PCAPS, "real-nginx.pcap"),
              before=by_shell("ulimit -f 4"), timeout=20)
    tap.result(r.status not in (None, 0) and not r.crashed() and "File too large" in r.message and
               not os.path.exists(target), "files may not be so long: said, and nothing half-written", r)
    whole = open(packed, "rb").read()
    r = h.report("-", before=("sh", "-c", '(head -c 300 "%s"; sleep 1; tail -c +301 "%s") | exec "$@"' % (packed, packed),
                              "sh"))[1]
    tap.result(len(whole) > 600 and r and r["responses"] == want, "a compressed stream that comes in two parts")


with h.scratch() as directory:
    inputs(directory)
    surroundings(directory)
    damage(directory)
    bomb(directory)
    usage()
    outputs(directory)
    hostile(directory)
tap.done()
