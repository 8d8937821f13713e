#!/usr/bin/env python3
"""The history under what nights bring: kills, a full disk, damage, two jobs, no permission."""
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import harness as h  # noqa: E402

tap = h.Tap()
SANITIZED = b"__asan_" in open(h.STATLINE, "rb").read()


def many_hosts(directory, name, hosts, first=0):
    """A capture with a response each for so many hosts, by construction."""
    import struct
    packets = []
    t = 1768471200
    for i in range(hosts):
        sport = 1024 + i % 60000
        client = bytes([10, 9, (i // 250) % 250, i % 250])
        server = b"\x0a\x08\x00\x01"
        request = b"GET / HTTP/1.1\r\nHost: h%d.example\r\n\r\n" % (first + i)
        response = b"HTTP/1.1 %d X\r\nContent-Length: 0\r\n\r\n" % (200, 404, 503)[i % 3]
        for src, dst, a, b, seq, ack, flags, data in (
                (client, server, sport, 80, 0, 0, 2, b""), (server, client, 80, sport, 0, 1, 18, b""),
                (client, server, sport, 80, 1, 1, 24, request),
                (server, client, 80, sport, 1, 1 + len(request), 24, response),
                (client, server, sport, 80, 1 + len(request), 1 + len(response), 17, b"")):
            tcp = struct.pack(">HHIIBBHHH", a, b, seq, ack, 0x50, flags, 65535, 0, 0) + data
            ip = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(tcp), 0, 0, 64, 6, 0) + src + dst
            packets.append(struct.pack("<IIII", t + i // 1000, i % 1000 * 1000, len(ip + tcp), len(ip + tcp)) + ip + tcp)
    head = struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 101)
    return h.put(directory, name, head + b"".join(packets))


def export(db):
    r = h.run("history", "--db", db, "--export")
    out = []
    for line in r.text.splitlines():
        doc = json.loads(line)
        for key in ("run", "generated"):
            doc.pop(key, None)
        out.append(json.dumps(doc, sort_keys=True))
    return sorted(out)


def sound(db):
    c = sqlite3.connect(db)
    try:
        return (c.execute("PRAGMA integrity_check").fetchall(), c.execute("PRAGMA foreign_key_check").fetchall()) == (
            [("ok",)], [])
    finally:
        c.close()


def kills(d, big, small):
    """SIGKILL at 50 random moments while a night is replaced by itself."""
    db = os.path.join(d, "kill.db")
    h.run("report", small, "--db", db, "-o", "/dev/null")
    h.run("report", big, "--db", db, "-o", "/dev/null")
    want = export(db)
    begin = time.monotonic()
    h.run("report", big, "--db", db, "-o", "/dev/null")
    whole = time.monotonic() - begin
    rnd = random.Random(11)
    wrong, killed = [], 0
    for i in range(50):
        p = subprocess.Popen([h.STATLINE, "report", big, "--db", db, "-o", "/dev/null"], stderr=subprocess.DEVNULL,
                             stdout=subprocess.DEVNULL)
        time.sleep(rnd.random() * whole * 1.1)
        if p.poll() is None:
            killed += 1
            p.send_signal(signal.SIGKILL)
        p.wait()
        # Looked at by statline itself, which may have to roll a journal back: it needs a writer for that.
        if i % 10 == 9 or os.path.exists(db + "-journal"):
            h.run("history", "--db", db, "--keep", "9999d")
            if export(db) != want or not sound(db):
                wrong.append(i)
    tap.result(killed >= 20 and not wrong, "killed %d times in 50: the history is as before" % killed, wrong)
    r = h.run("report", big, "--db", db, "-o", "/dev/null")
    tap.equal((r.status, export(db) == want), (0, True), "... and the next job does its work")


def full_disk(d, big, small):
    if os.getuid() != 0:
        tap.skip("a full disk", "needs root")
        return
    disk = os.path.join(d, "disk")
    os.mkdir(disk)
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", disk], stderr=subprocess.DEVNULL).returncode:
        tap.skip("a full disk", "mount is not allowed here")
        return
    try:
        db = os.path.join(disk, "h.db")
        h.run("report", small, "--db", db, "-o", "/dev/null")
        want = export(db)
        r = h.run("report", big, "--db", db, "-o", "/dev/null")
        tap.result(r.status == 1 and "full" in r.message and "h.db" in r.message, "a full disk is said", r)
        tap.equal((export(db), sound(db)), (want, True), "... and the history is as before")
        r = h.run("report", big, "--db", db, "-o", "/dev/null", "--check")
        tap.equal(r.status, 3, "... and under --check UNKNOWN")
    finally:
        subprocess.run(["umount", disk])


def read_only(d, small):
    if os.getuid() != 0 or not h.have("setpriv"):
        tap.skip("a history that may only be read", "needs root and setpriv")
        return
    folder = os.path.join(d, "ro")
    os.mkdir(folder)
    db = os.path.join(folder, "h.db")
    h.run("report", small, "--db", db, "-o", "/dev/null")
    # The program and the captures may lie where nobody cannot go.
    binary = shutil.copy(h.STATLINE, d + "/statline")
    capture = shutil.copy(small, folder + "/small.pcap")
    for path, mode in ((d, 0o755), (folder, 0o755), (db, 0o644), (binary, 0o755), (capture, 0o644)):
        os.chmod(path, mode)
    own, h.STATLINE = h.STATLINE, binary
    try:
        r = h.as_nobody("history", "--db", db)
        tap.result(r.status == 0 and "RESPONSES" in r.text, "who may only read the history can list it", r)
        r = h.as_nobody("report", capture, "--db", db, "-o", "/dev/null")
        tap.result(r.status == 1 and "h.db" in r.message and ("readonly" in r.message or "read-only" in r.message or
                   "unable to open" in r.message), "... and not write it", r)
        r = h.as_nobody("report", capture, "--db", folder + "/new.db", "-o", "/dev/null")
        tap.result(r.status == 1 and "new.db" in r.message, "... nor make one", r)
    finally:
        h.STATLINE = own


def damaged(d, big, small):
    db = os.path.join(d, "damaged.db")
    h.run("report", big, "--db", db, "-o", "/dev/null")
    with open(db, "rb") as f:
        good = f.read()
    rnd = random.Random(3)
    silent, crashed, statuses = 0, [], set()
    for _ in range(25):
        data = bytearray(good)
        for _ in range(40):
            at = rnd.randrange(4096, len(data) - 512)
            data[at:at + 256] = rnd.randbytes(256)
        with open(db, "wb") as f:
            f.write(data)
        before = hash(bytes(data))
        r = h.run("report", small, "--db", db, "-o", "/dev/null")
        statuses.add(r.status)
        if r.crashed():
            crashed.append(str(r))
        if r.status == 1 and not r.message:
            silent += 1
        if r.status == 1 and os.path.exists(db + "-journal"):
            crashed.append("a journal is left behind")
        del before
    tap.equal((crashed, silent), ([], 0), "a damaged history: no crash, and a word when it fails")
    tap.result(1 in statuses, "... which it did", statuses)
    with open(db, "wb") as f:
        f.write(good[:4096] + b"\0" * (len(good) - 4096))
    r = h.run("report", small, "--db", db, "-o", "/dev/null")
    tap.result(r.status == 1 and "damaged" in r.message, "a history of zeros is called damaged", r)
    with open(db, "wb") as f:
        f.write(good[:len(good) // 2])
    r = h.run("history", "--db", db)
    tap.result(r.status in (0, 1) and not r.crashed(), "a history cut in half", r)


def two_jobs(d, big, small):
    db = os.path.join(d, "two.db")
    h.run("report", small, "--db", db, "-o", "/dev/null")
    jobs = [subprocess.Popen([h.STATLINE, "report", c, "--db", db, "-o", "/dev/null"], stderr=subprocess.PIPE)
            for c in (big, big, small)]
    results = [(p.communicate()[1].decode(), p.returncode) for p in jobs]
    tap.equal([s for _, s in results], [0, 0, 0], "three jobs at once are all done: %s" % [m for m, _ in results])
    runs = json.loads(h.run("history", "--db", db, "--format", "json").text)["runs"]
    tap.equal((len(runs), sound(db)), (2, True), "... and no night is there twice")
    # One that holds the lock for a while, as another job would.
    c = sqlite3.connect(db, isolation_level=None)
    c.execute("BEGIN IMMEDIATE")
    p = subprocess.Popen([h.STATLINE, "report", small, "--db", db, "-o", "/dev/null"], stderr=subprocess.PIPE)
    time.sleep(1.5)
    waiting = p.poll() is None
    c.execute("ROLLBACK")
    message = p.communicate()[1].decode()
    tap.result(waiting and p.returncode == 0 and "waited for another job" in message, "the second job waits, and says so", message)
    c.execute("BEGIN IMMEDIATE")
    r = h.run("history", "--db", db)
    tap.result(r.status == 0 and "RESPONSES" in r.text, "a reader does not wait for a writer", r)
    c.execute("ROLLBACK")
    c.close()


with h.scratch() as scratch:
    size = 1500 if SANITIZED else 4000
    large = many_hosts(scratch, "large.pcap", size)
    little = os.path.join(h.PCAPS, "notable-codes.pcap")
    kills(scratch, large, little)
    full_disk(scratch, large, little)
    read_only(scratch, little)
    damaged(scratch, large, little)
    two_jobs(scratch, large, little)
tap.done()
