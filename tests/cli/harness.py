"""What the script tests share: TAP, running the program, reading its reports."""
import json
import os
import signal
import subprocess
import sys
import tempfile

TOP = os.environ.get("top_srcdir") or os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
STATLINE = os.environ.get("STATLINE") or os.path.join(TOP, "statline")
PCAPS = os.path.join(TOP, "pcaps")
sys.path.insert(0, os.path.join(TOP, "scripts"))

EX_OK, EX_INPUT, EX_DAMAGED, EX_USAGE = 0, 1, 2, 64
TIMEOUT = 60


class Tap:
    """Counts and prints results; the plan comes last."""

    def __init__(self):
        self.count = self.failed = 0

    def result(self, ok, name, why=""):
        self.count += 1
        print("%s %d - %s" % ("ok" if ok else "not ok", self.count, name.replace("#", "no. ")))
        if not ok:
            self.failed += 1
            for line in str(why).splitlines()[:40]:
                print("# " + line[:2000])
        sys.stdout.flush()
        return ok

    def skip(self, name, why):
        self.count += 1
        print("ok %d - %s # SKIP %s" % (self.count, name, why), flush=True)

    def equal(self, got, want, name):
        return self.result(got == want, name, "got:      %r\nexpected: %r" % (got, want))

    def contains(self, text, part, name):
        return self.result(part in text, name, "not in it: %r\nin: %s" % (part, text))

    def done(self):
        print("1..%d" % self.count)
        sys.exit(1 if self.failed else 0)


def skip_all(why):
    print("1..0 # SKIP " + why)
    sys.exit(0)


class Result:
    def __init__(self, status, out, err):
        self.status, self.out, self.err = status, out, err

    @property
    def text(self):
        return self.out.decode("utf-8", "replace")

    @property
    def message(self):
        return self.err.decode("utf-8", "replace")

    def __str__(self):
        return "status %s\nstdout: %s\nstderr: %s" % (self.status, self.text[:1500], self.message[:1500])

    def crashed(self):
        return self.status is None or self.status < 0 or b"Sanitizer" in self.err \
            or b"runtime error:" in self.err


def run(*args, stdin=None, env=None, timeout=TIMEOUT, cwd=None, stdin_file=None, before=()):
    """status is None when it did not end in time. before: what runs the program."""
    environment = dict(os.environ, **(env or {}))
    for name, value in (env or {}).items():
        if value is None:
            del environment[name]
    source = {"input": stdin} if stdin is not None else {"stdin": stdin_file or subprocess.DEVNULL}
    p = None
    try:
        p = subprocess.run([*before, STATLINE, *map(str, args)], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                           env=environment, timeout=timeout, cwd=cwd, **source)
        return Result(p.returncode, p.stdout, p.stderr)
    except subprocess.TimeoutExpired as e:
        return Result(None, e.stdout or b"", (e.stderr or b"") + b"timeout")


def as_nobody(*args, **how):
    """run() by somebody who is not root. status is 127 where the build is out of nobody's reach."""
    nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if os.geteuid() == 0 else []
    return run(*args, before=nobody, **how)


def report(*args, **how):
    """-> (Result, the JSON report or None)."""
    r = run("--format", "json", *args, **how)
    try:
        return r, json.loads(r.out.decode("utf-8"))
    except ValueError:
        return r, None


def codes(counts):
    """Keys as numbers, without zeros."""
    return {int(k): n for k, n in (counts or {}).items() if n}


def host_codes(doc):
    """Host to codes, hosts without a response left out."""
    out = {}
    for h in doc["hosts"]:
        c = codes(h["codes"])
        if c:
            out[h["host"]] = c
    return out


def figure(doc, path):
    for key in path.split("."):
        doc = doc[int(key)] if isinstance(doc, list) else doc[key]
    return doc


def sums(doc):
    """What does not add up in a report, as lines."""
    wrong = []
    coverage = doc["coverage"]
    buckets = ("http", "http2", "tls", "quic", "other_tcp", "undetermined_tcp", "other_ip", "not_ip",
               "undecoded", "duplicate", "filtered")

    def same(what, a, b):
        if a != b:
            wrong.append("%s: %s and %s" % (what, a, b))

    sources = doc["capture"]["sources"]
    for unit in ("packets", "bytes"):
        total = sum(coverage[unit][b] for b in buckets)
        same("the buckets and no others, " + unit, sorted(coverage[unit]), sorted(buckets))
        same("sum of the buckets and the total, " + unit, total, coverage["total_" + unit])
        same("sum of the buckets and of the sources, " + unit, total, sum(s[unit] for s in sources))
    same("undecoded by reason and in all", sum(coverage["undecoded"].values()), coverage["packets"]["undecoded"])
    total_codes = codes(doc["codes"])
    unknown = doc["unknown_codes"]
    same("responses and the sum of codes", doc["responses"], sum(total_codes.values()) + unknown)
    same("responses and the sum of classes", doc["responses"], sum(doc["classes"].values()) + unknown)
    same("responses and the sum of protocols", doc["responses"], sum(doc["protocols"].values()))
    for name, n in doc["classes"].items():
        of_class = sum(v for k, v in total_codes.items()
                       if (name[0] == str(k // 100) if name != "other" else not 1 <= k // 100 <= 5))
        same("class " + name, n, of_class)
    by_host = {}
    for h in doc["hosts"]:
        same("responses of " + h["host"], h["responses"],
             sum(codes(h["codes"]).values()) + h["unknown_codes"])
        for k, v in codes(h["codes"]).items():
            by_host[k] = by_host.get(k, 0) + v
    same("codes over hosts and over all", by_host, total_codes)
    same("requests over hosts and over all", sum(h["requests"] for h in doc["hosts"]), doc["requests"])
    final = sum(v for k, v in total_codes.items() if k == 101 or k // 100 != 1)
    same("exchanges and final responses", doc["exchanges"], final + unknown)
    return wrong


def have(program):
    for directory in os.environ.get("PATH", "").split(":") + ["/usr/sbin", "/sbin"]:
        if os.access(os.path.join(directory, program), os.X_OK):
            return True
    return False


def is_sanitized():
    """Whether the build has sanitizers: they take time and memory and make system calls of their own."""
    config = os.path.join(os.environ.get("top_builddir", "."), "config.h")
    if not os.path.exists(config):
        return False
    with open(config, encoding="utf-8") as f:
        return "#define STATLINE_SANITIZED 1" in f.read()


def pcap(name):
    """The path of one of the captures here."""
    return os.path.join(PCAPS, name)


def corpus():
    """The directory of the corpus of captures that others made: beside this checkout, or where STATLINE_CORPUS says;
    None without."""
    place = os.environ.get("STATLINE_CORPUS") or os.path.join(TOP, "..", "shared", "corpus")
    return place if os.access(os.path.join(place, "check"), os.X_OK) else None


def scratch():
    """A directory of its own that is removed in the end; old is a file's age in it."""
    return tempfile.TemporaryDirectory(prefix="statline-test-")


def put(directory, name, data, age=3600):
    """Write a file that was last written age seconds ago, so that it is not taken for one that
    is still being written."""
    path = os.path.join(directory, name)
    with open(path, "wb") as f:
        f.write(data)
    past = os.stat(path).st_mtime - age
    os.utime(path, (past, past))
    return path


signal.signal(signal.SIGPIPE, signal.SIG_DFL)


def uid_of(name):
    import pwd
    return pwd.getpwnam(name).pw_uid


def zeek_codes(text):
    """Codes of an http.log: final ones, and interim ones. Of a line that does not fit the head: its columns."""
    codes = {}
    fields = next(line for line in text.splitlines() if line.startswith("#fields")).split("\t")[1:]
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        row = dict(zip(fields, line.split("\t")))
        if len(line.split("\t")) != len(fields):
            return {"columns": len(line.split("\t"))}
        for column in ("status_code", "info_code"):
            if row[column] != "-":
                codes[int(row[column])] = codes.get(int(row[column]), 0) + 1
    return codes
